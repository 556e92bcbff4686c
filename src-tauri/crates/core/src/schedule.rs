//! How an account stands, and when it is refreshed by itself (specs AF-40): pure arithmetic.

use keybelt_contract::Status;
use keybelt_primitives::UnixSeconds;

/// Under so much left, a token is `expiring`.
const EXPIRING: i64 = 60;
/// The same for a token that nothing will renew.
const EXPIRING_UNRENEWED: i64 = 7 * 24 * 60 * 60;
/// The scheduler asks no more often than this for one account.
const PACE: i64 = 10;
/// So long before its end a token is tried once more, however long the back-off is.
const LAST_CALL: i64 = 30;
/// The longest the scheduler backs off.
const LONGEST_BACK_OFF: i64 = 60 * 60;

/// What the schedule of one account depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing<'a> {
    /// Anything that differs from account to account: spreads accounts that were linked together.
    pub(crate) seed: &'a str,
    pub(crate) obtained_at: UnixSeconds,
    pub(crate) expires_at: Option<UnixSeconds>,
    pub(crate) refreshable: bool,
    pub(crate) needs_relink: bool,
    /// Failed refreshes since the last good one.
    pub(crate) failures: u32,
    /// When the last refresh ended, good or not.
    pub(crate) last_attempt: Option<UnixSeconds>,
    /// The provider asked not to be asked before.
    pub(crate) not_before: Option<UnixSeconds>,
}

impl Standing<'_> {
    /// Whether linking again is the only way on.
    pub(crate) fn is_over(&self, now: UnixSeconds) -> bool {
        self.needs_relink || (!self.refreshable && self.expires_at.is_some_and(|end| now >= end))
    }

    /// The status that both faces show.
    pub(crate) fn status(&self, now: UnixSeconds) -> Status {
        let left = self.expires_at.map(|end| end.since(now));
        match left {
            _ if self.is_over(now) => Status::NeedsRelink,
            _ if self.failures > 0 => Status::Retrying,
            Some(left) if left <= 0 => Status::Expired,
            Some(left) if left < EXPIRING || (left < EXPIRING_UNRENEWED && !self.refreshable) => {
                Status::Expiring
            }
            Some(_) | None => Status::Fresh,
        }
    }

    /// When the scheduler refreshes it; `None`: not by itself.
    pub(crate) fn next_refresh_at(&self) -> Option<UnixSeconds> {
        if self.needs_relink || !self.refreshable {
            return None;
        }
        let due = if self.failures > 0 {
            let last = self.last_attempt.unwrap_or(self.obtained_at);
            let pause_over = last.plus(self.back_off());
            // However often it failed: a token that lives is tried once more before it ends.
            match self.expires_at.map(|end| end.plus(-LAST_CALL)) {
                Some(last_call) if last.0 < last_call.0 => pause_over.min(last_call),
                _ => pause_over,
            }
        } else {
            self.obtained_at.plus(self.ahead(self.expires_at?))
        };
        let paced = self.last_attempt.map_or(due, |last| due.max(last.plus(PACE)));
        Some(self.not_before.map_or(paced, |not_before| paced.max(not_before)))
    }

    /// At 80 % of the token's life, up to a twentieth of it sooner.
    fn ahead(&self, expires_at: UnixSeconds) -> i64 {
        let life = expires_at.since(self.obtained_at).max(0);
        (life.saturating_mul(4) / 5).saturating_sub(self.spread(life / 20))
    }

    /// 10 s, doubled with each failure up to an hour, up to a tenth later.
    fn back_off(&self) -> i64 {
        let doublings = self.failures.saturating_sub(1).min(16);
        let pause = (PACE << doublings).min(LONGEST_BACK_OFF);
        pause.saturating_add(self.spread(pause / 10))
    }

    /// A number from 0 to `most` that stays the same until something happens to the account.
    fn spread(&self, most: i64) -> i64 {
        let mut mixed = 0xcbf2_9ce4_8422_2325_u64;
        let moment = self.last_attempt.unwrap_or(self.obtained_at).0.to_le_bytes();
        for byte in self.seed.bytes().chain(moment) {
            mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let parts = u64::try_from(most.saturating_add(1)).unwrap_or(1).max(1);
        i64::try_from(mixed % parts).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKED: Standing<'static> = Standing {
        seed: "work/ana",
        obtained_at: UnixSeconds(1_000),
        expires_at: Some(UnixSeconds(4_600)),
        refreshable: true,
        needs_relink: false,
        failures: 0,
        last_attempt: None,
        not_before: None,
    };

    #[test]
    fn status_follows_cli_md() {
        let at = |standing: Standing<'_>, now| standing.status(UnixSeconds(now));
        assert_eq!(at(LINKED, 1_000), Status::Fresh);
        assert_eq!(at(LINKED, 4_541), Status::Expiring);
        assert_eq!(at(LINKED, 4_600), Status::Expired);
        assert_eq!(
            at(
                Standing {
                    failures: 1,
                    ..LINKED
                },
                4_600
            ),
            Status::Retrying
        );
        assert_eq!(
            at(
                Standing {
                    needs_relink: true,
                    failures: 1,
                    ..LINKED
                },
                1_000
            ),
            Status::NeedsRelink
        );
        assert_eq!(
            at(
                Standing {
                    refreshable: false,
                    ..LINKED
                },
                1_000
            ),
            Status::Expiring
        );
        assert_eq!(
            at(
                Standing {
                    refreshable: false,
                    ..LINKED
                },
                4_600
            ),
            Status::NeedsRelink
        );
        assert_eq!(
            at(
                Standing {
                    expires_at: None,
                    refreshable: false,
                    ..LINKED
                },
                9_999_999
            ),
            Status::Fresh
        );
    }

    #[test]
    fn af_40_refresh_is_ahead_at_four_fifths_of_the_life() {
        let due = LINKED.next_refresh_at().unwrap().0;
        assert!((1_000 + 2_700..=1_000 + 2_880).contains(&due), "{due}");
        assert_eq!(
            Standing {
                refreshable: false,
                ..LINKED
            }
            .next_refresh_at(),
            None
        );
        assert_eq!(
            Standing {
                needs_relink: true,
                ..LINKED
            }
            .next_refresh_at(),
            None
        );
    }

    #[test]
    fn af_40_back_off_grows_to_an_hour() {
        let after = |failures| {
            Standing {
                failures,
                last_attempt: Some(UnixSeconds(5_000)),
                ..LINKED
            }
            .next_refresh_at()
            .unwrap()
            .0 - 5_000
        };
        assert!((10..=11).contains(&after(1)));
        assert!((20..=22).contains(&after(2)));
        assert!((3_600..=3_960).contains(&after(40)));
    }

    #[test]
    fn many_failures_do_not_push_the_next_attempt_past_the_end_of_a_token_that_lives() {
        let after = |last| {
            let standing = Standing {
                failures: 40,
                last_attempt: Some(UnixSeconds(last)),
                ..LINKED
            };
            standing.next_refresh_at().unwrap().0
        };
        assert_eq!(after(4_000), 4_570);
        // Tried at the last call, it is paused in earnest.
        assert!(after(4_570) > 4_600);
    }

    #[test]
    fn h_09_not_before_what_the_provider_asked() {
        let standing = Standing {
            not_before: Some(UnixSeconds(9_000)),
            ..LINKED
        };
        assert_eq!(standing.next_refresh_at(), Some(UnixSeconds(9_000)));
    }
}
