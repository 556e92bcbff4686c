//! Homes with many accounts, each with the tokens and the evidence that a large provider's link leaves.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use keybelt_contract::{AccountName, ProfileName, Protocol};
use keybelt_core::{SystemClock, SystemEntropy};
use keybelt_primitives::{Clock, Secret, UnixSeconds};
use keybelt_vault::{
    AccountRecord, AccountSummary, Evidence, IssuedAt, KeepKey, Keyring, LedgerLine, NewProfileRecord,
    PutProfiles, RefreshState, Tokens, Vault,
};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::bare_vault::{BareVault, account_name};
use crate::{Trouble, id_token};

/// Far away, so that no command refreshes anything, and not a whole number of days, so that none begins meanwhile.
const LIFE: i64 = 30 * 86_400 + 40_000;

/// A home of its own, its vault's key in the session's keyring. Gone when dropped.
pub struct Crowd {
    folder: TempDir,
    count: usize,
}

impl Crowd {
    /// So many accounts.
    pub fn of(count: usize) -> Result<Self, Trouble> {
        let crowd = Self {
            folder: TempDir::with_prefix("keybelt-bench-")?,
            count,
        };
        let keyring = Keyring::system();
        let vault = Vault::create(&crowd.home(), KeepKey::Keyring(&keyring), Arc::new(SystemEntropy))?;
        let now = SystemClock.now();
        let name = AccountName::parse(&account_name(0))?;
        let line = LedgerLine::linked(&name, "browser", now);
        vault
            .insert_account(record(&vault, name, now)?, &line, None)?
            .ok_or("the account could not be put in")?;
        drop(vault);
        BareVault::open(&crowd.home())?.multiply(count)?;
        let listed: Vec<Value> = serde_json::from_slice(&crowd.keybelt(["--json", "list"])?.1)?;
        if listed.len() == count {
            Ok(crowd)
        } else {
            Err(format!("{} of {count} accounts are listed", listed.len()).into())
        }
    }

    /// The home's folder.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// How many accounts it has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Runs `keybelt` in it: how long that took, and what it said.
    pub fn keybelt<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<(Duration, Vec<u8>), Trouble> {
        let mut command = Command::new(beside("keybelt")?);
        command.args(arguments).env("KEYBELT_HOME", self.home());
        timed(&mut command)
    }
}

/// A program that was built beside this one.
pub fn beside(name: &str) -> Result<PathBuf, Trouble> {
    let own = std::env::current_exe()?;
    Ok(own.parent().unwrap_or(Path::new(".")).join(name))
}

/// From its start to its end, and what it said.
pub fn timed(command: &mut Command) -> Result<(Duration, Vec<u8>), Trouble> {
    command.stdin(Stdio::null());
    let began = Instant::now();
    let output = command.output()?;
    let took = began.elapsed();
    if output.status.success() {
        Ok((took, output.stdout))
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("{command:?}: {}", said.trim_end()).into())
    }
}

fn record(vault: &Vault, name: AccountName, now: UnixSeconds) -> Result<AccountRecord, Trouble> {
    let PutProfiles::Put(profiles) = vault.put_profiles(vec![profile()?], false)? else {
        return Err("the profile is there already".into());
    };
    let profile = profiles.first().ok_or("no profile was put in")?;
    let (token, checked) = id_token::example(now)?;
    let claims = checked.verified().ok_or("the ID token is refused")?;
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str).map(str::to_owned);
    let summary = AccountSummary {
        id: 0,
        name,
        profile_id: profile.id,
        profile: profile.name.clone(),
        provider: None,
        protocol: Protocol::Oidc,
        issuer: text("iss"),
        subject: text("sub"),
        display_name: text("name"),
        email: text("email"),
        picture: text("picture"),
        scopes: ["email", "offline_access", "openid", "profile"]
            .map(str::to_owned)
            .to_vec(),
        token_type: Some("Bearer".to_owned()),
        linked_at: now,
        obtained_at: SystemClock.now_millis(),
        expires_at: Some(UnixSeconds(now.0 + LIFE)),
        refreshable: true,
        has_id_token: true,
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
    let tokens = Tokens {
        access_token: Secret::new("a".repeat(200)),
        token_secret: None,
        refresh_token: Some(Secret::new("r".repeat(100))),
        id_token: Some(Secret::new(token)),
        issued_at: IssuedAt {
            issuer: text("iss"),
            token_endpoint: "https://accounts.example.org/token".to_owned(),
            refresh_endpoint: None,
            client_id: text("azp").unwrap_or_default(),
        },
    };
    let evidence = Evidence {
        userinfo: Some(claims.clone()),
        header: checked.header,
        claims: checked.claims,
        checks: checked.checks,
        checked_at: Some(now),
    };
    Ok(AccountRecord {
        summary,
        tokens,
        evidence,
    })
}

fn profile() -> Result<NewProfileRecord, Trouble> {
    let settings = [
        ("client_id", "client-1"),
        ("issuer", "https://accounts.example.org"),
    ];
    Ok(NewProfileRecord {
        name: ProfileName::parse("work")?,
        provider: None,
        settings: Map::from_iter(settings.map(|(key, value)| (key.to_owned(), json!(value)))),
        client_secret: None,
        rsa_key: None,
    })
}
