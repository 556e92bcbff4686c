//! Files and folders that belong to one person alone: made so, and refused where they are not.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::VaultError;

/// Refuses an opened file (the one with the passphrase) that others can read.
pub fn check_private_file(file: &File, path: &Path) -> Result<(), VaultError> {
    platform::check_readers(&file.metadata()?, path)
}

/// The folder's true path if it is there and its owner's alone.
pub(crate) fn private_folder(folder: &Path) -> Result<Option<PathBuf>, VaultError> {
    let found = match fs::metadata(folder) {
        Ok(found) if found.is_dir() => found,
        Err(error) if error.kind() != io::ErrorKind::NotADirectory => return absent(Err(error)),
        Ok(_) | Err(_) => return Err(no_folder(folder)),
    };
    platform::check(&found, folder, platform::FOLDER)?;
    Ok(Some(fs::canonicalize(folder)?))
}

/// Names the file that is in the way of a folder: in its place, or above it.
pub(crate) fn no_folder(folder: &Path) -> VaultError {
    let is_file = |place: &&Path| fs::metadata(place).is_ok_and(|found| !found.is_dir());
    VaultError::NoFolder {
        path: folder.ancestors().find(is_file).unwrap_or(folder).to_owned(),
    }
}

/// Makes the folder for its owner alone, or takes it if it is just that already.
pub(crate) fn make_private_folder(folder: &Path) -> Result<PathBuf, VaultError> {
    if let Some(path) = private_folder(folder)? {
        return Ok(path);
    }
    match platform::folder_builder().create(folder) {
        Ok(()) => {}
        // Another process was faster; whose it is, is looked at below.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    private_folder(folder)?.ok_or_else(|| VaultError::Defect("a folder went as it was made".to_owned()))
}

/// Whether the file is there; refused if it is a link, no file, or not its owner's alone.
pub(crate) fn is_private_file(path: &Path) -> Result<bool, VaultError> {
    let Some(found) = absent(fs::symlink_metadata(path))? else {
        return Ok(false);
    };
    if !found.is_file() {
        return Err(VaultError::damaged_file(format!(
            "{} is no plain file",
            path.display()
        )));
    }
    platform::check(&found, path, platform::FILE)?;
    Ok(true)
}

/// Opens a file for locking, made for its owner alone where it is not there. A link is not followed.
pub(crate) fn lock_file(path: &Path) -> Result<File, VaultError> {
    is_private_file(path)?;
    Ok(platform::private(
        File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false),
    )
    .open(path)?)
}

/// Makes a new file for its owner alone.
pub(crate) fn make_private_file(path: &Path) -> Result<File, VaultError> {
    Ok(platform::private(File::options().read(true).write(true).create_new(true)).open(path)?)
}

/// Which file a path names: another one in its place is another one. `None`: none is there, or the system does not tell.
pub(crate) type FileIdentity = (u64, u64);

/// See [`FileIdentity`].
pub(crate) fn file_identity(path: &Path) -> Option<FileIdentity> {
    fs::symlink_metadata(path)
        .ok()
        .and_then(|found| platform::identity(&found))
}

/// The same of a folder, by way of a link too.
pub(crate) fn folder_identity(path: &Path) -> Option<FileIdentity> {
    fs::metadata(path)
        .ok()
        .and_then(|found| platform::identity(&found))
}

/// Whether the disk itself failed.
pub(crate) fn is_of_disk(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(platform::is_of_disk)
}

/// Makes a rename or removal in the folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), VaultError> {
    platform::sync_folder(folder).map_err(VaultError::from)
}

/// Removes a file that may be gone already.
pub(crate) fn remove_file(path: &Path) -> Result<(), VaultError> {
    absent(fs::remove_file(path)).map(drop)
}

fn absent<T>(found: io::Result<T>) -> Result<Option<T>, VaultError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(unix)]
mod platform {
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
    use std::path::Path;

    use rustix::fs::OFlags;

    use crate::VaultError;

    pub(super) const FOLDER: u32 = 0o700;
    pub(super) const FILE: u32 = 0o600;
    const OTHERS: u32 = 0o077;

