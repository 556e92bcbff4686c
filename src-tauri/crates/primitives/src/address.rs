use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::{Host, Url};

/// The longest address that is taken, in bytes.
pub(crate) const LONGEST: usize = 8 << 10;

/// Why an address may not be used as an endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EndpointError {
    /// Not an absolute URL.
    #[error("it is not an absolute address")]
    NotAbsolute,
    /// Neither `https` nor `http` to this machine's loopback.
    #[error("it is neither https nor http on this machine's loopback")]
    Insecure,
    /// User name or password in the address (RFC 3986 §3.2.1).
    #[error("it holds a user name or password")]
    UserInfo,
    /// A fragment (RFC 6749 §3.1, §3.2).
    #[error("it holds a fragment")]
    Fragment,
    /// Longer than any honest address.
    #[error("it is too long")]
    TooLong,
}

/// An endpoint that may be given secrets: `https`, or `http` to this machine's loopback (RFC 8252 §7.3).
///
/// The text is kept as it was written; requests go to the parsed address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoint {
    text: String,
    url: Url,
}

impl Endpoint {
    /// Reads an endpoint; see [`EndpointError`] for what is refused.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        if text.len() > LONGEST {
            return Err(EndpointError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| EndpointError::NotAbsolute)?;
        match url.scheme() {
            "https" if url.has_host() => {}
            "http" if url.host().is_some_and(|host| is_loopback_host(&host)) => {}
            _ => return Err(EndpointError::Insecure),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(EndpointError::Fragment);
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As it is requested.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// `scheme://host[:port]`, the default port left out.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// `host[:port]`, the default port left out: who is asked, in a form for people.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whose it is: the host, and on loopback, where each port may be another program's, the port with it.
    pub fn party(&self) -> String {
        let is_loopback = self.url.host().is_some_and(|host| is_loopback_host(&host));
        if is_loopback {
            self.authority()
        } else {
            self.url.host_str().unwrap_or_default().to_owned()
        }
    }

    /// Whether it is plain `http`, which is only possible on loopback.
    pub fn is_plain_loopback(&self) -> bool {
        self.url.scheme() == "http"
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Whether a host is a literal loopback address (127.0.0.0/8, ::1) or `localhost`.
pub fn is_loopback_host<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => IpAddr::V4(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).is_loopback(),
    }
}

/// Why a text is no issuer identifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IssuerError {
    /// It is not an address that may be asked for metadata.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// It has a query (RFC 8414 §2).
    #[error("it holds a query")]
    Query,
}

/// The issuer as the server wrote it. Compared byte for byte, never normalised
/// (RFC 8414 §3.3, OpenID Connect Discovery 1.0 §4.3).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Issuer(String);

impl Issuer {
    /// Reads an issuer: an [`Endpoint`] without a query (RFC 8414 §2).
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        if Endpoint::parse(text)?.url().query().is_some() {
            return Err(IssuerError::Query);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Issuer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h_02_plain_http_is_for_loopback_only() {
        for good in [
            "http://127.0.0.1:9/x",
            "http://127.8.8.8/",
            "http://[::1]/",
            "http://localhost:1",
            "https://a.example/b?c=d",
        ] {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com/",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "data:text/plain,x",
            "javascript:alert(1)",
            "tauri://localhost/",
            "app.keybelt:/callback",
        ] {
            assert_eq!(Endpoint::parse(bad), Err(EndpointError::Insecure), "{bad}");
        }
    }

    #[test]
    fn h_03_no_userinfo_no_fragment() {
        assert_eq!(
            Endpoint::parse("https://a:b@example.com/"),
            Err(EndpointError::UserInfo)
        );
        assert_eq!(
            Endpoint::parse("https://example.com/#x"),
            Err(EndpointError::Fragment)
        );
        assert_eq!(Endpoint::parse("/x"), Err(EndpointError::NotAbsolute));
    }

    #[test]
    fn an_issuer_keeps_its_letters() {
        assert_eq!(
            Issuer::parse("https://Example.com:443/a/").unwrap().as_str(),
            "https://Example.com:443/a/"
        );
        assert_eq!(Issuer::parse("https://example.com?x"), Err(IssuerError::Query));
    }
}
