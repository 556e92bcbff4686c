//! What every room needs and no room owns: secrets that cannot be printed, time, checked addresses, bounded JSON.
//!
//! Owns: [`Secret`], [`UnixSeconds`], [`Clock`] and [`Entropy`], [`Endpoint`] and [`Issuer`], the bounds, [`wire`].
//! Never: I/O, a word of OAuth.
//! Start at: [`Secret`], [`Endpoint`].

mod address;
mod below;
pub mod bounds;
mod effects;
pub mod json;
mod secret;
pub mod text;
mod time;
pub mod wire;

pub use address::{Endpoint, EndpointError, Issuer, IssuerError, is_loopback_host};
pub use below::BelowError;
pub use effects::{Clock, Entropy, EntropyError};
pub use secret::Secret;
pub use time::{UnixMillis, UnixSeconds};
