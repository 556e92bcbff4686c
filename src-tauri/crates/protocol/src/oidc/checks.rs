//! The one table of checks: each a row with its name, its rule and what makes it; and what their outcomes come to.

use keybelt_contract::{CheckOutcome, CheckRecord, Verdict};
use serde_json::{Map, Value};

use super::claims::{self, Claims};
use super::id_token::Examined;
use super::{hashes, header, parties, times};
use crate::jose::compact::Signed;

/// Every check of an ID token, in the order it is made (OpenID Connect Core 1.0 §3.1.3.7, §12.2; RFC 8725 §3).
pub const CHECKS: &[Check] = &[
    required("format", "RFC 7515 §5.2 (1)", Run::Text(header::format)),
    optional("crit", "RFC 7515 §4.1.11", Run::Header(header::extensions)),
    optional("typ", "RFC 8725 §3.11", Run::Signed(header::media_type)),
    optional(
        "decryption",
        "OIDC Core 1.0 §3.1.3.7 (1)",
        Run::Text(header::decryption),
    ),
    required(
        "alg",
        "OIDC Core 1.0 §3.1.3.7 (7)",
        Run::Signed(header::algorithm),
    ),
    required("key", "RFC 7517 §4", Run::Signed(header::key)),
    required(
        "signature",
        "OIDC Core 1.0 §3.1.3.7 (6)",
        Run::Signed(header::signature),
    ),
    required("claims", "OIDC Core 1.0 §2", Run::Text(claims::required_claims)),
    required("iss", "OIDC Core 1.0 §3.1.3.7 (2)", Run::Claims(parties::issuer)),
    required("sub", "OIDC Core 1.0 §2", Run::Claims(parties::subject)),
    required(
        "aud",
        "OIDC Core 1.0 §3.1.3.7 (3)",
        Run::Claims(parties::audience),
    ),
    optional(
        "azp",
        "OIDC Core 1.0 §3.1.3.7 (4, 5)",
        Run::Claims(parties::authorized_party),
    ),
    required("exp", "OIDC Core 1.0 §3.1.3.7 (9)", Run::Claims(times::expiry)),
    required("iat", "OIDC Core 1.0 §3.1.3.7 (10)", Run::Claims(times::issued)),
    optional("nbf", "RFC 7519 §4.1.5", Run::Claims(times::not_before)),
    optional(
        "nonce",
        "OIDC Core 1.0 §3.1.3.7 (11)",
        Run::Claims(parties::nonce),
    ),
    optional(
        "auth_time",
        "OIDC Core 1.0 §3.1.3.7 (13)",
        Run::Claims(times::signed_in),
    ),
    optional(
        "acr",
        "OIDC Core 1.0 §3.1.3.7 (12)",
        Run::Claims(parties::context_class),
    ),
    optional(
        "at_hash",
        "OIDC Core 1.0 §3.1.3.8",
        Run::Claims(hashes::access_token),
    ),
    optional("c_hash", "OIDC Core 1.0 §3.3.2.11", Run::Claims(hashes::code)),
];

/// One check: a row of [`CHECKS`].
pub struct Check {
    /// Its stable name.
    pub name: &'static str,
    /// Where it is written.
    pub rule: &'static str,
    /// Whether a token of which this could not be told is not believed.
    pub required: bool,
    pub(super) run: Run,
}

/// What a check looks at; where that is not there, the check cannot be made.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// The text as a whole.
    Text(fn(&Examined<'_>) -> Outcome),
    /// The header, of an encrypted token too.
    Header(fn(&Map<String, Value>) -> Outcome),
    /// What is signed.
    Signed(fn(&Signed<'_>, &Examined<'_>) -> Outcome),
    /// The claims.
    Claims(fn(&Claims<'_>, &Examined<'_>) -> Outcome),
}

const fn required(name: &'static str, rule: &'static str, run: Run) -> Check {
    Check {
        name,
        rule,
        required: true,
        run,
    }
}

const fn optional(name: &'static str, rule: &'static str, run: Run) -> Check {
    Check {
        name,
        rule,
        required: false,
        run,
    }
}

/// How one check ended, with what was compared with what, or why it was not made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    Pass(String),
    Fail(String),
    Skip(String),
}

impl Outcome {
    pub(super) fn pass(detail: impl Into<String>) -> Self {
        Self::Pass(detail.into())
    }

    pub(super) fn fail(detail: impl Into<String>) -> Self {
        Self::Fail(detail.into())
    }

    pub(super) fn skip(detail: impl Into<String>) -> Self {
        Self::Skip(detail.into())
    }

    pub(super) fn record(self, check: &Check) -> CheckRecord {
        let (outcome, detail) = match self {
            Self::Pass(detail) => (CheckOutcome::Pass, detail),
            Self::Fail(detail) => (CheckOutcome::Fail, detail),
            Self::Skip(detail) => (CheckOutcome::Skip, detail),
        };
        CheckRecord {
            check: check.name.to_owned(),
            outcome,
            detail,
        }
    }
}

/// What checks come to; `has_keys`: a source of keys was given.
pub fn verdict(checks: &[CheckRecord], has_keys: bool) -> Verdict {
    let is_signed = checks
        .iter()
        .any(|record| record.check == "signature" && record.outcome == CheckOutcome::Pass);
    let mut failures = checks
        .iter()
        .filter(|record| record.outcome == CheckOutcome::Fail)
        .map(|record| record.check.as_str());
    match (failures.next(), failures.next()) {
        (None, _) if is_signed => Verdict::Pass,
        (None, _) if !has_keys => Verdict::Unverified,
        (Some("exp"), None) if is_signed => Verdict::Expired,
        _ => Verdict::Fail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_contracts() {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(
            names.join(" "),
            "format crit typ decryption alg key signature claims iss sub aud azp exp iat nbf nonce auth_time acr at_hash c_hash"
        );
    }

    #[test]
    fn a_verdict_needs_a_signature_that_passed() {
        let record = |check: &str, outcome| CheckRecord {
            check: check.to_owned(),
            outcome,
            detail: String::new(),
        };
        let signed = |outcome| record("signature", outcome);
        let (pass, fail, skip) = (CheckOutcome::Pass, CheckOutcome::Fail, CheckOutcome::Skip);
        assert_eq!(verdict(&[signed(pass)], true), Verdict::Pass);
        assert_eq!(verdict(&[signed(skip)], true), Verdict::Fail);
        assert_eq!(verdict(&[signed(skip)], false), Verdict::Unverified);
        assert_eq!(
            verdict(&[signed(pass), record("exp", fail)], true),
            Verdict::Expired
        );
        assert_eq!(
            verdict(&[signed(skip), record("exp", fail)], false),
            Verdict::Fail
        );
        assert_eq!(
            verdict(&[signed(pass), record("aud", fail), record("exp", fail)], true),
            Verdict::Fail
        );
    }
}
