//! The vectors of `tests/data/oauth1`, from the other side: their base strings are written and their signatures checked
//! with the provider's own code.

use std::fs;
use std::path::PathBuf;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use keybelt_primitives::Secret;
use serde_json::Value;
use url::Url;

use super::base_string::base_string;
use super::consumer::RegisteredKey;
use super::signature::{Method, Proof};
use crate::parameters::Parameters;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/oauth1")
}

fn vectors() -> Vec<(String, Value)> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let vectors: Vec<(String, Value)> = files
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .map(|path| {
            let vector = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            (path.display().to_string(), vector)
        })
        .collect();
    assert!(!vectors.is_empty());
    vectors
}

/// The public half of the vectors' key, as it would be registered.
fn registered() -> RegisteredKey {
    let pem = fs::read_to_string(folder().join("rsa-2048.pem")).unwrap();
    let inner: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(inner).unwrap()).unwrap();
    let der: PublicKeyX509Der = pair.public_key().as_der().unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(der.as_ref())
    );
    RegisteredKey::from_pem(&pem).unwrap()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap_or_default()
}

#[test]
fn every_vector_has_its_base_string_here_too() {
    for (name, vector) in vectors() {
        let Some(expected) = vector["base_string"].as_str() else {
            continue;
        };
        let mut url = Url::parse(text(&vector, "url")).unwrap();
        let mut parameters: Vec<(String, String)> = Vec::new();
        let mut add = |pairs: &Parameters| {
            parameters.extend(
                pairs
                    .pairs()
                    .map(|(name, value)| (name.to_owned(), value.to_owned())),
            );
        };
        add(&Parameters::parse(url.query().unwrap_or_default().as_bytes()));
        let headers = [(
            CONTENT_TYPE,
            HeaderValue::from_str(text(&vector, "content_type")).unwrap(),
        )];
        let form = Parameters::of_form(&headers.into_iter().collect(), text(&vector, "body").as_bytes());
        add(&form.unwrap_or_default());
        for (name, value) in vector["protocol"].as_object().unwrap() {
            parameters.push((name.clone(), value.as_str().unwrap().to_owned()));
        }
        url.set_query(None);
        assert_eq!(
            base_string(text(&vector, "method"), url.as_str(), &parameters),
            expected,
            "{name}"
        );
    }
}

#[test]
fn every_vectors_signature_is_right_here_too() {
    let key = registered();
    for (name, vector) in vectors() {
        // One has a base string only: its signature is by a key that is too small.
        if vector["signature"].is_null() {
            continue;
        }
        let method = Method::of(text(&vector["protocol"], "oauth_signature_method")).unwrap();
        let (client, token) = (
            Secret::new(text(&vector, "client_secret").to_owned()),
            Secret::new(text(&vector, "token_secret").to_owned()),
        );
        let proof = if method == Method::RsaSha1 {
            Proof::Key(Some(&key))
        } else {
            Proof::Secret(&client)
        };
        let (base, signature) = (text(&vector, "base_string"), text(&vector, "signature"));
        assert!(method.verifies(base, signature, &proof, &token), "{name}");
        let wrong = signature.replacen(|first: char| first.is_ascii_alphanumeric(), "-", 1);
        assert!(!method.verifies(base, &wrong, &proof, &token), "{name}");
        if method != Method::Plaintext {
            assert!(
                !method.verifies(&format!("{base}x"), signature, &proof, &token),
                "{name}"
            );
        }
    }
}

#[test]
fn a_key_that_is_too_small_or_no_rsa_key_is_not_registered() {
    let kept: RegisteredKey = serde_json::from_str(&serde_json::to_string(&registered()).unwrap()).unwrap();
    assert!(kept == registered());
    let pem = |inner: &str| format!("-----BEGIN PUBLIC KEY-----\n{inner}\n-----END PUBLIC KEY-----");
    // 1024 bits, and a point on P-256, both made by OpenSSL.
    let small = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDbe32bo5YIFPWpNRA8/UTz5hFQ9YS5LAbXi9qEUyddZsk73+SUmqxi2Py4D7xK1q0z\
                 k2lW/HCTqis/ylLsJyrAVpk+M1j0HP9584dk1WjUTExSfH7kSdHzTsOF10X+W3s3n0HxFIhVmoIQfk3EvgEQQNjWNZqGl+Vo2nF/8b8v\
                 PwIDAQAB";
    let curve = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageE\
                 HWwHdBO6B+dFabmdT9POxg==";
    for unfit in [
        pem(small),
        pem(curve),
        pem("AAAA"),
        pem("!"),
        String::new(),
        small.to_owned(),
    ] {
        assert!(RegisteredKey::from_pem(&unfit).is_err(), "{unfit}");
    }
}
