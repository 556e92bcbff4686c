use keybelt_test_support::{Browser, CONSUMER, ODD_CONSUMER, Person, Provider, RSA_CONSUMER};
use serde_json::{Value, json};
use url::Url;

use super::{CALLBACK, Carried, add_profile, home_with, link, signed};
use crate::{accounts_in, home, name_of};

const METHODS: [&str; 4] = ["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"];
const PLACES: [(&str, &str); 4] = [
    ("HEADER", "header"),
    ("header", "header"),
    ("QUERY", "query"),
    ("BODY", "body"),
];

#[test]
fn each_signature_method_links_in_each_placement() {
    let provider = Provider::authlib();
    for method in METHODS {
        for (placement, place) in PLACES {
            let case = format!("{method} {placement}");
            let home = home();
            let client = if method == "RSA-SHA1" {
                RSA_CONSUMER
            } else {
                CONSUMER
            };
            add_profile(
                &home,
                &provider,
                &json!({"client_id": client, "client_kwargs": {
                    "signature_method": method,
                    "signature_type": placement,
                    "plaintext_on_loopback": true,
                }}),
            )
            .ok();
            if method == "RSA-SHA1" {
                home.json(&[
                    "profile",
                    "set",
                    "old",
                    "--new-rsa-key",
                    "--unset",
                    "client_secret",
                ])
                .ok();
                let key = home.json(&["profile", "public-key", "old"]).ok().json();
                provider.set_rsa_key(key["public_key"].as_str().unwrap());
            }
            let account = link(&home);
            assert_eq!(account["email"], "ada@example.test", "{case}");
            for path in ["/oauth1/initiate", "/oauth1/token"] {
                let last = signed(&provider, path).pop().unwrap();
                assert_eq!(last["oauth_signature_method"], method, "{case} {path}");
                assert_eq!(last["placement"], place, "{case} {path}");
                assert_eq!(last["oauth_version"], "1.0", "{case} {path}");
            }
            // A GET has no body, so its parameters go into the header (RFC 5849 §3.5).
            let asked = signed(&provider, "/api/me").pop().unwrap();
            let there = if place == "body" { "header" } else { place };
            assert_eq!(asked["placement"], there, "{case}");
            assert_eq!(asked["oauth_signature_method"], method, "{case}");
        }
    }
}

#[test]
fn a_key_and_a_secret_that_must_be_encoded_link_in_each_placement() {
    let provider = Provider::authlib();
    let (key, secret) = ODD_CONSUMER;
    for method in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] {
        for (placement, _) in PLACES {
            let home = home_with(
                &provider,
                &json!({"client_id": key, "client_secret": secret, "client_kwargs": {
                    "signature_method": method,
                    "signature_type": placement,
                    "plaintext_on_loopback": true,
                }}),
            );
            assert_eq!(link(&home)["protocol"], "oauth1", "{method} {placement}");
        }
    }
}

#[test]
fn the_steps_carry_what_they_must_and_nothing_twice() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let linking = home.start_link(&["old"]);
    let address = Url::parse(&linking.address().unwrap()).unwrap();
    let redirect_uri = linking.redirect_uri();
    let back = Browser::default()
        .authorize(address.as_str(), &Person::allowing("ada"))
        .address();
    Browser::default().open(back.as_str());
    linking.end().ok();

    let [asked] = &signed(&provider, "/oauth1/initiate")[..] else {
        panic!("not one request")
    };
    assert_eq!(asked["oauth_callback"], json!(redirect_uri));
    assert_eq!(asked["oauth_token"], Value::Null);
    let token = parameter(&address, "oauth_token");
    let [exchanged] = &signed(&provider, "/oauth1/token")[..] else {
        panic!("not one request")
    };
    assert_eq!(exchanged["oauth_token"], json!(token));
    assert_eq!(
        exchanged["oauth_verifier"],
        json!(parameter(&back, "oauth_verifier"))
    );
    assert_eq!(exchanged["oauth_callback"], Value::Null);
    for request in provider.requests_to("/oauth1/token") {
        assert_eq!(request["headers"]["content-length"], "0");
    }
}

fn parameter(address: &Url, name: &str) -> String {
    let mut found = address.query_pairs().filter(|(known, _)| known == name);
    let (_, value) = found.next().unwrap();
    assert!(found.next().is_none());
    value.into_owned()
}

