//! The client's RSA key (RFC 5849 §3.4.3): made, imported, written down, its public half given to the provider.

use keybelt_primitives::{Entropy, EntropyError, Secret};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};
use zeroize::{Zeroize, Zeroizing};

/// The least length of a modulus, in bits (specs O1-27).
const LEAST_BITS: usize = 2048;
/// The greatest that is taken: what the library would not sign with.
const MOST_BITS: usize = RsaPublicKey::MAX_SIZE;
/// More than any key within the bounds takes, written as PEM.
const LONGEST_PEM: usize = 16 << 10;

/// A private key of 2048 to 4096 bits that holds together. It is wiped when dropped.
pub struct RsaKey(Box<RsaPrivateKey>);

/// Why a text is no key that can be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RsaKeyError {
    /// A private key under a passphrase.
    #[error("the key is encrypted; give it without its passphrase")]
    Encrypted,
    /// A public key or a certificate.
    #[error("it is a public key or a certificate; the private key is needed")]
    Public,
    /// Not PEM, or a key of another kind.
    #[error("it is no RSA private key in PEM (PKCS#1 or PKCS#8)")]
    NotRsaPem,
    /// Shorter or longer than the bounds.
    #[error("its {bits} bits are not between 2048 and 4096")]
    Length {
        /// The length of its modulus.
        bits: usize,
    },
}

/// Why no key was made.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum RsaKeyGenerationError {
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The library found no primes, or could not write them.
    #[error("no RSA key could be made")]
    Defect,
}

impl RsaKey {
    /// Makes a key of 2048 bits, which every provider takes. It takes a second or so.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, RsaKeyGenerationError> {
        let mut seed = Zeroizing::new([0u8; 32]);
        entropy.fill(seed.as_mut_slice())?;
        // The library wants a source that cannot fail; this one stretches 256 random bits.
        let mut random = ChaCha20Rng::from_seed(*seed);
        RsaPrivateKey::new(&mut random, LEAST_BITS)
            .map(|key| Self(Box::new(key)))
            .map_err(|_| RsaKeyGenerationError::Defect)
    }

    /// Reads a private key: `BEGIN RSA PRIVATE KEY` (PKCS#1, RFC 8017 appendix A.1.2) or `BEGIN PRIVATE KEY`
    /// (PKCS#8, RFC 5208), both as PEM (RFC 7468).
    #[expect(clippy::disallowed_methods, reason = "the key is parsed")]
    pub fn from_pem(pem: &Secret<String>) -> Result<Self, RsaKeyError> {
        let text = pem.expose().trim();
        if text.len() > LONGEST_PEM {
            return Err(RsaKeyError::NotRsaPem);
        }
        let label = text
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.split_once("-----"))
            .map(|(label, _)| label)
            .ok_or(RsaKeyError::NotRsaPem)?;
        let read = match label {
            "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_pem(text).map_err(|_| RsaKeyError::NotRsaPem),
            // RFC 1421's headers say that it is encrypted.
            "RSA PRIVATE KEY" if text.contains("\nProc-Type:") => Err(RsaKeyError::Encrypted),
            "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_pem(text).map_err(|_| RsaKeyError::NotRsaPem),
            "ENCRYPTED PRIVATE KEY" => Err(RsaKeyError::Encrypted),
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => Err(RsaKeyError::Public),
            _ => Err(RsaKeyError::NotRsaPem),
        }?;
        let bits = read.n().bits();
        if !(LEAST_BITS..=MOST_BITS).contains(&bits) {
            return Err(RsaKeyError::Length { bits });
        }
        Ok(Self(Box::new(read)))
    }

    /// As PKCS#8 in PEM, to be kept.
    ///
    /// # Errors
    /// A defect: a key that was read or made can be written.
    pub fn to_pem(&self) -> Result<Secret<String>, RsaKeyGenerationError> {
        let mut pem = self
            .0
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| RsaKeyGenerationError::Defect)?;
        let text = Secret::new(pem.as_str().to_owned());
        pem.zeroize();
        Ok(text)
    }

    /// The public half as `SubjectPublicKeyInfo` in PEM (RFC 5280 §4.1): what is registered at the provider.
    ///
    /// # Errors
    /// A defect: a key that was read or made can be written.
    pub fn public_pem(&self) -> Result<String, RsaKeyGenerationError> {
        self.0
            .to_public_key()
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_| RsaKeyGenerationError::Defect)
    }

    pub(super) fn private(&self) -> &RsaPrivateKey {
        &self.0
    }
}

#[cfg(test)]
mod tests;
