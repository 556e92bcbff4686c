//! Giving a grant back (RFC 7009).

use std::time::Duration;

use keybelt_primitives::Secret;
use keybelt_primitives::wire::{Request, Response};
use oauth2::{AccessToken, RefreshToken, StandardRevocableToken};

pub use super::capture::RequestError;
use super::capture::{capture, library_client};
use super::client::{Client, Destination};
use super::error::OAuthError;
use super::retry_after::retry_after;
use super::token_response::{error_in, members_of};

/// Which token is given back (RFC 7009 §2.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hint {
    /// The access token.
    AccessToken,
    /// The refresh token, which takes the access tokens along (RFC 7009 §2.1).
    RefreshToken,
}

/// Why a token was not taken back.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RevocationError {
    /// The server does not revoke tokens of this kind (RFC 7009 §2.2.1).
    #[error("the server does not take back tokens of this kind")]
    UnsupportedTokenType,
    /// An OAuth error.
    #[error("the server refused: {error}")]
    Refused {
        /// The status code.
        status: u16,
        /// What it says.
        error: OAuthError,
    },
    /// Not now; the token is still good (RFC 7009 §2.2.1).
    #[error("the server cannot answer now (HTTP {status})")]
    Unavailable {
        /// The status code.
        status: u16,
        /// How long it asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// Another answer than any that is specified.
    #[error("the server answered with HTTP {status}")]
    UnexpectedStatus {
        /// The status code.
        status: u16,
    },
}

/// The revocation request (RFC 7009 §2.1); `None` where the client has no revocation endpoint.
///
/// # Errors
/// The profile leads elsewhere than where the grant was issued.
#[expect(
    clippy::disallowed_methods,
    reason = "the token goes back to the server that gave it"
)]
pub fn revocation_request(
    client: &Client,
    issued_by: &Destination,
    token: &Secret<String>,
    hint: Hint,
) -> Option<Result<Request, RequestError>> {
    let endpoint = client.revocation_endpoint.as_ref()?;
    let write = || {
        if !issued_by.still_leads_to(&client.destination()) {
            return Err(RequestError::DestinationChanged);
        }
        let library = library_client(client)?;
        let token = match hint {
            Hint::AccessToken => {
                StandardRevocableToken::AccessToken(AccessToken::new(token.expose().clone()))
            }
            Hint::RefreshToken => {
                StandardRevocableToken::RefreshToken(RefreshToken::new(token.expose().clone()))
            }
        };
        let request = library
            .revoke_token(token)
            .map_err(|_| RequestError::Unbuildable)?;
        capture(endpoint, |recorder| {
            let _ = request.request(recorder);
        })
    };
    Some(write())
}

/// Reads the answer: 200 means gone, for unknown tokens too (RFC 7009 §2.2), and so does an `invalid_token`, which some
/// servers send for a token that is gone already (specs RV-06).
///
/// # Errors
/// The token may still be good.
pub fn read_answer(response: &Response) -> Result<(), RevocationError> {
    match response.status {
        200 | 204 => return Ok(()),
        status @ (429 | 500..) => {
            let retry_after = retry_after(&response.headers, response.sent_at);
            return Err(RevocationError::Unavailable { status, retry_after });
        }
        _ => {}
    }
    let error = members_of(response).ok().and_then(|members| error_in(&members));
    match error {
        Some(error) if error.code == "unsupported_token_type" => Err(RevocationError::UnsupportedTokenType),
        Some(error) if error.code == "invalid_token" => Ok(()),
        Some(error) => Err(RevocationError::Refused {
            status: response.status,
            error,
        }),
        None => Err(RevocationError::UnexpectedStatus {
            status: response.status,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::{answer, answer_with, client, endpoint, field, secret};

    #[test]
    fn rv_01_token_hint_and_client() {
        let client = client();
        let request = revocation_request(&client, &client.destination(), &secret("rt"), Hint::RefreshToken);
        let request = request.unwrap().unwrap();
        assert_eq!(request.url.as_str(), "https://as.example/revoke");
        assert_eq!(field(&request, "token").as_deref(), Some("rt"));
        assert_eq!(
            field(&request, "token_type_hint").as_deref(),
            Some("refresh_token")
        );
        assert_eq!(field(&request, "client_id").as_deref(), Some("client-1"));
    }

    #[test]
    fn nowhere_to_revoke_or_elsewhere() {
        let mut client = client();
        let issued_by = client.destination();
        client.token_endpoint = endpoint("https://evil.example/token");
        let refused = revocation_request(&client, &issued_by, &secret("at"), Hint::AccessToken);
        assert_eq!(refused.unwrap().err(), Some(RequestError::DestinationChanged));
        client.revocation_endpoint = None;
        assert!(revocation_request(&client, &issued_by, &secret("at"), Hint::AccessToken).is_none());
    }

    #[test]
    fn rv_02_to_rv_04_what_the_answers_mean() {
        let read = |status, body| read_answer(&answer(status, "application/json", body));
        assert_eq!(read(200, ""), Ok(()));
        assert_eq!(read(400, r#"{"error":"invalid_token"}"#), Ok(()));
        assert_eq!(
            read(400, r#"{"error":"unsupported_token_type"}"#),
            Err(RevocationError::UnsupportedTokenType)
        );
        assert!(matches!(
            read(401, r#"{"error":"invalid_client"}"#),
            Err(RevocationError::Refused { status: 401, .. })
        ));
        assert_eq!(
            read(404, "<html>"),
            Err(RevocationError::UnexpectedStatus { status: 404 })
        );
        assert_eq!(
            read_answer(&answer_with(503, &[("retry-after", "9")], "")),
            Err(RevocationError::Unavailable {
                status: 503,
                retry_after: Some(Duration::from_secs(9))
            })
        );
    }
}
