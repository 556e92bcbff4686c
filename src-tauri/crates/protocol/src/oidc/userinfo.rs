//! What the userinfo endpoint says (OpenID Connect Core 1.0 §5.3), plain or signed.

use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::wire::Response;
use keybelt_primitives::{bounds, json};
use serde_json::{Map, Value};

use crate::jose::algorithm::Algorithm;
use crate::jose::compact::{Compact, Signed, extensions_are_understood};
use crate::jose::{Keys, candidates, verifies};

/// Why an answer is not taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UserinfoError {
    /// It cannot be had: the link stands without it (specs UI-05).
    #[error("HTTP {status}")]
    Status {
        /// The status code.
        status: u16,
    },
    /// Neither a JSON object nor a JWT: it cannot be had either.
    #[error("the answer is neither JSON nor a JWT but `{media_type}`")]
    NotReadable {
        /// What it is, made visible.
        media_type: String,
    },
    /// It is about somebody else, or does not say about whom (OpenID Connect Core 1.0 §5.3.2).
    #[error("it is about {} instead of {expected}", found.as_deref().unwrap_or("nobody"))]
    Subject {
        /// The subject of the ID token.
        expected: String,
        /// The one that it names, made visible.
        found: Option<String>,
    },
    /// A signed answer that does not hold (OpenID Connect Core 1.0 §5.3.4).
    #[error("its signature is refused: {detail}")]
    Signature {
        /// What is wrong with it.
        detail: String,
        /// A set of keys that is read anew may change it.
        key_may_be_newer: bool,
    },
}

impl UserinfoError {
    /// Whether a link stands all the same.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Status { .. } | Self::NotReadable { .. })
    }
}

/// What a signed answer is held against.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The issuer.
    pub issuer: Option<&'a str>,
    /// The client.
    pub client_id: &'a str,
    /// Algorithms that are allowed.
    pub algorithms: &'a [Algorithm],
    /// The issuer's keys, or the client secret.
    pub keys: Option<Keys<'a>>,
}

/// Whether an answer is a signed one, so that keys are needed.
pub fn is_signed(response: &Response) -> bool {
    response.media_type() == "application/jwt"
}

/// Reads an answer. `subject`: of the verified ID token, which this must be about; `None` at a plain OAuth 2 link.
///
/// # Errors
/// See [`UserinfoError`].
#[expect(clippy::disallowed_methods, reason = "claims in the type of every body")]
pub fn read(
    response: &Response,
    subject: Option<&str>,
    signer: &Signer<'_>,
) -> Result<Map<String, Value>, UserinfoError> {
    if response.status != 200 {
        return Err(UserinfoError::Status {
            status: response.status,
        });
    }
    let body = response.body.expose();
    let members = if is_signed(response) {
        verified(body, signer)?
    } else {
        json::object(body, bounds::JSON_DOCUMENT).map_err(|_| not_readable(response))?
    };
    match subject {
        Some(expected) => about(members, expected),
        None => Ok(members),
    }
}

/// An answer that says nothing about anybody.
pub(crate) fn not_readable(response: &Response) -> UserinfoError {
    UserinfoError::NotReadable {
        media_type: clipped(&visible(&response.media_type()), 64),
    }
}

fn about(members: Map<String, Value>, expected: &str) -> Result<Map<String, Value>, UserinfoError> {
    let found = members.get("sub").and_then(Value::as_str);
    if found == Some(expected) {
        return Ok(members);
    }
    let shown = |text: &str| clipped(&visible(text), 200);
    Err(UserinfoError::Subject {
        expected: shown(expected),
        found: found.map(shown),
    })
}

fn refused(detail: impl Into<String>) -> UserinfoError {
    UserinfoError::Signature {
        detail: detail.into(),
        key_may_be_newer: false,
    }
}

fn verified(body: &[u8], signer: &Signer<'_>) -> Result<Map<String, Value>, UserinfoError> {
    let text = std::str::from_utf8(body).map_err(|_| refused("it is no text"))?;
    let token = match Compact::parse(text.trim()) {
        Ok(Compact::Signed(token)) => token,
        Ok(Compact::Encrypted { .. }) => return Err(refused("it is encrypted")),
        Err(error) => return Err(refused(error.to_string())),
    };
    verify(&token, signer)?;
    let members = json::object(&token.payload, bounds::JWT).map_err(|error| refused(error.to_string()))?;
    if let (Some(found), Some(issuer)) = (members.get("iss"), signer.issuer)
        && found != issuer
    {
        return Err(refused("iss is another issuer"));
    }
    let is_for_us = match members.get("aud") {
        None => true,
        Some(Value::String(audience)) => audience == signer.client_id,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience == signer.client_id),
        Some(_) => false,
    };
    if is_for_us {
        Ok(members)
    } else {
        Err(refused("aud is another client"))
    }
}

