//! Deliveries: each is begun and ended in the vault, so that one that was cut short is made again, and one at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use keybelt_contract::{Failure, TokenPassing};
use keybelt_primitives::UnixSeconds;
use keybelt_protocol::handover;
use keybelt_vault::{
    AccountSummary, Delivery, GoneOutput, LedgerLine, OutputFailure, OutputLock, OutputRecord, OutputTarget,
    Vault,
};
use tokio::sync::broadcast::error::RecvError;

use super::OutputsError;
use super::command::{self, CommandTrouble, Feed};
use super::file::{self, FileTrouble};
use crate::Keybelt;
use crate::exec;
use crate::token::{self, Grant};
use crate::trouble::VaultTrouble;

/// How often a token is tried to be delivered; then the next one is waited for.
const TRIES: u32 = 8;
/// The pause after the first failure, in seconds; it doubles with each further one.
const PAUSE: i64 = 10;
/// The longest pause, in seconds.
const LONGEST_PAUSE: i64 = 60 * 60;
/// How long another process's delivery is waited for by whoever brought the tokens.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How many tokens are delivered one after the other: more may come while one is on its way.
const ROUNDS: usize = 3;
/// How often is looked without an event.
const LOOK: Duration = Duration::from_secs(60);

/// Why a token was not delivered.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DeliveryTrouble {
    /// The command did not take it.
    #[error(transparent)]
    Command(#[from] CommandTrouble),
    /// The file does not hold it.
    #[error(transparent)]
    File(#[from] FileTrouble),
    /// The token cannot be written in this form.
    #[error("the token does not fit the format {0}")]
    Format(String),
}

impl DeliveryTrouble {
    /// How the ledger says it.
    fn word(&self) -> String {
        match self {
            Self::Command(trouble) => trouble.word(),
            Self::File(_) | Self::Format(_) => "not_written".to_owned(),
        }
    }
}

/// What came of the outputs that had something to deliver.
#[derive(Debug, Default)]
pub struct Delivered {
    /// Those that failed: the output's number, what it is, and why.
    pub failed: Vec<(i64, String, DeliveryTrouble)>,
    /// When the next one is tried again.
    pub next_at: Option<UnixSeconds>,
}

/// Delivers every token that is due, of whatever account, and clears away what outputs of accounts that are gone kept.
pub async fn deliver(keybelt: &Keybelt) -> Result<Delivered, VaultTrouble> {
    let mut delivered = Delivered::default();
    let Some(vault) = keybelt.door().current() else {
        return Ok(delivered);
    };
    clear_gone(keybelt, &vault, Duration::ZERO).await;
    let listed = keybelt.door().run(&vault, |vault| vault.outputs()).await?;
    let now = keybelt.now();
    let mut under_way = Vec::new();
    for (output, summary) in listed.records {
        if is_due(&output, &summary, now) {
            // Whose tokens this process brought, it also sees delivered.
            let patience = if keybelt.has_renewed() {
                PATIENCE
            } else {
                Duration::ZERO
            };
            under_way.push(one(keybelt, &vault, output.id, patience));
        } else if output.is_behind(&summary)
            && let Some(at) = output.failed.as_ref().and_then(next_try)
        {
            delivered.sooner(at);
        }
    }
    // Not on tasks of their own: whoever is interrupted here ends the commands too.
    for ended in join_all(under_way).await {
        let Some(Ended {
            output,
            trouble: Some(trouble),
        }) = ended?
        else {
            continue;
        };
        if let Some(at) = output.failed.as_ref().and_then(next_try) {
            delivered.sooner(at);
        }
        delivered
            .failed
            .push((output.id, receiver(&output.target), trouble));
    }
    // Unlinked while something was on its way.
    clear_gone(keybelt, &vault, Duration::ZERO).await;
    Ok(delivered)
}

impl Delivered {
    fn sooner(&mut self, at: UnixSeconds) {
        self.next_at = Some(self.next_at.map_or(at, |next| next.min(at)));
    }
}

/// Delivers whatever is due for as long as the future lives. A locked vault is waited for.
pub async fn keep_delivered(keybelt: Keybelt) {
    let mut events = keybelt.subscribe();
    loop {
        keybelt.door().opened().await;
        let next_at = match deliver(&keybelt).await {
            Ok(delivered) => delivered.next_at,
            Err(error) => {
                tracing::warn!(%error, "the outputs could not be looked at");
                None
            }
        };
        let wait = next_at.map_or(LOOK, |at| {
            Duration::from_secs(u64::try_from(at.since(keybelt.now())).unwrap_or(0).max(1)).min(LOOK)
        });
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            event = events.recv() => match event {
                // One look is as good as many.
                Ok(_) | Err(RecvError::Lagged(_)) => while events.try_recv().is_ok() {},
                Err(RecvError::Closed) => return,
            },
        }
    }
}

