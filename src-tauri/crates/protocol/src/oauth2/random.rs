use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use keybelt_primitives::{Entropy, EntropyError};
use zeroize::Zeroizing;

/// 43 base64url characters of 32 random bytes: a state (RFC 6749 §10.10), a nonce, a PKCE verifier (RFC 7636 §4.1).
/// This alphabet and length are safe with every provider (specs W-38).
pub(super) fn token(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    entropy.fill(bytes.as_mut_slice())?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::Counting;

    #[test]
    fn pk_01_w_38_43_characters_of_32_random_bytes() {
        let entropy = Counting::default();
        let (first, second) = (token(&entropy).unwrap(), token(&entropy).unwrap());
        assert_eq!(first.len(), 43);
        assert_ne!(first, second);
        assert!(
            first
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        );
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(first).unwrap().len(), 32);
    }
}
