//! `cargo xtask prove`: every long walk of the tests, its whole length.

use crate::steps::{Failed, cargo, say, step_reading};

/// What the names of some tests have in common, and what these walk over. The tests of every day walk a share of each.
///
/// A walk asks `keybelt_fuzz::walk` how far it goes, prints what it did, and has its line here.
const WALKS: &[(&str, &str)] = &[
    (
        "damage::whatever_byte",
        "every byte of a small vault and of its journal, flipped",
    ),
    (
        "failing_disk::",
        "every reading and writing of SQLite's, refused by the disk",
    ),
    (
        "kills::",
        "every change that a command makes to the disk, and 500 instants, killed",
    ),
    ("refusals::", "every command in every circumstance of exit 5"),
    ("full_disk::", "every page of room that a command finds on a disk"),
    ("crowd::", "fifty processes on one vault, for a minute"),
];

/// Runs every walk to its end and says what each did.
///
/// # Errors
/// A walk that failed, and one that is not there.
pub fn prove() -> Result<(), Failed> {
    let mut arguments = vec!["test", "--locked", "--workspace", "--no-fail-fast"];
    arguments.extend(["--lib", "--test", "cli", "--", "--show-output"]);
    arguments.extend(WALKS.iter().map(|(name, _)| *name));
    let mut run = cargo(&arguments);
    // `keybelt_fuzz::walk::PROVE`.
    run.env("KEYBELT_PROVE", "1");
    let mut passed: Vec<String> = Vec::new();
    let outcome = step_reading("every walk, its whole length", run, |line| {
        passed.extend(passed_in(line).map(str::to_owned));
    });
    for (name, over) in WALKS {
        let tests = passed.iter().filter(|test| test.contains(name)).count();
        say(&format!("   {over}: {tests} tests passed ({name})"));
    }
    outcome?;
    match WALKS
        .iter()
        .find(|(name, _)| !passed.iter().any(|test| test.contains(name)))
    {
        Some((name, _)) => Err(Failed(format!("there is no test {name}"))),
        None => Ok(()),
    }
}

/// The test that a line of the runner says has passed.
fn passed_in(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix("test ")?.strip_suffix(" ... ok")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_passed_is_read_off_the_runners_line() {
        assert_eq!(passed_in("test kills::a_walk ... ok\n"), Some("kills::a_walk"));
        assert_eq!(passed_in("test kills::a_walk ... FAILED\n"), None);
        assert_eq!(passed_in("test result: ok. 1 passed"), None);
    }
}
