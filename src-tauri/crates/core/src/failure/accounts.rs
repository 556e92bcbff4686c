use keybelt_contract::{AccountName, Failure, FailureCode as Code};
use keybelt_primitives::EndpointError;

use super::{failure, provider_text};
use crate::account_for::AccountForError;
use crate::accounts::AccountsError;
use crate::desktop::{DesktopError, HandOverLinkError};
use crate::rename::RenameError;
use crate::unlink::UnlinkError;
use crate::updates::WatchError;

impl From<AccountsError> for Failure {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::NotFound { name, nearest } => failure(
                Code::NotFound,
                format!("There is no account {name}."),
                match nearest {
                    Some(near) => format!("Did you mean {near}?"),
                    None => "`keybelt list` shows those that are there.".to_owned(),
                },
            ),
            AccountsError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<AccountForError> for Failure {
    fn from(error: AccountForError) -> Self {
        match error {
            AccountForError::Address(problem) => failure(
                match problem {
                    EndpointError::Insecure => Code::InsecureEndpoint,
                    EndpointError::NotAbsolute
                    | EndpointError::UserInfo
                    | EndpointError::Fragment
                    | EndpointError::TooLong => Code::Usage,
                },
                format!("No token goes to that address: {problem}."),
                "Write it as it would be asked for: https://HOST/PATH.",
            ),
            AccountForError::None { host } => failure(
                Code::NotFound,
                format!("No account's profile has {}.", provider_text(&host)),
                "Set `api_base_url` or `hosts` in the profile whose API it is, or name the account.",
            ),
            AccountForError::Several { host, accounts } => failure(
                Code::Usage,
                format!(
                    "{} belongs to several accounts: {}.",
                    provider_text(&host),
                    accounts
                        .iter()
                        .map(AccountName::as_str)
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                "Name the one that is meant instead of the address.",
            ),
            AccountForError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<RenameError> for Failure {
    fn from(error: RenameError) -> Self {
        match error {
            RenameError::Account(error) => error.into(),
            RenameError::Taken(name) => failure(
                Code::AlreadyExists,
                format!("There is an account {name} already."),
                "Choose another name. Nothing was changed.",
            ),
        }
    }
}

impl From<WatchError> for Failure {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::Account(error) => error.into(),
            WatchError::Ahead { since, last } => failure(
                Code::Usage,
                format!("There is no update {since} yet; the newest number is {last}."),
                "Was that number another vault's? Without --since only what comes from now on is told; --since 0 tells everything.",
            ),
            WatchError::Unlinked(name) => failure(
                Code::NotFound,
                format!("Account {name} was unlinked, so no more updates come."),
                "Link it again, or watch all accounts.",
            ),
        }
    }
}

impl From<UnlinkError> for Failure {
    fn from(error: UnlinkError) -> Self {
        match error {
            UnlinkError::Account(error) => error.into(),
            UnlinkError::Unsupported => failure(
                Code::RevocationUnsupported,
                "This provider has nowhere to revoke a grant.",
                "Take the access back in your account at the provider, then unlink without --revoke. The account was kept.",
            ),
            UnlinkError::Resolve(error) => error.into(),
            UnlinkError::NotRevoked(trouble) => {
                let Failure { code, message, hint } = trouble.into();
                failure(
                    code,
                    format!("Not revoked, so the account was kept. {message}"),
                    hint,
                )
            }
            UnlinkError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<DesktopError> for Failure {
    fn from(error: DesktopError) -> Self {
        match error {
            DesktopError::Unsafe(what) => failure(
                Code::VaultPermissions,
                format!("Keybelt's folder holds something that is not yours: {what}."),
                "Look who put it there and remove it, or choose another folder with --home.",
            ),
            DesktopError::Unavailable(what) => failure(
                Code::RouteUnavailable,
                format!("Keybelt's folder takes no socket: {what}."),
                "Choose another folder with --home, on a local disk and with a shorter path.",
            ),
        }
    }
}

impl From<HandOverLinkError> for Failure {
    fn from(error: HandOverLinkError) -> Self {
        match error {
            HandOverLinkError::Face(error) => error.into(),
            HandOverLinkError::Gone => failure(
                Code::Cancelled,
                "The desktop program ended before the link did.",
                "Nothing was stored. Start the link again.",
            ),
            HandOverLinkError::Failed(failure) => failure,
        }
    }
}
