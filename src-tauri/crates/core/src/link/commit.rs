//! The account into the vault: new, or in the place of the tokens that the same person had there before.

use std::sync::Arc;

use keybelt_contract::{AccountName, Failure, LastError, LinkRequest, Protocol};
use keybelt_primitives::Secret;
use keybelt_vault::{
    AccountChange, AccountRecord, AccountSummary, LedgerLine, ProfileUpdate, RefreshState, Tokens, Vault,
};

use super::issued::Issued;
use super::naming::{Known, Place, Taken, Who, place};
use super::prepare::Ready;
use super::verify::Verified;
use super::{LinkError, Linked};
use crate::Keybelt;
use crate::accounts;
use crate::issued_at::issued_at;
use crate::registry::REMEMBERED_AUTHENTICATION;
use crate::trouble::VaultTrouble;

/// How often a name is chosen anew because another process took it meanwhile.
const TRIES: usize = 8;

/// Stores the account: durable before any face hears of it.
pub(super) async fn commit(
    keybelt: &Keybelt,
    request: &LinkRequest,
    ready: &Ready,
    verified: Verified,
) -> Result<Linked, LinkError> {
    let verified = Arc::new(verified);
    for _ in 0..TRIES {
        let known = known(keybelt, &ready.vault).await?;
        let who = Who {
            profile_id: ready.record.id,
            profile: &ready.record.name,
            subject: verified.identity.subject.as_deref(),
            called: verified.identity.called(),
        };
        let place = place(&who, request.account.as_ref(), &known).map_err(|taken| match taken {
            Taken::Foreign(name) => LinkError::AccountExists(name),
            Taken::Unknown(name) => LinkError::AccountUnknown(name),
        })?;
        let stored = match place {
            Place::New(name) => insert(keybelt, request, ready, verified.clone(), name).await?,
            Place::Renewed { id, name } => {
                replace(keybelt, request, ready, verified.clone(), id, name).await?
            }
        };
        if let Some(summary) = stored {
            keybelt.renewed();
            keybelt.changed().await;
            let asked_scopes = verified.asked_scopes.iter().cloned().collect();
            return Ok(Linked {
                account: accounts::account(summary, keybelt.now()),
                asked_scopes,
            });
        }
    }
    Err(LinkError::Vault(VaultTrouble::Busy))
}

async fn known(keybelt: &Keybelt, vault: &Arc<Vault>) -> Result<Vec<Known>, LinkError> {
    let listed = keybelt.door().run(vault, |vault| vault.accounts()).await?;
    let known = listed.records.into_iter().map(|summary| Known {
        id: summary.id,
        name: summary.name,
        profile_id: summary.profile_id,
        subject: summary.subject,
    });
    Ok(known.collect())
}

/// `None`: the name was taken meanwhile.
async fn insert(
    keybelt: &Keybelt,
    request: &LinkRequest,
    ready: &Ready,
    verified: Arc<Verified>,
    name: AccountName,
) -> Result<Option<AccountSummary>, LinkError> {
    let now = keybelt.now();
    let line = LedgerLine::linked(&name, request.route.as_str(), now);
    let record = AccountRecord {
        summary: summary(keybelt, ready, &verified, 0, name),
        tokens: tokens(&verified, None),
        evidence: verified.evidence.clone(),
    };
    let update = profile_update(ready, &verified);
    let stored = keybelt
        .door()
        .run(&ready.vault, move |vault| {
            vault.insert_account(record, &line, Some(&update))
        })
        .await?;
    Ok(stored)
}

