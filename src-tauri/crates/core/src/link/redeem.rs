//! The code, once accepted, for tokens (RFC 6749 §4.1.3).

use keybelt_primitives::Secret;
use keybelt_protocol::oauth2::authorization_code::{AcceptError, Asked, PendingAuthorization, RequestError};
use keybelt_protocol::oauth2::token_response::TokenSet;

use super::awaited::Answer;
use super::{LinkError, Refusal};
use crate::Keybelt;
use crate::registry::Resolved;
use crate::token_endpoint::{self, AskTrouble, Granted};

/// Tokens that were issued, and what they are held against.
pub(super) struct Redeemed {
    pub(super) tokens: TokenSet,
    pub(super) asked: Asked,
    pub(super) code: Secret<String>,
    /// A method of client authentication to be remembered (specs AF-14).
    pub(super) remember: Option<&'static str>,
}

/// Accepts the answer and asks the token endpoint. A code is sent to no second place and not again (specs AF-20).
pub(super) async fn redeem(
    keybelt: &Keybelt,
    resolved: &mut Resolved,
    sealed: &Secret<Vec<u8>>,
    answer: Answer,
) -> Result<Redeemed, LinkError> {
    let pending = PendingAuthorization::from_bytes(sealed)
        .map_err(|error| LinkError::InvalidAnswer(error.to_string()))?;
    let callback = match answer {
        Answer::Callback(callback) => callback,
        Answer::Malformed { error, .. } => return Err(LinkError::InvalidAnswer(error.to_string())),
        Answer::Pin(_) => return Err(LinkError::StateMismatch),
    };
    let grant = pending.accept(&callback, keybelt.now()).map_err(of_accept)?;
    let scopes = grant.asked.scopes.clone();
    let Granted { tokens, remember } =
        token_endpoint::ask(keybelt, resolved, &scopes, |client| grant.token_request(client))
            .await
            .map_err(of_ask)?;
    Ok(Redeemed {
        tokens,
        code: grant.code().duplicate(),
        asked: grant.asked.clone(),
        remember,
    })
}

fn of_accept(error: AcceptError) -> LinkError {
    match error {
        AcceptError::StateMismatch | AcceptError::RedirectUriMismatch => LinkError::StateMismatch,
        AcceptError::TooLate => LinkError::TimedOut,
        AcceptError::IssuerMismatch { expected, received } => LinkError::IssuerMismatch {
            expected,
            found: Some(received),
        },
        AcceptError::IssuerMissing { expected } => LinkError::IssuerMismatch {
            expected,
            found: None,
        },
        AcceptError::Refused(error) => LinkError::Authorization {
            refusal: Refusal::of(&error.code),
            code: error.code,
            description: error.description,
        },
        error @ (AcceptError::CodeAndError | AcceptError::CodeMissing) => {
            LinkError::InvalidAnswer(error.to_string())
        }
    }
}

fn of_ask(trouble: AskTrouble) -> LinkError {
    match trouble {
        AskTrouble::Request(
            error @ (RequestError::DestinationChanged
            | RequestError::Reserved { .. }
            | RequestError::Unbuildable),
        ) => LinkError::Request(error.to_string()),
        AskTrouble::Exchange(trouble) => LinkError::Answer(trouble.into()),
        AskTrouble::Answer(error) | AskTrouble::Unusable { error, .. } => {
            LinkError::Answer(token_endpoint::of_token_response(error))
        }
    }
}
