//! The vectors of `tests/data/oauth1`: each file is a request with the base string and the signature it must give, and
//! says where they come from.

use std::fs;
use std::path::PathBuf;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Secret};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::Url;

use super::base_string::{BaseString, own_parameters};
use super::encoding::encode_piece;
use super::placement::{Placement, Realm};
use super::rsa_key::RsaKey;
use super::signature::{SignatureMethod, SigningKey};
use super::signed_request::{Credentials, Signer};
use super::stamp::Stamp;
use crate::oauth2::fixtures::{header, opened_bytes, secret};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/oauth1")
}

pub(super) fn rsa_pem() -> String {
    fs::read_to_string(folder().join("rsa-2048.pem")).unwrap()
}

struct Vector {
    name: String,
    members: Map<String, Value>,
}

impl Vector {
    fn all() -> Vec<Self> {
        let mut vectors = Vec::new();
        for entry in fs::read_dir(folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name == "rsa-2048.pem") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let Value::Object(members) = serde_json::from_str(&text).unwrap() else {
                panic!("{}", path.display());
            };
            vectors.push(Self {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                members,
            });
        }
        assert!(!vectors.is_empty());
        vectors
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member).and_then(Value::as_str)
    }

    fn protocol(&self) -> Vec<(&str, &str)> {
        self.members["protocol"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.protocol()
            .into_iter()
            .find_map(|(found, value)| (found == name).then_some(value))
    }

    fn method(&self) -> Method {
        Method::from_bytes(self.text("method").unwrap().as_bytes()).unwrap()
    }

    fn is_form(&self) -> bool {
        self.text("content_type").is_some_and(|kind| {
            kind.to_ascii_lowercase()
                .starts_with("application/x-www-form-urlencoded")
        })
    }

    fn key(&self) -> SigningKey {
        SigningKey::choose(
            SignatureMethod::parse(self.parameter("oauth_signature_method").unwrap()).unwrap(),
            self.text("client_secret").map(secret),
            RsaKey::from_pem(&Secret::new(rsa_pem())).ok(),
        )
        .ok()
        .unwrap()
    }

    /// The text that is signed, and what a key makes of it.
    fn base_string<T>(&self, then: impl FnOnce(&BaseString<'_>) -> T) -> T {
        let url = Url::parse(self.text("url").unwrap()).unwrap();
        let form_body = self.text("body").filter(|_| self.is_form()).map(str::as_bytes);
        let mut own = own_parameters(&url, form_body);
        let protocol = self.protocol().into_iter();
        own.extend(protocol.map(|(name, value)| (encode_piece(name), encode_piece(value))));
        then(&BaseString::new(&self.method(), &url, &own, &[]))
    }

    fn signer(&self, placement: Placement) -> Signer {
        Signer {
            consumer_key: self.parameter("oauth_consumer_key").unwrap().to_owned(),
            key: self.key(),
            placement,
            realm: self.text("realm").map(|realm| Realm::parse(realm).unwrap()),
            body_hash: self.members.contains_key("body_hash"),
            plaintext_on_loopback: false,
        }
    }

    fn credentials(&self) -> Option<Credentials> {
        Some(Credentials {
            token: secret(self.parameter("oauth_token")?),
            secret: secret(self.text("token_secret").unwrap_or_default()),
        })
    }

    /// `None`: an address that no request would be sent to.
    fn request(&self) -> Option<Request> {
        let content_type = self.text("content_type");
        Some(Request {
            method: self.method(),
            url: Endpoint::parse(self.text("url").unwrap()).ok()?,
            headers: content_type
                .map(|kind| (CONTENT_TYPE, HeaderValue::from_str(kind).unwrap()))
                .into_iter()
                .collect(),
            body: self
                .text("body")
                .map(|body| Secret::new(body.as_bytes().to_vec())),
        })
    }
}

#[test]
fn o1_17_to_o1_24_every_vector_gives_its_base_string() {
    for vector in Vector::all() {
        assert_eq!(
            vector.base_string(|base| base.text()).as_str(),
            vector.text("base_string").unwrap(),
            "{}",
            vector.name
        );
    }
}

#[test]
fn o1_25_to_o1_29_every_vector_gives_its_signature() {
    for vector in Vector::all() {
        let Some(expected) = vector.text("signature") else {
            continue;
        };
        let token_secret = vector.text("token_secret").map(secret);
        let key = vector.key();
        let signature = vector.base_string(|base| key.sign(base, token_secret.as_ref()));
        let decoded = percent_decode_str(&signature).decode_utf8().unwrap();
        assert_eq!(decoded, expected, "{}", vector.name);
    }
}

/// The whole way: what is sent holds the vector's signature, wherever it goes.
#[test]
fn every_request_is_signed_as_it_is_sent_in_every_placement() {
    let mut signed = 0;
    for vector in Vector::all() {
        // Examples without version, timestamp or with a verifier are not made by `sign`.
        let is_api_request = vector.parameter("oauth_version").is_some();
        let Some(expected) = vector.text("signature").filter(|_| is_api_request) else {
            continue;
        };
        for placement in [Placement::Header, Placement::Body, Placement::Query] {
            let stamp = Stamp {
                timestamp: vector.parameter("oauth_timestamp").unwrap().parse().unwrap(),
                nonce: vector.parameter("oauth_nonce").unwrap().to_owned(),
            };
            let Some(request) = vector.request() else { continue };
            let (own_body, own_query) = (
                request.body.as_ref().map(|body| opened_bytes(body).to_vec()),
                request.url.url().query().map(str::to_owned),
            );
            let sent = vector
                .signer(placement)
                .sign(request, vector.credentials().as_ref(), &stamp)
                .unwrap();
            let found = signature_in(&sent);
            assert_eq!(found, [expected], "{} {placement:?}", vector.name);
            let body = sent.body.as_ref().map(|body| opened_bytes(body).to_vec());
            let query = sent.url.url().query().unwrap_or_default();
            assert!(
                query.starts_with(&own_query.unwrap_or_default()),
                "{}",
                vector.name
            );
            assert!(
                body.unwrap_or_default()
                    .starts_with(&own_body.unwrap_or_default()),
                "{}",
                vector.name
            );
            signed += 1;
        }
    }
    assert!(signed > 50);
}

/// Every `oauth_signature` of a request, decoded.
fn signature_in(request: &Request) -> Vec<String> {
    let in_header = header(request, "authorization").map(|value| {
        let text = value.to_str().unwrap();
        let (_, rest) = text.split_once("oauth_signature=\"").unwrap();
        let (value, _) = rest.split_once('"').unwrap();
        percent_decode_str(value).decode_utf8().unwrap().into_owned()
    });
    let in_pairs = |text: &[u8]| {
        form_urlencoded::parse(text)
            .filter(|(name, _)| name == "oauth_signature")
            .map(|(_, value)| value.into_owned())
            .collect::<Vec<_>>()
    };
    let query = request.url.url().query().unwrap_or_default().as_bytes();
    let body = request.body.as_ref().map(opened_bytes).unwrap_or_default();
    in_header
        .into_iter()
        .chain(in_pairs(query))
        .chain(in_pairs(body))
        .collect()
}
