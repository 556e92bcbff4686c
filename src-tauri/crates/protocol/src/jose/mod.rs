//! Signed tokens and the keys they are checked with (RFC 7515, 7517, 7518, 8037, 8725).
//!
//! Owns: the compact form, JWK sets, signatures.
//! Never: what a claim means (see [`crate::oidc`]); keys that a token brings along; decryption.
//! Start at: [`compact::Compact::parse`], [`key_set::KeySet::parse`], [`algorithm::Algorithm`].

pub mod algorithm;
pub mod compact;
mod key;
pub mod key_set;
mod signature;

pub use signature::{Candidates, Keys, candidates, verifies};

#[cfg(test)]
pub(crate) mod fixtures;
