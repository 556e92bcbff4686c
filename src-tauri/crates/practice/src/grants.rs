//! What people allowed, and the tokens that came of it (RFC 6749 §4.1, §6; RFC 9700 §2.1.1, §4.14).
//!
//! Every token names its grant, so that one that was used before is known for what it is, however long ago that was,
//! without a list of all that ever were.

use std::collections::BTreeMap;

use keybelt_primitives::{Entropy, EntropyError, Secret, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::encoding::{hashed, same};
use crate::scope::{Scope, Scopes};
use crate::token::{Drawn, GrantName, Kind, Presented};

/// How long a code can be redeemed, in seconds (RFC 6749 §4.1.2 asks for less than ten minutes).
const CODE_LIFE: i64 = 60;
/// Grants that are kept; the one that lay idle longest goes first.
const MOST_GRANTS: usize = 200;
/// Access tokens of one grant that live at once; the oldest goes first.
const MOST_ACCESS_TOKENS: usize = 64;

/// Every grant, by its name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Grants(BTreeMap<String, Grant>);

/// What a person allowed a client.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Allowed {
    pub(crate) client: Client,
    /// The login of the person.
    pub(crate) person: String,
    pub(crate) scopes: Scopes,
    /// When the person signed in.
    pub(crate) signed_in_at: UnixSeconds,
    /// How long access tokens live, in seconds.
    pub(crate) token_life: u32,
}

