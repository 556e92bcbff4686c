//! Token credentials that end, renewed by their session handle (OAuth Session extension, specs O1-37).

use std::process::Stdio;

use keybelt_test_support::{Home, Provider, Ran};
use serde_json::{Value, json};

use super::{home_with, link, signed};
use crate::name_of;

/// A provider whose tokens live for so many seconds, and a home with an account there.
fn linked_for(life: i64, changed: &Value) -> (Provider, Home, Value) {
    let provider = Provider::authlib();
    provider.set(&json!({"oauth1_session": {"life": life}}));
    let home = home_with(&provider, changed);
    let account = link(&home);
    (provider, home, account)
}

fn linked() -> (Provider, Home, Value) {
    linked_for(3_600, &json!({}))
}

fn pair(home: &Home, name: &str) -> Value {
    home.json(&["token", name]).ok().json()
}

/// The renewals that the provider was asked for, as signed.
fn renewals(provider: &Provider) -> Vec<Value> {
    let mut asked = signed(provider, "/oauth1/token");
    asked.retain(|oauth| oauth["oauth_session_handle"].is_string());
    asked
}

fn whoami(home: &Home, name: &str) -> Ran {
    home.json(&["request", name, "me"]).ok()
}

#[test]
fn a_session_is_renewed_by_its_handle_and_each_handle_is_used_once() {
    let (provider, home, account) = linked();
    let name = name_of(&account);
    assert_eq!(account["refreshable"], true);
    assert!(account["expires_at"].is_i64() && account["next_refresh_at"].is_i64());
    assert_eq!(account["grant_expiry_source"], "provider");
    let watching = home.start(&["--json", "watch", name, "--since", "0"]);
    let first = pair(&home, name);
    let renewed = home.json(&["refresh", name]).ok().json();
    assert_eq!(
        (&renewed["status"], &renewed["subject"]),
        (&json!("fresh"), &account["subject"])
    );
    let second = pair(&home, name);
    assert_ne!(first["oauth_token"], second["oauth_token"]);
    assert_ne!(first["oauth_token_secret"], second["oauth_token_secret"]);
    assert_eq!(whoami(&home, name).json()["status"], 200, "the new pair signs");
    home.json(&["token", name, "--force-refresh"]).ok();

    let asked = renewals(&provider);
    assert_eq!(asked.len(), 2);
    assert_eq!(
        asked[0]["oauth_token"], first["oauth_token"],
        "the old token signs"
    );
    assert_eq!(asked[1]["oauth_token"], second["oauth_token"]);
    assert_ne!(asked[0]["oauth_session_handle"], asked[1]["oauth_session_handle"]);
    for oauth in &asked {
        for gone in ["oauth_verifier", "oauth_callback"] {
            assert_eq!(oauth[gone], Value::Null, "{gone}");
        }
    }
    let update = watching.json();
    assert_eq!(
        (&update["account"], &update["rotated"]),
        (&json!(name), &json!(true))
    );
    assert_eq!(update["expires_at"], renewed["expires_at"]);
    for shown in [
        home.json(&["show", name]),
        home.json(&["log"]),
        home.json(&["export", name, "--to", "json"]),
    ] {
        for oauth in &asked {
            let handle = oauth["oauth_session_handle"].as_str().unwrap();
            assert!(!shown.stdout.contains(handle), "{}", shown.stdout);
        }
    }
}

#[test]
fn a_renewal_is_signed_in_each_placement_and_carries_the_profiles_parameters() {
    for placement in ["HEADER", "QUERY", "BODY"] {
        let kwargs = json!({"signature_type": placement, "signature_method": "HMAC-SHA256"});
        let changed = json!({"client_kwargs": kwargs, "access_token_params": {"kind": "desktop"}});
        let (provider, home, account) = linked_for(3_600, &changed);
        home.json(&["refresh", name_of(&account)]).ok();
        let asked = renewals(&provider);
        assert_eq!(asked.len(), 1, "{placement}");
        assert_eq!(asked[0]["placement"], placement.to_lowercase());
        let request = provider.requests_to("/oauth1/token").pop().unwrap();
        assert_eq!(request["params"]["kind"], "desktop", "{placement}");
    }
}

#[test]
fn an_expired_token_is_renewed_before_it_is_handed_over_and_once_for_all() {
    let (provider, home, account) = linked_for(1, &json!({}));
    let name = name_of(&account);
    provider.set(&json!({"oauth1_session": {"life": 3_600}}));
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = home.command(&["--json", "token", name]);
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let got: Vec<Value> = children
        .into_iter()
        .map(|child| Ran::from(child.wait_with_output().unwrap()).ok().json())
        .collect();
    assert!(got.iter().all(|pair| *pair == got[0]), "{got:?}");
    assert_eq!(renewals(&provider).len(), 1);
}

