//! The trace of a link: a file to which each exchange is written as it ends, with every secret replaced by its length.
//!
//! Owns: the file, its lines (JSON Lines), and what is known to be secret by now.
//! Never: what an exchange means. Which names hold secrets, `protocol::secret_names` says.
//! Start at: [`Trace::create`].

mod loose;
mod redaction;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keybelt_contract::{Failure, LinkRequest};
use keybelt_net::{Exchange, Observer, Trouble};
use keybelt_primitives::text::why_unwritable;
use keybelt_primitives::{Secret, UnixSeconds};
use serde_json::{Value, json};

use crate::link::{LinkError, Linked};
use crate::new_file::new_file;
use redaction::Redaction;

/// Why nothing more is written to a trace.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TraceError {
    /// A file of that name is there already.
    #[error("{} is there already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("{}: {cause}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// No room.
    #[error("disk full")]
    DiskFull,
}

impl TraceError {
    fn of(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists { path },
            io::ErrorKind::StorageFull => Self::DiskFull,
            kind => Self::Unwritable {
                path,
                cause: why_unwritable(kind),
            },
        }
    }
}

/// A file that tells what a link sent and what came back. Each line is on the disk before the link goes on.
pub struct Trace {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    file: File,
    redaction: Redaction,
    trouble: Option<TraceError>,
}

impl Trace {
    /// Makes the file, which only its owner can read. What is there already is left alone, and no link is followed.
    ///
    /// # Errors
    /// Something of that name is there, or the file cannot be made.
    pub fn create(path: &Path) -> Result<Self, TraceError> {
        let made = new_file(path).and_then(|file| sync_folder(path).map(|()| file));
        let file = made.map_err(|error| TraceError::of(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                redaction: Redaction::default(),
                trouble: None,
            }),
        })
    }

    /// Why the trace is not whole.
    pub(crate) fn trouble(&self) -> Option<TraceError> {
        self.state().trouble.clone()
    }

    /// Has a secret replaced wherever it occurs from now on.
    pub(crate) fn know(&self, secret: &Secret<String>) {
        self.state().redaction.know(secret.duplicate());
    }

    /// A link begins.
    pub(crate) fn begun(&self, request: &LinkRequest, now: UnixSeconds) {
        self.write(|_| {
            json!({
                "event": "begun",
                "at": now,
                "keybelt": env!("CARGO_PKG_VERSION"),
                "profile": request.profile,
                "via": request.route,
                "scope": request.scope,
            })
        });
    }

    /// The person is sent to an address.
    pub(crate) fn sent_to(&self, url: &str, redirect_uri: &str, now: UnixSeconds) {
        self.write(|redaction| {
            json!({
                "event": "authorization_request",
                "at": now,
                "url": redaction.address(url),
                "redirect_uri": redaction.address(redirect_uri),
            })
        });
    }

    /// The person came back, with these parameters.
    pub(crate) fn came_back<'a>(
        &self,
        parameters: impl Iterator<Item = (&'a str, &'a Secret<String>)>,
        now: UnixSeconds,
    ) {
        self.write(|redaction| {
            let parameters: Vec<_> = parameters
                .map(|(name, value)| json!([name, redaction.parameter(name, value)]))
                .collect();
            json!({ "event": "authorization_response", "at": now, "parameters": parameters })
        });
    }

    /// The link has ended.
    pub(crate) fn ended(&self, outcome: &Result<Linked, LinkError>, now: UnixSeconds) {
        self.write(|_| match outcome {
            Ok(linked) => json!({ "event": "linked", "at": now, "account": linked.account.name }),
            Err(error) => json!({ "event": "failed", "at": now, "error": Failure::from(error.clone()) }),
        });
    }

    /// Writes a line, durable when this returns. After a line that could not be written, none follows.
    fn write(&self, line: impl FnOnce(&mut Redaction) -> Value) {
        let mut state = self.state();
        if state.trouble.is_some() {
            return;
        }
        let line = line(&mut state.redaction);
        let mut text = state.redaction.without_what_is_known(line).to_string();
        text.push('\n');
        let written = state.file.write_all(text.as_bytes());
        // On this very thread: the next exchange must not overtake the line about this one.
        if let Err(error) = written.and_then(|()| state.file.sync_data()) {
            state.trouble = Some(TraceError::of(&self.path, &error));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Trace {
    fn saw(&self, exchange: &Exchange<'_>) {
        self.write(|redaction| {
            let error = exchange.trouble.as_ref().map(|trouble| match trouble {
                Trouble::Failed(error) => error.to_string(),
                Trouble::Abandoned => "nobody waited for the answer any longer".to_owned(),
            });
            // The request first: what is secret in it may come again in the answer.
            let request = json!({
                "method": exchange.method.as_str(),
                "url": redaction.address(exchange.url.url().as_str()),
                "headers": redaction.headers(exchange.headers),
                "body": redaction.body(exchange.headers, exchange.body),
                "body_bytes": exchange.body.map(Secret::<Vec<u8>>::len),
            });
            let answer = exchange.answer.as_ref().map(|answer| {
                json!({
                    "status": answer.status,
                    "headers": redaction.headers(answer.headers),
                    "body": redaction.body(answer.headers, answer.body),
                    "body_bytes": answer.body.map(Secret::<Vec<u8>>::len),
                })
            });
            json!({
                "event": "exchange",
                "at": exchange.sent_at.seconds(),
                "took_ms": u64::try_from(exchange.took.as_millis()).unwrap_or(u64::MAX),
                "request": request,
                "answer": answer,
                "error": error,
            })
        });
    }
}

/// Makes the file's name as durable as its lines.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
