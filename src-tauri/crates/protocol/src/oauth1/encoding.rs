//! Percent-encoding (RFC 5849 §3.6) and the forms that it is applied to (§3.4.1.3.1). Octets, not characters: what a
//! person's query or body holds is signed as it is, also where it is no UTF-8.

use std::borrow::Borrow;
use std::ops::Deref;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode, percent_encode};
use zeroize::{Zeroize, Zeroizing};

/// All but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What an encoding or decoding gives: the same again where it changes nothing, which is what most parameters are, or
/// something written anew, which is wiped unless everybody may see it.
pub(super) enum Piece<'a, T>
where
    T: ToOwned<Owned: Zeroize> + ?Sized,
{
    Same(&'a T),
    Written(Zeroizing<T::Owned>),
    Public(T::Owned),
}

impl<T> Deref for Piece<'_, T>
where
    T: ToOwned<Owned: Zeroize> + ?Sized,
{
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Same(same) => same,
            Self::Written(written) => (**written).borrow(),
            Self::Public(public) => public.borrow(),
        }
    }
}

/// RFC 5849 §3.6: unreserved octets bare, every other as `%XX` in upper case.
pub(super) fn encode(octets: &[u8]) -> Zeroizing<String> {
    // A text that grew would leave unwiped copies behind.
    let mut text = Zeroizing::new(String::with_capacity(octets.len().saturating_mul(3)));
    text.extend(encoded(octets));
    text
}

/// The same, written only where something is reserved.
pub(super) fn encode_piece(text: &str) -> Piece<'_, str> {
    if text.bytes().all(is_unreserved) {
        Piece::Same(text)
    } else {
        Piece::Written(encode(text.as_bytes()))
    }
}

/// The same, written only where it is shown.
pub(super) fn encoded(octets: &[u8]) -> PercentEncode<'_> {
    percent_encode(octets, RESERVED)
}

fn is_unreserved(octet: u8) -> bool {
    const UNRESERVED: [bool; 256] = {
        let mut table = [false; 256];
        let mut octet = 0u8;
        while octet < 0x80 {
            table[octet as usize] =
                octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~');
            octet += 1;
        }
        table
    };
    UNRESERVED[usize::from(octet)]
}

/// The names and values of a query or of a form body, decoded and encoded again in the one way of §3.6. What is written in
/// that way already, as most is, stays as it is.
pub(super) fn form_encoded(octets: &[u8]) -> impl Iterator<Item = (Piece<'_, str>, Piece<'_, str>)> {
    let again = |octets| match std::str::from_utf8(octets) {
        Ok(text) => encode_again(text),
        Err(_) => Piece::Written(encode(&decode(octets))),
    };
    pairs(octets).map(move |(name, value)| (again(name), again(value)))
}

/// The same of what is text as a whole.
pub(super) fn text_encoded(text: &str) -> impl Iterator<Item = (Piece<'_, str>, Piece<'_, str>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (pair, after) = cut(rest, b'&');
            rest = after;
            if !pair.is_empty() {
                let (name, value) = cut(pair, b'=');
                return Some((encode_again(name), encode_again(value)));
            }
        }
        None
    })
}

/// What is before the first of an ASCII character, and what is after it: in texts as short as these sooner found octet by
/// octet than by a search.
fn cut(text: &str, at: u8) -> (&str, &str) {
    let parts = text
        .bytes()
        .position(|octet| octet == at)
        .and_then(|place| Some((text.get(..place)?, text.get(place + 1..)?)));
    parts.unwrap_or((text, ""))
}

fn encode_again(text: &str) -> Piece<'_, str> {
    if is_encoded(text.as_bytes()) {
        Piece::Same(text)
    } else {
        Piece::Written(encode(&decode(text.as_bytes())))
    }
}

/// Whether it is what [`encode`] writes.
fn is_encoded(octets: &[u8]) -> bool {
    let mut rest = octets;
    while let Some(reserved) = rest.iter().position(|octet| !is_unreserved(*octet)) {
        rest = match rest.get(reserved..) {
            Some([b'%', high, low, after @ ..]) => match (upper_hex(*high), upper_hex(*low)) {
                (Some(high), Some(low)) if !is_unreserved(high << 4 | low) => after,
                _ => return false,
            },
            _ => return false,
        }
    }
    true
}

