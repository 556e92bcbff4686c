//! Whose API an address belongs to: the account whose token `token --for` prints.

use std::collections::BTreeMap;

use keybelt_contract::AccountName;
use keybelt_primitives::{Endpoint, EndpointError};
use keybelt_vault::ProfileRecord;
use url::Host;

use crate::Keybelt;
use crate::registry;
use crate::trouble::VaultTrouble;

/// Why no account is the one for an address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AccountForError {
    /// It is no address that a token may go to.
    #[error(transparent)]
    Address(#[from] EndpointError),
    /// No account's profile has it, neither below its `api_base_url` nor among its `hosts`.
    #[error("no account is for {host}")]
    None {
        /// `host[:port]` of the address.
        host: String,
    },
    /// Several have it, none of them more exactly than the others.
    #[error("several accounts are for {host}")]
    Several {
        /// `host[:port]` of the address.
        host: String,
        /// Their names, sorted.
        accounts: Vec<AccountName>,
    },
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// The one account whose profile has this address: the longest `api_base_url` that it stands below, else its host among
/// the profile's `hosts`.
///
/// # Errors
/// There is none, there are several that fit equally well, or the address is none for a token.
pub async fn account_for(keybelt: &Keybelt, address: &str) -> Result<AccountName, AccountForError> {
    let address = Endpoint::parse(address.trim())?;
    let none = || AccountForError::None {
        host: address.authority(),
    };
    let vault = keybelt.door().existing().await?.ok_or_else(none)?;
    let (profiles, accounts) = keybelt
        .door()
        .run(&vault, |vault| Ok((vault.profiles()?, vault.accounts()?)))
        .await?;
    keybelt.left_out(&profiles.damaged);
    keybelt.left_out(&accounts.damaged);
    let fits: BTreeMap<i64, Fit> = profiles
        .records
        .iter()
        .filter_map(|profile| Some((profile.id, fit(profile, &address)?)))
        .collect();
    let best = accounts
        .records
        .iter()
        .filter_map(|account| fits.get(&account.profile_id))
        .max();
    let mut names: Vec<AccountName> = accounts
        .records
        .iter()
        .filter(|account| best.is_some() && fits.get(&account.profile_id) == best)
        .map(|account| account.name.clone())
        .collect();
    match (names.pop(), names.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            names.push(last);
            Err(AccountForError::Several {
                host: address.authority(),
                accounts: names,
            })
        }
        (None, _) => Err(none()),
    }
}

/// How exactly a profile has an address; the more exact one is greater.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Fit {
    /// The host is among its `hosts`.
    Host,
    /// It stands below its `api_base_url`, whose path is so long.
    Base(usize),
}

fn fit(profile: &ProfileRecord, address: &Endpoint) -> Option<Fit> {
    let layers = registry::layers(profile);
    let base = layers
        .text("api_base_url")
        .and_then(|text| Endpoint::parse(text).ok());
    if let Some(base) = base.filter(|base| base.covers(address)) {
        return Some(Fit::Base(base.url().path().trim_end_matches('/').len()));
    }
    // Exactly, and without regard to the letters' case (specs GC-04).
    let host = address.url().host().map(|host| host.to_owned())?;
    let mut hosts = layers.list("hosts").into_iter();
    hosts
        .any(|own| Host::parse(&own).is_ok_and(|own| own == host))
        .then_some(Fit::Host)
}

#[cfg(test)]
mod tests {
    use keybelt_contract::ProfileName;
    use serde_json::{Value, json};

    use super::*;

    fn fit_of(settings: Value, address: &str) -> Option<Fit> {
        let Value::Object(settings) = settings else {
            panic!()
        };
        let profile = ProfileRecord {
            id: 1,
            key: "work".to_owned(),
            name: ProfileName::parse("work").unwrap(),
            provider: None,
            settings,
            client_secret: None,
            rsa_key: None,
            metadata: None,
            metadata_read: None,
            remembered: BTreeMap::new(),
        };
        fit(&profile, &Endpoint::parse(address).unwrap())
    }

    #[test]
    fn the_longer_base_is_the_better_fit_and_a_host_the_least() {
        let both =
            || json!({"api_base_url": "https://api.example/v1/", "hosts": ["api.example", "Other.Example"]});
        let of = |address| fit_of(both(), address);
        assert_eq!(of("https://api.example/v1/me"), Some(Fit::Base(3)));
        assert_eq!(of("https://api.example/v2/me"), Some(Fit::Host));
        assert_eq!(of("https://OTHER.example/"), Some(Fit::Host));
        assert_eq!(of("https://sub.other.example/"), None);
        assert_eq!(of("https://other.example.evil.example/"), None);
        assert!(Fit::Base(3) > Fit::Base(0) && Fit::Base(0) > Fit::Host);
    }

    #[test]
    fn one_host_may_stand_alone_and_a_profile_may_name_none() {
        assert_eq!(
            fit_of(json!({"hosts": "[::1]"}), "http://[::1]:9/x"),
            Some(Fit::Host)
        );
        assert_eq!(fit_of(json!({}), "https://api.example/"), None);
    }
}
