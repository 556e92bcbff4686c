//! A command that is run with a token: no shell, its own process group, a limit to its time, and nobody reads what it
//! says.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use keybelt_primitives::Secret;
use keybelt_vault::OutputLock;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use crate::exec::Variables;

/// The variable that names the account.
const ACCOUNT: &str = "KEYBELT_ACCOUNT";
/// The variable that says whose run it is. A Keybelt that finds it set delivers to no output: the one that runs it
/// would wait for itself.
pub const OUTPUT: &str = "KEYBELT_OUTPUT";

/// How long a command that was asked to end may take for that.
const GRACE: Duration = Duration::from_secs(2);

/// Why a command is not run, or did not take its token.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CommandTrouble {
    /// It could not be started.
    #[error("{program} could not be started: {error}")]
    NotStarted {
        /// The program.
        program: String,
        /// What the system said.
        error: String,
    },
    /// It ended with another exit status than 0.
    #[error("exit status {0}")]
    Status(i32),
    /// A signal ended it.
    #[error("signal {0}")]
    Signal(i32),
    /// It did not end in time, and was ended.
    #[error("not done after {0} s")]
    TimedOut(u32),
}

impl CommandTrouble {
    /// How the ledger says it.
    pub(super) fn word(&self) -> String {
        match self {
            Self::NotStarted { .. } => "not_started".to_owned(),
            Self::Status(status) => format!("exit {status}"),
            Self::Signal(signal) => format!("signal {signal}"),
            Self::TimedOut(_) => "timed_out".to_owned(),
        }
    }
}

/// How a command gets its token.
pub(super) enum Feed {
    /// This text on its standard input.
    Stdin(Secret<String>),
    /// These variables in its environment.
    Env(Variables),
}

/// One run.
pub(super) struct Run<'a> {
    /// The program with its whole path, then its arguments.
    pub(super) command: &'a [String],
    pub(super) feed: Feed,
    /// The account's name.
    pub(super) account: &'a str,
    /// The output's number.
    pub(super) output: i64,
    /// In seconds.
    pub(super) time_limit: u32,
    /// The folder that holds everything, for a command that asks Keybelt for more.
    pub(super) home: &'a Path,
}

/// The program with its whole path, as the shell of whoever adds it would find it.
pub(super) fn find(program: &std::ffi::OsStr) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    which::which_in(program, std::env::var_os("PATH"), here).ok()
}

/// Runs a command to its end. It inherits the lock, so that it is not run a second time while it still runs, even if
/// this process is killed meanwhile.
pub(super) async fn run(run: Run<'_>, lock: &OutputLock) -> Result<(), CommandTrouble> {
    let Some((program, arguments)) = run.command.split_first() else {
        return Err(not_started("", "there is no program"));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env(ACCOUNT, run.account)
        .env(OUTPUT, run.output.to_string())
        .env("KEYBELT_HOME", run.home)
        .stdin(Stdio::null())
        // Nothing of what it says is kept, for it may say the token; and it cannot be stopped by a full pipe.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    if let Some(folders) = directories::BaseDirs::new() {
        command.current_dir(folders.home_dir());
    }
    hand_over(&mut command, &run.feed);
    let mut child =
        platform::spawn(&mut command, lock).map_err(|error| not_started(program, &error.to_string()))?;
    let group = platform::Group::of(&child);
    let limit = Duration::from_secs(u64::from(run.time_limit));
    let status = tokio::time::timeout(limit, end(&mut child, run.feed)).await;
    match status {
        Ok(Ok(status)) => {
            group.let_go();
            platform::outcome(status)
        }
        Ok(Err(error)) => Err(not_started(program, &error.to_string())),
        Err(_) => {
            group.ask_to_end();
            // It ends in time, or is ended with all that it started.
            let _ = tokio::time::timeout(GRACE, child.wait()).await;
            drop(group);
            let _ = child.kill().await;
            Err(CommandTrouble::TimedOut(run.time_limit))
        }
    }
}

