//! Proof key for code exchange (RFC 7636).

use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::{Entropy, EntropyError, Secret};

use super::random;

/// Whether and how PKCE is used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pkce {
    /// The challenge is the verifier's SHA-256 (RFC 7636 §4.2): the default.
    S256,
    /// The challenge is the verifier itself; only by a profile that says so.
    Plain,
    /// No PKCE; only by a profile that says so.
    None,
}

/// Why PKCE cannot be done as it must be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PkceError {
    /// The server lists methods without S256 (RFC 9700 §2.1.1).
    #[error("the server lists ways of PKCE without S256 ({})", listed.join(", "))]
    NotOffered {
        /// What it lists, made visible.
        listed: Vec<String>,
    },
    /// A method that RFC 7636 does not know.
    #[error("`{method}` is no way of PKCE; there are S256, plain and none")]
    Unknown {
        /// As configured, made visible.
        method: String,
    },
}

impl Pkce {
    /// Chooses the way: S256 unless the profile or catalogue (`configured`) says `plain` or `none` in so many words.
    /// Metadata that lists methods without S256 is refused, never a reason to fall back (RFC 7636 §7.2).
    pub fn choose(configured: Option<&str>, listed: Option<&[String]>) -> Result<Self, PkceError> {
        match configured {
            Some("plain") => Ok(Self::Plain),
            Some("none") => Ok(Self::None),
            None | Some("S256") => match listed {
                Some(listed) if !listed.iter().any(|method| method == "S256") => Err(PkceError::NotOffered {
                    listed: listed.iter().take(16).map(|method| shown(method)).collect(),
                }),
                _ => Ok(Self::S256),
            },
            Some(other) => Err(PkceError::Unknown { method: shown(other) }),
        }
    }

    /// A fresh verifier (RFC 7636 §4.1), if there is to be one.
    pub(super) fn verifier(self, entropy: &dyn Entropy) -> Result<Option<Secret<String>>, EntropyError> {
        match self {
            Self::None => Ok(None),
            Self::S256 | Self::Plain => Ok(Some(Secret::new(random::token(entropy)?))),
        }
    }
}

fn shown(method: &str) -> String {
    clipped(&visible(method), 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn pk_04_s256_also_when_metadata_is_silent() {
        assert_eq!(Pkce::choose(None, None), Ok(Pkce::S256));
        assert_eq!(
            Pkce::choose(None, Some(&listed(&["plain", "S256"]))),
            Ok(Pkce::S256)
        );
        assert_eq!(Pkce::choose(Some("none"), None), Ok(Pkce::None));
    }

    #[test]
    fn pk_05_refused_when_the_server_lists_methods_without_s256() {
        for methods in [listed(&["plain"]), listed(&["s256"]), listed(&[])] {
            for configured in [None, Some("S256")] {
                let wanted = PkceError::NotOffered {
                    listed: methods.clone(),
                };
                assert_eq!(Pkce::choose(configured, Some(&methods)), Err(wanted));
            }
            assert_eq!(Pkce::choose(Some("plain"), Some(&methods)), Ok(Pkce::Plain));
        }
    }

    #[test]
    fn pk_03_no_other_word_weakens_it() {
        for word in ["s256", "S512", "", "None"] {
            assert_eq!(
                Pkce::choose(Some(word), None),
                Err(PkceError::Unknown { method: word.into() })
            );
        }
    }
}
