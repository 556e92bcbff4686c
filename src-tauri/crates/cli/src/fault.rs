use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Command, CommandFactory};
use keybelt_contract::{Failure, FailureCode};

use crate::arguments::Arguments;
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
pub fn report_usage(error: &clap::Error, given: &[OsString], json: bool) -> ExitCode {
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
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            if !json {
                output.note(&format!(
                    "{}\n",
                    meant(given).render_help().to_string().trim_end()
                ));
            }
            let name = meant(given).get_bin_name().unwrap_or("keybelt").to_owned();
            let hint = format!("name one of those that {name} --help lists");
            Fault::usage("no command was given", &hint).report(&output)
        }
        _ => {
            let text = rendered.to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
            let failure = Failure {
                code: FailureCode::Usage,
                message: in_one_line(message),
                hint: usage_hint(rest, given),
            };
            Fault::Failed(failure).report(&output)
        }
    }
}

/// What may have been meant, how the command is used as a whole, and where its options stand: the usage that comes with the
/// error names no more than what was given or is missing.
fn usage_hint(rest: &str, given: &[OsString]) -> String {
    let mut meant = meant(given);
    let usage = meant.render_usage().to_string();
    let ways: Vec<String> = usage
        .trim_start_matches("Usage:")
        .lines()
        .map(in_one_line)
        .collect();
    let name = meant.get_bin_name().unwrap_or("keybelt");
    let tips = rest.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
    tips.map(|tip| format!("{tip}; "))
        .chain([format!("usage: {}; {name} --help says more", ways.join(" or "))])
        .collect()
}

/// The command that the words lead to, as far as they do.
fn meant(given: &[OsString]) -> Command {
    let mut all = Arguments::command();
    all.build();
    let words = given.iter().skip(1).map_while(|word| word.to_str());
    words
        .fold(&all, |found, word| found.find_subcommand(word).unwrap_or(found))
        .clone()
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn a_usage_hint_is_of_the_command_that_was_meant_and_keeps_what_may_have_been_meant() {
        let hint = |line: &str| {
            let given: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let error = Arguments::try_parse_from(&given)
                .unwrap_err()
                .render()
                .to_string();
            let (_, rest) = error.split_once("\n\n").unwrap();
            usage_hint(rest, &given)
        };
        assert_eq!(
            hint("keybelt --json token"),
            "usage: keybelt token [OPTIONS] <ACCOUNT> or keybelt token [OPTIONS] --for <URL>; keybelt token --help says more"
        );
        let misspelt = hint("keybelt profile add work --isuer x");
        assert!(misspelt.contains("'--issuer'"), "{misspelt}");
        assert!(
            misspelt.ends_with(
                "usage: keybelt profile add [OPTIONS] <NAME>; keybelt profile add --help says more"
            ),
            "{misspelt}"
        );
        assert!(hint("keybelt tokn").contains("'token'"));
    }
}
