//! Profiles from a document: all of them, or none; or those that the person chose in a preview.

use std::collections::BTreeMap;

use keybelt_contract::{
    ImportChoice, ImportMend, ImportPreview, PreviewedProfile, Profile, ProfileFormat, ProfileName,
};
use keybelt_primitives::Secret;
use keybelt_vault::{DecidedProfiles, NewProfileRecord, ProfileRecord};
use serde_json::{Map, Value};

use super::authlib::of_authlib;
use super::change::patched;
use super::record_of;
use crate::Keybelt;
use crate::aside::Aside;
use crate::document::{self, Addition, Document, DocumentError, Prefix, shown_name};
use crate::registry;
use crate::settings::{Draft, Patch, Problem, SettingFault};
use crate::trouble::VaultTrouble;

/// Why nothing was imported.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ImportProfilesError {
    /// The document cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Everything that is in the way.
    #[error("profiles that cannot be taken")]
    Refused {
        /// Every fault, by the profile's name.
        faults: BTreeMap<String, Vec<SettingFault>>,
        /// Those that would take the place of what is there.
        exist: Vec<ProfileName>,
    },
    /// The vault could not take them.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// One profile of a document, held against what is there.
struct Planned {
    /// As the document has it, made visible.
    name: String,
    record: Result<NewProfileRecord, Vec<SettingFault>>,
    /// Whether it overwrites what is there.
    replaces: bool,
    /// Whether it is what is there with something added.
    adds: bool,
}

/// Imports profiles: JSON, TOML, Authlib's Python setting, or lines of an `.env` file, which add to what is there.
pub async fn import(
    keybelt: &Keybelt,
    text: Secret<String>,
    replace: bool,
) -> Result<Vec<Profile>, ImportProfilesError> {
    let document = document::read(&text)?;
    let variables = document.unknown();
    let imported = put(keybelt, document, Taken::All { replace }).await?;
    if !variables.is_empty() {
        keybelt.tell(Aside::NotImported { variables });
    }
    Ok(imported)
}

/// Imports what was chosen in a preview, with the corrections that were made there: all of that, or nothing.
pub async fn import_chosen(
    keybelt: &Keybelt,
    text: &Secret<String>,
    mends: &[ImportMend],
    chosen: Vec<ImportChoice>,
) -> Result<Vec<Profile>, ImportProfilesError> {
    put(
        keybelt,
        document::read(text)?.mended(mends),
        Taken::Chosen(chosen),
    )
    .await
}

/// Which profiles of a document are taken.
enum Taken {
    All { replace: bool },
    Chosen(Vec<ImportChoice>),
}

impl Taken {
    /// Whether what adds to a profile may also change what it says: whoever imports all of a file means that. In a
    /// preview, each is asked for.
    fn adds_unasked(&self) -> bool {
        matches!(self, Self::All { .. })
    }

    /// Whether what is there gives way to the profile of this name; `None` where it is left out.
    fn replaces(&self, name: &str) -> Option<bool> {
        match self {
            Self::All { replace } => Some(*replace),
            Self::Chosen(chosen) => chosen
                .iter()
                .find(|choice| choice.name == name)
                .map(|choice| choice.replace),
        }
    }
}

async fn put(
    keybelt: &Keybelt,
    document: Document,
    taken: Taken,
) -> Result<Vec<Profile>, ImportProfilesError> {
    if document.is_empty() {
        return Ok(Vec::new());
    }
    // What cannot be taken in any case makes no vault.
    if keybelt.door().existing().await?.is_none() {
        decided(plan(&document, &[]), &taken)?;
    }
    let vault = keybelt.door().writable().await?;
    let outcome = keybelt
        .door()
        .run(&vault, move |vault| {
            vault.decide_profiles(|there| decided(plan(&document, there), &taken))
        })
        .await?;
    match outcome {
        DecidedProfiles::Put(mut records) => {
            keybelt.changed().await;
            records.sort_by(|left, right| left.name.cmp(&right.name));
            Ok(records.iter().map(registry::profile).collect())
        }
        DecidedProfiles::Refused(refused) => Err(refused),
        DecidedProfiles::Taken(exist) => Err(ImportProfilesError::Refused {
            faults: BTreeMap::new(),
            exist,
        }),
    }
}

