use std::future::Future;

use keybelt_contract::{Account, LinkEvent, LinkStep, Route};
use keybelt_primitives::Secret;

/// Where the person has to go, and what they are told on the way.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The address to open; holds nothing secret.
    pub url: String,
    /// Where the answer will come, exactly; `oob` where it comes nowhere.
    pub redirect_uri: String,
    /// The route taken.
    pub route: Route,
    /// The origin that is asked.
    pub origin: String,
    /// The scopes asked for, in their order.
    pub scopes: Vec<String>,
    /// What people call the provider.
    pub provider: String,
    /// Whether it is the practice provider.
    pub practice: bool,
    /// Hosts that will see a token and are neither the issuer's nor the catalogue's (specs SB-18), sorted.
    pub other_hosts: Vec<String>,
    /// Whether the provider shows a PIN, to be typed in, instead of coming back (RFC 5849 §2.1).
    pub pin: bool,
    /// Whether one is taken too where an address was asked for: some providers show one all the same.
    pub takes_pin: bool,
}

impl Visit {
    /// What `link --json` prints for it.
    pub fn event(&self) -> LinkEvent {
        LinkEvent::AuthorizationUrl {
            url: self.url.clone(),
            redirect_uri: self.redirect_uri.clone(),
        }
    }
}

/// Why a face could not send the person anywhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FaceError {
    /// No browser could be started.
    #[error("no browser could be started")]
    BrowserUnavailable,
    /// The desktop program's window could not be opened.
    #[error("the desktop program could not be started")]
    WindowUnavailable,
}

/// What a link needs of the face it runs in.
pub trait LinkFace: Send {
    /// How far it is: `Preparing`, `Waiting`, `Redeeming`, `Checking`. The end is what `link` returns.
    fn progress(&mut self, step: LinkStep) {
        drop(step);
    }

    /// Sends the person to the provider. Called once, when all that waits for the answer is in place.
    fn send(&mut self, visit: Visit) -> impl Future<Output = Result<(), FaceError>> + Send;

    /// The next address that came, or PIN where one is wanted: caught in the window, pasted, typed in. `None`: the window is closed, or the input at its
    /// end. Where the browser brings the answer to the listener, this never resolves.
    fn next_callback(&mut self) -> impl Future<Output = Option<Secret<String>>> + Send;

    /// Something came that does not belong to this link, or is no PIN; it was refused and the wait goes on.
    fn refused(&mut self, note: &str) {
        let _ = note;
    }
}

/// A link that stands.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The account, new or renewed.
    pub account: Account,
    /// The scopes that were asked for, sorted.
    pub asked_scopes: Vec<String>,
}
