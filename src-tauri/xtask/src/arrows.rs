//! Which crate may use which: the arrows of `src-tauri/README.md`, held by `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::steps::{Failed, metadata};

/// What each crate of the workspace may use of the others. A crate that is not listed is a fault.
const MAY_USE: &[(&str, &[&str])] = &[
    ("keybelt-primitives", &[]),
    ("keybelt-contract", &["keybelt-primitives"]),
    ("keybelt-protocol", &["keybelt-contract", "keybelt-primitives"]),
    ("keybelt-catalogue", &["keybelt-contract", "keybelt-primitives"]),
    ("keybelt-net", &["keybelt-contract", "keybelt-primitives"]),
    ("keybelt-vault", &["keybelt-contract", "keybelt-primitives"]),
    (
        "keybelt-practice",
        &["keybelt-contract", "keybelt-primitives", "keybelt-protocol"],
    ),
    (
        "keybelt-core",
        &[
            "keybelt-contract",
            "keybelt-primitives",
            "keybelt-protocol",
            "keybelt-catalogue",
            "keybelt-net",
            "keybelt-vault",
            "keybelt-practice",
        ],
    ),
    (
        "keybelt-cli",
        &["keybelt-contract", "keybelt-primitives", "keybelt-core"],
    ),
    (
        "keybelt-desktop",
        &["keybelt-contract", "keybelt-primitives", "keybelt-core"],
    ),
    ("keybelt-fuzz", &[]),
    (
        "keybelt-bench",
        &[
            "keybelt-contract",
            "keybelt-primitives",
            "keybelt-protocol",
            "keybelt-vault",
            "keybelt-core",
        ],
    ),
    ("keybelt-xtask", &[]),
    (
        "keybelt-test-support",
        &["keybelt-contract", "keybelt-primitives"],
    ),
];

/// Crates from outside that only some of ours may name.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("reqwest", &["keybelt-net", "keybelt-test-support"]),
    (
        "rusqlite",
        &["keybelt-vault", "keybelt-bench", "keybelt-test-support"],
    ),
    ("rusqlite_migration", &["keybelt-vault"]),
    ("keyring", &["keybelt-vault", "keybelt-bench"]),
    ("keyring-core", &["keybelt-vault"]),
    ("zbus-secret-service-keyring-store", &["keybelt-vault"]),
    ("apple-native-keyring-store", &["keybelt-vault"]),
    ("windows-native-keyring-store", &["keybelt-vault"]),
    ("notify", &["keybelt-vault"]),
    ("command-fds", &["keybelt-core"]),
    (
        "jsonwebtoken",
        &["keybelt-protocol", "keybelt-bench", "keybelt-test-support"],
    ),
    ("oauth2", &["keybelt-protocol"]),
    ("oauth1-request", &["keybelt-protocol", "keybelt-bench"]),
    ("rsa", &["keybelt-protocol"]),
    ("tauri", &["keybelt-desktop", "keybelt-bench"]),
    ("wry", &["keybelt-desktop"]),
    ("clap", &["keybelt-cli", "keybelt-desktop"]),
];

/// Crates of which two versions at once would mean two of something there must be one of.
const ONE_VERSION: &[&str] = &[
    "reqwest",
    "rustls",
    "rusqlite",
    "jsonwebtoken",
    "aws-lc-rs",
    "tauri",
    "wry",
];

/// Holds every dependency of the workspace against the tables.
///
/// # Errors
/// Each arrow that points where it may not, all in one message.
pub fn check() -> Result<(), Failed> {
    let faults = faults(&metadata()?);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failed(faults.join("\n       ")))
    }
}

fn faults(metadata: &Value) -> Vec<String> {
    let members: BTreeSet<&str> = list(metadata, "workspace_members")
        .filter_map(Value::as_str)
        .collect();
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in list(metadata, "packages") {
        let (name, version) = (text(package, "name"), text(package, "version"));
        versions.entry(name).or_default().insert(version);
        if members.contains(text(package, "id")) {
            faults.extend(package_faults(name, list(package, "dependencies")));
        }
    }
    for name in ONE_VERSION {
        if let Some(found) = versions.get(name).filter(|found| found.len() > 1) {
            faults.push(format!("{name} is there in several versions: {found:?}"));
        }
    }
    faults
}

fn package_faults<'a>(name: &str, dependencies: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let Some((_, may_use)) = MAY_USE.iter().find(|(listed, _)| *listed == name) else {
        return vec![format!("{name} has no arrows: say in arrows.rs what it may use")];
    };
    let mut faults = Vec::new();
    for dependency in dependencies {
        let used = text(dependency, "name");
        // Unit and integration tests may use what drives the program from outside.
        let for_tests = text(dependency, "kind") == "dev";
        let inside = used.starts_with("keybelt-");
        if inside && !may_use.contains(&used) && !for_tests {
            faults.push(format!("{name} may not use {used}"));
        }
        let closed = ONLY_IN.iter().find(|(listed, _)| *listed == used);
        if !for_tests && closed.is_some_and(|(_, open_to)| !open_to.contains(&name)) {
            faults.push(format!("{name} may not use {used}"));
        }
    }
    faults
}

fn list<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    value.get(member).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with_dependency(name: &str, used: &str, kind: Option<&str>) -> Vec<String> {
        faults(&json!({
            "workspace_members": [name],
            "packages": [{"id": name, "name": name, "version": "1",
                          "dependencies": [{"name": used, "kind": kind}]}],
        }))
    }

    #[test]
    fn an_arrow_that_points_up_is_a_fault() {
        assert_eq!(with_dependency("keybelt-vault", "keybelt-core", None).len(), 1);
        assert!(with_dependency("keybelt-core", "keybelt-vault", None).is_empty());
    }

    #[test]
    fn rooms_on_one_floor_do_not_know_each_other() {
        assert_eq!(
            with_dependency("keybelt-vault", "keybelt-protocol", None).len(),
            1
        );
    }

    #[test]
    fn sockets_are_opened_by_net_alone() {
        assert_eq!(with_dependency("keybelt-core", "reqwest", None).len(), 1);
        assert!(with_dependency("keybelt-net", "reqwest", None).is_empty());
        assert!(with_dependency("keybelt-core", "reqwest", Some("dev")).is_empty());
    }

    #[test]
    fn a_crate_that_nobody_placed_is_a_fault() {
        assert_eq!(with_dependency("keybelt-attic", "serde", None).len(), 1);
    }

    #[test]
    fn a_second_version_of_the_client_is_a_fault() {
        let found = faults(&json!({"workspace_members": [], "packages": [
            {"id": "a", "name": "reqwest", "version": "0.12.0"},
            {"id": "b", "name": "reqwest", "version": "0.13.5"},
        ]}));
        assert_eq!(found.len(), 1);
    }
}
