//! What of an exchange may be written down: names, plain values, and how long each secret is.

use http::header::{AUTHORIZATION, CONTENT_LOCATION, CONTENT_TYPE, LOCATION, PROXY_AUTHORIZATION, REFERER};
use http::{HeaderMap, HeaderName, HeaderValue};
use keybelt_primitives::{Secret, bounds, json};
use keybelt_protocol::secret_names::{Place, is_compact_token, is_private_in_key, is_secret};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::loose;
use crate::mask;

/// The shortest secret that is looked for where no name tells of it.
const SHORTEST: usize = 4;
/// Begins and ends a mark while a line is made: none of a text's own characters, so that no secret is found in it.
const MARK: (char, char) = ('\u{E000}', '\u{E001}');
/// The digits of a mark, from zero.
const DIGITS: [char; 10] = [
    '\u{E010}', '\u{E011}', '\u{E012}', '\u{E013}', '\u{E014}', '\u{E015}', '\u{E016}', '\u{E017}',
    '\u{E018}', '\u{E019}',
];

/// What is known to be secret, by name or by value.
#[derive(Default)]
pub(super) struct Redaction {
    known: Vec<Secret<String>>,
}

/// What stands in a secret's place until the line is done.
pub(super) fn mark(length: usize) -> String {
    let digits = length
        .to_string()
        .bytes()
        .filter_map(|digit| DIGITS.get(usize::from(digit.wrapping_sub(b'0'))))
        .collect::<String>();
    format!("{}{digits}{}", MARK.0, MARK.1)
}

impl Redaction {
    /// Has a secret replaced wherever it occurs. The longest are looked for first: another may be a part of one.
    pub(super) fn know(&mut self, secret: Secret<String>) {
        if secret.len() < SHORTEST || self.known.iter().any(|known| known.matches(&secret)) {
            return;
        }
        let place = self.known.partition_point(|known| known.len() >= secret.len());
        self.known.insert(place, secret);
    }

    /// Takes a secret in: how it is marked.
    pub(super) fn taken(&mut self, secret: &str) -> String {
        self.know(Secret::new(secret.to_owned()));
        mark(secret.len())
    }

    /// A parameter that was decoded already.
    #[expect(clippy::disallowed_methods, reason = "whether it is a secret is to be told")]
    pub(super) fn parameter(&mut self, name: &str, value: &Secret<String>) -> String {
        let value = value.expose();
        if is_secret(name, Place::Parameter) || is_compact_token(value) {
            self.taken(value)
        } else {
            value.clone()
        }
    }

    /// An address: its parameters by their names, in the query and in the fragment.
    pub(super) fn address(&mut self, address: &str) -> String {
        let (rest, fragment) = split(address, '#');
        let (path, query) = split(rest, '?');
        let mut kept = path.to_owned();
        for (sign, parameters) in [('?', query), ('#', fragment)] {
            if let Some(parameters) = parameters {
                kept.push(sign);
                kept.push_str(&self.form(parameters));
            }
        }
        kept
    }

