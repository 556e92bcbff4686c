//! Text that is neither a document nor a form: what is a secret in it is told by the words around it, or by its looks.

use std::ops::Range;

use keybelt_protocol::secret_names::{Place, is_compact_token, is_secret};

/// As long as this, and of letters and digits, it may be a token.
const TOKEN: usize = 20;

/// Whether a text reads as a form although nothing says so.
pub(super) fn looks_like_form(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    let text = text.trim_end();
    !text.contains(char::is_whitespace)
        && !text.contains(['<', '{', '"'])
        && text
            .split('&')
            .all(|pair| pair.split_once('=').is_some_and(|(name, _)| is_name(name)))
}

/// The text, with what `taken` gives in the place of each secret.
pub(super) fn without_secrets(text: &str, mut taken: impl FnMut(&str) -> String) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut end = 0;
    for run in runs(text) {
        let word = &text[run.clone()];
        if !(is_named_secret(&text[..run.start]) || looks_like_token(word)) {
            continue;
        }
        kept.push_str(&text[end..run.start]);
        kept.push_str(&taken(word));
        end = run.end;
    }
    kept.push_str(&text[end..]);
    kept
}

/// Words of the characters that tokens are made of (RFC 6750 §2.1), with those of an encoding.
fn runs(text: &str) -> Vec<Range<usize>> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/%".contains(&byte);
    let mut runs = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (start, is_token(byte)) {
            (None, true) => start = Some(at),
            (Some(begun), false) => {
                runs.push(begun..at);
                start = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    runs.extend(start.map(|begun| begun..text.len()));
    runs
}

/// Whether what stands before says that a secret follows: `name=`, `name="`, `"name": "`.
fn is_named_secret(before: &str) -> bool {
    let opened = before.trim_end_matches(['"', '\'', '\\']);
    let spaced = opened.trim_end();
    let Some(named) = spaced.strip_suffix('=').or_else(|| {
        // A colon alone stands in every sentence: the name has to be quoted.
        let named = spaced.strip_suffix(':')?.trim_end();
        named.ends_with(['"', '\'']).then_some(named)
    }) else {
        return false;
    };
    let named = named.trim_end().trim_end_matches(['"', '\'', '\\']);
    let is_letter = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let name = &named[named.trim_end_matches(is_letter).len()..];
    !name.is_empty() && is_secret(name, Place::Parameter)
}

fn looks_like_token(word: &str) -> bool {
    let has = |wanted: fn(&u8) -> bool| word.bytes().any(|byte| wanted(&byte));
    is_compact_token(word) || word.len() >= TOKEN && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        without_secrets(text, |secret| format!("[{}]", secret.len()))
    }

    #[test]
    fn a_secret_is_told_by_its_name() {
        for (text, left) in [
            (
                r#"{"access_token":"short","x":1"#,
                r#"{"access_token":"[5]","x":1"#,
            ),
            (r#"{ "code" : "abc" "#, r#"{ "code" : "[3]" "#),
            (
                "<input name=state value=x>access_token=abc;",
                "<input name=state value=x>access_token=[3];",
            ),
            (r#"{\"id_token\":\"abc\"}"#, r#"{\"id_token\":\"[3]\"}"#),
        ] {
            assert_eq!(kept(text), left);
        }
    }

    #[test]
    fn a_secret_is_told_by_its_looks() {
        assert_eq!(kept("it was 0123456789abcdef0123, sorry"), "it was [20], sorry");
        assert_eq!(kept("eyJhbGciOiJub25lIn0.e30."), "[24]");
    }

    #[test]
    fn words_stay_words() {
        for text in [
            "The code: is not known.",
            "text/html; charset=utf-8",
            "Bearer error=\"invalid_token\", error_description=\"The access token expired\"",
            "Thu, 26 Nov 2026 10:00:00 GMT",
        ] {
            assert_eq!(kept(text), text);
        }
    }

    #[test]
    fn a_form_is_known_by_its_shape() {
        assert!(looks_like_form("oauth_token=a&oauth_token_secret=b%20&c="));
        for text in ["a=b c=d", "<a href=\"b=c\">", "{\"a\":1}", "", "plain"] {
            assert!(!looks_like_form(text), "{text}");
        }
    }
}
