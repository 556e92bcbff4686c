//! The vault's file by hand: SQLite, the key from the keyring, AES-256-GCM, and nothing else. What `list` is held against,
//! and what makes one account into thousands.
//!
//! How a record is sealed is written in `keybelt_vault`; where this no longer fits it, nothing opens and the bench says so.

use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use keybelt_core::SystemEntropy;
use keybelt_primitives::Entropy;
use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};

use crate::Trouble;

const CONTEXT: &[u8] = b"keybelt vault 1";
/// The first byte of what is sealed.
const FORM: u8 = 1;
/// The sealed parts of an account.
const COLUMNS: [&str; 3] = ["summary", "tokens", "evidence"];

/// An open file.
pub struct BareVault {
    connection: Connection,
    vault: Vec<u8>,
    root: Prk,
}

impl BareVault {
    /// Opens the vault of this home, whose key is in the session's keyring.
    pub fn open(home: &Path) -> Result<Self, Trouble> {
        let connection = Connection::open(home.join(keybelt_vault::FILE))?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (vault, wrapped): (Vec<u8>, Vec<u8>) =
            connection.query_row("SELECT vault_id, wrapped_key FROM vault", [], read)?;
        let item: String = vault.iter().map(|byte| format!("{byte:02x}")).collect();
        let kept = keyring::Entry::new("keybelt", &item)?.get_secret()?;
        let wrapping = UnboundKey::new(&AES_256_GCM, &BASE64_STANDARD.decode(kept)?)?;
        let slot = framed(&[b"keybelt key slot 1", &vault, b"keyring", b""]);
        let master = opened(&LessSafeKey::new(wrapping), &slot, &wrapped)?;
        let root = Salt::new(HKDF_SHA256, &vault).extract(&master);
        Ok(Self {
            connection,
            vault,
            root,
        })
    }

    /// Reads every account's summary and opens it; how many bytes they are.
    pub fn read_summaries(&self) -> Result<usize, Trouble> {
        let key = self.key("summary")?;
        let mut statement = self
            .connection
            .prepare("SELECT id, generation, summary FROM accounts ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            let sealed: Vec<u8> = row.get(2)?;
            let place = self.place("summary", row.get(0)?, row.get(1)?);
            bytes += opened(&key, &place, &sealed)?.len();
        }
        Ok(bytes)
    }

    /// Makes the only account that there is into so many, which differ by name, person and subject.
    pub fn multiply(&mut self, count: usize) -> Result<(), Trouble> {
        let sql = "SELECT id, generation, profile_id, summary, tokens, evidence FROM accounts";
        let read = |row: &Row<'_>| {
            let sealed: [Vec<u8>; 3] = [row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, sealed))
        };
        let (id, generation, profile, sealed): (i64, i64, i64, _) =
            self.connection.query_row(sql, [], read)?;
        let mut plain = Vec::new();
        for (column, sealed) in COLUMNS.iter().zip(&sealed) {
            plain.push(opened(
                &self.key(column)?,
                &self.place(column, id, generation),
                sealed,
            )?);
        }
        let mut summary: Value = serde_json::from_slice(plain.first().ok_or("no summary")?)?;
        let tag = self.tag()?;
        self.connection.execute("BEGIN IMMEDIATE", [])?;
        for number in 1..count {
            let name = account_name(number);
            summary["name"] = json!(name);
            summary["subject"] = json!(format!("1101694844743862{number:05}"));
            summary["email"] = json!(format!("person-{number:05}@mail.example.org"));
            if let Some(first) = plain.first_mut() {
                *first = serde_json::to_vec(&summary)?;
            }
            let id = id + i64::try_from(number)?;
            let mut columns = Vec::new();
            for (column, plain) in COLUMNS.iter().zip(&plain) {
                columns.push(self.seal(column, id, plain)?);
            }
            self.connection
                .prepare_cached(
                    "INSERT INTO accounts (id, generation, profile_id, name_tag, summary, tokens, evidence) \
                     VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    id,
                    profile,
                    hmac::sign(&tag, name.as_bytes()).as_ref(),
                    columns.first(),
                    columns.get(1),
                    columns.get(2),
                ])?;
        }
        self.connection.execute("COMMIT", [])?;
        Ok(())
    }

    fn key(&self, column: &str) -> Result<LessSafeKey, Trouble> {
        let info = [CONTEXT, b"/seal/accounts/", column.as_bytes()];
        let key = self.root.expand(&info, &AES_256_GCM)?;
        Ok(LessSafeKey::new(UnboundKey::from(key)))
    }

    fn tag(&self) -> Result<hmac::Key, Trouble> {
        let info = [CONTEXT, b"/tag/accounts/name_tag"];
        Ok(self.root.expand(&info, hmac::HMAC_SHA256)?.into())
    }

    fn place(&self, column: &str, id: i64, generation: i64) -> Vec<u8> {
        framed(&[
            CONTEXT,
            &self.vault,
            b"accounts",
            column.as_bytes(),
            &id.to_be_bytes(),
            &generation.to_be_bytes(),
        ])
    }

    fn seal(&self, column: &str, id: i64, plain: &[u8]) -> Result<Vec<u8>, Trouble> {
        let mut nonce = [0; NONCE_LEN];
        SystemEntropy.fill(&mut nonce)?;
        let mut body = plain.to_vec();
        let place = Aad::from(self.place(column, id, 1));
        self.key(column)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place, &mut body)?;
        Ok([&[FORM], &nonce[..], &body].concat())
    }
}

/// What the account of this number is called; the first one is 0.
pub fn account_name(number: usize) -> String {
    format!("work/person-{number:05}")
}

fn opened(key: &LessSafeKey, associated: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Trouble> {
    let (nonce, body) = sealed
        .get(1..)
        .and_then(|rest| rest.split_at_checked(NONCE_LEN))
        .ok_or("a sealed record that is too short")?;
    let mut body = body.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce)?;
    let length = key
        .open_in_place(nonce, Aad::from(associated), &mut body)
        .map_err(|_| "a record does not open: is it sealed in another way by now?")?
        .len();
    body.truncate(length);
    Ok(body)
}

/// Each part behind its length.
fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}
