//! A disk that is full, or fails, at any moment of a command: it says so, the vault is as it was, and no grant is lost.

use std::fs;

use keybelt_fuzz::walk;
use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{FailingDisk, Fails, Home, MountedDisk, Person, Ran};
use serde_json::{Value, json};

use crate::kills;
use crate::older_vaults::home_of;
use crate::{add_work, home, home_without_vault, link, name_of};

/// The whole disk, in KiB.
const SIZE: u32 = 4 << 10;
/// More pages of 4 KiB than any command takes.
const PLENTY: usize = 96;

struct World {
    hostile: Hostile,
    home: Home,
    disk: MountedDisk,
}

impl World {
    fn of(home: impl FnOnce() -> Home) -> Self {
        let hostile = Hostile::honest();
        hostile.rotate_strictly();
        let mut home = home();
        let before = home.path().exists().then(|| home.copy("older"));
        if before.is_none() {
            fs::create_dir(home.path()).unwrap();
        }
        let disk = MountedDisk::new(&home.path(), SIZE);
        if let Some(before) = before {
            disk.sh(&format!("cp -a '{}/.' .", before.display()));
        }
        home.run_by(disk.prefix());
        Self { hostile, home, disk }
    }

    fn with_profile(home: impl FnOnce() -> Home) -> Self {
        let world = Self::of(home);
        add_work(&world.home, &world.hostile);
        world
    }

    /// What the vault holds of the person's; it has to be undamaged. What a server said of itself is kept as soon as it is
    /// read, whatever becomes of the link.
    #[track_caller]
    fn state(&self) -> Value {
        assert_eq!(
            self.home.json(&["vault", "check"]).ok().json(),
            json!({"damaged": []})
        );
        let told = |arguments: &[&str], members: &[&str]| -> Value {
            let listed = self.home.json(arguments).ok().json();
            let of = |entry: &Value| {
                members
                    .iter()
                    .map(|member| entry[*member].clone())
                    .collect::<Value>()
            };
            listed.as_array().unwrap().iter().map(of).collect()
        };
        let mut profiles = told(&["profile", "list"], &["name", "settings"]);
        for profile in profiles.as_array_mut().unwrap() {
            let settings = profile[1].as_object_mut().unwrap();
            settings.retain(|_, setting| setting["layer"] == "profile");
        }
        json!([
            profiles,
            told(&["list"], &["name", "subject"]),
            told(&["log"], &["account", "event"]),
        ])
    }

    /// Lets a command run on a disk with less and less room, from plenty to none. `back`: the home is put back before each.
    #[track_caller]
    fn starve(&self, everyday: usize, back: bool, act: impl Fn() -> Ran) {
        let folder = self.home.file_path("before");
        let old = self.state();
        self.disk
            .sh(&format!("rm -rf '{0}' && cp -a . '{0}'", folder.display()));
        let put_back = || {
            self.disk.sh(&format!(
                "find . -mindepth 1 -delete && cp -a '{}/.' .",
                folder.display()
            ))
        };
        act().ok();
        let new = self.state();
        let (mut full, mut done) = (0, 0);
        // By pages, and first of all with none.
        for page in walk::steps(PLENTY, everyday) {
            if back {
                put_back();
            }
            let before = if back { old.clone() } else { self.state() };
            self.disk.leave_free(page * 4);
            let ran = act();
            self.disk.make_room();
            let now = self.state();
            if ran.code == Some(0) {
                done += 1;
                assert!(!back || now == new, "with {page} pages: {now:#}");
                continue;
            }
            full += 1;
            assert_eq!(
                (ran.code, ran.error().as_str()),
                (Some(5), "disk_full"),
                "with {page} pages: {ran:?}"
            );
            assert_eq!(now, before, "with {page} pages");
        }
        println!("{full} times full, {done} times done");
        assert!(full > 0 && done > 0, "{full} times full, {done} times done");
        if back {
            put_back();
        }
    }
}

#[test]
fn a_first_command_an_import_and_a_rename_on_a_full_disk_change_nothing() {
    let world = World::with_profile(home);
    let home = &world.home;
    let profile = json!({"client_id": "c", "issuer": "https://issuer.example"});
    let file = home.file(
        "import.json",
        &json!({"a": profile, "b": profile, "c": profile}).to_string(),
    );
    world.starve(3, true, || home.json(&["profile", "import", &file]));
    world.starve(3, true, || home.json(&["profile", "rename", "work", "job"]));
    let add = [
        "profile",
        "add",
        "new",
        "--provider",
        "practice",
        "--client-id",
        "c",
    ];
    for page in walk::steps(PLENTY, 4) {
        world.disk.sh("find . -mindepth 1 -delete");
        world.disk.leave_free(page * 4);
        let ran = home.json(&add);
        world.disk.make_room();
        if ran.code != Some(0) {
            ran.fails("disk_full", 5);
            // A vault that was made and got no profile is no trouble to the next one.
            home.json(&add).ok();
        }
        assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    }
}

#[test]
fn a_link_and_an_unlinking_on_a_full_disk_change_nothing() {
    let world = World::with_profile(home);
    let home = &world.home;
    world.starve(3, true, || home.link(&["work"], &Person::allowing("ada")));
    let account = link(home);
    world.starve(3, true, || home.json(&["unlink", name_of(&account)]));
}