fn not_started(program: &str, error: &str) -> CommandTrouble {
    CommandTrouble::NotStarted {
        program: program.to_owned(),
        error: error.to_owned(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command is who the person named; the ledger has it"
)]
fn hand_over(command: &mut Command, feed: &Feed) {
    match feed {
        Feed::Stdin(_) => command.stdin(Stdio::piped()),
        Feed::Env(variables) => command.envs(variables.iter().map(|(name, value)| (name, value.expose()))),
    };
}

/// Feeds it, and waits for its end. One that does not read its input is not waited for.
#[expect(
    clippy::disallowed_methods,
    reason = "the command is who the person named; the ledger has it"
)]
async fn end(child: &mut Child, feed: Feed) -> std::io::Result<std::process::ExitStatus> {
    if let (Feed::Stdin(text), Some(mut stdin)) = (feed, child.stdin.take()) {
        let write = async move {
            // Who ends without reading has what it wants.
            let _ = stdin.write_all(text.expose().as_bytes()).await;
            let _ = stdin.shutdown().await;
            drop(stdin);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            status = child.wait() => status,
            () = write => child.wait().await,
        }
    } else {
        child.wait().await
    }
}

#[cfg(unix)]
mod platform {
    use std::io;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use command_fds::{CommandFdExt, FdMapping};
    use keybelt_vault::OutputLock;
    use rustix::process::{Pid, Signal, kill_process_group};
    use tokio::process::{Child, Command};

    use super::CommandTrouble;

    /// Where the child finds the lock, which it need not know of.
    const LOCK: i32 = 3;

    pub(super) fn spawn(command: &mut Command, lock: &OutputLock) -> io::Result<Child> {
        let parent_fd = std::os::fd::AsFd::as_fd(lock.file()).try_clone_to_owned()?;
        let mapping = FdMapping {
            parent_fd,
            child_fd: LOCK,
        };
        command
            .process_group(0)
            .fd_mappings(vec![mapping])
            .map_err(io::Error::other)?
            .spawn()
    }

    /// The command and what it started, ended when this is dropped before the command is done.
    pub(super) struct Group(Option<Pid>);

    impl Group {
        pub(super) fn of(child: &Child) -> Self {
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            Self(id.and_then(Pid::from_raw))
        }

        /// What it left running is its own business.
        pub(super) fn let_go(mut self) {
            self.0 = None;
        }

        pub(super) fn ask_to_end(&self) {
            if let Some(group) = self.0 {
                // It may have ended by itself at this moment.
                let _ = kill_process_group(group, Signal::TERM);
            }
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            if let Some(group) = self.0 {
                // It may have ended by itself at this moment.
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
    }

    pub(super) fn outcome(status: ExitStatus) -> Result<(), CommandTrouble> {
        match (status.code(), status.signal()) {
            (Some(0), _) => Ok(()),
            (Some(code), _) => Err(CommandTrouble::Status(code)),
            (None, signal) => Err(CommandTrouble::Signal(signal.unwrap_or(0))),
        }
    }
}

/// Elsewhere the command alone is ended, and the lock with this process.
#[cfg(not(unix))]
mod platform {
    use std::io;
    use std::process::ExitStatus;

    use keybelt_vault::OutputLock;
    use tokio::process::{Child, Command};

    use super::CommandTrouble;

    pub(super) fn spawn(command: &mut Command, _lock: &OutputLock) -> io::Result<Child> {
        command.spawn()
    }

    /// The command; it ends with its `Child`.
    pub(super) struct Group;

    impl Group {
        pub(super) fn of(_child: &Child) -> Self {
            Self
        }

        pub(super) fn let_go(self) {}

        pub(super) fn ask_to_end(&self) {}
    }

    pub(super) fn outcome(status: ExitStatus) -> Result<(), CommandTrouble> {
        match status.code() {
            Some(0) => Ok(()),
            code => Err(CommandTrouble::Status(code.unwrap_or(1))),
        }
    }
}
