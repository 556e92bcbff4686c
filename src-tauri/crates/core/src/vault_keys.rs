//! The vault's key and the vault as a whole, changed by the person: another key, a backup, a vault from one, a new start.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use keybelt_contract::KeySource;
use keybelt_primitives::Secret;
use keybelt_vault::{
    BackupError as Backup, CreateError, KeepKey, Keyring, KeyringState, LedgerLine, OpenBy,
    RekeyError as Rekey, RestoreError as Restore, UnlockError, Vault,
};

use crate::keybelt::Event;
use crate::opening::{REKEYING_PATIENCE, blocking, of_create};
use crate::trouble::VaultTrouble;
use crate::{Asking, Keybelt, outputs, vault};

/// How long the keyring may take to say how it stands.
pub(crate) const KEYRING: Duration = Duration::from_secs(5);

/// Why the vault's key stays where it is.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RekeyError {
    /// No new passphrase was given, and nobody can be asked for one.
    #[error("no new passphrase")]
    NoPassphrase,
    /// The vault cannot be used, or no keyring keeps its key.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Has the vault opened by another key from now on: one in the keyring, or this passphrase (asked for where it is
/// `None`). `passphrase` opens it now, where a face asked for it already. Processes that have it open go on.
pub async fn rekey(
    keybelt: &Keybelt,
    passphrase: Option<Secret<String>>,
    to: KeySource,
    new_passphrase: Option<Secret<String>>,
) -> Result<(), RekeyError> {
    let is_said = passphrase.is_some();
    let (locked, passphrase) = keybelt.door().with_key(passphrase).await?;
    let new = match (to, new_passphrase) {
        (KeySource::Keyring, _) => None,
        (KeySource::Passphrase, Some(new)) => Some(new),
        (KeySource::Passphrase, None) => Some(
            keybelt
                .door()
                .chosen_passphrase(Asking::Replace)
                .await?
                .ok_or(RekeyError::NoPassphrase)?,
        ),
    };
    let (_, entropy) = keybelt.effects();
    let rekeyed = blocking(move || {
        let keyring = Keyring::system();
        locked.rekey(
            opened_by(passphrase.as_ref(), &keyring),
            kept_by(new.as_ref(), &keyring),
            entropy,
        )
    })
    .await?;
    rekeyed.map_err(|error| match error {
        Rekey::Unlock(error) => keybelt.door().refused(error, is_said),
        Rekey::Keep(error) => of_create(error),
    })?;
    keybelt.announce(Event::VaultChanged);
    Ok(())
}

/// Why there is no backup. No file is there because of it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BackupError {
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
    /// The vault cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Writes everything to a file that `passphrase` opens, on any machine. The ledger says so before. `key` opens the vault
/// itself, where it has a passphrase and a face asked for it already.
pub async fn back_up(
    keybelt: &Keybelt,
    key: Option<Secret<String>>,
    file: &Path,
    passphrase: Secret<String>,
) -> Result<(), BackupError> {
    let file = std::path::absolute(file).map_err(|error| BackupError::Unwritable {
        path: file.to_owned(),
        cause: error.to_string(),
    })?;
    let line = LedgerLine::backed_up(&file.display().to_string(), keybelt.now());
    let passphrase = Arc::new(passphrase);
    let ends = Instant::now() + REKEYING_PATIENCE;
    let is_said = key.is_some();
    let done = loop {
        let said = key.as_ref().map(Secret::duplicate);
        let (locked, key) = keybelt.door().with_key(said).await?;
        let (file, passphrase, line) = (file.clone(), passphrase.clone(), line.clone());
        let (_, entropy) = keybelt.effects();
        let done = blocking(move || {
            let keyring = Keyring::system();
            locked.back_up(
                opened_by(key.as_ref(), &keyring),
                &file,
                &passphrase,
                &line,
                entropy,
            )
        })
        .await?;
        match done {
            Err(Backup::Unlock(UnlockError::Rekeyed)) if Instant::now() < ends => {}
            done => break done,
        }
    };
    done.map_err(|error| match error {
        Backup::Unlock(error) => keybelt.door().refused(error, is_said).into(),
        Backup::UnfitPassphrase => VaultTrouble::UnfitPassphrase.into(),
        Backup::FileExists { path } => BackupError::FileExists { path },
        Backup::Unwritable { path, cause } => BackupError::Unwritable { path, cause },
    })?;
    keybelt.changed().await;
    Ok(())
}

