//! Renewing token credentials by their session handle (OAuth Session 1.0, draft 1, §3): a token request, signed with the
//! credentials that it replaces.

use keybelt_primitives::Secret;
use keybelt_primitives::wire::Request;

use super::client::Client;
use super::pending_authorization::TokenRequestError;
use super::request::post;
use super::signed_request::Credentials;
use super::stamp::Stamp;
use crate::oauth2::client::Destination;

/// The request; its answer is read as that of a link is ([`token_credentials::parse`](super::token_credentials::parse)).
/// The credentials go only where they were issued: `issued_by` is what was kept with them. They may have expired.
///
/// # Errors
/// The profile leads elsewhere by now, or the request cannot be signed.
#[expect(
    clippy::disallowed_methods,
    reason = "the session handle goes, in the signed request, to the endpoint that gave it"
)]
pub fn request(
    client: &Client,
    issued_by: &Destination,
    credentials: &Credentials,
    handle: &Secret<String>,
    stamp: &Stamp,
) -> Result<Request, TokenRequestError> {
    if !issued_by.still_leads_to(&client.destination()) {
        return Err(TokenRequestError::DestinationChanged);
    }
    let unsigned = post(&client.token_endpoint, &client.access_token_params);
    let further = [("oauth_session_handle", handle.expose().as_str())];
    Ok(client
        .signer
        .sign_with(unsigned, Some(credentials), stamp, &further)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth1::fixtures::{authorization, client, stamp};
    use crate::oauth2::fixtures::{endpoint, field, secret};

    fn credentials() -> Credentials {
        Credentials {
            token: secret("old token"),
            secret: secret("old-secret"),
        }
    }

    #[test]
    fn o1_37_signed_with_the_credentials_that_it_replaces_and_with_the_handle() {
        let mut client = client();
        client
            .access_token_params
            .insert("kind".to_owned(), "desktop".to_owned());
        let issued_by = client.destination();
        let sent = request(&client, &issued_by, &credentials(), &secret("h/1"), &stamp()).unwrap();
        assert_eq!(sent.method, "POST");
        assert_eq!(sent.url, client.token_endpoint);
        let header = authorization(&sent).unwrap();
        assert!(header.contains("oauth_token=\"old%20token\""));
        assert!(header.contains("oauth_session_handle=\"h%2F1\""));
        assert!(!header.contains("oauth_verifier") && !header.contains("oauth_callback"));
        assert_eq!(field(&sent, "kind").as_deref(), Some("desktop"));
    }

    #[test]
    fn o1_37_the_handle_goes_nowhere_but_where_it_was_issued() {
        let issued_by = client().destination();
        let refused = |client: &Client| {
            request(client, &issued_by, &credentials(), &secret("h"), &stamp())
                .err()
                .unwrap()
        };
        let mut moved = client();
        moved.token_endpoint = endpoint("https://evil.example/token");
        assert_eq!(refused(&moved), TokenRequestError::DestinationChanged);
        let mut other = client();
        other.signer.consumer_key = "other".to_owned();
        assert_eq!(refused(&other), TokenRequestError::DestinationChanged);
    }
}
