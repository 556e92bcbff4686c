//! Outputs: where an account's tokens go by themselves. Each remembers the last update that it was given, so that
//! whoever opens the vault next knows what a killed process left undone.

use std::time::Duration;

use keybelt_contract::{DamagedRecord, TokenPassing};
use keybelt_primitives::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::accounts::AccountRow;
use crate::lease::{lock_of, output_lock_name};
use crate::ledger::append;
use crate::seal::{Column, Row, Seals};
use crate::{AccountSummary, LedgerLine, Listed, Part, Tokens, Vault, VaultError, stored};

/// Where an output leads.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutputTarget {
    /// A command that is run with each new token.
    Command {
        /// The program, then its arguments; no shell reads them.
        command: Vec<String>,
        /// How it gets the token.
        token: TokenPassing,
        /// How long it may run, in seconds.
        time_limit: u32,
    },
    /// A file that holds the newest token.
    File {
        /// Its absolute path.
        path: String,
        /// A format of `export`.
        format: String,
    },
}

/// An output as it is kept.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OutputRecord {
    /// The row; never used again for another output.
    #[serde(skip)]
    pub id: i64,
    /// The account's row.
    pub account_id: i64,
    /// Where it leads.
    pub target: OutputTarget,
    /// When it was added.
    pub added_at: UnixSeconds,
    /// The account's `token_seq` that was delivered last.
    pub delivered: Option<i64>,
    /// When that was.
    pub delivered_at: Option<UnixSeconds>,
    /// What went wrong since.
    pub failed: Option<OutputFailure>,
}

/// Why the newest token was not delivered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OutputFailure {
    /// The `token_seq` that was to be delivered.
    pub seq: i64,
    /// How often it was tried.
    pub times: u32,
    /// When the last time was.
    pub at: UnixSeconds,
    /// What happened, for people.
    pub message: String,
}

impl OutputRecord {
    /// Whether the account's newest token was not delivered yet.
    pub fn is_behind(&self, account: &AccountSummary) -> bool {
        self.delivered != Some(account.token_seq)
    }
}

/// What became of an output that was to be added.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AddOutput {
    /// It is there.
    Added(Box<OutputRecord>),
    /// The account was unlinked meanwhile.
    Absent,
    /// The output of this number keeps that file already.
    Taken(i64),
}

/// An output whose account is gone: what it kept has to go too, then it itself.
#[derive(Clone, Debug)]
pub struct GoneOutput {
    /// The row.
    pub id: i64,
    /// The output; `None`: it is damaged, and nobody can tell where it led.
    pub output: Option<OutputRecord>,
}

/// What one delivery needs.
pub struct Delivery {
    /// The output.
    pub output: OutputRecord,
    /// The account as it stands now.
    pub summary: AccountSummary,
    /// Its tokens.
    pub tokens: Tokens,
}

/// The right to deliver to one output, until dropped. A command that is run inherits it.
#[derive(Debug)]
pub struct OutputLock(std::fs::File);

impl OutputLock {
    /// The file whose lock it is.
    pub fn file(&self) -> &std::fs::File {
        &self.0
    }
}

impl Drop for OutputLock {
    fn drop(&mut self) {
        // What a command left running holds the file open, and is not to hold the lock.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the lock of an output stays taken");
        }
    }
}

impl Vault {
    /// Adds an output to an account.
    pub fn add_output(
        &self,
        account_id: i64,
        target: OutputTarget,
        now: UnixSeconds,
    ) -> Result<AddOutput, VaultError> {
        self.write(|transaction| {
            if AccountRow::of_id(transaction, account_id)?.is_none() {
                return Ok(AddOutput::Absent);
            }
            if let Some(id) = keeps_same_file(transaction, self.seals(), &target)? {
                return Ok(AddOutput::Taken(id));
            }
            transaction.execute(
                "INSERT INTO outputs (account_id, generation, record) VALUES (?1, 0, x'')",
                [account_id],
            )?;
            let output = OutputRecord {
                id: transaction.last_insert_rowid(),
                account_id,
                target,
                added_at: now,
                delivered: None,
                delivered_at: None,
                failed: None,
            };
            write_row(transaction, self.seals(), 1, &output)?;
            Ok(AddOutput::Added(Box::new(output)))
        })
    }

