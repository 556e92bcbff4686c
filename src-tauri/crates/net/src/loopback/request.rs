//! One request, read within its bounds.

use keybelt_primitives::{Secret, bounds};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::buffer::Buffer;

/// More headers than any browser sends.
const HEADERS: usize = 100;

/// What somebody asked for.
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query, as sent.
    pub(super) target: String,
    pub(super) host: String,
    pub(super) form: Option<Secret<String>>,
}

/// Why somebody is sent away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Refusal {
    /// They hung up.
    Gone,
    TooSlow,
    TooLong,
    NotHttp,
    /// Meant for another host, which came here by a name that was bent (specs NA-14).
    Misdirected,
    NotFound,
    Method,
    NotAForm,
}

impl Refusal {
    pub(super) fn status(self) -> u16 {
        match self {
            Self::Gone | Self::NotHttp => 400,
            Self::TooSlow => 408,
            Self::TooLong => 413,
            Self::Misdirected => 421,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::NotAForm => 415,
        }
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::NotFound => "There is nothing here.\n",
            Self::Misdirected => "This address is not of this host.\n",
            Self::Method => "This is not how an answer comes here.\n",
            Self::Gone | Self::TooSlow | Self::TooLong | Self::NotHttp | Self::NotAForm => {
                "This request cannot be read.\n"
            }
        }
    }
}

struct Head {
    request: Request,
    /// Of the body, where a form is announced.
    length: Option<usize>,
}

/// Reads one request, with its form where one may be posted.
pub(super) async fn read(stream: &mut TcpStream, form_post: bool) -> Result<Request, Refusal> {
    let mut buffer = Buffer::up_to(bounds::FORM);
    let mut lookout = Lookout::default();
    let (mut head, end) = loop {
        fill(stream, &mut buffer).await?;
        if lookout.is_worth_parsing(buffer.bytes())
            && let Some(found) = parse(buffer.bytes())?
        {
            break found;
        }
    };
    let length = match head.length {
        Some(length) if form_post => length,
        Some(_) | None => return Ok(head.request),
    };
    buffer.consume(end);
    while buffer.bytes().len() < length {
        fill(stream, &mut buffer).await?;
    }
    let form = buffer
        .bytes()
        .get(..length)
        .and_then(|form| std::str::from_utf8(form).ok());
    head.request.form = Some(Secret::new(form.ok_or(Refusal::NotAForm)?.to_owned()));
    Ok(head.request)
}

/// Tells when a head is parsed: each parse begins at the beginning, and bytes may come one by one.
#[derive(Default)]
struct Lookout {
    /// How much was looked through.
    seen: usize,
    /// How long the line is that is being read, without a carriage return.
    line: usize,
    /// Whether there was a line with something in it; empty ones before that are passed over (RFC 9112 §2.2).
    has_begun: bool,
    /// How much there was at the last parse.
    parsed: usize,
}

impl Lookout {
    /// Whether the head may have ended in what came last, or there is so much more that what is no request shows. The same
    /// bytes come again with every call, and more behind them.
    fn is_worth_parsing(&mut self, bytes: &[u8]) -> bool {
        let mut may_be_whole = false;
        for byte in bytes.get(self.seen..).unwrap_or_default() {
            match byte {
                b'\n' => {
                    may_be_whole |= self.has_begun && self.line == 0;
                    self.line = 0;
                }
                b'\r' => {}
                _ => {
                    self.has_begun = true;
                    self.line = self.line.saturating_add(1);
                }
            }
        }
        self.seen = bytes.len();
        let is_worth = may_be_whole || bytes.len() >= self.parsed.saturating_mul(2);
        if is_worth {
            self.parsed = bytes.len();
        }
        is_worth
    }
}

async fn fill(stream: &mut TcpStream, buffer: &mut Buffer) -> Result<(), Refusal> {
    let mut piece = zeroize::Zeroizing::new([0; 4096]);
    match stream.read(piece.as_mut_slice()).await {
        Ok(0) | Err(_) => Err(Refusal::Gone),
        Ok(count) => buffer
            .push(piece.get(..count).unwrap_or_default())
            .map_err(|_| Refusal::TooLong),
    }
}

/// The head and where it ends; `None`: there is more to come.
fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let end = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Refusal::TooLong),
        Err(_) => return Err(Refusal::NotHttp),
    };
    let target = parsed.path.unwrap_or_default();
    if !target.starts_with('/') {
        return Err(Refusal::NotHttp);
    }
    let method = parsed.method.unwrap_or_default();
    // A field may hold a tab, the name of a host may not (RFC 9110 §7.2).
    let host = single(parsed.headers, "host")?
        .filter(|host| !host.contains(char::is_control))
        .ok_or(Refusal::NotHttp)?;
    let request = Request {
        method: method.to_owned(),
        target: target.to_owned(),
        host: host.to_owned(),
        form: None,
    };
    let length = if method == "POST" {
        form_length(parsed.headers)?
    } else {
        None
    };
    Ok(Some((Head { request, length }, end)))
}

