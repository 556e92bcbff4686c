//! Unlinking: the account goes, and with `--revoke` the provider takes the grant back first (RFC 7009).

use std::sync::Arc;
use std::time::Duration;

use keybelt_contract::{AccountName, Failure, Unlinked};
use keybelt_net::Conduct;
use keybelt_primitives::Secret;
use keybelt_protocol::oauth2::client::{Client, Destination};
use keybelt_protocol::oauth2::revocation::{self, Hint, RevocationError};
use keybelt_vault::{AccountSummary, LedgerLine, Vault};

use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::issued_at::destination;
use crate::outputs;
use crate::registry::{self, Registration, ResolveError};
use crate::said_back::Sent;
use crate::token_endpoint::of_oauth_error;
use crate::trouble::{AnswerTrouble, VaultTrouble};

/// Why an account was not unlinked. It was kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UnlinkError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// The provider has nowhere to revoke.
    #[error("no revocation endpoint")]
    Unsupported,
    /// The profile does not come to a client.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The provider did not take the grant back (specs RV-05).
    #[error(transparent)]
    NotRevoked(#[from] AnswerTrouble),
    /// The vault could not be changed.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Unlinks an account; its outputs go with it, and the files that they kept. Without `revoke` the provider is not asked,
/// and it works offline.
pub async fn unlink(keybelt: &Keybelt, account: &AccountName, revoke: bool) -> Result<Unlinked, UnlinkError> {
    let (vault, summary) = match accounts::one(keybelt, account).await {
        Ok(found) => found,
        // What no longer opens can still be removed.
        Err(AccountsError::Vault(VaultTrouble::Damaged { .. })) if !revoke => {
            return remove_damaged(keybelt, account).await;
        }
        Err(error) => return Err(error.into()),
    };
    // Nobody may refresh it meanwhile: a token that came now would outlive the revocation.
    let lease = keybelt.door().lease(&vault, summary.id).await?;
    let answer = match revoke {
        true => Some(revoke_noted(keybelt, &vault, &summary).await?),
        false => None,
    };
    let now = keybelt.now();
    let name = account.clone();
    keybelt
        .door()
        .run(&vault, move |vault| vault.unlink(&lease, &name, revoke, now))
        .await?;
    outputs::clear_gone(keybelt, &vault, outputs::PATIENCE).await;
    keybelt.changed().await;
    Ok(Unlinked {
        account: account.clone(),
        revoked: revoke.then_some(true),
        provider_answer: answer,
    })
}

async fn remove_damaged(keybelt: &Keybelt, account: &AccountName) -> Result<Unlinked, UnlinkError> {
    let absent = || AccountsError::NotFound {
        name: account.clone(),
        nearest: None,
    };
    let vault = keybelt.door().existing().await?.ok_or_else(absent)?;
    let name = account.clone();
    let id = keybelt
        .door()
        .run(&vault, move |vault| vault.account_id(&name))
        .await?;
    let lease = keybelt.door().lease(&vault, id.ok_or_else(absent)?).await?;
    let (name, now) = (account.clone(), keybelt.now());
    keybelt
        .door()
        .run(&vault, move |vault| vault.unlink(&lease, &name, false, now))
        .await?;
    outputs::clear_gone(keybelt, &vault, outputs::PATIENCE).await;
    keybelt.changed().await;
    Ok(Unlinked {
        account: account.clone(),
        revoked: None,
        provider_answer: None,
    })
}

/// Asks the provider to take the grant back; that it did not stands in the ledger then.
async fn revoke_noted(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    summary: &AccountSummary,
) -> Result<String, UnlinkError> {
    let outcome = revoke_grant(keybelt, vault, summary).await;
    if let Err(UnlinkError::NotRevoked(trouble)) = &outcome {
        let code = Failure::from(trouble.clone()).code;
        let line = LedgerLine::revocation_failed(&summary.name, code, keybelt.now());
        if let Err(error) = keybelt.door().run(vault, move |vault| vault.append(&line)).await {
            tracing::warn!(%error, "the ledger does not have that the grant was not revoked");
        }
        keybelt.changed().await;
    }
    outcome
}

/// Asks the provider to take the grant back: by the refresh token, which takes the access tokens along, else by the
/// access token (RFC 7009 §2.1, §2.2.1). Gives back what the provider said.
async fn revoke_grant(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    summary: &AccountSummary,
) -> Result<String, UnlinkError> {
    let (id, profile) = (summary.id, summary.profile_id);
    let read = keybelt
        .door()
        .run(vault, move |vault| {
            Ok((vault.account_record(id)?, vault.profile_by_id(profile)?))
        })
        .await?;
    let (Some(account), Some(mut record)) = read else {
        return Err(accounts::absent(keybelt, vault, &summary.name).await.into());
    };
    keybelt
        .door()
        .run(vault, |vault| vault.prepare_unlinking())
        .await?;
    if record.metadata.is_none() {
        registry::read_metadata(keybelt, &mut record).await?;
    }
    // OAuth 1 has no request that takes token credentials back.
    let Registration::Oauth2(resolved) = registry::resolve(&record, None)? else {
        return Err(UnlinkError::Unsupported);
    };
    let issued_by = destination(&account.tokens.issued_at)?;
    let tokens = account.tokens;
    let attempts = [
        tokens
            .refresh_token
            .as_ref()
            .map(|token| (token, Hint::RefreshToken)),
        Some((&tokens.access_token, Hint::AccessToken)),
    ];
    for (token, hint) in attempts.into_iter().flatten() {
        // Without an answer: not tokens of this kind, perhaps of the other.
        if let Some(answer) = revoke(keybelt, &resolved.client, &issued_by, token, hint).await? {
            return Ok(answer);
        }
    }
    Err(AnswerTrouble::Refused {
        code: "unsupported_token_type".to_owned(),
        description: None,
    }
    .into())
}

/// `None`: the server does not take back tokens of this kind.
async fn revoke(
    keybelt: &Keybelt,
    client: &Client,
    issued_by: &Destination,
    token: &Secret<String>,
    hint: Hint,
) -> Result<Option<String>, UnlinkError> {
    let request = match revocation::revocation_request(client, issued_by, token, hint) {
        None => return Err(UnlinkError::Unsupported),
        Some(Err(error)) => {
            return Err(AnswerTrouble::Invalid {
                detail: error.to_string(),
            }
            .into());
        }
        Some(Ok(request)) => request,
    };
    let sent = Sent::of(&request);
    let response = keybelt
        .exchange_patiently(request, Conduct::Credentials)
        .await
        .map_err(AnswerTrouble::from)?;
    let response = sent.withheld_from(response);
    match revocation::read_answer(&response) {
        Ok(()) => Ok(Some(format!("HTTP {}", response.status))),
        Err(RevocationError::UnsupportedTokenType) => Ok(None),
        Err(RevocationError::Refused { status, error }) => Err(of_oauth_error(status, error).into()),
        Err(RevocationError::Unavailable {
            status: 429,
            retry_after,
        }) => Err(AnswerTrouble::RateLimited {
            wait: retry_after.unwrap_or(Duration::from_secs(60)),
        }
        .into()),
        Err(RevocationError::Unavailable { status, retry_after }) => Err(AnswerTrouble::Unavailable {
            status,
            wait: retry_after,
        }
        .into()),
        Err(error @ RevocationError::UnexpectedStatus { .. }) => Err(AnswerTrouble::Invalid {
            detail: error.to_string(),
        }
        .into()),
    }
}
