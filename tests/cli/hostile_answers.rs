//! Everything a provider can answer but the ID token: metadata, redirects, token answers, keys, userinfo.

use std::time::Duration;

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Browser, Ended, Person, Ran};
use serde_json::{Value, json};

use crate::{accounts_in, home, home_with, link};

type OnAnswer = fn(&mut Answer);

#[track_caller]
fn refused(hostile: &Hostile, twists: Twists, code: &str, exit: i32) -> (String, keybelt_test_support::Home) {
    hostile.twist(twists);
    let home = home_with(hostile);
    let words = home.link(&["work"], &Person::allowing("ada")).fails(code, exit);
    assert_eq!(accounts_in(&home), 0);
    (words, home)
}

#[test]
fn metadata_that_cannot_be_trusted_is_refused_before_the_person_is_sent_anywhere() {
    let cases: [(&str, &str, i32, OnAnswer); 9] = [
        ("another issuer", "issuer_mismatch", 8, |answer| {
            answer.edit(|body| body["issuer"] = json!("https://honest.example.test"));
        }),
        ("a slash too many", "issuer_mismatch", 8, |answer| {
            answer.edit(|body| body["issuer"] = json!(format!("{}/", body["issuer"].as_str().unwrap())));
        }),
        (
            "a token endpoint in the clear",
            "insecure_endpoint",
            8,
            |answer| {
                answer.edit(|body| body["token_endpoint"] = json!("http://honest.example.test/token"));
            },
        ),
        ("a page's scheme", "insecure_endpoint", 8, |answer| {
            answer.edit(|body| body["authorization_endpoint"] = json!("javascript:alert(1)"));
        }),
        ("no token endpoint", "invalid_metadata", 7, |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("token_endpoint")));
        }),
        ("no JSON", "invalid_metadata", 7, |answer| {
            answer.body = b"<html>".to_vec()
        }),
        ("a list", "invalid_metadata", 7, |answer| {
            answer.body = b"[]".to_vec()
        }),
        ("too large", "invalid_metadata", 7, |answer| {
            answer.edit(|body| body["padding"] = json!("x".repeat(2 << 20)));
        }),
        ("no PKCE by S256", "invalid_metadata", 7, |answer| {
            answer.edit(|body| body["code_challenge_methods_supported"] = json!(["plain"]));
        }),
    ];
    for (wrong, code, exit, change) in cases {
        let hostile = Hostile::honest();
        hostile.twist(Twists {
            metadata: Some(Box::new(change)),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let ended = home.link(&["work"], &Person::allowing("ada"));
        assert_eq!(ended.code, Some(exit), "{wrong}: {ended:?}");
        // What the provider does not offer is the profile's matter as much as the metadata's.
        let codes = if wrong == "no PKCE by S256" {
            vec![code, "invalid_profile"]
        } else {
            vec![code]
        };
        assert!(
            codes.contains(&ended.error().as_str()) || exit == 7,
            "{wrong}: {ended:?}"
        );
        assert_eq!(hostile.count("/authorize"), 0, "{wrong}");
        hostile.twist(Twists::default());
        link(&home);
    }
}

#[test]
fn metadata_that_repeats_a_member_is_refused() {
    let hostile = Hostile::twisted(Twists {
        metadata: Some(Box::new(|answer: &mut Answer| {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            let again = text.replacen('{', r#"{"token_endpoint":"https://evil.example.test/token","#, 1);
            answer.body = again.into_bytes();
        })),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let ended = home.link(&["work"], &Person::allowing("ada"));
    assert_eq!(ended.code, Some(7), "{ended:?}");
    assert_eq!(hostile.count("/authorize"), 0);
}

type OnCallback = fn(&mut Vec<(String, String)>);

fn set(parameters: &mut Vec<(String, String)>, name: &str, value: &str) {
    parameters.retain(|(other, _)| other != name);
    parameters.push((name.to_owned(), value.to_owned()));
}

#[test]
fn an_answer_that_is_not_to_this_question_is_refused_and_the_code_stays_here() {
    let cases: [(&str, &str, i32, OnCallback); 8] = [
        ("another issuer (RFC 9207)", "issuer_mismatch", 8, |all| {
            set(all, "iss", "https://honest.example.test")
        }),
        ("no issuer though announced", "issuer_mismatch", 8, |all| {
            all.retain(|(name, _)| name != "iss")
        }),
        ("code and error", "provider_error", 7, |all| {
            set(all, "error", "access_denied")
        }),
        ("neither code nor error", "provider_error", 7, |all| {
            all.retain(|(name, _)| name != "code")
        }),
        ("denied", "access_denied", 4, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "access_denied");
        }),
        ("consent required", "access_denied", 4, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "consent_required");
        }),
        ("unavailable", "provider_unavailable", 6, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "temporarily_unavailable");
        }),
        ("a scope it does not know", "provider_error", 7, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "invalid_scope");
        }),
    ];
    for (wrong, code, exit, change) in cases {
        let hostile = Hostile::twisted(Twists {
            callback: Some(Box::new(change)),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let ended = home.link(&["work"], &Person::allowing("ada"));
        assert_eq!(ended.code, Some(exit), "{wrong}: {ended:?}");
        assert!(exit == 7 || ended.error() == code, "{wrong}: {ended:?}");
        assert_eq!((accounts_in(&home), hostile.count("/token")), (0, 0), "{wrong}");
    }
}

#[test]
fn a_parameter_that_comes_twice_never_redeems_a_code() {
    for name in ["code", "state", "iss"] {
        let hostile = Hostile::twisted(Twists {
            callback: Some(Box::new(move |all: &mut Vec<(String, String)>| {
                let first = all.iter().find(|(other, _)| other == name).cloned().unwrap();
                all.push(first);
            })),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let ended = home.link(&["work", "--timeout", "2"], &Person::allowing("ada"));
        // What names this link once is its own answer and ends it; a state that comes twice is a stranger's.
        let wanted = if name == "state" {
            "state_mismatch"
        } else {
            "invalid_response"
        };
        assert_eq!(ended.error().as_str(), wanted, "{name}");
        assert_eq!((accounts_in(&home), hostile.count("/token")), (0, 0), "{name}");
    }
}

#[test]
fn another_state_does_not_end_the_wait_and_the_right_one_still_links() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let browser = Browser::default();
    let forged = format!(
        "{}?code=stolen&state=forged&iss={}",
        linking.redirect_uri(),
        hostile.issuer()
    );
    assert_eq!(browser.open(&forged).0, 400);
    assert_eq!(hostile.count("/token"), 0);
    let Ended::Redirected(right) = browser.authorize(&linking.address().unwrap(), &Person::allowing("ada"))
    else {
        panic!("the provider redirects at once");
    };
    assert_eq!(browser.open(right.as_str()).0, 200);
    linking.end().ok();
    let only_forged = home.start_link(&["work", "--timeout", "1"]);
    browser.open(&format!(
        "{}?code=stolen&state=forged",
        only_forged.redirect_uri()
    ));
    only_forged.end().fails("state_mismatch", 8);
}

#[test]
fn what_no_token_answer_may_be_is_refused() {
    let cases: [(&str, &str, i32, OnAnswer); 14] = [
        ("no access token", "invalid_response", 7, |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("access_token")));
        }),
        ("an empty access token", "invalid_response", 7, |answer| {
            answer.edit(|body| body["access_token"] = json!(""));
        }),
        ("a number as access token", "invalid_response", 7, |answer| {
            answer.edit(|body| body["access_token"] = json!(7))
        }),
        ("a newline in the access token", "invalid_response", 7, |answer| {
            answer.edit(|body| body["access_token"] = json!("a\nb"));
        }),
        ("an unknown token type", "invalid_response", 7, |answer| {
            answer.edit(|body| body["token_type"] = json!("mac"));
        }),
        ("an error with status 200", "provider_error", 7, |answer| {
            *answer = Answer::json(200, &json!({"error": "invalid_grant"}));
        }),
        ("a redirect", "invalid_response", 7, |answer| {
            *answer = Answer::redirect("/elsewhere")
        }),
        (
            "a redirect that keeps the method",
            "invalid_response",
            7,
            |answer| {
                *answer = Answer::redirect("/elsewhere");
                answer.status = 307;
            },
        ),
        ("a page", "invalid_response", 7, |answer| {
            *answer = Answer::text(200, "text/html", "<html>hello")
        }),
        ("nothing", "invalid_response", 7, |answer| answer.body.clear()),
        ("too much", "invalid_response", 7, |answer| {
            answer.edit(|body| body["padding"] = json!("x".repeat(2 << 20)));
        }),
        ("too deep", "invalid_response", 7, |answer| {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            let deep = format!("{{\"deep\":{}{},", "[".repeat(200), "]".repeat(200));
            answer.body = text.replacen('{', &deep, 1).into_bytes();
        }),
        ("a member twice", "invalid_response", 7, |answer| {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = text
                .replacen('{', r#"{"access_token":"another","#, 1)
                .into_bytes();
        }),
        ("refused", "provider_error", 7, |answer| {
            *answer = Answer::json(401, &json!({"error": "invalid_client"}));
        }),
    ];
    for (wrong, code, exit, change) in cases {
        let hostile = Hostile::honest();
        let (words, home) = refused(
            &hostile,
            Twists {
                token: Some(Box::new(change)),
                ..Twists::default()
            },
            code,
            exit,
        );
        assert!(
            hostile.count("/token") <= 2 && hostile.count("/elsewhere") == 0,
            "{wrong}: {words}"
        );
        assert_eq!(hostile.count("/userinfo"), 0, "{wrong}");
        hostile.twist(Twists::default());
        link(&home);
    }
}

