//! Tokens that end, or are refused, on the way.

use std::process::Stdio;

use keybelt_test_support::hostile::{Answer, Twists};
use keybelt_test_support::{Provider, Ran};
use serde_json::{Value, json};

use super::Api;
use crate::{home_at, link, name_of};

fn refuses_token(answer: &mut Answer) {
    *answer = Answer::json(401, &json!({"error": "invalid_token"}));
    let challenge = "Basic realm=\"x\", Bearer realm=\"api\", error=\"invalid_token\"";
    answer
        .headers
        .push(("www-authenticate".to_owned(), challenge.to_owned()));
}

#[test]
fn a_refused_token_is_renewed_and_the_request_sent_once_more() {
    let api = Api::honest();
    let first = api
        .home
        .run(&["token", &api.account])
        .ok()
        .stdout
        .trim()
        .to_owned();
    let refused = format!("Bearer {first}");
    api.answers(move |asked, answer| {
        if asked.authorization.as_ref() == Some(&refused) {
            refuses_token(answer);
        }
    });
    let form = api.home.file("form", "a=1");
    let told = api.request(&["notes", "--data", &form]).ok().json();
    assert_eq!(told["status"], 200);
    assert_eq!((api.refreshes(), api.asked().len()), (1, 2));
    let asked = api.asked();
    assert_eq!(
        (&asked[0].body, &asked[1].method),
        (&asked[1].body, &"POST".to_owned())
    );
    assert_ne!(asked[0].authorization, asked[1].authorization);
}

#[test]
fn a_token_that_is_refused_again_is_not_renewed_again() {
    let api = Api::honest();
    api.answers(|_, answer| refuses_token(answer));
    assert_eq!(api.request(&["me"]).ok().json()["status"], 401);
    assert_eq!((api.refreshes(), api.asked().len()), (1, 2));
}

#[test]
fn a_refusal_that_does_not_name_the_token_leaves_it_alone() {
    let api = Api::honest();
    for (status, challenge) in [
        (401, "Bearer realm=\"api\""),
        (401, "Bearer error=\"insufficient_scope\", scope=\"notes\""),
        (401, "Basic error=\"invalid_token\""),
        (403, "Bearer error=\"invalid_token\""),
    ] {
        api.answers(move |_, answer| {
            answer.status = status;
            answer
                .headers
                .push(("www-authenticate".to_owned(), challenge.to_owned()));
        });
        let told = api.request(&["me"]).ok();
        assert_eq!(told.json()["status"], status);
        // Specs BT-04.
        let is_of_scope = challenge.contains("insufficient_scope");
        assert_eq!(
            told.stderr.contains("the scope notes"),
            is_of_scope,
            "{}",
            told.stderr
        );
    }
    assert_eq!((api.refreshes(), api.asked().len()), (0, 4));
}

#[test]
fn a_refused_token_that_cannot_be_renewed_is_answered_with_the_refusal() {
    let api = Api::honest();
    api.hostile.twist(Twists {
        api: Some(Box::new(|_, answer| refuses_token(answer))),
        token: Some(Box::new(|answer| {
            *answer = Answer::json(400, &json!({"error": "invalid_grant"}))
        })),
        ..Twists::default()
    });
    let told = api.request(&["me"]).ok();
    assert_eq!(told.json()["status"], 401);
    assert!(told.stderr.contains("could not be renewed"), "{}", told.stderr);
    assert_eq!(api.asked().len(), 1);
    assert_eq!(
        api.home.json(&["show", &api.account]).ok().json()["status"],
        "needs_relink"
    );
}

#[test]
fn many_at_once_whose_token_is_refused_renew_it_once() {
    let api = Api::honest();
    let first = api
        .home
        .run(&["token", &api.account])
        .ok()
        .stdout
        .trim()
        .to_owned();
    let refused = format!("Bearer {first}");
    api.answers(move |asked, answer| {
        if asked.authorization.as_ref() == Some(&refused) {
            refuses_token(answer);
        }
    });
    let children: Vec<_> = (0..8)
        .map(|_| {
            let mut command = api.home.command(&["--json", "request", &api.account, "me"]);
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let told = Ran::from(child.wait_with_output().unwrap()).ok();
        assert_eq!(told.json()["status"], 200);
    }
    assert_eq!(api.refreshes(), 1);
}

#[test]
fn real_providers_open_their_resources_to_it() {
    for (provider, path, person) in [
        (Provider::oidc_provider(&["work"]), "/resource", "sub"),
        (Provider::authlib(), "/api/whoami", "user"),
    ] {
        let home = home_at(&provider);
        let account = link(&home);
        let name = name_of(&account);
        let told = home.json(&["request", name, &provider.url(path)]).ok().json();
        assert_eq!(told["status"], 200, "{told}");
        let body: Value = serde_json::from_str(told["body"].as_str().unwrap()).unwrap();
        assert_eq!(body[person], "ada");
        let refuse = |headers: &Value| {
            let rule = json!({"path": path, "times": 1, "status": 401, "headers": headers, "body": "{}"});
            provider.set(&json!({"rules": [rule]}));
            home.json(&["request", name, &provider.url(path)]).ok().json()["status"].clone()
        };
        assert_eq!(refuse(&json!({})), 401);
        assert_eq!(provider.refreshes().len(), 0);
        assert_eq!(
            refuse(&json!({"WWW-Authenticate": "Bearer error=\"invalid_token\""})),
            200
        );
        assert_eq!(provider.refreshes().len(), 1);
    }
}

#[test]
fn a_token_that_lives_no_more_is_renewed_before_the_request() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    provider.set(&json!({"access_token_ttl": 1}));
    let account = link(&home);
    provider.set(&json!({"access_token_ttl": 3600}));
    let told = home
        .json(&["request", name_of(&account), &provider.url("/resource")])
        .ok()
        .json();
    assert_eq!(told["status"], 200);
    assert_eq!(
        (
            provider.refreshes().len(),
            provider.requests_to("/resource").len()
        ),
        (1, 0)
    );
}
