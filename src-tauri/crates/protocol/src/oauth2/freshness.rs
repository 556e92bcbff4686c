//! How long a document that was read stays good (RFC 9111 §4.2), and how it is asked for.

use std::time::{Duration, SystemTime};

use http::header::{ACCEPT, AGE, CACHE_CONTROL, DATE, EXPIRES};
use http::{HeaderMap, HeaderValue, Method};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, UnixSeconds};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const BETWEEN_FORCED: i64 = 60;

/// Between what the server says and what is held to be sensible.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FreshnessBounds {
    least: Duration,
    unsaid: Duration,
    most: Duration,
}

/// Server metadata: at least 5 minutes, at most a day, and a day where the server says nothing: each reading delays a
/// refresh (specs MD-09).
pub const METADATA: FreshnessBounds = FreshnessBounds {
    least: FIVE_MINUTES,
    unsaid: DAY,
    most: DAY,
};

/// A JWK set: at most a day (OpenID Connect Core 1.0 §10.1.1, specs KR-02).
pub const JWKS: FreshnessBounds = FreshnessBounds {
    least: Duration::ZERO,
    unsaid: FIVE_MINUTES,
    most: DAY,
};

/// A GET for a public JSON document: metadata or a JWK set.
pub fn document_request(url: &Endpoint) -> Request {
    Request {
        method: Method::GET,
        url: url.clone(),
        headers: vec![(ACCEPT, HeaderValue::from_static("application/json"))],
        body: None,
    }
}

/// For how long after it was asked for a document is fresh: `max-age` less `Age`, else `Expires` less `Date`, within
/// the bounds (RFC 9111 §4.2.1).
pub fn fresh_for(headers: &HeaderMap, bounds: FreshnessBounds) -> Duration {
    let said = match cache_control(headers) {
        Some(CacheControl::Uncached) => Some(Duration::ZERO),
        Some(CacheControl::MaxAge(life)) => Some(life.saturating_sub(age(headers))),
        None => expires(headers),
    };
    said.unwrap_or(bounds.unsaid).clamp(bounds.least, bounds.most)
}

/// Whether a document may be read again before it is stale, because a key is not in it: at most once a minute
/// (specs KR-01).
pub fn may_force(last_forced: Option<UnixSeconds>, now: UnixSeconds) -> bool {
    // A clock that was set back must not close the way for good.
    last_forced.is_none_or(|last| !(0..BETWEEN_FORCED).contains(&now.since(last)))
}

/// Whether no cache may keep the answer (RFC 9111 §5.2.2.5).
pub(super) fn is_kept_nowhere(headers: &HeaderMap) -> bool {
    let fields = headers.get_all(CACHE_CONTROL).into_iter();
    fields
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .any(|directive| directive.trim().eq_ignore_ascii_case("no-store"))
}

enum CacheControl {
    Uncached,
    MaxAge(Duration),
}

fn cache_control(headers: &HeaderMap) -> Option<CacheControl> {
    let mut max_age = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().unwrap_or_default().split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return Some(CacheControl::Uncached),
                "max-age" if max_age.is_none() => max_age = value.trim().trim_matches('"').parse().ok(),
                _ => {}
            }
        }
    }
    max_age.map(|seconds| CacheControl::MaxAge(Duration::from_secs(seconds)))
}

fn age(headers: &HeaderMap) -> Duration {
    let seconds = headers
        .get(AGE)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}

fn expires(headers: &HeaderMap) -> Option<Duration> {
    let date =
        |name| -> Option<SystemTime> { httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok() };
    let (expires, sent) = (date(EXPIRES)?, date(DATE)?);
    Some(expires.duration_since(sent).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::header_map;

    fn seconds(headers: &[(&str, &str)], bounds: FreshnessBounds) -> u64 {
        fresh_for(&header_map(headers), bounds).as_secs()
    }

    #[test]
    fn md_09_between_five_minutes_and_a_day() {
        assert_eq!(seconds(&[], METADATA), 86_400);
        assert_eq!(
            seconds(&[("cache-control", "no-store, max-age=900")], METADATA),
            300
        );
        assert_eq!(
            seconds(&[("cache-control", "public, Max-Age=\"900\"")], METADATA),
            900
        );
        assert_eq!(
            seconds(&[("cache-control", "max-age=900"), ("age", "100")], METADATA),
            800
        );
        assert_eq!(seconds(&[("cache-control", "max-age=999999")], METADATA), 86_400);
        let dates = [
            ("date", "Tue, 15 Nov 1994 08:12:31 GMT"),
            ("expires", "Tue, 15 Nov 1994 09:12:31 GMT"),
        ];
        assert_eq!(seconds(&dates, METADATA), 3600);
    }

    #[test]
    fn kr_02_a_jwk_set_is_fresh_for_a_day_at_most() {
        assert_eq!(seconds(&[("cache-control", "max-age=604800")], JWKS), 86_400);
        assert_eq!(seconds(&[("cache-control", "no-cache")], JWKS), 0);
        assert_eq!(seconds(&[], JWKS), 300);
    }

    #[test]
    fn af_32_no_store_is_found_among_directives() {
        let kept = |value| is_kept_nowhere(&header_map(&[("cache-control", value)]));
        assert!(kept("no-store") && kept("private, No-Store"));
        assert!(!kept("no-cache") && !is_kept_nowhere(&header_map(&[])));
    }

    #[test]
    fn kr_01_one_forced_reading_a_minute() {
        assert!(may_force(None, UnixSeconds(100)));
        assert!(!may_force(Some(UnixSeconds(100)), UnixSeconds(100)));
        assert!(!may_force(Some(UnixSeconds(100)), UnixSeconds(159)));
        assert!(may_force(Some(UnixSeconds(100)), UnixSeconds(160)));
        assert!(may_force(Some(UnixSeconds(100)), UnixSeconds(50)));
    }

    #[test]
    fn h_06_documents_are_asked_for_as_json() {
        let request = document_request(&Endpoint::parse("https://as.example/jwks").unwrap());
        assert_eq!(request.method, Method::GET);
        assert_eq!(request.headers[0].1, "application/json");
        assert!(request.body.is_none());
    }
}
