//! Every code of exit 5, made to happen: each command says so, and the vault holds what it held.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keybelt_fuzz::walk;
use keybelt_test_support::hostile::{Hostile, Twists};
use keybelt_test_support::{Home, MountedDisk, Ran, Running, Session, put_program};
use serde_json::Value;

use crate::{add_work, home_without_vault, link, name_of};

/// The account that the hostile provider's person is linked as.
const ACCOUNT: &str = "work/someone-example.test";

/// Every row of every table, as SQLite opens the file, and the version.
const CONTENT: &str = "import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
print(c.execute('PRAGMA user_version').fetchall())
for (table,) in c.execute(\"SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name\").fetchall():
    print(table, c.execute(f'SELECT * FROM {table}').fetchall())";

pub(crate) fn content_of(file: &Path) -> String {
    let told = Command::new("python3")
        .args(["-c", CONTENT])
        .arg(file)
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap()
}

fn content(home: &Home) -> String {
    content_of(&home.path().join("vault.db"))
}

/// Files beside the home that commands are given: profiles to import, a backup to write, and its passphrase.
const PROFILES: &str = "profiles.json";
const BACKUP: &str = "kept.backup";
const BACKUP_PASSPHRASE: &str = "backup-passphrase";

/// Commands that open the vault: those that read it, those that change it, and those that go on until they are ended.
fn reading() -> Vec<Vec<&'static str>> {
    vec![
        vec!["list"],
        vec!["show", ACCOUNT],
        vec!["inspect", ACCOUNT],
        vec!["profile", "list"],
        vec!["profile", "show", "work"],
        vec!["profile", "export"],
        vec!["profile", "public-key", "signed"],
        vec!["output", "list"],
        vec!["log"],
        vec!["vault", "check"],
    ]
}

fn changing() -> Vec<Vec<&'static str>> {
    vec![
        vec!["token", ACCOUNT],
        vec!["token", ACCOUNT, "--force-refresh"],
        vec!["token", "--for", "https://api.example/"],
        vec!["refresh", ACCOUNT],
        vec!["refresh", "--all"],
        vec!["unlink", ACCOUNT],
        vec!["unlink", ACCOUNT, "--revoke"],
        vec!["rename", ACCOUNT, "new"],
        vec!["export", ACCOUNT, "--to", "json"],
        vec!["exec", ACCOUNT, "--", "true"],
        vec!["request", ACCOUNT, "GET", "https://api.example"],
        vec!["output", "add", ACCOUNT, "--command", "true"],
        vec!["output", "remove", "1"],
        vec![
            "profile",
            "add",
            "new",
            "--provider",
            "practice",
            "--client-id",
            "c",
        ],
        vec!["profile", "set", "work", "--scope", "openid email"],
        vec!["profile", "import", PROFILES],
        vec!["profile", "rename", "work", "job"],
        vec!["profile", "remove", "work", "--unlink"],
        vec!["link", "work"],
        vec!["vault", "rekey", "--to", "keyring"],
        vec!["vault", "backup", BACKUP, "--passphrase-file", BACKUP_PASSPHRASE],
    ]
}

fn lasting() -> Vec<Vec<&'static str>> {
    vec![vec!["watch"], vec!["practice", "--port", "0", "--auto"]]
}

fn all() -> Vec<Vec<&'static str>> {
    [reading(), changing(), lasting()].concat()
}

/// How many of the commands are tried in each circumstance every day.
const EVERYDAY: usize = 5;

/// The commands that a circumstance tries: every day a share that is another one in each, under `prove` all.
fn tried<'a>(circumstance: &str, commands: &[Vec<&'a str>]) -> Vec<Vec<&'a str>> {
    let shift: usize = circumstance.bytes().map(usize::from).sum();
    let steps = walk::steps(commands.len(), EVERYDAY).into_iter();
    steps
        .map(|step| commands[(step + shift) % commands.len()].clone())
        .collect()
}

/// These arguments with the files where they lie, beside the home.
fn placed(home: &Home, arguments: &[&str]) -> Vec<String> {
    let files = [PROFILES, BACKUP, BACKUP_PASSPHRASE];
    let place = |argument: &&str| match files.contains(argument) {
        true => home.file_path(argument).display().to_string(),
        false => (*argument).to_owned(),
    };
    arguments.iter().map(place).collect()
}

