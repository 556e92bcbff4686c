//! A request before a token is in it: everything that a person said, checked.

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Secret, bounds};

use super::error::RequestError;
use super::{ApiRequest, Subject, header};
use crate::registry;

const FORM: &str = "application/x-www-form-urlencoded";

/// A request that lacks its token only.
pub(super) struct Draft {
    pub(super) method: Method,
    pub(super) url: Endpoint,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Secret<Vec<u8>>>,
}

impl Draft {
    /// Checks what was asked. Nothing is sent, and no token touched.
    pub(super) fn of(asked: ApiRequest, subject: &Subject) -> Result<Self, RequestError> {
        let url = target(subject, &asked.url)?;
        let method = method(asked.method.as_deref(), asked.body.is_some())?;
        let mut headers = header::parse(&asked.headers)?;
        let mut body = asked.body;
        if body.as_ref().is_some_and(|body| body.len() > bounds::API_BODY) {
            return Err(RequestError::BodyTooLarge);
        }
        if body.is_some() && !says(&headers, &CONTENT_TYPE) {
            headers.push((CONTENT_TYPE, HeaderValue::from_static(FORM)));
            body = body.map(without_final_newline);
        }
        if let Some((name, client_id)) =
            client_id_header(subject, &url).filter(|(name, _)| !says(&headers, name))
        {
            headers.push((name, client_id));
        }
        if !says(&headers, &ACCEPT) {
            headers.push((ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5")));
        }
        Ok(Self {
            method,
            url,
            headers,
            body,
        })
    }

    /// The request without its token.
    #[expect(
        clippy::disallowed_methods,
        reason = "the body is what the person wants to be sent"
    )]
    pub(super) fn request(&self) -> Request {
        let body = self.body.as_ref().map(|body| Secret::new(body.expose().clone()));
        Request {
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            body,
        }
    }

    /// The same request to where a redirect leads (RFC 9110 §15.4): 303 is got, 301 and 302 turn a POST into a GET.
    pub(super) fn redirected(&self, status: u16, url: Endpoint) -> Self {
        let becomes_get = match status {
            303 => self.method != Method::HEAD,
            301 | 302 => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            let kept = self.headers.iter().filter(|(name, _)| *name != CONTENT_TYPE);
            return Self {
                method: Method::GET,
                url,
                headers: kept.cloned().collect(),
                body: None,
            };
        }
        let Request { headers, body, .. } = self.request();
        Self {
            method: self.method.clone(),
            url,
            headers,
            body,
        }
    }
}

/// A request as it goes out: servers that wait for a body are told where there is none (RFC 9110 §8.6).
pub(super) fn framed(mut request: Request) -> Request {
    let expects_body = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
    if request.body.is_none() && expects_body {
        request
            .headers
            .push((CONTENT_LENGTH, HeaderValue::from_static("0")));
    }
    request
}

/// The client's id in a field of its own, where the provider's API wants it beside the token (Twitch). No other host is
/// told it.
fn client_id_header(subject: &Subject, url: &Endpoint) -> Option<(HeaderName, HeaderValue)> {
    let layers = registry::layers(&subject.profile);
    let name = layers.text("quirks.client_id_header")?;
    let base = Endpoint::parse(layers.text("api_base_url")?).ok()?;
    if base.url().origin() != url.url().origin() {
        return None;
    }
    Some((name.parse().ok()?, layers.text("client_id")?.parse().ok()?))
}

/// Where a request goes: below the profile's API, or to an address that was given in full.
pub(super) fn target(subject: &Subject, typed: &str) -> Result<Endpoint, RequestError> {
    let typed = typed.trim();
    if is_full(typed) {
        if typed.chars().any(char::is_control) {
            return Err(RequestError::Full(keybelt_primitives::EndpointError::NotAbsolute));
        }
        return Endpoint::parse(typed).map_err(RequestError::Full);
    }
    api_base(subject)?.below(typed).map_err(RequestError::Relative)
}

/// The profile's `api_base_url`.
pub(super) fn api_base(subject: &Subject) -> Result<Endpoint, RequestError> {
    let layers = registry::layers(&subject.profile);
    let base = layers
        .text("api_base_url")
        .ok_or_else(|| RequestError::NoApiBase {
            profile: subject.profile.name.clone(),
        })?;
    Endpoint::parse(base).map_err(RequestError::Full)
}

