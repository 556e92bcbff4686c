use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use crate::client::{self, Client};
use crate::consent;
use crate::pages;
use crate::parameters::{Parameters, Twice};
use crate::scope::{Scope, Scopes};
use crate::server::Shared;

/// The longest nonce that is kept, in bytes.
const LONGEST_NONCE: usize = 512;

/// An authorization request that can be put to a person (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core 1.0
/// §3.1.2.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Wish {
    pub(crate) client: Client,
    pub(crate) back: Back,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: String,
    pub(crate) login_hint: Option<String>,
}

/// The way back to the client: a registered redirect URI, and what belongs on every answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Back {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
}

/// Why a request is not put to anybody.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Rejected {
    /// There is no client to tell it to; the person is told (RFC 6749 §4.1.2.1).
    Here(&'static str),
    /// The client is told.
    Back(Back, &'static str, &'static str),
}

/// The authorization endpoint, asked by GET.
pub(crate) async fn by_query(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    answer(&shared, &Parameters::parse(query.unwrap_or_default().as_bytes())).await
}

/// The authorization endpoint, asked by POST (OpenID Connect Core 1.0 §3.1.2.1).
pub(crate) async fn by_form(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    match Parameters::of_form(&headers, &body) {
        Some(form) => answer(&shared, &form).await,
        None => pages::refused("the request is no form"),
    }
}

async fn answer(shared: &Arc<Shared>, parameters: &Parameters) -> Response {
    match Wish::read(parameters) {
        Ok(wish) => consent::ask(shared, wish).await,
        Err(Rejected::Here(why)) => pages::refused(why),
        Err(Rejected::Back(back, error, why)) => back.error(shared, error, why),
    }
}

impl Wish {
    fn read(parameters: &Parameters) -> Result<Self, Rejected> {
        // Until both are known to belong together nobody is sent anywhere (RFC 6749 §4.1.2.1).
        let sole = |name| parameters.one(name).ok().flatten();
        let client = sole("client_id")
            .and_then(Client::of)
            .ok_or(Rejected::Here("the client is unknown"))?;
        let redirect_uri = sole("redirect_uri")
            .filter(|uri| client::is_registered(uri))
            .ok_or(Rejected::Here(
                "the redirect URI is not registered for this client",
            ))?;
        let state = sole("state").map(str::to_owned);
        let back = Back {
            redirect_uri: redirect_uri.to_owned(),
            state,
        };
        Self::read_rest(parameters, client, &back)
            .map_err(|Wrong(error, why)| Rejected::Back(back, error, why))
    }

    fn read_rest(parameters: &Parameters, client: Client, back: &Back) -> Result<Self, Wrong> {
        parameters.one("state")?;
        refuse_what_is_not_offered(parameters)?;
        let challenge = parameters
            .one("code_challenge")?
            .ok_or(Wrong::request("code_challenge is missing"))?;
        // Without a method it would be `plain` (RFC 7636 §4.3).
        if parameters.one("code_challenge_method")? != Some("S256") {
            return Err(Wrong::request("code_challenge_method must be S256"));
        }
        if !is_challenge(challenge) {
            return Err(Wrong::request("the code_challenge is no SHA-256 in base64url"));
        }
        let nonce = parameters.one("nonce")?;
        if nonce.is_some_and(|nonce| nonce.len() > LONGEST_NONCE) {
            return Err(Wrong::request("the nonce is too long"));
        }
        // What is unknown here is left out, and the token answer says what is granted (OpenID Connect Core 1.0
        // §3.1.2.1).
        let scopes: Scopes = parameters
            .one("scope")?
            .unwrap_or_default()
            .split(' ')
            .filter_map(Scope::of)
            .collect();
        if scopes.is_empty() {
            return Err(Wrong("invalid_scope", "no scope that is known here is asked for"));
        }
        Ok(Self {
            client,
            back: back.clone(),
            scopes,
            nonce: nonce.map(str::to_owned),
            challenge: challenge.to_owned(),
            login_hint: parameters.one("login_hint")?.map(str::to_owned),
        })
    }
}

/// An error code for the client, and its description.
struct Wrong(&'static str, &'static str);

impl Wrong {
    fn request(description: &'static str) -> Self {
        Self("invalid_request", description)
    }
}

impl From<Twice> for Wrong {
    fn from(_: Twice) -> Self {
        Self::request("a parameter came more than once")
    }
}

fn refuse_what_is_not_offered(parameters: &Parameters) -> Result<(), Wrong> {
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if parameters.one(name)?.is_some() {
            return Err(Wrong(error, "the metadata does not offer this parameter"));
        }
    }
    match parameters.one("response_type")? {
        Some("code") => {}
        Some(_) => return Err(Wrong("unsupported_response_type", "only code is known here")),
        None => return Err(Wrong::request("response_type is missing")),
    }
    if parameters
        .one("response_mode")?
        .is_some_and(|mode| mode != "query")
    {
        return Err(Wrong::request("only the response mode query is known here"));
    }
    refuse_prompts(parameters.one("prompt")?.unwrap_or_default())
}

