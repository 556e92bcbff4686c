//! Vaults of older versions (`tests/data/vaults`), used by today's program.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use keybelt_test_support::Home;
use serde_json::json;

use crate::home_without_vault;

/// The port of the practice provider that the accounts of version 1 were linked at.
const PORT: &str = "8739";

/// A home with the vault of that version. What is in it stands in `vault/src/opening/older_vaults.rs`.
pub(crate) fn home_of(version: &str) -> Home {
    let home = home_without_vault();
    home.file("passphrase", "the passphrase of an old vault\n");
    fs::create_dir(home.path()).unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/vaults");
    let copy = home.path().join("vault.db");
    fs::copy(old.join(version).join("vault.db"), &copy).unwrap();
    fs::set_permissions(copy, fs::Permissions::from_mode(0o600)).unwrap();
    home
}

#[test]
fn several_programs_that_open_an_older_vault_at_once_all_show_what_is_in_it() {
    let home = home_of("v1");
    assert_eq!(home.json(&["vault", "status"]).ok().json()["version"], 1);
    let lists: Vec<_> = (0..4).map(|_| home.start(&["--json", "list"])).collect();
    for list in lists {
        let accounts = list.json();
        assert_eq!(
            (&accounts[0]["name"], &accounts[1]["name"]),
            (&json!("bo"), &json!("practice/ada-practice.example"))
        );
        assert_eq!(list.end().code, Some(0));
    }
    assert_eq!(home.json(&["vault", "status"]).ok().json()["version"], 2);
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
}

#[test]
fn the_accounts_of_an_older_vault_go_on_as_if_nothing_had_happened() {
    // Tests of several checkouts may run side by side, and this port is the fixture's.
    let lock = File::create(std::env::temp_dir().join(format!("keybelt-test-port-{PORT}"))).unwrap();
    lock.lock().unwrap();
    let home = home_of("v1");
    let practice = home.start(&["--json", "practice", "--port", PORT]);
    assert_eq!(practice.json()["event"], "ready");
    let renewed = home.json(&["refresh", "--all"]).ok().json();
    assert_eq!(renewed.as_array().unwrap().len(), 2);
    let shown = home.json(&["show", "bo"]).ok().json();
    assert_eq!(
        (&shown["status"], &shown["claims"]["name"]),
        (&json!("fresh"), &json!("Bo Tanaka"))
    );
    let api = format!("http://127.0.0.1:{PORT}/api/notes");
    let script = format!(r#"curl --silent --fail --header "Authorization: Bearer $KEYBELT_TOKEN" {api}"#);
    home.run(&["exec", "bo", "--", "sh", "-c", &script]).ok();
    assert_eq!(
        home.json(&["unlink", "bo", "--revoke"]).ok().json()["revoked"],
        true
    );
    let log = home.json(&["log"]).ok().json();
    assert_eq!(log[0]["event"], "linked", "lines of before are still there");
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
}
