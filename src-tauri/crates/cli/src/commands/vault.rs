use keybelt_contract::{KeySource, VaultCheck, VaultStatus};
use keybelt_core::{Keybelt, vault};

use crate::arguments::VaultCommand;
use crate::describe;
use crate::fault::{Ended, Fault};
use crate::output::{Output, table};

/// `keybelt vault …`
pub async fn run(keybelt: &Keybelt, command: VaultCommand, output: &Output) -> Result<Ended, Fault> {
    match command {
        VaultCommand::Status => {
            let status = vault::status(keybelt).await?;
            output.result(&status, || status_text(output, &status))?;
            Ok(Ended::Done)
        }
        VaultCommand::Check => {
            let check = vault::check(keybelt).await?;
            output.result(&check, || check_text(&check))?;
            vault::damage_of(&check).map_or(Ok(Ended::Done), |failure| Err(Fault::Failed(failure)))
        }
    }
}

fn status_text(output: &Output, status: &VaultStatus) -> String {
    let key = match status.key_source {
        None => "there is no vault yet; the first link or profile makes one",
        Some(KeySource::Keyring) => "in the system's keyring",
        Some(KeySource::Passphrase) => "made from your passphrase",
    };
    let mut rows = vec![("vault", status.path.clone()), ("key", key.to_owned())];
    if status.key_source.is_some() {
        rows.push((
            "state",
            if status.locked { "locked" } else { "can be opened" }.to_owned(),
        ));
    }
    if let Some(accounts) = status.accounts {
        rows.push(("accounts", accounts.to_string()));
    }
    describe::labelled(output, &rows)
}

fn check_text(check: &VaultCheck) -> String {
    if check.damaged.is_empty() {
        return "Every record opens.".to_owned();
    }
    table(
        &check
            .damaged
            .iter()
            .map(|damaged| vec![damaged.record.clone(), damaged.cause.clone()])
            .collect::<Vec<_>>(),
    )
}
