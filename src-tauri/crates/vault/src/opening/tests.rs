use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use keybelt_contract::KeySource;
use rusqlite::params;

use super::*;
use crate::test_vault::{TestHome, account_name, entropy, insert, put_profile, record};
use crate::{CreateError, KeepKey, LedgerLine};

fn find(home: &TestHome) -> LockedVault {
    LockedVault::find(&home.path()).unwrap().unwrap()
}

fn refused(home: &TestHome) -> UnlockError {
    let opened = find(home).unlock_with_keyring(&home.keyring, entropy());
    opened.err().map(|(_, error)| error).unwrap()
}

fn damage(home: &TestHome, sql: &str) {
    let connection = Connection::open(home.path().join(FILE)).unwrap();
    connection.execute_batch(sql).unwrap();
}

fn passphrase(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

#[test]
fn an_empty_home_has_no_vault_and_gets_none_by_being_looked_at() {
    let home = TestHome::new();
    assert!(LockedVault::find(&home.path()).unwrap().is_none());
    assert!(!home.path().exists());
}

#[test]
fn status_needs_no_key() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    insert(&vault, &profile, "work/ana");
    let status = find(&home).status().unwrap();
    assert_eq!(status, vault.status().unwrap());
    assert_eq!(
        (status.key_source, status.version, status.accounts),
        (KeySource::Keyring, 2, 1)
    );
    assert!(status.path.ends_with("home/vault.db"));
}

#[test]
fn a_passphrase_opens_its_vault_and_another_does_not() {
    let home = TestHome::new();
    let right = passphrase("correct horse");
    let vault = Vault::create(&home.path(), KeepKey::Passphrase(&right), entropy()).unwrap();
    put_profile(&vault, "work");
    drop(vault);
    let before = home.bytes();
    assert_eq!(find(&home).key_source(), KeySource::Passphrase);
    let Err((locked, error)) = find(&home).unlock_with_passphrase(&passphrase("wrong"), entropy()) else {
        panic!("the wrong passphrase opened it");
    };
    assert_eq!(error, UnlockError::WrongPassphrase);
    assert_eq!(home.bytes(), before);
    let Err((locked, error)) = locked.unlock_with_keyring(&home.keyring, entropy()) else {
        panic!("the keyring opened it");
    };
    assert_eq!(error, UnlockError::WrongSource);
    let vault = locked
        .unlock_with_passphrase(&right, entropy())
        .map_err(|(_, error)| error)
        .unwrap();
    assert_eq!(vault.profiles().unwrap().records.len(), 1);
}

#[test]
fn kc_04_no_error_of_the_keyring_makes_a_new_key_over_a_vault() {
    let home = TestHome::new();
    put_profile(&home.create(), "work");
    let before = home.bytes();
    let other = Keyring::of_store(keyring_core::mock::Store::new().unwrap());
    for (keyring, expected) in [
        (&other, UnlockError::KeyMissing),
        (&Keyring::absent(), UnlockError::KeyringUnavailable),
    ] {
        let opened = find(&home).unlock_with_keyring(keyring, entropy());
        assert_eq!(opened.err().map(|(_, error)| error), Some(expected));
        let made = Vault::create(&home.path(), KeepKey::Keyring(keyring), entropy());
        assert_eq!(made.err(), Some(CreateError::Exists));
    }
    other
        .keep(
            find(&home).slot.item().unwrap(),
            &zeroize::Zeroizing::new([7; 32]),
        )
        .unwrap();
    let opened = find(&home).unlock_with_keyring(&other, entropy());
    assert_eq!(opened.err().map(|(_, error)| error), Some(UnlockError::WrongKey));
    assert_eq!(home.bytes(), before);
    assert_eq!(home.open().profiles().unwrap().records.len(), 1);
}

#[test]
fn a_name_that_is_another_in_the_file_is_damage_and_no_defect() {
    let home = TestHome::new();
    drop(home.create());
    damage(
        &home,
        "ALTER TABLE vault RENAME COLUMN schema_version TO schema_versioN_",
    );
    let opened = find(&home).unlock_with_keyring(&home.keyring, entropy());
    assert_eq!(
        opened.err().map(|(_, error)| error),
        Some(VaultError::damaged_file("the version of the file").into())
    );
    damage(&home, "ALTER TABLE accounts RENAME TO acc0unts");
    assert_eq!(
        find(&home).status().err(),
        Some(VaultError::damaged_file("the structure of the file"))
    );
}

