//! The practice provider: a small real authorization server with pretend people, for trying Keybelt without an account.
//!
//! Owns: its metadata, sign-in page, tokens, userinfo, revocation, OAuth 1.0a and a small API for both, as a router
//! ([`Practice::router`]), and what of it outlives a restart ([`State`]). It is strict: what a specification lets a
//! server refuse, it refuses.
//! Never: a socket, a file, the clock or randomness by itself; Keybelt's own checks, for a provider that shares its
//! client's verifier proves nothing.
//! Start at: [`Practice::new`], then `authorization`, `token_endpoint`, `grants`; `oauth1` for OAuth 1.0a.

mod api;
mod authorization;
mod bearer;
mod caller;
mod client;
mod consent;
mod encoding;
mod grants;
mod guard;
mod interactions;
mod metadata;
mod notes;
mod oauth1;
mod pages;
mod parameters;
mod people;
mod records;
mod refusal;
mod revocation;
mod scope;
mod server;
mod signing;
mod state;
mod token;
mod token_endpoint;
mod userinfo;

pub use client::{CLIENT_ID, CONFIDENTIAL_CLIENT_ID};
pub use oauth1::RSA_CLIENT_ID;
pub use pages::USUAL_ISSUER;
pub use server::{Keep, Keeping, NotKept, Options, Practice, StartError, TokenLifeError};
pub use state::{State, StateError};
