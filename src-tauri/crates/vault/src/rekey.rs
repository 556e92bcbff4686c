//! Another keeper for the key of a vault: the keyring, or a passphrase.
//!
//! The master key stays, and is wrapped anew; processes that have the vault open go on. Whoever holds an older copy of the
//! file together with its older key still has what that copy holds, and the master key with it.

use std::sync::Arc;
use std::time::Duration;

use crate::creation::Wrapping;
use crate::key_slot::{KeySlot, random_id};
use crate::opening::OpenBy;
use crate::vault::begin_writing;
use crate::{CreateError, KeepKey, LockedVault, UnlockError, VaultError};
use keybelt_primitives::Entropy;

/// How long readers of the journal are waited for that is to be emptied.
const EMPTYING_PATIENCE: Duration = Duration::from_secs(1);

/// Why the vault's key stays where it is.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RekeyError {
    /// It was not opened.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The new key is not kept.
    #[error(transparent)]
    Keep(#[from] CreateError),
}

impl From<VaultError> for RekeyError {
    fn from(error: VaultError) -> Self {
        Self::Unlock(error.into())
    }
}

impl LockedVault {
    /// Wraps the master key anew. The new key is kept before the file asks for it, the old one is forgotten only after:
    /// whoever is killed in between has a vault that one of them opens.
    pub fn rekey(
        mut self,
        by: OpenBy<'_>,
        keep: KeepKey<'_>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<(), RekeyError> {
        let master = self.master(by)?;
        self.ready(&master, entropy.clone())?;
        // Whoever may not write leaves no key in the keyring.
        drop(begin_writing(&self.home, &self.connection)?);
        let vault = self.slot.vault;
        let wrapping = Wrapping::new(keep, vault, Some(random_id(entropy.as_ref())?), entropy.as_ref())?;
        let replaced = KeySlot::new(vault, wrapping.source, &wrapping.key, entropy.as_ref(), &master)
            .and_then(|slot| self.replace_slot(&slot));
        if let Err(error) = replaced {
            // Whether a commit that failed comes back to life is the disk's secret: only a key that was surely not put in
            // is forgotten.
            if matches!(error, VaultError::Busy | VaultError::Replaced) {
                wrapping.forget(keep);
            }
            return Err(error.into());
        }
        if let (OpenBy::Keyring(keyring), Some(item)) = (by, self.slot.item())
            && keyring.forget(item).is_err()
        {
            tracing::warn!("the key that opened the vault before stays in the keyring");
        }
        Ok(())
    }

