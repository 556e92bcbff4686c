//! ID tokens and userinfo held against their issuer's keys: what linking and refreshing share.

use std::sync::Arc;

use keybelt_net::Conduct;
use keybelt_primitives::Secret;
use keybelt_protocol::jose::Keys;
use keybelt_protocol::jose::algorithm::Algorithm;
use keybelt_protocol::oauth2::bearer::{self, TokenPlacement};
use keybelt_protocol::oidc::id_token::{self, Checked, Expected};
use keybelt_protocol::oidc::userinfo::{self, Signer, UserinfoError};
use keybelt_vault::{Evidence, Vault};
use serde_json::{Map, Value};

use crate::Keybelt;
use crate::keys::{self, KeysTrouble};
use crate::registry::Resolved;
use crate::trouble::ExchangeTrouble;

/// What verifies the issuer's signatures for one client.
pub(crate) struct Verifier<'a> {
    keybelt: &'a Keybelt,
    vault: &'a Arc<Vault>,
    resolved: &'a Resolved,
    client_secret: Option<&'a Secret<String>>,
    algorithms: Vec<Algorithm>,
}

/// What an ID token of this exchange must also fit.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bound<'a> {
    pub(crate) nonce: Option<&'a str>,
    pub(crate) max_age: Option<u64>,
    pub(crate) access_token: Option<&'a Secret<String>>,
    pub(crate) code: Option<&'a Secret<String>>,
    /// The claims at the link, for a refreshed token.
    pub(crate) original: Option<&'a Map<String, Value>>,
}

/// Why there is no userinfo.
pub(crate) enum UserinfoTrouble {
    /// No answer.
    Exchange(ExchangeTrouble),
    /// An answer that is not taken.
    Answer(UserinfoError),
    /// The access token cannot be sent.
    Unsendable,
    /// It is signed, and the keys cannot be had.
    Keys(KeysTrouble),
}

impl<'a> Verifier<'a> {
    pub(crate) fn new(
        keybelt: &'a Keybelt,
        vault: &'a Arc<Vault>,
        resolved: &'a Resolved,
        client_secret: Option<&'a Secret<String>>,
    ) -> Self {
        let algorithms = algorithms(
            resolved.client.id_token_algorithm.as_deref(),
            resolved.listed_algorithms.as_deref(),
        );
        Self {
            keybelt,
            vault,
            resolved,
            client_secret,
            algorithms,
        }
    }

    /// Whether the client secret is the key (OpenID Connect Core 1.0 §3.1.3.7 (8)).
    fn by_secret(&self) -> bool {
        self.algorithms.iter().any(|algorithm| algorithm.is_symmetric())
    }

    /// Makes every check of an ID token; the keys are read once more where a newer one may be missing.
    pub(crate) async fn id_token(
        &self,
        token: &Secret<String>,
        bound: Bound<'_>,
    ) -> Result<Checked, KeysTrouble> {
        if self.by_secret() {
            return Ok(self.check(token, self.client_secret.map(Keys::Secret), bound));
        }
        // Without an address there is no key: the check `key` says so.
        let Some(url) = &self.resolved.client.jwks_uri else {
            return Ok(self.check(token, None, bound));
        };
        let set = keys::keys(self.keybelt, self.vault, url).await?;
        let checked = self.check(token, Some(Keys::Set(&set)), bound);
        if !checked.key_may_be_newer {
            return Ok(checked);
        }
        match keys::newer_keys(self.keybelt, self.vault, url).await {
            Ok(Some(newer)) => {
                let mut checked = self.check(token, Some(Keys::Set(&newer)), bound);
                checked.key_may_be_newer = false;
                Ok(checked)
            }
            // Read only just now: the first look stands, and says that a newer set may differ.
            Ok(None) => Ok(checked),
            Err(trouble) => Err(trouble),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the ID token is read where it is checked"
    )]
    fn check(&self, token: &Secret<String>, keys: Option<Keys<'_>>, bound: Bound<'_>) -> Checked {
        let client = &self.resolved.client;
        let expected = Expected {
            issuer: client.issuer.as_ref().map(keybelt_primitives::Issuer::as_str),
            client_id: Some(&client.client_id),
            algorithms: &self.algorithms,
            keys,
            nonce: bound.nonce,
            max_age: bound.max_age,
            now: self.keybelt.now(),
            fresh: true,
            access_token: bound.access_token,
            code: bound.code,
            original: bound.original,
        };
        id_token::check(token.expose(), &expected)
    }

