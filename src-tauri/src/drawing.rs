//! How the program's own pages are drawn.

use tauri::WebviewWindow;

/// Has a window of the program drawn by the processor alone. Its pages are text and lines: drawn by the graphics card they
/// take 70 MiB more, are there later, and with some drivers do not appear at all. Pages of providers are left as they are.
pub fn by_the_processor(window: &WebviewWindow) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
        window.with_webview(|webview| {
            if let Some(settings) = WebViewExt::settings(&webview.inner()) {
                settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            }
        })
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = window;
        Ok(())
    }
}
