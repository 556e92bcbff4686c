//! OAuth 1.0a in the window: by the embedded page, by a number, refused.

use keybelt_test_support::{Browser, CLIENT_SECRET, CONSUMER, Home, Person, Provider};
use serde_json::{Value, json};

use crate::home;
use crate::program::{Practice, Window, press_keys_on_page, within};

/// A home with the profile `old` at Authlib's server, and the window open.
async fn at_authlib(provider: &Provider, redirect_uri: &str) -> (Home, Window) {
    let home = home();
    let document = json!({"old": {
        "client_id": CONSUMER,
        "client_secret": CLIENT_SECRET,
        "request_token_url": provider.url("/oauth1/initiate"),
        "authorize_url": provider.url("/oauth1/authorize"),
        "access_token_url": provider.url("/oauth1/token"),
        "userinfo_endpoint": provider.url("/api/me"),
        "redirect_uri": redirect_uri,
    }});
    let file = home.file("old.json", &document.to_string());
    home.json(&["profile", "import", &file]).ok();
    let window = Window::open(&home).await;
    window.press("Profiles").await;
    window.press_row("old").await;
    window.press("Link account").await;
    (home, window)
}

fn accounts(home: &Home) -> Vec<Value> {
    home.json(&["list"]).ok().json().as_array().unwrap().clone()
}

/// Where the person is to go, as the window was told.
async fn address(window: &Window) -> String {
    within("the address", async || {
        let said = window.said();
        let from = said.find("/oauth1/authorize?")?;
        let start = said[..from].rfind("http://")?;
        let url = &said[start..];
        let end = url.find(['\\', '"'])?;
        Some(url[..end].to_owned())
    })
    .await
}

#[tokio::test]
async fn an_account_is_linked_in_the_embedded_window_by_a_loopback_redirect() {
    let provider = Provider::authlib();
    let (home, window) = at_authlib(&provider, "http://127.0.0.1/callback/old").await;
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    window.picture("oauth1-authorization").await;
    press_keys_on_page(&["Tab", "Tab", "Return"]).await;
    window.turn_to_main().await;
    window.see("is linked").await;
    window.picture("oauth1-linked").await;
    let account = accounts(&home).remove(0);
    assert_eq!(account["protocol"], "oauth1");
    assert_eq!(account["email"], "ada@example.test");
    window.press("Open the account").await;
    window.see("Does not expire").await;
    window.picture("oauth1-account").await;
    let told = home
        .json(&["token", account["name"].as_str().unwrap()])
        .ok()
        .json();
    for secret in ["oauth_token", "oauth_token_secret"] {
        assert!(
            !window.said().contains(told[secret].as_str().unwrap()),
            "{secret} came up"
        );
    }
    window.close().await;
}

#[tokio::test]
async fn whoever_denies_is_told_that_nothing_was_linked() {
    let provider = Provider::authlib();
    let (home, window) = at_authlib(&provider, "http://127.0.0.1/callback/old").await;
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    press_keys_on_page(&["Tab", "Tab", "Tab", "Return"]).await;
    window.turn_to_main().await;
    window.see("You did not allow access").await;
    window.picture("oauth1-denied").await;
    assert_eq!(accounts(&home).len(), 0);
    assert_eq!(provider.requests_to("/oauth1/token").len(), 0);
    window.close().await;
}

#[tokio::test]
async fn the_number_that_the_provider_shows_links_and_a_wrong_one_does_not() {
    let provider = Provider::authlib();
    let (home, window) = at_authlib(&provider, "oob").await;
    // Nobody catalogued it: it is called by its host.
    let host = provider.issuer().split('/').nth(2).unwrap();
    window.see(&format!("Type the number {host} shows")).await;
    window.picture("oauth1-pin").await;
    let pin = Browser::default()
        .authorize(&address(&window).await, &Person::allowing("ada"))
        .pin();
    let number = format!("Number that {host} shows");
    window.fill(&number, "two words").await;
    window.press("Go on").await;
    window.see("no PIN").await;
    window.picture("oauth1-pin-refused").await;
    window.fill(&number, &pin).await;
    window.press("Go on").await;
    window.see("is linked").await;
    assert_eq!(accounts(&home)[0]["email"], "ada@example.test");
    window.close().await;
}

#[tokio::test]
async fn the_practice_providers_oauth1_is_linked_in_the_embedded_window() {
    let home = home();
    home.json(&["profile", "add", "old", "--provider", "practice-oauth1"])
        .ok();
    let practice = Practice::automatic(&home);
    let window = Window::open(&home).await;
    window.press("Profiles").await;
    window.press_row("old").await;
    window.press("Link account").await;
    window.see("is linked").await;
    window.picture("oauth1-practice-linked").await;
    assert_eq!(accounts(&home)[0]["protocol"], "oauth1");
    window.close().await;
    drop(practice);
}
