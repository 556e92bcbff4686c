//! The vault as a whole: another key, a backup, a vault from one, a new start.

use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};

use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{Home, Person, Ran, Session};
use serde_json::{Value, json};

use crate::{home, home_with, home_without_vault, link, name_of};

/// The test's homes keep their passphrase in a file of this name.
const PASSPHRASE: &str = "passphrase";

fn home_with_profile(name: &str) -> Home {
    let home = home_without_vault();
    add(&home, name);
    home
}

fn add(home: &Home, name: &str) {
    let added = [
        "profile",
        "add",
        name,
        "--provider",
        "practice",
        "--client-id",
        "c",
    ];
    home.run(&added).ok();
}

fn profiles(home: &Home) -> Vec<Value> {
    let listed = home.json(&["profile", "list"]).ok().json();
    let name = |profile: &Value| profile["name"].clone();
    listed.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn a_passphrase_file_that_cannot_be_used_leaves_the_vault_locked() {
    let home = home_with_profile("work");
    let status = |file: &str| {
        let mut command = home.command(&["--json", "vault", "status"]);
        let ran = command.env("KEYBELT_PASSPHRASE_FILE", file).output();
        Ran::from(ran.unwrap()).ok().json()["locked"].clone()
    };
    assert_eq!(home.json(&["vault", "status"]).ok().json()["locked"], false);
    assert_eq!(status("/no/such/passphrase"), true);
    let reachable = home.file("reachable", "a passphrase");
    std::fs::set_permissions(&reachable, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(status(&reachable), true);
}

#[test]
fn a_new_passphrase_opens_the_vault_and_the_old_one_no_longer() {
    let home = home_with_profile("work");
    let new = home.file("new", "a new one\n");
    let rekey = [
        "vault",
        "rekey",
        "--to",
        "passphrase",
        "--new-passphrase-file",
        &new,
    ];
    assert_eq!(home.json(&rekey).ok().json(), json!({}));
    let told = home.json(&["profile", "list"]).fails("wrong_passphrase", 5);
    let file = home.file_path(PASSPHRASE).display().to_string();
    assert!(
        told.contains(&file) && told.contains("KEYBELT_PASSPHRASE_FILE"),
        "{told}"
    );
    home.file(PASSPHRASE, "a new one");
    assert_eq!(profiles(&home), ["work"]);
    let rekey = [
        "vault",
        "rekey",
        "--to",
        "passphrase",
        "--new-passphrase-file",
        "-",
    ];
    home.run_with(&rekey, "a third one\n").ok();
    home.file(PASSPHRASE, "a third one");
    assert_eq!(profiles(&home), ["work"]);
    for unfit in ["", "\n", &"x".repeat(1025)] {
        let mut refused = vec!["--json"];
        refused.extend(rekey);
        home.run_with(&refused, unfit).fails("usage", 2);
    }
    // No terminal is there to ask on.
    home.json(&["vault", "rekey", "--to", "passphrase"])
        .fails("usage", 2);
    home.json(&["vault", "rekey", "--to", "keyring", "--new-passphrase-file", &new])
        .fails("usage", 2);
    home.json(&["vault", "rekey", "--to", "keyring"])
        .fails("keyring_unavailable", 5);
    assert_eq!(profiles(&home), ["work"]);
}

#[test]
fn a_vault_goes_into_a_real_keyring_and_out_of_it_again() {
    let session = Session::unlocked();
    let home = Home::in_session(env!("CARGO_BIN_EXE_keybelt"), &session);
    add(&home, "work");
    let source = |home: &Home| home.json(&["vault", "status"]).ok().json()["key_source"].clone();
    assert_eq!(source(&home), "keyring");
    // A new key in the same keyring.
    home.run(&["vault", "rekey", "--to", "keyring"]).ok();
    assert_eq!(profiles(&home), ["work"]);
    let new = home.file("new", "by heart\n");
    home.run(&[
        "vault",
        "rekey",
        "--to",
        "passphrase",
        "--new-passphrase-file",
        &new,
    ])
    .ok();
    assert_eq!(source(&home), "passphrase");
    home.json(&["profile", "list"]).fails("vault_locked", 5);
    let with_passphrase = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("KEYBELT_PASSPHRASE_FILE", &new);
        Ran::from(command.output().unwrap())
    };
    with_passphrase(&["profile", "list"]).ok();
    with_passphrase(&["vault", "rekey", "--to", "keyring"]).ok();
    assert_eq!(
        (source(&home), profiles(&home)),
        (json!("keyring"), vec![json!("work")])
    );
}

#[test]
fn a_backup_is_restored_in_another_home_with_everything_in_it() {
    let home = home_with_profile("work");
    let (of_backup, wrong) = (
        home.file("of-backup", "of the backup\n"),
        home.file("wrong", "not it\n"),
    );
    let file = home.file("taken", "");
    let backup = |file: &str| home.json(&["vault", "backup", file, "--passphrase-file", &of_backup]);
    backup(&file).fails("already_exists", 2);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(backup(&file).ok().json(), json!({}));
    for (nowhere, why) in [
        (format!("{file}/b"), "what it should lie in is no folder"),
        (format!("{file}-nowhere/b"), "its folder is not there"),
    ] {
        let told = backup(&nowhere).fails("usage", 2);
        assert!(
            told.contains(&format!("{nowhere} cannot be written: {why}.")),
            "{told}"
        );
    }
    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let log = home.json(&["log"]).ok().json();
    let line = log.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&line["event"], &line["receiver"], &line["account"]),
        (&json!("backed_up"), &json!(file), &Value::Null)
    );
    let bytes = std::fs::read(&file).unwrap();
    assert!(
        !bytes.windows(4).any(|four| four == b"work"),
        "a name stands in the backup"
    );

    let other = home_without_vault();
    let restore = |passphrase: &str, more: &[&str]| {
        let mut arguments = vec!["vault", "restore", &file, "--passphrase-file", passphrase];
        arguments.extend(more);
        other.json(&arguments)
    };
    restore(&wrong, &[]).fails("wrong_passphrase", 5);
    assert_eq!(restore(&of_backup, &[]).ok().json(), json!({"moved_to": null}));
    assert_eq!(profiles(&other), ["work"]);
    assert_eq!(
        other.json(&["vault", "check"]).ok().json(),
        json!({"damaged": []})
    );
    add(&other, "more");
    restore(&of_backup, &[]).fails("already_exists", 2);
    restore(&wrong, &["--replace"]).fails("wrong_passphrase", 5);
    assert_eq!(profiles(&other), ["more", "work"]);
    let moved_to = restore(&of_backup, &["--replace"]).ok().json()["moved_to"].clone();
    assert_eq!(profiles(&other), ["work"]);
    // What was replaced is a vault still.
    let mut aside = other.command(&["--json", "profile", "list"]);
    aside.env("KEYBELT_HOME", moved_to.as_str().unwrap());
    let aside = Ran::from(aside.output().unwrap()).ok().json();
    assert_eq!(aside.as_array().unwrap().len(), 2);
    other
        .json(&[
            "vault",
            "restore",
            "/nowhere",
            "--passphrase-file",
            &of_backup,
            "--replace",
        ])
        .fails("not_found", 2);
    let no_backup = other.file(
        "no-backup",
        "just text, long enough to be looked at as a file of some kind",
    );
    let told = other
        .json(&[
            "vault",
            "restore",
            &no_backup,
            "--passphrase-file",
            &of_backup,
            "--replace",
        ])
        .fails("vault_damaged", 5);
    assert!(told.contains(&format!("{no_backup} is not a backup")), "{told}");
    assert_eq!(profiles(&other), ["work"]);
}

