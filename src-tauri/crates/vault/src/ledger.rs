//! The ledger: who was handed what, when. Lines are added, never changed, and outlive their account.
//!
//! A line about renewed tokens is the event `token_update`, its row the event's number: it is durable with the tokens
//! themselves, and the numbers grow in the order of the commits.

use std::collections::BTreeSet;

use keybelt_contract::{AccountName, DamagedRecord, FailureCode, LogEntry, ProfileName, UsedBy};
use keybelt_primitives::UnixSeconds;
use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::accounts::AccountRow;
use crate::seal::{Column, Row, Seals};
use crate::{AccountSummary, Listed, Part, Vault, VaultError, stored};

const HANDED_OVER: &str = "handed_over";

/// One line to be added.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LedgerLine {
    at: UnixSeconds,
    account: Option<AccountName>,
    event: String,
    receiver: Option<String>,
    via: Option<String>,
    /// What it tells of renewed tokens. Lines from before there were updates have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    update: Option<Update>,
    /// It is to tell of renewed tokens, and whether the refresh token is another one.
    #[serde(skip)]
    rotated: Option<bool>,
}

/// What a line tells of renewed tokens.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Update {
    profile: ProfileName,
    expires_at: Option<UnixSeconds>,
    scopes: Vec<String>,
    rotated: bool,
}

/// An account's tokens were renewed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenUpdate {
    /// Its number: later ones are larger, and no two of a vault are the same.
    pub seq: i64,
    /// When it was.
    pub at: UnixSeconds,
    /// The account's row.
    pub account_id: i64,
    /// What the account is called now; where it is gone, what it was called then.
    pub account: AccountName,
    /// What its profile is called now, or was then.
    pub profile: ProfileName,
    /// When the new access token stops working; `None`: the provider does not say.
    pub expires_at: Option<UnixSeconds>,
    /// What it is good for, sorted.
    pub scopes: Vec<String>,
    /// Whether the refresh token changed.
    pub rotated: bool,
}

/// The updates after some number.
#[derive(Clone, Debug)]
pub struct Updates {
    /// The number of the newest line: nothing up to it is missing.
    pub last_seq: i64,
    /// The updates, oldest first.
    pub updates: Vec<TokenUpdate>,
}

impl LedgerLine {
    /// A token is about to be given to `receiver`, by way of `via`.
    pub fn handed_over(account: &AccountName, receiver: &str, via: &str, now: UnixSeconds) -> Self {
        let line = Self::about(Some(account), HANDED_OVER, Some(via), now);
        Self {
            receiver: Some(receiver.to_owned()),
            ..line
        }
    }

    /// The secrets of a profile are about to be given to `receiver`.
    pub fn profile_handed_over(profile: &ProfileName, receiver: &str, now: UnixSeconds) -> Self {
        let line = Self::about(None, HANDED_OVER, Some(&format!("profile:{profile}")), now);
        Self {
            receiver: Some(receiver.to_owned()),
            ..line
        }
    }

    /// Everything is about to be copied into a backup, the file `receiver`.
    pub fn backed_up(receiver: &str, now: UnixSeconds) -> Self {
        Self {
            receiver: Some(receiver.to_owned()),
            ..Self::about(None, "backed_up", None, now)
        }
    }

    /// An account was linked by this route.
    pub fn linked(account: &AccountName, route: &str, now: UnixSeconds) -> Self {
        Self::about(Some(account), "linked", Some(route), now)
    }

    /// Its tokens were renewed.
    pub fn refreshed(account: &AccountName, now: UnixSeconds) -> Self {
        Self::about(Some(account), "refreshed", None, now)
    }

    /// They were not.
    pub fn refresh_failed(account: &AccountName, code: FailureCode, now: UnixSeconds) -> Self {
        Self::about(Some(account), "refresh_failed", Some(code.as_str()), now)
    }

    /// Something was refused for safety.
    pub fn refused(account: Option<&AccountName>, code: FailureCode, now: UnixSeconds) -> Self {
        Self::about(account, "refused", Some(code.as_str()), now)
    }

    /// An output took the token, by way of `via`.
    pub fn delivered(account: &AccountName, receiver: &str, via: &str, now: UnixSeconds) -> Self {
        let line = Self::about(Some(account), "delivered", Some(via), now);
        Self {
            receiver: Some(receiver.to_owned()),
            ..line
        }
    }

