//! Redirect URIs of an installed program (RFC 8252 §7) and whether an address answers one.

use std::fmt;

use keybelt_primitives::is_loopback_host;
use url::Url;

/// Schemes that are somebody else's or run code, dots or not.
const FOREIGN_SCHEMES: &[&str] = &[
    "about",
    "blob",
    "data",
    "file",
    "ftp",
    "ipc",
    "javascript",
    "mailto",
    "tauri",
    "ws",
    "wss",
];

/// A redirect URI, kept exactly as it is registered and sent (RFC 6749 §3.1.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RedirectUri {
    text: String,
    url: Url,
}

/// What can catch the answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RedirectKind {
    /// A private-use scheme (RFC 8252 §7.1).
    CustomScheme,
    /// `http` to this machine (RFC 8252 §7.3).
    Loopback {
        /// The port that the text names, `80` included.
        port: Option<u16>,
    },
    /// A claimed or otherwise registered `https` address (RFC 8252 §7.2).
    Https,
}

/// Why a text is no redirect URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RedirectUriError {
    /// Longer than any honest one.
    #[error("it is too long")]
    TooLong,
    /// Not absolute (RFC 6749 §3.1.2).
    #[error("it is not an absolute address")]
    NotAbsolute,
    /// A fragment (RFC 6749 §3.1.2).
    #[error("it holds a fragment")]
    Fragment,
    /// User name or password.
    #[error("it holds a user name or password")]
    UserInfo,
    /// Port 0, which no program listens at and no browser goes to.
    #[error("it names port 0, where nothing can listen")]
    Port,
    /// Plain `http` to another machine.
    #[error("it is plain http to another machine")]
    Insecure,
    /// Neither `https`, loopback `http`, nor `com.example.app:/path` (RFC 8252 §7.1).
    #[error(
        "it is neither https, http on this machine, nor a scheme made from a domain such as com.example.app:/callback"
    )]
    Scheme,
}

