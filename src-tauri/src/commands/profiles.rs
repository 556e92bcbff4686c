use keybelt_contract::{
    Discovered, Failure, ImportPreview, Profile, ProfileChange, ProfileDraft, ProfileName, Provider,
    ProviderSummary, Typed,
};
use keybelt_core::{discover as discovery, profiles, providers};

use crate::desktop::Desktop;

pub async fn list_profiles(desktop: &Desktop) -> Result<Vec<Profile>, Failure> {
    Ok(profiles::list(&desktop.keybelt).await?)
}

pub async fn show_profile(desktop: &Desktop, profile: ProfileName) -> Result<Profile, Failure> {
    Ok(profiles::show(&desktop.keybelt, &profile).await?)
}

pub async fn add_profile(desktop: &Desktop, draft: ProfileDraft) -> Result<Profile, Failure> {
    Ok(profiles::add_from_window(&desktop.keybelt, draft).await?)
}

pub async fn set_profile(
    desktop: &Desktop,
    profile: ProfileName,
    change: ProfileChange,
) -> Result<Profile, Failure> {
    Ok(profiles::set_from_window(&desktop.keybelt, &profile, change).await?)
}

pub async fn rename_profile(
    desktop: &Desktop,
    profile: ProfileName,
    new_name: ProfileName,
) -> Result<Profile, Failure> {
    Ok(profiles::rename(&desktop.keybelt, &profile, &new_name).await?)
}

pub async fn preview_import(desktop: &Desktop, text: Typed) -> Result<ImportPreview, Failure> {
    Ok(profiles::import_preview(&desktop.keybelt, text.into_secret()).await?)
}

pub async fn import_profiles(desktop: &Desktop, text: Typed, replace: bool) -> Result<Vec<Profile>, Failure> {
    Ok(profiles::import(&desktop.keybelt, text.into_secret(), replace).await?)
}

/// With `unlink`, the accounts that the person was shown go with it.
pub async fn remove_profile(desktop: &Desktop, profile: ProfileName, unlink: bool) -> Result<(), Failure> {
    Ok(profiles::remove(&desktop.keybelt, &profile, unlink).await?)
}

pub async fn list_providers(_desktop: &Desktop) -> Result<Vec<ProviderSummary>, Failure> {
    Ok(providers::list(None))
}

pub async fn show_provider(_desktop: &Desktop, provider: String) -> Result<Provider, Failure> {
    Ok(providers::show(&provider)?)
}

pub async fn discover(desktop: &Desktop, address: String) -> Result<Discovered, Failure> {
    Ok(discovery::discover(&desktop.keybelt, &address).await?)
}
