use keybelt_contract::Provider;
use keybelt_primitives::{Endpoint, EndpointError, Issuer};
use serde_json::Value;

/// Settings that hold an address. Each must be one that may be given secrets.
const ADDRESSES: &[&str] = &[
    "access_token_url",
    "api_base_url",
    "authorize_url",
    "jwks_uri",
    "refresh_token_url",
    "request_token_url",
    "revocation_endpoint",
    "server_metadata_url",
    "userinfo_endpoint",
];

/// Settings that a catalogue holds besides addresses and the issuer.
const OTHERS: &[&str] = &[
    "access_token_params",
    "authorize_params",
    "client_id",
    "client_kwargs",
    "quirks",
    "refresh_token_params",
    "request_token_params",
    "userinfo_map",
];

/// Why a text is no entry of the catalogue.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryError {
    /// Not the JSON of a provider.
    #[error("it is not the JSON of a provider")]
    Shape(#[from] serde_json::Error),
    /// An id is made of lower-case letters, digits and single hyphens.
    #[error("the id {id:?} is not made of lower-case letters, digits and hyphens")]
    Id {
        /// What stands there.
        id: String,
    },
    /// A setting that a catalogue may not hold, a secret above all.
    #[error("{key} has no place in the catalogue")]
    Key {
        /// The setting.
        key: String,
    },
    /// An address that may not be given secrets.
    #[error("{key} is no endpoint")]
    Address {
        /// The setting.
        key: String,
        /// Why not.
        #[source]
        cause: EndpointError,
    },
    /// An address at a host that the entry does not name as the provider's own.
    #[error("{key} is at a host that stands not among its hosts")]
    Host {
        /// The setting.
        key: String,
    },
    /// A page for people that is not of https.
    #[error("{member} is no https address")]
    Page {
        /// The member.
        member: &'static str,
    },
    /// The issuer is none (RFC 8414 §2).
    #[error("the issuer is none")]
    Issuer,
    /// Neither an issuer, nor a metadata URL, nor both endpoints: nothing could be linked.
    #[error("it leads nowhere: no issuer, no metadata URL, no endpoints")]
    Nowhere,
}

/// Reads one entry of the catalogue; see [`EntryError`] for what is refused.
pub(crate) fn parse(text: &str) -> Result<Provider, EntryError> {
    let entry: Provider = serde_json::from_str(text)?;
    let id = &entry.summary.id;
    if !is_id(id) {
        return Err(EntryError::Id { id: id.clone() });
    }
    for (key, value) in &entry.settings {
        check_setting(key, value)?;
        if !is_at_home(&entry, key, value) {
            return Err(EntryError::Host { key: key.clone() });
        }
    }
    for (member, page) in [("console_url", &entry.console_url), ("docs_url", &entry.docs_url)] {
        let is_page = |text: &String| Endpoint::parse(text).is_ok_and(|address| !address.is_plain_loopback());
        if !page.as_ref().is_none_or(is_page) {
            return Err(EntryError::Page { member });
        }
    }
    let has = |key: &str| entry.settings.contains_key(key);
    let leads =
        has("issuer") || has("server_metadata_url") || (has("authorize_url") && has("access_token_url"));
    if leads {
        Ok(entry)
    } else {
        Err(EntryError::Nowhere)
    }
}

/// Whether a setting is no address, or one at a host of the entry's.
fn is_at_home(entry: &Provider, key: &str, value: &Value) -> bool {
    if key != "issuer" && !ADDRESSES.contains(&key) {
        return true;
    }
    let address = value.as_str().and_then(|text| Endpoint::parse(text).ok());
    let host = address.and_then(|address| address.url().host_str().map(str::to_owned));
    host.is_none_or(|host| entry.hosts.contains(&host))
}

fn is_id(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= 64 && text.split('-').all(part)
}

