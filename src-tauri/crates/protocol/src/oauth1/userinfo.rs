//! Who the person is, asked for with the new credentials. RFC 5849 knows no such endpoint; providers of its age have an
//! API for it that answers JSON.

use http::header::ACCEPT;
use http::{HeaderValue, Method};
use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{Endpoint, bounds, json};
use serde_json::{Map, Value};

use super::signed_request::{Credentials, SignError, Signer};
use super::stamp::Stamp;
use crate::oidc::userinfo::{UserinfoError, not_readable};

/// A signed GET for JSON.
///
/// # Errors
/// The request cannot be signed.
pub fn request(
    signer: &Signer,
    url: &Endpoint,
    credentials: &Credentials,
    stamp: &Stamp,
) -> Result<Request, SignError> {
    let unsigned = Request {
        method: Method::GET,
        url: url.clone(),
        headers: vec![(ACCEPT, HeaderValue::from_static("application/json"))],
        body: None,
    };
    signer.sign(unsigned, Some(credentials), stamp)
}

/// Reads the answer: a JSON object.
#[expect(clippy::disallowed_methods, reason = "claims in the type of every body")]
pub fn parse(response: &Response) -> Result<Map<String, Value>, UserinfoError> {
    if response.status != 200 {
        return Err(UserinfoError::Status {
            status: response.status,
        });
    }
    json::object(response.body.expose(), bounds::JSON_DOCUMENT).map_err(|_| not_readable(response))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth1::fixtures::{authorization, client, stamp};
    use crate::oauth2::fixtures::{answer, endpoint, secret};

    #[test]
    fn it_is_asked_for_with_the_new_credentials() {
        let credentials = Credentials {
            token: secret("t-1"),
            secret: secret("s-1"),
        };
        let url = endpoint("https://api.example/me?x=1");
        let sent = request(&client().signer, &url, &credentials, &stamp()).unwrap();
        assert!(authorization(&sent).unwrap().contains("oauth_token=\"t-1\""));
        assert_eq!(sent.url.as_str(), "https://api.example/me?x=1");
    }

    #[test]
    fn only_a_json_object_says_who_it_is() {
        let read = |status, body| parse(&answer(status, "application/json", body));
        assert_eq!(
            read(200, r#"{"id":9007199254740993}"#).unwrap()["id"],
            9_007_199_254_740_993_i64
        );
        for (status, body) in [
            (401, "{}"),
            (302, "{}"),
            (200, "<xml/>"),
            (200, r#"{"a":1,"a":2}"#),
            (200, "[]"),
        ] {
            assert!(read(status, body).unwrap_err().is_absence(), "{status} {body}");
        }
    }
}
