//! What becomes of tokens that a refresh brought: the rotated refresh token first, then whose they are.

use keybelt_contract::{Failure, FailureCode, LastError};
use keybelt_primitives::{Endpoint, Secret, UnixMillis, UnixSeconds};
use keybelt_protocol::oauth2::token_response::TokenSet;
use keybelt_protocol::oidc::identity;
use keybelt_protocol::oidc::userinfo::UserinfoError;
use keybelt_vault::{AccountRecord, AccountSummary, Evidence, LedgerLine, ProfileUpdate, Tokens};
use serde_json::Value;
use tokio::time::Instant;

use super::renew::{EXAMINATION, Renewal, Written, with_refresh_token};
use super::{LinkAgain, RefreshError};
use crate::keys::KeysTrouble;
use crate::link::verify::failure_of;
use crate::registry::{REMEMBERED_AUTHENTICATION, Resolved};
use crate::settings::Layers;
use crate::token_endpoint::Granted;
use crate::trouble::ExchangeTrouble;
use crate::verification::{self, Bound, UserinfoTrouble, Verifier};

/// Stores the tokens of a refresh, or, where they are somebody else's, only the rotated refresh token.
pub(super) async fn take(
    renewal: &Renewal,
    record: AccountRecord,
    resolved: &Resolved,
    granted: Granted,
) -> Result<AccountSummary, RefreshError> {
    let obtained_at = renewal.keybelt.now_millis();
    let AccountRecord {
        mut summary,
        tokens: before,
        mut evidence,
    } = record;
    let refresh_token = granted
        .tokens
        .refresh_token
        .as_ref()
        .or(before.refresh_token.as_ref());
    let refresh_token = refresh_token.map(Secret::duplicate);
    let is_checked = summary.has_id_token && granted.tokens.id_token.is_some();
    if let Some(rotated) = &granted.tokens.refresh_token {
        // Durable before anything is done with the new access token: the old one may be dead by now (specs AF-34).
        summary.refresh.sent_at = None;
        summary.refresh.answer_lost = false;
        let tokens = Some(with_refresh_token(&before, rotated.duplicate()));
        let written = Written {
            tokens,
            ..Written::default()
        };
        summary = renewal.write(summary, written).await?;
    }
    let examined = examine(renewal, &summary, resolved, &granted.tokens, &mut evidence).await;
    let missing = match examined {
        Ok(missing) => missing,
        Err(error) => return Err(refuse(renewal, summary, evidence, error).await?),
    };
    let update = granted.remember.map(|method| ProfileUpdate {
        id: summary.profile_id,
        metadata: None,
        remember: Some((REMEMBERED_AUTHENTICATION.to_owned(), method.to_owned())),
    });
    let id_token = if is_checked {
        granted.tokens.id_token.as_ref()
    } else {
        before.id_token.as_ref()
    };
    let tokens = Tokens {
        access_token: granted.tokens.access_token.duplicate(),
        token_secret: None,
        refresh_token,
        id_token: id_token.map(Secret::duplicate),
        issued_at: before.issued_at.clone(),
    };
    renew_summary(&mut summary, &granted.tokens, missing, obtained_at);
    name_person(&mut summary, &evidence, &resolved.layers);
    summary.refreshable = tokens.refresh_token.is_some();
    let rotated = granted
        .tokens
        .refresh_token
        .is_some_and(|new| before.refresh_token.as_ref().is_none_or(|old| !old.matches(&new)));
    let line = LedgerLine::refreshed(&summary.name, obtained_at.seconds()).renewing(rotated);
    let written = Written {
        tokens: Some(tokens),
        evidence: Some(evidence),
        line: Some(line),
        profile: update,
    };
    renewal.write(summary, written).await
}

/// Checks a refreshed ID token, and asks again for userinfo that could not be had before. Gives back why it still
/// cannot.
async fn examine(
    renewal: &Renewal,
    summary: &AccountSummary,
    resolved: &Resolved,
    tokens: &TokenSet,
    evidence: &mut Evidence,
) -> Result<Option<Failure>, RefreshError> {
    let profile = summary.profile_id;
    let record = renewal
        .keybelt
        .door()
        .run(&renewal.vault, move |vault| vault.profile_by_id(profile))
        .await?;
    let secret = record.and_then(|record| record.client_secret);
    let verifier = Verifier::new(&renewal.keybelt, &renewal.vault, resolved, secret.as_ref());
    let ends = Instant::now() + EXAMINATION;
    if let Some(token) = tokens.id_token.as_ref().filter(|_| summary.has_id_token) {
        let bound = Bound {
            access_token: Some(&tokens.access_token),
            original: evidence.claims.as_ref(),
            ..Bound::default()
        };
        let checked = within(ends, verifier.id_token(token, bound)).await;
        let checked = checked.unwrap_or_else(|| Err(too_slow(resolved.client.jwks_uri.as_ref()).into()))?;
        let Some(claims) = checked.verified().cloned() else {
            let error = of_checks(&checked, summary);
            // What was refused, and why, is to be seen beside the claims that were believed before.
            evidence.checks = checked.checks;
            evidence.checked_at = Some(renewal.keybelt.now());
            return Err(error);
        };
        evidence.header = checked.header;
        evidence.claims = Some(succeeding(evidence.claims.take(), claims));
        evidence.checks = checked.checks;
        evidence.checked_at = Some(renewal.keybelt.now());
    }
    if evidence.userinfo.is_some() {
        return Ok(None);
    }
    let asked = verifier.userinfo(&tokens.access_token, verification::subject(evidence));
    let asked = within(ends, asked).await;
    let endpoint = resolved.client.userinfo_endpoint.as_ref();
    match asked.unwrap_or_else(|| Err(UserinfoTrouble::Exchange(too_slow(endpoint)))) {
        Ok(userinfo) => {
            evidence.userinfo = userinfo;
            Ok(None)
        }
        // A signature that does not hold is as good as no answer here: who it is was verified at the link.
        Err(UserinfoTrouble::Answer(error @ UserinfoError::Subject { .. })) => {
            let code = FailureCode::SubjectMismatch;
            Err(RefreshError::IdToken {
                code,
                check: "userinfo".to_owned(),
                detail: error.to_string(),
                again: LinkAgain::of(summary),
            })
        }
        Err(trouble) => Ok(Some(failure_of(trouble))),
    }
}

