//! OAuth 1's half of a link: temporary credentials before the person is sent, token credentials after (RFC 5849 §2).

use std::collections::BTreeSet;

use keybelt_contract::{LinkStep, Protocol};
use keybelt_net::Conduct;
use keybelt_primitives::{Secret, UnixSeconds};
use keybelt_protocol::oauth1::answer::AnswerError;
use keybelt_protocol::oauth1::authorization::{
    self, AcceptError, AuthorizationRequest, AuthorizedGrant, BeginError, PendingAuthorization,
};
use keybelt_protocol::oauth1::problem::{self, ProblemKind};
use keybelt_protocol::oauth1::signed_request::{Credentials, SignError};
use keybelt_protocol::oauth1::token_credentials;
use keybelt_protocol::oauth1::{CallbackUri, TokenRequestError, temporary_credentials, userinfo};
use keybelt_protocol::oauth2::error::OAuthError;
use keybelt_protocol::oidc::identity::{self, Identity};
use keybelt_vault::Evidence;
use serde_json::{Map, Value};

use super::awaited::Answer;
use super::issued::Issued;
use super::verify::{Verified, failure_of};
use super::{LinkError, LinkFace, Refusal};
use crate::Keybelt;
use crate::registry::ResolvedOauth1;
use crate::signed_exchange::{self, ServerClock, SignedTrouble};
use crate::verification::UserinfoTrouble;

/// Asks for temporary credentials and makes the authorization of them.
pub(super) async fn begin(
    keybelt: &Keybelt,
    resolved: &ResolvedOauth1,
    callback: &CallbackUri,
    deadline: UnixSeconds,
    clock: &mut ServerClock,
) -> Result<(AuthorizationRequest, PendingAuthorization), LinkError> {
    let client = &resolved.client;
    let response = signed_exchange::send(keybelt, &client.signer, clock, Conduct::Credentials, |stamp| {
        temporary_credentials::request(client, callback, stamp)
    })
    .await
    .map_err(|trouble| of_signed(trouble, of_sign))?;
    let temporary = temporary_credentials::parse(&response).map_err(of_answer)?;
    authorization::begin(client, temporary, callback, deadline).map_err(of_begin)
}

/// From the answer to tokens whose owner is known, as far as the provider tells.
pub(super) async fn finish<F: LinkFace>(
    keybelt: &Keybelt,
    resolved: &ResolvedOauth1,
    sealed: &Secret<Vec<u8>>,
    answer: Answer,
    mut clock: ServerClock,
    face: &mut F,
) -> Result<Verified, LinkError> {
    let is_pin = matches!(answer, Answer::Pin(_));
    let grant = accept(sealed, answer, keybelt.now())?;
    let told_by = resolved.layers.members("userinfo_map");
    let signer = &resolved.client.signer;
    let response = signed_exchange::send(keybelt, signer, &mut clock, Conduct::Credentials, |stamp| {
        grant.token_request(&resolved.client, stamp)
    })
    .await
    .map_err(|trouble| of_signed(trouble, of_token_request))?;
    let issued = token_credentials::parse(&response, &told_by).map_err(|error| match error {
        AnswerError::Refused { status, problem } if is_pin => of_pin(status, problem),
        error => of_answer(error),
    })?;
    face.progress(LinkStep::Checking);

    let asked = ask_userinfo(keybelt, resolved, &issued.credentials, &mut clock).await;
    let (said, userinfo_failure) = match asked {
        Ok(said) => (said, None),
        Err(trouble) => (None, Some(failure_of(trouble))),
    };
    let read = |members: &Map<String, Value>| identity::of_userinfo(members, &told_by);
    let identity = completed(said.as_ref().map(read).unwrap_or_default(), read(&issued.told));
    let told = Some(issued.told.clone()).filter(|told| !told.is_empty());
    Ok(Verified {
        protocol: Protocol::Oauth1,
        destination: grant.destination().clone(),
        asked_scopes: BTreeSet::new(),
        identity,
        evidence: Evidence {
            userinfo: said.or(told),
            ..Evidence::default()
        },
        userinfo_failure,
        remember: None,
        tokens: Issued::from(issued),
    })
}

fn accept(sealed: &Secret<Vec<u8>>, answer: Answer, now: UnixSeconds) -> Result<AuthorizedGrant, LinkError> {
    let pending = PendingAuthorization::from_bytes(sealed)
        .map_err(|error| LinkError::InvalidAnswer(error.to_string()))?;
    let accepted = match answer {
        Answer::Callback(callback) => pending.accept(&callback, now),
        Answer::Malformed { error, .. } => return Err(LinkError::InvalidAnswer(error.to_string())),
        Answer::Pin(pin) => pending.accept_pin(pin, now),
    };
    accepted.map_err(of_accept)
}

