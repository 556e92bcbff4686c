//! OAuth 1.0a as a client sees it: RFC 5849, with HMAC-SHA256, the OAuth Request Body Hash (draft 4), and the extensions
//! Problem Reporting and Session.
//!
//! Owns: the three steps of the flow, their requests and what the answers mean; the signature base string, the four
//! signature methods, where the parameters go, RSA keys.
//! Never: sending anything, storing anything, the clock, randomness of its own.
//! Start at: [`client::Client`], then [`temporary_credentials`], [`authorization`], [`token_credentials`]; for a request
//! to the API [`signed_request::Signer`], whose `sign` makes one to be sent exactly as it was signed.

pub mod answer;
pub mod authorization;
pub mod base_string;
mod body_hash;
mod callback_uri;
pub mod client;
pub mod clock;
mod encoding;
mod hmac_sha256;
mod pending_authorization;
mod pin;
pub mod placement;
pub mod problem;
mod request;
pub mod rsa_key;
pub mod session;
pub mod signature;
pub mod signed_request;
pub mod stamp;
pub mod temporary_credentials;
pub mod token_credentials;
pub mod userinfo;

pub use callback_uri::CallbackUri;
pub use pending_authorization::TokenRequestError;
pub use pin::{Pin, PinError};

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod vectors;
