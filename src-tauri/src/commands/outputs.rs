use keybelt_contract::{AccountName, Failure, Output};
use keybelt_core::outputs::{self, NewOutput, NewTarget};

use crate::desktop::Desktop;
use crate::saving::{self, Wanted};

/// Where this account's tokens go by themselves.
pub async fn list_outputs(desktop: &Desktop, account: AccountName) -> Result<Vec<Output>, Failure> {
    let all = outputs::list(&desktop.keybelt).await?;
    let of_it = |output: &Output| output.account.as_ref() == Some(&account);
    Ok(all.into_iter().filter(of_it).collect())
}

/// A file that the person chooses, written afresh at every refresh; nothing where they thought better of it.
pub async fn keep_file(
    desktop: &Desktop,
    account: AccountName,
    format: String,
) -> Result<Option<Output>, Failure> {
    let place = Wanted::Place {
        name: file_name(&account, &format),
        may_replace: true,
    };
    let Some(path) = saving::choose(&desktop.app, place).await else {
        return Ok(None);
    };
    let to = NewTarget::File { path, format };
    Ok(Some(
        outputs::add(&desktop.keybelt, NewOutput { account, to }).await?,
    ))
}

pub async fn remove_output(desktop: &Desktop, id: i64) -> Result<(), Failure> {
    Ok(outputs::remove(&desktop.keybelt, id).await?)
}

fn file_name(account: &AccountName, format: &str) -> String {
    format!("{}.{format}", account.to_string().replace('/', "-"))
}
