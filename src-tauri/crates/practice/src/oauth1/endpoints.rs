//! The two endpoints that programs ask (RFC 5849 §2.1, §2.3), and who signed a request to the API (§3.2).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use keybelt_primitives::{Secret, UnixSeconds};

use super::credentials::Callback;
use super::problem::{EndpointError, Problem, ProblemError, form};
use super::request::{Asked, Signed, read};
use crate::client::is_registered;
use crate::people::Person;
use crate::server::Shared;
use crate::token::{Kind, Presented};

/// Gives temporary credentials to a client (RFC 5849 §2.1).
#[expect(
    clippy::disallowed_methods,
    reason = "the answer is what the credentials were made for"
)]
pub(crate) async fn temporary_credentials(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
) -> Result<Response, EndpointError> {
    let signed = read(&shared, &asked)?.ok_or(Problem::ParameterAbsent)?;
    if signed.token.is_some() || signed.verifier.is_some() {
        return Err(Problem::ParameterRejected.into());
    }
    let callback = match signed.callback.as_deref() {
        None => return Err(Problem::ParameterAbsent.into()),
        Some("oob") => Callback::OutOfBand,
        Some(address) if is_registered(address) => Callback::To(address.to_owned()),
        Some(_) => return Err(Problem::ParameterRejected.into()),
    };
    let now = shared.now();
    check(&shared, &signed, &Secret::new(String::new()), now).await?;
    let (consumer, entropy) = (signed.consumer, shared.entropy.clone());
    let begun = shared
        .change(move |records| records.credentials.begin(consumer, callback, now, &*entropy))
        .await;
    let Ok(Ok(token)) = begun else {
        return Err(EndpointError::Defect);
    };
    let secret = shared.keys.token_secret(token.expose());
    Ok(form(&[
        ("oauth_token", token.expose()),
        ("oauth_token_secret", secret.expose()),
        ("oauth_callback_confirmed", "true"),
    ])
    .into_response())
}

/// Gives token credentials for temporary ones that a person approved (RFC 5849 §2.3).
#[expect(
    clippy::disallowed_methods,
    reason = "the answer is what the credentials were made for"
)]
pub(crate) async fn token_credentials(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
) -> Result<Response, EndpointError> {
    let signed = read(&shared, &asked)?.ok_or(Problem::ParameterAbsent)?;
    let token = signed.token.as_deref().ok_or(Problem::ParameterAbsent)?;
    let verifier = signed.verifier.clone().ok_or(Problem::ParameterAbsent)?;
    let presented = Presented::of(Kind::Temporary, token).ok_or(Problem::TokenRejected)?;
    let (now, consumer) = (shared.now(), signed.consumer);
    let theirs = shared
        .look(|records| records.credentials.are_temporary(&presented, consumer, now))
        .await;
    if !theirs {
        return Err(Problem::TokenRejected.into());
    }
    check(&shared, &signed, &shared.keys.token_secret(token), now).await?;
    let entropy = shared.entropy.clone();
    let redeemed = shared
        .change(move |records| records.credentials.redeem(&presented, &verifier, now, &*entropy))
        .await;
    let Ok(Ok(outcome)) = redeemed else {
        return Err(EndpointError::Defect);
    };
    let (token, login) = outcome?;
    let person = Person::of(&login).ok_or(EndpointError::Defect)?;
    let secret = shared.keys.token_secret(token.expose());
    Ok(form(&[
        ("oauth_token", token.expose()),
        ("oauth_token_secret", secret.expose()),
        // Beside the credentials, as interfaces of that age have it.
        ("user_id", person.subject),
        ("screen_name", person.login),
    ])
    .into_response())
}

/// Whose token credentials signed a request (RFC 5849 §3.2).
pub(crate) async fn signer(shared: &Arc<Shared>, signed: &Signed) -> Result<&'static Person, ProblemError> {
    let token = signed.token.as_deref().ok_or(Problem::ParameterAbsent)?;
    let presented = Presented::of(Kind::Token, token).ok_or(Problem::TokenRejected)?;
    let consumer = signed.consumer;
    let login = shared
        .look(|records| {
            records
                .credentials
                .person_of(&presented, consumer)
                .map(str::to_owned)
        })
        .await
        .ok_or(Problem::TokenRejected)?;
    check(shared, signed, &shared.keys.token_secret(token), shared.now()).await?;
    Ok(Person::of(&login).ok_or(Problem::TokenRejected)?)
}

async fn check(
    shared: &Shared,
    signed: &Signed,
    token_secret: &Secret<String>,
    now: UnixSeconds,
) -> Result<(), Problem> {
    shared
        .look(|records| signed.check(shared, records, token_secret, now))
        .await
}
