//! Starting anew: the folder is moved aside, and nothing in it is deleted.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::opening::{WRITE_PATIENCE, open_file};
use crate::private_files::{make_private_folder, no_folder, sync_folder};
use crate::{FILE, VaultError};

/// Moves a home aside and gives the folder that it is in now. `None`: there was no home. Needs no key, and takes a home
/// that is damaged or open to others.
///
/// Whoever has the vault open finds it gone at their next step ([`VaultError::Replaced`]).
pub fn reset(home: &Path) -> Result<Option<PathBuf>, VaultError> {
    let folder = match std::fs::canonicalize(home) {
        Ok(folder) if folder.is_dir() => folder,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() != io::ErrorKind::NotADirectory => return Err(error.into()),
        Ok(_) | Err(_) => return Err(no_folder(home)),
    };
    if std::fs::read_dir(&folder)?.next().is_none() {
        return Ok(None);
    }
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name().and_then(|name| name.to_str()))
    else {
        return Err(VaultError::ReadOnly);
    };
    let _held = hold(&folder.join(FILE))?;
    let aside = (1_u32..)
        .map(|count| parent.join(format!("{name}.before-reset-{count}")))
        .find(|path| std::fs::symlink_metadata(path).is_err())
        .ok_or(VaultError::ReadOnly)?;
    std::fs::rename(&folder, &aside).map_err(|error| match error.kind() {
        // Another file system is mounted there: it cannot be moved as a whole.
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => VaultError::ReadOnly,
        _ => error.into(),
    })?;
    if std::fs::symlink_metadata(home).is_ok_and(|found| found.is_symlink()) {
        // A link to nowhere would be no home.
        make_private_folder(&folder)?;
    }
    sync_folder(parent)?;
    Ok(Some(aside))
}

/// Keeps others from writing while the file moves, where it is a database at all.
pub(crate) fn hold(file: &Path) -> Result<Option<Connection>, VaultError> {
    let Ok(connection) = open_file(file) else {
        return Ok(None);
    };
    connection.busy_timeout(WRITE_PATIENCE)?;
    match connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(VaultError::from)
    {
        Ok(()) => Ok(Some(connection)),
        Err(VaultError::Busy) => Err(VaultError::Busy),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LockedVault;
    use crate::test_vault::{TestHome, profile_name, put_profile};

    #[test]
    fn everything_is_moved_aside_and_nothing_lost() {
        let home = TestHome::new();
        let open = home.create();
        put_profile(&open, "work");
        let aside = reset(&home.path()).unwrap().unwrap();
        assert!(!home.path().exists());
        assert!(aside.ends_with("home.before-reset-1"));
        assert_eq!(open.profiles().err(), Some(VaultError::Replaced));
        assert!(LockedVault::find(&home.path()).unwrap().is_none());
        put_profile(&home.create(), "new");
        assert!(
            reset(&home.path())
                .unwrap()
                .unwrap()
                .ends_with("home.before-reset-2")
        );
        // Brought back, it is what it was.
        std::fs::rename(&aside, home.path()).unwrap();
        assert!(home.open().profile(&profile_name("work")).unwrap().is_some());
    }

    #[test]
    fn a_home_that_is_not_there_or_empty_stays_so() {
        let home = TestHome::new();
        assert_eq!(reset(&home.path()), Ok(None));
        std::fs::create_dir(home.path()).unwrap();
        assert_eq!(reset(&home.path()), Ok(None));
    }

    #[test]
    fn what_is_damaged_can_be_reset() {
        let home = TestHome::new();
        drop(home.create());
        std::fs::write(home.path().join(FILE), b"no vault at all").unwrap();
        let aside = reset(&home.path()).unwrap().unwrap();
        assert_eq!(std::fs::read(aside.join(FILE)).unwrap(), b"no vault at all");
    }

    #[cfg(unix)]
    #[test]
    fn a_home_that_is_a_link_stays_one() {
        let home = TestHome::new();
        drop(home.create());
        let link = home.path().with_file_name("link");
        std::os::unix::fs::symlink(home.path(), &link).unwrap();
        assert!(reset(&link).unwrap().is_some());
        assert!(LockedVault::find(&link).unwrap().is_none());
        assert!(std::fs::read_dir(&link).unwrap().next().is_none());
    }
}
