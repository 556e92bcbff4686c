//! What a person does with an account in the window.

use std::time::Duration;

use keybelt_test_support::hostile::{CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Home, Person, Provider};
use serde_json::json;

use crate::program::{Practice, Window, within};
use crate::{add_work, home};

/// How often the ledger says this.
fn times(home: &Home, event: &str) -> usize {
    let log = home.json(&["log"]).ok().json();
    let lines = log.as_array().unwrap().iter();
    lines.filter(|line| line["event"] == event).count()
}

#[tokio::test]
async fn an_answer_that_is_on_its_way_is_stored_although_the_window_is_closed() {
    let provider = Hostile::honest();
    let home = home();
    add_work(&home, provider.issuer(), CLIENT_ID, &["--scope", "openid"]);
    home.link(&["work"], &Person::allowing("ada")).ok();
    let window = Window::open(&home).await;
    window.see("Refreshes by itself").await;
    provider.twist(Twists {
        token: Some(Box::new(|answer| answer.delay = Duration::from_secs(3))),
        ..Twists::default()
    });
    window.press("Refresh now").await;
    within("the refresh request", async || {
        (provider.count("/token") == 2).then_some(())
    })
    .await;
    window.close_by_its_button().await;
    assert_eq!(times(&home, "refreshed"), 1);
}

#[tokio::test]
async fn a_token_that_lives_for_seconds_is_renewed_before_it_ends() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home();
    add_work(&home, provider.issuer(), "public", &["--scope", "openid"]);
    let window = Window::open(&home).await;
    window.see("No accounts").await;
    provider.set(&json!({"access_token_ttl": 15}));
    home.link(&["work"], &Person::allowing("ada")).ok();
    let end = home.json(&["list"]).ok().json()[0]["expires_at"]
        .as_i64()
        .unwrap();
    within("a renewed token", async || {
        (times(&home, "refreshed") > 0).then_some(())
    })
    .await;
    let log = home.json(&["log"]).ok().json();
    let renewed = log
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["event"] == "refreshed");
    assert!(renewed.unwrap()["at"].as_i64().unwrap() < end, "{log}");
    window.close().await;
}

#[tokio::test]
async fn a_token_that_ended_while_the_window_was_closed_is_renewed_when_it_opens() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home();
    add_work(&home, provider.issuer(), "public", &["--scope", "openid"]);
    provider.set(&json!({"access_token_ttl": 1}));
    home.link(&["work"], &Person::allowing("ada")).ok();
    provider.set(&json!({"access_token_ttl": 3600}));
    let window = Window::open(&home).await;
    window.see("Refreshes by itself in").await;
    assert_eq!(times(&home, "refreshed"), 1);
    window.close().await;
}

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
    home.link(&["practice"], &Person::allowing("ada")).ok();
    window.see("practice.example").await;
    window.close().await;
    drop(practice);
}

/// How far the run of the belt has come, in percent of the token's life.
async fn run_of_belt(window: &Window) -> Option<f64> {
    let script =
        r#"return document.querySelector("[role=img] svg rect:nth-of-type(2)")?.getAttribute("width") ?? """#;
    let width = window.script(script).await;
    width.as_str()?.trim_end_matches('%').parse().ok()
}

#[tokio::test]
async fn what_a_killed_command_refreshed_moves_the_belt_although_nobody_knocked() {
    let home = home();
    let practice = Practice::living(&home, 75);
    let window = Window::open(&home).await;
    window.press("Try it with the practice provider").await;
    window.see("is linked").await;
    window.press("Open the account").await;
    window.press("Token").await;
    let run = within("a token of some age", async || {
        run_of_belt(&window).await.filter(|run| *run > 8.0)
    })
    .await;
    // Nobody can knock, and nobody lives to do so: the command is killed in the midst of what comes after its commit.
    let account = home.json(&["list"]).ok().json()[0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let door = home.path().join("desktop.sock");
    std::fs::rename(&door, home.path().join("desktop.sock.away")).unwrap();
    let held = home.file("held", "");
    let hold = format!("test -e {held} && rm {held} && exit; sleep 600");
    let output = [
        "output",
        "add",
        &account,
        "--timeout",
        "600",
        "--command",
        "sh",
        "-c",
        &hold,
    ];
    home.json(&output).ok();
    let obtained_at = || home.json(&["list"]).ok().json()[0]["obtained_at"].clone();
    let before = obtained_at();
    let refreshing = home.start(&["refresh", &account]);
    within("its commit", async || (obtained_at() != before).then_some(())).await;
    refreshing.signal("KILL");
    assert_eq!(refreshing.end().code, None);
    within("the belt at its start again", async || {
        run_of_belt(&window).await.filter(|now| *now < run / 2.0)
    })
    .await;
    window.picture("belt-moved").await;
    home.json(&["unlink", &account]).ok();
    window.close().await;
    drop(practice);
}