fn refuse_prompts(prompt: &str) -> Result<(), Wrong> {
    let prompts: Vec<&str> = prompt.split(' ').filter(|prompt| !prompt.is_empty()).collect();
    if prompts == ["none"] {
        // Nobody stays signed in here.
        return Err(Wrong("login_required", "the practice provider asks every time"));
    }
    let known = |prompt: &&str| ["login", "consent", "select_account"].contains(prompt);
    if prompts.iter().all(known) {
        Ok(())
    } else {
        Err(Wrong::request("prompt is unknown, or none among others"))
    }
}

/// 32 bytes in base64url (RFC 7636 §4.2).
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && crate::encoding::from_base64url(text).is_some()
}

impl Back {
    /// Sends the browser back with a code (RFC 6749 §4.1.2).
    pub(crate) fn code(&self, shared: &Shared, code: &str) -> Response {
        self.send(shared, &[("code", code)])
    }

    /// Sends the browser back with an error (RFC 6749 §4.1.2.1).
    pub(crate) fn error(&self, shared: &Shared, error: &str, description: &str) -> Response {
        self.send(shared, &[("error", error), ("error_description", description)])
    }

    fn send(&self, shared: &Shared, answer: &[(&str, &str)]) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(answer);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        // RFC 9207 §2.
        query.append_pair("iss", shared.issuer.as_str());
        // A registered redirect URI has no query of its own. 303, so that no form is sent on (RFC 9700 §4.12).
        let location = format!("{}?{}", self.redirect_uri, query.finish());
        (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[(&str, &str)] = &[
        ("client_id", "keybelt-practice"),
        ("redirect_uri", "app.keybelt:/callback/practice"),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "s1"),
        ("nonce", "n1"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];

    /// The request with this parameter put in the place of its like, or left out if it is empty.
    fn with(changed: &[(&str, &str)]) -> Result<Wish, Rejected> {
        let kept = GOOD
            .iter()
            .filter(|(name, _)| changed.iter().all(|(other, _)| other != name));
        let pairs = kept.chain(changed).filter(|(_, value)| !value.is_empty());
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        Wish::read(&Parameters::parse(query.as_bytes()))
    }

    #[test]
    fn a_right_request_is_read() {
        let wish = with(&[
            ("prompt", "login consent"),
            ("login_hint", "zoe"),
            ("whatever", "x"),
        ])
        .unwrap();
        assert_eq!(
            wish.back,
            Back {
                redirect_uri: GOOD[1].1.to_owned(),
                state: Some("s1".to_owned())
            }
        );
        assert_eq!(
            (wish.nonce.as_deref(), wish.login_hint.as_deref()),
            (Some("n1"), Some("zoe"))
        );
        assert_eq!(
            with(&[("scope", "openid admin")]).unwrap().scopes,
            Scopes::from([Scope::Openid])
        );
    }

    #[test]
    fn nobody_is_sent_to_an_address_that_is_not_registered() {
        for changed in [
            [("client_id", "")],
            [("client_id", "mallory")],
            [("redirect_uri", "")],
            [("redirect_uri", "https://evil.example/callback/practice")],
            [("redirect_uri", "app.keybelt:/callback/practice?x=1")],
        ] {
            assert!(matches!(with(&changed), Err(Rejected::Here(_))), "{changed:?}");
        }
        let twice = [
            ("redirect_uri", "app.keybelt:/callback/a"),
            ("redirect_uri", "app.keybelt:/callback/b"),
        ];
        assert!(matches!(with(&twice), Err(Rejected::Here(_))));
    }

    #[test]
    fn what_is_wrong_otherwise_is_told_to_the_client() {
        for (changed, code) in [
            (("response_type", ""), "invalid_request"),
            (("response_type", "token"), "unsupported_response_type"),
            (("response_type", "code id_token"), "unsupported_response_type"),
            (("response_mode", "fragment"), "invalid_request"),
            (("scope", ""), "invalid_scope"),
            (("scope", "admin"), "invalid_scope"),
            (("code_challenge", ""), "invalid_request"),
            (("code_challenge", "short"), "invalid_request"),
            (("code_challenge_method", ""), "invalid_request"),
            (("code_challenge_method", "plain"), "invalid_request"),
            (("prompt", "none"), "login_required"),
            (("prompt", "none login"), "invalid_request"),
            (("prompt", "create"), "invalid_request"),
            (("request", "x.y.z"), "request_not_supported"),
            (
                ("request_uri", "https://evil.example"),
                "request_uri_not_supported",
            ),
            (("nonce", &*"n".repeat(513)), "invalid_request"),
        ] {
            let found = with(&[changed]);
            let Err(Rejected::Back(back, error, _)) = found else {
                panic!("{changed:?}: {found:?}")
            };
            assert_eq!((error, back.state.as_deref()), (code, Some("s1")), "{changed:?}");
        }
    }

    #[test]
    fn a_parameter_that_came_twice_is_refused() {
        for name in ["scope", "nonce", "code_challenge", "state", "prompt"] {
            let found = with(&[(name, "a"), (name, "b")]);
            assert!(
                matches!(found, Err(Rejected::Back(_, "invalid_request", _))),
                "{name}: {found:?}"
            );
        }
    }
}
