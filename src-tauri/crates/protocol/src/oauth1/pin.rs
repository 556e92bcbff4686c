use keybelt_primitives::Secret;
use keybelt_primitives::text::visible;

/// The longest PIN that is taken, in characters.
const LONGEST: usize = 64;

/// A verifier that the provider showed and the person typed in (RFC 5849 §2.2): 1 to 64 visible characters.
pub struct Pin(Secret<String>);

/// The text is no PIN.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a PIN has 1 to 64 visible characters")]
pub struct PinError;

impl Pin {
    /// Reads a PIN; white space around it is dropped (specs O1-10).
    #[expect(clippy::disallowed_methods, reason = "the PIN's characters are looked at")]
    pub fn parse(text: &Secret<String>) -> Result<Self, PinError> {
        let text = text.expose().trim();
        let fits = (1..=LONGEST).contains(&text.chars().count())
            && !text.chars().any(char::is_whitespace)
            && visible(text) == text;
        if fits {
            Ok(Self(Secret::new(text.to_owned())))
        } else {
            Err(PinError)
        }
    }

    /// The verifier that it is.
    pub fn verifier(&self) -> &Secret<String> {
        &self.0
    }

    pub(super) fn into_verifier(self) -> Secret<String> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::{opened, secret};

    #[test]
    fn o1_10_a_pin_is_trimmed_and_has_1_to_64_visible_characters() {
        let read = |text: &str| Pin::parse(&secret(text)).ok().map(Pin::into_verifier);
        assert_eq!(read(" \t0123456\r\n").as_ref().map(opened), Some("0123456"));
        assert!(read(&"é".repeat(64)).is_some());
        for text in ["", "  ", "12 34", "12\u{1b}34", "12\u{202e}34", &"1".repeat(65)] {
            assert!(read(text).is_none(), "{text:?}");
        }
    }
}
