//! One program a home: a second start raises the first, and the command line's links are its own.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use keybelt_test_support::Ran;
use serde_json::Value;

use crate::program::{PROGRAM, Practice, Window, environment, on_display};
use crate::{home, home_with_vault};

#[tokio::test]
async fn a_second_start_raises_the_first_and_ends() {
    let home = home();
    let window = Window::open(&home).await;
    window.see("Your accounts, on one belt").await;
    let second = Command::new(PROGRAM).envs(environment(&home)).output().unwrap();
    assert!(
        second.status.success(),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
    let by_option = Command::new(PROGRAM)
        .envs(environment(&home))
        .env_remove("KEYBELT_HOME")
        .arg("--home")
        .arg(home.path())
        .output()
        .unwrap();
    assert!(by_option.status.success());
    window.see("Your accounts, on one belt").await;
    window.close().await;
}

#[tokio::test]
async fn the_command_lines_link_is_run_by_the_window_that_is_open() {
    let home = home();
    let practice = Practice::automatic(&home);
    home.run(&["profile", "add", "practice", "--provider", "practice"])
        .ok();
    let window = Window::open(&home).await;
    window.see("No accounts").await;
    // A file of the command line's folder, not of the window's.
    let folder = home.path().with_file_name("elsewhere");
    std::fs::create_dir_all(&folder).unwrap();
    let arguments = [
        "--json",
        "link",
        "practice",
        "--via",
        "webview",
        "--trace",
        "trace.jsonl",
    ];
    let linked = on_display(&home, &arguments)
        .current_dir(&folder)
        .output()
        .unwrap();
    let told = String::from_utf8(linked.stdout).unwrap();
    let events: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        events[0]["event"],
        "authorization_url",
        "{told} {}",
        String::from_utf8_lossy(&linked.stderr)
    );
    assert_eq!(events[0]["redirect_uri"], "app.keybelt:/callback/practice");
    assert_eq!(events[1]["account"]["provider"], "practice");
    window.see("is linked").await;
    assert_traced(&folder.join("trace.jsonl"));
    // The file is there now.
    let refused = on_display(&home, &arguments).current_dir(&folder).output();
    Ran::from(refused.unwrap()).fails("already_exists", 2);
    window.see_no_more("Waiting for you").await;
    window.close().await;
    drop(practice);
}

/// Asserts that the window wrote down the whole link, for its owner alone, and no secret.
#[track_caller]
fn assert_traced(file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["via"], "webview");
    assert_eq!(lines[lines.len() - 1]["event"], "linked");
    let token = lines
        .iter()
        .find(|line| line["answer"]["body"]["token_type"] == "Bearer");
    let answer = &token.unwrap()["answer"]["body"];
    for name in ["access_token", "refresh_token", "id_token"] {
        let shown = answer[name].as_str().unwrap();
        assert!(shown.starts_with("[secret, "), "{name}");
    }
    assert!(!text.contains("eyJ"));
}

#[tokio::test]
async fn a_command_line_that_is_interrupted_is_cancelled_and_so_is_its_link_in_the_window() {
    let home = home_with_vault();
    let practice = Practice::asking(&home);
    let window = Window::open(&home).await;
    window.see("No accounts").await;
    for signal in ["INT", "TERM"] {
        let mut command = on_display(&home, &["--json", "link", "practice", "--via", "webview"]);
        let asking = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        window.turn_to_bar().await;
        window.see("127.0.0.1").await;
        assert_eq!(home.pending(), 1);
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &asking.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        Ran::from(asking.wait_with_output().unwrap()).fails("cancelled", 4);
        window.wait_until_alone().await;
        assert_eq!(home.pending(), 0, "{signal}");
        assert_eq!(home.json(&["list"]).ok().json(), Value::Array(Vec::new()));
    }
    window.close().await;
    drop(practice);
}

#[tokio::test]
async fn a_command_line_that_hangs_up_cancels_its_link() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    window.see("No accounts").await;
    window.press("Try it with the practice provider").await;
    window.turn_to_bar().await;
    window.press("Cancel").await;
    window.wait_until_alone().await;
    let arguments = ["--json", "link", "practice", "--via", "webview"];
    let mut asking = on_display(&home, &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    asking.kill().unwrap();
    asking.wait().unwrap();
    window.wait_until_alone().await;
    window.close().await;
}
