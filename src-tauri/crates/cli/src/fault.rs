use std::process::ExitCode;

use keybelt_contract::{Failure, FailureCode};

use crate::output::Output;

/// How a command ended that did what it should.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// Exit status 0.
    Done,
    /// Another exit status, because the outcome says so.
    With(u8),
}

/// Why a command did not do what it should.
#[derive(Debug)]
pub enum Fault {
    /// What the person is told.
    Failed(Failure),
    /// Whoever read standard output went away: nothing is wrong.
    StdoutClosed,
}

impl Fault {
    /// The options do not fit together.
    pub fn usage(message: &str, hint: &str) -> Self {
        Self::Failed(Failure {
            code: FailureCode::Usage,
            message: message.to_owned(),
            hint: hint.to_owned(),
        })
    }

    /// Ctrl-C.
    pub fn cancelled() -> Self {
        Self::Failed(Failure {
            code: FailureCode::Cancelled,
            message: "stopped, as you asked".to_owned(),
            hint: "start it again when you like".to_owned(),
        })
    }

    /// A defect of ours.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        Self::Failed(Failure {
            code: FailureCode::Internal,
            message: error.to_string(),
            hint: "this should not happen; please report it".to_owned(),
        })
    }

    /// Tells the person, and gives the exit status.
    pub fn report(self, output: &Output) -> ExitCode {
        match self {
            Self::Failed(failure) => {
                output.failure(&failure);
                ExitCode::from(failure.code.exit())
            }
            Self::StdoutClosed => ExitCode::SUCCESS,
        }
    }
}

impl<E> From<E> for Fault
where
    Failure: From<E>,
{
    fn from(error: E) -> Self {
        Self::Failed(Failure::from(error))
    }
}

/// Arguments that could not be read; help and version are no fault.
pub fn report_usage(error: &clap::Error, json: bool) -> ExitCode {
    use clap::error::ErrorKind;
    let output = Output::new(json);
    let rendered = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = if output.colours() {
                rendered.ansi().to_string()
            } else {
                rendered.to_string()
            };
            match output.text(text.trim_end()) {
                Ok(()) | Err(Fault::StdoutClosed) => ExitCode::SUCCESS,
                Err(fault) => fault.report(&output),
            }
        }
        _ => {
            let text = rendered.to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
            let usage = rest
                .lines()
                .find(|line| line.starts_with("Usage:"))
                .unwrap_or("see keybelt --help");
            let failure = Failure {
                code: FailureCode::Usage,
                message: message.split_whitespace().collect::<Vec<_>>().join(" "),
                hint: usage.replacen("Usage:", "usage:", 1),
            };
            Fault::Failed(failure).report(&output)
        }
    }
}
