//! One file a noun; each command parses, calls the core, and tells.

mod account;
mod completions;
mod doctor;
mod inspect;
mod link;
mod manual;
mod output;
mod practice;
mod profile;
mod request;
mod token;
mod vault;
mod watch;

use keybelt_core::Keybelt;

pub use self::output::deliver;

use crate::arguments::Command;
use crate::fault::{Ended, Fault};
use crate::output::Output;

/// Runs one command to its end.
pub async fn run(keybelt: &Keybelt, command: &Command, output: &Output) -> Result<Ended, Fault> {
    match command {
        Command::Profile(command) => profile::run(keybelt, command, output).await,
        Command::Provider(command) => profile::providers(command, output),
        Command::Link(arguments) => link::link(keybelt, arguments, output).await,
        Command::List => account::list(keybelt, output).await,
        Command::Show { account } => account::show(keybelt, account, output).await,
        Command::Token(arguments) => token::token(keybelt, arguments, output).await,
        Command::Inspect(arguments) => inspect::inspect(keybelt, arguments, output).await,
        Command::Refresh(arguments) => account::refresh(keybelt, arguments, output).await,
        Command::Unlink { account, revoke } => account::unlink(keybelt, account, *revoke, output).await,
        Command::Rename { account, new } => account::rename(keybelt, account, new, output).await,
        Command::Export(arguments) => token::export(keybelt, arguments, output).await,
        Command::Exec(arguments) => token::exec(keybelt, arguments, output).await,
        Command::Request(arguments) => request::request(keybelt, arguments, output).await,
        Command::Log { account } => account::log(keybelt, account.as_ref(), output).await,
        Command::Output(command) => output::run(keybelt, command, output).await,
        Command::Watch(arguments) => watch::watch(keybelt, arguments, output).await,
        Command::Vault(command) => vault::run(keybelt, command, output).await,
        Command::Practice(arguments) => practice::practice(keybelt, arguments, output).await,
        Command::Doctor => doctor::doctor(keybelt, output).await,
        Command::Completions { shell } => completions::completions(*shell, output),
        Command::Manual { folder } => manual::manual(folder, output),
    }
}
