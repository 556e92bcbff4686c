//! Which parameters, members and header fields of an exchange hold a secret, by their names alone.

/// Where a name stands: some words are secrets in one place and plain words in another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// A parameter of an address, a form, or OAuth 1's header.
    Parameter,
    /// A member of a JSON document.
    Member,
    /// A header field.
    Header,
}

/// Names that end so, `-` taken for `_` and without regard to case: `access_token`, `id_token`, `oauth_token`,
/// `refreshToken`, `client_secret`, `oauth_token_secret` (RFC 6749 appendix A, RFC 5849 §3.1, OpenID Connect Core 1.0
/// §3.1.3.3), `client_assertion` (RFC 7521 §4.2), `code_verifier` (RFC 7636 §4.5), `oauth_verifier`, `oauth_signature`
/// (RFC 5849 §2.3, §3.1), and what others call theirs.
const ENDINGS: &[&str] = &[
    "api_key",
    "apikey",
    "assertion",
    "authorization",
    "cookie",
    "id_token_hint",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "session_handle",
    "signature",
    "ticket",
    "token",
    "verifier",
];

/// Parameters that are secrets as long as an authorization is under way (RFC 6749 §4.1.2, §10.12; OpenID Connect Core
/// 1.0 §3.1.2.1; RFC 8628 §3.2; RFC 9126 §2.2). As members of a document they are an error's code or a place's name.
const PARAMETERS: &[&str] = &["code", "nonce", "pin", "request", "request_uri", "state"];

/// What a document calls so is a secret that is still to be used (RFC 8628 §3.2, CIBA Core 1.0 §7.3).
const MEMBERS: &[&str] = &[
    "auth_req_id",
    "device_code",
    "user_code",
    "verification_uri_complete",
];

/// The private half of a key (RFC 7518 §6.2.2, §6.3.2, §6.4.1), which nobody should publish.
const PRIVATE_KEY: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Whether what is called so is a secret.
pub fn is_secret(name: &str, place: Place) -> bool {
    let name = name.trim().to_ascii_lowercase().replace('-', "_");
    ENDINGS.iter().any(|ending| name.ends_with(ending))
        || MEMBERS.contains(&name.as_str())
        || place == Place::Parameter && PARAMETERS.contains(&name.as_str())
}

/// Whether what is called so in a JSON Web Key is a secret.
pub fn is_private_in_key(name: &str) -> bool {
    PRIVATE_KEY.contains(&name)
}

/// Whether a text is a JWS or JWE in its compact form (RFC 7515 §7.1, RFC 7516 §7.1): it may be an ID token, an
/// assertion, or anything else that must not be passed on.
pub fn is_compact_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_base64url = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    // Every header begins with `{"`.
    matches!(parts.len(), 3 | 5)
        && parts.first().is_some_and(|header| header.starts_with("ey"))
        && parts.iter().all(|part| is_base64url(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_specifications_call_a_secret_is_one() {
        for name in [
            "access_token",
            "refresh_token",
            "id_token",
            "id_token_hint",
            "client_secret",
            "client_assertion",
            "code",
            "code_verifier",
            "state",
            "nonce",
            "oauth_token",
            "oauth_token_secret",
            "oauth_verifier",
            "oauth_signature",
            "oauth_session_handle",
        ] {
            assert!(is_secret(name, Place::Parameter), "{name}");
        }
        for name in ["Authorization", "Set-Cookie", "X-Api-Key", "DPoP-Token"] {
            assert!(is_secret(name, Place::Header), "{name}");
        }
    }

    #[test]
    fn what_only_speaks_of_secrets_is_none() {
        for name in [
            "token_type",
            "token_endpoint",
            "id_token_signing_alg_values_supported",
            "code_challenge",
            "oauth_nonce",
            "oauth_signature_method",
            "oauth_consumer_key",
            "grant_type",
        ] {
            assert!(!is_secret(name, Place::Parameter), "{name}");
        }
        assert!(!is_secret("code", Place::Member) && !is_secret("state", Place::Member));
    }

    #[test]
    fn a_compact_token_is_known_by_its_shape() {
        assert!(is_compact_token("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"));
        assert!(is_compact_token("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."));
        for text in ["eyes.are.open here", "a.b.c", "eyJ.x", ""] {
            assert!(!is_compact_token(text), "{text}");
        }
    }
}
