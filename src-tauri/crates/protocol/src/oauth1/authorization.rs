//! The person's authorization (RFC 5849 §2.2): where they are sent, and what is made of the answer. There is no
//! `state`; the temporary credentials' identifier is the binding.

use std::collections::BTreeMap;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use keybelt_primitives::{EndpointError, Secret, UnixSeconds};
use url::Url;

use super::callback_uri::CallbackUri;
use super::client::Client;
use super::encoding::encode;
pub use super::pending_authorization::{AuthorizedGrant, PendingAuthorization, PendingBytesError};
use super::pin::Pin;
use super::problem::{self, ProblemKind};
use super::signed_request::Credentials;
use crate::oauth2::callback::Callback;
use crate::oauth2::error::OAuthError;

/// Where the person is sent.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// The address to open.
    pub url: String,
    /// Its origin, to be shown.
    pub origin: String,
}

/// Why the person cannot be sent anywhere: a fault of the profile, or an identifier out of all measure.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BeginError {
    /// `authorize_params` or the endpoint's own query names a parameter of the protocol.
    #[error("`{name}` is set by the protocol and cannot be set by the profile")]
    Reserved {
        /// The parameter.
        name: String,
    },
    /// With its parameters it is no address any more.
    #[error("the address of the authorization: {0}")]
    Address(EndpointError),
}

/// What tells the answer of one link from a stranger's request.
pub struct Awaited {
    pub(super) token: Secret<String>,
    pub(super) callback: CallbackUri,
}

/// Why an answer is refused. The temporary credentials are used up, whatever the reason.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AcceptError {
    /// `oauth_token` is missing or another's, or it came to another address, or in another way, than was asked for.
    #[error("the answer belongs to no authorization that is under way")]
    NotOurs,
    /// It came after the deadline.
    #[error("the answer came too late")]
    TooLate,
    /// The person said no: `denied`, `oauth_problem`, `error`, or the token without a verifier (specs O1-07).
    #[error("the person refused")]
    Declined(Option<OAuthError>),
    /// The provider says something else than yes.
    #[error("the provider answered: {0}")]
    Refused(OAuthError),
    /// The verifier holds characters that it may not hold.
    #[error("the answer's `oauth_verifier` holds characters that it may not hold")]
    UnfitVerifier,
}

/// Begins an authorization: the address, and what the answer needs, to be sealed before the person is sent there.
/// `deadline` is when the answer is no longer taken.
#[expect(
    clippy::disallowed_methods,
    reason = "the identifier goes into the address that the person is sent to"
)]
pub fn begin(
    client: &Client,
    temporary: Credentials,
    callback: &CallbackUri,
    deadline: UnixSeconds,
) -> Result<(AuthorizationRequest, PendingAuthorization), BeginError> {
    let mut url = client.authorization_endpoint.url().clone();
    let own = url.query_pairs().map(|(name, _)| name.into_owned());
    let set = client.authorize_params.keys().cloned();
    if let Some(name) = own.chain(set).find(|name| name.starts_with("oauth_")) {
        return Err(BeginError::Reserved { name });
    }
    url.set_query(Some(&query(
        &url,
        temporary.token.expose(),
        &client.authorize_params,
    )));
    let request = AuthorizationRequest {
        origin: url.origin().ascii_serialization(),
        url: sendable(url)?,
    };
    let pending = PendingAuthorization {
        profile: client.profile.clone(),
        temporary,
        callback: callback.clone(),
        destination: client.destination(),
        deadline,
    };
    Ok((request, pending))
}

/// The endpoint's own query as it is, then the token and the profile's parameters. A space is `%20`, which every server
/// reads.
fn query(endpoint: &Url, token: &str, parameters: &BTreeMap<String, String>) -> String {
    let own = endpoint.query().filter(|own| !own.is_empty()).map(str::to_owned);
    let set = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let pair = |(name, value): (&str, &str)| {
        let (name, value) = (encode(name.as_bytes()), encode(value.as_bytes()));
        format!("{}={}", *name, *value)
    };
    let added = [("oauth_token", token)].into_iter().chain(set).map(pair);
    own.into_iter().chain(added).collect::<Vec<_>>().join("&")
}

