//! Times and states in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What is said where a profile places the token or signature in the query (RFC 5849 §3.5.3, RFC 6750 §2.3).
pub const IN_THE_ADDRESS: &str =
    "requests carry the token in their address, which servers and proxies write into their logs";

/// What a rename came to.
pub fn renamed<T: std::fmt::Display + PartialEq>(before: &T, now: &T) -> String {
    if before == now {
        format!("{now} is its name already")
    } else {
        format!("{before} is now {now}")
    }
}

/// How far away a moment is: `in 23 min`, `5 min ago`.
pub fn from_now(at: i64, now: i64) -> String {
    let distance = at.saturating_sub(now);
    let length = span(distance.unsigned_abs());
    if distance == 0 {
        "now".to_owned()
    } else if distance > 0 {
        format!("in {length}")
    } else {
        format!("{length} ago")
    }
}

/// A length of time in its largest unit that counts two or more, or else the next smaller one.
fn span(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h {} min", seconds / HOUR, seconds % HOUR / MINUTE).replace(" 0 min", ""),
        DAY.. => {
            let days = seconds / DAY;
            format!("{days} day{}", if days == 1 { "" } else { "s" })
        }
    }
}

/// A moment on the clock of where we are: `2026-11-12 09:14:05`.
pub fn moment(at: i64) -> String {
    match Timestamp::from_second(at) {
        Ok(moment) => moment
            .to_zoned_datetime(TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => at.to_string(),
    }
}

/// A moment both ways: `2026-11-12 09:14:05 (in 23 min)`.
pub fn moment_from_now(at: i64, now: i64) -> String {
    format!("{} ({})", moment(at), from_now(at, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_read_like_a_person_says_them() {
        for (distance, words) in [
            (0, "now"),
            (45, "in 45 s"),
            (23 * 60, "in 23 min"),
            (-300, "5 min ago"),
            (3_600, "in 1 h"),
            (5_400, "in 1 h 30 min"),
            (86_400, "in 1 day"),
            (-3 * 86_400, "3 days ago"),
        ] {
            assert_eq!(from_now(1_000_000 + distance, 1_000_000), words);
        }
    }

    #[test]
    fn a_moment_beyond_the_calendar_stays_a_number() {
        assert_eq!(moment(i64::MAX), i64::MAX.to_string());
    }
}
