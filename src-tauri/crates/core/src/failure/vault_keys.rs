use keybelt_contract::{Failure, FailureCode as Code};

use super::failure;
use crate::trouble::VaultTrouble;
use crate::vault_keys::{BackupError, RekeyError, RestoreError};

impl From<RekeyError> for Failure {
    fn from(error: RekeyError) -> Self {
        match error {
            RekeyError::NoPassphrase => failure(
                Code::Usage,
                "No new passphrase was given, and no terminal is there to ask for one.",
                "Name a file that holds it: --new-passphrase-file FILE, or - for standard input.",
            ),
            RekeyError::Vault(VaultTrouble::KeyringUnavailable) => failure(
                Code::KeyringUnavailable,
                "No keyring answers, so the vault's key stays where it is.",
                "Log in to a desktop session or start a keyring service, then try again.",
            ),
            RekeyError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::FileExists { path } => failure(
                Code::AlreadyExists,
                format!("The file {} is there already.", path.display()),
                "Choose another name for the backup, or move that file away.",
            ),
            BackupError::Unwritable { path, cause } => failure(
                Code::Usage,
                format!("The file {} cannot be written: {cause}.", path.display()),
                "Choose a folder that is there and that you can write to.",
            ),
            BackupError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::WouldReplace => failure(
                Code::AlreadyExists,
                "There is a vault already.",
                "Add --replace to set it aside and put the backup in its place, or choose another folder with --home.",
            ),
            RestoreError::Unreadable { path, cause } => failure(
                Code::NotFound,
                format!("The file {} cannot be read: {cause}.", path.display()),
                "Name the file of a backup that you can read.",
            ),
            RestoreError::NoBackup { path } => failure(
                Code::VaultDamaged,
                format!("The file {} is not a backup of Keybelt's.", path.display()),
                "Name a file that `keybelt vault backup` wrote, or Keybelt's window. Nothing was changed.",
            ),
            RestoreError::Damaged { what } => failure(
                Code::VaultDamaged,
                format!("The backup is damaged: {what}."),
                "Use another backup. Nothing was changed.",
            ),
            RestoreError::Newer => failure(
                Code::VaultNewer,
                "A newer Keybelt wrote this backup.",
                "Restore it with that version. Nothing was changed.",
            ),
            RestoreError::WrongPassphrase => failure(
                Code::WrongPassphrase,
                "That is not the passphrase of this backup.",
                "Try again. Nothing was changed.",
            ),
            RestoreError::Vault(trouble) => trouble.into(),
        }
    }
}
