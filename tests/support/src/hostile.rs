//! An authorization server that misbehaves on demand.
//!
//! Without a twist it is honest: metadata, code with PKCE, an ES256 ID token, userinfo, rotation, revocation.
//! A case twists one thing, so that its honest twin is the same provider without the twist. It signs with
//! `aws-lc-rs` itself: nothing of what Keybelt verifies with is used here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use url::form_urlencoded;

/// The one client of this provider, public.
pub const CLIENT_ID: &str = "hostile-client";

/// Its subject.
pub const SUBJECT: &str = "subject-1";

/// What an endpoint answers, before it goes out.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Header fields, `content-type` among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long the answer is held back.
    pub delay: Duration,
}

impl Answer {
    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    /// Any other answer.
    pub fn text(status: u16, kind: &str, body: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.as_bytes().to_vec(),
            delay: Duration::ZERO,
        }
    }

    /// A redirect.
    pub fn redirect(target: &str) -> Self {
        let mut answer = Self::text(302, "text/plain", "");
        answer.headers.push(("location".to_owned(), target.to_owned()));
        answer
    }

    /// The body read as JSON.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Changes the JSON body.
    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut value = self.value();
        change(&mut value);
        self.body = value.to_string().into_bytes();
    }
}

/// A JWS that is about to be signed.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// The JOSE header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
    /// How it is signed.
    pub signing: Signing,
    /// The access token that goes with it.
    pub access_token: String,
}

/// How a token gets its third part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signing {
    /// ES256 with the published key.
    Published,
    /// ES256 with a key that is not published.
    Stranger,
    /// HMAC over these bytes as the key (RFC 8725 §2.1).
    Hmac(Vec<u8>),
    /// The third part stays empty.
    Empty,
    /// The third part is this text.
    Text(String),
}

/// A change to what goes out.
pub type Twist<T> = Box<dyn Fn(&mut T) + Send + Sync>;
type TwistByRequest<T> = Box<dyn Fn(&Asked, &mut T) + Send + Sync>;

/// What is answered to a request instead of the honest answer, if anything.
pub type Instead = Box<dyn Fn(&Asked) -> Option<Answer> + Send + Sync>;

/// What a case changes; nothing in the honest twin.
#[derive(Default)]
pub struct Twists {
    /// The metadata document.
    pub metadata: Option<Twist<Answer>>,
    /// The key set.
    pub jwks: Option<Twist<Answer>>,
    /// The parameters that go to the redirect URI.
    pub callback: Option<Twist<Vec<(String, String)>>>,
    /// The ID token before it is signed.
    pub id_token: Option<Twist<Unsigned>>,
    /// The ID token as text.
    pub id_token_text: Option<Twist<String>>,
    /// The token endpoint's answer.
    pub token: Option<Twist<Answer>>,
    /// The userinfo endpoint's answer.
    pub userinfo: Option<Twist<Answer>>,
    /// The userinfo as a token, before it is signed; without it the userinfo is plain JSON.
    pub signed_userinfo: Option<Twist<Unsigned>>,
    /// The revocation endpoint's answer.
    pub revocation: Option<Twist<Answer>>,
    /// Whether it takes requests without PKCE too.
    pub without_pkce: bool,
    /// What the API below `/api` answers to what it was asked.
    pub api: Option<TwistByRequest<Answer>>,
    /// Every answer but that of the authorization endpoint and of the API, last, by what was asked.
    pub any: Option<TwistByRequest<Answer>>,
    /// What is answered in the place of anything else, nothing being done; `None`: nothing is.
    pub instead: Option<Instead>,
}

/// One request that reached the provider.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When it came.
    pub at: Instant,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, as it came.
    pub query: String,
    /// Header fields by their names in lower case; the last of each name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
    /// Query or form parameters.
    pub parameters: BTreeMap<String, String>,
    /// The Authorization header.
    pub authorization: Option<String>,
}

