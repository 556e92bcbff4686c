//! Bearer tokens on the way to a resource (RFC 6750 §2.1), and what the resource says when it refuses (§3).

use http::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Secret};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::challenge::{self, Challenge};
use super::error::OAuthError;

/// The token holds something that no header may carry (specs H-12).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the access token holds characters that a header cannot carry")]
pub struct UnsendableToken;

/// Where a request bears its token (RFC 6750 §2).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum TokenPlacement {
    /// In the `Authorization` header (§2.1).
    #[default]
    Header,
    /// In the form that is sent (§2.2); in the header where no form is sent, as that section asks.
    Body,
    /// In the query (§2.3), where it lands in the logs of whoever is on the way.
    Query,
}

impl TokenPlacement {
    /// As a profile names it; Authlib's word for the query is `uri`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "header" => Some(Self::Header),
            "body" => Some(Self::Body),
            "query" | "uri" => Some(Self::Query),
            _ => None,
        }
    }
}

/// Why a request cannot bear the token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BearError {
    /// See [`UnsendableToken`].
    #[error(transparent)]
    Unsendable(#[from] UnsendableToken),
    /// The request carries an `access_token` or an `Authorization` already (RFC 6750 §2: one way at a time).
    #[error("the request carries a token already")]
    Twice,
    /// With the token in its query the address is too long.
    #[error("the address is too long")]
    TooLong,
}

/// The parameter that holds the token in a form or a query (RFC 6750 §2.2, §2.3).
const PARAMETER: &str = "access_token";
const FORM: &str = "application/x-www-form-urlencoded";

/// A request for the claims about whoever the access token is of: JSON or, where it is signed, a JWT (OpenID Connect
/// Core 1.0 §5.3.1). `post`: the provider wants a POST; a token in a form is one anyway (RFC 6750 §2.2).
///
/// # Errors
/// Its place cannot hold the token.
pub fn userinfo_request(
    url: &Endpoint,
    access_token: &Secret<String>,
    placement: TokenPlacement,
    post: bool,
) -> Result<Request, BearError> {
    let accept = HeaderValue::from_static("application/json, application/jwt;q=0.9");
    let is_post = post || placement == TokenPlacement::Body;
    let request = Request {
        method: if is_post { Method::POST } else { Method::GET },
        url: url.clone(),
        headers: vec![(ACCEPT, accept)],
        body: None,
    };
    bear(request, access_token, placement)
}

/// Puts the access token into a request, in one place.
///
/// # Errors
/// The request has one already, or its place cannot hold it.
pub fn bear(
    mut request: Request,
    access_token: &Secret<String>,
    placement: TokenPlacement,
) -> Result<Request, BearError> {
    if carries_a_token(&request) {
        return Err(BearError::Twice);
    }
    let authorization = authorization(access_token)?;
    match placement {
        TokenPlacement::Body if may_bear_in_form(&request) => put_into_form(&mut request, access_token),
        TokenPlacement::Header | TokenPlacement::Body => request.headers.push(authorization),
        TokenPlacement::Query => put_into_query(&mut request, access_token)?,
    }
    Ok(request)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the token goes into the header it is made for"
)]
fn authorization(access_token: &Secret<String>) -> Result<(HeaderName, HeaderValue), UnsendableToken> {
    let token = access_token.expose();
    if token.is_empty() || !token.bytes().all(|byte| matches!(byte, 0x20..=0x7E)) {
        return Err(UnsendableToken);
    }
    let text = Zeroizing::new(format!("Bearer {token}"));
    let mut value = HeaderValue::from_str(&text).map_err(|_| UnsendableToken)?;
    value.set_sensitive(true);
    Ok((AUTHORIZATION, value))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the form is searched for a token of its own"
)]
fn carries_a_token(request: &Request) -> bool {
    let in_query = request.url.url().query_pairs().any(|(name, _)| name == PARAMETER);
    let form = request.body.as_ref().filter(|_| is_form(request));
    let in_form =
        form.is_some_and(|form| form_urlencoded::parse(form.expose()).any(|(name, _)| name == PARAMETER));
    in_query || in_form || request.headers.iter().any(|(name, _)| *name == AUTHORIZATION)
}

fn is_form(request: &Request) -> bool {
    let kind = request.headers.iter().find(|(name, _)| *name == CONTENT_TYPE);
    let kind = kind
        .and_then(|(_, value)| value.to_str().ok())
        .unwrap_or_default();
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case(FORM)
}

