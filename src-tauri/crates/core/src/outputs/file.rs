//! A file that holds the newest token: its owner's alone, there whole or not at all, and no link is followed on the way.

use std::path::{Path, PathBuf};

use keybelt_primitives::Secret;

/// Why a file is not kept, or not removed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FileTrouble {
    /// It has no name, or its folder is not there.
    #[error("no folder for {}", .0.display())]
    NoFolder(PathBuf),
    /// It lies in the folder that holds the vault.
    #[error("{} lies in Keybelt's own folder", .0.display())]
    InHome(PathBuf),
    /// A link stands there, or in the way.
    #[error("{} is a link", .0.display())]
    Link(PathBuf),
    /// Something stands there that this output did not write.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// Something other than a plain file stands there, or somebody else's.
    #[error("{} is no plain file of ours", .0.display())]
    NotOurs(PathBuf),
    /// The system said no.
    #[error("{}: {error}", path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: String,
    },
}

/// The true place of a file that is to be kept: no link in its way today, so that one that comes later is noticed.
pub(super) fn place(path: &Path, home: &Path) -> Result<PathBuf, FileTrouble> {
    let no_folder = || FileTrouble::NoFolder(path.to_owned());
    let whole = std::path::absolute(path).map_err(|_| no_folder())?;
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(no_folder());
    };
    let folder = std::fs::canonicalize(folder).map_err(|_| no_folder())?;
    if !folder.is_dir() {
        return Err(no_folder());
    }
    let place = folder.join(name);
    if std::fs::canonicalize(home).is_ok_and(|home| folder.starts_with(home)) {
        return Err(FileTrouble::InHome(place));
    }
    platform::look(&place)?;
    Ok(place)
}

/// Whether something stands there that would be lost.
pub(super) fn is_occupied(place: &Path) -> bool {
    std::fs::symlink_metadata(place).is_ok_and(|found| found.len() > 0)
}

/// Writes the file anew. `id` tells what this output leaves behind when it is killed from what others do.
pub(super) fn write(path: &Path, id: i64, content: &Secret<String>) -> Result<(), FileTrouble> {
    platform::write(path, &unfinished(path, id), content)
}

/// Removes the file and whatever of it was unfinished. What is not ours any more is left alone.
pub(super) fn remove(path: &Path, id: i64) -> Result<(), FileTrouble> {
    platform::remove(path, &unfinished(path, id))
}

/// The file under construction, beside the file itself.
fn unfinished(path: &Path, id: i64) -> PathBuf {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    path.with_file_name(format!(".{name}.keybelt-{id}"))
}

