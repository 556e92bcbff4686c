use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use keybelt_core::{Keybelt, outputs};
use tauri::AppHandle;
use tauri::async_runtime::{JoinHandle, spawn};

use crate::authorization::Bar;
use crate::clipboard::Clipboard;
use crate::imports::Imports;
use crate::links::Links;
use crate::placement::Placement;
use crate::practice::PracticeProvider;
use crate::preferences::Preferences;
use crate::responses::Responses;

/// What the commands and the door work with.
pub struct Desktop {
    /// The program.
    pub app: AppHandle,
    /// The use cases.
    pub keybelt: Keybelt,
    /// The links under way.
    pub links: Links,
    /// What the bar above the authorization page shows.
    pub bar: Arc<Bar>,
    /// The clipboard.
    pub clipboard: Clipboard,
    /// The document that is being imported.
    pub imports: Imports,
    /// The last answer of an API.
    pub responses: Responses,
    /// The practice provider.
    pub practice: PracticeProvider,
    /// The backup that the person chose to restore from.
    pub backup: Mutex<Option<PathBuf>>,
    /// How the person likes the window.
    pub preferences: Preferences,
    /// How the main window was left.
    pub placement: Arc<Placement>,
    /// The deliveries to outputs.
    pub deliveries: Deliveries,
}

/// Tokens on their way to outputs, until stopped.
pub struct Deliveries(Mutex<Option<JoinHandle<()>>>);

impl Deliveries {
    /// Begins to deliver.
    pub fn start(keybelt: Keybelt) -> Self {
        Self(Mutex::new(Some(spawn(outputs::keep_delivered(keybelt)))))
    }

    /// Ends the commands that are run at this moment, so that none outlives its time limit. What they did not take is
    /// delivered by the next process.
    pub async fn stop(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            running.abort();
            // That it was aborted is what it says.
            let _ = running.await;
        }
    }
}