/// Delivers to an output that was just added. `None`: it or its account is gone already.
pub(super) async fn first(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    id: i64,
) -> Result<Option<Ended>, VaultTrouble> {
    one(keybelt, vault, id, PATIENCE).await
}

/// How the last delivery to an output ended.
pub(super) struct Ended {
    pub(super) output: OutputRecord,
    pub(super) trouble: Option<DeliveryTrouble>,
}

/// Delivers to one output, until it has the newest token. `None`: there was nothing to deliver, or another process does.
async fn one(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    id: i64,
    patience: Duration,
) -> Result<Option<Ended>, VaultTrouble> {
    let locked = keybelt
        .door()
        .run(vault, move |vault| vault.lock_output(id, patience))
        .await?;
    let Some(lock) = locked else {
        return Ok(None);
    };
    let mut last = None;
    for _ in 0..ROUNDS {
        let now = keybelt.now();
        let begun = keybelt
            .door()
            .run(vault, move |vault| {
                vault.begin_delivery(id, |output, summary| {
                    // Another process may have been faster, or have failed just now.
                    is_due(output, summary, now).then(|| {
                        let (receiver, via) = (receiver(&output.target), via(&output.target));
                        LedgerLine::handed_over(&summary.name, &receiver, &via, now)
                    })
                })
            })
            .await;
        let begun = match begun {
            // The output or its account: the check names it, and everything else goes on.
            Err(VaultTrouble::Damaged { what, .. }) => {
                tracing::warn!(what, output = id, "nothing is delivered");
                return Ok(last);
            }
            begun => begun?,
        };
        let Some(delivery) = begun else {
            return Ok(last);
        };
        let trouble = give(keybelt.home(), &delivery, &lock).await.err();
        let ended = end(keybelt, vault, delivery, trouble).await?;
        if ended.as_ref().is_none_or(|ended| ended.trouble.is_some()) {
            return Ok(ended);
        }
        last = ended;
    }
    Ok(last)
}

/// Hands the token over. The ledger has named the receiver.
async fn give(home: &Path, delivery: &Delivery, lock: &OutputLock) -> Result<(), DeliveryTrouble> {
    let format = match &delivery.output.target {
        OutputTarget::Command { .. } => "json",
        OutputTarget::File { format, .. } => format,
    };
    let unfit = || DeliveryTrouble::Format(format.to_owned());
    let grant = token::granted(&delivery.summary, &delivery.tokens).map_err(|_| unfit())?;
    let written = |grant: &Grant| handover::format(format).and_then(|format| format.written(grant));
    match &delivery.output.target {
        OutputTarget::Command {
            command,
            token,
            time_limit,
        } => {
            let run = command::Run {
                command,
                feed: match token {
                    TokenPassing::Stdin => Feed::Stdin(written(&grant).ok_or_else(unfit)?),
                    TokenPassing::Env => Feed::Env(exec::variables(grant, None)),
                },
                account: delivery.summary.name.as_str(),
                output: delivery.output.id,
                time_limit: *time_limit,
                home,
            };
            Ok(command::run(run, lock).await?)
        }
        OutputTarget::File { path, .. } => {
            let (content, id) = (written(&grant).ok_or_else(unfit)?, delivery.output.id);
            Ok(on_file(path, move |path| file::write(path, id, &content)).await?)
        }
    }
}

/// Works with a file on a thread that may block.
async fn on_file(
    path: &str,
    work: impl FnOnce(&Path) -> Result<(), FileTrouble> + Send + 'static,
) -> Result<(), FileTrouble> {
    let path = PathBuf::from(path);
    let own = path.clone();
    let done = tokio::task::spawn_blocking(move || work(&own)).await;
    done.unwrap_or_else(|error| Err(file::system(&path, &error)))
}

/// Writes down what a delivery came to.
async fn end(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    delivery: Delivery,
    trouble: Option<DeliveryTrouble>,
) -> Result<Option<Ended>, VaultTrouble> {
    let (account, now) = (&delivery.summary.name, keybelt.now());
    let receiver = receiver(&delivery.output.target);
    let line = match &trouble {
        None => LedgerLine::delivered(account, &receiver, &via(&delivery.output.target), now),
        Some(trouble) => LedgerLine::delivery_failed(account, &receiver, &trouble.word(), now),
    };
    let message = trouble.clone().map(|trouble| Failure::from(trouble).message);
    let output = keybelt
        .door()
        .run(vault, move |vault| {
            vault.finish_delivery(&delivery, message, &line)
        })
        .await?;
    keybelt.changed().await;
    Ok(output.map(|output| Ended { output, trouble }))
}

