use std::cell::Cell;
use std::collections::BTreeMap;

use http::header::AUTHORIZATION;
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Secret};
use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, RevocationUrl,
    StandardRevocableToken, SyncHttpClient, TokenUrl,
};

use super::answer::Answer;
use super::client::Client;
use super::client_authentication::ClientAuthentication;

/// The library's client, with a token and a revocation endpoint.
pub(super) type LibraryClient = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointSet,
>;

/// Why a request was not written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// The client no longer leads where the grant was issued, or where the link began (specs AF-38, MD-10, SB-17).
    #[error("the profile no longer leads to the server and client that the grant was issued by")]
    DestinationChanged,
    /// A setting names a parameter that the protocol sets itself.
    #[error("`{name}` is set by the protocol and cannot be set by the profile")]
    Reserved {
        /// The parameter.
        name: String,
    },
    /// An address in the profile that HTTP cannot carry.
    #[error("an address in the profile cannot be requested")]
    Unbuildable,
}

/// Parameters of back-channel requests that no setting may name (RFC 6749 §4.1.3, §6, RFC 7009 §2.1, RFC 7521 §4.2).
const RESERVED: &[&str] = &[
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "grant_type",
    "redirect_uri",
    "refresh_token",
    "token",
    "token_type_hint",
];

/// Whether the protocol sets this parameter of a back-channel request itself, so that no setting may name it.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.binary_search(&name).is_ok()
}

/// The library's HTTP client as far as this crate goes: it keeps the request and sends nothing.
#[derive(Default)]
pub(super) struct Recorder(Cell<Option<HttpRequest>>);

/// The request was kept instead of being sent.
#[derive(Debug, thiserror::Error)]
#[error("kept instead of sent")]
pub(super) struct Kept;

impl SyncHttpClient for Recorder {
    type Error = Kept;

    fn call(&self, request: HttpRequest) -> Result<HttpResponse, Kept> {
        self.0.set(Some(request));
        Err(Kept)
    }
}

/// Lets the library write a request, and takes it over. It goes to `url`, which has been checked.
pub(super) fn capture(url: &Endpoint, write: impl FnOnce(&Recorder)) -> Result<Request, RequestError> {
    let recorder = Recorder::default();
    write(&recorder);
    let (parts, body) = recorder.0.take().ok_or(RequestError::Unbuildable)?.into_parts();
    let mut headers = Vec::with_capacity(parts.headers.len());
    for (name, mut value) in parts.headers {
        if let Some(name) = name {
            value.set_sensitive(name == AUTHORIZATION);
            headers.push((name, value));
        }
    }
    Ok(Request {
        method: parts.method,
        url: url.clone(),
        headers,
        body: Some(Secret::new(body)),
    })
}

/// The library's client for one of ours (RFC 6749 §2.3.1).
#[expect(
    clippy::disallowed_methods,
    reason = "the library writes the secret into the request"
)]
pub(super) fn library_client(client: &Client) -> Result<LibraryClient, RequestError> {
    let token_url =
        TokenUrl::new(client.token_endpoint.as_str().to_owned()).map_err(|_| RequestError::Unbuildable)?;
    // The library takes https only; where the request goes is said in `capture`, and loopback has been checked.
    let revocation_url = RevocationUrl::new("https://revocation.invalid/".to_owned())
        .map_err(|_| RequestError::Unbuildable)?;
    let library = oauth2::Client::new(ClientId::new(client.client_id.clone()))
        .set_token_uri(token_url)
        .set_revocation_url(revocation_url);
    Ok(match &client.authentication {
        ClientAuthentication::None => library.set_auth_type(AuthType::RequestBody),
        ClientAuthentication::SecretBasic(secret) => library
            .set_auth_type(AuthType::BasicAuth)
            .set_client_secret(ClientSecret::new(secret.expose().clone())),
        ClientAuthentication::SecretPost(secret) => library
            .set_auth_type(AuthType::RequestBody)
            .set_client_secret(ClientSecret::new(secret.expose().clone())),
    })
}

/// The profile's own parameters and the resources (RFC 8707 §2.2), none of them the protocol's (RFC 6749 §3.2: no
/// parameter twice; `resource` alone may repeat).
pub(super) fn extra_parameters<'a>(
    set: &'a BTreeMap<String, String>,
    resources: &'a [String],
) -> Result<Vec<(&'a str, &'a str)>, RequestError> {
    let reserved = |name: &String| is_reserved(name) || (name == "resource" && !resources.is_empty());
    if let Some(name) = set.keys().find(|name| reserved(name)) {
        return Err(RequestError::Reserved { name: name.clone() });
    }
    let own = set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(own
        .chain(resources.iter().map(|resource| ("resource", resource.as_str())))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserved_names_are_sorted() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn af_02_no_setting_names_a_parameter_of_the_protocol() {
        for name in ["grant_type", "client_secret", "code_verifier"] {
            let set = BTreeMap::from([(name.to_owned(), "x".to_owned())]);
            assert_eq!(
                extra_parameters(&set, &[]),
                Err(RequestError::Reserved {
                    name: name.to_owned()
                })
            );
        }
        let set = BTreeMap::from([("resource".to_owned(), "https://a.example".to_owned())]);
        assert!(extra_parameters(&set, &[]).is_ok());
        assert!(extra_parameters(&set, &["https://b.example".to_owned()]).is_err());
    }
}