/// `keybelt --json` with these arguments.
fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(&["--json"]);
    command.args(placed(home, arguments));
    command
}

/// How a refusal is told; `refresh --all` tells it of each account.
#[track_caller]
fn told(ran: &Ran) -> (Option<i32>, String) {
    let code = match ran.stderr.is_empty() {
        true => ran.json()[0]["error"]["code"].as_str().unwrap().to_owned(),
        false => ran.error(),
    };
    (ran.code, code)
}

/// Each of the commands fails with this code, in these circumstances, and the provider is asked nothing.
#[track_caller]
fn each_refuses(home: &Home, code: &str, circumstance: &str, circumstances: impl Fn(&mut Command)) {
    for arguments in tried(circumstance, &all()) {
        let mut command = command(home, &arguments);
        circumstances(&mut command);
        let ran = Ran::from(command.output().unwrap());
        assert_eq!(
            told(&ran),
            (Some(5), code.to_owned()),
            "{circumstance}: {arguments:?}: {ran:?}"
        );
    }
}

struct World {
    hostile: Hostile,
    home: Home,
}

/// What the commands are about: an account with an API and an output, a profile with a key of its own, and files.
fn furnish(home: &Home, hostile: &Hostile) {
    add_work(home, hostile);
    home.json(&["profile", "set", "work", "--set", "hosts=[\"api.example\"]"])
        .ok();
    assert_eq!(name_of(&link(home)), ACCOUNT);
    let added = home.json(&["output", "add", ACCOUNT, "--command", "true"]).ok();
    assert_eq!(added.json()["id"], 1);
    let key = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .unwrap();
    let key = home.file("rsa-key", &String::from_utf8(key.stdout).unwrap());
    let signed = [
        "profile",
        "add",
        "signed",
        "--client-id",
        "c",
        "--rsa-key-file",
        &key,
    ];
    home.json(&[&signed[..], &["--set", "protocol=oauth1"]].concat())
        .ok();
    home.file(PROFILES, r#"{"imported": {"client_id": "c"}}"#);
    home.file(BACKUP_PASSPHRASE, "a passphrase of the backup's own\n");
    // Profiles are no secret; a stranger who may not read them would be told so first.
    fs::set_permissions(home.file_path(PROFILES), fs::Permissions::from_mode(0o644)).unwrap();
}

/// A vault behind a passphrase with one account.
fn by_passphrase() -> World {
    let hostile = Hostile::honest();
    let home = home_without_vault();
    furnish(&home, &hostile);
    World { hostile, home }
}

/// A vault whose key is in a keyring, with one account.
fn in_keyring(session: &Session) -> World {
    let hostile = Hostile::honest();
    let home = Home::in_session(env!("CARGO_BIN_EXE_keybelt"), session);
    furnish(&home, &hostile);
    World { hostile, home }
}

/// What a circumstance has to leave: the same content, the provider unasked, and a vault that works when it is over.
#[track_caller]
fn untouched(World { hostile, home }: &World, circumstance: impl FnOnce(&Home)) {
    let (before, asked) = (content(home), hostile.asked().len());
    circumstance(home);
    assert_eq!(content(home), before);
    assert_eq!(
        hostile.asked().len(),
        asked,
        "a command that is refused asks nobody"
    );
    home.json(&["refresh", ACCOUNT]).ok();
}

#[test]
fn vault_locked_without_anybody_to_ask_and_without_the_named_file() {
    untouched(&by_passphrase(), |home| {
        let nowhere = home.file_path("nowhere");
        each_refuses(home, "vault_locked", "no file is named", |command| {
            command.env_remove("KEYBELT_PASSPHRASE_FILE");
        });
        each_refuses(home, "vault_locked", "the named file is not there", |command| {
            command.env("KEYBELT_PASSPHRASE_FILE", &nowhere);
        });
    });
}

#[test]
fn wrong_passphrase_by_every_command() {
    untouched(&by_passphrase(), |home| {
        let wrong = home.file("wrong", "another one\n");
        each_refuses(home, "wrong_passphrase", "another passphrase", |command| {
            command.env("KEYBELT_PASSPHRASE_FILE", &wrong);
        });
    });
}

#[test]
fn vault_permissions_where_others_can_read_or_own_it() {
    let world = by_passphrase();
    let passphrase = world.home.file_path("passphrase");
    untouched(&world, |home| {
        let cases = [
            ("an open folder", home.path(), 0o755, 0o700),
            ("an open vault", home.path().join("vault.db"), 0o644, 0o600),
            ("an open passphrase file", passphrase, 0o640, 0o600),
        ];
        for (circumstance, path, open, closed) in cases {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            each_refuses(home, "vault_permissions", circumstance, |_| {});
            fs::set_permissions(&path, fs::Permissions::from_mode(closed)).unwrap();
        }
    });
}

/// Whether this is root, who opens everything.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// Somebody who is neither root nor whoever else owns files here.
const STRANGER: u32 = 65_534;

/// Runs `keybelt` as a stranger who can reach it; only root can.
fn as_stranger(home: &Home, arguments: &[&str]) -> Ran {
    let program = home.file_path("keybelt");
    if !program.exists() {
        put_program(&program, Path::new(env!("CARGO_BIN_EXE_keybelt")));
        fs::set_permissions(program.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let id = STRANGER.to_string();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", &id, "--regid", &id, "--clear-groups"])
        .arg(&program)
        .arg("--json")
        .args(placed(home, arguments));
    command
        .env("KEYBELT_HOME", home.path())
        .env("HOME", "/nonexistent")
        .envs(home.environment().iter().cloned())
        .stdin(Stdio::null());
    Ran::from(command.output().unwrap())
}

/// Gives a home, and what lies beside it for its commands, to somebody.
fn give(home: &Home, owner: u32) {
    let mut folders = vec![home.path()];
    chown(home.path().parent().unwrap(), Some(owner), Some(owner)).unwrap();
    for name in ["passphrase", BACKUP_PASSPHRASE] {
        chown(home.file_path(name), Some(owner), Some(owner)).unwrap();
    }
    while let Some(path) = folders.pop() {
        chown(&path, Some(owner), Some(owner)).unwrap();
        if path.is_dir() {
            folders.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
}

#[test]
fn vault_permissions_for_a_vault_of_another_person() {
    if !is_root() {
        // What is everywhere and nobody's own.
        let mut list = Command::new(env!("CARGO_BIN_EXE_keybelt"));
        let refused = Ran::from(list.args(["--json", "--home", "/usr", "list"]).output().unwrap());
        assert!(refused.fails("vault_permissions", 5).contains("chown"));
        return;
    }
    untouched(&by_passphrase(), |home| {
        chown(home.file_path(BACKUP_PASSPHRASE), Some(STRANGER), Some(STRANGER)).unwrap();
        for arguments in tried("somebody else's vault", &all()) {
            let words = as_stranger(home, &arguments).fails("vault_permissions", 5);
            assert!(words.contains("chown"), "{arguments:?}: {words}");
        }
        // Their folder, and a file of somebody else's in it.
        give(home, STRANGER);
        as_stranger(home, &["list"]).ok();
        chown(home.path().join("vault.db"), Some(0), Some(0)).unwrap();
        as_stranger(home, &["list"]).fails("vault_permissions", 5);
        give(home, 0);
    });
}

#[test]
fn vault_read_only_for_its_own_person_who_may_not_write_to_it() {
    let world = by_passphrase();
    untouched(&world, |home| {
        let run = |arguments: &[&str]| match is_root() {
            true => as_stranger(home, arguments),
            false => command(home, arguments).output().unwrap().into(),
        };
        if is_root() {
            give(home, STRANGER);
        }
        run(&["list"]).ok();
        for (circumstance, path, closed, open) in [
            ("a closed folder", home.path(), 0o500, 0o700),
            ("a closed vault", home.path().join("vault.db"), 0o400, 0o600),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(closed)).unwrap();
            let mut tried = tried(circumstance, &changing());
            // What reaches beyond the vault does so only where the vault can follow.
            tried.push(vec!["unlink", ACCOUNT, "--revoke"]);
            tried.push(vec!["link", "work"]);
            tried.push(vec!["vault", "rekey", "--to", "keyring"]);
            for arguments in &tried {
                let ran = run(arguments);
                assert_eq!(
                    told(&ran),
                    (Some(5), "vault_read_only".to_owned()),
                    "{arguments:?}: {ran:?}"
                );
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        }
        if is_root() {
            give(home, 0);
        }
    });
}

#[test]
fn vault_read_only_on_a_file_system_that_is_closed_to_writing() {
    let hostile = Hostile::honest();
    let mut home = home_without_vault();
    fs::create_dir(home.path()).unwrap();
    let disk = MountedDisk::new(&home.path(), 8 << 10);
    home.run_by(disk.prefix());
    furnish(&home, &hostile);
    let content = || {
        disk.sh(&format!(
            "python3 -c '{}' vault.db",
            CONTENT.replace('\'', "'\\''")
        ))
    };
    let before = content();
    disk.set_read_only(true);
    each_refuses(&home, "vault_read_only", "a closed file system", |_| {});
    home.json(&["vault", "status"]).ok();
    disk.set_read_only(false);
    assert_eq!(content(), before);
    home.json(&["refresh", ACCOUNT]).ok();
}

/// Runs a statement in the vault's file, as SQLite's own program would.
fn sql(home: &Home, statement: &str) {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()";
    let done = Command::new("python3")
        .args(["-c", script])
        .arg(home.path().join("vault.db"))
        .arg(statement)
        .status();
    assert!(done.unwrap().success());
}

#[test]
fn vault_newer_by_every_command() {
    untouched(&by_passphrase(), |home| {
        let version = home.json(&["vault", "status"]).ok().json()["version"].clone();
        sql(home, "PRAGMA user_version = 99");
        each_refuses(home, "vault_newer", "another version", |_| {});
        sql(home, &format!("PRAGMA user_version = {version}"));
    });
}

#[test]
fn vault_damaged_by_every_command_and_never_mended_by_itself() {
    untouched(&by_passphrase(), |home| {
        let file = home.path().join("vault.db");
        let whole = fs::read(&file).unwrap();
        type Damage = fn(&mut Vec<u8>);
        let damages: [(&str, Damage); 4] = [
            ("half of the file", |bytes| bytes.truncate(bytes.len() / 2)),
            ("an empty file", |bytes| bytes.clear()),
            ("a header of zeros", |bytes| bytes[..16].fill(0)),
            ("a first page of rubbish", |bytes| bytes[100..4096].fill(0xA5)),
        ];
        for (circumstance, damage) in damages {
            let mut bytes = whole.clone();
            damage(&mut bytes);
            fs::write(&file, &bytes).unwrap();
            each_refuses(home, "vault_damaged", circumstance, |_| {});
            assert_eq!(
                fs::read(&file).unwrap(),
                bytes,
                "what is left of it is left alone"
            );
        }
        fs::write(&file, whole).unwrap();
    });
}

#[test]
fn keyring_unavailable_by_every_command() {
    let mut session = Session::unlocked();
    let world = in_keyring(&session);
    let (before, asked) = (content(&world.home), world.hostile.asked().len());
    session.stop_keyring();
    each_refuses(&world.home, "keyring_unavailable", "no keyring", |_| {});
    session.start_keyring();
    assert_eq!(
        (content(&world.home), world.hostile.asked().len()),
        (before, asked)
    );
    world.home.json(&["refresh", ACCOUNT]).ok();
}

/// `secret-tool` in a session, with something on its standard input.
fn secret_tool(session: &Session, arguments: &[&str], input: &str) -> String {
    use std::io::Write;
    let mut tool = Command::new("secret-tool")
        .args(arguments)
        .envs(session.environment())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = tool.stdin.take().unwrap().write_all(input.as_bytes());
    let told = tool.wait_with_output().unwrap();
    String::from_utf8_lossy(&[told.stdout, told.stderr].concat()).into_owned()
}

#[test]
fn key_missing_where_the_entry_vanished_or_is_another_key() {
    let session = Session::unlocked();
    untouched(&in_keyring(&session), |home| {
        let found = secret_tool(&session, &["search", "--all", "service", "keybelt"], "");
        let value = |name: &str| {
            let line = found
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{name} = ")));
            line.unwrap_or_else(|| panic!("no {name} in the keyring's item"))
                .to_owned()
        };
        let key = value("secret");
        let attributes: Vec<String> = found
            .lines()
            .filter_map(|line| line.strip_prefix("attribute.")?.split_once(" = "))
            .flat_map(|(name, value)| [name.to_owned(), value.to_owned()])
            .collect();
        let store = |secret: &str| {
            let mut arguments = vec!["store", "--label=Keybelt"];
            arguments.extend(attributes.iter().map(String::as_str));
            secret_tool(&session, &arguments, secret)
        };
        secret_tool(&session, &["clear", "service", "keybelt"], "");
        each_refuses(home, "key_missing", "no entry", |_| {});
        // A key, but of another vault; and what is no key at all.
        for foreign in ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "not a key"] {
            store(foreign);
            each_refuses(home, "key_missing", foreign, |_| {});
            let words = home.json(&["list"]).fails("key_missing", 5);
            assert!(words.contains("not this vault's"), "{words}");
        }
        store(&key);
    });
}

/// Holds the vault for writing until dropped.
struct Writer(Child);

impl Writer {
    fn holding(home: &Home) -> Self {
        use std::io::{BufRead, BufReader};
        let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); \
                      print('held', flush=True); sys.stdin.read()";
        let mut child = Command::new("python3")
            .args(["-c", script])
            .arg(home.path().join("vault.db"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut told)
            .unwrap();
        assert_eq!(told, "held\n");
        Self(child)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Nobody is waited for longer than 45 s, by whichever command; they all wait at once here.
#[test]
fn vault_busy_after_45_seconds_of_another_writer_or_a_stopped_refresh() {
    let written = by_passphrase();
    let stopped = by_passphrase();
    stopped.hostile.twist(Twists {
        token: Some(Box::new(|answer| answer.delay = Duration::from_secs(600))),
        ..Twists::default()
    });
    let (before, other_before) = (content(&written.home), content(&stopped.home));
    let writer = Writer::holding(&written.home);
    let refreshing = stopped.home.start(&["refresh", ACCOUNT]);
    while stopped.hostile.refresh_tokens_sent().is_empty() {
        std::thread::yield_now();
    }
    refreshing.signal("STOP");
    let marked = content(&stopped.home);
    let writing: Vec<_> = changing()
        .into_iter()
        .step_by(walk::length(4, 1))
        .filter(|arguments| !["request", "link", "exec"].contains(&arguments[0]))
        .map(|arguments| (arguments.clone(), Running::of(command(&written.home, &arguments))))
        .collect();
    let waiting: Vec<_> = [
        &["refresh", ACCOUNT][..],
        &["token", ACCOUNT, "--force-refresh"],
        &["unlink", ACCOUNT],
    ]
    .map(|arguments| {
        (
            arguments.to_vec(),
            stopped.home.start(&[&["--json"], arguments].concat()),
        )
    })
    .into();
    // Reading waits for nobody.
    for arguments in reading().iter().step_by(walk::length(4, 1)) {
        written.home.json(arguments).ok();
        stopped.home.json(arguments).ok();
    }
    for (arguments, running) in writing.into_iter().chain(waiting) {
        let ran = running.end();
        assert_eq!(
            told(&ran),
            (Some(5), "vault_busy".to_owned()),
            "{arguments:?}: {ran:?}"
        );
    }
    assert_eq!(content(&written.home), before);
    assert_eq!(content(&stopped.home), marked);
    assert_ne!(marked, other_before, "the stopped one had marked that it asks");
    drop(writer);
    written.home.json(&["refresh", ACCOUNT]).ok();
    refreshing.signal("KILL");
    stopped.hostile.twist(Twists::default());
    drop(refreshing);
    let log: Value = stopped.home.json(&["log"]).ok().json();
    assert!(log.is_array());
    stopped.home.json(&["refresh", ACCOUNT]).ok();
}