#[test]
fn a_token_that_the_api_calls_expired_is_renewed_and_the_request_sent_once_more() {
    let (provider, home, account) = linked_for(250, &json!({}));
    let name = name_of(&account);
    // The provider's clock goes on, not so far that it refuses ours: its tokens end before we think so.
    provider.set(&json!({"clock": 260}));
    assert_eq!(whoami(&home, name).json()["status"], 200);
    assert_eq!(renewals(&provider).len(), 1);
    let statuses: Vec<Value> = provider
        .requests_to("/api/me")
        .into_iter()
        .map(|request| request["status"].clone())
        .collect();
    assert_eq!(statuses.last(), Some(&json!(200)));
    assert!(statuses.contains(&json!(401)), "{statuses:?}");
}

#[test]
fn a_handle_that_is_not_given_again_stays() {
    let (provider, home, account) = linked();
    let name = name_of(&account);
    provider.set(&json!({"oauth1_session": {"life": 3_600, "says_handle": false}}));
    let watching = home.start(&["--json", "watch", name, "--since", "0"]);
    for _ in 0..2 {
        home.json(&["refresh", name]).ok();
        assert_eq!(watching.json()["rotated"], false);
    }
    let asked = renewals(&provider);
    assert_eq!(asked[0]["oauth_session_handle"], asked[1]["oauth_session_handle"]);
}

#[test]
fn only_a_definite_refusal_ends_the_session() {
    let (provider, home, account) = linked();
    let name = name_of(&account);
    let before = pair(&home, name);
    let refuse = |status: u16, body: &str| provider.answer("/oauth1/token", 1, status, body);
    for (status, body, code, exit) in [
        (503, "", "provider_unavailable", 6),
        (401, "", "provider_error", 7),
        (401, "oauth_problem=signature_invalid", "provider_error", 7),
        (400, "oauth_problem=parameter_rejected", "provider_error", 7),
    ] {
        refuse(status, body);
        home.json(&["refresh", name]).fails(code, exit);
        let shown = home.json(&["show", name]).ok().json();
        assert_eq!(shown["status"], "retrying", "{status} {body}");
        assert_eq!(shown["last_error"]["code"], code, "{status} {body}");
        assert_eq!(pair(&home, name), before, "{status} {body}");
    }
    home.json(&["refresh", name]).ok();

    refuse(401, "oauth_problem=token_rejected");
    home.json(&["refresh", name]).fails("needs_relink", 3);
    assert_eq!(home.json(&["show", name]).ok().json()["status"], "needs_relink");
    let asked = renewals(&provider).len();
    home.json(&["refresh", name]).fails("needs_relink", 3);
    assert_eq!(renewals(&provider).len(), asked, "nobody is asked again");
    assert_eq!(link(&home)["status"], "fresh");
}

#[test]
fn an_answer_that_cannot_be_used_leaves_the_old_pair_and_is_remembered() {
    let (provider, home, account) = linked();
    let name = name_of(&account);
    let before = pair(&home, name);
    for body in [
        "<html>sign in</html>",
        "oauth_token=t",
        "oauth_token=t&oauth_token=u&oauth_token_secret=s",
        "oauth_token=t%0A&oauth_token_secret=s",
    ] {
        provider.answer("/oauth1/token", 1, 200, body);
        home.json(&["refresh", name]).fails("invalid_response", 7);
        assert_eq!(pair(&home, name), before, "{body}");
    }
    provider.answer("/oauth1/token", 1, 401, "oauth_problem=token_used");
    let words = home.json(&["refresh", name]).fails("needs_relink", 3);
    assert!(words.contains("lost"), "{words}");
}

#[test]
fn a_handle_goes_to_no_other_client_and_no_other_place() {
    let (provider, home, account) = linked();
    let name = name_of(&account);
    let before = provider.log().len();
    for change in [
        ["--client-id", "another"],
        ["--set", "access_token_url=https://elsewhere.example/token"],
    ] {
        let all = [&["profile", "set", "old"][..], &change].concat();
        home.json(&all).ok();
        home.json(&["refresh", name]).fails("invalid_profile", 2);
        home.json(&["profile", "set", "old", "--client-id", "consumer"])
            .ok();
    }
    assert_eq!(provider.log().len(), before);
}

#[test]
fn a_wrong_clock_is_set_right_for_a_renewal_too() {
    let (provider, home, account) = linked();
    provider.set(&json!({"clock": -4_000}));
    home.json(&["refresh", name_of(&account)]).ok();
    assert_eq!(renewals(&provider).len(), 2, "once by each clock");
}

