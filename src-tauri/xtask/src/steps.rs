//! Running other programs, one visible step at a time.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

/// Why a task ended early, in words for the person at the terminal.
#[derive(Debug)]
pub struct Failed(pub String);

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Writes a line to standard output at once, so that it stands before what a child writes next.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A reader who went away is no reason to stop the work.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A command that works in the repository's root.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// `cargo` with the same toolchain that runs this.
pub fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&program, arguments)
}

/// The workspace and all it depends on, as cargo tells it (`cargo metadata`).
///
/// # Errors
/// The manifests or the lock file do not hold together.
pub fn metadata() -> Result<Value, Failed> {
    let output = cargo(&["metadata", "--format-version", "1", "--locked"]).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failed(format!("cargo metadata: {said}")));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| Failed(format!("cargo metadata: {error}")))
}

/// Runs a step and says how long it took.
///
/// # Errors
/// The program cannot be started, or ends with another status than 0.
pub fn step(title: &str, mut command: Command) -> Result<(), Failed> {
    say(&format!("── {title}"));
    let began = Instant::now();
    let status = command.status().map_err(|error| not_started(&command, &error))?;
    if !status.success() {
        return Err(Failed(format!(
            "{title}: {} ended with {status}",
            shown(&command)
        )));
    }
    say(&format!("   {title}: {:.1} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// Runs a step, shows its standard output line by line, and hands each line on.
///
/// # Errors
/// As [`step`]; the lines up to then were handed on.
pub fn step_reading(title: &str, mut command: Command, mut line: impl FnMut(&str)) -> Result<(), Failed> {
    say(&format!("── {title}"));
    let began = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(&command, &error))?;
    if let Some(out) = child.stdout.take() {
        let mut reader = BufReader::new(out);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes)? > 0 {
            let text = String::from_utf8_lossy(&bytes);
            say(text.trim_end_matches('\n'));
            line(&text);
            bytes.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(Failed(format!(
            "{title}: {} ended with {status}",
            shown(&command)
        )));
    }
    say(&format!("   {title}: {:.1} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// What a program prints, or nothing where it cannot be run or fails.
pub fn answer_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program, arguments).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is in `PATH`.
pub fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn not_started(command: &Command, error: &std::io::Error) -> Failed {
    Failed(format!("{} cannot be started: {error}", shown(command)))
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
