//! The lease: the right to refresh or unlink one account. A kernel lock on a file, so that it ends with its holder,
//! and is kept while its holder is stopped.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use crate::private_files::{lock_file, make_private_folder, remove_file};
use crate::{Vault, VaultError};

/// How long another process's refresh is waited for (design.md, "Refresh and hand-over").
pub const LEASE_PATIENCE: Duration = Duration::from_secs(45);

/// The folder of the lock files in the home folder.
pub(crate) const FOLDER: &str = "leases";

/// The right to refresh or unlink one account, until dropped.
#[derive(Debug)]
pub struct Lease {
    account: i64,
    _lock: File,
}

impl Lease {
    /// The account's id.
    pub fn account(&self) -> i64 {
        self.account
    }
}

impl Vault {
    /// Takes the account's lease, or waits for it at most so long ([`VaultError::Busy`] then). Whoever waited reads
    /// the record again: the holder may have done what was wanted.
    pub fn lease(&self, account: i64, within: Duration) -> Result<Lease, VaultError> {
        Ok(Lease {
            account,
            _lock: lock_of(self.home(), &lock_name(account), within)?,
        })
    }

    /// Takes the account's lease, if nobody has it.
    pub fn free_lease(&self, account: i64) -> Result<Option<Lease>, VaultError> {
        match self.lease(account, Duration::ZERO) {
            Ok(lease) => Ok(Some(lease)),
            Err(VaultError::Busy) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Waits until the account's lease is given back, at most so long ([`VaultError::Busy`] then). However many wait, they
    /// go on together, to see what its holder did; the lease itself is nobody's then.
    pub fn lease_given_back(&self, account: i64, within: Duration) -> Result<(), VaultError> {
        let folder = make_private_folder(&self.home().join(FOLDER))?;
        let file = lock_file(&folder.join(lock_name(account)))?;
        locked(file, within, Hold::Together).map(drop)
    }

    /// Removes the lock file of an account or output that is gone. Its id is never used again, so nobody waits in vain.
    pub(crate) fn remove_lock_file(&self, name: &str) {
        if let Err(error) = remove_file(&self.home().join(FOLDER).join(name)) {
            tracing::warn!(%error, "a lock file that nobody needs stays");
        }
    }
}

/// The lock file of an account.
pub(crate) fn lock_name(account: i64) -> String {
    format!("{account}.lock")
}

/// The lock file of an output.
pub(crate) fn output_lock_name(output: i64) -> String {
    format!("output-{output}.lock")
}

/// Takes the lock of this name, or waits for it at most so long.
pub(crate) fn lock_of(home: &Path, name: &str, within: Duration) -> Result<File, VaultError> {
    let folder = make_private_folder(&home.join(FOLDER))?;
    lock_within(&folder.join(name), within)
}

/// Takes the exclusive lock of a file that serialises making, migrating and replacing the vault.
pub(crate) fn lock_within(path: &Path, within: Duration) -> Result<File, VaultError> {
    locked(lock_file(path)?, within, Hold::Alone)
}

/// Takes the same lock together with others who only want nobody to have it alone.
pub(crate) fn share_within(path: &Path, within: Duration) -> Result<File, VaultError> {
    locked(lock_file(path)?, within, Hold::Together)
}

/// How a lock is held.
#[derive(Clone, Copy)]
enum Hold {
    Alone,
    Together,
}

fn locked(file: File, within: Duration, hold: Hold) -> Result<File, VaultError> {
    let tried = match hold {
        Hold::Alone => file.try_lock(),
        Hold::Together => file.try_lock_shared(),
    };
    match tried {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) if within.is_zero() => return Err(VaultError::Busy),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    // The kernel's wait has no limit: it is done on a thread of its own, which lets go again if nobody wants the lock.
    let (taken, take) = channel();
    let wait = move || {
        let outcome = match hold {
            Hold::Alone => file.lock(),
            Hold::Together => file.lock_shared(),
        };
        let outcome = outcome.map(|()| file);
        let _ = taken.send(outcome);
    };
    thread::Builder::new().name("lease".to_owned()).spawn(wait)?;
    match take.recv_timeout(within) {
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err(VaultError::Busy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestHome;

    #[test]
    fn one_holds_the_lease_of_an_account_and_others_wait_their_turn() {
        let home = TestHome::new();
        let (vault, other) = (home.create(), home.open());
        let held = vault.lease(1, Duration::ZERO).unwrap();
        assert_eq!(held.account(), 1);
        assert_eq!(
            other.lease(1, Duration::from_millis(20)).err(),
            Some(VaultError::Busy)
        );
        assert_eq!(vault.lease(1, Duration::ZERO).err(), Some(VaultError::Busy));
        assert!(other.lease(2, Duration::ZERO).is_ok());
        thread::scope(|scope| {
            let waiting = scope.spawn(|| other.lease(1, LEASE_PATIENCE));
            drop(held);
            assert!(waiting.join().unwrap().is_ok());
        });
    }

    #[test]
    fn those_who_wait_for_its_end_go_on_together() {
        let home = TestHome::new();
        let (vault, other) = (home.create(), home.open());
        let held = vault.free_lease(1).unwrap().unwrap();
        assert!(other.free_lease(1).unwrap().is_none());
        let briefly = Duration::from_millis(20);
        assert_eq!(other.lease_given_back(1, briefly), Err(VaultError::Busy));
        thread::scope(|scope| {
            let waiting: Vec<_> = (0..5)
                .map(|_| scope.spawn(|| other.lease_given_back(1, LEASE_PATIENCE)))
                .collect();
            drop(held);
            for ended in waiting {
                assert_eq!(ended.join().unwrap(), Ok(()));
            }
        });
        assert!(vault.lease(1, LEASE_PATIENCE).is_ok());
    }

    #[test]
    fn whoever_gave_up_does_not_keep_the_lease_when_it_comes() {
        let home = TestHome::new();
        let vault = home.create();
        let held = vault.lease(1, Duration::ZERO).unwrap();
        assert_eq!(
            vault.lease(1, Duration::from_millis(5)).err(),
            Some(VaultError::Busy)
        );
        drop(held);
        assert!(vault.lease(1, LEASE_PATIENCE).is_ok());
    }
}
