use super::*;
use crate::oauth1::vectors::rsa_pem;
use crate::oauth2::fixtures::{Counting, Dry, opened, secret};

fn refused(pem: &str) -> RsaKeyError {
    RsaKey::from_pem(&secret(pem)).err().unwrap()
}

#[test]
fn a_key_is_read_as_pkcs8_and_as_pkcs1_and_written_again() {
    use rsa::pkcs1::EncodeRsaPrivateKey;

    let key = RsaKey::from_pem(&secret(&rsa_pem())).ok().unwrap();
    assert_eq!(opened(&key.to_pem().unwrap()), rsa_pem());
    let pkcs1 = key.0.to_pkcs1_pem(LineEnding::CRLF).unwrap();
    assert!(pkcs1.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    let again = RsaKey::from_pem(&secret(&format!("\n{}\n", pkcs1.as_str())))
        .ok()
        .unwrap();
    assert_eq!(again.public_pem().unwrap(), key.public_pem().unwrap());
    assert!(
        key.public_pem()
            .unwrap()
            .starts_with("-----BEGIN PUBLIC KEY-----\n")
    );
}

#[test]
fn o1_27_a_key_that_is_made_has_2048_bits_and_hangs_on_the_randomness() {
    let entropy = Counting::default();
    let (first, second) = (
        RsaKey::generate(&entropy).ok().unwrap(),
        RsaKey::generate(&entropy).ok().unwrap(),
    );
    assert_eq!(first.0.n().bits(), 2048);
    assert_ne!(first.public_pem().unwrap(), second.public_pem().unwrap());
    let pem = first.to_pem().unwrap();
    assert_eq!(
        RsaKey::from_pem(&pem).ok().unwrap().public_pem().unwrap(),
        first.public_pem().unwrap()
    );
    assert!(matches!(
        RsaKey::generate(&Dry),
        Err(RsaKeyGenerationError::Entropy(EntropyError))
    ));
}

#[test]
fn o1_27_a_short_key_is_refused() {
    let mut random = ChaCha20Rng::from_seed([1; 32]);
    let short = RsaPrivateKey::new(&mut random, 1024).unwrap();
    let pem = short.to_pkcs8_pem(LineEnding::LF).unwrap();
    assert_eq!(refused(&pem), RsaKeyError::Length { bits: 1024 });
}

#[test]
fn what_is_no_private_rsa_key_is_refused_by_what_it_is() {
    let key = RsaKey::from_pem(&secret(&rsa_pem())).ok().unwrap();
    assert_eq!(refused(&key.public_pem().unwrap()), RsaKeyError::Public);
    for (pem, expected) in [
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----",
            RsaKeyError::Encrypted,
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0\n\nMII=\n\
             -----END RSA PRIVATE KEY-----",
            RsaKeyError::Encrypted,
        ),
        ("", RsaKeyError::NotRsaPem),
        ("hello", RsaKeyError::NotRsaPem),
        (
            "-----BEGIN EC PRIVATE KEY-----\nMII=\n-----END EC PRIVATE KEY-----",
            RsaKeyError::NotRsaPem,
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            RsaKeyError::NotRsaPem,
        ),
    ] {
        assert_eq!(refused(pem), expected, "{pem}");
    }
    assert_eq!(
        refused(&format!("{}{}", rsa_pem(), "x".repeat(20_000))),
        RsaKeyError::NotRsaPem
    );
    // One digit of the key changed: its numbers no longer belong together.
    let body = rsa_pem().replacen('a', "b", 1);
    assert_eq!(refused(&body), RsaKeyError::NotRsaPem);
}