/// A form, or nothing where a form could stand; never with GET and kin (RFC 6750 §2.2).
fn may_bear_in_form(request: &Request) -> bool {
    let takes_body = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
    let says_kind = request.headers.iter().any(|(name, _)| *name == CONTENT_TYPE);
    takes_body && (is_form(request) || (request.body.is_none() && !says_kind))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the token goes into the form that is sent"
)]
fn put_into_form(request: &mut Request, access_token: &Secret<String>) {
    let form = request
        .body
        .as_ref()
        .map(Secret::expose)
        .map_or(&[][..], Vec::as_slice);
    let parameter = parameter(access_token);
    // Room for the whole, so that no unwiped copy is left behind.
    let mut body = Vec::with_capacity(form.len() + 1 + parameter.len());
    body.extend_from_slice(form);
    if !form.is_empty() {
        body.push(b'&');
    }
    body.extend_from_slice(parameter.as_bytes());
    request.body = Some(Secret::new(body));
    if !request.headers.iter().any(|(name, _)| *name == CONTENT_TYPE) {
        request
            .headers
            .push((CONTENT_TYPE, HeaderValue::from_static(FORM)));
    }
}

fn put_into_query(request: &mut Request, access_token: &Secret<String>) -> Result<(), BearError> {
    let parameter = parameter(access_token);
    let address = request.url.url().as_str();
    let separator = match request.url.url().query() {
        None => "?",
        Some("") => "",
        Some(_) => "&",
    };
    let address = Zeroizing::new(format!("{address}{separator}{}", *parameter));
    request.url = Endpoint::parse(&address).map_err(|_| BearError::TooLong)?;
    // RFC 6750 §2.3 asks for it.
    if !request.headers.iter().any(|(name, _)| *name == CACHE_CONTROL) {
        request
            .headers
            .push((CACHE_CONTROL, HeaderValue::from_static("no-store")));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the token is written as a parameter")]
fn parameter(access_token: &Secret<String>) -> Zeroizing<String> {
    // Three bytes for each at the most, so that no unwiped copy is left behind.
    let room = PARAMETER.len() + 1 + 3 * access_token.len();
    let mut writer = form_urlencoded::Serializer::new(String::with_capacity(room));
    writer.append_pair(PARAMETER, access_token.expose());
    Zeroizing::new(writer.finish())
}

/// Why a resource refused a bearer token (RFC 6750 §3.1): the first `Bearer` challenge that names an error.
pub fn refusal(headers: &HeaderMap) -> Option<OAuthError> {
    let challenge = refusing(headers)?;
    Some(OAuthError::new(
        challenge.parameter("error")?,
        challenge.parameter("error_description"),
        challenge.parameter("error_uri"),
    ))
}

/// The scopes that the token lacks, where that is why it was refused (RFC 6750 §3.1); empty where nobody says which.
pub fn lacking_scopes(headers: &HeaderMap) -> Option<Vec<String>> {
    let challenge = refusing(headers)?;
    let is_scope = challenge.parameter("error") == Some("insufficient_scope");
    let scopes = challenge.parameter("scope").unwrap_or_default();
    is_scope.then(|| scopes.split_ascii_whitespace().map(str::to_owned).collect())
}

fn refusing(headers: &HeaderMap) -> Option<Challenge> {
    challenge::parse(headers).into_iter().find(|challenge| {
        challenge.scheme.eq_ignore_ascii_case("bearer") && challenge.parameter("error").is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(url: &Endpoint, access_token: &Secret<String>) -> Result<Request, BearError> {
        userinfo_request(url, access_token, TokenPlacement::Header, false)
    }
    use crate::oauth2::fixtures::{endpoint, header, header_map, secret};

    #[test]
    fn bt_01_the_token_goes_into_the_header_and_is_not_shown() {
        let request = get(&endpoint("https://rs.example/me?x=1"), &secret("a.b-c~1+/=")).unwrap();
        let value = header(&request, "authorization").unwrap();
        assert_eq!(value, "Bearer a.b-c~1+/=");
        assert!(value.is_sensitive());
        assert!(request.url.as_str().ends_with("?x=1"));
    }

    #[test]
    fn h_12_control_characters_never_reach_a_header() {
        for token in ["", "a\r\nX: y", "a\0", "é", "\u{7f}"] {
            assert_eq!(
                get(&endpoint("https://rs.example/"), &secret(token)).err(),
                Some(BearError::Unsendable(UnsendableToken))
            );
        }
    }

    fn asked(method: Method, url: &str, kind: Option<&str>, body: Option<&str>) -> Request {
        Request {
            method,
            url: endpoint(url),
            headers: kind
                .map(|kind| (CONTENT_TYPE, HeaderValue::from_str(kind).unwrap()))
                .into_iter()
                .collect(),
            body: body.map(|body| Secret::new(body.as_bytes().to_vec())),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
    fn sent(request: Request, placement: TokenPlacement) -> Result<(bool, String, String), BearError> {
        let request = bear(request, &secret("a+b/c="), placement)?;
        let body = request
            .body
            .as_ref()
            .map(|body| body.expose().clone())
            .unwrap_or_default();
        Ok((
            header(&request, "authorization").is_some(),
            request.url.as_str().to_owned(),
            String::from_utf8(body).unwrap(),
        ))
    }

    #[test]
    fn bt_02_the_token_stands_in_one_place() {
        let url = "https://rs.example/x?y=1";
        let post = |kind, body| asked(Method::POST, url, kind, body);
        let header = |url: &str, body: &str| Ok((true, url.to_owned(), body.to_owned()));
        let elsewhere = |url: &str, body: &str| Ok((false, url.to_owned(), body.to_owned()));
        assert_eq!(
            sent(post(Some(FORM), Some("a=1")), TokenPlacement::Header),
            header(url, "a=1")
        );
        assert_eq!(
            sent(post(Some(FORM), Some("a=1")), TokenPlacement::Body),
            elsewhere(url, "a=1&access_token=a%2Bb%2Fc%3D")
        );
        assert_eq!(
            sent(post(None, None), TokenPlacement::Body),
            elsewhere(url, "access_token=a%2Bb%2Fc%3D")
        );
        // What is no form, and a method without one, bear it in the header (RFC 6750 §2.2).
        assert_eq!(
            sent(post(Some("application/json"), Some("{}")), TokenPlacement::Body),
            header(url, "{}")
        );
        assert_eq!(
            sent(post(Some("application/json"), None), TokenPlacement::Body),
            header(url, "")
        );
        assert_eq!(
            sent(asked(Method::GET, url, None, None), TokenPlacement::Body),
            header(url, "")
        );
        assert_eq!(
            sent(asked(Method::GET, url, None, None), TokenPlacement::Query),
            elsewhere("https://rs.example/x?y=1&access_token=a%2Bb%2Fc%3D", "")
        );
        for bare in ["https://rs.example/x", "https://rs.example/x?"] {
            assert_eq!(
                sent(asked(Method::GET, bare, None, None), TokenPlacement::Query),
                elsewhere("https://rs.example/x?access_token=a%2Bb%2Fc%3D", "")
            );
        }
    }

    #[test]
    fn bt_02_a_second_token_is_refused_wherever_it_stands() {
        for placement in [
            TokenPlacement::Header,
            TokenPlacement::Body,
            TokenPlacement::Query,
        ] {
            for request in [
                asked(Method::GET, "https://rs.example/x?access_token=z", None, None),
                asked(Method::GET, "https://rs.example/x?access%5Ftoken=z", None, None),
                asked(
                    Method::POST,
                    "https://rs.example/x",
                    Some(FORM),
                    Some("a=1&access_token"),
                ),
                get(&endpoint("https://rs.example/x"), &secret("z")).unwrap(),
            ] {
                assert_eq!(
                    sent(request, placement).err(),
                    Some(BearError::Twice),
                    "{placement:?}"
                );
            }
            // In a body that is no form it is not a parameter.
            let json = asked(
                Method::POST,
                "https://rs.example/x",
                Some("text/plain"),
                Some("access_token=z"),
            );
            assert!(sent(json, placement).is_ok());
        }
    }

    #[test]
    fn bt_04_the_error_is_found_among_challenges() {
        let headers = header_map(&[
            ("www-authenticate", r#"Basic realm="a, b", charset=UTF-8"#),
            (
                "www-authenticate",
                r#"Bearer realm="x\"y", error="insufficient_scope", error_description="more", scope="a b""#,
            ),
        ]);
        let error = refusal(&headers).unwrap();
        assert_eq!(
            (error.code.as_str(), error.description.as_deref()),
            ("insufficient_scope", Some("more"))
        );
        assert_eq!(
            lacking_scopes(&headers),
            Some(vec!["a".to_owned(), "b".to_owned()])
        );
        let of = |value| lacking_scopes(&header_map(&[("www-authenticate", value)]));
        assert_eq!(of(r#"Bearer error="insufficient_scope""#), Some(Vec::new()));
        assert_eq!(of(r#"Bearer error="invalid_token", scope="a""#), None);
        assert_eq!(refusal(&header_map(&[("www-authenticate", "Bearer")])), None);
        assert_eq!(
            refusal(&header_map(&[(
                "www-authenticate",
                r#"DPoP error="invalid_token""#
            )])),
            None
        );
    }

    #[test]
    fn userinfo_is_asked_for_as_the_provider_wants_it() {
        let url = endpoint("https://rs.example/me?fields=id");
        let asked = |placement, post| userinfo_request(&url, &secret("t"), placement, post).unwrap();
        assert_eq!(asked(TokenPlacement::Header, false).method, Method::GET);
        let posted = asked(TokenPlacement::Header, true);
        assert_eq!((posted.method, posted.body.is_none()), (Method::POST, true));
        let form = asked(TokenPlacement::Body, false);
        assert_eq!((form.method, form.body.is_some()), (Method::POST, true));
        let query = asked(TokenPlacement::Query, false);
        assert_eq!(
            query.url.as_str(),
            "https://rs.example/me?fields=id&access_token=t"
        );
    }
}