fn check_setting(key: &str, value: &Value) -> Result<(), EntryError> {
    if key == "issuer" {
        let issuer = value.as_str().map(Issuer::parse);
        return if matches!(issuer, Some(Ok(_))) {
            Ok(())
        } else {
            Err(EntryError::Issuer)
        };
    }
    if ADDRESSES.contains(&key) {
        let address = Endpoint::parse(value.as_str().unwrap_or_default());
        return match address {
            Ok(_) => Ok(()),
            Err(cause) => Err(EntryError::Address {
                key: key.to_owned(),
                cause,
            }),
        };
    }
    if OTHERS.contains(&key) {
        Ok(())
    } else {
        Err(EntryError::Key { key: key.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(settings: &Value) -> Result<Provider, EntryError> {
        of("somewhere", settings)
    }

    fn of(id: &str, settings: &Value) -> Result<Provider, EntryError> {
        let entry = json!({ "id": id, "name": "Somewhere", "protocol": "oidc", "category": "other",
                            "settings": settings, "hosts": ["id.example"], "notes": [],
                            "console_url": null, "docs_url": null, "setup_steps": [] });
        parse(&entry.to_string())
    }

    #[test]
    fn an_entry_needs_a_way_to_its_server() {
        assert!(with(&json!({ "issuer": "https://id.example" })).is_ok());
        assert!(
            with(&json!({ "authorize_url": "https://id.example/a", "access_token_url": "https://id.example/t" }))
                .is_ok()
        );
        let half = json!({ "authorize_url": "https://id.example/a" });
        assert!(matches!(with(&half), Err(EntryError::Nowhere)));
    }

    #[test]
    fn plain_http_and_half_addresses_are_refused() {
        for address in [
            "http://id.example/t",
            "id.example",
            "https://a:b@id.example/t",
            "",
        ] {
            let found = with(&json!({ "issuer": "https://id.example", "jwks_uri": address }));
            assert!(
                matches!(found, Err(EntryError::Address { key, .. }) if key == "jwks_uri"),
                "{address}"
            );
            assert!(
                matches!(with(&json!({ "issuer": address })), Err(EntryError::Issuer)),
                "{address}"
            );
        }
    }

    #[test]
    fn every_address_is_at_a_host_of_the_entry() {
        let away = json!({ "issuer": "https://id.example", "userinfo_endpoint": "https://evil.example/me" });
        assert!(matches!(with(&away), Err(EntryError::Host { key }) if key == "userinfo_endpoint"));
        let issuer = json!({ "issuer": "https://evil.example" });
        assert!(matches!(with(&issuer), Err(EntryError::Host { key }) if key == "issuer"));
    }

    #[test]
    fn a_page_for_people_is_of_https() {
        for page in [
            "http://127.0.0.1/console",
            "http://id.example",
            "javascript:alert(1)",
            "",
        ] {
            let mut entry = json!({ "id": "somewhere", "name": "Somewhere", "protocol": "oidc", "category": "other",
                                    "settings": { "issuer": "https://id.example" }, "hosts": ["id.example"], "notes": [],
                                    "console_url": null, "docs_url": null, "setup_steps": [] });
            entry["docs_url"] = json!(page);
            let found = parse(&entry.to_string());
            assert!(
                matches!(found, Err(EntryError::Page { member: "docs_url" })),
                "{page}"
            );
        }
    }

    #[test]
    fn a_secret_or_an_unknown_setting_is_refused() {
        for key in ["client_secret", "verify", "Issuer"] {
            let found = with(&json!({ "issuer": "https://id.example", key: "x" }));
            assert!(matches!(found, Err(EntryError::Key { key: named }) if named == key));
        }
    }

    #[test]
    fn ids_are_lower_case_words() {
        let settings = json!({ "issuer": "https://id.example" });
        assert!(of("a-1-b", &settings).is_ok());
        for bad in ["", "A", "a b", "-a", "a--b", "a_b", "é"] {
            assert!(
                matches!(of(bad, &settings), Err(EntryError::Id { .. })),
                "{bad:?}"
            );
        }
    }
}
