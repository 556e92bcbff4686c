mod row;

use std::collections::BTreeMap;
use std::convert::Infallible;

use keybelt_contract::{AccountName, ProfileName};
use keybelt_primitives::{Secret, UnixSeconds};
use rusqlite::{Connection, Transaction, params};
use serde_json::{Map, Value};

pub(crate) use self::row::ProfileRow;
use self::row::write_row;
use crate::accounts::{self, AccountRow};
use crate::lease::lock_name;
use crate::ledger::append;
use crate::seal::{Seals, Tagged};
use crate::{Lease, LedgerLine, Listed, Vault, VaultError};

/// A profile as it is kept.
pub struct ProfileRecord {
    /// The row; never used again for another profile.
    pub id: i64,
    /// Its name.
    pub name: ProfileName,
    /// The last segment of its own redirect URIs; stays when it is renamed.
    pub key: String,
    /// The catalogue's id of the provider.
    pub provider: Option<String>,
    /// The person's own settings, without the secret.
    pub settings: Map<String, Value>,
    /// The client secret.
    pub client_secret: Option<Secret<String>>,
    /// The private RSA key that signs its requests (RFC 5849 §3.4.3), as PEM.
    pub rsa_key: Option<Secret<String>>,
    /// The server's metadata as the last link read it.
    pub metadata: Option<Map<String, Value>>,
    /// When that was.
    pub metadata_read: Option<Reading>,
    /// What was learned about the provider, by name.
    pub remembered: BTreeMap<String, String>,
}

/// A profile to be put into the vault, or what becomes of one that is there.
pub struct NewProfileRecord {
    /// Its name.
    pub name: ProfileName,
    /// The catalogue's id of the provider.
    pub provider: Option<String>,
    /// The person's own settings, without the secret.
    pub settings: Map<String, Value>,
    /// The client secret.
    pub client_secret: Option<Secret<String>>,
    /// The private RSA key that signs its requests (RFC 5849 §3.4.3), as PEM.
    pub rsa_key: Option<Secret<String>>,
}

/// What became of profiles that were to be put in.
pub enum PutProfiles {
    /// All are there, in their order.
    Put(Vec<ProfileRecord>),
    /// These names are taken, or come twice; nothing was changed.
    Taken(Vec<ProfileName>),
}

/// What became of profiles that were decided about.
pub enum DecidedProfiles<E> {
    /// All are there, in their order.
    Put(Vec<ProfileRecord>),
    /// These names are taken, or come twice; nothing was changed.
    Taken(Vec<ProfileName>),
    /// None was put in after all, for this reason.
    Refused(E),
}

/// What became of a profile that was to be changed.
pub enum ChangeProfile<E> {
    /// It is so now.
    Changed(Box<ProfileRecord>),
    /// There is no such profile.
    Absent,
    /// Another profile has the new name; nothing was changed.
    Taken,
    /// The change was not made after all, for this reason.
    Refused(E),
}

/// When a server's metadata was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reading {
    /// When it was.
    pub at: UnixSeconds,
    /// Until when it need not be read again before a refresh.
    pub fresh_until: UnixSeconds,
}

impl Reading {
    /// Whether it need not be read again. A reading that is yet to come was written by a clock that went wrong.
    pub fn is_fresh(self, now: UnixSeconds) -> bool {
        (self.at..self.fresh_until).contains(&now)
    }
}

/// What a link learned about a profile. Everything else of it stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileUpdate {
    /// The profile's row.
    pub id: i64,
    /// The metadata, and when it was read.
    pub metadata: Option<(Map<String, Value>, Reading)>,
    /// Something to remember: name and value.
    pub remember: Option<(String, String)>,
}

/// What became of a profile that was to be removed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RemoveProfile {
    /// It is gone, and these accounts with it (a damaged one has no name any more).
    Removed(Vec<AccountName>),
    /// There is no such profile.
    Absent,
    /// These accounts are linked by it, by their ids, and not all of their leases are held; nothing was changed.
    HasAccounts(Vec<i64>),
}

