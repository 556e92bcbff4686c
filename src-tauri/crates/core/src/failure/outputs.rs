use keybelt_contract::{Failure, FailureCode as Code};

use super::{failure, provider_text};
use crate::outputs::{AddOutputError, CommandTrouble, DeliveryTrouble, FileTrouble, OutputsError};
use crate::token::TokenError;

impl From<AddOutputError> for Failure {
    fn from(error: AddOutputError) -> Self {
        match error {
            AddOutputError::Account(error) => error.into(),
            AddOutputError::Token(error) => error.into(),
            AddOutputError::UnknownFormat { format, nearest } => {
                super::tokens::unknown_format(&format, nearest)
            }
            AddOutputError::NotText => failure(
                Code::Usage,
                "The command or the path is not UTF-8.",
                "Use names that are.",
            ),
            AddOutputError::NoProgram(program) => failure(
                Code::NotFound,
                format!(
                    "There is no program {} that you could run.",
                    provider_text(&program)
                ),
                "Name one that is in your PATH, or say its whole path.",
            ),
            AddOutputError::File(trouble) => trouble.into(),
            AddOutputError::Oauth1 { account } => TokenError::Oauth1 { account }.into(),
            AddOutputError::Taken(id) => failure(
                Code::AlreadyExists,
                format!("Output {id} keeps that file already."),
                format!("Name another file, or remove that output: `keybelt output remove {id}`."),
            ),
        }
    }
}

impl From<OutputsError> for Failure {
    fn from(error: OutputsError) -> Self {
        match error {
            OutputsError::NotFound(id) => failure(
                Code::NotFound,
                format!("There is no output {id}."),
                "`keybelt output list` shows those that are there.",
            ),
            OutputsError::File(trouble) => {
                let Failure { code, message, hint } = trouble.into();
                failure(code, format!("The output was kept. {message}"), hint)
            }
            OutputsError::Busy(id) => failure(
                Code::VaultBusy,
                format!("Output {id} is being written at this moment."),
                "Try again.",
            ),
            OutputsError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<DeliveryTrouble> for Failure {
    fn from(trouble: DeliveryTrouble) -> Self {
        match trouble {
            DeliveryTrouble::Command(trouble) => trouble.into(),
            DeliveryTrouble::File(trouble) => trouble.into(),
            DeliveryTrouble::Format(format) => failure(
                Code::Usage,
                format!("The token cannot be written in the format {format}."),
                "Add the output anew with another format.",
            ),
        }
    }
}

impl From<CommandTrouble> for Failure {
    fn from(trouble: CommandTrouble) -> Self {
        let hint = "Run it by hand with a token on its standard input to see what it says.";
        match trouble {
            CommandTrouble::NotStarted { program, error } => failure(
                Code::NotFound,
                format!("The program {program} could not be started: {error}."),
                "Bring the program back, or add the output anew with another one.",
            ),
            CommandTrouble::Status(status) => {
                failure(Code::Usage, format!("It ended with exit status {status}."), hint)
            }
            CommandTrouble::Signal(signal) => {
                failure(Code::Usage, format!("It was ended by signal {signal}."), hint)
            }
            CommandTrouble::TimedOut(limit) => failure(
                Code::TimedOut,
                format!("It was not done after {limit} s, and was ended."),
                "Give it more time: add the output anew with --timeout.",
            ),
        }
    }
}

impl From<FileTrouble> for Failure {
    fn from(trouble: FileTrouble) -> Self {
        match trouble {
            FileTrouble::NoFolder(path) => failure(
                Code::Usage,
                format!("There is no folder for {}.", path.display()),
                "Make the folder first, or name a file in another one.",
            ),
            FileTrouble::InHome(path) => failure(
                Code::Usage,
                format!("The file {} lies in Keybelt's own folder.", path.display()),
                "Name a file elsewhere.",
            ),
            FileTrouble::Link(path) => failure(
                Code::Usage,
                format!(
                    "{} is a symbolic link, and no token is written by way of one.",
                    path.display()
                ),
                "Name the file itself, or remove the link.",
            ),
            FileTrouble::Exists(path) => failure(
                Code::AlreadyExists,
                format!("{} is there already, and holds something else.", path.display()),
                "Name another file, or move that one away: an output's file is written over with each new token, and \
                 removed with the output.",
            ),
            FileTrouble::NotOurs(path) => failure(
                Code::Usage,
                format!("The file {} is no plain file of yours.", path.display()),
                "Name another file, or remove what is there.",
            ),
            FileTrouble::System { path, error } => failure(
                Code::Usage,
                format!(
                    "The file {} could not be written or removed: {error}.",
                    path.display()
                ),
                "Look whether its folder is writable for you and has room.",
            ),
        }
    }
}
