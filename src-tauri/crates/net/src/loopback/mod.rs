//! The listener that an authorization's answer comes back to through the system browser (RFC 8252 §7.3).
//!
//! It listens on this machine only, takes the one path, and is not held up by strangers: who says nothing, too little,
//! too much or something else is answered or dropped, and the wait goes on (specs NA-10 to NA-14).

mod request;

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use keybelt_primitives::{Secret, bounds};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use request::{Refusal, Request};

/// Connections that may be talking at once; the oldest gives way to the newest.
const CONNECTIONS: usize = 64;
/// How long one may take to say what it wants.
const REQUEST: Duration = Duration::from_secs(10);
/// How long one may take to read its page.
const RESPONSE: Duration = Duration::from_secs(5);
/// How long to leave the system alone that has no room for another connection.
pub(crate) const BREATH: Duration = Duration::from_millis(50);
/// How often a port is sought that is free on both addresses of `localhost`.
const TRIES: usize = 16;

/// The loopback name in the redirect URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Host {
    /// `127.0.0.1`.
    V4,
    /// `[::1]`.
    V6,
    /// `localhost`: both, where the machine has both (specs NA-12).
    Localhost,
}

impl Host {
    fn name(self) -> &'static str {
        match self {
            Self::V4 => "127.0.0.1",
            Self::V6 => "[::1]",
            Self::Localhost => "localhost",
        }
    }
}

/// What to listen for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The name.
    pub host: Host,
    /// The port, where the redirect URI fixes one; else the system chooses (specs NA-10).
    pub port: Option<u16>,
    /// The exact path.
    pub path: String,
    /// Whether a form may be posted (OAuth 2.0 Form Post Response Mode §2).
    pub form_post: bool,
}

/// Why nothing listens.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BindError {
    /// Another program has the port; no other is picked (specs NA-13).
    #[error("port {port} is taken")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The system keeps the port from this person: on Linux those below 1024, as a rule.
    #[error("port {port} is not for everybody")]
    PortForbidden {
        /// The port.
        port: u16,
    },
    /// This machine has no such address.
    #[error("no loopback address: {0}")]
    Unavailable(String),
}

impl BindError {
    /// What the system said when this port was asked for.
    pub(crate) fn of(error: &io::Error, port: u16) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::PortTaken { port },
            io::ErrorKind::PermissionDenied => Self::PortForbidden { port },
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

/// What came.
pub enum Answer {
    /// The whole address, under this listener's own name.
    Address(Secret<String>),
    /// The posted form.
    Form(Secret<String>),
}

/// Somebody who came to the one path and waits for a page.
pub struct Arrival {
    stream: TcpStream,
    answer: Answer,
}

/// A page, and what it may do: nothing but its own style and script, known by their hashes.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The status code.
    pub status: u16,
    /// The whole document.
    pub html: &'a str,
    /// Sources for `style-src` and `script-src` (Content Security Policy Level 3 §2.3.1), `'sha256-…'`.
    pub sources: Sources<'a>,
}

/// See [`Page::sources`].
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The one style.
    pub style: &'a str,
    /// The one script.
    pub script: &'a str,
}

/// A listener; it is gone when this is dropped. Those who arrived keep their connection.
pub struct Listener {
    port: u16,
    arrivals: mpsc::Receiver<Arrival>,
    _accepting: JoinSet<()>,
}

impl Listener {
    /// Listens from now on.
    ///
    /// # Errors
    /// The port is taken, or there is no such address.
    pub async fn bind(wanted: Wanted) -> Result<Self, BindError> {
        let sockets = bind(wanted.host, wanted.port).await?;
        let port = sockets.first().map(|(_, port)| *port).unwrap_or_default();
        let (sender, arrivals) = mpsc::channel(16);
        let expected = Arc::new(Expected { wanted, port });
        let mut accepting = JoinSet::new();
        for (socket, _) in sockets {
            accepting.spawn(accept(socket, expected.clone(), sender.clone()));
        }
        Ok(Self {
            port,
            arrivals,
            _accepting: accepting,
        })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next who comes to the one path in the right way.
    pub async fn next(&mut self) -> Arrival {
        match self.arrivals.recv().await {
            Some(arrival) => arrival,
            // The accepting tasks live as long as this does.
            None => std::future::pending().await,
        }
    }
}

impl Arrival {
    /// What came.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Shows a page and hangs up. Whoever does not read it is left alone after a while.
    pub async fn respond(mut self, page: Page<'_>) {
        respond(&mut self.stream, page).await;
    }
}

struct Expected {
    wanted: Wanted,
    port: u16,
}

impl Expected {
    /// What `Host` must say (specs NA-14); the default port may be left out (RFC 9110 §4.2.1).
    fn is_named(&self, host: &str) -> bool {
        let name = self.wanted.host.name();
        let rest = host
            .get(..name.len())
            .filter(|start| start.eq_ignore_ascii_case(name))
            .map(|_| &host[name.len()..]);
        rest.is_some_and(|rest| rest == format!(":{}", self.port) || (rest.is_empty() && self.port == 80))
    }

