//! Drives the practice provider as a browser and a client would, through its router and without a socket.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod flow;
mod guards;
mod misuse;
mod provider;
mod restart;
