//! The registry: a profile and its layers, resolved into the client that a request needs (design.md, Nouns).

#[cfg(test)]
mod entries;
mod oauth1;
mod oauth2;
mod server;

use std::collections::BTreeSet;

use keybelt_contract::{Layer, Profile, ProfileName, Protocol, Route};
use keybelt_primitives::Endpoint;
use keybelt_vault::ProfileRecord;
use serde_json::{Map, Value};

pub(crate) use self::oauth1::ResolvedOauth1;
pub(crate) use self::oauth2::{Resolved, listed};
pub(crate) use self::server::read_metadata;
use crate::metadata::MetadataTrouble;
use crate::settings::{
    Layers, Problem, Secrets, SettingFault, catalogue_settings, is_address, routes, shown,
};

/// Under this name the profile record remembers the client authentication that worked (specs AF-14).
pub(crate) const REMEMBERED_AUTHENTICATION: &str = "token_endpoint_auth_method";

/// Why a profile does not come to a client that could be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ResolveError {
    /// A setting is missing, in every layer.
    #[error("{profile} lacks {key}")]
    Missing {
        /// The profile.
        profile: ProfileName,
        /// The setting.
        key: &'static str,
        /// What the profile speaks.
        protocol: Protocol,
    },
    /// Settings in effect that cannot be used.
    #[error("{profile} has settings that cannot be used")]
    Faults {
        /// The profile.
        profile: ProfileName,
        /// What is wrong with them.
        faults: Vec<SettingFault>,
    },
    /// It speaks OAuth 1, where only OAuth 2 has what is asked for.
    #[error("{profile} speaks OAuth 1")]
    Oauth1 {
        /// The profile.
        profile: ProfileName,
    },
    /// The provider lists PKCE methods, and S256 is not among them (specs PK-05).
    #[error("{profile}: no S256")]
    PkceUnlisted {
        /// The profile.
        profile: ProfileName,
    },
    /// The server's metadata leads to a host that the catalogue does not know as the provider's (specs MD-08).
    #[error("{profile}: {key} at {host}")]
    Unpinned {
        /// The profile.
        profile: ProfileName,
        /// The setting.
        key: &'static str,
        /// The host.
        host: String,
    },
    /// The server's metadata was not taken.
    #[error(transparent)]
    Metadata(#[from] MetadataTrouble),
    /// A defect of ours.
    #[error("defect: {0}")]
    Defect(String),
}

/// A profile resolved, by the protocol that it speaks.
#[expect(clippy::large_enum_variant, reason = "one at a time, never kept in number")]
pub(crate) enum Registration {
    Oauth1(ResolvedOauth1),
    Oauth2(Resolved),
}

impl Registration {
    /// The client of OAuth 2, for what OAuth 1 does not have.
    pub(crate) fn oauth2(self, record: &ProfileRecord) -> Result<Resolved, ResolveError> {
        match self {
            Self::Oauth2(resolved) => Ok(resolved),
            Self::Oauth1(_) => Err(ResolveError::Oauth1 {
                profile: record.name.clone(),
            }),
        }
    }
}

/// Resolves a profile, perhaps with scopes for this time only.
pub(crate) fn resolve(record: &ProfileRecord, scope: Option<&str>) -> Result<Registration, ResolveError> {
    let mut layers = layers(record);
    if let Some(scope) = scope {
        layers = layers.with_scope(scope);
    }
    match (layers.protocol(), scope) {
        (Protocol::Oauth1, Some(_)) => Err(fault(
            &record.name,
            "client_kwargs.scope",
            Problem::OfOauth2 {
                by: layers.oauth1_by(),
            },
        )),
        (Protocol::Oauth1, None) => oauth1::resolve(record, layers).map(Registration::Oauth1),
        (Protocol::Oauth2 | Protocol::Oidc, _) => oauth2::resolve(record, layers).map(Registration::Oauth2),
    }
}

/// The layers of a profile as it is stored.
pub(crate) fn layers(record: &ProfileRecord) -> Layers {
    layers_over(record, record.metadata.as_ref())
}

fn layers_over(record: &ProfileRecord, metadata: Option<&Map<String, Value>>) -> Layers {
    let secrets = Secrets {
        client_secret: record.client_secret.is_some(),
        rsa_key: record.rsa_key.is_some(),
    };
    let mut catalogue = catalogue_settings(record.provider.as_deref());
    if is_elsewhere(record) {
        catalogue.retain(|key, _| !is_address(key));
    }
    Layers::new(&catalogue, metadata, &record.settings, secrets)
}

/// Whether the profile names another server than the provider's own, a GitLab of one's own for instance: the catalogue's
/// addresses are not that server's, and its tokens are none of theirs.
fn is_elsewhere(record: &ProfileRecord) -> bool {
    let keys = ["issuer", "server_metadata_url"];
    let named = first_address(keys, |key| record.settings.get(key));
    let entry = record.provider.as_deref().and_then(keybelt_catalogue::find);
    let own = entry.and_then(|entry| first_address(keys, |key| entry.settings.get(key)));
    named.is_some_and(|named| own.is_some_and(|own| own.origin() != named.origin()))
}

/// The address of the first of these settings that is one.
fn first_address<'a>(keys: [&str; 2], setting: impl Fn(&str) -> Option<&'a Value>) -> Option<Endpoint> {
    keys.iter()
        .find_map(|key| Endpoint::parse(setting(key)?.as_str()?).ok())
}

