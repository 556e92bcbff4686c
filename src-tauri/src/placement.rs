//! How the main window was left: its size, its place, the width of its list. Kept in the home, for nobody's secret.

use std::path::Path;
use std::sync::MutexGuard;

use keybelt_contract::WindowLayout;
use serde::{Deserialize, Serialize};
use tauri::{LogicalPosition, LogicalSize, WebviewWindow};

use crate::kept_file::KeptFile;

/// The file's name in the home.
const FILE: &str = "window.json";

/// The least size of the main window, in logical pixels.
pub const LEAST: (f64, f64) = (720.0, 560.0);
/// Its size at first.
const FIRST: (f64, f64) = (1100.0, 720.0);

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
struct Kept {
    /// In logical pixels, as it is when it is not maximized.
    size: Option<(f64, f64)>,
    /// Its upper left corner, likewise.
    place: Option<(f64, f64)>,
    maximized: bool,
    layout: WindowLayout,
}

/// How the main window was left, as far as that is known.
pub struct Placement(KeptFile<Kept>);

impl Placement {
    /// As it was left in this home. What cannot be read was never kept.
    pub fn of(home: &Path) -> Self {
        Self(KeptFile::of(home, FILE))
    }

    /// The size to open it with.
    pub fn size(&self) -> LogicalSize<f64> {
        let (width, height) = self.kept().size.unwrap_or(FIRST);
        LogicalSize::new(width.max(LEAST.0), height.max(LEAST.1))
    }

    /// What the front end draws.
    pub fn layout(&self) -> WindowLayout {
        self.kept().layout
    }

    /// Keeps what the front end draws.
    pub fn keep_layout(&self, layout: WindowLayout) {
        self.kept().layout = layout;
        self.save();
    }

    /// Puts the window where it was, if there is still a monitor.
    pub fn restore(&self, window: &WebviewWindow) -> tauri::Result<()> {
        let kept = self.kept().clone();
        if let Some((left, top)) = kept.place {
            // A corner that the person can take hold of.
            let scale = window.scale_factor()?;
            if window
                .monitor_from_point((left + 40.0) * scale, (top + 10.0) * scale)?
                .is_some()
            {
                window.set_position(LogicalPosition::new(left, top))?;
            }
        }
        if kept.maximized {
            window.maximize()?;
        }
        Ok(())
    }

    /// Notes how it stands now.
    pub fn note(&self, window: &WebviewWindow) -> tauri::Result<()> {
        if window.is_minimized()? || window.is_fullscreen()? {
            return Ok(());
        }
        let maximized = window.is_maximized()?;
        let scale = window.scale_factor()?;
        let size = window.inner_size()?.to_logical::<f64>(scale);
        let place = window.outer_position()?.to_logical::<f64>(scale);
        let mut kept = self.kept();
        kept.maximized = maximized;
        if !maximized {
            kept.size = Some((size.width, size.height));
            kept.place = Some((place.x, place.y));
        }
        Ok(())
    }

    /// Writes it down.
    pub fn save(&self) {
        self.0.save();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.value()
    }
}

#[cfg(test)]
mod tests {
    use keybelt_contract::AccountOrder;

    use super::*;

    #[test]
    fn what_was_kept_is_there_again_and_what_is_damaged_is_as_if_it_never_was() {
        let home = tempfile::tempdir().unwrap();
        let placement = Placement::of(home.path());
        assert_eq!(placement.size(), LogicalSize::new(FIRST.0, FIRST.1));
        placement.kept().size = Some((1400.0, 300.0));
        placement.keep_layout(WindowLayout {
            list_width: Some(400),
            order: AccountOrder::Who,
        });
        let again = Placement::of(home.path());
        assert_eq!(again.size(), LogicalSize::new(1400.0, LEAST.1));
        assert_eq!(again.layout().list_width, Some(400));
        assert_eq!(again.layout().order, AccountOrder::Who);
        for damaged in ["", "[]", r#"{"size":"big"}"#, r#"{"layout":{"list_width":-1}}"#] {
            std::fs::write(home.path().join(FILE), damaged).unwrap();
            assert_eq!(*Placement::of(home.path()).kept(), Kept::default(), "{damaged}");
        }
    }
}
