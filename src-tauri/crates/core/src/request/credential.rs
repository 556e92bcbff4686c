//! The account's token on its way into a request: borne, or signing it.

use keybelt_net::Conduct;
use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{Secret, UnixMillis};
use keybelt_protocol::oauth1::problem;
use keybelt_protocol::oauth1::signed_request::{Credentials, Signer};
use keybelt_protocol::oauth2::bearer::{self, TokenPlacement};
use keybelt_vault::{AccountSummary, Part, Tokens};

use super::Subject;
use super::draft::framed;
use super::error::RequestError;
use crate::Keybelt;
use crate::accounts;
use crate::failure::provider_text;
use crate::refresh::issued_here;
use crate::registry::{self, Registration};
use crate::signed_exchange::{self, ServerClock, SignedTrouble};
use crate::token::{self, TokenError, TokenWanted};

/// A fresh token, and how a request carries it.
pub(super) struct Credential {
    /// When it was obtained.
    pub(super) obtained_at: UnixMillis,
    renewable: bool,
    proof: Proof,
}

enum Proof {
    Bearer {
        access_token: Secret<String>,
        placement: TokenPlacement,
    },
    /// OAuth 1: nothing but the signature shows the secret (RFC 5849 §3.4).
    Signature {
        signer: Box<Signer>,
        credentials: Credentials,
        /// The client's, which PLAINTEXT sends as it is.
        client_secret: Option<Secret<String>>,
    },
}

impl Credential {
    /// The account's token, its receiver named in the ledger.
    pub(super) async fn fresh(
        keybelt: &Keybelt,
        subject: &Subject,
        wanted: TokenWanted,
    ) -> Result<Self, RequestError> {
        let signer = signer_of(subject)?;
        if let Some(resolved) = &signer {
            // Before the ledger names a receiver who will then get nothing.
            refuse_moved(keybelt, subject, resolved).await?;
        }
        let (account, tokens) = token::hand_over(keybelt, &subject.account.name, wanted).await?;
        let (obtained_at, renewable) = (account.obtained_at, account.refreshable);
        let proof = match signer {
            Some(resolved) => signature(*resolved, subject, &account, tokens)?,
            None => Proof::Bearer {
                access_token: tokens.access_token,
                placement: registry::layers(&subject.profile)
                    .text("client_kwargs.token_placement")
                    .and_then(TokenPlacement::parse)
                    .unwrap_or_default(),
            },
        };
        Ok(Self {
            obtained_at,
            renewable,
            proof,
        })
    }

    /// Sends a request with the token in it, or signed by it. Nothing is changed once it is signed (specs O1-23).
    pub(super) async fn send(
        &self,
        keybelt: &Keybelt,
        request: impl Fn() -> Request,
        clock: &mut ServerClock,
        conduct: Conduct,
    ) -> Result<Response, RequestError> {
        match &self.proof {
            Proof::Bearer {
                access_token,
                placement,
            } => {
                let borne = bearer::bear(request(), access_token, *placement)?;
                Ok(keybelt.exchange(framed(borne), conduct).await?)
            }
            Proof::Signature {
                signer, credentials, ..
            } => {
                let sent = signed_exchange::send(keybelt, signer, clock, conduct, |stamp| {
                    signer.sign(request(), Some(credentials), stamp).map(framed)
                });
                sent.await.map_err(|trouble| match trouble {
                    SignedTrouble::Sign(error) => error.into(),
                    SignedTrouble::Entropy(_) => RequestError::Entropy,
                    SignedTrouble::Exchange(trouble) => trouble.into(),
                })
            }
        }
    }

    /// Whether the API refused the token itself, so that a renewed one may do (RFC 6750 §3.1; specs O1-37).
    pub(super) fn is_refused_in(&self, response: &Response) -> bool {
        match &self.proof {
            Proof::Bearer { .. } => {
                response.status == 401
                    && bearer::refusal(&response.headers)
                        .is_some_and(|refusal| refusal.code == "invalid_token")
            }
            Proof::Signature { .. } => self.renewable && problem::refuses_token(response),
        }
    }

    /// Which scopes the API says the token lacks (specs BT-04).
    pub(super) fn lacking_scopes_in(&self, response: &Response) -> Option<Vec<String>> {
        let is_borne = matches!(self.proof, Proof::Bearer { .. });
        let lacking = bearer::lacking_scopes(&response.headers)
            .filter(|_| is_borne && matches!(response.status, 401 | 403))?;
        Some(lacking.iter().map(|scope| provider_text(scope)).collect())
    }

    /// What no answer may show.
    pub(super) fn secrets(&self) -> Vec<&Secret<String>> {
        match &self.proof {
            Proof::Bearer { access_token, .. } => vec![access_token],
            Proof::Signature {
                credentials,
                client_secret,
                ..
            } => {
                let both = [&credentials.token, &credentials.secret];
                let all = both.into_iter().chain(client_secret);
                all.filter(|secret| !secret.is_empty()).collect()
            }
        }
    }
}

/// The profile of an OAuth 1 account, resolved before anybody is named in the ledger; `None`: the token is borne.
pub(super) fn signer_of(subject: &Subject) -> Result<Option<Box<registry::ResolvedOauth1>>, RequestError> {
    if subject.account.protocol != keybelt_contract::Protocol::Oauth1 {
        return Ok(None);
    }
    match registry::resolve(&subject.profile, None)? {
        Registration::Oauth1(resolved) => Ok(Some(Box::new(resolved))),
        Registration::Oauth2(_) => Err(RequestError::NoLongerOauth1 {
            profile: subject.profile.name.clone(),
        }),
    }
}

/// Refuses credentials of another client than the profile describes by now.
async fn refuse_moved(
    keybelt: &Keybelt,
    subject: &Subject,
    resolved: &registry::ResolvedOauth1,
) -> Result<(), RequestError> {
    let (vault, _) = accounts::one(keybelt, &subject.account.name).await?;
    let id = subject.account.id;
    let read = keybelt
        .door()
        .run(&vault, move |vault| vault.account_record(id))
        .await?;
    let Some(record) = read else {
        return Err(accounts::absent(keybelt, &vault, &subject.account.name)
            .await
            .into());
    };
    Ok(issued_here(resolved, &record.tokens).map_err(TokenError::from)?)
}

fn signature(
    resolved: registry::ResolvedOauth1,
    subject: &Subject,
    account: &AccountSummary,
    tokens: Tokens,
) -> Result<Proof, RequestError> {
    // Once more: it may have been linked anew meanwhile.
    issued_here(&resolved, &tokens).map_err(TokenError::from)?;
    let secret = tokens.token_secret.ok_or_else(|| crate::VaultTrouble::Damaged {
        what: format!("the token of {}", account.name),
        part: Part::Account,
    })?;
    Ok(Proof::Signature {
        signer: Box::new(resolved.client.signer),
        credentials: Credentials {
            token: tokens.access_token,
            secret,
        },
        client_secret: subject
            .profile
            .client_secret
            .as_ref()
            .map(Secret::<String>::duplicate),
    })
}