#[test]
fn userinfo_that_could_not_be_had_at_the_link_is_asked_for_at_the_renewal() {
    let provider = Provider::authlib();
    provider.set(&json!({"oauth1_session": {"life": 3_600}, "oauth1_says_who": false}));
    let rules = json!([{"path": "/api/me", "times": 1, "status": 500, "body": ""}]);
    provider.set(&json!({ "rules": rules }));
    let home = home_with(&provider, &json!({}));
    let account = link(&home);
    assert_eq!(account["last_error"]["code"], "provider_unavailable");
    let renewed = home.json(&["refresh", name_of(&account)]).ok().json();
    assert_eq!(renewed["last_error"], Value::Null);
    assert_eq!(renewed["display_name"], "Ada");
    let shown = home.json(&["show", name_of(&account)]).ok().json();
    assert_eq!(shown["userinfo"]["screen_name"], "ada");
    let asked = provider.requests_to("/api/me").len();
    home.json(&["refresh", name_of(&account)]).ok();
    assert_eq!(
        provider.requests_to("/api/me").len(),
        asked,
        "who it is, is known"
    );
}

#[test]
fn outputs_get_each_renewed_pair() {
    let (_provider, home, account) = linked();
    let name = name_of(&account);
    let folder = home.path().with_file_name("kept");
    std::fs::create_dir(&folder).unwrap();
    let at = |file: &str| folder.join(file).display().to_string();
    for (file, format) in [("pair.json", "json"), ("pair.env", "env")] {
        let path = at(file);
        home.json(&["output", "add", name, "--file", &path, "--format", format])
            .ok();
    }
    for format in ["curl", "header"] {
        let path = at(format);
        home.json(&["output", "add", name, "--file", &path, "--format", format])
            .fails("usage", 2);
        assert!(!folder.join(format).exists(), "{format}");
    }
    let stdin = format!("cat >{}", at("stdin"));
    home.json(&["output", "add", name, "--command", "sh", "-c", &stdin])
        .ok();
    let script = format!(
        "printf '%s %s %s' \"$KEYBELT_OAUTH_TOKEN\" \"$KEYBELT_OAUTH_TOKEN_SECRET\" \"${{KEYBELT_TOKEN-none}}\" >{}",
        at("environment")
    );
    home.json(&["output", "add", name, "--env", "--command", "sh", "-c", &script])
        .ok();

    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let mut before = Value::Null;
    for _ in 0..2 {
        let pair = pair(&home, name);
        assert_ne!(pair, before);
        let [token, secret] = ["oauth_token", "oauth_token_secret"].map(|half| pair[half].as_str().unwrap());
        for file in ["pair.json", "stdin"] {
            let kept: Value = serde_json::from_str(&read(file)).unwrap();
            assert_eq!(kept, pair, "{file}");
        }
        assert_eq!(
            read("pair.env"),
            format!("KEYBELT_OAUTH_TOKEN='{token}'\nKEYBELT_OAUTH_TOKEN_SECRET='{secret}'\n")
        );
        assert_eq!(read("environment"), format!("{token} {secret} none"));
        home.json(&["refresh", name]).ok();
        before = pair;
    }
    home.json(&["unlink", name]).ok();
    assert!(!folder.join("pair.json").exists() && !folder.join("pair.env").exists());
    assert_eq!(home.json(&["output", "list"]).ok().json(), json!([]));
}

#[test]
fn a_life_out_of_all_measure_is_no_statement() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    for life in ["9223372036854775807", "1e300", "-1", "0", "tomorrow"] {
        let told =
            format!("&oauth_session_handle=h&oauth_expires_in={life}&oauth_authorization_expires_in={life}");
        provider.set(&json!({ "oauth1_token_extra": told }));
        let account = link(&home);
        assert_eq!(account["expires_at"], Value::Null, "{life}");
        assert_eq!(account["grant_expires_at"], Value::Null, "{life}");
        home.run(&["show", name_of(&account)]).ok();
    }
}

#[test]
fn an_account_without_a_session_gets_the_one_that_a_new_link_brings_and_is_told_so() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let account = link(&home);
    let name = name_of(&account);
    assert_eq!(
        (&account["refreshable"], &account["expires_at"]),
        (&json!(false), &Value::Null)
    );
    let told = home.json(&["refresh", name]).fails("not_refreshable", 2);
    assert!(told.contains("link the account again"), "{told}");
    provider.set(&json!({"oauth1_session": {"life": 3_600}}));
    let again = link(&home);
    assert_eq!(
        (&again["name"], &again["refreshable"]),
        (&account["name"], &json!(true))
    );
    home.json(&["refresh", name]).ok();
    assert_eq!(renewals(&provider).len(), 1);
}
