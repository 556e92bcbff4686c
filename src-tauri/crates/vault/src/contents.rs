//! Everything that a vault holds, to be held against what it held before: for the tests that damage, kill and starve it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use keybelt_primitives::{Secret, UnixMillis, UnixSeconds};
use rusqlite::OptionalExtension;
use serde_json::json;
use tempfile::TempDir;

use crate::ledger::LineRow;
use crate::opening::{JOURNALS, OpenBy};
use crate::private_files::{make_private_file, make_private_folder};
use crate::seal::{Column, Key, Row, Tagged};
use crate::test_vault::{
    TestHome, account_name, entropy, insert, new_profile, object, profile_name, put_profile, tokens,
};
use crate::{
    AccountChange, FILE, LedgerLine, LockedVault, OutputTarget, Part, ProfileUpdate, PutProfiles, Reading,
    Vault, VaultError,
};

const STATES: [&str; 2] = ["state-1", "state-2"];
const BLOBS: [&str; 2] = ["practice", "keys"];

/// Each record, by its name in the check and what is looked at, with what it holds.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Contents(BTreeMap<(String, String), String>);

impl Contents {
    /// The names of the records, as the check has them.
    pub(crate) fn records(&self) -> BTreeSet<String> {
        self.0.keys().map(|(record, _)| record.clone()).collect()
    }
}

/// What a vault told, and what it refused to tell.
pub(crate) struct Told {
    contents: Contents,
    refusals: Vec<VaultError>,
}

impl Told {
    /// Reads every record by every way in which the faces reach it.
    pub(crate) fn by(vault: &Vault) -> Self {
        let mut told = Self {
            contents: Contents(BTreeMap::new()),
            refusals: Vec::new(),
        };
        told.profiles(vault);
        told.accounts(vault);
        told.ledger(vault);
        told.rest(vault);
        told
    }

    /// What it told, of a vault that must not refuse anything.
    #[track_caller]
    pub(crate) fn whole(self) -> Contents {
        assert_eq!(self.refusals, []);
        self.contents
    }

    /// Whether nothing at all opened.
    pub(crate) fn holds_nothing(&self) -> bool {
        self.contents.0.is_empty()
    }

    fn take<T>(&mut self, read: Result<T, VaultError>) -> Option<T> {
        read.map_err(|error| self.refusals.push(error)).ok()
    }

    fn put(&mut self, record: String, aspect: &str, holds: String) {
        self.contents.0.insert((record, aspect.to_owned()), holds);
    }

    fn profiles(&mut self, vault: &Vault) {
        let listed = self
            .take(vault.profiles())
            .map_or(Vec::new(), |listed| listed.records);
        let by_name = ["work", "old"].map(|name| self.take(vault.profile(&profile_name(name))).flatten());
        let all = listed.into_iter().map(|profile| ("listed", profile));
        for (aspect, profile) in all.chain(by_name.into_iter().flatten().map(|profile| ("by name", profile)))
        {
            let holds = format!(
                "{} {} {:?} {:?} {:?} {:?} {:?} {:?}",
                profile.name,
                profile.key,
                profile.settings,
                shown(profile.client_secret.as_ref()),
                shown(profile.rsa_key.as_ref()),
                profile.metadata,
                profile.metadata_read,
                profile.remembered
            );
            self.put(format!("profiles/{}", profile.id), aspect, holds);
        }
    }

    fn accounts(&mut self, vault: &Vault) {
        let listed = self
            .take(vault.accounts())
            .map_or(Vec::new(), |listed| listed.records);
        for summary in &listed {
            let record = format!("accounts/{}", summary.id);
            self.put(record.clone(), "listed", format!("{summary:?}"));
            if let Some(Some(account)) = self.take(vault.account_record(summary.id)) {
                let tokens = &account.tokens;
                let holds = format!(
                    "{:?} {:?} {:?} {:?} {:?} {:?}",
                    shown(Some(&tokens.access_token)),
                    shown(tokens.token_secret.as_ref()),
                    shown(tokens.refresh_token.as_ref()),
                    shown(tokens.id_token.as_ref()),
                    tokens.issued_at,
                    account.evidence
                );
                self.put(record, "tokens", holds);
            }
        }
        for name in ["work/ana", "work/bob"] {
            if let Some(Some(summary)) = self.take(vault.account(&account_name(name))) {
                self.put(
                    format!("accounts/{}", summary.id),
                    "by name",
                    format!("{summary:?}"),
                );
            }
        }
    }

    fn ledger(&mut self, vault: &Vault) {
        let lines = vault.read(|connection| {
            let rows = LineRow::all(connection)?;
            Ok(rows
                .iter()
                .filter_map(|row| row.open(vault.seals()).ok().map(|line| (row.id(), line)))
                .collect::<Vec<_>>())
        });
        for (id, line) in self.take(lines).unwrap_or_default() {
            self.put(format!("ledger/{id}"), "line", format!("{line:?}"));
        }
        if let Some(told) = self.take(vault.updates_since(0)) {
            for update in told.updates {
                self.put(format!("ledger/{}", update.seq), "update", format!("{update:?}"));
            }
        }
    }

