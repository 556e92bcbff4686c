use std::error::Error;
use std::io;

/// Why an exchange came to nothing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SendError {
    /// The time for the whole exchange ran out. The request may have arrived.
    #[error("no answer in time")]
    TimedOut,
    /// No connection: the name, the network or the port, or not in time. The request never arrived.
    #[error("no connection")]
    Unreachable,
    /// No secure connection: the certificate or the handshake (specs H-01). The request never arrived.
    #[error("no secure connection")]
    Tls,
    /// The connection ended before the answer was complete. The request may have arrived.
    #[error("the connection broke off")]
    Lost,
    /// What came is not HTTP, or does not decompress.
    #[error("not an HTTP answer")]
    Garbled,
    /// The answer is larger than any honest one (specs H-07).
    #[error("the answer is too large")]
    TooLarge,
    /// A redirect where none is followed (specs H-04).
    #[error("a redirect where none is followed")]
    Redirected,
    /// A redirect to where none may go (specs H-05).
    #[error("a redirect to where none may go")]
    RedirectRefused,
    /// One redirect more than are followed (specs H-05).
    #[error("too many redirects")]
    TooManyRedirects,
    /// The request could not be made: a defect of ours.
    #[error("no request: {0}")]
    Defect(String),
}

impl SendError {
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::Defect(innermost(error));
        }
        if error.is_connect() {
            return if is_tls(error) {
                Self::Tls
            } else {
                Self::Unreachable
            };
        }
        match cause::<hyper::Error>(error) {
            Some(error) if error.is_parse_too_large() => Self::TooLarge,
            Some(error) if error.is_parse() => Self::Garbled,
            Some(_) => Self::Lost,
            None if error.is_decode() => Self::Garbled,
            None => Self::Lost,
        }
    }
}

/// The causes of an error, outermost first.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source())
}

fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn is_tls(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| cause.is::<rustls::Error>() || cause.downcast_ref().is_some_and(wraps_tls))
}

/// An `io::Error` passes over what it wraps when it is asked for its source; one may wrap another.
fn wraps_tls(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|wrapped| wrapped.is::<rustls::Error>() || wrapped.downcast_ref().is_some_and(wraps_tls))
}

/// The words of the innermost cause: the outer ones repeat the address with its query.
fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
