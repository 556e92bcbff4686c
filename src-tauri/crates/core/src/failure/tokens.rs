use keybelt_contract::{Failure, FailureCode as Code};

use super::{failure, provider_text};
use crate::exec::ExecError;
use crate::export::ExportError;
use crate::inspect::InspectError;
use crate::keys::KeysTrouble;
use crate::pasted::PastedError;
use crate::practice::PracticeError;
use crate::refresh::{LinkAgain, Over, RefreshError};
use crate::token::TokenError;

impl From<RefreshError> for Failure {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Account(error) => error.into(),
            RefreshError::NotRefreshable => failure(
                Code::NotRefreshable,
                "The provider gave no refresh token, so this token cannot be renewed.",
                "Use it while it lives. Some providers give one if the scopes have offline_access, with `prompt` set to consent.",
            ),
            RefreshError::Lasting => failure(
                Code::NotRefreshable,
                "Tokens of OAuth 1 do not expire, and this provider gave no way to renew this one.",
                "Use it as it is. If the provider no longer takes it, link the account again.",
            ),
            RefreshError::Over { over, again } => of_over(&over, &again),
            RefreshError::Resolve(error) => error.into(),
            RefreshError::Moved { was, is } => failure(
                Code::InvalidProfile,
                format!(
                    "The profile now leads to {} instead of {}, which gave this grant.",
                    provider_text(&is),
                    provider_text(&was)
                ),
                "If that is right, link the account again; Keybelt does not send a grant elsewhere by itself.",
            ),
            RefreshError::NoLongerOauth1 { profile } => failure(
                Code::InvalidProfile,
                format!("The account was linked by OAuth 1, which the profile {profile} no longer speaks."),
                "Correct the profile, or link the account again.",
            ),
            RefreshError::PlaintextUnprotected => failure(
                Code::InsecureEndpoint,
                "PLAINTEXT would send the account's secrets without protection.",
                "Use https, or a signature method that signs.",
            ),
            RefreshError::Answer(trouble) => trouble.into(),
            // Outward the grant is over; which check it was, the account's last error keeps (specs RF-05).
            RefreshError::IdToken {
                check, detail, again, ..
            } => failure(
                Code::NeedsRelink,
                format!(
                    "The renewed ID token was refused: check {check} failed ({}).",
                    provider_text(&detail)
                ),
                link_again(&again),
            ),
            RefreshError::Keys(trouble) => trouble.into(),
            RefreshError::Shared { code, message, again } => shared(code, message, &again),
            RefreshError::Vault(trouble) => trouble.into(),
        }
    }
}

fn link_again(again: &LinkAgain) -> String {
    let window = match again.is_one_link() {
        true => ", or \"Link again\" in the window",
        false => "",
    };
    format!("Link the account again: {again}{window}.")
}

fn of_over(over: &Over, again: &LinkAgain) -> Failure {
    let message = match over {
        Over::Refused => "The provider no longer accepts this link.",
        Over::AnswerLost => {
            "The provider no longer accepts this link: an answer was lost on the way, and the grant with it."
        }
        Over::Expired => "The token has expired, and the provider gave no refresh token.",
        Over::Earlier { message } => message,
    };
    failure(Code::NeedsRelink, message, link_again(again))
}

/// The outcome of another process's attempt, in the words that were stored with it.
fn shared(code: Code, message: String, again: &LinkAgain) -> Failure {
    let hint = match code.exit() {
        3 => link_again(again),
        6 => "Try again later. The grant is untouched.".to_owned(),
        7 => "Check the profile's endpoints, client id and client secret.".to_owned(),
        _ => "Try again.".to_owned(),
    };
    failure(code, message, hint)
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Account(error) => error.into(),
            TokenError::Refresh(error) => error.into(),
            TokenError::Oauth1 { account } => failure(
                Code::Usage,
                format!(
                    "Account {account} is linked by OAuth 1: its token only signs, together with a secret."
                ),
                format!(
                    "Let `keybelt request {account} URL` sign, or take both with `keybelt token {account} --json`, `keybelt exec`, or the formats env and json."
                ),
            ),
            TokenError::Vault(trouble) => trouble.into(),
        }
    }
}

pub(super) fn unknown_format(format: &str, nearest: Option<String>) -> Failure {
    failure(
        Code::Usage,
        format!("There is no format {}.", provider_text(format)),
        match nearest {
            Some(near) => format!("Did you mean {near}? `keybelt export --formats` lists them."),
            None => "`keybelt export --formats` lists them.".to_owned(),
        },
    )
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::UnknownFormat { format, nearest } => unknown_format(&format, nearest),
            ExportError::Token(error) => error.into(),
        }
    }
}

impl From<ExecError> for Failure {
    fn from(error: ExecError) -> Self {
        match error {
            ExecError::Variable => failure(
                Code::Usage,
                "That is no name of an environment variable.",
                "Use letters, digits and _, not beginning with a digit.",
            ),
            ExecError::Reserved { name } => failure(
                Code::Usage,
                format!("{name} decides what is run, so it cannot hold a token."),
                "Name the variable that the program reads its token from.",
            ),
            ExecError::Token(error) => error.into(),
        }
    }
}

impl From<InspectError> for Failure {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Account(error) => error.into(),
            InspectError::NoIdToken => failure(
                Code::NotFound,
                "This account has no ID token.",
                "Only accounts linked by OpenID Connect have one: `openid` must be among the scopes.",
            ),
            InspectError::Option { option, problem } => failure(
                if problem.is_insecure() {
                    Code::InsecureEndpoint
                } else {
                    Code::Usage
                },
                format!("`{option}`: {problem}."),
                "Correct it and try again.",
            ),
            InspectError::KeyFile { detail } => failure(
                Code::InvalidResponse,
                format!(
                    "The file of --jwks-file cannot be used: {}.",
                    provider_text(&detail)
                ),
                "Give a JSON Web Key Set: {\"keys\": […]}.",
            ),
            InspectError::Metadata(trouble) => trouble.into(),
            InspectError::Keys(trouble @ (KeysTrouble::Absent { .. } | KeysTrouble::Invalid { .. })) => {
                Failure {
                    hint: "Name another source of keys: --jwks-uri, --jwks-file or --issuer.".to_owned(),
                    ..trouble.into()
                }
            }
            InspectError::Keys(trouble) => trouble.into(),
        }
    }
}

impl From<PastedError> for Failure {
    fn from(error: PastedError) -> Self {
        match error {
            PastedError::Profile(error) => error.into(),
            PastedError::Resolve(error) => error.into(),
            PastedError::Keys(trouble) => trouble.into(),
            PastedError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<PracticeError> for Failure {
    fn from(error: PracticeError) -> Self {
        match error {
            PracticeError::PortTaken { port } => failure(
                Code::RouteUnavailable,
                format!("Port {port} is taken, perhaps by another practice provider."),
                "End that program, or choose another port with --port (0 takes a free one).",
            ),
            PracticeError::PortForbidden { port } => failure(
                Code::RouteUnavailable,
                format!("This system does not let you listen at port {port}."),
                "Choose another port with --port, 1024 or above (0 takes a free one).",
            ),
            PracticeError::Options(what) => {
                failure(Code::Usage, format!("{what}."), "Correct it and try again.")
            }
            PracticeError::Profile(error) => error.into(),
            PracticeError::Vault(trouble) => trouble.into(),
            PracticeError::Defect(what) => super::defect(&what),
        }
    }
}
