//! What the tests' build would hide: a feature of what we depend on that only the tests ask for.
//!
//! Cargo unites the features of all that is built at once. What we use of a crate directly must be the same whether
//! the programs are built alone, as they ship, or with the whole workspace, as they are linted and tested: then what
//! compiles here compiles there, and nobody has to build everything once more to know.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::steps::{Failed, cargo, metadata};

/// The crates' sets of features; one that is built for the host too has two.
type Features = BTreeMap<String, BTreeSet<String>>;

/// Holds the features of our own crates and of what they name against each other.
///
/// # Errors
/// Each crate whose features differ, all in one message.
pub fn check() -> Result<(), Failed> {
    let shipped = tree(&[&["--edges", "normal,build"], &crate::run::PACKAGES[..]].concat())?;
    let tested = tree(&["--edges", "normal,build,dev", "--workspace"])?;
    let faults = faults(&named_by_us(&metadata()?), &shipped, &tested);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failed(faults.join("\n       ")))
    }
}

fn tree(selection: &[&str]) -> Result<Features, Failed> {
    let shape = ["tree", "--locked", "--prefix", "none", "--format", "{p}|{f}"];
    let output = cargo(&[&shape[..], selection].concat()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failed(format!("cargo tree: {said}")));
    }
    Ok(read(&String::from_utf8_lossy(&output.stdout)))
}

/// `serde v1.0.228 (proc-macro)|default,derive (*)`, a line for each crate and set of features.
fn read(lines: &str) -> Features {
    let mut features = Features::new();
    for line in lines.lines() {
        let line = line.trim_end_matches(" (*)");
        if let Some((package, set)) = line.split_once('|') {
            features
                .entry(package.to_owned())
                .or_default()
                .insert(set.to_owned());
        }
    }
    features
}

/// Our crates, and those that they depend on other than for tests.
fn named_by_us(metadata: &Value) -> BTreeSet<String> {
    let list = |value: &Value, member: &str| value[member].as_array().cloned().unwrap_or_default();
    let members = list(metadata, "workspace_members");
    let ours = list(metadata, "packages")
        .into_iter()
        .filter(|package| members.contains(&package["id"]));
    let mut named = BTreeSet::new();
    for package in ours {
        named.extend(package["name"].as_str().map(str::to_owned));
        let shipping = list(&package, "dependencies")
            .into_iter()
            .filter(|dependency| dependency["kind"] != json!("dev"));
        named.extend(shipping.filter_map(|dependency| dependency["name"].as_str().map(str::to_owned)));
    }
    named
}

fn faults(named: &BTreeSet<String>, shipped: &Features, tested: &Features) -> Vec<String> {
    shipped
        .iter()
        .filter(|(package, _)| package.split(' ').next().is_some_and(|name| named.contains(name)))
        .filter(|(package, sets)| tested.get(*package).is_some_and(|tested| tested != *sets))
        .map(|(package, sets)| {
            format!(
                "{package} has the features {:?} where the programs are built as they ship, and {:?} where they are \
                 tested: name what is used in the manifest that uses it",
                sets,
                tested.get(package).into_iter().flatten().collect::<Vec<_>>()
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> BTreeSet<String> {
        named_by_us(&json!({"workspace_members": ["ours"], "packages": [
            {"id": "ours", "name": "keybelt-net", "dependencies": [
                {"name": "reqwest", "kind": null}, {"name": "proptest", "kind": "dev"}]},
            {"id": "theirs", "name": "reqwest", "dependencies": [{"name": "idna", "kind": null}]},
        ]}))
    }

    #[test]
    fn a_feature_that_only_the_tests_ask_for_is_named() {
        let shipped = read("reqwest v0.13.5|stream\nidna v1.1.0|std\n");
        let tested = read("reqwest v0.13.5|json,stream (*)\nidna v1.1.0|alloc,std\nproptest v1.12.0|std\n");
        let faults = faults(&named(), &shipped, &tested);
        assert_eq!(faults.len(), 1);
        assert!(
            faults
                .iter()
                .all(|fault| fault.starts_with("reqwest v0.13.5 has"))
        );
    }

    #[test]
    fn what_nobody_of_us_names_may_differ_and_the_same_is_no_fault() {
        let shipped = read("keybelt-net v0.1.0 (/here)|\nreqwest v0.13.5|stream\nidna v1.1.0|std\n");
        let tested = read("reqwest v0.13.5|stream (*)\nreqwest v0.13.5|stream\nidna v1.1.0|alloc,std\n");
        assert_eq!(faults(&named(), &shipped, &tested), Vec::<String>::new());
    }
}