    fn address(&self, target: &str) -> Secret<String> {
        Secret::new(format!(
            "http://{}:{}{target}",
            self.wanted.host.name(),
            self.port
        ))
    }
}

async fn bind(host: Host, port: Option<u16>) -> Result<Vec<(TcpListener, u16)>, BindError> {
    let v4 = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let v6 = |port| SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    match host {
        Host::V4 => Ok(vec![bind_one(v4(port.unwrap_or(0))).await?]),
        Host::V6 => Ok(vec![bind_one(v6(port.unwrap_or(0))).await?]),
        Host::Localhost => {
            for _ in 0..TRIES {
                let (first, chosen) = bind_one(v4(port.unwrap_or(0))).await?;
                match bind_one(v6(chosen)).await {
                    Ok(second) => return Ok(vec![(first, chosen), second]),
                    // A machine without IPv6: nobody else can listen there either.
                    Err(BindError::Unavailable(_)) => return Ok(vec![(first, chosen)]),
                    Err(refused) if port.is_some() => return Err(refused),
                    Err(BindError::PortTaken { .. } | BindError::PortForbidden { .. }) => {}
                }
            }
            Err(BindError::Unavailable(
                "no port is free on both addresses of localhost".to_owned(),
            ))
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this crate opens the sockets")]
async fn bind_one(address: SocketAddr) -> Result<(TcpListener, u16), BindError> {
    let unbound = |error: io::Error| BindError::of(&error, address.port());
    let socket = TcpListener::bind(address).await.map_err(unbound)?;
    let port = socket.local_addr().map_err(unbound)?.port();
    Ok((socket, port))
}

async fn accept(socket: TcpListener, expected: Arc<Expected>, sender: mpsc::Sender<Arrival>) {
    let mut talking = JoinSet::new();
    let mut oldest: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            // Out of files for a moment: those who are talking will end.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        while talking.try_join_next().is_some() {}
        oldest.retain(|handle| !handle.is_finished());
        if oldest.len() >= CONNECTIONS
            && let Some(handle) = oldest.pop_front()
        {
            handle.abort();
        }
        oldest.push_back(talking.spawn(attend(stream, expected.clone(), sender.clone())));
    }
}

async fn attend(mut stream: TcpStream, expected: Arc<Expected>, sender: mpsc::Sender<Arrival>) {
    let read = tokio::time::timeout(REQUEST, request::read(&mut stream, expected.wanted.form_post)).await;
    let outcome = read
        .unwrap_or(Err(Refusal::TooSlow))
        .and_then(|request| judge(&expected, request));
    match outcome {
        Ok(answer) => {
            // Nobody takes arrivals any more: the link is over.
            let _ = sender.send(Arrival { stream, answer }).await;
        }
        Err(Refusal::Gone) => {}
        Err(refusal) => {
            let text = refusal.text();
            write(
                &mut stream,
                refusal.status(),
                "text/plain; charset=utf-8",
                "",
                text,
            )
            .await;
        }
    }
}

fn judge(expected: &Expected, request: Request) -> Result<Answer, Refusal> {
    if !expected.is_named(&request.host) {
        return Err(Refusal::Misdirected);
    }
    let path = request.target.split('?').next().unwrap_or_default();
    if path != expected.wanted.path {
        return Err(Refusal::NotFound);
    }
    match (request.method.as_str(), request.form) {
        ("GET", None) => Ok(Answer::Address(expected.address(&request.target))),
        ("POST", Some(form)) if expected.wanted.form_post => Ok(Answer::Form(form)),
        _ => Err(Refusal::Method),
    }
}

async fn respond(stream: &mut TcpStream, page: Page<'_>) {
    let Sources { style, script } = page.sources;
    let policy = format!(
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
         style-src {style}; script-src {script}\r\n"
    );
    write(
        stream,
        page.status,
        "text/html; charset=utf-8",
        &policy,
        page.html,
    )
    .await;
}

/// Writes an answer and hangs up. Its headers keep the address, which holds a code, from going anywhere (specs SB-13,
/// SB-16).
async fn write(stream: &mut TcpStream, status: u16, media_type: &str, policy: &str, body: &str) {
    let reason = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("");
    let policy = if policy.is_empty() {
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    } else {
        policy
    };
    let text = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Frame-Options: DENY\r\n\
         X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n{policy}\r\n{body}",
        body.len()
    );
    let _ = tokio::time::timeout(RESPONSE, async {
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await?;
        // What is left unread would make the system reset the connection, and the page be lost.
        let mut rest = [0; 4096];
        let mut left = 4 * bounds::FORM;
        while let Ok(count @ 1..) = stream.read(&mut rest).await {
            left = left.saturating_sub(count);
            if left == 0 {
                break;
            }
        }
        io::Result::Ok(())
    })
    .await;
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests are the other side")]
mod tests;
