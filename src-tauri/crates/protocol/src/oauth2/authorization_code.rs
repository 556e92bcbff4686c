//! The authorization code grant (RFC 6749 §4.1) with PKCE (RFC 7636), nonce (OpenID Connect Core 1.0 §3.1.2.1) and
//! `iss` (RFC 9207): where the person is sent, and what is made of the code that comes back.

use std::borrow::Cow;
use std::collections::BTreeSet;

use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Entropy, EntropyError, Secret, UnixSeconds};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use url::Url;

pub use super::capture::RequestError;
pub use super::capture::is_reserved as is_reserved_at_token_endpoint;
use super::capture::{capture, extra_parameters, library_client};
use super::client::Client;
pub use super::pending_authorization::{
    AcceptError, Asked, Awaited, PendingAuthorization, PendingBytesError,
};
use super::pkce::Pkce;
use super::random;
use super::redirect_uri::{RedirectKind, RedirectUri};

/// Parameters of the authorization request that no setting may name (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect
/// Core 1.0 §3.1.2.1, §6).
const RESERVED: &[&str] = &[
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_type",
    "scope",
    "state",
];

/// Whether the protocol sets this parameter of the authorization request itself, so that no setting may name it.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.binary_search(&name).is_ok()
}

/// Where the person is sent.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// The address to open.
    pub url: String,
    /// Its origin, to be shown.
    pub origin: String,
    /// Where the answer will come.
    pub redirect_uri: RedirectUri,
    /// What is asked for, in order.
    pub scopes: Vec<String>,
}

/// Why no authorization can begin. All but `Entropy` are faults of the profile.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BeginError {
    /// Nowhere to send the person.
    #[error("the profile has no authorization endpoint")]
    NoAuthorizationEndpoint,
    /// `authorize_params` names a parameter that the protocol sets itself.
    #[error("`{name}` is set by the protocol and cannot be set by the profile")]
    Reserved {
        /// The parameter.
        name: String,
    },
    /// The authorization endpoint's own query names a parameter of the request (RFC 6749 §3.1: none twice).
    #[error("the authorization endpoint's own query already names `{name}`")]
    Twice {
        /// The parameter.
        name: String,
    },
    /// A scope with characters that it may not hold (RFC 6749 §3.3).
    #[error("`{scope}` is no scope")]
    Scope {
        /// The scope, made visible.
        scope: String,
    },
    /// A `response_mode` that cannot come back here: neither `query` nor, by loopback or https, `form_post`.
    #[error("the answer cannot come back by response_mode `{mode}`")]
    ResponseMode {
        /// The mode, made visible.
        mode: String,
    },
    /// `prompt=none` beside another prompt (OpenID Connect Core 1.0 §3.1.2.1).
    #[error("`prompt` holds `none` and something else")]
    Prompt,
    /// `max_age` is no number of seconds.
    #[error("`max_age` is no number of seconds")]
    MaxAge,
    /// An address that cannot be written.
    #[error("the address of the authorization cannot be written")]
    Unbuildable,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Begins an authorization (RFC 6749 §4.1.1): state, nonce and PKCE verifier are made here, and everything that the
/// answer needs is frozen. `deadline` is when the answer is no longer taken.
pub fn begin(
    client: &Client,
    redirect_uri: &RedirectUri,
    entropy: &dyn Entropy,
    now: UnixSeconds,
    deadline: UnixSeconds,
) -> Result<(AuthorizationRequest, PendingAuthorization), BeginError> {
    let endpoint = client
        .authorization_endpoint
        .as_ref()
        .ok_or(BeginError::NoAuthorizationEndpoint)?;
    check_scopes(&client.scopes)?;
    let max_age = check_parameters(client, redirect_uri)?;
    let state = random::token(entropy)?;
    let nonce = if client.asks_for_id_token() {
        Some(random::token(entropy)?)
    } else {
        None
    };
    let verifier = client.pkce.verifier(entropy)?;

    let url = address(
        client,
        endpoint,
        redirect_uri,
        &state,
        nonce.as_deref(),
        verifier.as_ref(),
    )?;
    let request = AuthorizationRequest {
        origin: url.origin().ascii_serialization(),
        url: url.into(),
        redirect_uri: redirect_uri.clone(),
        scopes: client.scopes.clone(),
    };
    let pending = PendingAuthorization {
        awaited: Awaited {
            state,
            redirect_uri: redirect_uri.clone(),
        },
        verifier,
        iss_announced: client.iss_announced,
        deadline,
        asked: Asked {
            profile: client.profile.clone(),
            destination: client.destination(),
            redirect_uri: redirect_uri.clone(),
            scopes: client.scopes.iter().cloned().collect(),
            nonce,
            max_age,
            started_at: now,
        },
    };
    Ok((request, pending))
}

fn check_scopes(scopes: &[String]) -> Result<(), BeginError> {
    let fits = |scope: &&String| {
        !scope.is_empty()
            && scope
                .bytes()
                .all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
    };
    match scopes.iter().find(|scope| !fits(scope)) {
        Some(scope) => Err(BeginError::Scope {
            scope: clipped(&visible(scope), 100),
        }),
        None => Ok(()),
    }
}

