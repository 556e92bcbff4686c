//! How much of anything from outside is taken. No specification gives these; they are ours.

use std::time::Duration;

/// One JSON document (token answer, metadata, userinfo), in bytes after decompression.
pub const JSON_DOCUMENT: usize = 1 << 20;
/// One JWK set, in bytes.
pub const JWKS: usize = 1 << 20;
/// Keys read from one JWK set.
pub const JWKS_KEYS: usize = 1_000;
/// One JWT in its compact form, in bytes.
pub const JWT: usize = 64 << 10;
/// One form or redirect address, in bytes.
pub const FORM: usize = 64 << 10;
/// How deep JSON may nest.
pub const JSON_DEPTH: usize = 64;
/// Making the connection, name look-up and TLS included.
pub const CONNECT: Duration = Duration::from_secs(10);
/// One whole exchange, from the first byte sent to the last one read.
pub const EXCHANGE: Duration = Duration::from_secs(30);
/// Redirects, where any are followed at all.
pub const REDIRECTS: usize = 3;
/// The longest `Retry-After` that is honoured (RFC 9110 §10.2.3).
pub const RETRY_AFTER: Duration = Duration::from_secs(60 * 60);
/// Clock skew allowed when claims are compared with our clock.
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);
/// What one API request carries, and what one answer to it may hold, in bytes.
pub const API_BODY: usize = 64 << 20;
