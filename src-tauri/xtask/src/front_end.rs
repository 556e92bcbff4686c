//! The window's front end: packages, bindings, bundle.

use std::fs;
use std::process::Command;

use crate::steps::{Failed, cargo, command, root, step};

/// An npm command in `ui/`.
pub fn npm(arguments: &[&str]) -> Command {
    let mut npm = command("npm", arguments);
    npm.current_dir(root().join("ui"));
    // What the test runner counted is read off its plain text.
    npm.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    npm
}

/// Installs the front end's packages, writes the bindings and builds what the window shows.
///
/// # Errors
/// One of the steps failed.
pub fn build() -> Result<(), Failed> {
    install("ui")?;
    bindings()?;
    step("building the front end", npm(&["run", "--silent", "build"]))
}

/// Writes the TypeScript types of the contract, whose one source is Rust.
///
/// # Errors
/// The contract does not build, or the files cannot be written.
pub fn bindings() -> Result<(), Failed> {
    let made = root().join("ui/src/bindings");
    if made.exists() {
        // A type that is gone must not stay behind.
        fs::remove_dir_all(&made)?;
    }
    step(
        "writing the TypeScript bindings",
        cargo(&["test", "--quiet", "-p", "keybelt-contract"]),
    )
}

/// Installs a folder's npm packages exactly as its lock file says; does nothing where they stand already.
///
/// # Errors
/// npm failed, or a lock file cannot be read.
pub fn install(folder: &str) -> Result<(), Failed> {
    let folder = root().join(folder);
    let wanted = fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = command("npm", &["ci", "--no-audit", "--no-fund"]);
    npm.current_dir(&folder);
    step(&format!("installing npm packages in {}", shown(&folder)), npm)?;
    // Written last: an interrupted install is done again.
    fs::write(stamp, wanted)?;
    Ok(())
}

fn shown(folder: &std::path::Path) -> String {
    folder
        .strip_prefix(root())
        .unwrap_or(folder)
        .display()
        .to_string()
}
