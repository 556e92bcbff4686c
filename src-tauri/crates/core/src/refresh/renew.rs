//! One request for one account, however many processes want it (specs AF-33 to AF-40).

use std::sync::Arc;
use std::time::Duration;

use keybelt_contract::{AccountName, Failure, LastError, Protocol};
use keybelt_primitives::{Secret, UnixMillis, UnixSeconds};
use keybelt_protocol::oauth2::error::ErrorKind;
use keybelt_protocol::oauth2::refresh_token::refresh_request;
use keybelt_protocol::oauth2::token_response::TokenResponseError;
use keybelt_vault::{
    AccountChange, AccountRecord, AccountSummary, Evidence, LEASE_PATIENCE, Lease, LedgerLine, Part,
    ProfileRecord, ProfileUpdate, RefreshFailure, Tokens, Vault,
};

use tokio::time::Instant;

use super::{LinkAgain, Over, RefreshError};
use super::{answer, session};
use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::issued_at::destination;
use crate::registry::{self, ResolveError, Resolved};
use crate::token_endpoint::{self, AskTrouble, Granted};
use crate::trouble::{AnswerTrouble, ExchangeTrouble, VaultTrouble};

// Others wait for the holder of the lease, and give up in the end: what can be left out is not waited for much longer than
// it takes, so that there is time for the token request, which is never cut short.
/// How long metadata is waited for of which there is a copy.
const METADATA_PATIENCE: Duration = Duration::from_secs(5);
/// An answer that was lost so soon is asked for once more in the same turn; else the next command does.
const REPEATED_WITHIN: Duration = Duration::from_secs(5);
/// How long keys and userinfo may take together.
pub(super) const EXAMINATION: Duration = Duration::from_secs(8);

/// Refreshes an account, or takes as its own what another process brought since `began`.
pub(crate) async fn renew(
    keybelt: &Keybelt,
    summary: &AccountSummary,
    began: UnixMillis,
) -> Result<AccountSummary, RefreshError> {
    refuse_hopeless(summary, keybelt.now())?;
    let absent = || AccountsError::NotFound {
        name: summary.name.clone(),
        nearest: None,
    };
    let vault = keybelt.door().existing().await?.ok_or_else(absent)?;
    let id = summary.id;
    let lease = match lease(keybelt, &vault, summary, began).await? {
        Turn::Ours(lease) => Arc::new(lease),
        Turn::Taken(outcome) => return *outcome,
    };
    let read = keybelt
        .door()
        .run(&vault, move |vault| vault.account_record(id))
        .await?;
    let record = read.ok_or_else(absent)?;
    let now_millis = keybelt.now_millis();
    if let Some(outcome) = brought_since(&record.summary, summary.refresh.number, began, now_millis) {
        return outcome;
    }
    let now = now_millis.seconds();
    refuse_hopeless(&record.summary, now)?;
    if let Some(wait) = record
        .summary
        .not_before
        .map(|at| at.since(now))
        .filter(|wait| *wait > 0)
    {
        let wait = Duration::from_secs(wait.unsigned_abs());
        return Err(AnswerTrouble::RateLimited { wait }.into());
    }
    let renewal = Renewal {
        keybelt: keybelt.clone(),
        vault,
        lease,
    };
    let under_way = keybelt.under_way();
    // A task of its own: whoever asked may go away, and an answer that is on its way may hold the only good token.
    let renewed = tokio::spawn(async move {
        let renewed = match record.summary.protocol {
            Protocol::Oauth1 => session::run(&renewal, record).await,
            Protocol::Oauth2 | Protocol::Oidc => renewal.run(record).await,
        };
        drop(under_way);
        renewed
    });
    let renewed = match renewed.await {
        Ok(renewed) => renewed,
        Err(error) => Err(VaultTrouble::Defect(error.to_string()).into()),
    };
    if renewed.is_ok() {
        keybelt.renewed();
    }
    keybelt.changed().await;
    renewed
}

/// Whose turn it is.
enum Turn {
    /// This command's.
    Ours(Lease),
    /// Somebody else's, and this is what came of it.
    Taken(Box<Result<AccountSummary, RefreshError>>),
}

