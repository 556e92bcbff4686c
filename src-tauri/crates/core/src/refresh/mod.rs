//! Refresh: one request however many ask, and the rules for what may go wrong (design.md, "Refresh and hand-over").

mod answer;
mod error;
mod renew;
mod schedule;
mod session;

pub use error::{LinkAgain, Over, RefreshError};
pub(crate) use renew::renew;
pub use schedule::{keep_fresh, refresh_due};
pub(crate) use session::issued_here;

use keybelt_contract::{Account, AccountName, Refreshed};

use crate::Keybelt;
use crate::accounts::{self, AccountsError};

/// Refreshes one account now, or takes the outcome of whoever does so at this moment.
pub async fn refresh(keybelt: &Keybelt, account: &AccountName) -> Result<Account, RefreshError> {
    let began = keybelt.now_millis();
    let (_, summary) = accounts::one(keybelt, account).await?;
    let renewed = renew(keybelt, &summary, began).await?;
    Ok(accounts::account(renewed, keybelt.now()))
}

/// How many accounts are refreshed at once.
const AT_ONCE: usize = 8;

/// Refreshes every account that can be, some at a time. Accounts that cannot be refreshed are left out.
pub async fn refresh_all(keybelt: &Keybelt) -> Result<Vec<Refreshed>, AccountsError> {
    let names: Vec<AccountName> = accounts::list(keybelt)
        .await?
        .into_iter()
        .filter(|account| account.refreshable)
        .map(|account| account.name)
        .collect();
    Ok(several(keybelt, names).await)
}

pub(crate) async fn several(keybelt: &Keybelt, names: Vec<AccountName>) -> Vec<Refreshed> {
    let mut waiting = names.into_iter();
    let mut under_way = tokio::task::JoinSet::new();
    let mut done = Vec::new();
    loop {
        while under_way.len() < AT_ONCE {
            let Some(account) = waiting.next() else { break };
            let keybelt = keybelt.clone();
            under_way.spawn(async move {
                match refresh(&keybelt, &account).await {
                    // Unlinked meanwhile.
                    Err(RefreshError::Account(AccountsError::NotFound { .. })) => None,
                    outcome => Some(Refreshed {
                        account,
                        error: outcome.err().map(Into::into),
                    }),
                }
            });
        }
        match under_way.join_next().await {
            Some(Ok(refreshed)) => done.extend(refreshed),
            Some(Err(error)) => tracing::error!(%error, "a refresh ended without an outcome"),
            None => break,
        }
    }
    done.sort_by(|left, right| left.account.cmp(&right.account));
    done
}
