//! One public key of a JWK set (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};

use super::algorithm::{Algorithm, Family};

/// Bounds of RSA moduli in bits (RFC 7518 §3.3; the upper one is ours).
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;
/// Members that a published key must not have (RFC 7517 §9.2).
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A key that may verify.
pub(super) struct Key {
    pub(super) id: Option<String>,
    algorithm: Option<String>,
    family: Family,
    pub(super) library: DecodingKey,
}

/// Why a key is passed over.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnfitKey {
    /// A kind that Keybelt does not use.
    #[error("a kind of key that is not used here")]
    Kind,
    /// For encryption, or for signing only.
    #[error("not for verifying signatures")]
    Use,
    /// It holds what must stay private (RFC 7517 §9.2).
    #[error("private parts are published")]
    Private,
    /// Too weak, or larger than any honest key.
    #[error("too weak or too large")]
    Strength,
    /// Its members make no key.
    #[error("broken")]
    Broken,
}

impl Key {
    pub(super) fn parse(jwk: &Map<String, Value>) -> Result<Self, UnfitKey> {
        let text = |member: &str| jwk.get(member).and_then(Value::as_str);
        let kind = text("kty").ok_or(UnfitKey::Broken)?;
        if kind == "oct" || PRIVATE.iter().any(|member| jwk.contains_key(*member)) {
            return Err(UnfitKey::Private);
        }
        let optional = |member: &str| match jwk.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(UnfitKey::Broken),
        };
        let (id, algorithm) = (optional("kid")?, optional("alg")?);
        if !is_for_verifying(jwk) {
            return Err(UnfitKey::Use);
        }
        let part = |member: &str| decoded(text(member)).ok_or(UnfitKey::Broken);
        let (family, library) = match (kind, text("crv")) {
            ("RSA", _) => (Family::Rsa, rsa(&part("n")?, &part("e")?)?),
            ("EC", Some("P-256")) => (Family::P256, ec(&part("x")?, &part("y")?, 32)?),
            ("EC", Some("P-384")) => (Family::P384, ec(&part("x")?, &part("y")?, 48)?),
            ("OKP", Some("Ed25519")) => (Family::Ed25519, ed25519(&part("x")?)?),
            _ => return Err(UnfitKey::Kind),
        };
        Ok(Self {
            id,
            algorithm,
            family,
            library,
        })
    }

    /// Whether it is of the algorithm's kind and not registered for another one (RFC 8725 §3.1).
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        let registered = self.algorithm.as_deref();
        self.family == algorithm.family()
            && registered.is_none_or(|name| Algorithm::parse(name) == Some(algorithm))
    }
}

fn is_for_verifying(jwk: &Map<String, Value>) -> bool {
    let used = jwk.get("use").is_none_or(|used| used == "sig");
    let operations = match jwk.get("key_ops") {
        None => true,
        Some(Value::Array(operations)) => operations.iter().any(|operation| operation == "verify"),
        Some(_) => false,
    };
    used && operations
}

fn decoded(text: Option<&str>) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text?).ok()
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<DecodingKey, UnfitKey> {
    let modulus = without_zeros(modulus);
    let exponent = without_zeros(exponent);
    let bits = modulus.first().map_or(0, |first| {
        modulus.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(0)
    });
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    let is_small = exponent.len() == 1 && exponent.first().is_some_and(|exponent| *exponent < 3);
    if !RSA_BITS.contains(&bits) || exponent.len() > 8 || is_small {
        return Err(UnfitKey::Strength);
    }
    if !is_odd(modulus) || !is_odd(exponent) {
        return Err(UnfitKey::Broken);
    }
    Ok(DecodingKey::from_rsa_raw_components(modulus, exponent))
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    number.get(first..).unwrap_or_default()
}

fn ec(x: &[u8], y: &[u8], length: usize) -> Result<DecodingKey, UnfitKey> {
    if x.len() != length || y.len() != length {
        return Err(UnfitKey::Broken);
    }
    let point = [&[4], x, y].concat();
    // A point that is not on the curve is no key (RFC 8725 §3.4).
    let on_curve = match length {
        32 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).is_ok(),
        _ => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, &point).is_ok(),
    };
    if !on_curve {
        return Err(UnfitKey::Broken);
    }
    let encoded = |part| BASE64_URL_SAFE_NO_PAD.encode(part);
    DecodingKey::from_ec_components(&encoded(x), &encoded(y)).map_err(|_| UnfitKey::Broken)
}

fn ed25519(x: &[u8]) -> Result<DecodingKey, UnfitKey> {
    if x.len() != 32 || ParsedPublicKey::new(&ED25519, x).is_err() {
        return Err(UnfitKey::Broken);
    }
    DecodingKey::from_ed_components(&BASE64_URL_SAFE_NO_PAD.encode(x)).map_err(|_| UnfitKey::Broken)
}