#[test]
fn a_refresh_on_a_full_disk_loses_no_grant() {
    let world = World::with_profile(home);
    let (home, hostile) = (&world.home, &world.hostile);
    let account = name_of(&link(home)).to_owned();
    let asked = |act: &dyn Fn() -> Ran| {
        let before = hostile.refresh_tokens_sent().len();
        let ran = act();
        (ran, hostile.refresh_tokens_sent().len() - before)
    };
    let (mut full, mut done) = (0, 0);
    for page in walk::steps(PLENTY, 6) {
        world.disk.leave_free(page * 4);
        let (ran, sent) = asked(&|| home.json(&["refresh", &account]));
        world.disk.make_room();
        if ran.code == Some(0) {
            done += 1;
        } else {
            full += 1;
            ran.fails("disk_full", 5);
            assert_eq!(sent, 0, "with {page} pages it asked for what it had no room for");
        }
        // The provider takes each refresh token once.
        home.json(&["refresh", &account]).ok();
    }
    println!("{full} times full, {done} times done");
    assert!(full > 0 && done > 0, "{full} times full, {done} times done");
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
}

#[test]
fn another_key_a_backup_and_a_restoring_on_a_full_disk_change_nothing() {
    let world = World::with_profile(home_without_vault);
    let home = &world.home;
    link(home);
    let new = home.file("new", "a new one\n");
    let passphrase = home.environment()[0].1.clone();
    let rekey = [
        "vault",
        "rekey",
        "--to",
        "passphrase",
        "--new-passphrase-file",
        &passphrase,
    ];
    world.starve(3, true, || home.json(&rekey));
    let backup = home.path().join("backup").display().to_string();
    let back_up = ["vault", "backup", &backup, "--passphrase-file", &new];
    world.starve(3, true, || home.json(&back_up));
    let outside = home.file_path("outside").display().to_string();
    home.json(&["vault", "backup", &outside, "--passphrase-file", &new])
        .ok();
    home.json(&[
        "profile",
        "add",
        "more",
        "--provider",
        "practice",
        "--client-id",
        "c",
    ])
    .ok();
    let restore = [
        "vault",
        "restore",
        &outside,
        "--passphrase-file",
        &new,
        "--replace",
    ];
    world.starve(3, true, || home.json(&restore));
}

#[test]
fn a_migration_on_a_full_disk_leaves_the_older_vault() {
    let world = World::of(|| home_of("v1"));
    let home = &world.home;
    let folder = home.file_path("before");
    world.disk.sh(&format!("cp -a . '{}'", folder.display()));
    let (mut full, mut done) = (0, 0);
    for page in walk::steps(PLENTY, 4) {
        world.disk.sh(&format!(
            "find . -mindepth 1 -delete && cp -a '{}/.' .",
            folder.display()
        ));
        world.disk.leave_free(page * 4);
        let ran = home.json(&["list"]);
        world.disk.make_room();
        if ran.code == Some(0) {
            done += 1;
        } else {
            full += 1;
            ran.fails("disk_full", 5);
        }
        assert_eq!(home.json(&["list"]).ok().json().as_array().unwrap().len(), 2);
        assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    }
    assert!(full > 0 && done > 0, "{full} times full, {done} times done");
}

#[test]
fn a_disk_that_fails_at_any_change_is_told_and_leaves_the_old_vault_or_the_new_one() {
    let (home, disk) = (home(), FailingDisk::default());
    let add = |name: &str| {
        home.json(&[
            "profile",
            "add",
            name,
            "--provider",
            "practice",
            "--client-id",
            "c",
        ])
    };
    add("work").ok();
    let (passphrase, backup) = (home.file("new", "a new one\n"), home.file_path("backup"));
    let backup = backup.display().to_string();
    home.json(&["vault", "backup", &backup, "--passphrase-file", &passphrase])
        .ok();
    let restore = [
        "vault",
        "restore",
        &backup,
        "--passphrase-file",
        &passphrase,
        "--replace",
    ];
    let acts: [&dyn Fn() -> Ran; 2] = [&|| add("more"), &|| home.json(&restore)];
    for act in acts {
        let (old, copy) = (kills::state(&home), home.copy("before"));
        let (done, changes) = disk.working(&home, act);
        done.ok();
        let new = kills::state(&home);
        let mut refused = 0;
        for at in walk::steps(changes.len(), 4) {
            home.put(&copy);
            let (ran, made) = disk.failing(&home, at + 1, Fails::Refused, act);
            if ran.code != Some(0) {
                refused += 1;
                let code = ran.error();
                let is_of_disk = ["disk_full", "vault_damaged", "vault_read_only"].contains(&code.as_str());
                assert!(
                    ran.code == Some(5) && is_of_disk,
                    "{code} at the end of {made:#?}"
                );
            }
            let now = kills::state(&home);
            assert!(now == old || now == new, "at the end of {made:#?}: {now:#}");
        }
        println!("refused {refused} times at {} changes", changes.len());
        assert!(refused > 0);
        home.put(&copy);
    }
}
