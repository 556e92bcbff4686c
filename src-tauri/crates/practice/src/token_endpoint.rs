use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use keybelt_primitives::{Secret, UnixSeconds};
use serde_json::{Map, Value, json};

use crate::client::{Client, authenticate};
use crate::encoding::half_hash;
use crate::grants::{GrantError, Issued, Redemption};
use crate::parameters::Parameters;
use crate::people::Person;
use crate::refusal::Refusal;
use crate::scope::{self, Scope};
use crate::server::{NotKept, Shared};
use crate::signing::KeyUnusable;
use crate::token::{Kind, Presented};

/// How long an ID token is good, in seconds.
const ID_TOKEN_LIFE: i64 = 300;

/// The token endpoint (RFC 6749 §3.2).
pub(crate) async fn token(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    // Credentials must not travel in the address (RFC 6749 §2.3.1), and nothing else has a place there.
    if query.is_some() {
        return Err(Refusal::invalid_request("parameters belong into the form"));
    }
    let form =
        Parameters::of_form(&headers, &body).ok_or_else(|| Refusal::invalid_request("this is no form"))?;
    let client = authenticate(&headers, &form, &shared.keys.client_secret)?;
    let now = shared.now();
    let issued = match form.one("grant_type")? {
        Some("authorization_code") => redeem(&shared, client, &form, now).await?,
        Some("refresh_token") => refresh(&shared, client, &form, now).await?,
        Some(_) => return Err(Refusal::unsupported_grant_type()),
        None => return Err(Refusal::invalid_request("grant_type is missing")),
    };
    let answer = answer(&shared, &issued, now).map_err(|_| Refusal::server_error())?;
    Ok(Json(answer).into_response())
}

async fn redeem(
    shared: &Arc<Shared>,
    client: Client,
    form: &Parameters,
    now: UnixSeconds,
) -> Result<Issued, Refusal> {
    let code = required(form, "code")?;
    let redirect_uri = required(form, "redirect_uri")?.to_owned();
    let verifier = required(form, "code_verifier")?;
    if !is_verifier(verifier) {
        return Err(Refusal::invalid_request(
            "the code_verifier has not the shape that RFC 7636 gives it",
        ));
    }
    let verifier = Secret::new(verifier.to_owned());
    let code = Presented::of(Kind::Code, code).ok_or_else(|| of_grant(GrantError::Unknown))?;
    let redemption = Redemption {
        client,
        redirect_uri,
        verifier,
    };
    let entropy = shared.entropy.clone();
    let issued = shared
        .change(move |records| records.grants.redeem(&code, &redemption, now, &*entropy))
        .await;
    of_change(issued)
}

async fn refresh(
    shared: &Arc<Shared>,
    client: Client,
    form: &Parameters,
    now: UnixSeconds,
) -> Result<Issued, Refusal> {
    let token = required(form, "refresh_token")?;
    let token = Presented::of(Kind::Refresh, token).ok_or_else(|| of_grant(GrantError::Unknown))?;
    let narrowed = form
        .one("scope")?
        .map(|text| scope::parse(text).ok_or_else(Refusal::invalid_scope))
        .transpose()?;
    let entropy = shared.entropy.clone();
    let issued = shared
        .change(move |records| records.grants.refresh(&token, client, narrowed, now, &*entropy))
        .await;
    of_change(issued)
}

fn required<'a>(form: &'a Parameters, name: &'static str) -> Result<&'a str, Refusal> {
    form.one(name)?
        .ok_or_else(|| Refusal::invalid_request(&format!("{name} is missing")))
}

/// 43 to 128 unreserved characters (RFC 7636 §4.1).
fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

fn of_change(outcome: Result<Result<Issued, GrantError>, NotKept>) -> Result<Issued, Refusal> {
    outcome.map_err(|_| Refusal::server_error())?.map_err(of_grant)
}

fn of_grant(error: GrantError) -> Refusal {
    match error {
        GrantError::Scope => Refusal::invalid_scope(),
        GrantError::Entropy => Refusal::server_error(),
        error @ (GrantError::Unknown
        | GrantError::UsedBefore
        | GrantError::TooOld
        | GrantError::RedirectUri
        | GrantError::Verifier) => Refusal::invalid_grant(&error.to_string()),
    }
}

/// The token answer (RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3, §12.2).
#[expect(
    clippy::disallowed_methods,
    reason = "the answer is what the tokens were made for"
)]
fn answer(shared: &Shared, issued: &Issued, now: UnixSeconds) -> Result<Map<String, Value>, KeyUnusable> {
    let mut answer = Map::from_iter([
        (
            "access_token".to_owned(),
            Value::from(issued.access.expose().as_str()),
        ),
        ("token_type".to_owned(), Value::from("Bearer")),
        ("expires_in".to_owned(), Value::from(issued.allowed.token_life)),
        ("scope".to_owned(), Value::from(scope::written(&issued.scopes))),
    ]);
    if let Some(refresh) = &issued.refresh {
        answer.insert("refresh_token".to_owned(), Value::from(refresh.expose().as_str()));
    }
    if issued.scopes.contains(&Scope::Openid) {
        let claims = id_token_claims(shared, issued, now)?;
        answer.insert(
            "id_token".to_owned(),
            Value::from(shared.keys.signing.sign(&claims)?),
        );
    }
    Ok(answer)
}

/// The claims of an ID token (OpenID Connect Core 1.0 §2); of one that comes with a refresh: the same person, client and
/// time of sign-in, and no nonce (§12.2).
#[expect(
    clippy::disallowed_methods,
    reason = "the ID token is bound to the access token by its hash"
)]
fn id_token_claims(
    shared: &Shared,
    issued: &Issued,
    now: UnixSeconds,
) -> Result<Map<String, Value>, KeyUnusable> {
    let allowed = &issued.allowed;
    let mut claims = Person::of(&allowed.person)
        .ok_or(KeyUnusable)?
        .claims(&issued.scopes);
    for (name, value) in [
        ("iss", json!(shared.issuer)),
        ("aud", json!(allowed.client.id())),
        ("iat", json!(now)),
        ("exp", json!(now.plus(ID_TOKEN_LIFE))),
        ("auth_time", json!(allowed.signed_in_at)),
        ("at_hash", json!(half_hash(issued.access.expose()))),
    ] {
        claims.insert(name.to_owned(), value);
    }
    if let Some(nonce) = &issued.nonce {
        claims.insert("nonce".to_owned(), Value::from(nonce.as_str()));
    }
    Ok(claims)
}
