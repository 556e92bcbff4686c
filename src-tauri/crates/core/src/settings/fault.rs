use keybelt_contract::{NameError, SettingTrouble};
use keybelt_primitives::{EndpointError, IssuerError};
use keybelt_protocol::oauth1::rsa_key::RsaKeyError;

/// What is wrong with one setting.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// No such key.
    #[error("there is no such setting{}", .nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// The known key that looks most like it, its object's name before it.
        nearest: Option<String>,
    },
    /// It would switch a protection off.
    #[error("it would switch a protection off, which Keybelt does not do")]
    Weakens,
    /// It belongs to OAuth 1, and the profile speaks OAuth 2.
    #[error("it belongs to OAuth 1, and this profile speaks OAuth 2 (it has no `request_token_url`)")]
    OfOauth1,
    /// It belongs to OAuth 2, and the profile speaks OAuth 1.
    #[error("it belongs to OAuth 2, and this profile speaks OAuth 1 by its `{by}`")]
    OfOauth2 {
        /// The setting that makes it OAuth 1.
        by: &'static str,
    },
    /// The protocol sets this parameter itself (RFC 6749 §4.1.1, §4.1.3; RFC 5849 §3.1).
    #[error("the protocol sets this parameter itself")]
    Reserved,
    /// The address's own query names a parameter that the request has too (RFC 6749 §3.1).
    #[error("its query names `{name}`, which the request names too")]
    NamesTwice {
        /// The parameter, made visible.
        name: String,
    },
    /// `openid` is asked for, and nothing says who has to sign the ID token.
    #[error(
        "it asks for `openid`, and nothing says whose signature to expect: set `issuer` or `server_metadata_url`"
    )]
    Unverifiable,
    /// OpenID Connect, and `openid` is not asked for (OpenID Connect Core 1.0 §3.1.2.1).
    #[error("OpenID Connect wants `openid` in `client_kwargs.scope`; without it no identity is verified")]
    WithoutOpenid,
    /// A secret among the parameters of an address, where it is shown and logged (RFC 6749 §2.3.1).
    #[error("its query holds `{name}`, and a secret in an address is shown to whoever sees it")]
    SecretInAddress {
        /// The parameter.
        name: String,
    },
    /// PLAINTEXT over plain http, which shows the secrets to whoever listens (RFC 5849 §3.4.4).
    #[error(
        "PLAINTEXT shows the secrets, and `{other}` is plain http: set `client_kwargs.plaintext_on_loopback` if you mean it"
    )]
    PlaintextInTheClear {
        /// The address.
        other: &'static str,
    },
    /// A form can be posted to a listener on this machine only (OAuth 2.0 Form Post Response Mode §2).
    #[error(
        "no route can catch it: `form_post` needs a redirect URI on this machine, such as http://127.0.0.1/callback"
    )]
    FormPostElsewhere,
    /// A text that is no key to sign with.
    #[error("{0}")]
    RsaKey(RsaKeyError),
    /// A PIN is for OAuth 1 only (RFC 5849 §2.1).
    #[error("`oob` is for OAuth 1 only")]
    OutOfBand,
    /// Another kind of value is wanted.
    #[error("it wants {wanted}")]
    Unfit {
        /// What is wanted, in words.
        wanted: String,
    },
    /// A text that is no name.
    #[error("{0}")]
    Name(NameError),
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
    /// Several profiles could be meant.
    #[error("several profiles could be meant: {}", .names.join(", "))]
    Ambiguous {
        /// Their names.
        names: Vec<String>,
    },
    /// The line of a document that should say it cannot be read.
    #[error("line {line}: {what}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong, in words that hold nothing of the line.
        what: String,
    },
    /// Two settings say different things.
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

    /// The same as a face is told it.
    pub(crate) fn trouble(&self) -> SettingTrouble {
        let nearest = match &self.problem {
            Problem::Unknown { nearest } | Problem::NoSuchProvider { nearest } => nearest.clone(),
            _ => None,
        };
        SettingTrouble {
            key: self.key.clone(),
            message: self.problem.to_string(),
            nearest,
        }
    }
}
