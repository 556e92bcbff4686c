//! HTTP as Keybelt speaks it: every exchange bounded in size and time, redirects only where they are harmless.

mod error;
mod observer;
mod redirect;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use hyper_util::client::proxy::matcher::Matcher;
use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{Clock, Endpoint, Secret, bounds, is_loopback_host};
use reqwest::Client;

use crate::buffer::Buffer;
pub use error::SendError;
use observer::Watch;
pub use observer::{Answer, Exchange, Observer, Trouble};
use redirect::{Guard, Source};

/// How long an answer that is here already may take to be read after the time is up.
const WOKEN: Duration = Duration::from_millis(200);

/// The bounds in time; [`Default`] is what the program ships with.
#[derive(Clone, Copy, Debug)]
pub struct NetOptions {
    /// Making a connection, name look-up and TLS included.
    pub connect: Duration,
    /// One whole exchange, redirects included.
    pub exchange: Duration,
}

impl Default for NetOptions {
    fn default() -> Self {
        Self {
            connect: bounds::CONNECT,
            exchange: bounds::EXCHANGE,
        }
    }
}

/// How a request behaves when it is sent somewhere else (specs H-04, H-05).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Conduct {
    /// It carries a code, a refresh token or a client secret: no redirect is followed (RFC 9700 §4.12).
    Credentials,
    /// It reads a public document: up to three redirects.
    Document,
    /// It bears an access token, which stays behind when a redirect leaves the origin.
    Bearer,
    /// A person's own request to an API: whatever comes is the answer, redirects too, up to
    /// [`bounds::API_BODY`], and within a time of its own.
    Api {
        /// How long the exchange may take.
        within: Duration,
    },
}

impl Conduct {
    fn limit(self) -> usize {
        match self {
            Self::Credentials | Self::Document | Self::Bearer => bounds::JSON_DOCUMENT,
            Self::Api { .. } => bounds::API_BODY,
        }
    }
}

/// The HTTP client. Cheap to clone; keeps no cookies and never tries again by itself.
#[derive(Clone)]
pub struct Net {
    inner: Arc<Inner>,
    observer: Option<Arc<dyn Observer>>,
}

struct Inner {
    options: NetOptions,
    clock: Arc<dyn Clock>,
    /// For this machine's loopback, which never goes through a proxy (specs H-14). Each is made when it is first needed:
    /// that reads every certificate authority, and most commands send nothing.
    direct: OnceLock<Client>,
    /// For everything else, through the system's proxy if there is one.
    outward: OnceLock<Client>,
    /// Which hosts that proxy is for.
    proxies: LazyLock<Matcher>,
}

impl Net {
    /// Makes a client. The system's proxies and certificate authorities are read once, for the first request.
    pub fn new(options: NetOptions, clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            direct: OnceLock::new(),
            outward: OnceLock::new(),
            proxies: LazyLock::new(Matcher::from_system),
            options,
            clock,
        };
        Self {
            inner: Arc::new(inner),
            observer: None,
        }
    }

    /// The same client, whose exchanges are shown to an observer.
    pub fn observed(&self, observer: Arc<dyn Observer>) -> Self {
        Self {
            inner: self.inner.clone(),
            observer: Some(observer),
        }
    }

    /// Sends one request and reads the whole answer. Any HTTP status is an answer, but for redirects:
    /// what becomes of those, `conduct` says.
    pub async fn send(&self, request: Request, conduct: Conduct) -> Result<Response, SendError> {
        let is_over_time = AtomicBool::new(false);
        let watch = Watch {
            observer: self.observer.as_deref(),
            clock: self.inner.clock.as_ref(),
            is_over_time: &is_over_time,
        };
        let exchange = self.inner.exchange(request, conduct, watch);
        tokio::pin!(exchange);
        let patience = match conduct {
            Conduct::Credentials | Conduct::Document | Conduct::Bearer => self.inner.options.exchange,
            Conduct::Api { within } => within,
        };
        if let Ok(outcome) = tokio::time::timeout(patience, &mut exchange).await {
            return outcome;
        }
        // A machine that slept wakes to a time that is up, and to an answer that has long come.
        let outcome = tokio::time::timeout(WOKEN, exchange).await;
        is_over_time.store(outcome.is_err(), Ordering::Relaxed);
        outcome.unwrap_or(Err(SendError::TimedOut))
    }
}

