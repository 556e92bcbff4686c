//! `keybelt doctor` on machines that lack one thing or another, each of them really lacking.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use keybelt_test_support::hostile::{Hostile, Twists};
use keybelt_test_support::{Home, Ran, Session, put_program, put_script};

use crate::{add_work, home, home_without_vault, link};

const PROBES: [&str; 6] = ["keyring", "display", "webview", "browser", "clock", "vault"];

/// The outcome and the detail of one probe.
#[track_caller]
fn probed(command: &mut Command, probe: &str) -> (String, String) {
    let ran = Ran::from(command.output().unwrap()).ok();
    let probes = ran.json();
    let names: Vec<&str> = probes
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["probe"].as_str().unwrap())
        .collect();
    assert_eq!(names, PROBES);
    let found = probes
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["probe"] == probe);
    let text = |name: &str| found.unwrap()[name].as_str().unwrap().to_owned();
    (text("outcome"), text("detail"))
}

#[track_caller]
fn assert_probe(command: &mut Command, probe: &str, outcome: &str, words: &str) {
    let (found, detail) = probed(command, probe);
    assert_eq!(found, outcome, "{detail}");
    assert!(detail.contains(words), "{detail}");
}

fn doctor(home: &Home) -> Command {
    let mut command = home.command(&["--json", "doctor"]);
    command.env_remove("WAYLAND_DISPLAY");
    command
}

/// A copy of `keybelt` in a folder of its own, with nothing beside it.
fn alone(home: &Home) -> (PathBuf, Command) {
    let folder = home.path().with_file_name("alone");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("keybelt");
    put_program(&program, Path::new(env!("CARGO_BIN_EXE_keybelt")));
    let mut command = Command::new(program);
    command
        .args(["--json", "doctor"])
        .env_clear()
        .env("KEYBELT_HOME", home.path())
        .env("HOME", &folder)
        .env("PATH", &folder);
    (folder, command)
}

fn script(folder: &Path, name: &str, text: &str) {
    put_script(&folder.join(name), &format!("#!/bin/sh\n{text}\n"));
}

#[test]
fn a_report_is_no_failure_and_makes_nothing() {
    let home = home_without_vault();
    let (_, mut command) = alone(&home);
    assert_probe(&mut command, "vault", "skip", "none yet");
    assert!(!home.path().exists());
    let told = home.run(&["doctor"]).ok().stdout;
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), PROBES.len(), "{told}");
    for (line, probe) in lines.iter().zip(PROBES) {
        assert!(line.split_whitespace().nth(1) == Some(probe), "{told}");
    }
}

#[test]
fn the_keyring_is_open_locked_or_absent_and_nothing_is_left_in_it() {
    let session = Session::unlocked();
    let home = Home::in_session(env!("CARGO_BIN_EXE_keybelt"), &session);
    let items = || {
        let mut list = Command::new("dbus-send");
        list.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"]);
        list.args([
            "/org/freedesktop/secrets/collection/login",
            "org.freedesktop.DBus.Properties.Get",
            "string:org.freedesktop.Secret.Collection",
            "string:Items",
        ]);
        let listed = list.envs(session.environment()).output().unwrap();
        let text = String::from_utf8(listed.stdout).unwrap();
        text.matches("object path").count()
    };
    let before = items();
    assert_probe(&mut doctor(&home), "keyring", "pass", "open");
    assert_eq!(items(), before);
    assert!(!home.path().exists());

    home.json(&["profile", "add", "work", "--client-id", "x"]).ok();
    assert_probe(&mut doctor(&home), "vault", "pass", "0 accounts");
    let kept = (items(), home.bytes());
    session.lock();
    assert_probe(&mut doctor(&home), "keyring", "fail", "locked");
    assert_probe(&mut doctor(&home), "vault", "fail", "locked");
    assert_eq!((items(), home.bytes()), kept);
}

#[test]
fn a_keyring_that_nobody_needs_is_skipped() {
    let session = Session::without_keyring();
    let without = Home::in_session(env!("CARGO_BIN_EXE_keybelt"), &session);
    assert_probe(
        &mut doctor(&without),
        "keyring",
        "fail",
        "KEYBELT_PASSPHRASE_FILE",
    );
    let home = home_without_vault();
    home.json(&["profile", "add", "work", "--client-id", "x"]).ok();
    let mut command = doctor(&home);
    command.envs(session.environment());
    assert_probe(&mut command, "keyring", "skip", "a passphrase opens it");
}

