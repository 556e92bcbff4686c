//! The system's credential store, connected to anew for each use: a keyring service may come and go meanwhile.

use std::sync::Arc;

use keyring_core::{CredentialStore, Result};

/// The Secret Service of the session bus.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn connect() -> Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// The login keychain.
#[cfg(target_os = "macos")]
pub(crate) fn connect() -> Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// The Credential Manager.
#[cfg(windows)]
pub(crate) fn connect() -> Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// What the item is called where a person looks at their keyring; the other stores name it by its account.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) const MODIFIERS: &[(&str, &str)] = &[("label", "Keybelt: the key of a vault")];

/// What the item is called where a person looks at their keyring.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) const MODIFIERS: &[(&str, &str)] = &[];
