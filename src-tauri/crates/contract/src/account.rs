use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::{AccountName, CheckRecord, Failure, FailureCode, ProfileName, UsedBy};

/// Which protocol an account was linked by.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Protocol {
    /// OAuth 1.0a (RFC 5849).
    Oauth1,
    /// OAuth 2.0 (RFC 6749).
    Oauth2,
    /// OpenID Connect Core 1.0.
    Oidc,
}

/// How an account stands, decided in one place: `core`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Status {
    /// The grant is over.
    NeedsRelink,
    /// The last refresh failed and will be tried again.
    Retrying,
    /// Past `expires_at`.
    Expired,
    /// Under 60 s left, or under 7 days and not refreshable.
    Expiring,
    /// All is well, also where the expiry is unknown.
    Fresh,
}

/// The last thing that did not work for this account.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct LastError {
    /// The stable code.
    pub code: FailureCode,
    /// What happened.
    pub message: String,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// A linked account, without any token. Times are seconds since 1970, `None` means unknown.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Account {
    /// Its name at Keybelt.
    pub name: AccountName,
    /// The profile it was linked by.
    pub profile: ProfileName,
    /// The catalogue's id of the provider, if it is built in.
    pub provider: Option<String>,
    /// The protocol.
    pub protocol: Protocol,
    /// The issuer, as the server writes it.
    pub issuer: Option<String>,
    /// The verified subject (`sub`), or the provider's own id.
    pub subject: Option<String>,
    /// What the person is called there.
    pub display_name: Option<String>,
    /// E-mail as claimed; never an identity.
    pub email: Option<String>,
    /// Address of a picture; text, not loaded.
    pub picture: Option<String>,
    /// The granted scopes, sorted.
    pub scopes: Vec<String>,
    /// `Bearer` and kin.
    pub token_type: Option<String>,
    /// When it was linked.
    pub linked_at: i64,
    /// When the access token in hand was obtained.
    pub obtained_at: i64,
    /// When the access token stops working.
    pub expires_at: Option<i64>,
    /// When Keybelt will refresh it by itself.
    pub next_refresh_at: Option<i64>,
    /// Whether there is a refresh token.
    pub refreshable: bool,
    /// How it stands.
    pub status: Status,
    /// What did not work last.
    pub last_error: Option<LastError>,
    /// When the grant itself ends, where somebody says so.
    pub grant_expires_at: Option<i64>,
    /// Who says so: `provider` or `catalogue`.
    pub grant_expiry_source: Option<String>,
}

/// An account with the evidence behind it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct AccountDetail {
    /// The account itself.
    #[serde(flatten)]
    pub account: Account,
    /// Claims of the verified ID token.
    #[ts(type = "Record<string, unknown> | null")]
    pub claims: Option<Map<String, Value>>,
    /// What the userinfo endpoint said.
    #[ts(type = "Record<string, unknown> | null")]
    pub userinfo: Option<Map<String, Value>>,
    /// The checks, in the order they were made; empty without an ID token.
    pub checks: Vec<CheckRecord>,
    /// When they were made, in seconds since 1970.
    pub checked_at: Option<i64>,
    /// Who was handed its tokens.
    pub used_by: Vec<UsedBy>,
}

/// One row of `refresh`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Refreshed {
    /// The account.
    pub account: AccountName,
    /// Why it was not refreshed.
    pub error: Option<Failure>,
}

/// What became of an unlink.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Unlinked {
    /// The account that was unlinked.
    pub account: AccountName,
    /// Whether the provider took the grant back; `None` if it was not asked.
    pub revoked: Option<bool>,
    /// What the provider said, as text.
    pub provider_answer: Option<String>,
}
