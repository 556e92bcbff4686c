//! The token and revocation endpoints, beyond what one answer holds: how often they are asked, by whom, with what, and what
//! becomes of the grant. Each case has its honest twin in the same home.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keybelt_test_support::hostile::{Answer, Asked, CLIENT_ID, Hostile, Signing, Twists};
use keybelt_test_support::{Home, Person, Provider};
use serde_json::{Value, json};

use crate::settings_on_the_wire::{asked, home_that_says};
use crate::{accounts_in, home_at, home_with, link, name_of};

type OnAnswer = fn(&mut Answer);
/// A code and its exit status; none where the account goes.
type Refusal = Option<(&'static str, i32)>;

fn at_token(change: OnAnswer) -> Twists {
    Twists {
        token: Some(Box::new(change)),
        ..Twists::default()
    }
}

/// What the token endpoint was asked for by this grant.
fn by_grant(hostile: &Hostile, grant: &str) -> Vec<Asked> {
    let mut requests = asked(hostile, "/token");
    requests.retain(|asked| {
        asked
            .parameters
            .get("grant_type")
            .is_some_and(|said| said == grant)
    });
    requests
}

fn refresh_tokens_sent(hostile: &Hostile) -> Vec<String> {
    let sent = by_grant(hostile, "refresh_token").into_iter();
    sent.map(|asked| asked.parameters["refresh_token"].clone())
        .collect()
}

fn is_basic(asked: &Asked) -> bool {
    let authorization = asked.authorization.as_deref().unwrap_or_default();
    authorization.starts_with("Basic ")
}

/// Takes the client's secret from the body alone, although it lists both ways.
fn takes_post_alone() -> Twists {
    Twists {
        instead: Some(Box::new(|asked| {
            let refused = asked.path == "/token" && is_basic(asked);
            refused.then(|| Answer::json(401, &json!({"error": "invalid_client"})))
        })),
        ..Twists::default()
    }
}

#[test]
fn af_14_basic_that_is_refused_is_tried_once_by_post_and_what_worked_is_remembered() {
    let hostile = Hostile::twisted(takes_post_alone());
    let home = home_that_says(&hostile, &json!({"client_secret": "s3c:ret"}));
    let account = link(&home);
    let ways: Vec<bool> = asked(&hostile, "/token").iter().map(is_basic).collect();
    assert_eq!(ways, [true, false]);
    home.json(&["refresh", name_of(&account)]).ok();
    let ways: Vec<bool> = asked(&hostile, "/token").iter().map(is_basic).collect();
    assert_eq!(ways, [true, false, false], "what worked is taken at once");

    // A way that somebody chose, or that alone is listed, is not left.
    let chosen = json!({"client_secret": "s3c:ret", "client_kwargs": {"token_endpoint_auth_method": "client_secret_basic"}});
    let hostile = Hostile::twisted(takes_post_alone());
    let home = home_that_says(&hostile, &chosen);
    let refused = home.link(&["work"], &Person::allowing("ada"));
    let words = refused.fails("provider_error", 7);
    assert!(words.contains("client secret"), "{words}");
    assert_eq!((hostile.count("/token"), accounts_in(&home)), (1, 0));
    let hostile = Hostile::twisted(Twists {
        metadata: Some(Box::new(|answer| {
            let listed = json!(["client_secret_basic"]);
            answer.edit(|body| body["token_endpoint_auth_methods_supported"] = listed);
        })),
        ..takes_post_alone()
    });
    let home = home_that_says(&hostile, &json!({"client_secret": "s3c:ret"}));
    home.link(&["work"], &Person::allowing("ada"))
        .fails("provider_error", 7);
    assert_eq!((hostile.count("/token"), accounts_in(&home)), (1, 0));
}

#[test]
fn af_11_af_13_metadata_that_lists_no_way_means_basic_and_a_public_client_names_itself() {
    let silent: OnAnswer = |answer| {
        answer.edit(|body| {
            let members = body.as_object_mut().unwrap();
            drop(members.remove("token_endpoint_auth_methods_supported"));
        })
    };
    for (secret, basic) in [(json!("s3c:ret"), true), (Value::Null, false)] {
        let hostile = Hostile::twisted(Twists {
            metadata: Some(Box::new(silent)),
            ..Twists::default()
        });
        let home = home_that_says(&hostile, &json!({"client_secret": secret}));
        let account = link(&home);
        home.json(&["refresh", name_of(&account)]).ok();
        let requests = asked(&hostile, "/token");
        assert_eq!(requests.len(), 2);
        for asked in &requests {
            assert_eq!(is_basic(asked), basic);
            assert!(!asked.parameters.contains_key("client_secret"), "one way alone");
            if !basic {
                assert_eq!(asked.parameters["client_id"], CLIENT_ID);
            }
        }
    }
}

#[test]
fn af_20_a_code_whose_answer_was_lost_is_not_sent_again() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    provider.set(&json!({"rules": [{"path": "/token", "times": 1, "drop": "after"}]}));
    home.link(&["work"], &Person::allowing("ada")).fails("network", 6);
    assert_eq!(provider.requests_to("/token").len(), 1);
    assert_eq!(accounts_in(&home), 0);
    provider.set(&json!({"rules": []}));
    link(&home);
}

