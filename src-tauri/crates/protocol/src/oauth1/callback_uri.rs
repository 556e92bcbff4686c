use crate::oauth2::redirect_uri::RedirectUri;

/// Where the person comes back to (RFC 5849 §2.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CallbackUri {
    /// To this address.
    Address(RedirectUri),
    /// Nowhere: the provider shows a PIN, which the person types in.
    OutOfBand,
}

impl CallbackUri {
    /// As `oauth_callback` says it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Address(uri) => uri.as_str(),
            Self::OutOfBand => "oob",
        }
    }
}
