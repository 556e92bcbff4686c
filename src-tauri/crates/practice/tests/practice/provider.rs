//! A practice provider in this process, its clock and its shelf in the test's hands.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, LOCATION};
use http::{HeaderMap, Request, StatusCode};
use keybelt_practice::{CLIENT_ID, Keep, NotKept, Options, Practice, State};
use keybelt_primitives::{Clock, Entropy, EntropyError, Issuer, Secret, UnixMillis};
use serde_json::Value;
use tower::ServiceExt;
use url::Url;

pub const ISSUER: &str = "http://127.0.0.1:8722";
pub const REDIRECT_URI: &str = "http://127.0.0.1:49152/callback/practice";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const EVERYTHING: &str = "openid profile email offline_access notes";

/// A clock that stands still until it is moved.
pub struct Hands(AtomicI64);

impl Hands {
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now_millis(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that never come twice.
struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in buffer.chunks_mut(8) {
            let number = self
                .0
                .fetch_add(1, Ordering::SeqCst)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .to_be_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
        Ok(())
    }
}

/// Where the provider's state is kept.
#[derive(Default)]
pub struct Shelf {
    pub kept: Mutex<Option<Vec<u8>>>,
    pub full: AtomicBool,
}

pub struct Provider {
    practice: Practice,
    pub clock: Arc<Hands>,
    pub shelf: Arc<Shelf>,
    entropy: Arc<Counting>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    /// Where the browser is sent, and the parameters that go along.
    pub fn location(&self) -> Url {
        let location = self.headers.get(LOCATION);
        let location = location.unwrap_or_else(|| panic!("{}: {}", self.status, self.text()));
        Url::parse(location.to_str().unwrap()).unwrap()
    }

    pub fn parameter(&self, name: &str) -> Option<String> {
        self.location()
            .query_pairs()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The error code and status of a refusal.
    pub fn refusal(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["error"].as_str().unwrap_or_default().to_owned(),
        )
    }
}

impl Provider {
    pub fn start(options: Options) -> Self {
        let clock = Arc::new(Hands(AtomicI64::new(1_800_000_000_000)));
        let entropy = Arc::new(Counting(AtomicU64::new(1)));
        let state = State::generate(&*entropy).unwrap_or_else(|error| panic!("{error}"));
        Self::of(state, options, clock, Arc::default(), entropy)
    }

    /// Ends it and starts it anew from what it kept.
    pub fn restart(self) -> Self {
        let kept = self
            .shelf
            .kept
            .lock()
            .unwrap()
            .clone()
            .expect("something was kept");
        let state = State::from_bytes(&Secret::new(kept)).unwrap_or_else(|error| panic!("{error}"));
        Self::of(state, Options::default(), self.clock, self.shelf, self.entropy)
    }

    fn of(
        state: State,
        options: Options,
        clock: Arc<Hands>,
        shelf: Arc<Shelf>,
        entropy: Arc<Counting>,
    ) -> Self {
        let issuer = Issuer::parse(ISSUER).unwrap();
        let practice = Practice::new(
            state,
            issuer,
            options,
            clock.clone(),
            entropy.clone(),
            keep(shelf.clone()),
        )
        .unwrap();
        Self {
            practice,
            clock,
            shelf,
            entropy,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.practice.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn bearing(&self, path: &str, token: &str) -> Answer {
        let request = request("GET", path).header(AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(posting(path, form)).await
    }

    pub async fn post_as(&self, credentials: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut request = posting(path, form);
        let value = format!("Basic {}", STANDARD.encode(credentials)).parse().unwrap();
        request.headers_mut().insert(AUTHORIZATION, value);
        self.send(request).await
    }

    /// Asks the authorization endpoint, with these parameters in the place of their like.
    pub async fn authorize(&self, changed: &[(&str, &str)]) -> Answer {
        self.get(&format!("/authorize?{}", asking(changed))).await
    }

    /// Goes to the sign-in page and answers it; the fields come in the place of their like.
    pub async fn decide(&self, asked: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let page = self.authorize(asked).await.text();
        let interaction = interaction_of(&page);
        self.post("/consent", &answering(&interaction, fields)).await
    }

    /// Signs in and allows; the code.
    pub async fn code(&self, scope: &str) -> String {
        self.decide(&[("scope", scope)], &[])
            .await
            .parameter("code")
            .expect("a code")
    }

    pub async fn redeem(&self, code: &str, changed: &[(&str, &str)]) -> Answer {
        let usual = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        self.post("/token", &replaced(&usual, changed)).await
    }

    pub async fn refresh(&self, token: &str, changed: &[(&str, &str)]) -> Answer {
        let usual = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT_ID),
            ("refresh_token", token),
        ];
        self.post("/token", &replaced(&usual, changed)).await
    }

    /// A whole link: the token answer.
    pub async fn linked(&self, scope: &str) -> Value {
        let answer = self.redeem(&self.code(scope).await, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// The confidential client's secret, as the first page tells it.
    pub async fn client_secret(&self) -> String {
        let page = self.get("/").await.text();
        let (_, rest) = page
            .split_once("keybelt-practice-confidential</code><br><code>")
            .unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    }
}

fn keep(shelf: Arc<Shelf>) -> Keep {
    Arc::new(move |bytes| {
        let shelf = shelf.clone();
        Box::pin(async move {
            if shelf.full.load(Ordering::SeqCst) {
                return Err(NotKept);
            }
            #[expect(clippy::disallowed_methods, reason = "the test's shelf is not sealed")]
            let bytes = bytes.expose().clone();
            *shelf.kept.lock().unwrap() = Some(bytes);
            Ok(())
        })
    })
}

pub fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "127.0.0.1:8722")
}

pub fn posting(path: &str, form: &[(&str, &str)]) -> Request<Body> {
    let body = Serializer::new(String::new()).extend_pairs(form).finish();
    request("POST", path)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

/// The query of an authorization request.
pub fn asking(changed: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", EVERYTHING),
        ("state", "state-1"),
        ("nonce", "nonce-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    Serializer::new(String::new())
        .extend_pairs(replaced(&usual, changed))
        .finish()
}

/// The sign-in page's form, filled in by Ada, who allows everything.
pub fn answering<'a>(interaction: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("interaction", interaction),
        ("login", "ada"),
        ("scope", "profile"),
        ("scope", "email"),
        ("scope", "offline_access"),
        ("scope", "notes"),
        ("token_life", "300"),
        ("decision", "allow"),
    ];
    replaced(&usual, changed)
}

pub fn interaction_of(page: &str) -> String {
    let (_, rest) = page
        .split_once("name=\"interaction\" value=\"")
        .unwrap_or_else(|| panic!("{page}"));
    rest.split_once('"').unwrap().0.to_owned()
}

/// The claims of a token, after its signature verified under the published key.
pub fn claims_of(token: &str, jwks: &Value) -> Value {
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = input.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&part(header)).unwrap();
    let key = &jwks["keys"][0];
    assert_eq!((&header["kid"], &header["alg"]), (&key["kid"], &key["alg"]));
    let coordinate = |name: &str| part(key[name].as_str().unwrap());
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED, point)
        .verify(input.as_bytes(), &part(signature))
        .expect("the signature verifies");
    serde_json::from_slice(&part(claims)).unwrap()
}

/// `usual`, with what `changed` names in its place; an empty value leaves the parameter out.
fn replaced<'a>(usual: &[(&'a str, &'a str)], changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = usual
        .iter()
        .filter(|(name, _)| changed.iter().all(|(other, _)| other != name));
    kept.chain(changed)
        .filter(|(_, value)| !value.is_empty())
        .copied()
        .collect()
}
