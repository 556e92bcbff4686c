//! OAuth 1.0a as a client sees it: RFC 5849, with HMAC-SHA256, the OAuth Request Body Hash (draft 4) and the Problem
//! Reporting extension.
//!
//! Owns: the signature base string, the four signature methods, where the parameters go, RSA keys.
//! Never: sending anything, storing anything, the clock, randomness of its own.
//! Start at: [`signed_request::Signer`], whose `sign` makes a request to be sent exactly as it was signed.

pub mod base_string;
mod body_hash;
pub mod client;
mod encoding;
mod hmac_sha256;
pub mod placement;
pub mod rsa_key;
pub mod signature;
pub mod signed_request;
pub mod stamp;

#[cfg(test)]
mod vectors;
