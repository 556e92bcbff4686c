//! JWK sets (RFC 7517 §5): keys that cannot be used are passed over, the rest is kept.

use keybelt_primitives::json::JsonError;
use keybelt_primitives::{bounds, json};
use serde_json::Value;

use super::algorithm::Algorithm;
use super::key::Key;
pub use super::key::UnfitKey;

/// Keys tried for a token that names none (specs JW-06).
const TRIED: usize = 16;

/// The keys of one issuer.
pub struct KeySet {
    keys: Vec<Key>,
    passed_over: Vec<UnfitKey>,
}

/// Why a document is no JWK set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeySetError {
    /// Not a JSON object within the bound.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// No list of keys.
    #[error("the document has no list of keys")]
    NoKeys,
    /// More keys than any honest issuer has.
    #[error("the document has more than {} keys", bounds::JWKS_KEYS)]
    TooMany,
}

/// Why a token finds no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoKey {
    /// No key of that name: perhaps the set is older than the token (OpenID Connect Core 1.0 §10.1.1).
    #[error("no key has the token's kid")]
    UnknownId,
    /// Keys, but none for this algorithm.
    #[error("no key fits the token's algorithm")]
    Unfit,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    /// The document is none.
    pub fn parse(document: &[u8]) -> Result<Self, KeySetError> {
        let members = json::object(document, bounds::JWKS)?;
        let Some(Value::Array(listed)) = members.get("keys") else {
            return Err(KeySetError::NoKeys);
        };
        if listed.len() > bounds::JWKS_KEYS {
            return Err(KeySetError::TooMany);
        }
        let (mut keys, mut passed_over) = (Vec::new(), Vec::new());
        for listed in listed {
            match listed.as_object().ok_or(UnfitKey::Broken).and_then(Key::parse) {
                Ok(key) => keys.push(key),
                Err(unfit) => passed_over.push(unfit),
            }
        }
        Ok(Self { keys, passed_over })
    }

    /// How many keys can be used.
    pub fn usable(&self) -> usize {
        self.keys.len()
    }

    /// Why others cannot.
    pub fn passed_over(&self) -> &[UnfitKey] {
        &self.passed_over
    }

    /// The keys that may have signed: by `kid`, kind, use and algorithm (RFC 7517 §4).
    pub(super) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Vec<&Key>, NoKey> {
        let named = |key: &&Key| kid.is_none() || key.id.as_deref() == kid;
        if kid.is_some() && !self.keys.iter().any(|key| named(&key)) {
            return Err(NoKey::UnknownId);
        }
        let fitting: Vec<&Key> = self
            .keys
            .iter()
            .filter(named)
            .filter(|key| key.fits(algorithm))
            .take(TRIED)
            .collect();
        if fitting.is_empty() {
            Err(NoKey::Unfit)
        } else {
            Ok(fitting)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::fixtures::{Pair, document};

    fn set(keys: &[Value]) -> KeySet {
        KeySet::parse(document(keys).as_bytes()).unwrap()
    }

    fn with(mut key: Value, member: &str, value: Value) -> Value {
        key[member] = value;
        key
    }

    #[test]
    fn jw_07_jw_08_unfit_keys_are_passed_over() {
        let good = Pair::es256("k1").public();
        for (bad, why) in [
            (json!({"kty": "oct", "k": "AAAA"}), UnfitKey::Private),
            (with(good.clone(), "d", json!("AA")), UnfitKey::Private),
            (with(good.clone(), "use", json!("enc")), UnfitKey::Use),
            (with(good.clone(), "key_ops", json!(["sign"])), UnfitKey::Use),
            (with(good.clone(), "crv", json!("secp256k1")), UnfitKey::Kind),
            (with(good.clone(), "crv", json!("P-384")), UnfitKey::Broken),
            (with(good.clone(), "x", json!("AA")), UnfitKey::Broken),
            (with(good.clone(), "y", good["x"].clone()), UnfitKey::Broken),
            (json!({"kty": "EC"}), UnfitKey::Kind),
            (json!({"kty": "AKP", "alg": "ML-DSA-44"}), UnfitKey::Kind),
            (json!("text"), UnfitKey::Broken),
            (
                json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
                UnfitKey::Strength,
            ),
        ] {
            let set = set(&[bad.clone(), good.clone()]);
            assert_eq!(set.passed_over(), [why], "{bad}");
            assert_eq!(set.usable(), 1);
        }
    }

    #[test]
    fn jw_09_rsa_keys_have_bounds() {
        let key = Pair::rs256("k1").public();
        assert_eq!(set(std::slice::from_ref(&key)).usable(), 1);
        for exponent in ["AQ", "Ag", "AA", ""] {
            assert_eq!(
                set(&[with(key.clone(), "e", json!(exponent))]).usable(),
                0,
                "{exponent}"
            );
        }
        let long = "z".repeat(1_400);
        assert_eq!(
            set(&[with(key, "n", json!(long))]).passed_over(),
            [UnfitKey::Strength]
        );
    }

    #[test]
    fn jw_05_jb_02_a_key_is_chosen_by_kid_and_kind_and_algorithm() {
        let set = set(&[
            Pair::es256("k1").public(),
            Pair::rs256("k2").public(),
            with(Pair::rs256("k3").public(), "alg", json!("PS256")),
        ]);
        let found = |kid, algorithm| set.candidates(kid, algorithm).map(|keys| keys.len());
        assert_eq!(found(Some("k1"), Algorithm::Es256), Ok(1));
        assert_eq!(found(Some("k1"), Algorithm::Rs256), Err(NoKey::Unfit));
        assert_eq!(found(Some("k3"), Algorithm::Rs256), Err(NoKey::Unfit));
        assert_eq!(found(Some("k3"), Algorithm::Ps256), Ok(1));
        assert_eq!(found(Some("k9"), Algorithm::Es256), Err(NoKey::UnknownId));
        assert_eq!(found(None, Algorithm::Rs256), Ok(1));
        assert_eq!(found(None, Algorithm::Hs256), Err(NoKey::Unfit));
    }

    #[test]
    fn a_document_that_is_no_set() {
        let parse = |text: &str| KeySet::parse(text.as_bytes()).err();
        assert_eq!(parse("{}"), Some(KeySetError::NoKeys));
        assert!(matches!(parse("[]"), Some(KeySetError::Json(_))));
        assert!(matches!(
            parse(r#"{"keys":[],"keys":[]}"#),
            Some(KeySetError::Json(_))
        ));
        let many = vec![json!({}); bounds::JWKS_KEYS + 1];
        assert_eq!(parse(&document(&many)), Some(KeySetError::TooMany));
    }
}
