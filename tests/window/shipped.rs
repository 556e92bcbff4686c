//! The program as it is shipped, without a driver: what it does is seen on the display and told by the command line.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::home_with_vault;
use crate::program::{
    PROGRAM, Practice, display, environment, on_display, press_keys_on_page, wait_until_page_is_drawn,
};

#[tokio::test]
async fn the_shipped_program_links_by_the_keyboard_alone() {
    let _display = display().await;
    let home = home_with_vault();
    let practice = Practice::asking(&home);
    let mut program = Command::new(PROGRAM)
        .envs(environment(&home))
        .env_remove("TAURI_WEBVIEW_AUTOMATION")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let link = on_display(&home, &["--json", "link", "practice", "--via", "webview"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until_page_is_drawn().await;
    press_keys_on_page(&["Tab", "Return"]).await;
    let linked = tokio::task::spawn_blocking(|| link.wait_with_output()).await;
    let output = linked.unwrap().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let last: Value = serde_json::from_str(told.lines().last().unwrap_or_default()).unwrap_or_default();
    assert_eq!(
        last["account"]["provider"],
        "practice",
        "{told} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    program.kill().unwrap();
    program.wait().unwrap();
    drop(practice);
}
