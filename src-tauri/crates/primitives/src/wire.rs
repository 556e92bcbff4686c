//! An HTTP exchange as plain values: what `protocol` writes, `net` sends, and `protocol` reads again.

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::{Endpoint, Secret, UnixSeconds};

/// A request that is ready to be sent, byte for byte. Header values that hold a secret are marked sensitive.
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to, already checked.
    pub url: Endpoint,
    /// Headers in the order they are sent; `Host`, `Content-Length` and `User-Agent` are added on the way.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body; a form of a token request holds codes and secrets, so every body is treated as one.
    pub body: Option<Secret<Vec<u8>>>,
}

/// An answer, read to its end and within its bound.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers as they came.
    pub headers: HeaderMap,
    /// The decompressed body.
    pub body: Secret<Vec<u8>>,
    /// Where the answer came from, after any redirects.
    pub url: Endpoint,
    /// When the request was sent: what `expires_in` counts from.
    pub sent_at: UnixSeconds,
}

impl Response {
    /// The media type without its parameters, in lower case; empty if there is none or it is not text.
    pub fn media_type(&self) -> String {
        self.headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(|value| value.trim().to_ascii_lowercase())
            .unwrap_or_default()
    }
}
