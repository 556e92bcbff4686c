use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keybelt_contract::{DamagedRecord, KeySource};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::lease::lock_of;
use crate::opening::{self, Status, WRITE_PATIENCE};
use crate::private_files::{FileIdentity, file_identity};
use crate::seal::Seals;
use crate::{FILE, VaultError, schema};

/// The lock of whoever writes.
const WRITERS: &str = "writers.lock";

/// An open vault. Several threads and several processes may have it open at once; every call blocks.
pub struct Vault {
    home: PathBuf,
    connection: Mutex<Connection>,
    identity: Option<FileIdentity>,
    seals: Arc<Seals>,
    key_source: KeySource,
    version: u32,
}

/// What a table holds: the records that opened, and the names of those that did not.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The good ones, in their order.
    pub records: Vec<T>,
    /// The damaged ones.
    pub damaged: Vec<DamagedRecord>,
}

impl Vault {
    pub(crate) fn new(
        home: PathBuf,
        (connection, identity): (Connection, Option<FileIdentity>),
        seals: Arc<Seals>,
        key_source: KeySource,
        steps: &[&str],
    ) -> Self {
        let version = schema::latest(steps);
        Self {
            home,
            connection: Mutex::new(connection),
            identity,
            seals,
            key_source,
            version,
        }
    }

    /// How it stands.
    pub fn status(&self) -> Result<Status, VaultError> {
        self.read(|connection| opening::status(connection, &self.home, self.key_source))
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn seals(&self) -> &Seals {
        &self.seals
    }

    /// Reads from one snapshot of the file.
    pub(crate) fn read<T>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mut connection = self.lock();
        let snapshot = connection.transaction()?;
        self.refuse_changed(&snapshot)?;
        act(&snapshot)
    }

    /// Writes, durably and wholly, or not at all.
    pub(crate) fn write<T>(
        &self,
        act: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let connection = self.lock();
        self.refuse_replaced()?;
        let (_turn, transaction) = begin_writing(&self.home, &connection)?;
        self.refuse_changed(&transaction)?;
        let done = act(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// That it can be written to, waited for at most so long ([`VaultError::Busy`] then): before somebody outside is asked
    /// for what would have to be stored.
    pub fn refuse_unwritable(&self, within: Duration) -> Result<(), VaultError> {
        let connection = self.lock();
        let (_turn, transaction) = begin_writing_within(&self.home, &connection, within)?;
        self.refuse_changed(&transaction)
    }

    /// Since this process opened the file, a newer version may have migrated it, or another one stands in its place.
    fn refuse_changed(&self, connection: &Connection) -> Result<(), VaultError> {
        self.refuse_replaced()?;
        if schema::version(connection)? == self.version {
            Ok(())
        } else {
            Err(VaultError::Newer)
        }
    }

    fn refuse_replaced(&self) -> Result<(), VaultError> {
        if file_identity(&self.home.join(FILE)) == self.identity {
            Ok(())
        } else {
            Err(VaultError::Replaced)
        }
    }

    /// A thread that panicked has rolled its transaction back, so its connection is as good as ever.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins to write when it is this process's turn. Those who wait for SQLite's own lock try again and again, and of fifty
/// the unlucky ones starve: the kernel's has a queue. Both together are not waited for longer than one.
pub(crate) fn begin_writing<'a>(
    home: &Path,
    connection: &'a Connection,
) -> Result<(File, Transaction<'a>), VaultError> {
    begin_writing_within(home, connection, WRITE_PATIENCE)
}

fn begin_writing_within<'a>(
    home: &Path,
    connection: &'a Connection,
    within: Duration,
) -> Result<(File, Transaction<'a>), VaultError> {
    // SQLite itself begins to read then, and says so at the first change.
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(VaultError::ReadOnly);
    }
    let began = Instant::now();
    let turn = lock_of(home, WRITERS, within)?;
    connection.busy_timeout(within.saturating_sub(began.elapsed()))?;
    let begun = Transaction::new_unchecked(connection, TransactionBehavior::Immediate);
    connection.busy_timeout(WRITE_PATIENCE)?;
    Ok((turn, begun?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestHome;

    #[test]
    fn a_writer_who_does_not_end_is_waited_for_as_long_as_was_said() {
        let home = TestHome::new();
        let (vault, other) = (home.create(), home.open());
        let connection = other.lock();
        let writing = begin_writing(other.home(), &connection).unwrap();
        let began = Instant::now();
        assert_eq!(
            vault.refuse_unwritable(Duration::from_millis(50)),
            Err(VaultError::Busy)
        );
        assert!(began.elapsed() < WRITE_PATIENCE / 2);
        drop(writing);
        assert_eq!(vault.refuse_unwritable(WRITE_PATIENCE), Ok(()));
    }
}
