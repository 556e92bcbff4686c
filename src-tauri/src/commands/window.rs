use keybelt_contract::{Failure, WindowLayout};

use crate::desktop::Desktop;

pub async fn window_layout(desktop: &Desktop) -> Result<WindowLayout, Failure> {
    Ok(desktop.placement.layout())
}

pub async fn keep_window_layout(desktop: &Desktop, layout: WindowLayout) -> Result<(), Failure> {
    desktop.placement.keep_layout(layout);
    Ok(())
}