    fn rest(&mut self, vault: &Vault) {
        for id in 1..=2 {
            if let Some(Some(output)) = self.take(vault.output(id)) {
                self.put(format!("outputs/{id}"), "by number", format!("{output:?}"));
            }
        }
        let gone = self.take(vault.gone_outputs()).unwrap_or_default();
        for output in gone.into_iter().filter_map(|gone| gone.output) {
            self.put(format!("outputs/{}", output.id), "gone", format!("{output:?}"));
        }
        for name in BLOBS {
            if let Some(Some(content)) = self.take(vault.blob(name)) {
                self.put("blobs".to_owned(), name, shown_bytes(&content));
            }
        }
        for state in STATES {
            if let Some(Some(pending)) = self.take(pending(vault, state)) {
                self.put("pending".to_owned(), state, shown_bytes(&pending));
            }
        }
    }
}

/// What [`Vault::take_pending`] would give, left where it is.
fn pending(vault: &Vault, state: &str) -> Result<Option<Secret<Vec<u8>>>, VaultError> {
    let tag = vault.seals().tag(Tagged::State, state)?;
    let sql = "SELECT deadline, record FROM pending WHERE state_tag = ?1";
    let found: Option<(i64, Vec<u8>)> = vault.read(|connection| {
        Ok(connection
            .query_row(sql, [tag], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    })?;
    let Some((generation, sealed)) = found else {
        return Ok(None);
    };
    let place = Row::Tagged {
        tag: &tag,
        generation,
    };
    let opened = vault.seals().open(Column::Pending, place, &sealed)?;
    opened
        .map(Some)
        .ok_or_else(|| VaultError::damaged(Part::Pending, "a pending authorization"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "secrets of the tests' own are held against each other"
)]
fn shown(secret: Option<&Secret<String>>) -> Option<&str> {
    secret.map(|secret| secret.expose().as_str())
}

#[expect(
    clippy::disallowed_methods,
    reason = "secrets of the tests' own are held against each other"
)]
fn shown_bytes(secret: &Secret<Vec<u8>>) -> String {
    String::from_utf8_lossy(secret.expose()).into_owned()
}

/// What has become of a vault whose file was damaged.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Verdict {
    /// It holds what it held.
    Same,
    /// Some records are gone, and the check names each of them, or what it stood in.
    Named,
    /// The file is refused as damaged.
    Refused,
    /// The file is taken for a newer version's.
    Newer,
}

/// Holds what a damaged vault tells against what it held.
///
/// # Errors
/// A record that holds something else, one that is gone unnamed, and a refusal that is no damage.
pub(crate) fn judge(was: &Contents, opened: Result<Vault, VaultError>) -> Result<Verdict, String> {
    let vault = match opened {
        Ok(vault) => vault,
        Err(VaultError::Damaged { .. }) => return Ok(Verdict::Refused),
        Err(VaultError::Newer) => return Ok(Verdict::Newer),
        Err(other) => return Err(format!("refused as {other:?}")),
    };
    let now = Told::by(&vault);
    if let Some(other) = now
        .refusals
        .iter()
        .find(|error| !matches!(error, VaultError::Damaged { .. }))
    {
        return Err(format!("refused while reading, as {other:?}"));
    }
    // Their names only: what they hold is nobody's to print.
    if let Some((name, _)) = now
        .contents
        .0
        .iter()
        .find(|(name, holds)| was.0.get(name) != Some(holds))
    {
        return Err(format!("{name:?} holds something else"));
    }
    let gone: BTreeSet<&str> = was
        .0
        .keys()
        .filter(|name| !now.contents.0.contains_key(name))
        .map(|(record, _)| record.as_str())
        .collect();
    if gone.is_empty() {
        return Ok(Verdict::Same);
    }
    let damaged = match vault.check() {
        Ok(damaged) => damaged,
        Err(VaultError::Damaged { .. }) => return Ok(Verdict::Named),
        Err(other) => return Err(format!("checked with {other:?}")),
    };
    let is_named = |record: &str| {
        damaged.iter().any(|found| {
            found.record == record
                || found.record == "the structure of the file"
                || record.split('/').next() == found.record.split('/').next()
                    && (!record.contains('/') || !found.record.contains('/'))
        })
    };
    match gone.iter().find(|record| !is_named(record)) {
        Some(record) => Err(format!("{record} is gone, and the check names {damaged:?}")),
        None => Ok(Verdict::Named),
    }
}

/// A vault with something in every table, as a file, with its key.
pub(crate) struct Specimen {
    pub(crate) file: Vec<u8>,
    pub(crate) key: Key,
    pub(crate) contents: Contents,
}

