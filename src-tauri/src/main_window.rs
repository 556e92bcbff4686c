use std::sync::Arc;

use tauri::{AppHandle, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::front::MAIN;
use crate::placement::{LEAST, Placement};
use crate::preferences::Preferences;

/// Opens the main window as it was left, and keeps how it is left.
pub fn open(app: &AppHandle, placement: Arc<Placement>, preferences: &Preferences) -> tauri::Result<()> {
    let size = placement.size();
    let page = WebviewUrl::App(preferences.page("index.html").into());
    let window = WebviewWindowBuilder::new(app, MAIN, page)
        .title("Keybelt")
        .inner_size(size.width, size.height)
        .min_inner_size(LEAST.0, LEAST.1)
        .on_navigation(is_own_page)
        // A file is dropped onto the page, which reads no more of it than its text.
        .disable_drag_drop_handler()
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .build()?;
    if let Err(error) = placement.restore(&window) {
        tracing::debug!(%error, "the window is not where it was");
    }
    let noted = window.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::Resized(_) | WindowEvent::Moved(_) => note(&placement, &noted),
        WindowEvent::CloseRequested { .. } => {
            note(&placement, &noted);
            placement.save();
        }
        _ => {}
    });
    Ok(())
}

fn note(placement: &Placement, window: &WebviewWindow) {
    if let Err(error) = placement.note(window) {
        tracing::debug!(%error, "how the window stands is not known");
    }
}

/// A window of the program shows the program's own pages only.
pub fn is_own_page(address: &url::Url) -> bool {
    let own = match address.scheme() {
        "tauri" => address.host_str() == Some("localhost"),
        "http" | "https" => address.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    if !own {
        tracing::warn!(
            scheme = address.scheme(),
            "a window of the program was not led elsewhere"
        );
    }
    own
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    #[test]
    fn only_the_programs_own_pages_are_shown() {
        for (address, own) in [
            ("tauri://localhost/index.html", true),
            ("tauri://localhost.evil.example/", false),
            ("https://tauri.localhost.evil.example/", false),
            ("https://example.com/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
        ] {
            assert_eq!(is_own_page(&url::Url::parse(address).unwrap()), own, "{address}");
        }
    }
}
