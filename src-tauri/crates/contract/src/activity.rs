use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountName, ProfileName};

/// One line of the ledger: who was handed what, when. No secrets.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct LogEntry {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The account, if one was concerned.
    pub account: Option<AccountName>,
    /// `linked`, `refreshed`, `refresh_failed`, `handed_over`, `delivered`, `delivery_failed`, `revoked`,
    /// `revocation_failed`, `unlinked`, `renamed`, `refused`, `backed_up`.
    pub event: String,
    /// Who was handed a token: a program's name, `clipboard`, `stdout`; of a backup, its file.
    pub receiver: Option<String>,
    /// How: `token`, `export:env`, `exec`, `output:json`, `profile:NAME` for the secrets of a profile, a route, an error
    /// code, what a command ended with.
    pub via: Option<String>,
}

/// An account's tokens were renewed: what `keybelt watch` tells. No token; `keybelt token` fetches it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "event", rename = "token_update")]
pub struct TokenUpdate {
    /// Its number: later ones are larger, and no two of a vault are the same.
    pub seq: i64,
    /// When, in seconds since 1970.
    pub at: i64,
    /// What the account is called now; where it is gone, what it was called then.
    pub account: AccountName,
    /// What its profile is called now, or was then.
    pub profile: ProfileName,
    /// When the new access token stops working, in seconds since 1970; `None`: the provider does not say.
    pub expires_at: Option<i64>,
    /// What it is good for, sorted.
    pub scopes: Vec<String>,
    /// Whether the refresh token changed.
    pub rotated: bool,
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
