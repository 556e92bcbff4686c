//! The vault: every record sealed by itself in one SQLite file, its key in the keyring or behind a passphrase.
//!
//! Owns: SQLite, the keyring, sealing, leases, the ledger, the permissions of the home folder. Calls block.
//! Never: a specification's rule, a socket, the clock, randomness of its own, async.
//! Start at: [`LockedVault::find`], then [`Vault`]; how a record is sealed stands in `seal`.

mod account;
mod accounts;
mod backup;
mod blobs;
mod check;
mod commits;
#[cfg(test)]
mod contents;
mod creation;
#[cfg(test)]
mod damage;
mod error;
#[cfg(test)]
mod failing_disk;
mod key_slot;
mod keyring;
mod lease;
mod ledger;
mod opening;
mod outputs;
mod pending;
mod platform_keyring;
mod private_files;
mod profiles;
mod rekey;
mod reserve;
mod reset;
mod restore;
mod schema;
mod seal;
mod stored;
#[cfg(test)]
mod test_vault;
mod vault;

pub use account::{
    AccountChange, AccountRecord, AccountSummary, Evidence, IssuedAt, RefreshFailure, RefreshState, Tokens,
};
pub use accounts::Renaming;
pub use backup::BackupError;
pub use commits::Touches;
pub use creation::{CreateError, KeepKey};
pub use error::{Extent, Part, VaultError};
pub use keyring::{Keyring, KeyringState};
pub use lease::{LEASE_PATIENCE, Lease};
pub use ledger::{LedgerLine, TokenUpdate, Updates};
pub use opening::{LockedVault, OpenBy, Status, UnlockError};
pub use outputs::{AddOutput, Delivery, GoneOutput, OutputFailure, OutputLock, OutputRecord, OutputTarget};
pub use private_files::check_private_file;
pub use profiles::{
    ChangeProfile, DecidedProfiles, NewProfileRecord, ProfileRecord, ProfileUpdate, PutProfiles, Reading,
    RemoveProfile,
};
pub use rekey::RekeyError;
pub use reset::reset;
pub use restore::{RestoreError, Restored};
pub use vault::{Listed, Vault};

/// The vault's file in the home folder.
pub const FILE: &str = "vault.db";