/// Why nothing was restored. A vault that was there is still there.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RestoreError {
    /// There is a vault, which nobody asked to replace.
    #[error("there is a vault already")]
    WouldReplace,
    /// The file cannot be read.
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why, for people.
        cause: String,
    },
    /// The file is something else.
    #[error("{} is no backup", path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
    },
    /// The backup is not whole.
    #[error("the backup is damaged: {what}")]
    Damaged {
        /// Which part.
        what: String,
    },
    /// A newer Keybelt wrote it.
    #[error("the backup is of a newer version")]
    Newer,
    /// That is not the backup's passphrase.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The home cannot be used, or nothing keeps the key.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Makes the vault from a backup. Its key is kept as that of a new vault is (cli.md, "Key source"), or made from
/// `new_passphrase`. Gives the folder of the vault that was there before, where one was replaced.
pub async fn restore(
    keybelt: &Keybelt,
    file: &Path,
    passphrase: Secret<String>,
    new_passphrase: Option<Secret<String>>,
    replace: bool,
) -> Result<Option<PathBuf>, RestoreError> {
    let named = match new_passphrase {
        Some(chosen) => Some(chosen),
        None => keybelt.door().named_passphrase().await?,
    };
    let passphrase = Arc::new(passphrase);
    let attempt = |new: Option<Secret<String>>| {
        let (home, file, passphrase) = (keybelt.home().to_owned(), file.to_owned(), passphrase.clone());
        let (_, entropy) = keybelt.effects();
        blocking(move || {
            let keyring = Keyring::system();
            Vault::restore(
                &home,
                &file,
                &passphrase,
                kept_by(new.as_ref(), &keyring),
                replace,
                entropy,
            )
        })
    };
    let is_named = named.is_some();
    let restored = match attempt(named).await? {
        Err(Restore::Keep(CreateError::KeyringUnavailable)) if !is_named => {
            let chosen = keybelt.door().chosen_passphrase(Asking::Create).await?;
            attempt(Some(chosen.ok_or(VaultTrouble::NoKeySource)?)).await?
        }
        outcome => outcome,
    };
    let restored = restored.map_err(of_restore)?;
    match restored.vault {
        Ok(vault) => drop(keybelt.door().keep(vault)),
        // Whoever needs it opens it, or says why not.
        Err(error) => tracing::warn!(%error, "the restored vault does not open just now"),
    }
    keybelt.announce(Event::VaultChanged);
    keybelt.changed().await;
    Ok(restored.aside)
}

/// What a new start left.
#[derive(Clone, Debug)]
pub struct Reset {
    /// Where everything is now.
    pub aside: PathBuf,
    /// The files that outputs kept, with tokens in them: they stay where they are. `None`: nobody could say without being
    /// asked for the key.
    pub files: Option<Vec<String>>,
}

/// Moves the home aside, whatever state it is in, and tells where it is now. Nothing is deleted.
pub async fn reset(keybelt: &Keybelt) -> Result<Reset, VaultTrouble> {
    let files = kept_files(keybelt).await;
    // Not to be closed, and tidied up after, where another vault may be by then.
    keybelt.door().forget();
    let home = keybelt.home().to_owned();
    let aside = blocking(move || keybelt_vault::reset(&home)).await??;
    keybelt.announce(Event::VaultChanged);
    let aside = aside.ok_or(VaultTrouble::Absent)?;
    Ok(Reset { aside, files })
}

/// The files that outputs keep. `None`: the vault does not open, or not without the person.
async fn kept_files(keybelt: &Keybelt) -> Option<Vec<String>> {
    let status = vault::status(keybelt).await.ok()?;
    match status.key_source {
        None => return Some(Vec::new()),
        Some(KeySource::Passphrase) if status.locked => return None,
        Some(KeySource::Passphrase) => {}
        Some(KeySource::Keyring) => {
            let state = blocking(|| Keyring::state_of_system(KEYRING)).await.ok()?;
            if state != KeyringState::Open {
                return None;
            }
        }
    }
    let listed = outputs::list(keybelt).await.ok()?;
    Some(listed.into_iter().filter_map(|output| output.file).collect())
}

fn opened_by<'a>(passphrase: Option<&'a Secret<String>>, keyring: &'a Keyring) -> OpenBy<'a> {
    passphrase.map_or(OpenBy::Keyring(keyring), OpenBy::Passphrase)
}

fn kept_by<'a>(passphrase: Option<&'a Secret<String>>, keyring: &'a Keyring) -> KeepKey<'a> {
    passphrase.map_or(KeepKey::Keyring(keyring), KeepKey::Passphrase)
}

fn of_restore(error: Restore) -> RestoreError {
    match error {
        Restore::Exists => RestoreError::WouldReplace,
        Restore::Unreadable { path, cause } => RestoreError::Unreadable { path, cause },
        Restore::NoBackup { path } => RestoreError::NoBackup { path },
        Restore::Damaged { what } => RestoreError::Damaged { what },
        Restore::Newer => RestoreError::Newer,
        Restore::WrongPassphrase => RestoreError::WrongPassphrase,
        Restore::Keep(error) => of_create(error).into(),
    }
}
