//! A case for every row of the ID token's table: what is refused, that nothing is stored, that the access token
//! goes nowhere. The honest twin is the same provider without the twist.

use keybelt_test_support::Person;
use keybelt_test_support::hostile::{CLIENT_ID, Hostile, Signing, Twists, Unsigned, half_hash};
use serde_json::json;

use crate::settings_on_the_wire::home_that_says;
use crate::{accounts_in, home_with, link, refused_link};

type Change = fn(&mut Unsigned);

/// Each refused token: the check that fails, and what is wrong with it.
const REFUSED: &[(&str, &str, Change)] = &[
    ("crit", "an extension that nobody knows", |token| {
        token.header["crit"] = json!(["http://example.test/unknown"]);
        token.header["http://example.test/unknown"] = json!(true);
    }),
    ("crit", "an extension that is not in the header", |token| {
        token.header["crit"] = json!(["http://example.test/unknown"])
    }),
    (
        "crit",
        "a parameter that is registered, as an extension",
        |token| token.header["crit"] = json!(["kid"]),
    ),
    ("crit", "claims that are not encoded", |token| {
        token.header["crit"] = json!(["b64"]);
        token.header["b64"] = json!(false);
    }),
    ("crit", "no list as crit", |token| {
        token.header["crit"] = json!("kid")
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
    ("signature", "a signature too short", |token| {
        token.signing = Signing::Text("AAAA".to_owned())
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
    ("claims", "an exp beyond all numbers of seconds", |token| {
        token.claims["exp"] = json!(1_u64 << 60)
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

/// How a refusal names its check.
fn failed(check: &str) -> String {
    format!("check {check} failed (")
}

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
        let words = refused_link(&home, wrong, "invalid_id_token", 8);
        assert!(words.contains(&failed(check)), "{wrong}: {words}");

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
    let twists: [(&str, Twist); 7] = [
        ("format", |token| *token = "not.a.token.at-all".to_owned()),
        ("format", |token| *token = format!("{token}=")),
        ("format", |token| *token = token.replacen('.', " .", 1)),
        ("format", |token| *token = "x".repeat(70_000)),
        ("format", |token| *token = String::from("..")),
        // {"alg":"ES256","alg":"none"}
        ("format", |token| {
            let (_, rest) = token.split_once('.').unwrap();
            *token = format!("eyJhbGciOiJFUzI1NiIsImFsZyI6Im5vbmUifQ.{rest}");
        }),
        ("decryption", |token| *token = format!("{token}.AAAA.AAAA")),
    ];
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for (check, twist) in twists {
        hostile.twist(Twists {
            id_token_text: Some(Box::new(twist)),
            ..Twists::default()
        });
        let words = refused_link(&home, check, "invalid_id_token", 8);
        assert!(words.contains(&failed(check)), "{words}");
    }
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
    refused_link(&home, "no ID token", "invalid_id_token", 8);
    assert_eq!(hostile.count("/userinfo"), 0);
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
    for change in [(|_| {}) as Change, |token| {
        token.claims["auth_time"] = json!(seconds(token) - 3_600)
    }] {
        hostile.twist(Twists {
            id_token: Some(Box::new(change)),
            ..Twists::default()
        });
        let words = refused_link(&home, "signed in too long ago", "invalid_id_token", 8);
        assert!(words.contains(&failed("auth_time")), "{words}");
    }
    let recent: Change = |token| token.claims["auth_time"] = json!(seconds(token) - 10);
    hostile.twist(Twists {
        id_token: Some(Box::new(recent)),
        ..Twists::default()
    });
    link(&home);
}

#[test]
fn id_08_jw_11_a_secret_signs_for_one_audience_and_only_where_it_is_long_enough() {
    let long = "0123456789abcdef0123456789abcdef";
    let cases: [(&str, &str, Option<&str>, Change); 4] = [
        ("as it comes", long, None, |_| {}),
        ("for several", long, Some("aud"), |token| {
            token.claims["aud"] = json!([CLIENT_ID, "another-client"]);
            token.claims["azp"] = json!(CLIENT_ID);
        }),
        ("by the public key", long, Some("alg"), |token| {
            token.header = json!({"alg": "ES256", "kid": "k1"});
            token.signing = Signing::Published;
        }),
        ("by a short secret", "0123456789abcdef", Some("key"), |_| {}),
    ];
    for (what, secret, refused, change) in cases {
        let hostile = Hostile::twisted(Twists {
            id_token: Some(Box::new(move |token: &mut Unsigned| {
                token.header = json!({"alg": "HS256"});
                token.signing = Signing::Hmac(secret.as_bytes().to_vec());
                change(token);
            })),
            ..Twists::default()
        });
        let settings =
            json!({"client_secret": secret, "client_kwargs": {"id_token_signed_response_alg": "HS256"}});
        let home = home_that_says(&hostile, &settings);
        let Some(check) = refused else {
            link(&home);
            continue;
        };
        let words = refused_link(&home, what, "invalid_id_token", 8);
        assert!(words.contains(&failed(check)), "{what}: {words}");
    }
}
