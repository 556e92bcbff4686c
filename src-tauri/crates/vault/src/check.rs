//! The check: every record opened once, and the file's structure looked through.

use keybelt_contract::DamagedRecord;
use rusqlite::Connection;

use crate::accounts::AccountRow;
use crate::ledger::LineRow;
use crate::profiles::ProfileRow;
use crate::seal::Seals;
use crate::{Vault, VaultError, blobs, outputs, pending};

type Check = fn(&Connection, &Seals) -> Result<Vec<DamagedRecord>, VaultError>;

const STRUCTURE: &str = "the structure of the file";

/// The file as SQLite sees it, then every table with sealed records.
const PARTS: &[(&str, Check)] = &[
    (STRUCTURE, structure),
    ("profiles", profiles),
    ("accounts", accounts),
    ("pending", pending::check),
    ("ledger", ledger),
    ("blobs", blobs::check),
    ("outputs", outputs::check),
];

impl Vault {
    /// Every record that does not open, and what SQLite finds wrong with the file. Nothing is changed.
    pub fn check(&self) -> Result<Vec<DamagedRecord>, VaultError> {
        self.read(|connection| {
            let mut damaged = Vec::new();
            for (part, check) in PARTS {
                match check(connection, self.seals()) {
                    Ok(found) => damaged.extend(found),
                    Err(error @ VaultError::Damaged { .. }) => {
                        damaged.push(DamagedRecord {
                            record: (*part).to_owned(),
                            cause: error.cause_in(part),
                        });
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(damaged)
        })
    }
}

fn structure(connection: &Connection, _seals: &Seals) -> Result<Vec<DamagedRecord>, VaultError> {
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut damaged = Vec::new();
    for row in rows {
        let cause = row?;
        if cause != "ok" {
            damaged.push(DamagedRecord {
                record: STRUCTURE.to_owned(),
                cause,
            });
        }
    }
    Ok(damaged)
}

fn profiles(connection: &Connection, seals: &Seals) -> Result<Vec<DamagedRecord>, VaultError> {
    let rows = ProfileRow::all(connection)?;
    Ok(rows
        .iter()
        .filter_map(|row| row.open(seals).err().map(|error| row.damaged(&error)))
        .collect())
}

fn accounts(connection: &Connection, seals: &Seals) -> Result<Vec<DamagedRecord>, VaultError> {
    let rows = AccountRow::all(connection)?;
    Ok(rows
        .iter()
        .filter_map(|row| row.record(seals).err().map(|error| row.damaged(&error)))
        .collect())
}

fn ledger(connection: &Connection, seals: &Seals) -> Result<Vec<DamagedRecord>, VaultError> {
    let rows = LineRow::all(connection)?;
    Ok(rows
        .iter()
        .filter_map(|row| row.open(seals).err().map(|error| row.damaged(&error)))
        .collect())
}