#[test]
fn h_06_h_11_h_13_each_request_is_a_form_that_asks_for_json_and_says_no_more_than_it_must() {
    let hostile = Hostile::twisted(Twists {
        any: Some(Box::new(|_, answer| {
            let cookie = ("set-cookie".to_owned(), "session=follow-me; Path=/".to_owned());
            answer.headers.push(cookie);
        })),
        ..Twists::default()
    });
    let home = home_that_says(
        &hostile,
        &json!({"client_secret": "s3c:ret", "access_token_params": {"note": "ä b+c&d"}}),
    );
    let account = link(&home);
    home.json(&["refresh", name_of(&account)]).ok();
    home.json(&["unlink", name_of(&account), "--revoke"]).ok();
    let all = hostile.asked();
    for path in ["/token", "/revoke"] {
        for asked in all.iter().filter(|asked| asked.path == path) {
            assert_eq!(asked.method, "POST");
            assert_eq!(asked.query, "", "AF-12: nothing of it is in the address");
            assert_eq!(
                asked.headers["content-type"].split(';').next(),
                Some("application/x-www-form-urlencoded")
            );
        }
    }
    for asked in all.iter().filter(|asked| asked.path != "/authorize") {
        assert!(
            asked.headers["accept"].contains("application/json"),
            "{}",
            asked.path
        );
        assert_eq!(
            asked.headers["user-agent"],
            concat!("Keybelt/", env!("CARGO_PKG_VERSION"))
        );
        for name in ["cookie", "referer", "origin"] {
            assert!(!asked.headers.contains_key(name), "{name} at {}", asked.path);
        }
    }
    let code = String::from_utf8(by_grant(&hostile, "authorization_code")[0].body.clone()).unwrap();
    assert!(code.contains("note=%C3%A4+b%2Bc%26d"), "a space is a plus");
}

#[test]
fn af_27_a_token_that_is_over_as_it_comes_is_renewed_once_and_then_taken() {
    for life in [json!(0), json!(-5), json!("0"), json!(0.5)] {
        let hostile = Hostile::honest();
        hostile.token_lifetime(life.clone());
        let home = home_with(&hostile);
        let account = link(&home);
        for times in 1..=2 {
            let told = home.json(&["token", name_of(&account)]).ok().json();
            assert!(told["access_token"].is_string(), "{life}");
            assert_eq!(by_grant(&hostile, "refresh_token").len(), times, "{life}");
        }
    }
}

