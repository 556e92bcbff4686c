use std::io;
use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};

use crate::private_files::is_of_disk;

/// Why the vault could not be used. Nothing in it was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VaultError {
    /// A record does not open, or the file's own structure is broken.
    #[error("damaged: {what}")]
    Damaged {
        /// Which record or part, for people.
        what: String,
        /// How much of the vault it takes with it.
        extent: Extent,
    },
    /// Others can reach a file or folder, or it is somebody else's.
    #[error("{} is not private", path.display())]
    Permissions {
        /// The file or folder.
        path: PathBuf,
        /// The command that mends it.
        command: String,
    },
    /// A file is where its folder should be, or above it.
    #[error("{} is no folder", path.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of the program wrote it.
    #[error("written by a newer version")]
    Newer,
    /// It cannot be written to.
    #[error("read only")]
    ReadOnly,
    /// Another vault stands in its place, or none, since it was opened.
    #[error("moved or replaced")]
    Replaced,
    /// Another process did not let go in time.
    #[error("busy")]
    Busy,
    /// No room.
    #[error("disk full")]
    DiskFull,
    /// The disk does not take what is written, for want of room or since it is broken. What it refused last may come back
    /// to life with it.
    #[error("the disk takes nothing")]
    DiskFails,
    /// A defect of ours; the text is for the log.
    #[error("defect: {0}")]
    Defect(String),
}

/// How much of the vault damage takes with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extent {
    /// One record; the others open.
    Record(Part),
    /// The file, or a table of it.
    File,
}

/// What a record is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Part {
    /// A profile.
    Profile,
    /// An account.
    Account,
    /// An output.
    Output,
    /// An authorization under way.
    Pending,
    /// A line of the ledger.
    Line,
    /// What is kept beside them, and made anew where it is not there.
    Blob,
}

impl Part {
    /// By the record's name in the check. `None`: it is the file, or a table of it.
    pub fn of_record(record: &str) -> Option<Self> {
        match record.split_once('/')?.0 {
            "profiles" => Some(Self::Profile),
            "accounts" => Some(Self::Account),
            "outputs" => Some(Self::Output),
            "pending" => Some(Self::Pending),
            "ledger" => Some(Self::Line),
            "blobs" => Some(Self::Blob),
            _ => None,
        }
    }
}

impl VaultError {
    /// One record does not open.
    pub(crate) fn damaged(part: Part, what: impl Into<String>) -> Self {
        Self::Damaged {
            what: what.into(),
            extent: Extent::Record(part),
        }
    }

    /// The file is not what it should be.
    pub(crate) fn damaged_file(what: impl Into<String>) -> Self {
        Self::Damaged {
            what: what.into(),
            extent: Extent::File,
        }
    }

    /// The cause beside the name of a record, which the error calls `whole` where nothing of it opens.
    pub(crate) fn cause_in(&self, whole: &str) -> String {
        match self {
            Self::Damaged { what, .. } if what == whole => "it does not open".to_owned(),
            Self::Damaged { what, .. } => what.clone(),
            other => other.to_string(),
        }
    }
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error;
        match &error {
            Error::SqliteFailure(failure, _) => of_failure(*failure).unwrap_or_else(|| defect(&error)),
            Error::SqlInputError { error: failure, .. } => {
                of_failure(*failure).unwrap_or_else(|| defect(&error))
            }
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => Self::damaged_file("a column of the file is not what it should be"),
            _ => defect(&error),
        }
    }
}

fn defect(error: &rusqlite::Error) -> VaultError {
    // SQLite's texts name tables and columns, never a bound value.
    VaultError::Defect(error.to_string())
}

/// What SQLite says where there is no room for what it shares in memory (<https://sqlite.org/rescode.html>).
const NO_ROOM: &[i32] = &[
    ffi::SQLITE_IOERR_SHMOPEN,
    ffi::SQLITE_IOERR_SHMSIZE,
    ffi::SQLITE_IOERR_SHMMAP,
];

/// What it says where the disk takes nothing: over a quota, full only when it is to be durable, or broken.
const NOT_TAKEN: &[i32] = &[
    ffi::SQLITE_IOERR_WRITE,
    ffi::SQLITE_IOERR_FSYNC,
    ffi::SQLITE_IOERR_DIR_FSYNC,
    ffi::SQLITE_IOERR_TRUNCATE,
    ffi::SQLITE_IOERR_DELETE,
];

/// The damage that is not the file's.
pub(crate) const UNREADABLE: &str = "the disk does not read the file";

fn of_failure(failure: ffi::Error) -> Option<VaultError> {
    match failure.code {
        ErrorCode::SystemIoFailure if NO_ROOM.contains(&failure.extended_code) => Some(VaultError::DiskFull),
        ErrorCode::SystemIoFailure if NOT_TAKEN.contains(&failure.extended_code) => {
            Some(VaultError::DiskFails)
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            Some(VaultError::Busy)
        }
        // A journal that cannot be made beside the file is reported as a file that cannot be opened.
        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            Some(VaultError::ReadOnly)
        }
        ErrorCode::DiskFull => Some(VaultError::DiskFull),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            Some(VaultError::damaged_file("the structure of the file"))
        }
        ErrorCode::SystemIoFailure => Some(VaultError::damaged_file(UNREADABLE)),
        _ => None,
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            _ if is_of_disk(&error) => Self::DiskFails,
            _ => Self::Defect(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_can_mend_is_told_apart() {
        let of = |code: i32| VaultError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        assert_eq!(of(ffi::SQLITE_FULL), VaultError::DiskFull);
        assert_eq!(of(ffi::SQLITE_IOERR_SHMSIZE), VaultError::DiskFull);
        assert_eq!(of(ffi::SQLITE_IOERR_WRITE), VaultError::DiskFails);
        assert!(matches!(of(ffi::SQLITE_IOERR_READ), VaultError::Damaged { .. }));
        assert_eq!(of(ffi::SQLITE_READONLY), VaultError::ReadOnly);
        assert_eq!(of(ffi::SQLITE_CANTOPEN), VaultError::ReadOnly);
        assert_eq!(of(ffi::SQLITE_BUSY), VaultError::Busy);
        assert!(matches!(of(ffi::SQLITE_CORRUPT), VaultError::Damaged { .. }));
        assert!(matches!(of(ffi::SQLITE_NOTADB), VaultError::Damaged { .. }));
        assert!(matches!(of(ffi::SQLITE_MISUSE), VaultError::Defect(_)));
        assert_eq!(
            VaultError::from(io::Error::from(io::ErrorKind::StorageFull)),
            VaultError::DiskFull
        );
        assert_eq!(
            VaultError::from(io::Error::from(io::ErrorKind::PermissionDenied)),
            VaultError::ReadOnly
        );
    }
}
