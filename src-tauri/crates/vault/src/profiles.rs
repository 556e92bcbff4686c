use std::collections::BTreeMap;

use keybelt_contract::{AccountName, DamagedRecord, ProfileName};
use keybelt_primitives::{Secret, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::accounts::AccountRow;
use crate::ledger::append;
use crate::seal::{Column, Row, Seals, Tagged};
use crate::{LedgerLine, Listed, Vault, VaultError, stored};

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
    /// The server's metadata as the last link read it.
    pub metadata: Option<Map<String, Value>>,
    /// When that was.
    pub metadata_read_at: Option<UnixSeconds>,
    /// What was learned about the provider, by name.
    pub remembered: BTreeMap<String, String>,
}

/// A profile to be put into the vault.
pub struct NewProfileRecord {
    /// Its name.
    pub name: ProfileName,
    /// The catalogue's id of the provider.
    pub provider: Option<String>,
    /// The person's own settings, without the secret.
    pub settings: Map<String, Value>,
    /// The client secret.
    pub client_secret: Option<Secret<String>>,
}

/// What became of profiles that were to be put in.
pub enum PutProfiles {
    /// All are there, in their order.
    Put(Vec<ProfileRecord>),
    /// These names are taken, or come twice; nothing was changed.
    Taken(Vec<ProfileName>),
}

/// What a link learned about a profile. Everything else of it stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileUpdate {
    /// The profile's row.
    pub id: i64,
    /// The metadata, and when it was read.
    pub metadata: Option<(Map<String, Value>, UnixSeconds)>,
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
    /// So many accounts are linked by it; nothing was changed.
    HasAccounts(usize),
}

impl Vault {
    /// Puts profiles in, all or none. `replace`: one of the same name gives way to the new settings, and keeps its
    /// accounts and its key.
    pub fn put_profiles(
        &self,
        profiles: Vec<NewProfileRecord>,
        replace: bool,
    ) -> Result<PutProfiles, VaultError> {
        self.write(|transaction| {
            let taken = taken(transaction, self.seals(), &profiles, replace)?;
            if !taken.is_empty() {
                return Ok(PutProfiles::Taken(taken));
            }
            let put = profiles
                .into_iter()
                .map(|profile| put(transaction, self.seals(), profile));
            Ok(PutProfiles::Put(put.collect::<Result<_, _>>()?))
        })
    }

