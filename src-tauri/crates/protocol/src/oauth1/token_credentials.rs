//! Token credentials (RFC 5849 §2.3): what a link ends with.

use std::collections::BTreeMap;

use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{Secret, UnixSeconds};
use serde_json::{Map, Value};

use super::answer::{Answer, AnswerError};
use super::client::Client;
use super::request::post;
use super::signed_request::{Credentials, SignError};
use super::stamp::Stamp;
use crate::oauth2::lifetime::end_of_form;

/// Members of an answer that may tell who the person is, in the words of those who give any: Twitter and its kin,
/// Flickr, Fitbit of old.
const WHO: &[&str] = &[
    "email",
    "encoded_user_id",
    "fullname",
    "id",
    "name",
    "screen_name",
    "user_id",
    "user_name",
    "user_nsid",
    "username",
];
/// The longest of them that is kept, in characters.
const LONGEST: usize = 500;

/// Token credentials with what came beside them.
pub struct TokenCredentials {
    /// The credentials themselves.
    pub credentials: Credentials,
    /// `oauth_session_handle` (OAuth Session extension), by which they can be renewed.
    pub session_handle: Option<Secret<String>>,
    /// When they stop working, where the answer says so (`oauth_expires_in`, Session extension).
    pub expires_at: Option<UnixSeconds>,
    /// When the session ends (`oauth_authorization_expires_in`, Session extension).
    pub grant_expires_at: Option<UnixSeconds>,
    /// What the answer says of the person, nothing secret among it.
    pub told: Map<String, Value>,
}

/// Exchanges the temporary credentials, signed with both secrets and with the verifier (§2.3). The callback is not sent
/// again.
///
/// # Errors
/// The request cannot be signed.
#[expect(
    clippy::disallowed_methods,
    reason = "the verifier is sent in the signed request"
)]
pub fn request(
    client: &Client,
    temporary: &Credentials,
    verifier: &Secret<String>,
    stamp: &Stamp,
) -> Result<Request, SignError> {
    let unsigned = post(&client.token_endpoint, &client.access_token_params);
    let further = [("oauth_verifier", verifier.expose().as_str())];
    client
        .signer
        .sign_with(unsigned, Some(temporary), stamp, &further)
}

/// Reads the answer. `told_by`: the profile's own `userinfo_map`, whose members are kept too.
pub fn parse(
    response: &Response,
    told_by: &BTreeMap<String, String>,
) -> Result<TokenCredentials, AnswerError> {
    let mut answer = Answer::read(response)?;
    let credentials = answer.credentials()?;
    let session_handle = answer
        .secret("oauth_session_handle")?
        .filter(|handle| !handle.is_empty());
    let after = |name: &str| end_of_form(answer.text(name)?, response.sent_at);
    let mapped = told_by
        .values()
        .map(String::as_str)
        .filter(|name| !name.starts_with("oauth_"));
    let told = WHO
        .iter()
        .copied()
        .chain(mapped)
        .filter_map(|name| {
            let value = answer.text(name)?;
            let is_kept = !value.is_empty() && value.chars().count() <= LONGEST;
            is_kept.then(|| (name.to_owned(), Value::from(value)))
        })
        .collect();
    Ok(TokenCredentials {
        credentials,
        session_handle,
        expires_at: after("oauth_expires_in"),
        grant_expires_at: after("oauth_authorization_expires_in"),
        told,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth1::fixtures::{authorization, client, stamp};
    use crate::oauth2::fixtures::{SENT_AT, answer, field, opened, secret};

    fn temporary() -> Credentials {
        Credentials {
            token: secret("temporary"),
            secret: secret("temporary-secret"),
        }
    }

    #[test]
    fn o1_05_signed_with_the_temporary_credentials_and_the_verifier() {
        let mut client = client();
        client
            .access_token_params
            .insert("kind".to_owned(), "desktop".to_owned());
        let sent = request(&client, &temporary(), &secret("v 1"), &stamp()).unwrap();
        let header = authorization(&sent).unwrap();
        assert!(header.contains("oauth_token=\"temporary\""));
        assert!(header.contains("oauth_verifier=\"v%201\""));
        assert!(!header.contains("oauth_callback"));
        assert_eq!(sent.url.as_str(), "https://old.example/token");
        assert_eq!(field(&sent, "kind").as_deref(), Some("desktop"));
    }

    #[test]
    fn o1_36_there_is_no_expiry_unless_the_answer_says_one() {
        let read = |more: &str| {
            let body = format!("oauth_token=t&oauth_token_secret=s{more}");
            parse(&answer(200, "text/plain", &body), &BTreeMap::new())
                .ok()
                .unwrap()
        };
        let plain = read("");
        assert_eq!((plain.expires_at, plain.grant_expires_at), (None, None));
        assert!(plain.session_handle.is_none());
        let session =
            read("&oauth_expires_in=3600&oauth_session_handle=h&oauth_authorization_expires_in=7200");
        assert_eq!(session.expires_at, Some(SENT_AT.plus(3600)));
        assert_eq!(session.grant_expires_at, Some(SENT_AT.plus(7200)));
        assert_eq!(session.session_handle.as_ref().map(opened), Some("h"));
        assert_eq!(read("&oauth_expires_in=0").expires_at, None);
        for nothing in ["soon", "", "-5", "1e30", "9223372036854775807", "315619200"] {
            let told = read(&format!(
                "&oauth_expires_in={nothing}&oauth_authorization_expires_in={nothing}"
            ));
            assert_eq!(
                (told.expires_at, told.grant_expires_at),
                (None, None),
                "{nothing}"
            );
        }
    }

    #[test]
    fn what_the_answer_says_of_the_person_is_kept_and_nothing_else() {
        let body =
            "oauth_token=t&oauth_token_secret=s&user_id=12&screen_name=ada&edam_shard=x&refresh_token=r";
        let map = BTreeMap::from([
            ("sub".to_owned(), "edam_shard".to_owned()),
            ("name".to_owned(), "oauth_token_secret".to_owned()),
        ]);
        let told = parse(&answer(200, "text/plain", body), &map).ok().unwrap().told;
        let names: Vec<&str> = told.keys().map(String::as_str).collect();
        assert_eq!(names, ["screen_name", "user_id", "edam_shard"]);
        assert_eq!(told["screen_name"], "ada");
    }
}