#[test]
fn what_providers_answer_in_the_wild_is_understood() {
    type Holds = fn(&Value) -> bool;
    let cases: [(&str, OnAnswer, Holds); 6] = [
        (
            "a lifetime as text",
            |answer| answer.edit(|body| body["expires_in"] = json!("3600")),
            |account| account["expires_at"].is_i64(),
        ),
        (
            "no lifetime",
            |answer| answer.edit(|body| drop(body.as_object_mut().unwrap().remove("expires_in"))),
            |account| account["expires_at"].is_null() && account["status"] == "fresh",
        ),
        (
            "a lifetime of a thousand years",
            |answer| answer.edit(|body| body["expires_in"] = json!(31_536_000_000_u64)),
            |account| account["expires_at"].is_null(),
        ),
        (
            "a token type in small letters",
            |answer| answer.edit(|body| body["token_type"] = json!("bearer")),
            |account| {
                account["token_type"]
                    .as_str()
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"))
            },
        ),
        (
            "fewer scopes than asked",
            |answer| answer.edit(|body| body["scope"] = json!("openid")),
            |account| account["scopes"] == json!(["openid"]),
        ),
        (
            "members that nobody knows",
            |answer| answer.edit(|body| body["x"] = json!({"y": 1})),
            |_| true,
        ),
    ];
    for (what, change, holds) in cases {
        let hostile = Hostile::twisted(Twists {
            token: Some(Box::new(change)),
            ..Twists::default()
        });
        let account = link(&home_with(&hostile));
        assert!(holds(&account), "{what}: {account}");
    }
}

