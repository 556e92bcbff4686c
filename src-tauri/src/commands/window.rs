use keybelt_contract::{Failure, Preferences, WindowLayout};

use crate::desktop::Desktop;

pub async fn preferences(desktop: &Desktop) -> Result<Preferences, Failure> {
    Ok(desktop.preferences.now())
}

pub async fn keep_preferences(desktop: &Desktop, preferences: Preferences) -> Result<(), Failure> {
    desktop.preferences.keep(preferences);
    Ok(())
}

pub async fn window_layout(desktop: &Desktop) -> Result<WindowLayout, Failure> {
    Ok(desktop.placement.layout())
}

pub async fn keep_window_layout(desktop: &Desktop, layout: WindowLayout) -> Result<(), Failure> {
    desktop.placement.keep_layout(layout);
    Ok(())
}