/// What an import would do, with these corrections. Nothing is changed.
pub async fn import_preview(
    keybelt: &Keybelt,
    text: &Secret<String>,
    mends: &[ImportMend],
) -> Result<ImportPreview, ImportProfilesError> {
    let document = document::read(text)?.mended(mends);
    let there = match keybelt.door().existing().await? {
        Some(vault) => {
            keybelt
                .door()
                .run(&vault, |vault| vault.profiles())
                .await?
                .records
        }
        None => Vec::new(),
    };
    let profiles = plan(&document, &there)
        .into_iter()
        .map(|planned| previewed(planned, &there))
        .collect();
    Ok(ImportPreview {
        format: document.format(),
        profiles,
    })
}

fn previewed(planned: Planned, there: &[ProfileRecord]) -> PreviewedProfile {
    let (profile, faults) = match planned.record {
        Ok(record) => (Some(as_it_would_be(record, there)), Vec::new()),
        Err(faults) => (None, faults),
    };
    PreviewedProfile {
        name: planned.name,
        profile,
        faults: faults.iter().map(SettingFault::trouble).collect(),
        replaces: planned.replaces,
    }
}

fn as_it_would_be(new: NewProfileRecord, there: &[ProfileRecord]) -> Profile {
    let old = there.iter().find(|record| record.name == new.name);
    let is_taken = |key: &str| there.iter().any(|record| record.key == key);
    let first = new.name.as_str().to_owned();
    let key = match old {
        Some(old) => old.key.clone(),
        None if !is_taken(&first) => first,
        None => (2..)
            .map(|number| format!("{first}-{number}"))
            .find(|key| !is_taken(key))
            .unwrap_or(first.clone()),
    };
    registry::profile(&ProfileRecord {
        id: 0,
        name: new.name,
        key,
        provider: new.provider,
        settings: new.settings,
        client_secret: new.client_secret,
        rsa_key: new.rsa_key,
        metadata: None,
        metadata_read: None,
        remembered: BTreeMap::new(),
    })
}

/// All of them, or everything that is in the way.
fn decided(
    planned: Vec<Planned>,
    taken: &Taken,
) -> Result<Vec<(NewProfileRecord, bool)>, ImportProfilesError> {
    let mut records = Vec::new();
    let (mut faults, mut exist) = (BTreeMap::new(), Vec::new());
    for Planned {
        name,
        record,
        replaces,
        adds,
    } in planned
    {
        let Some(replace) = taken.replaces(&name) else {
            continue;
        };
        if replaces
            && !replace
            && !(adds && taken.adds_unasked())
            && let Ok(name) = ProfileName::parse(&name)
        {
            exist.push(name);
        }
        match record {
            Ok(record) => records.push((record, replace || adds)),
            Err(found) => drop(faults.insert(name, found)),
        }
    }
    if faults.is_empty() && exist.is_empty() {
        Ok(records)
    } else {
        Err(ImportProfilesError::Refused { faults, exist })
    }
}

fn plan(document: &Document, there: &[ProfileRecord]) -> Vec<Planned> {
    match document {
        Document::Profiles { format, profiles } => {
            let mut planned: Vec<Planned> = profiles
                .iter()
                .map(|(name, settings)| whole(*format, name, settings, there))
                .collect();
            planned.sort_by(|left, right| left.name.cmp(&right.name));
            planned
        }
        Document::Additions(additions) => additions
            .iter()
            .map(|(prefix, added)| addition(prefix, added, there))
            .collect(),
    }
}

