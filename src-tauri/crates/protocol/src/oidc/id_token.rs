//! An ID token held against what is expected of it (OpenID Connect Core 1.0 §3.1.3.7, §12.2): every check of the table
//! is made, whatever failed before.

use keybelt_contract::{CheckOutcome, CheckRecord};
use keybelt_primitives::json::JsonError;
use keybelt_primitives::{Secret, UnixSeconds, bounds, json};
use serde_json::{Map, Value};

use super::checks::{CHECKS, Check, Outcome, Run};
use super::claims::Claims;
use crate::jose::algorithm::Algorithm;
use crate::jose::compact::{Compact, CompactError};
use crate::jose::key_set::NoKey;
use crate::jose::{Candidates, Keys, candidates};

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
    /// The issuer's keys did not verify it; a set that is read anew may have the key (specs KR-01, KR-03).
    pub key_may_be_newer: bool,
}

impl Checked {
    /// What stands in the way of belief: the first check that failed, or that is required and could not be made.
    pub fn failure(&self) -> Option<&CheckRecord> {
        let rows = CHECKS.iter().zip(&self.checks);
        let mut in_the_way = rows.filter(|(check, record)| match record.outcome {
            CheckOutcome::Pass => false,
            CheckOutcome::Fail => true,
            CheckOutcome::Skip => check.required,
        });
        in_the_way.next().map(|(_, record)| record)
    }

    /// The claims, if they may be believed: nothing failed, and nothing that is required is left open.
    pub fn verified(&self) -> Option<&Map<String, Value>> {
        self.claims.as_ref().filter(|_| self.failure().is_none())
    }
}

/// Makes every check of the table.
pub fn check(token: &str, expected: &Expected<'_>) -> Checked {
    let examined = Examined::new(token, expected);
    let checks: Vec<CheckRecord> = CHECKS
        .iter()
        .map(|check| examined.make(check).record(check))
        .collect();
    Checked {
        key_may_be_newer: examined.key_may_be_newer(&checks),
        header: examined.header().cloned(),
        claims: examined.claims.and_then(Result::ok),
        checks,
    }
}

/// A token, taken apart as far as that goes.
pub(super) struct Examined<'a> {
    pub(super) form: Result<Compact<'a>, CompactError>,
    /// `None`: the payload cannot be got at.
    pub(super) claims: Option<Result<Map<String, Value>, JsonError>>,
    /// What the header names, if it is an algorithm that Keybelt knows; whether it is allowed is a check.
    pub(super) algorithm: Option<Algorithm>,
    /// `None`: no source of keys, or no algorithm to choose by.
    pub(super) candidates: Option<Result<Candidates, NoKey>>,
    pub(super) expected: &'a Expected<'a>,
}

impl<'a> Examined<'a> {
    fn new(text: &'a str, expected: &'a Expected<'a>) -> Self {
        let form = Compact::parse(text);
        let signed = match &form {
            Ok(Compact::Signed(token)) => Some(token),
            Ok(Compact::Encrypted { .. }) | Err(_) => None,
        };
        let algorithm = signed.and_then(|token| Algorithm::parse(token.header_text("alg")?));
        Self {
            claims: signed.map(|token| json::object(&token.payload, bounds::JWT)),
            candidates: signed.and_then(|token| Some(candidates(token, algorithm?, expected.keys?))),
            algorithm,
            form,
            expected,
        }
    }

    fn make(&self, check: &Check) -> Outcome {
        match (check.run, &self.form, &self.claims) {
            (Run::Text(run), _, _) => run(self),
            (Run::Header(run), Ok(form), _) => run(form.header()),
            (Run::Signed(run), Ok(Compact::Signed(token)), _) => run(token, self),
            (Run::Claims(run), _, Some(Ok(members))) => run(&Claims(members), self),
            _ => Outcome::skip(self.unread()),
        }
    }

    /// Why a check finds nothing to look at.
    pub(super) fn unread(&self) -> &'static str {
        match &self.form {
            Err(_) => "the text is no token",
            Ok(Compact::Encrypted { .. }) => "the token is encrypted, and what is inside cannot be read",
            Ok(Compact::Signed(_)) => "the claims cannot be read",
        }
    }

    fn header(&self) -> Option<&Map<String, Value>> {
        self.form.as_ref().ok().map(Compact::header)
    }

    /// The claims at the link, where this token is a refreshed one.
    pub(super) fn original(&self) -> Option<Claims<'a>> {
        self.expected.original.map(Claims)
    }

    /// A header with an algorithm that is not allowed causes no request.
    fn key_may_be_newer(&self, checks: &[CheckRecord]) -> bool {
        let has_set = matches!(self.expected.keys, Some(Keys::Set(_)));
        let is_allowed = self
            .algorithm
            .is_some_and(|algorithm| self.expected.algorithms.contains(&algorithm));
        let failed = |record: &CheckRecord| {
            record.outcome == CheckOutcome::Fail && matches!(record.check.as_str(), "key" | "signature")
        };
        has_set && is_allowed && checks.iter().any(failed)
    }
}

#[cfg(test)]
mod rows;
#[cfg(test)]
mod tests;
