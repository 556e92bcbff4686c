//! Bearer tokens on the way to a resource (RFC 6750 §2.1), and what the resource says when it refuses (§3).

use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Secret};
use zeroize::Zeroizing;

use super::challenge;
use super::error::OAuthError;

/// The token holds something that no header may carry (specs H-12).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the access token holds characters that a header cannot carry")]
pub struct UnsendableToken;

/// A GET that bears the access token, for JSON or, where it is signed, a JWT (OpenID Connect Core 1.0 §5.3.1).
///
/// # Errors
/// A header cannot carry the token.
#[expect(
    clippy::disallowed_methods,
    reason = "the token goes into the header it is made for"
)]
pub fn get(url: &Endpoint, access_token: &Secret<String>) -> Result<Request, UnsendableToken> {
    let token = access_token.expose();
    if token.is_empty() || !token.bytes().all(|byte| matches!(byte, 0x20..=0x7E)) {
        return Err(UnsendableToken);
    }
    let text = Zeroizing::new(format!("Bearer {token}"));
    let mut value = HeaderValue::from_str(&text).map_err(|_| UnsendableToken)?;
    value.set_sensitive(true);
    Ok(Request {
        method: Method::GET,
        url: url.clone(),
        headers: vec![
            (
                ACCEPT,
                HeaderValue::from_static("application/json, application/jwt;q=0.9"),
            ),
            (AUTHORIZATION, value),
        ],
        body: None,
    })
}

/// Why a resource refused a bearer token (RFC 6750 §3.1): the first `Bearer` challenge that names an error.
pub fn refusal(headers: &HeaderMap) -> Option<OAuthError> {
    challenge::parse(headers)
        .into_iter()
        .filter(|challenge| challenge.scheme.eq_ignore_ascii_case("bearer"))
        .find_map(|challenge| {
            let code = challenge.parameter("error")?;
            Some(OAuthError::new(
                code,
                challenge.parameter("error_description"),
                challenge.parameter("error_uri"),
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::{endpoint, header, header_map, secret};

    #[test]
    fn bt_01_the_token_goes_into_the_header_and_is_not_shown() {
        let request = get(&endpoint("https://rs.example/me?x=1"), &secret("a.b-c~1+/=")).unwrap();
        let value = header(&request, "authorization").unwrap();
        assert_eq!(value, "Bearer a.b-c~1+/=");
        assert!(value.is_sensitive());
        assert!(request.url.as_str().ends_with("?x=1"));
    }

    #[test]
    fn h_12_control_characters_never_reach_a_header() {
        for token in ["", "a\r\nX: y", "a\0", "é", "\u{7f}"] {
            assert_eq!(
                get(&endpoint("https://rs.example/"), &secret(token)).err(),
                Some(UnsendableToken)
            );
        }
    }

    #[test]
    fn bt_04_the_error_is_found_among_challenges() {
        let headers = header_map(&[
            ("www-authenticate", r#"Basic realm="a, b", charset=UTF-8"#),
            (
                "www-authenticate",
                r#"Bearer realm="x\"y", error="insufficient_scope", error_description="more", scope="a b""#,
            ),
        ]);
        let error = refusal(&headers).unwrap();
        assert_eq!(
            (error.code.as_str(), error.description.as_deref()),
            ("insufficient_scope", Some("more"))
        );
        assert_eq!(refusal(&header_map(&[("www-authenticate", "Bearer")])), None);
        assert_eq!(
            refusal(&header_map(&[(
                "www-authenticate",
                r#"DPoP error="invalid_token""#
            )])),
            None
        );
    }
}
