use keybelt_contract::ProfileName;
use keybelt_primitives::{BelowError, EndpointError};
use keybelt_protocol::oauth1::signed_request::SignError;
use keybelt_protocol::oauth2::bearer::BearError;

use crate::accounts::AccountsError;
use crate::registry::ResolveError;
use crate::token::TokenError;
use crate::trouble::{ExchangeTrouble, VaultTrouble};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// There is no token to send.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The vault could not be read.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
    /// The address is relative, and the profile names no API that it could be relative to.
    #[error("{profile} has no api_base_url")]
    NoApiBase {
        /// The profile.
        profile: ProfileName,
    },
    /// The relative address would lead out of the API.
    #[error("the relative address: {0}")]
    Relative(BelowError),
    /// The address in full is none that may be given a token.
    #[error("the address: {0}")]
    Full(EndpointError),
    /// Not a method, or one that no API request has (RFC 9110 §9.3).
    #[error("no method for an API request")]
    Method,
    /// A header that cannot go along.
    #[error("the header {name}: {problem}")]
    Header {
        /// The header's name, or the beginning of the line that has none.
        name: String,
        /// What is wrong with it.
        problem: HeaderProblem,
    },
    /// More headers than anybody sends.
    #[error("too many headers")]
    TooManyHeaders,
    /// The body is larger than [`keybelt_primitives::bounds::API_BODY`].
    #[error("the body is too large")]
    BodyTooLarge,
    /// The request carries a token already (RFC 6750 §2).
    #[error("the request carries a token already")]
    TokenTwice,
    /// The person was not asked whether this host may get the token.
    #[error("{host} was not agreed to")]
    NotAsked {
        /// `host[:port]`.
        host: String,
    },
    /// The token, or the address with the token in it, cannot be sent.
    #[error("the token cannot be sent")]
    Unsendable,
    /// The profile does not come to a client that could sign.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The account is of OAuth 1, and its profile no longer.
    #[error("{profile} speaks OAuth 1 no longer")]
    NoLongerOauth1 {
        /// The profile.
        profile: ProfileName,
    },
    /// The request sets a parameter that signing sets (RFC 5849 §3.5).
    #[error("the request sets {0}")]
    OwnParameter(&'static str),
    /// PLAINTEXT would show the secrets (RFC 5849 §3.4.4).
    #[error("PLAINTEXT without TLS")]
    PlaintextUnprotected,
    /// The system's source of randomness failed.
    #[error("no randomness")]
    Entropy,
    /// Nothing came back that is an answer.
    #[error(transparent)]
    Exchange(#[from] ExchangeTrouble),
}

/// Why an answer was not saved.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SaveError {
    /// This account has no home, and so no folder for downloads.
    #[error("there is no folder for downloads")]
    NoFolder,
    /// No room on the disk.
    #[error("no room")]
    DiskFull,
    /// The folder takes no file.
    #[error("{} cannot be written: {cause}", path.display())]
    Unwritable {
        /// The folder or file.
        path: std::path::PathBuf,
        /// What the system says.
        cause: String,
    },
}

/// What is wrong with a header that was asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HeaderProblem {
    /// Not of the form `Name: value`.
    #[error("it is not of the form Name: value")]
    Form,
    /// The value holds what no header carries (RFC 9110 §5.5).
    #[error("its value holds characters that no header carries")]
    Value,
    /// Keybelt sets it: it carries the token, or says where the request goes or how long it is.
    #[error("Keybelt sets it")]
    Ours,
    /// It can stand there once only.
    #[error("it stands there twice")]
    Twice,
}

impl From<SignError> for RequestError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::PlaintextUnprotected => Self::PlaintextUnprotected,
            SignError::OwnParameter(name) => Self::OwnParameter(name),
            // Headers are refused before, by their names.
            SignError::OwnAuthorization => Self::TokenTwice,
            SignError::ContentTypeTwice => Self::Header {
                name: "content-type".to_owned(),
                problem: HeaderProblem::Twice,
            },
            SignError::Address(_) | SignError::Header => Self::Unsendable,
        }
    }
}

impl From<BearError> for RequestError {
    fn from(error: BearError) -> Self {
        match error {
            BearError::Twice => Self::TokenTwice,
            BearError::Unsendable(_) | BearError::TooLong => Self::Unsendable,
        }
    }
}
