use std::collections::BTreeSet;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::{Endpoint, Issuer, Secret, UnixSeconds};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::authorization_code::CodeGrant;
use super::callback::Callback;
use super::client::Destination;
use super::error::OAuthError;
use super::redirect_uri::RedirectUri;

const VERSION: u8 = 1;

/// What was asked for, frozen when the link began: what the answer and the ID token are held against (specs SB-17).
#[derive(Clone, Debug)]
pub struct Asked {
    /// The profile that asked.
    pub profile: String,
    /// Where the code goes, and for whom.
    pub destination: Destination,
    /// The redirect URI, as it was sent.
    pub redirect_uri: RedirectUri,
    /// The scopes.
    pub scopes: BTreeSet<String>,
    /// The nonce, if an ID token was asked for (OpenID Connect Core 1.0 §3.1.2.1).
    pub nonce: Option<String>,
    /// `max_age`, in seconds (OpenID Connect Core 1.0 §3.1.2.1).
    pub max_age: Option<u64>,
    /// When the person was sent.
    pub started_at: UnixSeconds,
}

/// An authorization that the person was sent to. It is used once: [`accept`](Self::accept) takes it. It has no
/// `Debug`, since it holds the PKCE verifier.
pub struct PendingAuthorization {
    pub(super) awaited: Awaited,
    pub(super) verifier: Option<Secret<String>>,
    pub(super) iss_announced: bool,
    pub(super) asked: Asked,
    pub(super) deadline: UnixSeconds,
}

/// What tells the answer of one link from a stranger's request, without what is secret.
#[derive(Clone, Debug)]
pub struct Awaited {
    pub(super) state: String,
    pub(super) redirect_uri: RedirectUri,
}

/// Why an answer is refused. The pending authorization is used up, whatever the reason.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AcceptError {
    /// `state` is missing or another's (RFC 6749 §10.12).
    #[error("the answer belongs to no authorization that is under way")]
    StateMismatch,
    /// It came to another address than the one that was asked for (specs NA-05, SB-17).
    #[error("the answer came to another address than the one that was asked for")]
    RedirectUriMismatch,
    /// It came after the deadline.
    #[error("the answer came too late")]
    TooLate,
    /// `iss` names another issuer (RFC 9207 §2.4).
    #[error("the answer comes from the issuer {received}, but {expected} was asked")]
    IssuerMismatch {
        /// The issuer that was asked.
        expected: String,
        /// What the answer says, cut and made visible.
        received: String,
    },
    /// The server announces `iss` and did not send it (RFC 9207 §2.4).
    #[error("the answer does not say which issuer it comes from, although {expected} announces that it does")]
    IssuerMissing {
        /// The issuer that was asked.
        expected: String,
    },
    /// The provider says no (RFC 6749 §4.1.2.1).
    #[error("the provider answered: {0}")]
    Refused(OAuthError),
    /// Both a code and an error (RFC 6749 §4.1.2).
    #[error("the answer holds both a code and an error")]
    CodeAndError,
    /// Neither a code nor an error.
    #[error("the answer holds neither a code nor an error")]
    CodeMissing,
}

/// Why a sealed pending authorization cannot be written or read back.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PendingBytesError {
    /// It cannot be written.
    #[error("the pending authorization cannot be written")]
    Unwritable,
    /// These bytes are none.
    #[error("the pending authorization cannot be read")]
    Unreadable,
    /// A version that this program does not know.
    #[error("the pending authorization was written by another version")]
    OtherVersion,
}

impl Awaited {
    /// The `state` that was sent.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The redirect URI that was sent.
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Whether an answer has this link's state and came to its redirect URI. Anything else is a stranger's and does
    /// not end the wait (specs NA-14, NA-21).
    pub fn is_ours(&self, callback: &Callback) -> bool {
        self.has_state(callback) && self.redirect_uri.is_answered_by(callback.address())
    }

    fn has_state(&self, callback: &Callback) -> bool {
        callback
            .state()
            .is_some_and(|state| verify_slices_are_equal(state.as_bytes(), self.state.as_bytes()).is_ok())
    }
}

impl PendingAuthorization {
    /// What tells its answer from a stranger's; to be kept while this is sealed away.
    pub fn awaited(&self) -> Awaited {
        self.awaited.clone()
    }

    /// The `state`, by which it is found again.
    pub fn state(&self) -> &str {
        &self.awaited.state
    }

    /// The profile that asked.
    pub fn profile(&self) -> &str {
        &self.asked.profile
    }

    /// When it is no longer taken.
    pub fn deadline(&self) -> UnixSeconds {
        self.deadline
    }