#[test]
fn af_36_only_invalid_grant_ends_a_grant() {
    let cases: [(&str, &str, i32, &str, OnAnswer); 15] = [
        ("invalid_client", "provider_error", 7, "client secret", |answer| {
            *answer = Answer::json(401, &json!({"error": "invalid_client"}))
        }),
        (
            "invalid_client by 400",
            "provider_error",
            7,
            "client secret",
            |answer| *answer = Answer::json(400, &json!({"error": "invalid_client"})),
        ),
        (
            "unauthorized_client",
            "provider_error",
            7,
            "client secret",
            |answer| *answer = Answer::json(400, &json!({"error": "unauthorized_client"})),
        ),
        (
            "invalid_request",
            "provider_error",
            7,
            "invalid_request",
            |answer| *answer = Answer::json(400, &json!({"error": "invalid_request"})),
        ),
        ("invalid_scope", "provider_error", 7, "invalid_scope", |answer| {
            *answer = Answer::json(400, &json!({"error": "invalid_scope"}))
        }),
        (
            "unsupported_grant_type",
            "provider_error",
            7,
            "unsupported_grant_type",
            |answer| *answer = Answer::json(400, &json!({"error": "unsupported_grant_type"})),
        ),
        ("an error of its own", "invalid_response", 7, "", |answer| {
            *answer = Answer::json(400, &json!({"error": "out_of_tea"}))
        }),
        ("almost invalid_grant", "invalid_response", 7, "", |answer| {
            *answer = Answer::json(400, &json!({"error": "invalid_grant "}))
        }),
        ("an empty 400", "invalid_response", 7, "400", |answer| {
            *answer = Answer::text(400, "text/plain", "")
        }),
        ("404", "invalid_response", 7, "404", |answer| {
            *answer = Answer::text(404, "text/html", "<html>")
        }),
        (
            "a redirect to a sign-in page",
            "invalid_response",
            7,
            "",
            |answer| *answer = Answer::redirect("/sign-in?next=token"),
        ),
        (
            "a page of a firewall",
            "provider_unavailable",
            6,
            "403",
            |answer| *answer = Answer::text(403, "text/html", "<html>blocked"),
        ),
        (
            "500 with the word in it",
            "provider_unavailable",
            6,
            "500",
            |answer| *answer = Answer::json(500, &json!({"error": "invalid_grant"})),
        ),
        ("502", "provider_unavailable", 6, "502", |answer| {
            *answer = Answer::text(502, "text/html", "<html>invalid_grant")
        }),
        ("unavailable", "provider_unavailable", 6, "", |answer| {
            *answer = Answer::json(400, &json!({"error": "temporarily_unavailable"}))
        }),
    ];
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let name = name_of(&account);
    for (wrong, code, exit, word, change) in cases {
        hostile.twist(at_token(change));
        let words = home.json(&["refresh", name]).fails(code, exit);
        assert!(words.contains(word), "{wrong}: {words}");
        let shown = home.json(&["show", name]).ok().json();
        assert_eq!(
            (&shown["status"], &shown["last_error"]["code"]),
            (&json!("retrying"), &json!(code)),
            "{wrong}"
        );
        // The token that lives is still good, and the grant too: the same refresh token is sent next.
        home.json(&["token", name]).ok();
        hostile.twist(Twists::default());
        home.json(&["refresh", name]).ok();
        let sent = refresh_tokens_sent(&hostile);
        assert_eq!(sent[sent.len() - 1], sent[sent.len() - 2], "{wrong}");
        assert_eq!(hostile.count("/sign-in"), 0);
    }
    for over in [
        Answer::json(400, &json!({"error": "invalid_grant"})),
        Answer::json(200, &json!({"error": "invalid_grant"})),
        Answer::json(
            401,
            &json!({"error": {"type": "OAuthException", "code": 190, "message": "gone"}}),
        ),
    ] {
        let hostile = Hostile::honest();
        let home = home_with(&hostile);
        let account = link(&home);
        hostile.twist(Twists {
            token: Some(Box::new(move |answer| *answer = over.clone())),
            ..Twists::default()
        });
        home.json(&["refresh", name_of(&account)])
            .fails("needs_relink", 3);
        assert_eq!(by_grant(&hostile, "refresh_token").len(), 1);
    }
}

