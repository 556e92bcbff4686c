//! What a link waits for, and what comes instead of it: by the state of OAuth 2, by the token of OAuth 1, or a PIN.

use keybelt_primitives::{Secret, UnixSeconds};
use keybelt_protocol::oauth1::{self, CallbackUri, Pin};
use keybelt_protocol::oauth2;
use keybelt_protocol::oauth2::callback::{Callback, CallbackError};

use crate::trace::Trace;

/// What tells the answer of one link from a stranger's.
pub(super) enum Awaited {
    Oauth1 {
        awaited: oauth1::authorization::Awaited,
        /// Whether the person types in what they were shown: by no other route comes a PIN.
        takes_pin: bool,
    },
    Oauth2(oauth2::authorization_code::Awaited),
}

/// An answer that is this link's.
pub(super) enum Answer {
    /// The person came back to the redirect URI.
    Callback(Callback),
    /// The person came back with what names this link and cannot be read otherwise. It ends the link: nothing better
    /// comes from whoever knows its name.
    Malformed { glimpse: Callback, error: CallbackError },
    /// The person typed in what the provider showed (RFC 5849 §2.2).
    Pin(Pin),
}

impl Answer {
    /// Writes down that it came.
    pub(super) fn trace(&self, trace: &Trace, now: UnixSeconds) {
        match self {
            Self::Callback(callback)
            | Self::Malformed {
                glimpse: callback, ..
            } => trace.came_back(callback.parameters(), now),
            Self::Pin(pin) => trace.came_back([("oauth_verifier", pin.verifier())].into_iter(), now),
        }
    }
}

/// What came.
pub(super) enum Judged {
    /// This link's answer.
    Ours(Answer),
    /// A no that does not say to which link (specs O1-07). It does not end the wait, since anybody can send one.
    NamelessDenial,
    /// Somebody else's, or nothing that could be an answer (specs NA-21).
    Stranger,
}

impl Awaited {
    /// Judges what was caught in the window, pasted, typed in, or brought to the listener as an address.
    #[expect(
        clippy::disallowed_methods,
        reason = "the answer is read where it is parsed, and nowhere else"
    )]
    pub(super) fn judge(&self, text: &Secret<String>) -> Judged {
        if let Self::Oauth1 { takes_pin: true, .. } = self
            && !is_of_an_address(text.expose())
        {
            return Pin::parse(text).map_or(Judged::Stranger, |pin| Judged::Ours(Answer::Pin(pin)));
        }
        match Callback::parse(text.expose()) {
            Ok(callback) => self.judge_callback(callback),
            Err(error) => self.judge_glimpse(Callback::glimpse(text.expose(), self.names()), error),
        }
    }

    /// Judges a form that was posted to the listener. OAuth 1 knows no such answer.
    #[expect(
        clippy::disallowed_methods,
        reason = "the answer is read where it is parsed, and nowhere else"
    )]
    pub(super) fn judge_form(&self, body: &Secret<String>) -> Judged {
        let Self::Oauth2(awaited) = self else {
            return Judged::Stranger;
        };
        let (address, body) = (awaited.redirect_uri().as_str(), body.expose().as_bytes());
        match Callback::from_form(address, body) {
            Ok(callback) => self.judge_callback(callback),
            Err(error) => self.judge_glimpse(Callback::glimpse_of_form(address, body, self.names()), error),
        }
    }

    /// Why the face's text is no answer.
    pub(super) fn refusal(&self) -> &'static str {
        match self {
            Self::Oauth1 {
                awaited,
                takes_pin: true,
            } if awaited.callback() == &CallbackUri::OutOfBand => {
                "That is no PIN: it has 1 to 64 characters and no spaces."
            }
            Self::Oauth1 { takes_pin: true, .. } => {
                "That is neither an address that belongs to the link under way nor a PIN."
            }
            Self::Oauth1 { .. } | Self::Oauth2(_) => "This address does not belong to the link under way.",
        }
    }

    /// What names a link in an answer.
    fn names(&self) -> &'static [&'static str] {
        match self {
            Self::Oauth1 { .. } => &["oauth_token", "denied"],
            Self::Oauth2(_) => &["state"],
        }
    }

    fn is_ours(&self, callback: &Callback) -> bool {
        match self {
            Self::Oauth1 { awaited, .. } => awaited.is_ours(callback),
            Self::Oauth2(awaited) => awaited.is_ours(callback),
        }
    }

    fn judge_glimpse(&self, glimpse: Option<Callback>, error: CallbackError) -> Judged {
        match glimpse {
            Some(glimpse) if self.is_ours(&glimpse) => Judged::Ours(Answer::Malformed { glimpse, error }),
            Some(_) | None => Judged::Stranger,
        }
    }

    fn judge_callback(&self, callback: Callback) -> Judged {
        match self {
            _ if self.is_ours(&callback) => Judged::Ours(Answer::Callback(callback)),
            Self::Oauth1 { awaited, .. } if awaited.is_nameless_denial(&callback) => Judged::NamelessDenial,
            Self::Oauth1 { .. } | Self::Oauth2(_) => Judged::Stranger,
        }
    }
}

/// Whether it is an address, or a piece of one. A PIN is spent when it is tried, so nothing else may pass for one.
fn is_of_an_address(text: &str) -> bool {
    text.contains(":/") || text.contains("oauth_")
}
