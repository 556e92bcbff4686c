//! The settings: how the window looks, what keeps the vault's key, a copy of everything and back from it.

use std::fs;

use crate::home_with_vault;
use crate::program::{Window, within};

async fn is_dark(window: &Window) -> bool {
    let lightness = "const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); \
                     return r + g + b < 384";
    window.script(lightness).await == true
}

#[tokio::test]
async fn the_window_looks_as_the_person_likes_at_once_and_the_next_time() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    window.press("Settings").await;
    window.see("Key kept in").await;
    assert!(!is_dark(&window).await);
    window.press("Dark").await;
    within("the dark", async || is_dark(&window).await.then_some(())).await;
    window.press_option("Standard", "Largest").await;
    window.press_option("Embedded window", "My browser").await;
    let kept = home.path().join("preferences.json");
    within("what was chosen", async || {
        let text = fs::read_to_string(&kept).ok()?;
        (text.contains("dark") && text.contains("largest") && text.contains("browser")).then_some(())
    })
    .await;
    window.picture("settings-dark").await;
    window.close().await;

    let window = Window::open(&home).await;
    window.see("No accounts").await;
    assert!(is_dark(&window).await);
    let size = window
        .script("return getComputedStyle(document.documentElement).fontSize")
        .await;
    assert_eq!(size, "20px");
    window.close().await;
}