/// `None`: the account was unlinked meanwhile.
async fn replace(
    keybelt: &Keybelt,
    request: &LinkRequest,
    ready: &Ready,
    verified: Arc<Verified>,
    id: i64,
    name: AccountName,
) -> Result<Option<AccountSummary>, LinkError> {
    let lease = keybelt.door().lease(&ready.vault, id).await?;
    let read = keybelt
        .door()
        .run(&ready.vault, move |vault| vault.account_record(id))
        .await;
    let read = match read {
        Ok(read) => read,
        // The damaged one makes room.
        Err(VaultTrouble::Damaged { .. }) => return insert(keybelt, request, ready, verified, name).await,
        Err(trouble) => return Err(trouble.into()),
    };
    let Some(before) = read else { return Ok(None) };
    let name = before.summary.name.clone();
    let kept = kept_refresh_token(&before, &verified);
    let is_kept = kept.is_some();
    let tokens = tokens(&verified, kept);
    let rotated = match (&before.tokens.refresh_token, &tokens.refresh_token) {
        (Some(old), Some(new)) => !old.matches(new),
        (None, None) => false,
        (Some(_), None) | (None, Some(_)) => true,
    };
    let line = LedgerLine::linked(&name, request.route.as_str(), keybelt.now()).renewing(rotated);
    let mut summary = summary(keybelt, ready, &verified, id, name);
    summary.refreshable |= is_kept;
    summary.refresh.number = before.summary.refresh.number;
    let evidence = verified.evidence.clone();
    let update = profile_update(ready, &verified);
    let stored = keybelt
        .door()
        .run(&ready.vault, move |vault| {
            let change = AccountChange {
                summary: &summary,
                tokens: Some(&tokens),
                evidence: Some(&evidence),
                line: Some(&line),
            };
            vault.write_account(&lease, change, Some(&update))
        })
        .await?;
    Ok(stored)
}

/// A provider that gives a refresh token once only: the one there is stays, for the same client and scopes (specs W-13).
fn kept_refresh_token(before: &AccountRecord, verified: &Verified) -> Option<Secret<String>> {
    let same_client = before.tokens.issued_at == issued_at(&verified.destination);
    let same_scopes = before.summary.scopes.iter().eq(verified.tokens.scopes.iter());
    // A session handle renews the credentials that it came with and no others.
    let is_over = before.summary.needs_relink || verified.protocol == Protocol::Oauth1;
    let kept = before
        .tokens
        .refresh_token
        .as_ref()
        .filter(|_| same_client && same_scopes && !is_over);
    kept.map(Secret::duplicate)
}

fn tokens(verified: &Verified, kept: Option<Secret<String>>) -> Tokens {
    let Issued {
        access_token,
        token_secret,
        refresh_token,
        id_token,
        ..
    } = &verified.tokens;
    Tokens {
        access_token: access_token.duplicate(),
        token_secret: token_secret.as_ref().map(Secret::duplicate),
        refresh_token: refresh_token.as_ref().map(Secret::duplicate).or(kept),
        id_token: id_token
            .as_ref()
            .filter(|_| verified.evidence.claims.is_some())
            .map(Secret::duplicate),
        issued_at: issued_at(&verified.destination),
    }
}

fn summary(
    keybelt: &Keybelt,
    ready: &Ready,
    verified: &Verified,
    id: i64,
    name: AccountName,
) -> AccountSummary {
    let tokens = &verified.tokens;
    let now = keybelt.now_millis();
    AccountSummary {
        id,
        name,
        profile_id: ready.record.id,
        profile: ready.record.name.clone(),
        provider: ready.record.provider.clone(),
        protocol: verified.protocol,
        issuer: verified.destination.issuer.as_ref().map(ToString::to_string),
        subject: verified.identity.subject.clone(),
        display_name: verified.identity.display_name.clone(),
        email: verified.identity.email.clone(),
        picture: verified.identity.picture.clone(),
        scopes: tokens.scopes.iter().cloned().collect(),
        token_type: tokens.token_type.clone(),
        linked_at: now.seconds(),
        obtained_at: now,
        expires_at: tokens.expires_at,
        refreshable: tokens.refresh_token.is_some(),
        has_id_token: verified.evidence.claims.is_some(),
        grant_expires_at: tokens.grant_expires_at,
        grant_expiry_source: tokens.grant_expires_at.map(|_| "provider".to_owned()),
        needs_relink: false,
        failures: 0,
        not_before: None,
        last_error: verified
            .userinfo_failure
            .as_ref()
            .map(|failure| last_error(failure, now.seconds().0)),
        refresh: RefreshState::default(),
        token_seq: 0,
        may_be_cached: tokens.may_be_cached,
    }
}

fn last_error(failure: &Failure, at: i64) -> LastError {
    LastError {
        code: failure.code,
        message: failure.message.clone(),
        at,
    }
}

/// What this link found out about its profile: the metadata it read, the client authentication that worked.
fn profile_update(ready: &Ready, verified: &Verified) -> ProfileUpdate {
    ProfileUpdate {
        id: ready.record.id,
        metadata: ready.record.metadata.clone().zip(ready.record.metadata_read),
        remember: verified
            .remember
            .map(|method| (REMEMBERED_AUTHENTICATION.to_owned(), method.to_owned())),
    }
}
