//! Temporary credentials (RFC 5849 §2.1): what a link begins with.

use keybelt_primitives::wire::{Request, Response};

use super::answer::{Answer, AnswerError};
use super::callback_uri::CallbackUri;
use super::client::Client;
use super::request::post;
use super::signed_request::{Credentials, SignError};
use super::stamp::Stamp;

/// Asks for temporary credentials, signed with the client's credentials alone.
///
/// # Errors
/// The request cannot be signed.
pub fn request(client: &Client, callback: &CallbackUri, stamp: &Stamp) -> Result<Request, SignError> {
    let unsigned = post(
        &client.temporary_credential_endpoint,
        &client.request_token_params,
    );
    client
        .signer
        .sign_with(unsigned, None, stamp, &[("oauth_callback", callback.as_str())])
}

/// Reads the answer. Without `oauth_callback_confirmed=true` it is refused: it is what separates OAuth 1.0a from the
/// 1.0 in which a link could be slipped to somebody else.
pub fn parse(response: &Response) -> Result<Credentials, AnswerError> {
    let mut answer = Answer::read(response)?;
    let credentials = answer.credentials()?;
    // Authlib writes Python's `True`.
    match answer.text("oauth_callback_confirmed") {
        Some(word) if word.eq_ignore_ascii_case("true") => Ok(credentials),
        _ => Err(AnswerError::Unconfirmed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth1::fixtures::{authorization, client, stamp};
    use crate::oauth1::placement::Placement;
    use crate::oauth2::fixtures::{answer, field, opened};
    use crate::oauth2::redirect_uri::RedirectUri;

    #[test]
    fn o1_01_a_signed_post_with_the_callback_and_without_a_token() {
        let callback =
            CallbackUri::Address(RedirectUri::parse("http://127.0.0.1:8400/callback/old").unwrap());
        let sent = request(&client(), &callback, &stamp()).unwrap();
        assert_eq!(sent.method, "POST");
        assert_eq!(sent.url.as_str(), "https://old.example/initiate?v=1");
        let header = authorization(&sent).unwrap();
        assert!(header.contains("oauth_callback=\"http%3A%2F%2F127.0.0.1%3A8400%2Fcallback%2Fold\""));
        assert!(!header.contains("oauth_token=") && !header.contains("oauth_verifier"));
        let sent = request(&client(), &CallbackUri::OutOfBand, &stamp()).unwrap();
        assert!(authorization(&sent).unwrap().contains("oauth_callback=\"oob\""));
    }

    #[test]
    fn further_parameters_of_the_profile_are_form_fields_in_every_placement() {
        for placement in [Placement::Header, Placement::Body, Placement::Query] {
            let mut client = client();
            client.signer.placement = placement;
            client
                .request_token_params
                .insert("scope".to_owned(), "read write".to_owned());
            let sent = request(&client, &CallbackUri::OutOfBand, &stamp()).unwrap();
            assert_eq!(field(&sent, "scope").as_deref(), Some("read write"));
        }
    }

    #[test]
    fn o1_02_the_callback_must_be_confirmed() {
        let read = |word: &str| {
            parse(&answer(
                200,
                "application/x-www-form-urlencoded",
                &format!("oauth_token=t&oauth_token_secret=s{word}"),
            ))
        };
        for word in ["true", "True"] {
            let read = read(&format!("&oauth_callback_confirmed={word}")).ok().unwrap();
            assert_eq!(opened(&read.token), "t");
        }
        for word in [
            "",
            "&oauth_callback_confirmed=",
            "&oauth_callback_confirmed=false",
        ] {
            assert_eq!(read(word).err(), Some(AnswerError::Unconfirmed), "{word}");
        }
    }
}