    /// An output did not: `cause` is `exit 3`, `signal 9`, `timed_out`, `not_started` or `not_written`.
    pub fn delivery_failed(account: &AccountName, receiver: &str, cause: &str, now: UnixSeconds) -> Self {
        let line = Self::about(Some(account), "delivery_failed", Some(cause), now);
        Self {
            receiver: Some(receiver.to_owned()),
            ..line
        }
    }

    pub(crate) fn renamed(account: &AccountName, before: &AccountName, now: UnixSeconds) -> Self {
        Self::about(Some(account), "renamed", Some(before.as_str()), now)
    }

    /// The provider was asked to take the grant back, and did not say that it has.
    pub fn revocation_failed(account: &AccountName, code: FailureCode, now: UnixSeconds) -> Self {
        Self::about(Some(account), "revocation_failed", Some(code.as_str()), now)
    }

    pub(crate) fn revoked(account: &AccountName, now: UnixSeconds) -> Self {
        Self::about(Some(account), "revoked", None, now)
    }

    pub(crate) fn unlinked(account: &AccountName, now: UnixSeconds) -> Self {
        Self::about(Some(account), "unlinked", None, now)
    }

    /// The same line, telling of tokens that came in the place of others; `rotated`: the refresh token too.
    #[must_use]
    pub fn renewing(self, rotated: bool) -> Self {
        Self {
            rotated: Some(rotated),
            ..self
        }
    }

    /// The line with what it has to tell of the account's tokens.
    pub(crate) fn with_update(&self, summary: &AccountSummary) -> Self {
        let update = self.rotated.map(|rotated| Update {
            profile: summary.profile.clone(),
            expires_at: summary.expires_at,
            scopes: summary.scopes.clone(),
            rotated,
        });
        Self {
            update,
            ..self.clone()
        }
    }

    /// Whether it tells of renewed tokens.
    pub(crate) fn is_update(&self) -> bool {
        self.update.is_some()
    }

    /// When it was.
    pub(crate) fn at(&self) -> UnixSeconds {
        self.at
    }

    /// The same line under the name that the account has now.
    pub(crate) fn of_account(&self, account: &AccountName) -> Self {
        Self {
            account: Some(account.clone()),
            ..self.clone()
        }
    }

    fn about(account: Option<&AccountName>, event: &str, via: Option<&str>, at: UnixSeconds) -> Self {
        let via = via.map(str::to_owned);
        Self {
            at,
            account: account.cloned(),
            event: event.to_owned(),
            receiver: None,
            via,
            update: None,
            rotated: None,
        }
    }

    fn into_entry(self) -> LogEntry {
        let Self {
            at,
            account,
            event,
            receiver,
            via,
            ..
        } = self;
        LogEntry {
            at: at.0,
            account,
            event,
            receiver,
            via,
        }
    }
}

#[derive(Serialize)]
struct LineOut<'a> {
    account_id: Option<i64>,
    #[serde(flatten)]
    line: &'a LedgerLine,
}

#[derive(Deserialize)]
struct LineIn {
    account_id: Option<i64>,
    #[serde(flatten)]
    line: LedgerLine,
}

impl Vault {
    /// Adds a line that goes with no other change.
    pub fn append(&self, line: &LedgerLine) -> Result<(), VaultError> {
        self.append_all(std::slice::from_ref(line))
    }

    /// Adds lines that go with no other change, all of them or none.
    pub fn append_all(&self, lines: &[LedgerLine]) -> Result<(), VaultError> {
        self.write(|transaction| {
            for line in lines {
                let row = match &line.account {
                    Some(name) => AccountRow::of_name(transaction, self.seals(), name)?,
                    None => None,
                };
                append(transaction, self.seals(), line, row.map(|row| row.id))?;
            }
            Ok(())
        })
    }

