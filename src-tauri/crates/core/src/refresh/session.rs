//! OAuth 1's half of a refresh: token credentials renewed by their session handle (specs O1-37), under the same lease,
//! marks and outcomes as a refresh token.

use std::collections::BTreeMap;

use keybelt_net::Conduct;
use keybelt_primitives::Secret;
use keybelt_protocol::oauth1::TokenRequestError;
use keybelt_protocol::oauth1::answer::AnswerError;
use keybelt_protocol::oauth1::problem::{self, ProblemKind};
use keybelt_protocol::oauth1::session;
use keybelt_protocol::oauth1::signed_request::{Credentials, SignError};
use keybelt_protocol::oauth1::token_credentials::{self, TokenCredentials};
use keybelt_protocol::oauth2::client::Destination;
use keybelt_vault::{AccountRecord, AccountSummary, Evidence, LedgerLine, Part, Tokens};

use super::RefreshError;
use super::answer::{last_error, name_person, succeed};
use super::renew::{Renewal, Written, refused};
use crate::issued_at::destination;
use crate::link::oauth1::ask_userinfo;
use crate::link::verify::failure_of;
use crate::registry::{self, Registration, ResolvedOauth1};
use crate::signed_exchange::{self, ServerClock, SignedTrouble};
use crate::trouble::{AnswerTrouble, ExchangeTrouble, VaultTrouble};

/// Renews an account whose lease is held.
pub(super) async fn run(
    renewal: &Renewal,
    mut record: AccountRecord,
) -> Result<AccountSummary, RefreshError> {
    let resolved = match resolved(renewal, &record).await {
        Ok(resolved) => resolved,
        // Told in the window too, and not tried again at once.
        Err(error) => {
            return Err(renewal
                .store_failure(record.summary, error, false, Written::default())
                .await?);
        }
    };
    record.summary = renewal.begin(record.summary).await?;
    let mut clock = ServerClock::default();
    match ask(renewal, &mut record, &resolved, &mut clock).await {
        Ok(issued) => take(renewal, record, &resolved, issued, &mut clock).await,
        Err(trouble) => {
            let is_lost = trouble.may_have_spent();
            let error = of_ask(trouble, &record.summary);
            Err(renewal.give_up(record.summary, error, is_lost, None).await?)
        }
    }
}

/// The account's profile as a client of OAuth 1, which must still lead where the credentials were issued.
async fn resolved(renewal: &Renewal, record: &AccountRecord) -> Result<ResolvedOauth1, RefreshError> {
    let profile = renewal.profile(record).await?;
    let Registration::Oauth1(resolved) = registry::resolve(&profile, None)? else {
        return Err(RefreshError::NoLongerOauth1 {
            profile: profile.name,
        });
    };
    issued_here(&resolved, &record.tokens)?;
    Ok(resolved)
}

/// Token credentials sign for the client that they were issued to, and for no other.
pub(crate) fn issued_here(resolved: &ResolvedOauth1, tokens: &Tokens) -> Result<(), RefreshError> {
    let (was, is) = (destination(&tokens.issued_at)?, resolved.client.destination());
    if was.still_leads_to(&is) {
        return Ok(());
    }
    let shown =
        |destination: &Destination| format!("{} ({})", destination.client_id, destination.token_endpoint);
    Err(RefreshError::Moved {
        was: shown(&was),
        is: shown(&is),
    })
}

/// Why the credentials were not renewed.
enum AskTrouble {
    /// What lies in the vault makes no request.
    Vault(VaultTrouble),
    /// The request cannot be signed.
    Sign(TokenRequestError),
    /// No answer.
    Exchange(ExchangeTrouble),
    /// Another answer than credentials.
    Answer {
        error: AnswerError,
        /// The server said that it was good: the old credentials may be spent.
        was_good: bool,
    },
}

impl AskTrouble {
    fn may_have_spent(&self) -> bool {
        match self {
            Self::Exchange(trouble) => trouble.may_have_arrived(),
            Self::Answer { was_good, .. } => *was_good,
            Self::Vault(_) | Self::Sign(_) => false,
        }
    }
}

/// The request; a second one with the same handle where the answer to the first was lost on the way.
async fn ask(
    renewal: &Renewal,
    record: &mut AccountRecord,
    resolved: &ResolvedOauth1,
    clock: &mut ServerClock,
) -> Result<TokenCredentials, AskTrouble> {
    // Not after one that was lost before: a handle that is sent over and over may cost the grant (specs AF-37).
    let may_repeat = !record.summary.refresh.answer_lost;
    match ask_once(renewal, &record.tokens, resolved, clock).await {
        Err(AskTrouble::Exchange(ExchangeTrouble::Lost { .. })) if may_repeat => {
            record.summary.refresh.begin(renewal.keybelt.now_millis());
            ask_once(renewal, &record.tokens, resolved, clock).await
        }
        outcome => outcome,
    }
}

