use keybelt_primitives::Secret;
use serde::Serialize;

use super::{GrantError, Written, in_single_quotes, wrapped};

/// Token credentials of OAuth 1 (RFC 5849 §2.3): requests are signed with both halves. It has no `Debug`.
pub struct TokenPair {
    token: Secret<String>,
    secret: Secret<String>,
}

impl TokenPair {
    /// Both halves.
    ///
    /// # Errors
    /// One holds control characters, or the token nothing.
    #[expect(clippy::disallowed_methods, reason = "the characters of both are looked at")]
    pub fn new(token: Secret<String>, secret: Secret<String>) -> Result<Self, GrantError> {
        let fits = |half: &Secret<String>| !half.expose().chars().any(char::is_control);
        if token.is_empty() || !fits(&token) || !fits(&secret) {
            return Err(GrantError);
        }
        Ok(Self { token, secret })
    }

    /// `oauth_token` and `oauth_token_secret`.
    pub fn into_halves(self) -> (Secret<String>, Secret<String>) {
        (self.token, self.secret)
    }
}

#[derive(Serialize)]
struct Document<'a> {
    oauth_token: &'a str,
    oauth_token_secret: &'a str,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the form in which the token is handed over"
)]
pub(super) fn json(pair: &TokenPair) -> Secret<String> {
    let document = Document {
        oauth_token: pair.token.expose(),
        oauth_token_secret: pair.secret.expose(),
    };
    // Room enough that no unwiped copy is left behind by a buffer that grows.
    let mut bytes = Vec::with_capacity(64 + 2 * (pair.token.len() + pair.secret.len()));
    // Two texts cannot fail to be written.
    let _ = serde_json::to_writer(&mut bytes, &document);
    Secret::new(String::from_utf8(bytes).unwrap_or_default())
}

pub(super) fn json_line(pair: &TokenPair) -> Secret<String> {
    wrapped("", &json(pair), "\n", Written::As)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the form in which the token is handed over"
)]
pub(super) fn env(pair: &TokenPair) -> Secret<String> {
    let token = wrapped("KEYBELT_OAUTH_TOKEN='", &pair.token, "'\n", in_single_quotes);
    let secret = wrapped(
        "KEYBELT_OAUTH_TOKEN_SECRET='",
        &pair.secret,
        "'\n",
        in_single_quotes,
    );
    let mut text = String::with_capacity(token.len() + secret.len());
    text.push_str(token.expose());
    text.push_str(secret.expose());
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handover::{FORMATS, Grant, format};

    fn pair(token: &str, secret: &str) -> Result<TokenPair, GrantError> {
        TokenPair::new(Secret::new(token.to_owned()), Secret::new(secret.to_owned()))
    }

    #[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
    fn written(name: &str, token: &str, secret: &str) -> Option<String> {
        let grant = Grant::Oauth1(pair(token, secret).unwrap());
        let text = format(name).unwrap().written(&grant)?;
        Some(text.expose().clone())
    }

    #[test]
    fn both_halves_stand_in_the_formats_that_have_a_place_for_them() {
        assert_eq!(
            written("json", "t-1", "s-1").unwrap(),
            "{\"oauth_token\":\"t-1\",\"oauth_token_secret\":\"s-1\"}\n"
        );
        assert_eq!(
            written("env", "t'1", "s").unwrap(),
            "KEYBELT_OAUTH_TOKEN='t'\\''1'\nKEYBELT_OAUTH_TOKEN_SECRET='s'\n"
        );
    }

    #[test]
    fn a_header_has_no_place_for_two() {
        for format in FORMATS {
            let text = written(format.name, "t-1", "s-1");
            assert_eq!(text.is_some(), format.takes_pairs(), "{}", format.name);
        }
        assert!(written("header", "t-1", "s-1").is_none() && written("curl", "t-1", "s-1").is_none());
    }

    #[test]
    fn h_12_control_characters_are_not_written() {
        for (token, secret) in [("", "s"), ("a\nb", "s"), ("t", "a\0")] {
            assert!(pair(token, secret).is_err());
        }
        assert!(pair("é", "").is_ok());
    }
}
