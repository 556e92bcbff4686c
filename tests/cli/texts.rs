//! What commands say to people, whole: held against the files of `tests/data/texts`.
//!
//! `KEYBELT_RENEW_TEXTS=1` writes the files anew; what changed is then looked at in the diff.

use std::path::Path;

use keybelt_test_support::Home;
use keybelt_test_support::hostile::Hostile;
use serde_json::json;

use crate::{home, home_with, link, name_of};

/// Holds a text against its file, byte for byte.
#[track_caller]
fn assert_text(name: &str, found: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../../tests/data/texts/{name}.txt"));
    if std::env::var_os("KEYBELT_RENEW_TEXTS").is_some() {
        std::fs::write(&file, found).unwrap();
    }
    let wanted = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        found, wanted,
        "{name}: if this is meant, KEYBELT_RENEW_TEXTS=1 writes it anew"
    );
}

/// Without what differs from run to run: the port, numbers, and the room that they take.
fn masked(text: &str, hostile: &Hostile) -> String {
    let text = text
        .replace(hostile.issuer(), "http://provider")
        .replace("(now)", "(0 s ago)");
    let mut kept = String::new();
    for letter in text.chars() {
        let again = match letter {
            '0'..='9' => kept.ends_with('#'),
            ' ' => kept.ends_with("  "),
            _ => false,
        };
        if !again {
            kept.push(if letter.is_ascii_digit() { '#' } else { letter });
        }
    }
    kept
}

#[track_caller]
fn said(home: &Home, arguments: &[&str]) -> String {
    home.run(arguments).ok().stdout
}

#[test]
fn the_catalogue_reads_as_its_files_say() {
    let home = home();
    assert_text("provider-list", &said(&home, &["provider", "list"]));
    assert_text(
        "provider-show-dropbox",
        &said(&home, &["provider", "show", "dropbox"]),
    );
    assert_text(
        "provider-show-practice",
        &said(&home, &["provider", "show", "practice"]),
    );
}

#[test]
fn profiles_read_as_their_files_say() {
    let home = home();
    assert_text("profile-list-none", &said(&home, &["profile", "list"]));
    let settings = json!({
        "photos": {"provider": "flickr", "client_id": "f", "client_secret": "s"},
        "weak": {
            "client_id": "w", "authorize_url": "https://a.example/a", "access_token_url": "https://a.example/t",
            "client_kwargs": {"code_challenge_method": "plain", "scope": "a b"},
        },
    });
    let file = home.file("settings.json", &settings.to_string());
    home.run(&["profile", "import", &file]).ok();
    assert_text("profile-list", &said(&home, &["profile", "list"]));
    assert_text(
        "profile-show-photos",
        &said(&home, &["profile", "show", "photos"]),
    );
    assert_text("profile-show-weak", &said(&home, &["profile", "show", "weak"]));
}

#[test]
fn an_account_reads_as_its_files_say() {
    let hostile = Hostile::honest();
    hostile.token_lifetime(json!(7000));
    let home = home_with(&hostile);
    assert_text("list-none", &said(&home, &["list"]));
    let account = link(&home);
    let name = name_of(&account);
    let shown = home.json(&["show", name]).ok().json();
    let nonce = shown["claims"]["nonce"].as_str().unwrap();
    for (file, arguments) in [
        ("list", &["list"][..]),
        ("show", &["show", name]),
        ("inspect", &["inspect", name]),
        ("log", &["log"]),
    ] {
        let text = said(&home, arguments).replace(nonce, "the nonce");
        assert_text(file, &masked(&text, &hostile));
    }
}
