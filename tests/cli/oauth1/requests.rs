//! Requests to the API, signed (RFC 5849 §3): Authlib's server judges each signature.

use keybelt_test_support::{Provider, RSA_CONSUMER, Ran};
use serde_json::{Value, json};

use super::{home_with, link, signed};
use crate::name_of;

#[track_caller]
fn body(ran: &Ran) -> Value {
    let answer = ran.json();
    assert_eq!(answer["status"], 200, "{answer}");
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

#[test]
fn each_kind_of_request_is_signed_in_each_placement_as_it_is_sent() {
    let provider = Provider::authlib();
    for method in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] {
        for placement in ["HEADER", "QUERY", "BODY"] {
            let home = home_with(
                &provider,
                &json!({"client_kwargs": {
                    "signature_method": method,
                    "signature_type": placement,
                    "plaintext_on_loopback": true,
                    "body_hash": true,
                }}),
            );
            let account = link(&home);
            let name = name_of(&account);
            let case = format!("{method} {placement}");
            let form = home.file("form", "b=2&a=1+1&a=%2B&c2&\u{e9}=%E2%98%83");
            let document = home.file("document", "{\"a\": \"\u{e9}\"}");
            let got = body(&home.json(&["request", name, "echo?a=3&c%40=&a=2%20q"]).ok());
            assert_eq!(
                got["query"],
                json!([["a", "3"], ["a", "2 q"], ["c@", ""]]),
                "{case}"
            );
            let posted = body(
                &home
                    .json(&["request", name, "echo?x=%3D%253D", "--data", &form])
                    .ok(),
            );
            assert_eq!(posted["method"], "POST", "{case}");
            assert_eq!(posted["form"].as_array().unwrap().len(), 5, "{case}: {posted}");
            let there = signed(&provider, "/api/echo").pop().unwrap();
            assert_eq!(there["placement"], placement.to_lowercase(), "{case}");
            assert_eq!(there["oauth_body_hash"], Value::Null, "{case}");
            let sent = home.json(&[
                "request",
                name,
                "PUT",
                "echo",
                "--header",
                "Content-Type: application/json",
                "--data",
                &document,
            ]);
            assert_eq!(body(&sent.ok())["body"], "{\"a\": \"\u{e9}\"}", "{case}");
            let there = signed(&provider, "/api/echo").pop().unwrap();
            assert_eq!(
                there["oauth_body_hash"].is_string(),
                method != "PLAINTEXT",
                "{case}"
            );
        }
    }
}

#[test]
fn the_secret_and_the_signature_are_in_no_answer_and_the_host_is_in_the_ledger() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let account = link(&home);
    let pair = home.json(&["token", name_of(&account)]).ok().json();
    let answered = home.json(&["request", name_of(&account), "me"]).ok().stdout;
    assert!(!answered.contains(pair["oauth_token_secret"].as_str().unwrap()));
    let log = home.json(&["log", name_of(&account)]).ok().json();
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!(last["via"], "request");
    assert!(
        provider.issuer().ends_with(last["receiver"].as_str().unwrap()),
        "{last}"
    );
}

#[test]
fn a_clock_that_went_wrong_since_is_set_right_by_the_servers() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let account = link(&home);
    provider.set(&json!({"clock": 4_000}));
    body(&home.json(&["request", name_of(&account), "me"]).ok());
}

#[test]
fn parameters_that_signing_sets_are_not_taken_from_a_request() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let account = link(&home);
    let before = provider.log().len();
    let words = home
        .json(&["request", name_of(&account), "me?oauth_token=other"])
        .fails("usage", 2);
    assert!(words.contains("oauth_token"), "{words}");
    assert_eq!(provider.log().len(), before);
}

#[test]
fn a_token_signs_for_the_client_that_it_was_issued_to_only() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let account = link(&home);
    home.json(&["profile", "set", "old", "--client-id", "another"])
        .ok();
    let before = (provider.log().len(), home.json(&["log"]).ok().json());
    home.json(&["request", name_of(&account), "me"])
        .fails("invalid_profile", 2);
    let after = (provider.log().len(), home.json(&["log"]).ok().json());
    assert_eq!(
        after, before,
        "nothing is sent, and nobody is named in the ledger"
    );
}

