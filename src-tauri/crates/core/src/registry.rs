//! The registry: a profile and its layers, resolved into the client that a request needs (design.md, Nouns).

use std::collections::{BTreeMap, BTreeSet};

use keybelt_contract::{Layer, Profile, ProfileName, Protocol};
use keybelt_primitives::{Endpoint, Issuer};
use keybelt_protocol::oauth2::client::Client;
use keybelt_protocol::oauth2::client_authentication::{ChooseAuthenticationError, ClientAuthentication};
use keybelt_protocol::oauth2::pkce::{Pkce, PkceError};
use keybelt_vault::ProfileRecord;
use serde_json::{Map, Value};

use crate::Keybelt;
use crate::metadata::{self, Found, MetadataTrouble};
use crate::settings::{Layers, Problem, SettingFault, shown};

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
    },
    /// Settings in effect that cannot be used.
    #[error("{profile} has settings that cannot be used")]
    Faults {
        /// The profile.
        profile: ProfileName,
        /// What is wrong with them.
        faults: Vec<SettingFault>,
    },
    /// The provider lists PKCE methods, and S256 is not among them (specs PK-05).
    #[error("{profile}: no S256")]
    PkceUnlisted {
        /// The profile.
        profile: ProfileName,
    },
    /// The server's metadata was not taken.
    #[error(transparent)]
    Metadata(#[from] MetadataTrouble),
    /// A defect of ours.
    #[error("defect: {0}")]
    Defect(String),
}

/// A profile resolved: the client, and what the use cases ask about it besides.
pub(crate) struct Resolved {
    pub(crate) client: Client,
    pub(crate) layers: Layers,
    pub(crate) protocol: Protocol,
    /// What people call the provider.
    pub(crate) provider_title: String,
    pub(crate) practice: bool,
    /// Hosts that the person should see before linking (specs SB-18), sorted.
    pub(crate) other_hosts: Vec<String>,
    /// Methods the metadata lists.
    pub(crate) listed_methods: Option<Vec<String>>,
    /// `id_token_signing_alg_values_supported`.
    pub(crate) listed_algorithms: Option<Vec<String>>,
    /// Whether somebody chose the method of client authentication.
    pub(crate) method_chosen: bool,
}

impl Resolved {
    /// Whether answers of the authorization endpoint come as a form (OAuth 2.0 Form Post Response Mode).
    pub(crate) fn form_post(&self) -> bool {
        self.layers.text("client_kwargs.response_mode") == Some("form_post")
    }
}

/// The layers of a profile as it is stored.
pub(crate) fn layers(record: &ProfileRecord) -> Layers {
    let catalogue = catalogue_settings(record.provider.as_deref());
    Layers::new(
        &catalogue,
        record.metadata.as_ref(),
        &record.settings,
        record.client_secret.is_some(),
    )
}

fn catalogue_settings(provider: Option<&str>) -> Map<String, Value> {
    provider
        .and_then(keybelt_catalogue::find)
        .map(|entry| {
            entry
                .settings
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        })
        .unwrap_or_default()
}

/// A profile as both faces show it.
pub(crate) fn profile(record: &ProfileRecord) -> Profile {
    let layers = layers(record);
    Profile {
        name: record.name.clone(),
        provider: record.provider.clone(),
        protocol: layers.protocol(),
        redirect_uris: shown(layers.text("redirect_uri"), &record.key),
        settings: layers.settings(),
    }
}

/// Reads the server's metadata where the profile says where to look, and puts it into the record.
///
/// A server without metadata is no obstacle where the endpoints themselves are set and no metadata URL is.
pub(crate) async fn read_metadata(keybelt: &Keybelt, record: &mut ProfileRecord) -> Result<(), ResolveError> {
    let without = Layers::new(
        &catalogue_settings(record.provider.as_deref()),
        None,
        &record.settings,
        record.client_secret.is_some(),
    );
    let Some(found) = look_for_metadata(keybelt, &record.name, &without).await? else {
        return Ok(());
    };
    record.metadata = Some(found.metadata.members);
    record.metadata_read_at = Some(keybelt.now());
    Ok(())
}

async fn look_for_metadata(
    keybelt: &Keybelt,
    profile: &ProfileName,
    layers: &Layers,
) -> Result<Option<Found>, ResolveError> {
    let said_issuer = [Layer::Profile, Layer::Catalogue]
        .into_iter()
        .find_map(|layer| layers.in_layer(layer, "issuer")?.as_str())
        .map(|text| Issuer::parse(text).map_err(|error| fault(profile, "issuer", Problem::Issuer(error))))
        .transpose()?;
    if let Some(text) = layers.text("server_metadata_url") {
        let url = Endpoint::parse(text)
            .map_err(|error| fault(profile, "server_metadata_url", Problem::Endpoint(error)))?;
        return Ok(Some(
            metadata::read_at(keybelt, &url, said_issuer.as_ref()).await?,
        ));
    }
    let Some(issuer) = said_issuer else {
        return Ok(None);
    };
    let openid = layers.protocol() == Protocol::Oidc;
    match metadata::find(keybelt, &issuer, openid).await {
        Ok(found) => Ok(Some(found)),
        Err(MetadataTrouble::Absent { .. } | MetadataTrouble::Invalid { .. }) if is_complete(layers) => {
            Ok(None)
        }
        Err(trouble) => Err(trouble.into()),
    }
}

fn is_complete(layers: &Layers) -> bool {
    let keys: &[&str] = match layers.protocol() {
        Protocol::Oidc => &["authorize_url", "access_token_url", "jwks_uri"],
        Protocol::Oauth1 | Protocol::Oauth2 => &["authorize_url", "access_token_url"],
    };
    keys.iter().all(|key| layers.text(key).is_some())
}

