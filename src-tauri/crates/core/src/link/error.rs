use keybelt_contract::{AccountName, FailureCode, ProfileName};

use super::FaceError;
use crate::keys::KeysTrouble;
use crate::profiles::ProfilesError;
use crate::registry::ResolveError;
use crate::settings::RouteRefusal;
use crate::trouble::{AnswerTrouble, VaultTrouble};

/// Why an account was not linked. Nothing was stored.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LinkError {
    /// There is no such profile, or the vault does not open.
    #[error(transparent)]
    Profile(#[from] ProfilesError),
    /// The profile does not come to a client that could be used.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// An account of that name is there, and it is not the same person at the same profile.
    #[error("the name {0} is taken")]
    AccountExists(AccountName),
    /// An account of that name is there, and whose it is, or who this is, nobody says.
    #[error("the name {0} is taken, perhaps by the same person")]
    AccountUnknown(AccountName),
    /// The profile's redirect URI cannot be caught by this route.
    #[error("{refusal}")]
    Route {
        /// The profile.
        profile: ProfileName,
        /// Why.
        refusal: RouteRefusal,
    },
    /// The profile's redirect URI fixes a port that is taken.
    #[error("port {port} is taken")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The profile's redirect URI fixes a port that the system does not let this person have.
    #[error("port {port} is not for everybody")]
    PortForbidden {
        /// The port.
        port: u16,
    },
    /// This machine has no loopback to listen on.
    #[error("no loopback listener: {0}")]
    Listener(String),
    /// The face could not send the person anywhere.
    #[error(transparent)]
    Face(#[from] FaceError),
    /// PLAINTEXT would send the secrets without TLS (RFC 5849 §3.4.4).
    #[error("PLAINTEXT without TLS")]
    PlaintextUnprotected,
    /// The settings do not make an authorization request.
    #[error("no authorization request: {0}")]
    Request(String),
    /// The person stopped it, or closed the window.
    #[error("cancelled")]
    Cancelled,
    /// No answer in time.
    #[error("timed out")]
    TimedOut,
    /// The only answers that came did not belong to this link (specs NA-21).
    #[error("another link's answer")]
    StateMismatch,
    /// The answer is not the expected issuer's (RFC 9207 §2.4).
    #[error("another issuer's answer")]
    IssuerMismatch {
        /// The expected issuer.
        expected: String,
        /// The one in the answer, if there was one.
        found: Option<String>,
    },
    /// The authorization endpoint answered with an error (RFC 6749 §4.1.2.1).
    #[error("authorization refused: {code}")]
    Authorization {
        /// What the error comes to.
        refusal: Refusal,
        /// The error code.
        code: String,
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The answer is outside the specification.
    #[error("invalid answer: {0}")]
    InvalidAnswer(String),
    /// The code could not be redeemed.
    #[error(transparent)]
    Answer(#[from] AnswerTrouble),
    /// The provider refused the PIN that was typed in (RFC 5849 §2.3).
    #[error("PIN refused: {code}")]
    PinRefused {
        /// Its code for that.
        code: String,
        /// What it says about it.
        description: Option<String>,
    },
    /// `openid` was asked for, and no ID token came (OpenID Connect Core 1.0 §3.1.3.3).
    #[error("no ID token")]
    NoIdToken,
    /// A check of the ID token failed.
    #[error("ID token refused: {check}")]
    IdToken {
        /// The check.
        check: String,
        /// What was compared with what.
        detail: String,
    },
    /// The issuer's keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeysTrouble),
    /// The userinfo is about another subject (OpenID Connect Core 1.0 §5.3.2), or its signature does not hold.
    #[error("userinfo refused: {detail}")]
    Userinfo {
        /// Whether it is about somebody else, or not to be trusted.
        code: FailureCode,
        /// What is wrong.
        detail: String,
    },
    /// The vault could not take it.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
    /// The system's source of randomness failed.
    #[error("no randomness")]
    Entropy,
}

/// What an error of the authorization endpoint comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// The person, or the provider on their behalf, said no.
    Denied,
    /// The provider cannot answer now.
    Unavailable,
    /// The request itself was refused.
    Refused,
}

impl Refusal {
    /// Reads an error code (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6).
    pub(crate) fn of(code: &str) -> Self {
        match code {
            "access_denied" | "consent_required" | "login_required" => Self::Denied,
            "server_error" | "temporarily_unavailable" => Self::Unavailable,
            _ => Self::Refused,
        }
    }
}