    /// Every output with its account, by the account's name bytewise, then in the order in which they were added. An
    /// output of a damaged account is left out.
    pub fn outputs(&self) -> Result<Listed<(OutputRecord, AccountSummary)>, VaultError> {
        self.read(|connection| {
            let seals = self.seals();
            let mut listed = Listed {
                records: Vec::new(),
                damaged: Vec::new(),
            };
            for row in OutputRow::all(connection)? {
                let Some(account_id) = row.account_id else {
                    continue;
                };
                let account = AccountRow::of_id(connection, account_id)?;
                match row.open(connection, seals) {
                    Ok(output) => {
                        if let Some(Ok(summary)) = account.map(|account| account.summary(seals)) {
                            listed.records.push((output, summary));
                        }
                    }
                    Err(error) => listed.damaged.push(row.damaged(&error)),
                }
            }
            listed.records.sort_by(|left, right| {
                let key =
                    |(output, account): &(OutputRecord, AccountSummary)| (account.name.clone(), output.id);
                key(left).cmp(&key(right))
            });
            Ok(listed)
        })
    }

    /// The outputs whose account is gone.
    pub fn gone_outputs(&self) -> Result<Vec<GoneOutput>, VaultError> {
        self.read(|connection| {
            let rows = OutputRow::all(connection)?;
            let gone = rows.into_iter().filter(|row| row.account_id.is_none());
            Ok(gone
                .map(|row| GoneOutput {
                    id: row.id,
                    output: row.open(connection, self.seals()).ok(),
                })
                .collect())
        })
    }

    /// One output; `None`: there is none of this number. A damaged one is an error.
    pub fn output(&self, id: i64) -> Result<Option<OutputRecord>, VaultError> {
        self.read(|connection| {
            OutputRow::of_id(connection, id)?
                .map(|row| row.open(connection, self.seals()))
                .transpose()
        })
    }

    /// The output that keeps the file of this target, by its number.
    pub fn keeper_of(&self, target: &OutputTarget) -> Result<Option<i64>, VaultError> {
        self.read(|connection| keeps_same_file(connection, self.seals(), target))
    }

    /// Removes an output, damaged or not. `false`: there is none of this number.
    pub fn remove_output(&self, id: i64) -> Result<bool, VaultError> {
        let was_there = self
            .write(|transaction| Ok(transaction.execute("DELETE FROM outputs WHERE id = ?1", [id])? > 0))?;
        self.remove_lock_file(&output_lock_name(id));
        Ok(was_there)
    }

    /// The right to deliver to one output, waited for at most so long. `None`: another process delivers, or what it ran
    /// has not ended.
    pub fn lock_output(&self, id: i64, within: Duration) -> Result<Option<OutputLock>, VaultError> {
        match lock_of(self.home(), &output_lock_name(id), within) {
            Ok(file) => Ok(Some(OutputLock(file))),
            Err(VaultError::Busy) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is to be delivered, its receiver named in the ledger: the line is durable before the tokens are given.
    /// `None`: the output or its account is gone, or `line` has none since nothing is due.
    pub fn begin_delivery(
        &self,
        id: i64,
        line: impl FnOnce(&OutputRecord, &AccountSummary) -> Option<LedgerLine>,
    ) -> Result<Option<Delivery>, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            let Some(row) = OutputRow::of_id(transaction, id)?.filter(|row| row.account_id.is_some()) else {
                return Ok(None);
            };
            let output = row.open(transaction, seals)?;
            let Some(account) = AccountRow::of_id(transaction, output.account_id)? else {
                return Ok(None);
            };
            let summary = account.summary(seals)?;
            let Some(line) = line(&output, &summary) else {
                return Ok(None);
            };
            let tokens = account.tokens(seals, &summary)?;
            append(transaction, seals, &line, Some(summary.id))?;
            Ok(Some(Delivery {
                output,
                summary,
                tokens,
            }))
        })
    }

    /// Writes down what a delivery came to, with the ledger's line about it. Gives back the output as it stands then;
    /// `None`: it was removed meanwhile.
    pub fn finish_delivery(
        &self,
        delivery: &Delivery,
        failure: Option<String>,
        line: &LedgerLine,
    ) -> Result<Option<OutputRecord>, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            append(transaction, seals, line, Some(delivery.summary.id))?;
            let Some(row) = OutputRow::of_id(transaction, delivery.output.id)? else {
                return Ok(None);
            };
            let mut output = row.open(transaction, seals)?;
            let (seq, at) = (delivery.summary.token_seq, line.at());
            match failure {
                None => {
                    output.delivered = Some(seq);
                    output.delivered_at = Some(at);
                    output.failed = None;
                }
                Some(message) => {
                    let before = output.failed.as_ref().filter(|failed| failed.seq == seq);
                    output.failed = Some(OutputFailure {
                        seq,
                        times: before.map_or(1, |failed| failed.times.saturating_add(1)),
                        at,
                        message,
                    });
                }
            }
            write_row(transaction, seals, row.generation.saturating_add(1), &output)?;
            Ok(Some(output))
        })
    }
}

