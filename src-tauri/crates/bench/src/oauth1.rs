//! Signing a request of OAuth 1.0a, against the bare crate that our signatures stand on.
//!
//! Ours reads the parameters off the request as it is sent, refuses those that are not the caller's to set, and wipes what
//! it wrote; the bare crate is handed its parameters one by one.

use std::hint::black_box;
use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use http::Method;
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Entropy, EntropyError, Secret, UnixSeconds};
use keybelt_protocol::oauth1::placement::Placement;
use keybelt_protocol::oauth1::signature::SigningKey;
use keybelt_protocol::oauth1::signed_request::{Credentials, Signer};
use keybelt_protocol::oauth1::stamp::Stamp;

use crate::Trouble;
use crate::interleaved::compare;
use crate::row::{Bound, Row};

const ROUNDS: usize = 1_001;
/// So many requests are one sample.
const STEPS: u32 = 50;

const ADDRESS: &str = "https://api.photos.example/1/people/ada/photos";
const QUERY: &str = "album=Summer%20in%20K%C3%B6ln&count=200&include_tags=true";
const PARAMETERS: [(&str, &str); 3] = [
    ("album", "Summer in Köln"),
    ("count", "200"),
    ("include_tags", "true"),
];
const CLIENT: (&str, &str) = ("dpf43f3p2l4k3l03", "kd94hf93k423kf44");
const TOKEN: (&str, &str) = (
    "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
);
const NOW: u64 = 1_800_000_000;
/// What [`Even`] makes of a nonce.
const NONCE: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/// No randomness at all: both sides sign the same request.
struct Even;

impl Entropy for Even {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(0x5a);
        Ok(())
    }
}

/// The table's rows.
pub fn rows() -> Result<Vec<Row>, Trouble> {
    let secret = |text: &str| Secret::new(text.to_owned());
    let signer = Signer {
        consumer_key: CLIENT.0.to_owned(),
        key: SigningKey::HmacSha1(secret(CLIENT.1)),
        placement: Placement::Header,
        realm: None,
        body_hash: false,
        plaintext_on_loopback: false,
    };
    let credentials = Credentials {
        token: secret(TOKEN.0),
        secret: secret(TOKEN.1),
    };
    let stamp = Stamp::new(UnixSeconds(NOW.try_into()?), &Even)?;

    let client = oauth1_request::Credentials::new(CLIENT.0, CLIENT.1);
    let mut bare = oauth1_request::Builder::new(client, oauth1_request::HMAC_SHA1);
    bare.token(oauth1_request::Credentials::new(TOKEN.0, TOKEN.1));
    bare.timestamp(NonZeroU64::new(NOW)).nonce(NONCE).version(true);
    let parameters = oauth1_request::ParameterList::new(PARAMETERS);

    let by_us = || ours(&signer, &credentials, &stamp);
    let by_peer = || {
        let mut headers = Vec::new();
        let time = timed(&mut headers, || Ok(bare.get(ADDRESS, &parameters)))?;
        Ok((time, headers.pop().unwrap_or_default()))
    };
    let (one, other): (String, String) = (by_us()?.1, by_peer()?.1);
    if signature_of(&one).is_none() || signature_of(&one) != signature_of(&other) {
        return Err(format!("the signatures differ: {one} and {other}").into());
    }
    let compared = compare(
        ROUNDS,
        || by_us().map(|(time, _)| time),
        || by_peer().map(|(time, _): (Duration, String)| time),
    )?;
    Ok(vec![Row::of_times(
        "speed of signing a request of OAuth 1 (HMAC-SHA1), to bare `oauth1-request`",
        Bound::AtLeast(0.9),
        &compared.per_step(STEPS),
    )])
}

/// The time of one sample, and a header it made. What is signed is there before.
fn ours(signer: &Signer, credentials: &Credentials, stamp: &Stamp) -> Result<(Duration, String), Trouble> {
    let url = Endpoint::parse(&format!("{ADDRESS}?{QUERY}"))?;
    let mut requests: Vec<Request> = (0..STEPS)
        .map(|_| Request {
            method: Method::GET,
            url: url.clone(),
            headers: Vec::new(),
            body: None,
        })
        .collect();
    let mut signed = Vec::new();
    let time = timed(&mut signed, || {
        let request = requests.pop().ok_or("no request is left")?;
        Ok(signer.sign(request, Some(credentials), stamp)?)
    })?;
    let header = signed.first().and_then(|request| request.headers.first());
    let (_, value) = header.ok_or("a signed request without a header")?;
    Ok((time, value.to_str()?.to_owned()))
}

/// How long [`STEPS`] steps take; what they make is kept until the clock has stopped.
fn timed<T>(made: &mut Vec<T>, mut step: impl FnMut() -> Result<T, Trouble>) -> Result<Duration, Trouble> {
    made.reserve(STEPS.try_into()?);
    let began = Instant::now();
    for _ in 0..STEPS {
        made.push(black_box(step()?));
    }
    Ok(began.elapsed())
}

fn signature_of(header: &str) -> Option<&str> {
    header
        .split_once("oauth_signature=\"")?
        .1
        .split_once('"')
        .map(|(value, _)| value)
}
