use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use crate::server::Shared;

/// The longest query that is read, in bytes.
const LONGEST_QUERY: usize = 8 << 10;

/// On every answer, unless it says otherwise itself. The referrer stays inside, and with it the `Origin` of our forms.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Lets only requests through that mean this server, and puts the headers on that every answer wears.
///
/// A page of the web whose host name was led here by DNS still names that host: it gets nothing.
pub(crate) async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = if !names_us(&shared.authority, request.uri(), request.headers()) {
        let words = format!(
            "This is the practice provider of Keybelt. It answers at {} only.\n",
            shared.issuer
        );
        (StatusCode::MISDIRECTED_REQUEST, words).into_response()
    } else if request
        .uri()
        .query()
        .is_some_and(|query| query.len() > LONGEST_QUERY)
    {
        (StatusCode::URI_TOO_LONG, "The address is too long.\n").into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

fn names_us(authority: &str, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    host.as_bytes() == authority.as_bytes() && uri.authority().is_none_or(|asked| asked.as_str() == authority)
}

/// Whether a form was sent from a page of ours, as far as the browser says where it came from.
pub(crate) fn is_from_here(shared: &Shared, headers: &HeaderMap) -> bool {
    let says = |name: &str, expected: &str| {
        headers
            .get(name)
            .is_none_or(|said| said.as_bytes() == expected.as_bytes())
    };
    says("origin", shared.issuer.as_str()) && says("sec-fetch-site", "same-origin")
}
