//! Commits of other processes: a touch of the vault's files wakes whoever waits, and the file itself says whether there
//! was one. Looking writes nothing.

use std::path::Path;

use notify::event::EventKind;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::opening::JOURNALS;
use crate::{FILE, Vault, VaultError};

/// Told of every touch of the vault's files, until dropped.
///
/// A touch comes before the commit it belongs to can be read, and on a network's file system none may come: whoever
/// waits looks a few times after one, and now and then without.
pub struct Touches {
    _watcher: RecommendedWatcher,
}

impl Touches {
    /// Calls `touched` on a thread of its own whenever the vault's files in this home are written, made or replaced.
    /// `None`: the folder is not there, or this system cannot tell.
    pub fn of(home: &Path, touched: impl Fn() + Send + 'static) -> Option<Self> {
        let tell = move |event: notify::Result<Event>| match event {
            Ok(event) if !concerns_vault(&event) => {}
            // An error means that touches were missed.
            Ok(_) | Err(_) => touched(),
        };
        let mut watcher = notify::recommended_watcher(tell).ok()?;
        watcher.watch(home, RecursiveMode::NonRecursive).ok()?;
        Some(Self { _watcher: watcher })
    }
}

fn concerns_vault(event: &Event) -> bool {
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    let is_ours = |path: &std::path::PathBuf| {
        path.file_name()
            .and_then(std::ffi::OsStr::to_str)
            .is_some_and(|name| name == FILE || JOURNALS.contains(&name))
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
    fn a_home_that_is_not_there_has_no_touches() {
        assert!(Touches::of(&TestHome::new().path(), || {}).is_none());
    }
}
