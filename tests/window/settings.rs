//! The settings: how the window looks, what keeps the vault's key, a copy of everything and back from it.

use std::fs;

use crate::home_with_vault;
use crate::program::{Window, escape_from, open_in, type_into, within};

const NOW: &str = "a passphrase of the tests";

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

#[tokio::test]
async fn a_backup_is_made_and_restored_and_the_key_is_another_one_and_no_passphrase_comes_up() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    window.press("Settings").await;
    window.see("None was made from here yet").await;
    window.press("Back up…").await;
    window.fill("Passphrase of the vault", "not this one").await;
    window.fill("Passphrase of the backup", "kept elsewhere").await;
    window.fill("The same again", "kept elsewhere").await;
    let backup = home.path().with_file_name("all.backup");
    window.press("Choose where…").await;
    escape_from("^Save$").await;
    window.press("Choose where…").await;
    type_into("^Save$", backup.to_str().unwrap()).await;
    window
        .see("That is not the passphrase. Nothing was written.")
        .await;
    assert!(!backup.exists());
    window.empty("Passphrase of the vault").await;
    window.fill("Passphrase of the vault", NOW).await;
    window.picture("settings-back-up").await;
    window.press("Choose where…").await;
    type_into("^Save$", backup.to_str().unwrap()).await;
    window.see("Backed up to").await;
    window.see("Last made today").await;

    home.json(&["profile", "add", "later", "--provider", "practice"])
        .ok();
    window.press("Restore…").await;
    window.press("Choose the backup…").await;
    open_in("^Open$", backup.to_str().unwrap()).await;
    window.see("all.backup").await;
    window.fill("Passphrase of the backup", "wrong").await;
    window.press("Restore").await;
    window.see("That is not the passphrase of this backup").await;
    window.empty("Passphrase of the backup").await;
    window.fill("Passphrase of the backup", "kept elsewhere").await;
    window.picture("settings-restore").await;
    window.press("Restore").await;
    window.see("Restored.").await;
    let profiles = home.json(&["profile", "list"]).ok().json();
    assert_eq!(profiles.as_array().unwrap().len(), 1);

    window.press("Settings").await;
    window.press("Change it…").await;
    window.fill("Passphrase now", NOW).await;
    window.fill("New passphrase", "quite another").await;
    window.fill("The same again", "quite another").await;
    window.press("Change it").await;
    window.see("opened by the new passphrase now").await;
    home.json(&["list"]).fails("wrong_passphrase", 5);
    for passphrase in [NOW, "kept elsewhere", "quite another"] {
        assert!(!window.said().contains(passphrase));
    }
    window.close().await;
}
