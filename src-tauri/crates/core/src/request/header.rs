//! The headers of a request as a person writes them, and those of an answer as they are shown.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use keybelt_primitives::text::{clipped, visible};

use super::error::{HeaderProblem, RequestError};

/// More than anybody sends.
const MOST: usize = 64;
/// The longest value, in bytes.
const LONGEST: usize = 8 << 10;

/// Headers that carry the token, say where the request goes, or say where it ends (RFC 9110 §7.6.1, RFC 9112 §6): with a
/// second one of these, what is signed would not be what is read.
const OURS: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "dpop",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Reads a line `Name: value`.
///
/// # Errors
/// It has no colon.
pub fn line(line: &str) -> Result<(String, String), RequestError> {
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| fault(line, HeaderProblem::Form))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Reads the header fields of a request.
pub(super) fn parse(fields: &[(String, String)]) -> Result<Vec<(HeaderName, HeaderValue)>, RequestError> {
    if fields.len() > MOST {
        return Err(RequestError::TooManyHeaders);
    }
    let mut headers = Vec::with_capacity(fields.len());
    for (said, value) in fields {
        let (name, value) = one(said, value).map_err(|problem| fault(said, problem))?;
        let twice = name == CONTENT_TYPE && headers.iter().any(|(known, _)| *known == name);
        if twice {
            return Err(fault(said, HeaderProblem::Twice));
        }
        headers.push((name, value));
    }
    Ok(headers)
}

fn one(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), HeaderProblem> {
    let name: HeaderName = name.parse().map_err(|_| HeaderProblem::Form)?;
    if OURS.contains(&name.as_str()) {
        return Err(HeaderProblem::Ours);
    }
    let value = value.trim_matches([' ', '\t']);
    if value.len() > LONGEST {
        return Err(HeaderProblem::Value);
    }
    let value = HeaderValue::from_str(value).map_err(|_| HeaderProblem::Value)?;
    Ok((name, value))
}

fn fault(name: &str, problem: HeaderProblem) -> RequestError {
    RequestError::Header {
        name: visible(&clipped(name, 64)),
        problem,
    }
}

/// The fields of an answer, sorted by name, those of one name in their order. A value that is not UTF-8 is read as
/// ISO-8859-1, as it was once meant (RFC 9110 §5.5), so that every byte is seen.
pub(super) fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut shown: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| {
            let bytes = value.as_bytes();
            let text = std::str::from_utf8(bytes)
                .map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned);
            (name.as_str().to_owned(), text)
        })
        .collect();
    shown.sort_by(|(left, _), (right, _)| left.cmp(right));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(lines: &[&str]) -> Option<HeaderProblem> {
        let fields: Result<Vec<_>, _> = lines.iter().map(|text| line(text)).collect();
        match fields.and_then(|fields| parse(&fields)) {
            Ok(_) => None,
            Err(RequestError::Header { problem, .. }) => Some(problem),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let fields = [line("X-Api-Version:  2 ").unwrap(), line("Accept:").unwrap()];
        let parsed = parse(&fields).unwrap();
        assert_eq!(
            (parsed[0].0.as_str(), parsed[0].1.to_str().unwrap()),
            ("x-api-version", "2")
        );
        assert_eq!(parsed[1].1, "");
        for bad in ["", "X", ": x", "X y: z", "X\r\nY: z", "é: x"] {
            assert_eq!(problem(&[bad]), Some(HeaderProblem::Form), "{bad:?}");
        }
    }

    #[test]
    fn nothing_is_put_in_behind_a_value() {
        for bad in [
            "X: a\r\nAuthorization: Bearer z",
            "X: a\nb",
            "X: a\0",
            "X: \u{7f}",
        ] {
            assert_eq!(problem(&[bad]), Some(HeaderProblem::Value), "{bad:?}");
        }
        assert_eq!(
            problem(&[&format!("X: {}", "y".repeat(LONGEST + 1))]),
            Some(HeaderProblem::Value)
        );
    }

    #[test]
    fn what_carries_the_token_or_frames_the_request_is_ours() {
        for ours in [
            "Authorization: Bearer z",
            "aUTHORIZATION: x",
            "Proxy-Authorization: x",
            "Host: evil.example",
            "Content-Length: 0",
            "Transfer-Encoding: chunked",
            "Connection: close",
            "TE: trailers",
            "Expect: 100-continue",
            "Upgrade: h2c",
            "DPoP: x",
        ] {
            assert_eq!(problem(&[ours]), Some(HeaderProblem::Ours), "{ours}");
        }
        let one_kind = "Content-Type: text/plain";
        assert_eq!(problem(&[one_kind]), None);
        assert_eq!(
            problem(&[one_kind, "content-type: application/json"]),
            Some(HeaderProblem::Twice)
        );
        assert_eq!(problem(&["Accept: a/b", "Accept: c/d"]), None);
    }

    #[test]
    fn every_byte_of_an_answers_header_is_seen() {
        let mut headers = HeaderMap::new();
        headers.append("x-b", HeaderValue::from_bytes("Zoë".as_bytes()).unwrap());
        headers.append("x-a", HeaderValue::from_bytes(b"\xe9").unwrap());
        headers.append("x-a", HeaderValue::from_static("2"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            shown(&headers),
            [pair("x-a", "é"), pair("x-a", "2"), pair("x-b", "Zoë")]
        );
    }
}
