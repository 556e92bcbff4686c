use keybelt_contract::{AccountName, LogEntry, Refreshed};
use keybelt_core::{
    Keybelt, accounts, log as ledger, outputs, refresh as refreshing, rename as renaming, unlink as unlinking,
};
use keybelt_primitives::text::visible;

use crate::arguments::RefreshArguments;
use crate::describe;
use crate::fault::{Ended, Fault};
use crate::output::{Output, table};
use crate::words;

/// `keybelt list`
pub async fn list(keybelt: &Keybelt, output: &Output) -> Result<Ended, Fault> {
    let accounts = accounts::list(keybelt).await?;
    output.result(&accounts, || describe::accounts(output, &accounts, now(keybelt)))?;
    Ok(Ended::Done)
}

/// `keybelt show`
pub async fn show(keybelt: &Keybelt, account: &AccountName, output: &Output) -> Result<Ended, Fault> {
    let detail = accounts::show(keybelt, account).await?;
    output.result(&detail, || describe::account(output, &detail, now(keybelt)))?;
    Ok(Ended::Done)
}

/// `keybelt rename`
pub async fn rename(
    keybelt: &Keybelt,
    account: &AccountName,
    new: &AccountName,
    output: &Output,
) -> Result<Ended, Fault> {
    let renamed = renaming::rename(keybelt, account, new).await?;
    output.result(&renamed, || words::renamed(account, &renamed.name))?;
    Ok(Ended::Done)
}

/// `keybelt refresh`
pub async fn refresh(
    keybelt: &Keybelt,
    arguments: &RefreshArguments,
    output: &Output,
) -> Result<Ended, Fault> {
    if let Some(account) = &arguments.account {
        let account = refreshing::refresh(keybelt, account).await?;
        output.result(&account, || {
            let until = account
                .expires_at
                .map(|at| format!(", good until {}", words::moment(at)))
                .unwrap_or_default();
            format!("{} has a new token{until}", account.name)
        })?;
        return Ok(Ended::Done);
    }
    let refreshed = refreshing::refresh_all(keybelt).await?;
    output.result(&refreshed, || {
        refreshed.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    let worst = refreshed
        .iter()
        .filter_map(|row| Some(row.error.as_ref()?.code.exit()))
        .max();
    Ok(worst.map_or(Ended::Done, Ended::With))
}

fn line(row: &Refreshed) -> String {
    match &row.error {
        None => format!("{} has a new token", row.account),
        Some(failure) => format!("{}: {} {}", row.account, failure.message, failure.hint),
    }
}

/// `keybelt unlink`
pub async fn unlink(
    keybelt: &Keybelt,
    account: &AccountName,
    revoke: bool,
    output: &Output,
) -> Result<Ended, Fault> {
    let unlinked = unlinking::unlink(keybelt, account, revoke).await?;
    output.result(&unlinked, || match unlinked.revoked {
        Some(true) => format!("{account} is unlinked; the provider took the grant back"),
        _ => format!("{account} is unlinked here; the provider was not asked to take the grant back"),
    })?;
    if !output.is_json() {
        for file in outputs::left_behind(keybelt).await? {
            output.note(&format!(
                "{} still holds a token: it could not be removed. Keybelt tries again; remove it yourself if it must be now.",
                visible(&file)
            ));
        }
    }
    Ok(Ended::Done)
}

/// `keybelt log`
pub async fn log(keybelt: &Keybelt, account: Option<&AccountName>, output: &Output) -> Result<Ended, Fault> {
    let entries = ledger::log(keybelt, account).await?;
    let row = |entry: &LogEntry| {
        vec![
            words::moment(entry.at),
            entry
                .account
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            entry.event.replace('_', " "),
            entry.receiver.as_deref().map(visible).unwrap_or_default(),
            entry.via.as_deref().map(visible).unwrap_or_default(),
        ]
    };
    output.result(&entries, || table(&entries.iter().map(row).collect::<Vec<_>>()))?;
    Ok(Ended::Done)
}

fn now(keybelt: &Keybelt) -> i64 {
    keybelt.now().0
}
