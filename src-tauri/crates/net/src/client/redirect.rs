//! Where a redirect may go (specs H-05): a server on the internet must not steer us into the network we stand in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::{HeaderMap, header};
use keybelt_primitives::Endpoint;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::SendError;

/// Reads where a redirect goes: `https`, or from loopback to loopback. A fragment is left out.
pub(super) fn target(from: &Endpoint, headers: &HeaderMap) -> Result<Endpoint, SendError> {
    let location = headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .ok_or(SendError::RedirectRefused)?;
    let mut url = from
        .url()
        .join(location)
        .map_err(|_| SendError::RedirectRefused)?;
    url.set_fragment(None);
    let next = Endpoint::parse(url.as_str()).map_err(|_| SendError::RedirectRefused)?;
    if next.is_plain_loopback() && !from.is_plain_loopback() {
        return Err(SendError::RedirectRefused);
    }
    Ok(next)
}

/// What a redirect came from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Source {
    /// A host of the internet, or one of which that must be assumed.
    Public,
    /// A host of this machine or of the network it stands in.
    Inside,
}

/// What has to be heeded on the way to the next host.
pub(super) enum Guard {
    /// Nothing.
    None,
    /// The name was looked up and found public; the connection goes to the addresses found, not to a second look-up's.
    Pinned(Pinned),
}

impl Source {
    /// Judges by the host if it is an address, else by the peer's address; that is `None` behind a proxy.
    pub(super) fn of(url: &Endpoint, peer: Option<IpAddr>) -> Self {
        let address = match url.url().host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => peer,
        };
        match address {
            Some(address) if !is_public(address) => Self::Inside,
            Some(_) | None => Self::Public,
        }
    }

    /// Lets a redirect pass, or refuses it.
    pub(super) async fn guard(self, next: &Endpoint) -> Result<Guard, SendError> {
        if self == Self::Inside {
            return Ok(Guard::None);
        }
        match next.url().host() {
            Some(Host::Ipv4(address)) if is_public(IpAddr::V4(address)) => Ok(Guard::None),
            Some(Host::Ipv6(address)) if is_public(IpAddr::V6(address)) => Ok(Guard::None),
            Some(Host::Domain(name)) => {
                let port = next.url().port_or_known_default().unwrap_or(443);
                // A name that is not found here may still be known to a proxy: whoever pins nothing connects nowhere.
                let found: Vec<SocketAddr> = tokio::net::lookup_host((name, port))
                    .await
                    .map(Iterator::collect)
                    .unwrap_or_default();
                Pinned::new(name, found).map(Guard::Pinned)
            }
            Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => Err(SendError::RedirectRefused),
        }
    }
}

/// A look-up that knows one name by what was found before, and asks the system for others (a proxy's).
pub(super) struct Pinned {
    name: String,
    found: Vec<SocketAddr>,
}

impl Pinned {
    fn new(name: &str, found: Vec<SocketAddr>) -> Result<Self, SendError> {
        if found.iter().any(|address| !is_public(address.ip())) {
            return Err(SendError::RedirectRefused);
        }
        Ok(Self {
            name: name.to_owned(),
            found,
        })
    }
}

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        if name.as_str().eq_ignore_ascii_case(&self.name) {
            let found: Addrs = Box::new(self.found.clone().into_iter());
            return Box::pin(std::future::ready(Ok(found)));
        }
        Box::pin(async move {
            let found: Addrs = Box::new(
                tokio::net::lookup_host((name.as_str(), 0))
                    .await?
                    .collect::<Vec<_>>()
                    .into_iter(),
            );
            Ok(found)
        })
    }
}

/// Whether an address belongs to the internet: none of the special-purpose ones (RFC 6890 and its registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match [a, b, c, d, e, f] {
        // IPv4 mapped (RFC 4291 §2.5.5.2), translated (RFC 6052 §2.1), 6to4 (RFC 3056 §2): the IPv4 address decides.
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => embedded(g, h),
        [0x2002, high, low, ..] => embedded(high, low),
        // Global unicast is 2000::/3 (RFC 4291 §2.4), less the documentation and special blocks in it.
        _ => a & 0xe000 == 0x2000 && !(a == 0x2001 && (b == 0xdb8 || b < 0x200)) && a != 0x3fff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap()
    }

    fn to(from: &str, location: &str) -> Result<String, SendError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, location.parse().unwrap());
        target(&endpoint(from), &headers).map(|url| url.to_string())
    }

    #[test]
    fn h_05_a_redirect_goes_to_https_only() {
        assert_eq!(
            to("https://a.example/x", "/y#z").as_deref(),
            Ok("https://a.example/y")
        );
        assert_eq!(
            to("https://a.example/x", "https://b.example/").as_deref(),
            Ok("https://b.example/")
        );
        for location in [
            "http://a.example/y",
            "http://127.0.0.1/y",
            "http://localhost/y",
            "file:///etc/passwd",
            "data:text/plain,x",
            "https://user@b.example/",
            "https://",
        ] {
            assert_eq!(
                to("https://a.example/x", location),
                Err(SendError::RedirectRefused),
                "{location}"
            );
        }
        assert_eq!(
            to("http://127.0.0.1:1/x", "http://127.0.0.1:2/y").as_deref(),
            Ok("http://127.0.0.1:2/y")
        );
    }

    #[test]
    fn h_05_a_redirect_without_an_address_is_refused() {
        assert_eq!(
            target(&endpoint("https://a.example/"), &HeaderMap::new()).err(),
            Some(SendError::RedirectRefused)
        );
    }

    #[test]
    fn h_05_what_is_not_the_internet() {
        for inside in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for public in [
            "1.1.1.1",
            "172.32.0.1",
            "192.169.0.1",
            "2606:4700::1111",
            "2001:4860::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn h_05_a_name_is_judged_by_where_its_answer_came_from() {
        let named = endpoint("https://a.example/");
        assert_eq!(
            Source::of(&named, Some("10.0.0.1".parse().unwrap())),
            Source::Inside
        );
        assert_eq!(
            Source::of(&named, Some("1.1.1.1".parse().unwrap())),
            Source::Public
        );
        assert_eq!(Source::of(&named, None), Source::Public);
        assert_eq!(Source::of(&endpoint("https://10.0.0.1/"), None), Source::Inside);
    }

    #[tokio::test]
    async fn h_05_never_from_public_to_private() {
        for inside in [
            "https://127.0.0.1/",
            "https://10.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
        ] {
            let refused = Source::Public.guard(&endpoint(inside)).await.err();
            assert_eq!(refused, Some(SendError::RedirectRefused), "{inside}");
            assert!(Source::Inside.guard(&endpoint(inside)).await.is_ok(), "{inside}");
        }
        assert!(matches!(
            Source::Public.guard(&endpoint("https://1.1.1.1/")).await,
            Ok(Guard::None)
        ));
    }

    #[tokio::test]
    async fn h_05_a_second_look_up_cannot_lead_elsewhere() {
        assert!(
            Pinned::new(
                "a.example",
                vec!["1.1.1.1:443".parse().unwrap(), "10.0.0.1:443".parse().unwrap()]
            )
            .is_err()
        );
        let address: SocketAddr = "1.1.1.1:443".parse().unwrap();
        let pinned = Pinned::new("a.example", vec![address]).unwrap();
        let found = pinned.resolve("A.example".parse().unwrap()).await.unwrap();
        assert_eq!(found.collect::<Vec<_>>(), [address]);
    }
}
