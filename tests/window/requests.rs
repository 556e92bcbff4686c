//! The screen that asks an API: what is sent, to whom, and what never comes up to it.

use std::fs;

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Home, Person};
use serde_json::{Value, json};

use crate::program::{Practice, Window, within};
use crate::{add_work, home};

/// A home with an account at the hostile provider, whose API is below `/api`.
fn home_at(hostile: &Hostile) -> Home {
    let home = home();
    let api = format!("api_base_url={}/api", hostile.issuer());
    add_work(
        &home,
        hostile.issuer(),
        CLIENT_ID,
        &["--scope", "openid", "--set", &api],
    );
    home.link(&["work"], &Person::allowing("ada")).ok();
    home
}

fn api(hostile: &Hostile) -> usize {
    hostile
        .asked()
        .iter()
        .filter(|asked| asked.path.starts_with("/api"))
        .count()
}

/// Every secret of an account, as the command line tells it.
fn secrets(home: &Home, account: &str) -> Vec<String> {
    let told = home.json(&["token", account]).ok().json();
    let of = |name: &str| told[name].as_str().map(str::to_owned);
    ["access_token", "oauth_token", "oauth_token_secret"]
        .into_iter()
        .filter_map(of)
        .collect()
}

#[tokio::test]
async fn a_practice_account_of_either_protocol_asks_its_api_and_no_token_comes_up() {
    let home = home();
    let practice = Practice::automatic(&home);
    for (name, provider) in [("new", "practice"), ("old", "practice-oauth1")] {
        home.json(&["profile", "add", name, "--provider", provider]).ok();
        home.link(&[name], &Person::allowing("ada")).ok();
    }
    let window = Window::open(&home).await;
    window.press("API request").await;
    let address = "Address below http://127.0.0.1:8722/api/";
    // It begins at the notes.
    window.see("Sends the access token of").await;
    window.press("Send").await;
    window.see("200 OK").await;
    window.see("Return the ladder").await;
    window.see("keybelt request new/ada-practice.example").await;
    assert!(
        window
            .said()
            .contains("keybelt export new/ada-practice.example --to curl")
    );
    window.picture("request").await;

    // Its echo, asked with a header and a body, by the account of OAuth 1.
    window.press_option("ada-practice.example", "OAuth 1.0a").await;
    window.see("Nothing was sent yet").await;
    window.empty(address).await;
    window.fill(address, "echo/a?b=c").await;
    window.see("Signs with HMAC-SHA1").await;
    window.fill(address, "\u{E009}\u{E007}").await;
    window.see("200 OK").await;
    window.see("HMAC-SHA1").await;
    window.picture("request-signed").await;
    let said = window.said();
    assert!(said.contains("send_request"), "{said}");
    for account in ["new/ada-practice.example", "old/ada-practice.example"] {
        let secrets = secrets(&home, account);
        assert!(!secrets.is_empty());
        for secret in secrets {
            assert!(!said.contains(&secret), "a token came up");
        }
    }
    let log = home.json(&["log"]).ok().json();
    let asked = |line: &&Value| line["receiver"] == "127.0.0.1:8722" && line["via"] == "request";
    assert_eq!(log.as_array().unwrap().iter().filter(asked).count(), 2);
    window.close().await;
    drop(practice);
}

#[tokio::test]
async fn another_host_gets_the_token_only_after_a_yes() {
    let (hostile, other) = (Hostile::honest(), Hostile::honest());
    let home = home_at(&hostile);
    let window = Window::open(&home).await;
    window.press("API request").await;
    let address = format!("Address below {}/api/", hostile.issuer());
    let elsewhere = format!("{}/api/x", other.issuer());
    window.fill(&address, &elsewhere).await;
    window.press("Send").await;
    window.see("Send the token to another host?").await;
    window.picture("request-other-host").await;
    window.press("Do not send").await;
    window.see_no_more("Send the token to another host?").await;
    assert_eq!(api(&other), 0);
    window.press("Send").await;
    let host = other.issuer().replace("http://", "");
    window.press(&format!("Send to {host}")).await;
    window.see("200 OK").await;
    assert_eq!((api(&hostile), api(&other)), (0, 1));

    // Rust asks for the yes too, whatever the page says.
    let draft = json!({"account": "work/someone-example.test", "method": "GET", "url": elsewhere, "headers": [], "body": null});
    for host in [Value::Null, json!("127.0.0.1:1")] {
        let call = format!(
            "return window.__TAURI_INTERNALS__.invoke('send_request', {{draft: {draft}, host: {host}, refresh: false}}).catch((refusal) => refusal.code)"
        );
        assert_eq!(window.script(&call).await, "usage");
    }
    assert_eq!(api(&other), 1);
    window.close().await;
}

