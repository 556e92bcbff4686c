//! An account under another name.

use keybelt_contract::{Account, AccountName};
use keybelt_vault::Renaming;

use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::trouble::VaultTrouble;

/// Why an account was not renamed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RenameError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// Another account has the new name.
    #[error("there is an account {0}")]
    Taken(AccountName),
}

impl From<VaultTrouble> for RenameError {
    fn from(trouble: VaultTrouble) -> Self {
        Self::Account(trouble.into())
    }
}

/// Gives an account another name; tokens, evidence and the ledger's lines stay its own.
pub async fn rename(
    keybelt: &Keybelt,
    account: &AccountName,
    new: &AccountName,
) -> Result<Account, RenameError> {
    let (vault, _) = accounts::one(keybelt, account).await?;
    let (from, to, now) = (account.clone(), new.clone(), keybelt.now());
    match keybelt
        .door()
        .run(&vault, move |vault| vault.rename_account(&from, &to, now))
        .await?
    {
        Renaming::Renamed(summary) => {
            keybelt.changed().await;
            Ok(accounts::account(*summary, now))
        }
        Renaming::Absent => Err(accounts::absent(keybelt, &vault, account).await.into()),
        Renaming::Taken => Err(RenameError::Taken(new.clone())),
    }
}
