//! What a provider issued, of either protocol, until it lies in the vault.

use std::collections::BTreeSet;

use keybelt_primitives::{Secret, UnixSeconds};
use keybelt_protocol::oauth1::token_credentials::TokenCredentials;
use keybelt_protocol::oauth2::token_response::TokenSet;

/// Tokens with what was said about them. It has no `Debug`.
pub(super) struct Issued {
    pub(super) access_token: Secret<String>,
    /// OAuth 1's second half (RFC 5849 §2.3).
    pub(super) token_secret: Option<Secret<String>>,
    /// The refresh token; of OAuth 1, the session handle.
    pub(super) refresh_token: Option<Secret<String>>,
    pub(super) id_token: Option<Secret<String>>,
    pub(super) token_type: Option<String>,
    pub(super) expires_at: Option<UnixSeconds>,
    pub(super) grant_expires_at: Option<UnixSeconds>,
    pub(super) scopes: BTreeSet<String>,
    /// See [`TokenSet::may_be_cached`].
    pub(super) may_be_cached: bool,
}

impl From<TokenSet> for Issued {
    fn from(tokens: TokenSet) -> Self {
        Self {
            access_token: tokens.access_token,
            token_secret: None,
            refresh_token: tokens.refresh_token,
            id_token: tokens.id_token,
            token_type: Some(tokens.token_type),
            expires_at: tokens.expires_at,
            grant_expires_at: tokens.grant_expires_at,
            scopes: tokens.scopes,
            may_be_cached: tokens.may_be_cached,
        }
    }
}

impl From<TokenCredentials> for Issued {
    fn from(issued: TokenCredentials) -> Self {
        Self {
            access_token: issued.credentials.token,
            token_secret: Some(issued.credentials.secret),
            refresh_token: issued.session_handle,
            id_token: None,
            token_type: None,
            expires_at: issued.expires_at,
            grant_expires_at: issued.grant_expires_at,
            scopes: BTreeSet::new(),
            may_be_cached: false,
        }
    }
}
