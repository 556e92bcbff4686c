use percent_encoding::percent_decode;

use crate::address::LONGEST;
use crate::{Endpoint, EndpointError};

/// Why a relative address has no place below its base.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BelowError {
    /// It begins with `//`, which names another host (RFC 3986 §4.2).
    #[error("it begins with //, which would name a host")]
    Authority,
    /// A backslash, which addresses on the web take for a slash (WHATWG URL §4.4).
    #[error("it holds a backslash")]
    Backslash,
    /// A segment `.` or `..`, also one that is only seen when it is decoded (RFC 3986 §3.3).
    #[error("a part of its path is . or .., which leads elsewhere")]
    DotSegment,
    /// A control character; some readers of addresses pass over those, and see something else.
    #[error("it holds a control character")]
    Control,
    /// The base has a query, behind which no path can stand.
    #[error("the base has a query")]
    BaseQuery,
    /// Appended to its base it is no endpoint.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
}

impl Endpoint {
    /// The address that `relative` names below this one: appended with exactly one `/`, and nowhere else.
    ///
    /// ```
    /// # use keybelt_primitives::Endpoint;
    /// let base = Endpoint::parse("https://api.example/v1/").unwrap();
    /// assert_eq!(base.below("/me?all").unwrap().as_str(), "https://api.example/v1/me?all");
    /// assert!(base.below("../admin").is_err());
    /// ```
    ///
    /// # Errors
    /// It could be read as leading out of the base, by us or by the server.
    pub fn below(&self, relative: &str) -> Result<Self, BelowError> {
        if self.url().query().is_some() {
            return Err(BelowError::BaseQuery);
        }
        // Before anything is decoded, which is done again for each layer of encoding.
        if relative.len() > LONGEST {
            return Err(EndpointError::TooLong.into());
        }
        if relative.chars().any(char::is_control) {
            return Err(BelowError::Control);
        }
        let path = relative.split_once(['?', '#']).map_or(relative, |(path, _)| path);
        if path.contains('\\') {
            return Err(BelowError::Backslash);
        }
        if path.starts_with("//") {
            return Err(BelowError::Authority);
        }
        if path.split('/').any(leads_elsewhere) {
            return Err(BelowError::DotSegment);
        }
        let base = self.url().as_str().trim_end_matches('/');
        let appended = relative.strip_prefix('/').unwrap_or(relative);
        let below = Self::parse(&format!("{base}/{appended}"))?;
        // It holds by construction; a parser that sees it otherwise is not followed.
        let root = format!("{}/", self.url().path().trim_end_matches('/'));
        if below.url().origin() != self.url().origin() || !below.url().path().starts_with(&root) {
            return Err(BelowError::DotSegment);
        }
        Ok(below)
    }

    /// Whether an address is this one or stands below it: the same scheme, host and port, and this path first, up to the
    /// end of a segment. What a server may read as leading out again does not stand below.
    ///
    /// ```
    /// # use keybelt_primitives::Endpoint;
    /// let at = |text| Endpoint::parse(text).unwrap();
    /// assert!(at("https://api.example/v1/").covers(&at("https://api.example/v1/me?all")));
    /// assert!(!at("https://api.example/v1").covers(&at("https://api.example/v10")));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        if self.url().query().is_some() || self.url().origin() != other.url().origin() {
            return false;
        }
        let base = self.url().path().trim_end_matches('/');
        let Some(rest) = other.url().path().strip_prefix(base) else {
            return false;
        };
        (rest.is_empty() || rest.starts_with('/')) && !rest.split('/').any(leads_elsewhere)
    }
}

