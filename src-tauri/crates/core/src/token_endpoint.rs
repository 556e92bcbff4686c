//! One request at the token endpoint, and a second with other client authentication where that is right (specs AF-14).

use std::collections::BTreeSet;

use keybelt_net::Conduct;
use keybelt_primitives::Secret;
use keybelt_primitives::wire::Request;
use keybelt_protocol::oauth2::authorization_code::RequestError;
use keybelt_protocol::oauth2::client::Client;
use keybelt_protocol::oauth2::error::{ErrorKind, OAuthError};
use keybelt_protocol::oauth2::token_response::{self, TokenResponseError, TokenSet};

use crate::Keybelt;
use crate::registry::Resolved;
use crate::said_back::Sent;
use crate::trouble::{AnswerTrouble, ExchangeTrouble};

/// What the token endpoint gave.
pub(crate) struct Granted {
    pub(crate) tokens: TokenSet,
    /// The method of client authentication that worked after another was refused: to be remembered.
    pub(crate) remember: Option<&'static str>,
}

/// Why the token endpoint gave nothing.
pub(crate) enum AskTrouble {
    /// The request could not be made.
    Request(RequestError),
    /// No answer.
    Exchange(ExchangeTrouble),
    /// Another answer than tokens.
    Answer(TokenResponseError),
    /// An answer that says it was good and cannot be used: what it spent is spent.
    Unusable {
        error: TokenResponseError,
        /// The refresh token in it, if one shows.
        rotated: Option<Secret<String>>,
    },
}

/// Sends the request that `build` makes for the client and reads the answer.
pub(crate) async fn ask(
    keybelt: &Keybelt,
    resolved: &mut Resolved,
    asked: &BTreeSet<String>,
    build: impl Fn(&Client) -> Result<Request, RequestError>,
) -> Result<Granted, AskTrouble> {
    let refusal = match once(keybelt, &resolved.client, asked, &build).await {
        Ok(tokens) => {
            return Ok(Granted {
                tokens,
                remember: None,
            });
        }
        Err(AskTrouble::Answer(refusal)) => refusal,
        Err(trouble) => return Err(trouble),
    };
    let listed = resolved.listed_methods.as_deref();
    let Some(other) = resolved
        .client
        .authentication
        .after_refusal(&refusal, resolved.method_chosen, listed)
    else {
        return Err(AskTrouble::Answer(refusal));
    };
    resolved.client.authentication = other;
    let tokens = once(keybelt, &resolved.client, asked, &build).await?;
    Ok(Granted {
        tokens,
        remember: Some(resolved.client.authentication.name()),
    })
}

async fn once(
    keybelt: &Keybelt,
    client: &Client,
    asked: &BTreeSet<String>,
    build: &impl Fn(&Client) -> Result<Request, RequestError>,
) -> Result<TokenSet, AskTrouble> {
    let request = build(client).map_err(AskTrouble::Request)?;
    let sent = Sent::of(&request);
    let response = keybelt
        .exchange(request, Conduct::Credentials)
        .await
        .map_err(AskTrouble::Exchange)?;
    keybelt.keep_asked_to_wait(&response.url, &response).await;
    match token_response::parse(&response, asked) {
        Ok(tokens) => Ok(tokens),
        Err(error) if response.status == 200 && !matches!(error, TokenResponseError::Refused { .. }) => {
            let rotated = token_response::refresh_token_in(&response);
            Err(AskTrouble::Unusable { error, rotated })
        }
        // In its own words, but for what it says back.
        Err(error) => {
            let withheld = token_response::parse(&sent.withheld_from(response), asked);
            Err(AskTrouble::Answer(withheld.err().unwrap_or(error)))
        }
    }
}

/// What another answer than tokens comes to (RFC 6749 §5.2, specs AF-29 to AF-31).
pub(crate) fn of_token_response(error: TokenResponseError) -> AnswerTrouble {
    match error {
        TokenResponseError::Refused { status, error } => of_oauth_error(status, error),
        TokenResponseError::Unavailable { status, retry_after } => AnswerTrouble::Unavailable {
            status,
            wait: retry_after,
        },
        TokenResponseError::RateLimited { retry_after } => AnswerTrouble::RateLimited { wait: retry_after },
        error @ (TokenResponseError::Unrecognised { .. }
        | TokenResponseError::Redirected { .. }
        | TokenResponseError::NoErrorCode { .. }
        | TokenResponseError::UnexpectedStatus { .. }
        | TokenResponseError::NotReadable { .. }
        | TokenResponseError::TooLarge
        | TokenResponseError::Missing { .. }
        | TokenResponseError::Malformed { .. }
        | TokenResponseError::TokenTypeUnknown { .. }) => AnswerTrouble::Invalid {
            detail: error.to_string(),
        },
    }
}

/// What an OAuth error comes to, from whichever endpoint.
pub(crate) fn of_oauth_error(status: u16, error: OAuthError) -> AnswerTrouble {
    match error.kind() {
        ErrorKind::ClientRefused => AnswerTrouble::ClientRefused {
            code: error.code,
            description: error.description,
        },
        ErrorKind::Unavailable => AnswerTrouble::Unavailable { status, wait: None },
        ErrorKind::InvalidGrant | ErrorKind::Declined | ErrorKind::Other => AnswerTrouble::Refused {
            code: error.code,
            description: error.description,
        },
    }
}
