//! A request, and the redirects that may be followed with a token.

use std::time::Duration;

use http::HeaderMap;
use http::header::LOCATION;
use keybelt_contract::Unfollowed;
use keybelt_net::Conduct;
use keybelt_primitives::wire::Response;
use keybelt_primitives::{Endpoint, bounds};
use tokio::time::Instant;

use super::credential::Credential;
use super::draft::Draft;
use super::error::RequestError;
use super::mask;
use crate::Keybelt;
use crate::signed_exchange::ServerClock;

/// The last answer, the token taken out of it.
pub(super) struct Followed {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) unfollowed: Option<Unfollowed>,
    /// See [`super::ApiAnswer::lacking_scopes`].
    pub(super) lacking_scopes: Option<Vec<String>>,
    /// It is a refusal of the token itself.
    pub(super) refuses_token: bool,
}

/// Sends a request and goes where redirects of its own origin lead. Each hop is made and signed anew (specs O1-16).
pub(super) async fn follow(
    keybelt: &Keybelt,
    draft: &Draft,
    credential: &Credential,
    within: Duration,
) -> Result<Followed, RequestError> {
    let deadline = Instant::now() + within;
    let mut hop: Option<Draft> = None;
    let mut clock = ServerClock::default();
    for followed in 0..=bounds::REDIRECTS {
        let current = hop.as_ref().unwrap_or(draft);
        let within = deadline.saturating_duration_since(Instant::now());
        let conduct = Conduct::Api { within };
        let response = credential
            .send(keybelt, || current.request(), &mut clock, conduct)
            .await?;
        let unfollowed = match next(&current.url, &response) {
            Next::Here => None,
            Next::Elsewhere => Some(Unfollowed::AnotherOrigin),
            Next::There(_) if followed == bounds::REDIRECTS => Some(Unfollowed::TooMany),
            Next::There(url) => {
                hop = Some(current.redirected(response.status, url));
                continue;
            }
        };
        return Ok(Followed {
            status: response.status,
            headers: mask::headers(&response.headers, &credential.secrets()),
            body: mask::body(&response.body, &credential.secrets()),
            unfollowed,
            lacking_scopes: credential.lacking_scopes_in(&response),
            refuses_token: credential.is_refused_in(&response),
        });
    }
    // The last round of the loop returns.
    Err(RequestError::Unsendable)
}

/// Where an answer leads.
enum Next {
    /// It is the answer.
    Here,
    /// To another address of the same origin.
    There(Endpoint),
    /// To where no token may go.
    Elsewhere,
}

fn next(from: &Endpoint, response: &Response) -> Next {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return Next::Here;
    }
    let Some(location) = response.headers.get(LOCATION) else {
        return Next::Here;
    };
    let target = location.to_str().ok().and_then(|location| {
        let mut url = from.url().join(location).ok()?;
        url.set_fragment(None);
        Endpoint::parse(url.as_str()).ok()
    });
    match target {
        Some(target) if target.url().origin() == from.url().origin() => Next::There(target),
        Some(_) | None => Next::Elsewhere,
    }
}
