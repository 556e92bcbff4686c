//! `keybelt watch`: every renewed token is told, across processes, and none is missed.

use std::process::Stdio;
use std::time::Duration;

use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{Home, Person, Running};
use serde_json::{Value, json};

use crate::{account_of, home, home_with, link, name_of};

fn refreshes(hostile: &Hostile) -> usize {
    let asked = hostile.asked();
    asked
        .iter()
        .filter(|asked| asked.parameters.contains_key("refresh_token"))
        .count()
}

/// Another account of the same person.
fn link_as(home: &Home, name: &str) -> String {
    let linked = home
        .link(&["work", "--account", name], &Person::allowing("ada"))
        .ok();
    name_of(&account_of(&linked)).to_owned()
}

fn watch(home: &Home, arguments: &[&str]) -> Running {
    let mut all = vec!["--json", "watch"];
    all.extend(arguments);
    home.start(&all)
}

fn seq(update: &Value) -> i64 {
    update["seq"]
        .as_i64()
        .unwrap_or_else(|| panic!("no number: {update}"))
}

#[test]
fn thirty_refreshes_by_two_processes_are_all_told_once_and_in_their_order() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let names: Vec<String> = ["a", "b", "c"].iter().map(|name| link_as(&home, name)).collect();
    let watching = watch(&home, &["--since", "0"]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while refreshes(&hostile) < 30 {
                    home.json(&["refresh", "--all"]).ok();
                }
            });
        }
    });
    let made = refreshes(&hostile);
    let told: Vec<Value> = (0..made).map(|_| watching.json()).collect();
    assert!(
        made >= 30 && told.is_sorted_by(|left, right| seq(left) < seq(right)),
        "{told:?}"
    );
    for update in &told {
        assert_eq!(
            (&update["event"], &update["profile"]),
            (&json!("token_update"), &json!("work"))
        );
        assert!(names.iter().any(|name| update["account"] == *name), "{update}");
    }
    assert!(watching.is_silent_for(Duration::from_millis(300)));
    let replay = watch(&home, &["--since", "0"]);
    for update in &told {
        assert_eq!(replay.json(), *update, "what was told is told again, the same");
    }
    let middle = seq(&told[made / 2]);
    let rest = watch(&home, &["--since", &middle.to_string()]);
    assert_eq!(rest.json(), told[made / 2 + 1]);
}

/// Length and time of the log that every commit is written to first.
fn last_write(home: &Home) -> Option<(u64, std::time::SystemTime)> {
    let entries = std::fs::read_dir(home.path()).ok()?.flatten();
    let log = entries
        .map(|entry| entry.path())
        .find(|path| path.display().to_string().ends_with("-wal"))?;
    let seen = std::fs::metadata(log).ok()?;
    Some((seen.len(), seen.modified().ok()?))
}

#[test]
fn whenever_a_writer_is_killed_each_token_that_it_committed_is_told_to_who_listened_and_to_who_comes_later() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link_as(&home, "a");
    let watching = watch(&home, &["--since", "0"]);
    let token = || home.run(&["token", &account]).ok().stdout;
    let (mut seen, mut committed, mut killed) = (token(), 0, 0);
    // Killed right behind the first of its writes that is seen, then later and later, until one ends before that.
    // On a busy machine the first may be over before it is looked at.
    let (mut writes, mut ended) = (1, false);
    while !ended || killed == 0 {
        let (mut last, mut left) = (last_write(&home), writes);
        let mut writer = home
            .command(&["refresh", &account])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while left > 0 && writer.try_wait().unwrap().is_none() {
            let now = last_write(&home);
            if now != last {
                (last, left) = (now, left - 1);
            }
        }
        let _ = writer.kill();
        ended = writer.wait().unwrap().success();
        killed += usize::from(!ended);
        let now = token();
        committed += usize::from(now != seen);
        seen = now;
        writes = if ended { 1 } else { writes + 1 };
    }
    assert!(
        killed > 0 && committed > 0,
        "{killed} killed, {committed} committed"
    );
    let told: Vec<Value> = (0..committed).map(|_| watching.json()).collect();
    assert!(
        told.is_sorted_by(|left, right| seq(left) < seq(right)),
        "{told:?}"
    );
    assert!(watching.is_silent_for(Duration::from_millis(300)));
    let later = watch(&home, &["--since", "0"]);
    for update in &told {
        assert_eq!(later.json(), *update);
    }
    assert!(later.is_silent_for(Duration::from_millis(300)));
}

#[test]
fn an_update_tells_what_the_account_shows_and_no_token() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let watching = watch(&home, &["--since", "0"]);
    let renewed = home.json(&["refresh", name_of(&account)]).ok().json();
    let update = watching.json();
    let members = "event seq at account profile expires_at scopes rotated";
    let told: Vec<&String> = update.as_object().unwrap().keys().collect();
    assert_eq!(told, members.split(' ').collect::<Vec<_>>());
    assert_eq!(
        (
            &update["account"],
            &update["at"],
            &update["expires_at"],
            &update["scopes"]
        ),
        (
            &account["name"],
            &renewed["obtained_at"],
            &renewed["expires_at"],
            &renewed["scopes"]
        )
    );
    assert_eq!(
        update["rotated"], true,
        "the provider gives a new refresh token each time"
    );
}

