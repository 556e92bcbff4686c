//! Files that the person saves or opens: which is asked by the system's own dialog, and what is written is whole or not
//! there.

// This is how it is done under GTK; another system gets a file of its own beside this one.
mod gtk_dialog;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use keybelt_contract::{Failure, FailureCode};
use tauri::AppHandle;
use tokio::sync::oneshot;

/// Asks where a text shall be saved, and writes it there. `None`: the person thought better of it.
pub async fn save(app: &AppHandle, name: &'static str, text: String) -> Result<Option<PathBuf>, Failure> {
    let place = Wanted::Place {
        name: name.to_owned(),
        may_replace: true,
    };
    let Some(path) = choose(app, place).await else {
        return Ok(None);
    };
    let target = path.clone();
    let written = tokio::task::spawn_blocking(move || write(&target, &text)).await;
    match written {
        Ok(Ok(())) => Ok(Some(path)),
        Ok(Err(error)) => Err(unwritable(&path, &error)),
        Err(_) => Err(unwritable(&path, &io::Error::other("the writer ended"))),
    }
}

/// What the person is asked for.
pub enum Wanted {
    /// Where a file shall be.
    Place {
        /// What it could be called.
        name: String,
        /// Whether one that is there may give way, once the person agreed.
        may_replace: bool,
    },
    /// A file that is there.
    File,
}

/// Asks for a file. `None`: the person thought better of it.
pub async fn choose(app: &AppHandle, wanted: Wanted) -> Option<PathBuf> {
    let (chosen, choice) = oneshot::channel();
    // Without a main thread the program is ending.
    app.run_on_main_thread(move || gtk_dialog::ask(&wanted, chosen))
        .ok()?;
    choice.await.ok()?
}

/// Whole, and durable before it is told; what was there stays until then.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| folder.is_dir());
    let folder = folder.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such folder"))?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let full = error.kind() == io::ErrorKind::StorageFull;
    Failure {
        code: if full {
            FailureCode::DiskFull
        } else {
            FailureCode::Usage
        },
        message: format!("{} could not be written: {error}.", path.display()),
        hint: "Choose another place. Nothing there was changed.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_in_place_of_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profiles.json");
        std::fs::write(&path, "the one before, which was longer").unwrap();
        write(&path, "{}").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&folder.path().join("nowhere/profiles.json"), "{}")
            .err()
            .unwrap();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
