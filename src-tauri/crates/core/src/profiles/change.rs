//! A profile changed or renamed: its accounts and its key stay.

use keybelt_contract::{Profile, ProfileChange, ProfileName};
use keybelt_primitives::Secret;
use keybelt_vault::{ChangeProfile, NewProfileRecord, ProfileRecord};
use serde_json::{Map, Value};

use super::{ProfilesError, absent, one, record_of};
use crate::Keybelt;
use crate::registry;
use crate::settings::{AskedSettings, GivenSecrets, Patch, SettingFault};
use crate::trouble::VaultTrouble;

/// Why a profile was not changed. Everything is as it was.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChangeProfileError {
    /// No such profile, or the vault does not open.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// Nothing was asked for.
    #[error("nothing to change")]
    Nothing,
    /// Settings that cannot be taken.
    #[error("settings that cannot be taken")]
    Faults(Vec<SettingFault>),
    /// Another profile has the new name.
    #[error("there is a profile {0}")]
    Taken(ProfileName),
    /// The vault could not be changed.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Changes settings as it was asked for on the command line.
pub async fn set(
    keybelt: &Keybelt,
    name: &ProfileName,
    asked: AskedSettings,
) -> Result<Profile, ChangeProfileError> {
    if asked.is_empty() {
        return Err(ChangeProfileError::Nothing);
    }
    let patch = Patch::from_options(asked).map_err(ChangeProfileError::Faults)?;
    change(keybelt, name, move |record| patched(record, patch)).await
}

/// Changes settings as they were typed into the window.
pub async fn set_from_window(
    keybelt: &Keybelt,
    name: &ProfileName,
    typed: ProfileChange,
) -> Result<Profile, ChangeProfileError> {
    let patch = Patch::from_window(typed).map_err(ChangeProfileError::Faults)?;
    change(keybelt, name, move |record| patched(record, patch)).await
}

/// Gives a profile another name. Its redirect URIs keep the name that it had first. Its own name again changes nothing.
pub async fn rename(
    keybelt: &Keybelt,
    name: &ProfileName,
    new: &ProfileName,
) -> Result<Profile, ChangeProfileError> {
    if name == new {
        return Ok(super::show(keybelt, name).await?);
    }
    let name_after = new.clone();
    change(keybelt, name, move |record| {
        let (settings, secrets) = held(record);
        Ok(NewProfileRecord {
            name: name_after,
            provider: record.provider.clone(),
            settings,
            client_secret: secrets.client_secret,
            rsa_key: secrets.rsa_key,
        })
    })
    .await
}

async fn change(
    keybelt: &Keybelt,
    name: &ProfileName,
    change: impl FnOnce(&ProfileRecord) -> Result<NewProfileRecord, Vec<SettingFault>> + Send + 'static,
) -> Result<Profile, ChangeProfileError> {
    let (vault, _) = one(keybelt, name).await?;
    let wanted = name.clone();
    let changed = keybelt
        .door()
        .run(&vault, move |vault| {
            let mut name_after = None;
            let changed = vault.change_profile(&wanted, |record| {
                let new = change(record)?;
                name_after = Some(new.name.clone());
                Ok(new)
            })?;
            Ok((changed, name_after.unwrap_or(wanted)))
        })
        .await?;
    match changed {
        (ChangeProfile::Changed(record), _) => {
            keybelt.changed().await;
            Ok(registry::profile(&record))
        }
        (ChangeProfile::Absent, _) => Err(absent(keybelt, &vault, name).await.into()),
        (ChangeProfile::Taken, name) => Err(ChangeProfileError::Taken(name)),
        (ChangeProfile::Refused(faults), _) => Err(ChangeProfileError::Faults(faults)),
    }
}

/// The record with a change to its own layer, checked as a whole.
pub(super) fn patched(record: &ProfileRecord, patch: Patch) -> Result<NewProfileRecord, Vec<SettingFault>> {
    let (mut settings, secrets) = held(record);
    if let Some(provider) = &record.provider {
        settings.insert("provider".to_owned(), Value::from(provider.as_str()));
    }
    patch.onto(record.name.clone(), settings, secrets).map(record_of)
}

fn held(record: &ProfileRecord) -> (Map<String, Value>, GivenSecrets) {
    let copy = |secret: &Option<Secret<String>>| secret.as_ref().map(Secret::<String>::duplicate);
    let secrets = GivenSecrets {
        client_secret: copy(&record.client_secret),
        rsa_key: copy(&record.rsa_key),
    };
    (record.settings.clone(), secrets)
}
