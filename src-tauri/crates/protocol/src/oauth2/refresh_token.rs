//! Refreshing an access token (RFC 6749 §6).

use keybelt_primitives::Secret;
use keybelt_primitives::wire::Request;
use oauth2::RefreshToken;

pub use super::capture::RequestError;
use super::capture::{capture, extra_parameters, library_client};
use super::client::{Client, Destination};

/// The refresh request. The refresh token goes only where it was issued (RFC 6749 §10.4): `issued_by` is what was kept
/// with the grant. No scope is sent: the grant's own stays (RFC 6749 §6).
///
/// # Errors
/// The profile leads elsewhere by now, or one of its settings cannot be sent.
#[expect(
    clippy::disallowed_methods,
    reason = "the refresh token goes to the token endpoint that gave it"
)]
pub fn refresh_request(
    client: &Client,
    issued_by: &Destination,
    refresh_token: &Secret<String>,
) -> Result<Request, RequestError> {
    if !issued_by.still_leads_to(&client.destination()) {
        return Err(RequestError::DestinationChanged);
    }
    let extra = extra_parameters(&client.refresh_token_params, &client.resources)?;
    let library = library_client(client)?;
    let token = RefreshToken::new(refresh_token.expose().clone());
    let mut request = library.exchange_refresh_token(&token);
    for (name, value) in extra {
        request = request.add_extra_param(name, value);
    }
    capture(client.destination().refreshes_at(), |recorder| {
        // The recorder keeps the request and answers with an error, which says nothing more.
        let _ = request.request(recorder);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::client_authentication::ClientAuthentication;
    use crate::oauth2::fixtures::{client, endpoint, field, form, header, secret};

    #[test]
    fn af_33_the_request_has_no_scope_and_the_clients_own_authentication() {
        let mut client = client();
        client.authentication = ClientAuthentication::SecretBasic(secret("s+/: %"));
        client.refresh_token_params.insert("audience".into(), "x".into());
        let request = refresh_request(&client, &client.destination(), &secret("rt-1")).unwrap();
        assert_eq!(request.url, client.token_endpoint);
        assert_eq!(field(&request, "grant_type").as_deref(), Some("refresh_token"));
        assert_eq!(field(&request, "refresh_token").as_deref(), Some("rt-1"));
        assert_eq!(field(&request, "audience").as_deref(), Some("x"));
        assert_eq!(field(&request, "scope"), None);
        assert_eq!(field(&request, "client_secret"), None);
        let authorization = header(&request, "authorization").unwrap();
        assert!(authorization.is_sensitive());
        assert_eq!(header(&request, "accept").unwrap(), "application/json");
    }

    #[test]
    fn refresh_tokens_go_to_an_endpoint_of_their_own_where_there_is_one() {
        let mut client = client();
        client.refresh_endpoint = Some(endpoint("https://as.example/refresh"));
        let request = refresh_request(&client, &client.destination(), &secret("rt-1")).unwrap();
        assert_eq!(request.url.as_str(), "https://as.example/refresh");
        assert_eq!(field(&request, "refresh_token").as_deref(), Some("rt-1"));
    }

    #[test]
    fn a_public_client_names_itself() {
        let client = client();
        let request = refresh_request(&client, &client.destination(), &secret("rt-1")).unwrap();
        assert_eq!(field(&request, "client_id").as_deref(), Some("client-1"));
        assert!(header(&request, "authorization").is_none());
        let names: std::collections::BTreeSet<_> = form(&request).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), form(&request).len());
    }

    #[test]
    fn af_38_md_10_a_refresh_token_goes_nowhere_else() {
        let mut client = client();
        let issued_by = client.destination();
        client.token_endpoint = endpoint("https://evil.example/token");
        let refused = refresh_request(&client, &issued_by, &secret("rt-1")).err();
        assert_eq!(refused, Some(RequestError::DestinationChanged));
    }

    #[test]
    fn a_setting_cannot_name_what_the_protocol_sets() {
        let mut client = client();
        client
            .refresh_token_params
            .insert("refresh_token".into(), "x".into());
        let refused = refresh_request(&client, &client.destination(), &secret("rt-1")).err();
        assert!(matches!(refused, Some(RequestError::Reserved { .. })));
    }
}
