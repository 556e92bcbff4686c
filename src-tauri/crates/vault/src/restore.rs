//! A vault from a backup: whole, or not at all. The one that was there is set aside, never deleted.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybelt_primitives::text::why_unreadable;
use keybelt_primitives::{Entropy, Secret};
use rusqlite::Connection;

use crate::creation::Wrapping;
use crate::key_slot::{KeySlot, Source, random_id, stretch};
use crate::lease::{lock_of, lock_within};
use crate::opening::{JOURNALS, LOCK, MAKING_PATIENCE, is_there, open_guarded};
use crate::private_files::{make_private_file, make_private_folder, remove_file, sync_folder};
use crate::reset::hold;
use crate::seal::{Key, Seals};
use crate::{CreateError, FILE, KeepKey, LockedVault, Vault, VaultError, schema};

/// The most that a backup holds, in bytes: over a hundred thousand accounts.
const LARGEST: u64 = 2 << 30;
/// The copy that becomes the vault, and what SQLite keeps beside it.
const UNFINISHED: &str = "vault.db.restoring";
const UNFINISHED_JOURNALS: [&str; 3] = [
    "vault.db.restoring-journal",
    "vault.db.restoring-wal",
    "vault.db.restoring-shm",
];
/// The lock of those who restore: the copy has one name.
const ONE_AT_A_TIME: &str = "restore.lock";
/// A busy vault is asked so often to fold its journal in.
const CHECKPOINTS: u32 = 20;

/// Why nothing was restored. The vault that was there is still there.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RestoreError {
    /// There is a vault already, which nobody asked to replace.
    #[error("there is a vault already")]
    Exists,
    /// The file cannot be read.
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why, for people.
        cause: String,
    },
    /// The file is something else.
    #[error("{} is no backup", path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
    },
    /// A part of the backup does not open.
    #[error("the backup is damaged: {what}")]
    Damaged {
        /// Which part, for people.
        what: String,
    },
    /// A newer version of the program wrote it.
    #[error("the backup is of a newer version")]
    Newer,
    /// That is not the backup's passphrase.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The key of the restored vault is not kept, or the home cannot be used.
    #[error(transparent)]
    Keep(#[from] CreateError),
}

impl From<VaultError> for RestoreError {
    fn from(error: VaultError) -> Self {
        Self::Keep(error.into())
    }
}

/// What a backup became.
pub struct Restored {
    /// The vault, open; or why it does not open just now: it stands in its place all the same.
    pub vault: Result<Vault, VaultError>,
    /// The folder with the vault that was there before.
    pub aside: Option<PathBuf>,
}

impl Vault {
    /// Makes the vault of a home from a backup; its key is kept as a new vault's. With `replace` a vault that is there is
    /// set aside.
    pub fn restore(
        home: &Path,
        backup: &Path,
        passphrase: &Secret<String>,
        keep: KeepKey<'_>,
        replace: bool,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Restored, RestoreError> {
        let home = make_private_folder(home)?;
        let _one_at_a_time = lock_of(&home, ONE_AT_A_TIME, MAKING_PATIENCE)?;
        let there = was_there(&home)?;
        if there && !replace {
            return Err(RestoreError::Exists);
        }
        let _unfinished = Unfinished::new(&home)?;
        copy_in(backup, &home)?;
        let (master, wrapping) = prepare(&home, backup, passphrase, keep, &entropy)?;
        match install(&home, there) {
            Ok(Installed { found, aside }) => Ok(Restored {
                // Whatever fails from here on: it is the vault, and its key stays.
                vault: found.and_then(|found| found.open_new(master, entropy)),
                aside,
            }),
            Err(error) => {
                wrapping.forget(keep);
                Err(error)
            }
        }
    }
}

/// Whether there is a vault, or what is left of one.
fn was_there(home: &Path) -> Result<bool, VaultError> {
    match is_there(home) {
        Err(VaultError::Damaged { .. }) => Ok(true),
        there => there,
    }
}

/// The copy's files; what is left of them goes at the end, and what a killed process left at the beginning.
struct Unfinished<'a> {
    home: &'a Path,
}

impl<'a> Unfinished<'a> {
    fn new(home: &'a Path) -> Result<Self, VaultError> {
        Self::remove(home)?;
        Ok(Self { home })
    }

