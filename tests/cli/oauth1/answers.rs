//! Answers with credentials that cannot be taken, each beside the same provider when it is honest.

use keybelt_test_support::{Browser, Ended, Person, Provider, Ran};
use serde_json::{Value, json};

use super::{home_with, link, signed};
use crate::{accounts_in, name_of};

const GOOD: &str = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true";

/// What the provider does, the code and exit of the refusal, and a word of it.
type Case = (Value, &'static str, i32, &'static str);

fn answer(path: &str, status: u16, headers: Value, body: &str) -> Value {
    json!({"rules": [{"path": path, "times": 1, "status": status, "headers": headers, "body": body}]})
}

/// Every answer that is none with credentials, to either request.
fn of_either(path: &str) -> Vec<Case> {
    let form = |body: &str| {
        let kind = json!({"Content-Type": "application/x-www-form-urlencoded"});
        answer(path, 200, kind, body)
    };
    let large = format!("{GOOD}&x={}", "x".repeat(70_000));
    let huge = "x".repeat(2 << 20);
    vec![
        (form("<html>sign in</html>"), "invalid_response", 7, "no form"),
        (form(r#"{"oauth_token":"t"}"#), "invalid_response", 7, "no form"),
        (form(""), "invalid_response", 7, "no form"),
        (
            form(&format!("{GOOD}&oauth_token=u")),
            "invalid_response",
            7,
            "twice",
        ),
        (form(&format!("{GOOD}&x=1&x=1")), "invalid_response", 7, "twice"),
        (
            form("oauth_token=t&oauth_callback_confirmed=true"),
            "invalid_response",
            7,
            "oauth_token_secret",
        ),
        (
            form("oauth_token_secret=s&oauth_callback_confirmed=true"),
            "invalid_response",
            7,
            "oauth_token",
        ),
        (
            form("oauth_token=&oauth_token_secret=s&oauth_callback_confirmed=true"),
            "invalid_response",
            7,
            "oauth_token",
        ),
        (
            form("oauth_token=t%0A&oauth_token_secret=s&oauth_callback_confirmed=true"),
            "invalid_response",
            7,
            "characters",
        ),
        (form(&large), "invalid_response", 7, "too large"),
        (form(&huge), "invalid_response", 7, "more than"),
        (
            answer(path, 302, json!({"Location": "/elsewhere"}), ""),
            "invalid_response",
            7,
            "redirected",
        ),
        (
            answer(path, 307, json!({"Location": "http://127.0.0.1:9/"}), ""),
            "invalid_response",
            7,
            "redirected",
        ),
        (answer(path, 204, json!({}), ""), "invalid_response", 7, "204"),
        (
            answer(path, 503, json!({}), "down"),
            "provider_unavailable",
            6,
            "503",
        ),
        (
            answer(path, 429, json!({"Retry-After": "7"}), ""),
            "rate_limited",
            6,
            "7 seconds",
        ),
        (
            answer(path, 401, json!({}), "no"),
            "provider_error",
            7,
            "client secret",
        ),
        (
            answer(
                path,
                400,
                json!({}),
                "oauth_problem=signature_invalid&oauth_problem_advice=Look+at+it",
            ),
            "provider_error",
            7,
            "Look at it",
        ),
        (
            answer(
                path,
                401,
                json!({"WWW-Authenticate": "OAuth oauth_problem=\"consumer_key_unknown\""}),
                "",
            ),
            "provider_error",
            7,
            "consumer_key_unknown",
        ),
        (
            answer(path, 403, json!({}), "oauth_problem=token_revoked%1B%5B2J"),
            "provider_error",
            7,
            "token_revoked\\\\u{1b}[2J",
        ),
    ]
}

fn of_temporary_credentials() -> Vec<Case> {
    let confirmed = |word: Value| json!({ "oauth1_callback_confirmed": word });
    let long = answer(
        "/oauth1/initiate",
        200,
        json!({}),
        &format!(
            "oauth_token={}&oauth_token_secret=s&oauth_callback_confirmed=true",
            "t".repeat(9_000)
        ),
    );
    let mut cases = of_either("/oauth1/initiate");
    cases.extend([
        (
            confirmed(json!(null)),
            "invalid_response",
            7,
            "oauth_callback_confirmed",
        ),
        (
            confirmed(json!("false")),
            "invalid_response",
            7,
            "oauth_callback_confirmed",
        ),
        (
            confirmed(json!("")),
            "invalid_response",
            7,
            "oauth_callback_confirmed",
        ),
        (
            json!({"oauth1_temporary_extra": "&oauth_token=another"}),
            "invalid_response",
            7,
            "twice",
        ),
        (long, "invalid_response", 7, "too long"),
    ]);
    cases
}

#[track_caller]
fn refused(ended: &Ran, case: &Case) {
    let (knobs, code, exit, word) = case;
    let words = ended.fails(code, *exit);
    let shown: String = knobs.to_string().chars().take(300).collect();
    assert!(words.contains(word), "{shown}: {words}");
}

#[test]
fn temporary_credentials_that_cannot_be_taken_end_the_link_before_the_person_is_sent() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    for case in of_temporary_credentials() {
        provider.reset();
        provider.set(&case.0);
        refused(&home.link(&["old"], &Person::allowing("ada")), &case);
        assert!(provider.requests_to("/oauth1/authorize").is_empty());
        assert_eq!(accounts_in(&home), 0);
    }
    provider.reset();
    link(&home);
}

#[test]
fn token_credentials_that_cannot_be_taken_store_nothing() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let mut cases = of_either("/oauth1/token");
    cases.push((
        json!({"oauth1_token_extra": "&oauth_token_secret=another"}),
        "invalid_response",
        7,
        "twice",
    ));
    for case in cases {
        provider.reset();
        provider.set(&case.0);
        refused(&home.link(&["old"], &Person::allowing("ada")), &case);
        assert_eq!(signed(&provider, "/oauth1/token").len(), 1);
        assert!(provider.requests_to("/api/me").is_empty());
        assert_eq!(accounts_in(&home), 0);
        assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    }
    provider.reset();
    link(&home);
}

