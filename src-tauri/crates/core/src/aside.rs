use std::path::PathBuf;

use keybelt_contract::{Failure, KeySource};

/// Something that the person should know although what they asked for is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Aside {
    /// The first command that writes made the vault.
    VaultMade {
        /// Its file.
        path: PathBuf,
        /// What its key is kept by.
        key_source: KeySource,
    },
    /// The token that was handed over could not be renewed just now.
    NotRenewed {
        /// Why not.
        failure: Failure,
        /// How long it still lives, in seconds; `None`: nobody said.
        left: Option<i64>,
    },
    /// It was renewed, and still lives for less time than was asked for.
    ShortLived {
        /// How long it lives, in seconds.
        left: i64,
    },
    /// These variables stand beside the imported ones, and name no setting.
    NotImported {
        /// Their names.
        variables: Vec<String>,
    },
    /// What the practice provider had kept was damaged, so that it begins anew.
    PracticeAnew,
    /// The trace that was asked for is not whole.
    TraceBroken {
        /// Why not.
        failure: Failure,
    },
}

/// How a face tells the person such things.
pub type TellAside = dyn Fn(Aside) + Send + Sync;
