//! Lints and unit tests.

use std::process::Command;

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
        linting(cargo(&[
            "test",
            "--quiet",
            "--locked",
            "--workspace",
            "--lib",
            "--bins",
        ])),
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
        "clippy, and the build of every test",
        linting(cargo(&[
            "test",
            "--quiet",
            "--no-run",
            "--locked",
            "--workspace",
            "--all-targets",
        ])),
    )
}

/// A build by clippy, which compiles as rustc does and lints on the way: what is linted is what is run, and what we
/// depend on is built once for both. A warning is a fault (`-D warnings`, in the words in which `cargo clippy` hands
/// it to its driver).
pub fn linting(mut cargo: Command) -> Command {
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    cargo.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
    cargo
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
