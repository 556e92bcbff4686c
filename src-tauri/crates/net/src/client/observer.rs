//! Exchanges shown to whoever asked to see them: each one as it ends, however it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{HeaderMap, Method};
use keybelt_primitives::wire::Response;
use keybelt_primitives::{Clock, Endpoint, Secret, UnixMillis};

use super::SendError;

/// Is shown every exchange of a [`super::Net`], redirects one by one, before whoever sent the request hears of it.
pub trait Observer: Send + Sync {
    /// An exchange has ended. Called in the middle of it all: whatever takes long holds the request up.
    fn saw(&self, exchange: &Exchange<'_>);
}

/// One request on the wire and what became of it. It has no `Debug`, since it holds every secret that was sent.
pub struct Exchange<'a> {
    /// The method.
    pub method: &'a Method,
    /// Where to.
    pub url: &'a Endpoint,
    /// The headers that were asked for; `Host`, `User-Agent` and those of the connection go besides.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: Option<&'a Secret<Vec<u8>>>,
    /// When it was sent, by our clock.
    pub sent_at: UnixMillis,
    /// How long it took, by the same clock.
    pub took: Duration,
    /// What came back, as far as it came.
    pub answer: Option<Answer<'a>>,
    /// Why that is not all.
    pub trouble: Option<Trouble<'a>>,
}

/// What came back.
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// The headers as they came.
    pub headers: &'a HeaderMap,
    /// The decompressed body. `None`: it was not read.
    pub body: Option<&'a Secret<Vec<u8>>>,
}

/// Why an exchange did not come to its end.
pub enum Trouble<'a> {
    /// It failed.
    Failed(&'a SendError),
    /// Nobody waited for it any longer.
    Abandoned,
}

/// An exchange under way, told to the observer when it ends: at the latest when it is dropped.
pub(super) struct UnderWay<'a> {
    observer: Option<&'a dyn Observer>,
    clock: &'a dyn Clock,
    is_over_time: &'a AtomicBool,
    method: Method,
    url: Endpoint,
    headers: HeaderMap,
    body: Option<Arc<Secret<Vec<u8>>>>,
    sent_at: UnixMillis,
    answer: Option<(u16, HeaderMap)>,
}

/// What all exchanges of one request have in common.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub(super) observer: Option<&'a dyn Observer>,
    pub(super) clock: &'a dyn Clock,
    /// Set where the time was up, before what is under way is dropped.
    pub(super) is_over_time: &'a AtomicBool,
}

impl<'a> Watch<'a> {
    /// An exchange that begins now.
    pub(super) fn begin(
        self,
        method: &Method,
        url: &Endpoint,
        headers: &HeaderMap,
        body: Option<Arc<Secret<Vec<u8>>>>,
    ) -> UnderWay<'a> {
        UnderWay {
            observer: self.observer,
            clock: self.clock,
            is_over_time: self.is_over_time,
            method: method.clone(),
            url: url.clone(),
            headers: headers.clone(),
            body,
            sent_at: self.clock.now_millis(),
            answer: None,
        }
    }
}

impl UnderWay<'_> {
    /// The head of the answer is here.
    pub(super) fn answered(&mut self, status: u16, headers: &HeaderMap) {
        if self.observer.is_some() {
            self.answer = Some((status, headers.clone()));
        }
    }

    /// It is over: a redirect, whose body is not read.
    pub(super) fn redirected(mut self) {
        self.tell(None, None);
    }

    /// It is over: the whole answer is here.
    pub(super) fn complete(mut self, response: &Response) {
        self.tell(Some(&response.body), None);
    }

    /// It failed.
    pub(super) fn failed(mut self, error: SendError) -> SendError {
        self.tell(None, Some(Trouble::Failed(&error)));
        error
    }

    fn tell(&mut self, body: Option<&Secret<Vec<u8>>>, trouble: Option<Trouble<'_>>) {
        let Some(observer) = self.observer.take() else {
            return;
        };
        let took = self.clock.now_millis().0.saturating_sub(self.sent_at.0);
        observer.saw(&Exchange {
            method: &self.method,
            url: &self.url,
            headers: &self.headers,
            body: self.body.as_deref(),
            sent_at: self.sent_at,
            took: Duration::from_millis(u64::try_from(took).unwrap_or(0)),
            answer: self.answer.as_ref().map(|(status, headers)| Answer {
                status: *status,
                headers,
                body,
            }),
            trouble,
        });
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let trouble = if self.is_over_time.load(Ordering::Relaxed) {
            Trouble::Failed(&SendError::TimedOut)
        } else {
            Trouble::Abandoned
        };
        self.tell(None, Some(trouble));
    }
}
