//! Rows of specs.md (JW, JB, ID) that speak of a whole token: each a token, what it is an instance of, and the checks
//! that it fails.

use super::tests::{Case, NOW, claims, failures, with};
use super::*;
use crate::jose::fixtures::{Pair, document};
use crate::jose::key_set::KeySet;
use proptest::prelude::*;
use serde_json::json;

/// A header with the right key and algorithm, and more.
fn header(more: Value) -> Value {
    let mut header = json!({"alg": "ES256", "kid": "k1"});
    for (name, value) in more.as_object().unwrap() {
        header[name] = value.clone();
    }
    header
}

#[test]
fn jw_and_jb_rows_of_the_header() {
    let case = Case::new(Algorithm::Es256);
    for (row, more, failed) in [
        ("JW-03", json!({"crit": ["exp"], "exp": 1}), &["crit"][..]),
        ("JW-03", json!({"crit": ["b64"], "b64": false}), &["crit"]),
        ("JW-03", json!({"crit": ["alg"]}), &["crit"]),
        ("JW-03", json!({"crit": [1]}), &["crit"]),
        ("JW-03", json!({"b64": "false"}), &["crit"]),
        ("JW-05", json!({"kid": "K1"}), &["key"]),
        ("JW-05", json!({"kid": ""}), &["key"]),
        ("JW-05", json!({"kid": 1}), &["key"]),
        ("JW-05", json!({"kid": null}), &["key"]),
        ("JW-05", json!({"kid": ["k1"]}), &["key"]),
        ("JW-06", json!({"alg": "ES384"}), &["alg", "key"]),
        ("JW-10", json!({"alg": "ES512"}), &["alg"]),
        ("JW-10", json!({"alg": "ES256K"}), &["alg"]),
        ("JW-14", json!({"alg": "none"}), &["alg"]),
        ("JW-14", json!({"alg": "None"}), &["alg"]),
        ("JW-14", json!({"alg": ""}), &["alg"]),
        ("JW-14", json!({"alg": "RSA1_5"}), &["alg"]),
        ("JW-14", json!({"alg": "dir", "enc": "A128GCM"}), &["alg"]),
        (
            "JW-14",
            json!({"alg": "PBES2-HS256+A128KW", "p2c": 4_000_000_000_u32}),
            &["alg"],
        ),
        ("JW-14", json!({"zip": "DEF"}), &[]),
        ("JB-01", json!({"alg": "HS256"}), &["alg", "key"]),
        ("JB-01", json!({"alg": "PS256"}), &["alg", "key"]),
        ("JB-01", json!({"alg": ["ES256"]}), &["alg"]),
        ("JB-01", json!({"alg": null}), &["alg"]),
        ("JB-08", json!({"kid": "../../../../etc/passwd"}), &["key"]),
        ("JB-08", json!({"kid": "k1' OR '1'='1"}), &["key"]),
        ("JB-08", json!({"kid": "k1\u{0}"}), &["key"]),
        (
            "JB-08",
            json!({"jku": "https://evil.example/jwks", "x5u": "file:///etc/passwd"}),
            &[],
        ),
        ("JB-09", json!({"typ": "JWT"}), &[]),
        ("JB-09", json!({"typ": "at+jwt"}), &["typ"]),
        ("JB-09", json!({"typ": "application/at+jwt"}), &["typ"]),
        ("JB-09", json!({"typ": "logout+jwt"}), &["typ"]),
        ("JB-09", json!({"typ": "dpop+jwt"}), &["typ"]),
        ("JB-09", json!({"typ": "token-introspection+jwt"}), &["typ"]),
        ("JB-09", json!({"typ": "secevent+jwt"}), &["typ"]),
        ("JB-09", json!({"typ": "JWT "}), &["typ"]),
        ("JB-09", json!({"typ": ["JWT"]}), &["typ"]),
        ("JB-09", json!({"typ": null}), &["typ"]),
    ] {
        let token = case.pair.sign_with(&header(more.clone()), &claims());
        let checked = check(&token, &case.expected());
        assert_eq!(failures(&checked), failed, "{row} {more}");
        assert_eq!(checked.verified().is_some(), failed.is_empty(), "{row} {more}");
        for record in &checked.checks {
            let shown = keybelt_primitives::text::visible(&record.detail);
            assert_eq!(shown, record.detail, "{row} {more}");
        }
    }
}