/// That it did not work, and why.
pub(super) fn system(path: &Path, error: &dyn std::fmt::Display) -> FileTrouble {
    FileTrouble::System {
        path: path.to_owned(),
        error: error.to_string(),
    }
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::io::{self, Write};
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use keybelt_primitives::Secret;
    use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawMode};
    use rustix::io::Errno;

    use super::{FileTrouble, system};

    const OWNER_ALONE: RawMode = 0o600;

    /// Looks at what stands there, if anything.
    pub(super) fn look(path: &Path) -> Result<(), FileTrouble> {
        let folder = open_folder(path)?;
        is_ours(&folder, path).map(drop)
    }

    pub(super) fn write(path: &Path, unfinished: &Path, content: &Secret<String>) -> Result<(), FileTrouble> {
        let folder = open_folder(path)?;
        is_ours(&folder, path)?;
        // Left by a process that was killed: whoever writes has the output's lock.
        remove_from(&folder, unfinished)?;
        let written = write_whole(&folder, path, unfinished, content);
        if written.is_err() {
            // What is half there is worth nothing, and may be the reason why there is no room.
            let _ = remove_from(&folder, unfinished);
        }
        written.map_err(|error| system(path, &error))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the person named the file; the ledger has it"
    )]
    fn write_whole(
        folder: &OwnedFd,
        path: &Path,
        unfinished: &Path,
        content: &Secret<String>,
    ) -> io::Result<()> {
        let (name, unfinished) = (name(path)?, name(unfinished)?);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = rustix::fs::openat(folder, unfinished, flags, Mode::from_raw_mode(OWNER_ALONE))?;
        // Whatever the umask took away.
        rustix::fs::fchmod(&made, Mode::from_raw_mode(OWNER_ALONE))?;
        let mut file = File::from(made);
        file.write_all(content.expose().as_bytes())?;
        file.sync_all()?;
        rustix::fs::renameat(folder, unfinished, folder, name)?;
        rustix::fs::fsync(folder)?;
        Ok(())
    }

    pub(super) fn remove(path: &Path, unfinished: &Path) -> Result<(), FileTrouble> {
        let folder = match open_folder(path) {
            Ok(folder) => folder,
            // Gone with its folder, or out of reach behind a link.
            Err(FileTrouble::NoFolder(_) | FileTrouble::Link(_)) => return Ok(()),
            Err(trouble) => return Err(trouble),
        };
        for path in [unfinished, path] {
            match remove_from(&folder, path) {
                Ok(()) | Err(FileTrouble::Link(_) | FileTrouble::NotOurs(_)) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        rustix::fs::fsync(&folder).map_err(|error| system(path, &error))
    }

    fn remove_from(folder: &OwnedFd, path: &Path) -> Result<(), FileTrouble> {
        if !is_ours(folder, path)? {
            return Ok(());
        }
        name(path)
            .and_then(|name| Ok(rustix::fs::unlinkat(folder, name, AtFlags::empty())?))
            .map_err(|error| system(path, &error))
    }

    /// Whether a plain file of ours stands there; anything else is refused.
    fn is_ours(folder: &OwnedFd, path: &Path) -> Result<bool, FileTrouble> {
        let name = name(path).map_err(|error| system(path, &error))?;
        let found = match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => found,
            Err(Errno::NOENT) => return Ok(false),
            Err(error) => return Err(system(path, &error)),
        };
        let is_own = found.st_uid == rustix::process::geteuid().as_raw();
        match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile if is_own => Ok(true),
            FileType::Symlink => Err(FileTrouble::Link(path.to_owned())),
            _ => Err(FileTrouble::NotOurs(path.to_owned())),
        }
    }

    /// The folder, by a path that was free of links when the output was added and has to be so still.
    fn open_folder(path: &Path) -> Result<OwnedFd, FileTrouble> {
        let folder = path.parent().unwrap_or(path);
        let opened = match without_links(folder) {
            Err(Errno::NOSYS) => checked(folder),
            outcome => outcome,
        };
        opened.map_err(|error| match error {
            Errno::NOENT | Errno::NOTDIR => FileTrouble::NoFolder(path.to_owned()),
            Errno::LOOP => FileTrouble::Link(folder.to_owned()),
            error => system(path, &error),
        })
    }

    const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    #[cfg(target_os = "linux")]
    fn without_links(folder: &Path) -> Result<OwnedFd, Errno> {
        use rustix::fs::{CWD, ResolveFlags, openat2};
        openat2(CWD, folder, FOLDER, Mode::empty(), ResolveFlags::NO_SYMLINKS)
    }

    #[cfg(not(target_os = "linux"))]
    fn without_links(_folder: &Path) -> Result<OwnedFd, Errno> {
        Err(Errno::NOSYS)
    }

    /// Where the kernel cannot refuse links on the way, they are looked for before.
    fn checked(folder: &Path) -> Result<OwnedFd, Errno> {
        match std::fs::canonicalize(folder) {
            Ok(true_path) if true_path == folder => {
                rustix::fs::open(folder, FOLDER | OFlags::NOFOLLOW, Mode::empty())
            }
            Ok(_) => Err(Errno::LOOP),
            Err(error) => Err(Errno::from_io_error(&error).unwrap_or(Errno::IO)),
        }
    }

    fn name(path: &Path) -> io::Result<&std::ffi::OsStr> {
        path.file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
    }
}

/// Elsewhere a file in a person's own folder is closed to others by what it inherits.
#[cfg(not(unix))]
mod platform {
    use std::fs;
    use std::io::{self, Write};
    use std::path::Path;

    use keybelt_primitives::Secret;

    use super::{FileTrouble, system};

