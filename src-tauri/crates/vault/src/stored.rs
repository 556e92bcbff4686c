//! Records as the bytes that are sealed: JSON, so that a later version can add a member.

use std::io;

use keybelt_primitives::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::VaultError;

/// A record as bytes that are wiped.
pub(crate) fn to_bytes(record: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let unwritable = |_| VaultError::Defect("a record could not be written as JSON".to_owned());
    let mut length = Length(0);
    serde_json::to_writer(&mut length, record).map_err(unwritable)?;
    // A buffer that grew would leave unwiped copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *bytes, record).map_err(unwritable)?;
    Ok(bytes)
}

/// The record that the bytes are. `None`: they are no such record.
#[expect(
    clippy::disallowed_methods,
    reason = "a record was just opened, and is read into its own types"
)]
pub(crate) fn from_bytes<T: DeserializeOwned>(bytes: &Secret<Vec<u8>>) -> Option<T> {
    // That all of it is text is looked at once, instead of at each string in it.
    let text = std::str::from_utf8(bytes.expose()).ok()?;
    serde_json::from_str(text).ok()
}

struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
