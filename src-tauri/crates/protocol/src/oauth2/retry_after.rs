//! `Retry-After` (RFC 9110 §10.2.3).

use std::time::{Duration, UNIX_EPOCH};

use http::HeaderMap;
use http::header::RETRY_AFTER;
use keybelt_primitives::{UnixSeconds, bounds};

/// How long the server asks to be left alone: seconds or an HTTP date, at most an hour (specs H-09). `None` where it
/// does not say, or not so that it can be read.
pub fn retry_after(headers: &HeaderMap, now: UnixSeconds) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_or(bounds::RETRY_AFTER, Duration::from_secs)
    } else {
        let until = httpdate::parse_http_date(text)
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?;
        let now = Duration::from_secs(u64::try_from(now.0).ok()?);
        until.saturating_sub(now)
    };
    Some(wait.min(bounds::RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::header_map;

    fn wait(value: &str) -> Option<u64> {
        // Tue, 15 Nov 1994 08:12:31 GMT
        let headers = header_map(&[("retry-after", value)]);
        retry_after(&headers, UnixSeconds(784_887_151)).map(|wait| wait.as_secs())
    }

    #[test]
    fn h_09_seconds_or_a_date_within_an_hour() {
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait("0"), Some(0));
        assert_eq!(wait("Tue, 15 Nov 1994 08:13:31 GMT"), Some(60));
        assert_eq!(wait("Tue, 15 Nov 1994 08:10:31 GMT"), Some(0));
        assert_eq!(wait("99999"), Some(3600));
        assert_eq!(wait(&"9".repeat(300)), Some(3600));
        assert_eq!(wait("Mon, 15 Nov 2094 08:12:31 GMT"), Some(3600));
        for unreadable in ["-1", "soon", "1.5", " "] {
            assert_eq!(wait(unreadable), None, "{unreadable}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), UnixSeconds(0)), None);
    }
}
