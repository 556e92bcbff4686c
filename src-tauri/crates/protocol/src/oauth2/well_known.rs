//! Where metadata stands (RFC 8414 §3.1, OpenID Connect Discovery 1.0 §4.1), and which issuer an address speaks for.

use keybelt_primitives::{Endpoint, Issuer};
use url::Url;

use super::metadata::Kind;

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// The places to look for an issuer's metadata, the likeliest first (specs MD-12): with `openid`, OpenID's own first.
pub fn candidates(issuer: &Issuer, openid: bool) -> Vec<(Endpoint, Kind)> {
    let found = [(appended(issuer), Kind::OpenId), (inserted(issuer), Kind::OAuth)];
    let mut found: Vec<_> = found
        .into_iter()
        .filter_map(|(url, kind)| Some((Endpoint::parse(&url?).ok()?, kind)))
        .collect();
    if !openid {
        found.reverse();
    }
    found
}

/// `ISSUER/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 §4.1).
fn appended(issuer: &Issuer) -> Option<String> {
    let text = issuer.as_str();
    Some(format!("{}{OPENID}", text.strip_suffix('/').unwrap_or(text)))
}

/// `https://HOST/.well-known/oauth-authorization-server/PATH` (RFC 8414 §3.1).
fn inserted(issuer: &Issuer) -> Option<String> {
    let text = issuer.as_str();
    let (origin, path) = text.split_at(path_at(text)?);
    Some(format!(
        "{origin}{OAUTH}{}",
        path.strip_suffix('/').unwrap_or(path)
    ))
}

/// The issuer whose metadata stands at an address, byte for byte (specs MD-12); `None` for an address of neither form.
pub fn issuer_of(address: &str) -> Option<Issuer> {
    if let Some(issuer) = address.strip_suffix(OPENID) {
        return Issuer::parse(issuer).ok();
    }
    let (origin, path) = address.split_at(path_at(address)?);
    let rest = path.strip_prefix(OAUTH)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    Issuer::parse(&format!("{origin}{rest}")).ok()
}

/// Which document an address promises; what is of neither form is held to be OpenID's, whose rules are the stricter.
pub fn kind_of(address: &str) -> Kind {
    let oauth = path_at(address)
        .and_then(|at| address.get(at..))
        .is_some_and(|path| path.starts_with(OAUTH));
    if oauth { Kind::OAuth } else { Kind::OpenId }
}

/// Where the path begins in the text itself, which is not normalised.
fn path_at(text: &str) -> Option<usize> {
    Url::parse(text).ok()?;
    let authority = text.find("://")? + 3;
    let rest = text.get(authority..)?;
    Some(rest.find(['/', '?', '#']).map_or(text.len(), |at| authority + at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(issuer: &str, openid: bool) -> Vec<String> {
        candidates(&Issuer::parse(issuer).unwrap(), openid)
            .into_iter()
            .map(|(url, _)| url.to_string())
            .collect()
    }

    #[test]
    fn md_01_di_01_the_two_places() {
        assert_eq!(
            places("https://as.example/tenant/", true),
            [
                "https://as.example/tenant/.well-known/openid-configuration",
                "https://as.example/.well-known/oauth-authorization-server/tenant",
            ]
        );
        assert_eq!(
            places("https://as.example", false),
            [
                "https://as.example/.well-known/oauth-authorization-server",
                "https://as.example/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn md_12_the_issuer_is_the_address_less_its_well_known_part() {
        let issuer = |text| issuer_of(text).map(|issuer: Issuer| issuer.to_string());
        assert_eq!(
            issuer("https://as.example/t/.well-known/openid-configuration").as_deref(),
            Some("https://as.example/t")
        );
        assert_eq!(
            issuer("https://as.example/.well-known/oauth-authorization-server/t").as_deref(),
            Some("https://as.example/t")
        );
        assert_eq!(
            issuer("https://as.example/.well-known/oauth-authorization-server").as_deref(),
            Some("https://as.example")
        );
        for neither in [
            "https://as.example/metadata",
            "https://as.example/.well-known/oauth-authorization-serverx",
            "http://as.example/.well-known/openid-configuration",
            "nonsense",
        ] {
            assert_eq!(issuer(neither), None, "{neither}");
        }
    }

    #[test]
    fn the_form_of_the_address_tells_the_document() {
        assert_eq!(
            kind_of("https://a.example/.well-known/oauth-authorization-server/x"),
            Kind::OAuth
        );
        assert_eq!(
            kind_of("https://a.example/.well-known/openid-configuration"),
            Kind::OpenId
        );
        assert_eq!(kind_of("https://a.example/meta"), Kind::OpenId);
    }
}
