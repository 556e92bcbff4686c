//! Everything a provider can answer but the ID token: metadata, redirects, token answers, keys, userinfo.

use std::time::Duration;

use keybelt_test_support::Home;
use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use serde_json::{Value, json};

use crate::{accounts_in, home, home_with, link, refused_link};

type OnAnswer = fn(&mut Answer);

#[track_caller]
fn refused(hostile: &Hostile, twists: Twists, code: &str, exit: i32) -> Home {
    hostile.twist(twists);
    let home = home_with(hostile);
    refused_link(&home, code, code, exit);
    home
}

#[test]
fn metadata_that_cannot_be_trusted_is_refused_before_the_person_is_sent_anywhere() {
    let cases: [(&str, &str, i32, OnAnswer); 13] = [
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
        ("no issuer", "invalid_metadata", 7, |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("issuer")));
        }),
        ("no authorization endpoint", "invalid_metadata", 7, |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("authorization_endpoint")));
        }),
        ("no keys for OpenID Connect", "invalid_metadata", 7, |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("jwks_uri")));
        }),
        ("a number as issuer", "invalid_metadata", 7, |answer| {
            answer.edit(|body| body["issuer"] = json!(7));
        }),
        ("no JSON", "invalid_metadata", 7, |answer| {
            answer.body = b"<html>".to_vec()
        }),
        ("a list", "invalid_metadata", 7, |answer| {
            answer.body = b"[]".to_vec()
        }),
        ("too large", "invalid_response", 7, |answer| {
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
        refused_link(&home, wrong, code, exit);
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
    refused_link(&home, "a member twice", "invalid_response", 7);
    assert_eq!(hostile.count("/authorize"), 0);
}

#[test]
fn what_no_token_answer_may_be_is_refused() {
    let cases: [(&str, &str, i32, OnAnswer); 18] = [
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
        ("no token type", "invalid_response", 7, |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("token_type")));
        }),
        ("an unknown token type", "invalid_response", 7, |answer| {
            answer.edit(|body| body["token_type"] = json!("mac"));
        }),
        (
            "a token type of token exchange",
            "invalid_response",
            7,
            |answer| {
                answer.edit(|body| body["token_type"] = json!("N_A"));
            },
        ),
        (
            "a newline in the refresh token",
            "invalid_response",
            7,
            |answer| {
                answer.edit(|body| body["refresh_token"] = json!("a\nb"));
            },
        ),
        ("a newline after the ID token", "invalid_response", 7, |answer| {
            answer.edit(|body| body["id_token"] = json!(format!("{}\n", body["id_token"].as_str().unwrap())));
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
        let home = refused(
            &hostile,
            Twists {
                token: Some(Box::new(change)),
                ..Twists::default()
            },
            code,
            exit,
        );
        assert_eq!(hostile.count("/token"), 1, "{wrong}: a code is sent once (AF-20)");
        for path in ["/elsewhere", "/userinfo"] {
            assert_eq!(hostile.count(path), 0, "{wrong}");
        }
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
    for (change, code, exit) in [
        (
            (|answer| *answer = Answer::text(503, "text/plain", "")) as OnAnswer,
            "provider_unavailable",
            6,
        ),
        (|answer| answer.body = b"{}".to_vec(), "invalid_response", 7),
    ] {
        let hostile = Hostile::honest();
        let twists = Twists {
            jwks: Some(Box::new(change)),
            ..Twists::default()
        };
        refused(&hostile, twists, code, exit);
        assert_eq!(hostile.count("/userinfo"), 0, "{code}");
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
fn af_26_a_token_answer_that_comes_slowly_is_taken_and_its_life_runs_from_the_request() {
    let slow: OnAnswer = |answer| answer.delay = Duration::from_secs(2);
    let hostile = Hostile::twisted(Twists {
        token: Some(Box::new(slow)),
        ..Twists::default()
    });
    let account = link(&home_with(&hostile));
    let left = account["expires_at"].as_i64().unwrap() - account["obtained_at"].as_i64().unwrap();
    assert!(left < 3600, "{account}");
}

#[test]
fn md_11_di_03_metadata_may_say_less_or_more_than_is_used() {
    let changes: [OnAnswer; 3] = [
        |answer| answer.edit(|body| drop(body.as_object_mut().unwrap().remove("response_types_supported"))),
        |answer| answer.edit(|body| drop(body.as_object_mut().unwrap().remove("subject_types_supported"))),
        |answer| {
            answer.edit(|body| {
                let there = "https://honest.example.test/token";
                body["mtls_endpoint_aliases"] = json!({"token_endpoint": there, "userinfo_endpoint": there});
            })
        },
    ];
    for change in changes {
        let hostile = Hostile::twisted(Twists {
            metadata: Some(Box::new(change)),
            ..Twists::default()
        });
        link(&home_with(&hostile));
        assert_eq!((hostile.count("/token"), hostile.count("/userinfo")), (1, 1));
    }
}

#[test]
fn an_endpoint_that_is_not_secure_does_not_enter_a_profile() {
    let home = home();
    let add = |set: &str| home.json(&["profile", "add", "work", "--client-id", CLIENT_ID, "--set", set]);
    add("access_token_url=http://id.example.test/token").fails("insecure_endpoint", 8);
    assert_eq!(home.json(&["profile", "list"]).ok().json(), json!([]));
    add("access_token_url=https://id.example.test/token").ok();
}
