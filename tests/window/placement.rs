//! The main window comes back as it was left.

use std::process::Command;

use crate::home;
use crate::program::{Window, within};

/// Asks the main window to have a size and a place.
pub fn arrange(size: (i32, i32), place: (i32, i32)) {
    let search = ["search", "--sync", "--onlyvisible", "--name", "^Keybelt$"];
    for (what, pair) in [("windowsize", size), ("windowmove", place)] {
        let (first, second) = (pair.0.to_string(), pair.1.to_string());
        let asked = Command::new("xdotool")
            .args(search)
            .args([what, "--sync", &first, &second])
            .status();
        assert!(asked.unwrap().success());
    }
}

/// Waits until the window stands like this: width, height, left, top.
pub async fn stands(window: &Window, expected: [i64; 4]) {
    within("the window as it was left", async || {
        let now = window
            .script("return [innerWidth, innerHeight, screenX, screenY]")
            .await;
        (now == serde_json::json!(expected)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_window_comes_back_in_its_size_and_place() {
    let home = home();
    let window = Window::open(&home).await;
    window.see("Your accounts, on one belt").await;
    stands(&window, [1100, 720, 0, 0]).await;
    arrange((1000, 640), (240, 130));
    stands(&window, [1000, 640, 240, 130]).await;
    window.close_by_its_button().await;
    let window = Window::open(&home).await;
    window.see("Your accounts, on one belt").await;
    stands(&window, [1000, 640, 240, 130]).await;
    window.close().await;
}
