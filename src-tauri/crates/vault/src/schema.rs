//! The shape of the file, and how an older one becomes it.

use std::sync::Arc;

use rusqlite::Connection;
use rusqlite_migration::{HookError, M, Migrations};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::seal::{Column, Row, Seals};

/// `KBLT`, in the file's header.
pub(crate) const APPLICATION_ID: i32 = 0x4B42_4C54;

/// Each step makes the shape of the next version. The `vault` table stays as it is: an older file is opened by it.
///
/// Row ids are never used twice, so that a lease or a sealed record of an account that is gone fits no other.
pub(crate) const STEPS: &[&str] = &[FIRST, OUTPUTS_AND_RSA_KEYS];

const FIRST: &str = "
    CREATE TABLE vault (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        vault_id BLOB NOT NULL,
        key_source TEXT NOT NULL,
        salt BLOB,
        memory_kib INTEGER,
        passes INTEGER,
        lanes INTEGER,
        wrapped_key BLOB NOT NULL,
        digest BLOB NOT NULL,
        schema_version BLOB NOT NULL
    ) STRICT;
    CREATE TABLE profiles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        generation INTEGER NOT NULL,
        name_tag BLOB NOT NULL UNIQUE,
        key_tag BLOB NOT NULL UNIQUE,
        settings BLOB NOT NULL,
        client_secret BLOB
    ) STRICT;
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        generation INTEGER NOT NULL,
        profile_id INTEGER NOT NULL REFERENCES profiles (id),
        name_tag BLOB NOT NULL UNIQUE,
        summary BLOB NOT NULL,
        tokens BLOB NOT NULL,
        evidence BLOB NOT NULL
    ) STRICT;
    CREATE INDEX accounts_by_profile ON accounts (profile_id);
    CREATE TABLE pending (
        state_tag BLOB PRIMARY KEY,
        deadline INTEGER NOT NULL,
        record BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account_id INTEGER,
        line BLOB NOT NULL
    ) STRICT;
    CREATE INDEX ledger_by_account ON ledger (account_id);
    CREATE TABLE blobs (
        name_tag BLOB PRIMARY KEY,
        generation INTEGER NOT NULL,
        content BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// An output stays behind when its account goes, until the file that it kept is gone too.
const OUTPUTS_AND_RSA_KEYS: &str = "
    ALTER TABLE profiles ADD COLUMN rsa_key BLOB;
    CREATE TABLE outputs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
        generation INTEGER NOT NULL,
        record BLOB NOT NULL
    ) STRICT;
    CREATE INDEX outputs_by_account ON outputs (account_id);
";

/// Where the sealed version stands; it is written anew with every migration.
const VERSION_ROW: Row<'static> = Row::Numbered { id: 1, generation: 1 };

/// The version that the steps lead to.
pub(crate) fn latest(steps: &[&str]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// The version that the file says it has, after making sure that it is a vault at all.
pub(crate) fn version(connection: &Connection) -> Result<u32, VaultError> {
    let not_ours = || VaultError::damaged_file("the file is no vault");
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Err(not_ours());
    }
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    u32::try_from(version)
        .ok()
        .filter(|version| *version > 0)
        .ok_or_else(not_ours)
}

/// Gives an empty file the latest shape.
pub(crate) fn make(connection: &mut Connection, steps: &[&str]) -> Result<(), VaultError> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    Migrations::new(steps.iter().map(|sql| M::up(sql)).collect())
        .to_latest(connection)
        .map_err(of_migration)
}

/// Brings the file to the latest version. Each step is one transaction with the sealed version it leads to.
pub(crate) fn migrate(
    connection: &mut Connection,
    seals: &Arc<Seals>,
    steps: &[&'static str],
) -> Result<(), VaultError> {
    let step = |(index, sql): (usize, &&'static str)| {
        let (seals, version) = (seals.clone(), u32::try_from(index + 1).unwrap_or(u32::MAX));
        M::up_with_hook(sql, move |transaction: &rusqlite::Transaction<'_>| {
            let sealed =
                sealed_version(&seals, version).map_err(|error| HookError::Hook(error.to_string()))?;
            transaction.execute("UPDATE vault SET schema_version = ?1", [sealed])?;
            Ok(())
        })
    };
    Migrations::new(steps.iter().enumerate().map(step).collect())
        .to_latest(connection)
        .map_err(of_migration)
}

/// The version as it is sealed.
pub(crate) fn sealed_version(seals: &Seals, version: u32) -> Result<Vec<u8>, VaultError> {
    let plain = Zeroizing::new(version.to_be_bytes().to_vec());
    seals.seal(Column::SchemaVersion, VERSION_ROW, &plain)
}

/// Holds the version that the file says against the sealed one.
pub(crate) fn check_version(connection: &Connection, seals: &Seals, said: u32) -> Result<(), VaultError> {
    let damaged = || VaultError::damaged_file("the version of the file");
    let sealed: Vec<u8> = connection
        .query_row("SELECT schema_version FROM vault", [], |row| row.get(0))
        .map_err(|error| match error.into() {
            // The column is not there: its declaration was hit, and the shape is not looked at yet.
            VaultError::Defect(_) => damaged(),
            other => other,
        })?;
    let opened = seals.open(Column::SchemaVersion, VERSION_ROW, &sealed)?;
    #[expect(clippy::disallowed_methods, reason = "a version is no secret")]
    let is_said = opened.is_some_and(|version| version.expose().as_slice() == said.to_be_bytes());
    if is_said { Ok(()) } else { Err(damaged()) }
}

/// Holds every table, index and whatever else the file declares against what the steps make.
pub(crate) fn check_shape(connection: &Connection, steps: &[&str]) -> Result<(), VaultError> {
    let mut model = Connection::open_in_memory()?;
    make(&mut model, steps)?;
    if declarations(connection)? == declarations(&model)? {
        Ok(())
    } else {
        Err(VaultError::damaged_file("the shape of the file"))
    }
}

fn declarations(connection: &Connection) -> Result<Vec<(String, String, Option<String>)>, VaultError> {
    let mut statement =
        connection.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn of_migration(error: rusqlite_migration::Error) -> VaultError {
    use rusqlite_migration::{Error, MigrationDefinitionError};
    match error {
        Error::RusqliteError { err, .. } => err.into(),
        Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => VaultError::Newer,
        other => VaultError::Defect(other.to_string()),
    }
}
