//! Outputs: an account's tokens go by themselves to a command or into a file, whenever they change.
//!
//! Whoever brings new tokens delivers them after their commit; what it left undone because it was killed, or because it
//! did not work, the next process that writes does, or the window.

mod add;
mod command;
mod deliver;
mod file;

pub use add::{AddOutputError, NewOutput, NewTarget, TIMEOUT, add};
pub use command::{CommandTrouble, OUTPUT};
pub use deliver::{Delivered, DeliveryTrouble, deliver, keep_delivered};
pub(crate) use deliver::{PATIENCE, clear_gone};
pub use file::FileTrouble;

use keybelt_contract::{AccountName, Output, OutputFailure, OutputKind};
use keybelt_vault::{OutputRecord, OutputTarget};

use crate::Keybelt;
use crate::trouble::VaultTrouble;

/// Why there is no output to work with.
#[derive(Debug, thiserror::Error)]
pub enum OutputsError {
    /// No output has this number.
    #[error("no output {0}")]
    NotFound(i64),
    /// The file that it keeps cannot be removed, so it stays.
    #[error("its file cannot be removed")]
    File(#[from] FileTrouble),
    /// It is being written to at this moment.
    #[error("output {0} is being delivered to")]
    Busy(i64),
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Every output that opens, by its account's name, then in the order in which they were added. No vault: none.
pub async fn list(keybelt: &Keybelt) -> Result<Vec<Output>, VaultTrouble> {
    let Some(vault) = keybelt.door().existing().await? else {
        return Ok(Vec::new());
    };
    let (listed, gone) = keybelt
        .door()
        .run(&vault, |vault| Ok((vault.outputs()?, vault.gone_outputs()?)))
        .await?;
    for damaged in &listed.damaged {
        tracing::warn!(
            record = damaged.record,
            cause = damaged.cause,
            "an output does not open"
        );
    }
    let there = listed.records.into_iter().map(|(output, summary)| {
        let is_pending = output.is_behind(&summary);
        shown(output, Some(summary.name), is_pending)
    });
    let left = gone
        .into_iter()
        .filter_map(|gone| gone.output)
        .map(|output| shown(output, None, false));
    Ok(there.chain(left).collect())
}

/// The files of accounts that are gone that could not be removed yet.
pub async fn left_behind(keybelt: &Keybelt) -> Result<Vec<String>, VaultTrouble> {
    let listed = list(keybelt).await?;
    let left = listed.into_iter().filter(|output| output.account.is_none());
    Ok(left.filter_map(|output| output.file).collect())
}

/// Removes an output, and the file that it kept.
pub async fn remove(keybelt: &Keybelt, id: i64) -> Result<(), OutputsError> {
    let Some(vault) = keybelt.door().existing().await? else {
        return Err(OutputsError::NotFound(id));
    };
    let target = match keybelt.door().run(&vault, move |vault| vault.output(id)).await {
        Ok(Some(output)) => Some(output.target),
        Ok(None) => return Err(OutputsError::NotFound(id)),
        // Where it led nobody can tell any more.
        Err(VaultTrouble::Damaged { .. }) => None,
        Err(trouble) => return Err(trouble.into()),
    };
    deliver::remove(keybelt, &vault, id, target).await?;
    keybelt.changed().await;
    Ok(())
}

/// An output as both faces show it.
fn shown(output: OutputRecord, account: Option<AccountName>, is_pending: bool) -> Output {
    let failed = output.failed.as_ref().map(|failed| OutputFailure {
        message: failed.message.clone(),
        at: failed.at.0,
        times: failed.times,
        next_at: deliver::next_try(failed).map(|at| at.0),
    });
    let (kind, command, token, timeout, file, format) = match output.target {
        OutputTarget::Command {
            command,
            token,
            time_limit,
        } => {
            let (token, timeout) = (Some(token), Some(time_limit));
            (OutputKind::Command, command, token, timeout, None, None)
        }
        OutputTarget::File { path, format } => {
            (OutputKind::File, Vec::new(), None, None, Some(path), Some(format))
        }
    };
    Output {
        id: output.id,
        account,
        kind,
        command,
        token,
        timeout,
        file,
        format,
        added_at: output.added_at.0,
        delivered_at: output.delivered_at.map(|at| at.0),
        seq: output.delivered,
        pending: is_pending,
        failed,
    }
}
