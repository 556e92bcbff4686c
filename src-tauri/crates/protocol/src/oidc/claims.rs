//! The claims that have to be there, and their types (OpenID Connect Core 1.0 §2, RFC 7519 §2).

use serde_json::{Map, Value};

use super::checks::Outcome;
use super::id_token::Examined;

/// Beyond this a JSON number is no longer exact (specs JW-17).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The claims of a token, looked at by type.
#[derive(Clone, Copy)]
pub(super) struct Claims<'a>(pub(super) &'a Map<String, Value>);

/// A claim that may be left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Optional<T> {
    Absent,
    Present(T),
    /// Of another type than it must be.
    Unfit,
}

/// Whether the claims can be read and what is required is there, each of its type.
pub(super) fn required_claims(token: &Examined<'_>) -> Outcome {
    let members = match &token.claims {
        None => return Outcome::skip(token.unread()),
        Some(Err(error)) => return Outcome::fail(error.to_string()),
        Some(Ok(members)) => members,
    };
    let claims = Claims(members);
    let fits: [(&str, bool); 5] = [
        ("iss", matches!(claims.text("iss"), Optional::Present(_))),
        ("sub", matches!(claims.text("sub"), Optional::Present(_))),
        ("aud", claims.audience().is_some()),
        ("exp", matches!(claims.time("exp"), Optional::Present(_))),
        ("iat", matches!(claims.time("iat"), Optional::Present(_))),
    ];
    let unfit = fits.iter().filter(|(_, fits)| !fits).map(|(name, _)| *name);
    let unfit: Vec<&str> = unfit.collect();
    if unfit.is_empty() {
        Outcome::pass("iss, sub, aud, exp and iat are there")
    } else {
        Outcome::fail(format!("missing or of another type: {}", unfit.join(", ")))
    }
}

/// Why a claim cannot be compared that has to be there: it is not, or it is of another type than it must be.
pub(super) fn nothing_in<T>(claim: &Optional<T>, name: &str) -> Outcome {
    Outcome::skip(match claim {
        Optional::Unfit => format!("{name} is of another type than it must be"),
        Optional::Absent | Optional::Present(_) => format!("there is no {name} to compare"),
    })
}

impl<'a> Claims<'a> {
    pub(super) fn text(&self, name: &str) -> Optional<&'a str> {
        match self.0.get(name) {
            None => Optional::Absent,
            Some(Value::String(text)) => Optional::Present(text),
            Some(_) => Optional::Unfit,
        }
    }

    /// A NumericDate, which may have a fraction (RFC 7519 §2).
    pub(super) fn time(&self, name: &str) -> Optional<f64> {
        match self.0.get(name) {
            None => Optional::Absent,
            Some(Value::Number(number)) => match number.as_f64() {
                Some(number) if number.abs() <= EXACT => Optional::Present(number),
                _ => Optional::Unfit,
            },
            Some(_) => Optional::Unfit,
        }
    }

    /// One audience or several; `None`: neither a text nor a list of texts, or not there.
    pub(super) fn audience(&self) -> Option<Vec<&'a str>> {
        match self.audiences() {
            Optional::Present(all) => Some(all),
            Optional::Absent | Optional::Unfit => None,
        }
    }

    /// The same, telling apart what is not there and what is of another type.
    pub(super) fn audiences(&self) -> Optional<Vec<&'a str>> {
        let all = match self.0.get("aud") {
            None => return Optional::Absent,
            Some(Value::String(text)) => Some(vec![text.as_str()]),
            Some(Value::Array(items)) => items.iter().map(Value::as_str).collect(),
            Some(_) => None,
        };
        all.map_or(Optional::Unfit, Optional::Present)
    }
}