    /// Takes the answer, in this order: state (RFC 6749 §10.12), redirect URI, deadline, issuer (RFC 9207 §2.4, whose
    /// failure shows nothing else of the answer), error, code.
    pub fn accept(self, callback: &Callback, now: UnixSeconds) -> Result<CodeGrant, AcceptError> {
        if !self.awaited.has_state(callback) {
            return Err(AcceptError::StateMismatch);
        }
        if !self.awaited.redirect_uri.is_answered_by(callback.address()) {
            return Err(AcceptError::RedirectUriMismatch);
        }
        if now > self.deadline {
            return Err(AcceptError::TooLate);
        }
        self.check_issuer(callback.parameter("iss"))?;
        match (callback.error(), callback.code()) {
            (Some(_), Some(_)) => Err(AcceptError::CodeAndError),
            (Some(error), None) => Err(AcceptError::Refused(error)),
            (None, None) => Err(AcceptError::CodeMissing),
            (None, Some(code)) => Ok(CodeGrant::new(code, self.verifier, self.asked)),
        }
    }

    fn check_issuer(&self, received: Option<&str>) -> Result<(), AcceptError> {
        // Without a known issuer the profile's own redirect URI is what tells servers apart (RFC 9700 §4.4.2.2).
        let Some(expected) = &self.asked.destination.issuer else {
            return Ok(());
        };
        let expected = expected.as_str().to_owned();
        match received {
            Some(received) if received == expected => Ok(()),
            Some(received) => Err(AcceptError::IssuerMismatch {
                expected,
                received: clipped(&visible(received), 200),
            }),
            None if self.iss_announced => Err(AcceptError::IssuerMissing { expected }),
            None => Ok(()),
        }
    }

    /// Everything the answer needs, to be sealed before the person is sent anywhere.
    #[expect(
        clippy::disallowed_methods,
        reason = "the vault seals the verifier with the rest"
    )]
    pub fn to_bytes(&self) -> Result<Secret<Vec<u8>>, PendingBytesError> {
        let asked = &self.asked;
        let stored = Stored {
            version: VERSION,
            state: self.awaited.state.clone(),
            verifier: self.verifier.as_ref().map(|verifier| verifier.expose().clone()),
            iss_announced: self.iss_announced,
            deadline: self.deadline,
            profile: asked.profile.clone(),
            issuer: asked.destination.issuer.clone(),
            token_endpoint: asked.destination.token_endpoint.clone(),
            refresh_endpoint: asked.destination.refresh_endpoint.clone(),
            client_id: asked.destination.client_id.clone(),
            redirect_uri: asked.redirect_uri.as_str().to_owned(),
            scopes: asked.scopes.clone(),
            nonce: asked.nonce.clone(),
            max_age: asked.max_age,
            started_at: asked.started_at,
        };
        // Room enough that the text is not left behind by a buffer that grows.
        let mut bytes = Vec::with_capacity(64 << 10);
        serde_json::to_writer(&mut bytes, &stored).map_err(|_| PendingBytesError::Unwritable)?;
        Ok(Secret::new(bytes))
    }

    /// Reads back what [`to_bytes`](Self::to_bytes) wrote.
    #[expect(clippy::disallowed_methods, reason = "the vault gives back what it sealed")]
    pub fn from_bytes(bytes: &Secret<Vec<u8>>) -> Result<Self, PendingBytesError> {
        let mut stored: Stored =
            serde_json::from_slice(bytes.expose()).map_err(|_| PendingBytesError::Unreadable)?;
        let verifier = stored.verifier.take().map(Secret::new);
        if stored.version != VERSION {
            return Err(PendingBytesError::OtherVersion);
        }
        let redirect_uri =
            RedirectUri::parse(&stored.redirect_uri).map_err(|_| PendingBytesError::Unreadable)?;
        Ok(Self {
            awaited: Awaited {
                state: stored.state.clone(),
                redirect_uri: redirect_uri.clone(),
            },
            verifier,
            iss_announced: stored.iss_announced,
            deadline: stored.deadline,
            asked: Asked {
                profile: stored.profile.clone(),
                destination: Destination {
                    issuer: stored.issuer.clone(),
                    token_endpoint: stored.token_endpoint.clone(),
                    refresh_endpoint: stored.refresh_endpoint.clone(),
                    client_id: stored.client_id.clone(),
                },
                redirect_uri,
                scopes: stored.scopes.clone(),
                nonce: stored.nonce.clone(),
                max_age: stored.max_age,
                started_at: stored.started_at,
            },
        })
    }
}

#[derive(Deserialize, Serialize)]
struct Stored {
    version: u8,
    state: String,
    verifier: Option<String>,
    iss_announced: bool,
    deadline: UnixSeconds,
    profile: String,
    issuer: Option<Issuer>,
    token_endpoint: Endpoint,
    #[serde(default)]
    refresh_endpoint: Option<Endpoint>,
    client_id: String,
    redirect_uri: String,
    scopes: BTreeSet<String>,
    nonce: Option<String>,
    max_age: Option<u64>,
    started_at: UnixSeconds,
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.verifier.zeroize();
    }
}
