//! Everything before the person is sent: the profile resolved, the listener up, the pending record durable.

use std::sync::Arc;

use keybelt_contract::{AccountName, LinkRequest};
use keybelt_net::loopback::{self, Host, Listener};
use keybelt_protocol::oauth2::authorization_code::{self, Awaited, BeginError, PendingAuthorization};
use keybelt_protocol::oauth2::redirect_uri::RedirectUri;
use keybelt_vault::{LedgerLine, ProfileRecord, Vault};
use url::Url;

use super::{LinkError, PATIENCE, Visit};
use crate::Keybelt;
use crate::profiles;
use crate::registry::{self, ResolveError, Resolved};
use crate::settings::{Landing, landing};
use crate::trouble::VaultTrouble;

/// How much longer than the wait a pending record lives: an answer on the last second is still taken.
const GRACE: i64 = 30;

/// A link that is ready for the person to be sent.
pub(super) struct Prepared {
    pub(super) visit: Visit,
    pub(super) awaited: Awaited,
    pub(super) listener: Option<Listener>,
    record: ProfileRecord,
    resolved: Resolved,
    pending: SealedPending,
}

/// A link whose answer came: its pending record is gone.
pub(super) struct Ready {
    pub(super) vault: Arc<Vault>,
    pub(super) record: ProfileRecord,
    pub(super) resolved: Resolved,
}

/// A pending record in the vault, removed when nobody waits for its answer any more.
struct SealedPending {
    vault: Arc<Vault>,
    state: Option<String>,
}

impl Drop for SealedPending {
    fn drop(&mut self) {
        if let Some(state) = self.state.take() {
            // A short write on whatever thread this is: the future was dropped, nothing could await it any more.
            if let Err(error) = self.vault.remove_pending(&state) {
                tracing::warn!(%error, "a pending authorization stays until it is too old");
            }
        }
    }
}

/// Prepares a link.
pub(super) async fn prepare(keybelt: &Keybelt, request: &LinkRequest) -> Result<Prepared, LinkError> {
    let (vault, mut record) = profiles::one(keybelt, &request.profile).await?;
    if let Some(name) = &request.account {
        refuse_foreign_name(keybelt, &vault, &record, name).await?;
    }
    registry::read_metadata(keybelt, &mut record).await?;
    let resolved = registry::resolve(&record, request.scope.as_deref())?.oauth2(&record)?;
    require_verifiable(&record, &resolved)?;
    let landing = landing(
        resolved.layers.text("redirect_uri"),
        &record.key,
        request.route,
        resolved.form_post(),
    )
    .map_err(|refusal| LinkError::Route {
        profile: record.name.clone(),
        refusal,
    })?;
    let (listener, redirect_uri) = listen(landing, resolved.form_post()).await?;

    let now = keybelt.now();
    let wait = request.timeout.map_or(PATIENCE.as_secs(), u64::from);
    let deadline = now.plus(i64::try_from(wait).unwrap_or(i64::MAX)).plus(GRACE);
    let (authorization, pending) =
        authorization_code::begin(&resolved.client, &redirect_uri, keybelt.entropy(), now, deadline)
            .map_err(of_begin)?;
    let awaited = pending.awaited();
    let visit = Visit {
        url: authorization.url,
        redirect_uri: authorization.redirect_uri.as_str().to_owned(),
        route: request.route,
        origin: authorization.origin,
        scopes: authorization.scopes,
        provider: resolved.provider_title.clone(),
        practice: resolved.practice,
        other_hosts: resolved.other_hosts.clone(),
    };
    let pending = seal(keybelt, vault, &pending).await?;
    Ok(Prepared {
        visit,
        awaited,
        listener,
        record,
        resolved,
        pending,
    })
}

/// An ID token that nothing could verify is not asked for (OpenID Connect Core 1.0 §3.1.3.7).
fn require_verifiable(record: &ProfileRecord, resolved: &Resolved) -> Result<(), LinkError> {
    let client = &resolved.client;
    if !client.asks_for_id_token() {
        return Ok(());
    }
    let by_secret = client
        .id_token_algorithm
        .as_deref()
        .is_some_and(|name| name.starts_with("HS"));
    let missing = [
        ("issuer", client.issuer.is_none()),
        ("jwks_uri", client.jwks_uri.is_none() && !by_secret),
        ("client_secret", record.client_secret.is_none() && by_secret),
    ];
    match missing.into_iter().find(|(_, is_missing)| *is_missing) {
        Some((key, _)) => Err(ResolveError::Missing {
            profile: record.name.clone(),
            key,
        }
        .into()),
        None => Ok(()),
    }
}

