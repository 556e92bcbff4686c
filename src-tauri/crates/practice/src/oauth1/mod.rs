//! OAuth 1.0a as a server sees it: RFC 5849, with HMAC-SHA256, the OAuth Request Body Hash (draft 4) and the Problem
//! Reporting extension. Nothing here is shared with Keybelt's own client.

mod authorization;
mod base_string;
mod consumer;
mod credentials;
mod endpoints;
mod nonces;
mod problem;
mod request;
mod signature;
#[cfg(test)]
mod vectors;

pub(crate) use authorization::{Wish, authorize, decide};
pub use consumer::RSA_CLIENT_ID;
pub(crate) use consumer::{RegisteredKey, register_key};
pub(crate) use credentials::{Callback, Credentials};
pub(crate) use endpoints::{signer, temporary_credentials, token_credentials};
pub(crate) use nonces::Nonces;
pub(crate) use problem::{Problem, ProblemError};
pub(crate) use request::{Asked, read};
