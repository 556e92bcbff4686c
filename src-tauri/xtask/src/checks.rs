//! Lints and unit tests.

use crate::front_end::npm;
use crate::steps::{Failed, cargo, say, step};
use crate::{arrows, features, suite, tidy};

/// `cargo xtask check`: what one runs before every commit.
///
/// # Errors
/// The first step that failed.
pub fn check() -> Result<(), Failed> {
    // The unit tests of what the tests stand on start real providers and keyrings.
    suite::set_up()?;
    lints()?;
    step(
        "unit tests of the crates",
        cargo(&["test", "--quiet", "--workspace", "--lib", "--bins"]),
    )?;
    step("unit tests of the front end", npm(&["run", "--silent", "test"]))?;
    say("Everything is in order.");
    Ok(())
}

/// Formatting, lints, names and arrows of both languages.
///
/// # Errors
/// The first step that failed.
pub fn lints() -> Result<(), Failed> {
    step("formatting", cargo(&["fmt", "--all", "--check"]))?;
    house_rules()?;
    step("the front end's lints", npm(&["run", "--silent", "check"]))?;
    step(
        "clippy",
        cargo(&[
            "clippy",
            "--quiet",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    )
}

/// Arrows, features and names.
///
/// # Errors
/// What is out of place.
pub fn house_rules() -> Result<(), Failed> {
    say("── arrows and names");
    arrows::check()?;
    features::check()?;
    tidy::check()
}
