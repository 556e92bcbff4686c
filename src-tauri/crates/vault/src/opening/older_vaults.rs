//! Vaults of older versions, as those versions wrote them: `tests/data/vaults/vN`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use keybelt_primitives::{Secret, UnixSeconds};
use tempfile::TempDir;

use super::*;
use crate::test_vault::{account_name, entropy, insert, new_profile, profile_name, tokens};
use crate::{AccountChange, ChangeProfile, LedgerLine, PutProfiles, Renaming};

const PASSPHRASE: &str = "the passphrase of an old vault";

/// A home with a copy of the vault of version 1: two accounts of the practice provider, one of them renamed, a second
/// profile with a client secret, the practice provider's state, nine lines in the ledger.
fn home() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/vaults/v1/vault.db");
    fs::copy(old, home.join(FILE)).unwrap();
    fs::set_permissions(home.join(FILE), fs::Permissions::from_mode(0o600)).unwrap();
    (folder, home)
}

fn open(home: &Path) -> Vault {
    let locked = LockedVault::find(home).unwrap().unwrap();
    locked
        .unlock_with_passphrase(&Secret::new(PASSPHRASE.to_owned()), entropy())
        .map_err(|(_, error)| error)
        .unwrap()
}

fn names(vault: &Vault) -> Vec<String> {
    let listed = vault.accounts().unwrap();
    assert!(listed.damaged.is_empty());
    listed
        .records
        .iter()
        .map(|summary| summary.name.to_string())
        .collect()
}

const ACCOUNTS: [&str; 2] = ["bo", "practice/ada-practice.example"];

#[test]
fn a_vault_of_version_1_holds_everything_it_held() {
    let (_folder, home) = home();
    assert_eq!(
        LockedVault::find(&home)
            .unwrap()
            .unwrap()
            .status()
            .unwrap()
            .version,
        1
    );
    let vault = open(&home);
    assert_eq!(vault.status().unwrap().version, schema::latest(schema::STEPS));
    assert_eq!(vault.check().unwrap(), []);
    assert_eq!(names(&vault), ACCOUNTS);
    let events: Vec<String> = vault
        .ledger(None)
        .unwrap()
        .records
        .into_iter()
        .map(|line| line.event)
        .collect();
    assert_eq!(
        events.join(" "),
        "linked refreshed handed_over linked refreshed handed_over handed_over renamed refresh_failed"
    );
    assert_eq!(vault.updates_since(0).unwrap().updates, []);
    let work = vault.profile(&profile_name("work")).unwrap().unwrap();
    assert!(work.client_secret.unwrap().matches_text("a-client-secret") && work.rsa_key.is_none());
    assert!(vault.blob("practice").unwrap().is_some());
    let ada = vault.account(&account_name(ACCOUNTS[1])).unwrap().unwrap();
    let record = vault.account_record(ada.id).unwrap().unwrap();
    assert!(record.tokens.refresh_token.is_some() && record.evidence.claims.is_some());
    assert!(record.tokens.token_secret.is_none());
    assert_eq!(ada.token_type.as_deref(), Some("Bearer"));
    drop(vault);
    assert_eq!(names(&open(&home)), ACCOUNTS);
}

#[test]
fn a_vault_of_version_1_takes_everything_that_a_new_one_takes() {
    let (_folder, home) = home();
    let vault = open(&home);
    let ada = vault.account(&account_name(ACCOUNTS[1])).unwrap().unwrap();
    let lease = vault.lease(ada.id, Duration::ZERO).unwrap();
    let renewed = tokens("access-token-2");
    let change = AccountChange {
        summary: &ada,
        tokens: Some(&renewed),
        evidence: None,
        line: Some(&LedgerLine::refreshed(&ada.name, UnixSeconds(2_000)).renewing(true)),
    };
    vault.write_account(&lease, change, None).unwrap().unwrap();
    assert_eq!(vault.updates_since(0).unwrap().updates.len(), 1);
    let with_key = |_: &crate::ProfileRecord| {
        Ok::<_, ()>(crate::NewProfileRecord {
            rsa_key: Some(Secret::new("pem".to_owned())),
            ..new_profile("job")
        })
    };
    let changed = vault.change_profile(&profile_name("work"), with_key).unwrap();
    assert!(matches!(changed, ChangeProfile::Changed(_)));
    let PutProfiles::Put(put) = vault.put_profiles(vec![new_profile("new")], false).unwrap() else {
        panic!("taken")
    };
    let new = insert(&vault, &put[0], "new/ana");
    let renamed = vault.rename_account(&new.name, &account_name("ana"), UnixSeconds(2_000));
    assert!(matches!(renamed.unwrap(), Renaming::Renamed(_)));
    let target = crate::OutputTarget::File {
        path: "/tmp/token".to_owned(),
        format: "json".to_owned(),
    };
    let added = vault.add_output(ada.id, target, UnixSeconds(2_000)).unwrap();
    assert!(matches!(added, crate::AddOutput::Added(_)));
    assert!(
        vault
            .unlink(&lease, &ada.name, false, UnixSeconds(2_000))
            .unwrap()
    );
    assert_eq!(vault.check().unwrap(), []);
    drop(vault);
    assert_eq!(names(&open(&home)), ["ana", "bo"]);
}

#[test]
fn several_who_open_a_vault_of_version_1_at_once_all_get_the_new_one() {
    let (_folder, home) = home();
    std::thread::scope(|scope| {
        let opening: Vec<_> = (0..3).map(|_| scope.spawn(|| names(&open(&home)))).collect();
        for opened in opening {
            assert_eq!(opened.join().unwrap(), ACCOUNTS);
        }
    });
}

const CHILD: &str = "KEYBELT_VAULT_TEST_MIGRATION";

/// Run by the test below in a process of its own, which is killed.
#[test]
fn child_that_is_killed_while_it_migrates() {
    let Some(home) = std::env::var_os(CHILD) else {
        return;
    };
    let mut connection = connect(&Path::new(&home).join(FILE)).unwrap();
    // What was changed goes to the journal at once, as it does when there is much.
    connection.pragma_update(None, "cache_size", 1).unwrap();
    let transaction = connection.transaction().unwrap();
    transaction.execute_batch(schema::STEPS[1]).unwrap();
    transaction
        .execute("UPDATE vault SET schema_version = zeroblob(8192)", [])
        .unwrap();
    transaction.pragma_update(None, "user_version", 2).unwrap();
    println!("half way.");
    std::thread::park();
}

#[test]
fn a_process_that_is_killed_while_it_migrates_leaves_the_old_vault() {
    let (_folder, home) = home();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "opening::older_vaults::child_that_is_killed_while_it_migrates",
            "--nocapture",
        ])
        .env(CHILD, &home)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("half way.")));
    child.kill().unwrap();
    child.wait().unwrap();
    let found = LockedVault::find(&home).unwrap().unwrap();
    assert_eq!(found.status().unwrap().version, 1);
    drop(found);
    assert_eq!(names(&open(&home)), ACCOUNTS);
    assert_eq!(open(&home).check().unwrap(), []);
}
