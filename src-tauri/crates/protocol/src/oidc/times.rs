//! The checks that hold a claim against the clock, with 60 s of skew (specs ID-09, ID-10, ID-13, W-32).

use keybelt_primitives::{UnixSeconds, bounds};

use super::checks::Outcome;
use super::claims::{Claims, Optional, nothing_in};
use super::id_token::Examined;

/// How old a token may be when it is given out, in seconds.
const OLDEST: f64 = 24.0 * 60.0 * 60.0;

fn skew() -> f64 {
    bounds::CLOCK_SKEW.as_secs_f64()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of any clock that is about right are exact"
)]
fn clock(now: UnixSeconds) -> f64 {
    now.0 as f64
}

fn compared(claim: f64, now: UnixSeconds) -> String {
    format!("{claim} against this computer's clock, {}", now.0)
}

pub(super) fn expiry(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let now = examined.expected.now;
    let said = claims.time("exp");
    match said {
        Optional::Present(exp) if clock(now) < exp + skew() => Outcome::pass(compared(exp, now)),
        Optional::Present(exp) => Outcome::fail(format!("expired: {}", compared(exp, now))),
        Optional::Absent | Optional::Unfit => nothing_in(&said, "exp"),
    }
}

pub(super) fn issued(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let now = examined.expected.now;
    let said = claims.time("iat");
    let Optional::Present(iat) = said else {
        return nothing_in(&said, "iat");
    };
    if iat > clock(now) + skew() {
        return Outcome::fail(format!("issued in the future: {}", compared(iat, now)));
    }
    if examined.expected.fresh && iat < clock(now) - OLDEST {
        return Outcome::fail(format!("issued more than a day ago: {}", compared(iat, now)));
    }
    match examined.original().map(|original| original.time("iat")) {
        // A refreshed token is a new one (OpenID Connect Core 1.0 §12.2).
        Some(Optional::Present(before)) if iat < before - skew() => {
            Outcome::fail(format!("older than the token it follows: {iat} against {before}"))
        }
        _ => Outcome::pass(compared(iat, now)),
    }
}

pub(super) fn not_before(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let now = examined.expected.now;
    match claims.time("nbf") {
        Optional::Absent => Outcome::skip("the token has no nbf"),
        Optional::Unfit => Outcome::fail("nbf is no time"),
        Optional::Present(nbf) if nbf <= clock(now) + skew() => Outcome::pass(compared(nbf, now)),
        Optional::Present(nbf) => Outcome::fail(format!("not valid yet: {}", compared(nbf, now))),
    }
}

/// Against `max_age`, or, for a refreshed token, against the `auth_time` of the link (specs RF-02).
pub(super) fn signed_in(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let now = examined.expected.now;
    let said = match claims.time("auth_time") {
        Optional::Unfit => return Outcome::fail("auth_time is no time"),
        Optional::Present(said) => Some(said),
        Optional::Absent => None,
    };
    let original = examined.original().map(|original| original.time("auth_time"));
    if let (Some(Optional::Present(original)), Some(said)) = (original, said) {
        return if same_second(original, said) {
            Outcome::pass("as at the link")
        } else {
            Outcome::fail(format!("{said} instead of {original} at the link"))
        };
    }
    let Some(max_age) = examined.expected.max_age else {
        return Outcome::skip("no max_age was asked for");
    };
    let Some(said) = said else {
        return Outcome::fail("max_age was asked for, and there is no auth_time");
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "an age beyond 2^53 seconds is no limit"
    )]
    let latest = said + max_age as f64 + skew();
    if clock(now) <= latest {
        Outcome::pass(format!("{said}, at most {max_age} s ago"))
    } else {
        Outcome::fail(format!(
            "signed in at {said}, more than {max_age} s before {}",
            now.0
        ))
    }
}

fn same_second(left: f64, right: f64) -> bool {
    (left - right).abs() < 1.0
}
