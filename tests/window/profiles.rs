//! The screen of client registrations: changed, renamed, imported, exported, removed.

use std::fs;

use keybelt_test_support::Person;
use keybelt_test_support::hostile::{CLIENT_ID, Hostile};

use crate::program::{Window, escape_from, type_into};
use crate::{add_work, home};

/// The seed's own example, as Authlib's documentation has it.
const AUTHLIB: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/data/authlib/django_settings.py"
);
/// Down, and Enter, as WebDriver writes them.
const CHOOSE_FIRST: &str = "\u{E015}\u{E007}";

#[tokio::test]
async fn a_profile_shows_its_layers_is_changed_renamed_and_removed_with_its_account() {
    let hostile = Hostile::honest();
    let home = home();
    add_work(&home, hostile.issuer(), CLIENT_ID, &["--scope", "openid"]);
    home.link(&["work"], &Person::allowing("ada")).ok();
    let window = Window::open(&home).await;
    window.press("Profiles").await;
    window.press_row("work").await;
    window.see("Linked through it").await;
    window.picture("profile").await;
    window.press("All settings, and where each comes from").await;
    window.see_row("jwks_uri", "Metadata").await;
    window.see_row("client_id", "Profile").await;
    window.picture("profile-settings").await;

    window.press("Set another…").await;
    window.fill("Setting", &format!("api_base{CHOOSE_FIRST}")).await;
    let label = "New value of api_base_url";
    window.fill(label, "http://api.example/").await;
    window.press("Save").await;
    window.see("it is neither https nor http").await;
    window.picture("profile-refused").await;
    window.empty(label).await;
    window.fill(label, "https://api.example/").await;
    window.press("Save").await;
    window.see_row("api_base_url", "https://api.example/").await;
    let shown = || home.json(&["profile", "show", "work"]).ok().json();
    assert_eq!(
        shown()["settings"]["api_base_url"]["value"],
        "https://api.example/"
    );

    window.press("Done").await;
    window.press("More for this profile").await;
    window.press("Rename…").await;
    window.fill("Name of the profile", "-desk").await;
    window.press("Rename").await;
    window.see_title("work-desk").await;
    let renamed = home.json(&["profile", "show", "work-desk"]).ok().json();
    assert_eq!(renamed["settings"]["client_id"]["value"], CLIENT_ID);
    assert_eq!(home.json(&["list"]).ok().json()[0]["profile"], "work-desk");

    // Somebody who was shown other accounts than there are now unlinks none of them.
    for shown in ["[]", "['work/somebody-else']"] {
        let call = format!(
            "return window.__TAURI_INTERNALS__.invoke('remove_profile', {{profile: 'work-desk', unlink: {shown}}}).catch((refusal) => refusal)"
        );
        let refusal = window.script(&call).await;
        assert_eq!(refusal["code"], "usage", "{shown}");
        let message = refusal["message"].as_str().unwrap();
        assert!(message.contains("other accounts were linked"), "{message}");
        assert_eq!(home.json(&["list"]).ok().json().as_array().unwrap().len(), 1);
    }
    window.press("Remove profile…").await;
    window.see("Remove work-desk?").await;
    window.picture("profile-remove").await;
    window.press("Unlink the account and remove").await;
    window.see("work-desk is removed.").await;
    assert_eq!(home.json(&["list"]).ok().json().as_array().unwrap().len(), 0);
    assert_eq!(
        home.json(&["profile", "list"])
            .ok()
            .json()
            .as_array()
            .unwrap()
            .len(),
        0
    );
    window.close().await;
}

#[tokio::test]
async fn authlibs_own_file_is_previewed_and_then_imported() {
    let home = home();
    home.run(&["profile", "add", "practice", "--provider", "practice"])
        .ok();
    let window = Window::open(&home).await;
    window.press("Profiles").await;
    window.press("Import…").await;
    window.open_file(AUTHLIB).await;
    window.see("django_settings.py").await;
    window.see("Import 1 profile").await;
    window.picture("profiles-import").await;
    let names = || home.json(&["profile", "list"]).ok().json().to_string();
    assert!(!names().contains("twitter"), "a preview saves nothing");
    window.press("Import 1 profile").await;
    window.see_row("twitter", "OAuth 1.0a").await;
    window.picture("profiles").await;
    let shown = home.json(&["profile", "show", "twitter"]).ok().json();
    assert_eq!(shown["protocol"], "oauth1");
    assert_eq!(shown["settings"]["client_id"]["value"], "Twitter Consumer Key");
    assert_eq!(shown["settings"]["client_secret"]["value"], "set");
    assert!(
        !window.said().contains("Twitter Consumer Secret"),
        "the secret of the file does not come up again"
    );
    window.close().await;
}

#[tokio::test]
async fn profiles_are_saved_where_the_systems_dialog_says_and_nowhere_when_it_is_left() {
    let home = home();
    home.run(&["profile", "import", AUTHLIB]).ok();
    let window = Window::open(&home).await;
    window.press("Profiles").await;
    window.press("Export…").await;
    window.press("Python").await;
    window.see("AUTHLIB_OAUTH_CLIENTS").await;
    window.picture("profiles-export").await;
    let target = home.path().with_file_name("written.py");
    window.press("Save…").await;
    escape_from("^Save$").await;
    window.press("Save…").await;
    type_into("^Save$", target.to_str().unwrap()).await;
    window.see("Saved as").await;
    let written = fs::read_to_string(&target).unwrap();
    assert!(written.contains("AUTHLIB_OAUTH_CLIENTS"), "{written}");
    assert!(written.contains("Twitter Consumer Key"), "{written}");
    assert!(!written.contains("Twitter Consumer Secret"), "{written}");
    let other = crate::home();
    other.run(&["profile", "import", target.to_str().unwrap()]).ok();
    window.close().await;
}
