//! How a record is sealed: AES-256-GCM with a key of its column, bound to where it stands.
//!
//! From the random master key one subkey is derived for each column and each kind of tag (HKDF-SHA256, RFC 5869, the
//! vault's id as salt). Vault, table, column, row and the row's generation are the associated data: a record that was
//! moved, swapped, mixed with an older one of its row or edited does not open. Tags (HMAC-SHA256) find a name without
//! showing it.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;
use keybelt_primitives::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::VaultError;

/// The first byte of what is sealed: how it is.
const FORM: u8 = 1;
const TAG_LEN: usize = 16;
const CONTEXT: &str = "keybelt vault 1";

/// A random key of 256 bits: the master key, or one that wraps it.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// What finds a name without showing it.
pub(crate) type Tag = [u8; 32];

/// The vault's own random id: no two vaults open each other's records.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct VaultId(pub(crate) [u8; 16]);

/// Every sealed column.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Column {
    SchemaVersion,
    ProfileSettings,
    ClientSecret,
    RsaKey,
    AccountSummary,
    AccountTokens,
    AccountEvidence,
    Pending,
    LedgerLine,
    Blob,
    Output,
}

impl Column {
    const ALL: [Self; 11] = [
        Self::SchemaVersion,
        Self::ProfileSettings,
        Self::ClientSecret,
        Self::RsaKey,
        Self::AccountSummary,
        Self::AccountTokens,
        Self::AccountEvidence,
        Self::Pending,
        Self::LedgerLine,
        Self::Blob,
        Self::Output,
    ];

    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::SchemaVersion => ("vault", "schema_version"),
            Self::ProfileSettings => ("profiles", "settings"),
            Self::ClientSecret => ("profiles", "client_secret"),
            Self::RsaKey => ("profiles", "rsa_key"),
            Self::AccountSummary => ("accounts", "summary"),
            Self::AccountTokens => ("accounts", "tokens"),
            Self::AccountEvidence => ("accounts", "evidence"),
            Self::Pending => ("pending", "record"),
            Self::LedgerLine => ("ledger", "line"),
            Self::Blob => ("blobs", "content"),
            Self::Output => ("outputs", "record"),
        }
    }
}

/// Every kind of name that is found by a tag.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Tagged {
    ProfileName,
    ProfileKey,
    AccountName,
    State,
    BlobName,
}

impl Tagged {
    const ALL: [Self; 5] = [
        Self::ProfileName,
        Self::ProfileKey,
        Self::AccountName,
        Self::State,
        Self::BlobName,
    ];

    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::ProfileName => ("profiles", "name_tag"),
            Self::ProfileKey => ("profiles", "key_tag"),
            Self::AccountName => ("accounts", "name_tag"),
            Self::State => ("pending", "state_tag"),
            Self::BlobName => ("blobs", "name_tag"),
        }
    }
}

/// Which row a record stands in, and how often that row was written.
#[derive(Clone, Copy)]
pub(crate) enum Row<'a> {
    Numbered { id: i64, generation: i64 },
    Tagged { tag: &'a [u8], generation: i64 },
}

/// The subkeys of an open vault.
pub(crate) struct Seals {
    vault: VaultId,
    columns: BTreeMap<Column, LessSafeKey>,
    tags: BTreeMap<Tagged, hmac::Key>,
    entropy: Arc<dyn Entropy>,
}

impl Seals {
    /// Derives every subkey.
    pub(crate) fn new(vault: VaultId, master: &Key, entropy: Arc<dyn Entropy>) -> Result<Self, VaultError> {
        let root = Salt::new(HKDF_SHA256, &vault.0).extract(master.as_slice());
        let underivable = |_| VaultError::Defect("a subkey could not be derived".to_owned());
        let mut columns = BTreeMap::new();
        for column in Column::ALL {
            let (table, name) = column.place();
            let info = [
                CONTEXT.as_bytes(),
                b"/seal/",
                table.as_bytes(),
                b"/",
                name.as_bytes(),
            ];
            let key = root.expand(&info, &AES_256_GCM).map_err(underivable)?;
            columns.insert(column, LessSafeKey::new(UnboundKey::from(key)));
        }
        let mut tags = BTreeMap::new();
        for tagged in Tagged::ALL {
            let (table, name) = tagged.place();
            let info = [
                CONTEXT.as_bytes(),
                b"/tag/",
                table.as_bytes(),
                b"/",
                name.as_bytes(),
            ];
            let key = root.expand(&info, hmac::HMAC_SHA256).map_err(underivable)?;
            tags.insert(tagged, hmac::Key::from(key));
        }
        Ok(Self {
            vault,
            columns,
            tags,
            entropy,
        })
    }

