//! The checks of an ID token (OpenID Connect Core 1.0 §3.1.3.7, §12.2): every one is made, whatever failed before.

use keybelt_contract::{CheckOutcome, CheckRecord};
use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::{Secret, UnixSeconds, bounds, json};
use serde_json::{Map, Value};

use super::checks::{CHECKS, Check, Outcome};
use super::claims::{Claims, Optional};
use super::{hashes, times};
use crate::jose::algorithm::Algorithm;
use crate::jose::compact::{Compact, Signed};
use crate::jose::key_set::NoKey;
use crate::jose::{Keys, candidates, verifies};

/// What a token is held against. What is `None` speaks of nothing, and its check is skipped.
pub struct Expected<'a> {
    /// The issuer, exactly.
    pub issuer: Option<&'a str>,
    /// The client that it must be for.
    pub client_id: Option<&'a str>,
    /// Algorithms that are allowed; the header never chooses (RFC 8725 §3.1).
    pub algorithms: &'a [Algorithm],
    /// Where keys come from; `None`: nobody gave a source.
    pub keys: Option<Keys<'a>>,
    /// The nonce.
    pub nonce: Option<&'a str>,
    /// `max_age` that was asked for, in seconds.
    pub max_age: Option<u64>,
    /// Now.
    pub now: UnixSeconds,
    /// The token is just being given out: its `iat` may not be of yesterday.
    pub fresh: bool,
    /// The access token that came with it.
    pub access_token: Option<&'a Secret<String>>,
    /// The code it was given for.
    pub code: Option<&'a Secret<String>>,
    /// The claims at the link, for a refreshed token (OpenID Connect Core 1.0 §12.2).
    pub original: Option<&'a Map<String, Value>>,
}

/// A token with the outcome of every check.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The header, if it could be read.
    pub header: Option<Map<String, Value>>,
    /// The claims, if they could be read; not to be trusted unless nothing failed and the signature passed.
    pub claims: Option<Map<String, Value>>,
    /// Every check, in the table's order.
    pub checks: Vec<CheckRecord>,
    /// The key was not among the issuer's: a set that is read anew may have it (specs KR-01, KR-03).
    pub key_may_be_newer: bool,
}

impl Checked {
    /// The first check that failed.
    pub fn failure(&self) -> Option<&CheckRecord> {
        self.checks
            .iter()
            .find(|record| record.outcome == CheckOutcome::Fail)
    }

    /// The claims, if they may be believed: nothing failed, and the signature passed.
    pub fn verified(&self) -> Option<&Map<String, Value>> {
        let signed = Check::Signature.name();
        let is_signed = self
            .checks
            .iter()
            .any(|record| record.check == signed && record.outcome == CheckOutcome::Pass);
        self.claims
            .as_ref()
            .filter(|_| is_signed && self.failure().is_none())
    }
}

/// Makes every check of the table.
pub fn check(token: &str, expected: &Expected<'_>) -> Checked {
    match Compact::parse(token) {
        Err(error) => {
            let mut table = Table::all_skipped("the text is no token");
            table.put(Check::Format, Outcome::fail(error.to_string()));
            Checked {
                header: None,
                claims: None,
                checks: table.records(),
                key_may_be_newer: false,
            }
        }
        Ok(Compact::Encrypted { header }) => {
            let mut table = Table::all_skipped("the token is encrypted, and what is inside cannot be read");
            table.put(Check::Format, Outcome::pass("five parts: an encrypted token"));
            table.put(
                Check::Decryption,
                Outcome::fail("the token is encrypted, and there is no key for it"),
            );
            Checked {
                header: Some(header),
                claims: None,
                checks: table.records(),
                key_may_be_newer: false,
            }
        }
        Ok(Compact::Signed(token)) => check_signed(&token, expected),
    }
}

/// Outcomes in the table's order.
struct Table(Vec<(Check, Outcome)>);

impl Table {
    fn all_skipped(why: &str) -> Self {
        Self(CHECKS.iter().map(|check| (*check, Outcome::skip(why))).collect())
    }

    fn put(&mut self, check: Check, outcome: Outcome) {
        if let Some(row) = self.0.iter_mut().find(|(name, _)| *name == check) {
            row.1 = outcome;
        }
    }

    fn records(self) -> Vec<CheckRecord> {
        self.0
            .into_iter()
            .map(|(check, outcome)| outcome.record(check))
            .collect()
    }
}

fn check_signed(token: &Signed<'_>, expected: &Expected<'_>) -> Checked {
    let mut table = Table::all_skipped("the claims cannot be read");
    table.put(Check::Format, Outcome::pass("three parts: a signed token"));
    table.put(Check::Crit, crit(token));
    table.put(Check::Typ, typ(token));
    table.put(
        Check::Decryption,
        Outcome::skip("the token is not encrypted, and nothing says that it should be"),
    );
    let algorithm = token.header_text("alg").and_then(Algorithm::parse);
    table.put(Check::Alg, alg(token, algorithm, expected));
    let (key, signature, key_may_be_newer) = signed(token, algorithm, expected);
    table.put(Check::Key, key);
    table.put(Check::Signature, signature);

    let claims = json::object(&token.payload, bounds::JWT);
    match &claims {
        Err(error) => table.put(Check::Claims, Outcome::fail(error.to_string())),
        Ok(members) => check_claims(&mut table, &Claims(members), algorithm, expected),
    }
    Checked {
        header: Some(token.header.clone()),
        claims: claims.ok(),
        checks: table.records(),
        key_may_be_newer,
    }
}

