//! Temporary and token credentials (RFC 5849 §2.1, §2.3). Tokens are kept as digests, their secrets not at all.

use std::collections::BTreeMap;

use keybelt_primitives::{Entropy, EntropyError, Secret, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::consumer::Consumer;
use super::problem::Problem;
use crate::encoding::{base64url, hashed, same};
use crate::token::{Drawn, GrantName, Kind, Presented};

/// How long temporary credentials can be used, in seconds.
const TEMPORARY_LIFE: i64 = 600;
/// Temporary credentials that wait at once; the oldest go first.
const MOST_TEMPORARY: usize = 64;
/// Token credentials that are kept; the oldest go first.
const MOST_TOKENS: usize = 200;

/// Every one of them, by the name in its token.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Credentials {
    temporary: BTreeMap<String, Temporary>,
    tokens: BTreeMap<String, Token>,
}

/// Where the person goes when they have answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Callback {
    /// Nowhere: they carry a PIN themselves.
    OutOfBand,
    /// To a registered address.
    To(String),
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Temporary {
    digest: String,
    consumer: Consumer,
    callback: Callback,
    expires_at: UnixSeconds,
    approval: Option<Approval>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Approval {
    person: String,
    /// The digest of the verifier.
    verifier: String,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Token {
    digest: String,
    consumer: Consumer,
    person: String,
    granted_at: UnixSeconds,
}

impl Credentials {
    /// New temporary credentials of a client: their token.
    pub(super) fn begin(
        &mut self,
        consumer: Consumer,
        callback: Callback,
        now: UnixSeconds,
        entropy: &dyn Entropy,
    ) -> Result<Secret<String>, EntropyError> {
        self.temporary.retain(|_, temporary| now < temporary.expires_at);
        while self.temporary.len() >= MOST_TEMPORARY {
            forget_the_oldest(&mut self.temporary, |temporary| temporary.expires_at);
        }
        let name = GrantName::draw(entropy)?;
        let drawn = Drawn::new(Kind::Temporary, &name, entropy)?;
        let temporary = Temporary {
            digest: drawn.digest,
            consumer,
            callback,
            expires_at: now.plus(TEMPORARY_LIFE),
            approval: None,
        };
        self.temporary.insert(name.0, temporary);
        Ok(drawn.text)
    }

    /// Whose temporary credentials these are, and where the answer goes, while nobody has answered.
    pub(super) fn waiting(&self, token: &Presented, now: UnixSeconds) -> Option<(Consumer, &Callback)> {
        let temporary = self.temporary(token, now)?;
        temporary
            .approval
            .is_none()
            .then_some((temporary.consumer, &temporary.callback))
    }

    /// Whether temporary credentials are this client's.
    pub(super) fn are_temporary(&self, token: &Presented, consumer: Consumer, now: UnixSeconds) -> bool {
        self.temporary(token, now)
            .is_some_and(|temporary| temporary.consumer == consumer)
    }

    fn temporary(&self, token: &Presented, now: UnixSeconds) -> Option<&Temporary> {
        let temporary = self.temporary.get(&token.grant.0)?;
        (same(&temporary.digest, &token.digest) && now < temporary.expires_at).then_some(temporary)
    }

    /// Notes that a person allowed it: where they go, and the verifier that they carry there.
    pub(super) fn approve(
        &mut self,
        token: &Presented,
        person: &str,
        now: UnixSeconds,
        entropy: &dyn Entropy,
    ) -> Result<Option<(Callback, Secret<String>)>, EntropyError> {
        if self.waiting(token, now).is_none() {
            return Ok(None);
        }
        let Some(temporary) = self.temporary.get_mut(&token.grant.0) else {
            return Ok(None);
        };
        let verifier = match temporary.callback {
            Callback::OutOfBand => pin(entropy)?,
            Callback::To(_) => verifier(entropy)?,
        };
        temporary.approval = Some(Approval {
            person: person.to_owned(),
            verifier: hashed(&verifier),
        });
        Ok(Some((temporary.callback.clone(), Secret::new(verifier))))
    }

    /// Notes that a person declined: where they go. The temporary credentials are over.
    pub(super) fn decline(&mut self, token: &Presented, now: UnixSeconds) -> Option<Callback> {
        self.waiting(token, now)?;
        self.temporary
            .remove(&token.grant.0)
            .map(|temporary| temporary.callback)
    }

    /// Exchanges temporary credentials, whose signature was right, for token credentials: the token and whose it is.
    /// Once: whatever comes of it, the temporary ones are over (RFC 5849 §2.3).
    pub(super) fn redeem(
        &mut self,
        token: &Presented,
        verifier: &str,
        now: UnixSeconds,
        entropy: &dyn Entropy,
    ) -> Result<Result<(Secret<String>, String), Problem>, EntropyError> {
        if self.temporary(token, now).is_none() {
            return Ok(Err(Problem::TokenRejected));
        }
        let Some(temporary) = self.temporary.remove(&token.grant.0) else {
            return Ok(Err(Problem::TokenRejected));
        };
        let Some(approval) = temporary.approval else {
            return Ok(Err(Problem::PermissionUnknown));
        };
        if !same(&approval.verifier, &hashed(verifier)) {
            return Ok(Err(Problem::VerifierInvalid));
        }
        while self.tokens.len() >= MOST_TOKENS {
            forget_the_oldest(&mut self.tokens, |token| token.granted_at);
        }
        let name = GrantName::draw(entropy)?;
        let drawn = Drawn::new(Kind::Token, &name, entropy)?;
        let granted = Token {
            digest: drawn.digest,
            consumer: temporary.consumer,
            person: approval.person.clone(),
            granted_at: now,
        };
        self.tokens.insert(name.0, granted);
        Ok(Ok((drawn.text, approval.person)))
    }

    /// The login of the person whose token a client presents.
    pub(super) fn person_of(&self, token: &Presented, consumer: Consumer) -> Option<&str> {
        let found = self.tokens.get(&token.grant.0)?;
        (same(&found.digest, &token.digest) && found.consumer == consumer).then_some(&found.person)
    }
}

fn forget_the_oldest<T>(kept: &mut BTreeMap<String, T>, age: impl Fn(&T) -> UnixSeconds) {
    let oldest = kept
        .iter()
        .min_by_key(|(_, one)| age(one))
        .map(|(name, _)| name.clone());
    if let Some(name) = oldest {
        kept.remove(&name);
    }
}

/// 256 bits that nobody can guess.
fn verifier(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes)?;
    Ok(base64url(&bytes))
}

/// Seven digits, to be typed; a wrong guess costs the temporary credentials.
fn pin(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes)?;
    Ok(format!("{:07}", u64::from_be_bytes(bytes) % 10_000_000))
}
