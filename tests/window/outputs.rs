//! A file that is kept fresh, from the window.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::home;
use crate::program::{Practice, Window, escape_from, type_into, within};

#[tokio::test]
async fn a_file_is_chosen_in_the_systems_dialog_written_afresh_and_gone_with_its_account() {
    let home = home();
    let practice = Practice::automatic(&home);
    let window = Window::open(&home).await;
    window.press("Try it with the practice provider").await;
    window.see("is linked").await;
    window.press("Open the account").await;
    window.press("Hand over").await;
    window.press("A file").await;
    let target = home.path().with_file_name("kept.json");
    window.press("Choose a file…").await;
    escape_from("^Save$").await;
    assert_eq!(
        home.json(&["output", "list"]).ok().json(),
        Value::Array(Vec::new())
    );
    window.press("Choose a file…").await;
    type_into("^Save$", target.to_str().unwrap()).await;
    window.see("Written").await;
    window.picture("kept-file").await;
    let token = || -> Value {
        let text = fs::read_to_string(&target).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["access_token"].clone()
    };
    let first = token();
    assert!(first.is_string());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(
        !window.said().contains(first.as_str().unwrap()),
        "the token came up"
    );
    window.press("Refresh now").await;
    within("the file written afresh", async || {
        (token() != first).then_some(())
    })
    .await;
    let account = home.json(&["list"]).ok().json()[0]["name"].clone();
    home.json(&["unlink", account.as_str().unwrap()]).ok();
    assert!(!target.exists());
    window.close().await;
    drop(practice);
}

#[tokio::test]
async fn a_profile_gets_a_key_and_only_its_public_half_comes_up() {
    let home = home();
    let document = serde_json::json!({"signed": {
        "client_id": "rsa",
        "request_token_url": "https://old.example/request",
        "authorize_url": "https://old.example/authorize",
        "access_token_url": "https://old.example/token",
        "client_kwargs": {"signature_method": "RSA-SHA1"},
    }});
    let file = home.file("signed.json", &document.to_string());
    home.json(&["profile", "import", &file]).ok();
    let window = Window::open(&home).await;
    window.press("Profiles").await;
    window.press_row("signed").await;
    window.press("Make one").await;
    window.see("Public key, to register there").await;
    window.picture("profile-public-key").await;
    assert!(!window.said().contains("PRIVATE KEY"));
    let told = home.json(&["profile", "public-key", "signed"]).ok().json();
    let public = told["public_key"].as_str().unwrap().replace('\n', "\\n");
    assert!(window.said().replace("\\\\", "\\").contains(&public), "{public}");
    window.close().await;
}
