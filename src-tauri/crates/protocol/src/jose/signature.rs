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
pub struct Candidates(Vec<DecodingKey>);

impl Candidates {
    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Finds the keys for a token; the algorithm is one that the caller allows (RFC 8725 §3.1).
///
/// # Errors
/// None fits: of another kind, another name, or a secret shorter than the hash (RFC 7518 §3.2).
#[expect(clippy::disallowed_methods, reason = "the client secret is the key")]
pub fn candidates(token: &Signed<'_>, algorithm: Algorithm, keys: Keys<'_>) -> Result<Candidates, NoKey> {
    match keys {
        Keys::Set(set) => {
            let found = set.candidates(token.header_text("kid"), algorithm)?;
            Ok(Candidates(
                found.into_iter().map(|key| key.library.clone()).collect(),
            ))
        }
        Keys::Secret(secret) if algorithm.is_symmetric() && secret.len() >= algorithm.least_secret() => Ok(
            Candidates(vec![DecodingKey::from_secret(secret.expose().as_bytes())]),
        ),
        Keys::Secret(_) => Err(NoKey::Unfit),
    }
}

/// Whether one of the keys made the token's signature.
pub fn verifies(token: &Signed<'_>, algorithm: Algorithm, candidates: &Candidates) -> bool {
    candidates.0.iter().any(|key| {
        let message = token.message.as_bytes();
        jsonwebtoken::crypto::verify(token.signature, message, key, algorithm.library()).unwrap_or(false)
    })
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
}
