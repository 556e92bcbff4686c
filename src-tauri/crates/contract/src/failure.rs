use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! failure_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $exit:literal;)*) => {
        /// What went wrong, as programs tell it apart. Stable: see the exit codes in the README.
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
        #[serde(rename_all = "snake_case")]
        #[ts(export)]
        pub enum FailureCode { $($(#[$doc])* $variant,)* }

        impl FailureCode {
            /// Every code, in the order of their exit codes.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as it stands in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The exit code of the command line.
            pub fn exit(self) -> u8 {
                match self { $(Self::$variant => $exit,)* }
            }

            /// Reads a stored code.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

failure_codes! {
    /// A defect of ours.
    Internal = "internal", 1;
    /// The command or its options do not fit together.
    Usage = "usage", 2;
    /// A profile's settings are incomplete or contradict each other.
    InvalidProfile = "invalid_profile", 2;
    /// Nothing of that name.
    NotFound = "not_found", 2;
    /// Something of that name is there already.
    AlreadyExists = "already_exists", 2;
    /// The profile's redirect URI or this machine cannot do that route.
    RouteUnavailable = "route_unavailable", 2;
    /// The account has no refresh token.
    NotRefreshable = "not_refreshable", 2;
    /// The provider has nowhere to revoke.
    RevocationUnsupported = "revocation_unsupported", 2;
    /// The token is bound to a key and cannot be handed out.
    TokenBound = "token_bound", 2;
    /// The grant is over: link again.
    NeedsRelink = "needs_relink", 3;
    /// The person, or the provider for them, said no.
    AccessDenied = "access_denied", 4;
    /// The person stopped it.
    Cancelled = "cancelled", 4;
    /// Nobody answered in time.
    TimedOut = "timed_out", 4;
    /// The vault's key is not at hand.
    VaultLocked = "vault_locked", 5;
    /// That is not the passphrase.
    WrongPassphrase = "wrong_passphrase", 5;
    /// The keyring no longer holds the vault's key.
    KeyMissing = "key_missing", 5;
    /// The vault or a record in it is damaged.
    VaultDamaged = "vault_damaged", 5;
    /// Others can read the vault's files.
    VaultPermissions = "vault_permissions", 5;
    /// A newer Keybelt wrote this vault.
    VaultNewer = "vault_newer", 5;
    /// The vault cannot be written to.
    VaultReadOnly = "vault_read_only", 5;
    /// Another process did not let go of it in time.
    VaultBusy = "vault_busy", 5;
    /// No keyring answers.
    KeyringUnavailable = "keyring_unavailable", 5;
    /// No room on the disk.
    DiskFull = "disk_full", 5;
    /// The provider cannot be reached.
    Network = "network", 6;
    /// The provider says that it cannot answer now.
    ProviderUnavailable = "provider_unavailable", 6;
    /// The provider asked to wait.
    RateLimited = "rate_limited", 6;
    /// The provider refused the request or the client.
    ProviderError = "provider_error", 7;
    /// The provider answered outside its specification.
    InvalidResponse = "invalid_response", 7;
    /// The provider's metadata cannot be used.
    InvalidMetadata = "invalid_metadata", 7;
    /// A check of the ID token failed.
    InvalidIdToken = "invalid_id_token", 8;
    /// An answer that does not belong to this authorization.
    StateMismatch = "state_mismatch", 8;
    /// Another issuer than the expected one.
    IssuerMismatch = "issuer_mismatch", 8;
    /// Another person than the expected one.
    SubjectMismatch = "subject_mismatch", 8;
    /// An endpoint that is neither https nor loopback.
    InsecureEndpoint = "insecure_endpoint", 8;
}

/// What a face shows when something did not work: the code for programs, the words for people.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Failure {
    /// The stable code.
    pub code: FailureCode,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_the_same_everywhere() {
        for code in FailureCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(FailureCode::parse(code.as_str()), Some(*code));
        }
    }
}
