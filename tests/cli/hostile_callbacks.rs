//! What comes back by the redirect: whose answer it is, what it may hold, and that a code is redeemed for no other.

use std::collections::BTreeSet;

use keybelt_test_support::hostile::{Answer, Asked, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Browser, Ended, Home, Person, Ran};
use serde_json::{Value, json};

use crate::settings_on_the_wire::{asked, home_that_says};
use crate::{home, home_with, link, nothing_is_stored, refused_link};

type OnAnswer = fn(&mut Answer);
type OnCallback = fn(&mut Vec<(String, String)>);
/// A code and its exit status; none where the link goes on.
type Refusal = Option<(&'static str, i32)>;

fn set(parameters: &mut Vec<(String, String)>, name: &str, value: &str) {
    parameters.retain(|(other, _)| other != name);
    parameters.push((name.to_owned(), value.to_owned()));
}

fn on_callback(change: OnCallback) -> Twists {
    Twists {
        callback: Some(Box::new(change)),
        ..Twists::default()
    }
}

/// Nothing is said of whether answers name their issuer.
fn silent_about_iss(answer: &mut Answer) {
    answer.edit(|body| {
        drop(
            body.as_object_mut()
                .unwrap()
                .remove("authorization_response_iss_parameter_supported"),
        )
    });
}

#[test]
fn an_answer_that_is_not_to_this_question_is_refused_and_the_code_stays_here() {
    let cases: [(&str, &str, i32, OnCallback); 12] = [
        ("another issuer (RFC 9207)", "issuer_mismatch", 8, |all| {
            set(all, "iss", "https://honest.example.test")
        }),
        ("no issuer though announced", "issuer_mismatch", 8, |all| {
            all.retain(|(name, _)| name != "iss")
        }),
        ("code and error", "invalid_response", 7, |all| {
            set(all, "error", "access_denied")
        }),
        ("neither code nor error", "invalid_response", 7, |all| {
            all.retain(|(name, _)| name != "code")
        }),
        ("a newline in the code", "invalid_response", 7, |all| {
            set(all, "code", "a\nb")
        }),
        ("denied", "access_denied", 4, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "access_denied");
        }),
        ("consent required", "access_denied", 4, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "consent_required");
        }),
        ("signing in required", "access_denied", 4, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "login_required");
        }),
        ("an error of the server's", "provider_unavailable", 6, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "server_error");
        }),
        ("an error of its own", "provider_error", 7, |all| {
            all.retain(|(name, _)| name != "code");
            set(all, "error", "out_of_tea");
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
        let hostile = Hostile::twisted(on_callback(change));
        let home = home_with(&hostile);
        refused_link(&home, wrong, code, exit);
        assert_eq!(hostile.count("/token"), 0, "{wrong}");
        hostile.twist(Twists::default());
        link(&home);
    }
}

/// Text that a stranger would have a person read.
const STRANGERS_TEXT: &str = "call-this-number-at-once";

/// The link and the page that its answer was met with.
fn link_and_page(home: &Home) -> (Ran, String) {
    let linking = home.start_link(&["work"]);
    let browser = Browser::default();
    let sent = browser.authorize(&linking.address().unwrap(), &Person::allowing("ada"));
    let (_, page) = browser.open(sent.address().as_str());
    (linking.end(), page)
}

