use keybelt_contract::{Discovered, Failure, Profile, ProfileDraft, ProfileName, ProviderSummary};
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

/// With `unlink`, the accounts that the person was shown go with it.
pub async fn remove_profile(desktop: &Desktop, profile: ProfileName, unlink: bool) -> Result<(), Failure> {
    Ok(profiles::remove(&desktop.keybelt, &profile, unlink).await?)
}

pub async fn list_providers(_desktop: &Desktop) -> Result<Vec<ProviderSummary>, Failure> {
    Ok(providers::list(None))
}

pub async fn discover(desktop: &Desktop, address: String) -> Result<Discovered, Failure> {
    Ok(discovery::discover(&desktop.keybelt, &address).await?)
}
