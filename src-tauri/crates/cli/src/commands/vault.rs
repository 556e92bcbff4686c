use keybelt_contract::{Failure, KeySource, VaultCheck, VaultStatus};
use keybelt_core::{Keybelt, vault};

use crate::arguments::VaultCommand;
use crate::describe;
use crate::fault::{Ended, Fault};
use crate::output::{Output, table};

/// `keybelt vault …`
pub async fn run(keybelt: &Keybelt, command: VaultCommand, output: &Output) -> Result<Ended, Fault> {
    match command {
        VaultCommand::Status => {
            let (status, refusal) = vault::status_and_refusal(keybelt).await?;
            output.result(&status, || status_text(output, &status, refusal.is_some()))?;
            if let Some(refusal) = refusal {
                let failure = Failure::from(refusal);
                output.note(&format!(
                    "Every other command refuses this vault. {} {}",
                    failure.message, failure.hint
                ));
            }
            Ok(Ended::Done)
        }
        VaultCommand::Check => {
            let check = vault::check(keybelt).await?;
            output.result(&check, || check_text(&check))?;
            vault::damage_of(&check).map_or(Ok(Ended::Done), |failure| Err(Fault::Failed(failure)))
        }
    }
}

fn status_text(output: &Output, status: &VaultStatus, is_refused: bool) -> String {
    let key = match status.key_source {
        None => "there is no vault yet; the first link or profile makes one",
        Some(KeySource::Keyring) => "in the system's keyring",
        Some(KeySource::Passphrase) => "made from your passphrase",
    };
    let mut rows = vec![("vault", status.path.clone()), ("key", key.to_owned())];
    if status.key_source.is_some() {
        let state = match (is_refused, status.locked) {
            (true, _) => "refused",
            (false, true) => "locked",
            (false, false) => "can be opened",
        };
        rows.push(("state", state.to_owned()));
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
