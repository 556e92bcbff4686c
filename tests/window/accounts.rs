//! What a person does with an account in the window.

use crate::home;
use crate::program::{Practice, Window, within};

#[tokio::test]
async fn an_account_is_refreshed_and_unlinked() {
    let home = home();
    let practice = Practice::automatic(&home);
    let window = Window::open(&home).await;
    window.press("Try it with the practice provider").await;
    window.see("is linked").await;
    let before = home.json(&["list"]).ok().json()[0]["obtained_at"]
        .as_i64()
        .unwrap();
    window.press("Open the account").await;
    window.press("Checks").await;
    window.see("Signature").await;
    window.picture("checks").await;
    window.press("Refresh now").await;
    within("a refreshed token", async || {
        let log = home.json(&["log"]).ok().json();
        log.as_array()
            .unwrap()
            .iter()
            .any(|line| line["event"] == "refreshed")
            .then_some(())
    })
    .await;
    let after = home.json(&["list"]).ok().json()[0]["obtained_at"]
        .as_i64()
        .unwrap();
    assert!(after >= before);
    window.press("More for this account").await;
    window.press("Unlink…").await;
    window.picture("unlink").await;
    window.press("Unlink").await;
    window.see("is unlinked").await;
    assert_eq!(home.json(&["list"]).ok().json().as_array().unwrap().len(), 0);
    let log = home.json(&["log"]).ok().json();
    assert!(
        log.as_array()
            .unwrap()
            .iter()
            .any(|line| line["event"] == "revoked")
    );
    window.close().await;
    drop(practice);
}

#[tokio::test]
async fn what_the_command_line_links_shows_up_by_itself() {
    let home = home();
    let window = Window::open(&home).await;
    window.see("Your accounts, on one belt").await;
    home.run(&["profile", "add", "practice", "--provider", "practice"])
        .ok();
    window.see("No accounts").await;
    let practice = Practice::automatic(&home);
    home.link(&["practice"], &keybelt_test_support::Person::allowing("ada"))
        .ok();
    window.see("practice.example").await;
    window.close().await;
    drop(practice);
}
