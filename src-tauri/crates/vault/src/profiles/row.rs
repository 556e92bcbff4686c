//! A profile's row: its settings and its secrets, each sealed by itself.

use std::collections::BTreeMap;

use keybelt_contract::{DamagedRecord, ProfileName};
use keybelt_primitives::{Secret, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{ProfileRecord, Reading};
use crate::seal::{Column, Row, Seals, Tagged};
use crate::{Part, VaultError, stored};

/// A profile as it stands in the file.
pub(crate) struct ProfileRow {
    pub(super) id: i64,
    pub(super) generation: i64,
    name_tag: Vec<u8>,
    key_tag: Vec<u8>,
    settings: Vec<u8>,
    client_secret: Option<Vec<u8>>,
    rsa_key: Option<Vec<u8>>,
}

const COLUMNS: &str = "id, generation, name_tag, key_tag, settings, client_secret, rsa_key";

#[derive(Serialize)]
struct SettingsOut<'a> {
    name: &'a ProfileName,
    key: &'a str,
    provider: Option<&'a str>,
    settings: &'a Map<String, Value>,
    has_secret: bool,
    has_rsa_key: bool,
    metadata: Option<&'a Map<String, Value>>,
    metadata_read_at: Option<UnixSeconds>,
    metadata_fresh_until: Option<UnixSeconds>,
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
    /// The same of an RSA key. Not there: written before there were any.
    #[serde(default)]
    has_rsa_key: bool,
    metadata: Option<Map<String, Value>>,
    metadata_read_at: Option<UnixSeconds>,
    /// Not there: written before it was kept.
    #[serde(default)]
    metadata_fresh_until: Option<UnixSeconds>,
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
            rsa_key: row.get(6)?,
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

    /// The row of this name, whether it opens or not; also one that only its own record still calls so.
    pub(super) fn however_damaged(
        connection: &Connection,
        seals: &Seals,
        name: &ProfileName,
    ) -> Result<Option<Self>, VaultError> {
        if let Some(row) = Self::of_name(connection, seals, name)? {
            return Ok(Some(row));
        }
        for row in Self::all(connection)? {
            if row.read_settings(seals)?.is_some_and(|read| read.name == *name) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    pub(crate) fn of_id(connection: &Connection, id: i64) -> Result<Option<Self>, VaultError> {
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
        let damaged = || VaultError::damaged(Part::Profile, self.whole());
        let place = self.place();
        let read = self.read_settings(seals)?.ok_or_else(damaged)?;
        if seals.tag(Tagged::ProfileName, read.name.as_str())?.as_slice() != self.name_tag
            || seals.tag(Tagged::ProfileKey, &read.key)?.as_slice() != self.key_tag
        {
            return Err(damaged());
        }
        let secret = |column, sealed: &Option<Vec<u8>>, is_there: bool, what: &str| {
            let opened = match sealed {
                Some(sealed) => seals
                    .open(column, place, sealed)?
                    .and_then(|bytes| text_of(&bytes)),
                None => None,
            };
            // What stands where nothing was put is as foreign as what is missing.
            if opened.is_some() == is_there && sealed.is_some() == is_there {
                Ok(opened)
            } else {
                Err(VaultError::damaged(
                    Part::Profile,
                    format!("the {what} of the profile {}", read.name),
                ))
            }
        };
        let client_secret = secret(
            Column::ClientSecret,
            &self.client_secret,
            read.has_secret,
            "client secret",
        )?;
        let rsa_key = secret(Column::RsaKey, &self.rsa_key, read.has_rsa_key, "RSA key")?;
        Ok(ProfileRecord {
            id: self.id,
            name: read.name,
            key: read.key,
            provider: read.provider,
            settings: read.settings,
            client_secret,
            rsa_key,
            metadata: read.metadata,
            metadata_read: read.metadata_read_at.map(|at| Reading {
                at,
                fresh_until: read.metadata_fresh_until.unwrap_or(at),
            }),
            remembered: read.remembered,
        })
    }

    fn place(&self) -> Row<'static> {
        Row::Numbered {
            id: self.id,
            generation: self.generation,
        }
    }

    fn read_settings(&self, seals: &Seals) -> Result<Option<SettingsIn>, VaultError> {
        let opened = seals.open(Column::ProfileSettings, self.place(), &self.settings)?;
        Ok(opened.and_then(|opened| stored::from_bytes(&opened)))
    }

    /// What an error calls it where nothing of it opens.
    fn whole(&self) -> String {
        format!("the profile in row {}", self.id)
    }

    pub(crate) fn damaged(&self, error: &VaultError) -> DamagedRecord {
        DamagedRecord {
            record: format!("profiles/{}", self.id),
            cause: error.cause_in(&self.whole()),
        }
    }
}

fn text_of(bytes: &Secret<Vec<u8>>) -> Option<Secret<String>> {
    #[expect(clippy::disallowed_methods, reason = "bytes become the text that they are")]
    std::str::from_utf8(bytes.expose())
        .ok()
        .map(|text| Secret::new(text.to_owned()))
}

/// Seals a profile into its row, whole and anew.
pub(super) fn write_row(
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
        has_rsa_key: profile.rsa_key.is_some(),
        metadata: profile.metadata.as_ref(),
        metadata_read_at: profile.metadata_read.map(|read| read.at),
        metadata_fresh_until: profile.metadata_read.map(|read| read.fresh_until),
        remembered: &profile.remembered,
    })?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the secret is written into the buffer that is sealed"
    )]
    let sealed = |column, secret: &Option<Secret<String>>| {
        secret
            .as_ref()
            .map(|secret| Zeroizing::new(secret.expose().as_bytes().to_vec()))
            .map(|plain| seals.seal(column, place, &plain))
            .transpose()
    };
    transaction.execute(
        "UPDATE profiles SET generation = ?2, settings = ?3, client_secret = ?4, rsa_key = ?5 WHERE id = ?1",
        params![
            profile.id,
            generation,
            seals.seal(Column::ProfileSettings, place, &settings)?,
            sealed(Column::ClientSecret, &profile.client_secret)?,
            sealed(Column::RsaKey, &profile.rsa_key)?,
        ],
    )?;
    Ok(())
}
