//! Who stops a command, or goes away from it: nothing is left pending, and nothing is told as a failure that is none.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use keybelt_test_support::{Browser, Ended, Person, Provider, Ran};

use crate::{accounts_in, home, home_at};

#[test]
fn an_interrupted_link_in_the_browser_is_cancelled_and_leaves_nothing_pending() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    for signal in ["INT", "TERM"] {
        let linking = home.start_link(&["work"]);
        assert_eq!(home.pending(), 1);
        linking.signal(signal);
        linking.end().fails("cancelled", 4);
        assert_eq!(home.pending(), 0, "{signal}");
    }
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn an_interrupted_link_by_hand_is_cancelled_and_leaves_nothing_pending() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    for signal in ["INT", "TERM"] {
        let mut linking = home
            .command(&["--json", "link", "work", "--via", "manual"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Held open: at the end of its input it would end by itself.
        let _keyboard = linking.stdin.take();
        let mut told = String::new();
        let mut stdout = BufReader::new(linking.stdout.take().unwrap());
        stdout.read_line(&mut told).unwrap();
        assert_eq!(home.pending(), 1, "{told}");
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &linking.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        Ran::from(linking.wait_with_output().unwrap()).fails("cancelled", 4);
        assert_eq!(home.pending(), 0, "{signal}");
    }
}

#[test]
fn a_command_that_waits_for_standard_input_is_cancelled_by_an_interruption() {
    let home = home();
    // More than a pipe holds: it is written only once somebody reads, and standard input has no end yet.
    let much = vec![b'x'; 256 << 10];
    for command in [
        &[
            "profile",
            "add",
            "zz",
            "--client-id",
            "x",
            "--client-secret-file",
            "-",
        ][..],
        &["profile", "add", "zz", "--from", "-"],
        &["profile", "import", "-"],
        &["inspect", "-"],
        &["request", "a/b", "POST", "me", "--data", "-"],
    ] {
        for signal in ["INT", "TERM"] {
            let mut reading = home
                .command(command)
                .arg("--json")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut keyboard = reading.stdin.take().unwrap();
            keyboard.write_all(&much).unwrap();
            let sent = Command::new("kill")
                .args([&format!("-{signal}"), &reading.id().to_string()])
                .status();
            assert!(sent.unwrap().success());
            Ran::from(reading.wait_with_output().unwrap()).fails("cancelled", 4);
        }
    }
}

#[test]
fn a_link_whose_events_nobody_reads_ends_quietly_and_leaves_nothing_pending() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    for route in [&["--no-open"][..], &["--via", "manual"]] {
        let mut command = home.command(&["--json", "link", "work"]);
        command.args(route).stdin(Stdio::piped());
        let mut linking = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(linking.stdout.take());
        let _keyboard = linking.stdin.take();
        let ended = Ran::from(linking.wait_with_output().unwrap());
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{route:?}");
        assert_eq!(home.pending(), 0, "{route:?}");
    }
}

#[test]
fn streams_that_were_never_open_are_no_trouble() {
    let home = home();
    for (redirection, command) in [
        (">&-", "list"),
        ("<&-", "list"),
        ("<&- >&- 2>&-", "provider list"),
        (">&-", "--help"),
        ("<&-", "vault status"),
    ] {
        let script = format!("exec \"$0\" {command} {redirection}");
        let mut shell = Command::new("sh");
        let ran = shell
            .args(["-c", &script, env!("CARGO_BIN_EXE_keybelt")])
            .env("KEYBELT_HOME", home.path())
            .envs(home.environment().iter().cloned())
            .output();
        let ran = Ran::from(ran.unwrap());
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (Some(0), ""),
            "{command} {redirection}"
        );
    }
}

#[test]
fn a_link_whose_vault_is_moved_away_meanwhile_ends_and_stores_nothing() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let linking = home.start_link(&["work"]);
    let address = linking.address().unwrap();
    home.json(&["vault", "reset", "--yes"]).ok();
    let browser = Browser::default();
    let Ended::Redirected(redirect) = browser.authorize(&address, &Person::allowing("ada")) else {
        panic!("the provider redirects");
    };
    browser.open(redirect.as_str());
    linking.end().fails("vault_busy", 5);
    assert!(!home.path().exists());
}
