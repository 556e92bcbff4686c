//! The only way to an access token: fresh from the vault, or refreshed first, and never before the ledger has its line.

use keybelt_contract::{AccountName, Protocol};
use keybelt_primitives::{UnixMillis, UnixSeconds};
use keybelt_protocol::handover::GrantError;
/// What was handed over.
pub use keybelt_protocol::handover::{BearerToken, Grant, TokenPair};
use keybelt_vault::{AccountSummary, LedgerLine, Part, Tokens};

use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::aside::Aside;
use crate::refresh::{self, RefreshError};
use crate::trouble::VaultTrouble;

/// Less life than this, and the token is refreshed first, unless asked otherwise; in seconds.
pub const MIN_TTL: u64 = 60;

/// What is asked of a token, and for whom.
#[derive(Clone, Debug)]
pub struct TokenWanted {
    /// The least life left, in seconds.
    pub min_ttl: u64,
    /// Refresh it although it lives.
    pub force_refresh: bool,
    /// A token that anyone obtained since then is taken as it is; unsaid, it is since this is asked.
    pub since: Option<UnixMillis>,
    /// Who gets it: a program's name, `stdout`, `clipboard`.
    pub receiver: String,
    /// How: `token`, `export:env`, `exec`, `copy`.
    pub via: String,
    /// Whether it has to do without a secret beside it, which a token of OAuth 1 cannot.
    pub alone: bool,
}

impl TokenWanted {
    /// A token with the usual life left.
    pub fn for_receiver(receiver: impl Into<String>, via: impl Into<String>) -> Self {
        Self {
            min_ttl: MIN_TTL,
            force_refresh: false,
            since: None,
            receiver: receiver.into(),
            via: via.into(),
            alone: false,
        }
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// It had to be refreshed, and was not.
    #[error(transparent)]
    Refresh(#[from] RefreshError),
    /// It is of OAuth 1, and of no use without its secret.
    #[error("{account} has a token of OAuth 1")]
    Oauth1 {
        /// The account.
        account: AccountName,
    },
    /// The ledger could not be written, so nothing was handed out.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// A token with enough life, its receiver named in the ledger. One of OAuth 1 is refused: it goes with its secret.
pub async fn fresh(
    keybelt: &Keybelt,
    account: &AccountName,
    wanted: TokenWanted,
) -> Result<BearerToken, TokenError> {
    let wanted = TokenWanted {
        alone: true,
        ..wanted
    };
    match grant(keybelt, account, wanted).await? {
        Grant::Bearer(token) => Ok(token),
        Grant::Oauth1(_) => Err(TokenError::Oauth1 {
            account: account.clone(),
        }),
    }
}

/// A token with enough life, or both halves of one of OAuth 1, the receiver named in the ledger.
pub async fn grant(
    keybelt: &Keybelt,
    account: &AccountName,
    wanted: TokenWanted,
) -> Result<Grant, TokenError> {
    let (summary, tokens) = hand_over(keybelt, account, wanted).await?;
    granted(&summary, &tokens).map_err(|_| {
        VaultTrouble::Damaged {
            what: format!("the token of {account}"),
            part: Part::Account,
        }
        .into()
    })
}

/// The account's token as it is handed over, or both halves of one of OAuth 1.
pub(crate) fn granted(summary: &AccountSummary, tokens: &Tokens) -> Result<Grant, GrantError> {
    let token = tokens.access_token.duplicate();
    match &tokens.token_secret {
        Some(secret) => TokenPair::new(token, secret.duplicate()).map(Grant::Oauth1),
        None => BearerToken::new(
            token,
            summary.token_type.clone().unwrap_or_default(),
            summary.expires_at,
            summary.scopes.iter().cloned().collect(),
        )
        .map(Grant::Bearer),
    }
}

/// The account with tokens that have enough life, their receiver named in the ledger.
pub(crate) async fn hand_over(
    keybelt: &Keybelt,
    account: &AccountName,
    wanted: TokenWanted,
) -> Result<(AccountSummary, Tokens), TokenError> {
    let began = keybelt.now_millis();
    let (vault, summary) = accounts::one(keybelt, account).await?;
    if wanted.alone && summary.protocol == Protocol::Oauth1 {
        return Err(TokenError::Oauth1 {
            account: account.clone(),
        });
    }
    let summary = with_good_token(keybelt, summary, &wanted, began).await?;
    let line = LedgerLine::handed_over(account, &wanted.receiver, &wanted.via, keybelt.now());
    let id = summary.id;
    let handed = keybelt
        .door()
        .run(&vault, move |vault| vault.hand_over(id, line))
        .await?;
    let Some(handed) = handed else {
        return Err(accounts::absent(keybelt, &vault, account).await.into());
    };
    keybelt.changed().await;
    Ok(handed)
}

/// Whether the token in hand is what was asked for.
fn is_good_enough(
    summary: &AccountSummary,
    wanted: &TokenWanted,
    since: UnixMillis,
    now: UnixSeconds,
) -> bool {
    let ahead = summary.obtained_at.seconds().since(now);
    if summary.obtained_at >= since && ahead <= 0 {
        return true;
    }
    if accounts::is_of_wrong_clock(summary, now) {
        return false;
    }
    if wanted.force_refresh {
        return false;
    }
    left(summary, now).is_none_or(|left| left >= least(wanted) && left > 0)
}

/// The least life that is asked for, in seconds.
fn least(wanted: &TokenWanted) -> i64 {
    i64::try_from(wanted.min_ttl).unwrap_or(i64::MAX)
}

/// How long the access token still lives, in seconds; `None`: nobody said.
fn left(summary: &AccountSummary, now: UnixSeconds) -> Option<i64> {
    Some(summary.expires_at?.since(now))
}

/// The account, its token renewed where it has less than the usual life left and can be.
pub(crate) async fn lively(keybelt: &Keybelt, summary: AccountSummary) -> Result<AccountSummary, TokenError> {
    let wanted = TokenWanted::for_receiver("", "");
    with_good_token(keybelt, summary, &wanted, keybelt.now_millis()).await
}

/// The account, its token renewed where it is not what was asked for.
async fn with_good_token(
    keybelt: &Keybelt,
    summary: AccountSummary,
    wanted: &TokenWanted,
    began: UnixMillis,
) -> Result<AccountSummary, TokenError> {
    let since = wanted.since.unwrap_or(began);
    if is_good_enough(&summary, wanted, since, keybelt.now()) {
        return Ok(summary);
    }
    renewed(keybelt, summary, wanted, began).await
}

/// The account with a renewed token; or with the one in hand, where that lives and cannot be renewed, or not just now.
async fn renewed(
    keybelt: &Keybelt,
    summary: AccountSummary,
    wanted: &TokenWanted,
    began: UnixMillis,
) -> Result<AccountSummary, TokenError> {
    let lives = summary.expires_at.is_none_or(|end| end > keybelt.now());
    match refresh::renew(keybelt, &summary, began).await {
        Ok(renewed) => {
            // The usual least life is nobody's wish: a provider whose tokens live for less is no news then.
            let short = left(&renewed, keybelt.now()).filter(|left| *left < least(wanted));
            if let (Some(left), true) = (short, wanted.min_ttl > MIN_TTL) {
                keybelt.tell(Aside::ShortLived { left });
            }
            Ok(renewed)
        }
        Err(error) if lives && !wanted.force_refresh && error.leaves_the_token_usable() => {
            let left = left(&summary, keybelt.now());
            keybelt.tell(Aside::NotRenewed {
                failure: error.into(),
                left,
            });
            Ok(summary)
        }
        Err(error) => Err(error.into()),
    }
}
