//! Secrets taken out of what is shown or kept: an API that says again what it was asked must not put it on a screen.

use std::borrow::Cow;
use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use keybelt_primitives::Secret;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// Everything but the unreserved characters is encoded (RFC 3986 §2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// What base64 makes of shorter ones could be any word.
const SHORTEST_IN_BASE64: usize = 12;
/// Shorter ones are looked for as words of their own.
const SHORTEST_IN_WORDS: usize = 8;

/// The text without the secrets, in whatever way each of them is written; `mask` says what stands in its place.
#[expect(clippy::disallowed_methods, reason = "only its length is taken along")]
pub(crate) fn masked<'a, 's>(
    bytes: &'a [u8],
    secrets: impl IntoIterator<Item = &'s Secret<String>>,
    mask: impl Fn(usize) -> String,
) -> Cow<'a, [u8]> {
    let mut kept = Cow::Borrowed(bytes);
    for secret in secrets {
        let is_word = secret.len() < SHORTEST_IN_WORDS;
        let mask = mask(secret.expose().len());
        for form in forms(secret) {
            if memchr::memmem::find(&kept, form.as_bytes()).is_some() {
                kept = Cow::Owned(replaced(&kept, form.as_bytes(), mask.as_bytes(), is_word));
            }
        }
    }
    kept
}

/// The secret as it is, and as an address, a form, a JSON document or base64 writes it; the longest first.
#[expect(clippy::disallowed_methods, reason = "the text is searched for the secret")]
fn forms(secret: &Secret<String>) -> Vec<Zeroizing<String>> {
    let plain = secret.expose();
    if plain.is_empty() {
        return Vec::new();
    }
    let encoded = Zeroizing::new(utf8_percent_encode(plain, ENCODED).to_string());
    let in_json = Zeroizing::new(serde_json::Value::from(plain.as_str()).to_string());
    let in_json = in_json.get(1..in_json.len() - 1).unwrap_or_default();
    let mut forms = BTreeSet::from([
        plain.clone(),
        encoded.replace("%20", "+"),
        // PLAINTEXT encodes a secret, and its place encodes that again (RFC 5849 §3.4.4, §3.5).
        utf8_percent_encode(&encoded, ENCODED).to_string(),
        lower_hexadecimal(&encoded),
        // Forms leave other characters as they are (URL Standard, "application/x-www-form-urlencoded").
        url::form_urlencoded::byte_serialize(plain.as_bytes()).collect(),
        in_json.replace('/', "\\/"),
        in_json.to_owned(),
    ]);
    forms.insert(encoded.to_string());
    if plain.len() >= SHORTEST_IN_BASE64 {
        forms.extend(in_base64(plain.as_bytes()));
    }
    let mut forms: Vec<_> = forms.into_iter().map(Zeroizing::new).collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
}

fn lower_hexadecimal(encoded: &str) -> String {
    let mut left = 0;
    encoded
        .chars()
        .map(|character| match character {
            '%' => {
                left = 2;
                '%'
            }
            digit if left > 0 => {
                left -= 1;
                digit.to_ascii_lowercase()
            }
            other => other,
        })
        .collect()
}

/// What stands in base64 of any text that holds these bytes: it depends on how many bytes come before, modulo three.
fn in_base64(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for (before, mixed) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = Zeroizing::new([vec![0; before], bytes.to_vec()].concat());
        let whole = shifted.len() * 8 / 6;
        for encoded in [
            STANDARD_NO_PAD.encode(&*shifted),
            URL_SAFE_NO_PAD.encode(&*shifted),
        ] {
            forms.extend(encoded.get(mixed..whole).map(str::to_owned));
        }
    }
    forms
}

fn replaced(bytes: &[u8], wanted: &[u8], mask: &[u8], is_word: bool) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut end = 0;
    for at in memchr::memmem::find_iter(bytes, wanted) {
        let (before, after) = (&bytes[..at], &bytes[at + wanted.len()..]);
        if is_word && !stands_alone(before, after) {
            continue;
        }
        kept.extend_from_slice(&bytes[end..at]);
        kept.extend_from_slice(mask);
        end = at + wanted.len();
    }
    kept.extend_from_slice(&bytes[end..]);
    kept
}

/// Whether what stands between is no part of a longer word. What is left of a percent-encoding is none either.
fn stands_alone(before: &[u8], after: &[u8]) -> bool {
    let is_letter =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let ends_encoding = before.last_chunk().is_some_and(|[sign, high, low]: &[u8; 3]| {
        *sign == b'%' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit()
    });
    (ends_encoding || !is_letter(before.last())) && !is_letter(after.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, secret: &str) -> String {
        let secret = Secret::new(secret.to_owned());
        let kept = masked(text.as_bytes(), [&secret], |length| format!("[{length}]"));
        String::from_utf8(kept.into_owned()).unwrap()
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let secret = "at+1/abc \"def\"==";
        for written in [
            "at+1/abc \"def\"==",
            "at%2B1%2Fabc%20%22def%22%3D%3D",
            "at%2b1%2fabc%20%22def%22%3d%3d",
            "at%2B1%2Fabc+%22def%22%3D%3D",
            "at%252B1%252Fabc%2520%2522def%2522%253D%253D",
            r#"at+1/abc \"def\"=="#,
            r#"at+1\/abc \"def\"=="#,
        ] {
            assert_eq!(after(&format!("a={written}&b"), secret), "a=[16]&b", "{written}");
        }
    }

    #[test]
    fn a_secret_is_found_inside_of_base64() {
        let secret = "client-secret-1?>";
        for before in ["", "a", "ab", "id:", "some"] {
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let encoded = engine.encode(format!("{before}{secret}"));
                assert!(after(&encoded, secret).contains("[17]"), "{before}");
            }
        }
    }

    #[test]
    fn a_short_secret_is_a_word_of_its_own() {
        assert_eq!(after("client_secret=secret", "secret"), "client_secret=[6]");
        assert_eq!(after("a%22secret%22", "secret"), "a%22[6]%22");
        assert_eq!(after("secrets and \"secret\"", "secret"), "secrets and \"[6]\"");
    }

    #[test]
    fn what_is_no_secret_stays_to_the_byte() {
        assert_eq!(after("at-1234 and at-123", "at-12345"), "at-1234 and at-123");
        let secret = Secret::new("at-12345".to_owned());
        let kept = masked(&[0xff, 0x00, 0x80], [&secret], |_| String::new());
        assert_eq!(&*kept, [0xff, 0x00, 0x80]);
    }
}
