//! What is kept of an account, in three sealed parts: the summary that every list opens, tokens, evidence.

use keybelt_contract::{AccountName, CheckRecord, FailureCode, LastError, ProfileName, Protocol};
use keybelt_primitives::{Secret, UnixMillis, UnixSeconds};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::{LedgerLine, VaultError, stored};

/// What is shown of an account, and what its next refresh depends on. No secrets.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct AccountSummary {
    /// The row; never used again for another account. 0 before the account is in the vault.
    #[serde(skip)]
    pub id: i64,
    /// Its name.
    pub name: AccountName,
    /// The profile's row.
    pub profile_id: i64,
    /// The profile's name.
    pub profile: ProfileName,
    /// The catalogue's id of the provider.
    pub provider: Option<String>,
    /// The protocol it was linked by.
    pub protocol: Protocol,
    /// The issuer, as the server writes it.
    pub issuer: Option<String>,
    /// The verified subject, or the provider's own id.
    pub subject: Option<String>,
    /// What the person is called there.
    pub display_name: Option<String>,
    /// E-mail as claimed; never an identity.
    pub email: Option<String>,
    /// Address of a picture.
    pub picture: Option<String>,
    /// The granted scopes, sorted.
    pub scopes: Vec<String>,
    /// `Bearer` and kin; OAuth 1 has none.
    pub token_type: Option<String>,
    /// When it was linked.
    pub linked_at: UnixSeconds,
    /// When the tokens in hand were obtained.
    pub obtained_at: UnixMillis,
    /// When the access token stops working; `None`: the provider does not say.
    pub expires_at: Option<UnixSeconds>,
    /// Whether there is a refresh token, or a session handle.
    pub refreshable: bool,
    /// Whether there is an ID token.
    pub has_id_token: bool,
    /// When the grant itself ends, where somebody says so.
    pub grant_expires_at: Option<UnixSeconds>,
    /// Who says so.
    pub grant_expiry_source: Option<String>,
    /// Whether the grant is over.
    pub needs_relink: bool,
    /// Failed refreshes since the last good one.
    pub failures: u32,
    /// The provider asked not to be asked before (RFC 9110 §10.2.3).
    pub not_before: Option<UnixSeconds>,
    /// What did not work last.
    pub last_error: Option<LastError>,
    /// How the attempts to refresh it stand.
    pub refresh: RefreshState,
    /// The number of the update that brought the access token in hand; 0: the link did. The vault sees to it.
    #[serde(default)]
    pub token_seq: i64,
    /// The provider's answer with these tokens did not keep caches from storing it (specs AF-32).
    #[serde(default)]
    pub may_be_cached: bool,
}

/// Which attempt at a refresh was the last, what it came to, and whether one is under way or was lost.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct RefreshState {
    /// How many attempts have ended. Whoever waited for the lease sees by it that one ended meanwhile.
    pub number: u64,
    /// When the last one ended.
    pub finished_at: Option<UnixMillis>,
    /// What went wrong in the last one; `None`: it was good, or there was none.
    pub failed: Option<RefreshFailure>,
    /// The mark: a request that may rotate was sent then, and no outcome was written since (specs AF-37).
    pub sent_at: Option<UnixMillis>,
    /// An answer was lost, and none came since: the refresh token in hand may be spent.
    pub answer_lost: bool,
}

/// What went wrong, for those who waited.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RefreshFailure {
    /// The stable code.
    pub code: FailureCode,
    /// What happened, for people.
    pub message: String,
}

impl RefreshState {
    /// A request is about to be sent. A mark that is still there was left by somebody who died on the way.
    pub fn begin(&mut self, sent_at: UnixMillis) {
        self.answer_lost |= self.sent_at.is_some();
        self.sent_at = Some(sent_at);
    }

    /// An attempt ends before it sends anything: what an earlier process sent has still no answer.
    pub fn sends_nothing(&mut self) {
        self.answer_lost |= self.sent_at.is_some();
    }

    /// The attempt ended with an answer, or before anything was sent.
    pub fn finish(&mut self, at: UnixMillis, failed: Option<RefreshFailure>) {
        self.number = self.number.saturating_add(1);
        self.finished_at = Some(at);
        self.sent_at = None;
        self.answer_lost &= failed.is_some();
        self.failed = failed;
    }

    /// The attempt ended without the answer it may have had.
    pub fn lose(&mut self, at: UnixMillis, failed: RefreshFailure) {
        self.finish(at, Some(failed));
        self.answer_lost = true;
    }
}

/// The tokens of an account.
pub struct Tokens {
    /// The access token; of OAuth 1, `oauth_token` (RFC 5849 §2.3).
    pub access_token: Secret<String>,
    /// `oauth_token_secret`, which OAuth 1 alone has.
    pub token_secret: Option<Secret<String>>,
    /// The refresh token; of OAuth 1, `oauth_session_handle`.
    pub refresh_token: Option<Secret<String>>,
    /// The ID token.
    pub id_token: Option<Secret<String>>,
    /// Where they were issued; they are sent nowhere else.
    pub issued_at: IssuedAt,
}

