//! A signed request, read from the wire (RFC 5849 §3.4.1.3, §3.5).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::{HeaderMap, Uri};
use keybelt_primitives::{Secret, UnixSeconds};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::base_string::base_string;
use super::consumer::Consumer;
use super::problem::Problem;
use super::signature::Method;
use crate::parameters::Parameters;
use crate::records::Records;
use crate::server::Shared;

/// A request as it came.
pub(crate) struct Asked {
    pub(crate) method: http::Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl FromRequest<Arc<Shared>> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, state: &Arc<Shared>) -> Result<Self, Response> {
        let (method, uri, headers) = (
            request.method().clone(),
            request.uri().clone(),
            request.headers().clone(),
        );
        let body = Bytes::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self {
            method,
            uri,
            headers,
            body,
        })
    }
}

/// A request that says that it is signed, its signature not yet looked at.
pub(crate) struct Signed {
    pub(super) consumer: Consumer,
    pub(super) token: Option<String>,
    pub(super) callback: Option<String>,
    pub(super) verifier: Option<Zeroizing<String>>,
    method: Method,
    timestamp: i64,
    nonce: String,
    signature: Zeroizing<String>,
    base_string: Zeroizing<String>,
}

/// Where parameters came from.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Place {
    Header,
    Query,
    Body,
}

/// Reads a signed request. `None`: it does not say that it is one.
pub(crate) fn read(shared: &Shared, asked: &Asked) -> Result<Option<Signed>, Problem> {
    let parameters = parameters(asked)?;
    let is_protocol = |name: &str| name.starts_with("oauth_");
    let mut places: Vec<Place> = parameters
        .iter()
        .filter(|(_, name, _)| is_protocol(name))
        .map(|(place, _, _)| *place)
        .collect();
    places.dedup();
    match places.as_slice() {
        [] if says_oauth(&asked.headers) => return Err(Problem::ParameterAbsent),
        [] => return Ok(None),
        [_] => {}
        // All of them in one place (RFC 5849 §3.5).
        _ => return Err(Problem::ParameterRejected),
    }
    let one = |wanted: &str| -> Result<Option<&str>, Problem> {
        let mut found = parameters.iter().filter(|(_, name, _)| name == wanted);
        match (found.next(), found.next()) {
            (first, None) => Ok(first
                .map(|(_, _, value)| value.as_str())
                .filter(|value| !value.is_empty())),
            // Each of them once (RFC 5849 §3.1).
            (_, Some(_)) => Err(Problem::ParameterRejected),
        }
    };
    let needed = |name| one(name)?.ok_or(Problem::ParameterAbsent);
    if one("oauth_version")?.is_some_and(|version| version != "1.0") {
        return Err(Problem::VersionRejected);
    }
    let method = Method::of(needed("oauth_signature_method")?).ok_or(Problem::SignatureMethodRejected)?;
    if let Some(hash) = one("oauth_body_hash")? {
        let is_form = Parameters::of_form(&asked.headers, &asked.body).is_some();
        if is_form || !method.hashes_to(&asked.body, hash) {
            return Err(Problem::ParameterRejected);
        }
    }
    let covered: Vec<(String, String)> = parameters
        .iter()
        .filter(|(_, name, _)| name != "oauth_signature")
        .map(|(_, name, value)| (name.clone(), value.clone()))
        .collect();
    // The host is the one that the guard let through (RFC 5849 §3.4.1.2).
    let address = shared.address(asked.uri.path());
    Ok(Some(Signed {
        consumer: Consumer::of(needed("oauth_consumer_key")?).ok_or(Problem::ConsumerKeyUnknown)?,
        token: one("oauth_token")?.map(str::to_owned),
        callback: one("oauth_callback")?.map(str::to_owned),
        verifier: one("oauth_verifier")?.map(|text| Zeroizing::new(text.to_owned())),
        timestamp: timestamp(needed("oauth_timestamp")?).ok_or(Problem::ParameterRejected)?,
        nonce: needed("oauth_nonce")?.to_owned(),
        signature: Zeroizing::new(needed("oauth_signature")?.to_owned()),
        base_string: Zeroizing::new(base_string(asked.method.as_str(), &address, &covered)),
        method,
    }))
}

impl Signed {
    pub(crate) fn method(&self) -> Method {
        self.method
    }

