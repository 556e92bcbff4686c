//! What the userinfo endpoint can answer, plain or signed, and what it leads to.

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, SUBJECT, Signing, Twists, Unsigned};
use serde_json::json;

use crate::settings_on_the_wire::asked;
use crate::{home_with, link, name_of, refused_link};

type OnAnswer = fn(&mut Answer);
type OnToken = fn(&mut Unsigned);

#[test]
fn userinfo_of_another_person_is_refused() {
    let cases: [(&str, OnAnswer); 3] = [
        ("another sub", |answer| {
            answer.edit(|body| body["sub"] = json!("subject-2"))
        }),
        ("a number as sub", |answer| {
            answer.edit(|body| body["sub"] = json!(1))
        }),
        ("no sub", |answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("sub")))
        }),
    ];
    for (wrong, change) in cases {
        let hostile = Hostile::honest();
        hostile.twist(Twists {
            userinfo: Some(Box::new(change)),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        refused_link(&home, wrong, "subject_mismatch", 8);
        hostile.twist(Twists::default());
        link(&home);
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

/// Each signed userinfo that is refused: what the refusal says, and what is wrong with it.
const REFUSED: &[(&str, &str, OnToken)] = &[
    ("does not hold", "another key's signature", |token| {
        token.signing = Signing::Stranger
    }),
    ("does not hold", "no signature", |token| {
        token.signing = Signing::Empty
    }),
    ("signature is refused", "an unknown key", |token| {
        token.header["kid"] = json!("k9")
    }),
    ("signature is refused", "a key that it brings along", |token| {
        token.header =
            json!({"alg": "ES256", "kid": "k9", "jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}});
        token.signing = Signing::Stranger;
    }),
    ("algorithm is not allowed", "alg none", |token| {
        token.header = json!({"alg": "none"});
        token.signing = Signing::Empty;
    }),
    (
        "algorithm is not allowed",
        "HMAC under the client's ID",
        |token| {
            token.header = json!({"alg": "HS256"});
            token.signing = Signing::Hmac(CLIENT_ID.as_bytes().to_vec());
        },
    ),
    ("signature is refused", "a critical extension", |token| {
        token.header["crit"] = json!(["http://example.test/unknown"]);
        token.header["http://example.test/unknown"] = json!(true);
    }),
    ("iss is another issuer", "another issuer", |token| {
        token.claims["iss"] = json!("https://honest.example.test")
    }),
    ("iss is another issuer", "a slash too many", |token| {
        token.claims["iss"] = json!(format!("{}/", token.claims["iss"].as_str().unwrap()))
    }),
    ("aud is another client", "another audience", |token| {
        token.claims["aud"] = json!("another-client")
    }),
    ("aud is another client", "other audiences", |token| {
        token.claims["aud"] = json!(["another-client", "and-another"])
    }),
    ("instead of subject-1", "another sub", |token| {
        token.claims["sub"] = json!("subject-2")
    }),
    ("instead of subject-1", "no sub", |token| {
        drop(token.claims.as_object_mut().unwrap().remove("sub"))
    }),
];

/// Each signed userinfo that is right.
const TAKEN: &[(&str, OnToken)] = &[
    ("as it comes", |_| {}),
    ("for several", |token| {
        token.claims["aud"] = json!(["another-client", CLIENT_ID])
    }),
    ("without iss and aud", |token| {
        let claims = token.claims.as_object_mut().unwrap();
        claims.retain(|name, _| name != "iss" && name != "aud");
    }),
];

fn signed(change: OnToken) -> Twists {
    Twists {
        signed_userinfo: Some(Box::new(change)),
        ..Twists::default()
    }
}

#[test]
fn ui_03_ui_04_signed_userinfo_is_of_the_issuer_for_this_client_and_about_the_subject_or_refused() {
    for (says, wrong, change) in REFUSED {
        let hostile = Hostile::twisted(signed(*change));
        let home = home_with(&hostile);
        let words = refused_link(&home, wrong, "subject_mismatch", 8);
        assert!(words.contains(says), "{wrong}: {words}");
    }
    for (what, change) in TAKEN {
        let hostile = Hostile::twisted(signed(*change));
        let account = link(&home_with(&hostile));
        assert_eq!(account["email"], "someone@example.test", "{what}");
        assert_eq!(account["last_error"], json!(null), "{what}");
    }
}

#[test]
fn ui_01_bt_01_the_access_token_is_borne_in_the_header_and_nowhere_else() {
    let hostile = Hostile::honest();
    let account = link(&home_with(&hostile));
    assert_eq!(account["subject"], SUBJECT);
    let userinfo = &asked(&hostile, "/userinfo")[0];
    assert!(
        userinfo
            .authorization
            .as_deref()
            .is_some_and(|value| value.starts_with("Bearer access-token-"))
    );
    assert_eq!(
        (
            userinfo.method.as_str(),
            userinfo.query.as_str(),
            userinfo.body.len()
        ),
        ("GET", "", 0)
    );
}

#[test]
fn ui_06_ui_07_what_userinfo_points_to_is_shown_and_not_fetched() {
    let hostile = Hostile::honest();
    let there = hostile.issuer().to_owned();
    hostile.twist(Twists {
        userinfo: Some(Box::new(move |answer| {
            answer.edit(|body| {
                body["picture"] = json!(format!("{there}/api/picture"));
                body["website"] = json!(format!("{there}/api/website"));
                body["_claim_names"] = json!({"age": "elsewhere"});
                body["_claim_sources"] = json!({
                    "elsewhere": {"endpoint": format!("{there}/api/claims"), "access_token": "a-token"},
                });
            });
        })),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let account = link(&home);
    let shown = home.json(&["show", name_of(&account)]).ok().json();
    home.json(&["refresh", name_of(&account)]).ok();
    assert_eq!(shown["userinfo"]["_claim_names"], json!({"age": "elsewhere"}));
    assert_eq!(
        shown["picture"],
        json!(format!("{}/api/picture", hostile.issuer()))
    );
    let fetched = hostile
        .asked()
        .into_iter()
        .filter(|asked| asked.path.starts_with("/api"));
    assert_eq!(fetched.count(), 0);
}