#[test]
fn requests_are_signed_by_rsa_in_each_placement() {
    let provider = Provider::authlib();
    for placement in ["HEADER", "QUERY", "BODY"] {
        let home = home_with(
            &provider,
            &json!({
                "client_id": RSA_CONSUMER,
                "client_secret": null,
                "client_kwargs": {"signature_method": "RSA-SHA1", "signature_type": placement, "body_hash": true},
            }),
        );
        home.json(&["profile", "set", "old", "--new-rsa-key"]).ok();
        let key = home.json(&["profile", "public-key", "old"]).ok().json();
        provider.set_rsa_key(key["public_key"].as_str().unwrap());
        let account = link(&home);
        let name = name_of(&account);
        let form = home.file("form", "b=2&a=1+1&a=%2B&c2");
        let document = home.file("document", "{\"a\": 1}");
        let json_type = "Content-Type: application/json";
        for asked in [
            &["request", name, "echo?a=3&c%40=&a=2%20q"][..],
            &["request", name, "echo?x=%3D%253D", "--data", &form],
            &[
                "request", name, "PUT", "echo", "--header", json_type, "--data", &document,
            ],
        ] {
            body(&home.json(asked).ok());
            let there = signed(&provider, "/api/echo").pop().unwrap();
            assert_eq!(
                there["oauth_signature_method"], "RSA-SHA1",
                "{placement} {asked:?}"
            );
            let is_form = asked.contains(&form.as_str());
            let is_get = asked.len() == 3;
            let expected = match placement {
                "BODY" if !is_form => "header",
                other => &other.to_lowercase(),
            };
            assert_eq!(there["placement"], expected, "{placement} {asked:?}");
            assert!(
                is_get || is_form || there["oauth_body_hash"].is_string(),
                "{placement}"
            );
        }
    }
}

#[test]
fn placing_the_signature_in_the_address_is_warned_of_by_inspect_and_beside_the_profile() {
    let provider = Provider::authlib();
    let warned = "write into their logs";
    for (placement, is_warned) in [("QUERY", true), ("HEADER", false), ("BODY", false)] {
        let home = home_with(
            &provider,
            &json!({"client_kwargs": {"signature_type": placement}}),
        );
        let account = link(&home);
        let inspected = home.json(&["inspect", name_of(&account)]);
        assert_eq!(
            inspected.stderr.contains(warned),
            is_warned,
            "{}",
            inspected.stderr
        );
        inspected.fails("not_found", 2);
        let shown = home.run(&["profile", "show", "old"]).ok().stdout;
        assert_eq!(shown.contains(warned), is_warned, "{shown}");
    }
}

/// Only a form's fields are signed one by one (RFC 5849 §3.4.1.3.1): a multipart body is covered by its hash, or not at all.
#[test]
fn a_multipart_body_arrives_as_it_is_and_is_signed_as_what_is_no_form() {
    let provider = Provider::authlib();
    let parts = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1&2=3\r\n--b--\r\n";
    for placement in ["HEADER", "QUERY", "BODY"] {
        for body_hash in [true, false] {
            let home = home_with(
                &provider,
                &json!({"client_kwargs": {"signature_type": placement, "body_hash": body_hash}}),
            );
            let account = link(&home);
            let file = home.file("parts", parts);
            let sent = home.json(&[
                "request",
                name_of(&account),
                "POST",
                "echo?a=0",
                "--header",
                "Content-Type: multipart/form-data; boundary=b",
                "--data",
                &file,
            ]);
            let case = format!("{placement} {body_hash}");
            assert_eq!(body(&sent.ok())["body"], parts, "{case}");
            let there = signed(&provider, "/api/echo").pop().unwrap();
            assert_eq!(there["oauth_body_hash"].is_string(), body_hash, "{case}");
            let placed = if placement == "QUERY" { "query" } else { "header" };
            assert_eq!(there["placement"], placed, "{case}");
        }
    }
}