    fn remove(home: &Path) -> Result<(), VaultError> {
        for name in [UNFINISHED].iter().chain(&UNFINISHED_JOURNALS) {
            remove_file(&home.join(name))?;
        }
        Ok(())
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Err(error) = Self::remove(self.home) {
            tracing::warn!(%error, "a file that nobody needs stays");
        }
    }
}

fn copy_in(backup: &Path, home: &Path) -> Result<(), RestoreError> {
    let unreadable = |cause: String| RestoreError::Unreadable {
        path: backup.to_owned(),
        cause,
    };
    let file = File::open(backup).map_err(|error| unreadable(why_unreadable(error.kind())))?;
    let found = file
        .metadata()
        .map_err(|error| unreadable(why_unreadable(error.kind())))?;
    if !found.is_file() {
        return Err(unreadable("it is no plain file".to_owned()));
    }
    if found.len() > LARGEST {
        return Err(unreadable("it is larger than a backup ever is".to_owned()));
    }
    let mut copy = make_private_file(&home.join(UNFINISHED))?;
    io::copy(&mut file.take(LARGEST), &mut copy).map_err(VaultError::from)?;
    copy.sync_all().map_err(VaultError::from)?;
    Ok(())
}

/// Opens the copy with the backup's passphrase, brings it to the latest shape, and gives it the key of this home.
fn prepare(
    home: &Path,
    backup: &Path,
    passphrase: &Secret<String>,
    keep: KeepKey<'_>,
    entropy: &Arc<dyn Entropy>,
) -> Result<(Key, Wrapping), RestoreError> {
    let no_backup = || RestoreError::NoBackup {
        path: backup.to_owned(),
    };
    if !is_ours(&home.join(UNFINISHED)).map_err(VaultError::from)? {
        return Err(no_backup());
    }
    let mut connection = connect(&home.join(UNFINISHED)).map_err(of_backup)?;
    if schema::version(&connection).map_err(of_backup)? > schema::latest(schema::STEPS) {
        return Err(RestoreError::Newer);
    }
    let slot = KeySlot::read(&connection).map_err(of_backup)?;
    let Source::Passphrase { salt, cost } = slot.source else {
        return Err(no_backup());
    };
    let master = slot
        .master(&stretch(passphrase, salt, cost)?)?
        .ok_or(RestoreError::WrongPassphrase)?;
    bring_up_to_date(&mut connection, &slot, &master, entropy).map_err(of_backup)?;
    let again = Some(random_id(entropy.as_ref())?);
    let wrapping = Wrapping::new(keep, slot.vault, again, entropy.as_ref())?;
    let kept = KeySlot::new(
        slot.vault,
        wrapping.source,
        &wrapping.key,
        entropy.as_ref(),
        &master,
    )
    .and_then(|slot| Ok(slot.replace(&connection)?))
    .and_then(|()| Ok(connection.close().map_err(|(_, error)| error)?))
    .and_then(|()| Ok(File::open(home.join(UNFINISHED))?.sync_all()?));
    match kept {
        Ok(()) => Ok((master, wrapping)),
        Err(error) => {
            wrapping.forget(keep);
            Err(error.into())
        }
    }
}

/// Whether a file says that it is a vault, whatever state the rest of it is in
/// (<https://sqlite.org/fileformat2.html#the_database_header>).
fn is_ours(path: &Path) -> io::Result<bool> {
    let mut header = Vec::new();
    File::open(path)?.take(72).read_to_end(&mut header)?;
    Ok(header.starts_with(b"SQLite format 3\0") && header.ends_with(&schema::APPLICATION_ID.to_be_bytes()))
}

/// As a backup is opened: its journal is within it.
fn connect(path: &Path) -> Result<Connection, VaultError> {
    let connection = open_guarded(path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    Ok(connection)
}

fn bring_up_to_date(
    connection: &mut Connection,
    slot: &KeySlot,
    master: &Key,
    entropy: &Arc<dyn Entropy>,
) -> Result<(), VaultError> {
    let seals = Arc::new(Seals::new(slot.vault, master, entropy.clone())?);
    schema::check_version(connection, &seals, schema::version(connection)?)?;
    schema::migrate(connection, &seals, schema::STEPS)?;
    schema::check_shape(connection, schema::STEPS)?;
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        Ok(())
    } else {
        Err(VaultError::damaged_file("the structure of the file"))
    }
}