    /// Parameters as addresses and forms write them, in their order and spelling.
    fn form(&mut self, text: &str) -> String {
        // A plain challenge is the verifier itself (RFC 7636 §4.2).
        let is_hashed = text.split('&').any(|pair| pair == "code_challenge_method=S256");
        let pairs = text.split('&').map(|pair| {
            let (name, value) = split(pair, '=');
            let (Some(value), plain_name) = (value, decoded(name)) else {
                return pair.to_owned();
            };
            let plain = decoded(value);
            let is_secret = is_secret(&plain_name, Place::Parameter)
                || is_compact_token(&plain)
                || plain_name == "code_challenge" && !is_hashed;
            if is_secret {
                format!("{name}={}", self.taken(&plain))
            } else {
                pair.to_owned()
            }
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Every header field: name and value.
    pub(super) fn headers(&mut self, headers: &HeaderMap) -> Vec<[String; 2]> {
        let fields = headers.iter();
        fields
            .map(|(name, value)| [name.as_str().to_owned(), self.header(name, value)])
            .collect()
    }

    fn header(&mut self, name: &HeaderName, value: &HeaderValue) -> String {
        let text = String::from_utf8_lossy(value.as_bytes());
        if [AUTHORIZATION, PROXY_AUTHORIZATION].contains(name) {
            self.authorization(&text)
        } else if value.is_sensitive() || is_secret(name.as_str(), Place::Header) {
            self.taken(&text)
        } else if [LOCATION, CONTENT_LOCATION, REFERER].contains(name) {
            self.address(&text)
        } else {
            self.text(&text)
        }
    }

    /// Credentials (RFC 9110 §11.6.2): the scheme, and of OAuth 1 the parameters that are no secret (RFC 5849 §3.5.1).
    fn authorization(&mut self, text: &str) -> String {
        let (scheme, credentials) = split(text, ' ');
        let Some(credentials) = credentials else {
            return self.taken(text);
        };
        if !scheme.eq_ignore_ascii_case("oauth") {
            self.know_basic(credentials);
            return format!("{scheme} {}", self.taken(credentials));
        }
        let parameters = credentials.split(',').map(|parameter| {
            let (name, value) = split(parameter.trim(), '=');
            let Some(value) = value else {
                return self.taken(parameter);
            };
            let plain = decoded_strictly(value.trim_matches('"'));
            if is_secret(name, Place::Parameter) {
                format!("{name}=\"{}\"", self.taken(&plain))
            } else {
                format!("{name}={value}")
            }
        });
        format!("{scheme} {}", parameters.collect::<Vec<_>>().join(", "))
    }

    /// The password of Basic credentials, as it is and as RFC 6749 §2.3.1 encodes it.
    fn know_basic(&mut self, credentials: &str) {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(credentials);
        let Some(text) = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return;
        };
        if let Some((_, password)) = text.split_once(':') {
            self.know(Secret::new(password.to_owned()));
            self.know(Secret::new(decoded(password)));
        }
    }

    /// A body, as JSON where it is JSON, else as text. `None` where there is none, or it is no text.
    #[expect(
        clippy::disallowed_methods,
        reason = "the body is gone through for what may be written down"
    )]
    pub(super) fn body(&mut self, headers: &HeaderMap, body: Option<&Secret<Vec<u8>>>) -> Option<Value> {
        let bytes = body?.expose();
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty())?;
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form = media_type.is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
        match json::object(bytes, bounds::API_BODY) {
            Ok(members) => Some(Value::Object(self.members(members))),
            Err(json::JsonError::NotAnObject) => {
                serde_json::from_str(text).ok().map(|value| self.value(value))
            }
            Err(_) if is_form || loose::looks_like_form(text) => Some(self.form(text).into()),
            Err(_) => Some(self.text(text).into()),
        }
    }

    /// Text of which nothing is known.
    fn text(&mut self, text: &str) -> String {
        if is_compact_token(text.trim()) {
            return self.taken(text.trim());
        }
        loose::without_secrets(text, |secret| self.taken(secret))
    }

    fn members(&mut self, members: Map<String, Value>) -> Map<String, Value> {
        let is_key = members.contains_key("kty");
        let kept = members.into_iter().map(|(name, value)| {
            let is_secret = is_secret(&name, Place::Member) || is_key && is_private_in_key(&name);
            let value = if is_secret {
                self.leaves(value)
            } else {
                self.value(value)
            };
            (name, value)
        });
        kept.collect()
    }

    fn value(&mut self, value: Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(self.members(members)),
            Value::Array(values) => values.into_iter().map(|value| self.value(value)).collect(),
            Value::String(text) if is_compact_token(&text) => self.taken(&text).into(),
            Value::String(text) if text.contains("://") => self.address(&text).into(),
            value @ (Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null) => value,
        }
    }

    /// Everything in what is called a secret.
    fn leaves(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => self.taken(&text).into(),
            Value::Number(number) => self.taken(&number.to_string()).into(),
            Value::Array(values) => values.into_iter().map(|value| self.leaves(value)).collect(),
            Value::Object(members) => {
                let kept = members
                    .into_iter()
                    .map(|(name, value)| (name, self.leaves(value)));
                Value::Object(kept.collect())
            }
            value @ (Value::Bool(_) | Value::Null) => value,
        }
    }

    /// The line with every secret that is known by now replaced, in names too, and every mark in words.
    pub(super) fn without_what_is_known(&self, line: Value) -> Value {
        match line {
            Value::String(text) => self.in_words(&text).into(),
            Value::Array(values) => values
                .into_iter()
                .map(|value| self.without_what_is_known(value))
                .collect(),
            Value::Object(members) => {
                let kept = members
                    .into_iter()
                    .map(|(name, value)| (self.in_words(&name), self.without_what_is_known(value)));
                Value::Object(kept.collect())
            }
            value @ (Value::Number(_) | Value::Bool(_) | Value::Null) => value,
        }
    }

    fn in_words(&self, text: &str) -> String {
        let marked = mask::masked(text.as_bytes(), &self.known, mark);
        let marked = String::from_utf8_lossy(&marked);
        let mut words = String::with_capacity(marked.len());
        for character in marked.chars() {
            match DIGITS
                .iter()
                .zip('0'..='9')
                .find(|(digit, _)| **digit == character)
            {
                Some((_, digit)) => words.push(digit),
                None if character == MARK.0 => words.push_str("[secret, "),
                None if character == MARK.1 => words.push_str(" bytes]"),
                None => words.push(character),
            }
        }
        words
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// As a form reads it (URL Standard).
fn decoded(text: &str) -> String {
    decoded_strictly(&text.replace('+', " "))
}

fn decoded_strictly(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests;
