use keybelt_contract::{Account, AccountDetail, AccountName, Copied, Failure, HandOverRecipe, Unlinked};
use keybelt_core::token::{self, TokenWanted};
use keybelt_core::{accounts, recipes, refresh, rename, unlink};

use crate::clipboard;
use crate::desktop::Desktop;

pub async fn list_accounts(desktop: &Desktop) -> Result<Vec<Account>, Failure> {
    Ok(accounts::list(&desktop.keybelt).await?)
}

pub async fn show_account(desktop: &Desktop, account: AccountName) -> Result<AccountDetail, Failure> {
    Ok(accounts::show(&desktop.keybelt, &account).await?)
}

/// One at the practice provider is refreshed where that runs, and whoever ran it may have ended.
pub async fn refresh_account(desktop: &Desktop, account: AccountName) -> Result<Account, Failure> {
    desktop.practice.resume(&desktop.keybelt).await;
    Ok(refresh::refresh(&desktop.keybelt, &account).await?)
}

pub async fn rename_account(
    desktop: &Desktop,
    account: AccountName,
    new_name: AccountName,
) -> Result<Account, Failure> {
    Ok(rename::rename(&desktop.keybelt, &account, &new_name).await?)
}

pub async fn unlink_account(
    desktop: &Desktop,
    account: AccountName,
    revoke: bool,
) -> Result<Unlinked, Failure> {
    Ok(unlink::unlink(&desktop.keybelt, &account, revoke).await?)
}

pub async fn hand_over_recipes(
    desktop: &Desktop,
    account: AccountName,
) -> Result<Vec<HandOverRecipe>, Failure> {
    Ok(recipes::recipes(&desktop.keybelt, &account).await?)
}

/// The token goes to the clipboard from here; the front end learns when it will be gone.
pub async fn copy_access_token(desktop: &Desktop, account: AccountName) -> Result<Copied, Failure> {
    let wanted = TokenWanted::for_receiver("clipboard", "copy");
    let token = token::fresh(&desktop.keybelt, &account, wanted).await?;
    desktop.clipboard.put(token.access_token().duplicate());
    let clears_at = desktop.keybelt.now().plus(clipboard::LIFE.as_secs() as i64).0;
    Ok(Copied { clears_at })
}

pub async fn clear_clipboard(desktop: &Desktop) -> Result<(), Failure> {
    desktop.clipboard.clear();
    Ok(())
}
