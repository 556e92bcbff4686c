//! The authorization window: a bar of ours above, and below it a page of the provider's that knows nothing of us.
//!
//! This file holds what is the same on every system: which addresses are let through, what the bar shows, what ends it.
//! [`gtk_window`] draws it.

mod bar;
// This is how it is done under GTK and WebKitGTK; another system gets a file of its own beside this one.
mod gtk_window;
mod origin;
mod policy;

pub use bar::{Bar, gone};

use std::sync::Arc;

use keybelt_contract::{BarState, Connection, ProfileName};
use keybelt_core::link::{FaceError, Visit};
use keybelt_primitives::Secret;
use keybelt_primitives::text::visible;
use tauri::AppHandle;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use url::Url;

use origin::Origin;
use policy::{Judgement, Policy};

/// What an authorization window is opened for.
pub struct Wanted {
    /// The link.
    pub link: u32,
    /// Its profile.
    pub profile: ProfileName,
    /// Where the person has to go.
    pub visit: Visit,
    /// Asks for the person's own browser instead.
    pub use_browser: Box<dyn Fn() + Send>,
    /// The turn, given back when the window is gone: there is one window at a time.
    pub turn: OwnedSemaphorePermit,
}

/// An open authorization window. Dropping it closes the window, and everything the page stored is gone.
pub struct AuthorizationWindow {
    answers: mpsc::UnboundedReceiver<Secret<String>>,
    app: AppHandle,
    link: u32,
}

impl AuthorizationWindow {
    /// Opens the window at the provider's page.
    pub async fn open(app: &AppHandle, bar: Arc<Bar>, wanted: Wanted) -> Result<Self, FaceError> {
        let (give, answers) = mpsc::unbounded_channel();
        let link = wanted.link;
        let policy = Policy::new(&wanted.visit.redirect_uri).ok_or(FaceError::WindowUnavailable)?;
        bar.show(link, first_state(&wanted));
        let conduct = Conduct {
            policy,
            bar,
            answers: give,
            link,
            use_browser: wanted.use_browser,
            _turn: wanted.turn,
        };
        let title = format!("Sign in: {}", visible(&wanted.visit.provider));
        let url = wanted.visit.url;
        let (tell, opened) = oneshot::channel();
        let on_main = app.clone();
        let asked = app.run_on_main_thread(move || {
            let outcome = gtk_window::open(&on_main, &title, &url, conduct);
            if let Err(error) = &outcome {
                tracing::error!(%error, "the authorization window could not be opened");
            }
            let _ = tell.send(outcome.is_ok());
        });
        // Made before it is known whether the window stands: dropped on the way, it closes what was opened.
        let window = Self {
            answers,
            app: app.clone(),
            link,
        };
        if asked.is_ok() && opened.await == Ok(true) {
            Ok(window)
        } else {
            Err(FaceError::WindowUnavailable)
        }
    }

    /// The next address that came back to the redirect URI. `None`: the window was closed.
    pub async fn answer(&mut self) -> Option<Secret<String>> {
        self.answers.recv().await
    }
}

impl Drop for AuthorizationWindow {
    fn drop(&mut self) {
        let link = self.link;
        if let Err(error) = self.app.run_on_main_thread(move || gtk_window::close(link)) {
            tracing::debug!(%error, "the program is at its end");
        }
    }
}

fn first_state(wanted: &Wanted) -> BarState {
    BarState {
        profile: wanted.profile.clone(),
        provider: wanted.visit.provider.clone(),
        origin_prefix: String::new(),
        origin_domain: String::new(),
        origin_suffix: String::new(),
        connection: Connection::Loading,
        scopes: wanted.visit.scopes.clone(),
        practice: wanted.visit.practice,
    }
}

/// What becomes of what the page does. Lives as long as the window.
struct Conduct {
    policy: Policy,
    bar: Arc<Bar>,
    answers: mpsc::UnboundedSender<Secret<String>>,
    link: u32,
    use_browser: Box<dyn Fn() + Send>,
    _turn: OwnedSemaphorePermit,
}

impl Conduct {
    /// Judges an address; an answer is passed on from here.
    fn judge(&self, address: &str) -> Judgement {
        let judgement = self.policy.judge(address);
        match judgement {
            Judgement::Answer => self.pass_on(address),
            Judgement::Unprotected => self.shown(address, Connection::Failed),
            Judgement::Refuse => tracing::info!("the page was not let to where it wanted"),
            Judgement::Load => {}
        }
        judgement
    }

    /// Passes an address on if it is an answer.
    fn take_answer(&self, address: &str) {
        if self.policy.judge(address) == Judgement::Answer {
            self.pass_on(address);
        }
    }

    fn pass_on(&self, answer: &str) {
        // Whoever waited may be gone by now.
        let _ = self.answers.send(Secret::new(answer.to_owned()));
    }

    /// A page is shown now. `tls_holds`: its certificate, where it came by TLS.
    fn committed(&self, address: &str, tls_holds: Option<bool>) {
        let Ok(url) = Url::parse(address) else { return };
        let connection = match (url.scheme(), tls_holds) {
            ("https", Some(true)) => Connection::Secure,
            ("https", _) => Connection::BadCertificate,
            ("http", _) if policy::is_loopback(&url) => Connection::Loopback,
            ("about", _) => Connection::Loading,
            _ => Connection::Failed,
        };
        self.shown(address, connection);
        if policy::refuses_embedded(&url) {
            tracing::info!("the provider takes no embedded browser; the person's own is used");
            (self.use_browser)();
        }
    }

    /// The bar shows this address's origin, and how it came.
    fn shown(&self, address: &str, connection: Connection) {
        let origin = Url::parse(address)
            .map(|url| Origin::of(&url))
            .unwrap_or_default();
        self.bar.moved(self.link, origin, connection);
    }
}

impl Drop for Conduct {
    fn drop(&mut self) {
        self.bar.hide(self.link);
    }
}