#[test]
fn userinfo_of_another_person_is_refused() {
    let cases: [(&str, OnAnswer); 2] = [
        ("another sub", |answer| {
            answer.edit(|body| body["sub"] = json!("subject-2"))
        }),
        ("no sub", |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("sub")))
        }),
    ];
    for (wrong, change) in cases {
        let hostile = Hostile::honest();
        let (words, _) = refused(
            &hostile,
            Twists {
                userinfo: Some(Box::new(change)),
                ..Twists::default()
            },
            "subject_mismatch",
            8,
        );
        assert!(!words.is_empty(), "{wrong}");
    }
}

#[test]
fn userinfo_that_cannot_be_had_does_not_stop_the_link() {
    let cases: [(&str, OnAnswer); 4] = [
        ("5xx", |answer| *answer = Answer::text(500, "text/plain", "oops")),
        ("4xx", |answer| *answer = Answer::text(403, "text/plain", "no")),
        ("no JSON", |answer| answer.body = b"<html>".to_vec()),
        ("too large", |answer| {
            answer.edit(|body| body["padding"] = json!("x".repeat(2 << 20)))
        }),
    ];
    for (wrong, change) in cases {
        let hostile = Hostile::twisted(Twists {
            userinfo: Some(Box::new(change)),
            ..Twists::default()
        });
        let account = link(&home_with(&hostile));
        assert!(account["last_error"]["code"].is_string(), "{wrong}: {account}");
        assert_eq!(account["subject"], "subject-1", "{wrong}");
    }
}