impl Inner {
    async fn exchange(
        &self,
        request: Request,
        conduct: Conduct,
        watch: Watch<'_>,
    ) -> Result<Response, SendError> {
        let sent_at = self.clock.now();
        let Request {
            method,
            mut url,
            headers,
            body,
        } = request;
        let mut headers = header_map(headers);
        let mut body = body.map(Arc::new);
        let mut client = self.client_for(&url)?.clone();
        let mut followed = 0;
        loop {
            let mut outgoing = client
                .request(method.clone(), url.url().clone())
                .headers(headers.clone());
            let body = body.take();
            if let Some(body) = &body {
                outgoing = outgoing.body(wiped_after_use(body.clone()));
            }
            let mut under_way = watch.begin(&method, &url, &headers, body);
            let answer = match outgoing.send().await {
                Ok(answer) => answer,
                Err(error) => return Err(under_way.failed(SendError::of(&error))),
            };
            under_way.answered(answer.status().as_u16(), answer.headers());
            if !is_redirect(answer.status()) || matches!(conduct, Conduct::Api { .. }) {
                let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
                let body = match read(answer, conduct.limit()).await {
                    Ok(body) => body,
                    Err(error) => return Err(under_way.failed(error)),
                };
                let response = Response {
                    status,
                    headers,
                    body,
                    url,
                    sent_at,
                };
                under_way.complete(&response);
                return Ok(response);
            }
            if conduct == Conduct::Credentials || method != Method::GET {
                return Err(under_way.failed(SendError::Redirected));
            }
            if followed == bounds::REDIRECTS {
                return Err(under_way.failed(SendError::TooManyRedirects));
            }
            let (next, guard) = match self.onward(&url, &answer).await {
                Ok(onward) => onward,
                Err(error) => return Err(under_way.failed(error)),
            };
            under_way.redirected();
            client = match guard {
                Guard::None => self.client_for(&next)?.clone(),
                Guard::Pinned(resolver) => built(builder(&self.options).dns_resolver(resolver))?,
            };
            if next.origin() != url.origin() {
                keep_credentials_back(&mut headers);
            }
            url = next;
            followed += 1;
        }
    }

    /// Where a redirect goes, if it may.
    async fn onward(
        &self,
        url: &Endpoint,
        answer: &reqwest::Response,
    ) -> Result<(Endpoint, Guard), SendError> {
        let next = redirect::target(url, answer.headers())?;
        let guard = self.source(url, answer).guard(&next).await?;
        Ok((next, guard))
    }

    fn client_for(&self, url: &Endpoint) -> Result<&Client, SendError> {
        let (kept, builder) = if url.url().host().is_some_and(|host| is_loopback_host(&host)) {
            (&self.direct, builder(&self.options).no_proxy())
        } else {
            (&self.outward, builder(&self.options))
        };
        if let Some(client) = kept.get() {
            return Ok(client);
        }
        let made = built(builder)?;
        // Of two that are made at once one is kept, and its connections.
        Ok(kept.get_or_init(|| made))
    }

    /// Whether the answer came from a public host, by the address it really came from.
    fn source(&self, url: &Endpoint, answer: &reqwest::Response) -> Source {
        let proxied = url
            .as_str()
            .parse()
            .is_ok_and(|uri| self.proxies.intercept(&uri).is_some());
        Source::of(
            url,
            answer.remote_addr().map(|peer| peer.ip()).filter(|_| !proxied),
        )
    }
}

fn builder(options: &NetOptions) -> reqwest::ClientBuilder {
    Client::builder()
        .user_agent(concat!("Keybelt/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(options.connect)
        // Many servers hang up after five idle seconds; a request that meets the closing door would count as lost.
        .pool_idle_timeout(Duration::from_secs(3))
}

fn built(builder: reqwest::ClientBuilder) -> Result<Client, SendError> {
    builder.build().map_err(|error| SendError::of(&error))
}

fn is_redirect(status: http::StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// In a map, none lost where a name stands twice.
fn header_map(headers: Vec<(HeaderName, HeaderValue)>) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        map.append(name, value);
    }
    map
}

/// Takes out what may not go to another origin (specs H-05).
fn keep_credentials_back(headers: &mut HeaderMap) {
    let secret: Vec<HeaderName> = headers
        .iter()
        .filter(|(_, value)| value.is_sensitive())
        .map(|(name, _)| name.clone())
        .collect();
    for name in secret.into_iter().chain([header::AUTHORIZATION, header::COOKIE]) {
        headers.remove(name);
    }
}

/// Reads a body to its end, or to its bound (specs H-07): what is counted is what comes out of the decompression.
async fn read(mut answer: reqwest::Response, limit: usize) -> Result<Secret<Vec<u8>>, SendError> {
    let mut body = Buffer::up_to(limit);
    while let Some(piece) = answer.chunk().await.map_err(|error| SendError::of(&error))? {
        body.push(&piece).map_err(|_| SendError::TooLarge)?;
    }
    Ok(body.into_secret())
}

/// The body as the HTTP client takes it, still wiped when it has been sent.
fn wiped_after_use(body: Arc<Secret<Vec<u8>>>) -> reqwest::Body {
    struct Owner(Arc<Secret<Vec<u8>>>);
    impl AsRef<[u8]> for Owner {
        #[expect(
            clippy::disallowed_methods,
            reason = "the form with the code or the refresh token is what is sent"
        )]
        fn as_ref(&self) -> &[u8] {
            self.0.expose()
        }
    }
    reqwest::Body::from(Bytes::from_owner(Owner(body)))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests are the other side")]
mod tests;
