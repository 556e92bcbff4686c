//! Making a vault: whole, or not at all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybelt_primitives::{Entropy, Secret};
use rusqlite::Connection;

use crate::key_slot::{Cost, KeySlot, Source, is_fit, random_id, random_key, stretch};
use crate::keyring::{Item, KeyringError};
use crate::lease::lock_within;
use crate::opening::{LOCK, MAKING_PATIENCE, is_there};
use crate::private_files::{
    make_private_file, make_private_folder, private_folder, remove_file, sync_folder,
};
use crate::seal::{Key, Seals, VaultId};
use crate::{FILE, Keyring, LockedVault, Vault, VaultError, schema};

/// A vault under construction, and the journal SQLite keeps beside it.
const UNFINISHED: &str = "vault.db.new";
const UNFINISHED_JOURNAL: &str = "vault.db.new-journal";

/// What keeps the key of a new vault; chosen once.
#[derive(Clone, Copy)]
pub enum KeepKey<'a> {
    /// A keyring.
    Keyring(&'a Keyring),
    /// A passphrase.
    Passphrase(&'a Secret<String>),
}

/// Why no vault was made. None is there because of it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CreateError {
    /// There is one already: it is opened, never replaced.
    #[error("there is a vault already")]
    Exists,
    /// The passphrase is empty or longer than 1024 characters.
    #[error("unfit passphrase")]
    UnfitPassphrase,
    /// No keyring answers, or it does not keep what it is given.
    #[error("no keyring answers")]
    KeyringUnavailable,
    /// The keyring is locked and its person did not open it.
    #[error("the keyring stayed locked")]
    KeyringLocked,
    /// The folder or file cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Makes the vault of a home, and opens it. The folder is made too, for its owner alone.
    pub fn create(home: &Path, keep: KeepKey<'_>, entropy: Arc<dyn Entropy>) -> Result<Self, CreateError> {
        if let Some(home) = private_folder(home)?
            && is_there(&home)?
        {
            return Err(CreateError::Exists);
        }
        let vault = VaultId(random_id(entropy.as_ref())?);
        let wrapping = Wrapping::new(keep, vault, None, entropy.as_ref())?;
        let made = New {
            vault,
            wrapping: &wrapping,
        }
        .make(home, &entropy);
        let (home, master) = match made {
            Ok(made) => made,
            Err(error) => {
                wrapping.forget(keep);
                return Err(error);
            }
        };
        // From here on there is a vault, and whatever fails: its key stays.
        sync_folder(&home)?;
        let locked = LockedVault::find(&home)?
            .ok_or_else(|| VaultError::Defect("a vault went as it was made".to_owned()))?;
        Ok(locked.open_new(master, entropy)?)
    }
}

/// What wraps a master key, kept by what was chosen.
pub(crate) struct Wrapping {
    vault: VaultId,
    pub(crate) source: Source,
    pub(crate) key: Key,
}

impl Wrapping {
    /// Makes it; `again` tells its item in the keyring from others of this vault.
    pub(crate) fn new(
        keep: KeepKey<'_>,
        vault: VaultId,
        again: Option<[u8; 16]>,
        entropy: &dyn Entropy,
    ) -> Result<Self, CreateError> {
        let (source, key) = match keep {
            KeepKey::Passphrase(passphrase) => from_passphrase(passphrase, entropy)?,
            KeepKey::Keyring(keyring) => (
                Source::Keyring { item: again },
                kept_by(keyring, Item { vault, again }, entropy)?,
            ),
        };
        Ok(Self { vault, source, key })
    }

    /// Takes it out of the keyring again, where what it was for did not come about.
    pub(crate) fn forget(&self, keep: KeepKey<'_>) {
        if let (KeepKey::Keyring(keyring), Source::Keyring { item }) = (keep, self.source) {
            let item = Item {
                vault: self.vault,
                again: item,
            };
            if keyring.forget(item).is_err() {
                tracing::warn!("a key that opens nothing stays in the keyring");
            }
        }
    }
}

fn from_passphrase(passphrase: &Secret<String>, entropy: &dyn Entropy) -> Result<(Source, Key), CreateError> {
    if !is_fit(passphrase) {
        return Err(CreateError::UnfitPassphrase);
    }
    let (salt, cost) = (random_id(entropy)?, Cost::RECOMMENDED);
    Ok((
        Source::Passphrase { salt, cost },
        stretch(passphrase, salt, cost)?,
    ))
}

fn kept_by(keyring: &Keyring, item: Item, entropy: &dyn Entropy) -> Result<Key, CreateError> {
    let key = random_key(entropy)?;
    keyring.keep(item, &key).map_err(|error| match error {
        KeyringError::Locked => CreateError::KeyringLocked,
        KeyringError::Missing | KeyringError::Unfit | KeyringError::Unavailable => {
            CreateError::KeyringUnavailable
        }
    })?;
    Ok(key)
}

/// A vault that is to be made.
struct New<'a> {
    vault: VaultId,
    wrapping: &'a Wrapping,
}

