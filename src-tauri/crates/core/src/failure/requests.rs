use keybelt_contract::{Failure, FailureCode as Code};
use keybelt_primitives::{BelowError, EndpointError};

use super::{failure, provider_text};
use crate::request::{HeaderProblem, RequestError, SaveError};
use crate::trouble::ExchangeTrouble;

const NOTHING_SENT: &str = "Nothing was sent.";

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Account(error) => error.into(),
            RequestError::Token(error) => error.into(),
            RequestError::Vault(trouble) => trouble.into(),
            RequestError::NoApiBase { profile } => failure(
                Code::InvalidProfile,
                format!("The profile {profile} names no API, so an address cannot be relative to it."),
                "Give the address in full, or set `api_base_url` in the profile.",
            ),
            RequestError::Relative(problem) => relative(problem),
            RequestError::Full(problem) => full(problem),
            RequestError::Method => failure(
                Code::Usage,
                "That is no method of an API request.",
                "Use GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, or another that the API documents.",
            ),
            RequestError::Header { name, problem } => header(&name, problem),
            RequestError::TooManyHeaders => failure(
                Code::Usage,
                "There are more than 64 headers.",
                format!("{NOTHING_SENT} Leave some out."),
            ),
            RequestError::BodyTooLarge => failure(
                Code::Usage,
                "The body is larger than 64 MiB.",
                format!(
                    "{NOTHING_SENT} Hand the token to a tool that sends files: `keybelt export ACCOUNT --to curl`."
                ),
            ),
            RequestError::NotAsked { host } => failure(
                Code::Usage,
                format!(
                    "Whether {} may get the token was not asked.",
                    provider_text(&host)
                ),
                format!("{NOTHING_SENT} Send it again, and answer the question."),
            ),
            RequestError::TokenTwice => failure(
                Code::Usage,
                "The request holds an `access_token` of its own.",
                format!("{NOTHING_SENT} Leave it out: Keybelt puts the account's token in."),
            ),
            RequestError::Unsendable => failure(
                Code::Usage,
                "The address, with the token in it, is too long to be sent.",
                format!(
                    "{NOTHING_SENT} Shorten it, or set `client_kwargs.token_placement` (of OAuth 1: `signature_type`) to header."
                ),
            ),
            RequestError::Resolve(error) => error.into(),
            RequestError::NoLongerOauth1 { profile } => failure(
                Code::InvalidProfile,
                format!("The account was linked by OAuth 1, which the profile {profile} no longer speaks."),
                format!("{NOTHING_SENT} Correct the profile, or link the account again."),
            ),
            RequestError::OwnParameter(name) => failure(
                Code::Usage,
                format!("The request sets `{name}` itself."),
                format!("{NOTHING_SENT} Leave it out: Keybelt signs with the account's token."),
            ),
            RequestError::PlaintextUnprotected => failure(
                Code::InsecureEndpoint,
                "PLAINTEXT would send the account's secrets without protection.",
                format!("{NOTHING_SENT} Use https, or a signature method that signs."),
            ),
            RequestError::Entropy => super::defect("the system's source of randomness failed"),
            RequestError::Exchange(trouble) => of_exchange(trouble),
        }
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::NoFolder => failure(
                Code::NotFound,
                "There is no folder for downloads.",
                "Make one, or ask again in a terminal with `keybelt request`, which writes where you say.",
            ),
            SaveError::DiskFull => failure(
                Code::DiskFull,
                "There is no room for the answer.",
                "Make room, then save it again.",
            ),
            SaveError::Unwritable { path, cause } => failure(
                Code::Usage,
                format!("The file {} cannot be written: {cause}.", path.display()),
                "Make the folder writable, then save it again.",
            ),
        }
    }
}

fn of_exchange(trouble: ExchangeTrouble) -> Failure {
    match trouble {
        ExchangeTrouble::TimedOut { host } => failure(
            Code::Network,
            format!("The server {} did not answer in time.", provider_text(&host)),
            "Try again later, or give it longer with --timeout. The request may have arrived.",
        ),
        ExchangeTrouble::TooLarge { host } => failure(
            Code::InvalidResponse,
            format!(
                "{} sent more than the 64 MiB that Keybelt takes.",
                provider_text(&host)
            ),
            "Hand the token to a tool that saves large files: `keybelt export ACCOUNT --to curl`.",
        ),
        other => other.into(),
    }
}

fn relative(problem: BelowError) -> Failure {
    let hint = match problem {
        BelowError::BaseQuery => {
            "Give the address in full, or take the query out of `api_base_url` in the profile."
        }
        BelowError::Authority
        | BelowError::Backslash
        | BelowError::DotSegment
        | BelowError::Control
        | BelowError::Endpoint(_) => {
            "Nothing was sent. A relative address stays below the profile's `api_base_url`; any other is given in full."
        }
    };
    failure(
        Code::Usage,
        format!("The address cannot be asked for: {problem}."),
        hint,
    )
}

fn full(problem: EndpointError) -> Failure {
    let (code, hint) = match problem {
        EndpointError::Insecure => (
            Code::InsecureEndpoint,
            "Nothing was sent. Use https. An address that is relative to the API and has a colon in it begins with /.",
        ),
        EndpointError::NotAbsolute
        | EndpointError::UserInfo
        | EndpointError::Fragment
        | EndpointError::TooLong => (
            Code::Usage,
            "Nothing was sent. Correct the address and try again.",
        ),
    };
    failure(code, format!("The address cannot be asked for: {problem}."), hint)
}

fn header(name: &str, problem: HeaderProblem) -> Failure {
    let hint = match problem {
        HeaderProblem::Ours => {
            "Leave it out: what carries the token, names the host or says the length is Keybelt's affair."
        }
        HeaderProblem::Twice => "Keep one of the two.",
        HeaderProblem::Form => "Write it as Name: value.",
        HeaderProblem::Value => "Use visible ASCII, on one line of at most 8 KiB.",
    };
    failure(
        Code::Usage,
        format!("The header `{name}` cannot be sent: {problem}."),
        format!("{NOTHING_SENT} {hint}"),
    )
}
