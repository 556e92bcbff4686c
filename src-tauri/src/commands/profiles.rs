use std::collections::BTreeMap;

use keybelt_contract::{
    AccountName, Discovered, ExportedProfiles, Failure, FailureCode, ImportChoice, ImportMend, ImportPreview,
    KnownSetting, Profile, ProfileChange, ProfileDraft, ProfileFormat, ProfileName, Provider,
    ProviderSummary, PublicKey, Typed,
};
use keybelt_core::{discover as discovery, known_settings, profiles, providers};

use crate::desktop::Desktop;
use crate::imports::Held;
use crate::links::open_browser;
use crate::saving;

pub async fn list_profiles(desktop: &Desktop) -> Result<Vec<Profile>, Failure> {
    Ok(profiles::list(&desktop.keybelt).await?)
}

pub async fn show_profile(desktop: &Desktop, profile: ProfileName) -> Result<Profile, Failure> {
    Ok(profiles::show(&desktop.keybelt, &profile).await?)
}

pub async fn add_profile(desktop: &Desktop, mut draft: ProfileDraft) -> Result<Profile, Failure> {
    if draft.make_rsa_key {
        draft.rsa_key = Some(profiles::new_rsa_key(&desktop.keybelt).await?.into());
    }
    Ok(profiles::add_from_window(&desktop.keybelt, draft).await?)
}

pub async fn set_profile(
    desktop: &Desktop,
    profile: ProfileName,
    change: ProfileChange,
) -> Result<Profile, Failure> {
    Ok(profiles::set_from_window(&desktop.keybelt, &profile, change).await?)
}

/// Another private key, of Keybelt's own making; its public half is what is registered at the provider.
pub async fn make_rsa_key(desktop: &Desktop, profile: ProfileName) -> Result<PublicKey, Failure> {
    let change = ProfileChange {
        settings: BTreeMap::new(),
        typed: BTreeMap::new(),
        client_secret: None,
        rsa_key: Some(profiles::new_rsa_key(&desktop.keybelt).await?.into()),
    };
    profiles::set_from_window(&desktop.keybelt, &profile, change).await?;
    show_public_key(desktop, profile).await
}

pub async fn show_public_key(desktop: &Desktop, profile: ProfileName) -> Result<PublicKey, Failure> {
    Ok(profiles::public_key(&desktop.keybelt, &profile).await?)
}

pub async fn rename_profile(
    desktop: &Desktop,
    profile: ProfileName,
    new_name: ProfileName,
) -> Result<Profile, Failure> {
    Ok(profiles::rename(&desktop.keybelt, &profile, &new_name).await?)
}

pub async fn list_settings(_desktop: &Desktop) -> Result<Vec<KnownSetting>, Failure> {
    Ok(known_settings())
}

/// The document stays here: the front end sees what would become of it.
pub async fn preview_import(desktop: &Desktop, text: Typed) -> Result<ImportPreview, Failure> {
    let held = Held {
        text: text.into_secret(),
        mends: Vec::new(),
    };
    let preview = profiles::import_preview(&desktop.keybelt, &held.text, &held.mends).await?;
    desktop.imports.hold(held);
    Ok(preview)
}

pub async fn mend_import(desktop: &Desktop, mends: Vec<ImportMend>) -> Result<ImportPreview, Failure> {
    let mut held = desktop.imports.take()?;
    held.mends.extend(mends);
    let preview = profiles::import_preview(&desktop.keybelt, &held.text, &held.mends).await;
    desktop.imports.hold(held);
    Ok(preview?)
}

pub async fn import_profiles(desktop: &Desktop, chosen: Vec<ImportChoice>) -> Result<Vec<Profile>, Failure> {
    let held = desktop.imports.take()?;
    let imported = profiles::import_chosen(&desktop.keybelt, &held.text, &held.mends, chosen).await;
    if imported.is_err() {
        desktop.imports.hold(held);
    }
    Ok(imported?)
}

pub async fn forget_import(desktop: &Desktop) -> Result<(), Failure> {
    desktop.imports.forget();
    Ok(())
}

/// What they say themselves, without a secret.
pub async fn export_profiles(
    desktop: &Desktop,
    profiles: Vec<ProfileName>,
    format: ProfileFormat,
) -> Result<ExportedProfiles, Failure> {
    written(desktop, &profiles, format).await
}

/// The same, into a file that the person chooses; its path, or nothing where they thought better of it.
pub async fn save_profiles(
    desktop: &Desktop,
    profiles: Vec<ProfileName>,
    format: ProfileFormat,
) -> Result<Option<String>, Failure> {
    let ExportedProfiles { text, .. } = written(desktop, &profiles, format).await?;
    let saved = saving::save(&desktop.app, file_name(format), text).await?;
    Ok(saved.map(|path| path.display().to_string()))
}

#[expect(clippy::disallowed_methods, reason = "exported to nobody, it holds no secret")]
async fn written(
    desktop: &Desktop,
    names: &[ProfileName],
    format: ProfileFormat,
) -> Result<ExportedProfiles, Failure> {
    let exported = profiles::export(&desktop.keybelt, names, format, None).await?;
    Ok(ExportedProfiles {
        text: exported.text.expose().clone(),
        renamed: exported.renamed,
    })
}

fn file_name(format: ProfileFormat) -> &'static str {
    match format {
        ProfileFormat::Json => "profiles.json",
        ProfileFormat::Toml => "profiles.toml",
        ProfileFormat::Python => "authlib_clients.py",
        ProfileFormat::Env => "profiles.env",
    }
}

/// The accounts that the person was shown go with it, and no other one.
pub async fn remove_profile(
    desktop: &Desktop,
    profile: ProfileName,
    unlink: Vec<AccountName>,
) -> Result<(), Failure> {
    Ok(profiles::remove_shown(&desktop.keybelt, &profile, unlink).await?)
}

pub async fn list_providers(_desktop: &Desktop) -> Result<Vec<ProviderSummary>, Failure> {
    Ok(providers::list(None))
}

pub async fn show_provider(_desktop: &Desktop, provider: String) -> Result<Provider, Failure> {
    Ok(providers::show(&provider)?)
}

/// Opens the page where a client is registered, as the catalogue has it, in the person's browser.
pub async fn open_console(_desktop: &Desktop, provider: String) -> Result<(), Failure> {
    let page = providers::show(&provider)?.console_url.ok_or_else(|| Failure {
        code: FailureCode::NotFound,
        message: "The catalogue knows no page for that.".to_owned(),
        hint: "Look for it in the provider's documentation.".to_owned(),
    })?;
    Ok(open_browser(page).await?)
}

pub async fn discover(desktop: &Desktop, address: String) -> Result<Discovered, Failure> {
    Ok(discovery::discover(&desktop.keybelt, &address).await?)
}
