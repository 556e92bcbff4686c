//! The profiles: added, changed, imported, exported, shown, removed. No server is asked.

mod authlib;
mod change;
mod export;
mod import;
mod rsa_key;

use std::collections::BTreeSet;
use std::sync::Arc;

use keybelt_contract::{AccountName, Profile, ProfileDraft, ProfileName, Protocol};
use keybelt_vault::{Lease, NewProfileRecord, ProfileRecord, PutProfiles, RemoveProfile, Vault};
use serde_json::Value;
use url::Url;

use crate::Keybelt;
use crate::outputs;
use crate::registry;
use crate::settings::{AskedSettings, Draft, SettingFault, nearest_word};
use crate::trouble::VaultTrouble;

pub use change::{ChangeProfileError, rename, set, set_from_window};
pub use export::{ExportProfilesError, Exported, export};
pub use import::{ImportProfilesError, import, import_chosen, import_preview};
pub use rsa_key::{NewRsaKeyError, PublicKeyError, new_rsa_key, public_key};

/// How often a profile's accounts are looked up anew because another process linked one meanwhile.
const TRIES: usize = 8;

/// Why there is no profile to work with.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProfilesError {
    /// No such profile.
    #[error("no profile {name}")]
    NotFound {
        /// What was asked for.
        name: ProfileName,
        /// The one that looks most like it.
        nearest: Option<ProfileName>,
    },
    /// It is there and does not open.
    #[error("the profile {name} is damaged")]
    Damaged {
        /// What was asked for.
        name: ProfileName,
    },
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Why a profile was not added. Nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddProfileError {
    /// Settings that cannot be taken.
    #[error("settings that cannot be taken")]
    Faults(Vec<SettingFault>),
    /// There is one of that name.
    #[error("there is a profile {0}")]
    Exists(ProfileName),
    /// The vault could not take it.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Why a profile was not removed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RemoveProfileError {
    /// No such profile, or the vault does not open.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// Accounts are linked by it.
    #[error("accounts are linked by it")]
    HasAccounts {
        /// Those whose names can be told.
        accounts: Vec<AccountName>,
        /// The records of the others, as the check calls them.
        damaged: Vec<String>,
    },
    /// More accounts are linked by it than somebody was shown: these.
    #[error("other accounts were linked by it since")]
    MoreAccounts(Vec<AccountName>),
    /// The vault could not be changed.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Adds a profile as it was asked for on the command line.
pub async fn add(
    keybelt: &Keybelt,
    name: ProfileName,
    asked: AskedSettings,
) -> Result<Profile, AddProfileError> {
    let draft = Draft::from_options(name, asked).map_err(AddProfileError::Faults)?;
    add_draft(keybelt, draft).await
}

/// Adds a profile as it was typed into the window. Without a name it gets the provider's or the issuer's host, with a
/// number where that is taken.
pub async fn add_from_window(keybelt: &Keybelt, typed: ProfileDraft) -> Result<Profile, AddProfileError> {
    let name = match &typed.name {
        Some(name) => name.clone(),
        None => free_name(keybelt, &typed).await?,
    };
    let draft = Draft::from_window(typed, name).map_err(AddProfileError::Faults)?;
    add_draft(keybelt, draft).await
}

/// The keys without which a profile cannot be linked, whatever its server's metadata says. A profile may lack them for as
/// long as somebody is still to set them.
pub fn lacking(profile: &Profile) -> Vec<&'static str> {
    let is_set = |key: &str| profile.settings.contains_key(key);
    let addresses: &[&str] = match profile.protocol {
        Protocol::Oauth1 => &["request_token_url", "authorize_url", "access_token_url"],
        _ if is_set("issuer") || is_set("server_metadata_url") => &[],
        Protocol::Oauth2 | Protocol::Oidc => &["authorize_url", "access_token_url"],
    };
    std::iter::once(&"client_id")
        .chain(addresses)
        .copied()
        .filter(|key| !is_set(key))
        .collect()
}

