//! ID tokens and userinfo (OpenID Connect Core 1.0): what is believed of them, and by which check.
//!
//! Owns: the one ordered table of checks, which linking, refreshing and inspecting share; userinfo; the identity.
//! Never: a request, a key's source, the clock.
//! Start at: [`id_token::check`], [`checks::CHECKS`], [`identity::Identity`].

pub mod checks;
pub mod id_token;
pub mod identity;
pub mod userinfo;

mod claims;
mod hashes;
mod header;
mod parties;
mod times;
