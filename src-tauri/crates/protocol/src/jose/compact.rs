//! The compact form (RFC 7515 §3.1, RFC 7516 §3.1), read strictly and within bounds.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use keybelt_primitives::json::JsonError;
use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::{bounds, json};
use serde_json::{Map, Value};

/// A token in its compact form, nothing in it believed yet.
#[derive(Debug)]
pub enum Compact<'a> {
    /// Three parts: signed.
    Signed(Signed<'a>),
    /// Five parts: encrypted; only its header is read.
    Encrypted {
        /// The protected header.
        header: Map<String, Value>,
    },
}

/// A signed token.
#[derive(Debug)]
pub struct Signed<'a> {
    /// The protected header.
    pub header: Map<String, Value>,
    /// What is signed, decoded.
    pub payload: Vec<u8>,
    /// Header and payload as they were signed.
    pub(super) message: &'a [u8],
    /// The signature, still encoded.
    pub(super) signature: &'a str,
}

/// Why a text is no token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CompactError {
    /// Longer than any honest one.
    #[error("it is longer than {} bytes", bounds::JWT)]
    TooLong,
    /// Neither three nor five parts.
    #[error("it has {} instead of 3 or 5", parts(*found))]
    Parts {
        /// How many.
        found: usize,
    },
    /// A part that is not base64url without padding (RFC 7515 §2).
    #[error("part {number} is not base64url without padding")]
    Encoding {
        /// Which, from 1.
        number: usize,
    },
    /// The header is no JSON object (RFC 7515 §4).
    #[error("its header cannot be read: {0}")]
    Header(JsonError),
}

fn parts(found: usize) -> String {
    match found {
        1 => "1 part".to_owned(),
        several => format!("{several} parts"),
    }
}

impl<'a> Compact<'a> {
    /// Reads a token.
    ///
    /// # Errors
    /// The text is none.
    pub fn parse(text: &'a str) -> Result<Self, CompactError> {
        if text.len() > bounds::JWT {
            return Err(CompactError::TooLong);
        }
        let parts: Vec<&str> = text.splitn(7, '.').collect();
        if !matches!(parts.len(), 3 | 5) {
            return Err(CompactError::Parts {
                found: text.split('.').count(),
            });
        }
        let mut decoded = Vec::with_capacity(parts.len());
        for (index, part) in parts.iter().enumerate() {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(part);
            decoded.push(bytes.map_err(|_| CompactError::Encoding { number: index + 1 })?);
        }
        let mut decoded = decoded.into_iter();
        let header = decoded.next().unwrap_or_default();
        let header = json::object(&header, bounds::JWT).map_err(CompactError::Header)?;
        if parts.len() == 5 {
            return Ok(Self::Encrypted { header });
        }
        let payload = decoded.next().unwrap_or_default();
        let (message, signature) = text.rsplit_once('.').unwrap_or_default();
        Ok(Self::Signed(Signed {
            header,
            payload,
            message: message.as_bytes(),
            signature,
        }))
    }
}

impl Compact<'_> {
    /// The protected header.
    pub fn header(&self) -> &Map<String, Value> {
        match self {
            Self::Signed(token) => &token.header,
            Self::Encrypted { header } => header,
        }
    }
}

/// An extension that changes how a token is to be read, and is not understood here.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ExtensionError {
    /// `crit` names something, and Keybelt implements no extension at all (RFC 7515 §4.1.11).
    #[error("critical, and not understood: {names}")]
    Critical {
        /// What it names, made visible.
        names: String,
    },
    /// `crit` is empty, which it may not be.
    #[error("crit is empty")]
    Empty,
    /// `crit` is no list of names.
    #[error("crit is no list")]
    NotAList,
    /// The payload is not base64url (RFC 7797 §3).
    #[error("b64 is not understood")]
    Unencoded,
}

/// Whether a header asks for no extension. None is implemented, so whatever `crit` names is refused: unknown ones,
/// registered ones, absent ones.
///
/// # Errors
/// It asks for one.
pub fn extensions_are_understood(header: &Map<String, Value>) -> Result<(), ExtensionError> {
    match header.get("crit") {
        None => {}
        Some(Value::Array(names)) if names.is_empty() => return Err(ExtensionError::Empty),
        Some(Value::Array(names)) => {
            let names: Vec<String> = names.iter().take(8).map(Value::to_string).collect();
            let names = clipped(&visible(&names.join(", ")), 200);
            return Err(ExtensionError::Critical { names });
        }
        Some(_) => return Err(ExtensionError::NotAList),
    }
    match header.get("b64") {
        None | Some(Value::Bool(true)) => Ok(()),
        Some(_) => Err(ExtensionError::Unencoded),
    }
}

