//! The screen that asks an API: what is sent, to whom, and what never comes up to it.

use std::fs;

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Home, Person};
use serde_json::json;

use crate::home;
use crate::program::{Window, within};

/// A home with an account at the hostile provider, whose API is below `/api`.
fn home_at(hostile: &Hostile) -> Home {
    let home = home();
    let api = format!("api_base_url={}/api", hostile.issuer());
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        hostile.issuer(),
        "--client-id",
        CLIENT_ID,
    ];
    home.json(&[&add[..], &["--scope", "openid", "--set", &api]].concat())
        .ok();
    home.link(&["work"], &Person::allowing("ada")).ok();
    home
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
