use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::AccountName;

/// One line of the ledger: who was handed what, when. No secrets.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct LogEntry {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The account, if one was concerned.
    pub account: Option<AccountName>,
    /// `linked`, `refreshed`, `refresh_failed`, `handed_over`, `revoked`, `unlinked`, `renamed`, `refused`.
    pub event: String,
    /// Who was handed a token: a program's name, `clipboard`, `stdout`.
    pub receiver: Option<String>,
    /// How: `token`, `export:env`, `exec`, a route, an error code.
    pub via: Option<String>,
}

/// One receiver of an account's tokens.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct UsedBy {
    /// Who.
    pub receiver: String,
    /// How.
    pub via: String,
    /// When last, in seconds since 1970.
    pub last: i64,
    /// How often.
    pub times: u64,
}
