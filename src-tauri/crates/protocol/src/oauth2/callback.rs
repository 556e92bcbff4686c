//! The authorization response as it comes back: an address, or a posted form (RFC 6749 §4.1.2, OAuth 2.0 Form Post
//! Response Mode §2). Parsed strictly, believed not at all.

use std::collections::BTreeMap;

use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::{Secret, bounds};
use url::Url;

use super::error::OAuthError;

/// Parameters whose characters are bounded by RFC 6749 appendix A.5, A.7 and A.11, and `iss` (RFC 9207 §2).
const PRINTABLE: &[&str] = &["code", "state", "error", "iss"];

/// What came back, before anything is believed of it. It has no `Debug`, since it holds a code.
pub struct Callback {
    address: Secret<String>,
    parameters: BTreeMap<String, Parameter>,
}

type Parameter = Secret<String>;

/// Why an answer is not even looked at.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CallbackError {
    /// More than the bound.
    #[error("the answer is too long")]
    TooLong,
    /// No absolute address.
    #[error("that is no whole address")]
    NotAnAddress,
    /// A parameter twice (RFC 6749 §3.1).
    #[error("the answer names `{name}` twice")]
    Duplicate {
        /// The parameter, made visible.
        name: String,
    },
    /// Characters that may not stand there (RFC 6749 appendix A).
    #[error("the answer's `{name}` holds characters that it may not hold")]
    Unprintable {
        /// The parameter.
        name: &'static str,
    },
}

impl Callback {
    /// Reads the address that came back. White space around it is dropped (it may have been pasted), and so is its
    /// fragment (specs W-15). The query is decoded once.
    pub fn parse(address: &str) -> Result<Self, CallbackError> {
        let address = checked_address(address)?;
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let parameters = parameters(query.as_bytes())?;
        Ok(Self {
            address: Secret::new(address.to_owned()),
            parameters,
        })
    }

    /// Reads the form that was posted to `address` (`response_mode=form_post`).
    pub fn from_form(address: &str, body: &[u8]) -> Result<Self, CallbackError> {
        let address = checked_address(address)?;
        if body.len() > bounds::FORM {
            return Err(CallbackError::TooLong);
        }
        Ok(Self {
            address: Secret::new(address.to_owned()),
            parameters: parameters(body)?,
        })
    }

    /// Of an address that is not read, what stands in it of these parameters: enough to tell whose answer it is, since
    /// only whoever it was meant for knows them. `None`: one of them is named twice, or it is no address.
    pub fn glimpse(address: &str, names: &[&str]) -> Option<Self> {
        let address = checked_address(address).ok()?;
        let query = address.split_once('?').map_or("", |(_, query)| query);
        Some(Self {
            address: Secret::new(address.to_owned()),
            parameters: once(query.as_bytes(), names)?,
        })
    }

    /// The same of a form that was posted to `address` and is not read.
    pub fn glimpse_of_form(address: &str, body: &[u8], names: &[&str]) -> Option<Self> {
        let address = checked_address(address).ok()?;
        if body.len() > bounds::FORM {
            return None;
        }
        Some(Self {
            address: Secret::new(address.to_owned()),
            parameters: once(body, names)?,
        })
    }

    /// The `state`, by which the pending authorization is found.
    pub fn state(&self) -> Option<&str> {
        self.parameter("state")
    }

    /// Every parameter: its name, and its value as it was decoded.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &Secret<String>)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// A parameter; one without a value counts as left out (RFC 6749 §3.1).
    #[expect(
        clippy::disallowed_methods,
        reason = "the answer is held against the pending authorization"
    )]
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(|value| value.expose().as_str())
    }

    /// The address it came to, its fragment dropped.
    #[expect(
        clippy::disallowed_methods,
        reason = "the address is held against the redirect URI"
    )]
    pub(crate) fn address(&self) -> &str {
        self.address.expose()
    }

    /// The code, if one came.
    pub(super) fn code(&self) -> Option<Secret<String>> {
        self.parameters.get("code").map(Secret::duplicate)
    }

    /// The error, if one came (RFC 6749 §4.1.2.1).
    pub(crate) fn error(&self) -> Option<OAuthError> {
        let code = self.parameter("error")?;
        Some(OAuthError::new(
            code,
            self.parameter("error_description"),
            self.parameter("error_uri"),
        ))
    }
}

fn checked_address(address: &str) -> Result<&str, CallbackError> {
    if address.len() > bounds::FORM {
        return Err(CallbackError::TooLong);
    }
    let address = address.trim();
    if address.contains(|character: char| character.is_whitespace() || character.is_control())
        || Url::parse(address).is_err()
    {
        return Err(CallbackError::NotAnAddress);
    }
    Ok(address.split('#').next().unwrap_or_default())
}

/// The values of these parameters; `None`: one of them is named twice.
fn once(form: &[u8], names: &[&str]) -> Option<BTreeMap<String, Parameter>> {
    let mut found = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form) {
        if names.contains(&name.as_ref()) {
            let value = Secret::new(value.into_owned());
            if found.insert(name.into_owned(), value).is_some() {
                return None;
            }
        }
    }
    Some(found)
}