/// Whether the newest token is to be delivered now.
fn is_due(output: &OutputRecord, summary: &AccountSummary, now: UnixSeconds) -> bool {
    let of_this_token = output
        .failed
        .as_ref()
        .filter(|failed| failed.seq == summary.token_seq);
    // One that ended while it waited is of use to nobody: the next one is delivered. Where it was over as it came, its
    // provider says nothing of its life (specs AF-27).
    let lives = summary
        .expires_at
        .is_none_or(|end| end > now || end <= summary.obtained_at.seconds());
    lives
        && output.is_behind(summary)
        && of_this_token.is_none_or(|failed| {
            // A clock that was ahead is not waited for.
            next_try(failed).is_some_and(|at| now >= at || failed.at > now)
        })
}

/// When a failed delivery is tried again; `None`: not with this token.
pub(super) fn next_try(failed: &OutputFailure) -> Option<UnixSeconds> {
    let doublings = failed.times.saturating_sub(1).min(16);
    let pause = (PAUSE << doublings).min(LONGEST_PAUSE);
    (failed.times < TRIES).then(|| failed.at.plus(pause))
}

/// Who gets the token, as the ledger says it.
fn receiver(target: &OutputTarget) -> String {
    match target {
        OutputTarget::Command { command, .. } => {
            let program = command.first().map(String::as_str).unwrap_or_default();
            program.rsplit(['/', '\\']).next().unwrap_or(program).to_owned()
        }
        OutputTarget::File { path, .. } => path.clone(),
    }
}

fn via(target: &OutputTarget) -> String {
    match target {
        OutputTarget::Command {
            token: TokenPassing::Stdin,
            ..
        } => "output:stdin".to_owned(),
        OutputTarget::Command {
            token: TokenPassing::Env,
            ..
        } => "output:env".to_owned(),
        OutputTarget::File { format, .. } => format!("output:{format}"),
    }
}

/// Clears away the outputs of accounts that are gone, with the files that they kept. What cannot be removed now is left
/// to the next look; the account is gone all the same.
pub(crate) async fn clear_gone(keybelt: &Keybelt, vault: &Arc<Vault>, patience: Duration) {
    let gone = keybelt.door().run(vault, |vault| vault.gone_outputs()).await;
    let gone = gone.unwrap_or_else(|error| {
        tracing::warn!(%error, "the outputs of accounts that are gone could not be looked at");
        Vec::new()
    });
    for GoneOutput { id, output } in gone {
        let target = output.map(|output| output.target);
        if let Err(error) = take_away(keybelt, vault, id, target, patience).await {
            tracing::warn!(%error, output = id, "a file with a token stays");
        }
    }
}

/// Removes an output that never was: its file could not be written.
pub(super) async fn forget(keybelt: &Keybelt, vault: &Arc<Vault>, id: i64) -> Result<(), VaultTrouble> {
    keybelt
        .door()
        .run(vault, move |vault| vault.remove_output(id))
        .await
        .map(drop)
}

/// Removes an output with the file that it kept. An error: the file cannot be removed, and the output stays.
pub(super) async fn remove(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    id: i64,
    target: Option<OutputTarget>,
) -> Result<(), OutputsError> {
    if take_away(keybelt, vault, id, target, PATIENCE).await? {
        Ok(())
    } else {
        Err(OutputsError::Busy(id))
    }
}

/// `false`: its file is being written at this moment.
async fn take_away(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    id: i64,
    target: Option<OutputTarget>,
    patience: Duration,
) -> Result<bool, OutputsError> {
    // Kept until the output is gone, so that nobody writes the file again.
    let _lock = match target {
        Some(OutputTarget::File { path, .. }) => {
            let locked = keybelt
                .door()
                .run(vault, move |vault| vault.lock_output(id, patience))
                .await?;
            let Some(lock) = locked else {
                return Ok(false);
            };
            on_file(&path, move |path| file::remove(path, id)).await?;
            Some(lock)
        }
        Some(OutputTarget::Command { .. }) | None => None,
    };
    forget(keybelt, vault, id).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(times: u32) -> OutputFailure {
        OutputFailure {
            seq: 1,
            times,
            at: UnixSeconds(1_000),
            message: String::new(),
        }
    }

    #[test]
    fn a_failed_delivery_is_tried_again_ever_later_and_not_for_ever() {
        let pause = |times| next_try(&failed(times)).map(|at| at.0 - 1_000);
        assert_eq!(
            (1..=8).map(pause).collect::<Vec<_>>(),
            [10, 20, 40, 80, 160, 320, 640]
                .map(Some)
                .into_iter()
                .chain([None])
                .collect::<Vec<_>>()
        );
    }
}
