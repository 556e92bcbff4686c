//! Keys of the tests' own and tokens signed with them.

use aws_lc_rs::hmac as mac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::algorithm::Algorithm;

enum Private {
    Rsa(&'static RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

pub(crate) struct Pair {
    pub(crate) algorithm: Algorithm,
    kid: String,
    private: Private,
}

/// One for all tests: making an RSA key takes long.
fn rsa_pair() -> &'static RsaKeyPair {
    static PAIR: std::sync::OnceLock<RsaKeyPair> = std::sync::OnceLock::new();
    PAIR.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Pair {
    pub(crate) fn of(algorithm: Algorithm, kid: &str) -> Self {
        let private = match algorithm {
            Algorithm::Es256 => {
                Private::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
            }
            Algorithm::Es384 => {
                Private::Ec(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap())
            }
            Algorithm::EdDsa => Private::Ed(Ed25519KeyPair::generate().unwrap()),
            _ => Private::Rsa(rsa_pair()),
        };
        Self {
            algorithm,
            kid: kid.to_owned(),
            private,
        }
    }

    pub(crate) fn es256(kid: &str) -> Self {
        Self::of(Algorithm::Es256, kid)
    }

    pub(crate) fn rs256(kid: &str) -> Self {
        Self::of(Algorithm::Rs256, kid)
    }

    pub(crate) fn one_of_each() -> Vec<Self> {
        let asymmetric = Algorithm::ALL
            .iter()
            .filter(|algorithm| !algorithm.is_symmetric());
        asymmetric.map(|algorithm| Self::of(*algorithm, "k1")).collect()
    }

    pub(crate) fn public(&self) -> Value {
        match &self.private {
            Private::Rsa(pair) => {
                let parts: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
                json!({"kty": "RSA", "kid": self.kid, "n": encoded(parts.n), "e": encoded(parts.e)})
            }
            Private::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if x.len() == 32 { "P-256" } else { "P-384" };
                json!({"kty": "EC", "kid": self.kid, "crv": curve, "x": encoded(x), "y": encoded(y)})
            }
            Private::Ed(pair) => {
                json!({"kty": "OKP", "kid": self.kid, "crv": "Ed25519", "x": encoded(pair.public_key())})
            }
        }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({"alg": self.algorithm.name(), "kid": self.kid}), claims)
    }

    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(header, &claims.to_string())
    }

    /// What no JSON library would write.
    pub(crate) fn sign_text(&self, header: &Value, payload: &str) -> String {
        self.sign_octets(header.to_string().as_bytes(), payload.as_bytes())
    }

    /// What is not even text.
    pub(crate) fn sign_octets(&self, header: &[u8], payload: &[u8]) -> String {
        let message = format!("{}.{}", encoded(header), encoded(payload));
        let random = SystemRandom::new();
        let signature = match &self.private {
            Private::Rsa(pair) => {
                let padding: &dyn RsaEncoding = match self.algorithm {
                    Algorithm::Rs384 => &RSA_PKCS1_SHA384,
                    Algorithm::Rs512 => &RSA_PKCS1_SHA512,
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    Algorithm::Ps384 => &RSA_PSS_SHA384,
                    Algorithm::Ps512 => &RSA_PSS_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message.as_bytes(), &mut signature)
                    .unwrap();
                signature
            }
            Private::Ec(pair) => pair.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
            Private::Ed(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", encoded(signature))
    }
}

pub(crate) fn document(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

pub(crate) fn hmac(algorithm: Algorithm, secret: &[u8], header: &Value, claims: &Value) -> String {
    let mut header = header.clone();
    header["alg"] = json!(algorithm.name());
    let message = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let kind = match algorithm {
        Algorithm::Hs384 => mac::HMAC_SHA384,
        Algorithm::Hs512 => mac::HMAC_SHA512,
        _ => mac::HMAC_SHA256,
    };
    let tag = mac::sign(&mac::Key::new(kind, secret), message.as_bytes());
    format!("{message}.{}", encoded(tag))
}
