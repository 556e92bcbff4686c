use std::ffi::OsString;
use std::path::{Path, PathBuf};

use keybelt_contract::{AccountName, Output, Protocol, TokenPassing};
use keybelt_protocol::handover::{self, FORMATS, Format};
use keybelt_vault::{AddOutput, OutputTarget};

use super::deliver::{DeliveryTrouble, Ended};
use super::{FileTrouble, command, deliver, file, shown};
use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::settings::nearest_word;
use crate::token::{self, TokenError};
use crate::trouble::VaultTrouble;

/// How long a command may run, unless it is said; in seconds.
pub const TIMEOUT: u32 = 30;

/// An output to be added.
#[derive(Clone, Debug)]
pub struct NewOutput {
    /// The account.
    pub account: AccountName,
    /// Where its tokens are to go.
    pub to: NewTarget,
}

/// Where tokens are to go.
#[derive(Clone, Debug)]
pub enum NewTarget {
    /// To a command.
    Command {
        /// The program, then its arguments.
        command: Vec<OsString>,
        /// How it gets the token.
        token: TokenPassing,
        /// How long it may run, in seconds.
        timeout: u32,
    },
    /// Into a file.
    File {
        /// Its path.
        path: PathBuf,
        /// A format of `export`.
        format: String,
    },
}

/// Why no output was added.
#[derive(Debug, thiserror::Error)]
pub enum AddOutputError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// Its token has ended, and could not be renewed.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// No such format.
    #[error("no format {format}")]
    UnknownFormat {
        /// What was asked for.
        format: String,
        /// The one that looks most like it.
        nearest: Option<String>,
    },
    /// The program, an argument or the path is not UTF-8.
    #[error("not UTF-8")]
    NotText,
    /// There is nothing of that name that could be run.
    #[error("no program {0}")]
    NoProgram(String),
    /// The file cannot be kept there.
    #[error(transparent)]
    File(#[from] FileTrouble),
    /// The account is of OAuth 1, and the format has no place for the two halves of its token.
    #[error("{account} has a token of OAuth 1")]
    Oauth1 {
        /// The account.
        account: AccountName,
    },
    /// Another output keeps that file.
    #[error("output {0} keeps that file")]
    Taken(i64),
}

impl From<VaultTrouble> for AddOutputError {
    fn from(trouble: VaultTrouble) -> Self {
        Self::Account(trouble.into())
    }
}

/// Adds an output and delivers the token as it stands. A command whose first run fails stays, and says so; a file that
/// cannot be written is not added.
pub async fn add(keybelt: &Keybelt, new: NewOutput) -> Result<Output, AddOutputError> {
    let (vault, summary) = accounts::one(keybelt, &new.account).await?;
    let target = target(keybelt, new.to)?;
    if summary.protocol == Protocol::Oauth1
        && let OutputTarget::File { format, .. } = &target
        && !handover::format(format).is_some_and(Format::takes_pairs)
    {
        return Err(AddOutputError::Oauth1 { account: new.account });
    }
    if let OutputTarget::File { path, .. } = &target
        && file::is_occupied(Path::new(path))
    {
        // Whose the file is that stands there: with its output it would be removed.
        let (path, kept) = (PathBuf::from(path), target.clone());
        let keeper = keybelt
            .door()
            .run(&vault, move |vault| vault.keeper_of(&kept))
            .await?;
        return Err(match keeper {
            Some(id) => AddOutputError::Taken(id),
            None => FileTrouble::Exists(path).into(),
        });
    }
    // What has ended is of use to nobody.
    let summary = token::lively(keybelt, summary).await?;
    let (account_id, now) = (summary.id, keybelt.now());
    let added = keybelt
        .door()
        .run(&vault, move |vault| vault.add_output(account_id, target, now))
        .await?;
    let output = match added {
        AddOutput::Added(output) => output,
        AddOutput::Absent => return Err(accounts::absent(keybelt, &vault, &new.account).await.into()),
        AddOutput::Taken(id) => return Err(AddOutputError::Taken(id)),
    };
    let ended = deliver::first(keybelt, &vault, output.id).await?;
    match ended {
        Some(Ended {
            trouble: Some(DeliveryTrouble::File(trouble)),
            output,
        }) => {
            deliver::forget(keybelt, &vault, output.id).await?;
            Err(trouble.into())
        }
        Some(Ended { output, .. }) => {
            let is_pending = output.failed.is_some();
            Ok(shown(output, Some(new.account), is_pending))
        }
        None => Ok(shown(*output, Some(new.account), true)),
    }
}

fn target(keybelt: &Keybelt, to: NewTarget) -> Result<OutputTarget, AddOutputError> {
    match to {
        NewTarget::Command {
            command,
            token,
            timeout,
        } => {
            let (program, arguments) = command.split_first().ok_or(AddOutputError::NotText)?;
            let found = command::find(program)
                .ok_or_else(|| AddOutputError::NoProgram(program.to_string_lossy().into_owned()))?;
            let text =
                |text: &std::ffi::OsStr| text.to_str().map(str::to_owned).ok_or(AddOutputError::NotText);
            let whole: Result<Vec<String>, _> = std::iter::once(text(found.as_os_str()))
                .chain(arguments.iter().map(|argument| text(argument)))
                .collect();
            Ok(OutputTarget::Command {
                command: whole?,
                token,
                time_limit: timeout,
            })
        }
        NewTarget::File { path, format } => {
            let known = handover::format(&format).ok_or_else(|| AddOutputError::UnknownFormat {
                nearest: nearest_word(FORMATS.iter().map(|format| format.name), &format).map(str::to_owned),
                format,
            })?;
            let place = file::place(&path, keybelt.home())?;
            Ok(OutputTarget::File {
                path: place.to_str().ok_or(AddOutputError::NotText)?.to_owned(),
                format: known.name.to_owned(),
            })
        }
    }
}
