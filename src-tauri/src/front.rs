//! What goes from Rust to the front end: answers of commands and events, nothing else. `RUST_LOG=keybelt_desktop::front=trace`
//! shows all of it, which a test reads to see that nothing secret is among it.

use keybelt_contract::{BarState, CommandWindow, LinkProgress, VaultStatus, events};
use serde::Serialize;
use tauri::{AppHandle, Emitter, Manager};

/// The label of the main window.
pub const MAIN: &str = "main";
/// The label of the bar above the authorization page.
pub const BAR: &str = "bar";

/// The label of the window that a command belongs to.
pub fn label(window: CommandWindow) -> &'static str {
    match window {
        CommandWindow::Main => MAIN,
        CommandWindow::Bar => BAR,
    }
}

/// Shows a window of the program, wherever it is.
pub fn raise(app: &AppHandle, label: &str) {
    let Some(window) = app.get_webview_window(label) else {
        return;
    };
    for step in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = step {
            tracing::debug!(%error, label, "the window was not raised");
        }
    }
}

/// The front end of both windows, to be told of what happens.
#[derive(Clone)]
pub struct Front(AppHandle);

impl Front {
    /// The front end of this program.
    pub fn new(app: AppHandle) -> Self {
        Self(app)
    }

    /// Accounts, profiles or the ledger changed.
    pub fn accounts_changed(&self) {
        self.tell(MAIN, events::ACCOUNTS_CHANGED, &());
    }

    /// A link moved on.
    pub fn link_progress(&self, progress: &LinkProgress) {
        self.tell(MAIN, events::LINK_PROGRESS, progress);
    }

    /// The vault was made, locked or unlocked.
    pub fn vault_changed(&self, status: &VaultStatus) {
        self.tell(MAIN, events::VAULT_CHANGED, status);
    }

    /// The authorization page went elsewhere.
    pub fn bar_changed(&self, state: &BarState) {
        self.tell(BAR, events::BAR_CHANGED, state);
    }

    fn tell<T: Serialize>(&self, label: &str, event: &str, payload: &T) {
        note(label, event, payload);
        if let Err(error) = self.0.emit_to(label, event, payload) {
            tracing::warn!(%error, event, "the window was not told");
        }
    }
}

/// Notes a message that crosses to the front end.
pub fn note<T: Serialize>(label: &str, name: &str, payload: &T) {
    if tracing::enabled!(tracing::Level::TRACE) {
        let payload = serde_json::to_string(payload).unwrap_or_default();
        tracing::trace!(label, name, payload, "to the front end");
    }
}
