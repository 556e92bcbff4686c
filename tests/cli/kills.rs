//! Processes that are killed: at each change that they make to the disk, and at any instant. The vault opens and holds the
//! old state or the new one, and no grant is lost that the provider still honours.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use keybelt_fuzz::walk;
use keybelt_test_support::hostile::{Hostile, Twists};
use keybelt_test_support::{Browser, Ended, FailingDisk, Fails, Home, Person, Ran, Running, Session};
use serde_json::{Value, json};

use crate::older_vaults::home_of;
use crate::{add_work, link, name_of};

/// A home with the profile `work` whose key is in a keyring: that opens faster than a passphrase does.
struct World {
    hostile: Hostile,
    home: Home,
    disk: FailingDisk,
    _session: Session,
}

impl World {
    fn new() -> Self {
        let hostile = Hostile::honest();
        hostile.rotate_strictly();
        let session = Session::unlocked();
        let home = Home::in_session(env!("CARGO_BIN_EXE_keybelt"), &session);
        add_work(&home, &hostile);
        Self {
            hostile,
            home,
            disk: FailingDisk::default(),
            _session: session,
        }
    }
}

/// What the vault holds, without moments; it has to be undamaged.
#[track_caller]
pub(crate) fn state(home: &Home) -> Value {
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    let told = |arguments: &[&str], members: &[&str]| -> Value {
        let listed = home.json(arguments).ok().json();
        let of = |entry: &Value| {
            members
                .iter()
                .map(|member| entry[*member].clone())
                .collect::<Value>()
        };
        listed.as_array().unwrap().iter().map(of).collect()
    };
    json!({
        "profiles": told(&["profile", "list"], &["name", "protocol", "settings"]),
        "accounts": told(&["list"], &["name", "profile", "subject", "refreshable"]),
        "log": told(&["log"], &["account", "event", "via"]),
    })
}

/// Kills a command right before each of its changes to the disk, or before some of them, each time in a home that was
/// prepared anew. Who looks what is there then is handed the changes, of which the last was not made.
#[track_caller]
fn killed_at_each_change(
    (home, disk): (&Home, &FailingDisk),
    everyday: usize,
    prepare: impl Fn(),
    act: impl Fn() -> Ran,
    look: impl Fn(&[String]),
) {
    prepare();
    let (done, changes) = disk.working(home, &act);
    done.ok();
    assert!(changes.len() > everyday, "{changes:?}");
    let mut killed = 0;
    for at in walk::steps(changes.len(), everyday) {
        prepare();
        let (ran, made) = disk.failing(home, at + 1, Fails::Killed, &act);
        // What a killed one left may spare the next a change.
        killed += usize::from(ran.code.is_none());
        look(&made);
    }
    println!("killed {killed} times at {} changes", changes.len());
    assert!(killed > 0);
}

fn linking(home: &Home) -> Ran {
    home.link(&["work"], &Person::allowing("ada"))
}

/// Walks over a command's changes in one home, which is put back as it was each time.
#[track_caller]
fn walk_back_and_forth(home: &Home, disk: &FailingDisk, everyday: usize, act: impl Fn() -> Ran) {
    let (old, copy) = (state(home), home.copy("before"));
    act().ok();
    let new = state(home);
    assert_ne!(old, new);
    let prepare = || home.put(&copy);
    killed_at_each_change((home, disk), everyday, prepare, act, |made| {
        let now = state(home);
        assert!(now == old || now == new, "before the last of {made:#?}: {now:#}");
    });
}

#[test]
fn a_link_that_is_killed_at_any_change_leaves_the_old_vault_or_the_new_one() {
    let World { home, disk, .. } = &World::new();
    walk_back_and_forth(home, disk, 4, || linking(home));
}

#[test]
fn an_import_that_is_killed_at_any_change_brings_all_profiles_or_none() {
    let World { home, disk, .. } = &World::new();
    let profile = json!({"client_id": "c", "issuer": "https://issuer.example"});
    let file = home.file(
        "import.json",
        &json!({"a": profile, "b": profile, "c": profile}).to_string(),
    );
    walk_back_and_forth(home, disk, 3, || home.json(&["profile", "import", &file]));
}

