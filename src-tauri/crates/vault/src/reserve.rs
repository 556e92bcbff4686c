//! Room for one commit that must not fail: a provider's answer has come, and its refresh token is the only good one,
//! although the disk is full by now.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::VaultError;

/// The reserve beside the vault's file.
const FILE: &str = "vault.reserve";
/// More than one account's record and the journal's pages for it.
const SIZE: usize = 256 << 10;

fn path(home: &Path) -> PathBuf {
    home.join(FILE)
}

/// Makes sure of the room, before anything is sent whose answer must be stored.
pub(crate) fn keep(home: &Path) -> Result<(), VaultError> {
    let path = path(home);
    let size = u64::try_from(SIZE).unwrap_or(u64::MAX);
    if fs::symlink_metadata(&path).is_ok_and(|found| found.is_file() && found.len() >= size) {
        return Ok(());
    }
    let kept = write(&path);
    if kept.is_err() {
        // Half a reserve is none, and its room is needed elsewhere.
        give_up(home);
    }
    Ok(kept?)
}

/// Written out, since a file of holes reserves nothing.
fn write(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(&vec![0x4b; SIZE])?;
    file.sync_all()
}

/// Gives the room up.
pub(crate) fn give_up(home: &Path) {
    // It may not be there: then there is no room to give.
    let _ = fs::remove_file(path(home));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_given_up() {
        let home = tempfile::tempdir().unwrap();
        keep(home.path()).unwrap();
        keep(home.path()).unwrap();
        assert_eq!(fs::metadata(path(home.path())).unwrap().len(), 256 << 10);
        give_up(home.path());
        give_up(home.path());
        assert!(!path(home.path()).exists());
    }
}
