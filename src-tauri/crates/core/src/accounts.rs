//! The accounts as both faces show them.

use std::sync::Arc;

use keybelt_contract::{Account, AccountDetail, AccountName};
use keybelt_primitives::{UnixSeconds, bounds};
use keybelt_vault::{AccountSummary, Vault};
use serde_json::{Map, Value};

use crate::Keybelt;
use crate::schedule::Standing;
use crate::settings::nearest_word;
use crate::trouble::VaultTrouble;

/// Why there is no account to work with.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AccountsError {
    /// No such account.
    #[error("no account {name}")]
    NotFound {
        /// What was asked for.
        name: AccountName,
        /// The one that looks most like it.
        nearest: Option<AccountName>,
    },
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Every account that opens, sorted by name. No vault: none.
pub async fn list(keybelt: &Keybelt) -> Result<Vec<Account>, AccountsError> {
    let Some(vault) = keybelt.door().existing().await? else {
        return Ok(Vec::new());
    };
    let listed = keybelt.door().run(&vault, |vault| vault.accounts()).await?;
    keybelt.left_out(&listed.damaged);
    let now = keybelt.now();
    Ok(listed
        .records
        .into_iter()
        .map(|summary| account(summary, now))
        .collect())
}

/// One account with the evidence behind it.
pub async fn show(keybelt: &Keybelt, name: &AccountName) -> Result<AccountDetail, AccountsError> {
    let (vault, found) = one(keybelt, name).await?;
    let read = keybelt
        .door()
        .run(&vault, move |vault| {
            Ok((vault.evidence(found.id)?, vault.used_by(found.id)?))
        })
        .await?;
    let (Some((summary, evidence)), used_by) = read else {
        return Err(absent(keybelt, &vault, name).await);
    };
    Ok(AccountDetail {
        account: account(summary, keybelt.now()),
        claims: evidence.claims.map(without_tokens),
        userinfo: evidence.userinfo.map(without_tokens),
        checks: evidence.checks,
        checked_at: evidence.checked_at.map(|at| at.0),
        used_by,
    })
}

/// A distributed claim may come with the token that fetches it (OpenID Connect Core 1.0 §5.6.2): it is not asked for, and
/// its token is not shown.
pub(crate) fn without_tokens(mut claims: Map<String, Value>) -> Map<String, Value> {
    let sources = claims.get_mut("_claim_sources").and_then(Value::as_object_mut);
    for source in sources.into_iter().flat_map(Map::values_mut) {
        if let Some(token) = source.get_mut("access_token") {
            *token = Value::from("not shown");
        }
    }
    claims
}

/// The vault and one account in it.
pub(crate) async fn one(
    keybelt: &Keybelt,
    name: &AccountName,
) -> Result<(Arc<Vault>, AccountSummary), AccountsError> {
    let Some(vault) = keybelt.door().existing().await? else {
        return Err(AccountsError::NotFound {
            name: name.clone(),
            nearest: None,
        });
    };
    let wanted = name.clone();
    match keybelt
        .door()
        .run(&vault, move |vault| vault.account(&wanted))
        .await?
    {
        Some(summary) => Ok((vault, summary)),
        None => Err(absent(keybelt, &vault, name).await),
    }
}

/// That an account is not there, with the name that was probably meant.
pub(crate) async fn absent(keybelt: &Keybelt, vault: &Arc<Vault>, name: &AccountName) -> AccountsError {
    let nearest = match keybelt.door().run(vault, |vault| vault.accounts()).await {
        Ok(listed) => {
            // It may be one of those that do not even tell their name.
            keybelt.left_out(&listed.damaged);
            let names = listed.records.iter().map(|summary| summary.name.as_str());
            nearest_word(names, name.as_str()).and_then(|near| AccountName::parse(near).ok())
        }
        // The look around is a courtesy.
        Err(_) => None,
    };
    AccountsError::NotFound {
        name: name.clone(),
        nearest,
    }
}

/// What the schedule and the status of an account depend on.
fn standing(summary: &AccountSummary) -> Standing<'_> {
    Standing {
        seed: summary.name.as_str(),
        obtained_at: summary.obtained_at.seconds(),
        expires_at: summary.expires_at,
        refreshable: summary.refreshable,
        needs_relink: summary.needs_relink,
        failures: summary.failures,
        last_attempt: summary
            .refresh
            .finished_at
            .map(keybelt_primitives::UnixMillis::seconds),
        not_before: summary.not_before,
    }
}

/// Whether its times were written by a clock that was ahead: what they say of the end is worth nothing.
pub(crate) fn is_of_wrong_clock(summary: &AccountSummary, now: UnixSeconds) -> bool {
    let ahead = summary.obtained_at.seconds().since(now);
    u64::try_from(ahead).is_ok_and(|ahead| ahead > bounds::CLOCK_SKEW.as_secs())
}

/// Whether linking again is the only way on.
pub(crate) fn is_over(summary: &AccountSummary, now: UnixSeconds) -> bool {
    standing(summary).is_over(now)
}

/// An account as both faces show it.
pub(crate) fn account(summary: AccountSummary, now: UnixSeconds) -> Account {
    let standing = standing(&summary);
    // Written by a clock that went wrong: the sooner it is renewed, the better.
    let next_refresh_at = standing
        .next_refresh_at()
        .map(|at| if is_of_wrong_clock(&summary, now) { now } else { at });
    let status = standing.status(now);
    Account {
        name: summary.name,
        profile: summary.profile,
        provider: summary.provider,
        protocol: summary.protocol,
        issuer: summary.issuer,
        subject: summary.subject,
        display_name: summary.display_name,
        email: summary.email,
        picture: summary.picture,
        scopes: summary.scopes,
        token_type: summary.token_type,
        linked_at: summary.linked_at.0,
        obtained_at: summary.obtained_at.seconds().0,
        expires_at: summary.expires_at.map(|at| at.0),
        next_refresh_at: next_refresh_at.map(|at| at.0),
        refreshable: summary.refreshable,
        status,
        last_error: summary.last_error,
        grant_expires_at: summary.grant_expires_at.map(|at| at.0),
        grant_expiry_source: summary.grant_expiry_source,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_token_of_a_distributed_claim_is_not_shown() {
        let claims = json!({
            "sub": "1",
            "access_token": "the provider's own claim",
            "_claim_names": { "score": "bureau" },
            "_claim_sources": {
                "bureau": { "endpoint": "https://bureau.example/score", "access_token": "ksj3n283dke" },
                "signed": { "JWT": "a.b.c" },
                "odd": 1
            }
        });
        let Value::Object(claims) = claims else { return };
        let shown = without_tokens(claims.clone());
        assert!(!Value::Object(shown.clone()).to_string().contains("ksj3n283dke"));
        assert_eq!(
            shown["_claim_sources"]["bureau"]["endpoint"],
            "https://bureau.example/score"
        );
        assert_eq!(
            shown["_claim_sources"]["signed"],
            claims["_claim_sources"]["signed"]
        );
        assert_eq!(shown["access_token"], claims["access_token"]);
    }
}