#[test]
fn an_unlinking_that_is_killed_at_any_change_leaves_the_account_or_nothing_of_it() {
    let World { home, disk, .. } = &World::new();
    let account = link(home);
    for revoke in [&[][..], &["--revoke"]] {
        let before = home.copy("linked");
        let unlink = [&["unlink", name_of(&account)], revoke].concat();
        walk_back_and_forth(home, disk, 3, || home.json(&unlink));
        home.put(&before);
    }
}

#[test]
fn a_first_command_that_is_killed_at_any_change_leaves_no_vault_or_a_whole_one() {
    let World { home, disk, .. } = &World::new();
    let add = [
        "profile",
        "add",
        "new",
        "--client-id",
        "c",
        "--provider",
        "practice",
    ];
    let folder = home.path();
    let prepare = || std::fs::remove_dir_all(&folder).unwrap();
    killed_at_each_change(
        (home, disk),
        6,
        prepare,
        || home.json(&add),
        |made| {
            let profiles = home
                .json(&["profile", "list"])
                .ok()
                .json()
                .as_array()
                .unwrap()
                .len();
            assert!(profiles <= 1, "before the last of {made:#?}");
            if profiles == 0 {
                home.json(&add).ok();
            }
            assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
        },
    );
}

#[test]
fn a_restoring_that_is_killed_at_any_change_leaves_the_old_vault_or_the_new_one() {
    let World { home, disk, .. } = &World::new();
    let passphrase = home.file("of-backup", "of the backup\n");
    let backup = home.file_path("backup").display().to_string();
    home.json(&["vault", "backup", &backup, "--passphrase-file", &passphrase])
        .ok();
    home.json(&[
        "profile",
        "add",
        "more",
        "--client-id",
        "c",
        "--provider",
        "practice",
    ])
    .ok();
    let restore = [
        "vault",
        "restore",
        &backup,
        "--passphrase-file",
        &passphrase,
        "--replace",
    ];
    walk_back_and_forth(home, disk, 4, || home.json(&restore));
}

#[test]
fn a_migration_that_is_killed_at_any_change_leaves_the_older_vault_or_the_newer_one() {
    let (home, disk) = (home_of("v1"), FailingDisk::default());
    let copy = home.copy("before");
    killed_at_each_change(
        (&home, &disk),
        6,
        || home.put(&copy),
        || home.json(&["list"]),
        |made| {
            let version = home.json(&["vault", "status"]).ok().json()["version"]
                .as_i64()
                .unwrap();
            assert!([1, 2].contains(&version), "before the last of {made:#?}");
            let accounts = home.json(&["list"]).ok().json();
            assert_eq!(
                (&accounts[0]["name"], &accounts[1]["name"]),
                (&json!("bo"), &json!("practice/ada-practice.example"))
            );
            assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
        },
    );
}

#[test]
fn a_rekeying_that_is_killed_at_any_change_leaves_a_vault_that_one_of_both_keys_opens() {
    let World { home, disk, .. } = &World::new();
    link(home);
    let held = state(home);
    // From keyring to keyring the killed one is simply followed by the next.
    let again = || home.json(&["vault", "rekey", "--to", "keyring"]);
    killed_at_each_change(
        (home, disk),
        4,
        || {},
        again,
        |made| {
            assert_eq!(state(home), held, "before the last of {made:#?}");
        },
    );
    let (first, second) = (
        home.file("first", "the first\n"),
        home.file("second", "the second\n"),
    );
    let to = |file: &str, by: Option<&str>| {
        let mut command = home.command(&[
            "--json",
            "vault",
            "rekey",
            "--to",
            "passphrase",
            "--new-passphrase-file",
            file,
        ]);
        if let Some(by) = by {
            command.env("KEYBELT_PASSPHRASE_FILE", by);
        }
        Ran::from(command.output().unwrap())
    };
    let opens_by = |file: &str| {
        let mut list = home.command(&["--json", "list"]);
        list.env("KEYBELT_PASSPHRASE_FILE", file);
        Ran::from(list.output().unwrap()).code == Some(0)
    };
    to(&first, None).ok();
    let copy = home.copy("first-vault");
    killed_at_each_change(
        (home, disk),
        4,
        || home.put(&copy),
        || to(&second, Some(&first)),
        |made| {
            let by = if opens_by(&first) { &first } else { &second };
            let told = home
                .with_environment(vec![("KEYBELT_PASSPHRASE_FILE".to_owned(), by.clone())], || {
                    state(home)
                });
            assert_eq!(told, held, "before the last of {made:#?}");
        },
    );
}

