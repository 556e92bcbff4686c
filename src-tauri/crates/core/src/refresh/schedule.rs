//! The window's timer: ahead of expiry, never busy, backing off on failure (specs AF-40).

use std::time::Duration;

use keybelt_contract::AccountName;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::several;
use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::keybelt::Event;

/// The timer looks at least this often: another process may have linked an account.
const LONGEST: Duration = Duration::from_secs(60);
/// And no more often than this.
const SHORTEST: Duration = Duration::from_secs(1);

/// Refreshes the accounts whose time has come. Gives back how long until the next look is worth while.
pub async fn refresh_due(keybelt: &Keybelt) -> Result<Duration, AccountsError> {
    let now = keybelt.now();
    let due: Vec<AccountName> = accounts::list(keybelt)
        .await?
        .into_iter()
        .filter(|account| account.next_refresh_at.is_some_and(|at| at <= now.0))
        .map(|account| account.name)
        .collect();
    for refreshed in several(keybelt, due).await {
        if let Some(failure) = refreshed.error {
            tracing::info!(account = %refreshed.account, code = failure.code.as_str(), "not refreshed ahead of time");
        }
    }
    let now = keybelt.now();
    let next = accounts::list(keybelt)
        .await?
        .into_iter()
        .filter_map(|account| account.next_refresh_at)
        .min();
    let pause = next.map_or(LONGEST, |at| {
        Duration::from_secs(u64::try_from(at - now.0).unwrap_or(0))
    });
    Ok(pause.clamp(SHORTEST, LONGEST))
}

/// Keeps every account fresh for as long as the future lives. A locked vault is waited for.
pub async fn keep_fresh(keybelt: Keybelt) {
    let mut events = keybelt.subscribe();
    loop {
        keybelt.door().opened().await;
        let pause = refresh_due(&keybelt).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the timer could not look at the accounts");
            LONGEST
        });
        let looked = Instant::now();
        let mut next = looked + pause;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(next) => break,
                event = events.recv() => match event {
                    // A vault that was just unlocked may hold tokens that are long over.
                    Ok(Event::VaultChanged) => break,
                    // A token that was just linked may live for a shorter time than this pause.
                    Ok(Event::AccountsChanged) | Err(RecvError::Lagged(_)) => {
                        next = next.min(Instant::now().max(looked + SHORTEST));
                    }
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }
}
