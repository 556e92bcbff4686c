use keybelt_contract::Verdict;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::jose::fixtures::{Pair, document, hmac};
use crate::jose::key_set::KeySet;
use crate::oidc::checks::verdict;

pub(super) const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

pub(super) fn claims() -> Value {
    json!({
        "iss": "https://as.example", "sub": "s-1", "aud": "client-1", "exp": NOW.0 + 300, "iat": NOW.0,
        "nonce": "n-1"
    })
}

pub(super) fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

pub(super) struct Case {
    pub(super) pair: Pair,
    set: KeySet,
}

impl Case {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let pair = Pair::of(algorithm, "k1");
        let set = KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap();
        Self { pair, set }
    }

    pub(super) fn expected(&self) -> Expected<'_> {
        Expected {
            issuer: Some("https://as.example"),
            client_id: Some("client-1"),
            algorithms: &[Algorithm::Es256],
            keys: Some(Keys::Set(&self.set)),
            nonce: Some("n-1"),
            max_age: None,
            now: NOW,
            fresh: true,
            access_token: None,
            code: None,
            original: None,
        }
    }

    pub(super) fn failed(&self, claims: &Value) -> Vec<String> {
        failures(&check(&self.pair.sign(claims), &self.expected()))
    }
}

#[test]
fn a_claim_of_another_type_is_not_said_to_be_absent() {
    let case = Case::new(Algorithm::Es256);
    let said = |claims: &Value, name: &str| {
        let checked = check(&case.pair.sign(claims), &case.expected());
        let record = checked.checks.into_iter().find(|record| record.check == name);
        record.unwrap().detail
    };
    for (name, value) in [
        ("iss", json!(5)),
        ("sub", json!([])),
        ("aud", json!(5)),
        ("exp", json!("soon")),
        ("iat", json!("now")),
    ] {
        let told = said(&with(name, value), name);
        assert_eq!(told, format!("{name} is of another type than it must be"));
        let told = said(&with(name, Value::Null), name);
        assert_eq!(told, format!("there is no {name} to compare"));
    }
    assert_eq!(said(&with("aud", json!(5)), "azp"), "the token has no azp");
}

pub(super) fn failures(checked: &Checked) -> Vec<String> {
    assert_eq!(checked.checks.len(), 20);
    checked
        .checks
        .iter()
        .filter(|record| record.outcome == CheckOutcome::Fail)
        .map(|record| record.check.clone())
        .collect()
}

#[test]
fn a_right_token_passes_and_its_claims_are_believed() {
    let case = Case::new(Algorithm::Es256);
    let checked = check(&case.pair.sign(&claims()), &case.expected());
    assert_eq!(failures(&checked), [""; 0]);
    assert_eq!(checked.verified().unwrap()["sub"], "s-1");
    assert_eq!(verdict(&checked.checks, true), Verdict::Pass);
}

#[test]
fn id_02_to_id_16_each_wrong_claim_fails_its_own_check_alone() {
    let case = Case::new(Algorithm::Es256);
    for (name, value, failed) in [
        ("iss", json!("https://as.example/"), "iss"),
        ("aud", json!("other"), "aud"),
        ("aud", json!([]), "aud"),
        ("aud", json!(["client-1", "other"]), "azp"),
        ("azp", json!("other"), "azp"),
        ("exp", json!(NOW.0 - 60), "exp"),
        ("iat", json!(NOW.0 + 61), "iat"),
        ("iat", json!(NOW.0 - 86_401), "iat"),
        ("nbf", json!(NOW.0 + 61), "nbf"),
        ("nbf", json!("x"), "nbf"),
        ("nonce", json!("n-2"), "nonce"),
        ("nonce", Value::Null, "nonce"),
        ("sub", json!(""), "sub"),
        ("sub", json!("s".repeat(256)), "sub"),
        ("sub", json!("\u{430}"), "sub"),
        ("sub", json!(7), "claims"),
        ("exp", json!("4102444800"), "claims"),
        ("exp", json!(1e300), "claims"),
        ("iat", Value::Null, "claims"),
        ("aud", json!([1]), "claims"),
        ("aud", json!(["client-1", 1]), "claims"),
        ("aud", json!({"client-1": true}), "claims"),
        ("aud", json!("client-1 "), "aud"),
        ("aud", json!("Client-1"), "aud"),
        ("iss", json!("https://AS.example"), "iss"),
        ("iss", json!(["https://as.example"]), "claims"),
        ("exp", json!(-1), "exp"),
        ("exp", json!(0), "exp"),
        ("exp", json!(true), "claims"),
        ("exp", json!(18_446_744_073_709_551_615_u64), "claims"),
        ("iat", json!(-1), "iat"),
        ("iat", json!(1.0e19), "claims"),
        ("azp", json!(["client-1"]), "azp"),
        ("nonce", json!(["n-1"]), "nonce"),
        ("auth_time", json!("now"), "auth_time"),
    ] {
        assert_eq!(
            case.failed(&with(name, value.clone())),
            [failed],
            "{name} {value}"
        );
    }
}

