//! The program from its start to its end.

use std::sync::{Arc, Mutex};

use keybelt_contract::{Failure, FailureCode};
use keybelt_core::desktop::{Claim, Instance, claim};
use keybelt_core::{Event, Keybelt, Setup, commits, refresh, vault};
use tauri::async_runtime::{block_on, spawn};
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::Arguments;
use crate::authorization::Bar;
use crate::clipboard::Clipboard;
use crate::commands;
use crate::desktop::{Deliveries, Desktop};
use crate::door::Windows;
use crate::front::{Front, MAIN};
use crate::imports::Imports;
use crate::links::Links;
use crate::main_window;
use crate::placement::Placement;
use crate::practice::PracticeProvider;
use crate::preferences::Preferences;
use crate::responses::Responses;

/// Shows the window until it is closed; or raises the one that is there.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if gtk::init().is_err() {
        return Err(failed(
            "There is no display to show a window on.",
            "Use `keybelt`, the command line.",
        ));
    }
    let home = arguments.home().ok_or_else(|| {
        failed(
            "This system names no folder for Keybelt's data.",
            "Say one with --home DIR.",
        )
    })?;
    let keybelt = Keybelt::new(Setup {
        passphrase_file: std::env::var_os("KEYBELT_PASSPHRASE_FILE")
            .filter(|file| !file.is_empty())
            .map(Into::into),
        ..Setup::at(home)
    });
    let instance = match block_on(claim(&keybelt))? {
        Claim::First(instance) => instance,
        Claim::Raised => return Ok(()),
    };
    let program = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .setup(move |app| Ok(start(app.handle(), keybelt, instance)?))
        .build(tauri::generate_context!())
        .map_err(|error| {
            tracing::error!(%error, "no window");
            failed(
                "The window could not be opened.",
                "Use `keybelt`, the command line.",
            )
        })?;
    program.run(|app, event| match event {
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::Destroyed,
            ..
        } if label == MAIN => end(app),
        // The last window is gone: `end` says when, for an answer may still be on its way.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        _ => {}
    });
    Ok(())
}

fn start(app: &AppHandle, keybelt: Keybelt, instance: Instance) -> tauri::Result<()> {
    let front = Front::new(app.clone());
    let bar = Arc::new(Bar::new(front.clone()));
    let links = Links::new(app.clone(), keybelt.clone(), front.clone(), bar.clone());
    let placement = Arc::new(Placement::of(keybelt.home()));
    app.manage(Desktop {
        app: app.clone(),
        keybelt: keybelt.clone(),
        links: links.clone(),
        bar,
        clipboard: Clipboard::new(app.clone()),
        imports: Imports::default(),
        responses: Responses::default(),
        practice: PracticeProvider::default(),
        backup: Mutex::default(),
        preferences: Preferences::of(keybelt.home()),
        placement: placement.clone(),
        deliveries: Deliveries::start(keybelt.clone()),
    });
    // It opens the vault: that goes on while the webview is made, which takes longer.
    spawn(tell_events(app.clone(), keybelt.clone(), front));
    main_window::open(app, placement, &app.state::<Desktop>().preferences)?;
    spawn(instance.serve(Arc::new(Windows {
        app: app.clone(),
        links,
    })));
    spawn(refresh::keep_fresh(keybelt.clone()));
    spawn(commits::hear(keybelt));
    Ok(())
}

/// Tells the main window what happens, in this process or another.
async fn tell_events(app: AppHandle, keybelt: Keybelt, front: Front) {
    let mut events = keybelt.subscribe();
    let desktop = app.state::<Desktop>();
    let mut had_vault = has_vault(&keybelt).await;
    desktop.practice.resume(&keybelt).await;
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::VaultChanged,
            Err(RecvError::Closed) => return,
        };
        // The first record that another process stored made the vault as well.
        if event == Event::VaultChanged || !had_vault {
            had_vault = tell_vault(&keybelt, &front).await;
            desktop.practice.resume(&keybelt).await;
        }
        front.accounts_changed();
    }
}

async fn has_vault(keybelt: &Keybelt) -> bool {
    vault::status(keybelt)
        .await
        .is_ok_and(|status| status.key_source.is_some())
}

/// Tells how the vault stands, and gives whether there is one.
async fn tell_vault(keybelt: &Keybelt, front: &Front) -> bool {
    match vault::status(keybelt).await {
        Ok(status) => {
            front.vault_changed(&status);
            status.key_source.is_some()
        }
        Err(error) => {
            tracing::warn!(%error, "how the vault stands is not known");
            true
        }
    }
}

/// The main window is closed: what is under way is cancelled, so that nothing of it stays in the vault.
fn end(app: &AppHandle) {
    let app = app.clone();
    spawn(async move {
        let desktop = app.state::<Desktop>();
        desktop.clipboard.clear();
        desktop.links.cancel_all().await;
        // An answer that is on its way may hold the only good token.
        desktop.keybelt.settle().await;
        desktop.deliveries.stop().await;
        app.exit(0);
    });
}

fn failed(message: &str, hint: &str) -> Failure {
    Failure {
        code: FailureCode::RouteUnavailable,
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}
