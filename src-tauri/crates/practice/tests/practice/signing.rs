//! A client of OAuth 1 that signs with code of its own.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::Serializer;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::provider::{Answer, ISSUER, Provider, request};

/// Where the parameters of a signature go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    Header,
    Query,
    Body,
}

/// A client with what it signs with.
#[derive(Clone, Debug)]
pub struct Client {
    pub key: &'static str,
    pub secret: String,
    pub method: &'static str,
    pub place: Place,
    pub token: Option<(String, String)>,
    pub nonce: u32,
    pub timestamp: i64,
}

/// What is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a [(&'a str, &'a str)],
    pub form: Option<&'a [(&'a str, &'a str)]>,
    /// Parameters of the protocol besides the usual ones; one in the place of its like.
    pub further: &'a [(&'a str, &'a str)],
}

/// Each client has nonces of its own.
static CLIENTS: AtomicU32 = AtomicU32::new(0);

impl Client {
    pub fn new(key: &'static str, secret: &str) -> Self {
        Self {
            key,
            secret: secret.to_owned(),
            method: "HMAC-SHA1",
            place: Place::Header,
            token: None,
            nonce: CLIENTS.fetch_add(1, Ordering::Relaxed) * 100_000,
            timestamp: 1_800_000_000,
        }
    }

    pub fn with(&self, token: &(String, String)) -> Self {
        Self {
            token: Some(token.clone()),
            ..self.clone()
        }
    }

    /// The request with its signature.
    pub fn signed(&mut self, ask: Ask<'_>) -> Request<Body> {
        self.nonce += 1;
        let nonce = format!("nonce{}", self.nonce);
        let timestamp = self.timestamp.to_string();
        let token = self.token.clone().unwrap_or_default();
        let mut usual = vec![
            ("oauth_consumer_key", self.key),
            ("oauth_signature_method", self.method),
            ("oauth_timestamp", &timestamp),
            ("oauth_nonce", &nonce),
            ("oauth_version", "1.0"),
        ];
        if self.token.is_some() {
            usual.push(("oauth_token", &token.0));
        }
        usual.retain(|(name, _)| ask.further.iter().all(|(other, _)| other != name));
        usual.extend(ask.further.iter().filter(|(_, value)| !value.is_empty()));
        let covered: Vec<(&str, &str)> = [ask.query, ask.form.unwrap_or_default(), &usual].concat();
        let signature = self.signature(ask.method, ask.path, &covered, &token.1);
        usual.push(("oauth_signature", &signature));
        self.placed(ask, &usual)
    }

    fn signature(&self, method: &str, path: &str, covered: &[(&str, &str)], token_secret: &str) -> String {
        let key = format!("{}&{}", escaped(&self.secret), escaped(token_secret));
        if self.method == "PLAINTEXT" {
            return key;
        }
        let mut pairs: Vec<String> = covered
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        // `=` sorts before everything that is escaped or bare but `-`, `.` and digits, which names here do not end on.
        pairs.sort();
        let address = escaped(&format!("{ISSUER}{path}"));
        let base = format!("{method}&{address}&{}", escaped(&pairs.join("&")));
        let algorithm = if self.method == "HMAC-SHA256" {
            HMAC_SHA256
        } else {
            HMAC_SHA1_FOR_LEGACY_USE_ONLY
        };
        STANDARD.encode(hmac::sign(
            &hmac::Key::new(algorithm, key.as_bytes()),
            base.as_bytes(),
        ))
    }

    fn placed(&self, ask: Ask<'_>, protocol: &[(&str, &str)]) -> Request<Body> {
        let written = |pairs: &[(&str, &str)]| Serializer::new(String::new()).extend_pairs(pairs).finish();
        let in_query = if self.place == Place::Query { protocol } else { &[] };
        let query = written(&[ask.query, in_query].concat());
        let address = if query.is_empty() {
            ask.path.to_owned()
        } else {
            format!("{}?{query}", ask.path)
        };
        let mut made = request(ask.method, &address);
        if self.place == Place::Header {
            let written: Vec<String> = protocol
                .iter()
                .map(|(name, value)| format!("{}=\"{}\"", escaped(name), escaped(value)))
                .collect();
            made = made.header(
                AUTHORIZATION,
                format!("OAuth realm=\"any, thing\", {}", written.join(", ")),
            );
        }
        let in_body = if self.place == Place::Body { protocol } else { &[] };
        if ask.form.is_none() && in_body.is_empty() {
            return made.body(Body::empty()).unwrap();
        }
        let form = written(&[ask.form.unwrap_or_default(), in_body].concat());
        made.header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap()
    }
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(escape).collect()
}

/// The credentials in an answer.
pub fn credentials(answer: &Answer) -> (String, String) {
    let member = |name: &str| {
        let mut pairs = form_urlencoded::parse(&answer.body);
        let found = pairs.find(|(found, _)| found == name);
        let (_, value) = found.unwrap_or_else(|| panic!("{}: {}", answer.status, answer.text()));
        value.into_owned()
    };
    (member("oauth_token"), member("oauth_token_secret"))
}

/// Asks for temporary credentials, as who has no token yet.
pub async fn begin(provider: &Provider, client: &mut Client, callback: &str) -> Answer {
    let ask = Ask {
        method: "POST",
        path: "/oauth1/request_token",
        further: &[("oauth_callback", callback)],
        ..Ask::default()
    };
    let token = client.token.take();
    let answer = provider.send(client.signed(ask)).await;
    client.token = token;
    answer
}

/// Goes to the page and answers it.
pub async fn decide(provider: &Provider, token: &str, fields: &[(&str, &str)]) -> Answer {
    let page = provider
        .get(&format!("/oauth1/authorize?oauth_token={token}"))
        .await;
    let interaction = crate::provider::interaction_of(&page.text());
    let form = [&[("interaction", &*interaction)], fields].concat();
    provider.post("/oauth1/consent", &form).await
}

/// Exchanges temporary credentials.
pub async fn redeem(provider: &Provider, client: &mut Client, verifier: &str) -> Answer {
    let ask = Ask {
        method: "POST",
        path: "/oauth1/access_token",
        further: &[("oauth_verifier", verifier)],
        ..Ask::default()
    };
    provider.send(client.signed(ask)).await
}

/// A whole link as this person: the client with its token credentials.
pub async fn linked(provider: &Provider, client: &Client, login: &str) -> Client {
    let mut client = client.clone();
    let temporary = credentials(&begin(provider, &mut client, crate::provider::REDIRECT_URI).await);
    let back = decide(provider, &temporary.0, &[("login", login), ("decision", "allow")]).await;
    let mut temporary_client = client.with(&temporary);
    let verifier = back.parameter("oauth_verifier").expect("a verifier");
    let granted = credentials(&redeem(provider, &mut temporary_client, &verifier).await);
    Client {
        nonce: temporary_client.nonce,
        ..client.with(&granted)
    }
}
