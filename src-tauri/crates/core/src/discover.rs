//! What an issuer or metadata URL is found to be, before anything is stored (specs DI-07).

use keybelt_contract::Discovered;
use keybelt_primitives::{Endpoint, Issuer, is_loopback_host};
use keybelt_protocol::oauth2::metadata::issuer_of;

use url::Url;

use crate::Keybelt;
use crate::metadata::{self, MetadataTrouble};

/// Why nothing was discovered.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DiscoverError {
    /// Not an address that may be asked.
    #[error("not an address")]
    NotAnAddress,
    /// What the server answered.
    #[error(transparent)]
    Metadata(#[from] MetadataTrouble),
}

/// Asks an issuer, or the server at a metadata URL, for its metadata. `https://` may be left out.
pub async fn discover(keybelt: &Keybelt, address: &str) -> Result<Discovered, DiscoverError> {
    let typed = address.trim();
    let address = with_scheme(typed);
    let endpoint = Endpoint::parse(&address).map_err(|_| DiscoverError::NotAnAddress)?;
    let found = match issuer_of(&address) {
        Some(_) => metadata::read_at(keybelt, &endpoint, None).await?,
        None => {
            let issuer = Issuer::parse(&address).map_err(|_| DiscoverError::NotAnAddress)?;
            metadata::find(keybelt, &issuer, true).await?
        }
    };
    Ok(Discovered {
        issuer: found.metadata.issuer.to_string(),
        server_metadata_url: found.url.to_string(),
        openid: found.metadata.openid,
        scopes_supported: found.metadata.scopes_supported.clone(),
        other_hosts: found.metadata.other_hosts(),
    })
}

/// Servers on this machine speak plain http, as a rule; all others may not.
fn with_scheme(typed: &str) -> String {
    if typed.contains("://") {
        return typed.to_owned();
    }
    let secure = format!("https://{typed}");
    let is_here = Url::parse(&secure).is_ok_and(|url| url.host().is_some_and(|host| is_loopback_host(&host)));
    if is_here {
        format!("http://{typed}")
    } else {
        secure
    }
}

#[cfg(test)]
mod tests {
    use super::with_scheme;

    #[test]
    fn a_scheme_may_be_left_out() {
        assert_eq!(with_scheme("as.example/x"), "https://as.example/x");
        assert_eq!(with_scheme("127.0.0.1:8722"), "http://127.0.0.1:8722");
        assert_eq!(with_scheme("localhost"), "http://localhost");
        assert_eq!(with_scheme("http://as.example"), "http://as.example");
    }
}
