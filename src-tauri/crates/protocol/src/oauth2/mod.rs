//! OAuth 2 as a client sees it: RFC 6749 with RFC 6750, 7009, 7636, 8252, 8414, 9207 and what RFC 9700 asks.
//!
//! Owns: the requests of the code grant, of refresh and of revocation; what their answers mean; metadata and its
//! addresses; how long a document stays fresh.
//! Never: ID tokens (see [`crate::oidc`]), sending anything, storing anything.
//! Start at: [`client::Client`], then [`authorization_code::begin`], [`callback::Callback`], [`token_response::parse`].

mod answer;
pub mod authorization_code;
pub mod bearer;
pub mod callback;
mod capture;
pub(crate) mod challenge;
pub mod client;
pub mod client_authentication;
pub mod error;
pub mod freshness;
pub(crate) mod lifetime;
pub mod metadata;
mod pending_authorization;
pub mod pkce;
mod random;
pub mod redirect_uri;
pub mod refresh_token;
pub mod retry_after;
pub mod revocation;
pub mod token_response;
mod well_known;

#[cfg(test)]
pub(crate) mod fixtures;
