//! The only crate that opens a socket.
//!
//! Owns: HTTP requests with their bounds ([`Net`]), the loopback listener that an authorization's answer comes back
//! to ([`loopback`]), the server under the practice provider ([`serve`]), the socket between processes ([`local`]).
//! Never: the meaning of what it carries.
//! Start at: [`Net::send`], then [`loopback::Listener`].

mod buffer;
mod client;
pub mod local;
pub mod loopback;
pub mod serve;

pub use client::{Answer, Conduct, Exchange, Net, NetOptions, Observer, SendError, Trouble};