#[test]
fn a_first_link_is_no_update_and_a_link_in_its_place_is_one() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let watching = watch(&home, &["--since", "0"]);
    let account = link(&home);
    link(&home);
    let update = watching.json();
    assert_eq!(update["account"], account["name"]);
    home.json(&["refresh", name_of(&account)]).ok();
    assert!(
        seq(&watching.json()) > seq(&update),
        "the first link was not told"
    );
}

#[test]
fn without_a_number_only_what_comes_from_now_on_is_told() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let name = name_of(&account);
    home.json(&["refresh", name]).ok();
    let watching = home.start(&["watch"]);
    assert!(watching.note().contains("Ctrl-C"), "it says that it waits");
    home.json(&["refresh", name]).ok();
    let line = watching.line();
    assert!(line.contains(name) && line.contains("new token"), "{line}");
    assert!(watching.is_silent_for(Duration::from_millis(300)));
}

#[test]
fn a_number_that_is_yet_to_come_is_refused() {
    let home = home();
    home.json(&["watch", "--since", "5"]).fails("usage", 2);
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    link(&home);
    let words = home.json(&["watch", "--since", "999"]).fails("usage", 2);
    assert!(words.contains("999"), "{words}");
    home.json(&["watch", "nobody"]).fails("not_found", 2);
    home.json(&["watch", "--since", "-1"]).fails("usage", 2);
}

#[test]
fn one_account_is_watched_by_whatever_name_until_it_is_unlinked() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for name in ["a", "b"] {
        link_as(&home, name);
    }
    let watching = watch(&home, &["a", "--since", "0"]);
    home.json(&["refresh", "--all"]).ok();
    assert_eq!(watching.json()["account"], "a");
    home.json(&["rename", "a", "c"]).ok();
    home.json(&["refresh", "--all"]).ok();
    assert_eq!(watching.json()["account"], "c");
    home.json(&["unlink", "c"]).ok();
    let ended = watching.end();
    assert_eq!(ended.stdout, "", "the other account is not told");
    ended.fails("not_found", 2);
}

#[test]
fn a_vault_that_is_made_later_is_watched_from_its_beginning() {
    let hostile = Hostile::honest();
    let home = home();
    let watching = watch(&home, &[]);
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        hostile.issuer(),
        "--client-id",
    ];
    let with = [keybelt_test_support::hostile::CLIENT_ID, "--scope", "openid"];
    home.json(&[&add[..], &with[..]].concat()).ok();
    let account = link(&home);
    home.json(&["refresh", name_of(&account)]).ok();
    assert_eq!(watching.json()["account"], account["name"]);
}

#[test]
fn watching_ends_quietly_when_nobody_reads_and_as_cancelled_when_interrupted() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    link(&home);
    let mut unread = home
        .command(&["--json", "watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(unread.stdout.take());
    let ended = keybelt_test_support::Ran::from(unread.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let watching = home.start(&["--json", "watch", "--since", "0"]);
    home.json(&["refresh", "--all"]).ok();
    watching.json();
    watching.signal("INT");
    watching.end().fails("cancelled", 4);
}

#[test]
fn watching_changes_nothing_in_the_vault() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    link(&home);
    home.json(&["refresh", "--all"]).ok();
    let before = home.bytes();
    let watching = watch(&home, &["--since", "0"]);
    watching.json();
    assert!(watching.is_silent_for(Duration::from_millis(300)));
    watching.signal("INT");
    watching.end().fails("cancelled", 4);
    assert_eq!(home.bytes(), before);
}

/// A watch that has told something, so that it surely listens.
fn listening(home: &Home) -> Running {
    home.json(&["refresh", "--all"]).ok();
    let watching = watch(home, &["--since", "0"]);
    watching.json();
    watching
}

#[test]
fn watching_a_vault_that_is_moved_away_ends_and_says_so() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    link(&home);
    let watching = listening(&home);
    home.json(&["vault", "reset", "--yes"]).ok();
    let told = watching.end().fails("vault_busy", 5);
    assert!(told.contains("moved or replaced"), "{told}");
}

#[test]
fn watching_a_vault_that_is_replaced_by_a_backup_ends_and_says_so() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let passphrase = home.file("of-backup", "of the backup\n");
    let file = home.path().with_file_name("backup").display().to_string();
    let with = ["--passphrase-file", &passphrase];
    home.json(&[&["vault", "backup", &file], &with[..]].concat()).ok();
    let (all, one) = (
        listening(&home),
        watch(&home, &[name_of(&account), "--since", "0"]),
    );
    one.json();
    home.json(&[&["vault", "restore", &file, "--replace"], &with[..]].concat())
        .ok();
    for watching in [all, one] {
        let told = watching.end().fails("vault_busy", 5);
        assert!(told.contains("moved or replaced"), "{told}");
    }
    // Whoever begins anew watches what is there now.
    let again = watch(&home, &["--since", "0"]);
    home.json(&["refresh", "--all"]).ok();
    assert_eq!(again.json()["event"], "token_update");
}