impl New<'_> {
    /// Makes the file and puts it into its place, which is the last that can fail here.
    fn make(self, home: &Path, entropy: &Arc<dyn Entropy>) -> Result<(PathBuf, Key), CreateError> {
        let home = make_private_folder(home)?;
        let _lock = lock_within(&home.join(LOCK), MAKING_PATIENCE)?;
        // Another process may have been faster.
        if is_there(&home)? {
            return Err(CreateError::Exists);
        }
        let master = random_key(entropy.as_ref())?;
        let finished = self.write(&home, &master, entropy)?;
        // Under the lock nobody else makes one, so this replaces nothing; before it, there is no vault at all.
        std::fs::rename(&finished, home.join(FILE)).map_err(VaultError::from)?;
        Ok((home, master))
    }

    fn write(&self, home: &Path, master: &Key, entropy: &Arc<dyn Entropy>) -> Result<PathBuf, VaultError> {
        let path = home.join(UNFINISHED);
        // Left by a process that was killed.
        remove_file(&path)?;
        remove_file(&home.join(UNFINISHED_JOURNAL))?;
        let file = make_private_file(&path)?;
        let mut connection = Connection::open(&path)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        schema::make(&mut connection, schema::STEPS)?;
        let seals = Seals::new(self.vault, master, entropy.clone())?;
        let version = schema::sealed_version(&seals, schema::latest(schema::STEPS))?;
        KeySlot::new(
            self.vault,
            self.wrapping.source,
            &self.wrapping.key,
            entropy.as_ref(),
            master,
        )?
        .insert(&connection, &version)?;
        connection.close().map_err(|(_, error)| error)?;
        file.sync_all()?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::{TestHome, entropy, put_profile};

    fn create(home: &TestHome, keep: KeepKey<'_>) -> Result<Vault, CreateError> {
        Vault::create(&home.path(), keep, entropy())
    }

    #[test]
    fn a_vault_is_made_once() {
        let home = TestHome::new();
        put_profile(&home.create(), "work");
        let before = home.bytes();
        let again = create(&home, KeepKey::Passphrase(&Secret::new("p".to_owned())));
        assert_eq!(again.err(), Some(CreateError::Exists));
        assert_eq!(home.bytes(), before);
    }

    #[test]
    fn of_several_who_make_it_at_once_one_does() {
        let home = TestHome::new();
        let made = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| create(&home, KeepKey::Keyring(&home.keyring)).map(drop)))
                .collect();
            makers
                .into_iter()
                .map(|maker| maker.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1, "{made:?}");
        assert!(
            made.iter()
                .all(|made| matches!(made, Ok(()) | Err(CreateError::Exists))),
            "{made:?}"
        );
        assert_eq!(home.open().check().unwrap(), []);
    }

    #[test]
    fn without_a_key_nothing_is_made() {
        let home = TestHome::new();
        let absent = create(&home, KeepKey::Keyring(&Keyring::absent()));
        assert_eq!(absent.err(), Some(CreateError::KeyringUnavailable));
        for unfit in [String::new(), "x".repeat(1025)] {
            let made = create(&home, KeepKey::Passphrase(&Secret::new(unfit)));
            assert_eq!(made.err(), Some(CreateError::UnfitPassphrase));
        }
        assert!(!home.path().exists());
    }

    #[test]
    fn what_a_killed_maker_left_is_no_obstacle() {
        let home = TestHome::new();
        let folder = make_private_folder(&home.path()).unwrap();
        for name in [UNFINISHED, UNFINISHED_JOURNAL] {
            std::fs::write(folder.join(name), b"half a vault").unwrap();
        }
        assert!(LockedVault::find(&home.path()).unwrap().is_none());
        put_profile(&home.create(), "work");
        assert_eq!(home.open().profiles().unwrap().records.len(), 1);
        assert!(!folder.join(UNFINISHED).exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_vault_that_was_made_and_could_not_be_opened_keeps_its_key() {
        use std::os::unix::fs::PermissionsExt;
        let home = TestHome::new();
        let folder = make_private_folder(&home.path()).unwrap();
        let leases = folder.join("vault.db-wal");
        // What stands in the journal's place keeps SQLite from opening what was just made.
        let vault = New {
            vault: VaultId([1; 16]),
            wrapping: &Wrapping::new(
                KeepKey::Keyring(&home.keyring),
                VaultId([1; 16]),
                None,
                entropy().as_ref(),
            )
            .unwrap(),
        };
        vault.make(&home.path(), &entropy()).unwrap();
        std::fs::create_dir(&leases).unwrap();
        std::fs::set_permissions(&leases, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(LockedVault::find(&home.path()).is_err());
        std::fs::remove_dir(&leases).unwrap();
        assert_eq!(home.open().profiles().unwrap().records.len(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_can_read_gets_no_vault_and_no_key() {
        use std::os::unix::fs::PermissionsExt;
        let home = TestHome::new();
        let folder = make_private_folder(&home.path()).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let made = create(&home, KeepKey::Keyring(&home.keyring));
        assert!(matches!(
            made.err(),
            Some(CreateError::Vault(VaultError::Permissions { .. }))
        ));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }
}