fn check_claims(
    table: &mut Table,
    claims: &Claims<'_>,
    algorithm: Option<Algorithm>,
    expected: &Expected<'_>,
) {
    let now = expected.now;
    let original = expected.original.map(Claims);
    table.put(Check::Claims, claims.check());
    table.put(Check::Iss, issuer(claims, expected));
    table.put(Check::Sub, subject(claims, original.as_ref()));
    table.put(Check::Aud, audience(claims, algorithm, expected));
    table.put(Check::Azp, authorized_party(claims, expected, original.as_ref()));
    table.put(Check::Exp, times::expiry(claims, now));
    table.put(Check::Iat, times::issued(claims, now, expected.fresh));
    table.put(Check::Nbf, times::not_before(claims, now));
    table.put(Check::Nonce, nonce(claims, expected));
    let signed_in = original
        .as_ref()
        .and_then(|original| match original.time("auth_time") {
            Optional::Present(time) => Some(time),
            Optional::Absent | Optional::Unfit => None,
        });
    table.put(
        Check::AuthTime,
        times::signed_in(claims, now, expected.max_age, signed_in),
    );
    table.put(Check::Acr, Outcome::skip("no acr was asked for"));
    table.put(
        Check::AtHash,
        hashes::check(claims, "at_hash", algorithm, expected.access_token),
    );
    table.put(
        Check::CHash,
        hashes::check(claims, "c_hash", algorithm, expected.code),
    );
}

fn crit(token: &Signed<'_>) -> Outcome {
    if token.header.contains_key("b64") {
        return Outcome::fail("b64 is not understood (RFC 7797)");
    }
    match token.header.get("crit") {
        None => Outcome::pass("no extension is critical"),
        Some(Value::Array(names)) if names.is_empty() => Outcome::fail("crit is empty"),
        Some(Value::Array(names)) => {
            let names: Vec<String> = names
                .iter()
                .take(8)
                .map(|name| shown(&name.to_string()))
                .collect();
            Outcome::fail(format!("critical, and not understood: {}", names.join(", ")))
        }
        Some(_) => Outcome::fail("crit is no list"),
    }
}

fn typ(token: &Signed<'_>) -> Outcome {
    match token.header.get("typ") {
        None => Outcome::pass("the header says no type"),
        Some(Value::String(typ)) if typ.eq_ignore_ascii_case("JWT") => Outcome::pass("JWT"),
        Some(Value::String(typ)) => Outcome::fail(format!("{} is not an ID token's type", shown(typ))),
        Some(_) => Outcome::fail("typ is no text"),
    }
}

fn alg(token: &Signed<'_>, algorithm: Option<Algorithm>, expected: &Expected<'_>) -> Outcome {
    let allowed = || {
        let names: Vec<&str> = expected
            .algorithms
            .iter()
            .map(|algorithm| algorithm.name())
            .collect();
        if names.is_empty() {
            "none that Keybelt takes".to_owned()
        } else {
            names.join(", ")
        }
    };
    match (token.header_text("alg"), algorithm) {
        (None, _) => Outcome::fail("the header names no algorithm"),
        (Some(name), None) => Outcome::fail(format!("{} is not taken; allowed: {}", shown(name), allowed())),
        (Some(name), Some(algorithm)) if expected.algorithms.contains(&algorithm) => {
            Outcome::pass(format!("{} is allowed", shown(name)))
        }
        (Some(name), Some(_)) => {
            Outcome::fail(format!("{} is not allowed; allowed: {}", shown(name), allowed()))
        }
    }
}

/// The outcomes for `key` and `signature`, and whether newer keys might change them.
fn signed(
    token: &Signed<'_>,
    algorithm: Option<Algorithm>,
    expected: &Expected<'_>,
) -> (Outcome, Outcome, bool) {
    let unmade = |why: &str| (Outcome::skip(why), Outcome::skip(why), false);
    let Some(keys) = expected.keys else {
        return unmade("no source of keys was given");
    };
    let Some(algorithm) = algorithm else {
        return unmade("there is no algorithm to choose a key by");
    };
    let kid = token
        .header_text("kid")
        .map_or_else(|| "no kid".to_owned(), |kid| format!("kid {}", shown(kid)));
    match candidates(token, algorithm, keys) {
        Err(error) => {
            let outcome = Outcome::fail(format!("{error} ({kid}, {})", algorithm.name()));
            (
                outcome,
                Outcome::skip("there is no key to verify it with"),
                error == NoKey::UnknownId,
            )
        }
        Ok(found) => {
            let of = match keys {
                Keys::Set(_) => "the issuer's keys",
                Keys::Secret(_) => "the client secret",
            };
            let key = Outcome::pass(format!("{} of {of} may have signed ({kid})", found.count()));
            if verifies(token, algorithm, &found) {
                (key, Outcome::pass(format!("{} holds", algorithm.name())), false)
            } else {
                let is_replaceable = matches!(keys, Keys::Set(_));
                (
                    key,
                    Outcome::fail(format!("{} does not hold", algorithm.name())),
                    is_replaceable,
                )
            }
        }
    }
}

