//! What other processes commit to the vault, heard by this one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keybelt_vault::{Touches, Vault};
use tokio::sync::Notify;

use crate::Keybelt;
use crate::keybelt::Event;

/// When to look after a touch of the files: it comes before its commit can be read, on a slow disk long before.
const AFTER_TOUCH: &[Duration] = &[
    Duration::from_millis(3),
    Duration::from_millis(10),
    Duration::from_millis(30),
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_secs(1),
];
/// When to look without one: a file system may not tell of touches.
const NOW_AND_THEN: Duration = Duration::from_secs(5);
/// The same where no touches can be had, as long as there is no folder to watch.
const WITHOUT_TOUCHES: Duration = Duration::from_millis(500);

/// Announces [`Event::AccountsChanged`] after each commit of another process, for as long as the future lives. A vault
/// that is made later is heard too; one that is not open in this process is not opened by this.
pub async fn hear(keybelt: Keybelt) {
    let mut ear = Ear::new(&keybelt);
    let mut heard = Heard::default();
    loop {
        ear.wait().await;
        if heard.anything(&keybelt).await {
            keybelt.announce(Event::AccountsChanged);
        }
    }
}

/// Waits until it is worth while to look.
struct Ear {
    keybelt: Keybelt,
    touched: Arc<(AtomicBool, Notify)>,
    touches: Option<Touches>,
    /// How often was looked since the last touch.
    looks: usize,
}

impl Ear {
    fn new(keybelt: &Keybelt) -> Self {
        let mut ear = Self {
            keybelt: keybelt.clone(),
            touched: Arc::default(),
            touches: None,
            looks: 0,
        };
        ear.listen();
        ear
    }

    fn listen(&mut self) {
        let touched = self.touched.clone();
        self.touches = Touches::of(self.keybelt.home(), move || {
            touched.0.store(true, Ordering::Release);
            touched.1.notify_one();
        });
    }

    async fn wait(&mut self) {
        // Once the folder was moved aside, the watch is on what is nobody's home any more.
        self.touches = self.touches.take().filter(Touches::are_of_home);
        if self.touches.is_none() {
            self.listen();
            if self.touches.is_none() {
                tokio::time::sleep(WITHOUT_TOUCHES).await;
                return;
            }
            // What was committed before it could be heard.
            self.looks = 0;
        }
        match AFTER_TOUCH.get(self.looks) {
            // Not cut short by the next touch: a busy vault would never be looked at.
            Some(pause) => tokio::time::sleep(*pause).await,
            None => {
                // No touch in time is an outcome too.
                let _ = tokio::time::timeout(NOW_AND_THEN, self.touched.1.notified()).await;
            }
        }
        self.looks = if self.touched.0.swap(false, Ordering::AcqRel) {
            0
        } else {
            self.looks.saturating_add(1)
        };
    }
}

/// What was there at the last look.
#[derive(Default)]
struct Heard {
    vault: Option<Arc<Vault>>,
    commits: Option<i64>,
    is_there: bool,
}

impl Heard {
    /// Whether there is anything new since the last look.
    async fn anything(&mut self, keybelt: &Keybelt) -> bool {
        let Some(vault) = keybelt.door().current() else {
            let is_there = keybelt.home().join(keybelt_vault::FILE).exists();
            let is_new = is_there && !self.is_there;
            *self = Self {
                is_there,
                ..Self::default()
            };
            return is_new;
        };
        let commits = match keybelt.door().run(&vault, |vault| vault.commits()).await {
            Ok(commits) => Some(commits),
            Err(error) => {
                tracing::warn!(%error, "the vault could not be looked at");
                None
            }
        };
        let is_same_vault = self
            .vault
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, &vault));
        let is_same = is_same_vault && self.commits == commits;
        *self = Self {
            vault: Some(vault),
            commits,
            is_there: true,
        };
        !is_same
    }
}
