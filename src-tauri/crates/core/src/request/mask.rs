//! The token taken out of an answer: an API that says again what it was asked must not put it on a screen.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue};
use keybelt_primitives::Secret;

use crate::mask;

/// What stands in the token's place.
const MASK: &str = "[withheld]";
/// Shorter ones could be any word of the answer.
const SHORTEST: usize = 8;

/// The body without the secrets.
#[expect(
    clippy::disallowed_methods,
    reason = "the answer is read for the person who asked"
)]
pub(crate) fn body(body: &Secret<Vec<u8>>, secrets: &[&Secret<String>]) -> Vec<u8> {
    masked(body.expose(), secrets).into_owned()
}

/// The headers without the secrets.
pub(crate) fn headers(headers: &HeaderMap, secrets: &[&Secret<String>]) -> HeaderMap {
    let masked_value = |value: &HeaderValue| match masked(value.as_bytes(), secrets) {
        Cow::Borrowed(_) => value.clone(),
        // A mask is text that a header can carry.
        Cow::Owned(bytes) => HeaderValue::from_bytes(&bytes).unwrap_or(HeaderValue::from_static("")),
    };
    headers
        .iter()
        .map(|(name, value)| (name.clone(), masked_value(value)))
        .fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        })
}

fn masked<'a>(bytes: &'a [u8], secrets: &[&Secret<String>]) -> Cow<'a, [u8]> {
    let secrets = secrets.iter().copied().filter(|secret| secret.len() >= SHORTEST);
    mask::masked(bytes, secrets, |_| MASK.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, secret: &str) -> String {
        let (text, secret) = (
            Secret::new(text.as_bytes().to_vec()),
            Secret::new(secret.to_owned()),
        );
        String::from_utf8(body(&text, &[&secret])).unwrap()
    }

    #[test]
    fn a_token_that_comes_back_is_masked_however_it_is_written() {
        let secret = "at+1/abc def==";
        assert_eq!(
            after(
                "{\"a\":\"Bearer at+1/abc def==\",\"b\":\"at+1/abc def==\"}",
                secret
            ),
            "{\"a\":\"Bearer [withheld]\",\"b\":\"[withheld]\"}"
        );
        assert_eq!(after("?t=at%2B1%2Fabc%20def%3D%3D", secret), "?t=[withheld]");
        assert_eq!(after("?t=at%2B1%2Fabc+def%3D%3D&x", secret), "?t=[withheld]&x");
    }

    #[test]
    fn what_is_no_token_stays_to_the_byte() {
        assert_eq!(after("at-1234 and at-123", "at-12345"), "at-1234 and at-123");
        assert_eq!(after("a word", "word"), "a word");
        let bytes = Secret::new(vec![0xff, 0x00, 0x80]);
        assert_eq!(
            body(&bytes, &[&Secret::new("at-12345".to_owned())]),
            [0xff, 0x00, 0x80]
        );
    }

    #[test]
    fn headers_are_masked_and_none_is_lost() {
        let mut map = HeaderMap::new();
        map.append("x-a", HeaderValue::from_static("Bearer at-12345"));
        map.append("x-a", HeaderValue::from_static("2"));
        let found = headers(&map, &[&Secret::new("at-12345".to_owned())]);
        let values: Vec<_> = found.get_all("x-a").iter().collect();
        assert_eq!(values, ["Bearer [withheld]", "2"]);
    }
}
