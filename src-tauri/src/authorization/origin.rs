use url::{Host, Url};

/// An origin in the parts in which the bar shows it: whose it is stands out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Origin {
    /// What stands before the registrable domain, its dot included.
    pub prefix: String,
    /// The registrable domain, or the whole host where there is none.
    pub domain: String,
    /// The port, where it is not the scheme's own.
    pub suffix: String,
}

impl Origin {
    /// The parts of an address's origin; empty where it has none, such as `about:blank`.
    pub fn of(address: &Url) -> Self {
        let Some(host) = address.host() else {
            return Self::default();
        };
        let suffix = address.port().map(|port| format!(":{port}")).unwrap_or_default();
        let whole = host.to_string();
        let domain = match host {
            // The list would take an address's last two numbers for a domain.
            Host::Ipv4(_) | Host::Ipv6(_) => None,
            Host::Domain(name) => psl::domain_str(name),
        };
        // The list leaves out the dot that a name may end in.
        let dot = usize::from(whole.ends_with('.'));
        let length = domain.map_or(whole.len(), |domain| domain.trim_end_matches('.').len() + dot);
        let (prefix, domain) = whole.split_at(whole.len().saturating_sub(length));
        Self {
            prefix: prefix.to_owned(),
            domain: domain.to_owned(),
            suffix,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registrable_domain_stands_out() {
        for (address, prefix, domain, suffix) in [
            (
                "https://accounts.google.com/signin?x=1",
                "accounts.",
                "google.com",
                "",
            ),
            (
                "https://login.shop.example.co.uk:8443/",
                "login.shop.",
                "example.co.uk",
                ":8443",
            ),
            (
                "https://accounts.google.com.evil.example/",
                "accounts.google.com.",
                "evil.example",
                "",
            ),
            ("https://ana.github.io/", "", "ana.github.io", ""),
            ("https://github.io/", "", "github.io", ""),
            ("https://localhost/", "", "localhost", ""),
            ("https://example.com./", "", "example.com.", ""),
            ("https://xn--exmple-cua.com/", "", "xn--exmple-cua.com", ""),
            ("https://exämple.com/", "", "xn--exmple-cua.com", ""),
            ("http://127.0.0.1:9101/", "", "127.0.0.1", ":9101"),
            ("http://[::1]:80/", "", "[::1]", ""),
            ("about:blank", "", "", ""),
        ] {
            let expected = Origin {
                prefix: prefix.into(),
                domain: domain.into(),
                suffix: suffix.into(),
            };
            assert_eq!(Origin::of(&Url::parse(address).unwrap()), expected, "{address}");
        }
    }
}
