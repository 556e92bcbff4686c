//! Every cause of failure in words, once: the code for programs, what happened, what to do next.
//!
//! No arm is `_`: a new cause does not compile until somebody has found words for it.

mod accounts;
mod linking;
mod outputs;
mod profiles;
mod provider;
mod requests;
mod tokens;
mod vault;
mod vault_keys;

pub(crate) use vault::{MEND_FILE, mend};

use keybelt_contract::{Failure, FailureCode};
use keybelt_primitives::text::{clipped, visible};

/// The longest text of a provider that is shown, in characters.
const PROVIDER_TEXT: usize = 300;

pub(crate) fn failure(code: FailureCode, message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure {
        code,
        message: message.into(),
        hint: hint.into(),
    }
}

/// A defect of ours: what it was goes to the log, where it helps, not to the person.
pub(crate) fn defect(what: &str) -> Failure {
    tracing::error!(what, "defect");
    failure(
        FailureCode::Internal,
        "Something went wrong inside Keybelt.",
        "Try again. If it happens once more, report it with what you did.",
    )
}

/// Text from a provider, safe to look at and of bounded length.
pub(crate) fn provider_text(text: &str) -> String {
    visible(&clipped(text, PROVIDER_TEXT))
}
