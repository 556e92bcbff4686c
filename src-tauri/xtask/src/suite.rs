//! `cargo xtask test`: everything there is, in one order, summed up in one line.

use crate::front_end::{self, npm};
use crate::steps::{Failed, cargo, command, say, step_reading};
use crate::{checks, packages, run};

/// Brings a fresh machine to where every test can run.
///
/// # Errors
/// What is missing and could not be had.
pub fn set_up() -> Result<(), Failed> {
    packages::for_tests()?;
    front_end::build()
}

/// Every check and test.
///
/// # Errors
/// The first step that failed; the tests of one step all run first.
pub fn test() -> Result<(), Failed> {
    set_up()?;
    checks::lints()?;
    run::build_programs()?;
    let mut tally = Tally::default();
    let outcome = every_test(&mut tally);
    say(&format!(
        "\ntests: {} passed, {} failed",
        tally.passed, tally.failed
    ));
    outcome
}

fn every_test(tally: &mut Tally) -> Result<(), Failed> {
    let rust = cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--exclude",
        "keybelt-desktop",
        "--no-fail-fast",
    ]);
    step_reading("tests of the crates and of the command line", rust, |line| {
        tally.read_cargo(line)
    })?;
    let mut window = command(
        "dbus-run-session",
        &["--", "xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"],
    );
    window.arg(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    window.args(["test", "--locked", "-p", "keybelt-desktop", "--no-fail-fast"]);
    // There is one display, one keyboard and one port of the practice provider.
    window.env("RUST_TEST_THREADS", "1");
    step_reading("tests of the window", window, |line| tally.read_cargo(line))?;
    step_reading(
        "unit tests of the front end",
        npm(&["run", "--silent", "test"]),
        |line| tally.read_vitest(line),
    )?;
    step_reading(
        "the front end in a browser",
        npm(&["run", "--silent", "e2e"]),
        |line| tally.read_vitest(line),
    )
}

/// How many tests passed and failed, read off what the runners print.
#[derive(Default, PartialEq, Debug)]
struct Tally {
    passed: u32,
    failed: u32,
}

impl Tally {
    /// `test result: ok. 12 passed; 0 failed; …`
    fn read_cargo(&mut self, line: &str) {
        if line.starts_with("test result:") {
            self.passed += number_before(line, " passed");
            self.failed += number_before(line, " failed");
        }
    }

    /// `Tests  1 failed | 11 passed (12)`
    fn read_vitest(&mut self, line: &str) {
        if line.trim_start().starts_with("Tests ") {
            self.passed += number_before(line, " passed");
            self.failed += number_before(line, " failed");
        }
    }
}

fn number_before(line: &str, word: &str) -> u32 {
    let Some((before, _)) = line.split_once(word) else {
        return 0;
    };
    let digits = before
        .rsplit(|letter: char| !letter.is_ascii_digit())
        .next()
        .unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_closing_lines_are_read() {
        let mut tally = Tally::default();
        tally.read_cargo("test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured");
        tally.read_vitest("      Tests  1 failed | 11 passed (12)\n");
        tally.read_vitest(" Test Files  1 passed (1)");
        assert_eq!(
            tally,
            Tally {
                passed: 23,
                failed: 4
            }
        );
    }
}