#[test]
fn a_file_with_a_secret_that_others_can_read_is_taken_and_said_to_be_open() {
    let home = home();
    let file = home.file("open", "a secret\n");
    let backup = home.file_path("backup").display().to_string();
    let with_passphrase = ["vault", "backup", &backup, "--passphrase-file", &file];
    let with_secret = ["profile", "set", "work", "--client-secret-file", &file];
    home.json(&["profile", "add", "work", "--client-id", "c"]).ok();
    let chmod = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    for command in [&with_passphrase[..], &with_secret] {
        let run = |mode| {
            let _ = std::fs::remove_file(&backup);
            chmod(mode);
            home.run(command).ok().stderr
        };
        assert_eq!(run(0o600), "");
        let said = run(0o644);
        assert!(
            said.contains(&format!("Others can read {file}")) && said.contains("chmod 600"),
            "{said}"
        );
    }
    assert_eq!(home.json(&with_secret).ok().stderr, "");
}

#[test]
fn a_reset_moves_everything_aside_and_deletes_nothing() {
    let home = home_with_profile("work");
    home.json(&["vault", "reset"]).fails("usage", 2);
    assert_eq!(profiles(&home), ["work"]);
    // Also when nobody can open it.
    home.file(PASSPHRASE, "forgotten");
    let moved_to = home.json(&["vault", "reset", "--yes"]).ok().json()["moved_to"].clone();
    assert!(!home.path().exists());
    assert_eq!(profiles(&home), Vec::<Value>::new());
    home.json(&["vault", "reset", "--yes"]).fails("not_found", 2);
    add(&home, "new");
    assert_eq!(profiles(&home), ["new"]);
    let moved = std::path::Path::new(moved_to.as_str().unwrap());
    assert!(moved.join("vault.db").exists());
}

