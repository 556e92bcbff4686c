use keybelt_contract::{Failure, Output as Listed, OutputKind, TokenPassing};
use keybelt_core::Keybelt;
use keybelt_core::outputs::{self, NewOutput, NewTarget};
use keybelt_primitives::text::visible;
use serde_json::json;

use crate::arguments::{AddOutputArguments, OutputCommand};
use crate::fault::{Ended, Fault};
use crate::output::{Output, Paint, table};
use crate::words;

/// `keybelt output …`
pub async fn run(keybelt: &Keybelt, command: &OutputCommand, output: &Output) -> Result<Ended, Fault> {
    match command {
        OutputCommand::Add(arguments) => {
            let added = outputs::add(keybelt, new_output(arguments)).await?;
            output.result(&added, || added_text(&added))?;
        }
        OutputCommand::List => {
            let all = outputs::list(keybelt).await?;
            output.result(&all, || list_text(output, &all, keybelt.now().0))?;
        }
        OutputCommand::Remove { id } => {
            outputs::remove(keybelt, *id).await?;
            output.result(&json!({}), || {
                format!("Output {id} is removed; a file that it kept is gone too")
            })?;
        }
    }
    Ok(Ended::Done)
}

/// Delivers what the command that has just ended left to deliver, and what others left before.
pub async fn deliver(keybelt: &Keybelt, output: &Output) {
    // A command that is run as an output would wait for itself.
    if !keybelt.has_written() || std::env::var_os(outputs::OUTPUT).is_some() {
        return;
    }
    match outputs::deliver(keybelt).await {
        Ok(delivered) if !output.is_json() => {
            for (id, receiver, trouble) in delivered.failed {
                let Failure { message, .. } = trouble.into();
                output.note(&format!(
                    "Output {id} ({}) did not take the new token: {message} `keybelt output list` says more.",
                    visible(&receiver)
                ));
            }
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the outputs could not be looked at"),
    }
}

fn new_output(arguments: &AddOutputArguments) -> NewOutput {
    let to = match (&arguments.file, &arguments.format) {
        (Some(path), Some(format)) => NewTarget::File {
            path: path.clone(),
            format: format.clone(),
        },
        _ => NewTarget::Command {
            command: arguments.command.clone(),
            token: if arguments.env {
                TokenPassing::Env
            } else {
                TokenPassing::Stdin
            },
            timeout: arguments.timeout.unwrap_or(outputs::TIMEOUT),
        },
    };
    NewOutput {
        account: arguments.account.clone(),
        to,
    }
}

fn added_text(added: &Listed) -> String {
    let done = match (&added.failed, added.kind) {
        (Some(failed), _) => format!("did not take the token as it stands: {}", failed.message),
        (None, OutputKind::Command) => "took the token as it stands, and gets each new one".to_owned(),
        (None, OutputKind::File) => "holds the token as it stands, and then each new one".to_owned(),
    };
    format!("Output {}: {} {done}", added.id, receiver(added))
}

fn list_text(output: &Output, all: &[Listed], now: i64) -> String {
    if all.is_empty() {
        return "No outputs yet. `keybelt output add ACCOUNT` adds one.".to_owned();
    }
    let head = ["ID", "ACCOUNT", "STATE", "TO"]
        .map(|word| output.paint(Paint::Faint, word))
        .to_vec();
    let row = |listed: &Listed| {
        vec![
            listed.id.to_string(),
            listed
                .account
                .as_ref()
                .map_or("(unlinked)".to_owned(), ToString::to_string),
            state(output, listed, now),
            receiver(listed),
        ]
    };
    table(
        &std::iter::once(head)
            .chain(all.iter().map(row))
            .collect::<Vec<_>>(),
    )
}

fn state(output: &Output, listed: &Listed, now: i64) -> String {
    if let Some(failed) = &listed.failed {
        let again = match failed.next_at {
            Some(at) if at > now => format!("again {}", words::from_now(at, now)),
            Some(_) => "again with the next command".to_owned(),
            None => "again with the next token".to_owned(),
        };
        let words = format!("{} ({}×, {again})", visible(&failed.message), failed.times);
        return output.paint(Paint::Bad, &words);
    }
    match (listed.pending, listed.delivered_at) {
        (true, _) => output.paint(Paint::Warn, "waits to be delivered"),
        (false, Some(at)) => format!("delivered {}", words::from_now(at, now)),
        (false, None) => "its file is to be removed".to_owned(),
    }
}

fn receiver(listed: &Listed) -> String {
    let words = match &listed.file {
        Some(file) => file.clone(),
        None => listed.command.join(" "),
    };
    visible(&words)
}
