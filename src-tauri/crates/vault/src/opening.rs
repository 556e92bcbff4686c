//! Finding a vault, and opening it with its key.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keybelt_contract::KeySource;
use keybelt_primitives::{Entropy, Secret};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::key_slot::{KeySlot, Source, stretch};
use crate::keyring::KeyringError;
use crate::lease::{self, lock_within, share_within};
use crate::private_files::{FileIdentity, file_identity, is_private_file, private_folder};
use crate::seal::{Key, Seals};
use crate::{FILE, Keyring, Vault, VaultError, schema};

/// How long other processes' writes are waited for. One takes a few milliseconds, but each is durable before the next one
/// begins: on a machine under load the last of thirty waits for more than 10 s.
pub(crate) const WRITE_PATIENCE: Duration = lease::LEASE_PATIENCE;
/// How long another process may take to make, migrate or replace the vault.
pub(crate) const MAKING_PATIENCE: Duration = Duration::from_secs(30);
/// The lock of making, migrating and replacing; who opens the vault shares it meanwhile.
pub(crate) const LOCK: &str = "vault.lock";
/// What SQLite keeps beside the file.
pub(crate) const JOURNALS: [&str; 2] = ["vault.db-wal", "vault.db-shm"];

/// What can be told of a vault without its key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Status {
    /// The vault's file.
    pub path: PathBuf,
    /// What its key is kept by.
    pub key_source: KeySource,
    /// The version of its shape.
    pub version: u32,
    /// How many accounts it holds.
    pub accounts: u64,
}

/// Why a vault was not opened. Nothing was changed, and no new key was made.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnlockError {
    /// That is not its passphrase.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The keyring answers, and has no key for this vault.
    #[error("the keyring has no key for this vault")]
    KeyMissing,
    /// What the keyring has for this vault is not its key.
    #[error("the keyring's key does not fit")]
    WrongKey,
    /// No keyring answers, or it refused.
    #[error("no keyring answers")]
    KeyringUnavailable,
    /// The keyring is locked and its person did not open it.
    #[error("the keyring stayed locked")]
    KeyringLocked,
    /// Its key is kept by something else than was asked.
    #[error("the vault's key is kept by something else")]
    WrongSource,
    /// Another process gave it another key since it was found: found again, it says which.
    #[error("the vault has another key by now")]
    Rekeyed,
    /// The vault itself cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// With what a vault is opened.
#[derive(Clone, Copy)]
pub enum OpenBy<'a> {
    /// With the key in a keyring.
    Keyring(&'a Keyring),
    /// With a passphrase.
    Passphrase(&'a Secret<String>),
}

/// A vault that was found, whose key is not at hand yet.
#[derive(Debug)]
pub struct LockedVault {
    pub(crate) home: PathBuf,
    pub(crate) connection: Connection,
    /// Which file it was when it was opened: another one may be put into its place.
    identity: Option<FileIdentity>,
    pub(crate) slot: KeySlot,
    steps: &'static [&'static str],
}

impl LockedVault {
    /// Looks for the vault of a home. `None`: there is none, and none was lost. Needs no key and makes nothing.
    ///
    /// Files that others can reach are refused, and so is what a newer version wrote.
    pub fn find(home: &Path) -> Result<Option<Self>, VaultError> {
        Self::find_with(home, schema::STEPS)
    }