/// Asks who the person is, with the new credentials; `None`: the provider does not say. No redirect is followed: it
/// would have to be signed anew (specs O1-16).
pub(crate) async fn ask_userinfo(
    keybelt: &Keybelt,
    resolved: &ResolvedOauth1,
    credentials: &Credentials,
    clock: &mut ServerClock,
) -> Result<Option<Map<String, Value>>, UserinfoTrouble> {
    let client = &resolved.client;
    let Some(url) = &client.userinfo_endpoint else {
        return Ok(None);
    };
    let response = signed_exchange::send(keybelt, &client.signer, clock, Conduct::Credentials, |stamp| {
        userinfo::request(&client.signer, url, credentials, stamp)
    })
    .await
    .map_err(|trouble| match trouble {
        SignedTrouble::Exchange(trouble) => UserinfoTrouble::Exchange(trouble),
        SignedTrouble::Sign(_) | SignedTrouble::Entropy(_) => UserinfoTrouble::Unsendable,
    })?;
    userinfo::parse(&response)
        .map(Some)
        .map_err(UserinfoTrouble::Answer)
}

/// What the userinfo leaves open is taken from what came with the token.
fn completed(said: Identity, told: Identity) -> Identity {
    Identity {
        subject: said.subject.or(told.subject),
        display_name: said.display_name.or(told.display_name),
        user_name: said.user_name.or(told.user_name),
        email: said.email.or(told.email),
        picture: said.picture.or(told.picture),
    }
}

fn of_signed<E>(trouble: SignedTrouble<E>, of_sign: impl Fn(E) -> LinkError) -> LinkError {
    match trouble {
        SignedTrouble::Sign(error) => of_sign(error),
        SignedTrouble::Entropy(_) => LinkError::Entropy,
        SignedTrouble::Exchange(trouble) => LinkError::Answer(trouble.into()),
    }
}

fn of_sign(error: SignError) -> LinkError {
    match error {
        SignError::PlaintextUnprotected => LinkError::PlaintextUnprotected,
        error @ (SignError::OwnParameter(_)
        | SignError::OwnAuthorization
        | SignError::ContentTypeTwice
        | SignError::Address(_)
        | SignError::Header) => LinkError::Request(error.to_string()),
    }
}

fn of_token_request(error: TokenRequestError) -> LinkError {
    match error {
        TokenRequestError::Sign(error) => of_sign(error),
        error @ TokenRequestError::DestinationChanged => LinkError::Request(error.to_string()),
    }
}

fn of_begin(error: BeginError) -> LinkError {
    match error {
        error @ BeginError::Reserved { .. } => LinkError::Request(error.to_string()),
        // Only what the provider sent can have made it too long.
        error @ BeginError::Address(_) => LinkError::InvalidAnswer(error.to_string()),
    }
}

fn of_accept(error: AcceptError) -> LinkError {
    match error {
        AcceptError::NotOurs => LinkError::StateMismatch,
        AcceptError::TooLate => LinkError::TimedOut,
        AcceptError::Declined(said) => declined(said),
        AcceptError::Refused(said) => LinkError::Authorization {
            refusal: Refusal::of(&said.code),
            code: said.code,
            description: said.description,
        },
        error @ AcceptError::UnfitVerifier => LinkError::InvalidAnswer(error.to_string()),
    }
}

/// The person said no, in whatever words the provider has for it.
pub(super) fn declined(said: Option<OAuthError>) -> LinkError {
    let (code, description) = match said {
        Some(said) => (said.code, said.description),
        None => ("access_denied".to_owned(), None),
    };
    LinkError::Authorization {
        refusal: Refusal::Denied,
        code,
        description,
    }
}

/// What is new in this request is the PIN: the client and its signature were good enough for the first one.
fn of_pin(status: u16, problem: Option<OAuthError>) -> LinkError {
    match problem.as_ref().map(problem::kind) {
        Some(ProblemKind::Token | ProblemKind::Other) | None => {
            let (code, description) = match problem {
                Some(problem) => (problem.code, problem.description),
                None => (format!("HTTP {status}"), None),
            };
            LinkError::PinRefused { code, description }
        }
        Some(ProblemKind::Client | ProblemKind::Declined | ProblemKind::Timestamp) => {
            of_answer(AnswerError::Refused { status, problem })
        }
    }
}

fn of_answer(error: AnswerError) -> LinkError {
    match error {
        AnswerError::Refused {
            problem: Some(problem),
            ..
        } if problem::kind(&problem) == ProblemKind::Declined => declined(Some(problem)),
        error => signed_exchange::of_answer(error).into(),
    }
}
