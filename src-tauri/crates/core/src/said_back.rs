//! What a server says back of what it was sent: withheld before its words are shown or kept. Some name the code, the refresh
//! token or the whole form in the description of an error.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::AUTHORIZATION;
use keybelt_primitives::Secret;
use keybelt_primitives::wire::{Request, Response};
use keybelt_protocol::secret_names::{Place, is_secret};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::request::mask;

/// The secrets of one request that goes to a server.
pub(crate) struct Sent(Vec<Secret<String>>);

impl Sent {
    /// Those of this request: in its form, its address and its `Authorization`.
    pub(crate) fn of(request: &Request) -> Self {
        let mut sent = Self(Vec::new());
        sent.form(request.url.url().query().unwrap_or_default().as_bytes());
        if let Some(body) = &request.body {
            sent.body(body);
        }
        for (_, value) in request.headers.iter().filter(|(name, _)| *name == AUTHORIZATION) {
            sent.authorization(value.to_str().unwrap_or_default());
        }
        sent
    }

    /// These, and one that took part without being sent.
    pub(crate) fn and(mut self, secret: Option<&Secret<String>>) -> Self {
        self.0.extend(secret.map(Secret::duplicate));
        self
    }

    /// The answer without them.
    pub(crate) fn withheld_from(&self, response: Response) -> Response {
        let secrets: Vec<&Secret<String>> = self.0.iter().collect();
        Response {
            headers: mask::headers(&response.headers, &secrets),
            body: Secret::new(mask::body(&response.body, &secrets)),
            ..response
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "what is sent is read once more, to be known again"
    )]
    fn body(&mut self, body: &Secret<Vec<u8>>) {
        self.form(body.expose());
    }

    fn form(&mut self, form: &[u8]) {
        for (name, value) in form_urlencoded::parse(form) {
            self.parameter(&name, value.into_owned());
        }
    }

    fn parameter(&mut self, name: &str, value: String) {
        if name == "oauth_signature" {
            // PLAINTEXT shows both secrets, encoded (RFC 5849 §3.4.4).
            let halves = value.split('&').map(decoded);
            self.0.extend(halves.map(Secret::new));
        }
        if is_secret(name, Place::Parameter) {
            self.0.push(Secret::new(value));
        }
    }

    /// `Basic` (RFC 7617 §2), `Bearer` (RFC 6750 §2.1) and `OAuth` (RFC 5849 §3.5.1).
    fn authorization(&mut self, value: &str) {
        let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
        if scheme == "OAuth" {
            for parameter in rest.split(',') {
                let (name, value) = parameter.trim().split_once('=').unwrap_or_default();
                self.parameter(name, decoded(value.trim_matches('"')));
            }
            return;
        }
        self.0.push(Secret::new(rest.to_owned()));
        let pair = BASE64_STANDARD
            .decode(rest)
            .ok()
            .and_then(|pair| String::from_utf8(pair).ok());
        if let Some((_, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
            // Form-encoded before it went in (RFC 6749 §2.3.1).
            self.0.push(Secret::new(decoded(&secret.replace('+', " "))));
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
mod tests {
    use http::{HeaderMap, HeaderValue, Method};
    use keybelt_primitives::{Endpoint, UnixSeconds};

    use super::*;

    fn said(authorization: &str, form: &str, answer: &str) -> String {
        let request = Request {
            method: Method::POST,
            url: Endpoint::parse("https://as.example/token?access_token=in-the-query").unwrap(),
            headers: vec![(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap())],
            body: Some(Secret::new(form.as_bytes().to_vec())),
        };
        let response = Response {
            status: 400,
            headers: HeaderMap::new(),
            body: Secret::new(answer.as_bytes().to_vec()),
            url: request.url.clone(),
            sent_at: UnixSeconds(0),
        };
        let withheld = Sent::of(&request).withheld_from(response);
        String::from_utf8(withheld.body.expose().clone()).unwrap()
    }

    #[test]
    fn what_was_sent_is_withheld_wherever_it_stood() {
        let basic = format!("Basic {}", BASE64_STANDARD.encode("client:a+long%2Fsecret"));
        assert_eq!(
            said(
                &basic,
                "grant_type=refresh_token&refresh_token=a-refresh-token&scope=notes-and-more",
                "no a-refresh-token of a long/secret for notes-and-more, in-the-query"
            ),
            "no [withheld] of [withheld] for notes-and-more, [withheld]"
        );
        let plaintext = "OAuth realm=\"x\", oauth_token=\"a-temporary-token\", oauth_signature=\"a-client%2520secret%26a-token-secret\"";
        assert_eq!(
            said(
                plaintext,
                "",
                "a-client secret, a-token-secret, a-temporary-token"
            ),
            "[withheld], [withheld], [withheld]"
        );
    }
}
