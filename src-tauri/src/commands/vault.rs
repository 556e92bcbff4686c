use std::sync::PoisonError;

use jiff::ZonedDateTime;
use keybelt_contract::{Failure, FailureCode, KeySource, RestoredVault, Typed, VaultStatus};
use keybelt_core::{vault, vault_keys};

use crate::desktop::Desktop;
use crate::saving::{self, Wanted};

pub async fn vault_status(desktop: &Desktop) -> Result<VaultStatus, Failure> {
    Ok(vault::status(&desktop.keybelt).await?)
}

pub async fn unlock_vault(desktop: &Desktop, passphrase: Option<Typed>) -> Result<VaultStatus, Failure> {
    Ok(vault::unlock(&desktop.keybelt, passphrase.map(Typed::into_secret)).await?)
}

pub async fn create_vault(desktop: &Desktop, passphrase: Option<Typed>) -> Result<VaultStatus, Failure> {
    Ok(vault::create(&desktop.keybelt, passphrase.map(Typed::into_secret)).await?)
}

pub async fn lock_vault(desktop: &Desktop) -> Result<VaultStatus, Failure> {
    forget(desktop);
    Ok(vault::lock(&desktop.keybelt).await?)
}

/// The key goes to the keyring, or is made from the new passphrase.
pub async fn rekey_vault(
    desktop: &Desktop,
    passphrase: Option<Typed>,
    new_passphrase: Option<Typed>,
) -> Result<VaultStatus, Failure> {
    let to = match new_passphrase {
        Some(_) => KeySource::Passphrase,
        None => KeySource::Keyring,
    };
    vault_keys::rekey(
        &desktop.keybelt,
        passphrase.map(Typed::into_secret),
        to,
        new_passphrase.map(Typed::into_secret),
    )
    .await?;
    Ok(vault::status(&desktop.keybelt).await?)
}

/// Into a file that the person chooses; its path, or nothing where they thought better of it.
pub async fn back_up_vault(
    desktop: &Desktop,
    vault_passphrase: Option<Typed>,
    passphrase: Typed,
) -> Result<Option<String>, Failure> {
    let place = Wanted::Place {
        name: format!("keybelt-{}.backup", ZonedDateTime::now().date()),
        // One that is there is never overwritten: it may be the only one.
        may_replace: false,
    };
    let Some(path) = saving::choose(&desktop.app, place).await else {
        return Ok(None);
    };
    vault_keys::back_up(
        &desktop.keybelt,
        vault_passphrase.map(Typed::into_secret),
        &path,
        passphrase.into_secret(),
    )
    .await?;
    Ok(Some(path.display().to_string()))
}

/// The backup to restore from: the person chooses it, and it is remembered here until they do.
pub async fn choose_backup(desktop: &Desktop) -> Result<Option<String>, Failure> {
    let Some(path) = saving::choose(&desktop.app, Wanted::File).await else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    *desktop.backup.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    Ok(Some(shown))
}

/// From the backup that was chosen. A vault that is there is set aside, and nothing of it deleted.
pub async fn restore_vault(
    desktop: &Desktop,
    passphrase: Typed,
    new_passphrase: Option<Typed>,
) -> Result<RestoredVault, Failure> {
    let chosen = desktop
        .backup
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let path = chosen.ok_or_else(|| Failure {
        code: FailureCode::NotFound,
        message: "No backup is chosen.".to_owned(),
        hint: "Choose its file first. Nothing was changed.".to_owned(),
    })?;
    let aside = vault_keys::restore(
        &desktop.keybelt,
        &path,
        passphrase.into_secret(),
        new_passphrase.map(Typed::into_secret),
        true,
    )
    .await?;
    forget(desktop);
    Ok(RestoredVault {
        status: vault::status(&desktop.keybelt).await?,
        moved_to: aside.map(|path| path.display().to_string()),
    })
}

/// Lets go of what was taken out of the vault.
fn forget(desktop: &Desktop) {
    desktop.clipboard.clear();
    desktop.imports.forget();
    desktop.responses.forget();
}
