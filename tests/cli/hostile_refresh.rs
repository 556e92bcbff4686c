//! The ID token that a refresh brings (specs RF): held against the one of the link, and what is kept where it is refused.

use keybelt_test_support::hostile::{CLIENT_ID, Hostile, Signing, Twists, Unsigned};
use serde_json::{Value, json};

use crate::settings_on_the_wire::asked;
use crate::{home_with, link, name_of};

type Change = fn(&mut Unsigned);

/// When the person signed in, as ID tokens have it.
const SIGNED_IN: i64 = 1_700_000_000;

const AS_IT_COMES: Change = |_| {};
const WITH_AUTH_TIME: Change = |token| token.claims["auth_time"] = json!(SIGNED_IN);
const WITH_AZP: Change = |token| token.claims["azp"] = json!(CLIENT_ID);
const FOR_TWO: Change = |token| {
    token.claims["aud"] = json!([CLIENT_ID, "another-client"]);
    token.claims["azp"] = json!(CLIENT_ID);
};

fn seconds(token: &Unsigned) -> i64 {
    token.claims["iat"].as_i64().unwrap()
}

/// Each refused one: the check that fails, what is wrong, the ID token of the link, and that of the refresh.
const REFUSED: &[(&str, &str, Change, Change)] = &[
    ("iss", "another issuer", AS_IT_COMES, |token| {
        token.claims["iss"] = json!("https://other.example.test")
    }),
    ("sub", "somebody else", AS_IT_COMES, |token| {
        token.claims["sub"] = json!("subject-2")
    }),
    ("aud", "another audience", AS_IT_COMES, |token| {
        token.claims["aud"] = json!("another-client")
    }),
    ("aud", "an audience fewer than at the link", FOR_TWO, WITH_AZP),
    ("auth_time", "signed in again", WITH_AUTH_TIME, |token| {
        token.claims["auth_time"] = json!(SIGNED_IN + 1)
    }),
    ("azp", "no authorized party any more", WITH_AZP, AS_IT_COMES),
    ("azp", "an authorized party all at once", AS_IT_COMES, WITH_AZP),
    ("azp", "another authorized party", WITH_AZP, |token| {
        token.claims["azp"] = json!("another-client")
    }),
    ("nonce", "a nonce of its own", AS_IT_COMES, |token| {
        token.claims["nonce"] = json!("another-nonce")
    }),
    ("iat", "older than the link's", AS_IT_COMES, |token| {
        token.claims["iat"] = json!(seconds(token) - 600)
    }),
    ("exp", "expired", AS_IT_COMES, |token| {
        token.claims["exp"] = json!(seconds(token) - 600)
    }),
    ("alg", "unsigned", AS_IT_COMES, |token| {
        token.header = json!({"alg": "none"});
        token.signing = Signing::Empty;
    }),
    ("crit", "an extension that nobody knows", AS_IT_COMES, |token| {
        token.header["crit"] = json!(["http://example.test/unknown"]);
        token.header["http://example.test/unknown"] = json!(true);
    }),
    ("signature", "a stranger's signature", AS_IT_COMES, |token| {
        token.signing = Signing::Stranger
    }),
];

/// Each one that is taken: the ID token of the link, and that of the refresh.
const TAKEN: &[(&str, Change, Change)] = &[
    ("the same", AS_IT_COMES, AS_IT_COMES),
    ("the same time of signing in", WITH_AUTH_TIME, WITH_AUTH_TIME),
    ("no time of signing in any more", WITH_AUTH_TIME, AS_IT_COMES),
    ("the same authorized party", WITH_AZP, WITH_AZP),
    ("the same audiences", FOR_TWO, FOR_TWO),
];

fn with_id_token(change: Change) -> Twists {
    Twists {
        id_token: Some(Box::new(change)),
        ..Twists::default()
    }
}

fn last_refresh_token(hostile: &Hostile) -> String {
    let given = hostile.given().into_iter();
    given
        .rev()
        .find(|given| given.starts_with("refresh-token-"))
        .unwrap()
}

#[test]
fn a_refreshed_id_token_of_somebody_else_ends_the_grant_and_keeps_the_rotated_one() {
    for (check, wrong, at_link, at_refresh) in REFUSED {
        let hostile = Hostile::twisted(with_id_token(*at_link));
        let home = home_with(&hostile);
        let account = link(&home);
        let name = name_of(&account);
        let before = home.json(&["token", name]).ok().json();
        hostile.twist(with_id_token(*at_refresh));
        home.json(&["refresh", name]).fails("needs_relink", 3);
        let rotated = last_refresh_token(&hostile);
        let shown = home.json(&["show", name]).ok().json();
        let code = match *check {
            "sub" => "subject_mismatch",
            _ => "invalid_id_token",
        };
        assert_eq!(
            (&shown["status"], &shown["last_error"]["code"]),
            (&json!("needs_relink"), &json!(code)),
            "{wrong}"
        );
        let checks = shown["checks"].as_array().unwrap().iter();
        let failed: Vec<&Value> = checks.filter(|made| made["outcome"] == "fail").collect();
        assert!(
            failed.first().is_some_and(|made| made["check"] == *check),
            "{wrong}: {failed:?}"
        );
        // The new access token is nobody's: the one before is still told, and userinfo was not asked with it.
        assert_eq!(home.json(&["token", name]).ok().json(), before, "{wrong}");
        assert_eq!(
            (&shown["subject"], hostile.count("/userinfo")),
            (&json!("subject-1"), 1)
        );
        // The refresh token that came with it is all that is kept: it is what the provider is asked to take back.
        home.json(&["unlink", name, "--revoke"]).ok();
        let revoked = &asked(&hostile, "/revoke")[0].parameters["token"];
        assert_eq!(revoked, &rotated, "{wrong}");
    }
}

#[test]
fn rf_01_rf_02_a_refreshed_id_token_that_says_what_the_links_said_is_taken() {
    for (what, at_link, at_refresh) in TAKEN {
        let hostile = Hostile::twisted(with_id_token(*at_link));
        let home = home_with(&hostile);
        let account = link(&home);
        let name = name_of(&account);
        hostile.twist(with_id_token(*at_refresh));
        // Twice: what the link said is remembered beyond a token that left it out (RF-06).
        for _ in 0..2 {
            assert_eq!(
                home.json(&["refresh", name]).ok().json()["status"],
                "fresh",
                "{what}"
            );
        }
    }
    // Left out once, the time of signing in is still the link's for the next token.
    let hostile = Hostile::twisted(with_id_token(WITH_AUTH_TIME));
    let home = home_with(&hostile);
    let account = link(&home);
    hostile.twist(with_id_token(AS_IT_COMES));
    home.json(&["refresh", name_of(&account)]).ok();
    hostile.twist(with_id_token(|token| {
        token.claims["auth_time"] = json!(SIGNED_IN + 1)
    }));
    home.json(&["refresh", name_of(&account)])
        .fails("needs_relink", 3);
}
