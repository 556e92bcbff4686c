//! What Keybelt costs, each measure beside its peer in one run: `cargo xtask bench [PART]`.
//!
//! Owns: the rows of the README's table, their peers and their bounds.
//! Never: in what ships; a feature of a crate that what ships does not ask for; a peer that does less than its row says.
//! Start at: [`PARTS`], [`interleaved::compare`].

mod accounts;
mod bare_vault;
mod crowd;
mod id_token;
mod interleaved;
mod oauth1;
mod row;
mod screen;
mod window;

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use row::Row;

/// Why nothing could be measured.
type Trouble = Box<dyn Error>;

/// A part's name, and what measures it.
type Part = (&'static str, fn() -> Result<Vec<Row>, Trouble>);

/// What can be measured, in the table's order.
const PARTS: &[Part] = &[
    ("oauth1", oauth1::rows),
    ("id-token", id_token::rows),
    ("accounts", accounts::rows),
    ("window", window::rows),
];

/// `keybelt-bench read HOME` reads and opens every record that `keybelt list` shows: it is what that is held against.
const READ: &str = "read";

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match wanted.as_slice() {
        [read, home] if read == READ => bare_vault::BareVault::open(Path::new(home))
            .and_then(|vault| vault.read_summaries())
            .map(|bytes| bytes > 0),
        _ => measure(&wanted),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            // Nobody is left to tell if this fails too.
            let _ = writeln!(io::stderr(), "keybelt-bench: {trouble}");
            ExitCode::from(2)
        }
    }
}

/// Measures these parts, or without any named all of them, and prints the table; whether every bound was kept.
fn measure(wanted: &[String]) -> Result<bool, Trouble> {
    if let Some(unknown) = wanted
        .iter()
        .find(|name| !PARTS.iter().any(|(part, _)| part == name))
    {
        return Err(format!("there is no part {unknown}").into());
    }
    let mut rows = Vec::new();
    for (_, measured) in PARTS
        .iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|one| one == name))
    {
        rows.extend(measured()?);
    }
    io::stdout().write_all(row::table(&rows).as_bytes())?;
    Ok(rows.iter().all(Row::is_kept))
}
