//! The server's clock, where ours is too far from it (RFC 5849 §3.3).

use std::time::UNIX_EPOCH;

use http::header::DATE;
use keybelt_primitives::wire::Response;

use super::problem::{self, ProblemKind};

/// Servers take timestamps within so many seconds.
const TAKEN: u64 = 300;

/// How many seconds the server's clock is ahead, where that is why it refused: it says so (`timestamp_refused`), or its
/// `Date` is more than 300 s off at a 400 or 401. The request may be signed and sent once more by that clock (specs
/// O1-14).
pub fn offset(response: &Response) -> Option<i64> {
    if !matches!(response.status, 400 | 401) {
        return None;
    }
    let date = httpdate::parse_http_date(response.headers.get(DATE)?.to_str().ok()?).ok()?;
    let date = i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?;
    let ahead = date.saturating_sub(response.sent_at.0);
    let is_far = ahead.unsigned_abs() > TAKEN;
    let is_said =
        || problem::of(response).is_some_and(|found| problem::kind(&found) == ProblemKind::Timestamp);
    (is_far || (ahead != 0 && is_said())).then_some(ahead)
}

#[cfg(test)]
mod tests {
    use keybelt_primitives::UnixSeconds;

    use super::*;
    use crate::oauth2::fixtures::{SENT_AT, answer_with};

    fn offset_of(status: u16, ahead: i64, body: &str) -> Option<i64> {
        assert_eq!(SENT_AT, UnixSeconds(1_800_000_000));
        let at = u64::try_from(SENT_AT.0 + ahead).unwrap();
        let date = httpdate::fmt_http_date(UNIX_EPOCH + std::time::Duration::from_secs(at));
        offset(&answer_with(status, &[("date", &date)], body))
    }

    #[test]
    fn o1_14_the_servers_date_tells_how_far_off_we_are() {
        let said = "oauth_problem=timestamp_refused";
        assert_eq!(offset_of(401, 4_000, ""), Some(4_000));
        assert_eq!(offset_of(401, -4_000, ""), Some(-4_000));
        assert_eq!(offset_of(400, 120, said), Some(120));
        assert_eq!(offset_of(401, 120, ""), None);
        assert_eq!(offset_of(401, 0, said), None);
        assert_eq!(offset_of(403, 4_000, ""), None);
        assert_eq!(offset_of(200, 4_000, ""), None);
        assert_eq!(offset(&answer_with(401, &[("date", "soon")], said)), None);
        assert_eq!(offset(&answer_with(401, &[], said)), None);
    }
}