impl Vault {
    /// Puts profiles in, all or none. `replace`: one of the same name gives way to the new settings, and keeps its
    /// accounts and its key.
    pub fn put_profiles(
        &self,
        profiles: Vec<NewProfileRecord>,
        replace: bool,
    ) -> Result<PutProfiles, VaultError> {
        let decided = profiles.into_iter().map(|profile| (profile, replace)).collect();
        Ok(match self.decide_profiles(|_| Ok::<_, Infallible>(decided))? {
            DecidedProfiles::Put(records) => PutProfiles::Put(records),
            DecidedProfiles::Taken(names) => PutProfiles::Taken(names),
            DecidedProfiles::Refused(never) => match never {},
        })
    }

    /// Puts profiles in as `decide` says in view of those that are there, which nobody else changes meanwhile: all or
    /// none. With each of them stands whether one of the same name gives way, keeping its accounts and its key.
    pub fn decide_profiles<E>(
        &self,
        decide: impl FnOnce(&[ProfileRecord]) -> Result<Vec<(NewProfileRecord, bool)>, E>,
    ) -> Result<DecidedProfiles<E>, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            let rows = ProfileRow::all(transaction)?;
            // A damaged one has no name to be told; whether its name is taken is asked below.
            let there: Vec<ProfileRecord> = rows.iter().filter_map(|row| row.open(seals).ok()).collect();
            let decided = match decide(&there) {
                Ok(decided) => decided,
                Err(error) => return Ok(DecidedProfiles::Refused(error)),
            };
            let mut taken = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            for (NewProfileRecord { name, .. }, gives_way) in &decided {
                let is_first = seen.insert(name.clone());
                if !is_first
                    || (!gives_way && ProfileRow::however_damaged(transaction, seals, name)?.is_some())
                {
                    taken.push(name.clone());
                }
            }
            if !taken.is_empty() {
                return Ok(DecidedProfiles::Taken(taken));
            }
            let put = decided
                .into_iter()
                .map(|(profile, _)| put(transaction, seals, profile));
            Ok(DecidedProfiles::Put(put.collect::<Result<_, _>>()?))
        })
    }

    /// The profile of this name; a damaged one is an error, also where only its own record still calls it so. One record
    /// is opened where it is there.
    pub fn profile(&self, name: &ProfileName) -> Result<Option<ProfileRecord>, VaultError> {
        self.read(|connection| {
            ProfileRow::however_damaged(connection, self.seals(), name)?
                .map(|row| row.open(self.seals()))
                .transpose()
        })
    }

    /// Which row has this name, whether it opens or not.
    pub fn profile_id(&self, name: &ProfileName) -> Result<Option<i64>, VaultError> {
        self.read(|connection| {
            Ok(ProfileRow::however_damaged(connection, self.seals(), name)?.map(|row| row.id))
        })
    }

    /// The profile of this row.
    pub fn profile_by_id(&self, id: i64) -> Result<Option<ProfileRecord>, VaultError> {
        self.read(|connection| {
            ProfileRow::of_id(connection, id)?
                .map(|row| row.open(self.seals()))
                .transpose()
        })
    }

    /// Every profile, by name bytewise.
    pub fn profiles(&self) -> Result<Listed<ProfileRecord>, VaultError> {
        self.read(|connection| {
            let mut listed = Listed {
                records: Vec::new(),
                damaged: Vec::new(),
            };
            for row in ProfileRow::all(connection)? {
                match row.open(self.seals()) {
                    Ok(profile) => listed.records.push(profile),
                    Err(error) => listed.damaged.push(row.damaged(&error)),
                }
            }
            listed.records.sort_by(|left, right| left.name.cmp(&right.name));
            Ok(listed)
        })
    }

    /// Changes a profile as `change` says of the one that is there, which nobody else changes meanwhile. It keeps its
    /// row, its key and its accounts, which follow a new name.
    pub fn change_profile<E>(
        &self,
        name: &ProfileName,
        change: impl FnOnce(&ProfileRecord) -> Result<NewProfileRecord, E>,
    ) -> Result<ChangeProfile<E>, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            let Some(row) = ProfileRow::however_damaged(transaction, seals, name)? else {
                return Ok(ChangeProfile::Absent);
            };
            let old = row.open(seals)?;
            let new = match change(&old) {
                Ok(new) => new,
                Err(error) => return Ok(ChangeProfile::Refused(error)),
            };
            let is_renamed = new.name != old.name;
            if is_renamed && ProfileRow::however_damaged(transaction, seals, &new.name)?.is_some() {
                return Ok(ChangeProfile::Taken);
            }
            let profile = succeeding(row.id, old.key.clone(), Some(&old), new);
            if is_renamed {
                transaction.execute(
                    "UPDATE profiles SET name_tag = ?2 WHERE id = ?1",
                    params![row.id, seals.tag(Tagged::ProfileName, profile.name.as_str())?],
                )?;
                accounts::rename_profile(transaction, seals, row.id, &profile.name)?;
            }
            write_row(transaction, seals, row.generation.saturating_add(1), &profile)?;
            Ok(ChangeProfile::Changed(Box::new(profile)))
        })
    }

    /// Writes down what was learned about a profile. `false`: it is gone.
    pub fn update_profile(&self, change: &ProfileUpdate) -> Result<bool, VaultError> {
        self.write(|transaction| update(transaction, self.seals(), change))
    }

    /// Removes a profile, whether it opens or not, and those of its accounts whose leases are held, without asking any
    /// provider. While it has others, nothing is removed.
    pub fn remove_profile(
        &self,
        name: &ProfileName,
        leases: &[Lease],
        now: UnixSeconds,
    ) -> Result<RemoveProfile, VaultError> {
        let removed = self.write(|transaction| {
            let seals = self.seals();
            let Some(row) = ProfileRow::however_damaged(transaction, seals, name)? else {
                return Ok(RemoveProfile::Absent);
            };
            let accounts = AccountRow::all(transaction)?
                .into_iter()
                .filter(|account| account.profile_id() == row.id);
            let accounts: Vec<AccountRow> = accounts.collect();
            let is_held = |account: &AccountRow| leases.iter().any(|lease| lease.account() == account.id);
            if !accounts.iter().all(is_held) {
                return Ok(RemoveProfile::HasAccounts(
                    accounts.iter().map(|account| account.id).collect(),
                ));
            }
            let mut unlinked = Vec::new();
            for account in &accounts {
                transaction.execute("DELETE FROM accounts WHERE id = ?1", [account.id])?;
                if let Ok(summary) = account.summary(seals) {
                    append(
                        transaction,
                        seals,
                        &LedgerLine::unlinked(&summary.name, now),
                        Some(account.id),
                    )?;
                    unlinked.push(summary.name);
                }
            }
            transaction.execute("DELETE FROM profiles WHERE id = ?1", [row.id])?;
            unlinked.sort();
            Ok(RemoveProfile::Removed(unlinked))
        })?;
        if let RemoveProfile::Removed(_) = removed {
            for lease in leases {
                self.remove_lock_file(&lock_name(lease.account()));
            }
        }
        Ok(removed)
    }
}

