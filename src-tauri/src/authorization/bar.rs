use std::sync::{Mutex, MutexGuard, PoisonError};

use keybelt_contract::{BarState, Connection, Failure, FailureCode};

use super::origin::Origin;
use crate::front::Front;

/// What the bar above the authorization page shows.
pub struct Bar {
    front: Front,
    shown: Mutex<Option<Shown>>,
}

struct Shown {
    link: u32,
    state: BarState,
}

impl Bar {
    /// A bar with nothing to show yet.
    pub fn new(front: Front) -> Self {
        Self {
            front,
            shown: Mutex::default(),
        }
    }

    /// What it shows; `None` where no page is open.
    pub fn state(&self) -> Option<BarState> {
        self.shown().as_ref().map(|shown| shown.state.clone())
    }

    /// The link whose page is open.
    pub fn link(&self) -> Option<u32> {
        self.shown().as_ref().map(|shown| shown.link)
    }

    /// A link's page opens.
    pub(super) fn show(&self, link: u32, state: BarState) {
        *self.shown() = Some(Shown { link, state });
    }

    /// Its page went elsewhere.
    pub(super) fn moved(&self, link: u32, origin: Origin, connection: Connection) {
        let mut shown = self.shown();
        let Some(shown) = shown.as_mut().filter(|shown| shown.link == link) else {
            return;
        };
        shown.state.origin_prefix = origin.prefix;
        shown.state.origin_domain = origin.domain;
        shown.state.origin_suffix = origin.suffix;
        shown.state.connection = connection;
        self.front.bar_changed(&shown.state);
    }

    /// Its page is closed.
    pub(super) fn hide(&self, link: u32) {
        let mut shown = self.shown();
        if shown.as_ref().is_some_and(|shown| shown.link == link) {
            *shown = None;
        }
    }

    fn shown(&self) -> MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The failure for who asks about a link that has ended.
pub fn gone() -> Failure {
    Failure {
        code: FailureCode::NotFound,
        message: "This link has ended.".to_owned(),
        hint: "Start it again from the main window.".to_owned(),
    }
}