/// The output that keeps the same file, if this is a file and there is one.
fn keeps_same_file(
    connection: &Connection,
    seals: &Seals,
    target: &OutputTarget,
) -> Result<Option<i64>, VaultError> {
    let OutputTarget::File { path, .. } = target else {
        return Ok(None);
    };
    for row in OutputRow::all(connection)? {
        if let Ok(output) = row.open(connection, seals)
            && matches!(&output.target, OutputTarget::File { path: other, .. } if other == path)
        {
            return Ok(Some(output.id));
        }
    }
    Ok(None)
}

/// The outputs of an account that is to be replaced by another of its name.
pub(crate) fn of_account(
    connection: &Connection,
    seals: &Seals,
    account_id: i64,
) -> Result<Vec<OutputRecord>, VaultError> {
    let rows = OutputRow::all(connection)?;
    let own = rows.iter().filter(|row| row.account_id == Some(account_id));
    Ok(own.filter_map(|row| row.open(connection, seals).ok()).collect())
}

/// Gives outputs to the account that came in the place of theirs.
pub(crate) fn adopt(
    transaction: &Transaction<'_>,
    seals: &Seals,
    outputs: Vec<OutputRecord>,
    account_id: i64,
) -> Result<(), VaultError> {
    for output in outputs {
        let sql = "UPDATE outputs SET account_id = ?2 WHERE id = ?1 RETURNING generation";
        let generation: i64 = transaction.query_row(sql, params![output.id, account_id], |row| row.get(0))?;
        let adopted = OutputRecord {
            account_id,
            delivered: None,
            failed: None,
            ..output
        };
        write_row(transaction, seals, generation.saturating_add(1), &adopted)?;
    }
    Ok(())
}

/// Every output that does not open.
pub(crate) fn check(connection: &Connection, seals: &Seals) -> Result<Vec<DamagedRecord>, VaultError> {
    let rows = OutputRow::all(connection)?;
    Ok(rows
        .iter()
        .filter_map(|row| row.open(connection, seals).err().map(|error| row.damaged(&error)))
        .collect())
}

/// An output as it stands in the file.
struct OutputRow {
    id: i64,
    account_id: Option<i64>,
    generation: i64,
    record: Vec<u8>,
}

impl OutputRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            account_id: row.get(1)?,
            generation: row.get(2)?,
            record: row.get(3)?,
        })
    }

    fn all(connection: &Connection) -> Result<Vec<Self>, VaultError> {
        let sql = "SELECT id, account_id, generation, record FROM outputs ORDER BY id";
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn of_id(connection: &Connection, id: i64) -> Result<Option<Self>, VaultError> {
        let sql = "SELECT id, account_id, generation, record FROM outputs WHERE id = ?1";
        Ok(connection
            .prepare_cached(sql)?
            .query_row([id], Self::read)
            .optional()?)
    }

    /// The output, held against the account that its row names. A row that names none is one whose account is gone.
    fn open(&self, connection: &Connection, seals: &Seals) -> Result<OutputRecord, VaultError> {
        let damaged = || VaultError::damaged(Part::Output, self.whole());
        let opened = seals
            .open(Column::Output, place(self.id, self.generation), &self.record)?
            .ok_or_else(damaged)?;
        let mut output: OutputRecord = stored::from_bytes(&opened).ok_or_else(damaged)?;
        output.id = self.id;
        let is_found_rightly = match self.account_id {
            Some(account) => account == output.account_id,
            None => AccountRow::of_id(connection, output.account_id)?.is_none(),
        };
        if is_found_rightly {
            Ok(output)
        } else {
            Err(damaged())
        }
    }

    /// What an error calls it where nothing of it opens.
    fn whole(&self) -> String {
        format!("the output {}", self.id)
    }

    fn damaged(&self, error: &VaultError) -> DamagedRecord {
        DamagedRecord {
            record: format!("outputs/{}", self.id),
            cause: error.cause_in(&self.whole()),
        }
    }
}

fn place(id: i64, generation: i64) -> Row<'static> {
    Row::Numbered { id, generation }
}

fn write_row(
    transaction: &Transaction<'_>,
    seals: &Seals,
    generation: i64,
    output: &OutputRecord,
) -> Result<(), VaultError> {
    let sealed = seals.seal(
        Column::Output,
        place(output.id, generation),
        &stored::to_bytes(output)?,
    )?;
    transaction.execute(
        "UPDATE outputs SET generation = ?2, record = ?3 WHERE id = ?1",
        params![output.id, generation, sealed],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
