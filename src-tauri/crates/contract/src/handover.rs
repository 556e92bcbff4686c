use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the token ends up.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Exposure {
    /// Nothing on disk.
    NothingOnDisk,
    /// Token in a file.
    TokenInFile,
}

/// One line to run, or one thing to know.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct HandOverStep {
    /// What it does.
    pub text: String,
    /// The command, if it is one.
    pub command: Option<String>,
}

/// How one tool or script is handed a token. Holds commands that fetch it, never the token.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct HandOverRecipe {
    /// The format or command: `exec`, `curl`, `env`, `header`, `json`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it is good for.
    pub summary: String,
    /// Where the token ends up.
    pub exposure: Exposure,
    /// What to do, in order.
    pub steps: Vec<HandOverStep>,
    /// When it was last asked for in this way, in seconds since 1970.
    pub last_asked_at: Option<i64>,
}
