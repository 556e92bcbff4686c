use keybelt_primitives::{EndpointError, IssuerError};

/// What is wrong with one setting.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// No such key.
    #[error("there is no such setting{}", .nearest.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// The known key that looks most like it.
        nearest: Option<&'static str>,
    },
    /// It would switch a protection off.
    #[error("it would switch a protection off, which Keybelt does not do")]
    Weakens,
    /// It belongs to OAuth 1.
    #[error("it belongs to OAuth 1, which this version does not speak")]
    Oauth1,
    /// Another kind of value is wanted.
    #[error("it wants {wanted}")]
    Unfit {
        /// What is wanted, in words.
        wanted: String,
    },
    /// An address that may not be used as an endpoint.
    #[error("{0}")]
    Endpoint(EndpointError),
    /// An address that is no issuer.
    #[error("{0}")]
    Issuer(IssuerError),
    /// A redirect URI to a host that is not this machine, over plain http.
    #[error("it uses http and is not a loopback address")]
    InsecureRedirect,
    /// Another redirect URI that cannot be taken; the words say why.
    #[error("{0}")]
    Redirect(String),
    /// A secret given where arguments can be read by others.
    #[error("a secret is not given as an argument; others can read those")]
    SecretAsArgument,
    /// A provider that the catalogue does not have.
    #[error("the catalogue has no such provider{}", .nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    NoSuchProvider {
        /// The known id that looks most like it.
        nearest: Option<String>,
    },
    /// Two keys of one settings object say the same thing differently.
    #[error("it contradicts `{other}`")]
    Contradicts {
        /// The other setting.
        other: &'static str,
    },
}

impl Problem {
    pub(crate) fn unfit(wanted: &str) -> Self {
        Self::Unfit {
            wanted: wanted.to_owned(),
        }
    }

    /// Whether it is an address that would give secrets away.
    pub(crate) fn is_insecure(&self) -> bool {
        matches!(
            self,
            Self::Endpoint(EndpointError::Insecure)
                | Self::Issuer(IssuerError::Endpoint(EndpointError::Insecure))
                | Self::InsecureRedirect
        )
    }
}

/// A setting that cannot be taken, and why.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{key}`: {problem}")]
pub struct SettingFault {
    /// The key, dotted where it is a member.
    pub key: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl SettingFault {
    pub(crate) fn new(key: impl Into<String>, problem: Problem) -> Self {
        Self {
            key: key.into(),
            problem,
        }
    }
}
