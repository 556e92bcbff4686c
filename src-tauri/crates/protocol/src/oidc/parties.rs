//! The checks of who made the token, about whom, for whom and in answer to what (OpenID Connect Core 1.0 §3.1.3.7), and
//! that a refreshed one is of the same (§12.2).

use super::checks::Outcome;
use super::claims::{Claims, Optional, nothing_in};
use super::header::shown;
use super::id_token::Examined;
use crate::jose::algorithm::Algorithm;

/// Google's tokens for old clients name it without its scheme, and no other issuer's may (specs W-16).
const GOOGLE: (&str, &str) = ("https://accounts.google.com", "accounts.google.com");

fn is_issuer(found: &str, wanted: &str) -> bool {
    found == wanted || (wanted, found) == GOOGLE
}

pub(super) fn issuer(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let said = claims.text("iss");
    let Optional::Present(found) = said else {
        return nothing_in(&said, "iss");
    };
    let original = examined.original();
    if let Some(Optional::Present(before)) = original.map(|original| original.text("iss"))
        && !is_issuer(found, before)
        && !is_issuer(before, found)
    {
        return differs(found, before);
    }
    match examined.expected.issuer {
        None => Outcome::skip("no issuer was said to compare with"),
        Some(wanted) if is_issuer(found, wanted) => Outcome::pass(shown(found)),
        Some(wanted) => Outcome::fail(format!("{} instead of {}", shown(found), shown(wanted))),
    }
}

/// Only issuer and subject together are an identity (OpenID Connect Core 1.0 §5.7).
pub(super) fn subject(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let said = claims.text("sub");
    let Optional::Present(sub) = said else {
        return nothing_in(&said, "sub");
    };
    if sub.is_empty() || sub.len() > 255 || !sub.is_ascii() {
        return Outcome::fail("sub is not 1 to 255 ASCII characters");
    }
    match examined.original().map(|original| original.text("sub")) {
        Some(Optional::Present(before)) if before != sub => differs(sub, before),
        Some(_) => Outcome::pass(format!("{}, as at the link", shown(sub))),
        None => Outcome::pass(shown(sub)),
    }
}

pub(super) fn audience(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let found = match claims.audiences() {
        Optional::Present(found) => found,
        unfit => return nothing_in(&unfit, "aud"),
    };
    let before = examined.original().and_then(|original| original.audience());
    if let Some(lost) = before
        .unwrap_or_default()
        .into_iter()
        .find(|before| !found.contains(before))
    {
        return Outcome::fail(format!(
            "{} does not have {}, as at the link",
            listed(&found),
            shown(lost)
        ));
    }
    let Some(client) = examined.expected.client_id else {
        return Outcome::skip("no client was said to compare with");
    };
    if !found.contains(&client) {
        return Outcome::fail(format!("{} does not have {}", listed(&found), shown(client)));
    }
    if found.len() > 1 && examined.algorithm.is_some_and(Algorithm::is_symmetric) {
        return Outcome::fail("several audiences share one secret");
    }
    Outcome::pass(format!("has {}", shown(client)))
}

fn listed(audience: &[&str]) -> String {
    if audience.is_empty() {
        return "an empty list".to_owned();
    }
    let names: Vec<String> = audience.iter().take(8).map(|name| shown(name)).collect();
    names.join(", ")
}

pub(super) fn authorized_party(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let found = match claims.text("azp") {
        Optional::Unfit => return Outcome::fail("azp is no text"),
        Optional::Present(found) => Some(found),
        Optional::Absent => None,
    };
    if let Some(original) = examined.original() {
        match (original.text("azp"), found) {
            (Optional::Present(before), Some(found)) if before != found => return differs(found, before),
            (Optional::Present(before), None) => {
                return Outcome::fail(format!("absent; it was {} at the link", shown(before)));
            }
            (Optional::Absent, Some(found)) => {
                return Outcome::fail(format!("{}; there was none at the link", shown(found)));
            }
            _ => {}
        }
    }
    let audiences = claims.audience().map_or(0, |audience| audience.len());
    match (found, examined.expected.client_id) {
        (None, _) => match audiences {
            0 => Outcome::skip("the token has no azp"),
            1 => Outcome::skip("the token has no azp, and one audience"),
            _ => Outcome::fail("several audiences, and azp does not say who is meant"),
        },
        (Some(_), None) => Outcome::skip("no client was said to compare with"),
        (Some(found), Some(client)) if found == client => Outcome::pass(shown(found)),
        (Some(found), Some(client)) => {
            Outcome::fail(format!("{} instead of {}", shown(found), shown(client)))
        }
    }
}

pub(super) fn nonce(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    if let Some(original) = examined.original() {
        return refreshed_nonce(claims, &original);
    }
    match (claims.text("nonce"), examined.expected.nonce) {
        (Optional::Unfit, _) => Outcome::fail("nonce is no text"),
        (Optional::Absent, None) => Outcome::skip("no nonce was sent"),
        (Optional::Present(_), None) => Outcome::skip("no nonce was sent; the token's own says nothing"),
        (Optional::Absent, Some(_)) => Outcome::fail("a nonce was sent, and the token has none"),
        (Optional::Present(found), Some(wanted)) if found == wanted => Outcome::pass("the one that was sent"),
        (Optional::Present(_), Some(_)) => Outcome::fail("another than the one that was sent"),
    }
}

/// A refreshed token should have none; one that is there is the link's.
fn refreshed_nonce(claims: &Claims<'_>, original: &Claims<'_>) -> Outcome {
    match (claims.text("nonce"), original.text("nonce")) {
        (Optional::Absent, _) => Outcome::skip("a refreshed token needs none"),
        (Optional::Present(found), Optional::Present(before)) if found == before => {
            Outcome::pass("as at the link")
        }
        (Optional::Present(_) | Optional::Unfit, _) => Outcome::fail("another than at the link"),
    }
}

/// Keybelt asks for no `acr` by itself, so there is nothing to hold it against.
pub(super) fn context_class(_: &Claims<'_>, _: &Examined<'_>) -> Outcome {
    Outcome::skip("no acr was asked for")
}

fn differs(found: &str, before: &str) -> Outcome {
    Outcome::fail(format!(
        "{} instead of {} at the link",
        shown(found),
        shown(before)
    ))
}