/// Whether it begins with a scheme (RFC 3986 §3.1).
fn is_full(typed: &str) -> bool {
    typed.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

fn method(typed: Option<&str>, has_body: bool) -> Result<Method, RequestError> {
    let Some(typed) = typed else {
        return Ok(if has_body { Method::POST } else { Method::GET });
    };
    let method =
        Method::from_bytes(typed.to_ascii_uppercase().as_bytes()).map_err(|_| RequestError::Method)?;
    // CONNECT asks for a tunnel, and TRACE for the request itself with the token in it (RFC 9110 §9.3.6, §9.3.8).
    if typed.len() > 32 || [Method::CONNECT, Method::TRACE].contains(&method) {
        return Err(RequestError::Method);
    }
    Ok(method)
}

fn says(headers: &[(HeaderName, HeaderValue)], name: &HeaderName) -> bool {
    headers.iter().any(|(known, _)| known == name)
}

/// A form ends where its last value does; the line's end is the file's.
#[expect(clippy::disallowed_methods, reason = "the form is the person's own text")]
fn without_final_newline(form: Secret<Vec<u8>>) -> Secret<Vec<u8>> {
    let bytes = form.expose();
    let kept = bytes
        .strip_suffix(b"\n")
        .map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
    match kept {
        Some(kept) => Secret::new(kept.to_vec()),
        None => form,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_a_scheme_is_given_in_full() {
        for full in [
            "https://a.example",
            "http:x",
            "javascript:alert(1)",
            "people:search",
            "a+b:c",
        ] {
            assert!(is_full(full), "{full}");
        }
        for relative in ["", "me", "/people:search", "?a=b:c", "a/b:c", "1a:b", "é:a", ":"] {
            assert!(!is_full(relative), "{relative}");
        }
    }

    #[test]
    fn a_method_is_a_word_that_asks_for_an_answer() {
        assert_eq!(method(None, false).unwrap(), Method::GET);
        assert_eq!(method(None, true).unwrap(), Method::POST);
        assert_eq!(method(Some("delete"), false).unwrap(), Method::DELETE);
        assert_eq!(method(Some("PROPFIND"), false).unwrap().as_str(), "PROPFIND");
        for bad in [
            "",
            "GET x",
            "GET\r\nX: y",
            "CONNECT",
            "trace",
            "é",
            &"X".repeat(33),
        ] {
            assert!(
                matches!(method(Some(bad), false), Err(RequestError::Method)),
                "{bad:?}"
            );
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
    fn a_form_loses_the_line_end_of_its_file_and_nothing_else() {
        for (form, kept) in [
            ("a=1\n", "a=1"),
            ("a=1\r\n", "a=1"),
            ("a=1\n\n", "a=1\n"),
            ("a=1", "a=1"),
            ("\n", ""),
        ] {
            let form = Secret::new(form.as_bytes().to_vec());
            assert_eq!(without_final_newline(form).expose(), kept.as_bytes());
        }
    }

    fn draft(method: Method) -> Draft {
        Draft {
            method,
            url: Endpoint::parse("https://a.example/x").unwrap(),
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static(FORM))],
            body: Some(Secret::new(b"a=1".to_vec())),
        }
    }

    #[test]
    fn a_redirect_keeps_or_changes_the_method_as_http_has_it() {
        for (method, status, becomes, keeps_body) in [
            (Method::POST, 301, Method::GET, false),
            (Method::POST, 302, Method::GET, false),
            (Method::POST, 303, Method::GET, false),
            (Method::POST, 307, Method::POST, true),
            (Method::POST, 308, Method::POST, true),
            (Method::PUT, 302, Method::PUT, true),
            (Method::DELETE, 303, Method::GET, false),
            (Method::HEAD, 303, Method::HEAD, true),
            (Method::GET, 302, Method::GET, true),
        ] {
            let next = Endpoint::parse("https://a.example/y").unwrap();
            let redirected = draft(method.clone()).redirected(status, next).request();
            assert_eq!(
                (redirected.method, redirected.body.is_some()),
                (becomes, keeps_body),
                "{method} {status}"
            );
            let says_kind = redirected.headers.iter().any(|(name, _)| *name == CONTENT_TYPE);
            assert_eq!(says_kind, keeps_body, "{method} {status}");
        }
    }

    #[test]
    fn a_method_that_may_have_a_body_says_when_it_has_none() {
        let bare = |method| Draft {
            body: None,
            headers: Vec::new(),
            ..draft(method)
        };
        let says_length = |method| {
            let request = framed(bare(method).request());
            request.headers.iter().any(|(name, _)| *name == CONTENT_LENGTH)
        };
        assert!(says_length(Method::POST) && says_length(Method::PUT));
        assert!(!says_length(Method::GET) && !says_length(Method::DELETE));
    }
}