async fn refuse_foreign_name(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    record: &ProfileRecord,
    name: &AccountName,
) -> Result<(), LinkError> {
    let wanted = name.clone();
    let there = keybelt
        .door()
        .run(vault, move |vault| vault.account(&wanted))
        .await;
    let there = match there {
        // Linking again is how a damaged account is mended.
        Err(VaultTrouble::Damaged { .. }) => None,
        there => there?,
    };
    match there {
        Some(account) if account.profile_id != record.id => Err(LinkError::AccountExists(name.clone())),
        Some(_) | None => Ok(()),
    }
}

async fn listen(landing: Landing, form_post: bool) -> Result<(Option<Listener>, RedirectUri), LinkError> {
    let (uri, fixed_port) = match landing {
        Landing::Caught(uri) => return Ok((None, uri)),
        Landing::Loopback { uri, fixed_port } => (uri, fixed_port),
    };
    let unusable = || LinkError::Listener("the redirect URI cannot be listened at".to_owned());
    let url = Url::parse(uri.as_str()).map_err(|_| unusable())?;
    let host = match url.host() {
        Some(url::Host::Ipv6(_)) => Host::V6,
        Some(url::Host::Domain(_)) => Host::Localhost,
        Some(url::Host::Ipv4(_)) | None => Host::V4,
    };
    let wanted = loopback::Wanted {
        host,
        port: fixed_port,
        path: url.path().to_owned(),
        form_post,
    };
    let listener = Listener::bind(wanted).await.map_err(|error| match error {
        loopback::BindError::PortTaken { port } => LinkError::PortTaken { port },
        loopback::BindError::Unavailable(what) => LinkError::Listener(what),
    })?;
    // The text of the profile goes out byte for byte where it names its port (RFC 6749 §3.1.2).
    let uri = match fixed_port {
        Some(_) => uri,
        None => uri.with_port(listener.port()).ok_or_else(unusable)?,
    };
    Ok((Some(listener), uri))
}

async fn seal(
    keybelt: &Keybelt,
    vault: Arc<Vault>,
    pending: &PendingAuthorization,
) -> Result<SealedPending, LinkError> {
    let state = pending.state().to_owned();
    let bytes = pending
        .to_bytes()
        .map_err(|error| LinkError::Request(error.to_string()))?;
    let (key, deadline, now) = (state.clone(), pending.deadline(), keybelt.now());
    // The guard stands before the record does: dropped in between, it removes what may have been written.
    let sealed = SealedPending {
        vault: vault.clone(),
        state: Some(state),
    };
    keybelt
        .door()
        .run(&vault, move |vault| {
            vault.sweep_pending(now)?;
            vault.put_pending(&key, &bytes, deadline)
        })
        .await?;
    Ok(sealed)
}

impl Prepared {
    /// Takes the pending record out of the vault: it is deleted as it is read, whatever comes after (specs NA-21).
    pub(super) async fn take_pending(
        mut self,
        keybelt: &Keybelt,
    ) -> Result<(Ready, PendingAuthorization), LinkError> {
        let vault = self.pending.vault.clone();
        let state = self.pending.state.take().ok_or(LinkError::StateMismatch)?;
        let bytes = keybelt
            .door()
            .run(&vault, move |vault| vault.take_pending(&state))
            .await?
            .ok_or(LinkError::StateMismatch)?;
        let pending = PendingAuthorization::from_bytes(&bytes)
            .map_err(|error| LinkError::InvalidAnswer(error.to_string()))?;
        Ok((
            Ready {
                vault,
                record: self.record,
                resolved: self.resolved,
            },
            pending,
        ))
    }
}

impl Ready {
    /// Puts the refusal into the ledger: which check or error, nothing of the answer.
    pub(super) async fn note_refusal(&self, keybelt: &Keybelt, error: &LinkError) {
        let code = keybelt_contract::Failure::from(error.clone()).code;
        let line = LedgerLine::refused(None, code, keybelt.now());
        let noted = keybelt
            .door()
            .run(&self.vault, move |vault| vault.append(&line))
            .await;
        if let Err(trouble) = noted {
            tracing::warn!(%trouble, "a refused link stands not in the ledger");
        }
    }
}

fn of_begin(error: BeginError) -> LinkError {
    match error {
        BeginError::Entropy(_) => LinkError::Entropy,
        error @ (BeginError::NoAuthorizationEndpoint
        | BeginError::Reserved { .. }
        | BeginError::Twice { .. }
        | BeginError::Scope { .. }
        | BeginError::ResponseMode { .. }
        | BeginError::Prompt
        | BeginError::MaxAge
        | BeginError::Unbuildable) => LinkError::Request(error.to_string()),
    }
}
