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
    let message = token.message.as_bytes();
    match &candidates.0 {
        Held::Public(keys) => keys.iter().any(|key| {
            jsonwebtoken::crypto::verify(token.signature, message, key, algorithm.library()).unwrap_or(false)
        }),
        Held::Secret(key) => BASE64_URL_SAFE_NO_PAD
            .decode(token.signature)
            .is_ok_and(|tag| hmac::verify(key, message, &tag).is_ok()),
    }
}

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

    #[test]
    fn rfc_7515_appendix_a_2_and_a_3() {
        let rs256 = concat!(
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        );
        let rsa = json!({"kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"});
        let set = KeySet::parse(document(&[rsa]).as_bytes()).unwrap();
        assert_eq!(holds(rs256, Algorithm::Rs256, Keys::Set(&set)), Some(true));
        let es256 = concat!(
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        );
        let ec = json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
        let set = KeySet::parse(document(&[ec]).as_bytes()).unwrap();
        assert_eq!(holds(es256, Algorithm::Es256, Keys::Set(&set)), Some(true));
    }

    #[test]
    fn rfc_8037_appendix_a_4() {
        let token = concat!(
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.",
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let set = KeySet::parse(document(&[key]).as_bytes()).unwrap();
        assert_eq!(holds(token, Algorithm::EdDsa, Keys::Set(&set)), Some(true));
    }

    #[test]
    fn rfc_7520_section_4_2() {
        let token = concat!(
            "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.",
            "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.",
            "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw"
        );
        let key = json!({"kty": "RSA", "kid": "bilbo.baggins@hobbiton.example", "use": "sig", "e": "AQAB", "n": "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"});
        let set = KeySet::parse(document(&[key]).as_bytes()).unwrap();
        assert_eq!(holds(token, Algorithm::Ps384, Keys::Set(&set)), Some(true));
    }
}
