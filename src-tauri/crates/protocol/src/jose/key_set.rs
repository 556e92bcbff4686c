//! JWK sets (RFC 7517 §5): keys that cannot be used are passed over, the rest is kept.

use std::collections::BTreeSet;

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
    passed_over: Vec<PassedOver>,
}

/// A key that is not used, and why.
struct PassedOver {
    id: Option<String>,
    why: UnfitKey,
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
    /// The key of that name is in the set, and is not used.
    #[error("the key that the token names is not used: {0}")]
    PassedOver(UnfitKey),
    /// Keys, but none for this algorithm.
    #[error("no key fits the token's algorithm")]
    Unfit,
    /// The secret is shorter than the hash (RFC 7518 §3.2).
    #[error("the client secret is too short for the token's algorithm")]
    ShortSecret,
    /// `kid` is no text (RFC 7515 §4.1.4).
    #[error("the token's kid is no text")]
    MalformedId,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    /// The document is none.
    pub fn parse(document: &[u8]) -> Result<Self, KeySetError> {
        let (mut keys, mut passed_over) = (Vec::new(), Vec::new());
        for listed in listed(document)? {
            match key_of(&listed) {
                Ok(key) => keys.push(key),
                Err(why) => {
                    let id = listed.get("kid").and_then(Value::as_str).map(str::to_owned);
                    passed_over.push(PassedOver { id, why });
                }
            }
        }
        Ok(Self { keys, passed_over })
    }

    /// How many keys can be used, and why others are not: evidence for people (RFC 7517 §5, §9.2).
    pub fn summary(&self) -> String {
        let usable = format!("{} usable", self.keys.len());
        if self.passed_over.is_empty() {
            return usable;
        }
        let reasons: BTreeSet<String> = self.passed_over.iter().map(|key| key.why.to_string()).collect();
        let reasons: Vec<String> = reasons.into_iter().collect();
        format!(
            "{usable}, {} passed over ({})",
            self.passed_over.len(),
            reasons.join("; ")
        )
    }

    /// The keys that may have signed: by `kid`, kind, use and algorithm (RFC 7517 §4).
    pub(super) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Vec<&Key>, NoKey> {
        let named = |key: &&Key| kid.is_none() || key.id.as_deref() == kid;
        if let Some(kid) = kid
            && !self.keys.iter().any(|key| named(&key))
        {
            let unused = self.passed_over.iter().find(|key| key.id.as_deref() == Some(kid));
            return Err(unused.map_or(NoKey::UnknownId, |key| NoKey::PassedOver(key.why)));
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

/// The keys of a set as they are written, each with why it would not be used, for people to see.
///
/// # Errors
/// The document is no set.
pub fn judged(document: &[u8]) -> Result<Vec<(Value, Option<UnfitKey>)>, KeySetError> {
    let listed = listed(document)?.into_iter();
    Ok(listed
        .map(|key| {
            let fault = key_of(&key).err();
            (key, fault)
        })
        .collect())
}

fn listed(document: &[u8]) -> Result<Vec<Value>, KeySetError> {
    let mut members = json::object(document, bounds::JWKS)?;
    match members.remove("keys") {
        Some(Value::Array(listed)) if listed.len() > bounds::JWKS_KEYS => Err(KeySetError::TooMany),
        Some(Value::Array(listed)) => Ok(listed),
        _ => Err(KeySetError::NoKeys),
    }
}

fn key_of(listed: &Value) -> Result<Key, UnfitKey> {
    listed.as_object().ok_or(UnfitKey::Broken).and_then(Key::parse)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::fixtures::{Pair, document};

    fn set(keys: &[Value]) -> KeySet {
        KeySet::parse(document(keys).as_bytes()).unwrap()
    }

    fn passed_over(set: &KeySet) -> Vec<UnfitKey> {
        set.passed_over.iter().map(|key| key.why).collect()
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
            (with(good.clone(), "key_ops", json!("verify")), UnfitKey::Use),
            (with(good.clone(), "x", json!("AA==")), UnfitKey::Broken),
            (with(good.clone(), "kid", json!(7)), UnfitKey::Broken),
            (with(good.clone(), "alg", json!(["ES256"])), UnfitKey::Broken),
            (
                json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
                UnfitKey::Broken,
            ),
            (
                json!({"kty": "OKP", "crv": "X25519", "x": good["x"]}),
                UnfitKey::Kind,
            ),
            (
                json!({"crv": "P-256", "x": good["x"], "y": good["y"]}),
                UnfitKey::Broken,
            ),
            (json!({"kty": "EC"}), UnfitKey::Kind),
            (json!({"kty": "AKP", "alg": "ML-DSA-44"}), UnfitKey::Kind),
            (json!("text"), UnfitKey::Broken),
            (
                json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
                UnfitKey::Strength,
            ),
        ] {
            let set = set(&[bad.clone(), good.clone()]);
            assert_eq!(passed_over(&set), [why], "{bad}");
            assert_eq!(set.keys.len(), 1);
        }
    }

    #[test]
    fn jw_09_rsa_keys_have_bounds() {
        let key = Pair::rs256("k1").public();
        assert_eq!(set(std::slice::from_ref(&key)).keys.len(), 1);
        for exponent in ["AQ", "Ag", "AA", ""] {
            assert_eq!(
                set(&[with(key.clone(), "e", json!(exponent))]).keys.len(),
                0,
                "{exponent}"
            );
        }
        let long = "z".repeat(1_400);
        assert_eq!(
            passed_over(&set(&[with(key, "n", json!(long))])),
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
        assert_eq!(found(Some("K1"), Algorithm::Es256), Err(NoKey::UnknownId));
        assert_eq!(found(Some(""), Algorithm::Es256), Err(NoKey::UnknownId));
        assert_eq!(found(Some("k1"), Algorithm::Es384), Err(NoKey::Unfit));
        assert_eq!(found(None, Algorithm::Rs256), Ok(1));
        assert_eq!(found(None, Algorithm::Hs256), Err(NoKey::Unfit));
    }

    #[test]
    fn jw_06_without_a_kid_at_most_sixteen_keys_are_tried() {
        let many: Vec<Value> = (0..20)
            .map(|number| Pair::es256(&number.to_string()).public())
            .collect();
        let set = set(&many);
        assert_eq!(
            set.candidates(None, Algorithm::Es256).map(|keys| keys.len()),
            Ok(TRIED)
        );
        assert_eq!(
            set.candidates(Some("19"), Algorithm::Es256)
                .map(|keys| keys.len()),
            Ok(1)
        );
    }

    #[test]
    fn jw_08_the_evidence_says_which_keys_are_not_used() {
        let weak = json!({"kty": "RSA", "kid": "k2", "n": "AQAB", "e": "AQAB"});
        let set = set(&[
            Pair::es256("k1").public(),
            weak,
            json!({"kty": "oct", "k": "AAAA"}),
        ]);
        assert_eq!(
            set.summary(),
            "1 usable, 2 passed over (private parts are published; too weak or too large)"
        );
        let refused = set.candidates(Some("k2"), Algorithm::Rs256).err();
        assert_eq!(refused, Some(NoKey::PassedOver(UnfitKey::Strength)));
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