#[test]
fn jw_02_jb_05_header_and_claims_are_utf_8_objects() {
    let case = Case::new(Algorithm::Es256);
    let right = header(json!({})).to_string().into_bytes();
    let body = claims().to_string().into_bytes();
    let latin = |text: &str| text.bytes().chain(*b"\",\"x\":\"\xE9\"}").collect::<Vec<u8>>();
    let utf_16 = |text: &[u8]| text.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<u8>>();
    let open = |text: &[u8]| String::from_utf8(text[..text.len() - 2].to_vec()).unwrap();
    for (what, header, body, failed) in [
        (
            "JW-02 Latin-1 in the header",
            latin(&open(&right)),
            body.clone(),
            "format",
        ),
        ("JB-05 UTF-16 header", utf_16(&right), body.clone(), "format"),
        (
            "JB-05 Latin-1 claims",
            right.clone(),
            latin(&open(&body)),
            "claims",
        ),
        ("JB-05 UTF-16 claims", right.clone(), utf_16(&body), "claims"),
        (
            "JB-05 half of a pair",
            right.clone(),
            br#"{"iss":"\ud800"}"#.to_vec(),
            "claims",
        ),
        ("JW-02 a list", b"[]".to_vec(), body.clone(), "format"),
        (
            "JB-03 a token within",
            right.clone(),
            case.pair.sign(&claims()).into_bytes(),
            "claims",
        ),
    ] {
        let checked = check(&case.pair.sign_octets(&header, &body), &case.expected());
        assert_eq!(failures(&checked), [failed], "{what}");
        assert!(checked.verified().is_none(), "{what}");
    }
}

#[test]
fn jw_14_jw_15_an_encrypted_token_is_never_believed() {
    let case = Case::new(Algorithm::Es256);
    for header in [
        json!({"alg": "RSA1_5", "enc": "A128CBC-HS256"}),
        json!({"alg": "RSA-OAEP", "enc": "A256GCM"}),
        json!({"alg": "dir", "enc": "A128GCM"}),
        json!({"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": u32::MAX}),
        json!({"alg": "ECDH-ES", "enc": "A128GCM", "zip": "DEF"}),
        json!({"alg": "none"}),
        json!({}),
    ] {
        let signed = case.pair.sign_with(&header, &claims());
        let checked = check(&format!("{signed}.AAAA.AAAA"), &case.expected());
        assert_eq!(failures(&checked), ["decryption"], "{header}");
        assert!(checked.claims.is_none() && checked.verified().is_none());
    }
}

#[test]
fn jw_17_times_are_numbers_that_are_exact() {
    let case = Case::new(Algorithm::Es256);
    let exact = 9_007_199_254_740_992_i64;
    for (name, value, failed) in [
        ("exp", json!(exact), &[][..]),
        ("exp", json!(exact + 2), &["claims"]),
        ("exp", json!(-exact - 2), &["claims"]),
        ("exp", json!(u64::MAX), &["claims"]),
        ("exp", json!(true), &["claims"]),
        ("exp", json!([1]), &["claims"]),
        ("exp", json!(-1), &["exp"]),
        ("iat", json!(exact + 2), &["claims"]),
        ("iat", json!("1800000000"), &["claims"]),
        ("iat", json!(-exact), &["iat"]),
        ("nbf", json!(exact + 2), &["nbf"]),
        ("nbf", json!(1_800_000_000.75), &[]),
        ("auth_time", json!(exact + 2), &["auth_time"]),
    ] {
        assert_eq!(case.failed(&with(name, value.clone())), failed, "{name} {value}");
    }
}

#[test]
fn jw_18_id_19_claims_that_nobody_knows_are_kept_as_they_came() {
    let case = Case::new(Algorithm::Es256);
    let mut sent = with("email_verified", json!("true"));
    sent["https://as.example/groups"] = json!({"a": [1, null, "\u{202E}"]});
    let checked = check(&case.pair.sign(&sent), &case.expected());
    assert_eq!(Value::Object(checked.verified().unwrap().clone()), sent);
}

#[test]
fn jb_02_jw_05_a_key_for_another_use_verifies_nothing() {
    let pair = Pair::es256("k1");
    let base = Case::new(Algorithm::Es256);
    for (member, value) in [
        ("use", json!("enc")),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!([])),
        ("alg", json!("ES384")),
        ("alg", json!("RS256")),
        ("d", json!("AA")),
    ] {
        let mut key = pair.public();
        key[member] = value;
        let set = KeySet::parse(document(&[key.clone()]).as_bytes()).unwrap();
        let expected = Expected {
            keys: Some(Keys::Set(&set)),
            ..base.expected()
        };
        assert_eq!(
            failures(&check(&pair.sign(&claims()), &expected)),
            ["key"],
            "{key}"
        );
    }
}

#[test]
fn id_07_only_what_was_agreed_is_taken_from_a_key_that_could_do_more() {
    let case = Case::new(Algorithm::Rs512);
    let expected = Expected {
        algorithms: &[Algorithm::Rs256, Algorithm::Ps512],
        ..case.expected()
    };
    assert_eq!(failures(&check(&case.pair.sign(&claims()), &expected)), ["alg"]);
    let none = Expected {
        algorithms: &[],
        ..case.expected()
    };
    assert_eq!(failures(&check(&case.pair.sign(&claims()), &none)), ["alg"]);
}

