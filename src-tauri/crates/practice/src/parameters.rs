use http::HeaderMap;
use http::header::CONTENT_TYPE;
use zeroize::Zeroize;

/// The parameters of a query or a form. Wiped when dropped, as there may be secrets among them.
#[derive(Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// A parameter came more than once, which a request may not do (RFC 6749 §3.1, §3.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Twice(pub(crate) &'static str);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// Reads a form that says that it is one (RFC 6749 §3.2). `None`: it does not.
    pub(crate) fn of_form(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let said = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let essence = said.split(';').next().unwrap_or_default().trim();
        essence
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            .then(|| Self::parse(body))
    }

    /// The value, where it came once. One without a value counts as left out (RFC 6749 §3.1).
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<&str>, Twice> {
        let mut found = self.all(name);
        match (found.next(), found.next()) {
            (first, None) => Ok(first.filter(|value| !value.is_empty())),
            (_, Some(_)) => Err(Twice(name)),
        }
    }

    /// Every name with its value, in their order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of this name, in their order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            value.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_parameter_comes_once_or_not_at_all() {
        let parameters = Parameters::parse(b"a=1&b=&c=1&c=2&d=%20x");
        assert_eq!(parameters.one("a"), Ok(Some("1")));
        assert_eq!(parameters.one("b"), Ok(None));
        assert_eq!(parameters.one("c"), Err(Twice("c")));
        assert_eq!(parameters.one("d"), Ok(Some(" x")));
        assert_eq!(parameters.one("e"), Ok(None));
    }

    #[test]
    fn a_form_says_that_it_is_one() {
        let with = |kind: &'static str| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
            Parameters::of_form(&headers, b"a=1").is_some()
        };
        assert!(with("application/x-www-form-urlencoded"));
        assert!(with("Application/X-WWW-Form-Urlencoded; charset=utf-8"));
        assert!(!with("application/json"));
        assert!(!with("text/plain"));
        assert!(Parameters::of_form(&HeaderMap::new(), b"a=1").is_none());
    }
}
