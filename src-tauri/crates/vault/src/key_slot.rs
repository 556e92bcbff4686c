//! The key slot: the master key, wrapped by a key from the keyring or from a passphrase (Argon2id, RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::digest::{SHA256, digest};
use keybelt_contract::KeySource;
use keybelt_primitives::{Entropy, Secret};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::error::UNREADABLE;
use crate::keyring::Item;
use crate::seal::{self, Key, VaultId, framed};

/// A passphrase is at most so many characters.
const LONGEST_PASSPHRASE: usize = 1024;

/// What Argon2id costs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Cost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

impl Cost {
    /// The second recommendation of RFC 9106 §4: 64 MiB, three passes, four lanes.
    pub(crate) const RECOMMENDED: Self = Self {
        memory_kib: 64 << 10,
        passes: 3,
        lanes: 4,
    };

    /// Neither so cheap that guessing is, nor so dear that opening never ends.
    fn is_sane(self) -> bool {
        (19 << 10..=1 << 20).contains(&self.memory_kib)
            && (2..=16).contains(&self.passes)
            && (1..=16).contains(&self.lanes)
    }
}

/// What the wrapping key comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    /// `item` tells its item in the keyring from that of an earlier key and from those of the vault's copies.
    Keyring {
        item: Option<[u8; 16]>,
    },
    Passphrase {
        salt: [u8; 16],
        cost: Cost,
    },
}

impl Source {
    pub(crate) fn kind(self) -> KeySource {
        match self {
            Self::Keyring { .. } => KeySource::Keyring,
            Self::Passphrase { .. } => KeySource::Passphrase,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Keyring { .. } => "keyring",
            Self::Passphrase { .. } => "passphrase",
        }
    }
}

/// The slot as it stands in the file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeySlot {
    pub(crate) vault: VaultId,
    pub(crate) source: Source,
    wrapped: Vec<u8>,
}

impl KeySlot {
    /// Wraps a master key.
    pub(crate) fn new(
        vault: VaultId,
        source: Source,
        wrapping: &Key,
        entropy: &dyn Entropy,
        master: &Key,
    ) -> Result<Self, VaultError> {
        let wrapped = seal::wrap(wrapping, entropy, &circumstances(vault, source), master)?;
        Ok(Self {
            vault,
            source,
            wrapped,
        })
    }

    /// The master key. `None`: the wrapping key is another one, since damage was ruled out when the slot was read.
    pub(crate) fn master(&self, wrapping: &Key) -> Result<Option<Key>, VaultError> {
        seal::unwrap(wrapping, &circumstances(self.vault, self.source), &self.wrapped)
    }

    #[cfg(test)]
    pub(crate) fn wrapped(&self) -> &[u8] {
        &self.wrapped
    }

    /// What the key is called in the keyring, where it is kept there.
    pub(crate) fn item(&self) -> Option<Item> {
        match self.source {
            Source::Keyring { item } => Some(Item {
                vault: self.vault,
                again: item,
            }),
            Source::Passphrase { .. } => None,
        }
    }

    /// Reads the slot and holds it against its digest.
    pub(crate) fn read(connection: &Connection) -> Result<Self, VaultError> {
        let broken = || VaultError::damaged_file("the key slot");
        let row = connection
            .query_row(
                "SELECT vault_id, key_source, salt, memory_kib, passes, lanes, wrapped_key, digest FROM vault",
                [],
                |row| {
                    let salt: Option<[u8; 16]> = row.get(2)?;
                    let cost: (Option<u32>, Option<u32>, Option<u32>) = (row.get(3)?, row.get(4)?, row.get(5)?);
                    let source: String = row.get(1)?;
                    Ok((VaultId(row.get(0)?), source_of(&source, salt, cost), row.get(6)?, row.get(7)?))
                },
            )
            .optional()
            .map_err(of_slot)?;
        let (vault, source, wrapped, stored): (VaultId, Option<Source>, Vec<u8>, Vec<u8>) =
            row.ok_or_else(broken)?;
        let slot = Self {
            vault,
            source: source.ok_or_else(broken)?,
            wrapped,
        };
        if slot.digest() != stored {
            return Err(broken());
        }
        match slot.source {
            Source::Passphrase { cost, .. } if !cost.is_sane() => Err(broken()),
            Source::Passphrase { .. } | Source::Keyring { .. } => Ok(slot),
        }
    }

    /// Puts the slot and the sealed version of the schema into a new vault.
    pub(crate) fn insert(&self, connection: &Connection, schema_version: &[u8]) -> Result<(), VaultError> {
        let (salt, cost) = self.salt_and_cost();
        connection.execute(
            "INSERT INTO vault (id, vault_id, key_source, salt, memory_kib, passes, lanes, wrapped_key, digest, \
             schema_version) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                self.vault.0,
                self.source.word(),
                salt,
                cost.map(|cost| cost.memory_kib),
                cost.map(|cost| cost.passes),
                cost.map(|cost| cost.lanes),
                self.wrapped,
                self.digest(),
                schema_version,
            ],
        )?;
        Ok(())
    }

    /// Puts the slot into the place of the one that is there.
    pub(crate) fn replace(&self, connection: &Connection) -> rusqlite::Result<()> {
        let (salt, cost) = self.salt_and_cost();
        connection.execute(
            "UPDATE vault SET key_source = ?1, salt = ?2, memory_kib = ?3, passes = ?4, lanes = ?5, \
             wrapped_key = ?6, digest = ?7",
            params![
                self.source.word(),
                salt,
                cost.map(|cost| cost.memory_kib),
                cost.map(|cost| cost.passes),
                cost.map(|cost| cost.lanes),
                self.wrapped,
                self.digest(),
            ],
        )?;
        Ok(())
    }

    fn salt_and_cost(&self) -> (Option<[u8; 16]>, Option<Cost>) {
        match self.source {
            Source::Keyring { item } => (item, None),
            Source::Passphrase { salt, cost } => (Some(salt), Some(cost)),
        }
    }

    /// A plain digest: it tells damage from a wrong passphrase, and proves nothing.
    fn digest(&self) -> Vec<u8> {
        let circumstances = circumstances(self.vault, self.source);
        digest(&SHA256, &framed(&[&circumstances, &self.wrapped]))
            .as_ref()
            .to_vec()
    }
}

