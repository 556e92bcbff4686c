//! Wycheproof's sets for the primitives under every algorithm. Each case goes the way of a JWS: its key through a JWK
//! set, its signature through base64url, its message in the place of what was signed.

use serde_json::{Map, Value, json};
use wycheproof::{TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

use super::*;
use crate::jose::fixtures::document;

/// How many cases held and how many were refused: a set that is passed over is seen.
#[derive(Debug, Default, Eq, PartialEq)]
struct Tally {
    held: usize,
    refused: usize,
}

impl Tally {
    fn add(&mut self, holds: bool, expected: bool, case: &str) {
        assert_eq!(holds, expected, "{case}");
        if holds {
            self.held += 1;
        } else {
            self.refused += 1;
        }
    }
}

fn set(jwk: Value) -> KeySet {
    KeySet::parse(document(&[jwk]).as_bytes()).unwrap()
}

fn encoded(octets: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}

fn holds(set: &KeySet, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let signature = encoded(signature);
    let token = wrapped(message, &signature);
    let found = candidates(&token, algorithm, Keys::Set(set));
    found.is_ok_and(|found| verifies(&token, algorithm, &found))
}

fn wrapped<'a>(message: &'a [u8], signature: &'a str) -> Signed<'a> {
    Signed {
        header: Map::new(),
        payload: Vec::new(),
        message,
        signature,
    }
}

#[test]
fn rs256_rs384_and_rs512_hold_by_the_one_padding_alone() {
    use rsa_pkcs1_verify::TestName as Name;
    let sets = [
        (
            Algorithm::Rs256,
            &[
                Name::Rsa2048Sha256,
                Name::Rsa3072Sha256,
                Name::Rsa4096Sha256,
                Name::Rsa8192Sha256,
            ][..],
        ),
        (
            Algorithm::Rs384,
            &[
                Name::Rsa2048Sha384,
                Name::Rsa3072Sha384,
                Name::Rsa4096Sha384,
                Name::Rsa8192Sha384,
            ],
        ),
        (
            Algorithm::Rs512,
            &[
                Name::Rsa2048Sha512,
                Name::Rsa3072Sha512,
                Name::Rsa4096Sha512,
                Name::Rsa8192Sha512,
            ],
        ),
    ];
    for (algorithm, names) in sets {
        let mut tally = Tally::default();
        for name in names {
            for group in rsa_pkcs1_verify::TestSet::load(*name).unwrap().test_groups {
                let keys = set(json!({"kty": "RSA", "n": encoded(&group.key.n), "e": encoded(&group.key.e)}));
                for test in &group.tests {
                    let case = format!("{name:?} {}: {}", test.tc_id, test.comment);
                    // What is merely acceptable (a DigestInfo without its NULL) is refused: nobody who signs writes it.
                    tally.add(
                        holds(&keys, algorithm, &test.msg, &test.sig),
                        test.result == TestResult::Valid,
                        &case,
                    );
                }
            }
        }
        assert!(tally.held > 20 && tally.refused > 800, "{algorithm:?}: {tally:?}");
    }
}

#[test]
fn jw_12_ps256_ps384_and_ps512_hold_with_their_own_hash_and_a_salt_as_long_as_it() {
    use rsa_pss_verify::TestName as Name;
    use wycheproof::HashFunction as Hash;
    let names = [
        Name::RsaPss2048Sha256Mgf1SaltLen0,
        Name::RsaPss2048Sha256Mgf1SaltLen32,
        Name::RsaPss2048Sha256Mgf1Sha1_20,
        Name::RsaPss2048Sha384Mgf1SaltLen48,
        Name::RsaPss3072Sha256Mgf1SaltLen32,
        Name::RsaPss4096Sha256Mgf1SaltLen32,
        Name::RsaPss4096Sha384Mgf1SaltLen48,
        Name::RsaPss4096Sha512Mgf1SaltLen32,
        Name::RsaPss4096Sha512Mgf1SaltLen64,
        Name::RsaPssmisc,
    ];
    let algorithms = [
        (Algorithm::Ps256, Hash::Sha2_256, 32),
        (Algorithm::Ps384, Hash::Sha2_384, 48),
        (Algorithm::Ps512, Hash::Sha2_512, 64),
    ];
    let mut tallies = [Tally::default(), Tally::default(), Tally::default()];
    for name in names {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let keys = set(json!({"kty": "RSA", "n": encoded(&group.key.n), "e": encoded(&group.key.e)}));
            for (tally, (algorithm, hash, salt)) in tallies.iter_mut().zip(algorithms) {
                let is_its_own =
                    group.hash == hash && group.mgf_hash == Some(hash) && group.key_size >= 2_048;
                for test in &group.tests {
                    // Right but for its salt: what is wrong for the set's length may be right for the algorithm's.
                    let changed = test.comment.strip_prefix("s_len changed to ");
                    let of_length = match changed {
                        Some(length) => length.parse() == Ok(salt),
                        None => group.salt_size == salt && test.result == TestResult::Valid,
                    };
                    let case = format!("{name:?} {} by {algorithm:?}: {}", test.tc_id, test.comment);
                    let found = holds(&keys, algorithm, &test.msg, &test.sig);
                    tally.add(found, is_its_own && of_length, &case);
                }
            }
        }
    }
    let few = tallies
        .iter()
        .find(|tally| tally.held < 50 || tally.refused < 500);
    assert_eq!(few, None, "{tallies:?}");
}

