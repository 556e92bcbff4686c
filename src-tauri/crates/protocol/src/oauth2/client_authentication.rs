//! How a client proves itself at the token endpoint (RFC 6749 §2.3).

use keybelt_primitives::Secret;
use keybelt_primitives::text::{clipped, visible};

use super::error::ErrorKind;
use super::token_response::TokenResponseError;

const NONE: &str = "none";
const BASIC: &str = "client_secret_basic";
const POST: &str = "client_secret_post";

/// Exactly one way of authentication (RFC 6749 §2.3).
pub enum ClientAuthentication {
    /// A public client: `client_id` in the body, no secret (RFC 6749 §3.2.1).
    None,
    /// `client_secret_basic`: id and secret form-urlencoded, then Basic (RFC 6749 §2.3.1).
    SecretBasic(Secret<String>),
    /// `client_secret_post`: both in the body (RFC 6749 §2.3.1).
    SecretPost(Secret<String>),
}

/// Why no way of authentication can be taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChooseAuthenticationError {
    /// A method that Keybelt does not know.
    #[error("`{method}` is not a way of client authentication that Keybelt knows")]
    Unsupported {
        /// As configured, made visible.
        method: String,
    },
    /// A method that needs a secret, and there is none.
    #[error("`{method}` needs a client secret")]
    SecretMissing {
        /// The method.
        method: &'static str,
    },
    /// The server lists methods, none of which works with a client secret here.
    #[error("the server takes none of the ways of client authentication that Keybelt knows (it lists {})", listed.join(", "))]
    NoneFits {
        /// What the server lists, made visible.
        listed: Vec<String>,
    },
}

impl ClientAuthentication {
    /// Chooses the way.
    ///
    /// - `configured`: what the profile or the catalogue says; it wins.
    /// - `listed`: `token_endpoint_auth_methods_supported`; absent means `client_secret_basic` (RFC 8414 §2).
    /// - `remembered`: the name of the way that worked last time at this endpoint (specs AF-14).
    ///
    /// Without a secret it is a public client. An empty secret is none.
    pub fn choose(
        secret: Option<Secret<String>>,
        configured: Option<&str>,
        listed: Option<&[String]>,
        remembered: Option<&str>,
    ) -> Result<Self, ChooseAuthenticationError> {
        let secret = secret.filter(|secret| !secret.is_empty());
        if let Some(method) = configured {
            return Self::named(method, secret);
        }
        let Some(secret) = secret else {
            return Ok(Self::None);
        };
        match (remembered, listed) {
            (Some(BASIC), _) | (None, None) => Ok(Self::SecretBasic(secret)),
            (Some(POST), _) => Ok(Self::SecretPost(secret)),
            (_, Some(listed)) => Self::first_listed(secret, listed),
            (Some(_), None) => Ok(Self::SecretBasic(secret)),
        }
    }

    fn named(method: &str, secret: Option<Secret<String>>) -> Result<Self, ChooseAuthenticationError> {
        let missing = |method| ChooseAuthenticationError::SecretMissing { method };
        match method {
            NONE => Ok(Self::None),
            BASIC => secret.map(Self::SecretBasic).ok_or(missing(BASIC)),
            POST => secret.map(Self::SecretPost).ok_or(missing(POST)),
            other => Err(ChooseAuthenticationError::Unsupported { method: shown(other) }),
        }
    }

    fn first_listed(secret: Secret<String>, listed: &[String]) -> Result<Self, ChooseAuthenticationError> {
        if contains(listed, BASIC) {
            Ok(Self::SecretBasic(secret))
        } else if contains(listed, POST) {
            Ok(Self::SecretPost(secret))
        } else {
            let listed = listed.iter().take(16).map(|method| shown(method)).collect();
            Err(ChooseAuthenticationError::NoneFits { listed })
        }
    }

    /// The registered name (RFC 7591 §2).
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => NONE,
            Self::SecretBasic(_) => BASIC,
            Self::SecretPost(_) => POST,
        }
    }

    /// What to try once more, at the same endpoint, after `refusal`: `client_secret_post` after a 401 with
    /// `invalid_client` for Basic, if the profile does not name a way (`configured`) and metadata lists it or is
    /// silent (specs AF-14). The caller remembers its [`name`](Self::name) if it works.
    pub fn after_refusal(
        &self,
        refusal: &TokenResponseError,
        configured: bool,
        listed: Option<&[String]>,
    ) -> Option<Self> {
        let Self::SecretBasic(secret) = self else {
            return None;
        };
        let TokenResponseError::Refused { status: 401, error } = refusal else {
            return None;
        };
        let listed = listed.is_none_or(|listed| contains(listed, POST));
        let fits = error.kind() == ErrorKind::ClientRefused && error.code == "invalid_client";
        (fits && listed && !configured).then(|| Self::SecretPost(secret.duplicate()))
    }

    /// A second, separately wiped copy.
    pub fn duplicate(&self) -> Self {
        match self {
            Self::None => Self::None,
            Self::SecretBasic(secret) => Self::SecretBasic(secret.duplicate()),
            Self::SecretPost(secret) => Self::SecretPost(secret.duplicate()),
        }
    }
}

