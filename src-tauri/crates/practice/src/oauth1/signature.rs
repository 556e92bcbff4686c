//! The signature methods (RFC 5849 §3.4), checked.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, Key};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keybelt_primitives::Secret;
use zeroize::Zeroizing;

use super::base_string::encoded;
use super::consumer::RegisteredKey;

/// A signature method that is known here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Method {
    HmacSha1,
    HmacSha256,
    Plaintext,
    RsaSha1,
}

/// What a client signs with.
pub(super) enum Proof<'a> {
    /// Its secret, which may be empty.
    Secret(&'a Secret<String>),
    /// Its registered public key; `None`: none is registered.
    Key(Option<&'a RegisteredKey>),
}

impl Method {
    pub(crate) fn of(name: &str) -> Option<Self> {
        [Self::HmacSha1, Self::HmacSha256, Self::Plaintext, Self::RsaSha1]
            .into_iter()
            .find(|method| method.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::Plaintext => "PLAINTEXT",
            Self::RsaSha1 => "RSA-SHA1",
        }
    }

    /// Whether a client with this proof signs by this method.
    pub(super) fn fits(self, proof: &Proof<'_>) -> bool {
        (self == Self::RsaSha1) == matches!(proof, Proof::Key(_))
    }

    /// Whether the signature is right.
    pub(super) fn verifies(
        self,
        base_string: &str,
        signature: &str,
        proof: &Proof<'_>,
        token_secret: &Secret<String>,
    ) -> bool {
        match (self, proof) {
            (Self::HmacSha1, Proof::Secret(secret)) => {
                let key = key(secret, token_secret);
                let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
                decoded(signature).is_some_and(|tag| hmac::verify(&key, base_string.as_bytes(), &tag).is_ok())
            }
            (Self::HmacSha256, Proof::Secret(secret)) => {
                let key = key(secret, token_secret);
                let key = Key::new(HMAC_SHA256, key.as_bytes());
                decoded(signature).is_some_and(|tag| hmac::verify(&key, base_string.as_bytes(), &tag).is_ok())
            }
            (Self::Plaintext, Proof::Secret(secret)) => {
                Secret::new(key(secret, token_secret).to_string()).matches_text(signature)
            }
            (Self::RsaSha1, Proof::Key(Some(key))) => {
                let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, key.der());
                decoded(signature).is_some_and(|tag| key.verify(base_string.as_bytes(), &tag).is_ok())
            }
            (Self::RsaSha1, _) | (_, Proof::Key(_)) => false,
        }
    }

    /// Whether `oauth_body_hash` is that of the body (OAuth Request Body Hash, draft 4 §3.2).
    pub(super) fn hashes_to(self, body: &[u8], hash: &str) -> bool {
        let algorithm = match self {
            Self::HmacSha1 | Self::RsaSha1 => &SHA1_FOR_LEGACY_USE_ONLY,
            Self::HmacSha256 => &SHA256,
            // It covers nothing there (§1).
            Self::Plaintext => return false,
        };
        STANDARD.encode(digest(algorithm, body)) == hash
    }
}

/// The key of HMAC, and the whole of PLAINTEXT (RFC 5849 §3.4.2, §3.4.4).
#[expect(clippy::disallowed_methods, reason = "the secrets are the key")]
fn key(secret: &Secret<String>, token_secret: &Secret<String>) -> Zeroizing<String> {
    let (secret, token_secret) = (
        Zeroizing::new(encoded(secret.expose())),
        Zeroizing::new(encoded(token_secret.expose())),
    );
    Zeroizing::new(format!("{}&{}", *secret, *token_secret))
}

fn decoded(signature: &str) -> Option<Vec<u8>> {
    STANDARD.decode(signature).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    /// RFC 5849 §1.2, the request for the photograph, and its token request by PLAINTEXT's rule.
    #[test]
    fn the_signatures_of_rfc_5849_section_1_2() {
        let base = "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03\
                    %26oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202\
                    %26oauth_token%3Dnnch734d00sl2jdk%26size%3Doriginal";
        let (client, token) = (secret("kd94hf93k423kf44"), secret("pfkkdhi9sl3r4s00"));
        let right = "MdpQcU8iPSUjWoN/UDMsK2sui9I=";
        assert!(Method::HmacSha1.verifies(base, right, &Proof::Secret(&client), &token));
        for (base, signature, token) in [
            (&*base.replace("GET", "POST"), right, &token),
            (base, "MdpQcU8iPSUjWoN/UDMsK2sui9J=", &token),
            (base, "", &token),
            (base, right, &secret("other")),
        ] {
            assert!(!Method::HmacSha1.verifies(base, signature, &Proof::Secret(&client), token));
        }
        let plain = "kd94hf93k423kf44&pfkkdhi9sl3r4s00";
        assert!(Method::Plaintext.verifies("", plain, &Proof::Secret(&client), &token));
        assert!(!Method::Plaintext.verifies("", "kd94hf93k423kf44&", &Proof::Secret(&client), &token));
        let odd = (secret("a&b %"), secret(""));
        assert!(Method::Plaintext.verifies("", "a%26b%20%25&", &Proof::Secret(&odd.0), &odd.1));
    }

    #[test]
    fn a_method_belongs_to_what_a_client_signs_with() {
        let held = secret("s");
        assert!(Method::HmacSha1.fits(&Proof::Secret(&held)) && !Method::RsaSha1.fits(&Proof::Secret(&held)));
        assert!(Method::RsaSha1.fits(&Proof::Key(None)) && !Method::Plaintext.fits(&Proof::Key(None)));
        assert!(!Method::RsaSha1.verifies("", "", &Proof::Key(None), &held));
        assert_eq!(Method::of("hmac-sha1"), None);
    }

    /// OAuth Request Body Hash, draft 4, §5.
    #[test]
    fn the_body_hash_of_the_drafts_example() {
        assert!(Method::HmacSha1.hashes_to(b"Hello World!", "Lve95gjOVATpfV8EL5X4nxwjKHE="));
        assert!(Method::HmacSha1.hashes_to(b"", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="));
        assert!(!Method::HmacSha256.hashes_to(b"Hello World!", "Lve95gjOVATpfV8EL5X4nxwjKHE="));
    }
}
