//! `cargo xtask test`: everything there is, in one order, summed up in one line.

use serde_json::{Value, json};

use crate::checks::{self, linting};
use crate::front_end::{self, npm};
use crate::packages;
use crate::steps::{Failed, cargo, command, metadata, say, step_reading};

/// Brings a fresh machine to where every test can run.
///
/// # Errors
/// What is missing and could not be had.
pub fn set_up() -> Result<(), Failed> {
    packages::for_tests()?;
    front_end::build()
}

/// The test that needs a display.
const WINDOW: &str = "window";

/// Every check and test.
///
/// # Errors
/// The first step that failed; the tests of one step all run first.
pub fn test() -> Result<(), Failed> {
    set_up()?;
    checks::lints()?;
    let mut tally = Tally::default();
    let outcome = every_test(&mut tally);
    say(&format!(
        "\ntests: {} passed, {} failed",
        tally.passed, tally.failed
    ));
    outcome
}

fn every_test(tally: &mut Tally) -> Result<(), Failed> {
    let (window, others): (Vec<String>, Vec<String>) = test_targets(&metadata()?)
        .into_iter()
        .partition(|name| name == WINDOW);
    // Cargo chooses the features of what we depend on anew for each choice of packages, and builds it anew: so every step
    // names the whole workspace, and differs by its targets alone.
    let rust = of_workspace(&others, &["--lib", "--bins"]);
    step_reading(
        "tests of the crates and of the command line",
        linting(cargo(&rust)),
        |line| tally.read_cargo(line),
    )?;
    let examples = of_workspace(&[], &["--doc"]);
    step_reading(
        "examples in the documentation",
        linting(cargo(&examples)),
        |line| tally.read_cargo(line),
    )?;
    let mut on_display = command(
        "dbus-run-session",
        &["--", "xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"],
    );
    on_display.arg(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    on_display.args(of_workspace(&window, &[]));
    // There is one display, one keyboard and one port of the practice provider.
    on_display.env("RUST_TEST_THREADS", "1");
    step_reading("tests of the window", linting(on_display), |line| {
        tally.read_cargo(line)
    })?;
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

/// `cargo test` of these test targets and whatever else is named, each to its end.
fn of_workspace<'a>(targets: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["test", "--locked", "--workspace", "--no-fail-fast"];
    arguments.extend(more);
    for target in targets {
        arguments.extend(["--test", target]);
    }
    arguments
}

/// The workspace's test targets, every one: what nobody runs cannot exist.
fn test_targets(metadata: &Value) -> Vec<String> {
    let list = |value: &Value, member: &str| value[member].as_array().cloned().unwrap_or_default();
    let members = list(metadata, "workspace_members");
    list(metadata, "packages")
        .iter()
        .filter(|package| members.contains(&package["id"]))
        .flat_map(|package| list(package, "targets"))
        .filter(|target| list(target, "kind").contains(&json!("test")))
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect()
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
    fn every_test_target_of_the_workspace_is_found_and_nothing_else() {
        let metadata = json!({"workspace_members": ["ours", "face"], "packages": [
            {"id": "ours", "targets": [{"kind": ["lib"], "name": "core"}, {"kind": ["test"], "name": "cli"}]},
            {"id": "face", "targets": [{"kind": ["bin"], "name": "keybelt"}, {"kind": ["test"], "name": "window"}]},
            {"id": "theirs", "targets": [{"kind": ["test"], "name": "of-a-library"}]},
        ]});
        assert_eq!(test_targets(&metadata), ["cli", "window"]);
    }

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