fn verify(token: &Signed<'_>, signer: &Signer<'_>) -> Result<(), UserinfoError> {
    extensions_are_understood(&token.header).map_err(|error| refused(error.to_string()))?;
    let algorithm = token
        .header_text("alg")
        .and_then(Algorithm::parse)
        .filter(|algorithm| signer.algorithms.contains(algorithm))
        .ok_or_else(|| refused("its algorithm is not allowed"))?;
    let keys = signer
        .keys
        .ok_or_else(|| refused("there are no keys to verify it with"))?;
    let unsigned = |detail: String| UserinfoError::Signature {
        detail,
        key_may_be_newer: matches!(keys, Keys::Set(_)),
    };
    let found = candidates(token, algorithm, keys).map_err(|error| unsigned(error.to_string()))?;
    if verifies(token, algorithm, &found) {
        Ok(())
    } else {
        Err(unsigned("it does not hold".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use keybelt_primitives::Secret;
    use serde_json::json;

    use super::*;
    use crate::jose::fixtures::{Pair, document, hmac};
    use crate::jose::key_set::KeySet;
    use crate::oauth2::fixtures::answer;

    fn signer(keys: Option<Keys<'_>>) -> Signer<'_> {
        Signer {
            issuer: Some("https://as.example"),
            client_id: "client-1",
            algorithms: &[Algorithm::Es256],
            keys,
        }
    }

    fn plain(body: &str) -> Result<Map<String, Value>, UserinfoError> {
        read(&answer(200, "application/json", body), Some("s-1"), &signer(None))
    }

    #[test]
    fn ui_02_it_is_about_the_subject_of_the_id_token() {
        assert_eq!(
            plain(r#"{"sub":"s-1","email":"a@b.example"}"#).unwrap()["email"],
            "a@b.example"
        );
        for other in [r#"{"sub":"s-2"}"#, r#"{"email":"a@b.example"}"#, r#"{"sub":1}"#] {
            assert!(
                matches!(plain(other), Err(UserinfoError::Subject { .. })),
                "{other}"
            );
        }
    }

    #[test]
    fn ui_05_what_cannot_be_had_leaves_the_link_alone() {
        for status in [401, 403, 404, 500, 503] {
            let error = read(
                &answer(status, "application/json", "{}"),
                Some("s-1"),
                &signer(None),
            )
            .unwrap_err();
            assert_eq!(error, UserinfoError::Status { status });
            assert!(error.is_absence());
        }
        assert!(plain("<html>").unwrap_err().is_absence());
        assert!(plain(r#"{"sub":"s-1","sub":"s-2"}"#).unwrap_err().is_absence());
        assert!(!plain(r#"{"sub":"s-2"}"#).unwrap_err().is_absence());
    }

    #[test]
    fn ui_03_ui_04_a_signed_answer_is_verified() {
        let pair = Pair::es256("k1");
        let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
        let signer = signer(Some(Keys::Set(&set)));
        let read = |token: &str| read(&answer(200, "application/jwt", token), Some("s-1"), &signer);
        let right = json!({"sub": "s-1", "iss": "https://as.example", "aud": ["client-1"]});
        assert_eq!(read(&pair.sign(&right)).unwrap()["sub"], "s-1");
        assert!(read(&pair.sign(&json!({"sub": "s-1"}))).is_ok());
        for wrong in [
            json!({"sub": "s-1", "iss": "https://evil.example"}),
            json!({"sub": "s-1", "aud": "other"}),
            json!({"sub": "s-1", "aud": 1}),
        ] {
            assert!(
                matches!(read(&pair.sign(&wrong)), Err(UserinfoError::Signature { .. })),
                "{wrong}"
            );
        }
        for token in [
            Pair::es256("k1").sign(&right),
            Pair::es256("k2").sign(&right),
            Pair::rs256("k1").sign(&right),
            "e30.e30.".to_owned(),
            pair.sign_with(&json!({"alg": "none"}), &right),
            pair.sign_with(&json!({"alg": "ES256", "crit": ["x"]}), &right),
        ] {
            assert!(
                matches!(read(&token), Err(UserinfoError::Signature { .. })),
                "{token}"
            );
        }
    }

    #[test]
    fn ui_03_a_secret_signs_where_it_is_registered_so() {
        let secret = Secret::new("s".repeat(32));
        let signer = Signer {
            algorithms: &[Algorithm::Hs256],
            ..signer(Some(Keys::Secret(&secret)))
        };
        let read = |key: &str| {
            let token = hmac(
                Algorithm::Hs256,
                key.as_bytes(),
                &json!({}),
                &json!({"sub": "s-1"}),
            );
            read(&answer(200, "application/jwt", &token), Some("s-1"), &signer)
        };
        assert!(read(&"s".repeat(32)).is_ok());
        let refused = read(&"t".repeat(32)).unwrap_err();
        assert_eq!(
            refused,
            UserinfoError::Signature {
                detail: "it does not hold".to_owned(),
                key_may_be_newer: false
            }
        );
    }

    #[test]
    fn ui_04_a_jwt_that_is_not_announced_or_is_encrypted_is_not_believed() {
        let pair = Pair::es256("k1");
        let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
        let signer = signer(Some(Keys::Set(&set)));
        let token = pair.sign(&json!({"sub": "s-1"}));
        let unannounced = read(&answer(200, "application/json", &token), Some("s-1"), &signer);
        assert!(unannounced.unwrap_err().is_absence());
        let encrypted = answer(200, "application/jwt", &format!("{token}.AAAA.AAAA"));
        let refused = read(&encrypted, Some("s-1"), &signer).unwrap_err();
        assert!(matches!(refused, UserinfoError::Signature { .. }));
        let twice = pair.sign_text(&json!({"alg": "ES256"}), r#"{"sub":"s-2","sub":"s-1"}"#);
        let refused = read(&answer(200, "application/jwt", &twice), Some("s-1"), &signer).unwrap_err();
        assert!(matches!(refused, UserinfoError::Signature { .. }));
    }
}