fn of_backup(error: VaultError) -> RestoreError {
    match error {
        VaultError::Damaged { what, .. } => RestoreError::Damaged { what },
        VaultError::Newer => RestoreError::Newer,
        other => other.into(),
    }
}

/// The vault is in its place.
struct Installed {
    /// The vault, found there.
    found: Result<LockedVault, VaultError>,
    /// What was there before.
    aside: Option<PathBuf>,
}

/// Puts the finished copy into the vault's place; what was there is copied aside first.
fn install(home: &Path, there: bool) -> Result<Installed, RestoreError> {
    let (aside, held) = if there {
        let folder = aside_folder(home)?;
        let held = set_aside(home, &folder)?;
        (Some(folder), held)
    } else {
        (None, None)
    };
    // Who opened the old file between these steps would make new journals, for the new file to find.
    let _alone = lock_within(&home.join(LOCK), MAKING_PATIENCE)?;
    if !there && was_there(home)? {
        return Err(RestoreError::Exists);
    }
    // Nobody writes to the old one any more, and its journal is empty or gone.
    for journal in JOURNALS {
        remove_file(&home.join(journal))?;
    }
    #[cfg(test)]
    tests::between_the_steps(home);
    std::fs::rename(home.join(UNFINISHED), home.join(FILE)).map_err(VaultError::from)?;
    // The room of the old file, which has no name any more, is the new one's to open in.
    drop(held);
    let found = sync_folder(home).and_then(|()| LockedVault::at(home.to_owned(), schema::STEPS));
    Ok(Installed { found, aside })
}

fn aside_folder(home: &Path) -> Result<PathBuf, VaultError> {
    let folder = (1_u32..)
        .map(|count| home.join(format!("before-restore-{count}")))
        .find(|path| std::fs::symlink_metadata(path).is_err())
        .ok_or(VaultError::ReadOnly)?;
    make_private_folder(&folder)
}

