//! Verifying an ID token, against a bare decoding by `jsonwebtoken`: the same token, the same key.
//!
//! The bare decoding checks the signature, `exp`, `iss` and `aud`, and reads the claims. Ours makes every check of the table,
//! and says of each what it found.

use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, Validation};
use keybelt_core::SystemClock;
use keybelt_primitives::{Clock, Secret, UnixSeconds};
use keybelt_protocol::jose::Keys;
use keybelt_protocol::jose::algorithm::Algorithm;
use keybelt_protocol::jose::key_set::KeySet;
use keybelt_protocol::oidc::id_token::{Checked, Expected, check};
use serde_json::{Map, Value, json};

use crate::Trouble;
use crate::interleaved::compare;
use crate::row::{Bound, Row};

const ROUNDS: usize = 401;
/// So many tokens are one sample.
const STEPS: u32 = 20;

const ISSUER: &str = "https://accounts.example.org";
const CLIENT: &str = "1234987819200.apps.example.org";
const NONCE: &str = "n-0S6_WzA2Mj";
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

/// An issuer's key.
struct Signing {
    algorithm: Algorithm,
    public: Value,
    sign: Box<Sign>,
}

type Sign = dyn Fn(&[u8]) -> Result<Vec<u8>, Trouble>;

/// The table's rows.
pub fn rows() -> Result<Vec<Row>, Trouble> {
    Ok(vec![
        row(&rs256()?, jsonwebtoken::Algorithm::RS256, 0.8)?,
        row(&es256()?, jsonwebtoken::Algorithm::ES256, 0.9)?,
    ])
}

fn row(signing: &Signing, library: jsonwebtoken::Algorithm, least: f64) -> Result<Row, Trouble> {
    let name = signing.algorithm.name();
    let now = SystemClock.now();
    let token = token(signing, now)?;
    let set = key_set(signing)?;
    let access_token = Secret::new(ACCESS_TOKEN.to_owned());
    let expected = expected(signing, &set, &access_token, now);
    let key = DecodingKey::from_jwk(&serde_json::from_value(signing.public.clone())?)?;
    let mut validation = Validation::new(library);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[CLIENT]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    let compared = compare(
        ROUNDS,
        || {
            let began = Instant::now();
            for _ in 0..STEPS {
                let checked = check(black_box(&token), &expected);
                if black_box(&checked).verified().is_none() {
                    return Err(format!("{name} is refused: {:?}", checked.failure()).into());
                }
            }
            Ok(began.elapsed())
        },
        || {
            let began = Instant::now();
            for _ in 0..STEPS {
                black_box(jsonwebtoken::decode::<Map<String, Value>>(
                    black_box(&token),
                    &key,
                    &validation,
                )?);
            }
            Ok(began.elapsed())
        },
    )?;
    Ok(Row::of_times(
        &format!("speed of verifying an ID token ({name}), to bare `jsonwebtoken`"),
        Bound::AtLeast(least),
        &compared.per_step(STEPS),
    ))
}

/// A token with every check of it.
pub fn example(now: UnixSeconds) -> Result<(String, Checked), Trouble> {
    let signing = es256()?;
    let token = token(&signing, now)?;
    let set = key_set(&signing)?;
    let access_token = Secret::new(ACCESS_TOKEN.to_owned());
    let checked = check(&token, &expected(&signing, &set, &access_token, now));
    Ok((token, checked))
}

fn key_set(signing: &Signing) -> Result<KeySet, Trouble> {
    Ok(KeySet::parse(
        json!({ "keys": [signing.public] }).to_string().as_bytes(),
    )?)
}

fn expected<'a>(
    signing: &'a Signing,
    set: &'a KeySet,
    access_token: &'a Secret<String>,
    now: UnixSeconds,
) -> Expected<'a> {
    Expected {
        issuer: Some(ISSUER),
        client_id: Some(CLIENT),
        algorithms: std::slice::from_ref(&signing.algorithm),
        keys: Some(Keys::Set(set)),
        nonce: Some(NONCE),
        max_age: None,
        now,
        fresh: true,
        access_token: Some(access_token),
        code: None,
        original: None,
    }
}

/// A token as the large providers make them.
fn token(signing: &Signing, now: UnixSeconds) -> Result<String, Trouble> {
    let header = json!({"alg": signing.algorithm.name(), "kid": signing.public["kid"], "typ": "JWT"});
    let claims = json!({
        "iss": ISSUER,
        "azp": CLIENT,
        "aud": CLIENT,
        "sub": "110169484474386276334",
        "email": "ada@mail.example.org",
        "email_verified": true,
        "at_hash": signing.algorithm.half_hash(ACCESS_TOKEN),
        "nonce": NONCE,
        "name": "Ada Example",
        "picture": "https://images.example.org/a/AOh14GjWU9YqWZ0bC2zU8b6n2d7x5w3v=s96-c",
        "given_name": "Ada",
        "family_name": "Example",
        "locale": "en",
        "iat": now.0,
        "exp": now.0 + 3_600,
    });
    let message = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let signature = (signing.sign)(message.as_bytes())?;
    Ok(format!("{message}.{}", encoded(signature)))
}

fn rs256() -> Result<Signing, Trouble> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let parts: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
    Ok(Signing {
        algorithm: Algorithm::Rs256,
        public: json!({"kty": "RSA", "kid": "k1", "use": "sig", "n": encoded(parts.n), "e": encoded(parts.e)}),
        sign: Box::new(move |message| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
            Ok(signature)
        }),
    })
}

fn es256() -> Result<Signing, Trouble> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    // An uncompressed point: 4, x, y.
    let point = pair.public_key().as_ref().get(1..).unwrap_or_default();
    let (x, y) = point.split_at(point.len() / 2);
    Ok(Signing {
        algorithm: Algorithm::Es256,
        public: json!({"kty": "EC", "kid": "k1", "use": "sig", "crv": "P-256", "x": encoded(x), "y": encoded(y)}),
        sign: Box::new(move |message| Ok(pair.sign(&SystemRandom::new(), message)?.as_ref().to_vec())),
    })
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