    /// The tag that finds this name.
    pub(crate) fn tag(&self, tagged: Tagged, name: &str) -> Result<Tag, VaultError> {
        let key = self
            .tags
            .get(&tagged)
            .ok_or_else(|| VaultError::Defect("no key for a tag".to_owned()))?;
        let signature = hmac::sign(key, name.as_bytes());
        Tag::try_from(signature.as_ref())
            .map_err(|_| VaultError::Defect("a tag of another length".to_owned()))
    }

    /// Seals a record for its place.
    pub(crate) fn seal(
        &self,
        column: Column,
        row: Row<'_>,
        plain: &Zeroizing<Vec<u8>>,
    ) -> Result<Vec<u8>, VaultError> {
        seal_with(
            self.key(column)?,
            self.entropy.as_ref(),
            &self.associated(column, row),
            plain,
        )
    }

    /// Opens what stands at a place. `None`: it was sealed elsewhere, by another key, or was changed.
    pub(crate) fn open(
        &self,
        column: Column,
        row: Row<'_>,
        sealed: &[u8],
    ) -> Result<Option<Secret<Vec<u8>>>, VaultError> {
        Ok(open_with(
            self.key(column)?,
            &self.associated(column, row),
            sealed,
        ))
    }

    fn key(&self, column: Column) -> Result<&LessSafeKey, VaultError> {
        self.columns
            .get(&column)
            .ok_or_else(|| VaultError::Defect("no key for a column".to_owned()))
    }

    fn associated(&self, column: Column, row: Row<'_>) -> Vec<u8> {
        let (table, name) = column.place();
        let number;
        let (id, generation) = match row {
            Row::Numbered { id, generation } => {
                number = id.to_be_bytes();
                (number.as_slice(), generation)
            }
            Row::Tagged { tag, generation } => (tag, generation),
        };
        framed(&[
            CONTEXT.as_bytes(),
            &self.vault.0,
            table.as_bytes(),
            name.as_bytes(),
            id,
            &generation.to_be_bytes(),
        ])
    }
}

/// Parts one after the other, each behind its length, so that no two lists of parts look alike.
pub(crate) fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| size_of::<u64>() + part.len()).sum();
    let mut bytes = Vec::with_capacity(length);
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Wraps a key with a key, for the key slot.
pub(crate) fn wrap(
    wrapping: &Key,
    entropy: &dyn Entropy,
    associated: &[u8],
    key: &Key,
) -> Result<Vec<u8>, VaultError> {
    seal_with(
        &wrapping_key(wrapping)?,
        entropy,
        associated,
        &Zeroizing::new(key.to_vec()),
    )
}

/// Unwraps a key. `None`: that is not the key it was wrapped with, or something was changed.
pub(crate) fn unwrap(wrapping: &Key, associated: &[u8], wrapped: &[u8]) -> Result<Option<Key>, VaultError> {
    let Some(opened) = open_with(&wrapping_key(wrapping)?, associated, wrapped) else {
        return Ok(None);
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the key is moved into the type that holds it"
    )]
    let bytes = <[u8; 32]>::try_from(opened.expose().as_slice());
    Ok(bytes.ok().map(Zeroizing::new))
}

fn wrapping_key(key: &Key) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM, key.as_slice())
        .map(LessSafeKey::new)
        .map_err(|_| VaultError::Defect("a key of another length".to_owned()))
}