/// The one value of a header; twice, it is not to be read (RFC 9112 §3.2).
fn single<'a>(headers: &[httparse::Header<'a>], name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut found = headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case(name));
    let Some(first) = found.next() else {
        return Ok(None);
    };
    if found.next().is_some() {
        return Err(Refusal::NotHttp);
    }
    std::str::from_utf8(first.value)
        .map(|value| Some(value.trim()))
        .map_err(|_| Refusal::NotHttp)
}

/// How long the posted form is. No browser sends one in pieces (RFC 9112 §7.1).
fn form_length(headers: &[httparse::Header<'_>]) -> Result<Option<usize>, Refusal> {
    if single(headers, "transfer-encoding")?.is_some() {
        return Err(Refusal::NotHttp);
    }
    let media_type = single(headers, "content-type")?.unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let Some(length) = single(headers, "content-length")? else {
        return Ok(None);
    };
    // `parse` alone would take a sign (RFC 9110 §8.6).
    let length: usize = Some(length)
        .filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|length| length.parse().ok())
        .ok_or(Refusal::NotHttp)?;
    if length > bounds::FORM {
        return Err(Refusal::TooLong);
    }
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(None);
    }
    Ok(Some(length))
}

#[cfg(test)]
mod fuzz {
    use keybelt_fuzz::Target;

    use super::*;

    const REQUEST: Target = Target {
        name: "loopback_request",
        words: &[
            "GET ",
            "POST ",
            " HTTP/1.1\r\n",
            "\r\n\r\n",
            "Host: 127.0.0.1:8400\r\n",
            "Content-Length: ",
            "Transfer-Encoding: chunked\r\n",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "?",
            "#",
            "%00",
            "//",
            "http://",
            "+1",
            "18446744073709551616",
            "\0",
        ],
        longest: bounds::FORM + 1,
    };

    #[test]
    fn no_request_panics_takes_long_or_asks_for_more_than_the_bound() {
        REQUEST.run(|input| {
            let Ok(Some((head, end))) = parse(input) else {
                return;
            };
            assert!(end <= input.len());
            assert!(head.request.target.starts_with('/'));
            assert!(head.length.is_none_or(|length| length <= bounds::FORM));
            let shown = [&head.request.target, &head.request.host, &head.request.method];
            assert!(
                shown.iter().all(|text| !text.chars().any(char::is_control)),
                "{shown:?}"
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a request is parsed that comes byte by byte, and whether it was parsed with its last.
    fn parses(request: &[u8]) -> (usize, bool) {
        let mut lookout = Lookout::default();
        let worth: Vec<bool> = (1..=request.len())
            .map(|length| lookout.is_worth_parsing(&request[..length]))
            .collect();
        let times = worth.iter().filter(|worth| **worth).count();
        (times, worth.last() == Some(&true))
    }

    #[test]
    fn a_head_that_comes_byte_by_byte_is_parsed_a_few_times_and_when_it_ends() {
        let long = "x".repeat(bounds::FORM - 100);
        let many = "A: b\r\n".repeat(8_000);
        for head in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\nHost: a\n\n",
            &format!("GET /?{long} HTTP/1.1\r\nHost: a\r\n\r\n"),
            &format!("GET / HTTP/1.1\r\n{many}\r\n"),
        ] {
            let (times, at_end) = parses(head.as_bytes());
            assert!(times < 20 && at_end, "{times} {at_end}");
        }
        for endless in ["\n", "\r", "\r\n", "x", "x\r\n"] {
            let (times, _) = parses(endless.repeat(bounds::FORM / endless.len()).as_bytes());
            assert!(times < 20, "{endless:?} {times}");
        }
        // Whether it comes whole or in pieces, the answer is the same.
        let mut lookout = Lookout::default();
        assert!(lookout.is_worth_parsing(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    #[test]
    fn an_end_that_does_not_end_the_head_is_no_request() {
        // Whatever has an empty line behind a line is whole to the parser, or wrong.
        for head in [
            "GET / HTTP/1.1\n\n",
            "x\n\n",
            "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            " \r\n\r\n",
        ] {
            assert!(!matches!(parse(head.as_bytes()), Ok(None)), "{head:?}");
        }
    }

    #[test]
    fn a_length_is_digits_and_nothing_else() {
        for (length, expected) in [
            ("5", Ok(Some(5))),
            ("+5", Err(Refusal::NotHttp)),
            ("-5", Err(Refusal::NotHttp)),
            ("5, 5", Err(Refusal::NotHttp)),
            ("0x5", Err(Refusal::NotHttp)),
            ("", Err(Refusal::NotHttp)),
            ("65537", Err(Refusal::TooLong)),
        ] {
            let text = format!(
                "POST /cb HTTP/1.1\r\nHost: 127.0.0.1:8400\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
            );
            let found = parse(text.as_bytes()).map(|found| found.unwrap().0.length);
            assert_eq!(found, expected, "{length}");
        }
    }
}
