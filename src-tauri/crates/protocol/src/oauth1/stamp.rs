//! What makes each request its own: timestamp and nonce (RFC 5849 §3.3).

use std::fmt::Write;

use keybelt_primitives::{Entropy, EntropyError, UnixSeconds};

/// A timestamp and a nonce, for one request.
#[derive(Debug)]
pub struct Stamp {
    /// In digits, as it is sent.
    pub(super) timestamp: String,
    pub(super) nonce: String,
}

impl Stamp {
    /// For now. The nonce is 32 hexadecimal digits of 16 random bytes: unique per timestamp, and neither longer nor of
    /// other characters than servers that keep them are used to.
    ///
    /// # Errors
    /// No randomness.
    pub fn new(now: UnixSeconds, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0u8; 16];
        entropy.fill(&mut bytes)?;
        let mut nonce = String::with_capacity(32);
        for byte in bytes {
            let _ = write!(nonce, "{byte:02x}");
        }
        Ok(Self {
            // A positive integer, also where the clock stands before 1970.
            timestamp: u64::try_from(now.0).unwrap_or_default().max(1).to_string(),
            nonce,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::{Counting, Dry};

    #[test]
    fn o1_13_a_positive_timestamp_and_a_nonce_of_128_random_bits() {
        let entropy = Counting::default();
        let (first, second) = (
            Stamp::new(UnixSeconds(137_131_201), &entropy).unwrap(),
            Stamp::new(UnixSeconds(-5), &entropy).unwrap(),
        );
        assert_eq!((&*first.timestamp, &*second.timestamp), ("137131201", "1"));
        assert_ne!(first.nonce, second.nonce);
        assert_eq!(first.nonce.len(), 32);
        assert!(first.nonce.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(Stamp::new(UnixSeconds(1), &Dry).is_err());
    }
}
