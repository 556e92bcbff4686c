//! The clipboard: the one place of this face where a secret is opened, on the person's act, and cleared after a while.

// This is how it is done under GTK; another system gets a file of its own beside this one.
mod gtk_clipboard;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keybelt_primitives::Secret;
use tauri::AppHandle;

/// How long a token stays on the clipboard.
pub const LIFE: Duration = Duration::from_secs(30);

/// The clipboard, as far as Keybelt put something there.
#[derive(Clone)]
pub struct Clipboard {
    app: AppHandle,
    turns: Arc<AtomicU64>,
}

impl Clipboard {
    /// The system's clipboard.
    pub fn new(app: AppHandle) -> Self {
        Self {
            app,
            turns: Arc::default(),
        }
    }

    /// Puts a secret there, for [`LIFE`].
    pub fn put(&self, secret: Secret<String>) {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed) + 1;
        self.on_main_thread(move || gtk_clipboard::put(secret));
        let clipboard = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(LIFE).await;
            if clipboard.turns.load(Ordering::Relaxed) == turn {
                clipboard.clear();
            }
        });
    }

    /// Takes it back, if it is still there; what somebody else copied since stays.
    pub fn clear(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
        self.on_main_thread(gtk_clipboard::clear);
    }

    fn on_main_thread(&self, act: impl FnOnce() + Send + 'static) {
        if let Err(error) = self.app.run_on_main_thread(act) {
            tracing::warn!(%error, "the clipboard was not reached");
        }
    }
}
