//! The ledger: who was handed what, when.

use keybelt_contract::{AccountName, LogEntry};

use crate::Keybelt;
use crate::accounts::{self, AccountsError};

/// Every line, or those of one account, oldest first. An account that was unlinked still has its lines.
pub async fn log(keybelt: &Keybelt, account: Option<&AccountName>) -> Result<Vec<LogEntry>, AccountsError> {
    let Some(vault) = keybelt.door().existing().await? else {
        return match account {
            Some(name) => Err(AccountsError::NotFound {
                name: name.clone(),
                nearest: None,
            }),
            None => Ok(Vec::new()),
        };
    };
    let wanted = account.cloned();
    let listed = keybelt
        .door()
        .run(&vault, move |vault| vault.ledger(wanted.as_ref()))
        .await?;
    if let Some(name) = account.filter(|_| listed.records.is_empty()) {
        // One that is there may have lost its lines to damage.
        accounts::one(keybelt, name).await?;
    }
    for damaged in &listed.damaged {
        tracing::warn!(
            record = damaged.record,
            cause = damaged.cause,
            "a line of the ledger does not open"
        );
    }
    Ok(listed.records)
}
