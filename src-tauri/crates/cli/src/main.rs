//! `keybelt`: the command line, a thin face of the core.
//!
//! Owns: arguments, prompts, text for people, JSON for programs, exit statuses.
//! Never: a decision about an account; a secret outside of `disclose.rs`.
//! Start at: [`arguments::Arguments`], `commands/`.

mod arguments;
mod browser;
mod commands;
mod describe;
mod desktop;
mod disclose;
mod fault;
mod input;
mod output;
mod passphrase;
mod receiver;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use keybelt_core::{Keybelt, Setup};

use arguments::{Arguments, Command, VaultCommand};
use fault::{Ended, Fault};
use output::Output;

fn main() -> ExitCode {
    keep_memory_to_ourselves();
    let given: Vec<OsString> = std::env::args_os().collect();
    let arguments = match Arguments::try_parse_from(&given) {
        Ok(arguments) => arguments,
        Err(error) => return fault::report_usage(&error, &given, asks_for_json(&given)),
    };
    let output = Output::new(arguments.json);
    log_as_asked();
    let ended = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let ended = runtime.block_on(until_interrupted(&arguments, &output));
            // A prompt that still waits for its answer must not keep the program.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(Fault::internal(&error)),
    };
    passphrase::restore_terminal();
    match ended {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::With(code)) => ExitCode::from(code),
        Err(fault) => fault.report(&output),
    }
}

async fn until_interrupted(arguments: &Arguments, output: &Output) -> Result<Ended, Fault> {
    // Before anything is begun: whoever interrupts the very first step is told so too.
    let mut interruptions = Interruptions::listen();
    let setup = Setup {
        passphrase_file: std::env::var_os("KEYBELT_PASSPHRASE_FILE")
            .filter(|file| !file.is_empty())
            .map(Into::into),
        ask: std::sync::Arc::new(passphrase::Terminal),
        tell: tell_aside(arguments.json),
        ..Setup::at(home(arguments)?)
    };
    let keybelt = Keybelt::new(setup);
    tokio::select! {
        // Whoever was done when the signal came is done.
        biased;
        ended = run(&keybelt, arguments, output) => ended,
        () = interruptions.next() => {
            // An answer that is on its way may hold the only good token. Whoever interrupts again does not want to wait.
            tokio::select! {
                () = keybelt.settle() => {}
                () = interruptions.next() => {}
            }
            Err(Fault::cancelled())
        }
    }
}

/// The command, and then what it left to deliver: nobody who waits for the result waits for that.
async fn run(keybelt: &Keybelt, arguments: &Arguments, output: &Output) -> Result<Ended, Fault> {
    let ended = commands::run(keybelt, &arguments.command, output).await;
    let damaged = keybelt.damaged();
    if !damaged.is_empty() {
        output.note(&format!(
            "Damaged and left out: {}. `keybelt vault check` says more.",
            damaged.join(", ")
        ));
    }
    // A copy may be another's, and its outputs run commands.
    if !matches!(arguments.command, Command::Vault(VaultCommand::Restore(_))) {
        commands::deliver(keybelt, output).await;
    }
    ended
}

/// No core file with tokens in it, and no other program of this person that reads along; a command that is run with a
/// token (`exec`) starts with neither.
fn keep_memory_to_ourselves() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        tracing::debug!(%error, "the memory of this process may be dumped");
    }
}

/// What the person should know besides; a program that reads JSON has no use for it.
fn tell_aside(json: bool) -> std::sync::Arc<keybelt_core::TellAside> {
    std::sync::Arc::new(move |aside| {
        if !json {
            Output::new(json).note(&describe::aside(&aside));
        }
    })
}

/// Ctrl-C, and being asked to end. Without a handler the system's own, which ends the program, stays in force.
#[cfg(unix)]
struct Interruptions(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Interruptions {
    /// None is missed from here on.
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
    }

    async fn next(&mut self) {
        use std::task::Poll;
        std::future::poll_fn(|context| {
            match self
                .0
                .iter_mut()
                .any(|signal| signal.poll_recv(context).is_ready())
            {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}

#[cfg(not(unix))]
struct Interruptions;

#[cfg(not(unix))]
impl Interruptions {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn home(arguments: &Arguments) -> Result<std::path::PathBuf, Fault> {
    arguments
        .home
        .clone()
        .or_else(|| {
            std::env::var_os("KEYBELT_HOME")
                .filter(|home| !home.is_empty())
                .map(Into::into)
        })
        .or_else(keybelt_core::default_home)
        .ok_or_else(|| {
            Fault::usage(
                "this system names no folder for Keybelt's data",
                "say one with --home DIR",
            )
        })
}

/// Whether `--json` was asked for, where the arguments as a whole could not be read.
fn asks_for_json(given: &[OsString]) -> bool {
    given
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--json")
}

fn log_as_asked() {
    if std::env::var_os("RUST_LOG").is_some() {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_writer(std::io::stderr)
            .init();
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    #[test]
    fn no_other_program_reads_the_memory_of_this_one() {
        super::keep_memory_to_ourselves();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
