//! What works on this machine: probes, each made in earnest. Nothing is sent to another machine, nothing is made or
//! kept, and nobody is asked for anything.

mod clock;
mod display;

use std::collections::BTreeSet;

use keybelt_contract::{CheckOutcome, Failure, KeySource};
use keybelt_primitives::UnixSeconds;
use keybelt_vault::{Keyring, KeyringState};
use serde::Serialize;

use crate::Keybelt;
use crate::accounts;
use crate::opening::blocking;
use crate::trouble::VaultTrouble;
use crate::vault::status_and_refusal;
use crate::vault_keys::KEYRING;
pub use display::Displays;

/// What one probe found.
#[derive(Clone, Debug, Serialize)]
pub struct ProbeRecord {
    /// What was probed.
    pub probe: &'static str,
    /// `pass`: it works. `fail`: it does not. `skip`: it is not needed here, or could not be told.
    pub outcome: CheckOutcome,
    /// What was found; where it does not work, what to do.
    pub detail: String,
}

/// How a probe ended, and what there is to say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    outcome: CheckOutcome,
    detail: String,
}

impl Finding {
    /// It works.
    pub fn pass(detail: impl Into<String>) -> Self {
        Self::of(CheckOutcome::Pass, detail)
    }

    /// It does not work, and what to do about it.
    pub fn fail(detail: impl Into<String>) -> Self {
        Self::of(CheckOutcome::Fail, detail)
    }

    /// It is not needed here, or could not be told.
    pub fn skip(detail: impl Into<String>) -> Self {
        Self::of(CheckOutcome::Skip, detail)
    }

    fn of(outcome: CheckOutcome, detail: impl Into<String>) -> Self {
        Self {
            outcome,
            detail: detail.into(),
        }
    }

    fn from_failure(failure: &Failure) -> Self {
        Self::fail(format!("{} {}", failure.message, failure.hint))
    }
}

/// What the face knows of the machine.
pub struct Machine {
    /// Where a window could be shown.
    pub displays: Displays,
    /// Whether Keybelt's own window can be started.
    pub webview: Finding,
    /// Which browser would be started.
    pub browser: Finding,
    /// When this program's file was made.
    pub program_made_at: Option<UnixSeconds>,
}

/// Makes every probe, in their order.
pub async fn examine(keybelt: &Keybelt, machine: Machine) -> Vec<ProbeRecord> {
    let state = blocking(|| Keyring::state_of_system(KEYRING)).await;
    let state = state.unwrap_or(KeyringState::Unavailable);
    let seen = look_at_vault(keybelt, state).await;
    let found = [
        ("keyring", keyring(state, seen.key_source)),
        ("display", display::probe(&machine.displays).await),
        ("webview", machine.webview),
        ("browser", machine.browser),
        (
            "clock",
            clock::probe(keybelt.now(), machine.program_made_at, seen.newest),
        ),
        ("vault", seen.finding),
    ];
    found
        .into_iter()
        .map(|(probe, finding)| ProbeRecord {
            probe,
            outcome: finding.outcome,
            detail: finding.detail,
        })
        .collect()
}

fn keyring(state: KeyringState, key_source: Option<KeySource>) -> Finding {
    let (is_open, words) = match state {
        KeyringState::Open => (true, "The keyring answers and is open."),
        KeyringState::Locked => (
            false,
            "The keyring is locked. Open it: log in to your desktop, or use its password settings.",
        ),
        KeyringState::Empty => (
            false,
            "A keyring service answers, and has no default keyring. Make one in your desktop's password settings, or name a file with a passphrase in KEYBELT_PASSPHRASE_FILE.",
        ),
        KeyringState::Unavailable => (
            false,
            "No keyring answers. Log in to a desktop session or start a keyring service, or name a file with a passphrase in KEYBELT_PASSPHRASE_FILE.",
        ),
    };
    match (is_open, key_source) {
        (true, _) => Finding::pass(words),
        (false, Some(KeySource::Passphrase)) => {
            let first = words.split_once(". ").map_or(words, |(first, _)| first);
            Finding::skip(format!("{first}. This vault needs none: a passphrase opens it."))
        }
        (false, Some(KeySource::Keyring) | None) => Finding::fail(words),
    }
}