/// What a refresh comes to after another one was killed: whether its grant was lost.
#[track_caller]
fn next_refresh(world: &World, account: &str, asked_before: usize) -> bool {
    let World { home, hostile, .. } = world;
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    let asked = hostile.refresh_tokens_sent().len();
    let next = home.json(&["refresh", account]);
    if next.code == Some(0) {
        return false;
    }
    let words = next.fails("needs_relink", 3);
    assert!(words.contains("an answer was lost"), "{words}");
    assert!(asked > asked_before, "a grant is over that nobody asked about");
    // One lost answer costs one link.
    linking(home).ok();
    true
}

/// What the log of changes says when the provider was asked.
const ASKED: &str = "asked the provider";

#[test]
fn a_refresh_that_is_killed_at_any_change_loses_no_grant_but_one_whose_answer_was_on_its_way() {
    let world = World::new();
    let World {
        home, disk, hostile, ..
    } = &world;
    let account = name_of(&link(home)).to_owned();
    let log = disk.log(home);
    hostile.twist(Twists {
        token: Some(Box::new(move |_| {
            let mut log = File::options().append(true).create(true).open(&log).unwrap();
            log.write_all(format!("{ASKED}\n").as_bytes()).unwrap();
        })),
        ..Twists::default()
    });
    let (lost, asked) = (Cell::new(0), Cell::new(0));
    let act = || {
        asked.set(hostile.refresh_tokens_sent().len());
        home.json(&["refresh", &account])
    };
    killed_at_each_change(
        (home, disk),
        8,
        || {},
        act,
        |made| {
            if next_refresh(&world, &account, asked.get()) {
                lost.set(lost.get() + 1);
                // The commit of what came of it is made durable before anything else is done.
                let since: Vec<&String> = made.iter().skip_while(|change| *change != ASKED).collect();
                let commit = since.iter().position(|change| *change == "sync vault.db-wal");
                assert!(
                    commit.is_none_or(|commit| commit + 1 == since.len()),
                    "before the last of {made:#?}"
                );
            }
        },
    );
    println!("{} answers were lost with their reader", lost.get());
}

/// A random delay up to this.
fn some_of(whole: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish();
    whole.mul_f64((random % 10_000) as f64 / 10_000.0)
}

#[expect(
    clippy::disallowed_methods,
    reason = "an instant that nothing announces is what is tested"
)]
fn kill_after(delay: Duration, id: u32) {
    std::thread::sleep(delay);
    // It may have ended already: its number is kept until it is waited for.
    let _ = Command::new("kill")
        .args(["-KILL", &id.to_string()])
        .stderr(std::process::Stdio::null())
        .status();
}

/// Starts a command, sees to what it asks for, and kills it at a random instant of the time that it takes.
fn killed_some_time(running: Running, takes: Duration, meanwhile: impl FnOnce(&Running)) -> (Duration, Ran) {
    let (delay, id) = (some_of(takes), running.id());
    std::thread::scope(|scope| {
        scope.spawn(move || kill_after(delay, id));
        meanwhile(&running);
    });
    (delay, running.end())
}

/// The person at the browser, as long as anybody asks for them.
fn allow(running: &Running) {
    let told = running
        .next_line()
        .and_then(|line| serde_json::from_str::<Value>(&line).ok());
    let Some(address) = told.as_ref().and_then(|event| event["url"].as_str()) else {
        return;
    };
    let browser = Browser::default();
    if let Ended::Redirected(redirect) = browser.authorize(address, &Person::allowing("ada")) {
        browser.visit(redirect.as_str());
    }
}

