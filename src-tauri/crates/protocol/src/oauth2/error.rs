//! An error as a provider words it (RFC 6749 §4.1.2.1, §5.2), made safe to look at.

use keybelt_primitives::text::{clipped, visible};

const CODE: usize = 100;
const TEXT: usize = 500;

/// Codes that are registered for the authorization and token endpoints (RFC 6749 §4.1.2.1, §5.2, RFC 6750 §3.1,
/// RFC 7009 §2.2.1, RFC 8628 §3.5, RFC 8707 §2, RFC 9101 §7, RFC 9126, RFC 9396, RFC 9449, RFC 9470, OpenID Connect
/// Core 1.0 §3.1.2.6, Token Exchange RFC 8693 §2.2.2).
const REGISTERED: &[&str] = &[
    "access_denied",
    "account_selection_required",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "insufficient_scope",
    "insufficient_user_authentication",
    "interaction_required",
    "invalid_authorization_details",
    "invalid_client",
    "invalid_dpop_proof",
    "invalid_grant",
    "invalid_request",
    "invalid_request_object",
    "invalid_request_uri",
    "invalid_scope",
    "invalid_target",
    "invalid_token",
    "login_required",
    "registration_not_supported",
    "request_not_supported",
    "request_uri_not_supported",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unmet_authentication_requirements",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
    "use_dpop_nonce",
];

/// A provider's error. All texts are cut and their control characters made visible; they are to be shown, never to be
/// opened.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{code}{}", description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
pub struct OAuthError {
    /// `error`: at most 100 characters.
    pub code: String,
    /// `error_description`: at most 500 characters.
    pub description: Option<String>,
    /// `error_uri`: at most 500 characters; text only.
    pub uri: Option<String>,
}

/// What an error means for what happens next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorKind {
    /// `invalid_grant`: the code or refresh token is over.
    InvalidGrant,
    /// `invalid_client`, `unauthorized_client`: the registration is at fault, the grant is not.
    ClientRefused,
    /// The person, or the provider on their behalf, said no (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6).
    Declined,
    /// `server_error`, `temporarily_unavailable`.
    Unavailable,
    /// Anything else.
    Other,
}

impl OAuthError {
    pub(crate) fn new(code: &str, description: Option<&str>, uri: Option<&str>) -> Self {
        let text = |text: &str| clipped(&visible(text), TEXT);
        let filled = |text: &&str| !text.is_empty();
        Self {
            code: clipped(&visible(code), CODE),
            description: description.filter(filled).map(text),
            uri: uri.filter(filled).map(text),
        }
    }

    /// What the code means.
    pub fn kind(&self) -> ErrorKind {
        match self.code.as_str() {
            "invalid_grant" => ErrorKind::InvalidGrant,
            "invalid_client" | "unauthorized_client" => ErrorKind::ClientRefused,
            "access_denied"
            | "account_selection_required"
            | "consent_required"
            | "interaction_required"
            | "login_required" => ErrorKind::Declined,
            "server_error" | "temporarily_unavailable" => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        }
    }

    /// Whether the code is one that a specification registers.
    pub fn is_registered(&self) -> bool {
        REGISTERED.binary_search(&self.code.as_str()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registered_codes_are_sorted() {
        assert!(REGISTERED.is_sorted());
    }

    #[test]
    fn af_18_texts_are_cut_and_made_visible() {
        let long = "é".repeat(2_000);
        let error = OAuthError::new("access\u{1b}[2J_denied", Some(&long), Some(""));
        assert_eq!(error.code, "access\\u{1b}[2J_denied");
        assert_eq!(error.description.unwrap().chars().count(), 501);
        assert_eq!(error.uri, None);
    }

    #[test]
    fn af_36_only_invalid_grant_ends_a_grant() {
        let kind = |code| OAuthError::new(code, None, None).kind();
        assert_eq!(kind("invalid_grant"), ErrorKind::InvalidGrant);
        assert_eq!(kind("invalid_client"), ErrorKind::ClientRefused);
        assert_eq!(kind("unauthorized_client"), ErrorKind::ClientRefused);
        assert_eq!(kind("login_required"), ErrorKind::Declined);
        assert_eq!(kind("server_error"), ErrorKind::Unavailable);
        assert_eq!(kind("invalid_grant "), ErrorKind::Other);
    }
}
