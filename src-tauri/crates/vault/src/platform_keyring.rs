//! The system's credential store: `keyring`'s own connection first, then one of ours, since a keyring service may come
//! and go while a window is open.

use std::sync::Arc;

use keyring_core::{CredentialStore, Error, Result};

use crate::keyring::KeyringState;

/// The store that `keyring` chose for this system, connected once a process.
pub(crate) fn first() -> Result<Arc<CredentialStore>> {
    match keyring::Entry::store_status() {
        Ok(()) => keyring_core::get_default_store().ok_or(Error::NoDefaultStore),
        Err(_) => Err(Error::NoDefaultStore),
    }
}

/// The Secret Service of the session bus.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn anew() -> Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// How the keyring stands, nothing opened and nobody asked. No session with it is left behind: it ends with the
/// connection.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn state() -> KeyringState {
    use secret_service::blocking::SecretService;
    use secret_service::{EncryptionType, Error as ServiceError};
    let asked = SecretService::connect(EncryptionType::Plain);
    let locked = asked.and_then(|service| service.get_default_collection()?.is_locked());
    match locked {
        Ok(false) => KeyringState::Open,
        Ok(true) => KeyringState::Locked,
        Err(ServiceError::NoResult) => KeyringState::Empty,
        Err(_) => KeyringState::Unavailable,
    }
}

/// How the keyring stands: these open themselves for their person's session.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn state() -> KeyringState {
    match anew() {
        Ok(_) => KeyringState::Open,
        Err(_) => KeyringState::Unavailable,
    }
}

/// The login keychain.
#[cfg(target_os = "macos")]
pub(crate) fn anew() -> Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// The Credential Manager.
#[cfg(windows)]
pub(crate) fn anew() -> Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// What the item is called where a person looks at their keyring; the other stores name it by its account.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) const MODIFIERS: &[(&str, &str)] = &[("label", "Keybelt: the key of a vault")];

/// What the item is called where a person looks at their keyring.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) const MODIFIERS: &[(&str, &str)] = &[];