/// How long a command takes that is left alone.
fn time_of(act: impl FnOnce()) -> Duration {
    let began = Instant::now();
    act();
    began.elapsed()
}

/// How many random instants each command is killed at: 500 in all.
fn instants(of: usize) -> usize {
    walk::length(2, of)
}

#[test]
fn a_link_an_import_and_an_unlinking_that_are_killed_at_any_instant_leave_the_old_vault_or_the_new_one() {
    let World { home, .. } = &World::new();
    let profile = json!({"client_id": "c", "issuer": "https://issuer.example"});
    let file = home.file(
        "import.json",
        &json!({"a": profile, "b": profile, "c": profile}).to_string(),
    );
    let link = ["--json", "link", "work", "--via", "browser", "--no-open"];
    let import = ["--json", "profile", "import", &file];
    let account = "work/someone-example.test";
    let unlink = ["--json", "unlink", account, "--revoke"];
    for (arguments, is_link, count) in [
        (&link[..], true, 120),
        (&import[..], false, 80),
        (&unlink[..], false, 80),
    ] {
        let (old, copy) = (state(home), home.copy("before"));
        let takes = time_of(|| {
            let running = home.start(arguments);
            if is_link {
                allow(&running);
            }
            running.end().ok();
        });
        let new = state(home);
        let mut killed = 0;
        for _ in 0..instants(count) {
            home.put(&copy);
            let (delay, ran) = killed_some_time(home.start(arguments), takes, |running| {
                if is_link {
                    allow(running);
                }
            });
            killed += usize::from(ran.code.is_none());
            let now = state(home);
            assert!(now == old || now == new, "{arguments:?} after {delay:?}: {now:#}");
        }
        println!("{arguments:?}: killed {killed} of {} times", instants(count));
        // The next one starts from the new state.
        home.put(&copy);
        if is_link {
            linking(home).ok();
        } else {
            home.json(&arguments[1..]).ok();
        }
    }
}

#[test]
fn a_refresh_that_is_killed_at_any_instant_loses_no_grant_but_one_whose_answer_was_on_its_way() {
    let world = World::new();
    let World { home, hostile, .. } = &world;
    let account = name_of(&link(home)).to_owned();
    let takes = time_of(|| drop(home.json(&["refresh", &account]).ok()));
    let (mut killed, mut lost) = (0, 0);
    for _ in 0..instants(100) {
        let asked = hostile.refresh_tokens_sent().len();
        let (_, ran) = killed_some_time(home.start(&["refresh", &account]), takes, |_| {});
        killed += usize::from(ran.code.is_none());
        lost += usize::from(next_refresh(&world, &account, asked));
    }
    println!(
        "killed {killed} of {} times; {lost} answers were lost with their reader",
        instants(100)
    );
}

#[test]
fn a_rekeying_that_is_killed_at_any_instant_leaves_a_vault_that_its_key_opens() {
    let World { home, .. } = &World::new();
    let held = state(home);
    let rekey = ["vault", "rekey", "--to", "keyring"];
    let takes = time_of(|| drop(home.run(&rekey).ok()));
    for _ in 0..instants(70) {
        let (delay, _) = killed_some_time(home.start(&rekey), takes, |_| {});
        assert_eq!(state(home), held, "after {delay:?}");
    }
}

#[test]
fn a_migration_that_is_killed_at_any_instant_leaves_the_older_vault_or_the_newer_one() {
    let home = home_of("v1");
    let copy: PathBuf = home.copy("before");
    let takes = time_of(|| drop(home.json(&["list"]).ok()));
    for _ in 0..instants(50) {
        home.put(Path::new(&copy));
        let (delay, _) = killed_some_time(home.start(&["list"]), takes, |_| {});
        let accounts = home.json(&["list"]).ok().json();
        assert_eq!(accounts.as_array().unwrap().len(), 2, "after {delay:?}");
        assert_eq!(
            home.json(&["vault", "check"]).ok().json(),
            json!({"damaged": []}),
            "after {delay:?}"
        );
    }
}
