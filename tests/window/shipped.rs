//! The program as it is shipped, without a driver: what it does is seen on the display and told by the command line.

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};

use keybelt_test_support::{Home, scratch};
use serde_json::Value;

use crate::home_with_vault;
use crate::program::{
    PROGRAM, Practice, display, environment, on_display, press_keys_on_page, take_picture,
    wait_until_page_is_drawn,
};

/// The program, which leaves its log, and a picture where a test failed.
struct Shipped(Child);

impl Shipped {
    fn start(home: &Home) -> Self {
        let folder = scratch().join("window");
        fs::create_dir_all(&folder).unwrap();
        let log = File::create(folder.join("shipped.log")).unwrap();
        let program = Command::new(PROGRAM)
            .envs(environment(home))
            .env_remove("TAURI_WEBVIEW_AUTOMATION")
            .stderr(log)
            .spawn();
        Self(program.unwrap())
    }
}

impl Drop for Shipped {
    fn drop(&mut self) {
        if std::thread::panicking() {
            take_picture("shipped-failed");
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_shipped_program_links_by_the_keyboard_alone() {
    let _display = display().await;
    let home = home_with_vault();
    let practice = Practice::asking(&home);
    let program = Shipped::start(&home);
    let arguments = [
        "--json",
        "link",
        "practice",
        "--via",
        "webview",
        "--timeout",
        "60",
    ];
    let link = on_display(&home, &arguments)
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
    drop((program, practice));
}
