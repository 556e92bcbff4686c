//! Causes that several use cases share: the vault, an exchange, the provider's answer.

use std::path::PathBuf;
use std::time::Duration;

use keybelt_vault::Part;

/// Why the vault could not be used. Nothing in it was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VaultTrouble {
    /// Its key is not at hand, and nobody can be asked for it.
    #[error("the vault is locked")]
    Locked,
    /// No vault is there, and neither is a way to keep a new one's key.
    #[error("there is no way to keep a vault's key")]
    NoKeySource,
    /// No vault is there.
    #[error("there is no vault")]
    Absent,
    /// A vault is there already.
    #[error("there is a vault already")]
    Exists,
    /// That is not the passphrase.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// What stands in the passphrase's file opens nothing here.
    #[error("wrong passphrase in {}", path.display())]
    WrongPassphraseFile {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase is empty or longer than anybody types.
    #[error("unfit passphrase")]
    UnfitPassphrase,
    /// The file that should hold the passphrase cannot be read.
    #[error("the passphrase file cannot be read")]
    PassphraseFile {
        /// The file.
        path: PathBuf,
    },
    /// The keyring no longer holds the key.
    #[error("the keyring has no key for this vault")]
    KeyMissing,
    /// The keyring's key is not this vault's.
    #[error("the keyring's key does not fit this vault")]
    WrongKey,
    /// No keyring answers, or it refused.
    #[error("no keyring answers")]
    KeyringUnavailable,
    /// The keyring is locked, and the person did not open it.
    #[error("the keyring stayed locked")]
    KeyringLocked,
    /// A record does not open; the others do.
    #[error("damaged: {what}")]
    Damaged {
        /// Which record or part of it.
        what: String,
        /// What kind of record.
        part: Part,
    },
    /// The file itself is not what it should be.
    #[error("damaged: {what}")]
    DamagedFile {
        /// Which part.
        what: String,
    },
    /// Others can read the files.
    #[error("others can read {}", path.display())]
    Permissions {
        /// The file or folder.
        path: PathBuf,
        /// The command that mends it.
        command: String,
    },
    /// A newer Keybelt wrote it.
    #[error("written by a newer version")]
    Newer,
    /// It cannot be written.
    #[error("read only")]
    ReadOnly,
    /// Another vault stands in its place, or none, since it was opened.
    #[error("moved or replaced")]
    Replaced,
    /// Another process did not let go in time.
    #[error("busy")]
    Busy,
    /// No room.
    #[error("disk full")]
    DiskFull,
    /// A file is where the home should be, or above it.
    #[error("{} is no folder", path.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
    },
    /// The disk takes nothing, for want of room or since it is broken.
    #[error("the disk takes nothing")]
    DiskFails,
    /// A defect of ours.
    #[error("defect: {0}")]
    Defect(String),
}

/// Why an exchange with a server came to nothing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ExchangeTrouble {
    /// No answer in time.
    #[error("{host} did not answer in time")]
    TimedOut {
        /// Who was asked.
        host: String,
    },
    /// No connection.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// Who was asked.
        host: String,
    },
    /// The connection ended before the answer was complete.
    #[error("{host} broke off")]
    Lost {
        /// Who was asked.
        host: String,
    },
    /// The certificate does not hold.
    #[error("no secure connection to {host}")]
    Tls {
        /// Who was asked.
        host: String,
    },
    /// More than is taken.
    #[error("{host} sent too much")]
    TooLarge {
        /// Who was asked.
        host: String,
    },
    /// A redirect where none is followed, or to where none may go.
    #[error("{host} redirected where it may not")]
    Redirect {
        /// Who was asked.
        host: String,
    },
    /// Within a `Retry-After` that was given before: nothing was sent (RFC 9110 §10.2.3).
    #[error("{host} asked to wait")]
    AskedToWait {
        /// Who asked.
        host: String,
        /// How much longer.
        wait: Duration,
    },
    /// Something else than HTTP.
    #[error("{host} did not speak HTTP")]
    Garbled {
        /// Who was asked.
        host: String,
    },
    /// Keybelt could not make the request.
    #[error("defect: {0}")]
    Defect(String),
}

impl ExchangeTrouble {
    /// Whether the request may have arrived, so that its answer is lost (specs AF-37).
    pub(crate) fn may_have_arrived(&self) -> bool {
        !matches!(
            self,
            Self::Unreachable { .. } | Self::Tls { .. } | Self::AskedToWait { .. } | Self::Defect(_)
        )
    }

    /// Whether trying again later can help.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::TimedOut { .. }
                | Self::Unreachable { .. }
                | Self::Lost { .. }
                | Self::Tls { .. }
                | Self::AskedToWait { .. }
        )
    }
}

/// What the provider answered instead of what was asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnswerTrouble {
    /// The exchange itself failed.
    #[error(transparent)]
    Exchange(#[from] ExchangeTrouble),
    /// An OAuth error (RFC 6749 §5.2); the texts are made visible and clipped.
    #[error("the provider refused: {code}")]
    Refused {
        /// The error code.
        code: String,
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The provider does not know the client, or not by this secret.
    #[error("the provider refused the client: {code}")]
    ClientRefused {
        /// `invalid_client` or `unauthorized_client`.
        code: String,
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The provider does not take the signature, or does not know who signed (RFC 5849 §3.2).
    #[error("the provider refused the signature: {code}")]
    SignatureRefused {
        /// In the provider's words; the status where it has none.
        code: String,
        /// What the provider says about it.
        description: Option<String>,
    },
    /// 5xx, or a firewall's page.
    #[error("the provider cannot answer now ({status})")]
    Unavailable {
        /// The status code.
        status: u16,
        /// How long it asked to wait, if it did.
        wait: Option<Duration>,
    },
    /// 429, or within a `Retry-After` that was given before (RFC 9110 §10.2.3).
    #[error("the provider asked to wait")]
    RateLimited {
        /// How much longer.
        wait: Duration,
    },
    /// Outside its specification.
    #[error("invalid response: {detail}")]
    Invalid {
        /// What is wrong, nothing secret in it.
        detail: String,
    },
}

impl AnswerTrouble {
    /// Whether trying again later can help: exit code 6.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Exchange(trouble) => trouble.is_passing(),
            Self::Unavailable { .. } | Self::RateLimited { .. } => true,
            Self::Refused { .. }
            | Self::ClientRefused { .. }
            | Self::SignatureRefused { .. }
            | Self::Invalid { .. } => false,
        }
    }

    /// How long the provider asked to be left alone (RFC 9110 §10.2.3).
    pub(crate) fn asked_to_wait(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { wait } => Some(*wait),
            Self::Unavailable { wait, .. } => *wait,
            Self::Exchange(_)
            | Self::Refused { .. }
            | Self::ClientRefused { .. }
            | Self::SignatureRefused { .. }
            | Self::Invalid { .. } => None,
        }
    }
}
