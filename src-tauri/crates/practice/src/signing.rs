use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use keybelt_primitives::Secret;
use serde_json::{Map, Value, json};

use crate::encoding::{base64url, hashed};

/// The key that signs ID tokens: ES256 (RFC 7518 §3.4).
pub(crate) struct SigningKey {
    pair: EcdsaKeyPair,
    pkcs8: Secret<Vec<u8>>,
    x: String,
    y: String,
    kid: String,
}

/// The key could not be made, read or used.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the signing key is of no use")]
pub(crate) struct KeyUnusable;

impl SigningKey {
    /// A new key. The library draws it from a generator of its own, which the system seeds.
    pub(crate) fn generate() -> Result<Self, KeyUnusable> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| KeyUnusable)?;
        Self::from_pkcs8(Secret::new(document.as_ref().to_vec()))
    }

    #[expect(clippy::disallowed_methods, reason = "the key is read from what was kept")]
    pub(crate) fn from_pkcs8(pkcs8: Secret<Vec<u8>>) -> Result<Self, KeyUnusable> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.expose())
            .map_err(|_| KeyUnusable)?;
        // The uncompressed point: 4, then both coordinates of 32 bytes each (SEC 1 §2.3.3).
        let point = pair.public_key().as_ref();
        let (Some([4]), Some(x), Some(y)) = (point.get(..1), point.get(1..33), point.get(33..65)) else {
            return Err(KeyUnusable);
        };
        let (x, y) = (base64url(x), base64url(y));
        // The thumbprint's members stand in this order, without a space (RFC 7638 §3).
        let kid = hashed(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        Ok(Self {
            pair,
            pkcs8,
            x,
            y,
            kid,
        })
    }

    pub(crate) fn pkcs8(&self) -> &Secret<Vec<u8>> {
        &self.pkcs8
    }

    /// The public half (RFC 7517 §4, RFC 7518 §6.2.1).
    pub(crate) fn jwk(&self) -> Value {
        json!({ "kty": "EC", "use": "sig", "alg": "ES256", "kid": self.kid, "crv": "P-256", "x": self.x, "y": self.y })
    }

    /// Claims as a signed token in the compact form (RFC 7515 §7.1).
    pub(crate) fn sign(&self, claims: &Map<String, Value>) -> Result<String, KeyUnusable> {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.kid }).to_string();
        let claims = serde_json::to_vec(claims).map_err(|_| KeyUnusable)?;
        let input = format!("{}.{}", base64url(header.as_bytes()), base64url(&claims));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), input.as_bytes())
            .map_err(|_| KeyUnusable)?;
        Ok(format!("{input}.{}", base64url(signature.as_ref())))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;
    use crate::encoding::from_base64url;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a key of the test's own")]
    fn the_published_key_verifies_and_outlives_a_restart() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::from_pkcs8(Secret::new(key.pkcs8().expose().clone())).unwrap();
        assert_eq!(key.jwk(), again.jwk());
        let token = key
            .sign(&Map::from_iter([("sub".to_owned(), Value::from("ada"))]))
            .unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let jwk = again.jwk();
        let coordinate = |name: &str| from_base64url(jwk[name].as_str().unwrap()).unwrap();
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        assert!(
            public
                .verify(input.as_bytes(), &from_base64url(signature).unwrap())
                .is_ok()
        );
        assert!(
            public
                .verify(b"another", &from_base64url(signature).unwrap())
                .is_err()
        );
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(SigningKey::from_pkcs8(Secret::new(vec![0; 80])).is_err());
    }
}
