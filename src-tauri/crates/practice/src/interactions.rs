//! Sign-in pages that wait for their answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keybelt_primitives::UnixSeconds;

/// How long a sign-in page can be answered, in seconds.
const PAGE_LIFE: i64 = 600;
/// Sign-in pages that wait at once; the oldest goes first.
const MOST_PAGES: usize = 64;

/// The requests whose page waits for an answer, by the unguessable name in its form.
pub(crate) struct Interactions<Wish>(Mutex<BTreeMap<String, Interaction<Wish>>>);

struct Interaction<Wish> {
    wish: Wish,
    expires_at: UnixSeconds,
}

impl<Wish> Default for Interactions<Wish> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Wish> Interactions<Wish> {
    /// Lets a request wait under this name.
    pub(crate) fn put(&self, name: String, wish: Wish, now: UnixSeconds) {
        let mut waiting = self.waiting();
        waiting.retain(|_, interaction| now < interaction.expires_at);
        if waiting.len() >= MOST_PAGES {
            let oldest = waiting
                .iter()
                .min_by_key(|(_, interaction)| interaction.expires_at);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                waiting.remove(&name);
            }
        }
        waiting.insert(
            name,
            Interaction {
                wish,
                expires_at: now.plus(PAGE_LIFE),
            },
        );
    }

    /// Takes the request away: its page is answered once.
    pub(crate) fn take(&self, name: &str, now: UnixSeconds) -> Option<Wish> {
        let interaction = self.waiting().remove(name)?;
        (now < interaction.expires_at).then_some(interaction.wish)
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, Interaction<Wish>>> {
        // Nothing in here can be left half-done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
