use keybelt_contract::{BarState, Failure};

use crate::authorization::gone;
use crate::desktop::Desktop;

pub async fn bar_state(desktop: &Desktop) -> Result<BarState, Failure> {
    desktop.bar.state().ok_or_else(gone)
}

pub async fn bar_cancel(desktop: &Desktop) -> Result<(), Failure> {
    desktop.links.cancel(desktop.bar.link().ok_or_else(gone)?);
    Ok(())
}

pub async fn bar_use_browser(desktop: &Desktop) -> Result<(), Failure> {
    desktop
        .links
        .use_browser(desktop.bar.link().ok_or_else(gone)?)
        .map(drop)
}