/// What comes in time.
async fn within<T>(ends: Instant, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout_at(ends, work).await.ok()
}

fn too_slow(asked: Option<&Endpoint>) -> ExchangeTrouble {
    let host = asked
        .and_then(|endpoint| endpoint.url().host_str())
        .unwrap_or_default();
    ExchangeTrouble::TimedOut {
        host: host.to_owned(),
    }
}

/// The refreshed claims; nonce, `auth_time` and `azp` of the link stay for the next time (specs RF-06).
fn succeeding(
    before: Option<serde_json::Map<String, Value>>,
    mut claims: serde_json::Map<String, Value>,
) -> serde_json::Map<String, Value> {
    let mut before = before.unwrap_or_default();
    for name in ["nonce", "auth_time", "azp"] {
        if let (Some(value), false) = (before.remove(name), claims.contains_key(name)) {
            claims.insert(name.to_owned(), value);
        }
    }
    claims
}

fn of_checks(checked: &keybelt_protocol::oidc::id_token::Checked, summary: &AccountSummary) -> RefreshError {
    if checked.key_may_be_newer {
        // The set was read only just now, so a newer one was not asked for: no reason to give the grant up.
        return RefreshError::Keys(KeysTrouble::JustRead);
    }
    let (check, detail) = verification::refusal(checked);
    let code = if check == "sub" {
        FailureCode::SubjectMismatch
    } else {
        FailureCode::InvalidIdToken
    };
    RefreshError::IdToken {
        code,
        check,
        detail,
        again: LinkAgain::of(summary),
    }
}

/// The new access token is thrown away (specs RF-05); where only the keys could not be had, the grant lives on.
async fn refuse(
    renewal: &Renewal,
    mut summary: AccountSummary,
    evidence: Evidence,
    error: RefreshError,
) -> Result<RefreshError, RefreshError> {
    summary.needs_relink = matches!(error, RefreshError::IdToken { .. });
    let written = Written {
        evidence: summary.needs_relink.then_some(evidence),
        ..Written::default()
    };
    renewal.store_failure(summary, error, false, written).await
}

fn renew_summary(summary: &mut AccountSummary, tokens: &TokenSet, missing: Option<Failure>, at: UnixMillis) {
    succeed(summary, at, tokens.expires_at, tokens.grant_expires_at);
    summary.scopes = tokens.scopes.iter().cloned().collect();
    summary.token_type = Some(tokens.token_type.clone());
    summary.may_be_cached = tokens.may_be_cached;
    summary.last_error = missing.map(|failure| last_error(failure, at));
}

/// What every good refresh changes, of either protocol.
pub(super) fn succeed(
    summary: &mut AccountSummary,
    at: UnixMillis,
    expires_at: Option<UnixSeconds>,
    grant_expires_at: Option<UnixSeconds>,
) {
    summary.refresh.finish(at, None);
    summary.obtained_at = at;
    summary.expires_at = expires_at;
    summary.failures = 0;
    summary.needs_relink = false;
    summary.not_before = None;
    if grant_expires_at.is_some() {
        summary.grant_expires_at = grant_expires_at;
        summary.grant_expiry_source = Some("provider".to_owned());
    }
}

/// Why userinfo is still missing, as the account tells it.
pub(super) fn last_error(failure: Failure, at: UnixMillis) -> LastError {
    LastError {
        code: failure.code,
        message: failure.message,
        at: at.seconds().0,
    }
}

/// How the person is called may have changed, or be known only now; who they are does not change.
pub(super) fn name_person(summary: &mut AccountSummary, evidence: &Evidence, layers: &Layers) {
    let map = layers.members("userinfo_map");
    let found = match (&evidence.claims, &evidence.userinfo) {
        (Some(claims), userinfo) => identity::of_claims(claims, userinfo.as_ref(), &map),
        (None, Some(userinfo)) => identity::of_userinfo(userinfo, &map),
        (None, None) => return,
    };
    summary.subject = summary.subject.take().or(found.subject);
    summary.display_name = found.display_name.or(summary.display_name.take());
    summary.email = found.email.or(summary.email.take());
    summary.picture = found.picture.or(summary.picture.take());
}