    /// The profile of this name. One record is opened.
    pub fn profile(&self, name: &ProfileName) -> Result<Option<ProfileRecord>, VaultError> {
        self.read(|connection| {
            ProfileRow::of_name(connection, self.seals(), name)?
                .map(|row| row.open(self.seals()))
                .transpose()
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

    /// Writes down what was learned about a profile. `false`: it is gone.
    pub fn update_profile(&self, change: &ProfileUpdate) -> Result<bool, VaultError> {
        self.write(|transaction| update(transaction, self.seals(), change))
    }

    /// Removes a profile; with `unlink` its accounts too, without asking any provider.
    pub fn remove_profile(
        &self,
        name: &ProfileName,
        unlink: bool,
        now: UnixSeconds,
    ) -> Result<RemoveProfile, VaultError> {
        self.write(|transaction| {
            let seals = self.seals();
            let Some(row) = ProfileRow::of_name(transaction, seals, name)? else {
                return Ok(RemoveProfile::Absent);
            };
            let accounts = AccountRow::all(transaction)?
                .into_iter()
                .filter(|account| account.profile_id() == row.id);
            let accounts: Vec<AccountRow> = accounts.collect();
            if !accounts.is_empty() && !unlink {
                return Ok(RemoveProfile::HasAccounts(accounts.len()));
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
        })
    }
}

/// Whether this row holds a profile.
pub(crate) fn is_there(connection: &Connection, id: i64) -> Result<bool, VaultError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM profiles WHERE id = ?1")?
        .exists([id])?)
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
    if let Some((metadata, read_at)) = &change.metadata {
        profile.metadata = Some(metadata.clone());
        profile.metadata_read_at = Some(*read_at);
    }
    if let Some((name, value)) = &change.remember {
        profile.remembered.insert(name.clone(), value.clone());
    }
    write_row(transaction, seals, row.generation.saturating_add(1), &profile)?;
    Ok(true)
}

fn taken(
    connection: &Connection,
    seals: &Seals,
    profiles: &[NewProfileRecord],
    replace: bool,
) -> Result<Vec<ProfileName>, VaultError> {
    let mut seen = std::collections::BTreeSet::new();
    let mut taken = Vec::new();
    for NewProfileRecord { name, .. } in profiles {
        let is_first = seen.insert(name);
        if !is_first || (!replace && ProfileRow::of_name(connection, seals, name)?.is_some()) {
            taken.push(name.clone());
        }
    }
    Ok(taken)
}

fn put(
    transaction: &Transaction<'_>,
    seals: &Seals,
    new: NewProfileRecord,
) -> Result<ProfileRecord, VaultError> {
    let there = ProfileRow::of_name(transaction, seals, &new.name)?;
    // A damaged profile gives way too; only its key is lost with it.
    let old = there.as_ref().and_then(|row| row.open(seals).ok());
    // What was learned at the same place stays good: accounts that are linked by it go on.
    let learned = old.as_ref().filter(|old| is_same_place(old, &new));
    let (metadata, metadata_read_at) = learned
        .map(|old| (old.metadata.clone(), old.metadata_read_at))
        .unwrap_or_default();
    let remembered = learned.map(|old| old.remembered.clone()).unwrap_or_default();
    let key = match old {
        Some(old) => old.key,
        None => free_key(transaction, seals, &new.name, there.as_ref().map(|row| row.id))?,
    };
    let key_tag = seals.tag(Tagged::ProfileKey, &key)?;
    let (id, generation) = match there {
        Some(row) => {
            transaction.execute(
                "UPDATE profiles SET key_tag = ?2 WHERE id = ?1",
                params![row.id, key_tag],
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
    let profile = ProfileRecord {
        id,
        name: new.name,
        key,
        provider: new.provider,
        settings: new.settings,
        client_secret: new.client_secret,
        metadata,
        metadata_read_at,
        remembered,
    };
    write_row(transaction, seals, generation, &profile)?;
    Ok(profile)
}

/// Whether two profiles lead to the same server and client.
fn is_same_place(old: &ProfileRecord, new: &NewProfileRecord) -> bool {
    old.provider == new.provider
        && ["issuer", "server_metadata_url", "client_id"]
            .iter()
            .all(|key| old.settings.get(*key) == new.settings.get(*key))
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

/// A profile as it stands in the file.
pub(crate) struct ProfileRow {
    id: i64,
    generation: i64,
    name_tag: Vec<u8>,
    key_tag: Vec<u8>,
    settings: Vec<u8>,
    client_secret: Option<Vec<u8>>,
}

const COLUMNS: &str = "id, generation, name_tag, key_tag, settings, client_secret";

#[derive(Serialize)]
struct SettingsOut<'a> {
    name: &'a ProfileName,
    key: &'a str,
    provider: Option<&'a str>,
    settings: &'a Map<String, Value>,
    has_secret: bool,
    metadata: Option<&'a Map<String, Value>>,
    metadata_read_at: Option<UnixSeconds>,
    remembered: &'a BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct SettingsIn {
    name: ProfileName,
    key: String,
    provider: Option<String>,
    settings: Map<String, Value>,
    /// A secret that was taken out of the row is missed.
    has_secret: bool,
    metadata: Option<Map<String, Value>>,
    metadata_read_at: Option<UnixSeconds>,
    remembered: BTreeMap<String, String>,
}

impl ProfileRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            generation: row.get(1)?,
            name_tag: row.get(2)?,
            key_tag: row.get(3)?,
            settings: row.get(4)?,
            client_secret: row.get(5)?,
        })
    }

    fn of_name(
        connection: &Connection,
        seals: &Seals,
        name: &ProfileName,
    ) -> Result<Option<Self>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM profiles WHERE name_tag = ?1");
        let tag = seals.tag(Tagged::ProfileName, name.as_str())?;
        Ok(connection
            .prepare_cached(&sql)?
            .query_row([tag], Self::read)
            .optional()?)
    }