fn source_of(
    word: &str,
    salt: Option<[u8; 16]>,
    cost: (Option<u32>, Option<u32>, Option<u32>),
) -> Option<Source> {
    match (word, salt, cost) {
        ("keyring", item, (None, None, None)) => Some(Source::Keyring { item }),
        ("passphrase", Some(salt), (Some(memory_kib), Some(passes), Some(lanes))) => {
            Some(Source::Passphrase {
                salt,
                cost: Cost {
                    memory_kib,
                    passes,
                    lanes,
                },
            })
        }
        _ => None,
    }
}

fn of_slot(error: rusqlite::Error) -> VaultError {
    match VaultError::from(error) {
        VaultError::Damaged { what, .. } if what == UNREADABLE => VaultError::damaged_file(UNREADABLE),
        // A table or column that is not there: whatever this file is, its slot is gone.
        VaultError::Defect(_) | VaultError::Damaged { .. } => VaultError::damaged_file("the key slot"),
        other => other,
    }
}

fn circumstances(vault: VaultId, source: Source) -> Vec<u8> {
    let cost = match source {
        Source::Keyring { item: None } => Vec::new(),
        Source::Keyring { item: Some(item) } => framed(&[&item]),
        Source::Passphrase { salt, cost } => framed(&[
            &salt,
            &cost.memory_kib.to_be_bytes(),
            &cost.passes.to_be_bytes(),
            &cost.lanes.to_be_bytes(),
        ]),
    };
    framed(&[b"keybelt key slot 1", &vault.0, source.word().as_bytes(), &cost])
}

/// Whether a vault may be made with it.
pub(crate) fn is_fit(passphrase: &Secret<String>) -> bool {
    #[expect(clippy::disallowed_methods, reason = "only its length is looked at")]
    let length = passphrase.expose().chars().count();
    (1..=LONGEST_PASSPHRASE).contains(&length)
}

/// The wrapping key that a passphrase gives. Takes a good tenth of a second, on purpose.
pub(crate) fn stretch(passphrase: &Secret<String>, salt: [u8; 16], cost: Cost) -> Result<Key, VaultError> {
    let unusable = |_| VaultError::Defect("Argon2 refused its parameters".to_owned());
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(unusable)?;
    let mut key = Zeroizing::new([0; 32]);
    #[expect(clippy::disallowed_methods, reason = "the key is made from the passphrase")]
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose().as_bytes(), &salt, key.as_mut_slice())
        .map_err(unusable)?;
    Ok(key)
}

/// A fresh random key.
pub(crate) fn random_key(entropy: &dyn Entropy) -> Result<Key, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    entropy
        .fill(key.as_mut_slice())
        .map_err(|error| VaultError::Defect(error.to_string()))?;
    Ok(key)
}

/// Sixteen fresh random bytes, for an id or a salt.
pub(crate) fn random_id(entropy: &dyn Entropy) -> Result<[u8; 16], VaultError> {
    let mut id = [0; 16];
    entropy
        .fill(&mut id)
        .map_err(|error| VaultError::Defect(error.to_string()))?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passphrases_have_bounds() {
        let fit = |text: &str| is_fit(&Secret::new(text.to_owned()));
        assert!(fit("x") && fit(&"ü".repeat(1024)));
        assert!(!fit("") && !fit(&"x".repeat(1025)));
    }

    #[test]
    fn costs_have_a_floor_and_a_ceiling() {
        assert!(Cost::RECOMMENDED.is_sane());
        for cost in [
            Cost {
                memory_kib: 8,
                ..Cost::RECOMMENDED
            },
            Cost {
                memory_kib: u32::MAX,
                ..Cost::RECOMMENDED
            },
            Cost {
                passes: 1,
                ..Cost::RECOMMENDED
            },
            Cost {
                passes: 1_000,
                ..Cost::RECOMMENDED
            },
            Cost {
                lanes: 0,
                ..Cost::RECOMMENDED
            },
            Cost {
                lanes: 999,
                ..Cost::RECOMMENDED
            },
        ] {
            assert!(!cost.is_sane(), "{cost:?}");
        }
    }

    #[test]
    fn a_salt_makes_another_key_of_the_same_passphrase() {
        let cost = Cost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        };
        let passphrase = Secret::new("correct horse".to_owned());
        let key = |salt| stretch(&passphrase, [salt; 16], cost).unwrap();
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
    }
}