    /// The updates after `seq`, oldest first. A line that does not open is left out, and the check names it.
    pub fn updates_since(&self, seq: i64) -> Result<Updates, VaultError> {
        self.read(|connection| {
            let seals = self.seals();
            let mut names = std::collections::BTreeMap::new();
            let mut updates = Updates {
                last_seq: last_seq(connection)?,
                updates: Vec::new(),
            };
            for row in LineRow::since(connection, seq)? {
                let Ok(LedgerLine {
                    at,
                    account: Some(account),
                    update: Some(update),
                    ..
                }) = row.open(seals)
                else {
                    continue;
                };
                let Some(account_id) = row.account_id else {
                    continue;
                };
                let (account, profile) = match names.entry(account_id) {
                    std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                    std::collections::btree_map::Entry::Vacant(unknown) => {
                        let now = match AccountRow::of_id(connection, account_id)? {
                            Some(row) => row.summary(seals).ok(),
                            None => None,
                        };
                        unknown.insert(now.map(|summary| (summary.name, summary.profile)))
                    }
                }
                .clone()
                .unwrap_or((account, update.profile));
                updates.updates.push(TokenUpdate {
                    seq: row.id,
                    at,
                    account_id,
                    account,
                    profile,
                    expires_at: update.expires_at,
                    scopes: update.scopes,
                    rotated: update.rotated,
                });
            }
            Ok(updates)
        })
    }

    /// The number of the newest line; updates to come have larger ones.
    pub fn last_seq(&self) -> Result<i64, VaultError> {
        self.read(last_seq)
    }

    /// The lines, oldest first: all of them, or those of one account, also under its other names, and after it was
    /// unlinked. It may be named by what it was called before, unless another one has that name now.
    pub fn ledger(&self, account: Option<&AccountName>) -> Result<Listed<LogEntry>, VaultError> {
        self.read(|connection| {
            let seals = self.seals();
            let mut lines = Vec::new();
            let mut damaged = Vec::new();
            for row in LineRow::all(connection)? {
                match row.open(seals) {
                    Ok(line) => lines.push((row.account_id, line)),
                    Err(error) => damaged.push(row.damaged(&error)),
                }
            }
            if let Some(name) = account {
                let is_named = |line: &LedgerLine| line.account.as_ref() == Some(name);
                let ids: BTreeSet<i64> = match AccountRow::of_name(connection, seals, name)? {
                    Some(row) => BTreeSet::from([row.id]),
                    None => {
                        let named = lines.iter().filter(|(_, line)| is_named(line));
                        named.filter_map(|(id, _)| *id).collect()
                    }
                };
                lines.retain(|(id, line)| is_named(line) || id.is_some_and(|id| ids.contains(&id)));
            }
            Ok(Listed {
                records: lines.into_iter().map(|(_, line)| line.into_entry()).collect(),
                damaged,
            })
        })
    }

    /// Who was handed an account's tokens, by receiver and way. Damaged lines do not count.
    pub fn used_by(&self, account: i64) -> Result<Vec<UsedBy>, VaultError> {
        self.read(|connection| {
            let mut uses = std::collections::BTreeMap::new();
            for row in LineRow::of_account(connection, account)? {
                let Ok(LedgerLine {
                    at,
                    event,
                    receiver: Some(receiver),
                    via: Some(via),
                    ..
                }) = row.open(self.seals())
                else {
                    continue;
                };
                if event != HANDED_OVER {
                    continue;
                }
                let (last, times) = uses.entry((receiver, via)).or_insert((at.0, 0_u64));
                *last = at.0.max(*last);
                *times = times.saturating_add(1);
            }
            let used_by = |((receiver, via), (last, times))| UsedBy {
                receiver,
                via,
                last,
                times,
            };
            Ok(uses.into_iter().map(used_by).collect())
        })
    }
}

/// Adds a line as a part of a transaction, and gives its number.
pub(crate) fn append(
    transaction: &Transaction<'_>,
    seals: &Seals,
    line: &LedgerLine,
    account_id: Option<i64>,
) -> Result<i64, VaultError> {
    transaction
        .prepare_cached("INSERT INTO ledger (account_id, line) VALUES (?1, x'')")?
        .execute([account_id])?;
    let id = transaction.last_insert_rowid();
    let plain = stored::to_bytes(&LineOut { account_id, line })?;
    let sealed = seals.seal(Column::LedgerLine, place(id), &plain)?;
    transaction
        .prepare_cached("UPDATE ledger SET line = ?2 WHERE id = ?1")?
        .execute(params![id, sealed])?;
    Ok(id)
}

