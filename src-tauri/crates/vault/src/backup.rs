//! A copy of the vault that a passphrase of its own opens, wherever it is kept.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybelt_primitives::text::why_unwritable;
use keybelt_primitives::{Entropy, Secret};
use rusqlite::Connection;

use crate::creation::Wrapping;
use crate::key_slot::KeySlot;
use crate::ledger::append;
use crate::opening::OpenBy;
use crate::private_files::sync_folder;
use crate::seal::Seals;
use crate::{CreateError, KeepKey, LedgerLine, LockedVault, UnlockError, VaultError};

/// Why there is no backup. No file is there because of it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BackupError {
    /// The vault was not opened.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The backup's passphrase is empty or longer than 1024 characters.
    #[error("unfit passphrase")]
    UnfitPassphrase,
    /// A file is there, and stays as it is.
    #[error("{} is there already", path.display())]
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// Its folder does not take it.
    #[error("{} cannot be written: {cause}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why, for people.
        cause: String,
    },
}

impl From<VaultError> for BackupError {
    fn from(error: VaultError) -> Self {
        Self::Unlock(error.into())
    }
}

impl LockedVault {
    /// Writes a copy of everything but authorizations under way to a file that is not there yet, its owner's alone and
    /// whole or not at all. The ledger's line, which the copy has too, is durable before the file has its name.
    pub fn back_up(
        self,
        by: OpenBy<'_>,
        file: &Path,
        passphrase: &Secret<String>,
        line: &LedgerLine,
        entropy: Arc<dyn Entropy>,
    ) -> Result<(), BackupError> {
        let master = self.master(by)?;
        let vault_id = self.slot.vault;
        let wrapping = Wrapping::new(KeepKey::Passphrase(passphrase), vault_id, None, entropy.as_ref())
            .map_err(of_passphrase)?;
        let slot = KeySlot::new(
            vault_id,
            wrapping.source,
            &wrapping.key,
            entropy.as_ref(),
            &master,
        )?;
        let target = Target::new(file)?;
        let vault = self.open(Ok(master), entropy).map_err(|(_, error)| error)?;
        let unfinished = target.unfinished.path();
        vault
            .lock()
            .execute("VACUUM INTO ?1", [path_text(unfinished)?])
            .map_err(|error| target.refused(error.into()))?;
        finish(unfinished, &slot, vault.seals(), line).map_err(|error| target.refused(error))?;
        vault.append(line)?;
        target.persist()
    }
}

/// The file of a backup, and the one beside it that becomes it.
struct Target {
    path: PathBuf,
    folder: PathBuf,
    unfinished: tempfile::NamedTempFile,
}

impl Target {
    fn new(path: &Path) -> Result<Self, BackupError> {
        let unwritable = |error: io::Error| unwritable(path, &error);
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(BackupError::FileExists {
                path: path.to_owned(),
            });
        }
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        // Made for its owner alone.
        let unfinished = tempfile::Builder::new()
            .prefix(".keybelt-backup-")
            .tempfile_in(&folder)
            .map_err(unwritable)?;
        Ok(Self {
            path: path.to_owned(),
            folder,
            unfinished,
        })
    }

    /// What SQLite says of the copy is about the backup's folder, not the vault's.
    fn refused(&self, error: VaultError) -> BackupError {
        match error {
            VaultError::ReadOnly => BackupError::Unwritable {
                path: self.path.clone(),
                cause: "its folder does not take files".to_owned(),
            },
            other => other.into(),
        }
    }

    fn persist(self) -> Result<(), BackupError> {
        let Self {
            path,
            folder,
            unfinished,
        } = self;
        unfinished
            .as_file()
            .sync_all()
            .map_err(|error| unwritable(&path, &error))?;
        if let Err(error) = unfinished.persist_noclobber(&path) {
            return Err(match error.error.kind() {
                io::ErrorKind::AlreadyExists => BackupError::FileExists { path },
                _ => unwritable(&path, &error.error),
            });
        }
        Ok(sync_folder(&folder)?)
    }
}

/// Gives the copy its own key slot and the line about it, and leaves behind what no other home can use.
fn finish(copy: &Path, slot: &KeySlot, seals: &Seals, line: &LedgerLine) -> Result<(), VaultError> {
    let mut connection = Connection::open(copy)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    let transaction = connection.transaction()?;
    slot.replace(&transaction)?;
    transaction.execute("DELETE FROM pending", [])?;
    append(&transaction, seals, line, None)?;
    transaction.commit()?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}

fn of_passphrase(error: CreateError) -> BackupError {
    match error {
        CreateError::UnfitPassphrase => BackupError::UnfitPassphrase,
        CreateError::Vault(error) => error.into(),
        other => VaultError::Defect(other.to_string()).into(),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::DiskFull.into(),
        _ => BackupError::Unwritable {
            path: path.to_owned(),
            cause: why_unwritable(error.kind()),
        },
    }
}

fn path_text(path: &Path) -> Result<&str, BackupError> {
    path.to_str().ok_or_else(|| BackupError::Unwritable {
        path: path.to_owned(),
        cause: "its name is not UTF-8".to_owned(),
    })
}