/// Copies the old vault aside, durably, and holds others from writing to it.
fn set_aside(home: &Path, folder: &Path) -> Result<Option<Connection>, VaultError> {
    let held = hold_folded(home)?;
    for name in [FILE].iter().chain(&JOURNALS) {
        // What is shared in memory means nothing elsewhere.
        let is_shared = name.ends_with("-shm");
        match File::open(home.join(name)) {
            Ok(mut old) if !is_shared => {
                let mut copy = make_private_file(&folder.join(name))?;
                io::copy(&mut old, &mut copy)?;
                copy.sync_all()?;
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    sync_folder(folder)?;
    Ok(held)
}

/// Holds the old vault with its journal folded into it. `None`: it is no database, and nobody can write to it.
fn hold_folded(home: &Path) -> Result<Option<Connection>, VaultError> {
    let journal = home.join(JOURNALS[0]);
    for _ in 0..CHECKPOINTS {
        let Some(held) = hold(&home.join(FILE))? else {
            return Ok(None);
        };
        if std::fs::metadata(&journal).map_or(0, |found| found.len()) == 0 {
            return Ok(Some(held));
        }
        held.execute_batch("ROLLBACK")?;
        held.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Err(VaultError::Busy)
}

#[cfg(test)]
mod tests {
    use keybelt_primitives::UnixSeconds;

    use super::*;
    use crate::opening::OpenBy;
    use crate::test_vault::{TestHome, entropy, insert, profile_name, put_profile};
    use crate::{BackupError, LedgerLine, UnlockError};

    fn passphrase(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn home_with_account() -> (TestHome, Vault) {
        let home = TestHome::new();
        let vault = home.create();
        let profile = put_profile(&vault, "work");
        insert(&vault, &profile, "work/ana");
        (home, vault)
    }

    fn back_up(home: &TestHome, file: &Path) -> Result<(), BackupError> {
        let line = LedgerLine::backed_up("a file", UnixSeconds(5));
        LockedVault::find(&home.path()).unwrap().unwrap().back_up(
            OpenBy::Keyring(&home.keyring),
            file,
            &passphrase("of the backup"),
            &line,
            entropy(),
        )
    }

    fn restore(home: &TestHome, file: &Path, replace: bool) -> Result<Restored, RestoreError> {
        Vault::restore(
            &home.path(),
            file,
            &passphrase("of the backup"),
            KeepKey::Keyring(&home.keyring),
            replace,
            entropy(),
        )
    }

    fn names(vault: &Vault) -> Vec<String> {
        let listed = vault.accounts().unwrap();
        assert!(listed.damaged.is_empty());
        listed.records.iter().map(|one| one.name.to_string()).collect()
    }

    #[test]
    fn a_backup_holds_everything_and_opens_elsewhere() {
        let (home, vault) = home_with_account();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keybelt.backup");
        back_up(&home, &file).unwrap();
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no rest of it"
        );
        assert_eq!(
            back_up(&home, &file).err(),
            Some(BackupError::FileExists { path: file.clone() })
        );
        let other = TestHome::new();
        let restored = restore(&other, &file, false).unwrap();
        assert!(restored.aside.is_none());
        assert_eq!(names(restored.vault.as_ref().unwrap()), ["work/ana"]);
        let made = restored.vault.as_ref().unwrap();
        assert_eq!(made.check().unwrap(), []);
        let events = made.ledger(None).unwrap().records;
        assert_eq!(events.last().unwrap().event, "backed_up");
        drop(restored);
        assert_eq!(names(&other.open()), ["work/ana"]);
        // Both live on, each with a key of its own.
        put_profile(&vault, "more");
        assert_eq!(names(&home.open()), ["work/ana"]);
    }

    #[test]
    fn two_homes_of_one_keyring_do_not_share_a_key() {
        let (home, _vault) = home_with_account();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b");
        back_up(&home, &file).unwrap();
        let other = folder.path().join("other");
        let keep = KeepKey::Keyring(&home.keyring);
        let restored = Vault::restore(
            &other,
            &file,
            &passphrase("of the backup"),
            keep,
            false,
            entropy(),
        )
        .unwrap();
        drop(restored);
        let new = passphrase("new");
        let locked = LockedVault::find(&other).unwrap().unwrap();
        locked
            .rekey(
                OpenBy::Keyring(&home.keyring),
                KeepKey::Passphrase(&new),
                entropy(),
            )
            .unwrap();
        assert_eq!(names(&home.open()), ["work/ana"]);
    }

    #[test]
    fn a_vault_is_replaced_only_when_asked_and_set_aside_then() {
        let (home, _vault) = home_with_account();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b");
        back_up(&home, &file).unwrap();
        let other = TestHome::new();
        let open = other.create();
        put_profile(&open, "kept");
        let before = other.bytes();
        assert_eq!(restore(&other, &file, false).err(), Some(RestoreError::Exists));
        assert_eq!(other.bytes(), before);
        let restored = restore(&other, &file, true).unwrap();
        assert_eq!(names(restored.vault.as_ref().unwrap()), ["work/ana"]);
        let aside = restored.aside.unwrap();
        assert_eq!(open.profiles().err(), Some(VaultError::Replaced));
        let was = LockedVault::find(&aside).unwrap().unwrap();
        let was = was
            .unlock_with_keyring(&other.keyring, entropy())
            .map_err(|(_, error)| error)
            .unwrap();
        assert!(was.profile(&profile_name("kept")).unwrap().is_some());
        assert_eq!(names(&other.open()), ["work/ana"]);
    }

    type Step = Box<dyn FnOnce(&Path) + Send>;

    thread_local! {
        static BETWEEN: std::cell::RefCell<Option<Step>> = const { std::cell::RefCell::new(None) };
    }

    /// What another process does when the old file's journals are gone and the new file is not there yet.
    pub(super) fn between_the_steps(home: &Path) {
        if let Some(step) = BETWEEN.take() {
            step(home);
        }
    }

    #[test]
    fn who_opens_the_old_file_while_it_is_replaced_leaves_nothing_of_it_to_the_new_one() {
        use std::sync::mpsc::channel;
        let (home, _vault) = home_with_account();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b");
        back_up(&home, &file).unwrap();
        let other = Arc::new(TestHome::new());
        let old = other.create();
        for count in 0..50 {
            put_profile(&old, &format!("old-{count}"));
        }
        let (said, heard) = channel();
        let opener = other.clone();
        BETWEEN.set(Some(Box::new(move |_| {
            let (written, wrote) = channel();
            let writing = std::thread::spawn(move || {
                let vault = opener.open();
                put_profile(&vault, "late");
                let _ = written.send(());
                vault
            });
            // Whoever could open it now would have written by then.
            let in_between = wrote.recv_timeout(std::time::Duration::from_secs(1)).is_ok();
            said.send((in_between, writing)).unwrap();
        })));
        drop(restore(&other, &file, true).unwrap());
        let (in_between, writing) = heard.recv().unwrap();
        let late = writing.join().unwrap();
        let restored = other.open();
        assert_eq!(restored.check().unwrap(), []);
        assert_eq!(names(&restored), ["work/ana"]);
        assert!(!in_between, "the old file could be opened and written to");
        // The other one waited, and wrote to the vault that is there now.
        assert!(restored.profile(&profile_name("late")).unwrap().is_some());
        assert!(restored.profile(&profile_name("old-1")).unwrap().is_none());
        drop(late);
        assert!(other.open().profile(&profile_name("late")).unwrap().is_some());
    }

    #[test]
    fn a_damaged_vault_is_replaced_too() {
        let (home, vault) = home_with_account();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b");
        back_up(&home, &file).unwrap();
        drop(vault);
        std::fs::write(home.path().join(FILE), b"no vault at all").unwrap();
        let restored = restore(&home, &file, true).unwrap();
        assert_eq!(names(restored.vault.as_ref().unwrap()), ["work/ana"]);
        assert_eq!(
            std::fs::read(restored.aside.unwrap().join(FILE)).unwrap(),
            b"no vault at all"
        );
    }

    #[test]
    fn what_is_no_backup_or_has_another_passphrase_makes_nothing() {
        let (home, _vault) = home_with_account();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b");
        back_up(&home, &file).unwrap();
        let other = TestHome::new();
        let wrong = Vault::restore(
            &other.path(),
            &file,
            &passphrase("another"),
            KeepKey::Keyring(&other.keyring),
            false,
            entropy(),
        );
        assert_eq!(wrong.err(), Some(RestoreError::WrongPassphrase));
        let whole = std::fs::read(&file).unwrap();
        let vault = std::fs::read(home.path().join(FILE)).unwrap();
        for (content, is_ours, what) in [
            (b"not a backup".to_vec(), false, "text"),
            (Vec::new(), false, "nothing"),
            (whole[..71].to_vec(), false, "less than its header"),
            (vault, false, "a vault of the keyring"),
            (whole[..whole.len() / 2].to_vec(), true, "half"),
            (whole[..4096].to_vec(), true, "a page"),
        ] {
            let bad = folder.path().join("bad");
            std::fs::write(&bad, content).unwrap();
            let error = restore(&other, &bad, false).err().unwrap();
            match error {
                RestoreError::NoBackup { path } => assert!(!is_ours && path == bad, "{what}"),
                RestoreError::Damaged { .. } => assert!(is_ours, "{what}"),
                other => panic!("{what}: {other}"),
            }
        }
        let gone = restore(&other, &folder.path().join("gone"), false);
        assert!(matches!(gone.err(), Some(RestoreError::Unreadable { .. })));
        assert!(LockedVault::find(&other.path()).unwrap().is_none());
        let left: Vec<_> = std::fs::read_dir(other.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, [crate::lease::FOLDER], "no rest of it");
        let unfit = LockedVault::find(&home.path()).unwrap().unwrap().back_up(
            OpenBy::Keyring(&home.keyring),
            &folder.path().join("c"),
            &passphrase(""),
            &LedgerLine::backed_up("c", UnixSeconds(5)),
            entropy(),
        );
        assert_eq!(unfit, Err(BackupError::UnfitPassphrase));
        let locked = LockedVault::find(&home.path()).unwrap().unwrap();
        let unopened = locked.back_up(
            OpenBy::Passphrase(&passphrase("x")),
            &folder.path().join("c"),
            &passphrase("x"),
            &LedgerLine::backed_up("c", UnixSeconds(5)),
            entropy(),
        );
        assert_eq!(unopened, Err(BackupError::Unlock(UnlockError::WrongSource)));
        assert!(!folder.path().join("c").exists());
    }
}
