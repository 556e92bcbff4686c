//! A case for every row of the ID token's table: what is refused, that nothing is stored, that the access token
//! goes nowhere. The honest twin is the same provider without the twist.

use keybelt_test_support::Person;
use keybelt_test_support::hostile::{CLIENT_ID, Hostile, Signing, Twists, Unsigned, half_hash};
use serde_json::{Value, json};

use crate::{accounts_in, home_with, link};

type Change = fn(&mut Unsigned);

/// Each refused token: the check that fails, and what is wrong with it.
const REFUSED: &[(&str, &str, Change)] = &[
    ("crit", "crit that nobody knows", |token| {
        token.header["crit"] = json!(["http://example.test/unknown"])
    }),
    ("crit", "empty crit", |token| token.header["crit"] = json!([])),
    ("typ", "an access token's typ", |token| {
        token.header["typ"] = json!("at+jwt")
    }),
    ("typ", "a logout token's typ", |token| {
        token.header["typ"] = json!("logout+jwt")
    }),
    ("alg", "alg none", |token| {
        token.header = json!({"alg": "none"});
        token.signing = Signing::Empty;
    }),
    ("alg", "alg NONE in capitals", |token| {
        token.header = json!({"alg": "NONE"});
        token.signing = Signing::Empty;
    }),
    ("alg", "HMAC under the client's ID", |token| {
        token.header = json!({"alg": "HS256"});
        token.signing = Signing::Hmac(CLIENT_ID.as_bytes().to_vec());
    }),
    ("alg", "an algorithm that the provider does not list", |token| {
        token.header["alg"] = json!("RS256")
    }),
    ("key", "an unknown key", |token| token.header["kid"] = json!("k9")),
    ("key", "a key that the token brings along", |token| {
        token.header =
            json!({"alg": "ES256", "kid": "k9", "jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}});
        token.signing = Signing::Stranger;
    }),
    ("signature", "another key's signature", |token| {
        token.signing = Signing::Stranger
    }),
    ("signature", "no signature", |token| {
        token.signing = Signing::Empty
    }),
    ("signature", "a signature of zeros", |token| {
        token.signing = Signing::Text("A".repeat(86))
    }),
    ("claims", "no exp", |token| {
        drop(token.claims.as_object_mut().unwrap().remove("exp"))
    }),
    ("claims", "exp as text", |token| {
        token.claims["exp"] = json!("4102444800")
    }),
    ("claims", "no sub", |token| {
        drop(token.claims.as_object_mut().unwrap().remove("sub"))
    }),
    ("claims", "a number as iss", |token| {
        token.claims["iss"] = json!(7)
    }),
    ("iss", "another issuer", |token| {
        token.claims["iss"] = json!("https://honest.example.test")
    }),
    ("iss", "a slash too many", |token| {
        token.claims["iss"] = json!(format!("{}/", token.claims["iss"].as_str().unwrap()));
    }),
    ("sub", "an empty sub", |token| token.claims["sub"] = json!("")),
    ("sub", "a sub too long", |token| {
        token.claims["sub"] = json!("s".repeat(256))
    }),
    ("sub", "a sub that is not ASCII", |token| {
        token.claims["sub"] = json!("\u{430}da")
    }),
    ("aud", "another audience", |token| {
        token.claims["aud"] = json!("another-client")
    }),
    ("aud", "no audience among none", |token| {
        token.claims["aud"] = json!([])
    }),
    ("azp", "several audiences without azp", |token| {
        token.claims["aud"] = json!([CLIENT_ID, "another-client"])
    }),
    ("azp", "another authorized party", |token| {
        token.claims["azp"] = json!("another-client")
    }),
    ("exp", "expired", |token| {
        token.claims["exp"] = json!(seconds(token) - 3_600)
    }),
    ("iat", "from the future", |token| {
        token.claims["iat"] = json!(seconds(token) + 3_600)
    }),
    ("iat", "issued days ago", |token| {
        token.claims["iat"] = json!(seconds(token) - 200_000)
    }),
    ("nbf", "not valid yet", |token| {
        token.claims["nbf"] = json!(seconds(token) + 3_600)
    }),
    ("nonce", "another nonce", |token| {
        token.claims["nonce"] = json!("another-nonce")
    }),
    ("nonce", "no nonce", |token| {
        drop(token.claims.as_object_mut().unwrap().remove("nonce"))
    }),
    ("at_hash", "another access token's hash", |token| {
        token.claims["at_hash"] = json!(half_hash("another"))
    }),
    ("c_hash", "another code's hash", |token| {
        token.claims["c_hash"] = json!(half_hash("another"))
    }),
];

fn seconds(token: &Unsigned) -> i64 {
    token.claims["iat"].as_i64().unwrap()
}

#[test]
fn every_row_of_the_table_refuses_and_nothing_is_stored_or_sent_on() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for (check, wrong, change) in REFUSED {
        let asked = (hostile.count("/userinfo"), hostile.count("/token"));
        hostile.twist(Twists {
            id_token: Some(Box::new(change)),
            ..Twists::default()
        });
        let refused = home.link(&["work"], &Person::allowing("ada"));
        let words = refused.fails("invalid_id_token", 8);
        assert!(words.contains(check), "{wrong}: {words}");
        assert_eq!(accounts_in(&home), 0, "{wrong}");
        assert_eq!(
            hostile.count("/userinfo"),
            asked.0,
            "{wrong}: the access token went nowhere"
        );
        assert_eq!(
            hostile.count("/token"),
            asked.1 + 1,
            "{wrong}: the code was sent once"
        );
        assert!(
            !String::from_utf8_lossy(&home.bytes()).contains("of-the-hostile-provider"),
            "{wrong}"
        );
    }
    hostile.twist(Twists::default());
    link(&home);
    assert_eq!(accounts_in(&home), 1);
}

/// Each unusual but right token.
const TAKEN: &[(&str, Change)] = &[
    ("as it comes", |_| {}),
    ("typ JWT", |token| token.header["typ"] = json!("JWT")),
    ("no kid", |token| {
        drop(token.header.as_object_mut().unwrap().remove("kid"))
    }),
    ("one audience in a list", |token| {
        token.claims["aud"] = json!([CLIENT_ID])
    }),
    ("several audiences and azp", |token| {
        token.claims["aud"] = json!(["another-client", CLIENT_ID]);
        token.claims["azp"] = json!(CLIENT_ID);
    }),
    ("the right at_hash", |token| {
        token.claims["at_hash"] = json!(half_hash(&token.access_token))
    }),
    ("times with fractions", |token| {
        token.claims["exp"] = json!(seconds(token) as f64 + 600.5)
    }),
    ("a clock that is a little off", |token| {
        token.claims["iat"] = json!(seconds(token) + 30)
    }),
    ("claims that nobody knows", |token| {
        token.claims["https://example.test/x"] = json!({"y": [1, 2]})
    }),
    ("email_verified as text", |token| {
        token.claims["email_verified"] = json!("true")
    }),
];

#[test]
fn unusual_but_right_tokens_are_taken() {
    for (what, change) in TAKEN {
        let hostile = Hostile::twisted(Twists {
            id_token: Some(Box::new(change)),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let linked = home.link(&["work"], &Person::allowing("ada"));
        assert_eq!(linked.code, Some(0), "{what}: {linked:?}");
    }
}

#[test]
fn a_token_that_is_none_or_is_encrypted_is_refused_by_name() {
    type Twist = fn(&mut String);
    let twists: [(&str, Twist); 6] = [
        ("format", |token| *token = "not.a.token.at-all".to_owned()),
        ("format", |token| *token = format!("{token}=")),
        ("format", |token| *token = token.replacen('.', " .", 1)),
        ("format", |token| *token = "x".repeat(70_000)),
        ("format", |token| *token = String::from("..")),
        ("decryption", |token| *token = format!("{token}.AAAA.AAAA")),
    ];
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for (check, twist) in twists {
        hostile.twist(Twists {
            id_token_text: Some(Box::new(twist)),
            ..Twists::default()
        });
        let words = home
            .link(&["work"], &Person::allowing("ada"))
            .fails("invalid_id_token", 8);
        assert!(words.contains(check), "{words}");
        assert_eq!(accounts_in(&home), 0);
    }
}

#[test]
fn claims_that_are_not_encoded_are_refused() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let raw: Change =
        |token| token.header = json!({"alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": false});
    hostile.twist(Twists {
        id_token: Some(Box::new(raw)),
        ..Twists::default()
    });
    home.link(&["work"], &Person::allowing("ada"))
        .fails("invalid_id_token", 8);
}

#[test]
fn an_openid_link_without_an_id_token_is_refused() {
    let hostile = Hostile::twisted(Twists {
        token: Some(Box::new(|answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("id_token")))
        })),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    home.link(&["work"], &Person::allowing("ada"))
        .fails("invalid_id_token", 8);
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn a_signed_in_too_long_ago_is_refused_where_max_age_was_asked() {
    let hostile = Hostile::honest();
    let home = crate::home();
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        hostile.issuer(),
        "--client-id",
        CLIENT_ID,
        "--scope",
        "openid",
    ];
    let mut add = add.to_vec();
    add.extend(["--set", "authorize_params.max_age=300"]);
    home.json(&add).ok();
    for (change, check) in [
        ((|_| {}) as Change, "auth_time"),
        (
            |token| token.claims["auth_time"] = json!(seconds(token) - 3_600),
            "auth_time",
        ),
    ] {
        hostile.twist(Twists {
            id_token: Some(Box::new(change)),
            ..Twists::default()
        });
        let words = home
            .link(&["work"], &Person::allowing("ada"))
            .fails("invalid_id_token", 8);
        assert!(words.contains(check), "{words}");
    }
    let recent: Change = |token| token.claims["auth_time"] = json!(seconds(token) - 10);
    hostile.twist(Twists {
        id_token: Some(Box::new(recent)),
        ..Twists::default()
    });
    link(&home);
}

#[test]
fn a_refreshed_id_token_of_somebody_else_ends_the_grant_and_keeps_the_rotated_one() {
    for (change, code) in [
        (
            (|token| token.claims["sub"] = json!("subject-2")) as Change,
            "subject_mismatch",
        ),
        (
            |token| token.claims["iss"] = json!("https://other.example.test"),
            "invalid_id_token",
        ),
        (|token| token.signing = Signing::Stranger, "invalid_id_token"),
        (
            |token| token.claims["nonce"] = json!("a nonce of its own"),
            "invalid_id_token",
        ),
    ] {
        let hostile = Hostile::honest();
        let home = home_with(&hostile);
        let account = link(&home);
        let name = account["name"].as_str().unwrap();
        hostile.twist(Twists {
            id_token: Some(Box::new(change)),
            ..Twists::default()
        });
        home.json(&["refresh", name]).fails("needs_relink", 3);
        let shown: Value = home.json(&["show", name]).ok().json();
        assert_eq!(
            (&shown["status"], &shown["last_error"]["code"]),
            (&json!("needs_relink"), &json!(code))
        );
        assert_eq!(shown["subject"], "subject-1");
    }
}
