use std::fmt;

use keybelt_contract::{AccountName, FailureCode, ProfileName};
use keybelt_vault::AccountSummary;

use crate::accounts::AccountsError;
use crate::keys::KeysTrouble;
use crate::registry::ResolveError;
use crate::trouble::{AnswerTrouble, VaultTrouble};

/// Why a grant is over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Over {
    /// The provider refused the refresh token (`invalid_grant`).
    Refused,
    /// It refused it after an answer was lost on the way (specs AF-37).
    AnswerLost,
    /// The token has expired and there is no refresh token.
    Expired,
    /// It ended before; this is what was said then.
    Earlier {
        /// What happened.
        message: String,
    },
}

/// The commands that link an account again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LinkAgain {
    account: AccountName,
    profile: ProfileName,
    /// Whether the new link can be told to be the same person's (specs W-27).
    is_known: bool,
}

impl LinkAgain {
    pub(crate) fn of(summary: &AccountSummary) -> Self {
        Self {
            account: summary.name.clone(),
            profile: summary.profile.clone(),
            is_known: summary.subject.is_some(),
        }
    }

    /// Whether one link is enough, so that the window's does it too.
    pub(crate) fn is_one_link(&self) -> bool {
        self.is_known
    }
}

/// As it can be copied into a terminal.
impl fmt::Display for LinkAgain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, profile, .. } = self;
        if !self.is_known {
            write!(formatter, "`keybelt unlink {account}`, then ")?;
        }
        write!(formatter, "`keybelt link {profile} --account {account}`")
    }
}

/// Why an account was not refreshed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RefreshError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// There is no refresh token, and the access token lives.
    #[error("not refreshable")]
    NotRefreshable,
    /// Tokens of OAuth 1 do not expire, and this provider gave no way to renew them.
    #[error("tokens of OAuth 1 are not renewed")]
    Lasting,
    /// Only linking again helps.
    #[error("the grant is over")]
    Over {
        /// Why.
        over: Over,
        /// What helps.
        again: LinkAgain,
    },
    /// The profile does not come to a client.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The profile leads elsewhere than where the grant was issued (specs MD-10, AF-38).
    #[error("the profile leads to {is} instead of {was}")]
    Moved {
        /// Where the grant was issued.
        was: String,
        /// Where the profile leads now.
        is: String,
    },
    /// The profile of an OAuth 1 account describes a client of OAuth 2 by now.
    #[error("{profile} speaks OAuth 1 no longer")]
    NoLongerOauth1 {
        /// The profile.
        profile: ProfileName,
    },
    /// PLAINTEXT would show the secrets (RFC 5849 §3.4.4).
    #[error("PLAINTEXT without TLS")]
    PlaintextUnprotected,
    /// The provider gave no tokens; the grant is untouched.
    #[error(transparent)]
    Answer(#[from] AnswerTrouble),
    /// The renewed ID token, or the userinfo, was refused; the rotated refresh token was kept (specs RF-05).
    #[error("refused at check {check}")]
    IdToken {
        /// `invalid_id_token` or `subject_mismatch`.
        code: FailureCode,
        /// The check.
        check: String,
        /// What was compared with what.
        detail: String,
        /// What helps.
        again: LinkAgain,
    },
    /// The issuer's keys cannot be had, so the renewed ID token could not be checked.
    #[error(transparent)]
    Keys(#[from] KeysTrouble),
    /// Another process made the request meanwhile, and this is its outcome.
    #[error("{message}")]
    Shared {
        /// What it came to.
        code: FailureCode,
        /// What happened.
        message: String,
        /// What helps where the grant is over.
        again: LinkAgain,
    },
    /// The vault could not be used.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

impl RefreshError {
    /// Whether a token that lives may be handed out all the same: it cannot be renewed, or not just now (exit code 6).
    pub(crate) fn leaves_the_token_usable(&self) -> bool {
        match self {
            Self::NotRefreshable | Self::Lasting => true,
            Self::Answer(trouble) => trouble.is_passing(),
            Self::Keys(trouble) => trouble.is_passing(),
            Self::Shared { code, .. } => code.exit() == 6,
            Self::Account(_)
            | Self::Over { .. }
            | Self::Resolve(_)
            | Self::Moved { .. }
            | Self::NoLongerOauth1 { .. }
            | Self::PlaintextUnprotected
            | Self::IdToken { .. }
            | Self::Vault(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_whose_person_is_not_known_makes_room_before_it_is_linked_again() {
        let again = |is_known| LinkAgain {
            account: AccountName::parse("work/1").unwrap(),
            profile: ProfileName::parse("work").unwrap(),
            is_known,
        };
        assert_eq!(again(true).to_string(), "`keybelt link work --account work/1`");
        assert_eq!(
            again(false).to_string(),
            "`keybelt unlink work/1`, then `keybelt link work --account work/1`"
        );
    }
}
