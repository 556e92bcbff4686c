//! How long tokens live, by what servers say of it (RFC 6749 §5.1) and how they say it (specs AF-27, AF-39, W-02).

use keybelt_primitives::UnixSeconds;
use serde_json::{Map, Value};

/// Longer than this, in seconds, is no statement: ten years.
const LONGEST: f64 = 10.0 * 365.25 * 24.0 * 60.0 * 60.0;
/// Numbers above this are milliseconds since 1970.
const MILLISECONDS: f64 = 1e11;

/// When the access token stops working: `expires_in`, else `expires`, or `expires_at`; the sooner of two that differ.
pub(super) fn expiry(members: &Map<String, Value>, sent_at: UnixSeconds) -> Option<UnixSeconds> {
    let after = members
        .get("expires_in")
        .or_else(|| members.get("expires"))
        .and_then(number);
    let at = members.get("expires_at").and_then(moment);
    let after = after.and_then(|seconds| end(seconds, sent_at));
    // A moment of long ago is still a statement: the token has expired.
    let at = at.filter(|at| at.since(sent_at) < seconds(LONGEST));
    match (after, at) {
        (Some(after), Some(at)) => Some(after.min(at)),
        (one, other) => one.or(other),
    }
}

/// When the grant itself ends, by the names that some servers have for it; 0 means that it does not.
pub(super) fn grant_expiry(members: &Map<String, Value>, sent_at: UnixSeconds) -> Option<UnixSeconds> {
    let names = [
        "refresh_token_expires_in",
        "refresh_expires_in",
        "x_refresh_token_expires_in",
    ];
    let after = names
        .into_iter()
        .find_map(|name| members.get(name))
        .and_then(number)?;
    if after <= 0.0 { None } else { end(after, sent_at) }
}

/// When a life of so many seconds ends that a form tells (OAuth Session 1.0, draft 1); `None`: it says nothing that counts,
/// or none above 0.
pub(crate) fn end_of_form(life: &str, sent_at: UnixSeconds) -> Option<UnixSeconds> {
    let after = number(&Value::from(life)).filter(|after| *after > 0.0)?;
    end(after, sent_at)
}

fn end(after: f64, sent_at: UnixSeconds) -> Option<UnixSeconds> {
    (after <= LONGEST).then(|| sent_at.plus(seconds(after.max(0.0))))
}

/// A number, or digits in a text.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) if text.len() <= 32 => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A moment as seconds or milliseconds since 1970, or as RFC 3339 text.
fn moment(value: &Value) -> Option<UnixSeconds> {
    if let Some(number) = number(value) {
        let number = if number > MILLISECONDS {
            number / 1000.0
        } else {
            number
        };
        return (0.0..1e12)
            .contains(&number)
            .then(|| UnixSeconds(seconds(number)));
    }
    let parsed = chrono::DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
    Some(UnixSeconds(parsed.timestamp()))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the number was held against bounds; its fraction is dropped"
)]
fn seconds(number: f64) -> i64 {
    number.floor() as i64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

    fn after(members: Value) -> Option<i64> {
        let Value::Object(members) = members else { panic!() };
        expiry(&members, NOW).map(|at| at.since(NOW))
    }

    #[test]
    fn af_27_odd_values() {
        assert_eq!(after(json!({"expires_in": 3600})), Some(3600));
        assert_eq!(after(json!({"expires_in": "3600"})), Some(3600));
        assert_eq!(after(json!({"expires_in": 59.9})), Some(59));
        assert_eq!(after(json!({"expires_in": 0})), Some(0));
        assert_eq!(after(json!({"expires_in": -5})), Some(0));
        for unknown in [
            json!(999_999_999_999_i64),
            json!("soon"),
            json!(null),
            json!({}),
            json!(1e300),
            json!("NaN"),
        ] {
            assert_eq!(after(json!({ "expires_in": unknown })), None);
        }
        assert_eq!(after(json!({})), None);
    }

    #[test]
    fn w_02_other_names_and_the_sooner_of_two() {
        assert_eq!(after(json!({"expires": 60})), Some(60));
        assert_eq!(after(json!({"expires_at": NOW.0 + 60})), Some(60));
        assert_eq!(after(json!({"expires_at": (NOW.0 + 60) * 1000})), Some(60));
        assert_eq!(after(json!({"expires_at": "2027-01-15T08:01:00Z"})), Some(60));
        assert_eq!(
            after(json!({"expires_in": 3600, "expires_at": NOW.0 + 60})),
            Some(60)
        );
        assert_eq!(
            after(json!({"expires_in": 30, "expires_at": NOW.0 + 60})),
            Some(30)
        );
    }

    #[test]
    fn af_39_the_grants_own_end() {
        let grant = |members: Value| {
            let Value::Object(members) = members else { panic!() };
            grant_expiry(&members, NOW).map(|at| at.since(NOW))
        };
        assert_eq!(grant(json!({"refresh_token_expires_in": 100})), Some(100));
        assert_eq!(grant(json!({"refresh_expires_in": "100"})), Some(100));
        assert_eq!(grant(json!({"refresh_expires_in": 0})), None);
        assert_eq!(grant(json!({})), None);
    }
}