fn last_seq(connection: &Connection) -> Result<i64, VaultError> {
    let sql = "SELECT coalesce(max(id), 0) FROM ledger";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// A line is written once.
fn place(id: i64) -> Row<'static> {
    Row::Numbered { id, generation: 1 }
}

/// A line as it stands in the file.
pub(crate) struct LineRow {
    id: i64,
    account_id: Option<i64>,
    line: Vec<u8>,
}

impl LineRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            account_id: row.get(1)?,
            line: row.get(2)?,
        })
    }

    #[cfg(test)]
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    pub(crate) fn all(connection: &Connection) -> Result<Vec<Self>, VaultError> {
        let mut statement =
            connection.prepare_cached("SELECT id, account_id, line FROM ledger ORDER BY id")?;
        let rows = statement.query_map([], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn since(connection: &Connection, id: i64) -> Result<Vec<Self>, VaultError> {
        let sql = "SELECT id, account_id, line FROM ledger WHERE id > ?1 ORDER BY id";
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([id], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn of_account(connection: &Connection, account: i64) -> Result<Vec<Self>, VaultError> {
        let sql = "SELECT id, account_id, line FROM ledger WHERE account_id = ?1 ORDER BY id";
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([account], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn open(&self, seals: &Seals) -> Result<LedgerLine, VaultError> {
        let damaged = || VaultError::damaged(Part::Line, self.whole());
        let opened = seals
            .open(Column::LedgerLine, place(self.id), &self.line)?
            .ok_or_else(damaged)?;
        let read: LineIn = stored::from_bytes(&opened).ok_or_else(damaged)?;
        if read.account_id == self.account_id {
            Ok(read.line)
        } else {
            Err(damaged())
        }
    }

    /// What an error calls it where nothing of it opens.
    fn whole(&self) -> String {
        format!("line {} of the ledger", self.id)
    }

    pub(crate) fn damaged(&self, error: &VaultError) -> DamagedRecord {
        DamagedRecord {
            record: format!("ledger/{}", self.id),
            cause: error.cause_in(&self.whole()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::{TestHome, account_name};

    #[test]
    fn lines_come_oldest_first_and_by_account() {
        let home = TestHome::new();
        let vault = home.create();
        let (ana, bob) = (account_name("work/ana"), account_name("work/bob"));
        vault
            .append(&LedgerLine::refused(
                Some(&bob),
                FailureCode::StateMismatch,
                UnixSeconds(3),
            ))
            .unwrap();
        vault
            .append(&LedgerLine::refused(
                None,
                FailureCode::IssuerMismatch,
                UnixSeconds(2),
            ))
            .unwrap();
        vault
            .append(&LedgerLine::handed_over(&ana, "curl", "token", UnixSeconds(1)))
            .unwrap();
        let all = home.open().ledger(None).unwrap().records;
        assert_eq!(all.iter().map(|line| line.at).collect::<Vec<_>>(), [3, 2, 1]);
        let expected = LogEntry {
            at: 3,
            account: Some(bob.clone()),
            event: "refused".to_owned(),
            receiver: None,
            via: Some("state_mismatch".to_owned()),
        };
        assert_eq!(vault.ledger(Some(&bob)).unwrap().records, [expected]);
    }

    #[test]
    fn a_tampered_line_is_named_and_the_others_stay() {
        for sql in [
            "UPDATE ledger SET line = x'01' WHERE id = 1",
            "UPDATE ledger SET account_id = 9 WHERE id = 1",
            "UPDATE ledger SET line = (SELECT line FROM ledger WHERE id = 2) WHERE id = 1",
        ] {
            let home = TestHome::new();
            let vault = home.create();
            for at in 0..2 {
                vault
                    .append(&LedgerLine::refreshed(&account_name("a"), UnixSeconds(at)))
                    .unwrap();
            }
            vault.lock().execute(sql, []).unwrap();
            let listed = vault.ledger(None).unwrap();
            assert_eq!((listed.records.len(), listed.damaged.len()), (1, 1), "{sql}");
            assert_eq!(vault.check().unwrap(), listed.damaged);
        }
    }
}