#[test]
fn what_is_unusual_but_right_passes() {
    let case = Case::new(Algorithm::Es256);
    for (name, value) in [
        ("aud", json!(["client-1"])),
        ("azp", json!("client-1")),
        ("exp", json!(NOW.0 - 59)),
        ("exp", json!(1_800_000_000.5)),
        ("iat", json!(NOW.0 + 60)),
        ("nbf", json!(NOW.0 + 60)),
        ("email_verified", json!("true")),
    ] {
        assert_eq!(case.failed(&with(name, value.clone())), [""; 0], "{name} {value}");
    }
    let mut several = with("aud", json!(["other", "client-1"]));
    several["azp"] = json!("client-1");
    assert_eq!(case.failed(&several), [""; 0]);
}

#[test]
fn jw_03_jb_09_jb_01_headers() {
    let case = Case::new(Algorithm::Es256);
    let failed = |header: Value| failures(&check(&case.pair.sign_with(&header, &claims()), &case.expected()));
    assert_eq!(failed(json!({"alg": "ES256", "typ": "jwt"})), [""; 0]);
    assert_eq!(
        failed(json!({"alg": "ES256", "kid": "k1", "crit": ["exp"]})),
        ["crit"]
    );
    assert_eq!(failed(json!({"alg": "ES256", "crit": []})), ["crit"]);
    assert_eq!(failed(json!({"alg": "ES256", "b64": false})), ["crit"]);
    assert_eq!(failed(json!({"alg": "ES256", "typ": "at+jwt"})), ["typ"]);
    assert_eq!(failed(json!({"alg": "none"})), ["alg"]);
    assert_eq!(failed(json!({})), ["alg"]);
    assert_eq!(failed(json!({"alg": "ES256", "kid": "k2"})), ["key"]);
    assert_eq!(failed(json!({"alg": "RS256", "kid": "k1"})), ["alg", "key"]);
    assert_eq!(failed(json!({"alg": "HS256", "kid": "k1"})), ["alg", "key"]);
}

#[test]
fn kr_01_kr_03_only_an_unknown_key_or_a_wrong_signature_asks_for_newer_keys() {
    let case = Case::new(Algorithm::Es256);
    let asks =
        |header: Value| check(&case.pair.sign_with(&header, &claims()), &case.expected()).key_may_be_newer;
    assert!(asks(json!({"alg": "ES256", "kid": "k2"})));
    assert!(!asks(json!({"alg": "ES256", "kid": "k1"})));
    assert!(
        !asks(json!({"alg": "RS256", "kid": "k2"})),
        "not an allowed algorithm"
    );
    let stranger = Pair::es256("k1").sign(&claims());
    let checked = check(&stranger, &case.expected());
    assert!(checked.key_may_be_newer);
    assert_eq!(failures(&checked), ["signature"]);
    assert!(checked.verified().is_none());
}

#[test]
fn jw_04_a_key_that_the_token_brings_along_is_not_used() {
    let case = Case::new(Algorithm::Es256);
    let stranger = Pair::es256("k1");
    for brought in [
        json!({"jwk": stranger.public()}),
        json!({"jku": "https://evil.example/jwks", "kid": "k1"}),
        json!({"x5u": "https://evil.example/x5u", "x5c": ["MIIB"]}),
    ] {
        let mut header = brought;
        header["alg"] = json!("ES256");
        let checked = check(&stranger.sign_with(&header, &claims()), &case.expected());
        assert_eq!(failures(&checked), ["signature"], "{header}");
    }
}