    pub(super) fn look(path: &Path) -> Result<(), FileTrouble> {
        is_ours(path).map(drop)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the person named the file; the ledger has it"
    )]
    pub(super) fn write(path: &Path, unfinished: &Path, content: &Secret<String>) -> Result<(), FileTrouble> {
        is_ours(path)?;
        remove_from(unfinished)?;
        let write = || {
            let mut file = fs::File::options()
                .write(true)
                .create_new(true)
                .open(unfinished)?;
            file.write_all(content.expose().as_bytes())?;
            file.sync_all()?;
            fs::rename(unfinished, path)
        };
        write().map_err(|error: io::Error| system(path, &error))
    }

    pub(super) fn remove(path: &Path, unfinished: &Path) -> Result<(), FileTrouble> {
        for path in [unfinished, path] {
            match remove_from(path) {
                Ok(()) | Err(FileTrouble::Link(_) | FileTrouble::NotOurs(_)) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(())
    }

    fn remove_from(path: &Path) -> Result<(), FileTrouble> {
        if is_ours(path)? {
            fs::remove_file(path).map_err(|error| system(path, &error))
        } else {
            Ok(())
        }
    }

    fn is_ours(path: &Path) -> Result<bool, FileTrouble> {
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => Err(FileTrouble::Link(path.to_owned())),
            Ok(found) if found.is_file() => Ok(true),
            Ok(_) => Err(FileTrouble::NotOurs(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(system(path, &error)),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use tempfile::TempDir;

    use super::*;

    fn folder() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap();
        (folder, path)
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_file_is_its_owners_alone_and_replaced_as_a_whole() {
        let (_guard, folder) = folder();
        let path = folder.join("token");
        for text in ["one", "two"] {
            write(&path, 1, &secret(text)).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        }
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        remove(&path, 1).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        remove(&path, 1).unwrap();
    }

    #[test]
    fn what_a_killed_writer_left_is_replaced_and_removed() {
        let (_guard, folder) = folder();
        let path = folder.join("token");
        let left = unfinished(&path, 1);
        fs::write(&left, "half").unwrap();
        write(&path, 1, &secret("whole")).unwrap();
        assert!(!left.exists());
        fs::write(&left, "half").unwrap();
        remove(&path, 1).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn links_are_not_followed_wherever_they_stand() {
        let (_guard, folder) = folder();
        let elsewhere = folder.join("elsewhere");
        fs::write(&elsewhere, "untouched").unwrap();
        let (path, home) = (folder.join("token"), folder.join("home"));
        symlink(&elsewhere, &path).unwrap();
        assert_eq!(place(&path, &home), Err(FileTrouble::Link(path.clone())));
        assert_eq!(
            write(&path, 1, &secret("t")),
            Err(FileTrouble::Link(path.clone()))
        );
        remove(&path, 1).unwrap();
        assert!(path.is_symlink(), "it is not ours to remove");
        fs::remove_file(&path).unwrap();
        symlink(&elsewhere, unfinished(&path, 1)).unwrap();
        assert!(matches!(write(&path, 1, &secret("t")), Err(FileTrouble::Link(_))));
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_became_a_link_is_not_entered() {
        let (_guard, folder) = folder();
        let (kept, other) = (folder.join("kept"), folder.join("other"));
        fs::create_dir(&kept).unwrap();
        fs::create_dir(&other).unwrap();
        fs::create_dir(other.join("deep")).unwrap();
        let path = kept.join("token");
        write(&path, 1, &secret("t")).unwrap();
        fs::rename(&kept, folder.join("moved")).unwrap();
        symlink(&other, &kept).unwrap();
        assert_eq!(
            write(&path, 1, &secret("t")),
            Err(FileTrouble::Link(kept.clone()))
        );
        let deep = kept.join("deep").join("token");
        assert!(matches!(write(&deep, 1, &secret("t")), Err(FileTrouble::Link(_))));
        remove(&path, 1).unwrap();
        assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
    }

    #[test]
    fn a_place_is_a_plain_file_in_a_folder_that_is_there_and_not_keybelts_own() {
        let (_guard, folder) = folder();
        let home = folder.join("home");
        fs::create_dir(&home).unwrap();
        fs::create_dir(home.join("leases")).unwrap();
        symlink(&home, folder.join("link")).unwrap();
        for path in [
            "home/token",
            "home/leases/token",
            "link/token",
            "home/../home/token",
        ] {
            let refused = place(&folder.join(path), &home);
            assert!(
                matches!(refused, Err(FileTrouble::InHome(_))),
                "{path}: {refused:?}"
            );
        }
        for path in ["missing/token", "", "/"] {
            let refused = place(&folder.join(path), &home);
            assert!(refused.is_err(), "{path}: {refused:?}");
        }
        assert_eq!(place(&home, &home), Err(FileTrouble::NotOurs(home.clone())));
        assert_eq!(place(&folder.join("token"), &home), Ok(folder.join("token")));
    }
}