impl Signed<'_> {
    /// A member of the header that is text.
    pub fn header_text(&self, member: &str) -> Option<&str> {
        self.header.get(member).and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(text: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn jw_01_three_parts_or_five() {
        let header = encoded(r#"{"alg":"none"}"#);
        let three = format!("{header}.{}.", encoded("{}"));
        let Compact::Signed(token) = Compact::parse(&three).unwrap() else {
            panic!()
        };
        assert_eq!(token.header_text("alg"), Some("none"));
        assert_eq!(
            (token.payload.as_slice(), token.signature),
            (b"{}".as_slice(), "")
        );
        assert!(matches!(
            Compact::parse(&format!("{header}....")),
            Ok(Compact::Encrypted { .. })
        ));
        for (text, parts) in [("", 1), ("a.b", 2), ("a.b.c.d", 4), ("a.b.c.d.e.f", 6)] {
            assert_eq!(
                Compact::parse(text).err(),
                Some(CompactError::Parts { found: parts }),
                "{text}"
            );
        }
    }

    #[test]
    fn parts_are_counted_as_they_are_said() {
        let said = |found| CompactError::Parts { found }.to_string();
        assert_eq!(said(1), "it has 1 part instead of 3 or 5");
        assert_eq!(said(4), "it has 4 parts instead of 3 or 5");
    }

    #[test]
    fn jw_01_no_padding_no_white_space_no_other_alphabet() {
        let header = encoded(r#"{"alg":"RS256"}"#);
        for (text, number) in [
            (format!("{header}=.e30.AA"), 1),
            (format!(" {header}.e30.AA"), 1),
            (format!("{header}.e30.AA\n"), 3),
            (format!("{header}.e+0.AA"), 2),
            (format!("{header}.e/0.AA"), 2),
            // Bits that no encoder leaves set.
            (format!("{header}.e30.AB"), 3),
        ] {
            assert_eq!(
                Compact::parse(&text).err(),
                Some(CompactError::Encoding { number }),
                "{text}"
            );
        }
    }

    #[test]
    fn jw_02_the_header_is_an_object_without_duplicates() {
        for header in [
            "",
            "[]",
            "7",
            r#"{"alg":"a","alg":"b"}"#,
            "{",
            "\u{feff}\u{feff}{}",
        ] {
            let refused = Compact::parse(&format!("{}.e30.AA", encoded(header))).err();
            assert!(matches!(refused, Some(CompactError::Header(_))), "{header}");
        }
        assert_eq!(
            Compact::parse(&"a".repeat(bounds::JWT + 1)).err(),
            Some(CompactError::TooLong)
        );
    }

    #[test]
    fn jw_03_no_extension_is_understood() {
        let check = |header: &str| {
            let header = json::object(header.as_bytes(), 999).unwrap();
            extensions_are_understood(&header).err()
        };
        let critical = |names: &str| {
            Some(ExtensionError::Critical {
                names: names.to_owned(),
            })
        };
        assert_eq!(check(r#"{"alg":"ES256","b64":true}"#), None);
        assert_eq!(check(r#"{"crit":[]}"#), Some(ExtensionError::Empty));
        assert_eq!(check(r#"{"crit":"b64"}"#), Some(ExtensionError::NotAList));
        assert_eq!(check(r#"{"crit":null}"#), Some(ExtensionError::NotAList));
        // Unknown, registered, absent.
        assert_eq!(check(r#"{"crit":["x"],"x":1}"#), critical("\"x\""));
        assert_eq!(check(r#"{"crit":["alg"],"alg":"ES256"}"#), critical("\"alg\""));
        assert_eq!(check(r#"{"crit":["exp"]}"#), critical("\"exp\""));
        assert_eq!(check(r#"{"crit":["b64"],"b64":true}"#), critical("\"b64\""));
        assert_eq!(check(r#"{"b64":false}"#), Some(ExtensionError::Unencoded));
    }

    #[test]
    fn a_header_that_nests_too_deep_is_not_read() {
        let deep = format!(
            r#"{{"alg":"ES256","x":{}{}}}"#,
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        let refused = Compact::parse(&format!("{}.e30.AA", encoded(&deep))).err();
        assert!(matches!(
            refused,
            Some(CompactError::Header(JsonError::Malformed))
        ));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ -~.]{0,200}") {
            let _ = Compact::parse(&text);
        }
    }
}