/// The same as [`Vault::update_profile`], as a part of a transaction.
pub(crate) fn update(
    transaction: &Transaction<'_>,
    seals: &Seals,
    change: &ProfileUpdate,
) -> Result<bool, VaultError> {
    let Some(row) = ProfileRow::of_id(transaction, change.id)? else {
        return Ok(false);
    };
    let mut profile = row.open(seals)?;
    if let Some((metadata, read)) = &change.metadata {
        profile.metadata = Some(metadata.clone());
        profile.metadata_read = Some(*read);
    }
    if let Some((name, value)) = &change.remember {
        profile.remembered.insert(name.clone(), value.clone());
    }
    write_row(transaction, seals, row.generation.saturating_add(1), &profile)?;
    Ok(true)
}

fn put(
    transaction: &Transaction<'_>,
    seals: &Seals,
    new: NewProfileRecord,
) -> Result<ProfileRecord, VaultError> {
    let there = ProfileRow::however_damaged(transaction, seals, &new.name)?;
    // A damaged profile gives way too; only its key is lost with it.
    let old = there.as_ref().and_then(|row| row.open(seals).ok());
    let key = match &old {
        Some(old) => old.key.clone(),
        None => free_key(transaction, seals, &new.name, there.as_ref().map(|row| row.id))?,
    };
    let key_tag = seals.tag(Tagged::ProfileKey, &key)?;
    let (id, generation) = match there {
        Some(row) => {
            transaction.execute(
                "UPDATE profiles SET name_tag = ?2, key_tag = ?3 WHERE id = ?1",
                params![
                    row.id,
                    seals.tag(Tagged::ProfileName, new.name.as_str())?,
                    key_tag
                ],
            )?;
            (row.id, row.generation.saturating_add(1))
        }
        None => {
            transaction.execute(
                "INSERT INTO profiles (generation, name_tag, key_tag, settings) VALUES (0, ?1, ?2, x'')",
                params![seals.tag(Tagged::ProfileName, new.name.as_str())?, key_tag],
            )?;
            (transaction.last_insert_rowid(), 1)
        }
    };
    let profile = succeeding(id, key, old.as_ref(), new);
    write_row(transaction, seals, generation, &profile)?;
    Ok(profile)
}