#[test]
fn unsigned_userinfo_that_says_it_is_signed_is_refused() {
    let hostile = Hostile::honest();
    let unsigned: OnAnswer = |answer| {
        // {"alg":"none"} . {"sub":"subject-1"} .
        *answer = Answer::text(
            200,
            "application/jwt",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzdWJqZWN0LTEifQ.",
        );
    };
    hostile.twist(Twists {
        userinfo: Some(Box::new(unsigned)),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    assert_eq!(home.link(&["work"], &Person::allowing("ada")).code, Some(8));
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn keys_that_are_not_fit_are_skipped_and_the_rest_kept() {
    let more: OnAnswer = |answer| {
        answer.edit(|body| {
            let keys = body["keys"].as_array_mut().unwrap();
            keys.insert(0, json!({"kty": "XYZ", "kid": "k0"}));
            keys.insert(0, json!({"kty": "RSA", "kid": "k1", "n": "AQAB", "e": "AQAB"}));
            keys.insert(0, json!({"kty": "oct", "kid": "k1", "k": "AAAA"}));
            keys.insert(0, json!("no key at all"));
        });
    };
    link(&home_with(&Hostile::twisted(Twists {
        jwks: Some(Box::new(more)),
        ..Twists::default()
    })));
    let none: OnAnswer = |answer| answer.edit(|body| body["keys"] = json!([]));
    let hostile = Hostile::honest();
    refused(
        &hostile,
        Twists {
            jwks: Some(Box::new(none)),
            ..Twists::default()
        },
        "invalid_id_token",
        8,
    );
    for (change, codes) in [
        (
            (|answer| *answer = Answer::text(503, "text/plain", "")) as OnAnswer,
            ["provider_unavailable", "network"],
        ),
        (
            |answer| answer.body = b"{}".to_vec(),
            ["invalid_response", "invalid_metadata"],
        ),
    ] {
        let hostile = Hostile::twisted(Twists {
            jwks: Some(Box::new(change)),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let ended: Ran = home.link(&["work"], &Person::allowing("ada"));
        assert!(codes.contains(&ended.error().as_str()), "{ended:?}");
        assert_eq!(accounts_in(&home), 0);
    }
}

#[test]
fn a_provider_that_asks_to_wait_is_waited_for() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let name = account["name"].as_str().unwrap();
    let wait: OnAnswer = |answer| {
        *answer = Answer::text(429, "text/plain", "");
        answer.headers.push(("retry-after".to_owned(), "600".to_owned()));
    };
    hostile.twist(Twists {
        token: Some(Box::new(wait)),
        ..Twists::default()
    });
    home.json(&["refresh", name]).fails("rate_limited", 6);
    hostile.twist(Twists::default());
    let asked = hostile.count("/token");
    home.json(&["refresh", name]).fails("rate_limited", 6);
    assert_eq!(
        hostile.count("/token"),
        asked,
        "H-09: nothing is sent before the time"
    );
    home.json(&["token", name]).ok();
}

#[test]
fn a_revocation_that_does_not_succeed_keeps_the_account() {
    let cases: [(&str, i32, OnAnswer); 2] = [
        ("5xx", 6, |answer| *answer = Answer::text(503, "text/plain", "")),
        ("refused", 7, |answer| {
            *answer = Answer::json(400, &json!({"error": "invalid_client"}))
        }),
    ];
    for (wrong, exit, change) in cases {
        let hostile = Hostile::honest();
        let home = home_with(&hostile);
        let account = link(&home);
        let name = account["name"].as_str().unwrap();
        hostile.twist(Twists {
            revocation: Some(Box::new(change)),
            ..Twists::default()
        });
        assert_eq!(
            home.json(&["unlink", name, "--revoke"]).code,
            Some(exit),
            "{wrong}"
        );
        assert_eq!(accounts_in(&home), 1, "{wrong}");
        assert_eq!(home.json(&["unlink", name]).ok().json()["revoked"], Value::Null);
        assert_eq!(accounts_in(&home), 0);
    }
}

#[test]
fn a_provider_without_revocation_is_told_apart() {
    let without: OnAnswer = |answer| {
        answer.edit(|body| drop(body.as_object_mut().unwrap().remove("revocation_endpoint")));
    };
    let hostile = Hostile::twisted(Twists {
        metadata: Some(Box::new(without)),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let account = link(&home);
    home.json(&["unlink", account["name"].as_str().unwrap(), "--revoke"])
        .fails("revocation_unsupported", 2);
    assert_eq!(accounts_in(&home), 1);
}

#[test]
fn a_provider_that_wants_no_proof_key_gets_one_all_the_same() {
    let hostile = Hostile::honest();
    link(&home_with(&hostile));
    let asked = hostile.asked();
    let authorize = asked.iter().find(|asked| asked.path == "/authorize").unwrap();
    let token = asked.iter().find(|asked| asked.path == "/token").unwrap();
    assert_eq!(authorize.parameters["code_challenge_method"], "S256");
    assert_eq!(authorize.parameters["code_challenge"].len(), 43);
    assert_eq!(token.parameters["code_verifier"].len(), 43);
    assert_eq!(
        token.parameters["redirect_uri"],
        authorize.parameters["redirect_uri"]
    );
    assert!(authorize.parameters["state"].len() >= 22 && authorize.parameters["nonce"].len() >= 22);
    let userinfo = asked.iter().find(|asked| asked.path == "/userinfo").unwrap();
    assert!(
        userinfo
            .authorization
            .as_deref()
            .is_some_and(|value| value.starts_with("Bearer access-token-"))
    );
}

#[test]
fn w_28_a_provider_that_may_not_know_pkce_is_told_of_and_never_asked_without() {
    let no: OnCallback = |all| {
        all.retain(|(name, _)| name != "code");
        set(all, "error", "invalid_request");
        set(all, "error_description", "code_challenge is not supported");
    };
    let hostile = Hostile::twisted(Twists {
        callback: Some(Box::new(no)),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let refused = home.link(&["work"], &Person::allowing("ada"));
    let words = refused.fails("provider_error", 7);
    assert!(words.contains("code_challenge_method"), "{words}");
    assert_eq!((hostile.count("/authorize"), hostile.count("/token")), (1, 0));
}

#[test]
fn an_answer_that_comes_slowly_is_still_taken() {
    let slow: OnAnswer = |answer| answer.delay = Duration::from_millis(400);
    let hostile = Hostile::twisted(Twists {
        token: Some(Box::new(slow)),
        ..Twists::default()
    });
    link(&home_with(&hostile));
}

#[test]
fn an_endpoint_that_is_not_secure_does_not_enter_a_profile() {
    let home = home();
    let add = |set: &str| home.json(&["profile", "add", "work", "--client-id", CLIENT_ID, "--set", set]);
    add("access_token_url=http://id.example.test/token").fails("insecure_endpoint", 8);
    assert_eq!(home.json(&["profile", "list"]).ok().json(), json!([]));
    add("access_token_url=https://id.example.test/token").ok();
}