#[test]
fn a_profiles_own_parameters_and_realm_go_along() {
    let provider = Provider::authlib();
    let home = home_with(
        &provider,
        &json!({
            "request_token_params": {"scope": "read write"},
            "authorize_params": {"theme": "dark & light"},
            "access_token_params": {"kind": "desktop"},
            "client_kwargs": {"realm": "Photos, all"},
        }),
    );
    link(&home);
    let of = |path: &str| provider.requests_to(path).pop().unwrap();
    assert_eq!(of("/oauth1/initiate")["body"], "scope=read+write");
    assert_eq!(of("/oauth1/token")["body"], "kind=desktop");
    assert_eq!(
        provider.requests_to("/oauth1/authorize")[0]["params"]["theme"],
        "dark & light"
    );
    for path in ["/oauth1/initiate", "/oauth1/token", "/api/me"] {
        assert_eq!(of(path)["oauth"]["realm"], "Photos, all", "{path}");
    }
}

#[test]
fn a_body_hash_covers_what_is_no_form_where_the_profile_says_so() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"client_kwargs": {"body_hash": true}}));
    link(&home);
    // Of the empty string, by SHA-1 (OAuth Request Body Hash, draft 4).
    assert_eq!(
        signed(&provider, "/api/me").pop().unwrap()["oauth_body_hash"],
        "2jmj7l5rSw0yVb/vlWAYkK/YBwk="
    );
}

#[test]
fn temporary_credentials_lie_sealed_while_the_person_is_away_and_are_gone_after() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let linking = home.start_link(&["old"]);
    let address = linking.address().unwrap();
    let token = parameter(&Url::parse(&address).unwrap(), "oauth_token");
    let holds = |text: &str| {
        home.bytes()
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(!holds(&token));
    let back = Browser::default()
        .authorize(&address, &Person::allowing("ada"))
        .address();
    Browser::default().open(back.as_str());
    let account = crate::account_of(&linking.end().ok());
    let pair = home.json(&["token", name_of(&account)]).ok().json();
    for secret in ["oauth_token", "oauth_token_secret"] {
        assert!(!holds(pair[secret].as_str().unwrap()), "{secret}");
    }
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
}

#[test]
fn an_answer_for_another_token_does_not_end_the_wait_and_the_right_one_does() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    provider.set(&json!({"oauth1_callback_token": "somebody-elses"}));
    let linking = home.start_link(&["old"]);
    let address = linking.address().unwrap();
    let foreign = Browser::default()
        .authorize(&address, &Person::allowing("ada"))
        .address();
    let (status, page) = Browser::default().open(foreign.as_str());
    assert_eq!(status, 400);
    assert!(page.contains("Not the answer Keybelt waits for"), "{page}");
    let token = parameter(&Url::parse(&address).unwrap(), "oauth_token");
    let right = foreign.as_str().replace("somebody-elses", &token);
    let (status, page) = Browser::default().open(&right);
    assert_eq!(status, 200, "{page}");
    linking.end().ok();
}

#[test]
fn only_answers_for_another_token_end_in_state_mismatch() {
    let provider = Provider::authlib();
    provider.set(&json!({"oauth1_callback_token": "somebody-elses"}));
    let home = home_with(&provider, &json!({"redirect_uri": CALLBACK}));
    let mut carried = Carried::start(&home);
    let foreign = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .address();
    carried.say(foreign.as_str());
    carried.end().fails("state_mismatch", 8);
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn an_answer_is_taken_once() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"redirect_uri": CALLBACK}));
    let mut first = Carried::start(&home);
    let answer = Browser::default()
        .authorize(first.url(), &Person::allowing("ada"))
        .address();
    first.say(answer.as_str());
    first.end().ok();
    let mut again = Carried::start(&home);
    again.say(answer.as_str());
    again.end().fails("state_mismatch", 8);
    assert_eq!(signed(&provider, "/oauth1/token").len(), 1);
    assert_eq!(accounts_in(&home), 1);
}

#[test]
fn an_answer_that_names_a_parameter_twice_is_refused() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"redirect_uri": CALLBACK}));
    let mut carried = Carried::start(&home);
    let answer = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .address();
    carried.say(&format!("{answer}&oauth_verifier=another"));
    carried.end().fails("invalid_response", 7);
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn a_no_in_each_of_its_forms_is_access_denied() {
    let provider = Provider::authlib();
    for form in ["error", "denied", "problem", "token"] {
        provider.set(&json!({"oauth1_denial": form}));
        let home = home_with(&provider, &json!({}));
        let words = home.link(&["old"], &Person::denying()).fails("access_denied", 4);
        assert!(words.contains("not allowed"), "{form}: {words}");
        assert_eq!(accounts_in(&home), 0, "{form}");
    }
    assert!(signed(&provider, "/oauth1/token").is_empty());
}

