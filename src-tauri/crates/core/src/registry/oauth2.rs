//! A profile as a client of OAuth 2 or OpenID Connect.

use std::collections::BTreeMap;

use keybelt_contract::{Layer, ProfileName, Protocol};
use keybelt_primitives::Issuer;
use keybelt_protocol::oauth2::bearer::TokenPlacement;
use keybelt_protocol::oauth2::client::Client;
use keybelt_protocol::oauth2::client_authentication::{ChooseAuthenticationError, ClientAuthentication};
use keybelt_protocol::oauth2::pkce::{Pkce, PkceError};
use keybelt_vault::ProfileRecord;
use serde_json::Value;

use super::{
    REMEMBERED_AUTHENTICATION, ResolveError, endpoint, fault, is_practice, missing, refuse_unpinned,
    required_endpoint, required_text, strangers, title,
};
use crate::settings::{Layers, Problem};

/// A profile of OAuth 2 resolved: the client, and what the use cases ask about it besides.
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
    /// Where userinfo's request bears the token.
    pub(crate) token_placement: TokenPlacement,
    /// Whether userinfo is asked for by POST.
    pub(crate) userinfo_by_post: bool,
}

impl Resolved {
    /// Whether answers of the authorization endpoint come as a form (OAuth 2.0 Form Post Response Mode).
    pub(crate) fn form_post(&self) -> bool {
        let mode = self.client.authorize_params.get("response_mode");
        mode.is_some_and(|mode| mode == "form_post")
    }
}

pub(super) fn resolve(record: &ProfileRecord, layers: Layers) -> Result<Resolved, ResolveError> {
    let name = &record.name;
    refuse_unpinned(record, &layers)?;
    let listed = |member: &str| listed(record, member);
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
        client_id: required_text(name, &layers, "client_id")?,
        authentication,
        issuer,
        iss_announced: record.metadata.as_ref().is_some_and(|document| {
            document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true))
        }),
        authorization_endpoint: endpoint(name, &layers, "authorize_url")?,
        token_endpoint: required_endpoint(name, &layers, "access_token_url")?,
        refresh_endpoint: endpoint(name, &layers, "refresh_token_url")?,
        revocation_endpoint: endpoint(name, &layers, "revocation_endpoint")?,
        userinfo_endpoint: endpoint(name, &layers, "userinfo_endpoint")?,
        jwks_uri: endpoint(name, &layers, "jwks_uri")?,
        scopes: layers.scopes(),
        scope_separator: layers
            .text("quirks.scope_separator")
            .and_then(|text| text.chars().next())
            .unwrap_or(' '),
        pkce,
        authorize_params: authorize_params(&layers),
        access_token_params: layers.members("access_token_params"),
        refresh_token_params: layers.members("refresh_token_params"),
        resources: layers.list("resource"),
        id_token_algorithm: layers
            .text("client_kwargs.id_token_signed_response_alg")
            .map(str::to_owned),
    };
    let sent_to = client
        .authorization_endpoint
        .as_ref()
        .unwrap_or(&client.token_endpoint);
    Ok(Resolved {
        protocol: layers.protocol(),
        provider_title: title(record, sent_to),
        practice: is_practice(record),
        other_hosts: strangers(record, &layers, client.other_hosts()),
        method_chosen: chosen.is_some(),
        token_placement: layers
            .text("client_kwargs.token_placement")
            .and_then(TokenPlacement::parse)
            .unwrap_or_default(),
        userinfo_by_post: layers.text("quirks.userinfo_method") == Some("POST"),
        listed_methods,
        listed_algorithms: listed("id_token_signing_alg_values_supported"),
        client,
        layers,
    })
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

/// What the server's metadata lists under this name.
pub(crate) fn listed(record: &ProfileRecord, member: &str) -> Option<Vec<String>> {
    texts(record.metadata.as_ref()?.get(member)?)
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

fn of_authentication(profile: &ProfileName, error: ChooseAuthenticationError) -> ResolveError {
    match error {
        ChooseAuthenticationError::SecretMissing { .. } => {
            missing(profile, Protocol::Oauth2, "client_secret")
        }
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
