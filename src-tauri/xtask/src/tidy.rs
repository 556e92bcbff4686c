//! House rules that no linter knows.

use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Failed, answer_of, root};

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: &[&str] = &[
    "manager",
    "service",
    "util",
    "utils",
    "helper",
    "helpers",
    "processor",
    "handler",
    "common",
    "misc",
    "data",
    "info",
];

/// What may stand at the repository's top.
const TOP: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "src-tauri",
    "ui",
    "tests",
    "icons",
    "README.md",
];

/// Well-known root files that tools and people look for.
const WELL_KNOWN: &[&str] = &[
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "SECURITY.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
];

/// A line longer than this many lines of Rust wants to be two files.
const LONGEST_FILE: usize = 700;

/// Reads every file that git knows.
///
/// # Errors
/// Each broken rule with its place, all in one message.
pub fn check() -> Result<(), Failed> {
    let listed = answer_of("git", &["ls-files", "--cached", "--others", "--exclude-standard"])
        .ok_or_else(|| Failed("git cannot list the project's files".to_owned()))?;
    let mut faults = Vec::new();
    for path in listed
        .lines()
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
    {
        faults.extend(place_faults(&path));
        if let Ok(text) = fs::read_to_string(root().join(&path)) {
            faults.extend(text_faults(&path, &text));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failed(faults.join("\n       ")))
    }
}

fn place_faults(path: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    let top = path
        .iter()
        .next()
        .map(|first| first.to_string_lossy().into_owned())
        .unwrap_or_default();
    if !top.starts_with('.') && !TOP.contains(&top.as_str()) && !WELL_KNOWN.contains(&top.as_str()) {
        faults.push(format!("{}: does not belong at the top", path.display()));
    }
    let code = path
        .extension()
        .is_some_and(|kind| ["rs", "ts", "tsx", "py", "mjs"].iter().any(|code| kind == *code));
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    if code
        && stem
            .split(['_', '-', '.'])
            .any(|word| EMPTY_NAMES.contains(&word))
    {
        faults.push(format!(
            "{}: the name says nothing; name the noun or the specification",
            path.display()
        ));
    }
    faults
}

fn text_faults(path: &Path, text: &str) -> Vec<String> {
    let shown = path.display();
    let mut faults = Vec::new();
    let rust = path.extension().is_some_and(|kind| kind == "rs");
    if rust && path.ends_with("src/lib.rs") {
        for sign in ["Owns:", "Never:", "Start at:"] {
            if !text.contains(sign) {
                faults.push(format!("{shown}: the crate's door plate lacks `{sign}`"));
            }
        }
    }
    if rust && text.lines().count() > LONGEST_FILE {
        faults.push(format!("{shown}: {} lines; split it", text.lines().count()));
    }
    // Spelt apart, so that this file does not find itself.
    let undone = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let locked = path
        .file_name()
        .is_some_and(|name| name == "package-lock.json" || name == "Cargo.lock");
    for (number, line) in text.lines().enumerate().filter(|_| !locked) {
        if undone.iter().any(|word| line.contains(word)) {
            faults.push(format!("{shown}:{}: something is left undone", number + 1));
        }
        if rust && line.trim_start().starts_with("#[allow(") && !line.contains("reason") {
            faults.push(format!(
                "{shown}:{}: say `#[expect(…, reason = \"…\")]`",
                number + 1
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_nobody_named_does_not_go_to_the_top() {
        assert_eq!(place_faults(Path::new("docs/notes.md")).len(), 1);
        assert!(place_faults(Path::new("tests/README.md")).is_empty());
        assert!(place_faults(Path::new(".ci/run")).is_empty());
    }

    #[test]
    fn a_file_is_named_for_what_it_holds() {
        assert_eq!(place_faults(Path::new("ui/src/utils.ts")).len(), 1);
        assert_eq!(place_faults(Path::new("src-tauri/src/token_manager.rs")).len(), 1);
        assert!(place_faults(Path::new("src-tauri/src/token.rs")).is_empty());
    }

    #[test]
    fn a_lint_is_silenced_with_its_reason() {
        assert_eq!(
            text_faults(Path::new("src-tauri/src/a.rs"), "#[allow(dead_code)]").len(),
            1
        );
        assert!(
            text_faults(
                Path::new("src-tauri/src/a.rs"),
                "#[expect(dead_code, reason = \"b\")]"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_crate_opens_with_its_door_plate() {
        assert_eq!(
            text_faults(Path::new("src-tauri/crates/net/src/lib.rs"), "//! Net.").len(),
            3
        );
    }
}
