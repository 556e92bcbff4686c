//! Outputs that keep a file.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use keybelt_test_support::Ran;
use keybelt_test_support::hostile::{Answer, Twists};
use serde_json::{Value, json};

use super::Scene;

/// Nobody of note, for whom a folder can be closed: root opens everything.
const NOBODY: &str = "65534";

#[test]
fn a_file_holds_the_newest_token_for_its_owner_alone() {
    let scene = Scene::new();
    let path = scene.path("token");
    let mut add = Command::new("sh");
    // With no umask at all, so that what the file is made with is what it has.
    add.args(["-c", r#"umask 0; exec "$@""#, "sh"]);
    let keybelt = scene.home.command(&[
        "output",
        "add",
        &scene.account,
        "--file",
        &path,
        "--format",
        "json",
    ]);
    add.arg(keybelt.get_program()).args(keybelt.get_args());
    add.envs(
        keybelt
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    Ran::from(add.output().unwrap()).ok();
    let at_once = fs::metadata(&path).unwrap();
    assert_eq!(at_once.permissions().mode() & 0o7777, 0o600);
    let exported = scene.home.run(&["export", &scene.account, "--to", "json"]).ok();
    assert_eq!(scene.read("token"), exported.stdout);
    // Whoever has the old file open reads the old token to its end.
    fs::hard_link(&path, scene.path("open")).unwrap();
    let before = scene.read("open");
    scene.refresh();
    assert_eq!(scene.kept_token("token"), scene.token());
    assert_eq!(scene.read("open"), before);
    assert_ne!(fs::metadata(&path).unwrap().ino(), at_once.ino());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(
        fs::read_dir(&scene.folder).unwrap().count(),
        2,
        "nothing else is left there"
    );
    assert_eq!(
        scene.deliveries().last().unwrap(),
        &format!("delivered {path} output:json")
    );
}

#[test]
fn a_file_is_refused_where_it_cannot_be_kept_safely() {
    let scene = Scene::new();
    let elsewhere = scene.folder.join("elsewhere");
    fs::write(&elsewhere, "untouched").unwrap();
    symlink(&elsewhere, scene.folder.join("link")).unwrap();
    symlink(scene.home.path(), scene.folder.join("home")).unwrap();
    fs::create_dir(scene.folder.join("folder")).unwrap();
    for name in ["link", "missing/token", "folder", "home/token", "../home/token"] {
        let words = scene.add_file(name).fails("usage", 2);
        assert!(words.contains(name.rsplit('/').next().unwrap()), "{words}");
    }
    let format = ["output", "add", &scene.account, "--file", "x", "--format", "jsn"];
    assert!(scene.home.json(&format).fails("usage", 2).contains("json"));
    scene
        .home
        .json(&["output", "add", "nobody", "--command", "sh"])
        .fails("not_found", 2);
    let program = ["output", "add", &scene.account, "--command", "no-such-program"];
    scene.home.json(&program).fails("not_found", 2);
    scene.add_file("token").ok();
    scene.add_file("token").fails("already_exists", 2);
    assert_eq!(scene.list().as_array().unwrap().len(), 1);
    assert_eq!(scene.read("elsewhere"), "untouched");
    assert!(!scene.home.path().join("token").exists());
}

#[test]
fn a_token_that_has_ended_is_renewed_before_it_is_delivered_and_not_delivered_where_it_cannot_be() {
    let scene = Scene::new();
    let end_the_token = || {
        scene.hostile.token_lifetime(json!(0));
        scene.home.json(&["refresh", &scene.account]).ok();
        scene.hostile.token_lifetime(json!(3600));
        scene.hostile.count("/token")
    };
    let before = end_the_token();
    let added = scene.add_file("fresh").ok().json();
    assert_eq!(added["pending"], false);
    assert_eq!(scene.hostile.count("/token"), before + 1);
    assert_eq!(
        scene.kept_token("fresh"),
        scene.home.json(&["token", &scene.account]).ok().json()["access_token"]
    );
    end_the_token();
    scene.hostile.twist(Twists {
        token: Some(Box::new(|answer| *answer = Answer::text(503, "text/plain", ""))),
        ..Twists::default()
    });
    scene.add_file("dead").fails("provider_unavailable", 6);
    assert!(!Path::new(&scene.path("dead")).exists());
}

#[test]
fn what_stands_there_already_is_neither_written_over_nor_removed() {
    let scene = Scene::new();
    fs::write(scene.path("theirs"), "important").unwrap();
    scene.add_file("theirs").fails("already_exists", 2);
    assert_eq!(scene.home.json(&["output", "list"]).ok().json(), json!([]));
    fs::write(scene.path("empty"), "").unwrap();
    scene.add_file("empty").ok();
    let words = scene.add_file("empty").fails("already_exists", 2);
    assert!(words.contains("Output"), "{words}");
    scene.home.json(&["unlink", &scene.account]).ok();
    assert_eq!(fs::read_to_string(scene.path("theirs")).unwrap(), "important");
}

#[test]
fn links_that_come_later_are_not_followed_and_stop_no_refresh() {
    let scene = Scene::new();
    scene.add_file("token").ok();
    let elsewhere = scene.folder.join("elsewhere");
    fs::write(&elsewhere, "untouched").unwrap();
    let path = scene.folder.join("token");
    fs::remove_file(&path).unwrap();
    symlink(&elsewhere, &path).unwrap();
    scene.refresh();
    let listed = scene.list();
    assert_eq!(
        (&listed[0]["pending"], &listed[0]["failed"]["times"]),
        (&json!(true), &json!(1))
    );
    assert!(
        listed[0]["failed"]["message"]
            .as_str()
            .unwrap()
            .contains("symbolic link")
    );
    // The folder itself becomes a link to where a token would do harm.
    let other = scene.home.path().with_file_name("other");
    fs::create_dir(&other).unwrap();
    fs::remove_file(&path).unwrap();
    fs::rename(&scene.folder, scene.home.path().with_file_name("moved")).unwrap();
    symlink(&other, &scene.folder).unwrap();
    scene.refresh();
    assert_eq!(scene.list()[0]["failed"]["times"], 1, "a new token is tried anew");
    scene.home.json(&["unlink", &scene.account]).ok();
    assert_eq!(fs::read_dir(&other).unwrap().count(), 0);
    assert_eq!(
        fs::read_to_string(scene.home.path().with_file_name("moved").join("elsewhere")).unwrap(),
        "untouched"
    );
    assert_eq!(scene.list(), json!([]));
}

#[test]
fn a_folder_that_is_closed_is_told_of_and_what_lies_there_goes_when_it_opens() {
    let scene = Scene::new();
    scene.add_file("token").ok();
    let all = scene.home.path().parent().unwrap().to_owned();
    let owned = Command::new("chown").args(["-R", NOBODY]).arg(&all).status();
    assert!(
        owned.unwrap().success(),
        "this test wants to run as root, as the others do here"
    );
    let run = |arguments: &[&str]| {
        let command = scene.home.command(&[&["--json"], arguments].concat());
        let mut dropped = Command::new("setpriv");
        dropped.args([&format!("--reuid={NOBODY}"), "--clear-groups"]);
        dropped.arg(command.get_program()).args(command.get_args());
        dropped.envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        Ran::from(dropped.output().unwrap())
    };
    let close = |mode| fs::set_permissions(&scene.folder, fs::Permissions::from_mode(mode)).unwrap();
    let before = scene.kept_token("token");
    close(0o500);
    run(&["refresh", &scene.account]).ok();
    assert_eq!(scene.kept_token("token"), before);
    let listed = run(&["output", "list"]).ok().json();
    assert!(
        listed[0]["failed"]["message"].as_str().unwrap().contains("token"),
        "{listed}"
    );
    run(&["output", "remove", "1"]).fails("usage", 2);
    let refused = scene.path("other");
    run(&[
        "output",
        "add",
        &scene.account,
        "--file",
        &refused,
        "--format",
        "env",
    ])
    .fails("usage", 2);
    assert_eq!(run(&["output", "list"]).ok().json().as_array().unwrap().len(), 1);
    close(0o700);
    run(&["refresh", &scene.account]).ok();
    assert_ne!(scene.kept_token("token"), before);
    close(0o500);
    run(&["unlink", &scene.account]).ok();
    let left = run(&["output", "list"]).ok().json();
    assert_eq!(
        (&left[0]["account"], &left[0]["file"]),
        (&Value::Null, &json!(scene.path("token")))
    );
    close(0o700);
    // The next command that writes.
    run(&["profile", "remove", "work"]).ok();
    assert!(!scene.folder.join("token").exists());
    assert_eq!(run(&["output", "list"]).ok().json(), json!([]));
}