#[test]
fn a_damaged_key_slot_is_no_wrong_key() {
    for sql in [
        "UPDATE vault SET wrapped_key = x'01'",
        "UPDATE vault SET vault_id = randomblob(16)",
        "UPDATE vault SET key_source = 'passphrase'",
        "UPDATE vault SET digest = x'00'",
        "DELETE FROM vault",
        "DROP TABLE vault",
    ] {
        let home = TestHome::new();
        drop(home.create());
        damage(&home, sql);
        assert_eq!(
            LockedVault::find(&home.path()).err(),
            Some(VaultError::damaged_file("the key slot")),
            "{sql}"
        );
        let made = Vault::create(&home.path(), KeepKey::Keyring(&home.keyring), entropy());
        assert_eq!(made.err(), Some(CreateError::Exists), "{sql}");
    }
}

#[test]
fn cheap_or_endless_argon2_parameters_are_refused_before_they_are_used() {
    let home = TestHome::new();
    let right = passphrase("correct horse");
    drop(Vault::create(&home.path(), KeepKey::Passphrase(&right), entropy()).unwrap());
    let slot = find(&home).slot;
    let Source::Passphrase { salt, .. } = slot.source else {
        panic!("no passphrase")
    };
    for cost in [
        (8, 1, 1),
        (64 << 10, 3, 200),
        (u32::MAX, 3, 4),
        (64 << 10, 100_000, 4),
    ] {
        let cost = crate::key_slot::Cost {
            memory_kib: cost.0,
            passes: cost.1,
            lanes: cost.2,
        };
        let source = Source::Passphrase { salt, cost };
        let (wrapping, master) = (zeroize::Zeroizing::new([1; 32]), zeroize::Zeroizing::new([2; 32]));
        let forged = KeySlot::new(slot.vault, source, &wrapping, entropy().as_ref(), &master).unwrap();
        let connection = Connection::open(home.path().join(FILE)).unwrap();
        connection.execute("DELETE FROM vault", []).unwrap();
        forged.insert(&connection, &[0]).unwrap();
        drop(connection);
        assert_eq!(
            LockedVault::find(&home.path()).err(),
            Some(VaultError::damaged_file("the key slot"))
        );
    }
}

#[test]
fn argon2_parameters_that_were_turned_within_their_bounds_open_nothing() {
    let home = TestHome::new();
    let right = passphrase("correct horse");
    let vault = Vault::create(&home.path(), KeepKey::Passphrase(&right), entropy()).unwrap();
    put_profile(&vault, "work");
    drop(vault);
    let slot = find(&home).slot;
    let Source::Passphrase { salt, cost } = slot.source else {
        panic!("no passphrase")
    };
    let connection = Connection::open(home.path().join(FILE)).unwrap();
    for (memory_kib, passes, lanes) in [
        (19 << 10, 2, 1),
        (64 << 10, 2, 4),
        (65 << 10, 3, 4),
        (64 << 10, 3, 5),
    ] {
        let turned = crate::key_slot::Cost {
            memory_kib,
            passes,
            lanes,
        };
        assert_ne!(turned, cost);
        // By somebody who does not know of the digest: it is damage.
        let sql = "UPDATE vault SET memory_kib = ?1, passes = ?2, lanes = ?3";
        connection.execute(sql, (memory_kib, passes, lanes)).unwrap();
        assert_eq!(
            LockedVault::find(&home.path()).err(),
            Some(VaultError::damaged_file("the key slot"))
        );
        // By somebody who does: what comes of the passphrase then is no key to the slot.
        let mut forged = slot.clone();
        forged.source = Source::Passphrase { salt, cost: turned };
        forged.replace(&connection).unwrap();
        let opened = find(&home).unlock_with_passphrase(&right, entropy());
        assert_eq!(
            opened.err().map(|(_, error)| error),
            Some(UnlockError::WrongPassphrase),
            "{turned:?}"
        );
    }
    slot.replace(&connection).unwrap();
    drop(connection);
    let opened = find(&home).unlock_with_passphrase(&right, entropy());
    let vault = opened.map_err(|(_, error)| error).unwrap();
    assert_eq!(vault.profiles().unwrap().records.len(), 1);
}

/// The empty vault that the programs' own tests begin with (`tests/data/vaults/cheap`): made as every vault is, its slot
/// then replaced by one of the least cost that is taken, since each of their commands opens it.
#[test]
fn the_vault_of_the_programs_tests_is_empty_and_opens_at_the_least_cost() {
    let home = TestHome::new();
    drop(home.create());
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/vaults/cheap/vault.db");
    // Into the file that is there: a copy would bring its mode along.
    fs::write(home.path().join(FILE), fs::read(kept).unwrap()).unwrap();
    let locked = find(&home);
    let Source::Passphrase { cost, .. } = locked.slot.source else {
        panic!("no passphrase")
    };
    assert_eq!((cost.memory_kib, cost.passes, cost.lanes), (19 << 10, 2, 1));
    let opened = locked.unlock_with_passphrase(&passphrase("a passphrase of the tests"), entropy());
    let vault = opened.map_err(|(_, error)| error).unwrap();
    assert!(vault.profiles().unwrap().records.is_empty() && vault.accounts().unwrap().records.is_empty());
    assert!(vault.ledger(None).unwrap().records.is_empty());
}