#[test]
fn jw_10_es256_and_es384_hold_as_r_and_s_of_their_length() {
    let sets = [
        (
            Algorithm::Es256,
            ecdsa::TestName::EcdsaSecp256r1Sha256P1363,
            "P-256",
        ),
        (
            Algorithm::Es384,
            ecdsa::TestName::EcdsaSecp384r1Sha384P1363,
            "P-384",
        ),
    ];
    for (algorithm, name, curve) in sets {
        let mut tally = Tally::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let (x, y) = group.key.key[1..].split_at((group.key.key.len() - 1) / 2);
            let keys = set(json!({"kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y)}));
            for test in &group.tests {
                let case = format!("{name:?} {}: {}", test.tc_id, test.comment);
                tally.add(
                    holds(&keys, algorithm, &test.msg, &test.sig),
                    test.result == TestResult::Valid,
                    &case,
                );
            }
        }
        assert!(tally.held > 100 && tally.refused > 60, "{algorithm:?}: {tally:?}");
    }
}

/// What is encoded in DER is another form of the same signatures, and none of JOSE's (RFC 7518 §3.4).
#[test]
fn jw_10_ecdsa_in_der_never_holds() {
    let sets = [
        (Algorithm::Es256, ecdsa::TestName::EcdsaSecp256r1Sha256, "P-256"),
        (Algorithm::Es384, ecdsa::TestName::EcdsaSecp384r1Sha384, "P-384"),
    ];
    for (algorithm, name, curve) in sets {
        let mut tally = Tally::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let (x, y) = group.key.key[1..].split_at((group.key.key.len() - 1) / 2);
            let keys = set(json!({"kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y)}));
            for test in &group.tests {
                let case = format!("{name:?} {}: {}", test.tc_id, test.comment);
                tally.add(holds(&keys, algorithm, &test.msg, &test.sig), false, &case);
            }
        }
        assert!(tally.refused > 300, "{algorithm:?}: {tally:?}");
    }
}

#[test]
fn jw_13_ed25519_holds_in_its_one_encoding() {
    let mut tally = Tally::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519)
        .unwrap()
        .test_groups
    {
        let keys = set(json!({"kty": "OKP", "crv": "Ed25519", "x": encoded(&group.key.pk)}));
        for test in &group.tests {
            let case = format!("{}: {}", test.tc_id, test.comment);
            tally.add(
                holds(&keys, Algorithm::EdDsa, &test.msg, &test.sig),
                test.result == TestResult::Valid,
                &case,
            );
        }
    }
    assert!(tally.held > 50 && tally.refused > 40, "{tally:?}");
}

#[test]
fn jw_16_hs256_hs384_and_hs512_hold_by_the_whole_tag() {
    let sets = [
        (Algorithm::Hs256, mac::TestName::HmacSha256),
        (Algorithm::Hs384, mac::TestName::HmacSha384),
        (Algorithm::Hs512, mac::TestName::HmacSha512),
    ];
    for (algorithm, name) in sets {
        let mut tally = Tally::default();
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let tag = encoded(&test.tag);
                // Keys of a set are octets of any length, where a client secret is text and has a least length.
                let key = hmac::Key::new(algorithm.hmac().unwrap(), &test.key);
                let found = Candidates(Held::Secret(Box::new(key)));
                let is_whole = group.tag_size == algorithm.least_secret() * 8;
                tally.add(
                    verifies(&wrapped(&test.msg, &tag), algorithm, &found),
                    is_whole && test.result == TestResult::Valid,
                    &format!("{name:?} {}: {}", test.tc_id, test.comment),
                );
            }
        }
        assert!(tally.held > 20 && tally.refused > 100, "{algorithm:?}: {tally:?}");
    }
}