    /// Checks timestamp and signature, and takes the nonce. `token_secret` is empty where there is no token.
    pub(super) fn check(
        &self,
        shared: &Shared,
        records: &Records,
        token_secret: &Secret<String>,
        now: UnixSeconds,
    ) -> Result<(), Problem> {
        shared.nonces.check_timestamp(self.timestamp, now)?;
        let none = Secret::new(String::new());
        let proof = self.consumer.proof(shared, &none, records);
        if !self.method.fits(&proof) {
            return Err(Problem::SignatureMethodRejected);
        }
        if !self
            .method
            .verifies(&self.base_string, &self.signature, &proof, token_secret)
        {
            return Err(Problem::SignatureInvalid);
        }
        let signer = format!(
            "{} {}",
            self.consumer.id(),
            self.token.as_deref().unwrap_or_default()
        );
        shared.nonces.take(self.timestamp, &signer, &self.nonce, now)
    }
}

/// A positive integer of seconds (RFC 5849 §3.3).
fn timestamp(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|seconds| digits && *seconds > 0)
}

fn says_oauth(headers: &HeaderMap) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| oauth_scheme(value).is_some())
}

fn oauth_scheme(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("oauth").then_some(rest)
}

/// Every parameter that goes into the base string, with its place (RFC 5849 §3.4.1.3.1).
fn parameters(asked: &Asked) -> Result<Vec<(Place, String, String)>, Problem> {
    let mut found = Vec::new();
    let mut authorizations = asked.headers.get_all(AUTHORIZATION).iter();
    if let Some(value) = authorizations.next() {
        let value = value.to_str().map_err(|_| Problem::ParameterRejected)?;
        if let Some(rest) = oauth_scheme(value) {
            if authorizations.next().is_some() {
                return Err(Problem::ParameterRejected);
            }
            found.extend(of_header(rest)?);
        }
    }
    let query = Parameters::parse(asked.uri.query().unwrap_or_default().as_bytes());
    let form = Parameters::of_form(&asked.headers, &asked.body).unwrap_or_default();
    for (place, parameters) in [(Place::Query, &query), (Place::Body, &form)] {
        let pairs = parameters.pairs();
        found.extend(pairs.map(|(name, value)| (place, name.to_owned(), value.to_owned())));
    }
    Ok(found)
}

/// The parameters of the `Authorization` header, the realm aside (RFC 5849 §3.5.1).
fn of_header(text: &str) -> Result<Vec<(Place, String, String)>, Problem> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").ok_or(Problem::ParameterRejected)?;
        let (value, after) = after.split_once('"').ok_or(Problem::ParameterRejected)?;
        let name = name.trim();
        if !name.eq_ignore_ascii_case("realm") {
            found.push((Place::Header, decoded(name)?, decoded(value)?));
        }
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None if after.is_empty() => after,
            None => return Err(Problem::ParameterRejected),
        };
    }
    Ok(found)
}

fn decoded(text: &str) -> Result<String, Problem> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Problem::ParameterRejected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<(String, String)>, Problem> {
        let found = of_header(text)?;
        Ok(found.into_iter().map(|(_, name, value)| (name, value)).collect())
    }

    #[test]
    fn the_header_of_rfc_5849_section_3_5_1() {
        let text = r#"realm="Example",
            oauth_consumer_key="0685bd9184jfhq22",
            oauth_token="ad180jjd733klru7",
            oauth_signature="wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D""#;
        let found = names(text).unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(
            found[2],
            (
                "oauth_signature".to_owned(),
                "wOJIO9A2W5mFwDgiDvZbTSMK/PY=".to_owned()
            )
        );
    }

    #[test]
    fn what_is_no_list_of_parameters_is_refused() {
        for bad in [
            "oauth_token",
            "oauth_token=x",
            "a=\"b",
            "a=\"b\" c=\"d\"",
            "a=\"%ff\"",
        ] {
            assert_eq!(names(bad), Err(Problem::ParameterRejected), "{bad}");
        }
        assert_eq!(names(""), Ok(Vec::new()));
    }

    #[test]
    fn a_timestamp_is_a_positive_integer() {
        assert_eq!(timestamp("137131201"), Some(137_131_201));
        for bad in ["0", "-1", "+1", "1.5", "", "99999999999999999999"] {
            assert_eq!(timestamp(bad), None, "{bad}");
        }
    }
}