/// Checks the profile's own parameters and gives `max_age` back.
fn check_parameters(client: &Client, redirect_uri: &RedirectUri) -> Result<Option<u64>, BeginError> {
    let set = &client.authorize_params;
    let reserved =
        |name: &&String| is_reserved(name) || (*name == "resource" && !client.resources.is_empty());
    if let Some(name) = set.keys().find(reserved) {
        return Err(BeginError::Reserved { name: name.clone() });
    }
    if let Some(mode) = set.get("response_mode") {
        let caught_by_scheme = redirect_uri.kind() == RedirectKind::CustomScheme;
        if mode != "query" && (mode != "form_post" || caught_by_scheme) {
            return Err(BeginError::ResponseMode {
                mode: clipped(&visible(mode), 64),
            });
        }
    }
    if let Some(prompt) = set.get("prompt") {
        let prompts: BTreeSet<&str> = prompt.split(' ').filter(|prompt| !prompt.is_empty()).collect();
        if prompts.contains("none") && prompts.len() > 1 {
            return Err(BeginError::Prompt);
        }
    }
    set.get("max_age")
        .map(|age| age.parse().map_err(|_| BeginError::MaxAge))
        .transpose()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the challenge is made from the verifier"
)]
fn address(
    client: &Client,
    endpoint: &Endpoint,
    redirect_uri: &RedirectUri,
    state: &str,
    nonce: Option<&str>,
    verifier: Option<&Secret<String>>,
) -> Result<Url, BeginError> {
    let auth_url = AuthUrl::new(endpoint.as_str().to_owned()).map_err(|_| BeginError::Unbuildable)?;
    let redirect_url =
        RedirectUrl::new(redirect_uri.as_str().to_owned()).map_err(|_| BeginError::Unbuildable)?;
    let library = oauth2::basic::BasicClient::new(ClientId::new(client.client_id.clone()))
        .set_auth_uri(auth_url)
        .set_redirect_uri(redirect_url);
    // One for the library, which would put spaces between several.
    let scopes = client
        .scopes
        .join(client.scope_separator.encode_utf8(&mut [0; 4]));
    let mut request = library
        .authorize_url(|| CsrfToken::new(state.to_owned()))
        .add_scopes((!scopes.is_empty()).then_some(Scope::new(scopes)));
    match (client.pkce, verifier) {
        (Pkce::S256, Some(verifier)) => {
            let verifier = PkceCodeVerifier::new(verifier.expose().clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        (Pkce::Plain, Some(verifier)) => {
            request = request
                .add_extra_param("code_challenge", verifier.expose().clone())
                .add_extra_param("code_challenge_method", "plain");
        }
        (Pkce::None, _) | (_, None) => {}
    }
    if let Some(nonce) = nonce {
        request = request.add_extra_param("nonce", nonce);
    }
    for (name, value) in &client.authorize_params {
        request = request.add_extra_param(name, value);
    }
    for resource in &client.resources {
        request = request.add_extra_param("resource", resource);
    }
    let (url, _) = request.url();
    match repeated(&url) {
        Some(name) => Err(BeginError::Twice { name }),
        None => Ok(url),
    }
}

/// The first parameter that stands twice in a query, `resource` apart (RFC 8707 §2).
fn repeated(url: &Url) -> Option<String> {
    let mut seen = BTreeSet::new();
    url.query_pairs()
        .find(|(name, _)| name != "resource" && !seen.insert(name.clone()))
        .map(|(name, _)| clipped(&visible(&name), 64))
}

/// A code that was accepted, not yet redeemed. It has no `Debug`.
pub struct CodeGrant {
    /// What was asked for.
    pub asked: Asked,
    code: Secret<String>,
    verifier: Option<Secret<String>>,
}

impl CodeGrant {
    pub(super) fn new(code: Secret<String>, verifier: Option<Secret<String>>, asked: Asked) -> Self {
        Self {
            asked,
            code,
            verifier,
        }
    }

    /// The code, for `c_hash`.
    pub fn code(&self) -> &Secret<String> {
        &self.code
    }

    /// The token request (RFC 6749 §4.1.3, RFC 7636 §4.5). `client` must be the one that the link began with; it may
    /// authenticate in another way (specs AF-14). A code is sent once: after a lost answer it is not sent again
    /// (RFC 6749 §4.1.2).
    #[expect(
        clippy::disallowed_methods,
        reason = "code and verifier go to the token endpoint that was asked"
    )]
    pub fn token_request(&self, client: &Client) -> Result<Request, RequestError> {
        if client.destination() != self.asked.destination || client.profile != self.asked.profile {
            return Err(RequestError::DestinationChanged);
        }
        let extra = extra_parameters(&client.access_token_params, &client.resources)?;
        let redirect_url = RedirectUrl::new(self.asked.redirect_uri.as_str().to_owned())
            .map_err(|_| RequestError::Unbuildable)?;
        let library = library_client(client)?;
        let mut request = library
            .exchange_code(AuthorizationCode::new(self.code.expose().clone()))
            .set_redirect_uri(Cow::Owned(redirect_url));
        if let Some(verifier) = &self.verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().clone()));
        }
        for (name, value) in extra {
            request = request.add_extra_param(name, value);
        }
        capture(&self.asked.destination.token_endpoint, |recorder| {
            // The recorder keeps the request and answers with an error, which says nothing more.
            let _ = request.request(recorder);
        })
    }
}

#[cfg(test)]
mod tests;
