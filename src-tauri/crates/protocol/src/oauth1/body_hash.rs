//! `oauth_body_hash` (OAuth Request Body Hash, draft 4, §3.2).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::signature::SignatureMethod;

/// The body's hash; of an empty or absent one, that of the empty string. `None` with PLAINTEXT, which has no hash and
/// protects nothing by it.
pub(super) fn body_hash(method: SignatureMethod, body: &[u8]) -> Option<String> {
    let algorithm = match method {
        SignatureMethod::HmacSha1 | SignatureMethod::RsaSha1 => &SHA1_FOR_LEGACY_USE_ONLY,
        SignatureMethod::HmacSha256 => &SHA256,
        SignatureMethod::Plaintext => return None,
    };
    Some(BASE64_STANDARD.encode(digest(algorithm, body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two hashes of the draft's appendix A, and the empty string's by SHA-256 (FIPS 180-4).
    #[test]
    fn o1_34_the_hash_is_the_methods() {
        let hash = |method, body: &str| body_hash(method, body.as_bytes());
        let hello = Some("Lve95gjOVATpfV8EL5X4nxwjKHE=".to_owned());
        let empty = Some("2jmj7l5rSw0yVb/vlWAYkK/YBwk=".to_owned());
        assert_eq!(hash(SignatureMethod::HmacSha1, "Hello World!"), hello);
        assert_eq!(hash(SignatureMethod::RsaSha1, "Hello World!"), hello);
        assert_eq!(hash(SignatureMethod::HmacSha1, ""), empty);
        assert_eq!(
            hash(SignatureMethod::HmacSha256, "").as_deref(),
            Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        );
        assert_eq!(hash(SignatureMethod::Plaintext, "Hello World!"), None);
    }
}