/// What a code is bound to, apart from its grant.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Binding {
    pub(crate) redirect_uri: String,
    /// The `code_challenge`, by S256 (RFC 7636 §4.2).
    pub(crate) challenge: String,
    pub(crate) nonce: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Grant {
    allowed: Allowed,
    code: Code,
    /// The digest of the one refresh token that is good.
    refresh: Option<String>,
    access: Vec<Access>,
    used_at: UnixSeconds,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Code {
    digest: String,
    expires_at: UnixSeconds,
    /// Gone once the code was presented.
    binding: Option<Binding>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Access {
    digest: String,
    expires_at: UnixSeconds,
    scopes: Scopes,
}

/// Why a code or a refresh token gives no tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum GrantError {
    #[error("it is unknown, over, or was given to another client")]
    Unknown,
    #[error("it was used before, so the whole grant is revoked")]
    UsedBefore,
    #[error("it is too old")]
    TooOld,
    #[error("it was given for another redirect URI")]
    RedirectUri,
    #[error("the code_verifier does not fit the code_challenge")]
    Verifier,
    #[error("the scope is wider than what was granted")]
    Scope,
    #[error("no randomness")]
    Entropy,
}

impl From<EntropyError> for GrantError {
    fn from(_: EntropyError) -> Self {
        Self::Entropy
    }
}

/// How a client redeems a code (RFC 6749 §4.1.3, RFC 7636 §4.5).
pub(crate) struct Redemption {
    pub(crate) client: Client,
    pub(crate) redirect_uri: String,
    pub(crate) verifier: Secret<String>,
}

/// Tokens that go out now.
pub(crate) struct Issued {
    pub(crate) allowed: Allowed,
    /// The scopes of this access token.
    pub(crate) scopes: Scopes,
    pub(crate) access: Secret<String>,
    pub(crate) refresh: Option<Secret<String>>,
    /// The nonce, where a code was redeemed that has one.
    pub(crate) nonce: Option<String>,
}

impl Grants {
    /// Notes what a person allowed, and makes the code for it.
    pub(crate) fn allow(
        &mut self,
        allowed: Allowed,
        binding: Binding,
        now: UnixSeconds,
        entropy: &dyn Entropy,
    ) -> Result<Secret<String>, EntropyError> {
        self.sweep(now);
        while self.0.len() >= MOST_GRANTS {
            self.forget_the_idlest();
        }
        let name = GrantName::draw(entropy)?;
        let drawn = Drawn::new(Kind::Code, &name, entropy)?;
        let code = Code {
            digest: drawn.digest,
            expires_at: now.plus(CODE_LIFE),
            binding: Some(binding),
        };
        self.0.insert(
            name.0,
            Grant {
                allowed,
                code,
                refresh: None,
                access: Vec::new(),
                used_at: now,
            },
        );
        Ok(drawn.text)
    }

    /// Redeems a code, once: whatever comes of it, it is spent. A second time revokes what the first one gave
    /// (RFC 6749 §4.1.2).
    pub(crate) fn redeem(
        &mut self,
        code: &Presented,
        redemption: &Redemption,
        now: UnixSeconds,
        entropy: &dyn Entropy,
    ) -> Result<Issued, GrantError> {
        let grant = self.of(code, redemption.client)?;
        if !same(&grant.code.digest, &code.digest) {
            return Err(GrantError::Unknown);
        }
        let Some(binding) = grant.code.binding.take() else {
            self.0.remove(&code.grant.0);
            return Err(GrantError::UsedBefore);
        };
        if now >= grant.code.expires_at {
            return Err(GrantError::TooOld);
        }
        if binding.redirect_uri != redemption.redirect_uri {
            return Err(GrantError::RedirectUri);
        }
        if !same(&binding.challenge, &challenge_of(&redemption.verifier)) {
            return Err(GrantError::Verifier);
        }
        let scopes = grant.allowed.scopes.clone();
        grant.issue(&code.grant, scopes, binding.nonce, now, entropy)
    }

    /// Exchanges a refresh token for new tokens, itself among them. One that was exchanged before revokes the grant
    /// (RFC 9700 §4.14.2).
    pub(crate) fn refresh(
        &mut self,
        token: &Presented,
        client: Client,
        narrowed: Option<Scopes>,
        now: UnixSeconds,
        entropy: &dyn Entropy,
    ) -> Result<Issued, GrantError> {
        let grant = self.of(token, client)?;
        let good = grant.refresh.as_ref().ok_or(GrantError::Unknown)?;
        if !same(good, &token.digest) {
            self.0.remove(&token.grant.0);
            return Err(GrantError::UsedBefore);
        }
        let scopes = narrowed.unwrap_or_else(|| grant.allowed.scopes.clone());
        if !scopes.is_subset(&grant.allowed.scopes) {
            return Err(GrantError::Scope);
        }
        grant.issue(&token.grant, scopes, None, now, entropy)
    }

    /// Whose access token this is, and what it opens. `None`: it opens nothing.
    pub(crate) fn opened_by(&self, token: &Presented, now: UnixSeconds) -> Option<(&Allowed, &Scopes)> {
        let grant = self.0.get(&token.grant.0)?;
        let access = grant
            .access
            .iter()
            .find(|access| same(&access.digest, &token.digest))?;
        (now < access.expires_at).then_some((&grant.allowed, &access.scopes))
    }

    /// Revokes a token (RFC 7009 §2.1): an access token alone, a refresh token with its whole grant.
    pub(crate) fn revoke(&mut self, token: &Presented, client: Client) -> Result<(), GrantError> {
        // A token that is over already is as good as revoked (RFC 7009 §2.2).
        let Some(grant) = self.0.get_mut(&token.grant.0) else {
            return Ok(());
        };
        if grant.allowed.client != client {
            return Err(GrantError::Unknown);
        }
        match token.kind {
            Kind::Access => grant.access.retain(|access| !same(&access.digest, &token.digest)),
            Kind::Code | Kind::Refresh => {
                self.0.remove(&token.grant.0);
            }
            // Those of OAuth 1 are no tokens of a grant.
            Kind::Temporary | Kind::Token => return Err(GrantError::Unknown),
        }
        Ok(())
    }

    fn of(&mut self, token: &Presented, client: Client) -> Result<&mut Grant, GrantError> {
        let grant = self.0.get_mut(&token.grant.0);
        grant
            .filter(|grant| grant.allowed.client == client)
            .ok_or(GrantError::Unknown)
    }

    fn sweep(&mut self, now: UnixSeconds) {
        self.0.retain(|_, grant| {
            grant.access.retain(|access| now < access.expires_at);
            grant.refresh.is_some() || !grant.access.is_empty() || now < grant.code.expires_at
        });
    }

    fn forget_the_idlest(&mut self) {
        let idlest = self
            .0
            .iter()
            .min_by_key(|(_, grant)| grant.used_at)
            .map(|(name, _)| name.clone());
        if let Some(name) = idlest {
            self.0.remove(&name);
        }
    }
}

impl Grant {
    fn issue(
        &mut self,
        name: &GrantName,
        scopes: Scopes,
        nonce: Option<String>,
        now: UnixSeconds,
        entropy: &dyn Entropy,
    ) -> Result<Issued, GrantError> {
        let access = Drawn::new(Kind::Access, name, entropy)?;
        let lasting = self.allowed.scopes.contains(&Scope::OfflineAccess);
        let refresh = lasting
            .then(|| Drawn::new(Kind::Refresh, name, entropy))
            .transpose()?;
        self.access.retain(|access| now < access.expires_at);
        if self.access.len() >= MOST_ACCESS_TOKENS {
            self.access.remove(0);
        }
        let expires_at = now.plus(i64::from(self.allowed.token_life));
        self.access.push(Access {
            digest: access.digest,
            expires_at,
            scopes: scopes.clone(),
        });
        self.refresh = refresh.as_ref().map(|refresh| refresh.digest.clone());
        self.used_at = now;
        Ok(Issued {
            allowed: self.allowed.clone(),
            scopes,
            access: access.text,
            refresh: refresh.map(|refresh| refresh.text),
            nonce,
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the verifier is hashed to be compared with the challenge"
)]
fn challenge_of(verifier: &Secret<String>) -> String {
    hashed(verifier.expose())
}
