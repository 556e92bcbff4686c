//! `WWW-Authenticate` (RFC 9110 §11.6.1): several challenges, each a scheme with parameters, in one field or more.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// More than any honest answer has.
const MOST: usize = 16;

/// One challenge.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Challenge {
    pub(crate) scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// A parameter by its name, case aside; the first where it stands twice.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self
            .parameters
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads every challenge of an answer; what cannot be read ends the field it stands in.
pub(crate) fn parse(headers: &HeaderMap) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    for value in headers.get_all(WWW_AUTHENTICATE) {
        if let Ok(text) = value.to_str() {
            read_field(text, &mut challenges);
        }
        if challenges.len() >= MOST {
            break;
        }
    }
    challenges.truncate(MOST);
    challenges
}

fn read_field(text: &str, challenges: &mut Vec<Challenge>) {
    let mut rest = text;
    while challenges.len() < MOST {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let Some((word, after)) = token(rest) else { return };
        let spaced = after.trim_start_matches([' ', '\t']);
        match (spaced.strip_prefix('='), challenges.last_mut()) {
            (Some(value), Some(challenge)) if !is_token68(after) => {
                let Some((value, after)) = parameter_value(value.trim_start_matches([' ', '\t'])) else {
                    return;
                };
                challenge.parameters.push((word.to_owned(), value));
                rest = after;
            }
            (Some(_), _) => return,
            (None, _) => {
                challenges.push(Challenge {
                    scheme: word.to_owned(),
                    parameters: Vec::new(),
                });
                rest = skip_token68(spaced);
            }
        }
    }
}

/// `Negotiate YII=`: a word padded with `=` and nothing behind it is no parameter.
fn is_token68(after: &str) -> bool {
    let behind = after.trim_start_matches('=');
    // Not `trim`, which would walk over the end of the field again for each of its words.
    let next = behind.trim_start();
    behind.len() < after.len() && (next.is_empty() || next.starts_with(','))
}

/// Passes over the one word that some schemes send in the place of parameters (RFC 9110 §11.2).
fn skip_token68(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-._~+/".contains(c)))
        .unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    if !word.is_empty() && is_token68(after) {
        after.trim_start_matches('=')
    } else {
        text
    }
}

/// A token (RFC 9110 §5.6.2) at the beginning.
fn token(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)))
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A token or a quoted string (RFC 9110 §5.6.4).
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = token(text)?;
        return Some((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(at + 1..).unwrap_or_default())),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oauth2::fixtures::header_map;

    fn parsed(field: &str) -> Vec<Challenge> {
        parse(&header_map(&[("www-authenticate", field)]))
    }

    #[test]
    fn bt_04_several_challenges_in_one_field() {
        let found =
            parsed(r#"Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple""#);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].parameter("TITLE"), Some(r#"Login to "apps""#));
        assert_eq!(found[1].scheme, "Basic");
        assert_eq!(found[1].parameter("realm"), Some("simple"));
    }

    #[test]
    fn a_word_in_place_of_parameters_is_passed_over() {
        let found = parsed(r#"Negotiate YIIg==, Bearer error="invalid_token""#);
        assert_eq!(found[1].parameter("error"), Some("invalid_token"));
        assert_eq!(parsed("Negotiate, Bearer").len(), 2);
    }

    #[test]
    fn what_cannot_be_read_ends_the_field() {
        assert_eq!(parsed(r#"Bearer error="invalid"#)[0].parameter("error"), None);
        assert!(parsed("=x").is_empty());
    }

    proptest! {
        #[test]
        fn no_field_panics_or_goes_on_for_ever(text in "[ -~]{0,200}") {
            let mut found = Vec::new();
            read_field(&text, &mut found);
            prop_assert!(found.len() <= MOST);
        }
    }
}
