//! What holds around every command: help, usage, JSON, exit statuses, an empty home, permissions.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use keybelt_test_support::hostile::Hostile;
use serde_json::json;

use crate::{add_work, home, home_with, home_without_vault, link};

#[test]
fn reading_commands_in_an_empty_home_answer_as_empty_and_make_nothing() {
    let home = home_without_vault();
    for (command, answer) in [
        (vec!["list"], json!([])),
        (vec!["profile", "list"], json!([])),
        (vec!["log"], json!([])),
    ] {
        assert_eq!(home.json(&command).ok().json(), answer, "{command:?}");
    }
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    let status = home.json(&["vault", "status"]).ok().json();
    assert_eq!(status["key_source"], serde_json::Value::Null);
    home.json(&["show", "nobody"]).fails("not_found", 2);
    assert!(!home.path().join("vault.db").exists());
}

#[test]
fn the_first_command_that_writes_says_that_it_made_a_vault() {
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        "https://as.example",
        "--client-id",
        "c",
    ];
    let (home, another) = (home_without_vault(), home_without_vault());
    let made = home.run(&add).ok();
    let file = home.path().join("vault.db").display().to_string();
    assert!(
        made.stderr.contains("Made your vault") && made.stderr.contains(&file),
        "{made:?}"
    );
    assert!(!made.stdout.contains("vault"));
    assert_eq!(home.run(&["profile", "remove", "work"]).ok().stderr, "");
    assert_eq!(another.json(&add).ok().stderr, "", "a program has no use for it");
}