async fn free_name(keybelt: &Keybelt, typed: &ProfileDraft) -> Result<ProfileName, AddProfileError> {
    let address = ["issuer", "server_metadata_url", "authorize_url"]
        .into_iter()
        .find_map(|key| typed.settings.get(key).and_then(Value::as_str));
    let host = address.and_then(|address| Url::parse(address).ok()?.host_str().map(str::to_owned));
    let wanted = typed
        .provider
        .clone()
        .or(host)
        .unwrap_or_else(|| "profile".to_owned());
    let taken: Vec<ProfileName> = match keybelt.door().existing().await? {
        Some(vault) => {
            let listed = keybelt.door().run(&vault, |vault| vault.profiles()).await?;
            listed.records.into_iter().map(|record| record.name).collect()
        }
        None => Vec::new(),
    };
    let first = ProfileName::derive(&wanted);
    let mut name = first.clone();
    let mut number = 2;
    while taken.contains(&name) {
        let kept: String = first.as_str().chars().take(56).collect();
        name = ProfileName::derive(&format!("{kept}-{number}"));
        number += 1;
    }
    Ok(name)
}

async fn add_draft(keybelt: &Keybelt, draft: Draft) -> Result<Profile, AddProfileError> {
    let name = draft.name.clone();
    let record = record_of(draft);
    let vault = keybelt.door().writable().await?;
    match keybelt
        .door()
        .run(&vault, move |vault| vault.put_profiles(vec![record], false))
        .await?
    {
        PutProfiles::Put(records) => {
            keybelt.changed().await;
            let profile = records.first().map(registry::profile);
            profile.ok_or_else(|| VaultTrouble::Defect("a profile was not put".to_owned()).into())
        }
        PutProfiles::Taken(_) => Err(AddProfileError::Exists(name)),
    }
}

fn record_of(draft: Draft) -> NewProfileRecord {
    let mut settings = draft.settings;
    let provider = match settings.remove("provider") {
        Some(Value::String(id)) => Some(id),
        _ => None,
    };
    NewProfileRecord {
        name: draft.name,
        provider,
        settings,
        client_secret: draft.secrets.client_secret,
        rsa_key: draft.secrets.rsa_key,
    }
}

/// Every profile that opens, sorted by name. No vault: none.
pub async fn list(keybelt: &Keybelt) -> Result<Vec<Profile>, ProfilesError> {
    let Some(vault) = keybelt.door().existing().await? else {
        return Ok(Vec::new());
    };
    let listed = keybelt.door().run(&vault, |vault| vault.profiles()).await?;
    keybelt.left_out(&listed.damaged);
    Ok(listed.records.iter().map(registry::profile).collect())
}

/// One profile.
pub async fn show(keybelt: &Keybelt, name: &ProfileName) -> Result<Profile, ProfilesError> {
    one(keybelt, name)
        .await
        .map(|(_, record)| registry::profile(&record))
}

/// Which accounts may go with a profile that is removed.
enum Unlinking {
    /// None: it stays where it has any.
    Nobody,
    /// These, as somebody was shown them. One that was linked since keeps the profile; one that does not open has no
    /// name to be shown by, and goes.
    Named(BTreeSet<AccountName>),
    /// All there are.
    Everybody,
}

impl Unlinking {
    fn covers(&self, accounts: &[AccountName]) -> bool {
        match self {
            Self::Nobody => false,
            Self::Named(shown) => accounts.iter().all(|account| shown.contains(account)),
            Self::Everybody => true,
        }
    }
}

/// Removes a profile, also one that is damaged; with `unlink`, all its accounts too, without asking the provider.
pub async fn remove(keybelt: &Keybelt, name: &ProfileName, unlink: bool) -> Result<(), RemoveProfileError> {
    let unlinking = if unlink {
        Unlinking::Everybody
    } else {
        Unlinking::Nobody
    };
    remove_with(keybelt, name, &unlinking).await
}

/// Removes a profile and the accounts that somebody was shown; if another one was linked since, nothing is changed.
pub async fn remove_shown(
    keybelt: &Keybelt,
    name: &ProfileName,
    shown: Vec<AccountName>,
) -> Result<(), RemoveProfileError> {
    let shown: BTreeSet<AccountName> = shown.into_iter().collect();
    let unlinking = if shown.is_empty() {
        Unlinking::Nobody
    } else {
        Unlinking::Named(shown.clone())
    };
    match remove_with(keybelt, name, &unlinking).await {
        Err(RemoveProfileError::HasAccounts { mut accounts, .. }) if !accounts.is_empty() => {
            accounts.retain(|account| !shown.contains(account));
            Err(RemoveProfileError::MoreAccounts(accounts))
        }
        outcome => outcome,
    }
}

