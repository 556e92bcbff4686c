//! Everything before the person is sent: the profile resolved, the listener up, the pending record durable.

use std::sync::Arc;

use keybelt_contract::{AccountName, LinkRequest, Route};
use keybelt_net::loopback::{self, Host, Listener};
use keybelt_primitives::{Secret, UnixSeconds};
use keybelt_protocol::oauth1::CallbackUri;
use keybelt_protocol::oauth2::authorization_code::{self, BeginError};
use keybelt_protocol::oauth2::redirect_uri::RedirectUri;
use keybelt_vault::{LEASE_PATIENCE, LedgerLine, ProfileRecord, Vault};
use url::Url;

use super::awaited::Awaited;
use super::{LinkError, PATIENCE, Visit, oauth1};
use crate::Keybelt;
use crate::profiles;
use crate::registry::{self, Registration, ResolveError, Resolved, ResolvedOauth1};
use crate::settings::{Landing, RouteRefusal, landing, landing_of_oauth1, openid_fault};
use crate::signed_exchange::ServerClock;
use crate::trouble::{AnswerTrouble, VaultTrouble};

/// How much longer than the wait a pending record lives: an answer on the last second is still taken.
const GRACE: i64 = 30;

/// A link that is ready for the person to be sent.
pub(super) struct Prepared {
    pub(super) visit: Visit,
    pub(super) awaited: Awaited,
    pub(super) listener: Option<Listener>,
    record: ProfileRecord,
    party: Party,
    pending: SealedPending,
}

/// The other side of a link, by its protocol.
pub(super) enum Party {
    Oauth1 {
        resolved: Box<ResolvedOauth1>,
        clock: ServerClock,
    },
    Oauth2(Box<Resolved>),
}

/// A link whose answer came: its pending record is gone.
pub(super) struct Ready {
    pub(super) vault: Arc<Vault>,
    pub(super) record: ProfileRecord,
}

/// A pending record in the vault, removed when nobody waits for its answer any more.
struct SealedPending {
    vault: Arc<Vault>,
    handle: Option<Secret<String>>,
}

/// A pending authorization on its way into the vault.
struct Pending {
    /// What it is found by: the state of OAuth 2, the token of OAuth 1.
    handle: Secret<String>,
    bytes: Secret<Vec<u8>>,
    deadline: UnixSeconds,
}

/// Where the person is sent, and what is waited for.
struct Begun {
    visit: Visit,
    awaited: Awaited,
    listener: Option<Listener>,
    party: Party,
    pending: Pending,
}

impl Drop for SealedPending {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            // A short write on whatever thread this is: the future was dropped, nothing could await it any more.
            if let Err(error) = self.vault.remove_pending(opened(&handle)) {
                tracing::warn!(%error, "a pending authorization stays until it is too old");
            }
        }
    }
}

/// Prepares a link.
pub(super) async fn prepare(keybelt: &Keybelt, request: &LinkRequest) -> Result<Prepared, LinkError> {
    let (vault, mut record) = profiles::one(keybelt, &request.profile).await?;
    if let (Some(trace), Some(secret)) = (keybelt.trace(), &record.client_secret) {
        trace.know(secret);
    }
    if let Some(name) = &request.account {
        refuse_foreign_name(keybelt, &vault, &record, name).await?;
    }
    keybelt
        .door()
        .run(&vault, |vault| vault.refuse_unwritable(LEASE_PATIENCE))
        .await?;
    registry::read_metadata(keybelt, &mut record).await?;
    let wait = request.timeout.map_or(PATIENCE.as_secs(), u64::from);
    let patience = i64::try_from(wait).unwrap_or(i64::MAX);
    let deadline = keybelt.now().plus(patience).plus(GRACE);
    let begun = match registry::resolve(&record, request.scope.as_deref())? {
        Registration::Oauth1(resolved) => {
            begin_oauth1(keybelt, request, &record, Box::new(resolved), deadline).await?
        }
        Registration::Oauth2(resolved) => {
            begin_oauth2(keybelt, request, &record, Box::new(resolved), deadline).await?
        }
    };
    let pending = seal(keybelt, vault, begun.pending).await?;
    Ok(Prepared {
        visit: begun.visit,
        awaited: begun.awaited,
        listener: begun.listener,
        record,
        party: begun.party,
        pending,
    })
}

async fn begin_oauth2(
    keybelt: &Keybelt,
    request: &LinkRequest,
    record: &ProfileRecord,
    resolved: Box<Resolved>,
    deadline: UnixSeconds,
) -> Result<Begun, LinkError> {
    require_verifiable(record, &resolved)?;
    // Before the person is sent anywhere: their code could not be redeemed now.
    if let Some(wait) = keybelt.asked_to_wait(&resolved.client.token_endpoint).await {
        return Err(LinkError::Answer(AnswerTrouble::RateLimited { wait }));
    }
    let redirects = resolved.layers.redirects(&record.key);
    let landing = landing(redirects, request.route, resolved.form_post())
        .map_err(|refusal| of_route(record, refusal))?;
    let (listener, redirect_uri) = listen(landing, resolved.form_post()).await?;
    let (authorization, pending) = authorization_code::begin(
        &resolved.client,
        &redirect_uri,
        keybelt.entropy(),
        keybelt.now(),
        deadline,
    )
    .map_err(of_begin)?;
    Ok(Begun {
        visit: Visit {
            url: authorization.url,
            redirect_uri: authorization.redirect_uri.as_str().to_owned(),
            route: request.route,
            origin: authorization.origin,
            scopes: authorization.scopes,
            provider: resolved.provider_title.clone(),
            practice: resolved.practice,
            other_hosts: resolved.other_hosts.clone(),
            pin: false,
            takes_pin: false,
        },
        awaited: Awaited::Oauth2(pending.awaited()),
        listener,
        party: Party::Oauth2(resolved),
        pending: Pending {
            handle: Secret::new(pending.state().to_owned()),
            bytes: pending
                .to_bytes()
                .map_err(|error| LinkError::Request(error.to_string()))?,
            deadline: pending.deadline(),
        },
    })
}