/// What a look at the vault has shown.
struct Seen {
    finding: Finding,
    key_source: Option<KeySource>,
    /// The newest time that stands in it, where it was opened.
    newest: Option<UnixSeconds>,
}

async fn look_at_vault(keybelt: &Keybelt, keyring: KeyringState) -> Seen {
    let (status, refusal) = match status_and_refusal(keybelt).await {
        Ok(looked_at) => looked_at,
        Err(trouble) => return Seen::refused(trouble, None),
    };
    let source = status.key_source;
    if let Some(refusal) = refusal {
        return Seen::refused(refusal, source);
    }
    let unopened = |finding| Seen {
        finding,
        key_source: source,
        newest: None,
    };
    match source {
        None => {
            return unopened(Finding::skip(format!(
                "There is none yet: the first link or profile makes {}.",
                status.path
            )));
        }
        Some(KeySource::Passphrase) if status.locked => {
            return unopened(Finding::skip(
                "A passphrase opens it, and nobody was asked for it. KEYBELT_PASSPHRASE_FILE may name a file that holds it.",
            ));
        }
        Some(KeySource::Keyring) if keyring != KeyringState::Open => {
            return Seen::refused(
                match keyring {
                    KeyringState::Locked => VaultTrouble::KeyringLocked,
                    KeyringState::Open | KeyringState::Empty | KeyringState::Unavailable => {
                        VaultTrouble::KeyringUnavailable
                    }
                },
                source,
            );
        }
        Some(KeySource::Passphrase | KeySource::Keyring) => {}
    }
    let accounts = match accounts::list(keybelt).await {
        Ok(accounts) => accounts,
        Err(error) => return unopened(Finding::from_failure(&error.into())),
    };
    let damaged = keybelt.damaged();
    let finding = if damaged.is_empty() {
        let count = accounts.len();
        let noun = if count == 1 { "account" } else { "accounts" };
        let opens = format!("{} opens, with {count} {noun}.", status.path);
        Finding::pass(opens + &cached(keybelt).await)
    } else {
        Finding::fail(format!(
            "Damaged: {}. `keybelt vault check` lists everything that does not open, and says what to do.",
            damaged.join(", ")
        ))
    };
    let times = accounts
        .iter()
        .map(|account| account.obtained_at.max(account.linked_at));
    Seen {
        finding,
        key_source: source,
        newest: times.max().map(UnixSeconds),
    }
}

/// Whose token endpoint does not keep caches from storing its answers (specs AF-32). Worth knowing, and no fault of the
/// vault's.
async fn cached(keybelt: &Keybelt) -> String {
    let Ok(Some(vault)) = keybelt.door().existing().await else {
        return String::new();
    };
    let listed = keybelt.door().run(&vault, |vault| vault.accounts()).await;
    let accounts = listed.map(|listed| listed.records).unwrap_or_default();
    let profiles: BTreeSet<String> = accounts
        .iter()
        .filter(|account| account.may_be_cached)
        .map(|account| account.profile.to_string())
        .collect();
    if profiles.is_empty() {
        return String::new();
    }
    let names: Vec<String> = profiles.into_iter().collect();
    format!(
        " The provider of {} sends tokens without `Cache-Control: no-store`, so that a proxy on the way might keep them; \
         tell it.",
        names.join(", ")
    )
}

impl Seen {
    fn refused(trouble: VaultTrouble, key_source: Option<KeySource>) -> Self {
        Self {
            finding: Finding::from_failure(&trouble.into()),
            key_source,
            newest: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_is_missed_only_where_one_is_needed() {
        let outcome = |state, source| keyring(state, source).outcome;
        for state in [
            KeyringState::Locked,
            KeyringState::Empty,
            KeyringState::Unavailable,
        ] {
            assert_eq!(outcome(state, None), CheckOutcome::Fail);
            assert_eq!(outcome(state, Some(KeySource::Keyring)), CheckOutcome::Fail);
            assert_eq!(outcome(state, Some(KeySource::Passphrase)), CheckOutcome::Skip);
        }
        assert_eq!(outcome(KeyringState::Open, None), CheckOutcome::Pass);
    }
}
