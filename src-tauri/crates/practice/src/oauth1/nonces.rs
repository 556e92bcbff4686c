use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use keybelt_primitives::UnixSeconds;

use super::problem::{Problem, SKEW};

/// Requests that are remembered; beyond that the oldest seconds are closed.
const MOST: usize = 10_000;

/// Which requests were made (RFC 5849 §3.3): none is taken twice, also not one from before a restart.
pub(crate) struct Nonces(Mutex<Seen>);

struct Seen {
    /// Stamps before this are refused: what was taken then is no longer known.
    floor: i64,
    /// Timestamp, client, token, nonce.
    requests: BTreeSet<(i64, String)>,
}

impl Nonces {
    /// Remembers nothing of the time before.
    pub(crate) fn since(start: UnixSeconds) -> Self {
        Self(Mutex::new(Seen {
            floor: start.0,
            requests: BTreeSet::new(),
        }))
    }

    /// Whether a timestamp can be taken now.
    pub(super) fn check_timestamp(&self, timestamp: i64, now: UnixSeconds) -> Result<(), Problem> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if timestamp < seen.floor || (timestamp - now.0).abs() > SKEW {
            return Err(Problem::TimestampRefused(now));
        }
        Ok(())
    }

    /// Takes a request whose signature is right, once.
    pub(super) fn take(
        &self,
        timestamp: i64,
        signer: &str,
        nonce: &str,
        now: UnixSeconds,
    ) -> Result<(), Problem> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = now.0 - SKEW;
        seen.requests = seen.requests.split_off(&(oldest, String::new()));
        if !seen.requests.insert((timestamp, format!("{signer} {nonce}"))) {
            return Err(Problem::NonceUsed);
        }
        while seen.requests.len() > MOST {
            if let Some((closed, _)) = seen.requests.pop_first() {
                seen.floor = seen.floor.max(closed + 1);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

    #[test]
    fn a_timestamp_is_near_our_clock_and_after_our_start() {
        let nonces = Nonces::since(UnixSeconds(NOW.0 - 100));
        for (timestamp, good) in [
            (NOW.0, true),
            (NOW.0 + SKEW, true),
            (NOW.0 + SKEW + 1, false),
            (NOW.0 - 100, true),
            (NOW.0 - 101, false),
        ] {
            assert_eq!(
                nonces.check_timestamp(timestamp, NOW).is_ok(),
                good,
                "{timestamp}"
            );
        }
    }

    #[test]
    fn a_nonce_is_taken_once_by_each_signer() {
        let nonces = Nonces::since(NOW);
        assert_eq!(nonces.take(NOW.0, "c t", "n", NOW), Ok(()));
        assert_eq!(nonces.take(NOW.0, "c t", "n", NOW), Err(Problem::NonceUsed));
        assert_eq!(nonces.take(NOW.0, "c u", "n", NOW), Ok(()));
        assert_eq!(nonces.take(NOW.0 + 1, "c t", "n", NOW), Ok(()));
    }

    #[test]
    fn what_is_no_longer_remembered_is_no_longer_taken() {
        let nonces = Nonces::since(NOW);
        for number in 0..=MOST {
            let at = NOW.0 + i64::from(number > 0);
            nonces.take(at, "c t", &number.to_string(), NOW).unwrap();
        }
        assert!(nonces.check_timestamp(NOW.0, NOW).is_err());
        assert!(nonces.check_timestamp(NOW.0 + 1, NOW).is_ok());
    }
}