/// The account's lease; or what its holder brought meanwhile, which all who waited see at once, not one after another.
async fn lease(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    summary: &AccountSummary,
    began: UnixMillis,
) -> Result<Turn, VaultTrouble> {
    let (door, id) = (keybelt.door(), summary.id);
    if let Some(lease) = door.run(vault, move |vault| vault.free_lease(id)).await? {
        return Ok(Turn::Ours(lease));
    }
    let ends = Instant::now() + LEASE_PATIENCE;
    let found = door
        .run(vault, move |vault| {
            vault.lease_given_back(id, LEASE_PATIENCE)?;
            vault.account_by_id(id)
        })
        .await?;
    let now = keybelt.now_millis();
    let brought = found.and_then(|found| brought_since(&found, summary.refresh.number, began, now));
    if let Some(outcome) = brought {
        return Ok(Turn::Taken(Box::new(outcome)));
    }
    let left = move || ends.saturating_duration_since(Instant::now());
    let lease = door
        .run(vault, move |vault| {
            let lease = vault.lease(id, left())?;
            // Whoever waited for the lease does not wait as long again to write.
            vault.refuse_unwritable(left())?;
            Ok(lease)
        })
        .await?;
    Ok(Turn::Ours(lease))
}

/// What nobody needs to be asked about.
fn refuse_hopeless(summary: &AccountSummary, now: UnixSeconds) -> Result<(), RefreshError> {
    if summary.needs_relink {
        let message = summary.last_error.as_ref().map(|error| error.message.clone());
        let message = message.unwrap_or_else(|| "The provider no longer accepts this link.".to_owned());
        return Err(over(summary, Over::Earlier { message }));
    }
    match summary.refreshable {
        true => Ok(()),
        false if accounts::is_over(summary, now) => Err(over(summary, Over::Expired)),
        false if summary.protocol == Protocol::Oauth1 => Err(RefreshError::Lasting),
        false => Err(RefreshError::NotRefreshable),
    }
}

fn over(summary: &AccountSummary, over: Over) -> RefreshError {
    RefreshError::Over {
        over,
        again: LinkAgain::of(summary),
    }
}

/// What somebody else obtained, or failed at, after this command began: by the number of attempts since it looked, and
/// by the clock for the time before. A moment that is yet to come was written by a clock that went wrong.
fn brought_since(
    summary: &AccountSummary,
    seen: u64,
    began: UnixMillis,
    now: UnixMillis,
) -> Option<Result<AccountSummary, RefreshError>> {
    let is_recent = |at: UnixMillis| (began..=now).contains(&at);
    let is_newer = summary.refresh.number > seen;
    if is_recent(summary.obtained_at) || (is_newer && summary.refresh.failed.is_none()) {
        return Some(Ok(summary.clone()));
    }
    let failed = summary.refresh.failed.as_ref()?;
    let is_ours = is_newer || summary.refresh.finished_at.is_some_and(is_recent);
    is_ours.then(|| {
        Err(RefreshError::Shared {
            code: failed.code,
            message: failed.message.clone(),
            again: LinkAgain::of(summary),
        })
    })
}

/// The one who asks, while the others wait.
pub(super) struct Renewal {
    pub(super) keybelt: Keybelt,
    pub(super) vault: Arc<Vault>,
    lease: Arc<Lease>,
}

/// What one write changes.
#[derive(Default)]
pub(super) struct Written {
    pub(super) tokens: Option<Tokens>,
    pub(super) evidence: Option<Evidence>,
    pub(super) line: Option<LedgerLine>,
    pub(super) profile: Option<ProfileUpdate>,
}

impl Renewal {
    async fn run(&self, mut record: AccountRecord) -> Result<AccountSummary, RefreshError> {
        let mut resolved = match self.resolved(&record).await {
            Ok(resolved) => resolved,
            // Told in the window too, and not tried again at once.
            Err(error) => {
                record.summary.refresh.sends_nothing();
                return Err(self
                    .store_failure(record.summary, error, false, Written::default())
                    .await?);
            }
        };
        record.summary = self.begin(record.summary).await?;
        match self.ask(&mut record, &mut resolved).await {
            Ok(granted) => answer::take(self, record, &resolved, granted).await,
            Err(trouble) => Err(self.failed(record, trouble).await?),
        }
    }

    /// Marks that a request is about to be sent. Durable before it is: killed from here on, the next attempt knows
    /// (specs AF-37).
    pub(super) async fn begin(&self, mut summary: AccountSummary) -> Result<AccountSummary, RefreshError> {
        summary.refresh.begin(self.keybelt.now_millis());
        self.write(summary, Written::default()).await
    }

