use std::sync::Arc;

use keybelt_core::Keybelt;

use crate::authorization::Bar;
use crate::clipboard::Clipboard;
use crate::links::Links;
use crate::placement::Placement;
use crate::practice::PracticeProvider;

/// What the commands and the door work with.
pub struct Desktop {
    /// The use cases.
    pub keybelt: Keybelt,
    /// The links under way.
    pub links: Links,
    /// What the bar above the authorization page shows.
    pub bar: Arc<Bar>,
    /// The clipboard.
    pub clipboard: Clipboard,
    /// The practice provider.
    pub practice: PracticeProvider,
    /// How the main window was left.
    pub placement: Arc<Placement>,
}