fn whole(format: ProfileFormat, name: &str, settings: &Value, there: &[ProfileRecord]) -> Planned {
    let (parsed, mut faults) = match ProfileName::parse(name) {
        Ok(parsed) => (parsed, Vec::new()),
        Err(error) => {
            let fault = SettingFault::new("name", Problem::Name(error));
            // Its settings are looked at too, so that every fault is told at once.
            (ProfileName::derive(name), vec![fault])
        }
    };
    let record = match settings {
        Value::Object(settings) => {
            let settings = match format {
                ProfileFormat::Python => of_authlib(settings.clone()),
                ProfileFormat::Json | ProfileFormat::Toml | ProfileFormat::Env => settings.clone(),
            };
            Draft::from_document(parsed, settings).map(record_of)
        }
        _ => Err(vec![SettingFault::new("settings", Problem::unfit("an object"))]),
    };
    Planned {
        replaces: there.iter().any(|there| there.name.as_str() == name),
        name: shown_name(name),
        record: unless(&mut faults, record),
        adds: false,
    }
}

/// What was made of it, unless there were faults before; then all of them.
fn unless<T>(
    before: &mut Vec<SettingFault>,
    made: Result<T, Vec<SettingFault>>,
) -> Result<T, Vec<SettingFault>> {
    match made {
        Ok(made) if before.is_empty() => Ok(made),
        Ok(_) => Err(std::mem::take(before)),
        Err(found) => Err(before.drain(..).chain(found).collect()),
    }
}

/// Onto the profile that is meant, else onto the catalogue's provider, else a profile of its own.
fn addition(prefix: &Prefix, addition: &Addition, there: &[ProfileRecord]) -> Planned {
    let settings = &addition.settings;
    let mut faults = addition.faults.clone();
    let meant: Vec<&ProfileRecord> = there
        .iter()
        .filter(|record| prefix.means(record.name.as_str()))
        .collect();
    let exact = meant.iter().find(|record| record.name.as_str() == prefix.lower());
    match (exact, meant.as_slice()) {
        (Some(record), _) | (None, [record]) => Planned {
            name: record.name.to_string(),
            replaces: overwrites(record, settings),
            record: unless(&mut faults, patched(record, Patch::of(settings.clone()))),
            adds: true,
        },
        (None, []) => {
            let entry = crate::providers::meant(|id| prefix.means(id));
            let name = ProfileName::derive(entry.as_deref().unwrap_or(prefix.lower()));
            let mut whole = settings.clone();
            if let Some(id) = entry {
                whole.entry("provider").or_insert(Value::String(id));
            }
            Planned {
                name: name.to_string(),
                record: unless(&mut faults, Draft::from_document(name, whole).map(record_of)),
                replaces: false,
                adds: false,
            }
        }
        (None, several) => {
            let names = several.iter().map(|record| record.name.to_string()).collect();
            faults.push(SettingFault::new("name", Problem::Ambiguous { names }));
            Planned {
                name: prefix.lower().to_owned(),
                record: Err(faults),
                replaces: false,
                adds: false,
            }
        }
    }
}

/// Whether a setting of the profile's own would be another than it is.
fn overwrites(record: &ProfileRecord, settings: &Map<String, Value>) -> bool {
    settings.iter().any(|(key, value)| match (key.as_str(), value) {
        ("client_secret", Value::String(secret)) => record
            .client_secret
            .as_ref()
            .is_some_and(|there| !there.matches_text(secret)),
        ("provider", value) => record
            .provider
            .as_deref()
            .is_some_and(|there| value.as_str() != Some(there)),
        (key, Value::Object(members)) => members.iter().any(|(member, value)| {
            let there = record.settings.get(key).and_then(|there| there.get(member));
            there.is_some_and(|there| there != value)
        }),
        (key, value) => record.settings.get(key).is_some_and(|there| there != value),
    })
}
