//! What a link waits for, and what comes instead of it: by the state of OAuth 2, by the token of OAuth 1, or a PIN.

use keybelt_primitives::Secret;
use keybelt_protocol::oauth1::{self, CallbackUri, Pin};
use keybelt_protocol::oauth2;
use keybelt_protocol::oauth2::callback::Callback;

/// What tells the answer of one link from a stranger's.
pub(super) enum Awaited {
    Oauth1(oauth1::authorization::Awaited),
    Oauth2(oauth2::authorization_code::Awaited),
}

/// An answer that is this link's.
pub(super) enum Answer {
    /// The person came back to the redirect URI.
    Callback(Callback),
    /// The person typed in what the provider showed (RFC 5849 §2.2).
    Pin(Pin),
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
        if self.wants_pin() {
            // Whoever pastes an address has pasted something else: a PIN is spent when it is tried.
            if text.expose().contains("://") {
                return Judged::Stranger;
            }
            return Pin::parse(text).map_or(Judged::Stranger, |pin| Judged::Ours(Answer::Pin(pin)));
        }
        match Callback::parse(text.expose()) {
            Ok(callback) => self.judge_callback(callback),
            Err(_) => Judged::Stranger,
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
        match Callback::from_form(awaited.redirect_uri().as_str(), body.expose().as_bytes()) {
            Ok(callback) => self.judge_callback(callback),
            Err(_) => Judged::Stranger,
        }
    }

    /// Whether the answer is a PIN.
    pub(super) fn wants_pin(&self) -> bool {
        match self {
            Self::Oauth1(awaited) => awaited.callback() == &CallbackUri::OutOfBand,
            Self::Oauth2(_) => false,
        }
    }

    fn judge_callback(&self, callback: Callback) -> Judged {
        let is_ours = match self {
            Self::Oauth1(awaited) => awaited.is_ours(&callback),
            Self::Oauth2(awaited) => awaited.is_ours(&callback),
        };
        match self {
            _ if is_ours => Judged::Ours(Answer::Callback(callback)),
            Self::Oauth1(awaited) if awaited.is_nameless_denial(&callback) => Judged::NamelessDenial,
            Self::Oauth1(_) | Self::Oauth2(_) => Judged::Stranger,
        }
    }
}
