use keybelt_contract::TokenUpdate;
use keybelt_core::updates::Watch;
use keybelt_core::{Keybelt, commits, outputs};

use crate::arguments::WatchArguments;
use crate::fault::{Ended, Fault};
use crate::output::Output;
use crate::words;

/// `keybelt watch`: until it is interrupted, or nobody reads it.
pub async fn watch(keybelt: &Keybelt, arguments: &WatchArguments, output: &Output) -> Result<Ended, Fault> {
    let mut watch = Watch::begin(keybelt, arguments.account.as_ref(), arguments.since).await?;
    if !output.is_json() {
        output.note("Waiting for token updates; Ctrl-C ends this.");
    }
    tokio::select! {
        told = tell(&mut watch, output) => told,
        () = commits::hear(keybelt.clone()) => Ok(Ended::Done),
        // Somebody has to do what a process left undone that was killed; whoever waits here can.
        () = outputs::keep_delivered(keybelt.clone()) => Ok(Ended::Done),
        () = output.closed() => Err(Fault::StdoutClosed),
    }
}

async fn tell(watch: &mut Watch, output: &Output) -> Result<Ended, Fault> {
    loop {
        for update in watch.next().await? {
            if output.is_json() {
                output.event(&update)?;
            } else {
                output.text(&line(&update))?;
            }
        }
    }
}

fn line(update: &TokenUpdate) -> String {
    let until = update
        .expires_at
        .map(|at| format!(", good until {}", words::moment(at)))
        .unwrap_or_default();
    format!(
        "{}  {}  {} has a new token{until}",
        words::moment(update.at),
        update.seq,
        update.account
    )
}
