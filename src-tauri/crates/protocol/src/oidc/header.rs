//! The checks of a token's form, header and signature (RFC 7515 §5.2, RFC 8725 §3).

use keybelt_primitives::text::{clipped, visible};
use serde_json::{Map, Value};

use super::checks::Outcome;
use super::id_token::Examined;
use crate::jose::algorithm::Algorithm;
use crate::jose::compact::{Compact, Signed, extensions_are_understood};
use crate::jose::{Keys, verifies};

pub(super) fn format(token: &Examined<'_>) -> Outcome {
    match &token.form {
        Err(error) => Outcome::fail(error.to_string()),
        Ok(Compact::Signed(_)) => Outcome::pass("three parts: a signed token"),
        Ok(Compact::Encrypted { .. }) => Outcome::pass("five parts: an encrypted token"),
    }
}

pub(super) fn decryption(token: &Examined<'_>) -> Outcome {
    match &token.form {
        Err(_) => Outcome::skip("the text is no token"),
        Ok(Compact::Signed(_)) => {
            Outcome::skip("the token is not encrypted, and nothing says that it should be")
        }
        Ok(Compact::Encrypted { .. }) => Outcome::fail("the token is encrypted, and there is no key for it"),
    }
}

pub(super) fn extensions(header: &Map<String, Value>) -> Outcome {
    match extensions_are_understood(header) {
        Ok(()) => Outcome::pass("no extension is critical"),
        Err(error) => Outcome::fail(error.to_string()),
    }
}

/// A token that says it is of another kind is no ID token, whoever signed it.
pub(super) fn media_type(token: &Signed<'_>, _: &Examined<'_>) -> Outcome {
    match token.header.get("typ") {
        None => Outcome::pass("the header says no type"),
        Some(Value::String(typ)) if typ.eq_ignore_ascii_case("JWT") => Outcome::pass("JWT"),
        Some(Value::String(typ)) => Outcome::fail(format!("{} is not an ID token's type", shown(typ))),
        Some(_) => Outcome::fail("typ is no text"),
    }
}

pub(super) fn algorithm(token: &Signed<'_>, examined: &Examined<'_>) -> Outcome {
    let allowed = examined.expected.algorithms;
    let Some(name) = token.header_text("alg") else {
        return Outcome::fail("the header names no algorithm");
    };
    match examined.algorithm {
        Some(algorithm) if allowed.contains(&algorithm) => {
            Outcome::pass(format!("{} is allowed", shown(name)))
        }
        Some(_) => Outcome::fail(format!(
            "{} is not allowed; allowed: {}",
            shown(name),
            names(allowed)
        )),
        None => Outcome::fail(format!(
            "{} is not taken; allowed: {}",
            shown(name),
            names(allowed)
        )),
    }
}

fn names(algorithms: &[Algorithm]) -> String {
    if algorithms.is_empty() {
        return "none that Keybelt takes".to_owned();
    }
    let names: Vec<&str> = algorithms.iter().map(|algorithm| algorithm.name()).collect();
    names.join(", ")
}

pub(super) fn key(token: &Signed<'_>, examined: &Examined<'_>) -> Outcome {
    let (Some(keys), Some(algorithm)) = (examined.expected.keys, examined.algorithm) else {
        return unmade(examined);
    };
    let kid = match token.header.get("kid") {
        None => "no kid".to_owned(),
        Some(Value::String(kid)) => format!("kid {}", shown(kid)),
        Some(_) => "a kid that is no text".to_owned(),
    };
    let source = match keys {
        Keys::Set(set) => format!("the issuer's keys: {}", set.summary()),
        Keys::Secret(_) => "the client secret".to_owned(),
    };
    match &examined.candidates {
        None => unmade(examined),
        Some(Err(error)) => Outcome::fail(format!("{error} ({kid}, {}); {source}", algorithm.name())),
        Some(Ok(found)) => Outcome::pass(format!("{} may have signed ({kid}); {source}", found.count())),
    }
}

pub(super) fn signature(token: &Signed<'_>, examined: &Examined<'_>) -> Outcome {
    match (examined.algorithm, &examined.candidates) {
        (Some(algorithm), Some(Ok(found))) if verifies(token, algorithm, found) => {
            Outcome::pass(format!("{} holds", algorithm.name()))
        }
        (Some(algorithm), Some(Ok(_))) => Outcome::fail(format!("{} does not hold", algorithm.name())),
        (Some(_), Some(Err(_))) => Outcome::skip("there is no key to verify it with"),
        _ => unmade(examined),
    }
}

fn unmade(examined: &Examined<'_>) -> Outcome {
    Outcome::skip(match examined.expected.keys {
        None => "no source of keys was given",
        Some(_) => "there is no algorithm to choose a key by",
    })
}

/// Text of a token, made safe to look at and short.
pub(super) fn shown(text: &str) -> String {
    clipped(&visible(text), 200)
}
