use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};
use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{Endpoint, Entropy, EntropyError, Issuer, Secret, UnixSeconds};

use super::client::Client;
use super::client_authentication::ClientAuthentication;
use super::pkce::Pkce;

/// Bytes that differ from call to call.
#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

/// A source that gives nothing.
pub(crate) struct Dry;

impl Entropy for Dry {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

pub(crate) const SENT_AT: UnixSeconds = UnixSeconds(1_800_000_000);

pub(crate) fn endpoint(text: &str) -> Endpoint {
    Endpoint::parse(text).unwrap()
}

pub(crate) fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
pub(crate) fn opened(secret: &Secret<String>) -> &str {
    secret.expose()
}

#[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
pub(crate) fn opened_bytes(secret: &Secret<Vec<u8>>) -> &[u8] {
    secret.expose()
}

pub(crate) fn client() -> Client {
    Client {
        profile: "work".into(),
        client_id: "client-1".into(),
        authentication: ClientAuthentication::None,
        issuer: Some(Issuer::parse("https://as.example").unwrap()),
        iss_announced: true,
        authorization_endpoint: Some(endpoint("https://as.example/authorize")),
        token_endpoint: endpoint("https://as.example/token"),
        revocation_endpoint: Some(endpoint("https://as.example/revoke")),
        userinfo_endpoint: None,
        jwks_uri: None,
        refresh_endpoint: None,
        scope_separator: ' ',
        scopes: vec!["openid".into(), "email".into()],
        pkce: Pkce::S256,
        authorize_params: BTreeMap::new(),
        access_token_params: BTreeMap::new(),
        refresh_token_params: BTreeMap::new(),
        resources: Vec::new(),
        id_token_algorithm: None,
    }
}

pub(crate) fn answer(status: u16, media_type: &str, body: &str) -> Response {
    answer_with(status, &[("content-type", media_type)], body)
}

pub(crate) fn json(body: &str) -> Response {
    answer(200, "application/json", body)
}

pub(crate) fn answer_with(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    Response {
        status,
        headers: header_map(headers),
        body: Secret::new(body.as_bytes().to_vec()),
        url: endpoint("https://as.example/token"),
        sent_at: SENT_AT,
    }
}

pub(crate) fn header_map(headers: &[(&str, &str)]) -> HeaderMap {
    headers
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            (
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            )
        })
        .fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        })
}

/// The form fields of a request, in their order.
#[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
pub(crate) fn form(request: &Request) -> Vec<(String, String)> {
    form_urlencoded::parse(request.body.as_ref().unwrap().expose())
        .into_owned()
        .collect()
}

pub(crate) fn field(request: &Request, name: &str) -> Option<String> {
    form(request)
        .into_iter()
        .find(|(field, _)| field == name)
        .map(|(_, value)| value)
}

pub(crate) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a HeaderValue> {
    request
        .headers
        .iter()
        .find(|(header, _)| header.as_str() == name)
        .map(|(_, value)| value)
}
