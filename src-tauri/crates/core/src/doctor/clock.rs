//! The clock, held against what can be known without asking anybody: tokens expire by it.

use jiff::Timestamp;
use keybelt_primitives::UnixSeconds;

use super::Finding;

/// 2026-01-01: this program is younger.
const EARLIEST: UnixSeconds = UnixSeconds(1_767_225_600);
/// 2100-01-01.
const LATEST: UnixSeconds = UnixSeconds(4_102_444_800);
/// Files may have been stamped by another machine, whose clock is a little ahead.
const SKEW: i64 = 3_600;
const SET_IT: &str = "Set the clock, best by the network's time: tokens look fresh or expired by it.";

pub(super) fn probe(
    now: UnixSeconds,
    program_made_at: Option<UnixSeconds>,
    newest_kept: Option<UnixSeconds>,
) -> Finding {
    let says = format!("The clock says {}", moment(now));
    if now < EARLIEST {
        return Finding::fail(format!("{says}, and Keybelt is younger than that. {SET_IT}"));
    }
    if now > LATEST {
        return Finding::fail(format!("{says}. {SET_IT}"));
    }
    let later = |at: &UnixSeconds, skew| at.since(now) > skew;
    if let Some(kept) = newest_kept.filter(|at| later(at, 0)) {
        return Finding::fail(format!(
            "{says}, and the vault holds a token that was obtained at {}. {SET_IT}",
            moment(kept)
        ));
    }
    if let Some(made) = program_made_at.filter(|at| later(at, SKEW)) {
        return Finding::fail(format!(
            "{says}, and this program's file was made at {}. {SET_IT}",
            moment(made)
        ));
    }
    let compared = match newest_kept {
        Some(_) => "neither this program nor a token in the vault is",
        None => "this program is not",
    };
    Finding::pass(format!("{says}; {compared} younger."))
}

fn moment(at: UnixSeconds) -> String {
    Timestamp::from_second(at.0).map_or_else(|_| at.0.to_string(), |moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use keybelt_contract::CheckOutcome;

    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right_is_told() {
        let now = UnixSeconds(1_795_000_000);
        for (clock, made, kept, outcome) in [
            (now, None, None, CheckOutcome::Pass),
            (now, Some(now.plus(60)), Some(now), CheckOutcome::Pass),
            (now, Some(now.plus(2 * SKEW)), None, CheckOutcome::Fail),
            (now, Some(now), Some(now.plus(5)), CheckOutcome::Fail),
            (UnixSeconds(0), None, None, CheckOutcome::Fail),
            (UnixSeconds(i64::MAX), None, None, CheckOutcome::Fail),
        ] {
            let found = probe(clock, made, kept);
            assert_eq!(found.outcome, outcome, "{}", found.detail);
        }
    }

    #[test]
    fn times_are_told_in_a_form_that_everybody_reads() {
        let found = probe(UnixSeconds(1_795_000_000), None, None);
        assert!(found.detail.contains("2026-11-18T"), "{}", found.detail);
    }
}
