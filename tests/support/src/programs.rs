//! Programs that a test makes and runs.
//!
//! Another process writes them: what this one had open to write, a child that another test starts at that moment holds open
//! until it is the program it is to be, and the system runs no file that somebody may write to (`ETXTBSY`, execve(2)).

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Puts a copy of a program there, in the place of what was there.
pub fn put_program(to: &Path, from: &Path) {
    assert!(install(to, from).status().unwrap().success(), "{}", to.display());
}

/// Puts a script there, in the place of what was there; gives its path.
pub fn put_script(to: &Path, text: &str) -> String {
    let mut installing = install(to, Path::new("/dev/stdin"))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = installing.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    assert!(installing.wait().unwrap().success(), "{}", to.display());
    to.display().to_string()
}

fn install(to: &Path, from: &Path) -> Command {
    let mut command = Command::new("install");
    command.args(["-m", "755"]).args([from, to]);
    command
}
