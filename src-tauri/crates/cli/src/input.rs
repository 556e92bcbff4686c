//! What comes in by file or standard input: bounded, one `-` a command.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use keybelt_contract::{Failure, FailureCode};
use keybelt_primitives::Secret;
use keybelt_primitives::text::why_unreadable;

use crate::fault::Fault;
use crate::output::Output;
use crate::passphrase::{self, Unseen};

/// The most that is read of a settings file, a token or a secret, in bytes.
const LIMIT: usize = 1 << 20;

static STANDARD_INPUT_TAKEN: AtomicBool = AtomicBool::new(false);

/// Claims standard input, which one option a command may read.
pub fn take_standard_input() -> Result<(), Fault> {
    if STANDARD_INPUT_TAKEN.swap(true, Ordering::Relaxed) {
        return Err(Fault::usage(
            "only one option can read standard input",
            "give the other one a file",
        ));
    }
    Ok(())
}

/// A secret from a file or `-`; one final newline, as either kind of system writes it, is dropped.
pub async fn secret(place: &str) -> Result<Secret<String>, Fault> {
    let mut text = read(place).await?;
    text.truncate(without_final_newline(&text).len());
    Ok(Secret::new(text))
}

/// A passphrase or a client secret: as [`secret`], and typed unseen where standard input is a terminal.
pub async fn unseen(place: &str, typed: Unseen, output: &Output) -> Result<Secret<String>, Fault> {
    if place != "-" || !io::stdin().is_terminal() {
        let read = secret(place).await?;
        warn_of_readers(place, output);
        return Ok(read);
    }
    take_standard_input()?;
    tokio::task::spawn_blocking(move || passphrase::typed(typed))
        .await
        .map_err(|error| Fault::internal(&error))?
        .ok_or_else(|| Fault::usage("nothing could be typed in", "name a file"))
}

/// The same, where one is named.
pub async fn unseen_if(
    place: Option<&str>,
    typed: Unseen,
    output: &Output,
) -> Result<Option<Secret<String>>, Fault> {
    match place {
        Some(place) => unseen(place, typed, output).await.map(Some),
        None => Ok(None),
    }
}

/// Says so where others can read a file with a secret. It is taken all the same: it may be mounted so, and unlike the file
/// that `KEYBELT_PASSPHRASE_FILE` names it is read this once.
fn warn_of_readers(place: &str, output: &Output) {
    if place != "-" && !output.is_json() && others_can_read(place) {
        output.note(&format!(
            "Others can read {place}, and a secret stands in it. Close it to them: chmod 600 {place}"
        ));
    }
}

#[cfg(unix)]
fn others_can_read(place: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const READERS: u32 = 0o044;
    std::fs::metadata(place).is_ok_and(|found| found.is_file() && found.permissions().mode() & READERS != 0)
}

/// Elsewhere a person's own files are closed to others by what they inherit.
#[cfg(not(unix))]
fn others_can_read(_place: &str) -> bool {
    false
}

/// As [`secret`], where one is named.
pub async fn secret_if(place: Option<&str>) -> Result<Option<Secret<String>>, Fault> {
    match place {
        Some(place) => secret(place).await.map(Some),
        None => Ok(None),
    }
}

/// Bytes from a file or `-`.
pub async fn bytes(place: &str) -> Result<Vec<u8>, Fault> {
    bytes_up_to(place, LIMIT).await
}

/// Bytes from a file or `-`, at most so many.
pub async fn bytes_up_to(place: &str, limit: usize) -> Result<Vec<u8>, Fault> {
    if place == "-" {
        take_standard_input()?;
    }
    let place = place.to_owned();
    // On a thread of its own: a read that waits cannot be called back, and must not keep who interrupts it.
    tokio::task::spawn_blocking(move || read_up_to(&place, limit))
        .await
        .map_err(|error| Fault::internal(&error))?
}

fn read_up_to(place: &str, limit: usize) -> Result<Vec<u8>, Fault> {
    let source: Box<dyn Read> = if place == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(place).map_err(|error| unreadable(place, &error))?)
    };
    let mut bytes = Vec::new();
    source
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(place, &error))?;
    if bytes.len() > limit {
        return Err(Fault::usage(
            &format!("{} is larger than {} MiB", called(place), limit >> 20),
            "see whether it is the right file",
        ));
    }
    Ok(bytes)
}

fn without_final_newline(text: &str) -> &str {
    text.strip_suffix('\n')
        .map_or(text, |line| line.strip_suffix('\r').unwrap_or(line))
}

/// What a place is called in a sentence.
fn called(place: &str) -> String {
    match place {
        "-" => "standard input".to_owned(),
        file => format!("the file {file}"),
    }
}

async fn read(place: &str) -> Result<String, Fault> {
    String::from_utf8(bytes(place).await?).map_err(|_| {
        Fault::usage(
            &format!("{} is not text", called(place)),
            "see whether it is the right file",
        )
    })
}

fn unreadable(place: &str, error: &io::Error) -> Fault {
    let code = if error.kind() == io::ErrorKind::NotFound {
        FailureCode::NotFound
    } else {
        FailureCode::Usage
    };
    Fault::Failed(Failure {
        code,
        message: format!(
            "{} cannot be read: {}",
            called(place),
            why_unreadable(error.kind())
        ),
        hint: "name a file that you can read, or - for standard input".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_final_newline_is_dropped_whichever_system_wrote_it() {
        for (text, line) in [
            ("s", "s"),
            ("s\n", "s"),
            ("s\r\n", "s"),
            ("s\n\n", "s\n"),
            ("s\r\n\r\n", "s\r\n"),
            ("s\r", "s\r"),
            ("\n", ""),
        ] {
            assert_eq!(without_final_newline(text), line, "{text:?}");
        }
    }
}