/// The provider; it stops when this is dropped.
pub struct Hostile {
    issuer: String,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    issuer: Mutex<String>,
    key: EcdsaKeyPair,
    stranger: EcdsaKeyPair,
    twists: Mutex<Twists>,
    asked: Mutex<Vec<Asked>>,
    /// Every code and token that was given out.
    given: Mutex<Vec<String>>,
    /// What each code was given out for.
    codes: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    count: Mutex<u32>,
    lifetime: Mutex<Value>,
    /// The refresh tokens that are still good; none: every one is.
    honoured: Mutex<Option<BTreeSet<String>>>,
}

impl Hostile {
    /// An honest provider.
    pub fn honest() -> Self {
        Self::twisted(Twists::default())
    }

    /// A provider with something wrong from the first request on.
    pub fn twisted(twists: Twists) -> Self {
        let state = Arc::new(State {
            issuer: Mutex::new(String::new()),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            stranger: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            twists: Mutex::new(twists),
            asked: Mutex::default(),
            given: Mutex::default(),
            codes: Mutex::default(),
            count: Mutex::new(0),
            lifetime: Mutex::new(json!(3600)),
            honoured: Mutex::new(None),
        });
        let (ready, port) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = Arc::clone(&state);
        let thread = std::thread::spawn(move || serve(serving, &ready, stopped));
        let issuer = format!("http://127.0.0.1:{}", port.recv().unwrap());
        state.issuer.lock().unwrap().clone_from(&issuer);
        Self {
            issuer,
            state,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The issuer identifier.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Changes what is wrong.
    pub fn twist(&self, twists: Twists) {
        *self.state.twists.lock().unwrap() = twists;
    }

    /// The `expires_in` of coming token answers.
    pub fn token_lifetime(&self, expires_in: Value) {
        *self.state.lifetime.lock().unwrap() = expires_in;
    }

    /// From now on a refresh token is good once, and until it is revoked (RFC 9700 §4.14.2); others are `invalid_grant`.
    pub fn rotate_strictly(&self) {
        *self.state.honoured.lock().unwrap() = Some(BTreeSet::new());
    }

    /// The refresh tokens that were sent to be renewed, oldest first.
    pub fn refresh_tokens_sent(&self) -> Vec<String> {
        let asked = self.asked();
        asked
            .iter()
            .filter_map(|asked| asked.parameters.get("refresh_token").cloned())
            .collect()
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
    }

    /// Every code and every token of any kind that was given out so far.
    pub fn given(&self) -> Vec<String> {
        self.state.given.lock().unwrap().clone()
    }

    /// The key that is not published, as a JWK under the name of the one that is.
    pub fn strangers_key(&self) -> Value {
        jwk(&self.state.stranger)
    }

    /// The published key's coordinates, as `HS256` confusion would use them as a secret.
    pub fn public_key(&self) -> Vec<u8> {
        self.state.key.public_key().as_ref().to_vec()
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a server of the tests' own")]
fn serve(state: Arc<State>, ready: &std::sync::mpsc::Sender<u16>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        ready.send(listener.local_addr().unwrap().port()).unwrap();
        let router = Router::new().fallback(move |request: Request| answer(Arc::clone(&state), request));
        tokio::select! {
            served = axum::serve(listener, router) => served.unwrap(),
            _ = stopped => {}
        }
    });
}

/// An API that answers what it was asked, and nothing of the token it takes.
fn api(asked: &Asked) -> Answer {
    let borne = asked
        .authorization
        .as_deref()
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = borne.or(asked.parameters.get("access_token").map(String::as_str));
    if !token.is_some_and(|token| token.ends_with("-of-the-hostile-provider")) {
        let mut refused = Answer::json(401, &json!({"error": null}));
        refused
            .headers
            .push(("www-authenticate".to_owned(), "Bearer realm=\"api\"".to_owned()));
        return refused;
    }
    let kind = asked.headers.get("content-type");
    let body = String::from_utf8_lossy(&asked.body);
    Answer::json(
        200,
        &json!({"method": asked.method, "path": asked.path, "content_type": kind, "body": body}),
    )
}

async fn answer(state: Arc<State>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default().as_bytes().to_vec();
    let parameters: BTreeMap<String, String> = form_urlencoded::parse(&query)
        .into_owned()
        .chain(form_urlencoded::parse(&body).into_owned())
        .collect();
    let headers: BTreeMap<String, String> = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let asked = Asked {
        at: Instant::now(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: String::from_utf8(query).unwrap(),
        authorization: headers.get("authorization").cloned(),
        headers,
        body: body.to_vec(),
        parameters,
    };
    state.asked.lock().unwrap().push(asked.clone());
    let made = state.answer(&asked);
    if !made.delay.is_zero() {
        tokio::time::sleep(made.delay).await;
    }
    let mut response = Response::builder().status(made.status);
    for (name, value) in made.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(made.body)).unwrap()
}

impl State {
    fn answer(&self, asked: &Asked) -> Answer {
        let twists = self.twists.lock().unwrap();
        let parameters = &asked.parameters;
        if let Some(answer) = twists.instead.as_ref().and_then(|instead| instead(asked)) {
            return answer;
        }
        // The same endpoints once more, for profiles that name other ones than the metadata.
        let path = asked.path.strip_prefix("/other").unwrap_or(&asked.path);
        let (mut answer, twist) = match path {
            "/.well-known/openid-configuration" => (self.metadata(), &twists.metadata),
            "/jwks" => (
                Answer::json(200, &json!({"keys": [jwk(&self.key)]})),
                &twists.jwks,
            ),
            "/authorize" => return self.authorize(parameters, twists.callback.as_ref()),
            "/token" => (self.token(parameters, &twists), &twists.token),
            "/userinfo" => (
                self.userinfo(asked, twists.signed_userinfo.as_ref()),
                &twists.userinfo,
            ),
            "/revoke" => {
                if let (Some(honoured), Some(token)) =
                    (self.honoured.lock().unwrap().as_mut(), parameters.get("token"))
                {
                    honoured.remove(token);
                }
                (Answer::text(200, "text/plain", ""), &twists.revocation)
            }
            path if path == "/api" || path.starts_with("/api/") => {
                let mut answer = api(asked);
                if let Some(twist) = &twists.api {
                    twist(asked, &mut answer);
                }
                return answer;
            }
            _ => (Answer::text(404, "text/plain", "not here"), &None),
        };
        if let Some(twist) = twist {
            twist(&mut answer);
        }
        if let Some(twist) = &twists.any {
            twist(asked, &mut answer);
        }
        answer
    }

    fn metadata(&self) -> Answer {
        let issuer = self.issuer.lock().unwrap();
        Answer::json(
            200,
            &json!({
                "issuer": *issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "userinfo_endpoint": format!("{issuer}/userinfo"),
                "revocation_endpoint": format!("{issuer}/revoke"),
                "jwks_uri": format!("{issuer}/jwks"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
                "authorization_response_iss_parameter_supported": true,
            }),
        )
    }

    /// The person is asked nothing: the answer goes out at once.
    fn authorize(
        &self,
        asked: &BTreeMap<String, String>,
        twist: Option<&Twist<Vec<(String, String)>>>,
    ) -> Answer {
        let code = format!("code-{}-of-the-hostile-provider", self.next());
        self.given.lock().unwrap().push(code.clone());
        self.codes.lock().unwrap().insert(code.clone(), asked.clone());
        let mut parameters = vec![
            ("code".to_owned(), code),
            (
                "state".to_owned(),
                asked.get("state").cloned().unwrap_or_default(),
            ),
            ("iss".to_owned(), self.issuer.lock().unwrap().clone()),
        ];
        if let Some(twist) = twist {
            twist(&mut parameters);
        }
        let answer = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Answer::redirect(&format!(
            "{}?{answer}",
            asked.get("redirect_uri").cloned().unwrap_or_default()
        ))
    }

    fn token(&self, sent: &BTreeMap<String, String>, twists: &Twists) -> Answer {
        let nonce = if sent
            .get("grant_type")
            .is_some_and(|grant| grant == "authorization_code")
        {
            let Some(asked) = sent
                .get("code")
                .and_then(|code| self.codes.lock().unwrap().remove(code))
            else {
                return Answer::json(
                    400,
                    &json!({"error": "invalid_grant", "error_description": "no such code"}),
                );
            };
            // RFC 7636 §4.6: a client that lost its verifier gets nothing here.
            let verifier = sent.get("code_verifier").map_or("", String::as_str);
            let expected = match asked.get("code_challenge_method").map(String::as_str) {
                Some("plain") => Some(verifier.to_owned()),
                None if twists.without_pkce => None,
                _ => Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))),
            };
            if asked.get("code_challenge") != expected.as_ref() {
                return Answer::json(
                    400,
                    &json!({"error": "invalid_grant", "error_description": "PKCE"}),
                );
            }
            asked.get("nonce").cloned()
        } else {
            let sent = sent.get("refresh_token").map_or("", String::as_str);
            let mut honoured = self.honoured.lock().unwrap();
            if honoured.as_mut().is_some_and(|honoured| !honoured.remove(sent)) {
                return Answer::json(400, &json!({"error": "invalid_grant"}));
            }
            None
        };
        let number = self.next();
        let access_token = format!("access-token-{number}-of-the-hostile-provider");
        #[expect(clippy::disallowed_methods, reason = "a server of the tests' own")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims = json!({
            "iss": *self.issuer.lock().unwrap(), "sub": SUBJECT, "aud": CLIENT_ID, "iat": now, "exp": now + 600,
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        let header = json!({"alg": "ES256", "kid": "k1"});
        let mut unsigned = Unsigned {
            header,
            claims,
            signing: Signing::Published,
            access_token: access_token.clone(),
        };
        if let Some(twist) = &twists.id_token {
            twist(&mut unsigned);
        }
        let mut id_token = self.sign(&unsigned);
        if let Some(twist) = &twists.id_token_text {
            twist(&mut id_token);
        }
        let refresh_token = format!("refresh-token-{number}-of-the-hostile-provider");
        if let Some(honoured) = self.honoured.lock().unwrap().as_mut() {
            honoured.insert(refresh_token.clone());
        }
        self.given
            .lock()
            .unwrap()
            .extend([access_token.clone(), refresh_token.clone(), id_token.clone()]);
        let mut body = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "refresh_token": refresh_token,
            "id_token": id_token,
        });
        let lifetime = self.lifetime.lock().unwrap().clone();
        if !lifetime.is_null() {
            body["expires_in"] = lifetime;
        }
        Answer::json(200, &body)
    }

    fn userinfo(&self, asked: &Asked, signed: Option<&Twist<Unsigned>>) -> Answer {
        let mut claims = json!({"sub": SUBJECT, "email": "someone@example.test", "name": "Someone"});
        let Some(twist) = signed else {
            return Answer::json(200, &claims);
        };
        claims["iss"] = json!(*self.issuer.lock().unwrap());
        claims["aud"] = json!(CLIENT_ID);
        let mut unsigned = Unsigned {
            header: json!({"alg": "ES256", "kid": "k1"}),
            claims,
            signing: Signing::Published,
            access_token: asked.authorization.clone().unwrap_or_default(),
        };
        twist(&mut unsigned);
        Answer::text(200, "application/jwt", &self.sign(&unsigned))
    }

    fn sign(&self, unsigned: &Unsigned) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", part(&unsigned.header), part(&unsigned.claims));
        let random = SystemRandom::new();
        let signature = match &unsigned.signing {
            Signing::Published => self
                .key
                .sign(&random, input.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            Signing::Stranger => self
                .stranger
                .sign(&random, input.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            Signing::Hmac(secret) => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes())
                .as_ref()
                .to_vec(),
            Signing::Empty => Vec::new(),
            Signing::Text(text) => return format!("{input}.{text}"),
        };
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn next(&self) -> u32 {
        let mut count = self.count.lock().unwrap();
        *count += 1;
        *count
    }
}

/// The public half of a key, published as `k1`.
fn jwk(key: &EcdsaKeyPair) -> Value {
    let point = key.public_key().as_ref();
    json!({
        "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256",
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
    })
}

/// Half of the SHA-256 of a text, as `at_hash` and `c_hash` have it (OpenID Connect Core §3.1.3.6).
pub fn half_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}