impl Specimen {
    pub(crate) fn new() -> Self {
        let home = TestHome::new();
        let vault = home.create();
        fill(&vault, &mut |_| {});
        let contents = Told::by(&vault).whole();
        drop(vault);
        let key = LockedVault::find(&home.path())
            .unwrap()
            .unwrap()
            .master(OpenBy::Keyring(&home.keyring))
            .unwrap();
        assert!(
            !home.path().join(JOURNALS[0]).exists(),
            "all of it is in the file"
        );
        Self {
            file: fs::read(home.path().join(FILE)).unwrap(),
            key,
            contents,
        }
    }
}

/// Puts something into every table: profiles with and without secrets, accounts of both protocols, outputs, lines with and
/// without updates, authorizations under way, blobs. `commit` is told of each.
pub(crate) fn fill(vault: &Vault, commit: &mut dyn FnMut(&Vault)) {
    let work = put_profile(vault, "work");
    commit(vault);
    let mut old = new_profile("old");
    (old.client_secret, old.rsa_key) = (None, Some(Secret::new("an RSA key".to_owned())));
    let PutProfiles::Put(_) = vault.put_profiles(vec![old], false).unwrap() else {
        panic!("taken")
    };
    commit(vault);
    let learned = ProfileUpdate {
        id: work.id,
        metadata: Some((
            object(json!({"issuer": "https://issuer.example"})),
            Reading {
                at: UnixSeconds(900),
                fresh_until: UnixSeconds(1_200),
            },
        )),
        remember: Some(("authentication".to_owned(), "post".to_owned())),
    };
    assert!(vault.update_profile(&learned).unwrap());
    commit(vault);
    let ana = insert(vault, &work, "work/ana");
    commit(vault);
    insert(vault, &work, "work/bob");
    commit(vault);
    renew(vault, "work/ana", "access-token-2");
    commit(vault);
    for target in [
        OutputTarget::File {
            path: "/tmp/token".to_owned(),
            format: "json".to_owned(),
        },
        OutputTarget::Command {
            command: vec!["true".to_owned()],
            token: keybelt_contract::TokenPassing::Stdin,
            time_limit: 60,
        },
    ] {
        vault.add_output(ana.id, target, UnixSeconds(1_000)).unwrap();
        commit(vault);
    }
    for state in STATES {
        let record = Secret::new(format!("the verifier of {state}").into_bytes());
        vault.put_pending(state, &record, UnixSeconds(9_000)).unwrap();
        commit(vault);
    }
    for name in BLOBS {
        vault
            .put_blob(name, &Secret::new(format!("the content of {name}").into_bytes()))
            .unwrap();
        commit(vault);
    }
    let line = LedgerLine::handed_over(&ana.name, "curl", "token", UnixSeconds(1_500));
    vault.hand_over(ana.id, line).unwrap().unwrap();
    commit(vault);
}

/// A refresh that brought this access token.
pub(crate) fn renew(vault: &Vault, account: &str, access_token: &str) {
    try_renew(vault, account, access_token).unwrap();
}

/// The same, of a vault that may refuse it.
pub(crate) fn try_renew(vault: &Vault, account: &str, access_token: &str) -> Result<(), VaultError> {
    let mut summary = vault
        .account(&account_name(account))?
        .expect("the account is there");
    let lease = vault.lease(summary.id, std::time::Duration::ZERO)?;
    summary.refresh.finish(UnixMillis(2_000_000), None);
    let line = LedgerLine::refreshed(&summary.name, UnixSeconds(2_000)).renewing(true);
    let change = AccountChange {
        summary: &summary,
        tokens: Some(&tokens(access_token)),
        evidence: None,
        line: Some(&line),
    };
    vault.write_account(&lease, change, None).map(drop)
}

/// A home whose file is written anew for each step of a walk; in memory, where the system has a place for that.
pub(crate) struct Bench {
    _folder: TempDir,
    home: PathBuf,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            TempDir::new_in(memory)
        } else {
            TempDir::new()
        }
        .unwrap();
        let home = make_private_folder(&folder.path().join("home")).unwrap();
        Self {
            _folder: folder,
            home,
        }
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Puts these files into the home, and nothing else of a vault.
    pub(crate) fn put(&self, file: &[u8], journal: Option<&[u8]>) {
        for name in [FILE].iter().chain(&JOURNALS) {
            let _ = fs::remove_file(self.home.join(name));
        }
        let write = |name: &str, bytes: &[u8]| {
            use std::io::Write;
            make_private_file(&self.home.join(name))
                .unwrap()
                .write_all(bytes)
                .unwrap();
        };
        write(FILE, file);
        if let Some(journal) = journal {
            write(JOURNALS[0], journal);
        }
    }

    pub(crate) fn open(&self, key: &Key) -> Result<Vault, VaultError> {
        let locked = LockedVault::find(&self.home)?.expect("a file is there");
        locked
            .open(Ok(key.clone()), entropy())
            .map_err(|(_, error)| match error {
                crate::UnlockError::Vault(error) => error,
                other => panic!("{other:?}"),
            })
    }
}
