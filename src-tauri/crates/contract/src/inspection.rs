use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// How a check ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum CheckOutcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It could not be made, or nothing asked for it.
    Skip,
}

/// One check of an ID token, as it was made.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct CheckRecord {
    /// Its name in the one ordered table.
    pub check: String,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// What was compared with what, or why it was skipped.
    pub detail: String,
}

/// What the checks come to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Verdict {
    /// Everything that could be checked holds, the signature among it.
    Pass,
    /// Something does not hold.
    Fail,
    /// Genuine, but no longer valid.
    Expired,
    /// No source of keys was given, and nothing else failed.
    Unverified,
}

/// What is to be seen in a token.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Inspection {
    /// The header, if it could be read.
    #[ts(type = "Record<string, unknown> | null")]
    pub header: Option<Map<String, Value>>,
    /// The claims, if they could be read; not to be trusted unless the verdict is `pass`.
    #[ts(type = "Record<string, unknown> | null")]
    pub claims: Option<Map<String, Value>>,
    /// Every check in its order.
    pub checks: Vec<CheckRecord>,
    /// What they come to.
    pub verdict: Verdict,
}
