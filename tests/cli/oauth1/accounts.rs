use keybelt_test_support::{Home, Provider};
use serde_json::{Value, json};

use super::{home_with, link, signed};
use crate::{accounts_in, name_of};

fn linked() -> (Provider, Home, Value) {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let account = link(&home);
    (provider, home, account)
}

#[test]
fn it_stands_in_the_list_as_one_that_does_not_expire() {
    let (_provider, home, account) = linked();
    assert_eq!(account["protocol"], "oauth1");
    assert_eq!(account["status"], "fresh");
    assert_eq!(account["refreshable"], false);
    for unknown in [
        "token_type",
        "expires_at",
        "next_refresh_at",
        "issuer",
        "last_error",
        "grant_expires_at",
    ] {
        assert_eq!(account[unknown], Value::Null, "{unknown}");
    }
    assert_eq!(account["scopes"], json!([]));
    assert_eq!(account["display_name"], "Ada");
    assert_eq!(home.json(&["list"]).ok().json(), json!([account]));
    let shown = home.json(&["show", name_of(&account)]).ok().json();
    assert_eq!((&shown["claims"], &shown["checks"]), (&Value::Null, &json!([])));
    assert_eq!(shown["userinfo"]["screen_name"], "ada");
    let told = home.run(&["show", name_of(&account)]).ok().stdout;
    assert!(told.contains("does not expire"), "{told}");
}

#[test]
fn its_token_is_told_with_its_secret_or_not_at_all() {
    let (provider, home, account) = linked();
    let name = name_of(&account);
    let pair = home.json(&["token", name]).ok().json();
    let names: Vec<&String> = pair.as_object().unwrap().keys().collect();
    assert_eq!(names, ["oauth_token", "oauth_token_secret"]);
    assert_eq!(
        signed(&provider, "/api/me").pop().unwrap()["oauth_token"],
        pair["oauth_token"]
    );
    let refused = home.run(&["token", name]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("--json"), "{}", refused.stderr);
    let (token, secret) = (
        pair["oauth_token"].as_str().unwrap(),
        pair["oauth_token_secret"].as_str().unwrap(),
    );
    for shown in [
        home.json(&["list"]),
        home.json(&["show", name]),
        home.json(&["log"]),
    ] {
        let shown = shown.ok().stdout;
        assert!(!shown.contains(token) && !shown.contains(secret));
    }
}

#[test]
fn formats_with_a_place_for_two_take_it_and_the_others_say_so() {
    let (_provider, home, account) = linked();
    let name = name_of(&account);
    let pair = home.json(&["token", name]).ok().json();
    let exported = |format: &str| home.run(&["export", name, "--to", format]);
    let document: Value = serde_json::from_str(&exported("json").ok().stdout).unwrap();
    assert_eq!(document, pair);
    assert_eq!(
        exported("env").ok().stdout,
        format!(
            "KEYBELT_OAUTH_TOKEN='{}'\nKEYBELT_OAUTH_TOKEN_SECRET='{}'\n",
            pair["oauth_token"].as_str().unwrap(),
            pair["oauth_token_secret"].as_str().unwrap()
        )
    );
    let before = home.json(&["log", name]).ok().json();
    for format in ["curl", "header"] {
        home.json(&["export", name, "--to", format]).fails("usage", 2);
    }
    // Nobody got anything, so nobody is named.
    assert_eq!(home.json(&["log", name]).ok().json(), before);
}

#[test]
fn a_command_finds_both_halves_in_its_environment() {
    let (_provider, home, account) = linked();
    let name = name_of(&account);
    let pair = home.json(&["token", name]).ok().json();
    let both = format!(
        "{} {}",
        pair["oauth_token"].as_str().unwrap(),
        pair["oauth_token_secret"].as_str().unwrap()
    );
    let print = |variables: &str| ["sh".to_owned(), "-c".to_owned(), format!("echo {variables}")];
    let usual = print("$KEYBELT_OAUTH_TOKEN $KEYBELT_OAUTH_TOKEN_SECRET${KEYBELT_TOKEN+x}");
    let [sh, c, script] = &usual;
    let ran = home.run(&["exec", name, "--", sh, c, script]).ok();
    assert_eq!(ran.stdout.trim_end(), both);
    let named = print("$MINE $MINE_SECRET");
    let [sh, c, script] = &named;
    let ran = home
        .run(&["exec", name, "--env", "MINE", "--", sh, c, script])
        .ok();
    assert_eq!(ran.stdout.trim_end(), both);
    let used_by = home.json(&["show", name]).ok().json()["used_by"].clone();
    assert!(
        used_by
            .as_array()
            .unwrap()
            .iter()
            .any(|use_| use_["receiver"] == "sh" && use_["via"] == "exec"),
        "{used_by}"
    );
}

#[test]
fn there_is_nothing_to_refresh_to_inspect_or_to_revoke() {
    let (provider, home, account) = linked();
    let name = name_of(&account);
    home.json(&["refresh", name]).fails("not_refreshable", 2);
    assert_eq!(home.json(&["refresh", "--all"]).ok().json(), json!([]));
    home.json(&["token", name, "--force-refresh"])
        .fails("not_refreshable", 2);
    home.json(&["inspect", name]).fails("not_found", 2);
    home.json(&["unlink", name, "--revoke"])
        .fails("revocation_unsupported", 2);
    assert_eq!(accounts_in(&home), 1);
    let asked = provider.log().len();
    assert_eq!(
        home.json(&["unlink", name]).ok().json(),
        json!({"account": name, "revoked": null, "provider_answer": null})
    );
    assert_eq!(provider.log().len(), asked);
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn it_is_renamed_and_its_ledger_goes_along() {
    let (_provider, home, account) = linked();
    home.json(&["rename", name_of(&account), "mine"]).ok();
    assert_eq!(
        home.json(&["show", "mine"]).ok().json()["subject"],
        account["subject"]
    );
    home.json(&["token", "mine"]).ok();
    let events: Vec<Value> = home
        .json(&["log", "mine"])
        .ok()
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["event"].clone())
        .collect();
    assert_eq!(events, ["linked", "renamed", "handed_over"]);
}
