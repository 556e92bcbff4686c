//! What is told about an account, and what can be done to it.

use keybelt_test_support::{Provider, hostile::Hostile};
use serde_json::json;

use crate::{home, home_at, home_with, home_without_vault, link, name_of};

#[test]
fn an_account_is_shown_with_its_evidence_and_without_a_token() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    assert_eq!(name_of(&account), "work/ada-example.test");
    let shown = home.json(&["show", name_of(&account)]).ok();
    let detail = shown.json();
    assert_eq!(detail["claims"]["sub"], "ada");
    let checks: Vec<_> = detail["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["check"].as_str().unwrap())
        .collect();
    assert_eq!(
        checks,
        "format crit typ decryption alg key signature claims iss sub aud azp exp iat nbf nonce auth_time acr at_hash c_hash"
            .split(' ')
            .collect::<Vec<_>>()
    );
    assert!(
        detail["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["outcome"] != "fail")
    );
    let linked_at = account["linked_at"].as_i64().unwrap();
    let checked_at = detail["checked_at"].as_i64().unwrap();
    assert!((linked_at - 10..=linked_at).contains(&checked_at), "{checked_at}");
    let token = home.run(&["token", name_of(&account)]).ok().stdout;
    assert!(!shown.stdout.contains(token.trim()));
    let members = "name profile provider protocol issuer subject display_name email picture scopes token_type linked_at \
                   obtained_at expires_at next_refresh_at refreshable status last_error grant_expires_at grant_expiry_source";
    for member in members.split_whitespace() {
        assert!(account.get(member).is_some(), "{member} is never absent");
    }
}

#[test]
fn what_a_provider_sends_cannot_move_the_terminal() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home();
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        provider.issuer(),
        "--client-id",
        "public",
        "--scope",
        "openid profile email",
    ];
    home.json(&add).ok();
    let account = crate::account_of(
        &home
            .link(&["work"], &keybelt_test_support::Person::allowing("zoe"))
            .ok(),
    );
    let text = home.run(&["show", name_of(&account)]).ok().stdout;
    assert!(!text.contains('\u{202e}') && text.contains("\\u{202e}"), "{text}");
}

#[test]
fn an_account_can_have_another_name() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let renamed = home.json(&["rename", name_of(&account), "mine"]).ok().json();
    assert_eq!(renamed["name"], "mine");
    home.json(&["show", name_of(&account)]).fails("not_found", 2);
    home.run(&["token", "mine"]).ok();
    let log = |name: &str| home.json(&["log", name]).ok().json();
    let before = log("mine");
    assert_eq!(home.json(&["rename", "mine", "mine"]).ok().json()["name"], "mine");
    assert_eq!(log("mine"), before, "nothing happened");
    assert_eq!(log(name_of(&account)), before, "by the name that it had before");
    home.json(&["unlink", "mine"]).ok();
    let all = log("mine");
    let events = all.as_array().unwrap();
    assert_eq!(events.last().unwrap()["event"], "unlinked");
    assert_eq!(&events[..events.len() - 1], before.as_array().unwrap().as_slice());
    assert_eq!(log(name_of(&account)), all);
    home.json(&["log", "nobody"]).fails("not_found", 2);
    home.json(&["rename", "nobody", "other"]).fails("not_found", 2);
}

#[test]
fn an_account_is_inspected_as_its_checks_were_made() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let inspected = home.json(&["inspect", name_of(&account)]).ok().json();
    assert_eq!(
        (&inspected["verdict"], &inspected["expired"]),
        (&json!("pass"), &json!(false))
    );
    assert_eq!(inspected["checks"].as_array().unwrap().len(), 20);
    home.json(&["inspect", "nobody"]).fails("not_found", 2);
}

#[test]
fn a_token_is_inspected_without_a_vault_and_without_being_sent_anywhere() {
    let home = home_without_vault();
    // RFC 7515 Appendix A.1, signed with HMAC.
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                 cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let ran = home.run_with(&["--json", "inspect", "-"], token);
    let inspected = ran.json();
    assert_eq!(inspected["claims"]["iss"], "joe");
    assert_eq!(ran.code, Some(8), "it has expired: {ran:?}");
    assert!(!home.path().join("vault.db").exists());
    let five = "e30.AAAA.AAAA.AAAA.AAAA";
    let ran = home.run_with(&["--json", "inspect", "-"], five);
    let decryption = ran.json()["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["check"] == "decryption")
        .cloned();
    assert_eq!(
        (decryption.unwrap()["outcome"].clone(), ran.code),
        (json!("fail"), Some(8))
    );
    let ran = home.run_with(&["--json", "inspect", "-"], "hello");
    assert_eq!(
        (ran.json()["verdict"].clone(), ran.code),
        (json!("fail"), Some(8))
    );
}

#[test]
fn a_source_of_keys_that_is_none_is_named_as_it_was_given() {
    let home = home();
    let provider = Hostile::honest();
    let nowhere = format!("{}/nothing-here", provider.issuer());
    let junk = home.file("junk", "no keys");
    for (option, source) in [("--jwks-file", &junk), ("--jwks-uri", &nowhere)] {
        let told = home
            .run_with(&["--json", "inspect", "-", option, source], "e30.e30.AAAA")
            .fails("invalid_response", 7);
        assert!(told.contains("--jwks-file"), "{told}");
        assert!(!told.contains("in the profile"), "{told}");
    }
}

#[test]
fn keys_from_an_issuer_verify_a_pasted_token() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home();
    let unknown = home.run_with(
        &["--json", "inspect", "-", "--issuer", provider.issuer()],
        "e30.e30.AAAA",
    );
    assert_eq!(
        (unknown.json()["verdict"].clone(), unknown.code),
        (json!("fail"), Some(8))
    );
    assert!(!provider.requests_to("/jwks").is_empty());
}