    fn of_id(connection: &Connection, id: i64) -> Result<Option<Self>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM profiles WHERE id = ?1");
        Ok(connection
            .prepare_cached(&sql)?
            .query_row([id], Self::read)
            .optional()?)
    }

    pub(crate) fn all(connection: &Connection) -> Result<Vec<Self>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM profiles ORDER BY id");
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The profile, held against the columns that it was found by.
    pub(crate) fn open(&self, seals: &Seals) -> Result<ProfileRecord, VaultError> {
        let damaged = || VaultError::damaged(format!("the profile in row {}", self.id));
        let place = Row::Numbered {
            id: self.id,
            generation: self.generation,
        };
        let opened = seals
            .open(Column::ProfileSettings, place, &self.settings)?
            .ok_or_else(damaged)?;
        let read: SettingsIn = stored::from_bytes(&opened).ok_or_else(damaged)?;
        if seals.tag(Tagged::ProfileName, read.name.as_str())?.as_slice() != self.name_tag
            || seals.tag(Tagged::ProfileKey, &read.key)?.as_slice() != self.key_tag
        {
            return Err(damaged());
        }
        let client_secret = match &self.client_secret {
            Some(sealed) => seals
                .open(Column::ClientSecret, place, sealed)?
                .and_then(|bytes| text_of(&bytes)),
            None => None,
        };
        if read.has_secret != client_secret.is_some() {
            return Err(VaultError::damaged(format!(
                "the client secret of the profile {}",
                read.name
            )));
        }
        Ok(ProfileRecord {
            id: self.id,
            name: read.name,
            key: read.key,
            provider: read.provider,
            settings: read.settings,
            client_secret,
            metadata: read.metadata,
            metadata_read_at: read.metadata_read_at,
            remembered: read.remembered,
        })
    }

    pub(crate) fn damaged(&self, error: &VaultError) -> DamagedRecord {
        DamagedRecord {
            record: format!("profiles/{}", self.id),
            cause: error.to_string(),
        }
    }
}

fn text_of(bytes: &Secret<Vec<u8>>) -> Option<Secret<String>> {
    #[expect(clippy::disallowed_methods, reason = "bytes become the text that they are")]
    std::str::from_utf8(bytes.expose())
        .ok()
        .map(|text| Secret::new(text.to_owned()))
}

fn write_row(
    transaction: &Transaction<'_>,
    seals: &Seals,
    generation: i64,
    profile: &ProfileRecord,
) -> Result<(), VaultError> {
    let place = Row::Numbered {
        id: profile.id,
        generation,
    };
    let settings = stored::to_bytes(&SettingsOut {
        name: &profile.name,
        key: &profile.key,
        provider: profile.provider.as_deref(),
        settings: &profile.settings,
        has_secret: profile.client_secret.is_some(),
        metadata: profile.metadata.as_ref(),
        metadata_read_at: profile.metadata_read_at,
        remembered: &profile.remembered,
    })?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the client secret is written into the buffer that is sealed"
    )]
    let secret = profile
        .client_secret
        .as_ref()
        .map(|secret| Zeroizing::new(secret.expose().as_bytes().to_vec()))
        .map(|plain| seals.seal(Column::ClientSecret, place, &plain))
        .transpose()?;
    transaction.execute(
        "UPDATE profiles SET generation = ?2, settings = ?3, client_secret = ?4 WHERE id = ?1",
        params![
            profile.id,
            generation,
            seals.seal(Column::ProfileSettings, place, &settings)?,
            secret
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
