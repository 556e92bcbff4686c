//! Commits of other processes: a touch of the vault's files wakes whoever waits, and the file itself says whether there
//! was one. Looking writes nothing.

use std::path::{Path, PathBuf};

use notify::event::{EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::opening::JOURNALS;
use crate::private_files::{FileIdentity, folder_identity};
use crate::{FILE, Vault, VaultError};

/// Told of every touch of the vault's files, until dropped.
///
/// A touch comes before the commit it belongs to can be read, and on a network's file system none may come: whoever
/// waits looks a few times after one, and now and then without.
pub struct Touches {
    home: PathBuf,
    folder: Option<FileIdentity>,
    _watcher: RecommendedWatcher,
}

impl Touches {
    /// Calls `touched` on a thread of its own whenever the vault's files in this home are written, made or replaced, and
    /// when the home itself is moved away.
    /// `None`: the folder is not there, or this system cannot tell.
    pub fn of(home: &Path, touched: impl Fn() + Send + 'static) -> Option<Self> {
        let watched = home.to_owned();
        let tell = move |event: notify::Result<Event>| match event {
            Ok(event) if !concerns_vault(&event, &watched) => {}
            // An error means that touches were missed.
            Ok(_) | Err(_) => touched(),
        };
        // Before it is watched: another one that comes into its place is told apart.
        let folder = folder_identity(home);
        let mut watcher = notify::recommended_watcher(tell).ok()?;
        watcher.watch(home, RecursiveMode::NonRecursive).ok()?;
        Some(Self {
            home: home.to_owned(),
            folder,
            _watcher: watcher,
        })
    }

    /// Whether the folder that is watched is still the home: a reset moves it aside, watch and all.
    pub fn are_of_home(&self) -> bool {
        folder_identity(&self.home) == self.folder
    }
}

fn concerns_vault(event: &Event, home: &Path) -> bool {
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    let is_moved = matches!(
        event.kind,
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Remove(_)
    );
    let is_ours = |path: &PathBuf| {
        path.file_name()
            .and_then(std::ffi::OsStr::to_str)
            .is_some_and(|name| name == FILE || JOURNALS.contains(&name))
            || is_moved && path == home
    };
    event.need_rescan() || event.paths.iter().any(is_ours)
}

impl Vault {
    /// A number that is another one after each commit of another process or of another opening of the vault, and the
    /// same as long as there was none (SQLite, `PRAGMA data_version`).
    pub fn commits(&self) -> Result<i64, VaultError> {
        self.read(|connection| Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;
    use crate::test_vault::{TestHome, put_profile};

    #[test]
    fn a_commit_of_another_opening_is_told_and_ones_own_and_looking_are_not() {
        let home = TestHome::new();
        let (vault, other) = (home.create(), home.open());
        let before = vault.commits().unwrap();
        put_profile(&vault, "own");
        assert_eq!(vault.commits().unwrap(), before);
        let (touched, touches) = channel();
        let _watch = Touches::of(&home.path(), move || touched.send(()).unwrap_or_default()).unwrap();
        for _ in 0..3 {
            vault.profiles().unwrap();
            other.profiles().unwrap();
        }
        std::fs::write(home.path().join("vault.reserve"), "x").unwrap();
        assert!(touches.recv_timeout(Duration::from_millis(200)).is_err());
        put_profile(&other, "work");
        assert!(touches.recv_timeout(Duration::from_secs(10)).is_ok());
        assert_ne!(vault.commits().unwrap(), before);
    }

    #[test]
    fn a_home_that_is_moved_away_is_a_touch_and_the_next_one_is_watched_anew() {
        let home = TestHome::new();
        drop(home.create());
        let (touched, touches) = channel();
        let watch = |touched: std::sync::mpsc::Sender<()>| {
            Touches::of(&home.path(), move || touched.send(()).unwrap_or_default())
        };
        let first = watch(touched.clone()).unwrap();
        assert!(first.are_of_home());
        let aside = crate::reset(&home.path()).unwrap().unwrap();
        assert!(touches.recv_timeout(Duration::from_secs(10)).is_ok());
        assert!(!first.are_of_home());
        drop(home.create());
        assert!(!first.are_of_home(), "another folder has its name");
        drop(first);
        let next = watch(touched).unwrap();
        while touches.try_recv().is_ok() {}
        put_profile(&home.open(), "work");
        assert!(touches.recv_timeout(Duration::from_secs(10)).is_ok());
        assert!(next.are_of_home());
        std::fs::remove_dir_all(aside).unwrap();
    }

    #[test]
    fn a_home_that_is_not_there_has_no_touches() {
        assert!(Touches::of(&TestHome::new().path(), || {}).is_none());
    }
}
