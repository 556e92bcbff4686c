//! What the specifications say of a client, as pure code: it can be read beside the specification and tested with its
//! vectors.
//!
//! Owns: [`oauth2`] (RFC 6749 and what grew around it), [`oauth1`] (RFC 5849), [`oidc`] (ID tokens and userinfo),
//! [`jose`] (JWS and JWK), [`handover`] (how a token is written down for another tool), [`secret_names`] (which names
//! hold secrets).
//! Never: a socket, a file, the clock, randomness of its own; a provider's name. Times, random bytes and answers are
//! handed in, requests are handed out.
//! Start at: [`oauth2::authorization_code`] for a link, [`oauth2::token_response`] for what comes back.

pub mod handover;
pub mod jose;
pub mod oauth1;
pub mod oauth2;
pub mod oidc;
pub mod secret_names;

#[cfg(test)]
mod fuzz;
