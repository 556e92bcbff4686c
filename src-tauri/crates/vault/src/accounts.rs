use keybelt_contract::{AccountName, ProfileName};
use keybelt_primitives::UnixSeconds;
use rusqlite::{Transaction, params};

use crate::lease::lock_name;
use crate::ledger::append;
use crate::opening::WRITE_PATIENCE;
use crate::outputs;
use crate::profiles::{ProfileRow, update};
use crate::reserve;
use crate::seal::{Seals, Tagged};
use crate::{
    AccountChange, AccountRecord, AccountSummary, Evidence, Lease, LedgerLine, Listed, ProfileUpdate, Tokens,
    Vault, VaultError,
};

mod row;

pub(crate) use row::AccountRow;
use row::{Parts, SUMMARIES, SummaryRow, write_row};

/// What became of a rename.
#[derive(Clone, Debug, PartialEq)]
pub enum Renaming {
    /// It is called so now.
    Renamed(Box<AccountSummary>),
    /// There is no such account.
    Absent,
    /// Another account has the new name.
    Taken,
}

impl Vault {
    /// The account of this name; a damaged one is an error, also where only its own record still calls it so. One record
    /// is opened where it is there.
    pub fn account(&self, name: &AccountName) -> Result<Option<AccountSummary>, VaultError> {
        self.read(|connection| {
            AccountRow::however_damaged(connection, self.seals(), name)?
                .map(|row| row.summary(self.seals()))
                .transpose()
        })
    }

    /// The account of this row.
    pub fn account_by_id(&self, id: i64) -> Result<Option<AccountSummary>, VaultError> {
        self.read(|connection| {
            AccountRow::of_id(connection, id)?
                .map(|row| row.summary(self.seals()))
                .transpose()
        })
    }

    /// Every account, by name bytewise. Only summaries are read and opened.
    pub fn accounts(&self) -> Result<Listed<AccountSummary>, VaultError> {
        self.read(|connection| {
            let mut listed = Listed {
                records: Vec::new(),
                damaged: Vec::new(),
            };
            let mut statement = connection.prepare_cached(SUMMARIES)?;
            let mut rows = statement.query([])?;
            // Each is opened as it is read: the sealed ones never lie in memory together.
            while let Some(row) = rows.next()? {
                let row = SummaryRow::read(row)?;
                match row.summary(self.seals()) {
                    Ok(summary) => listed.records.push(summary),
                    Err(error) => listed.damaged.push(row.damaged(&error)),
                }
            }
            // No two have the same name.
            listed
                .records
                .sort_unstable_by(|left, right| left.name.cmp(&right.name));
            Ok(listed)
        })
    }

    /// An account with its evidence; its tokens stay sealed.
    pub fn evidence(&self, id: i64) -> Result<Option<(AccountSummary, Evidence)>, VaultError> {
        self.read(|connection| {
            let Some(row) = AccountRow::of_id(connection, id)? else {
                return Ok(None);
            };
            let summary = row.summary(self.seals())?;
            let evidence = row.evidence(self.seals(), &summary)?;
            Ok(Some((summary, evidence)))
        })
    }

    /// An account whole, for refreshing or revoking it.
    pub fn account_record(&self, id: i64) -> Result<Option<AccountRecord>, VaultError> {
        self.read(|connection| {
            AccountRow::of_id(connection, id)?
                .map(|row| row.record(self.seals()))
                .transpose()
        })
    }

    /// The tokens, to be given to the line's receiver: the line is durable before they are. `None`: unlinked meanwhile.
    pub fn hand_over(
        &self,
        id: i64,
        line: LedgerLine,
    ) -> Result<Option<(AccountSummary, Tokens)>, VaultError> {
        self.write(|transaction| {
            let Some(row) = AccountRow::of_id(transaction, id)? else {
                return Ok(None);
            };
            let summary = row.summary(self.seals())?;
            let tokens = row.tokens(self.seals(), &summary)?;
            append(
                transaction,
                self.seals(),
                &line.of_account(&summary.name),
                Some(id),
            )?;
            Ok(Some((summary, tokens)))
        })
    }