/// The profile with its new settings. What was learned stays where it was learned at the same place: accounts that are
/// linked by it go on.
fn succeeding(id: i64, key: String, old: Option<&ProfileRecord>, new: NewProfileRecord) -> ProfileRecord {
    let of_metadata = old.filter(|old| is_same(old, &new, METADATA_OF));
    let had_secret = |old: &&ProfileRecord| old.client_secret.is_some() == new.client_secret.is_some();
    let of_client = of_metadata
        .filter(|old| is_same(old, &new, CLIENT_OF))
        .filter(had_secret);
    ProfileRecord {
        id,
        key,
        metadata: of_metadata.and_then(|old| old.metadata.clone()),
        metadata_read: of_metadata.and_then(|old| old.metadata_read),
        remembered: of_client.map(|old| old.remembered.clone()).unwrap_or_default(),
        name: new.name,
        provider: new.provider,
        settings: new.settings,
        client_secret: new.client_secret,
        rsa_key: new.rsa_key,
    }
}

/// Whose metadata were read.
const METADATA_OF: &[&str] = &["issuer", "server_metadata_url"];
/// Which client had to authenticate, and where.
const CLIENT_OF: &[&str] = &[
    "client_id",
    "access_token_url",
    "client_kwargs.token_endpoint_auth_method",
];

/// Whether these settings of two profiles are the same, and their provider.
fn is_same(old: &ProfileRecord, new: &NewProfileRecord, keys: &[&str]) -> bool {
    old.provider == new.provider
        && keys
            .iter()
            .all(|key| setting(&old.settings, key) == setting(&new.settings, key))
}

fn setting<'a>(settings: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        Some((object, member)) => settings.get(object)?.get(member),
        None => settings.get(key),
    }
}

/// The name, or the name with the first number behind it that no other profile's key has (cli.md, "Redirect URIs").
fn free_key(
    connection: &Connection,
    seals: &Seals,
    name: &ProfileName,
    own: Option<i64>,
) -> Result<String, VaultError> {
    let mut key = name.as_str().to_owned();
    let mut number = 2;
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM profiles WHERE key_tag = ?1 AND id IS NOT ?2")?;
    while statement.exists(params![seals.tag(Tagged::ProfileKey, &key)?, own])? {
        key = format!("{name}-{number}");
        number += 1;
    }
    Ok(key)
}

#[cfg(test)]
mod tests;
