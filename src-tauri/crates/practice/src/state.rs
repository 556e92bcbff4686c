use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use keybelt_primitives::{Entropy, Secret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::encoding::{base64url, from_base64url};
use crate::records::Records;
use crate::signing::SigningKey;

/// The shape in which state is kept now.
const VERSION: u32 = 2;
/// Before there were notes and OAuth 1.
const FIRST_VERSION: u32 = 1;
/// Bytes of the confidential client's secret.
const SECRET_BYTES: usize = 32;

/// What of the practice provider outlives a restart: its key, its confidential client's secret, its records.
///
/// Tokens are in it as digests only; the key and the secret are in it as they are, so it is kept sealed.
pub struct State {
    pub(crate) keys: Keys,
    pub(crate) records: Records,
}

/// What is made once and stays.
pub(crate) struct Keys {
    pub(crate) signing: SigningKey,
    pub(crate) client_secret: Secret<String>,
}

/// Why there is no state to begin with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StateError {
    /// The source of randomness gave nothing.
    #[error("no randomness")]
    Entropy,
    /// What was kept is damaged, or a newer Keybelt wrote it.
    #[error("what was kept of the practice provider cannot be read")]
    Unreadable,
    /// No signing key could be made, or the one that was kept is none.
    #[error("the practice provider has no signing key")]
    Key,
}

#[derive(Serialize)]
struct Writing<'a> {
    version: u32,
    signing_key: &'a str,
    client_secret: &'a str,
    #[serde(flatten)]
    records: &'a Records,
}

#[derive(Deserialize)]
struct Reading {
    version: u32,
    signing_key: String,
    client_secret: String,
    #[serde(flatten)]
    records: Records,
}

impl State {
    /// A provider that nobody has used yet.
    ///
    /// # Errors
    /// [`StateError::Entropy`], [`StateError::Key`].
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, StateError> {
        let signing = SigningKey::generate().map_err(|_| StateError::Key)?;
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        entropy
            .fill(secret.as_mut_slice())
            .map_err(|_| StateError::Entropy)?;
        let client_secret = Secret::new(base64url(secret.as_slice()));
        Ok(Self {
            keys: Keys {
                signing,
                client_secret,
            },
            records: Records::default(),
        })
    }

    /// The state as it was kept.
    ///
    /// # Errors
    /// [`StateError::Unreadable`], [`StateError::Key`].
    #[expect(clippy::disallowed_methods, reason = "what was kept is read")]
    pub fn from_bytes(bytes: &Secret<Vec<u8>>) -> Result<Self, StateError> {
        let read: Reading = serde_json::from_slice(bytes.expose()).map_err(|_| StateError::Unreadable)?;
        let (encoded, client_secret) = (Zeroizing::new(read.signing_key), Secret::new(read.client_secret));
        if !(FIRST_VERSION..=VERSION).contains(&read.version) || client_secret.is_empty() {
            return Err(StateError::Unreadable);
        }
        let pkcs8 = from_base64url(&encoded).ok_or(StateError::Unreadable)?;
        let signing = SigningKey::from_pkcs8(Secret::new(pkcs8)).map_err(|_| StateError::Key)?;
        Ok(Self {
            keys: Keys {
                signing,
                client_secret,
            },
            records: read.records,
        })
    }

    /// The state to be kept, sealed.
    ///
    /// # Errors
    /// [`StateError::Unreadable`], which does not happen to a state that was generated or read.
    pub fn to_bytes(&self) -> Result<Secret<Vec<u8>>, StateError> {
        self.keys.with(&self.records)
    }
}

impl Keys {
    /// The secret of an OAuth 1 token: made of the token and the provider's key, so that it need not be kept.
    #[expect(clippy::disallowed_methods, reason = "the provider's key makes the secret")]
    pub(crate) fn token_secret(&self, token: &str) -> Secret<String> {
        let key = Key::new(HMAC_SHA256, self.signing.pkcs8().expose());
        let own = hmac::sign(&key, b"the secrets of OAuth 1 tokens");
        let secret = hmac::sign(&Key::new(HMAC_SHA256, own.as_ref()), token.as_bytes());
        Secret::new(base64url(secret.as_ref()))
    }

    /// The bytes of a state that has these records.
    #[expect(clippy::disallowed_methods, reason = "the state is written to be sealed")]
    pub(crate) fn with(&self, records: &Records) -> Result<Secret<Vec<u8>>, StateError> {
        let signing_key = Zeroizing::new(base64url(self.signing.pkcs8().expose()));
        let client_secret = self.client_secret.expose();
        let writing = Writing {
            version: VERSION,
            signing_key: &signing_key,
            client_secret,
            records,
        };
        serde_json::to_vec(&writing)
            .map(Secret::new)
            .map_err(|_| StateError::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use keybelt_primitives::EntropyError;

    use super::*;

    struct Sevens;

    impl Entropy for Sevens {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            buffer.fill(7);
            Ok(())
        }
    }

    struct Dry;

    impl Entropy for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }

    #[test]
    fn a_state_comes_back_as_it_was() {
        let state = State::generate(&Sevens).ok().unwrap();
        let again = State::from_bytes(&state.to_bytes().ok().unwrap()).ok().unwrap();
        assert_eq!(again.keys.signing.jwk(), state.keys.signing.jwk());
        assert!(again.keys.client_secret.matches(&state.keys.client_secret));
        assert_eq!(again.records, state.records);
        assert!(
            again
                .keys
                .token_secret("t")
                .matches(&state.keys.token_secret("t"))
        );
        assert!(
            !again
                .keys
                .token_secret("t")
                .matches(&again.keys.token_secret("u"))
        );
    }

    #[test]
    fn what_is_damaged_or_newer_is_refused() {
        let read = |text: &str| State::from_bytes(&Secret::new(text.as_bytes().to_vec())).err();
        assert_eq!(read(""), Some(StateError::Unreadable));
        let with = |version: u32, key: &str| {
            read(&format!(
                r#"{{"version":{version},"signing_key":"{key}","client_secret":"s","grants":{{}}}}"#
            ))
        };
        assert_eq!(with(3, "AAAA"), Some(StateError::Unreadable));
        assert_eq!(with(2, "AAAA"), Some(StateError::Key));
        assert_eq!(with(1, "!"), Some(StateError::Unreadable));
        assert_eq!(with(1, "AAAA"), Some(StateError::Key));
        assert_eq!(State::generate(&Dry).err(), Some(StateError::Entropy));
    }
}