#[test]
fn w_30_a_provider_that_asks_for_a_pause_without_its_length_gets_a_minute() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    hostile.twist(at_token(|answer| *answer = Answer::text(429, "text/plain", "")));
    for _ in 0..2 {
        let words = home
            .json(&["refresh", name_of(&account)])
            .fails("rate_limited", 6);
        let seconds: Vec<u64> = words
            .split(|character: char| !character.is_ascii_digit())
            .filter_map(|number| number.parse().ok())
            .collect();
        assert!(
            seconds.iter().any(|seconds| (30..=61).contains(seconds)),
            "{words}"
        );
    }
    assert_eq!(by_grant(&hostile, "refresh_token").len(), 1);
}

#[test]
fn af_39_the_end_of_the_grant_is_kept_where_it_is_said() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for (said, ends) in [
        (json!({"refresh_expires_in": 1000}), true),
        (json!({"refresh_token_expires_in": "1000"}), true),
        (json!({"x_refresh_token_expires_in": 1000}), true),
        (json!({"refresh_expires_in": 0}), false),
        (json!({}), false),
    ] {
        let more = said.clone();
        hostile.twist(Twists {
            token: Some(Box::new(move |answer| {
                answer.edit(|body| {
                    body.as_object_mut()
                        .unwrap()
                        .extend(more.as_object().unwrap().clone())
                });
            })),
            ..Twists::default()
        });
        let account = link(&home);
        let left = account["grant_expires_at"]
            .as_i64()
            .map(|at| at - account["linked_at"].as_i64().unwrap());
        assert_eq!(
            left.is_some_and(|left| (990..=1000).contains(&left)),
            ends,
            "{said}: {account}"
        );
        let source = if ends { json!("provider") } else { Value::Null };
        assert_eq!(account["grant_expiry_source"], source, "{said}");
    }
}

#[test]
fn w_13_a_refresh_token_that_is_given_once_stays_when_the_same_person_links_again() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let without: OnAnswer =
        |answer| answer.edit(|body| drop(body.as_object_mut().unwrap().remove("refresh_token")));
    let account = link(&home);
    hostile.twist(at_token(without));
    let again = link(&home);
    assert_eq!(
        (&again["name"], &again["refreshable"]),
        (&account["name"], &json!(true))
    );
    home.json(&["refresh", name_of(&account)]).ok();
    let sent = refresh_tokens_sent(&hostile);
    assert_eq!(sent.len(), 1);
    assert!(hostile.given().contains(&sent[0]));
    // Another client's is not: its secret would not fit, and the provider would end the grant.
    home.json(&["profile", "set", "work", "--client-id", "another-client"])
        .ok();
    hostile.twist(Twists {
        id_token: Some(Box::new(|token| token.claims["aud"] = json!("another-client"))),
        ..at_token(without)
    });
    assert_eq!(link(&home)["refreshable"], false);
}

#[test]
fn w_31_scopes_that_a_refresh_brings_are_stored_and_told() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    hostile.twist(at_token(|answer| {
        answer.edit(|body| body["scope"] = json!("notes,openid"))
    }));
    let renewed = home.json(&["refresh", name_of(&account)]).ok().json();
    assert_eq!(renewed["scopes"], json!(["notes", "openid"]));
    let watching = home.start(&["--json", "watch", "--since", "0"]);
    assert_eq!(watching.json()["scopes"], json!(["notes", "openid"]));
}

#[test]
fn w_24_an_id_token_that_nobody_asked_for_says_nothing() {
    let hostile = Hostile::twisted(Twists {
        id_token: Some(Box::new(|token| {
            token.claims["sub"] = json!("somebody-else");
            token.signing = Signing::Stranger;
        })),
        ..Twists::default()
    });
    let home = home_that_says(&hostile, &json!({"client_kwargs": {"scope": "notes"}}));
    let account = link(&home);
    assert_eq!(account["subject"], "subject-1", "as userinfo says");
    let shown = home.json(&["show", name_of(&account)]).ok().json();
    assert_eq!((&shown["claims"], &shown["checks"]), (&Value::Null, &json!([])));
    home.json(&["inspect", name_of(&account)]).fails("not_found", 2);
    assert_eq!(hostile.count("/jwks"), 0);
}