fn contains(listed: &[String], method: &str) -> bool {
    listed.iter().any(|name| name == method)
}

fn shown(method: &str) -> String {
    clipped(&visible(method), 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::{answer, secret};
    use crate::oauth2::token_response;

    fn chosen(
        has_secret: bool,
        configured: Option<&str>,
        listed: Option<&[&str]>,
        remembered: Option<&str>,
    ) -> Result<&'static str, ChooseAuthenticationError> {
        let listed: Option<Vec<String>> =
            listed.map(|names| names.iter().map(|&name| name.to_owned()).collect());
        ClientAuthentication::choose(
            has_secret.then(|| secret("s3cret")),
            configured,
            listed.as_deref(),
            remembered,
        )
        .map(|way| way.name())
    }

    #[test]
    fn af_13_basic_when_metadata_is_silent_and_the_profile_overrides() {
        assert_eq!(chosen(true, None, None, None), Ok(BASIC));
        assert_eq!(chosen(true, Some(POST), None, None), Ok(POST));
        assert_eq!(chosen(true, Some(NONE), Some(&[BASIC]), None), Ok(NONE));
        assert_eq!(chosen(false, None, Some(&[BASIC]), None), Ok(NONE));
        assert_eq!(
            chosen(true, None, Some(&["private_key_jwt", POST]), None),
            Ok(POST)
        );
        assert_eq!(chosen(true, None, Some(&[POST, BASIC]), None), Ok(BASIC));
    }

    #[test]
    fn af_13_an_empty_secret_is_none() {
        let way = ClientAuthentication::choose(Some(secret("")), None, None, None).unwrap();
        assert_eq!(way.name(), NONE);
    }

    #[test]
    fn af_13_what_cannot_be_done_is_said() {
        assert_eq!(
            chosen(false, Some(BASIC), None, None),
            Err(ChooseAuthenticationError::SecretMissing { method: BASIC })
        );
        assert_eq!(
            chosen(true, Some("tls_client_auth"), None, None),
            Err(ChooseAuthenticationError::Unsupported {
                method: "tls_client_auth".into()
            })
        );
        assert_eq!(
            chosen(true, None, Some(&["private_key_jwt"]), None),
            Err(ChooseAuthenticationError::NoneFits {
                listed: vec!["private_key_jwt".into()]
            })
        );
    }

    #[test]
    fn af_14_post_once_after_a_401_that_refused_basic() {
        let refused = |status, code: &str| {
            let body = format!(r#"{{"error":"{code}"}}"#);
            token_response::parse(&answer(status, "application/json", &body), &[].into())
                .err()
                .unwrap()
        };
        let basic = ClientAuthentication::SecretBasic(secret("s3cret"));
        let post_listed = [BASIC.to_owned(), POST.to_owned()];
        let again = |refusal: &TokenResponseError, listed: Option<&[String]>| {
            basic.after_refusal(refusal, false, listed).map(|way| way.name())
        };
        assert_eq!(again(&refused(401, "invalid_client"), None), Some(POST));
        assert_eq!(
            again(&refused(401, "invalid_client"), Some(&post_listed)),
            Some(POST)
        );
        assert_eq!(
            again(&refused(401, "invalid_client"), Some(&post_listed[..1])),
            None
        );
        assert_eq!(again(&refused(400, "invalid_client"), None), None);
        assert_eq!(again(&refused(401, "invalid_grant"), None), None);
        assert!(
            basic
                .after_refusal(&refused(401, "invalid_client"), true, None)
                .is_none()
        );
        let post = ClientAuthentication::SecretPost(secret("s3cret"));
        assert!(
            post.after_refusal(&refused(401, "invalid_client"), false, None)
                .is_none()
        );
    }

    #[test]
    fn af_14_what_worked_is_taken_next_time() {
        assert_eq!(chosen(true, None, Some(&[BASIC, POST]), Some(POST)), Ok(POST));
        assert_eq!(chosen(true, Some(BASIC), None, Some(POST)), Ok(BASIC));
        assert_eq!(chosen(true, None, None, Some("nonsense")), Ok(BASIC));
    }
}
