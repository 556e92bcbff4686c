//! Requests of OAuth 1 accounts, beyond what `oauth1/requests.rs` holds: redirects, refusals, a body that is not there.

use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{CLIENT_SECRET, CONSUMER, Home, Person, Provider};
use serde_json::{Value, json};

use crate::{account_of, home, name_of};

/// An account `old` at Authlib's OAuth 1, signing in this place.
fn linked(provider: &Provider, placement: &str) -> (Home, String) {
    let home = home();
    let settings = json!({
        "client_id": CONSUMER, "client_secret": CLIENT_SECRET,
        "request_token_url": provider.url("/oauth1/initiate"),
        "authorize_url": provider.url("/oauth1/authorize"),
        "access_token_url": provider.url("/oauth1/token"),
        "api_base_url": provider.url("/api"),
        "client_kwargs": {"signature_type": placement},
    });
    let file = home.file("old.json", &settings.to_string());
    home.json(&["profile", "add", "old", "--from", &file]).ok();
    let account = account_of(&home.link(&["old"], &Person::allowing("ada")).ok());
    let name = name_of(&account).to_owned();
    (home, name)
}

fn once(path: &str, status: u16, headers: &Value) -> Value {
    json!({"rules": [{"path": path, "times": 1, "status": status, "headers": headers, "body": ""}]})
}

#[test]
fn each_hop_of_a_redirect_is_signed_anew_and_none_leaves_the_origin() {
    let (provider, other) = (Provider::authlib(), Hostile::honest());
    for placement in ["HEADER", "QUERY", "BODY"] {
        let (home, name) = linked(&provider, placement);
        let form = home.file("form", "a=1");
        for (status, method) in [(302, "GET"), (307, "POST")] {
            provider.set(&once("/api/old", status, &json!({"Location": "/api/new?b=2"})));
            let told = home.json(&["request", &name, "old", "--data", &form]).ok().json();
            assert_eq!(told["status"], 200, "{placement} {status}: {told}");
            let body: Value = serde_json::from_str(told["body"].as_str().unwrap()).unwrap();
            assert_eq!(
                (&body["method"], &body["query"]),
                (&json!(method), &json!([["b", "2"]]))
            );
            let hop = |path: &str| provider.requests_to(path).pop().unwrap()["oauth"].clone();
            let (first, second) = (hop("/api/old"), hop("/api/new"));
            for part in ["oauth_nonce", "oauth_signature"] {
                assert_ne!(first[part], second[part], "{placement} {status} {part}");
                assert!(first[part].is_string() && second[part].is_string());
            }
        }
        let elsewhere = format!("{}/api/v1", other.issuer());
        provider.set(&once("/api/old", 302, &json!({"Location": elsewhere})));
        assert_eq!(home.json(&["request", &name, "old"]).ok().json()["status"], 302);
    }
    assert!(other.asked().is_empty());
}

#[test]
fn a_post_without_a_body_is_signed_and_framed_right() {
    let provider = Provider::authlib();
    for placement in ["HEADER", "QUERY", "BODY"] {
        let (home, name) = linked(&provider, placement);
        let told = home.json(&["request", &name, "POST", "echo"]).ok().json();
        assert_eq!(told["status"], 200, "{placement}: {told}");
    }
}

#[test]
fn a_refused_signature_is_the_answer_and_nothing_is_renewed() {
    let provider = Provider::authlib();
    let (home, name) = linked(&provider, "HEADER");
    provider.set(&once(
        "/api/me",
        401,
        &json!({"WWW-Authenticate": "Bearer error=\"invalid_token\""}),
    ));
    let told = home.json(&["request", &name, "me"]).ok();
    assert_eq!(told.json()["status"], 401);
    home.json(&["request", &name, "nowhere/../me"]).fails("usage", 2);
    assert_eq!(home.json(&["show", &name]).ok().json()["status"], "fresh");
}

#[test]
fn nothing_that_signs_is_in_an_answer_that_says_it_back() {
    let provider = Provider::authlib();
    let (home, name) = linked(&provider, "QUERY");
    let pair = home.json(&["token", &name]).ok().json();
    let target = |path: &str| provider.requests_to(path).pop().unwrap()["target"].to_string();
    provider.set(&once("/api/x", 200, &json!({"X-Token": pair["oauth_token"]})));
    let told = home.json(&["request", &name, "x"]).ok().stdout;
    assert!(target("/api/x").contains(pair["oauth_token"].as_str().unwrap()));
    assert!(!told.contains(pair["oauth_token"].as_str().unwrap()), "{told}");
    assert!(told.contains("[withheld]"), "{told}");
}
