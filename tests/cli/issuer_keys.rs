//! The issuer's keys (specs KR): which are believed, how often they are read, and for how long.

use keybelt_test_support::Person;
use keybelt_test_support::hostile::{Answer, Hostile, Signing, Twists};
use serde_json::{Value, json};

use crate::{accounts_in, home_with, link, name_of, refused_link};

type OnAnswer = fn(&mut Answer);
type OnKey = fn(&mut Value);

/// Tokens that the published key signed, under another name.
fn under_another_name() -> Twists {
    Twists {
        id_token: Some(Box::new(|token| token.header["kid"] = json!("k9"))),
        ..Twists::default()
    }
}

/// The provider signs with another key, and publishes `keys`.
fn signed_by_a_stranger(keys: &Value) -> Twists {
    let keys = keys.clone();
    Twists {
        id_token: Some(Box::new(|token| token.signing = Signing::Stranger)),
        jwks: Some(Box::new(move |answer| {
            answer.edit(|body| body["keys"] = keys.clone())
        })),
        ..Twists::default()
    }
}

#[test]
fn kr_01_an_unknown_key_is_looked_for_once_and_once_a_minute() {
    let hostile = Hostile::twisted(under_another_name());
    let home = home_with(&hostile);
    for _ in 0..3 {
        refused_link(&home, "an unknown key", "invalid_id_token", 8);
        assert_eq!(hostile.count("/jwks"), 2, "as it was needed, and once more");
    }
    hostile.twist(Twists::default());
    link(&home);
    assert_eq!(hostile.count("/jwks"), 2, "what is fresh is not read again");
}

