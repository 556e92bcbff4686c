//! Profiles written down, as they can be imported again.

use keybelt_contract::{Layer, ProfileFormat, ProfileName, Protocol};
use keybelt_primitives::{Issuer, Secret};
use keybelt_protocol::oauth2::metadata::candidates;
use keybelt_vault::{LedgerLine, ProfileRecord};
use serde_json::{Map, Value};

use super::{ProfilesError, absent};
use crate::Keybelt;
use crate::document::{self, WriteError, Written};
use crate::registry;
use crate::settings::{Layers, in_order, is_authlibs};
use crate::trouble::VaultTrouble;

/// Why nothing was exported.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ExportProfilesError {
    /// No such profile, or the vault does not open.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// The form does not take them.
    #[error(transparent)]
    Unwritable(#[from] WriteError),
    /// The ledger could not be written, so that no secret was given.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Profiles in one form, all of them where none is named, sorted by name. Their secrets go out only to a receiver, who
/// stands in the ledger first.
pub async fn export(
    keybelt: &Keybelt,
    names: &[ProfileName],
    format: ProfileFormat,
    secrets_to: Option<&str>,
) -> Result<Secret<String>, ExportProfilesError> {
    let records = wanted(keybelt, names).await?;
    let mut written = Written::default();
    let mut lines = Vec::new();
    for record in &records {
        let mut settings = match format {
            ProfileFormat::Python => for_authlib(record),
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
    Ok(text)
}

async fn wanted(keybelt: &Keybelt, names: &[ProfileName]) -> Result<Vec<ProfileRecord>, ProfilesError> {
    let not_found = |name: &ProfileName| ProfilesError::NotFound {
        name: name.clone(),
        nearest: None,
    };
    let Some(vault) = keybelt.door().existing().await? else {
        return names.first().map_or(Ok(Vec::new()), |name| Err(not_found(name)));
    };
    let listed = keybelt.door().run(&vault, |vault| vault.profiles()).await?;
    keybelt.left_out(&listed.damaged);
    let mut records = listed.records;
    if let Some(name) = names
        .iter()
        .find(|name| !records.iter().any(|record| record.name == **name))
    {
        return Err(absent(keybelt, &vault, name).await);
    }
    records.retain(|record| names.is_empty() || names.contains(&record.name));
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

/// The same for Authlib, which has no catalogue, looks for metadata at their URL only, does without PKCE unless it is
/// told, and writes its placements in capitals.
fn for_authlib(record: &ProfileRecord) -> Map<String, Value> {
    let layers = registry::layers(record);
    let mut settings = own(record);
    let mut put = |key: &str, value: &Value| match key.split_once('.') {
        None => drop(settings.insert(key.to_owned(), value.clone())),
        Some((object, member)) => {
            let members = settings
                .entry(object)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(members) = members {
                members.insert(member.to_owned(), value.clone());
            }
        }
    };
    let of_catalogue = layers
        .keys_in(Layer::Catalogue)
        .filter(|key| is_authlibs(key) && layers.in_layer(Layer::Profile, key).is_none())
        // How an OAuth 1 client proves itself is its signature; a profile of its own may not say this.
        .filter(|key| {
            layers.protocol() != Protocol::Oauth1 || *key != "client_kwargs.token_endpoint_auth_method"
        });
    for key in of_catalogue {
        if let Some(value) = layers.in_layer(Layer::Catalogue, key) {
            put(key, value);
        }
    }
    if let Some(url) = metadata_url(&layers) {
        put("server_metadata_url", &Value::from(url));
    }
    if layers.protocol() == Protocol::Oauth1 {
        if let Some(place) = layers.text("client_kwargs.signature_type") {
            put("client_kwargs.signature_type", &Value::from(place.to_uppercase()));
        }
    } else if let Some(method) = layers.text("client_kwargs.code_challenge_method") {
        put("client_kwargs.code_challenge_method", &Value::from(method));
    }
    settings
}

/// Where the metadata of a profile stand that names its issuer only.
fn metadata_url(layers: &Layers) -> Option<String> {
    if layers.get("server_metadata_url").is_some() {
        return None;
    }
    let said = [Layer::Profile, Layer::Catalogue]
        .into_iter()
        .find_map(|layer| layers.in_layer(layer, "issuer")?.as_str())?;
    let issuer = Issuer::parse(said).ok()?;
    let openid = layers.protocol() == Protocol::Oidc;
    let (url, _) = candidates(&issuer, openid).into_iter().next()?;
    Some(url.to_string())
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
        let members = settings
            .entry("client_kwargs")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(members) = members {
            members.insert("rsa_key".to_owned(), Value::from(key.expose().as_str()));
        }
    }
    record.client_secret.is_some() || record.rsa_key.is_some()
}