#[test]
fn is_02_is_03_an_error_of_another_issuer_or_of_none_is_refused_and_its_text_not_shown() {
    let cases: [(&str, &str, i32, OnCallback); 3] = [
        ("another issuer's", "issuer_mismatch", 8, |all| {
            set(all, "iss", "https://honest.example.test")
        }),
        ("nobody's, though announced", "issuer_mismatch", 8, |all| {
            all.retain(|(name, _)| name != "iss")
        }),
        // The honest twin: the same error of the issuer's own is told in its words.
        ("its own", "access_denied", 4, |_| {}),
    ];
    for (whose, code, exit, change) in cases {
        let hostile = Hostile::twisted(Twists {
            callback: Some(Box::new(move |all: &mut Vec<(String, String)>| {
                all.retain(|(name, _)| name != "code");
                set(all, "error", "access_denied");
                set(all, "error_description", STRANGERS_TEXT);
                set(
                    all,
                    "error_uri",
                    &format!("https://honest.example.test/{STRANGERS_TEXT}"),
                );
                change(all);
            })),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let (ended, page) = link_and_page(&home);
        let words = ended.fails(code, exit);
        assert_eq!(words.contains(STRANGERS_TEXT), code == "access_denied", "{words}");
        if code == "issuer_mismatch" {
            let log = home.run(&["log"]).ok();
            assert!(
                !format!("{ended:?}{page}{log:?}").contains(STRANGERS_TEXT),
                "{whose}: {ended:?} {page}"
            );
        }
        nothing_is_stored(&home, whose);
        assert_eq!(hostile.count("/token"), 0, "{whose}");
    }
}

#[test]
fn is_04_an_issuer_that_was_not_announced_is_compared_all_the_same() {
    let cases: [(&str, Refusal, OnCallback); 4] = [
        ("none", None, |all| all.retain(|(name, _)| name != "iss")),
        ("the right one", None, |_| {}),
        ("another", Some(("issuer_mismatch", 8)), |all| {
            set(all, "iss", "https://honest.example.test")
        }),
        ("one with a slash more", Some(("issuer_mismatch", 8)), |all| {
            for (_, value) in all.iter_mut().filter(|(name, _)| name == "iss") {
                value.push('/');
            }
        }),
    ];
    for (which, refusal, change) in cases {
        let hostile = Hostile::twisted(Twists {
            metadata: Some(Box::new(silent_about_iss)),
            ..on_callback(change)
        });
        let home = home_with(&hostile);
        let Some((code, exit)) = refusal else {
            link(&home);
            continue;
        };
        refused_link(&home, which, code, exit);
        assert_eq!(hostile.count("/token"), 0, "{which}");
    }
}

#[test]
fn af_03_a_parameter_without_a_value_counts_as_left_out() {
    let cases: [(&str, Refusal, OnCallback); 4] = [
        ("error, beside the code", None, |all| set(all, "error", "")),
        ("iss, though announced", Some(("issuer_mismatch", 8)), |all| {
            set(all, "iss", "")
        }),
        ("code", Some(("invalid_response", 7)), |all| set(all, "code", "")),
        ("code, beside an error", Some(("access_denied", 4)), |all| {
            set(all, "code", "");
            set(all, "error", "access_denied");
        }),
    ];
    for (which, refusal, change) in cases {
        let hostile = Hostile::twisted(on_callback(change));
        let home = home_with(&hostile);
        let Some((code, exit)) = refusal else {
            link(&home);
            continue;
        };
        refused_link(&home, which, code, exit);
        assert_eq!(hostile.count("/token"), 0, "{which}");
    }
    // Nor does a request name what it has no value for.
    let hostile = Hostile::honest();
    link(&home_with(&hostile));
    for Asked {
        path, query, body, ..
    } in hostile.asked()
    {
        let sent = [query.as_bytes(), &body].concat();
        let empty = url::form_urlencoded::parse(&sent).find(|(_, value)| value.is_empty());
        assert!(empty.is_none(), "{path}: {empty:?}");
    }
}

#[test]
fn af_04_h_10_what_nobody_knows_in_an_answer_is_passed_over() {
    let more: OnCallback = |all| {
        set(all, "session_state", "s-1");
        set(all, "code_challenge", "another");
        set(all, "redirect_uri", "https://honest.example.test/");
        set(all, "<script>", "\u{202e}\u{7}");
    };
    let extend: OnAnswer = |answer| {
        answer.edit(|body| {
            body["x"] = json!({"y": [null, 1]});
            body["X-ACCESS_TOKEN"] = json!("another");
        });
    };
    let hostile = Hostile::twisted(Twists {
        metadata: Some(Box::new(extend)),
        jwks: Some(Box::new(extend)),
        token: Some(Box::new(extend)),
        userinfo: Some(Box::new(extend)),
        ..on_callback(more)
    });
    link(&home_with(&hostile));
    assert_eq!(hostile.count("/token"), 1);
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
        nothing_is_stored(&home, name);
        assert_eq!(hostile.count("/token"), 0, "{name}");
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
fn w_28_a_provider_that_may_not_know_pkce_is_told_of_and_never_asked_without() {
    let no: OnCallback = |all| {
        all.retain(|(name, _)| name != "code");
        set(all, "error", "invalid_request");
        set(all, "error_description", "code_challenge is not supported");
    };
    let hostile = Hostile::twisted(on_callback(no));
    let home = home_with(&hostile);
    let refused = home.link(&["work"], &Person::allowing("ada"));
    let words = refused.fails("provider_error", 7);
    assert!(words.contains("code_challenge_method"), "{words}");
    assert_eq!((hostile.count("/authorize"), hostile.count("/token")), (1, 0));
}

/// Metadata that says nothing of PKCE.
const SILENT: OnAnswer = |answer| {
    answer.edit(|body| {
        drop(
            body.as_object_mut()
                .unwrap()
                .remove("code_challenge_methods_supported"),
        )
    });
};

#[test]
fn pk_04_pk_05_a_proof_key_goes_along_unless_the_profile_says_otherwise_in_so_many_words() {
    let several: OnAnswer =
        |answer| answer.edit(|body| body["code_challenge_methods_supported"] = json!(["plain", "S256"]));
    for (metadata, secret) in [
        (SILENT, Value::Null),
        (SILENT, json!("s3c:ret")),
        (several, Value::Null),
    ] {
        let hostile = Hostile::twisted(Twists {
            metadata: Some(Box::new(metadata)),
            ..Twists::default()
        });
        link(&home_that_says(&hostile, &json!({"client_secret": secret})));
        let (authorize, token) = (
            &asked(&hostile, "/authorize")[0].parameters,
            &asked(&hostile, "/token")[0].parameters,
        );
        assert_eq!(authorize["code_challenge_method"], "S256");
        assert_eq!(authorize["code_challenge"].len(), 43);
        assert_eq!(token["code_verifier"].len(), 43);
        assert_eq!(token["redirect_uri"], authorize["redirect_uri"]);
        assert!(authorize["state"].len() >= 22 && authorize["nonce"].len() >= 22);
    }
    // What lists other methods and not S256 is asked nothing; nor is plain taken in its place (PK-03).
    for listed in [json!(["plain"]), json!([]), json!(["s256"])] {
        let said = listed.clone();
        let hostile = Hostile::twisted(Twists {
            metadata: Some(Box::new(move |answer| {
                let said = said.clone();
                answer.edit(|body| body["code_challenge_methods_supported"] = said);
            })),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        refused_link(&home, &listed.to_string(), "invalid_metadata", 7);
        assert_eq!((hostile.count("/authorize"), hostile.count("/token")), (0, 0));
    }
}

#[test]
fn pk_01_pk_06_af_16_each_link_has_its_own_state_nonce_and_verifier_and_tells_no_verifier() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let mut told = String::new();
    for _ in 0..3 {
        let (ended, page) = link_and_page(&home);
        told += &format!("{:?}{page}", ended.ok());
    }
    let (sent, redeemed) = (asked(&hostile, "/authorize"), asked(&hostile, "/token"));
    let mut all = BTreeSet::new();
    for (asked, name) in [
        (&sent, "state"),
        (&sent, "nonce"),
        (&sent, "code_challenge"),
        (&redeemed, "code_verifier"),
    ] {
        all.extend(asked.iter().map(|asked| asked.parameters[name].clone()));
    }
    assert_eq!(all.len(), 12, "none is another's, and none comes again");
    for asked in &redeemed {
        let verifier = &asked.parameters["code_verifier"];
        assert!(!told.contains(verifier) && sent.iter().all(|asked| !asked.query.contains(verifier)));
    }
}

#[test]
fn af_08_af_22_sb_14_no_profile_asks_for_a_token_by_the_redirect_or_for_what_is_no_scope() {
    let home = home();
    for (settings, named) in [
        (
            ["--set", "authorize_params.response_type=token"],
            "authorize_params.response_type",
        ),
        (
            ["--set", "authorize_params.code_challenge_method=plain"],
            "authorize_params.code_challenge_method",
        ),
        (
            ["--set", "access_token_params.grant_type=password"],
            "access_token_params.grant_type",
        ),
        (["--scope", "openid no\"tes"], "client_kwargs.scope"),
        (["--scope", "openid no\\tes"], "client_kwargs.scope"),
        (["--scope", "openid n\u{f6}tes"], "client_kwargs.scope"),
    ] {
        let add = ["profile", "add", "work", "--client-id", CLIENT_ID];
        let issuer = ["--issuer", "https://id.example.test"];
        let words = home
            .json(&[&add[..], &issuer, &settings].concat())
            .fails("invalid_profile", 2);
        assert!(words.contains(named), "{words}");
    }
    assert_eq!(home.json(&["profile", "list"]).ok().json(), json!([]));
}
