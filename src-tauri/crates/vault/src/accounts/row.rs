//! An account's row: what it is found by, and its three sealed parts.

use std::ops::Deref;

use keybelt_contract::{AccountName, DamagedRecord};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::seal::{Column, Row, Seals, Tagged};
use crate::{AccountRecord, AccountSummary, Evidence, Part, Tokens, VaultError, stored};

/// An account as it stands in the file.
pub(crate) struct AccountRow {
    head: SummaryRow,
    tokens: Vec<u8>,
    evidence: Vec<u8>,
}

/// As much of it as a list needs: tokens and evidence are several times as large.
pub(crate) struct SummaryRow {
    pub(crate) id: i64,
    pub(super) generation: i64,
    pub(super) profile_id: i64,
    name_tag: Vec<u8>,
    summary: Vec<u8>,
}

/// Every row's head.
pub(super) const SUMMARIES: &str =
    "SELECT id, generation, profile_id, name_tag, summary FROM accounts ORDER BY id";
const COLUMNS: &str = "id, generation, profile_id, name_tag, summary, tokens, evidence";

impl Deref for AccountRow {
    type Target = SummaryRow;

    fn deref(&self) -> &SummaryRow {
        &self.head
    }
}

impl AccountRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            head: SummaryRow::read(row)?,
            tokens: row.get(5)?,
            evidence: row.get(6)?,
        })
    }

    /// The row of this name, whether it opens or not; also one that only its own record still calls so.
    pub(super) fn however_damaged(
        connection: &Connection,
        seals: &Seals,
        name: &AccountName,
    ) -> Result<Option<Self>, VaultError> {
        if let Some(row) = Self::of_name(connection, seals, name)? {
            return Ok(Some(row));
        }
        let mut statement = connection.prepare_cached(SUMMARIES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let row = SummaryRow::read(row)?;
            if row.read_summary(seals)?.is_some_and(|read| read.name == *name) {
                return Self::of_id(connection, row.id);
            }
        }
        Ok(None)
    }

    pub(crate) fn of_name(
        connection: &Connection,
        seals: &Seals,
        name: &AccountName,
    ) -> Result<Option<Self>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts WHERE name_tag = ?1");
        let tag = seals.tag(Tagged::AccountName, name.as_str())?;
        Ok(connection
            .prepare_cached(&sql)?
            .query_row([tag], Self::read)
            .optional()?)
    }

    pub(crate) fn of_id(connection: &Connection, id: i64) -> Result<Option<Self>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1");
        Ok(connection
            .prepare_cached(&sql)?
            .query_row([id], Self::read)
            .optional()?)
    }

    pub(crate) fn all(connection: &Connection) -> Result<Vec<Self>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts ORDER BY id");
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn tokens(&self, seals: &Seals, summary: &AccountSummary) -> Result<Tokens, VaultError> {
        let opened = seals.open(Column::AccountTokens, self.place(), &self.tokens)?;
        opened
            .and_then(|bytes| Tokens::from_bytes(&bytes))
            .ok_or_else(|| {
                VaultError::damaged(
                    Part::Account,
                    format!("the tokens of the account {}", summary.name),
                )
            })
    }

    pub(super) fn evidence(&self, seals: &Seals, summary: &AccountSummary) -> Result<Evidence, VaultError> {
        let opened = seals.open(Column::AccountEvidence, self.place(), &self.evidence)?;
        opened
            .and_then(|bytes| stored::from_bytes(&bytes))
            .ok_or_else(|| {
                VaultError::damaged(
                    Part::Account,
                    format!("the evidence of the account {}", summary.name),
                )
            })
    }

    pub(crate) fn record(&self, seals: &Seals) -> Result<AccountRecord, VaultError> {
        let summary = self.summary(seals)?;
        let tokens = self.tokens(seals, &summary)?;
        let evidence = self.evidence(seals, &summary)?;
        Ok(AccountRecord {
            summary,
            tokens,
            evidence,
        })
    }
}

impl SummaryRow {
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            generation: row.get(1)?,
            profile_id: row.get(2)?,
            name_tag: row.get(3)?,
            summary: row.get(4)?,
        })
    }

    /// The row of the profile it was linked by.
    pub(crate) fn profile_id(&self) -> i64 {
        self.profile_id
    }

    fn place(&self) -> Row<'static> {
        Row::Numbered {
            id: self.id,
            generation: self.generation,
        }
    }

    /// The summary, held against the columns that it was found by.
    pub(crate) fn summary(&self, seals: &Seals) -> Result<AccountSummary, VaultError> {
        let damaged = || VaultError::damaged(Part::Account, self.whole());
        let mut summary = self.read_summary(seals)?.ok_or_else(damaged)?;
        summary.id = self.id;
        let tag = seals.tag(Tagged::AccountName, summary.name.as_str())?;
        let is_found_rightly = summary.profile_id == self.profile_id && tag.as_slice() == self.name_tag;
        if is_found_rightly {
            Ok(summary)
        } else {
            Err(damaged())
        }
    }

    fn read_summary(&self, seals: &Seals) -> Result<Option<AccountSummary>, VaultError> {
        let opened = seals.open(Column::AccountSummary, self.place(), &self.summary)?;
        Ok(opened.and_then(|opened| stored::from_bytes(&opened)))
    }

    /// What an error calls it where nothing of it opens.
    fn whole(&self) -> String {
        format!("the account in row {}", self.id)
    }

    pub(crate) fn damaged(&self, error: &VaultError) -> DamagedRecord {
        DamagedRecord {
            record: format!("accounts/{}", self.id),
            cause: error.cause_in(&self.whole()),
        }
    }
}

/// The three parts of a row; they are sealed anew together, so that none of them can be an older one's.
pub(super) struct Parts<'a> {
    pub(super) summary: &'a AccountSummary,
    pub(super) tokens: &'a Tokens,
    pub(super) evidence: &'a Evidence,
}

pub(super) fn write_row(
    transaction: &Transaction<'_>,
    seals: &Seals,
    generation: i64,
    parts: Parts<'_>,
) -> Result<(), VaultError> {
    let id = parts.summary.id;
    let place = Row::Numbered { id, generation };
    transaction.execute(
        "UPDATE accounts SET generation = ?2, summary = ?3, tokens = ?4, evidence = ?5 WHERE id = ?1",
        params![
            id,
            generation,
            seals.seal(Column::AccountSummary, place, &stored::to_bytes(parts.summary)?)?,
            seals.seal(Column::AccountTokens, place, &parts.tokens.to_bytes()?)?,
            seals.seal(Column::AccountEvidence, place, &stored::to_bytes(parts.evidence)?)?,
        ],
    )?;
    Ok(())
}