fn issuer(claims: &Claims<'_>, expected: &Expected<'_>) -> Outcome {
    match (claims.text("iss"), expected.issuer) {
        (Optional::Present(_), None) => Outcome::skip("no issuer was said to compare with"),
        (Optional::Present(found), Some(wanted)) if found == wanted => Outcome::pass(shown(found)),
        (Optional::Present(found), Some(wanted)) => {
            Outcome::fail(format!("{} instead of {}", shown(found), shown(wanted)))
        }
        (Optional::Absent | Optional::Unfit, _) => Outcome::skip("there is no iss to compare"),
    }
}

fn subject(claims: &Claims<'_>, original: Option<&Claims<'_>>) -> Outcome {
    let Optional::Present(sub) = claims.text("sub") else {
        return Outcome::skip("there is no sub to look at");
    };
    if sub.is_empty() || sub.len() > 255 || !sub.is_ascii() {
        return Outcome::fail("sub is not 1 to 255 ASCII characters");
    }
    match original.map(|original| original.text("sub")) {
        Some(Optional::Present(before)) if before != sub => {
            Outcome::fail(format!("{} instead of {} at the link", shown(sub), shown(before)))
        }
        Some(_) => Outcome::pass(format!("{}, as at the link", shown(sub))),
        None => Outcome::pass(shown(sub)),
    }
}

fn audience(claims: &Claims<'_>, algorithm: Option<Algorithm>, expected: &Expected<'_>) -> Outcome {
    let Some(found) = claims.audience() else {
        return Outcome::skip("there is no aud to compare");
    };
    let Some(client) = expected.client_id else {
        return Outcome::skip("no client was said to compare with");
    };
    if !found.contains(&client) {
        let names: Vec<String> = found.iter().take(8).map(|name| shown(name)).collect();
        return Outcome::fail(format!("{} does not have {}", names.join(", "), shown(client)));
    }
    if found.len() > 1 && algorithm.is_some_and(Algorithm::is_symmetric) {
        return Outcome::fail("several audiences share one secret");
    }
    Outcome::pass(format!("has {}", shown(client)))
}

fn authorized_party(claims: &Claims<'_>, expected: &Expected<'_>, original: Option<&Claims<'_>>) -> Outcome {
    let found = match claims.text("azp") {
        Optional::Unfit => return Outcome::fail("azp is no text"),
        Optional::Present(found) => Some(found),
        Optional::Absent => None,
    };
    if let Some(original) = original
        && let (Optional::Present(before), Some(found)) = (original.text("azp"), found)
        && before != found
    {
        return Outcome::fail(format!(
            "{} instead of {} at the link",
            shown(found),
            shown(before)
        ));
    }
    match (found, expected.client_id) {
        (None, _) if claims.audience().is_some_and(|audience| audience.len() > 1) => {
            Outcome::fail("several audiences, and azp does not say who is meant")
        }
        (None, _) => Outcome::skip("the token has no azp, and one audience"),
        (Some(_), None) => Outcome::skip("no client was said to compare with"),
        (Some(found), Some(client)) if found == client => Outcome::pass(shown(found)),
        (Some(found), Some(client)) => {
            Outcome::fail(format!("{} instead of {}", shown(found), shown(client)))
        }
    }
}

fn nonce(claims: &Claims<'_>, expected: &Expected<'_>) -> Outcome {
    if let Some(original) = expected.original {
        return refreshed_nonce(claims, &Claims(original));
    }
    match (claims.text("nonce"), expected.nonce) {
        (Optional::Unfit, _) => Outcome::fail("nonce is no text"),
        (Optional::Absent, None) => Outcome::skip("no nonce was sent"),
        (Optional::Present(_), None) => Outcome::skip("no nonce was sent; the token's own says nothing"),
        (Optional::Absent, Some(_)) => Outcome::fail("a nonce was sent, and the token has none"),
        (Optional::Present(found), Some(wanted)) if found == wanted => Outcome::pass("the one that was sent"),
        (Optional::Present(_), Some(_)) => Outcome::fail("another than the one that was sent"),
    }
}

/// A refreshed token should have none; one that is there is the link's (OpenID Connect Core 1.0 §12.2).
fn refreshed_nonce(claims: &Claims<'_>, original: &Claims<'_>) -> Outcome {
    match (claims.text("nonce"), original.text("nonce")) {
        (Optional::Absent, _) => Outcome::skip("a refreshed token needs none"),
        (Optional::Present(found), Optional::Present(before)) if found == before => {
            Outcome::pass("as at the link")
        }
        (Optional::Present(_) | Optional::Unfit, _) => Outcome::fail("another than at the link"),
    }
}

fn shown(text: &str) -> String {
    clipped(&visible(text), 200)
}

#[cfg(test)]
mod tests;