fn parameters(form: &[u8]) -> Result<BTreeMap<String, Parameter>, CallbackError> {
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form) {
        if name.is_empty() {
            continue;
        }
        if let Some(name) = PRINTABLE.iter().find(|known| **known == name)
            && !value.bytes().all(|byte| matches!(byte, 0x20..=0x7E))
        {
            return Err(CallbackError::Unprintable { name });
        }
        let value = Secret::new(value.into_owned());
        if parameters.insert(name.clone().into_owned(), value).is_some() {
            return Err(CallbackError::Duplicate {
                name: clipped(&visible(&name), 64),
            });
        }
    }
    parameters.retain(|_, value| !value.is_empty());
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(query: &str) -> Result<Callback, CallbackError> {
        Callback::parse(&format!("http://127.0.0.1:8400/cb{query}"))
    }

    fn refused(query: &str) -> CallbackError {
        parsed(query).err().unwrap()
    }

    #[test]
    fn af_02_a_parameter_twice_is_refused() {
        for name in ["code", "state", "iss", "error", "error_description", "anything"] {
            let wanted = CallbackError::Duplicate { name: name.into() };
            assert_eq!(refused(&format!("?{name}=a&x=y&{name}=a")), wanted);
            assert_eq!(refused(&format!("?{name}=&{name}=a")), wanted);
        }
    }

    #[test]
    fn af_03_a_parameter_without_value_is_left_out() {
        let callback = parsed("?code=&state=s&iss").unwrap();
        assert!(callback.code().is_none());
        assert_eq!(callback.parameter("iss"), None);
        assert_eq!(callback.state(), Some("s"));
    }

    #[test]
    fn af_04_unknown_parameters_are_ignored() {
        assert_eq!(
            parsed("?session_state=x&scope=a+b&state=s").unwrap().state(),
            Some("s")
        );
    }

    #[test]
    fn w_39_the_query_is_decoded_once() {
        assert_eq!(parsed("?state=a%252Bb").unwrap().state(), Some("a%2Bb"));
        assert_eq!(parsed("?state=a+b").unwrap().state(), Some("a b"));
    }

    #[test]
    fn w_15_a_fragment_and_a_stray_ampersand_are_ignored() {
        let callback = parsed("?state=s&#_=_&state=t").unwrap();
        assert_eq!(callback.state(), Some("s"));
        assert_eq!(callback.address(), "http://127.0.0.1:8400/cb?state=s&");
        assert_eq!(parsed("#state=s").unwrap().state(), None);
    }

    #[test]
    fn h_12_control_characters_make_it_invalid() {
        for name in ["code", "state", "error", "iss"] {
            for value in ["a%0D%0Ab", "%00", "%7F", "%C3%A9", "%FF"] {
                assert!(
                    matches!(
                        refused(&format!("?{name}={value}")),
                        CallbackError::Unprintable { .. }
                    ),
                    "{value}"
                );
            }
        }
        assert!(parsed("?error_description=a%0Ab").is_ok());
    }

    #[test]
    fn what_is_pasted_is_trimmed_and_must_be_an_address() {
        assert_eq!(
            Callback::parse("  app.keybelt:/callback/work?state=s\r\n")
                .unwrap()
                .state(),
            Some("s")
        );
        for text in [
            "",
            "hello",
            "/cb?state=s",
            "http://127.0.0.1/cb?a=b c",
            "http://127.0.0.1/cb\n?a=b",
        ] {
            assert_eq!(
                Callback::parse(text).err(),
                Some(CallbackError::NotAnAddress),
                "{text}"
            );
        }
        let long = format!("?state={}", "a".repeat(bounds::FORM));
        assert_eq!(refused(&long), CallbackError::TooLong);
    }

    #[test]
    fn of_what_is_not_read_it_can_still_be_told_whose_it_is() {
        let glimpse =
            |query: &str| Callback::glimpse(&format!("http://127.0.0.1:8400/cb{query}"), &["state"]);
        let seen = glimpse("?error=we%22ird%0A<script>&state=s&code=a&code=b").unwrap();
        assert_eq!(seen.state(), Some("s"));
        assert_eq!(
            seen.address(),
            "http://127.0.0.1:8400/cb?error=we%22ird%0A<script>&state=s&code=a&code=b"
        );
        assert!(seen.code().is_none() && seen.error().is_none());
        assert!(glimpse("?state=s&error=%0A&state=s").is_none());
        assert_eq!(glimpse("?error=%0A").unwrap().state(), None);
        assert!(Callback::glimpse("hello", &["state"]).is_none());
        let form = Callback::glimpse_of_form("http://127.0.0.1/", b"state=s&iss=%C3%A9", &["state"]);
        assert_eq!(form.unwrap().state(), Some("s"));
    }

    #[test]
    fn or_05_a_posted_form_is_read_the_same_way() {
        let read = |body: &str| Callback::from_form("http://127.0.0.1:8400/cb", body.as_bytes());
        assert_eq!(read("state=s&code=c").unwrap().state(), Some("s"));
        assert!(matches!(
            read("state=s&state=s").err(),
            Some(CallbackError::Duplicate { .. })
        ));
        assert_eq!(
            read(&"a".repeat(bounds::FORM + 1)).err(),
            Some(CallbackError::TooLong)
        );
    }

    #[test]
    fn af_18_the_error_is_read_with_its_texts() {
        let error = parsed("?error=access_denied&error_description=No+thanks&error_uri=x")
            .unwrap()
            .error()
            .unwrap();
        assert_eq!(
            (error.code.as_str(), error.description.as_deref()),
            ("access_denied", Some("No thanks"))
        );
    }

    proptest! {
        #[test]
        fn no_address_and_no_form_panics(text in "\\PC*", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Callback::parse(&text);
            let _ = Callback::parse(&format!("http://127.0.0.1/?{text}"));
            let _ = Callback::from_form("http://127.0.0.1/", &bytes);
            let _ = Callback::glimpse(&format!("http://127.0.0.1/?{text}"), &["state"]);
            let _ = Callback::glimpse_of_form("http://127.0.0.1/", &bytes, &["state"]);
        }
    }
}
