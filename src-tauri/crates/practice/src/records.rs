use serde::{Deserialize, Serialize};

use crate::grants::Grants;
use crate::notes::Notes;
use crate::oauth1::{Credentials, RegisteredKey};

/// Everything that requests change, and that outlives a restart. What an older state lacks is empty.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Records {
    /// OAuth 2.
    pub(crate) grants: Grants,
    /// OAuth 1.
    #[serde(default)]
    pub(crate) credentials: Credentials,
    /// The public key of the client that signs by RSA.
    #[serde(default)]
    pub(crate) rsa_key: Option<RegisteredKey>,
    #[serde(default)]
    pub(crate) notes: Notes,
}
