//! A person's own request to a provider's API, with the account's token.
//!
//! Owns: where it may go, which headers it may carry, what becomes of a redirect and of a refused token.
//! Never: where the token stands in it, which `protocol` knows.
//! Start at: [`send`].

mod credential;
mod draft;
mod error;
mod follow;
mod header;
mod mask;

use std::time::Duration;

use http::StatusCode;
use keybelt_contract::{AccountName, Failure};
use keybelt_primitives::{Secret, UnixMillis, bounds};
use keybelt_protocol::oauth2::bearer;
use keybelt_vault::{AccountSummary, ProfileRecord};

use crate::Keybelt;
use crate::accounts;
use crate::token::TokenWanted;
use credential::Credential;
use draft::Draft;
pub use error::{HeaderProblem, RequestError};
use follow::Followed;

/// How long a request may take, redirects included, unless said otherwise.
pub const WITHIN: Duration = bounds::EXCHANGE;

/// What is asked, as a person says it.
pub struct ApiRequest {
    /// Whose token goes along.
    pub account: AccountName,
    /// The method; unsaid GET, or POST with a body.
    pub method: Option<String>,
    /// Relative to the profile's `api_base_url`, or in full.
    pub url: String,
    /// Lines `Name: value`.
    pub headers: Vec<String>,
    /// A form, unless a header says otherwise.
    pub body: Option<Secret<Vec<u8>>>,
    /// How long it may take, redirects included.
    pub within: Duration,
    /// Renew the token first.
    pub force_refresh: bool,
}

/// What the API answered: any status, and nothing in it that is the token.
#[derive(Debug)]
pub struct ApiAnswer {
    /// The status code.
    pub status: u16,
    /// What it means (RFC 9110 §15); empty for a code that nobody registered.
    pub reason: &'static str,
    /// The header fields, sorted by name; fields of one name in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// `host[:port]` that answered, and that alone was asked.
    pub host: String,
    /// From the first byte sent to the last one read, in milliseconds, refreshes included.
    pub millis: u64,
    /// The answer is a redirect, and why it was left at that.
    pub unfollowed: Option<Unfollowed>,
    /// The token was refused, and could not be renewed: the answer is the one to the refused token.
    pub not_renewed: Option<Failure>,
}

/// Why a redirect was not followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unfollowed {
    /// It leads to another origin, which must not get the token (RFC 6750 §5.3).
    AnotherOrigin,
    /// It would have been one more than are followed.
    TooMany,
}

impl ApiAnswer {
    /// The body, where it is text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

/// Sends a request with the account's token. Its receiver, the host, is in the ledger before the token leaves.
///
/// A 401 that says `invalid_token` (RFC 6750 §3.1) makes the token be renewed and the request be sent once more.
pub async fn send(keybelt: &Keybelt, asked: ApiRequest) -> Result<ApiAnswer, RequestError> {
    let began = keybelt.now_millis();
    let subject = Subject::read(keybelt, &asked.account).await?;
    let (account, within, forced) = (asked.account.clone(), asked.within, asked.force_refresh);
    let draft = Draft::of(asked, &subject)?;
    let wanted = TokenWanted {
        force_refresh: forced,
        ..TokenWanted::for_receiver(draft.url.authority(), "request")
    };
    let credential = Credential::fresh(keybelt, &subject, wanted.clone()).await?;
    let mut followed = follow::follow(keybelt, &draft, &credential, within).await?;
    let mut not_renewed = None;
    if !forced && says_invalid_token(&followed) {
        let wanted = TokenWanted {
            force_refresh: true,
            // Whoever renewed it since that one was given did it for us too.
            since: Some(UnixMillis(credential.obtained_at.0 + 1)),
            ..wanted
        };
        match Credential::fresh(keybelt, &subject, wanted).await {
            Ok(credential) => followed = follow::follow(keybelt, &draft, &credential, within).await?,
            Err(error) => not_renewed = Some(error.into()),
        }
    }
    tracing::debug!(%account, status = followed.status, "an API answered");
    let Followed {
        status,
        headers,
        body,
        unfollowed,
    } = followed;
    let millis = keybelt.now_millis().0.saturating_sub(began.0);
    Ok(ApiAnswer {
        status,
        reason: StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default(),
        headers: header::shown(&headers),
        body,
        host: draft.url.authority(),
        millis: u64::try_from(millis).unwrap_or_default(),
        unfollowed,
        not_renewed,
    })
}

fn says_invalid_token(followed: &Followed) -> bool {
    followed.status == 401
        && bearer::refusal(&followed.headers).is_some_and(|refusal| refusal.code == "invalid_token")
}

/// The account that asks, and its profile.
struct Subject {
    account: AccountSummary,
    profile: ProfileRecord,
}

impl Subject {
    async fn read(keybelt: &Keybelt, name: &AccountName) -> Result<Self, RequestError> {
        let (vault, account) = accounts::one(keybelt, name).await?;
        let id = account.profile_id;
        let profile = keybelt
            .door()
            .run(&vault, move |vault| vault.profile_by_id(id))
            .await?;
        let Some(profile) = profile else {
            return Err(accounts::absent(keybelt, &vault, name).await.into());
        };
        Ok(Self { account, profile })
    }
}
