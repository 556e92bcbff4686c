//! `keybelt-desktop`: the window, a thin face of the core.
//!
//! Owns: windows, the authorization page and its bar, the clipboard, one command a row of the contract's table.
//! Never: a rule about accounts, SQL, HTTP; a secret on its way to the front end.
//! Start at: `program.rs`, `links/`, `authorization/`.

mod arguments;
mod authorization;
mod clipboard;
mod commands;
mod desktop;
mod door;
mod front;
mod imports;
mod kept_file;
mod links;
mod main_window;
mod placement;
mod practice;
mod preferences;
mod program;
mod responses;
mod saving;

use std::process::ExitCode;

use clap::Parser;
use keybelt_contract::Failure;

use arguments::Arguments;

fn main() -> ExitCode {
    leave_no_core_file();
    let arguments = Arguments::parse();
    log_as_asked();
    match program::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell_terminal(&failure);
            ExitCode::from(failure.code.exit())
        }
    }
}

/// A core file would hold tokens, and what was typed on the page; WebKit's processes inherit it. Not by `PR_SET_DUMPABLE`
/// as the command line does: that would close the portal's dialogs.
fn leave_no_core_file() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Core).maximum;
        let none = Rlimit {
            current: Some(0),
            maximum,
        };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::debug!(%error, "this process may leave a core file");
        }
    }
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn tell_terminal(failure: &Failure) {
    eprintln!("keybelt-desktop: {}\n{}", failure.message, failure.hint);
}

fn log_as_asked() {
    if std::env::var_os("RUST_LOG").is_some() {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_writer(std::io::stderr)
            .init();
    }
}