/// Resolves a profile, perhaps with scopes for this time only.
pub(crate) fn resolve(record: &ProfileRecord, scope: Option<&str>) -> Result<Resolved, ResolveError> {
    let mut layers = layers(record);
    if let Some(scope) = scope {
        layers = layers.with_scope(scope);
    }
    let name = &record.name;
    let listed = |member: &str| {
        record
            .metadata
            .as_ref()
            .and_then(|document| texts(document.get(member)?))
    };
    let listed_methods = listed("token_endpoint_auth_methods_supported");
    let chosen = [Layer::Profile, Layer::Catalogue].into_iter().find_map(|layer| {
        layers
            .in_layer(layer, "client_kwargs.token_endpoint_auth_method")?
            .as_str()
    });
    let authentication = ClientAuthentication::choose(
        record
            .client_secret
            .as_ref()
            .map(keybelt_primitives::Secret::duplicate),
        chosen,
        listed_methods.as_deref(),
        record
            .remembered
            .get(REMEMBERED_AUTHENTICATION)
            .map(String::as_str),
    )
    .map_err(|error| of_authentication(name, error))?;
    let pkce_said = [Layer::Profile, Layer::Catalogue].into_iter().find_map(|layer| {
        layers
            .in_layer(layer, "client_kwargs.code_challenge_method")?
            .as_str()
    });
    let pkce = Pkce::choose(pkce_said, listed("code_challenge_methods_supported").as_deref())
        .map_err(|error| of_pkce(name, error))?;
    let issuer = layers
        .text("issuer")
        .map(|text| Issuer::parse(text).map_err(|error| fault(name, "issuer", Problem::Issuer(error))))
        .transpose()?;
    let client = Client {
        profile: record.key.clone(),
        client_id: layers
            .text("client_id")
            .ok_or_else(|| missing(name, "client_id"))?
            .to_owned(),
        authentication,
        issuer,
        iss_announced: record.metadata.as_ref().is_some_and(|document| {
            document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true))
        }),
        authorization_endpoint: endpoint(name, &layers, "authorize_url")?,
        token_endpoint: endpoint(name, &layers, "access_token_url")?
            .ok_or_else(|| missing(name, "access_token_url"))?,
        revocation_endpoint: endpoint(name, &layers, "revocation_endpoint")?,
        userinfo_endpoint: endpoint(name, &layers, "userinfo_endpoint")?,
        jwks_uri: endpoint(name, &layers, "jwks_uri")?,
        scopes: layers.scopes(),
        pkce,
        authorize_params: authorize_params(&layers),
        access_token_params: layers.members("access_token_params"),
        refresh_token_params: layers.members("refresh_token_params"),
        resources: layers.list("resource"),
        id_token_algorithm: layers
            .text("client_kwargs.id_token_signed_response_alg")
            .map(str::to_owned),
    };
    let entry = record.provider.as_deref().and_then(keybelt_catalogue::find);
    let known: BTreeSet<String> = entry
        .iter()
        .flat_map(|entry| entry.hosts.iter().cloned())
        .chain(layers.list("hosts"))
        .collect();
    let mut other_hosts = client.other_hosts();
    other_hosts.retain(|host| !known.contains(host));
    Ok(Resolved {
        protocol: layers.protocol(),
        provider_title: title(&client, entry.map(|entry| entry.summary.name.as_str())),
        practice: record.provider.as_deref() == Some(crate::practice::PROVIDER),
        other_hosts,
        method_chosen: chosen.is_some(),
        listed_methods,
        listed_algorithms: listed("id_token_signing_alg_values_supported"),
        client,
        layers,
    })
}

fn title(client: &Client, catalogued: Option<&str>) -> String {
    let host = || {
        let endpoint = client
            .authorization_endpoint
            .as_ref()
            .unwrap_or(&client.token_endpoint);
        endpoint.url().host_str().unwrap_or_default().to_owned()
    };
    catalogued.map_or_else(host, str::to_owned)
}

fn authorize_params(layers: &Layers) -> BTreeMap<String, String> {
    let mut params = layers.members("authorize_params");
    for name in ["prompt", "response_mode"] {
        if let Some(value) = layers.text(&format!("client_kwargs.{name}")) {
            params.insert(name.to_owned(), value.to_owned());
        }
    }
    params
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

fn texts(value: &Value) -> Option<Vec<String>> {
    Some(
        value
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    )
}

fn missing(profile: &ProfileName, key: &'static str) -> ResolveError {
    ResolveError::Missing {
        profile: profile.clone(),
        key,
    }
}

fn fault(profile: &ProfileName, key: &str, problem: Problem) -> ResolveError {
    ResolveError::Faults {
        profile: profile.clone(),
        faults: vec![SettingFault::new(key, problem)],
    }
}

fn of_authentication(profile: &ProfileName, error: ChooseAuthenticationError) -> ResolveError {
    match error {
        ChooseAuthenticationError::SecretMissing { .. } => missing(profile, "client_secret"),
        error @ (ChooseAuthenticationError::Unsupported { .. }
        | ChooseAuthenticationError::NoneFits { .. }) => fault(
            profile,
            "client_kwargs.token_endpoint_auth_method",
            Problem::unfit(&format!("one that the provider takes too ({error})")),
        ),
    }
}

fn of_pkce(profile: &ProfileName, error: PkceError) -> ResolveError {
    match error {
        PkceError::NotOffered { .. } => ResolveError::PkceUnlisted {
            profile: profile.clone(),
        },
        error @ PkceError::Unknown { .. } => fault(
            profile,
            "client_kwargs.code_challenge_method",
            Problem::unfit(&error.to_string()),
        ),
    }
}