#[test]
fn an_error_says_what_happened_and_what_to_do() {
    let home = home();
    let text = home.run(&["show", "nobody"]);
    assert!(
        text.stderr.starts_with("keybelt: ") && text.stdout.is_empty(),
        "{text:?}"
    );
    let json = home.json(&["show", "nobody"]);
    let last = json.stderr.lines().last().unwrap();
    let told: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(
        told["error"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["code", "message", "hint"]
    );
}

#[test]
fn usage_is_told_in_json_too() {
    let home = home();
    home.run(&["link", "--json"]).fails("usage", 2);
    home.run(&["--json", "no-such-command"]).fails("usage", 2);
    home.json(&["link", "a b"]).fails("usage", 2);
    home.json(&["refresh"]).fails("usage", 2);
    assert!(home.run(&["--help"]).ok().stdout.contains("link"));
    assert!(home.run(&["--version"]).ok().stdout.starts_with("keybelt "));
}

#[test]
fn one_option_reads_standard_input() {
    let home = home();
    let both = [
        "--json",
        "profile",
        "add",
        "work",
        "--from",
        "-",
        "--client-secret-file",
        "-",
    ];
    home.run_with(&both, "{}").fails("usage", 2);
}

#[test]
fn a_closed_standard_output_ends_quietly() {
    let home = home();
    let mut child = home
        .command(&["provider", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn a_home_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let folder = home.path();
    assert_eq!(
        std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
        0o700
    );
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let words = home.json(&["list"]).fails("vault_permissions", 5);
    assert!(words.contains("chmod"), "{words}");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    home.json(&["list"]).ok();
}

#[test]
fn status_tells_of_a_vault_that_others_can_read_and_how_that_is_mended() {
    let hostile = Hostile::honest();
    let home = home_without_vault();
    add_work(&home, &hostile);
    link(&home);
    let told = home.json(&["vault", "status"]).ok();
    assert_eq!(told.stderr, "");
    let before = told.json();
    assert_eq!(
        (&before["key_source"], &before["accounts"]),
        (&json!("passphrase"), &json!(1))
    );
    for (path, open, private) in [
        (home.path(), 0o755, 0o700),
        (home.path().join("vault.db"), 0o644, 0o600),
    ] {
        let set = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        set(open);
        let told = home.json(&["vault", "status"]).ok();
        assert_eq!(told.json(), before, "{path:?}");
        let command = format!("chmod {private:o} '{}'", path.display());
        assert!(told.stderr.contains(&command), "{told:?}");
        let told = home.run(&["vault", "status"]).ok();
        assert!(told.stdout.contains("refused"), "{told:?}");
        home.json(&["vault", "check"]).fails("vault_permissions", 5);
        set(private);
    }
    let mended = home.run(&["vault", "status"]).ok();
    assert!(
        mended.stdout.contains("can be opened") && mended.stderr.is_empty(),
        "{mended:?}"
    );
}

#[test]
fn text_is_coloured_on_a_terminal_alone_and_not_where_somebody_said_no() {
    let home = home();
    let on_terminal = |variables: &[(&str, &str)]| {
        let script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
        let mut python = std::process::Command::new("python3");
        python
            .args(["-c", script, env!("CARGO_BIN_EXE_keybelt"), "vault", "status"])
            .env("KEYBELT_HOME", home.path())
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        keybelt_test_support::Ran::from(python.output().unwrap())
            .ok()
            .stdout
    };
    assert!(on_terminal(&[]).contains("\u{1b}[2m"));
    assert!(
        on_terminal(&[("NO_COLOR", "")]).contains("\u{1b}["),
        "an empty one says nothing"
    );
    for refused in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        assert!(!on_terminal(&[refused]).contains('\u{1b}'), "{refused:?}");
    }
    let piped = home.command(&["vault", "status"]).env_remove("NO_COLOR").output();
    assert!(
        !keybelt_test_support::Ran::from(piped.unwrap())
            .ok()
            .stdout
            .contains('\u{1b}')
    );
}

#[test]
fn a_wrong_passphrase_changes_nothing() {
    let hostile = Hostile::honest();
    let home = home_without_vault();
    add_work(&home, &hostile);
    let account = link(&home);
    let before = home.bytes();
    let wrong = home.file("wrong", "not the passphrase");
    let run = |file: &str| {
        let output = home
            .command(&["--json", "token", account["name"].as_str().unwrap()])
            .env("KEYBELT_PASSPHRASE_FILE", file)
            .output();
        keybelt_test_support::Ran::from(output.unwrap())
    };
    run(&wrong).fails("wrong_passphrase", 5);
    run("/nonexistent/passphrase").fails("vault_locked", 5);
    std::fs::set_permissions(&wrong, std::fs::Permissions::from_mode(0o644)).unwrap();
    run(&wrong).fails("vault_permissions", 5);
    assert_eq!(home.bytes(), before);
}

#[test]
fn the_practice_provider_says_when_it_is_ready() {
    let home = home();
    let mut command = home.command(&["practice", "--port", "0", "--auto"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["event"], "ready");
    let issuer = ready["issuer"].as_str().unwrap();
    let add = [
        "profile",
        "add",
        "practice",
        "--issuer",
        issuer,
        "--client-id",
        ready["client_id"].as_str().unwrap(),
        "--scope",
        "openid email offline_access",
    ];
    home.json(&add).ok();
    let linked = home
        .link(&["practice"], &keybelt_test_support::Person::allowing("ada"))
        .ok();
    let account = crate::account_of(&linked);
    let name = account["name"].as_str().unwrap();
    home.json(&["refresh", name]).ok();
    home.json(&["unlink", name, "--revoke"]).ok();
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn the_command_line_does_not_link_webkit() {
    let linked = std::process::Command::new("ldd")
        .arg(env!("CARGO_BIN_EXE_keybelt"))
        .output()
        .unwrap();
    let libraries = String::from_utf8_lossy(&linked.stdout).to_lowercase();
    assert!(
        libraries.contains("libc") && !libraries.contains("webkit") && !libraries.contains("gtk"),
        "{libraries}"
    );
}

#[test]
fn a_shell_completes_commands_by_what_is_printed_for_it() {
    let home = home_without_vault();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = home.run(&["completions", shell]).ok().stdout;
        assert!(script.contains("unlink") && script.contains("min-ttl"), "{shell}");
    }
    home.json(&["completions", "cmd"]).fails("usage", 2);
    let script = home.file("keybelt.bash", &home.run(&["completions", "bash"]).ok().stdout);
    let ask = "source \"$1\"; COMP_WORDS=(keybelt unl); COMP_CWORD=1; _keybelt keybelt unl keybelt; echo \"${COMPREPLY[*]}\"";
    let asked = std::process::Command::new("bash")
        .args(["-c", ask, "bash", &script])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&asked.stdout), "unlink\n", "{asked:?}");
    assert!(!home.path().exists());
}
