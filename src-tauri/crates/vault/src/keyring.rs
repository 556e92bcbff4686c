//! The key in the operating system's keyring (specs KC): only the vault's key, under the vault's own random id.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use crate::platform_keyring::{MODIFIERS, anew, first, state};
use crate::seal::{Key, VaultId};

/// How the key of one vault is called in the keyring: no other vault's, and no copy of the vault has the same (specs KC-07).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Item {
    pub(crate) vault: VaultId,
    /// Told apart from the first one by this.
    pub(crate) again: Option<[u8; 16]>,
}

impl Item {
    fn name(self) -> String {
        let hex = |bytes: [u8; 16]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match self.again {
            None => hex(self.vault.0),
            Some(again) => format!("{}-{}", hex(self.vault.0), hex(again)),
        }
    }
}

const SERVICE: &str = "keybelt";
/// A locked keyring asks its person; nobody is waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);

type Connect = dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync;

/// A keyring that may hold keys of vaults.
#[derive(Clone)]
pub struct Keyring {
    first: Arc<Connect>,
    anew: Arc<Connect>,
    modifiers: &'static [(&'static str, &'static str)],
    patience: Duration,
}

/// How a keyring stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyringState {
    /// It answers and is open.
    Open,
    /// It answers; its person has to open it first.
    Locked,
    /// It answers, and has no collection yet that a key could be kept in.
    Empty,
    /// None answers, or not in time.
    Unavailable,
}

/// Why the keyring did not do as it was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyringError {
    /// It has no such key.
    Missing,
    /// What it has is no key.
    Unfit,
    /// It stayed locked.
    Locked,
    /// None answers, or it refuses.
    Unavailable,
}

impl Keyring {
    /// The keyring of this session. Nothing is asked of it yet.
    pub fn system() -> Self {
        Self {
            first: Arc::new(first),
            anew: Arc::new(anew),
            modifiers: MODIFIERS,
            patience: PATIENCE,
        }
    }

    /// The same keyring, with another limit for a person who has to unlock it. What is under way then ends by itself.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// How the keyring of this session stands. Nothing is kept in it, and its person is not asked to open it.
    pub fn state_of_system(within: Duration) -> KeyringState {
        let (answer, answered) = channel();
        let asking = move || {
            // Whoever waited may have given up.
            let _ = answer.send(state());
        };
        match thread::Builder::new().name("keyring".to_owned()).spawn(asking) {
            Ok(_) => answered.recv_timeout(within).unwrap_or(KeyringState::Unavailable),
            Err(_) => KeyringState::Unavailable,
        }
    }

    #[cfg(test)]
    pub(crate) fn of_store(store: Arc<CredentialStore>) -> Self {
        let connect: Arc<Connect> = Arc::new(move || Ok(store.clone()));
        Self {
            first: connect.clone(),
            anew: connect,
            modifiers: &[],
            patience: PATIENCE,
        }
    }

    #[cfg(test)]
    pub(crate) fn absent() -> Self {
        Self {
            first: Arc::new(|| Err(Error::NoDefaultStore)),
            anew: Arc::new(|| Err(Error::NoDefaultStore)),
            modifiers: &[],
            patience: PATIENCE,
        }
    }

    /// The vault's key.
    pub(crate) fn key(&self, item: Item) -> Result<Key, KeyringError> {
        let text = Zeroizing::new(self.ask(item, |entry| entry.get_secret())?);
        decoded(&text).ok_or(KeyringError::Unfit)
    }

    /// Keeps the vault's key, and reads it back before anything is sealed with it (specs KC-08).
    pub(crate) fn keep(&self, item: Item, key: &Key) -> Result<(), KeyringError> {
        let text = Zeroizing::new(STANDARD.encode(key.as_slice()));
        self.ask(item, move |entry| entry.set_secret(text.as_bytes()))?;
        let kept = self.key(item)?;
        if kept == *key {
            Ok(())
        } else {
            Err(KeyringError::Unavailable)
        }
    }

    /// Removes the key of a vault that was never made, or that another key opens now.
    pub(crate) fn forget(&self, item: Item) -> Result<(), KeyringError> {
        self.ask(item, |entry| entry.delete_credential())
    }

