//! What a request would do, told before it is sent.

use keybelt_contract::{
    AccountName, Protocol, RequestDraft, RequestPlacement, RequestPlan, RequestProof, RequestTarget,
};
use keybelt_primitives::Endpoint;
use keybelt_protocol::oauth1::placement::Placement;
use keybelt_protocol::oauth1::signature::SignatureMethod;
use keybelt_protocol::oauth2::bearer::TokenPlacement;

use super::draft::{self, Draft};
use super::error::RequestError;
use super::{ApiRequest, Consent, Subject, command, credential};
use crate::Keybelt;
use crate::registry;

/// Tells how a request would go out: to whom, proven how, and as which command. Sends nothing and touches no token.
///
/// # Errors
/// There is no such account, or the vault does not open. What is wrong with the request itself stands in the plan.
pub async fn plan(keybelt: &Keybelt, draft: RequestDraft) -> Result<RequestPlan, RequestError> {
    let subject = Subject::read(keybelt, &draft.account).await?;
    let base = draft::api_base(&subject).ok();
    let proof = proof(&subject);
    let made = Draft::of(ApiRequest::composed(draft.clone(), None, false), &subject)
        .and_then(|made| credential::signer_of(&subject).map(|_| made));
    let (target, problem) = match made {
        Ok(made) => (
            Some(RequestTarget {
                url: made.url.url().to_string(),
                host: made.url.authority(),
                asks_first: is_elsewhere(&subject, &made.url),
            }),
            None,
        ),
        Err(error) => (None, Some(error.into())),
    };
    let bears = RequestProof::Bearer {
        placement: RequestPlacement::Header,
    };
    let curl = target
        .as_ref()
        .filter(|_| proof == bears)
        .map(|target| command::curl(&draft, &target.url));
    Ok(RequestPlan {
        api_base: base
            .as_ref()
            .map(|base| format!("{}/", base.url().as_str().trim_end_matches('/'))),
        api_host: base.as_ref().map(Endpoint::authority),
        proof,
        target,
        problem,
        command: command::keybelt(&draft),
        curl,
    })
}

/// Where requests of an account carry its token or signature.
///
/// # Errors
/// There is no such account, or the vault does not open.
pub async fn placement(keybelt: &Keybelt, account: &AccountName) -> Result<RequestPlacement, RequestError> {
    let subject = Subject::read(keybelt, account).await?;
    match proof(&subject) {
        RequestProof::Bearer { placement } | RequestProof::Signature { placement, .. } => Ok(placement),
    }
}

/// Refuses a host that the person was to be asked about, and was not.
pub(super) fn check(consent: &Consent, subject: &Subject, draft: &Draft) -> Result<(), RequestError> {
    let Consent::Asked(agreed) = consent else {
        return Ok(());
    };
    let host = draft.url.authority();
    if is_elsewhere(subject, &draft.url) && agreed.as_ref() != Some(&host) {
        return Err(RequestError::NotAsked { host });
    }
    Ok(())
}

/// Whether an address is not at the profile's API, or the profile names none.
fn is_elsewhere(subject: &Subject, url: &Endpoint) -> bool {
    draft::api_base(subject).map_or(true, |base| base.origin() != url.origin())
}

fn proof(subject: &Subject) -> RequestProof {
    let layers = registry::layers(&subject.profile);
    let text = |member: &str| layers.text(&format!("client_kwargs.{member}"));
    if subject.account.protocol == Protocol::Oauth1 {
        let method = text("signature_method").and_then(SignatureMethod::parse);
        let placement =
            text("signature_type").and_then(|place| Placement::parse(&place.to_ascii_lowercase()));
        return RequestProof::Signature {
            method: method.unwrap_or(SignatureMethod::HmacSha1).name().to_owned(),
            placement: match placement.unwrap_or_default() {
                Placement::Header => RequestPlacement::Header,
                Placement::Body => RequestPlacement::Body,
                Placement::Query => RequestPlacement::Query,
            },
        };
    }
    let placement = text("token_placement").and_then(TokenPlacement::parse);
    RequestProof::Bearer {
        placement: match placement.unwrap_or_default() {
            TokenPlacement::Header => RequestPlacement::Header,
            TokenPlacement::Body => RequestPlacement::Body,
            TokenPlacement::Query => RequestPlacement::Query,
        },
    }
}
