//! `cargo xtask run`: build, then the window, or where nobody could see it, a tour of the main job.

use std::path::PathBuf;
use std::process::Command;

use crate::steps::{Failed, cargo, say, step, target};
use crate::{front_end, packages};

/// Builds Keybelt and shows it.
///
/// # Errors
/// Set-up or build failed, or the program ended with a failure.
pub fn run() -> Result<(), Failed> {
    packages::for_building()?;
    let seen = has_display();
    if !seen {
        packages::for_virtual_display()?;
    }
    front_end::build()?;
    build_programs()?;
    if seen {
        say("The window opens. Its data is in your own vault; `keybelt` works beside it.");
        step("keybelt-desktop", Command::new(program("keybelt-desktop")))
    } else {
        crate::tour::on_virtual_display()
    }
}

/// The packages of both programs, chosen as they ship: without what tests add to the features of what we depend on.
pub const PACKAGES: [&str; 4] = ["-p", "keybelt-cli", "-p", "keybelt-desktop"];

/// Builds both programs as they ship, front end inside.
///
/// # Errors
/// The build failed.
pub fn build_programs() -> Result<(), Failed> {
    let build = [&["build", "--quiet", "--locked"], &PACKAGES[..]].concat();
    step("building keybelt and keybelt-desktop", cargo(&build))
}

/// Where a built program lies.
pub fn program(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

fn has_display() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