    /// Asks the userinfo endpoint; `None`: the provider has none. `subject`: whom it must be about.
    pub(crate) async fn userinfo(
        &self,
        access_token: &Secret<String>,
        subject: Option<&str>,
    ) -> Result<Option<Map<String, Value>>, UserinfoTrouble> {
        let Some(url) = &self.resolved.client.userinfo_endpoint else {
            return Ok(None);
        };
        let placement = self.resolved.token_placement;
        let post = self.resolved.userinfo_by_post;
        let request = bearer::userinfo_request(url, access_token, placement, post)
            .map_err(|_| UserinfoTrouble::Unsendable)?;
        // Only a header can be left behind where a redirect leaves the origin (specs H-05).
        let conduct = match (placement, post) {
            (TokenPlacement::Header, false) => Conduct::Bearer,
            _ => Conduct::Credentials,
        };
        let response = self
            .keybelt
            .exchange_patiently(request, conduct)
            .await
            .map_err(UserinfoTrouble::Exchange)?;
        let read = |keys| userinfo::read(&response, subject, &self.signer(keys));
        if response.status != 200 || !userinfo::is_signed(&response) {
            return read(None).map(Some).map_err(UserinfoTrouble::Answer);
        }
        if self.by_secret() {
            return read(self.client_secret.map(Keys::Secret))
                .map(Some)
                .map_err(UserinfoTrouble::Answer);
        }
        let Some(jwks_uri) = &self.resolved.client.jwks_uri else {
            return read(None).map(Some).map_err(UserinfoTrouble::Answer);
        };
        let set = keys::keys(self.keybelt, self.vault, jwks_uri)
            .await
            .map_err(UserinfoTrouble::Keys)?;
        match read(Some(Keys::Set(&set))) {
            Err(UserinfoError::Signature {
                key_may_be_newer: true,
                detail,
            }) => {
                let newer = keys::newer_keys(self.keybelt, self.vault, jwks_uri)
                    .await
                    .map_err(UserinfoTrouble::Keys)?;
                match newer {
                    Some(newer) => read(Some(Keys::Set(&newer))),
                    None => Err(UserinfoError::Signature {
                        key_may_be_newer: false,
                        detail,
                    }),
                }
            }
            outcome => outcome,
        }
        .map(Some)
        .map_err(UserinfoTrouble::Answer)
    }

    fn signer<'b>(&'b self, keys: Option<Keys<'b>>) -> Signer<'b> {
        let client = &self.resolved.client;
        Signer {
            issuer: client.issuer.as_ref().map(keybelt_primitives::Issuer::as_str),
            client_id: &client.client_id,
            algorithms: &self.algorithms,
            keys,
        }
    }
}

/// What may have signed: the registered algorithm; else what the metadata lists, without shared secrets; else RS256
/// (specs ID-07, ID-08).
pub(crate) fn algorithms(registered: Option<&str>, listed: Option<&[String]>) -> Vec<Algorithm> {
    if let Some(registered) = registered {
        return Algorithm::parse(registered).into_iter().collect();
    }
    match listed {
        Some(listed) => asymmetric(listed),
        None => vec![Algorithm::Rs256],
    }
}

/// The listed algorithms that linking takes.
pub(crate) fn asymmetric(listed: &[String]) -> Vec<Algorithm> {
    let mut taken: Vec<Algorithm> = listed.iter().filter_map(|name| Algorithm::parse(name)).collect();
    taken.retain(|algorithm| !algorithm.is_symmetric());
    taken.sort();
    taken.dedup();
    taken
}

/// Whom the verified claims are about.
pub(crate) fn subject(evidence: &Evidence) -> Option<&str> {
    evidence.claims.as_ref()?.get("sub")?.as_str()
}

/// The check that refused an ID token, and what it found.
pub(crate) fn refusal(checked: &Checked) -> (String, String) {
    let failed = checked.failure();
    failed
        .map(|record| (record.check.clone(), record.detail.clone()))
        .unwrap_or_default()
}
