use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Secret, UnixSeconds};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::authorization::Awaited;
use super::callback_uri::CallbackUri;
use super::client::Client;
use super::signed_request::{Credentials, SignError};
use super::stamp::Stamp;
use super::token_credentials;
use crate::oauth2::client::Destination;
use crate::oauth2::redirect_uri::RedirectUri;

const VERSION: u8 = 1;

/// An authorization that the person was sent to, with the temporary credentials. It is used once: `accept` and
/// `accept_pin` take it. It has no `Debug`.
pub struct PendingAuthorization {
    pub(super) profile: String,
    pub(super) temporary: Credentials,
    pub(super) callback: CallbackUri,
    pub(super) destination: Destination,
    pub(super) deadline: UnixSeconds,
}

/// Temporary credentials that the person authorized, with the verifier that proves it. It is used once: the request
/// takes it. It has no `Debug`.
pub struct AuthorizedGrant {
    temporary: Credentials,
    verifier: Secret<String>,
    destination: Destination,
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

/// Why token credentials cannot be asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenRequestError {
    /// The profile leads elsewhere by now.
    #[error("the profile no longer leads where the link began")]
    DestinationChanged,
    /// The request cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl PendingAuthorization {
    /// What tells its answer from a stranger's; to be kept while this is sealed away.
    pub fn awaited(&self) -> Awaited {
        Awaited {
            token: self.temporary.token.duplicate(),
            callback: self.callback.clone(),
        }
    }

    /// Under this it is found again: the profile's key and `oauth_token`, so that no provider can take another's place.
    #[expect(
        clippy::disallowed_methods,
        reason = "the vault keeps only a keyed tag of the identifier"
    )]
    pub fn handle(&self) -> Secret<String> {
        Secret::new(format!(
            "oauth1 {} {}",
            self.profile,
            self.temporary.token.expose()
        ))
    }

    /// When it is no longer taken.
    pub fn deadline(&self) -> UnixSeconds {
        self.deadline
    }

    pub(super) fn authorized(self, verifier: Secret<String>) -> AuthorizedGrant {
        AuthorizedGrant {
            temporary: self.temporary,
            verifier,
            destination: self.destination,
        }
    }

    /// Everything the answer needs, to be sealed before the person is sent anywhere.
    #[expect(
        clippy::disallowed_methods,
        reason = "the vault seals the temporary credentials with the rest"
    )]
    pub fn to_bytes(&self) -> Result<Secret<Vec<u8>>, PendingBytesError> {
        let stored = Stored {
            version: VERSION,
            profile: self.profile.clone(),
            token: self.temporary.token.expose().clone(),
            secret: self.temporary.secret.expose().clone(),
            callback: self.callback.as_str().to_owned(),
            token_endpoint: self.destination.token_endpoint.clone(),
            consumer_key: self.destination.client_id.clone(),
            deadline: self.deadline,
        };
        // Room enough that the text is not left behind by a buffer that grows.
        let mut bytes = Vec::with_capacity(256 << 10);
        serde_json::to_writer(&mut bytes, &stored).map_err(|_| PendingBytesError::Unwritable)?;
        Ok(Secret::new(bytes))
    }

    /// Reads back what [`to_bytes`](Self::to_bytes) wrote.
    #[expect(clippy::disallowed_methods, reason = "the vault gives back what it sealed")]
    pub fn from_bytes(bytes: &Secret<Vec<u8>>) -> Result<Self, PendingBytesError> {
        let mut stored: Stored =
            serde_json::from_slice(bytes.expose()).map_err(|_| PendingBytesError::Unreadable)?;
        let temporary = Credentials {
            token: Secret::new(std::mem::take(&mut stored.token)),
            secret: Secret::new(std::mem::take(&mut stored.secret)),
        };
        if stored.version != VERSION {
            return Err(PendingBytesError::OtherVersion);
        }
        let callback = match stored.callback.as_str() {
            "oob" => CallbackUri::OutOfBand,
            text => {
                CallbackUri::Address(RedirectUri::parse(text).map_err(|_| PendingBytesError::Unreadable)?)
            }
        };
        Ok(Self {
            profile: stored.profile.clone(),
            temporary,
            callback,
            destination: Destination {
                issuer: None,
                token_endpoint: stored.token_endpoint.clone(),
                refresh_endpoint: None,
                client_id: stored.consumer_key.clone(),
            },
            deadline: stored.deadline,
        })
    }
}

impl AuthorizedGrant {
    /// The request for token credentials. It may be built again for another stamp, while nobody has answered it.
    pub fn token_request(&self, client: &Client, stamp: &Stamp) -> Result<Request, TokenRequestError> {
        if self.destination != client.destination() {
            return Err(TokenRequestError::DestinationChanged);
        }
        Ok(token_credentials::request(
            client,
            &self.temporary,
            &self.verifier,
            stamp,
        )?)
    }

    /// Where the credentials are issued.
    pub fn destination(&self) -> &Destination {
        &self.destination
    }
}

#[derive(Deserialize, Serialize)]
struct Stored {
    version: u8,
    profile: String,
    token: String,
    secret: String,
    callback: String,
    token_endpoint: Endpoint,
    consumer_key: String,
    deadline: UnixSeconds,
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.token.zeroize();
        self.secret.zeroize();
    }
}
