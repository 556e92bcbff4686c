//! The embedded window, as it is shipped: its page is reached by keyboard, its end is seen in the main window.

use std::time::Instant;

use keybelt_test_support::{Home, Person, Provider, Session};

use crate::program::{
    Window, close_page, give_keyboard_to, has_keyboard, press_keys_on_page, wait_until_page_is_drawn, within,
};
use crate::{add_work, cli, home, home_with_vault};

#[tokio::test]
async fn from_the_first_launch_to_a_linked_practice_account() {
    let session = Session::unlocked();
    let home = Home::in_session(&cli(), &session);
    let began = Instant::now();
    let window = Window::open(&home).await;
    window.see("Your accounts, on one belt").await;
    window.picture("first-launch").await;
    window.press("Try it with the practice provider").await;
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    wait_until_page_is_drawn().await;
    window.picture("authorization").await;
    press_keys_on_page(&["Tab", "Return"]).await;
    window.turn_to_main().await;
    window.see("is linked").await;
    // The page's own button is one more; how long it took is for people to judge, this machine may be busy.
    let presses = window.presses() + 1;
    println!("linked by {presses} presses, in {:?}", began.elapsed());
    assert!(presses <= 3, "{presses} presses");
    window.wait_until_alone().await;
    window.picture("linked").await;
    let accounts = home.json(&["list"]).ok().json();
    assert_eq!(accounts.as_array().unwrap().len(), 1);
    assert_eq!(accounts[0]["provider"], "practice");
    window.press("Open the account").await;
    window.see("Refreshes by itself").await;
    window.picture("account").await;
    window.close().await;
}

#[tokio::test]
async fn closing_the_page_cancels_the_link() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    window.press("Try it with the practice provider").await;
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    close_page();
    window.wait_until_alone().await;
    window.see_no_more("Waiting for you").await;
    assert!(window.said().contains("\\\"code\\\":\\\"cancelled\\\""));
    assert_eq!(home.json(&["list"]).ok().json().as_array().unwrap().len(), 0);
    window.close().await;
}

#[tokio::test]
async fn the_page_that_waits_brings_its_window_to_the_front() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    window.press("Try it with the practice provider").await;
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    window.turn_to_main().await;
    give_keyboard_to("^Keybelt$");
    window.press("Show the window").await;
    within("the keyboard at the authorization window", async || {
        has_keyboard()?.starts_with("Sign in").then_some(())
    })
    .await;
    window.press("Cancel").await;
    window.wait_until_alone().await;
    window.close().await;
}

#[tokio::test]
async fn the_bar_cancels_the_link() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    window.press("Try it with the practice provider").await;
    window.turn_to_bar().await;
    window.press("Cancel").await;
    window.wait_until_alone().await;
    assert!(window.said().contains("\\\"code\\\":\\\"cancelled\\\""));
    window.close().await;
}

#[tokio::test]
async fn a_second_link_waits_for_the_first_ones_window() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    window.press("Try it with the practice provider").await;
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    window.turn_to_main().await;
    let request = "{profile: 'practice', account: null, route: 'webview', scope: null, timeout: null}";
    let second = format!("return window.__TAURI_INTERNALS__.invoke('start_link', {{request: {request}}})");
    assert_eq!(window.script(&second).await["id"], 2);
    window.turn_to_bar().await;
    window.press("Cancel").await;
    // The second one's bar, in a new window.
    within("the second window", async || {
        window.turn_to_bar().await;
        window.text().await.contains("127.0.0.1").then_some(())
    })
    .await;
    press_keys_on_page(&["Tab", "Return"]).await;
    window.wait_until_alone().await;
    within("the second link", async || {
        (home.json(&["list"]).ok().json().as_array().unwrap().len() == 1).then_some(())
    })
    .await;
    window.close().await;
}

/// A home with the profile `work` at npm's `oidc-provider`, and the window open with its link under way.
async fn at_oidc_provider(provider: &Provider) -> (Home, Window) {
    let home = home();
    add_work(&home, provider.issuer(), "public", &["--scope", "openid email"]);
    let window = Window::open(&home).await;
    link_at_oidc_provider(&window).await;
    (home, window)
}

/// Begins the link of the profile `work`, and turns to the bar above its page.
pub async fn link_at_oidc_provider(window: &Window) {
    window.see("No accounts").await;
    let request = "{profile: 'work', account: null, route: 'webview', scope: null, timeout: null}";
    let start = format!("return window.__TAURI_INTERNALS__.invoke('start_link', {{request: {request}}})");
    window.script(&start).await;
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
}

#[tokio::test]
async fn an_account_at_a_provider_that_nobody_here_wrote_is_linked() {
    let provider = Provider::oidc_provider(&["work"]);
    let (home, window) = at_oidc_provider(&provider).await;
    press_keys_on_page(&["Tab", "a", "d", "a", "Return"]).await;
    window.turn_to_main().await;
    window.see("is linked").await;
    window.picture("linked-at-oidc-provider").await;
    assert_eq!(home.json(&["list"]).ok().json()[0]["subject"], "ada");
    window.close().await;
}

#[tokio::test]
async fn a_person_who_declines_there_is_told_that_nothing_was_linked() {
    let provider = Provider::oidc_provider(&["work"]);
    let (home, window) = at_oidc_provider(&provider).await;
    press_keys_on_page(&["Tab", "Tab", "Tab", "Return"]).await;
    window.turn_to_main().await;
    window.see("You did not allow access").await;
    window.picture("declined").await;
    assert_eq!(home.json(&["list"]).ok().json().as_array().unwrap().len(), 0);
    window.close().await;
}

#[tokio::test]
async fn a_provider_that_refuses_embedded_browsers_is_reached_by_the_persons_own_and_the_window_says_why() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home();
    let refuses = [
        "--scope",
        "openid email",
        "--set",
        "quirks.embedded_webview=refused",
    ];
    add_work(&home, provider.issuer(), "public", &refuses);
    home.link(&["work"], &Person::allowing("ada")).ok();
    let window = Window::open(&home).await;
    window.see("ada@example.test").await;
    window.press("More for this account").await;
    window.press("Link again").await;
    window.see("wants your own browser").await;
    window
        .see("does not allow signing in inside other programs")
        .await;
    window.picture("embedded-refused").await;
    assert!(window.said().contains("\\\"embedded_refused\\\":true"));
    // No authorization window was opened.
    window.wait_until_alone().await;
    window.press("Cancel").await;
    window.see("ada@example.test").await;
    window.close().await;
}
