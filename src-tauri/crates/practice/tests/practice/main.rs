//! Drives the practice provider as a browser and a client would, through its router and without a socket.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod flow;
mod guards;
mod misuse;
mod oauth1;
mod provider;
mod restart;
mod signing;