#[test]
fn what_is_no_vault_is_named_so() {
    for content in [
        &b""[..],
        b"not a database at all, but long enough to have a header of one hundred bytes ........",
    ] {
        let home = TestHome::new();
        drop(home.create());
        fs::write(home.path().join(FILE), content).unwrap();
        assert!(matches!(
            LockedVault::find(&home.path()),
            Err(VaultError::Damaged { .. })
        ));
        assert_eq!(home.bytes(), content, "it is left as it was");
    }
}

#[test]
fn a_lost_file_with_a_journal_is_not_made_anew() {
    let home = TestHome::new();
    let vault = home.create();
    put_profile(&vault, "work");
    fs::rename(home.path().join(FILE), home.path().join("elsewhere")).unwrap();
    let made = Vault::create(&home.path(), KeepKey::Keyring(&home.keyring), entropy());
    assert!(matches!(
        made.err(),
        Some(CreateError::Vault(VaultError::Damaged { .. }))
    ));
}

#[test]
fn a_newer_vault_is_left_alone() {
    let home = TestHome::new();
    let vault = home.create();
    damage(&home, "PRAGMA user_version = 3");
    assert_eq!(LockedVault::find(&home.path()).err(), Some(VaultError::Newer));
    // Also by a process that had it open before.
    assert_eq!(vault.profiles().err(), Some(VaultError::Newer));
    assert_eq!(
        vault.sweep_pending(keybelt_primitives::UnixSeconds(1)).err(),
        Some(VaultError::Newer)
    );
}

#[test]
fn a_shape_or_version_that_was_tampered_with_is_refused() {
    for (sql, what) in [
        (
            "CREATE TRIGGER spy AFTER INSERT ON accounts BEGIN DELETE FROM ledger; END",
            "the shape of the file",
        ),
        ("CREATE VIEW v AS SELECT 1", "the shape of the file"),
        ("DROP INDEX ledger_by_account", "the shape of the file"),
        (
            "UPDATE vault SET schema_version = x'00'",
            "the version of the file",
        ),
    ] {
        let home = TestHome::new();
        drop(home.create());
        damage(&home, sql);
        assert_eq!(
            refused(&home),
            UnlockError::Vault(VaultError::damaged_file(what)),
            "{sql}"
        );
    }
}

/// A version to come, for the way there.
const NEXT: &[&str] = &[
    schema::STEPS[0],
    schema::STEPS[1],
    "ALTER TABLE accounts ADD COLUMN colour TEXT",
];

fn open_next(home: &TestHome) -> Result<Vault, UnlockError> {
    let locked = LockedVault::find_with(&home.path(), NEXT).unwrap().unwrap();
    locked
        .unlock_with_keyring(&home.keyring, entropy())
        .map_err(|(_, error)| error)
}

#[test]
fn an_older_vault_is_migrated_with_everything_in_it() {
    let home = TestHome::new();
    let old = home.create();
    let profile = put_profile(&old, "work");
    let put = insert(&old, &profile, "work/ana");
    let new = open_next(&home).unwrap();
    assert_eq!(new.status().unwrap().version, 3);
    assert_eq!(new.accounts().unwrap().records, std::slice::from_ref(&put));
    assert_eq!(new.check().unwrap(), []);
    assert_eq!(old.accounts().err(), Some(VaultError::Newer));
    assert_eq!(open_next(&home).unwrap().account(&put.name).unwrap(), Some(put));
    assert_eq!(LockedVault::find(&home.path()).err(), Some(VaultError::Newer));
}

#[test]
fn several_who_open_an_older_vault_at_once_all_get_the_new_one() {
    let home = TestHome::new();
    put_profile(&home.create(), "work");
    std::thread::scope(|scope| {
        let opening: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| open_next(&home).map(|vault| vault.status())))
            .collect();
        for opened in opening {
            assert_eq!(opened.join().unwrap().unwrap().unwrap().version, 3);
        }
    });
}

#[test]
fn a_version_that_is_only_claimed_is_no_migration() {
    let home = TestHome::new();
    drop(home.create());
    damage(&home, "PRAGMA user_version = 3");
    let claimed = UnlockError::Vault(VaultError::damaged_file("the version of the file"));
    assert_eq!(open_next(&home).err(), Some(claimed));
}