impl RedirectUri {
    /// Reads a redirect URI; see [`RedirectUriError`] for what is refused.
    pub fn parse(text: &str) -> Result<Self, RedirectUriError> {
        if text.len() > 8 << 10 {
            return Err(RedirectUriError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::NotAbsolute)?;
        // `Url` forgives white space and control characters; what is compared byte for byte may not.
        if text.contains(|character: char| character.is_whitespace() || character.is_control()) {
            return Err(RedirectUriError::NotAbsolute);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectUriError::UserInfo);
        }
        if url.port() == Some(0) {
            return Err(RedirectUriError::Port);
        }
        match url.scheme() {
            "https" => {}
            "http" if url.host().is_some_and(|host| is_loopback_host(&host)) => {}
            "http" => return Err(RedirectUriError::Insecure),
            scheme if FOREIGN_SCHEMES.contains(&scheme) || !scheme.contains('.') || url.has_host() => {
                return Err(RedirectUriError::Scheme);
            }
            _ if !url.path().starts_with('/') => return Err(RedirectUriError::Scheme),
            _ => {}
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    /// As it is registered and sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What can catch the answer.
    pub fn kind(&self) -> RedirectKind {
        match self.url.scheme() {
            "https" => RedirectKind::Https,
            "http" => RedirectKind::Loopback {
                port: self.url.port().or_else(|| self.says_port_80().then_some(80)),
            },
            _ => RedirectKind::CustomScheme,
        }
    }

    /// The same loopback address at a port, for a listener that got one from the system (RFC 8252 §7.3). `None` where
    /// it is no loopback address or names a port already.
    pub fn with_port(&self, port: u16) -> Option<Self> {
        if self.kind() != (RedirectKind::Loopback { port: None }) {
            return None;
        }
        let (_, rest) = self.text.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        Self::parse(&format!("http://{authority}:{port}{path}")).ok()
    }

    /// Whether an address is an answer to this redirect URI: scheme, host, port, path and its own query are the same,
    /// byte for byte; a further query may follow, and a fragment is ignored (specs NA-05, W-15, W-39).
    pub fn is_answered_by(&self, address: &str) -> bool {
        let address = address.split('#').next().unwrap_or_default();
        // A browser writes the address the way `Url` does (lower-case host, a path at least `/`), a server as it likes.
        [self.text.as_str(), self.url.as_str()].into_iter().any(|own| {
            let next = if own.contains('?') { '&' } else { '?' };
            address
                .strip_prefix(own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(next))
        })
    }

    fn says_port_80(&self) -> bool {
        // `Url` drops the default port, but `:80` in the text is a port somebody chose.
        self.text
            .split_once("://")
            .and_then(|(_, rest)| rest.split(['/', '?']).next())
            .is_some_and(|authority| authority.ends_with(":80"))
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> RedirectUri {
        RedirectUri::parse(text).unwrap()
    }

    #[test]
    fn na_15_a_custom_scheme_is_a_domain_turned_round_with_one_slash() {
        assert_eq!(
            uri("app.keybelt:/callback/work").kind(),
            RedirectKind::CustomScheme
        );
        for bad in [
            "myapp:/cb",
            "com.example.app://cb",
            "com.example.app:cb",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "tauri://localhost",
            "data:text/html,x",
        ] {
            assert_eq!(RedirectUri::parse(bad), Err(RedirectUriError::Scheme), "{bad}");
        }
    }

    #[test]
    fn af_05_absolute_and_without_fragment() {
        assert_eq!(RedirectUri::parse("/cb"), Err(RedirectUriError::NotAbsolute));
        assert_eq!(
            RedirectUri::parse("https://a.example/cb#x"),
            Err(RedirectUriError::Fragment)
        );
        assert_eq!(
            RedirectUri::parse("https://a.example/cb#"),
            Err(RedirectUriError::Fragment)
        );
        assert_eq!(
            RedirectUri::parse("https://u@a.example/cb"),
            Err(RedirectUriError::UserInfo)
        );
        assert_eq!(
            RedirectUri::parse("http://a.example/cb"),
            Err(RedirectUriError::Insecure)
        );
        assert_eq!(
            RedirectUri::parse("https://a.example/c\tb"),
            Err(RedirectUriError::NotAbsolute)
        );
        assert_eq!(
            RedirectUri::parse(" https://a.example/cb"),
            Err(RedirectUriError::NotAbsolute)
        );
    }

    #[test]
    fn nothing_comes_back_to_port_0() {
        for text in [
            "http://127.0.0.1:0/cb",
            "http://[::1]:00/cb",
            "https://a.example:0/cb",
        ] {
            assert_eq!(RedirectUri::parse(text), Err(RedirectUriError::Port), "{text}");
        }
    }

    #[test]
    fn na_11_a_loopback_address_takes_the_listeners_port() {
        let registered = uri("http://127.0.0.1/callback/work");
        assert_eq!(
            registered.with_port(8400).unwrap().as_str(),
            "http://127.0.0.1:8400/callback/work"
        );
        assert_eq!(
            uri("http://[::1]").with_port(1).unwrap().as_str(),
            "http://[::1]:1"
        );
        assert_eq!(
            uri("http://localhost?a=b").with_port(9).unwrap().as_str(),
            "http://localhost:9?a=b"
        );
    }

    #[test]
    fn na_13_a_fixed_port_stays() {
        for (text, port) in [
            ("http://localhost:8400/cb", 8400),
            ("http://127.0.0.1:80/", 80),
            ("http://[::1]:80", 80),
        ] {
            assert_eq!(
                uri(text).kind(),
                RedirectKind::Loopback { port: Some(port) },
                "{text}"
            );
            assert_eq!(uri(text).with_port(1), None, "{text}");
        }
        assert_eq!(uri("https://a.example/cb").with_port(1), None);
    }

    #[test]
    fn na_05_w_39_compared_exactly() {
        let own = uri("http://127.0.0.1:8400/callback/work");
        for ours in ["", "?", "?code=a&state=b", "?code=a&", "?code=a#_=_", "#_=_"] {
            assert!(own.is_answered_by(&format!("{own}{ours}")), "{ours}");
        }
        for other in [
            "http://127.0.0.1:8401/callback/work?code=a",
            "http://127.0.0.1:8400/callback/work/?code=a",
            "http://127.0.0.1:8400/callback/Work?code=a",
            "http://127.0.0.1:8400/callback/workshop?code=a",
            "http://127.0.0.1:8400/callback/%77ork?code=a",
            "http://localhost:8400/callback/work?code=a",
            "https://127.0.0.1:8400/callback/work?code=a",
            "http://127.0.0.1:8400/x/../callback/work?code=a",
            "HTTP://127.0.0.1:8400/callback/work?code=a",
            "",
        ] {
            assert!(!own.is_answered_by(other), "{other}");
        }
    }

    #[test]
    fn na_05_a_custom_scheme_is_compared_exactly() {
        let own = uri("app.keybelt:/callback/work");
        assert!(own.is_answered_by("app.keybelt:/callback/work?code=a&state=b"));
        for other in [
            "app.keybelt:/callback/other?code=a",
            "app.keybelt://callback/work?code=a",
            "app.keybelt:/callback",
        ] {
            assert!(!own.is_answered_by(other), "{other}");
        }
    }

    #[test]
    fn its_own_query_must_lead() {
        let own = uri("https://a.example/cb?tenant=1");
        assert!(own.is_answered_by("https://a.example/cb?tenant=1&code=a"));
        assert!(!own.is_answered_by("https://a.example/cb?tenant=12&code=a"));
        assert!(!own.is_answered_by("https://a.example/cb?code=a&tenant=1"));
    }

    #[test]
    fn what_a_browser_makes_of_it_counts_too() {
        let own = uri("https://A.Example");
        assert!(own.is_answered_by("https://a.example/?code=a"));
        assert!(own.is_answered_by("https://A.Example?code=a"));
        assert!(!own.is_answered_by("https://a.example.evil.example/?code=a"));
    }
}
