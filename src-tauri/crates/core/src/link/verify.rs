//! Whose tokens these are: the ID token by the one table of checks, then userinfo (OpenID Connect Core 1.0 §3.1.3.7,
//! §5.3.2). Nothing of the claims is used before every check has passed (specs ID-17).

use std::collections::BTreeSet;

use keybelt_contract::{Failure, FailureCode, Protocol};
use keybelt_protocol::oauth2::client::Destination;
use keybelt_protocol::oidc::identity::{self, Identity};
use keybelt_protocol::oidc::userinfo::UserinfoError;
use keybelt_vault::Evidence;
use serde_json::{Map, Value};

use super::LinkError;
use super::issued::Issued;
use super::prepare::Ready;
use super::redeem::Redeemed;
use crate::Keybelt;
use crate::registry::Resolved;
use crate::trouble::AnswerTrouble;
use crate::verification::{self, Bound, UserinfoTrouble, Verifier};

/// Tokens whose owner is known, with the evidence.
pub(super) struct Verified {
    pub(super) tokens: Issued,
    /// The protocol they were issued by.
    pub(super) protocol: Protocol,
    pub(super) destination: Destination,
    pub(super) asked_scopes: BTreeSet<String>,
    pub(super) identity: Identity,
    pub(super) evidence: Evidence,
    /// Why there is no userinfo although the provider has it: the link stands without (specs UI-05).
    pub(super) userinfo_failure: Option<Failure>,
    pub(super) remember: Option<&'static str>,
}

/// Finds out whose tokens these are.
pub(super) async fn verify(
    keybelt: &Keybelt,
    ready: &Ready,
    resolved: &Resolved,
    redeemed: Redeemed,
) -> Result<Verified, LinkError> {
    let verifier = Verifier::new(
        keybelt,
        &ready.vault,
        resolved,
        ready.record.client_secret.as_ref(),
    );
    let mut evidence = Evidence::default();
    // Asked for is what the request said, whatever the profile says by now.
    if redeemed.asked.scopes.contains("openid") {
        let token = redeemed.tokens.id_token.as_ref().ok_or(LinkError::NoIdToken)?;
        let bound = Bound {
            nonce: redeemed.asked.nonce.as_deref(),
            max_age: redeemed.asked.max_age,
            access_token: Some(&redeemed.tokens.access_token),
            code: Some(&redeemed.code),
            original: None,
        };
        let checked = verifier.id_token(token, bound).await?;
        evidence.claims = Some(believed(&checked)?);
        evidence.header = checked.header;
        evidence.checks = checked.checks;
        evidence.checked_at = Some(keybelt.now());
    }
    let asked = verifier
        .userinfo(&redeemed.tokens.access_token, verification::subject(&evidence))
        .await;
    let (userinfo, userinfo_failure) = had_or_not(asked)?;
    let map = resolved.layers.members("userinfo_map");
    let identity = match (&evidence.claims, &userinfo) {
        (Some(claims), userinfo) => identity::of_claims(claims, userinfo.as_ref(), &map),
        (None, Some(userinfo)) => identity::of_userinfo(userinfo, &map),
        (None, None) => Identity::default(),
    };
    evidence.userinfo = userinfo;
    Ok(Verified {
        tokens: redeemed.tokens.into(),
        protocol: resolved.protocol,
        destination: redeemed.asked.destination,
        asked_scopes: redeemed.asked.scopes,
        identity,
        evidence,
        userinfo_failure,
        remember: redeemed.remember,
    })
}

fn believed(checked: &keybelt_protocol::oidc::id_token::Checked) -> Result<Map<String, Value>, LinkError> {
    if let Some(claims) = checked.verified() {
        return Ok(claims.clone());
    }
    let (check, detail) = verification::refusal(checked);
    Err(LinkError::IdToken { check, detail })
}

type Userinfo = (Option<Map<String, Value>>, Option<Failure>);

/// Userinfo that cannot be had leaves the link standing; what is about somebody else, or does not hold, ends it.
fn had_or_not(asked: Result<Option<Map<String, Value>>, UserinfoTrouble>) -> Result<Userinfo, LinkError> {
    match asked {
        Ok(userinfo) => Ok((userinfo, None)),
        Err(UserinfoTrouble::Answer(error)) if !error.is_absence() => {
            // Unsigned or signed by somebody else, it is not known to be about the subject either.
            let code = FailureCode::SubjectMismatch;
            Err(LinkError::Userinfo {
                code,
                detail: error.to_string(),
            })
        }
        Err(trouble) => Ok((None, Some(failure_of(trouble)))),
    }
}

/// Why userinfo could not be had, in words.
pub(crate) fn failure_of(trouble: UserinfoTrouble) -> Failure {
    let Failure { code, message, hint } = match trouble {
        UserinfoTrouble::Exchange(trouble) => trouble.into(),
        UserinfoTrouble::Keys(trouble) => trouble.into(),
        UserinfoTrouble::Unsendable => AnswerTrouble::Invalid {
            detail: "no header can carry the access token".to_owned(),
        }
        .into(),
        UserinfoTrouble::Answer(UserinfoError::Status {
            status: status @ (429 | 500..),
        }) => AnswerTrouble::Unavailable { status, wait: None }.into(),
        UserinfoTrouble::Answer(error) => AnswerTrouble::Invalid {
            detail: error.to_string(),
        }
        .into(),
    };
    Failure {
        code,
        message: format!("The userinfo could not be had. {message}"),
        hint,
    }
}
