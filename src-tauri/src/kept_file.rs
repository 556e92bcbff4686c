//! Something small that the window keeps in the home between one run and the next, for nobody's secret.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value and its file.
pub struct KeptFile<T> {
    path: PathBuf,
    value: Mutex<T>,
}

impl<T: Clone + Default + DeserializeOwned + Serialize> KeptFile<T> {
    /// As it was left in this home. What cannot be read was never kept.
    pub fn of(home: &Path, name: &str) -> Self {
        let path = home.join(name);
        let read = std::fs::read(&path).ok();
        let value = read.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self {
            path,
            value: Mutex::new(value.unwrap_or_default()),
        }
    }

    /// The value, to look at or to change.
    pub fn value(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes it down, whole or not at all. To lose it would be no harm.
    pub fn save(&self) {
        let value = self.value().clone();
        if let Err(error) = self.write(&value) {
            tracing::warn!(%error, file = %self.path.display(), "it is not kept");
        }
    }

    fn write(&self, value: &T) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(value)?)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}