/// Where tokens were issued.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct IssuedAt {
    /// The issuer, where one is known.
    pub issuer: Option<String>,
    /// The token endpoint.
    pub token_endpoint: String,
    /// Where the refresh token goes, if that is elsewhere. Accounts from before there was such a thing have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_endpoint: Option<String>,
    /// The client.
    pub client_id: String,
}

/// What the identity rests on. Claims are kept as they were verified.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Evidence {
    /// The ID token's header.
    pub header: Option<Map<String, Value>>,
    /// Its claims.
    pub claims: Option<Map<String, Value>>,
    /// What the userinfo endpoint said.
    pub userinfo: Option<Map<String, Value>>,
    /// The checks, in their order; empty without an ID token.
    pub checks: Vec<CheckRecord>,
    /// When they were made; unknown where an earlier version kept them.
    #[serde(default)]
    pub checked_at: Option<UnixSeconds>,
}

/// An account whole.
pub struct AccountRecord {
    /// What is shown.
    pub summary: AccountSummary,
    /// The tokens.
    pub tokens: Tokens,
    /// The evidence.
    pub evidence: Evidence,
}

/// What one write does to an account. What is `None` stays as it is.
#[derive(Clone, Copy)]
pub struct AccountChange<'a> {
    /// The new summary. Name and profile stay as they are stored: a rename meanwhile is not undone.
    pub summary: &'a AccountSummary,
    /// New tokens.
    pub tokens: Option<&'a Tokens>,
    /// New evidence.
    pub evidence: Option<&'a Evidence>,
    /// The ledger's line about it.
    pub line: Option<&'a LedgerLine>,
}

#[derive(Serialize)]
struct TokensOut<'a> {
    access_token: &'a str,
    token_secret: Option<&'a str>,
    refresh_token: Option<&'a str>,
    id_token: Option<&'a str>,
    issued_at: &'a IssuedAt,
}

#[derive(Deserialize)]
struct TokensIn {
    access_token: String,
    /// Versions that knew OAuth 2 only wrote none.
    #[serde(default)]
    token_secret: Option<String>,
    refresh_token: Option<String>,
    id_token: Option<String>,
    issued_at: IssuedAt,
}

impl Tokens {
    #[expect(
        clippy::disallowed_methods,
        reason = "the tokens are written into the buffer that is sealed"
    )]
    pub(crate) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        stored::to_bytes(&TokensOut {
            access_token: self.access_token.expose(),
            token_secret: self.token_secret.as_ref().map(|secret| secret.expose().as_str()),
            refresh_token: self.refresh_token.as_ref().map(|token| token.expose().as_str()),
            id_token: self.id_token.as_ref().map(|token| token.expose().as_str()),
            issued_at: &self.issued_at,
        })
    }

    pub(crate) fn from_bytes(bytes: &Secret<Vec<u8>>) -> Option<Self> {
        let read: TokensIn = stored::from_bytes(bytes)?;
        Some(Self {
            access_token: Secret::new(read.access_token),
            token_secret: read.token_secret.map(Secret::new),
            refresh_token: read.refresh_token.map(Secret::new),
            id_token: read.id_token.map(Secret::new),
            issued_at: read.issued_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> RefreshFailure {
        RefreshFailure {
            code: FailureCode::Network,
            message: "No answer.".to_owned(),
        }
    }

    #[test]
    fn a_mark_that_nobody_cleared_means_a_lost_answer() {
        let mut state = RefreshState::default();
        state.begin(UnixMillis(1));
        assert!(!state.answer_lost);
        state.begin(UnixMillis(2));
        assert!(state.answer_lost);
        state.finish(UnixMillis(3), Some(failure()));
        assert!(state.answer_lost && state.sent_at.is_none());
        state.begin(UnixMillis(4));
        state.finish(UnixMillis(5), None);
        assert_eq!(
            state,
            RefreshState {
                number: 2,
                finished_at: Some(UnixMillis(5)),
                ..RefreshState::default()
            }
        );
    }

    #[test]
    fn an_attempt_that_sends_nothing_does_not_answer_for_the_one_before() {
        let mut state = RefreshState::default();
        state.begin(UnixMillis(1));
        // The process was killed; the next one fails before it sends.
        state.sends_nothing();
        state.finish(UnixMillis(2), Some(failure()));
        assert!(state.answer_lost);
        let mut unsent = RefreshState::default();
        unsent.sends_nothing();
        unsent.finish(UnixMillis(2), Some(failure()));
        assert!(!unsent.answer_lost);
    }

    #[test]
    fn a_lost_answer_is_remembered_until_one_comes() {
        let mut state = RefreshState::default();
        state.begin(UnixMillis(1));
        state.lose(UnixMillis(2), failure());
        assert!(state.answer_lost && state.failed.is_some() && state.number == 1);
    }
}