    /// The account's profile as it is stored now.
    pub(super) async fn profile(&self, record: &AccountRecord) -> Result<ProfileRecord, RefreshError> {
        let profile = record.summary.profile_id;
        let read = self
            .keybelt
            .door()
            .run(&self.vault, move |vault| vault.profile_by_id(profile))
            .await?;
        read.ok_or_else(|| {
            let what = format!("the profile of {}", record.summary.name);
            let part = Part::Profile;
            VaultTrouble::Damaged { what, part }.into()
        })
    }

    /// The account's profile as a client, which must still lead where the grant was issued.
    async fn resolved(&self, record: &AccountRecord) -> Result<Resolved, RefreshError> {
        let mut profile = self.profile(record).await?;
        self.renew_metadata(&mut profile).await?;
        let resolved = registry::resolve(&profile, None)?.oauth2(&profile)?;
        let (was, is) = (
            destination(&record.tokens.issued_at)?,
            resolved.client.destination(),
        );
        if was.still_leads_to(&is) {
            return Ok(resolved);
        }
        let shown = |destination: &keybelt_protocol::oauth2::client::Destination| match &destination.issuer {
            Some(issuer) => format!("{issuer} ({})", destination.refreshes_at()),
            None => destination.refreshes_at().to_string(),
        };
        Err(RefreshError::Moved {
            was: shown(&was),
            is: shown(&is),
        })
    }