#[tokio::test]
async fn a_token_that_an_api_says_back_does_not_come_up() {
    let hostile = Hostile::twisted(Twists {
        api: Some(Box::new(|asked, answer| {
            let said = asked.authorization.clone().unwrap_or_default();
            answer.headers.push(("x-said".to_owned(), said.clone()));
            answer.body = json!({ "said": said }).to_string().into_bytes();
        })),
        ..Twists::default()
    });
    let home = home_at(&hostile);
    let window = Window::open(&home).await;
    window.press("API request").await;
    window
        .fill(&format!("Address below {}/api/", hostile.issuer()), "me")
        .await;
    window.press("Send").await;
    window.see("Bearer [withheld]").await;
    let said = window.said();
    let sent = hostile
        .asked()
        .into_iter()
        .filter_map(|asked| asked.authorization);
    let tokens: Vec<String> = sent.map(|sent| sent.replace("Bearer ", "")).collect();
    assert!(tokens.len() > 1);
    assert!(tokens.iter().all(|token| !said.contains(token)));
    window.close().await;
}

#[tokio::test]
async fn a_refused_token_is_refreshed_and_sent_again_on_the_persons_word() {
    let hostile = Hostile::honest();
    let home = home_at(&hostile);
    let first = secrets(&home, "work/someone-example.test").remove(0);
    hostile.twist(Twists {
        api: Some(Box::new(move |asked, answer| {
            if asked.authorization.as_deref() == Some(&format!("Bearer {first}")) {
                *answer = Answer::json(401, &json!({"error": "expired, and not said so"}));
            }
        })),
        ..Twists::default()
    });
    let window = Window::open(&home).await;
    window.press("API request").await;
    window
        .fill(&format!("Address below {}/api/", hostile.issuer()), "me")
        .await;
    window.press("Send").await;
    window.see("401 Unauthorized").await;
    window.picture("request-refused").await;
    window.press("Refresh and send again").await;
    window.see("200 OK").await;
    assert_eq!(api(&hostile), 2);
    window.close().await;
}

#[tokio::test]
async fn a_large_answer_is_saved_to_the_downloads_and_not_drawn() {
    let hostile = Hostile::twisted(Twists {
        api: Some(Box::new(|_, answer| {
            *answer = Answer::text(200, "text/csv", &"a,b\n".repeat(750_000));
        })),
        ..Twists::default()
    });
    let home = home_at(&hostile);
    let configuration = home.path().with_file_name("xdg").join("XDG_CONFIG_HOME");
    let downloads = home.path().with_file_name("downloads");
    fs::create_dir_all(&configuration).unwrap();
    let folders = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display());
    fs::write(configuration.join("user-dirs.dirs"), folders).unwrap();
    let window = Window::open(&home).await;
    window.press("API request").await;
    window
        .fill(&format!("Address below {}/api/", hostile.issuer()), "export")
        .await;
    window.press("Send").await;
    window.see("more than is drawn").await;
    window.picture("request-large").await;
    window.press("Save to Downloads").await;
    let saved = downloads.join("export.csv");
    within("the file", async || saved.is_file().then_some(())).await;
    window.see("Saved as").await;
    assert_eq!(fs::read_to_string(saved).unwrap().len(), 3_000_000);
    assert!(
        !window.said().contains("a,b\\na,b"),
        "what is not drawn does not come up"
    );
    window.close().await;
}
