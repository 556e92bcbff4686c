//! The signature methods (RFC 5849 §3.4), each with the key that it needs.

use std::fmt::{self, Write};

use keybelt_primitives::Secret;
use oauth1_request::signature_method::{HMAC_SHA1, Plaintext, Rsa09Sha1, Sign, SignatureMethod as Signing};
use zeroize::Zeroizing;

use super::base_string::BaseString;
use super::encoding::{Piece, encode};
use super::hmac_sha256::HmacSha256;
use super::rsa_key::RsaKey;

/// The name of a signature method, as `oauth_signature_method` and the profile write it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignatureMethod {
    /// RFC 5849 §3.4.2: the default.
    HmacSha1,
    /// The same with SHA-256.
    HmacSha256,
    /// RFC 5849 §3.4.3.
    RsaSha1,
    /// RFC 5849 §3.4.4: no signature at all; TLS protects it.
    Plaintext,
}

impl SignatureMethod {
    /// Every method, in the order of the specification.
    pub const ALL: [Self; 4] = [Self::HmacSha1, Self::HmacSha256, Self::RsaSha1, Self::Plaintext];

    /// Reads its name, exactly as it is written on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// As it is written on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::RsaSha1 => "RSA-SHA1",
            Self::Plaintext => "PLAINTEXT",
        }
    }
}

impl fmt::Display for SignatureMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What the client signs with: a method, and the key that this method takes (RFC 5849 §3.4).
pub enum SigningKey {
    /// The client secret, for HMAC-SHA1.
    HmacSha1(Secret<String>),
    /// The client secret, for HMAC-SHA256.
    HmacSha256(Secret<String>),
    /// The client's private key; no secret takes part.
    RsaSha1(RsaKey),
    /// The client secret, sent as it is.
    Plaintext(Secret<String>),
}

/// What a signature method needs and the profile lacks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SigningKeyMissing {
    /// The client secret.
    #[error("{0} needs the client secret")]
    ClientSecret(SignatureMethod),
    /// The RSA key.
    #[error("RSA-SHA1 needs the client's RSA key")]
    RsaKey,
}

impl SigningKey {
    /// The client secret, where the method has one.
    pub fn secret(&self) -> Option<&Secret<String>> {
        match self {
            Self::HmacSha1(secret) | Self::HmacSha256(secret) | Self::Plaintext(secret) => Some(secret),
            Self::RsaSha1(_) => None,
        }
    }

    /// The key for the method out of what the profile has. A missing one never leads to another method (specs O1-30).
    pub fn choose(
        method: SignatureMethod,
        client_secret: Option<Secret<String>>,
        rsa_key: Option<RsaKey>,
    ) -> Result<Self, SigningKeyMissing> {
        let secret = client_secret.ok_or(SigningKeyMissing::ClientSecret(method));
        match method {
            SignatureMethod::HmacSha1 => secret.map(Self::HmacSha1),
            SignatureMethod::HmacSha256 => secret.map(Self::HmacSha256),
            SignatureMethod::Plaintext => secret.map(Self::Plaintext),
            SignatureMethod::RsaSha1 => rsa_key.map(Self::RsaSha1).ok_or(SigningKeyMissing::RsaKey),
        }
    }

    /// The method.
    pub fn method(&self) -> SignatureMethod {
        match self {
            Self::HmacSha1(_) => SignatureMethod::HmacSha1,
            Self::HmacSha256(_) => SignatureMethod::HmacSha256,
            Self::RsaSha1(_) => SignatureMethod::RsaSha1,
            Self::Plaintext(_) => SignatureMethod::Plaintext,
        }
    }

    /// The value of `oauth_signature`, percent-encoded as it is sent.
    #[expect(clippy::disallowed_methods, reason = "the secrets are what is signed with")]
    pub(super) fn sign(
        &self,
        base: &BaseString<'_>,
        token_secret: Option<&Secret<String>>,
    ) -> Piece<'static, str> {
        let token = token_secret.map(|secret| secret.expose().as_str());
        match self {
            Self::HmacSha1(secret) => signed(HMAC_SHA1, base, secret.expose(), token),
            Self::HmacSha256(secret) => signed(HmacSha256, base, secret.expose(), token),
            Self::RsaSha1(key) => {
                let method: &Rsa09Sha1 = key.private().as_ref();
                signed(method, base, "", None)
            }
            Self::Plaintext(secret) => {
                // The library hands the key out as it is, although it is asked for an encoded value.
                let Wiped(key) = Plaintext::with_buf().sign_with(secret.expose(), token).end();
                Piece::Written(encode(key.as_bytes()))
            }
        }
    }
}

/// Room for a signature by a hash, encoded; a longer one grows. Without the key nothing can be told from it.
const SIGNATURE: usize = 64;

fn signed(
    method: impl Signing,
    base: &BaseString<'_>,
    client: &str,
    token: Option<&str>,
) -> Piece<'static, str> {
    let mut signer = method.sign_with(client, token);
    base.feed(&mut signer);
    let mut text = String::with_capacity(SIGNATURE);
    // Writing into a String does not fail.
    let _ = write!(text, "{}", signer.end());
    Piece::Public(text)
}

/// What the library writes a PLAINTEXT signature into.
struct Wiped(Zeroizing<String>);

impl Default for Wiped {
    fn default() -> Self {
        // Room enough that two secrets are not left behind by a buffer that grows.
        Self(Zeroizing::new(String::with_capacity(4 << 10)))
    }
}

impl Write for Wiped {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push_str(text);
        Ok(())
    }
}

impl fmt::Display for Wiped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Option<Secret<String>> {
        Some(Secret::new("s".to_owned()))
    }

    #[test]
    fn o1_30_a_method_without_its_key_is_no_other_method() {
        let missing = |method, secret| SigningKey::choose(method, secret, None).err();
        assert_eq!(
            missing(SignatureMethod::RsaSha1, secret()),
            Some(SigningKeyMissing::RsaKey)
        );
        for method in [
            SignatureMethod::HmacSha1,
            SignatureMethod::HmacSha256,
            SignatureMethod::Plaintext,
        ] {
            assert_eq!(
                missing(method, None),
                Some(SigningKeyMissing::ClientSecret(method))
            );
            assert_eq!(
                SigningKey::choose(method, secret(), None)
                    .ok()
                    .map(|key| key.method()),
                Some(method)
            );
        }
    }

    #[test]
    fn names_are_those_of_the_wire() {
        for method in SignatureMethod::ALL {
            assert_eq!(SignatureMethod::parse(method.name()), Some(method));
        }
        assert_eq!(SignatureMethod::parse("hmac-sha1"), None);
    }
}