    fn replace_slot(&self, slot: &KeySlot) -> Result<(), VaultError> {
        let (turn, transaction) = begin_writing(&self.home, &self.connection)?;
        self.refuse_replaced()?;
        if KeySlot::read(&transaction)? != self.slot {
            // Another process was faster, and its key is the key.
            return Err(VaultError::Busy);
        }
        slot.replace(&transaction)?;
        transaction.commit()?;
        drop(turn);
        // What the old key opens is not to lie in the journal longer than it must. Others cannot write while a reader is
        // waited for.
        let emptied = self.connection.busy_timeout(EMPTYING_PATIENCE).and_then(|()| {
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        });
        if let Err(error) = emptied {
            tracing::debug!(%error, "the journal stays for now");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use keybelt_contract::KeySource;
    use keybelt_primitives::Secret;

    use super::*;
    use crate::test_vault::{TestHome, entropy, insert, profile_name, put_profile};
    use crate::{Keyring, Vault};

    fn find(home: &TestHome) -> LockedVault {
        LockedVault::find(&home.path()).unwrap().unwrap()
    }

    fn passphrase(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn opens(home: &TestHome, by: OpenBy<'_>) -> Result<usize, UnlockError> {
        let locked = find(home);
        let master = locked.master(by);
        let vault = locked.open(master, entropy()).map_err(|(_, error)| error)?;
        Ok(vault.accounts()?.records.len())
    }

    fn home_with_account() -> (TestHome, Vault) {
        let home = TestHome::new();
        let vault = home.create();
        let profile = put_profile(&vault, "work");
        insert(&vault, &profile, "work/ana");
        (home, vault)
    }

    #[test]
    fn a_vault_goes_from_the_keyring_to_a_passphrase_to_another_and_back() {
        let (home, open) = home_with_account();
        let (first, second) = (passphrase("first"), passphrase("second"));
        let (in_keyring, by_first, by_second) = (
            OpenBy::Keyring(&home.keyring),
            OpenBy::Passphrase(&first),
            OpenBy::Passphrase(&second),
        );
        find(&home)
            .rekey(in_keyring, KeepKey::Passphrase(&first), entropy())
            .unwrap();
        assert_eq!(find(&home).key_source(), KeySource::Passphrase);
        assert_eq!(opens(&home, by_first), Ok(1));
        assert_eq!(opens(&home, in_keyring), Err(UnlockError::WrongSource));
        find(&home)
            .rekey(by_first, KeepKey::Passphrase(&second), entropy())
            .unwrap();
        assert_eq!(opens(&home, by_first), Err(UnlockError::WrongPassphrase));
        find(&home)
            .rekey(by_second, KeepKey::Keyring(&home.keyring), entropy())
            .unwrap();
        assert_eq!(find(&home).key_source(), KeySource::Keyring);
        let item = find(&home).slot.item().unwrap();
        find(&home)
            .rekey(in_keyring, KeepKey::Keyring(&home.keyring), entropy())
            .unwrap();
        assert_eq!(opens(&home, in_keyring), Ok(1));
        assert!(home.keyring.key(item).is_err(), "the old key is forgotten");
        // Whoever had it open all the while goes on.
        assert!(open.profile(&profile_name("work")).unwrap().is_some());
        put_profile(&open, "home");
        assert_eq!(home.open().profiles().unwrap().records.len(), 2);
        assert_eq!(open.check().unwrap(), []);
    }

    #[test]
    fn what_does_not_open_or_is_not_kept_leaves_the_key_as_it_was() {
        let (home, _open) = home_with_account();
        let wrong = passphrase("wrong");
        let in_keyring = OpenBy::Keyring(&home.keyring);
        let rekeyed = find(&home).rekey(
            OpenBy::Passphrase(&wrong),
            KeepKey::Keyring(&home.keyring),
            entropy(),
        );
        assert_eq!(rekeyed, Err(RekeyError::Unlock(UnlockError::WrongSource)));
        let rekeyed = find(&home).rekey(in_keyring, KeepKey::Keyring(&Keyring::absent()), entropy());
        assert_eq!(rekeyed, Err(RekeyError::Keep(CreateError::KeyringUnavailable)));
        for unfit in [passphrase(""), passphrase(&"x".repeat(1025))] {
            let rekeyed = find(&home).rekey(in_keyring, KeepKey::Passphrase(&unfit), entropy());
            assert_eq!(rekeyed, Err(RekeyError::Keep(CreateError::UnfitPassphrase)));
        }
        assert_eq!(opens(&home, in_keyring), Ok(1));
    }

    #[test]
    fn of_two_who_rekey_one_wins_and_the_other_says_so() {
        let (home, _open) = home_with_account();
        let (slow, quick) = (find(&home), find(&home));
        let (first, second) = (passphrase("first"), passphrase("second"));
        let in_keyring = OpenBy::Keyring(&home.keyring);
        let master = slow.master(in_keyring).unwrap();
        quick
            .rekey(in_keyring, KeepKey::Passphrase(&first), entropy())
            .unwrap();
        let wrapping = Wrapping::new(
            KeepKey::Passphrase(&second),
            slow.slot.vault,
            None,
            entropy().as_ref(),
        )
        .unwrap();
        let slot = KeySlot::new(
            slow.slot.vault,
            wrapping.source,
            &wrapping.key,
            entropy().as_ref(),
            &master,
        )
        .unwrap();
        assert_eq!(slow.replace_slot(&slot), Err(VaultError::Busy));
        // Nor is the key that it looked for called missing: it is another one by now.
        assert_eq!(slow.master(in_keyring).err(), Some(UnlockError::Rekeyed));
        assert_eq!(
            slow.master(OpenBy::Passphrase(&first)).err(),
            Some(UnlockError::Rekeyed)
        );
        assert_eq!(opens(&home, OpenBy::Passphrase(&first)), Ok(1));
    }

    #[test]
    fn the_old_slot_is_gone_from_the_file() {
        let (home, open) = home_with_account();
        drop(open);
        let old = find(&home).slot;
        let new = passphrase("new");
        find(&home)
            .rekey(
                OpenBy::Keyring(&home.keyring),
                KeepKey::Passphrase(&new),
                entropy(),
            )
            .unwrap();
        let wrapped = old.wrapped().to_vec();
        assert!(!home.bytes().windows(wrapped.len()).any(|bytes| bytes == wrapped));
    }
}