#[test]
fn w_34_what_is_no_answer_is_told_by_its_kind_and_never_by_its_words() {
    let cases: [(&str, OnAnswer); 3] = [
        ("text/html", |answer| {
            *answer = Answer::text(200, "text/html", "<html>hello-from-the-page</html>")
        }),
        ("image/png", |answer| {
            *answer = Answer::text(200, "image/png", "hello-from-the-page")
        }),
        ("text/html", |answer| {
            *answer = Answer::text(
                404,
                "text/html; charset=utf-8",
                "<html>hello-from-the-page</html>",
            )
        }),
    ];
    for (kind, change) in cases {
        let hostile = Hostile::twisted(at_token(change));
        let refused = home_with(&hostile).link(&["work"], &Person::allowing("ada"));
        let words = refused.fails("invalid_response", 7);
        assert!(words.contains(kind), "{words}");
        assert!(
            !format!("{refused:?}").contains("hello-from-the-page"),
            "{refused:?}"
        );
    }
    let hostile = Hostile::twisted(at_token(|answer| {
        *answer = Answer::redirect("/sign-in?hello-from-the-page")
    }));
    let refused = home_with(&hostile).link(&["work"], &Person::allowing("ada"));
    refused.fails("invalid_response", 7);
    assert!(
        !format!("{refused:?}").contains("hello-from-the-page"),
        "{refused:?}"
    );
}

#[test]
fn rf_05_of_a_refused_renewal_the_refresh_token_is_kept_and_nothing_else() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let name = name_of(&account);
    let before = home.json(&["token", name]).ok().json();
    hostile.twist(Twists {
        id_token: Some(Box::new(|token| token.claims["sub"] = json!("subject-2"))),
        ..Twists::default()
    });
    home.json(&["refresh", name]).fails("needs_relink", 3);
    assert_eq!(home.json(&["token", name]).ok().json(), before);
    let shown = home.json(&["show", name]).ok().json();
    assert_eq!(shown["claims"]["sub"], "subject-1");
    // What the provider gave last is what it is asked to take back.
    home.json(&["unlink", name, "--revoke"]).ok();
    let revoked = asked(&hostile, "/revoke")[0].parameters["token"].clone();
    let last = hostile
        .given()
        .into_iter()
        .rfind(|given| given.starts_with("refresh-token-"));
    assert_eq!(Some(revoked), last);
}

/// Each revocation: the hint, and whether the token is of that kind.
fn revocations(hostile: &Hostile) -> Vec<(String, bool)> {
    let requests = asked(hostile, "/revoke").into_iter();
    requests
        .map(|asked| {
            let hint = asked.parameters["token_type_hint"].clone();
            let is_so = asked.parameters["token"].starts_with(&hint.replace('_', "-"));
            (hint, is_so)
        })
        .collect()
}