#[cfg(unix)]
#[test]
fn files_that_others_can_read_are_refused_with_the_command_that_mends_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    let lease = vault.lease(put.id, Duration::ZERO).unwrap();
    for (name, open, closed) in [
        ("", 0o750, 0o700),
        (FILE, 0o644, 0o600),
        ("vault.db-wal", 0o640, 0o600),
        ("vault.db-shm", 0o660, 0o600),
        (LOCK, 0o604, 0o600),
        (lease::FOLDER, 0o755, 0o700),
    ] {
        let path = if name.is_empty() {
            home.path()
        } else {
            home.path().join(name)
        };
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            closed,
            "{name}"
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        let Err(VaultError::Permissions { command, .. }) = LockedVault::find(&home.path()) else {
            panic!("{name} was taken");
        };
        assert!(
            Command::new("sh")
                .args(["-c", &command])
                .status()
                .unwrap()
                .success()
        );
        assert!(LockedVault::find(&home.path()).unwrap().is_some(), "{name}");
    }
    drop(lease);
}

#[cfg(unix)]
#[test]
fn a_vault_behind_a_link_is_not_followed() {
    let (home, other) = (TestHome::new(), TestHome::new());
    drop((home.create(), other.create()));
    fs::remove_file(home.path().join(FILE)).unwrap();
    std::os::unix::fs::symlink(other.path().join(FILE), home.path().join(FILE)).unwrap();
    assert!(matches!(
        LockedVault::find(&home.path()),
        Err(VaultError::Damaged { .. })
    ));
}

#[test]
fn a_damaged_page_is_told_by_the_check_and_the_rest_works() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    insert(&vault, &profile, "work/ana");
    let page: i64 = vault
        .lock()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'accounts_by_profile'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    drop(vault);
    let mut bytes = fs::read(home.path().join(FILE)).unwrap();
    let start = usize::try_from(page - 1).unwrap() * 4096;
    bytes[start..start + 4096].fill(0xA5);
    fs::write(home.path().join(FILE), bytes).unwrap();
    let vault = home.open();
    assert!(vault.account(&account_name("work/ana")).unwrap().is_some());
    let damaged = vault.check().unwrap();
    assert!(
        damaged
            .iter()
            .any(|damaged| damaged.record == "the structure of the file"),
        "{damaged:?}"
    );
}

const CHILD: &str = "KEYBELT_VAULT_TEST_HOME";

/// Run by the test below in a process of its own, which is killed.
#[test]
fn child_that_writes_until_it_is_killed() {
    let Some(home) = std::env::var_os(CHILD) else {
        return;
    };
    let locked = LockedVault::find(Path::new(&home)).unwrap().unwrap();
    let vault = locked
        .unlock_with_passphrase(&passphrase("p"), entropy())
        .map_err(|(_, error)| error)
        .unwrap();
    let profile = vault
        .profile(&crate::test_vault::profile_name("work"))
        .unwrap()
        .unwrap();
    let _lease = vault.lease(1, Duration::ZERO).unwrap();
    for number in 0_u64.. {
        let name = format!("work/{number}");
        let line = LedgerLine::linked(
            &account_name(&name),
            "browser",
            keybelt_primitives::UnixSeconds(1),
        );
        vault
            .insert_account(record(&profile, &name), &line, None)
            .unwrap();
        println!("wrote {number}.");
    }
}

#[test]
fn a_process_that_is_killed_while_it_writes_loses_nothing_and_leaves_its_lease() {
    let home = TestHome::new();
    let vault = Vault::create(&home.path(), KeepKey::Passphrase(&passphrase("p")), entropy()).unwrap();
    let profile = put_profile(&vault, "work");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "opening::tests::child_that_writes_until_it_is_killed",
            "--nocapture",
        ])
        .env(CHILD, home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told =
        |line: &str| -> Option<usize> { line.split("wrote ").nth(1)?.trim_end_matches('.').parse().ok() };
    let mut last = 0;
    while last < 40 {
        last = told(&lines.next().unwrap().unwrap()).unwrap_or(last);
    }
    assert_eq!(vault.lease(1, Duration::ZERO).err(), Some(VaultError::Busy));
    child.kill().unwrap();
    child.wait().unwrap();
    let last = lines
        .map_while(Result::ok)
        .filter_map(|line| told(&line))
        .last()
        .unwrap_or(last);
    vault.lease(1, Duration::ZERO).unwrap();
    let count = vault.accounts().unwrap().records.len();
    assert!(
        (last + 1..=last + 2).contains(&count),
        "{last} were told, {count} are there"
    );
    assert_eq!(vault.check().unwrap(), []);
    insert(&vault, &profile, "work/after");
    let lines: i64 = vault
        .lock()
        .query_row("SELECT count(*) FROM ledger", params![], |row| row.get(0))
        .unwrap();
    assert_eq!(usize::try_from(lines).unwrap(), count + 1);
}