#[test]
fn h_08_claims_that_no_honest_issuer_writes_are_not_read() {
    let case = Case::new(Algorithm::Es256);
    let right = claims().to_string();
    let open = right.trim_end_matches('}');
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for payload in [
        format!(r#"{open},"sub":"s-2"}}"#),
        format!(r#"{open},"a":{{"b":1,"b":2}}}}"#),
        format!(r#"{open},"a":{deep}}}"#),
        format!(r#"{open},"exp2":NaN}}"#),
        format!(r#"{open},"exp2":1e999}}"#),
        format!("{right} {right}"),
        format!("[{right}]"),
        String::new(),
    ] {
        let token = case
            .pair
            .sign_text(&json!({"alg": "ES256", "kid": "k1"}), &payload);
        let checked = check(&token, &case.expected());
        assert_eq!(failures(&checked), ["claims"], "{payload:.200}");
        assert_eq!(checked.failure().unwrap().check, "claims");
        assert!(checked.verified().is_none());
    }
}

#[test]
fn id_02_id_06_what_is_required_and_cannot_be_told_is_not_believed() {
    let case = Case::new(Algorithm::Es256);
    let token = case.pair.sign(&claims());
    let in_the_way = |expected: &Expected<'_>| {
        let checked = check(&token, expected);
        assert_eq!(failures(&checked), [""; 0]);
        assert!(checked.verified().is_none());
        checked.failure().unwrap().check.clone()
    };
    let without = |change: fn(&mut Expected<'_>)| {
        let mut expected = case.expected();
        change(&mut expected);
        in_the_way(&expected)
    };
    assert_eq!(without(|expected| expected.keys = None), "key");
    assert_eq!(without(|expected| expected.issuer = None), "iss");
    assert_eq!(without(|expected| expected.client_id = None), "aud");
}

#[test]
fn w_16_googles_issuer_without_its_scheme_is_googles_and_nobody_elses() {
    let case = Case::new(Algorithm::Es256);
    let failed = |wanted: &'static str, found: &str| {
        let expected = Expected {
            issuer: Some(wanted),
            ..case.expected()
        };
        failures(&check(&case.pair.sign(&with("iss", json!(found))), &expected))
    };
    let google = "https://accounts.google.com";
    assert_eq!(failed(google, google), [""; 0]);
    assert_eq!(failed(google, "accounts.google.com"), [""; 0]);
    for (wanted, found) in [
        (google, "http://accounts.google.com"),
        (google, "accounts.google.com/"),
        (google, "accounts.google.com.evil.example"),
        ("https://as.example", "as.example"),
        ("https://as.example", "accounts.google.com"),
    ] {
        assert_eq!(failed(wanted, found), ["iss"], "{wanted} {found}");
    }
}

#[test]
fn every_algorithm_passes_the_whole_table() {
    for pair in Pair::one_of_each() {
        let algorithm = pair.algorithm;
        let case = Case {
            set: KeySet::parse(document(&[pair.public()]).as_bytes()).unwrap(),
            pair,
        };
        let access_token = Secret::new("at-1".to_owned());
        let expected = Expected {
            algorithms: &[algorithm],
            access_token: Some(&access_token),
            ..case.expected()
        };
        let token = case
            .pair
            .sign(&with("at_hash", json!(algorithm.half_hash("at-1"))));
        let checked = check(&token, &expected);
        assert!(checked.verified().is_some(), "{:?}", checked.failure());
    }
    let case = Case::new(Algorithm::EdDsa);
    let expected = Expected {
        algorithms: &[Algorithm::EdDsa],
        ..case.expected()
    };
    let token = case
        .pair
        .sign_with(&json!({"alg": "Ed25519", "kid": "k1"}), &claims());
    assert!(check(&token, &expected).verified().is_some());
}

#[test]
fn jw_11_a_secret_that_is_too_short_is_no_key() {
    let case = Case::new(Algorithm::Es256);
    let secret = Secret::new("s".repeat(31));
    let expected = Expected {
        algorithms: &[Algorithm::Hs256],
        keys: Some(Keys::Secret(&secret)),
        ..case.expected()
    };
    let token = hmac(Algorithm::Hs256, "s".repeat(31).as_bytes(), &json!({}), &claims());
    let checked = check(&token, &expected);
    assert_eq!(failures(&checked), ["key"]);
    assert!(!checked.key_may_be_newer);
}

#[test]
fn text_that_is_no_token_and_tokens_that_are_encrypted() {
    let case = Case::new(Algorithm::Es256);
    for text in ["", "x", "..", "a.b", &"x".repeat(70_000)] {
        let checked = check(text, &case.expected());
        assert_eq!(failures(&checked), ["format"]);
        assert!(
            checked.checks[1..]
                .iter()
                .all(|record| record.outcome == CheckOutcome::Skip)
        );
    }
    let encrypted = format!("{}.AAAA.AAAA", case.pair.sign(&claims()));
    let checked = check(&encrypted, &case.expected());
    assert_eq!(failures(&checked), ["decryption"]);
    assert!(checked.header.is_some());
    assert_eq!(checked.failure().unwrap().check, "decryption");
    let critical = case
        .pair
        .sign_with(&json!({"alg": "dir", "enc": "A128GCM", "crit": ["x"]}), &claims());
    let checked = check(&format!("{critical}.AAAA.AAAA"), &case.expected());
    assert_eq!(failures(&checked), ["crit", "decryption"]);
    let broken = case.pair.sign(&json!("no object"));
    assert_eq!(failures(&check(&broken, &case.expected())), ["claims"]);
}

#[test]
fn id_08_id_13_secrets_and_times_of_signing_in() {
    let case = Case::new(Algorithm::Es256);
    let secret = Secret::new("s".repeat(32));
    let expected = Expected {
        algorithms: &[Algorithm::Hs256],
        keys: Some(Keys::Secret(&secret)),
        ..case.expected()
    };
    let token = |claims: &Value| hmac(Algorithm::Hs256, "s".repeat(32).as_bytes(), &json!({}), claims);
    assert_eq!(failures(&check(&token(&claims()), &expected)), [""; 0]);
    let mut several = with("aud", json!(["client-1", "other"]));
    several["azp"] = json!("client-1");
    assert_eq!(failures(&check(&token(&several), &expected)), ["aud"]);

    let expected = Expected {
        max_age: Some(300),
        ..case.expected()
    };
    let failed = |claims: &Value| failures(&check(&case.pair.sign(claims), &expected));
    assert_eq!(failed(&claims()), ["auth_time"]);
    assert_eq!(failed(&with("auth_time", json!(NOW.0 - 361))), ["auth_time"]);
    assert_eq!(failed(&with("auth_time", json!(NOW.0 - 360))), [""; 0]);
    assert_eq!(failed(&with("auth_time", json!("soon"))), ["auth_time"]);
}

#[test]
fn id_16_hashes() {
    let case = Case::new(Algorithm::Es256);
    let (access_token, code) = (Secret::new("at-1".to_owned()), Secret::new("c-1".to_owned()));
    let expected = Expected {
        access_token: Some(&access_token),
        code: Some(&code),
        ..case.expected()
    };
    let failed = |claims: &Value| failures(&check(&case.pair.sign(claims), &expected));
    assert_eq!(
        failed(&with("at_hash", json!(Algorithm::Es256.half_hash("at-1")))),
        [""; 0]
    );
    assert_eq!(
        failed(&with("at_hash", json!(Algorithm::Es256.half_hash("at-2")))),
        ["at_hash"]
    );
    assert_eq!(
        failed(&with("c_hash", json!(Algorithm::Es384.half_hash("c-1")))),
        ["c_hash"]
    );
    assert_eq!(failed(&with("c_hash", json!(1))), ["c_hash"]);
}

#[test]
fn rf_01_to_rf_04_a_refreshed_token_is_of_the_same_person() {
    let case = Case::new(Algorithm::Es256);
    let Value::Object(original) = with("auth_time", json!(NOW.0 - 9_999)) else {
        panic!()
    };
    let expected = Expected {
        original: Some(&original),
        nonce: None,
        ..case.expected()
    };
    let failed = |claims: &Value| failures(&check(&case.pair.sign(claims), &expected));
    assert_eq!(failed(&claims()), [""; 0]);
    assert_eq!(failed(&with("nonce", Value::Null)), [""; 0]);
    assert_eq!(failed(&with("nonce", json!("n-2"))), ["nonce"]);
    assert_eq!(failed(&with("sub", json!("s-2"))), ["sub"]);
    assert_eq!(failed(&with("azp", json!("client-1"))), ["azp"]);
    assert_eq!(failed(&with("iat", json!(NOW.0 - 61))), ["iat"]);
    assert_eq!(failed(&with("iat", json!(NOW.0 - 60))), [""; 0]);
    assert_eq!(failed(&with("auth_time", json!(NOW.0))), ["auth_time"]);
    assert_eq!(failed(&with("auth_time", json!(NOW.0 - 9_999))), [""; 0]);
}

#[test]
fn rf_01_rf_02_a_refreshed_token_keeps_issuer_audiences_and_azp() {
    let case = Case::new(Algorithm::Es256);
    let mut several = with("aud", json!(["client-1", "api"]));
    several["azp"] = json!("client-1");
    let Value::Object(original) = several.clone() else {
        panic!()
    };
    let expected = Expected {
        original: Some(&original),
        ..case.expected()
    };
    let failed = |name: &str, value: Value| {
        let mut claims = several.clone();
        claims[name] = value;
        failures(&check(&case.pair.sign(&claims), &expected))
    };
    assert_eq!(failed("aud", json!(["api", "client-1"])), [""; 0]);
    assert_eq!(failed("aud", json!(["api", "client-1", "more"])), [""; 0]);
    assert_eq!(failed("aud", json!("client-1")), ["aud"]);
    assert_eq!(failed("azp", json!("other")), ["azp"]);
    assert_eq!(
        failures(&check(
            &case.pair.sign(&with("aud", json!(["client-1", "api"]))),
            &expected
        )),
        ["azp"]
    );

    let mut elsewhere = original.clone();
    elsewhere["iss"] = json!("https://before.example");
    let expected = Expected {
        original: Some(&elsewhere),
        ..case.expected()
    };
    assert_eq!(failures(&check(&case.pair.sign(&several), &expected)), ["iss"]);
}

#[test]
fn verdicts() {
    let case = Case::new(Algorithm::Es256);
    let verdict_of = |token: &str, expected: &Expected<'_>| {
        verdict(&check(token, expected).checks, expected.keys.is_some())
    };
    let expired = case.pair.sign(&with("exp", json!(NOW.0 - 600)));
    assert_eq!(verdict_of(&expired, &case.expected()), Verdict::Expired);
    let unkeyed = Expected {
        keys: None,
        ..case.expected()
    };
    assert_eq!(
        verdict_of(&case.pair.sign(&claims()), &unkeyed),
        Verdict::Unverified
    );
    assert_eq!(verdict_of(&expired, &unkeyed), Verdict::Fail);
    let unsaid = Expected {
        issuer: None,
        client_id: None,
        algorithms: Algorithm::ALL,
        nonce: None,
        fresh: false,
        ..case.expected()
    };
    assert_eq!(
        verdict_of(&case.pair.sign(&with("iat", json!(0))), &unsaid),
        Verdict::Pass
    );
}

/// JSON of any shape, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,300}") {
        let case = Case::new(Algorithm::EdDsa);
        let checked = check(&text, &case.expected());
        prop_assert_eq!(checked.checks.len(), 20);
    }

    /// Whatever stands in one claim: no panic, and a token that is believed has the right issuer, client and subject.
    #[test]
    fn no_signed_claim_panics_or_passes_for_another(
        name in prop::sample::select(vec![
            "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "auth_time", "at_hash", "c_hash", "acr",
        ]),
        value in any_json(),
    ) {
        let case = Case::new(Algorithm::EdDsa);
        let expected = Expected { algorithms: &[Algorithm::EdDsa], ..case.expected() };
        let mut claims = claims();
        claims[name] = value;
        let checked = check(&case.pair.sign(&claims), &expected);
        prop_assert_eq!(checked.checks.len(), 20);
        if let Some(believed) = checked.verified() {
            prop_assert_eq!(&believed["iss"], "https://as.example");
            prop_assert_eq!(&believed["nonce"], "n-1");
            prop_assert!(believed["sub"].is_string() && believed["exp"].is_number());
        }
    }

    #[test]
    fn no_header_panics(member in "(alg|kid|typ|crit|b64|jwk|cty|x)", value in any_json()) {
        let case = Case::new(Algorithm::EdDsa);
        let mut header = json!({"alg": "EdDSA"});
        header[member] = value;
        let checked = check(&case.pair.sign_with(&header, &claims()), &case.expected());
        prop_assert_eq!(checked.checks.len(), 20);
    }
}
