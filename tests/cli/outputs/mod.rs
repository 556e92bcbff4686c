//! Outputs: an account's tokens go by themselves to a command or into a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{Home, Person, Ran, put_script};
use serde_json::{Value, json};

use crate::{account_of, home, home_with, link, name_of};

mod files;

/// A home with one account, and a folder beside it.
struct Scene {
    home: Home,
    hostile: Hostile,
    account: String,
    folder: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let hostile = Hostile::honest();
        let home = home_with(&hostile);
        let account = name_of(&link(&home)).to_owned();
        let folder = home.path().with_file_name("kept");
        fs::create_dir(&folder).unwrap();
        Self {
            home,
            hostile,
            account,
            folder,
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// `output add` of a shell's script that runs in the folder, `KEPT` being its name.
    fn add_script(&self, options: &[&str], script: &str) -> Ran {
        let script = format!("cd {} && {script}", self.folder.display());
        let before = [&["output", "add", &self.account][..], options].concat();
        self.home
            .json(&[&before[..], &["--command", "sh", "-c", &script]].concat())
    }

    fn add_file(&self, name: &str) -> Ran {
        let path = self.path(name);
        self.home.json(&[
            "output",
            "add",
            &self.account,
            "--file",
            &path,
            "--format",
            "json",
        ])
    }

    fn refresh(&self) {
        self.home.json(&["refresh", &self.account]).ok();
    }

    fn token(&self) -> String {
        self.home
            .run(&["token", &self.account])
            .ok()
            .stdout
            .trim()
            .to_owned()
    }

    fn list(&self) -> Value {
        self.home.json(&["output", "list"]).ok().json()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    /// The access token in a file of the format `json`.
    fn kept_token(&self, name: &str) -> String {
        let kept: Value = serde_json::from_str(&self.read(name)).unwrap();
        kept["access_token"].as_str().unwrap().to_owned()
    }

    /// The ledger's lines about outputs, as `event receiver via`.
    fn deliveries(&self) -> Vec<String> {
        let log = self.home.json(&["log"]).ok().json();
        let of_outputs = log.as_array().unwrap().iter().filter(|line| {
            let via = line["via"].as_str().unwrap_or_default();
            via.starts_with("output:") || line["event"] == "delivery_failed"
        });
        of_outputs
            .map(|line| {
                let word = |member: &str| line[member].as_str().unwrap().to_owned();
                format!("{} {} {}", word("event"), word("receiver"), word("via"))
            })
            .collect()
    }
}

/// Waits until something is there.
#[track_caller]
fn within(what: &str, mut look: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !look() {
        assert!(Instant::now() < end, "not in time: {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn a_command_gets_each_token_on_its_standard_input() {
    let scene = Scene::new();
    let added = scene
        .add_script(
            &[],
            r#"cat >token; echo "$KEYBELT_ACCOUNT $KEYBELT_TOKEN" >account"#,
        )
        .ok()
        .json();
    assert_eq!(
        (
            &added["kind"],
            &added["token"],
            &added["pending"],
            &added["failed"]
        ),
        (&json!("command"), &json!("stdin"), &json!(false), &Value::Null)
    );
    assert_eq!(scene.kept_token("token"), scene.token(), "at once, as it stands");
    let exported = scene.home.run(&["export", &scene.account, "--to", "json"]).ok();
    assert_eq!(
        scene.read("token"),
        exported.stdout,
        "the format json, to the letter"
    );
    assert_eq!(scene.read("account"), format!("{} \n", scene.account));
    let before = scene.kept_token("token");
    scene.refresh();
    assert_ne!(scene.kept_token("token"), before);
    assert_eq!(scene.kept_token("token"), scene.token());
    assert_eq!(
        scene.deliveries(),
        [
            "handed_over sh output:stdin",
            "delivered sh output:stdin",
            "handed_over sh output:stdin",
            "delivered sh output:stdin",
        ]
    );
}

#[test]
fn a_command_gets_each_token_in_its_environment() {
    let scene = Scene::new();
    scene
        .add_script(&["--env"], r#"cat >input; printf %s "$KEYBELT_TOKEN" >token"#)
        .ok();
    scene.refresh();
    assert_eq!(scene.read("token"), scene.token());
    assert_eq!(scene.read("input"), "", "nothing is on its standard input");
}

#[test]
fn arguments_reach_the_command_as_they_are() {
    let scene = Scene::new();
    let words = ["$HOME", "a b", "--json", "--", "*", "'", ""];
    let script = put_script(
        &scene.home.file_path("script"),
        &format!("#!/bin/sh\nprintf '<%s>' \"$@\" >{}\n", scene.path("words")),
    );
    let before = ["output", "add", &scene.account, "--command", &script];
    scene.home.run(&[&before[..], &words[..]].concat()).ok();
    let expected: String = words.iter().map(|word| format!("<{word}>")).collect();
    assert_eq!(scene.read("words"), expected);
}

/// Authlib's Django documentation keeps tokens in the site's own table, and a `token_update` receiver looks for the row
/// by its refresh or access token and saves the new ones. Here the program looks for its row by the account.
const RECEIVER: &str = r#"
import json, os, sqlite3, sys
token, account = json.load(sys.stdin), os.environ["KEYBELT_ACCOUNT"]
table = sqlite3.connect(sys.argv[1])
row = table.execute("SELECT id FROM oauth2_token WHERE name = ?", (account,)).fetchone()
if row is None:
    sys.exit("nobody of mine")
table.execute("UPDATE oauth2_token SET access_token = ?, expires_at = ? WHERE id = ?",
              (token["access_token"], token["expires_at"], row[0]))
table.commit()
"#;

/// The same, as a program that listens.
const LISTENER: &str = r#"
import json, sqlite3, subprocess, sys
table = sqlite3.connect(sys.argv[1])
for line in sys.stdin:
    update = json.loads(line)
    answer = subprocess.run([sys.argv[2], "token", update["account"], "--json"], capture_output=True, check=True)
    token = json.loads(answer.stdout)
    table.execute("UPDATE oauth2_token SET access_token = ?, expires_at = ? WHERE name = ?",
                  (token["access_token"], token["expires_at"], update["account"]))
    table.commit()
"#;

/// The program's own table with a row for each of two accounts.
fn own_table(path: &str, account: &str) {
    let script = "import sqlite3, sys; table = sqlite3.connect(sys.argv[1]); \
                  table.execute('CREATE TABLE oauth2_token (id INTEGER PRIMARY KEY, name TEXT, access_token TEXT, expires_at INTEGER)'); \
                  table.executemany('INSERT INTO oauth2_token (name, access_token) VALUES (?, ?)', [(sys.argv[2], 'old'), ('other', 'old')]); \
                  table.commit()";
    let made = Command::new("python3")
        .args(["-c", script, path, account])
        .status();
    assert!(made.unwrap().success());
}

fn row_of(path: &str, account: &str) -> String {
    let script = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(\
                  'SELECT access_token FROM oauth2_token WHERE name = ?', (sys.argv[2],)).fetchone()[0])";
    let read = Command::new("python3")
        .args(["-c", script, path, account])
        .output();
    String::from_utf8(read.unwrap().stdout).unwrap().trim().to_owned()
}

#[test]
fn a_program_that_is_run_finds_its_own_row_by_the_account_and_updates_it() {
    let scene = Scene::new();
    let (table, receiver) = (scene.path("site.db"), scene.home.file("receiver.py", RECEIVER));
    own_table(&table, &scene.account);
    let add = [
        "output",
        "add",
        &scene.account,
        "--command",
        "python3",
        &receiver,
        &table,
    ];
    scene.home.json(&add).ok();
    scene.refresh();
    assert_eq!(row_of(&table, &scene.account), scene.token());
    assert_eq!(row_of(&table, "other"), "old");
}

#[test]
fn a_program_that_listens_finds_its_own_row_by_the_account_and_updates_it() {
    let scene = Scene::new();
    let (table, listener) = (scene.path("site.db"), scene.home.file("listener.py", LISTENER));
    own_table(&table, &scene.account);
    let mut watch = scene.home.command(&["watch", "--json", "--since", "0"]);
    let mut watching = watch.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let keybelt = watch.get_program().to_owned();
    let environment = scene.home.command(&[]);
    let mut program = Command::new("python3")
        .args([&listener, &table])
        .arg(keybelt)
        .envs(
            environment
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdin(watching.stdout.take().unwrap())
        .spawn()
        .unwrap();
    scene.refresh();
    let token = scene.token();
    within("the program's own row", || {
        row_of(&table, &scene.account) == token
    });
    assert_eq!(row_of(&table, "other"), "old");
    watching.kill().unwrap();
    watching.wait().unwrap();
    program.wait().unwrap();
}

#[test]
fn a_command_that_fails_is_told_of_and_stops_no_refresh() {
    let scene = Scene::new();
    let added = scene.add_script(&[], "exit 3").ok().json();
    assert_eq!((&added["pending"], &added["seq"]), (&json!(true), &Value::Null));
    assert_eq!(added["failed"]["message"], "It ended with exit status 3.");
    assert!(added["failed"]["next_at"].as_i64() > added["failed"]["at"].as_i64());
    let refreshed = scene.home.run(&["refresh", &scene.account]).ok();
    assert!(refreshed.stderr.contains("exit status 3"), "{refreshed:?}");
    let quiet = scene.home.json(&["refresh", &scene.account]).ok();
    assert_eq!(quiet.stderr, "");
    let listed = scene.home.run(&["output", "list"]).ok().stdout;
    assert!(
        listed.contains("exit status 3") && listed.contains(&scene.account),
        "{listed}"
    );
    assert_eq!(scene.deliveries().last().unwrap(), "delivery_failed sh exit 3");
}

#[test]
fn a_command_that_hangs_is_ended_with_all_that_it_started() {
    let scene = Scene::new();
    let script = "sleep 600 & echo $$ $! >pids; wait";
    let added = scene.add_script(&["--timeout", "1"], script).ok().json();
    assert!(
        added["failed"]["message"].as_str().unwrap().contains("1 s"),
        "{added}"
    );
    assert_eq!(scene.deliveries().last().unwrap(), "delivery_failed sh timed_out");
    for pid in scene.read("pids").split_whitespace() {
        within("its end", || {
            !Path::new("/proc").join(pid).exists() || is_zombie(pid)
        });
    }
}

fn is_zombie(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

#[test]
fn what_a_command_says_is_thrown_away_however_much_it_is() {
    let scene = Scene::new();
    let script = "head -c 300000000 /dev/zero; head -c 300000000 /dev/zero >&2; cat >token";
    let added = scene.add_script(&[], script).ok();
    assert_eq!(added.json()["failed"], Value::Null);
    assert!(added.stdout.len() < 2_000);
    assert_eq!(scene.kept_token("token"), scene.token());
}

#[test]
fn one_output_is_never_run_twice_at_once() {
    let scene = Scene::new();
    let script = "mkdir running || echo twice >>twice; cat >token; sleep 0.2; rmdir running; echo >>runs";
    scene.add_script(&[], script).ok();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..3 {
                    scene.refresh();
                }
            });
        }
    });
    assert_eq!(scene.read("twice"), "");
    assert!(scene.read("runs").len() >= 3, "{:?}", scene.read("runs"));
    assert_eq!(
        scene.kept_token("token"),
        scene.token(),
        "the newest one came last"
    );
}

#[test]
fn what_a_killed_writer_left_is_told_and_delivered_by_the_next_command() {
    let scene = Scene::new();
    let fifo = scene.path("hold");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    // Held by the first run after the one of `output add`, until somebody writes into the fifo.
    let script = "cat >got; if test -e armed; then rm armed; echo >>held; read line <hold; fi; echo >>runs; cp got token";
    scene.add_script(&[], script).ok();
    let before = scene.kept_token("token");
    fs::write(scene.folder.join("armed"), "").unwrap();
    let writer = scene.home.start(&["--json", "refresh", &scene.account]);
    within("the held run", || scene.read("held") == "\n");
    writer.signal("KILL");
    assert_eq!(writer.end().code, None);
    // Only now: who watches delivers too, and might have been the one that ran the command.
    let watching = scene
        .home
        .start(&["--json", "watch", &scene.account, "--since", "0"]);
    assert_eq!(
        watching.json()["account"],
        scene.account,
        "what was committed is told"
    );
    watching.signal("INT");
    watching.end().fails("cancelled", 4);
    // The command that the killed process ran still runs, and is not run a second time beside itself.
    let token = scene.token();
    assert_ne!(token, before, "the tokens were durable");
    assert_eq!(
        (scene.read("runs").as_str(), scene.list()[0]["pending"].as_bool()),
        ("\n", Some(true))
    );
    fs::write(&fifo, "go on\n").unwrap();
    within("the end of the held run", || scene.read("runs") == "\n\n");
    within("the lock of the held run to be free", || {
        scene.token();
        scene.list()[0]["pending"] == false
    });
    assert_eq!(
        scene.read("runs"),
        "\n\n\n",
        "nobody knows whether it took the token: it gets it once more"
    );
    assert_eq!(scene.kept_token("token"), token);
}

#[test]
fn a_failed_delivery_is_tried_again_by_whoever_waits() {
    let scene = Scene::new();
    let script = "test -e again && cat >token || { touch again; exit 3; }";
    scene.add_script(&[], script).ok();
    assert_eq!(scene.list()[0]["failed"]["times"], 1);
    let watching = scene.home.start(&["--json", "watch"]);
    within("the second try", || scene.read("token").ends_with('\n'));
    assert_eq!(scene.kept_token("token"), scene.token());
    within("the word of it", || scene.list()[0]["failed"] == Value::Null);
    watching.signal("INT");
    watching.end().fails("cancelled", 4);
}

#[test]
fn a_command_may_ask_keybelt_for_more() {
    let scene = Scene::new();
    let keybelt = scene.home.command(&[]).get_program().to_owned();
    let script = format!(
        r#"{} show "$KEYBELT_ACCOUNT" --json >shown; {} token "$KEYBELT_ACCOUNT" >token"#,
        keybelt.display(),
        keybelt.display()
    );
    let added = scene.add_script(&[], &script).ok().json();
    assert_eq!(added["failed"], Value::Null);
    scene.refresh();
    assert_eq!(scene.read("token").trim(), scene.token());
    let shown: Value = serde_json::from_str(&scene.read("shown")).unwrap();
    assert_eq!(shown["name"], scene.account);
}

#[test]
fn outputs_follow_their_account_when_it_is_renamed_and_linked_again() {
    let scene = Scene::new();
    scene.add_file("token").ok();
    scene.add_script(&[], r#"echo "$KEYBELT_ACCOUNT" >account"#).ok();
    scene.home.json(&["rename", &scene.account, "other"]).ok();
    assert_eq!(scene.list()[1]["account"], "other");
    let before = scene.kept_token("token");
    let linked = scene.home.link(&["work"], &Person::allowing("ada")).ok();
    assert_eq!(account_of(&linked)["name"], "other");
    let token = scene.home.run(&["token", "other"]).ok().stdout;
    assert_ne!(before, token.trim());
    assert_eq!(scene.kept_token("token"), token.trim());
    assert_eq!(scene.read("account"), "other\n");
}

#[test]
fn with_its_account_an_output_goes_and_its_file_too() {
    for unlink in [
        &["unlink", "ACCOUNT"][..],
        &["profile", "remove", "work", "--unlink"],
    ] {
        let scene = Scene::new();
        scene.add_file("token").ok();
        scene.add_script(&[], "true").ok();
        let arguments: Vec<&str> = unlink
            .iter()
            .map(|word| if *word == "ACCOUNT" { &scene.account } else { *word })
            .collect();
        scene.home.json(&arguments).ok();
        assert_eq!(fs::read_dir(&scene.folder).unwrap().count(), 0, "{unlink:?}");
        assert_eq!(scene.list(), json!([]));
    }
}

#[test]
fn an_output_that_is_removed_takes_its_file_along_and_gets_no_more_tokens() {
    let scene = Scene::new();
    let file = scene.add_file("token").ok().json();
    let command = scene.add_script(&[], "echo >>runs").ok().json();
    for output in [&file, &command] {
        let id = output["id"].to_string();
        assert_eq!(scene.home.json(&["output", "remove", &id]).ok().json(), json!({}));
        scene.home.json(&["output", "remove", &id]).fails("not_found", 2);
    }
    scene.refresh();
    assert!(!scene.folder.join("token").exists());
    assert_eq!(scene.read("runs"), "\n");
}

#[test]
fn outputs_are_listed_by_their_accounts_and_without_a_token() {
    let scene = Scene::new();
    scene
        .home
        .link(&["work", "--account", "a"], &Person::allowing("ada"))
        .ok();
    scene.add_file("token").ok();
    scene
        .home
        .json(&["output", "add", "a", "--command", "true", "--json"])
        .ok();
    let listed = scene.home.json(&["output", "list"]).ok();
    let outputs = listed.json();
    assert_eq!(
        (&outputs[0]["account"], &outputs[1]["account"]),
        (&json!("a"), &json!(scene.account))
    );
    let members =
        "id account kind command token timeout file format added_at delivered_at seq pending failed";
    let told: Vec<&String> = outputs[0].as_object().unwrap().keys().collect();
    assert_eq!(told, members.split(' ').collect::<Vec<_>>());
    let program = outputs[0]["command"][0].as_str().unwrap();
    assert!(
        program.starts_with('/') && program.ends_with("/true"),
        "{program}"
    );
    assert_eq!(outputs[0]["command"][1], "--json");
    assert_eq!(
        (&outputs[0]["timeout"], &outputs[1]["command"]),
        (&json!(30), &json!([]))
    );
    assert!(!listed.stdout.contains(&scene.token()));
    assert_eq!(home().json(&["output", "list"]).ok().json(), json!([]));
}