/// Whether a segment is one of dots, as it stands or however often a server decodes it: an encoded slash or backslash
/// parts it then, and what follows `;` is a parameter to some servers (RFC 3986 §3.3).
fn leads_elsewhere(segment: &str) -> bool {
    let mut text = segment.as_bytes().to_vec();
    loop {
        let of_dots = |part: &[u8]| {
            let name = part.split(|byte| *byte == b';').next().unwrap_or_default();
            matches!(name, b"." | b"..")
        };
        if text.split(|byte| matches!(byte, b'/' | b'\\')).any(of_dots) {
            return true;
        }
        let decoded: Vec<u8> = percent_decode(&text).collect();
        if decoded.len() == text.len() {
            return false;
        }
        text = decoded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(base: &str, relative: &str) -> Result<String, BelowError> {
        let base = Endpoint::parse(base).unwrap();
        base.below(relative).map(|below| below.url().to_string())
    }

    #[test]
    fn it_is_appended_with_exactly_one_slash() {
        for base in ["https://api.example/v1", "https://api.example/v1/"] {
            for relative in ["me", "/me"] {
                assert_eq!(
                    below(base, relative).as_deref(),
                    Ok("https://api.example/v1/me"),
                    "{base} {relative}"
                );
            }
        }
        assert_eq!(
            below("https://api.example", "").as_deref(),
            Ok("https://api.example/")
        );
        assert_eq!(
            below("https://api.example/v1", "?a=b").as_deref(),
            Ok("https://api.example/v1/?a=b")
        );
    }

    #[test]
    fn honest_addresses_stay_as_they_are() {
        for relative in [
            "projects/oak%2Ffield-notes?ref=../x",
            "users:search",
            "a//b/",
            "@evil.example/",
            "...",
            "a..b/.well-known",
            "x;y=..z",
            "100%25",
            "%",
        ] {
            assert_eq!(
                below("https://api.example/v1", relative).as_deref(),
                Ok(format!("https://api.example/v1/{relative}").as_str())
            );
        }
        assert_eq!(
            below("http://127.0.0.1:8722/api", "search?q=a b").as_deref(),
            Ok("http://127.0.0.1:8722/api/search?q=a%20b")
        );
    }

    #[test]
    fn no_way_leads_out_of_the_base() {
        for (relative, error) in [
            ("//evil.example/", BelowError::Authority),
            ("///evil.example/", BelowError::Authority),
            ("..", BelowError::DotSegment),
            ("../x", BelowError::DotSegment),
            ("a/../../x", BelowError::DotSegment),
            ("./x", BelowError::DotSegment),
            ("a/.", BelowError::DotSegment),
            ("%2e%2e/x", BelowError::DotSegment),
            ("%2E./x", BelowError::DotSegment),
            (".%2e/x", BelowError::DotSegment),
            ("%252e%252e/x", BelowError::DotSegment),
            ("..%2fx", BelowError::DotSegment),
            ("a%2f..%2f..%2fx", BelowError::DotSegment),
            ("a%5c..%5cx", BelowError::DotSegment),
            ("..;a=b/x", BelowError::DotSegment),
            ("..%3b/x", BelowError::DotSegment),
            ("\\evil.example/", BelowError::Backslash),
            ("/\\evil.example/", BelowError::Backslash),
            ("a\\..\\x", BelowError::Backslash),
            (".\t./x", BelowError::Control),
            ("/\n/evil.example", BelowError::Control),
            ("a\0", BelowError::Control),
            ("a#b", BelowError::Endpoint(EndpointError::Fragment)),
        ] {
            assert_eq!(
                below("https://api.example/v1", relative),
                Err(error),
                "{relative:?}"
            );
        }
        assert_eq!(
            below("https://api.example/v1?key=x", "me"),
            Err(BelowError::BaseQuery)
        );
        assert_eq!(
            below("https://api.example/v1", &"x".repeat(9 << 10)),
            Err(BelowError::Endpoint(EndpointError::TooLong))
        );
    }

    #[test]
    fn what_is_encoded_over_and_over_is_measured_before_it_is_decoded() {
        // Each decoding makes it two bytes shorter: a megabyte would be read half a million times.
        let layers = format!("%{}", "25".repeat(500_000));
        assert_eq!(
            below("https://api.example/v1", &layers),
            Err(BelowError::Endpoint(EndpointError::TooLong))
        );
    }

    #[test]
    fn a_base_covers_itself_and_what_is_below_it() {
        let covers = |base: &str, other: &str| {
            Endpoint::parse(base)
                .unwrap()
                .covers(&Endpoint::parse(other).unwrap())
        };
        for (base, other) in [
            ("https://api.example", "https://api.example/anything?x=../y"),
            ("https://api.example/", "https://API.example:443"),
            ("https://api.example/v1", "https://api.example/v1"),
            ("https://api.example/v1/", "https://api.example/v1?a"),
            ("https://api.example/v1", "https://api.example/v1/"),
            ("https://api.example/v1", "https://api.example/x/../v1/a%2Fb"),
            ("http://127.0.0.1:8722/api", "http://127.0.0.1:8722/api/me"),
        ] {
            assert!(covers(base, other), "{base} {other}");
        }
        for (base, other) in [
            ("https://api.example/v1", "https://api.example/v10"),
            ("https://api.example/v1", "https://api.example/"),
            ("https://api.example/v1", "https://api.example/V1/me"),
            ("https://api.example/v1", "https://api.example/v1/../v2"),
            ("https://api.example/v1", "https://api.example/v1/%252e%252e/v2"),
            ("https://api.example/v1", "https://api.example/v1/..%2fv2"),
            ("https://api.example/v1?a", "https://api.example/v1?a"),
            ("https://api.example/", "https://api.example:8443/"),
            ("https://api.example/", "https://api.example.evil.example/"),
            ("https://api.example/", "https://sub.api.example/"),
            ("https://localhost/", "http://localhost/"),
            ("http://127.0.0.1:8722/", "http://127.0.0.1:8723/"),
            ("http://127.0.0.1/", "http://localhost/"),
        ] {
            assert!(!covers(base, other), "{base} {other}");
        }
    }
}
