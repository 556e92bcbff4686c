//! Profiles written down, as they can be imported again.

use std::collections::BTreeSet;

use keybelt_contract::{ProfileFormat, ProfileName, Renamed};
use keybelt_primitives::Secret;
use keybelt_vault::{LedgerLine, ProfileRecord};
use serde_json::{Map, Value};

use super::authlib::for_authlib;
use super::{ProfilesError, one};
use crate::Keybelt;
use crate::document::{self, WriteError, Written};
use crate::registry;
use crate::settings::{in_order, put};
use crate::trouble::VaultTrouble;

/// Why nothing was exported.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ExportProfilesError {
    /// No such profile, or the vault does not open.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// Several that are not there.
    #[error("several profiles are not there")]
    Absent {
        /// Their names, sorted.
        names: Vec<ProfileName>,
    },
    /// The form does not take them.
    #[error(transparent)]
    Unwritable(#[from] WriteError),
    /// The ledger could not be written, so that no secret was given.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Profiles written down.
pub struct Exported {
    /// In the form that was asked for.
    pub text: Secret<String>,
    /// Those whose redirect URIs hold the name that they had first: imported under their own, they get others.
    pub renamed: Vec<Renamed>,
}

/// Profiles in one form, all of them where none is named, sorted by name. Their secrets go out only to a receiver, who
/// stands in the ledger first.
pub async fn export(
    keybelt: &Keybelt,
    names: &[ProfileName],
    format: ProfileFormat,
    secrets_to: Option<&str>,
) -> Result<Exported, ExportProfilesError> {
    let records = wanted(keybelt, names).await?;
    let mut written = Written::default();
    let mut lines = Vec::new();
    for record in &records {
        let mut settings = match format {
            ProfileFormat::Python => for_authlib(own(record), &registry::layers(record)),
            ProfileFormat::Json | ProfileFormat::Toml | ProfileFormat::Env => own(record),
        };
        if let Some(receiver) = secrets_to
            && put_secrets(&mut settings, record)
        {
            lines.push(LedgerLine::profile_handed_over(
                &record.name,
                receiver,
                keybelt.now(),
            ));
        }
        written
            .0
            .insert(record.name.to_string(), Value::Object(in_order(settings)));
    }
    let text = document::write(format, &written)?;
    if !lines.is_empty()
        && let Some(vault) = keybelt.door().existing().await?
    {
        let noted = move |vault: &keybelt_vault::Vault| vault.append_all(&lines);
        keybelt.door().run(&vault, noted).await?;
        keybelt.changed().await;
    }
    let renamed = records
        .into_iter()
        .filter(|record| record.name.as_str() != record.key && record.settings.get("redirect_uri").is_none());
    Ok(Exported {
        text,
        renamed: renamed
            .map(|record| Renamed {
                name: record.name,
                key: record.key,
            })
            .collect(),
    })
}

async fn wanted(keybelt: &Keybelt, names: &[ProfileName]) -> Result<Vec<ProfileRecord>, ExportProfilesError> {
    let mut records = match keybelt.door().existing().await? {
        Some(vault) => {
            let listed = keybelt.door().run(&vault, |vault| vault.profiles()).await?;
            keybelt.left_out(&listed.damaged);
            listed.records
        }
        None => Vec::new(),
    };
    let is_there = |name: &&ProfileName| records.iter().any(|record| record.name == **name);
    let missing: BTreeSet<&ProfileName> = names.iter().filter(|name| !is_there(name)).collect();
    let mut absent = Vec::new();
    for name in missing {
        match one(keybelt, name).await {
            // It came meanwhile.
            Ok((_, record)) => records.push(record),
            Err(error @ ProfilesError::NotFound { .. }) => absent.push((name.clone(), error)),
            Err(error) => return Err(error.into()),
        }
    }
    if absent.len() > 1 {
        let names = absent.into_iter().map(|(name, _)| name).collect();
        return Err(ExportProfilesError::Absent { names });
    }
    if let Some((_, error)) = absent.pop() {
        return Err(error.into());
    }
    records.retain(|record| names.is_empty() || names.contains(&record.name));
    records.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(records)
}

/// What the profile itself says.
fn own(record: &ProfileRecord) -> Map<String, Value> {
    let provider = record
        .provider
        .iter()
        .map(|id| ("provider".to_owned(), Value::from(id.as_str())));
    let own = record
        .settings
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    provider.chain(own).collect()
}

/// Whether there were any.
#[expect(
    clippy::disallowed_methods,
    reason = "the person asked for the secrets too; the ledger has it before they go out"
)]
fn put_secrets(settings: &mut Map<String, Value>, record: &ProfileRecord) -> bool {
    if let Some(secret) = &record.client_secret {
        settings.insert("client_secret".to_owned(), Value::from(secret.expose().as_str()));
    }
    if let Some(key) = &record.rsa_key {
        put(
            settings,
            "client_kwargs.rsa_key",
            Value::from(key.expose().as_str()),
        );
    }
    record.client_secret.is_some() || record.rsa_key.is_some()
}