    /// Reads metadata that is missing or too old; where it cannot be had, the copy serves on (specs MD-09). Metadata of
    /// another issuer is not followed (specs MD-10).
    async fn renew_metadata(&self, profile: &mut ProfileRecord) -> Result<(), RefreshError> {
        let now = self.keybelt.now();
        let known = profile.metadata_read;
        if known.is_some_and(|read| read.is_fresh(now)) {
            return Ok(());
        }
        let reading = registry::read_metadata(&self.keybelt, profile);
        let read = match known {
            None => reading.await,
            Some(_) => match tokio::time::timeout(METADATA_PATIENCE, reading).await {
                Ok(read) => read,
                Err(_) => {
                    tracing::info!("the metadata takes too long; the stored one serves on");
                    return Ok(());
                }
            },
        };
        match read {
            Ok(()) => {}
            Err(ResolveError::Metadata(trouble)) if known.is_some() && trouble.is_absence() => {
                tracing::info!(%trouble, "the stored metadata serves on");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        let update = ProfileUpdate {
            id: profile.id,
            metadata: profile.metadata.clone().zip(profile.metadata_read),
            remember: None,
        };
        let learn = move |vault: &Vault| vault.update_profile(&update);
        self.keybelt.door().run(&self.vault, learn).await?;
        Ok(())
    }

    /// The request; a second one with the same refresh token where the answer to the first was lost on the way.
    async fn ask(&self, record: &mut AccountRecord, resolved: &mut Resolved) -> Result<Granted, AskTrouble> {
        // Not after one that was lost before: a token that is sent over and over may cost the grant (specs AF-37).
        let may_repeat = !record.summary.refresh.answer_lost;
        let began = Instant::now();
        let first = self.ask_once(record, resolved).await;
        match first {
            Err(AskTrouble::Exchange(ExchangeTrouble::Lost { .. }))
                if may_repeat && began.elapsed() < REPEATED_WITHIN =>
            {
                record.summary.refresh.begin(self.keybelt.now_millis());
                self.ask_once(record, resolved).await
            }
            outcome => outcome,
        }
    }

    async fn ask_once(&self, record: &AccountRecord, resolved: &mut Resolved) -> Result<Granted, AskTrouble> {
        let defect = |what: &str| AskTrouble::Exchange(ExchangeTrouble::Defect(what.to_owned()));
        let refresh_token = record
            .tokens
            .refresh_token
            .as_ref()
            .ok_or_else(|| defect("a refreshable account without a token"))?;
        let issued_by =
            destination(&record.tokens.issued_at).map_err(|trouble| defect(&trouble.to_string()))?;
        let asked = record.summary.scopes.iter().cloned().collect();
        token_endpoint::ask(&self.keybelt, resolved, &asked, |client| {
            refresh_request(client, &issued_by, refresh_token)
        })
        .await
    }

    /// Stores what an attempt came to, and gives it back.
    async fn failed(&self, record: AccountRecord, trouble: AskTrouble) -> Result<RefreshError, RefreshError> {
        let AccountRecord { summary, tokens, .. } = record;
        let (is_lost, rotated) = match &trouble {
            AskTrouble::Exchange(trouble) => (trouble.may_have_arrived(), None),
            // The old refresh token may be dead although the answer cannot be used: its successor is kept, if it shows.
            AskTrouble::Unusable { rotated, .. } => {
                (rotated.is_none(), rotated.as_ref().map(Secret::duplicate))
            }
            AskTrouble::Answer(_) | AskTrouble::Request(_) => (false, None),
        };
        let error = of_ask(trouble, &summary);
        let kept = rotated.map(|rotated| with_refresh_token(&tokens, rotated));
        self.give_up(summary, error, is_lost, kept).await
    }

    /// Stores what the provider's answer, or the lack of one, means for the next attempt.
    pub(super) async fn give_up(
        &self,
        mut summary: AccountSummary,
        error: RefreshError,
        is_lost: bool,
        kept: Option<Tokens>,
    ) -> Result<RefreshError, RefreshError> {
        let wait = match &error {
            RefreshError::Answer(trouble) => trouble.asked_to_wait(),
            _ => None,
        };
        // A second begun counts whole: better late than sooner than asked (specs H-09).
        summary.not_before = wait.map(|wait| self.keybelt.now_millis().plus(wait).seconds().plus(1));
        summary.needs_relink = matches!(error, RefreshError::Over { .. });
        let written = Written {
            tokens: kept,
            ..Written::default()
        };
        self.store_failure(summary, error, is_lost, written).await
    }

    /// Stores a failed attempt: those who wait for it take it as theirs.
    pub(super) async fn store_failure(
        &self,
        mut summary: AccountSummary,
        error: RefreshError,
        is_lost: bool,
        written: Written,
    ) -> Result<RefreshError, RefreshError> {
        let Failure { code, message, .. } = error.clone().into();
        let at = self.keybelt.now_millis();
        let failed = RefreshFailure {
            code,
            message: message.clone(),
        };
        let cause = match &error {
            RefreshError::IdToken { code, .. } => *code,
            _ => code,
        };
        if is_lost {
            summary.refresh.lose(at, failed);
        } else {
            summary.refresh.finish(at, Some(failed));
        }
        summary.failures = summary.failures.saturating_add(1);
        summary.last_error = Some(LastError {
            code: cause,
            message,
            at: at.seconds().0,
        });
        let line = LedgerLine::refresh_failed(&summary.name, cause, at.seconds());
        let written = Written {
            line: Some(line),
            ..written
        };
        self.write(summary, written).await?;
        Ok(error)
    }

    /// One durable write.
    pub(super) async fn write(
        &self,
        summary: AccountSummary,
        written: Written,
    ) -> Result<AccountSummary, RefreshError> {
        let lease = self.lease.clone();
        let name: AccountName = summary.name.clone();
        let stored = self
            .keybelt
            .door()
            .run(&self.vault, move |vault| {
                let change = AccountChange {
                    summary: &summary,
                    tokens: written.tokens.as_ref(),
                    evidence: written.evidence.as_ref(),
                    line: written.line.as_ref(),
                };
                vault.write_account(&lease, change, written.profile.as_ref())
            })
            .await?;
        // Unlinked meanwhile, which the lease should rule out.
        stored.ok_or_else(|| AccountsError::NotFound { name, nearest: None }.into())
    }
}

/// The tokens in hand, with another refresh token.
pub(super) fn with_refresh_token(tokens: &Tokens, refresh_token: Secret<String>) -> Tokens {
    Tokens {
        access_token: tokens.access_token.duplicate(),
        token_secret: tokens.token_secret.as_ref().map(Secret::duplicate),
        refresh_token: Some(refresh_token),
        id_token: tokens.id_token.as_ref().map(Secret::duplicate),
        issued_at: tokens.issued_at.clone(),
    }
}

/// The provider's definite no.
pub(super) fn refused(summary: &AccountSummary) -> RefreshError {
    over(
        summary,
        match summary.refresh.answer_lost {
            true => Over::AnswerLost,
            false => Over::Refused,
        },
    )
}

fn of_ask(trouble: AskTrouble, summary: &AccountSummary) -> RefreshError {
    match trouble {
        AskTrouble::Answer(TokenResponseError::Refused { error, .. })
            if error.kind() == ErrorKind::InvalidGrant =>
        {
            refused(summary)
        }
        AskTrouble::Answer(error) | AskTrouble::Unusable { error, .. } => {
            token_endpoint::of_token_response(error).into()
        }
        AskTrouble::Exchange(trouble) => AnswerTrouble::from(trouble).into(),
        AskTrouble::Request(error) => AnswerTrouble::Invalid {
            detail: error.to_string(),
        }
        .into(),
    }
}