/// A virtual display; it ends when this is dropped.
struct Display(Child, String);

impl Display {
    fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "64x64x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        Self(server, format!(":{}", number.trim()))
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_display_is_one_that_answers() {
    let home = home();
    assert_probe(&mut doctor(&home), "display", "fail", "--via manual");
    let display = Display::start();
    let name = display.1.clone();
    assert_probe(doctor(&home).env("DISPLAY", &name), "display", "pass", &name);
    drop(display);
    assert_probe(
        doctor(&home).env("DISPLAY", &name),
        "display",
        "fail",
        "nothing answers",
    );
    assert_probe(
        doctor(&home).env("DISPLAY", "desk.example:0"),
        "display",
        "skip",
        "another machine",
    );
}

#[test]
fn a_window_is_a_desktop_program_that_starts() {
    let home = home();
    let (folder, mut command) = alone(&home);
    assert_probe(
        &mut command,
        "webview",
        "fail",
        "neither beside keybelt nor in PATH",
    );
    script(&folder, "keybelt-desktop", "echo keybelt-desktop 0.0.1");
    assert_probe(&mut alone(&home).1, "webview", "fail", "0.0.1");
    put_script(&folder.join("keybelt-desktop"), "no program");
    assert_probe(&mut alone(&home).1, "webview", "fail", "does not start");
    // A real program, of which the system's loader does not find a library.
    let own = folder.join("libs");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("libm.so.6"), "no library").unwrap();
    script(
        &folder,
        "keybelt-desktop",
        &format!(
            "LD_LIBRARY_PATH='{}' exec /usr/bin/env python3 --version",
            own.display()
        ),
    );
    let path = format!("{}:/usr/bin:/bin", folder.display());
    assert_probe(alone(&home).1.env("PATH", path), "webview", "fail", "libm.so.6");
}

#[test]
fn a_browser_is_the_one_that_would_be_started() {
    let home = home();
    let (folder, mut command) = alone(&home);
    assert_probe(&mut command, "browser", "fail", "BROWSER");
    assert_probe(
        command.env("BROWSER", "no-such-browser"),
        "browser",
        "fail",
        "no-such-browser",
    );
    let started = folder.join("started");
    script(&folder, "my-browser", &format!("touch '{}'", started.display()));
    assert_probe(
        command.env("BROWSER", "no-such-browser:my-browser --new %s"),
        "browser",
        "pass",
        "my-browser",
    );
    assert!(!started.exists(), "it was started");
    symlink(folder.join("my-browser"), folder.join("x-www-browser")).unwrap();
    assert_probe(
        command.env_remove("BROWSER"),
        "browser",
        "pass",
        "default browser",
    );
}

#[test]
fn a_vault_is_opened_only_where_nobody_has_to_be_asked() {
    let hostile = Hostile::honest();
    let home = home_without_vault();
    add_work(&home, &hostile);
    link(&home);
    assert_probe(&mut doctor(&home), "vault", "pass", "with 1 account.");
    assert_probe(&mut doctor(&home), "clock", "pass", "token in the vault");
    assert_probe(
        doctor(&home).env_remove("KEYBELT_PASSPHRASE_FILE"),
        "vault",
        "skip",
        "nobody was asked",
    );
    let wrong = home.file("wrong", "not the passphrase");
    let mut command = doctor(&home);
    assert_probe(
        command.env("KEYBELT_PASSPHRASE_FILE", wrong),
        "vault",
        "fail",
        "does not hold the passphrase of this vault",
    );
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_probe(&mut doctor(&home), "vault", "fail", "chmod 700");
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(home.path().join("vault.db"), "no vault").unwrap();
    assert_probe(&mut doctor(&home), "vault", "fail", "damaged");
}

#[test]
fn af_32_a_provider_that_lets_caches_keep_its_tokens_is_noted_and_is_no_failure() {
    let hostile = Hostile::honest();
    let home = home();
    add_work(&home, &hostile);
    link(&home);
    assert_probe(
        &mut doctor(&home),
        "vault",
        "pass",
        "The provider of work sends tokens without",
    );
    hostile.twist(Twists {
        token: Some(Box::new(|answer| {
            let field = ("cache-control".to_owned(), "no-store".to_owned());
            answer.headers.push(field);
        })),
        ..Twists::default()
    });
    home.json(&["refresh", "--all"]).ok();
    let (outcome, detail) = probed(&mut doctor(&home), "vault");
    assert!(outcome == "pass" && !detail.contains("no-store"), "{detail}");
}
