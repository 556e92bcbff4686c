//! Whatever else a use case keeps, sealed under a name of its own: the practice provider's state, keys that were read.

use keybelt_contract::DamagedRecord;
use keybelt_primitives::Secret;
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::seal::{Column, Row, Seals, Tagged};
use crate::{Part, Vault, VaultError};

impl Vault {
    /// What is kept under this name.
    pub fn blob(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, VaultError> {
        let tag = self.seals().tag(Tagged::BlobName, name)?;
        let found: Option<(i64, Vec<u8>)> = self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT generation, content FROM blobs WHERE name_tag = ?1")?;
            Ok(statement
                .query_row([tag], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?)
        })?;
        let Some((generation, sealed)) = found else {
            return Ok(None);
        };
        let opened = self.seals().open(
            Column::Blob,
            Row::Tagged {
                tag: &tag,
                generation,
            },
            &sealed,
        )?;
        opened
            .map(Some)
            .ok_or_else(|| VaultError::damaged(Part::Blob, format!("what is kept as {name}")))
    }

    /// Keeps something under a name, in the place of what was there.
    pub fn put_blob(&self, name: &str, content: &Secret<Vec<u8>>) -> Result<(), VaultError> {
        let tag = self.seals().tag(Tagged::BlobName, name)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the content is written into the buffer that is sealed"
        )]
        let plain = Zeroizing::new(content.expose().clone());
        self.write(|transaction| {
            let sql = "SELECT generation FROM blobs WHERE name_tag = ?1";
            let last: Option<i64> = transaction.query_row(sql, [tag], |row| row.get(0)).optional()?;
            let generation = last.unwrap_or(0).saturating_add(1);
            let sealed = self.seals().seal(
                Column::Blob,
                Row::Tagged {
                    tag: &tag,
                    generation,
                },
                &plain,
            )?;
            transaction.execute(
                "INSERT OR REPLACE INTO blobs (name_tag, generation, content) VALUES (?1, ?2, ?3)",
                params![tag, generation, sealed],
            )?;
            Ok(())
        })
    }

    /// Removes what is kept under a name.
    pub fn remove_blob(&self, name: &str) -> Result<(), VaultError> {
        let tag = self.seals().tag(Tagged::BlobName, name)?;
        self.write(|transaction| {
            transaction.execute("DELETE FROM blobs WHERE name_tag = ?1", [tag])?;
            Ok(())
        })
    }
}

/// Every blob that does not open.
pub(crate) fn check(connection: &Connection, seals: &Seals) -> Result<Vec<DamagedRecord>, VaultError> {
    let mut statement = connection.prepare("SELECT name_tag, generation, content FROM blobs")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut damaged = Vec::new();
    for (number, row) in (1..).zip(rows) {
        let (tag, generation, sealed): (Vec<u8>, i64, Vec<u8>) = row?;
        if seals
            .open(
                Column::Blob,
                Row::Tagged {
                    tag: &tag,
                    generation,
                },
                &sealed,
            )?
            .is_none()
        {
            damaged.push(DamagedRecord {
                record: format!("blobs/{number}"),
                cause: "it does not open".to_owned(),
            });
        }
    }
    Ok(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestHome;

    #[expect(clippy::disallowed_methods, reason = "the test looks whether it is the same")]
    fn blob(vault: &Vault, name: &str) -> Option<Vec<u8>> {
        vault.blob(name).unwrap().map(|content| content.expose().clone())
    }

    #[test]
    fn what_is_kept_comes_back_replaces_and_goes() {
        let home = TestHome::new();
        let vault = home.create();
        assert_eq!(blob(&vault, "practice"), None);
        for content in [b"one".to_vec(), b"two".to_vec()] {
            vault.put_blob("practice", &Secret::new(content.clone())).unwrap();
            assert_eq!(blob(&home.open(), "practice"), Some(content));
        }
        assert_eq!(blob(&vault, "other"), None);
        vault.remove_blob("practice").unwrap();
        assert_eq!(blob(&vault, "practice"), None);
    }

    #[test]
    fn one_content_does_not_stand_for_another() {
        let home = TestHome::new();
        let vault = home.create();
        vault.put_blob("a", &Secret::new(b"1".to_vec())).unwrap();
        vault.put_blob("b", &Secret::new(b"2".to_vec())).unwrap();
        let tag = vault.seals().tag(Tagged::BlobName, "b").unwrap();
        let sql = "UPDATE blobs SET content = (SELECT content FROM blobs WHERE name_tag = ?1)";
        vault.lock().execute(sql, [tag]).unwrap();
        assert_eq!(
            vault.blob("a").err(),
            Some(VaultError::damaged(Part::Blob, "what is kept as a"))
        );
        assert_eq!(blob(&vault, "b"), Some(b"2".to_vec()));
        assert_eq!(vault.check().unwrap().len(), 1);
    }
}
