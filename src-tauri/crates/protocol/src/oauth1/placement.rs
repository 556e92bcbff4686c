//! Where the protocol parameters go (RFC 5849 §3.5): all of them in one place.

use keybelt_primitives::{Endpoint, EndpointError, Secret};
use zeroize::Zeroizing;

use super::encoding::Piece;

/// A protocol parameter: its name, which has nothing to be encoded in it, and its value, which is encoded.
pub(super) type Parameter<'a> = (&'static str, Piece<'a, str>);

/// Where the parameters go.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Placement {
    /// `Authorization: OAuth …` (§3.5.1): the default.
    #[default]
    Header,
    /// The form body (§3.5.2). A request that can have none, a GET or one with a body of another kind, has them in the
    /// header instead, which §3.5 prefers anyway.
    Body,
    /// The address's query (§3.5.3). It ends up in the logs of servers.
    Query,
}

impl Placement {
    /// Reads `signature_type`: `HEADER`, `BODY`, `QUERY`, or the same in lower case.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "HEADER" | "header" => Some(Self::Header),
            "BODY" | "body" => Some(Self::Body),
            "QUERY" | "query" => Some(Self::Query),
            _ => None,
        }
    }

    /// As `signature_type` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "HEADER",
            Self::Body => "BODY",
            Self::Query => "QUERY",
        }
    }
}

/// A protection realm (RFC 2617 §1.2): visible ASCII characters and spaces.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Realm(String);

/// The text is no realm.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a realm is made of visible ASCII characters and spaces")]
pub struct RealmError;

impl Realm {
    /// Reads a realm.
    pub fn parse(text: &str) -> Result<Self, RealmError> {
        if text.bytes().all(|byte| matches!(byte, 0x20..=0x7E)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RealmError)
        }
    }
}

/// `OAuth realm="…", name="value", …` (§3.5.1). The realm is a quoted string, the rest is percent-encoded; values are
/// encoded already.
///
/// Exactly as large as it becomes: it is handed on as it is, without another copy, and without a note of the room left over.
pub(super) fn header(realm: Option<&Realm>, parameters: &[Parameter<'_>]) -> String {
    let realm_length = realm.map_or(0, |Realm(realm)| {
        let quoted = realm.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        realm.len() + quoted + 10
    });
    let pairs: usize = parameters
        .iter()
        .map(|(name, value)| name.len() + value.len() + 5)
        .sum();
    // The last one has no comma after it.
    let mut text = String::with_capacity((6 + realm_length + pairs).saturating_sub(2));
    text.push_str("OAuth ");
    if let Some(Realm(realm)) = realm {
        text.push_str("realm=\"");
        for character in realm.chars() {
            if matches!(character, '"' | '\\') {
                text.push('\\');
            }
            text.push(character);
        }
        text.push_str("\", ");
    }
    for (number, (name, value)) in parameters.iter().enumerate() {
        if number > 0 {
            text.push_str(", ");
        }
        text.push_str(name);
        text.push_str("=\"");
        text.push_str(value);
        text.push('"');
    }
    text
}

/// The parameters after what the form holds already (§3.5.2).
pub(super) fn body(own: &[u8], parameters: &[Parameter<'_>]) -> Secret<Vec<u8>> {
    let added = pairs(parameters);
    let mut form = Vec::with_capacity(own.len() + 1 + added.len());
    form.extend_from_slice(own);
    if !own.is_empty() {
        form.push(b'&');
    }
    form.extend_from_slice(added.as_bytes());
    Secret::new(form)
}

/// The parameters after what the query holds already (§3.5.3).
pub(super) fn query(url: &Endpoint, parameters: &[Parameter<'_>]) -> Result<Endpoint, EndpointError> {
    let own = url.url();
    let mut text = Zeroizing::new(own.as_str().to_owned());
    text.push_str(match own.query() {
        None => "?",
        Some("") => "",
        Some(_) => "&",
    });
    text.push_str(&pairs(parameters));
    Endpoint::parse(&text)
}

fn pairs(parameters: &[Parameter<'_>]) -> Zeroizing<String> {
    let length: usize = parameters
        .iter()
        .map(|(name, value)| name.len() + value.len() + 2)
        .sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for (number, (name, value)) in parameters.iter().enumerate() {
        if number > 0 {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o1_31_the_realm_comes_first_and_is_quoted_not_encoded() {
        let realm = Realm::parse("Photos, \"all\" of \\them").unwrap();
        let parameters = [("oauth_token", Piece::Same("a%20b"))];
        assert_eq!(
            header(Some(&realm), &parameters),
            "OAuth realm=\"Photos, \\\"all\\\" of \\\\them\", oauth_token=\"a%20b\""
        );
        assert_eq!(header(None, &parameters), "OAuth oauth_token=\"a%20b\"");
        for text in ["a\r\nb", "é", "\u{7f}"] {
            assert_eq!(Realm::parse(text), Err(RealmError));
        }
    }

    #[test]
    fn names_of_authlib_in_upper_and_lower_case() {
        for placement in [Placement::Header, Placement::Body, Placement::Query] {
            assert_eq!(Placement::parse(placement.name()), Some(placement));
            assert_eq!(
                Placement::parse(&placement.name().to_ascii_lowercase()),
                Some(placement)
            );
        }
        assert_eq!(Placement::parse("Header"), None);
    }
}
