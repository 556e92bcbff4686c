use keybelt_contract::{Failure, Typed, VaultStatus};
use keybelt_core::vault;

use crate::desktop::Desktop;

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
    desktop.clipboard.clear();
    desktop.imports.forget();
    desktop.responses.forget();
    Ok(vault::lock(&desktop.keybelt).await?)
}
