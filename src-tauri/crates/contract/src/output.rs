use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::AccountName;

/// Where an account's tokens go by themselves: a command that is run with each new one, or a file that holds the newest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Output {
    /// Its number; never used again for another output.
    pub id: i64,
    /// The account. `None`: it was unlinked, and the file that was kept could not be removed yet.
    pub account: Option<AccountName>,
    /// What it is.
    pub kind: OutputKind,
    /// The program with its whole path, then its arguments; of a file, none.
    pub command: Vec<String>,
    /// How the command gets the token.
    pub token: Option<TokenPassing>,
    /// How long the command may run, in seconds.
    pub timeout: Option<u32>,
    /// The file's whole path.
    pub file: Option<String>,
    /// The format of the file.
    pub format: Option<String>,
    /// When it was added, in seconds since 1970.
    pub added_at: i64,
    /// When a token was last delivered, in seconds since 1970.
    pub delivered_at: Option<i64>,
    /// The `seq` of the update that was last delivered; 0 is the link itself.
    pub seq: Option<i64>,
    /// Whether a newer token waits to be delivered.
    pub pending: bool,
    /// What went wrong with the newest token.
    pub failed: Option<OutputFailure>,
}

/// What an output is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum OutputKind {
    /// A command.
    Command,
    /// A file.
    File,
}

/// How a command gets the token.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TokenPassing {
    /// As the format `json` on its standard input.
    Stdin,
    /// In `KEYBELT_TOKEN` of its environment; of OAuth 1 in `KEYBELT_OAUTH_TOKEN` and `KEYBELT_OAUTH_TOKEN_SECRET`.
    Env,
}

/// Why the newest token was not delivered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct OutputFailure {
    /// What happened.
    pub message: String,
    /// When last, in seconds since 1970.
    pub at: i64,
    /// How often it was tried.
    pub times: u32,
    /// When it is tried again, in seconds since 1970. `None`: not before there is a new token.
    pub next_at: Option<i64>,
}