#[test]
fn kr_02_a_set_that_cannot_be_read_anew_serves_on() {
    let stale: OnAnswer = |answer| {
        let header = ("cache-control".to_owned(), "no-cache".to_owned());
        answer.headers.push(header);
    };
    let hostile = Hostile::twisted(Twists {
        jwks: Some(Box::new(stale)),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let account = link(&home);
    let read = hostile.count("/jwks");
    home.json(&["refresh", name_of(&account)]).ok();
    assert_eq!(
        hostile.count("/jwks"),
        read + 1,
        "what may not be kept is read each time"
    );
    for gone in [
        (|answer| *answer = Answer::text(503, "text/plain", "")) as OnAnswer,
        |answer| *answer = Answer::text(404, "text/plain", ""),
        |answer| *answer = Answer::text(200, "text/html", "<html>"),
        |answer| *answer = Answer::redirect("http://keys.example.test/jwks"),
    ] {
        hostile.twist(Twists {
            jwks: Some(Box::new(gone)),
            ..Twists::default()
        });
        home.json(&["refresh", name_of(&account)]).ok();
        // The old set verifies, and only what it verifies.
        hostile.twist(Twists {
            jwks: Some(Box::new(gone)),
            id_token: Some(Box::new(|token| token.signing = Signing::Stranger)),
            ..Twists::default()
        });
        home.json(&["refresh", name_of(&account)])
            .fails("provider_unavailable", 6);
        assert_eq!(
            home.json(&["show", name_of(&account)]).ok().json()["status"],
            "retrying",
            "a key that cannot be looked for ends no grant"
        );
        hostile.twist(Twists::default());
        home.json(&["refresh", name_of(&account)]).ok();
    }
}

#[test]
fn kr_03_kr_04_a_key_that_was_replaced_is_taken_and_the_one_before_no_longer() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let read = hostile.count("/jwks");
    // Another key under the same name, which its signature tells.
    let replaced = json!([hostile.strangers_key()]);
    hostile.twist(signed_by_a_stranger(&replaced));
    home.json(&["refresh", name_of(&account)]).ok();
    assert_eq!(hostile.count("/jwks"), read + 1);
    // What the key before has signed is not believed any more: it is not in the set.
    hostile.twist(Twists {
        id_token: None,
        ..signed_by_a_stranger(&replaced)
    });
    let refused = home.link(&["work"], &Person::allowing("ada"));
    refused.fails("invalid_id_token", 8);
    assert_eq!(hostile.count("/jwks"), read + 1);
    assert_eq!(accounts_in(&home), 1);
}

#[test]
fn kr_05_only_the_set_at_the_issuers_own_address_counts() {
    // Keys within the metadata itself are nobody's.
    let hostile = Hostile::honest();
    let inline = hostile.strangers_key();
    hostile.twist(Twists {
        metadata: Some(Box::new(move |answer| {
            answer.edit(|body| body["jwks"] = json!({"keys": [inline.clone()]}));
        })),
        id_token: Some(Box::new(|token| token.signing = Signing::Stranger)),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    home.link(&["work"], &Person::allowing("ada"))
        .fails("invalid_id_token", 8);
    assert_eq!(accounts_in(&home), 0);
    hostile.twist(Twists::default());
    link(&home);

    // Another issuer's keys, kept in the same vault, say nothing about this one's tokens (specs JB-06).
    let other = Hostile::honest();
    let add = [
        "profile",
        "add",
        "other",
        "--issuer",
        other.issuer(),
        "--client-id",
        "hostile-client",
    ];
    home.json(&[&add[..], &["--scope", "openid"]].concat()).ok();
    home.link(&["other"], &Person::allowing("ada")).ok();
    let keys = json!([other.strangers_key()]);
    other.twist(signed_by_a_stranger(&keys));
    home.link(&["other"], &Person::allowing("ada")).ok();
    hostile.twist(Twists {
        id_token: Some(Box::new(|token| token.signing = Signing::Stranger)),
        ..Twists::default()
    });
    home.link(&["work"], &Person::allowing("ada"))
        .fails("invalid_id_token", 8);
}

#[test]
fn jw_06_without_a_name_each_key_that_fits_is_tried() {
    let hostile = Hostile::honest();
    let stranger = hostile.strangers_key();
    hostile.twist(Twists {
        id_token: Some(Box::new(|token| {
            drop(token.header.as_object_mut().unwrap().remove("kid"))
        })),
        jwks: Some(Box::new(move |answer| {
            answer.edit(|body| {
                let mut other = stranger.clone();
                other["kid"] = json!("k0");
                body["keys"].as_array_mut().unwrap().insert(0, other);
            });
        })),
        ..Twists::default()
    });
    link(&home_with(&hostile));
}

#[test]
fn a_set_out_of_all_measure_is_refused() {
    let cases: [(&str, OnAnswer); 5] = [
        ("too many keys", |answer| {
            answer.edit(|body| body["keys"] = Value::Array(vec![json!({"kty": "XYZ"}); 1_001]))
        }),
        ("too large", |answer| {
            answer.edit(|body| body["padding"] = json!("x".repeat(2 << 20)))
        }),
        ("a member twice", |answer| {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = text.replacen('{', r#"{"keys":[],"#, 1).into_bytes();
        }),
        ("a list", |answer| answer.body = b"[]".to_vec()),
        ("UTF-16", |answer| {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }),
    ];
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for (wrong, change) in cases {
        hostile.twist(Twists {
            jwks: Some(Box::new(change)),
            ..Twists::default()
        });
        let ended = home.link(&["work"], &Person::allowing("ada"));
        assert_eq!(
            (ended.error().as_str(), ended.code),
            ("invalid_response", Some(7)),
            "{wrong}"
        );
        assert_eq!(
            (accounts_in(&home), hostile.count("/userinfo")),
            (0, 0),
            "{wrong}"
        );
    }
    hostile.twist(Twists::default());
    link(&home);
}

#[test]
fn jw_05_jw_08_jw_10_a_key_that_does_not_fit_or_should_not_be_there_verifies_nothing() {
    let cases: [(&str, OnKey); 9] = [
        ("for encryption", |key| key["use"] = json!("enc")),
        ("for no verifying", |key| key["key_ops"] = json!(["encrypt"])),
        ("for another algorithm", |key| key["alg"] = json!("ES384")),
        ("of another type", |key| key["kty"] = json!("OKP")),
        ("on another curve", |key| key["crv"] = json!("P-384")),
        ("off its curve", |key| key["y"] = key["x"].clone()),
        ("under another name", |key| key["kid"] = json!("K1")),
        ("with its private half", |key| key["d"] = key["x"].clone()),
        (
            "as a secret",
            |key| *key = json!({"kty": "oct", "kid": "k1", "k": key["x"], "alg": "ES256"}),
        ),
    ];
    for (what, change) in cases {
        let hostile = Hostile::twisted(Twists {
            jwks: Some(Box::new(move |answer| {
                answer.edit(|body| change(&mut body["keys"][0]))
            })),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let words = refused_link(&home, what, "invalid_id_token", 8);
        assert!(words.contains("check key failed ("), "{what}: {words}");

        assert_eq!(hostile.count("/userinfo"), 0, "{what}");
    }
    // What says less of itself fits.
    let silent: OnKey = |key| {
        key.as_object_mut()
            .unwrap()
            .retain(|name, _| name != "use" && name != "alg")
    };
    link(&home_with(&Hostile::twisted(Twists {
        jwks: Some(Box::new(move |answer| {
            answer.edit(|body| silent(&mut body["keys"][0]))
        })),
        ..Twists::default()
    })));
}