#[test]
fn rv_01_rv_03_the_refresh_token_goes_first_and_the_access_token_only_where_it_must() {
    let secret = json!({"client_secret": "s3c:ret"});
    let hostile = Hostile::honest();
    let home = home_that_says(&hostile, &secret);
    let account = link(&home);
    home.json(&["unlink", name_of(&account), "--revoke"]).ok();
    assert_eq!(revocations(&hostile), [("refresh_token".to_owned(), true)]);
    assert!(
        is_basic(&asked(&hostile, "/revoke")[0]),
        "as at the token endpoint"
    );

    let unsupported = |asked: &Asked, answer: &mut Answer| {
        if asked.path == "/revoke" && asked.parameters["token_type_hint"] == "refresh_token" {
            *answer = Answer::json(400, &json!({"error": "unsupported_token_type"}));
        }
    };
    let hostile = Hostile::twisted(Twists {
        any: Some(Box::new(unsupported)),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let account = link(&home);
    home.json(&["unlink", name_of(&account), "--revoke"]).ok();
    let both = [
        ("refresh_token".to_owned(), true),
        ("access_token".to_owned(), true),
    ];
    assert_eq!(revocations(&hostile), both);
    let first = &asked(&hostile, "/revoke")[0];
    assert_eq!(
        first.parameters["client_id"], CLIENT_ID,
        "a public client names itself"
    );
    assert!(first.authorization.is_none());
}

#[test]
fn rv_02_rv_05_only_a_token_that_is_gone_lets_the_account_go() {
    let cases: [(&str, Refusal, OnAnswer); 8] = [
        ("of no kind", Some(("provider_error", 7)), |answer| {
            *answer = Answer::json(400, &json!({"error": "unsupported_token_type"}))
        }),
        ("the client refused", Some(("provider_error", 7)), |answer| {
            *answer = Answer::json(401, &json!({"error": "invalid_client"}))
        }),
        ("a redirect", Some(("invalid_response", 7)), |answer| {
            *answer = Answer::redirect("/elsewhere")
        }),
        ("404", Some(("invalid_response", 7)), |answer| {
            *answer = Answer::text(404, "text/html", "<html>")
        }),
        ("500", Some(("provider_unavailable", 6)), |answer| {
            *answer = Answer::text(500, "text/plain", "")
        }),
        ("429", Some(("rate_limited", 6)), |answer| {
            *answer = Answer::text(429, "text/plain", "")
        }),
        ("gone", None, |answer| answer.status = 200),
        ("gone before", None, |answer| {
            *answer = Answer::json(400, &json!({"error": "invalid_token"}))
        }),
    ];
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for (what, refusal, change) in cases {
        hostile.twist(Twists::default());
        let account = link(&home);
        hostile.twist(Twists {
            revocation: Some(Box::new(change)),
            ..Twists::default()
        });
        let told = home.json(&["unlink", name_of(&account), "--revoke"]);
        match refusal {
            None => assert_eq!(told.ok().json()["revoked"], true, "{what}"),
            Some((code, exit)) => drop(told.fails(code, exit)),
        }
        assert_eq!(accounts_in(&home), usize::from(refusal.is_some()), "{what}");
        assert_eq!(hostile.count("/elsewhere"), 0);
    }
}

#[test]
fn md_10_a_grant_does_not_follow_its_provider_to_another_host() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    // The metadata leads elsewhere by now, as the next link finds out: the same server under another name.
    let moved: OnAnswer = |answer| {
        answer.edit(|body| {
            let there = body["token_endpoint"]
                .as_str()
                .unwrap()
                .replace("127.0.0.1", "localhost");
            body["token_endpoint"] = json!(there);
        });
    };
    let another = || Twists {
        metadata: Some(Box::new(moved)),
        id_token: Some(Box::new(|token| token.claims["sub"] = json!("subject-2"))),
        userinfo: Some(Box::new(|answer| {
            answer.edit(|body| body["sub"] = json!("subject-2"))
        })),
        ..Twists::default()
    };
    hostile.twist(another());
    let second = link(&home);
    assert_ne!(second["name"], account["name"]);
    let sent = hostile.count("/token");
    let words = home
        .json(&["refresh", name_of(&account)])
        .fails("invalid_profile", 2);
    assert_eq!(hostile.count("/token"), sent, "no refresh token went there");
    assert!(words.contains("localhost"), "{words}");
    home.json(&["refresh", name_of(&second)]).ok();
    assert_eq!(hostile.count("/token"), sent + 1);
}

#[test]
fn af_37_a_refresh_token_is_never_sent_over_and_over() {
    let hostile = Hostile::honest();
    let home: Home = home_with(&hostile);
    let account = link(&home);
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    hostile.twist(Twists {
        token: Some(Box::new(move |answer| {
            counted.fetch_add(1, Ordering::Relaxed);
            *answer = Answer::text(503, "text/plain", "");
        })),
        ..Twists::default()
    });
    let told = home
        .run(&["token", name_of(&account), "--min-ttl", "9999999"])
        .ok();
    assert!(told.stderr.starts_with("Not renewed"), "{told:?}");
    assert_eq!(count.load(Ordering::Relaxed), 1);
}
