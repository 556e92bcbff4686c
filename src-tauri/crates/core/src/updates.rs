//! `token_update`: what a refresh, or a link in the place of another, tells whoever listens. The event lies in the vault
//! with the tokens that it tells of, so nobody misses one that was durable.

use std::collections::BTreeSet;
use std::sync::Arc;

use keybelt_contract::{AccountName, TokenUpdate};
use keybelt_vault::Vault;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::keybelt::Event;
use crate::trouble::VaultTrouble;

/// Why updates are not told, or not any more.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WatchError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// Updates after one that is yet to come were asked for.
    #[error("there is no update {since} yet")]
    Ahead {
        /// What was asked for.
        since: i64,
        /// The newest number there is.
        last: i64,
    },
    /// The account that was watched is gone.
    #[error("{0} was unlinked")]
    Unlinked(AccountName),
}

impl From<VaultTrouble> for WatchError {
    fn from(trouble: VaultTrouble) -> Self {
        Self::Account(trouble.into())
    }
}

/// The updates from some number on, in their order, none left out.
///
/// Those of other processes are noticed as long as [`crate::commits::hear`] runs.
pub struct Watch {
    keybelt: Keybelt,
    events: Receiver<Event>,
    /// The vault that the numbers are of, once there is one.
    vault: Option<Arc<Vault>>,
    /// Everything up to this number was told.
    seq: i64,
    watched: Option<Watched>,
}

/// The one account whose updates are wanted, by whatever name.
struct Watched {
    name: AccountName,
    id: i64,
    /// A damaged account that is linked again, or one that is linked anew under its name, has another row.
    rows: BTreeSet<i64>,
}

impl Watch {
    /// Begins: with what comes after the update `since`, or with what comes from now on. Without a vault, with the first
    /// one of a vault to come.
    pub async fn begin(
        keybelt: &Keybelt,
        account: Option<&AccountName>,
        since: Option<i64>,
    ) -> Result<Self, WatchError> {
        let events = keybelt.subscribe();
        let watched = match account {
            Some(name) => Some(Watched::of(accounts::one(keybelt, name).await?.1)),
            None => None,
        };
        let vault = keybelt.door().existing().await?;
        let last = match &vault {
            Some(vault) => keybelt.door().run(vault, |vault| vault.last_seq()).await?,
            None => 0,
        };
        if let Some(since) = since.filter(|since| *since > last) {
            return Err(WatchError::Ahead { since, last });
        }
        Ok(Self {
            keybelt: keybelt.clone(),
            events,
            vault,
            seq: since.unwrap_or(last),
            watched,
        })
    }

    /// Waits for the next ones; at least one comes.
    pub async fn next(&mut self) -> Result<Vec<TokenUpdate>, WatchError> {
        loop {
            let updates = self.look().await?;
            if !updates.is_empty() {
                return Ok(updates);
            }
            match self.events.recv().await {
                // One look is as good as many.
                Ok(_) | Err(RecvError::Lagged(_)) => while self.events.try_recv().is_ok() {},
                // This very Keybelt holds the other end.
                Err(RecvError::Closed) => {
                    return Err(VaultTrouble::Defect("the events ended".to_owned()).into());
                }
            }
        }
    }

    /// The vault that was watched so far, or the first that is there. The numbers of another one in its place mean nothing
    /// to whoever was told this one's.
    async fn same_vault(&mut self) -> Result<Option<Arc<Vault>>, WatchError> {
        let now = self.keybelt.door().existing().await?;
        match (&self.vault, &now) {
            (None, _) => self.vault.clone_from(&now),
            (Some(watched), Some(now)) if Arc::ptr_eq(watched, now) => {}
            (Some(_), _) => return Err(VaultTrouble::Replaced.into()),
        }
        Ok(now)
    }

    async fn look(&mut self) -> Result<Vec<TokenUpdate>, WatchError> {
        let Some(vault) = self.same_vault().await? else {
            return Ok(Vec::new());
        };
        let seq = self.seq;
        let read = self
            .keybelt
            .door()
            .run(&vault, move |vault| vault.updates_since(seq))
            .await?;
        let mut updates = read.updates;
        if let Some(watched) = &mut self.watched {
            // After the updates were read: whoever is in them is known by now.
            let is_gone = !watched.follow(&self.keybelt).await?;
            updates.retain(|update| watched.is_meant(update));
            if is_gone && updates.is_empty() {
                return Err(WatchError::Unlinked(watched.name.clone()));
            }
        }
        self.seq = read.last_seq;
        Ok(updates.into_iter().map(told).collect())
    }
}

impl Watched {
    fn of(summary: keybelt_vault::AccountSummary) -> Self {
        Self {
            name: summary.name,
            id: summary.id,
            rows: BTreeSet::from([summary.id]),
        }
    }

    /// Learns the account's name and row of today. `false`: it is gone.
    async fn follow(&mut self, keybelt: &Keybelt) -> Result<bool, WatchError> {
        let Some(vault) = keybelt.door().existing().await? else {
            return Ok(true);
        };
        let (id, name) = (self.id, self.name.clone());
        let found = keybelt
            .door()
            .run(&vault, move |vault| match vault.account_by_id(id)? {
                Some(summary) => Ok(Some(summary)),
                None => vault.account(&name),
            })
            .await;
        match found {
            Ok(Some(summary)) => {
                self.rows.insert(summary.id);
                (self.id, self.name) = (summary.id, summary.name);
                Ok(true)
            }
            Ok(None) => Ok(false),
            // It may be linked again.
            Err(VaultTrouble::Damaged { .. }) => Ok(true),
            Err(trouble) => Err(trouble.into()),
        }
    }

    fn is_meant(&self, update: &keybelt_vault::TokenUpdate) -> bool {
        self.rows.contains(&update.account_id) || update.account == self.name
    }
}

fn told(update: keybelt_vault::TokenUpdate) -> TokenUpdate {
    TokenUpdate {
        seq: update.seq,
        at: update.at.0,
        account: update.account,
        profile: update.profile,
        expires_at: update.expires_at.map(|at| at.0),
        scopes: update.scopes,
        rotated: update.rotated,
    }
}
