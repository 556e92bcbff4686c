//! A person's own request to a provider's API, with the account's token.
//!
//! Owns: where it may go, which headers it may carry, what becomes of a redirect and of a refused token.
//! Never: where the token stands in it, which `protocol` knows.
//! Start at: [`send`]; [`plan`] tells what it would do.

mod command;
mod credential;
mod draft;
mod error;
mod follow;
mod header;
pub(crate) mod mask;
mod plan;
mod save;

use std::time::Duration;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use keybelt_contract::{AccountName, ApiResponse, Failure, RequestDraft, ResponseBody, Unfollowed};
use keybelt_primitives::{Secret, UnixMillis, bounds};
use keybelt_vault::{AccountSummary, ProfileRecord};

use crate::Keybelt;
use crate::accounts;
use crate::token::TokenWanted;
use credential::Credential;
use draft::Draft;
pub use error::{HeaderProblem, RequestError, SaveError};
use follow::Followed;
pub use header::line as header_line;
pub use plan::{placement, plan};
pub use save::save;

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
    /// Header fields: name and value.
    pub headers: Vec<(String, String)>,
    /// A form, unless a header says otherwise.
    pub body: Option<Secret<Vec<u8>>>,
    /// How long it may take, redirects included.
    pub within: Duration,
    /// Renew the token first.
    pub force_refresh: bool,
    /// Whether an address in full is the person's word that its host gets the token.
    pub consent: Consent,
}

/// Which hosts may get the token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Consent {
    /// Any whose address was given in full: who writes a command says what it means.
    GivenInFull,
    /// The profile's API, and the one `host[:port]` that the person was asked about.
    Asked(Option<String>),
}

impl ApiRequest {
    /// As the window composes it. `host` is the one that the person was asked about.
    pub fn composed(draft: RequestDraft, host: Option<String>, force_refresh: bool) -> Self {
        Self {
            account: draft.account,
            method: Some(draft.method),
            url: draft.url,
            headers: draft.headers,
            body: draft.body.map(|body| Secret::new(body.into_bytes())),
            within: WITHIN,
            force_refresh,
            consent: Consent::Asked(host),
        }
    }
}

/// How much of a body is drawn in a window, in bytes; beyond that it is saved.
const DRAWN: usize = 2_000_000;

/// What the API answered: any status, and nothing in it that is the token.
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
    /// The scopes that the token lacks, where the API says that this is why it refused it, made visible; empty where it
    /// does not say which.
    pub lacking_scopes: Option<Vec<String>>,
    /// It is a 401, the token was not renewed for it, and can be.
    pub may_refresh: bool,
    /// What a file with the body may be called, from the address and the kind of the answer.
    pub file_name: String,
}

impl ApiAnswer {
    /// The body, where it is text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }

    /// The answer as a window shows it, under a number of its own.
    pub fn shown(&self, id: u32) -> ApiResponse {
        let body = match self.text() {
            Some("") => ResponseBody::Empty,
            _ if self.body.len() > DRAWN => ResponseBody::TooLarge,
            Some(text) if !text.contains('\0') => ResponseBody::Text {
                text: text.to_owned(),
            },
            Some(_) | None => ResponseBody::Binary,
        };
        ApiResponse {
            id,
            status: self.status,
            reason: self.reason.to_owned(),
            host: self.host.clone(),
            headers: self.headers.clone(),
            body,
            bytes: self.body.len() as u64,
            millis: self.millis,
            unfollowed: self.unfollowed,
            not_renewed: self.not_renewed.clone(),
            may_refresh: self.may_refresh,
        }
    }
}

/// Sends a request with the account's token. Its receiver, the host, is in the ledger before the token leaves.
///
/// A 401 that says `invalid_token` (RFC 6750 §3.1), or of OAuth 1 that the token has ended, makes the token be renewed and
/// the request be sent once more.
pub async fn send(keybelt: &Keybelt, asked: ApiRequest) -> Result<ApiAnswer, RequestError> {
    let began = keybelt.now_millis();
    let subject = Subject::read(keybelt, &asked.account).await?;
    let (within, forced, consent) = (asked.within, asked.force_refresh, asked.consent.clone());
    let draft = Draft::of(asked, &subject)?;
    plan::check(&consent, &subject, &draft)?;
    let wanted = TokenWanted {
        force_refresh: forced,
        ..TokenWanted::for_receiver(draft.url.authority(), "request")
    };
    let credential = Credential::fresh(keybelt, &subject, wanted.clone()).await?;
    let mut followed = follow::follow(keybelt, &draft, &credential, within).await?;
    let (mut not_renewed, mut renewed) = (None, forced);
    if !forced && followed.refuses_token {
        let wanted = TokenWanted {
            force_refresh: true,
            // Whoever renewed it since that one was given did it for us too.
            since: Some(UnixMillis(credential.obtained_at.0 + 1)),
            ..wanted
        };
        match Credential::fresh(keybelt, &subject, wanted).await {
            Ok(credential) => {
                renewed = true;
                followed = follow::follow(keybelt, &draft, &credential, within).await?;
            }
            Err(error) => not_renewed = Some(error.into()),
        }
    }
    let Followed {
        status,
        headers,
        body,
        unfollowed,
        lacking_scopes,
        refuses_token: _,
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
        may_refresh: status == 401 && !renewed && not_renewed.is_none() && subject.account.refreshable,
        not_renewed,
        lacking_scopes,
        file_name: save::file_name(&draft.url, headers.get(CONTENT_TYPE)),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: Vec<u8>) -> ResponseBody {
        let answer = ApiAnswer {
            status: 200,
            reason: "OK",
            headers: Vec::new(),
            body,
            host: "api.example".to_owned(),
            millis: 1,
            unfollowed: None,
            not_renewed: None,
            lacking_scopes: None,
            may_refresh: false,
            file_name: "me.json".to_owned(),
        };
        answer.shown(1).body
    }

    #[test]
    fn text_is_drawn_up_to_two_megabytes_and_the_rest_is_saved() {
        let text = "é".repeat(DRAWN / 2);
        assert_eq!(
            shown(text.clone().into_bytes()),
            ResponseBody::Text { text: text.clone() }
        );
        assert_eq!(shown(format!("{text}x").into_bytes()), ResponseBody::TooLarge);
        assert_eq!(shown(Vec::new()), ResponseBody::Empty);
        assert_eq!(shown(b"a\0b".to_vec()), ResponseBody::Binary);
        assert_eq!(shown(vec![0xff]), ResponseBody::Binary);
    }
}