/// A profile as both faces show it.
pub(crate) fn profile(record: &ProfileRecord) -> Profile {
    let layers = layers(record);
    let redirects = layers.redirects(&record.key);
    let redirect_uris = shown(redirects, layers.refuses_embedded());
    Profile {
        name: record.name.clone(),
        provider: record.provider.clone(),
        protocol: layers.protocol(),
        redirect_uris,
        routes: routes(layers.protocol(), redirects, layers.form_post())
            .into_iter()
            .filter(|route| *route != Route::Webview || !layers.refuses_embedded())
            .collect(),
        settings: layers.settings(),
    }
}

/// What people call the provider: the catalogue's word, else the host that the person is sent to.
fn title(record: &ProfileRecord, sent_to: &Endpoint) -> String {
    let entry = record.provider.as_deref().and_then(keybelt_catalogue::find);
    match entry {
        Some(entry) => entry.summary.name.clone(),
        None => sent_to.url().host_str().unwrap_or_default().to_owned(),
    }
}

/// The hosts that the person sees before linking, sorted: those of the endpoints, of the API, and the ones that the profile
/// names as its own, without the issuer's and the catalogue's. No setting takes a host out of them (specs SB-18).
fn strangers(record: &ProfileRecord, layers: &Layers, endpoints: Vec<String>) -> Vec<String> {
    let entry = record.provider.as_deref().and_then(keybelt_catalogue::find);
    let party = |key| Some(Endpoint::parse(layers.text(key)?).ok()?.party());
    let own = party("issuer").or_else(|| party("access_token_url"));
    let own_host = own.as_ref().and_then(|own| own.split(':').next());
    // A list of hosts names no ports.
    let named = layers
        .list("hosts")
        .into_iter()
        .filter(|host| Some(host.as_str()) != own_host);
    let mut seen: BTreeSet<String> = endpoints.into_iter().chain(named).collect();
    seen.extend(party("api_base_url"));
    // The catalogue knows its own server's hosts, and no other's.
    let of_catalogue = entry.filter(|_| !is_elsewhere(record));
    let is_known = |seen: &String| {
        of_catalogue.is_some_and(|entry| {
            let own = first_address(["issuer", "access_token_url"], |key| entry.settings.get(key));
            entry.hosts.contains(seen) || own.is_some_and(|own| own.party() == *seen)
        })
    };
    seen.retain(|seen| Some(seen) != own.as_ref());
    // Who names a provider of the catalogue and another issuer speaks of another server.
    seen.extend(own.filter(|_| entry.is_some()));
    seen.retain(|seen| !is_known(seen));
    seen.into_iter().collect()
}

/// Addresses of metadata that a request of this program goes to.
const PINNED: &[&str] = &[
    "access_token_url",
    "authorize_url",
    "jwks_uri",
    "refresh_token_url",
    "revocation_endpoint",
    "userinfo_endpoint",
];

/// Metadata of a provider in the catalogue leads to the hosts that the catalogue knows, unless the profile itself sets the
/// address, or another issuer (specs MD-08).
fn refuse_unpinned(record: &ProfileRecord, layers: &Layers) -> Result<(), ResolveError> {
    let Some(entry) = record.provider.as_deref().and_then(keybelt_catalogue::find) else {
        return Ok(());
    };
    let is_its_own = |key| layers.in_layer(Layer::Profile, key).is_some();
    if is_its_own("issuer") || is_its_own("server_metadata_url") {
        return Ok(());
    }
    for key in PINNED {
        let Some((Value::String(text), Layer::Metadata)) = layers.get(key) else {
            continue;
        };
        let address =
            Endpoint::parse(text).map_err(|error| fault(&record.name, key, Problem::Endpoint(error)))?;
        let host = address.url().host_str().unwrap_or_default();
        if !entry.hosts.iter().any(|known| known == host) {
            return Err(ResolveError::Unpinned {
                profile: record.name.clone(),
                key,
                host: host.to_owned(),
            });
        }
    }
    Ok(())
}

fn is_practice(record: &ProfileRecord) -> bool {
    crate::practice::is_provider(record.provider.as_deref())
}

fn endpoint(
    profile: &ProfileName,
    layers: &Layers,
    key: &'static str,
) -> Result<Option<Endpoint>, ResolveError> {
    layers
        .text(key)
        .map(|text| Endpoint::parse(text).map_err(|error| fault(profile, key, Problem::Endpoint(error))))
        .transpose()
}

fn required_endpoint(
    profile: &ProfileName,
    layers: &Layers,
    key: &'static str,
) -> Result<Endpoint, ResolveError> {
    endpoint(profile, layers, key)?.ok_or_else(|| missing(profile, layers.protocol(), key))
}

fn required_text(profile: &ProfileName, layers: &Layers, key: &'static str) -> Result<String, ResolveError> {
    layers
        .text(key)
        .map(str::to_owned)
        .ok_or_else(|| missing(profile, layers.protocol(), key))
}

fn missing(profile: &ProfileName, protocol: Protocol, key: &'static str) -> ResolveError {
    ResolveError::Missing {
        profile: profile.clone(),
        key,
        protocol,
    }
}

fn fault(profile: &ProfileName, key: &str, problem: Problem) -> ResolveError {
    ResolveError::Faults {
        profile: profile.clone(),
        faults: vec![SettingFault::new(key, problem)],
    }
}