fn upper_hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The names and values of a query or of a form body, decoded (HTML 4.01 §17.13.4): `+` is a space, a name without `=`
/// has an empty value.
pub(super) fn form(octets: &[u8]) -> impl Iterator<Item = (Piece<'_, [u8]>, Piece<'_, [u8]>)> {
    pairs(octets).map(|(name, value)| (decode(name), decode(value)))
}

fn pairs(octets: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    octets
        .split(|octet| *octet == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut halves = pair.splitn(2, |octet| *octet == b'=');
            let mut half = || halves.next().unwrap_or_default();
            (half(), half())
        })
}

fn decode(octets: &[u8]) -> Piece<'_, [u8]> {
    if !octets.iter().any(|octet| matches!(octet, b'+' | b'%')) {
        return Piece::Same(octets);
    }
    // A space is no octet of an escape, so that the order of the two does not matter.
    let mut decoded = Zeroizing::new(Vec::with_capacity(octets.len()));
    for (number, words) in octets.split(|octet| *octet == b'+').enumerate() {
        if number > 0 {
            decoded.push(b' ');
        }
        decoded.extend(percent_decode(words));
    }
    Piece::Written(decoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn o1_15_everything_but_the_unreserved_is_encoded_in_upper_case() {
        assert_eq!(&*encode(b"abcXYZ019-._~"), "abcXYZ019-._~");
        assert_eq!(
            &*encode("a b+c*d%e&=é\u{2602}".as_bytes()),
            "a%20b%2Bc%2Ad%25e%26%3D%C3%A9%E2%98%82"
        );
        assert_eq!(&*encode(&[0, 0x7F, 0xFF]), "%00%7F%FF");
    }

    #[test]
    fn what_has_nothing_reserved_is_not_written_anew() {
        assert!(matches!(encode_piece("aZ09-._~"), Piece::Same("aZ09-._~")));
        for octet in 0..=u8::MAX {
            assert!(is_encoded(encode(&[octet]).as_bytes()), "{octet}");
        }
        for other in ["%2f", "%41", "%7E", "%", "%2", "%zz", "a b", "a+b", "=", "\u{e9}"] {
            assert!(!is_encoded(other.as_bytes()), "{other}");
        }
        assert!(matches!(decode(b"a=\xFF"), Piece::Same(b"a=\xFF")));
        assert!(matches!(decode(b"a+b"), Piece::Written(written) if *written == b"a b"));
    }

    #[test]
    fn o1_21_forms_are_decoded_octet_by_octet() {
        let read = |text: &[u8]| {
            form(text)
                .map(|(name, value)| (name.to_vec(), value.to_vec()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read(b"a=2+q&c%40=&b5=%3D%253D&c2&=x&&a=%zz%FF"),
            [
                (b"a".to_vec(), b"2 q".to_vec()),
                (b"c@".to_vec(), b"".to_vec()),
                (b"b5".to_vec(), b"=%3D".to_vec()),
                (b"c2".to_vec(), b"".to_vec()),
                (b"".to_vec(), b"x".to_vec()),
                (b"a".to_vec(), b"%zz\xFF".to_vec()),
            ]
        );
        assert!(read(b"").is_empty());
    }

    proptest! {
        #[test]
        fn o1_15_o1_21_whatever_is_encoded_is_decoded_as_it_was(
            pairs in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..20), prop::collection::vec(any::<u8>(), 0..20)), 0..8),
        ) {
            let written: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{}={}", *encode(name), *encode(value)))
                .collect();
            let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
            prop_assert!(written.iter().all(|pair| pair.bytes().filter(|byte| *byte != b'=').all(unreserved)));
            let read: Vec<(Vec<u8>, Vec<u8>)> = form(written.join("&").as_bytes())
                .map(|(name, value)| (name.to_vec(), value.to_vec()))
                .collect();
            prop_assert_eq!(read, pairs);
            let again: Vec<String> = form_encoded(written.join("&").as_bytes())
                .map(|(name, value)| format!("{}={}", &*name, &*value))
                .collect();
            prop_assert_eq!(&again, &written);
            let of_text: Vec<String> = text_encoded(&written.join("&"))
                .map(|(name, value)| format!("{}={}", &*name, &*value))
                .collect();
            prop_assert_eq!(of_text, written);
        }
    }
}