async fn ask_once(
    renewal: &Renewal,
    tokens: &Tokens,
    resolved: &ResolvedOauth1,
    clock: &mut ServerClock,
) -> Result<TokenCredentials, AskTrouble> {
    let damaged = || {
        AskTrouble::Vault(VaultTrouble::Damaged {
            what: "the credentials that are to be renewed".to_owned(),
            part: Part::Account,
        })
    };
    let issued_by = destination(&tokens.issued_at).map_err(AskTrouble::Vault)?;
    let handle = tokens.refresh_token.as_ref().ok_or_else(damaged)?;
    let secret = tokens.token_secret.as_ref().ok_or_else(damaged)?;
    let credentials = Credentials {
        token: tokens.access_token.duplicate(),
        secret: secret.duplicate(),
    };
    let signer = &resolved.client.signer;
    let response = signed_exchange::send(&renewal.keybelt, signer, clock, Conduct::Credentials, |stamp| {
        session::request(&resolved.client, &issued_by, &credentials, handle, stamp)
    })
    .await
    .map_err(|trouble| match trouble {
        SignedTrouble::Sign(error) => AskTrouble::Sign(error),
        SignedTrouble::Entropy(error) => AskTrouble::Exchange(ExchangeTrouble::Defect(error.to_string())),
        SignedTrouble::Exchange(trouble) => AskTrouble::Exchange(trouble),
    })?;
    // Who the person is, the link has asked; what comes beside the credentials now is not read again.
    token_credentials::parse(&response, &BTreeMap::new()).map_err(|error| AskTrouble::Answer {
        error,
        was_good: matches!(response.status, 200 | 201),
    })
}

/// Stores the renewed credentials before anything else, then asks for userinfo that could not be had before.
async fn take(
    renewal: &Renewal,
    record: AccountRecord,
    resolved: &ResolvedOauth1,
    issued: TokenCredentials,
    clock: &mut ServerClock,
) -> Result<AccountSummary, RefreshError> {
    let at = renewal.keybelt.now_millis();
    let AccountRecord {
        mut summary,
        tokens: before,
        evidence,
    } = record;
    let is_another = |new: &Secret<String>| before.refresh_token.as_ref().is_none_or(|old| !old.matches(new));
    let rotated = issued.session_handle.as_ref().is_some_and(is_another);
    let handle = issued.session_handle.or(before.refresh_token);
    let tokens = Tokens {
        access_token: issued.credentials.token.duplicate(),
        token_secret: Some(issued.credentials.secret.duplicate()),
        refresh_token: handle,
        id_token: None,
        issued_at: before.issued_at,
    };
    succeed(&mut summary, at, issued.expires_at, issued.grant_expires_at);
    let is_asked = resolved.client.userinfo_endpoint.is_some()
        && (evidence.userinfo.is_none() || summary.last_error.is_some());
    if !is_asked {
        summary.last_error = None;
    }
    let line = LedgerLine::refreshed(&summary.name, at.seconds()).renewing(rotated);
    let written = Written {
        tokens: Some(tokens),
        line: Some(line),
        ..Written::default()
    };
    let summary = renewal.write(summary, written).await?;
    if !is_asked {
        return Ok(summary);
    }
    identify(renewal, summary, evidence, resolved, &issued.credentials, clock).await
}

/// Asks once more who the person is. The renewed credentials are good either way.
async fn identify(
    renewal: &Renewal,
    mut summary: AccountSummary,
    mut evidence: Evidence,
    resolved: &ResolvedOauth1,
    credentials: &Credentials,
    clock: &mut ServerClock,
) -> Result<AccountSummary, RefreshError> {
    match ask_userinfo(&renewal.keybelt, resolved, credentials, clock).await {
        Ok(said) => {
            summary.last_error = None;
            evidence.userinfo = said.or(evidence.userinfo);
            name_person(&mut summary, &evidence, &resolved.layers);
        }
        Err(trouble) => {
            let at = renewal.keybelt.now_millis();
            summary.last_error = Some(last_error(failure_of(trouble), at));
        }
    }
    let written = Written {
        evidence: Some(evidence),
        ..Written::default()
    };
    renewal.write(summary, written).await
}

fn of_ask(trouble: AskTrouble, summary: &AccountSummary) -> RefreshError {
    match trouble {
        AskTrouble::Vault(trouble) => trouble.into(),
        AskTrouble::Sign(TokenRequestError::Sign(SignError::PlaintextUnprotected)) => {
            RefreshError::PlaintextUnprotected
        }
        AskTrouble::Sign(error) => AnswerTrouble::Invalid {
            detail: error.to_string(),
        }
        .into(),
        AskTrouble::Exchange(trouble) => AnswerTrouble::from(trouble).into(),
        AskTrouble::Answer { error, .. } if ends_the_grant(&error) => refused(summary),
        AskTrouble::Answer { error, .. } => signed_exchange::of_answer(error).into(),
    }
}

/// Only words that are definite do: a bare 401 may as well mean the signature.
fn ends_the_grant(error: &AnswerError) -> bool {
    let AnswerError::Refused {
        problem: Some(problem),
        ..
    } = error
    else {
        return false;
    };
    matches!(problem::kind(problem), ProblemKind::Token | ProblemKind::Declined)
}
