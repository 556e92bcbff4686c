//! The table of checks: their names, their order, and how their outcomes are put down.

use keybelt_contract::{CheckOutcome, CheckRecord, Verdict};

/// Every check of an ID token, in the order it is made (OpenID Connect Core 1.0 §3.1.3.7 and specs ID).
pub const CHECKS: &[Check] = &[
    Check::Format,
    Check::Crit,
    Check::Typ,
    Check::Decryption,
    Check::Alg,
    Check::Key,
    Check::Signature,
    Check::Claims,
    Check::Iss,
    Check::Sub,
    Check::Aud,
    Check::Azp,
    Check::Exp,
    Check::Iat,
    Check::Nbf,
    Check::Nonce,
    Check::AuthTime,
    Check::Acr,
    Check::AtHash,
    Check::CHash,
];

/// One check.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Check {
    /// Three or five parts of base64url, a JSON header (RFC 7515 §5.2).
    Format,
    /// No critical extension that is not understood (RFC 7515 §4.1.11).
    Crit,
    /// `JWT` or nothing (RFC 8725 §3.11).
    Typ,
    /// An encrypted token is decrypted (OpenID Connect Core 1.0 §3.1.3.7 (1)).
    Decryption,
    /// An algorithm that the caller allows (RFC 8725 §3.1).
    Alg,
    /// A key of the issuer's that fits (RFC 7517 §4).
    Key,
    /// The signature holds.
    Signature,
    /// A JSON object with the claims that have to be there (OpenID Connect Core 1.0 §2).
    Claims,
    /// The issuer.
    Iss,
    /// The subject.
    Sub,
    /// The audience.
    Aud,
    /// The authorized party.
    Azp,
    /// Not expired.
    Exp,
    /// Issued just now.
    Iat,
    /// Valid already.
    Nbf,
    /// The nonce of this authorization.
    Nonce,
    /// When the person signed in.
    AuthTime,
    /// How the person signed in.
    Acr,
    /// The access token belongs to it.
    AtHash,
    /// The code belongs to it.
    CHash,
}

impl Check {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Crit => "crit",
            Self::Typ => "typ",
            Self::Decryption => "decryption",
            Self::Alg => "alg",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Iss => "iss",
            Self::Sub => "sub",
            Self::Aud => "aud",
            Self::Azp => "azp",
            Self::Exp => "exp",
            Self::Iat => "iat",
            Self::Nbf => "nbf",
            Self::Nonce => "nonce",
            Self::AuthTime => "auth_time",
            Self::Acr => "acr",
            Self::AtHash => "at_hash",
            Self::CHash => "c_hash",
        }
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

    pub(super) fn record(self, check: Check) -> CheckRecord {
        let (outcome, detail) = match self {
            Self::Pass(detail) => (CheckOutcome::Pass, detail),
            Self::Fail(detail) => (CheckOutcome::Fail, detail),
            Self::Skip(detail) => (CheckOutcome::Skip, detail),
        };
        CheckRecord {
            check: check.name().to_owned(),
            outcome,
            detail,
        }
    }
}

/// What checks come to; `has_keys`: a source of keys was given.
pub fn verdict(checks: &[CheckRecord], has_keys: bool) -> Verdict {
    let failed = |record: &&CheckRecord| record.outcome == CheckOutcome::Fail;
    let signature = Check::Signature.name();
    let is_signed = checks
        .iter()
        .any(|record| record.check == signature && record.outcome == CheckOutcome::Pass);
    let mut failures = checks.iter().filter(failed).map(|record| record.check.as_str());
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
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name()).collect();
        assert_eq!(
            names.join(" "),
            "format crit typ decryption alg key signature claims iss sub aud azp exp iat nbf nonce auth_time acr at_hash c_hash"
        );
        assert!(CHECKS.is_sorted());
    }
}
