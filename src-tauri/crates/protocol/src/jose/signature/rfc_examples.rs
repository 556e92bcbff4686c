//! The examples of the RFCs: each file of `tests/data/jose` is a token with its key and what must come of it, and says
//! where it stands.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::*;
use crate::jose::compact::{Compact, extensions_are_understood};
use crate::jose::fixtures::document;

/// Where a token ends that goes the way of every token.
fn outcome(token: &str, key: &Value) -> &'static str {
    let token = match Compact::parse(token) {
        Ok(Compact::Signed(token)) => token,
        Ok(Compact::Encrypted { .. }) => return "encrypted",
        Err(_) => return "no token",
    };
    if extensions_are_understood(&token.header).is_err() {
        return "extension";
    }
    let Some(algorithm) = token.header_text("alg").and_then(Algorithm::parse) else {
        return "algorithm";
    };
    let found = match (key["k"].as_str(), algorithm.hmac()) {
        // Its secret is no text, as a client secret is, so it is handed over as a key.
        (Some(secret), Some(kind)) => {
            let secret = BASE64_URL_SAFE_NO_PAD.decode(secret).unwrap();
            Candidates(Held::Secret(Box::new(hmac::Key::new(kind, &secret))))
        }
        _ => {
            let set = KeySet::parse(document(std::slice::from_ref(key)).as_bytes()).unwrap();
            match candidates(&token, algorithm, Keys::Set(&set)) {
                Ok(found) => found,
                Err(_) => return "key",
            }
        }
    };
    if verifies(&token, algorithm, &found) {
        "holds"
    } else {
        "signature"
    }
}

#[test]
fn every_example_comes_to_what_its_file_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/jose");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let vector: Value = serde_json::from_str(&text).unwrap();
        let found = outcome(vector["token"].as_str().unwrap(), &vector["key"]);
        assert_eq!(found, vector["outcome"], "{}", vector["source"]);
        seen.insert(found);
    }
    let expected = [
        "algorithm",
        "encrypted",
        "extension",
        "holds",
        "no token",
        "signature",
    ];
    assert_eq!(seen, expected.into());
}
