use crate::{UnixMillis, UnixSeconds};

/// The clock, handed in so that what depends on time can be tested without waiting.
pub trait Clock: Send + Sync {
    /// Now, in milliseconds since 1970, by the system's clock.
    fn now_millis(&self) -> UnixMillis;

    /// Now, in seconds since 1970.
    fn now(&self) -> UnixSeconds {
        self.now_millis().seconds()
    }
}

/// The system's source of randomness gave nothing.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system's source of randomness failed")]
pub struct EntropyError;

/// A cryptographically secure source of randomness, handed in.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}