#[test]
fn a_no_that_names_no_link_does_not_end_the_wait() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"redirect_uri": CALLBACK}));
    let nameless = format!("{CALLBACK}?error=access_denied&error_description=No");
    let mut carried = Carried::start(&home);
    carried.say(&nameless);
    let answer = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .address();
    carried.say(answer.as_str());
    carried.end().ok();
    // Where nothing better comes, it is what was said.
    let mut carried = Carried::start(&home);
    carried.say(&nameless);
    carried.end().fails("access_denied", 4);
    // An answer that says nothing at all is a stranger's.
    let mut carried = Carried::start(&home);
    carried.say(CALLBACK);
    carried.end().fails("state_mismatch", 8);
}

#[test]
fn the_browser_is_told_of_a_no_that_names_no_link() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let linking = home.start_link(&["old"]);
    let (status, page) = Browser::default().open(&format!("{}?error=access_denied", linking.redirect_uri()));
    assert_eq!(status, 400);
    assert!(page.contains("access was not allowed"), "{page}");
    linking.signal("INT");
    linking.end().fails("cancelled", 4);
}

#[test]
fn a_wrong_clock_is_set_right_by_the_servers_and_for_the_whole_link() {
    let provider = Provider::authlib();
    for ahead in [4_000, -4_000] {
        let home = home_with(&provider, &json!({}));
        provider.set(&json!({"clock": ahead}));
        let before = signed(&provider, "/oauth1/initiate").len();
        link(&home);
        let asked = signed(&provider, "/oauth1/initiate").split_off(before);
        assert_eq!(asked.len(), 2, "refused once, then by the server's clock");
        assert_ne!(asked[0]["oauth_nonce"], asked[1]["oauth_nonce"]);
        let seconds =
            |request: &Value| -> i64 { request["oauth_timestamp"].as_str().unwrap().parse().unwrap() };
        assert!((seconds(&asked[1]) - seconds(&asked[0]) - ahead).abs() < 60);
    }
    assert_eq!(signed(&provider, "/oauth1/token").len(), 2);
    assert_eq!(signed(&provider, "/api/me").len(), 2);
}

#[test]
fn plaintext_without_tls_is_refused_before_anything_is_sent() {
    let provider = Provider::authlib();
    let home = home();
    let plain = json!({"client_kwargs": {"signature_method": "PLAINTEXT"}});
    let refused = add_profile(&home, &provider, &plain);
    let words = refused.fails("invalid_profile", 2);
    assert!(words.contains("plaintext_on_loopback"), "{words}");
    assert!(provider.log().is_empty());
}

#[test]
fn a_secret_that_is_not_there_is_not_replaced_by_a_weaker_method() {
    let provider = Provider::authlib();
    let home = home_with(
        &provider,
        &json!({"client_kwargs": {"signature_method": "RSA-SHA1"}}),
    );
    let words = home
        .link(&["old"], &Person::allowing("ada"))
        .fails("invalid_profile", 2);
    assert!(words.contains("rsa_key"), "{words}");
    home.json(&["profile", "set", "old", "--unset", "client_secret"])
        .ok();
    home.json(&[
        "profile",
        "set",
        "old",
        "--set",
        "client_kwargs.signature_method=HMAC-SHA256",
    ])
    .ok();
    let words = home
        .link(&["old"], &Person::allowing("ada"))
        .fails("invalid_profile", 2);
    assert!(words.contains("client_secret"), "{words}");
    assert!(provider.log().is_empty());
}

#[test]
fn the_same_person_renews_their_account_and_another_makes_one() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let first = link(&home);
    let before = home.json(&["token", name_of(&first)]).ok().json();
    let again = link(&home);
    assert_eq!(first["name"], again["name"]);
    assert_ne!(before, home.json(&["token", name_of(&again)]).ok().json());
    let grace = crate::account_of(&home.link(&["old"], &Person::allowing("grace")).ok());
    assert_ne!(grace["name"], first["name"]);
    assert_eq!(accounts_in(&home), 2);
    let named = home.link(&["old", "--account", name_of(&grace)], &Person::allowing("ada"));
    named.fails("already_exists", 2);
}

#[test]
fn a_killed_link_leaves_a_vault_that_works() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let linking = home.start_link(&["old"]);
    linking.signal("KILL");
    assert_eq!(linking.end().code, None);
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    link(&home);
}

#[test]
fn a_profile_without_its_addresses_says_which_is_missing() {
    let provider = Provider::authlib();
    for key in ["authorize_url", "access_token_url", "client_id"] {
        let home = home_with(&provider, &json!({ key: null }));
        let words = home
            .link(&["old"], &Person::allowing("ada"))
            .fails("invalid_profile", 2);
        assert!(words.contains(key), "{words}");
    }
}
