use keybelt_contract::{AccountName, Failure, LogEntry};
use keybelt_core::log;

use crate::desktop::Desktop;
use crate::saving;

pub async fn account_log(desktop: &Desktop, account: AccountName) -> Result<Vec<LogEntry>, Failure> {
    Ok(log::log(&desktop.keybelt, Some(&account)).await?)
}

pub async fn whole_log(desktop: &Desktop) -> Result<Vec<LogEntry>, Failure> {
    Ok(log::log(&desktop.keybelt, None).await?)
}

/// What `keybelt log --json` prints, into a file that the person chooses; its path, or nothing where they thought better
/// of it.
pub async fn save_log(desktop: &Desktop) -> Result<Option<String>, Failure> {
    let lines = log::log(&desktop.keybelt, None).await?;
    let text = serde_json::to_string_pretty(&lines).unwrap_or_default();
    let saved = saving::save(&desktop.app, "keybelt-activity.json", text).await?;
    Ok(saved.map(|path| path.display().to_string()))
}