async fn remove_with(
    keybelt: &Keybelt,
    name: &ProfileName,
    unlinking: &Unlinking,
) -> Result<(), RemoveProfileError> {
    let vault = keybelt.door().existing().await?.ok_or_else(|| not_found(name))?;
    // Nobody may refresh them meanwhile: the answer would be written nowhere.
    let mut leases = Arc::new(Vec::new());
    for _ in 0..TRIES {
        let (wanted, held, now) = (name.clone(), leases.clone(), keybelt.now());
        let removed = keybelt
            .door()
            .run(&vault, move |vault| vault.remove_profile(&wanted, &held, now))
            .await?;
        let ids = match removed {
            RemoveProfile::Removed(_) => {
                // Before files are cleared, which may take a while.
                drop(leases);
                outputs::clear_gone(keybelt, &vault, outputs::PATIENCE).await;
                keybelt.changed().await;
                return Ok(());
            }
            RemoveProfile::Absent => return Err(absent(keybelt, &vault, name).await.into()),
            RemoveProfile::HasAccounts(ids) => ids,
        };
        // Each time anew: what was linked meanwhile holds no lease, and is looked at here before it gets one.
        let listed = keybelt.door().run(&vault, |vault| vault.accounts()).await?;
        let own = listed
            .records
            .into_iter()
            .filter(|account| ids.contains(&account.id));
        let accounts: Vec<AccountName> = own.map(|account| account.name).collect();
        if !unlinking.covers(&accounts) {
            let is_own = |record: &String| ids.iter().any(|id| *record == format!("accounts/{id}"));
            let damaged = listed.damaged.into_iter().map(|damaged| damaged.record);
            return Err(RemoveProfileError::HasAccounts {
                accounts,
                damaged: damaged.filter(is_own).collect(),
            });
        }
        // Those that were held are let go first: one of them may be waited for now.
        drop(leases);
        leases = Arc::new(leases_of(keybelt, &vault, ids).await?);
    }
    Err(VaultTrouble::Busy.into())
}

/// The leases of these accounts, taken in the order of their ids, so that two who want the same do not wait for each
/// other.
async fn leases_of(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    mut ids: Vec<i64>,
) -> Result<Vec<Lease>, VaultTrouble> {
    ids.sort_unstable();
    let mut leases = Vec::with_capacity(ids.len());
    for id in ids {
        leases.push(keybelt.door().lease(vault, id).await?);
    }
    Ok(leases)
}

/// The vault and one profile in it.
pub(crate) async fn one(
    keybelt: &Keybelt,
    name: &ProfileName,
) -> Result<(Arc<Vault>, ProfileRecord), ProfilesError> {
    let vault = keybelt.door().existing().await?.ok_or_else(|| not_found(name))?;
    let wanted = name.clone();
    match keybelt
        .door()
        .run(&vault, move |vault| vault.profile(&wanted))
        .await
    {
        Ok(Some(record)) => Ok((vault, record)),
        Ok(None) => Err(absent(keybelt, &vault, name).await),
        Err(VaultTrouble::Damaged { .. }) => Err(ProfilesError::Damaged { name: name.clone() }),
        Err(trouble) => Err(trouble.into()),
    }
}

fn not_found(name: &ProfileName) -> ProfilesError {
    ProfilesError::NotFound {
        name: name.clone(),
        nearest: None,
    }
}

async fn absent(keybelt: &Keybelt, vault: &Arc<Vault>, name: &ProfileName) -> ProfilesError {
    let nearest = match keybelt.door().run(vault, |vault| vault.profiles()).await {
        Ok(listed) => {
            // It may be one of those that do not even tell their name.
            keybelt.left_out(&listed.damaged);
            let names = listed.records.iter().map(|record| record.name.as_str());
            nearest_word(names, name.as_str()).and_then(|near| ProfileName::parse(near).ok())
        }
        // The look around is a courtesy.
        Err(_) => None,
    };
    ProfilesError::NotFound {
        name: name.clone(),
        nearest,
    }
}
