//! The document that is being imported: it holds secrets, so it stays here while the person looks at its preview.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keybelt_contract::{Failure, FailureCode, ImportMend};
use keybelt_primitives::Secret;

/// A document with the corrections made so far.
pub struct Held {
    /// The document.
    pub text: Secret<String>,
    /// The corrections, in their order.
    pub mends: Vec<ImportMend>,
}

/// At most one document at a time. What is let go of is wiped.
#[derive(Default)]
pub struct Imports(Mutex<Option<Held>>);

impl Imports {
    /// Keeps a document in place of the one before.
    pub fn hold(&self, held: Held) {
        *self.lock() = Some(held);
    }

    /// Takes the document out.
    pub fn take(&self) -> Result<Held, Failure> {
        self.lock().take().ok_or_else(gone)
    }

    /// Lets go of the document.
    pub fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gone() -> Failure {
    Failure {
        code: FailureCode::NotFound,
        message: "The document is no longer at hand.".to_owned(),
        hint: "Paste it once more, or open the file again. Nothing was imported.".to_owned(),
    }
}