#[test]
fn id_11_a_nonce_that_nobody_sent_says_nothing() {
    let case = Case::new(Algorithm::Es256);
    let expected = Expected {
        nonce: None,
        ..case.expected()
    };
    let checked = check(&case.pair.sign(&claims()), &expected);
    assert!(checked.verified().is_some());
    let nonce = checked
        .checks
        .iter()
        .find(|record| record.check == "nonce")
        .unwrap();
    assert_eq!(nonce.outcome, CheckOutcome::Skip);
    for other in [json!(1), json!(["n-1"])] {
        assert_eq!(
            failures(&check(&case.pair.sign(&with("nonce", other)), &expected)),
            ["nonce"]
        );
    }
}

#[test]
fn id_14_a_subject_is_1_to_255_characters_compared_exactly() {
    let case = Case::new(Algorithm::Es256);
    for (sub, failed) in [
        (json!("s"), &[][..]),
        (json!("s".repeat(255)), &[]),
        (json!("s".repeat(256)), &["sub"]),
        (json!(""), &["sub"]),
        (json!("é"), &["sub"]),
        (json!(null), &["claims"]),
        (json!(["s"]), &["claims"]),
    ] {
        let mut sent = claims();
        sent["sub"] = sub.clone();
        assert_eq!(case.failed(&sent), failed, "{sub}");
    }
}

#[test]
fn id_16_the_hash_is_the_algorithms_own() {
    for pair in Pair::one_of_each() {
        let algorithm = pair.algorithm;
        let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
        let access_token = Secret::new("at-1".to_owned());
        let base = Case::new(Algorithm::Es256);
        let expected = Expected {
            algorithms: &[algorithm],
            keys: Some(Keys::Set(&set)),
            access_token: Some(&access_token),
            ..base.expected()
        };
        let failed = |hash: String| failures(&check(&pair.sign(&with("at_hash", json!(hash))), &expected));
        let right = algorithm.half_hash("at-1");
        assert_eq!(failed(right.clone()), [""; 0], "{algorithm:?}");
        let other = Algorithm::ALL
            .iter()
            .map(|other| other.half_hash("at-1"))
            .find(|hash| *hash != right);
        for wrong in [
            other.unwrap(),
            algorithm.half_hash("at-1 "),
            format!("{right}="),
            right.to_lowercase(),
            String::new(),
        ] {
            assert_eq!(failed(wrong.clone()), ["at_hash"], "{algorithm:?} {wrong}");
        }
    }
}

#[test]
fn id_09_id_10_id_13_the_skew_is_a_minute_and_no_second_more() {
    let case = Case::new(Algorithm::Es256);
    for (name, last, first) in [
        ("exp", NOW.0 - 59, NOW.0 - 60),
        ("iat", NOW.0 + 60, NOW.0 + 61),
        ("iat", NOW.0 - 86_400, NOW.0 - 86_401),
        ("nbf", NOW.0 + 60, NOW.0 + 61),
    ] {
        assert_eq!(case.failed(&with(name, json!(last))), [""; 0], "{name} {last}");
        assert_eq!(case.failed(&with(name, json!(first))), [name], "{name} {first}");
    }
    let expected = Expected {
        max_age: Some(0),
        ..case.expected()
    };
    let failed = |at: i64| failures(&check(&case.pair.sign(&with("auth_time", json!(at))), &expected));
    assert_eq!(failed(NOW.0 - 60), [""; 0]);
    assert_eq!(failed(NOW.0 - 61), ["auth_time"]);
}

/// Every place of a right token, changed to another character: none is believed, whatever it then says.
#[test]
fn id_06_id_17_a_token_with_one_character_changed_is_not_believed() {
    let case = Case::new(Algorithm::EdDsa);
    let expected = Expected {
        algorithms: &[Algorithm::EdDsa],
        ..case.expected()
    };
    let token = case.pair.sign(&claims());
    assert!(check(&token, &expected).verified().is_some());
    for at in 0..token.len() {
        for other in ["A", "_", ".", "="] {
            let mut changed = token.clone();
            changed.replace_range(at..=at, other);
            if changed != token {
                assert!(check(&changed, &expected).verified().is_none(), "{at} {other}");
            }
        }
        assert!(check(&token[..at], &expected).verified().is_none(), "{at}");
    }
}

proptest! {
    #[test]
    fn octets_in_the_place_of_header_claims_and_signature_are_not_believed(
        header in proptest::collection::vec(any::<u8>(), 0..80),
        body in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let case = Case::new(Algorithm::EdDsa);
        let expected = Expected { algorithms: &[Algorithm::EdDsa], ..case.expected() };
        let checked = check(&case.pair.sign_octets(&header, &body), &expected);
        prop_assert_eq!(checked.checks.len(), 20);
        prop_assert!(checked.verified().is_none());
    }
}