#[test]
fn a_reset_names_the_files_that_outputs_leave() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let file = home.file_path("token.json").display().to_string();
    let kept = [
        "output",
        "add",
        name_of(&account),
        "--file",
        &file,
        "--format",
        "json",
    ];
    home.json(&kept).ok();
    let there = std::fs::read(&file).unwrap();
    let said = home.run(&["vault", "reset", "--yes"]).ok().stdout;
    assert!(said.contains(&file), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), there);
    // Nobody opens the vault to say so.
    add(&home, "work");
    home.file(PASSPHRASE, "forgotten");
    let said = home.run(&["vault", "reset", "--yes"]).ok().stdout;
    assert!(said.contains("was not opened"), "{said}");
    home.file(PASSPHRASE, "a passphrase");
    add(&home, "work");
    let said = home.run(&["vault", "reset", "--yes"]).ok().stdout;
    assert!(!said.contains("outputs"), "{said}");
}

#[test]
fn a_record_that_does_not_open_is_named_and_the_rest_is_told() {
    let home = home_with_profile("work");
    add(&home, "home");
    let vault = home.path().join("vault.db");
    // What a writer leaves in the journal goes into the file when the last one closes it.
    let spoil = "UPDATE profiles SET settings = zeroblob(40) WHERE id = 1";
    let spoiled = std::process::Command::new("python3")
        .args([
            "-c",
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()",
        ])
        .args([vault.to_str().unwrap(), spoil])
        .status();
    assert!(spoiled.unwrap().success());
    for reading in [&["profile", "list"][..], &["profile", "export"]] {
        let told = home.run(reading).ok();
        assert!(
            told.stdout.contains("home") && !told.stdout.contains("work"),
            "{told:?}"
        );
        assert!(told.stderr.contains("vault check"), "{told:?}");
    }
    home.json(&["vault", "check"]).fails("vault_damaged", 5);
}

#[test]
fn status_says_of_a_vault_that_cannot_be_read_that_it_cannot() {
    let home = home_with_profile("work");
    std::fs::write(home.path().join("vault.db"), b"no vault at all").unwrap();
    let told = home.json(&["vault", "status"]).ok();
    assert_eq!(told.json()["accounts"], Value::Null);
    assert!(told.stderr.contains("damaged"), "{told:?}");
}

/// Tells those who go on meanwhile, also where the test has failed.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_is_restored_whole_whatever_others_do_with_the_vault_meanwhile() {
    let home = home_with_profile("work");
    let of_backup = home.file("of-backup", "of the backup\n");
    let file = home.path().with_file_name("backup").display().to_string();
    let with = ["--passphrase-file", &of_backup];
    home.json(&[&["vault", "backup", &file], &with[..]].concat()).ok();
    let done = AtomicBool::new(false);
    let is_done = || done.load(Ordering::Relaxed);
    std::thread::scope(|scope| {
        for writer in ["a", "b", "c"] {
            let (home, is_done) = (&home, &is_done);
            scope.spawn(move || {
                for count in 0.. {
                    if is_done() {
                        return;
                    }
                    let name = format!("{writer}-{count}");
                    let added = [
                        "profile",
                        "add",
                        &name,
                        "--provider",
                        "practice",
                        "--client-id",
                        "c",
                    ];
                    let ran = home.json(&added);
                    if ran.code != Some(0) {
                        ran.fails("vault_busy", 5);
                    }
                }
            });
        }
        let _until_dropped = Done(&done);
        for _ in 0..4 {
            let restore = [&["vault", "restore", &file, "--replace"], &with[..]].concat();
            home.json(&restore).ok();
            assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
            assert!(profiles(&home).contains(&json!("work")));
        }
    });
    home.json(&[&["vault", "restore", &file, "--replace"], &with[..]].concat())
        .ok();
    assert_eq!(profiles(&home), ["work"]);
}

#[test]
fn the_practice_provider_goes_on_where_its_vault_is_replaced_by_a_backup() {
    let home = home();
    let running = home.start(&["--json", "practice", "--port", "0", "--auto"]);
    let ready = running.json();
    let (issuer, client) = (ready["issuer"].as_str().unwrap(), &ready["client_id"]);
    let client = client.as_str().unwrap();
    let add = ["profile", "add", "try", "--issuer", issuer, "--client-id", client];
    home.json(&[&add[..], &["--scope", "openid offline_access"]].concat())
        .ok();
    let of_backup = home.file("of-backup", "of the backup\n");
    let file = home.file_path("backup").display().to_string();
    let by = ["--passphrase-file", &of_backup];
    let back_up = [&["vault", "backup", &file][..], &by].concat();
    let restore = [&["vault", "restore", &file, "--replace"][..], &by].concat();
    home.json(&back_up).ok();
    home.link(&["try"], &Person::allowing("ada")).ok();
    home.json(&restore).ok();
    // The very first request finds that the vault is another one.
    home.link(&["try"], &Person::allowing("ada")).ok();
    let account = home.json(&["list"]).ok().json()[0]["name"].clone();
    home.json(&["refresh", account.as_str().unwrap()]).ok();
}