#[test]
fn what_an_answer_says_it_is_does_not_matter() {
    let provider = Provider::authlib();
    for kind in ["text/html", "text/plain; charset=utf-8", "application/json"] {
        provider.reset();
        provider.set(&json!({
            "oauth1_content_type": kind,
            "oauth1_callback_confirmed": "True",
            "oauth1_temporary_extra": "\r\n",
            "oauth1_token_extra": "&xoauth_unknown=1\n",
        }));
        let home = home_with(&provider, &json!({}));
        assert_eq!(link(&home)["status"], "fresh", "{kind}");
    }
}

#[test]
fn a_consumer_that_is_not_known_is_told_where_to_look() {
    let provider = Provider::authlib();
    for changed in [json!({"client_id": "nobody"}), json!({"client_secret": "wrong"})] {
        let home = home_with(&provider, &changed);
        let words = home
            .link(&["old"], &Person::allowing("ada"))
            .fails("provider_error", 7);
        assert!(words.contains("client secret"), "{words}");
    }
}

#[test]
fn userinfo_that_cannot_be_had_leaves_the_link_standing() {
    let provider = Provider::authlib();
    for (status, body) in [
        (500, "down"),
        (401, "{}"),
        (302, ""),
        (200, "<xml/>"),
        (200, r#"{"id":1,"id":2}"#),
    ] {
        provider.reset();
        provider.answer("/api/me", 1, status, body);
        let home = home_with(&provider, &json!({}));
        let account = link(&home);
        assert!(account["last_error"]["message"].is_string(), "{status} {body}");
        // What came with the token tells who it is.
        assert_eq!(account["display_name"], "ada", "{status} {body}");
        let shown = home.json(&["show", name_of(&account)]).ok().json();
        assert_eq!(shown["userinfo"]["screen_name"], "ada");
    }
}

#[test]
fn without_a_userinfo_endpoint_the_token_answer_tells_who_it_is() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"userinfo_endpoint": null}));
    let account = link(&home);
    assert_eq!(account["name"], "old/ada");
    assert_eq!(account["last_error"], Value::Null);
    assert!(account["subject"].as_str().unwrap().parse::<u64>().is_ok());
    assert!(provider.requests_to("/api/me").is_empty());
    provider.set(&json!({"oauth1_says_who": false}));
    let nameless = link(&home);
    assert_eq!(
        (&nameless["name"], &nameless["subject"]),
        (&json!("old/1"), &Value::Null)
    );
}

#[test]
fn a_userinfo_map_says_where_the_identity_stands() {
    let provider = Provider::authlib();
    let map = json!({"sub": "screen_name", "name": "email"});
    let home = home_with(&provider, &json!({ "userinfo_map": map }));
    let account = link(&home);
    assert_eq!(account["subject"], "ada");
    assert_eq!(account["display_name"], "ada@example.test");
}

#[test]
fn the_verifier_is_sent_once_whatever_comes_back() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    provider.answer("/oauth1/token", 1, 500, "");
    let linking = home.start_link(&["old"]);
    let address = linking.address().unwrap();
    let Ended::Redirected(back) = Browser::default().authorize(&address, &Person::allowing("ada")) else {
        panic!("not sent back")
    };
    let (status, page) = Browser::default().open(back.as_str());
    assert_eq!(status, 400);
    assert!(page.contains("Not linked"), "{page}");
    linking.end().fails("provider_unavailable", 6);
    assert_eq!(provider.requests_to("/oauth1/token").len(), 1);
}