    pub(crate) fn find_with(home: &Path, steps: &'static [&'static str]) -> Result<Option<Self>, VaultError> {
        let Some(home) = private_folder(home)? else {
            return Ok(None);
        };
        if !is_there(&home)? {
            return Ok(None);
        }
        // The file and the journals beside it are opened one after another: none may be another vault's.
        let _opening = share_within(&home.join(LOCK), MAKING_PATIENCE)?;
        Self::at(home, steps).map(Some)
    }

    pub(crate) fn at(home: PathBuf, steps: &'static [&'static str]) -> Result<Self, VaultError> {
        // Before it is opened: whoever takes its place later is told apart.
        let identity = file_identity(&home.join(FILE));
        let connection = connect(&home.join(FILE)).map_err(of_file)?;
        if schema::version(&connection).map_err(of_file)? > schema::latest(steps) {
            return Err(VaultError::Newer);
        }
        let slot = KeySlot::read(&connection)?;
        Ok(Self {
            home,
            connection,
            identity,
            slot,
            steps,
        })
    }

    /// How a vault stands that [`Self::find`] refuses because others can reach it: its key is not asked for, and nothing
    /// in it is believed but what kind of key and how many accounts it says. `None`: its file is not there.
    pub fn status_of_refused(home: &Path) -> Result<Option<Status>, VaultError> {
        let home = std::fs::canonicalize(home)?;
        match home.join(FILE).is_file() {
            true => Self::at(home, schema::STEPS)?.status().map(Some),
            false => Ok(None),
        }
    }

    /// That the file is still the one that was opened; asked with the right to write, so that it stays so.
    pub(crate) fn refuse_replaced(&self) -> Result<(), VaultError> {
        if file_identity(&self.home.join(FILE)) == self.identity {
            Ok(())
        } else {
            Err(VaultError::Replaced)
        }
    }

    /// What its key is kept by.
    pub fn key_source(&self) -> KeySource {
        self.slot.source.kind()
    }

    /// How it stands.
    pub fn status(&self) -> Result<Status, VaultError> {
        status(&self.connection, &self.home, self.key_source()).map_err(of_file)
    }

    /// Opens it with the key in the keyring. The locked vault comes back with every error, to try again.
    pub fn unlock_with_keyring(
        self,
        keyring: &Keyring,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Vault, (Box<Self>, UnlockError)> {
        let master = self.master(OpenBy::Keyring(keyring));
        self.open(master, entropy)
    }

    /// Opens it with a passphrase. The locked vault comes back with every error, to try again.
    pub fn unlock_with_passphrase(
        self,
        passphrase: &Secret<String>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Vault, (Box<Self>, UnlockError)> {
        let master = self.master(OpenBy::Passphrase(passphrase));
        self.open(master, entropy)
    }

    /// Its master key, by whichever key is at hand.
    pub(crate) fn master(&self, by: OpenBy<'_>) -> Result<Key, UnlockError> {
        let master = match by {
            OpenBy::Keyring(keyring) => self.master_from_keyring(keyring),
            OpenBy::Passphrase(passphrase) => self.master_from_passphrase(passphrase),
        };
        match master {
            Err(
                UnlockError::KeyMissing
                | UnlockError::WrongKey
                | UnlockError::WrongPassphrase
                | UnlockError::WrongSource,
            ) if self.is_rekeyed()? => Err(UnlockError::Rekeyed),
            outcome => outcome,
        }
    }

    fn is_rekeyed(&self) -> Result<bool, VaultError> {
        Ok(KeySlot::read(&self.connection)? != self.slot)
    }

    fn master_from_keyring(&self, keyring: &Keyring) -> Result<Key, UnlockError> {
        let item = self.slot.item().ok_or(UnlockError::WrongSource)?;
        let wrapping = keyring.key(item).map_err(of_keyring)?;
        self.slot.master(&wrapping)?.ok_or(UnlockError::WrongKey)
    }

    fn master_from_passphrase(&self, passphrase: &Secret<String>) -> Result<Key, UnlockError> {
        let Source::Passphrase { salt, cost } = self.slot.source else {
            return Err(UnlockError::WrongSource);
        };
        let wrapping = stretch(passphrase, salt, cost)?;
        self.slot.master(&wrapping)?.ok_or(UnlockError::WrongPassphrase)
    }

    pub(crate) fn open(
        mut self,
        master: Result<Key, UnlockError>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Vault, (Box<Self>, UnlockError)> {
        let seals = master.and_then(|master| Ok(self.ready(&master, entropy)?));
        match seals {
            Ok(seals) => Ok(Vault::new(
                self.home,
                (self.connection, self.identity),
                seals,
                self.slot.source.kind(),
                self.steps,
            )),
            Err(error) => Err((Box::new(self), error)),
        }
    }

    /// The subkeys, once the file has the latest shape and nothing besides.
    pub(crate) fn ready(
        &mut self,
        master: &Key,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Arc<Seals>, VaultError> {
        let seals = Arc::new(Seals::new(self.slot.vault, master, entropy)?);
        self.check_version(&seals)?;
        if schema::version(&self.connection)? < schema::latest(self.steps) {
            let _lock = lock_within(&self.home.join(LOCK), MAKING_PATIENCE)?;
            schema::migrate(&mut self.connection, &seals, self.steps)?;
        }
        self.check_version(&seals)?;
        schema::check_shape(&self.connection, self.steps)?;
        Ok(seals)
    }

    /// Both versions are read in one transaction: another process may migrate at this moment.
    fn check_version(&self, seals: &Seals) -> Result<(), VaultError> {
        let snapshot = self.connection.unchecked_transaction()?;
        schema::check_version(&snapshot, seals, schema::version(&snapshot)?)
    }

    /// Opens a vault that this process has just made.
    pub(crate) fn open_new(self, master: Key, entropy: Arc<dyn Entropy>) -> Result<Vault, VaultError> {
        self.open(Ok(master), entropy).map_err(|(_, error)| match error {
            UnlockError::Vault(error) => error,
            other => VaultError::Defect(other.to_string()),
        })
    }
}

pub(crate) fn status(
    connection: &Connection,
    home: &Path,
    key_source: KeySource,
) -> Result<Status, VaultError> {
    let accounts: i64 = connection.query_row("SELECT count(*) FROM accounts", [], |row| row.get(0))?;
    let version = schema::version(connection)?;
    Ok(Status {
        path: home.join(FILE),
        key_source,
        version,
        accounts: u64::try_from(accounts).unwrap_or(0),
    })
}

/// Whether a vault is in this folder; everything beside it is held against the permissions too.
pub(crate) fn is_there(home: &Path) -> Result<bool, VaultError> {
    private_folder(&home.join(lease::FOLDER))?;
    for name in [LOCK].iter().chain(&JOURNALS) {
        is_private_file(&home.join(name))?;
    }
    if is_private_file(&home.join(FILE))? {
        return Ok(true);
    }
    // A journal holds sealed records too: it is not to be taken for that of a new vault.
    for journal in JOURNALS {
        if is_private_file(&home.join(journal))? {
            return Err(VaultError::damaged_file(format!(
                "{FILE} is gone, and {journal} is still there"
            )));
        }
    }
    Ok(false)
}

/// Opens a file that has to be there. A link is not followed.
pub(crate) fn open_file(path: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    Connection::open_with_flags(path, flags)
}

/// The same, of a file that may be anything: it runs nothing, and what is deleted in it is gone.
pub(crate) fn open_guarded(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open_file(path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}

/// Opens the vault's file, which has to be there.
pub(crate) fn connect(path: &Path) -> Result<Connection, VaultError> {
    let connection = open_guarded(path)?;
    connection.busy_timeout(WRITE_PATIENCE)?;
    // What is no vault is not to be made into a database of SQLite's, or into one with a journal, by being looked at.
    schema::version(&connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// What is asked first is always the same: a file to which SQLite has another answer is not as SQLite wrote it.
fn of_file(error: VaultError) -> VaultError {
    match error {
        VaultError::Defect(_) => VaultError::damaged_file("the structure of the file"),
        other => other,
    }
}

fn of_keyring(error: KeyringError) -> UnlockError {
    match error {
        KeyringError::Missing => UnlockError::KeyMissing,
        KeyringError::Unfit => UnlockError::WrongKey,
        KeyringError::Locked => UnlockError::KeyringLocked,
        KeyringError::Unavailable => UnlockError::KeyringUnavailable,
    }
}

#[cfg(test)]
mod older_vaults;
#[cfg(test)]
mod tests;
