use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

use crate::front::MAIN;

/// Opens the main window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Keybelt")
        .inner_size(1100.0, 720.0)
        .min_inner_size(720.0, 560.0)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .build()
        .map(drop)
}

/// Shows the main window, wherever it is.
pub fn raise(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    for step in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = step {
            tracing::debug!(%error, "the window was not raised");
        }
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