    /// Puts a new account in, with the ledger's line and what the link learned about its profile. `None`: the name is
    /// taken meanwhile, or the profile gone. A damaged record of that name makes room; its outputs get the new tokens.
    pub fn insert_account(
        &self,
        record: AccountRecord,
        line: &LedgerLine,
        profile: Option<&ProfileUpdate>,
    ) -> Result<Option<AccountSummary>, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            let AccountRecord {
                mut summary,
                tokens,
                evidence,
            } = record;
            let Some(profile_row) = ProfileRow::of_id(transaction, summary.profile_id)? else {
                return Ok(None);
            };
            if let Ok(profile) = profile_row.open(seals) {
                // It may have been renamed meanwhile.
                summary.profile = profile.name;
            }
            let mut line = line.clone();
            let mut heirlooms = Vec::new();
            if let Some(row) = AccountRow::however_damaged(transaction, seals, &summary.name)? {
                if row.record(seals).is_ok() {
                    return Ok(None);
                }
                heirlooms = outputs::of_account(transaction, seals, row.id)?;
                transaction.execute("DELETE FROM accounts WHERE id = ?1", [row.id])?;
                line = line.renewing(true);
            }
            transaction.execute(
                "INSERT INTO accounts (generation, profile_id, name_tag, summary, tokens, evidence) \
                 VALUES (0, ?1, ?2, x'', x'', x'')",
                params![
                    summary.profile_id,
                    seals.tag(Tagged::AccountName, summary.name.as_str())?
                ],
            )?;
            summary.id = transaction.last_insert_rowid();
            outputs::adopt(transaction, seals, heirlooms, summary.id)?;
            tell(transaction, seals, &line, &mut summary)?;
            let parts = Parts {
                summary: &summary,
                tokens: &tokens,
                evidence: &evidence,
            };
            write_row(transaction, seals, 1, parts)?;
            profile
                .map(|change| update(transaction, seals, change))
                .transpose()?;
            Ok(Some(summary))
        })
    }

    /// Which row has this name, whether it opens or not.
    pub fn account_id(&self, name: &AccountName) -> Result<Option<i64>, VaultError> {
        self.read(|connection| {
            Ok(AccountRow::however_damaged(connection, self.seals(), name)?.map(|row| row.id))
        })
    }

    /// Changes the account whose lease is held, with the ledger's line, in one durable transaction. `None`: it was
    /// unlinked meanwhile.
    pub fn write_account(
        &self,
        lease: &Lease,
        change: AccountChange<'_>,
        profile: Option<&ProfileUpdate>,
    ) -> Result<Option<AccountSummary>, VaultError> {
        if lease.account() != change.summary.id {
            return Err(VaultError::Defect("the lease is another account's".to_owned()));
        }
        if change.tokens.is_none() && change.summary.refresh.sent_at.is_some() {
            // The mark of a request whose answer must find room.
            reserve::keep(self.home())?;
        }
        match self.write_change(lease, change, profile) {
            Err(VaultError::DiskFull | VaultError::DiskFails) if change.tokens.is_some() => {
                reserve::give_up(self.home());
                self.write_change(lease, change, profile)
            }
            outcome => outcome,
        }
    }

    fn write_change(
        &self,
        lease: &Lease,
        change: AccountChange<'_>,
        profile: Option<&ProfileUpdate>,
    ) -> Result<Option<AccountSummary>, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            let Some(row) = AccountRow::of_id(transaction, lease.account())? else {
                return Ok(None);
            };
            let there = row.summary(seals)?;
            let mut summary = AccountSummary {
                name: there.name.clone(),
                profile_id: there.profile_id,
                profile: there.profile.clone(),
                token_seq: there.token_seq,
                ..change.summary.clone()
            };
            if let Some(line) = change.line {
                tell(transaction, seals, &line.of_account(&summary.name), &mut summary)?;
            }
            let kept_tokens = if change.tokens.is_none() {
                Some(row.tokens(seals, &there)?)
            } else {
                None
            };
            let kept_evidence = if change.evidence.is_none() {
                Some(row.evidence(seals, &there)?)
            } else {
                None
            };
            if let (Some(tokens), Some(evidence)) = (
                change.tokens.or(kept_tokens.as_ref()),
                change.evidence.or(kept_evidence.as_ref()),
            ) {
                write_row(
                    transaction,
                    seals,
                    row.generation.saturating_add(1),
                    Parts {
                        summary: &summary,
                        tokens,
                        evidence,
                    },
                )?;
            }
            profile
                .map(|change| update(transaction, seals, change))
                .transpose()?;
            Ok(Some(summary))
        })
    }

    /// Gives an account another name. Needs no lease: whoever refreshes it meanwhile keeps the new name.
    pub fn rename_account(
        &self,
        name: &AccountName,
        new: &AccountName,
        now: UnixSeconds,
    ) -> Result<Renaming, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            let Some(row) = AccountRow::however_damaged(transaction, seals, name)? else {
                return Ok(Renaming::Absent);
            };
            if name == new {
                return Ok(Renaming::Renamed(Box::new(row.summary(seals)?)));
            }
            if AccountRow::however_damaged(transaction, seals, new)?.is_some() {
                return Ok(Renaming::Taken);
            }
            let AccountRecord {
                mut summary,
                tokens,
                evidence,
            } = row.record(seals)?;
            summary.name = new.clone();
            transaction.execute(
                "UPDATE accounts SET name_tag = ?2 WHERE id = ?1",
                params![row.id, seals.tag(Tagged::AccountName, new.as_str())?],
            )?;
            let parts = Parts {
                summary: &summary,
                tokens: &tokens,
                evidence: &evidence,
            };
            write_row(transaction, seals, row.generation.saturating_add(1), parts)?;
            append(
                transaction,
                seals,
                &LedgerLine::renamed(new, name, now),
                Some(row.id),
            )?;
            Ok(Renaming::Renamed(Box::new(summary)))
        })
    }

    /// That there is the right and the room to unlink: before the provider is asked to take the grant back.
    pub fn prepare_unlinking(&self) -> Result<(), VaultError> {
        self.refuse_unwritable(WRITE_PATIENCE)?;
        reserve::keep(self.home())
    }

    /// Removes the account whose lease is held. `revoked`: the provider took the grant back, which the ledger tells
    /// too. `false`: it was gone already.
    pub fn unlink(
        &self,
        lease: &Lease,
        name: &AccountName,
        revoked: bool,
        now: UnixSeconds,
    ) -> Result<bool, VaultError> {
        let id = lease.account();
        let was_there = match self.delete(id, name, revoked, now) {
            Err(VaultError::DiskFull | VaultError::DiskFails) if revoked => {
                reserve::give_up(self.home());
                self.delete(id, name, revoked, now)
            }
            outcome => outcome,
        }?;
        self.remove_lock_file(&lock_name(id));
        Ok(was_there)
    }

    fn delete(
        &self,
        id: i64,
        name: &AccountName,
        revoked: bool,
        now: UnixSeconds,
    ) -> Result<bool, VaultError> {
        self.write(|transaction| {
            if transaction.execute("DELETE FROM accounts WHERE id = ?1", [id])? == 0 {
                return Ok(false);
            }
            if revoked {
                append(
                    transaction,
                    self.seals(),
                    &LedgerLine::revoked(name, now),
                    Some(id),
                )?;
            }
            append(
                transaction,
                self.seals(),
                &LedgerLine::unlinked(name, now),
                Some(id),
            )?;
            Ok(true)
        })
    }
}

/// Adds the ledger's line about an account. One that tells of renewed tokens is the update that the summary remembers.
fn tell(
    transaction: &Transaction<'_>,
    seals: &Seals,
    line: &LedgerLine,
    summary: &mut AccountSummary,
) -> Result<(), VaultError> {
    let line = line.with_update(summary);
    let seq = append(transaction, seals, &line, Some(summary.id))?;
    if line.is_update() {
        summary.token_seq = seq;
    }
    Ok(())
}

/// Lets the accounts of a profile know its new name. One that is damaged keeps the old one until it is linked again.
pub(crate) fn rename_profile(
    transaction: &Transaction<'_>,
    seals: &Seals,
    profile_id: i64,
    name: &ProfileName,
) -> Result<(), VaultError> {
    for row in AccountRow::all(transaction)? {
        if row.profile_id != profile_id {
            continue;
        }
        let Ok(AccountRecord {
            mut summary,
            tokens,
            evidence,
        }) = row.record(seals)
        else {
            continue;
        };
        summary.profile = name.clone();
        let parts = Parts {
            summary: &summary,
            tokens: &tokens,
            evidence: &evidence,
        };
        write_row(transaction, seals, row.generation.saturating_add(1), parts)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
