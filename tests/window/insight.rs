//! The screens that look inside: what happened, and what a pasted token says.

use std::fs;
use std::sync::{Arc, Mutex};

use keybelt_test_support::Person;
use keybelt_test_support::hostile::{CLIENT_ID, Hostile, Twists};
use serde_json::Value;

use crate::program::{Window, escape_from, type_into, within};
use crate::{add_work, home};

/// A provider that notes the ID tokens that it gives out.
fn noting() -> (Hostile, Arc<Mutex<String>>) {
    let noted = Arc::new(Mutex::new(String::new()));
    let note = noted.clone();
    let hostile = Hostile::twisted(Twists {
        id_token_text: Some(Box::new(move |text| note.lock().unwrap().clone_from(text))),
        ..Twists::default()
    });
    (hostile, noted)
}

#[tokio::test]
async fn what_happened_is_listed_narrowed_down_and_exported_and_a_pasted_token_is_checked_here() {
    let (hostile, noted) = noting();
    let home = home();
    add_work(&home, hostile.issuer(), CLIENT_ID, &["--scope", "openid"]);
    let linked = home.link(&["work"], &Person::allowing("ada")).ok().json();
    let account = home.json(&["list"]).ok().json()[0]["name"].clone();
    let account = account.as_str().unwrap();
    let secret = home.json(&["token", account]).ok().json()["access_token"].clone();
    assert!(linked.is_object() && secret.is_string());

    let window = Window::open(&home).await;
    window.press("Activity").await;
    window.see("Handed to").await;
    window.see("your browser").await;
    window.picture("activity").await;
    window.press("Linked").await;
    window.see_no_more("Handed to").await;
    window.press("Export…").await;
    escape_from("^Save$").await;
    window.press("Export…").await;
    let target = home.path().with_file_name("activity.json");
    type_into("^Save$", target.to_str().unwrap()).await;
    window.see("Saved as").await;
    let written: Value = serde_json::from_str(&fs::read_to_string(target).unwrap()).unwrap();
    assert_eq!(written, home.json(&["log"]).ok().json());

    let token = noted.lock().unwrap().clone();
    let file = home.file("id.jwt", &format!("{token}\n"));
    let keys = hostile.count("/jwks");
    let asked = hostile.asked().len();
    window.press("Token inspector").await;
    window.see("Paste or drop a token").await;
    window.picture("inspector-empty").await;
    window.open_file(&file).await;
    window.see("nothing speaks against the token").await;
    window.see("Profile work").await;
    window.see("Its keys were fetched").await;
    window.picture("inspector").await;
    assert_eq!(hostile.asked().len(), asked, "nobody was asked");

    window.press("Fetch them afresh…").await;
    window.press("Do not ask").await;
    assert_eq!(hostile.asked().len(), asked);
    window.press("Fetch them afresh…").await;
    window.press("Ask for its keys").await;
    window.see("nothing speaks against the token").await;
    within("the keys asked for", async || {
        (hostile.count("/jwks") > keys).then_some(())
    })
    .await;
    let sent = hostile.asked().into_iter().skip(asked);
    assert!(
        sent.into_iter()
            .all(|asked| !format!("{asked:?}").contains(&token))
    );

    // One character of the signature is another one.
    let at = token.rfind('.').unwrap() + 12;
    let other = if &token[at..=at] == "A" { "B" } else { "A" };
    let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
    window.press("Clear").await;
    window.open_file(&home.file("changed.jwt", &changed)).await;
    window.see("Do not trust this").await;
    window.picture("inspector-changed").await;

    // What is pasted is the person's own, and takes the place of what was there.
    let paste = "const held = new DataTransfer(); held.setData('text/plain', '{\"keys\": []}'); \
                 document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: held, bubbles: true, cancelable: true}))";
    window.script(paste).await;
    window.see("A set of 0 keys").await;
    assert!(!window.said().contains(secret.as_str().unwrap()));
    window.close().await;
}
