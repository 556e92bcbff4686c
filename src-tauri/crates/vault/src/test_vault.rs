//! Vaults in throw-away folders, for the tests beside the code.

use std::path::PathBuf;
use std::sync::Arc;

use keybelt_contract::{AccountName, ProfileName, Protocol};
use keybelt_primitives::{Entropy, EntropyError, Secret, UnixMillis, UnixSeconds};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{
    AccountRecord, AccountSummary, Evidence, IssuedAt, KeepKey, Keyring, LedgerLine, LockedVault,
    NewProfileRecord, ProfileRecord, PutProfiles, RefreshState, Tokens, Vault,
};

/// The real randomness, which the crate itself is only handed.
pub(crate) struct TestEntropy;

impl Entropy for TestEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the randomness that the tests hand in"
    )]
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(buffer).map_err(|_| EntropyError)
    }
}

/// A home whose vault's key lies in a keyring of the test's own.
pub(crate) struct TestHome {
    folder: TempDir,
    pub(crate) keyring: Keyring,
}

impl TestHome {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            folder,
            keyring: Keyring::of_store(keyring_core::mock::Store::new().unwrap()),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn create(&self) -> Vault {
        Vault::create(&self.path(), KeepKey::Keyring(&self.keyring), entropy()).unwrap()
    }

    pub(crate) fn open(&self) -> Vault {
        let locked = LockedVault::find(&self.path()).unwrap().unwrap();
        locked
            .unlock_with_keyring(&self.keyring, entropy())
            .map_err(|(_, error)| error)
            .unwrap()
    }

    /// Every byte of the vault's file and its journal.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let read = |name: &str| std::fs::read(self.path().join(name)).unwrap_or_default();
        [read("vault.db"), read("vault.db-wal")].concat()
    }
}

pub(crate) fn entropy() -> Arc<dyn Entropy> {
    Arc::new(TestEntropy)
}

pub(crate) fn account_name(name: &str) -> AccountName {
    AccountName::parse(name).unwrap()
}

pub(crate) fn profile_name(name: &str) -> ProfileName {
    ProfileName::parse(name).unwrap()
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("no object: {other}"),
    }
}

pub(crate) fn new_profile(name: &str) -> NewProfileRecord {
    NewProfileRecord {
        name: profile_name(name),
        provider: None,
        settings: object(json!({"client_id": "client-id-1", "issuer": "https://issuer.example"})),
        client_secret: Some(Secret::new("client-secret-1".to_owned())),
        rsa_key: None,
    }
}

pub(crate) fn put_profile(vault: &Vault, name: &str) -> ProfileRecord {
    match vault.put_profiles(vec![new_profile(name)], false).unwrap() {
        PutProfiles::Put(mut put) => put.pop().unwrap(),
        PutProfiles::Taken(names) => panic!("taken: {names:?}"),
    }
}

pub(crate) fn tokens(access_token: &str) -> Tokens {
    Tokens {
        access_token: Secret::new(access_token.to_owned()),
        token_secret: None,
        refresh_token: Some(Secret::new("refresh-token-1".to_owned())),
        id_token: None,
        issued_at: IssuedAt {
            refresh_endpoint: None,
            issuer: Some("https://issuer.example".to_owned()),
            token_endpoint: "https://issuer.example/token".to_owned(),
            client_id: "client-id-1".to_owned(),
        },
    }
}

pub(crate) fn record(profile: &ProfileRecord, name: &str) -> AccountRecord {
    let summary = AccountSummary {
        id: 0,
        name: account_name(name),
        profile_id: profile.id,
        profile: profile.name.clone(),
        provider: None,
        protocol: Protocol::Oidc,
        issuer: Some("https://issuer.example".to_owned()),
        subject: Some("subject-1".to_owned()),
        display_name: Some("Ana Example".to_owned()),
        email: Some("ana@mail.example".to_owned()),
        picture: None,
        scopes: vec!["openid".to_owned()],
        token_type: Some("Bearer".to_owned()),
        linked_at: UnixSeconds(1_000),
        obtained_at: UnixMillis(1_000_000),
        expires_at: Some(UnixSeconds(4_600)),
        refreshable: true,
        has_id_token: false,
        grant_expires_at: None,
        grant_expiry_source: None,
        needs_relink: false,
        failures: 0,
        not_before: None,
        last_error: None,
        refresh: RefreshState::default(),
        token_seq: 0,
        may_be_cached: false,
    };
    let evidence = Evidence {
        claims: Some(object(json!({"sub": "subject-1"}))),
        ..Evidence::default()
    };
    AccountRecord {
        summary,
        tokens: tokens("access-token-1"),
        evidence,
    }
}

pub(crate) fn insert(vault: &Vault, profile: &ProfileRecord, name: &str) -> AccountSummary {
    let line = LedgerLine::linked(&account_name(name), "browser", UnixSeconds(1_000));
    vault
        .insert_account(record(profile, name), &line, None)
        .unwrap()
        .unwrap()
}