    /// Asks on a thread of its own: an unlock prompt blocks for as long as nobody answers it.
    fn ask<T: Send + 'static>(
        &self,
        item: Item,
        question: impl Fn(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let (first, anew, modifiers) = (self.first.clone(), self.anew.clone(), self.modifiers);
        let (answer, answered) = channel();
        let asking = move || {
            let modifiers: HashMap<&str, &str> = modifiers.iter().copied().collect();
            let asked = |connect: &Connect| {
                let entry = connect()?.build(SERVICE, &item.name(), Some(&modifiers))?;
                question(&entry)
            };
            let outcome = match asked(&*first) {
                Err(error) if is_broken(&error) => asked(&*anew),
                outcome => outcome,
            };
            // Whoever waited may have given up.
            let _ = answer.send(outcome);
        };
        if let Err(error) = thread::Builder::new().name("keyring".to_owned()).spawn(asking) {
            tracing::warn!(%error, "no thread to ask the keyring on");
            return Err(KeyringError::Unavailable);
        }
        match answered.recv_timeout(self.patience) {
            Ok(answer) => answer.map_err(|error| of_keyring(&error)),
            Err(RecvTimeoutError::Timeout) => Err(KeyringError::Locked),
            Err(RecvTimeoutError::Disconnected) => Err(KeyringError::Unavailable),
        }
    }
}

/// Whether a connection of its own might do better: the service was not there, or is another one by now.
fn is_broken(error: &Error) -> bool {
    matches!(error, Error::NoDefaultStore | Error::PlatformFailure(_))
}

fn decoded(text: &[u8]) -> Option<Key> {
    let bytes = Zeroizing::new(STANDARD.decode(text.trim_ascii()).ok()?);
    <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
}

fn of_keyring(error: &Error) -> KeyringError {
    match error {
        Error::NoEntry => KeyringError::Missing,
        Error::NoStorageAccess(_) => KeyringError::Locked,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => KeyringError::Unfit,
        // Some of these carry what was read, so none is written to the log.
        _ => KeyringError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring() -> Keyring {
        Keyring::of_store(keyring_core::mock::Store::new().unwrap())
    }

    fn item(vault: u8) -> Item {
        Item {
            vault: VaultId([vault; 16]),
            again: None,
        }
    }

    #[test]
    fn kc_07_each_vault_has_a_key_of_its_own() {
        let keyring = keyring();
        let (one, other) = (item(1), item(2));
        keyring.keep(one, &Zeroizing::new([7; 32])).unwrap();
        assert_eq!(keyring.key(one).unwrap(), Zeroizing::new([7; 32]));
        assert_eq!(keyring.key(other).err(), Some(KeyringError::Missing));
        let again = Item {
            again: Some([3; 16]),
            ..one
        };
        keyring.keep(again, &Zeroizing::new([8; 32])).unwrap();
        keyring.forget(one).unwrap();
        assert_eq!(keyring.key(one).err(), Some(KeyringError::Missing));
        assert_eq!(keyring.key(again).unwrap(), Zeroizing::new([8; 32]));
    }

    #[test]
    fn kc_04_missing_locked_absent_and_unfit_are_told_apart() {
        let store = keyring_core::mock::Store::new().unwrap();
        let keyring = Keyring::of_store(store.clone());
        let vault = item(1);
        assert_eq!(
            Keyring::absent().key(vault).err(),
            Some(KeyringError::Unavailable)
        );
        keyring.ask(vault, |entry| entry.set_secret(b"no key")).unwrap();
        assert_eq!(keyring.key(vault).err(), Some(KeyringError::Unfit));
        keyring
            .ask(vault, |entry| {
                let mock = entry.as_any().downcast_ref::<keyring_core::mock::Cred>();
                mock.ok_or(Error::NoEntry)?
                    .set_error(Error::NoStorageAccess("locked".into()));
                Ok(())
            })
            .unwrap();
        assert_eq!(keyring.key(vault).err(), Some(KeyringError::Locked));
    }

    #[test]
    fn a_prompt_that_nobody_answers_is_a_locked_keyring() {
        let (hold, held) = channel::<()>();
        let held = std::sync::Mutex::new(held);
        let connect: Arc<Connect> = Arc::new(move || {
            let _ = held.lock().map(|held| held.recv());
            Err(Error::NoDefaultStore)
        });
        let keyring = Keyring {
            first: connect.clone(),
            anew: connect,
            modifiers: &[],
            patience: Duration::from_millis(20),
        };
        assert_eq!(keyring.key(item(1)).err(), Some(KeyringError::Locked));
        drop(hold);
    }
}