    pub(super) fn check(found: &Metadata, path: &Path, mode: u32) -> Result<(), VaultError> {
        if found.uid() != rustix::process::geteuid().as_raw() {
            let command = format!("sudo chown -R \"$(id -un)\" {}", quoted(path));
            return Err(VaultError::Permissions {
                path: path.to_owned(),
                command,
            });
        }
        if found.mode() & OTHERS != 0 {
            let command = format!("chmod {mode:o} {}", quoted(path));
            return Err(VaultError::Permissions {
                path: path.to_owned(),
                command,
            });
        }
        Ok(())
    }

    /// A secret that root keeps for this person (a container's, a service's) is as good as their own.
    pub(super) fn check_readers(found: &Metadata, path: &Path) -> Result<(), VaultError> {
        if found.uid() == 0 && found.mode() & OTHERS == 0 {
            Ok(())
        } else {
            check(found, path, FILE)
        }
    }

    pub(super) fn identity(found: &Metadata) -> Option<(u64, u64)> {
        Some((found.dev(), found.ino()))
    }

    pub(super) fn is_of_disk(code: i32) -> bool {
        code == rustix::io::Errno::IO.raw_os_error()
    }

    pub(super) fn folder_builder() -> DirBuilder {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(FOLDER);
        builder
    }

    pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
        let no_follow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
        options.mode(FILE).custom_flags(no_follow)
    }

    pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    /// The path as a POSIX shell takes it.
    fn quoted(path: &Path) -> String {
        format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
    }
}

/// Elsewhere a person's own folder is closed to others by what it inherits.
#[cfg(not(unix))]
mod platform {
    use std::fs::{DirBuilder, Metadata, OpenOptions};
    use std::io;
    use std::path::Path;

    use crate::VaultError;

    pub(super) const FOLDER: u32 = 0;
    pub(super) const FILE: u32 = 0;

    pub(super) fn check(_found: &Metadata, _path: &Path, _mode: u32) -> Result<(), VaultError> {
        Ok(())
    }

    pub(super) fn check_readers(_found: &Metadata, _path: &Path) -> Result<(), VaultError> {
        Ok(())
    }

    /// An open file cannot be replaced there.
    pub(super) fn identity(_found: &Metadata) -> Option<(u64, u64)> {
        None
    }

    /// `ERROR_CRC`, `ERROR_WRITE_FAULT`, `ERROR_READ_FAULT`, `ERROR_IO_DEVICE`.
    pub(super) fn is_of_disk(code: i32) -> bool {
        [23, 29, 30, 1117].contains(&code)
    }

    pub(super) fn folder_builder() -> DirBuilder {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        builder
    }

    pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    /// A folder cannot be synchronised by itself there.
    pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_others_can_reach_is_refused_with_the_command_that_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("it's");
        make_private_folder(&home).unwrap();
        assert_eq!(fs::metadata(&home).unwrap().permissions().mode() & 0o777, 0o700);
        fs::set_permissions(&home, fs::Permissions::from_mode(0o750)).unwrap();
        let Err(VaultError::Permissions { path, command }) = private_folder(&home) else {
            panic!("was taken")
        };
        assert_eq!(path, home);
        assert!(
            command.starts_with("chmod 700 '") && command.ends_with(r"it'\''s'"),
            "{command}"
        );
        let mended = std::process::Command::new("sh")
            .args(["-c", &command])
            .status()
            .unwrap();
        assert!(mended.success());
        assert!(private_folder(&home).unwrap().is_some());
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_or_above_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        make_private_file(&path).unwrap();
        for home in [path.clone(), path.join("below/it")] {
            let named = VaultError::NoFolder { path: path.clone() };
            assert_eq!(private_folder(&home), Err(named.clone()));
            assert_eq!(make_private_folder(&home), Err(named.clone()));
            assert_eq!(crate::reset(&home), Err(named));
        }
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        make_private_file(&file).unwrap();
        symlink(&file, &link).unwrap();
        assert!(is_private_file(&file).unwrap());
        assert!(matches!(is_private_file(&link), Err(VaultError::Damaged { .. })));
        assert!(lock_file(&link).is_err());
    }

    #[test]
    fn a_passphrase_file_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        let file = make_private_file(&path).unwrap();
        check_private_file(&file, &path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            check_private_file(&file, &path),
            Err(VaultError::Permissions { .. })
        ));
    }
}
