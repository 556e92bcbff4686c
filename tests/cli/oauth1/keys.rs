use keybelt_test_support::{CLIENT_SECRET, Person, Provider, RSA_CONSUMER};
use serde_json::json;

use super::{add_profile, home_with, link, settings};
use crate::{account_of, home};

/// The private key of the vectors.
const KEY: &str = include_str!("../../data/oauth1/rsa-2048.pem");

fn by_rsa() -> serde_json::Value {
    json!({
        "client_id": RSA_CONSUMER,
        "client_secret": null,
        "client_kwargs": {"signature_method": "RSA-SHA1"},
    })
}

#[test]
fn a_key_that_keybelt_made_signs_and_only_its_public_half_is_seen() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &by_rsa());
    home.json(&["profile", "public-key", "old"]).fails("not_found", 2);
    let set = home.json(&["profile", "set", "old", "--new-rsa-key"]).ok();
    assert_eq!(set.json()["settings"]["client_kwargs.rsa_key"]["value"], "set");
    assert!(!set.stdout.contains("PRIVATE KEY"));
    let key = home.json(&["profile", "public-key", "old"]).ok().json();
    let pem = key["public_key"].as_str().unwrap();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
    let printed = home.run(&["profile", "public-key", "old"]).ok().stdout;
    assert_eq!(printed.trim_end(), pem.trim_end());
    provider.set_rsa_key(pem);
    link(&home);

    // Another key is another client.
    home.json(&["profile", "set", "old", "--new-rsa-key"]).ok();
    let words = home
        .link(&["old"], &Person::allowing("ada"))
        .fails("provider_error", 7);
    assert!(words.contains("registered"), "{words}");
}

#[test]
fn a_key_is_imported_from_a_file_from_standard_input_and_with_settings() {
    let provider = Provider::authlib();
    let public = {
        let home = home();
        let file = home.file("key.pem", KEY);
        add_profile(&home, &provider, &by_rsa()).ok();
        home.json(&["profile", "set", "old", "--rsa-key-file", &file])
            .ok();
        home.json(&["profile", "public-key", "old"]).ok().json()
    };
    provider.set_rsa_key(public["public_key"].as_str().unwrap());

    let piped = home_with(&provider, &by_rsa());
    piped
        .run_with(&["profile", "set", "old", "--rsa-key-file", "-"], KEY)
        .ok();
    link(&piped);

    let imported = home();
    let mut all = settings(&provider);
    all["client_id"] = json!(RSA_CONSUMER);
    all["client_kwargs"] = json!({"signature_method": "RSA-SHA1", "rsa_key": KEY});
    all.as_object_mut().unwrap().remove("client_secret");
    let file = imported.file("profiles.json", &json!({ "old": all }).to_string());
    imported.json(&["profile", "import", &file]).ok();
    account_of(&imported.link(&["old"], &Person::allowing("ada")).ok());
    let lies_open = imported
        .bytes()
        .windows(40)
        .any(|part| KEY.as_bytes()[100..140] == *part);
    assert!(!lies_open);
}

#[test]
fn what_is_no_key_is_refused_and_the_profile_stays() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let public = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
    for (name, text, word) in [
        ("public", public, "private"),
        ("none", "hello", "PEM"),
        ("secret", CLIENT_SECRET, "PEM"),
    ] {
        let file = home.file(name, text);
        let words = home
            .json(&["profile", "set", "old", "--rsa-key-file", &file])
            .fails("invalid_profile", 2);
        assert!(words.contains(word), "{name}: {words}");
    }
    home.json(&["profile", "set", "old", "--new-rsa-key", "--rsa-key-file", "x"])
        .fails("usage", 2);
    link(&home);
}

/// RFC 5849 §3.4.2: a shared secret that is empty is one too.
#[test]
fn a_client_whose_secret_is_empty_signs_with_it() {
    let home = home();
    let practice = home.start(&["--json", "practice", "--port", "0", "--auto"]);
    let ready = practice.json();
    let at = |path: &str| format!("{}/{path}", ready["issuer"].as_str().unwrap());
    let settings = json!({
        "client_id": ready["client_id"],
        "request_token_url": at("oauth1/request_token"),
        "authorize_url": at("oauth1/authorize"),
        "access_token_url": at("oauth1/access_token"),
        "userinfo_endpoint": at("api/me"),
    });
    let file = home.file("old.json", &settings.to_string());
    home.json(&["profile", "add", "old", "--from", &file]).ok();
    let words = home
        .json(&["link", "old", "--no-open"])
        .fails("invalid_profile", 2);
    assert!(
        words.contains("--client-secret-file") && words.contains("empty file"),
        "{words}"
    );
    assert!(!words.contains("issuer"), "{words}");
    let empty = home.file("empty", "");
    home.json(&["profile", "set", "old", "--client-secret-file", &empty])
        .ok();
    account_of(&home.link(&["old"], &Person::allowing("ada")).ok());
    // Of OAuth 2, it would be none.
    home.json(&["profile", "add", "new", "--client-secret-file", &empty])
        .fails("invalid_profile", 2);
}
