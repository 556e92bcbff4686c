use std::path::Path;

use keybelt_contract::{Failure, KeySource, OutputKind, VaultCheck, VaultStatus};
use keybelt_core::vault_keys::Reset;
use keybelt_core::{Keybelt, outputs, vault, vault_keys};
use keybelt_primitives::text::visible;
use serde_json::json;

use crate::arguments::{KeyKeeper, RekeyArguments, VaultCommand};
use crate::describe;
use crate::fault::{Ended, Fault};
use crate::input;
use crate::output::{Output, table};
use crate::passphrase::Unseen;

/// `keybelt vault …`
pub async fn run(keybelt: &Keybelt, command: &VaultCommand, output: &Output) -> Result<Ended, Fault> {
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
        VaultCommand::Rekey(asked) => rekey(keybelt, asked, output).await,
        VaultCommand::Backup(asked) => {
            let passphrase = input::unseen(
                &asked.passphrase_file,
                Unseen::New("A passphrase for the backup: "),
                output,
            )
            .await?;
            vault_keys::back_up(keybelt, None, &asked.file, passphrase).await?;
            output.result(&json!({}), || format!("Backed up to {}.", asked.file.display()))?;
            Ok(Ended::Done)
        }
        VaultCommand::Restore(asked) => {
            let passphrase = input::unseen(
                &asked.passphrase_file,
                Unseen::Known("Passphrase of the backup: "),
                output,
            )
            .await?;
            let aside = vault_keys::restore(keybelt, &asked.file, passphrase, None, asked.replace).await?;
            output.result(
                &json!({ "moved_to": aside.as_deref().map(Path::display).map(|path| path.to_string()) }),
                || {
                    let before = aside.as_ref().map_or(String::new(), |aside| {
                        format!(" The vault that was here lies in {}.", aside.display())
                    });
                    format!("Restored from {}.{before}", asked.file.display())
                },
            )?;
            let commands = commands_of_outputs(keybelt).await?;
            if !commands.is_empty() {
                output.note(&format!(
                    "This vault runs commands with its accounts' tokens, from the next command that you give on: {}. \
                     Where that is not wanted: keybelt output list, keybelt output remove ID",
                    commands.join("; ")
                ));
            }
            Ok(Ended::Done)
        }
        VaultCommand::Reset { yes: false } => Err(Fault::usage(
            "this moves the vault and everything in it aside",
            "add --yes if that is what you want; nothing is deleted",
        )),
        VaultCommand::Reset { yes: true } => {
            let Reset { aside, files } = vault_keys::reset(keybelt).await?;
            let aside = aside.display().to_string();
            output.result(&json!({ "moved_to": aside }), || {
                format!(
                    "Everything lies in {aside} now; the next link or profile makes a new vault.{}",
                    files_left(files.as_deref())
                )
            })?;
            Ok(Ended::Done)
        }
    }
}

/// What a reset does not move: the files that outputs kept, which hold tokens.
fn files_left(files: Option<&[String]>) -> String {
    match files {
        Some([]) => String::new(),
        Some(files) => {
            let shown: Vec<String> = files.iter().map(|file| visible(file)).collect();
            format!(
                "\nFiles that outputs kept stay where they are, with the tokens in them; remove those that nobody needs:\n  {}",
                shown.join("\n  ")
            )
        }
        None => {
            "\nFiles that outputs kept, if there were any, stay where they are, with the tokens in them. \
                 Which they are stands in the vault, which was not opened."
                .to_owned()
        }
    }
}

async fn commands_of_outputs(keybelt: &Keybelt) -> Result<Vec<String>, Fault> {
    let listed = outputs::list(keybelt).await?;
    let commands = listed.iter().filter(|output| output.kind == OutputKind::Command);
    Ok(commands
        .map(|output| visible(&output.command.join(" ")))
        .collect())
}

async fn rekey(keybelt: &Keybelt, asked: &RekeyArguments, output: &Output) -> Result<Ended, Fault> {
    let to = match asked.to {
        KeyKeeper::Keyring => KeySource::Keyring,
        KeyKeeper::Passphrase => KeySource::Passphrase,
    };
    if to == KeySource::Keyring && asked.new_passphrase_file.is_some() {
        return Err(Fault::usage(
            "the keyring needs no passphrase",
            "leave out --new-passphrase-file, or say --to passphrase",
        ));
    }
    let new = input::unseen_if(
        asked.new_passphrase_file.as_deref(),
        Unseen::New("A new passphrase for your vault: "),
        output,
    )
    .await?;
    vault_keys::rekey(keybelt, None, to, new).await?;
    output.result(&json!({}), || match to {
        KeySource::Keyring => "The vault's key is in the system's keyring now.".to_owned(),
        KeySource::Passphrase => "The vault is opened by the new passphrase now.".to_owned(),
    })?;
    Ok(Ended::Done)
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