fn sendable(url: Url) -> Result<String, BeginError> {
    let text = String::from(url);
    match keybelt_primitives::Endpoint::parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(BeginError::Address(error)),
    }
}

impl Awaited {
    /// Where the answer comes.
    pub fn callback(&self) -> &CallbackUri {
        &self.callback
    }

    /// Whether an answer names this link's token, as `oauth_token` or `denied`, and came to its address; where none was
    /// given (`oob`), to one that the person brings. Anything else is a stranger's and does not end the wait (specs
    /// NA-14, NA-21).
    pub fn is_ours(&self, answer: &Callback) -> bool {
        let names = ["oauth_token", "denied"].map(|name| answer.parameter(name));
        (self.callback == CallbackUri::OutOfBand || self.came_here(answer))
            && names.iter().any(Option::is_some)
            && names.into_iter().flatten().all(|token| self.is_token(token))
    }

    /// Whether an answer says no without saying to what. Anybody can send such a thing, so it does not end the wait; but
    /// where nothing better comes, that is what was said (specs O1-07).
    pub fn is_nameless_denial(&self, answer: &Callback) -> bool {
        self.came_here(answer)
            && ["oauth_token", "denied", "oauth_verifier"]
                .iter()
                .all(|name| answer.parameter(name).is_none())
            && problem_in(answer).is_some_and(|problem| problem::kind(&problem) == ProblemKind::Declined)
    }

    fn came_here(&self, answer: &Callback) -> bool {
        match &self.callback {
            CallbackUri::Address(uri) => uri.is_answered_by(answer.address()),
            CallbackUri::OutOfBand => false,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the answer's token is held against it")]
    fn is_token(&self, token: &str) -> bool {
        verify_slices_are_equal(token.as_bytes(), self.token.expose().as_bytes()).is_ok()
    }
}

impl PendingAuthorization {
    /// Takes the answer that came to the callback address, in this order: token, address, deadline, refusal, verifier.
    pub fn accept(self, answer: &Callback, now: UnixSeconds) -> Result<AuthorizedGrant, AcceptError> {
        if !self.awaited().is_ours(answer) {
            return Err(AcceptError::NotOurs);
        }
        if now > self.deadline {
            return Err(AcceptError::TooLate);
        }
        if let Some(problem) = problem_in(answer) {
            return Err(match problem::kind(&problem) {
                ProblemKind::Declined => AcceptError::Declined(Some(problem)),
                ProblemKind::Client | ProblemKind::Token | ProblemKind::Timestamp | ProblemKind::Other => {
                    AcceptError::Refused(problem)
                }
            });
        }
        let verifier = answer
            .parameter("oauth_verifier")
            .filter(|_| answer.parameter("denied").is_none())
            .ok_or(AcceptError::Declined(None))?;
        if verifier.chars().any(char::is_control) {
            return Err(AcceptError::UnfitVerifier);
        }
        let verifier = Secret::new(verifier.to_owned());
        Ok(self.authorized(verifier))
    }

    /// Takes the PIN that the person typed in. Some providers show one whatever address they were given.
    pub fn accept_pin(self, pin: Pin, now: UnixSeconds) -> Result<AuthorizedGrant, AcceptError> {
        if now > self.deadline {
            return Err(AcceptError::TooLate);
        }
        Ok(self.authorized(pin.into_verifier()))
    }
}

/// What the provider says instead of yes: Problem Reporting, or the words of OAuth 2.
fn problem_in(answer: &Callback) -> Option<OAuthError> {
    match answer.parameter("oauth_problem") {
        Some(code) => Some(OAuthError::new(
            code,
            answer.parameter("oauth_problem_advice"),
            None,
        )),
        None => answer.error(),
    }
}

#[cfg(test)]
mod tests;
