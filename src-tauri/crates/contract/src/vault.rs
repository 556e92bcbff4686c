use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the vault's key is kept by.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum KeySource {
    /// The operating system's keyring.
    Keyring,
    /// A passphrase.
    Passphrase,
}

/// How the vault stands; known without its key.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct VaultStatus {
    /// The vault's file.
    pub path: String,
    /// What its key is kept by; `None` before there is a vault.
    pub key_source: Option<KeySource>,
    /// Whether its key is not at hand without asking anybody.
    pub locked: bool,
    /// The version of its shape.
    pub version: Option<u32>,
    /// How many accounts it holds.
    pub accounts: Option<u64>,
}

/// A vault was made from a backup.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct RestoredVault {
    /// How it stands.
    pub status: VaultStatus,
    /// The folder of the vault that was there before, where there was one.
    pub moved_to: Option<String>,
}

/// A record that does not open.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct DamagedRecord {
    /// Which one: table and row, and the name where it can still be told.
    pub record: String,
    /// What is wrong with it.
    pub cause: String,
}

/// The outcome of `vault check`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct VaultCheck {
    /// Every damaged record.
    pub damaged: Vec<DamagedRecord>,
}