fn seal_with(
    key: &LessSafeKey,
    entropy: &dyn Entropy,
    associated: &[u8],
    plain: &Zeroizing<Vec<u8>>,
) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE_LEN];
    entropy
        .fill(&mut nonce)
        .map_err(|error| VaultError::Defect(error.to_string()))?;
    let start = 1 + NONCE_LEN;
    // Large enough from the start: growing would leave a copy of the plain text behind.
    let mut sealed = Vec::with_capacity(start + plain.len() + TAG_LEN);
    sealed.push(FORM);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let body = sealed.get_mut(start..).unwrap_or_default();
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated), body)
        .map_err(|_| VaultError::Defect("a record could not be sealed".to_owned()))?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

fn open_with(key: &LessSafeKey, associated: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
    let (form, rest) = sealed.split_first()?;
    if *form != FORM {
        return None;
    }
    let (nonce, body) = rest.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut buffer = Zeroizing::new(body.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(associated), &mut buffer)
        .ok()?
        .len();
    buffer.truncate(length);
    Some(Secret::new(std::mem::take(&mut *buffer)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestEntropy;

    fn seals(vault: u8, master: u8) -> Seals {
        Seals::new(
            VaultId([vault; 16]),
            &Zeroizing::new([master; 32]),
            Arc::new(TestEntropy),
        )
        .unwrap()
    }

    fn row(id: i64, generation: i64) -> Row<'static> {
        Row::Numbered { id, generation }
    }

    #[test]
    fn a_record_opens_where_it_was_sealed_and_nowhere_else() {
        let ours = seals(1, 2);
        let plain = Zeroizing::new(b"at-1".to_vec());
        let sealed = ours.seal(Column::AccountTokens, row(7, 1), &plain).unwrap();
        let opens =
            |seals: &Seals, column, row, bytes: &[u8]| seals.open(column, row, bytes).unwrap().is_some();
        assert!(opens(&ours, Column::AccountTokens, row(7, 1), &sealed));
        assert!(!opens(&ours, Column::AccountSummary, row(7, 1), &sealed));
        assert!(!opens(&ours, Column::AccountTokens, row(8, 1), &sealed));
        assert!(!opens(&ours, Column::AccountTokens, row(7, 2), &sealed));
        assert!(!opens(&seals(9, 2), Column::AccountTokens, row(7, 1), &sealed));
        assert!(!opens(&seals(1, 9), Column::AccountTokens, row(7, 1), &sealed));
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert!(
                !opens(&ours, Column::AccountTokens, row(7, 1), &bent),
                "byte {at}"
            );
        }
        for length in 0..sealed.len() {
            assert!(
                !opens(&ours, Column::AccountTokens, row(7, 1), &sealed[..length]),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn the_same_record_never_looks_the_same() {
        let ours = seals(1, 2);
        let plain = Zeroizing::new(b"at-1".to_vec());
        let seal = || ours.seal(Column::Blob, row(1, 1), &plain).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn tags_of_other_kinds_and_vaults_differ() {
        let ours = seals(1, 2);
        let tag = |seals: &Seals, tagged| seals.tag(tagged, "work").unwrap();
        assert_eq!(tag(&ours, Tagged::ProfileName), tag(&ours, Tagged::ProfileName));
        assert_ne!(tag(&ours, Tagged::ProfileName), tag(&ours, Tagged::ProfileKey));
        assert_ne!(
            tag(&ours, Tagged::ProfileName),
            tag(&seals(9, 2), Tagged::ProfileName)
        );
    }

    #[test]
    fn a_wrapped_key_opens_with_its_key_and_its_circumstances_only() {
        let (wrapping, key) = (Zeroizing::new([3; 32]), Zeroizing::new([4; 32]));
        let wrapped = wrap(&wrapping, &TestEntropy, b"slot", &key).unwrap();
        assert_eq!(unwrap(&wrapping, b"slot", &wrapped).unwrap(), Some(key));
        assert!(unwrap(&wrapping, b"slots", &wrapped).unwrap().is_none());
        assert!(
            unwrap(&Zeroizing::new([5; 32]), b"slot", &wrapped)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn frames_cannot_be_shifted() {
        assert_ne!(framed(&[b"ab", b"c"]), framed(&[b"a", b"bc"]));
        assert_ne!(framed(&[b"ab"]), framed(&[b"ab", b""]));
    }
}
