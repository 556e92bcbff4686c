use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use keybelt_primitives::Secret;

use super::algorithm::Algorithm;
use super::compact::Signed;
use super::key_set::{KeySet, NoKey};

/// What a signature is held against.
#[derive(Clone, Copy)]
pub enum Keys<'a> {
    /// The issuer's published keys.
    Set(&'a KeySet),
    /// A secret that both sides have (RFC 7518 §3.2).
    Secret(&'a Secret<String>),
}

/// The keys that may have made a signature.
pub struct Candidates(Held);

enum Held {
    Public(Vec<DecodingKey>),
    // Not the library's key: that one would keep an unwiped copy of the secret.
    Secret(Box<hmac::Key>),
}

impl Candidates {
    /// How many.
    pub fn count(&self) -> usize {
        match &self.0 {
            Held::Public(keys) => keys.len(),
            Held::Secret(_) => 1,
        }
    }
}

/// Finds the keys for a token by the algorithm that its header names. Whether the caller allows that algorithm is a
/// check of its own (RFC 8725 §3.1); a key of another kind never fits.
///
/// # Errors
/// None fits.
#[expect(clippy::disallowed_methods, reason = "the client secret is the key")]
pub fn candidates(token: &Signed<'_>, algorithm: Algorithm, keys: Keys<'_>) -> Result<Candidates, NoKey> {
    match keys {
        Keys::Set(set) => {
            let kid = match token.header.get("kid") {
                None => None,
                Some(kid) => Some(kid.as_str().ok_or(NoKey::MalformedId)?),
            };
            let found = set.candidates(kid, algorithm)?;
            let found = found.into_iter().map(|key| key.library.clone()).collect();
            Ok(Candidates(Held::Public(found)))
        }
        Keys::Secret(secret) => {
            let kind = algorithm.hmac().ok_or(NoKey::Unfit)?;
            if secret.len() < algorithm.least_secret() {
                return Err(NoKey::ShortSecret);
            }
            let key = hmac::Key::new(kind, secret.expose().as_bytes());
            Ok(Candidates(Held::Secret(Box::new(key))))
        }
    }
}

/// Whether one of the keys made the token's signature.
pub fn verifies(token: &Signed<'_>, algorithm: Algorithm, candidates: &Candidates) -> bool {
    match &candidates.0 {
        Held::Public(keys) => keys.iter().any(|key| {
            jsonwebtoken::crypto::verify(token.signature, token.message, key, algorithm.library())
                .unwrap_or(false)
        }),
        Held::Secret(key) => BASE64_URL_SAFE_NO_PAD
            .decode(token.signature)
            .is_ok_and(|tag| hmac::verify(key, token.message, &tag).is_ok()),
    }
}

#[cfg(test)]
mod rfc_examples;
#[cfg(test)]
mod wycheproof_sets;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::compact::Compact;
    use crate::jose::fixtures::{Pair, document, hmac};

    fn holds(token: &str, algorithm: Algorithm, keys: Keys<'_>) -> Option<bool> {
        let Ok(Compact::Signed(token)) = Compact::parse(token) else {
            return None;
        };
        Some(verifies(
            &token,
            algorithm,
            &candidates(&token, algorithm, keys).ok()?,
        ))
    }

    #[test]
    fn every_algorithm_takes_its_own_signature_and_no_other() {
        for pair in Pair::one_of_each() {
            let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
            let token = pair.sign(&json!({"a": 1}));
            let (keys, algorithm) = (Keys::Set(&set), pair.algorithm);
            assert_eq!(holds(&token, algorithm, keys), Some(true), "{algorithm:?}");
            let (message, signature) = token.rsplit_once('.').unwrap();
            let other = pair.sign(&json!({"a": 2}));
            let (_, foreign) = other.rsplit_once('.').unwrap();
            for forged in [
                foreign.to_owned(),
                String::new(),
                "A".repeat(signature.len()),
                format!("AAAA{signature}"),
            ] {
                let forged = format!("{message}.{forged}");
                assert_ne!(holds(&forged, algorithm, keys), Some(true), "{algorithm:?}");
            }
        }
    }

    #[test]
    fn jw_12_jb_02_a_key_verifies_by_the_named_algorithm_only() {
        let pair = Pair::of(Algorithm::Ps256, "k1");
        let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
        let keys = Keys::Set(&set);
        let token = pair.sign_with(&json!({"alg": "PS256"}), &json!({}));
        assert_eq!(holds(&token, Algorithm::Ps256, keys), Some(true));
        for other in [Algorithm::Rs256, Algorithm::Ps384, Algorithm::Ps512] {
            assert_eq!(holds(&token, other, keys), Some(false), "{other:?}");
        }
        assert_eq!(holds(&token, Algorithm::Es256, keys), None);
    }

    #[test]
    fn jw_06_one_of_several_keys_that_fit_is_enough() {
        let pairs = [Pair::es256("a"), Pair::es256("b"), Pair::es256("c")];
        let published: Vec<_> = pairs.iter().map(Pair::public).collect();
        let set = KeySet::parse(document(&published).as_bytes()).unwrap();
        let token = |pair: &Pair, header| pair.sign_with(&header, &json!({}));
        let unnamed = token(&pairs[2], json!({"alg": "ES256"}));
        assert_eq!(holds(&unnamed, Algorithm::Es256, Keys::Set(&set)), Some(true));
        let misnamed = token(&pairs[2], json!({"alg": "ES256", "kid": "a"}));
        assert_eq!(holds(&misnamed, Algorithm::Es256, Keys::Set(&set)), Some(false));
        let unreadable = token(&pairs[2], json!({"alg": "ES256", "kid": 3}));
        assert_eq!(holds(&unreadable, Algorithm::Es256, Keys::Set(&set)), None);
    }

    #[test]
    fn jw_10_ecdsa_signatures_of_another_form_do_not_hold() {
        let pair = Pair::es256("k1");
        let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
        let token = pair.sign(&json!({}));
        let (message, signature) = token.rsplit_once('.').unwrap();
        let raw = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let (r, s) = raw.split_at(32);
        let zero = [0; 32];
        let der = [&[0x30, 68, 2, 32], r, &[2, 32], s].concat();
        let order = [
            &[0xff; 4][..],
            &[0; 4],
            &[0xff; 8],
            &[
                0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25,
                0x51,
            ],
        ]
        .concat();
        for (what, forged) in [
            ("DER", der),
            ("r is 0", [&zero[..], s].concat()),
            ("s is 0", [r, &zero[..]].concat()),
            ("both are 0", [zero, zero].concat()),
            ("r is n", [&order[..], s].concat()),
            ("s is n", [r, &order[..]].concat()),
            ("one byte less", raw[..63].to_vec()),
            ("one byte more", [&raw[..], &[0]].concat()),
            ("swapped", [s, r].concat()),
        ] {
            let forged = format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(forged));
            assert_eq!(
                holds(&forged, Algorithm::Es256, Keys::Set(&set)),
                Some(false),
                "{what}"
            );
        }
        assert_eq!(holds(&token, Algorithm::Es256, Keys::Set(&set)), Some(true));
    }

    #[test]
    fn jb_02_a_public_key_is_no_hmac_secret() {
        let pair = Pair::rs256("k1");
        let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
        let public = pair.public()["n"].as_str().unwrap().to_owned();
        let token = hmac(
            Algorithm::Hs256,
            public.as_bytes(),
            &json!({"kid": "k1"}),
            &json!({}),
        );
        assert_eq!(holds(&token, Algorithm::Hs256, Keys::Set(&set)), None);
    }

    #[test]
    fn jw_11_id_08_hmac_with_a_secret_as_long_as_the_hash() {
        let secret = Secret::new("s".repeat(32));
        let token = |algorithm| hmac(algorithm, "s".repeat(32).as_bytes(), &json!({}), &json!({}));
        let keys = Keys::Secret(&secret);
        assert_eq!(
            holds(&token(Algorithm::Hs256), Algorithm::Hs256, keys),
            Some(true)
        );
        assert_eq!(holds(&token(Algorithm::Hs384), Algorithm::Hs384, keys), None);
        assert_eq!(holds(&token(Algorithm::Hs256), Algorithm::Rs256, keys), None);
    }
}
