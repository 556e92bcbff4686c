//! What comes in by file or standard input: bounded, one `-` a command.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use keybelt_contract::{Failure, FailureCode};
use keybelt_primitives::Secret;

use crate::fault::Fault;

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

/// A secret from a file or `-`; one final newline is dropped.
pub fn secret(place: &str) -> Result<Secret<String>, Fault> {
    let mut text = read(place)?;
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(Secret::new(text))
}

/// Bytes from a file or `-`.
pub fn bytes(place: &str) -> Result<Vec<u8>, Fault> {
    bytes_up_to(place, LIMIT)
}

/// Bytes from a file or `-`, at most so many.
pub fn bytes_up_to(place: &str, limit: usize) -> Result<Vec<u8>, Fault> {
    let source: Box<dyn Read> = if place == "-" {
        take_standard_input()?;
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
            &format!("the file {place} is larger than {} MiB", limit >> 20),
            "see whether it is the right file",
        ));
    }
    Ok(bytes)
}

fn read(place: &str) -> Result<String, Fault> {
    String::from_utf8(bytes(place)?).map_err(|_| {
        Fault::usage(
            &format!("the file {place} is not text"),
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
        message: format!("the file {place} cannot be read: {error}"),
        hint: "name a file that you can read, or - for standard input".to_owned(),
    })
}