async fn begin_oauth1(
    keybelt: &Keybelt,
    request: &LinkRequest,
    record: &ProfileRecord,
    resolved: Box<ResolvedOauth1>,
    deadline: UnixSeconds,
) -> Result<Begun, LinkError> {
    let redirects = resolved.layers.redirects(&record.key);
    let landing = landing_of_oauth1(redirects, request.route).map_err(|refusal| of_route(record, refusal))?;
    let (listener, callback) = match landing {
        Some(landing) => {
            let (listener, uri) = listen(landing, false).await?;
            (listener, CallbackUri::Address(uri))
        }
        None => (None, CallbackUri::OutOfBand),
    };
    let takes_pin = request.route == Route::Manual;
    let mut clock = ServerClock::default();
    let (authorization, pending) = oauth1::begin(keybelt, &resolved, &callback, deadline, &mut clock).await?;
    Ok(Begun {
        visit: Visit {
            url: authorization.url,
            redirect_uri: callback.as_str().to_owned(),
            route: request.route,
            origin: authorization.origin,
            scopes: Vec::new(),
            provider: resolved.provider_title.clone(),
            practice: resolved.practice,
            other_hosts: resolved.other_hosts.clone(),
            pin: callback == CallbackUri::OutOfBand,
            takes_pin,
        },
        awaited: Awaited::Oauth1 {
            awaited: pending.awaited(),
            takes_pin,
        },
        listener,
        party: Party::Oauth1 { resolved, clock },
        pending: Pending {
            handle: pending.handle(),
            bytes: pending
                .to_bytes()
                .map_err(|error| LinkError::Request(error.to_string()))?,
            deadline: pending.deadline(),
        },
    })
}

fn of_route(record: &ProfileRecord, refusal: RouteRefusal) -> LinkError {
    LinkError::Route {
        profile: record.name.clone(),
        refusal,
    }
}

/// An ID token that nothing could verify is not asked for (OpenID Connect Core 1.0 §3.1.3.7), and no link goes by OpenID
/// Connect without asking for one.
fn require_verifiable(record: &ProfileRecord, resolved: &Resolved) -> Result<(), LinkError> {
    let client = &resolved.client;
    if let Some(fault) = openid_fault(&resolved.layers) {
        return Err(ResolveError::Faults {
            profile: record.name.clone(),
            faults: vec![fault],
        }
        .into());
    }
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
            protocol: resolved.protocol,
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
        // Whoever comes back, it cannot be said that it is the same person (specs W-27).
        Some(account) if account.subject.is_none() => Err(LinkError::AccountUnknown(name.clone())),
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
        loopback::BindError::PortForbidden { port } => LinkError::PortForbidden { port },
        loopback::BindError::Unavailable(what) => LinkError::Listener(what),
    })?;
    // The text of the profile goes out byte for byte where it names its port (RFC 6749 §3.1.2).
    let uri = match fixed_port {
        Some(_) => uri,
        None => uri.with_port(listener.port()).ok_or_else(unusable)?,
    };
    Ok((Some(listener), uri))
}

async fn seal(keybelt: &Keybelt, vault: Arc<Vault>, pending: Pending) -> Result<SealedPending, LinkError> {
    // The guard stands before the record does: dropped in between, it removes what may have been written.
    let sealed = SealedPending {
        vault: vault.clone(),
        handle: Some(pending.handle.duplicate()),
    };
    let now = keybelt.now();
    keybelt
        .door()
        .run(&vault, move |vault| {
            vault.sweep_pending(now)?;
            vault.put_pending(opened(&pending.handle), &pending.bytes, pending.deadline)
        })
        .await?;
    Ok(sealed)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the vault keeps only a keyed tag of what a pending record is found by"
)]
fn opened(handle: &Secret<String>) -> &str {
    handle.expose()
}

impl Prepared {
    /// Takes the pending record out of the vault: it is deleted as it is read, whatever comes after (specs NA-21,
    /// O1-06).
    pub(super) async fn take_pending(
        mut self,
        keybelt: &Keybelt,
    ) -> Result<(Ready, Party, Secret<Vec<u8>>), LinkError> {
        let vault = self.pending.vault.clone();
        let handle = self.pending.handle.take().ok_or(LinkError::StateMismatch)?;
        let bytes = keybelt
            .door()
            .run(&vault, move |vault| vault.take_pending(opened(&handle)))
            .await?
            .ok_or(LinkError::StateMismatch)?;
        let ready = Ready {
            vault,
            record: self.record,
        };
        Ok((ready, self.party, bytes))
    }
}

impl Ready {
    /// Puts the refusal into the ledger: which check or error, nothing of the answer.
    pub(super) async fn note_refusal(&self, keybelt: &Keybelt, error: &LinkError) {
        let code = keybelt_contract::Failure::from(error.clone()).code;
        if code.exit() == 5 {
            // Nobody refused anything: the vault could not take it, and is to stay as it was.
            return;
        }
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
