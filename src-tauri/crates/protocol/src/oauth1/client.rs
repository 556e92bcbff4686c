//! A profile of OAuth 1.0a, resolved: what its requests need.

use std::collections::{BTreeMap, BTreeSet};

use keybelt_primitives::Endpoint;

use super::signed_request::Signer;
use crate::oauth2::client::Destination;

/// A client registration with everything a request needs, every endpoint checked (RFC 5849 §1.1).
pub struct Client {
    /// The profile's own key; an answer is only ever taken for the profile that asked.
    pub profile: String,
    /// The consumer key, and how requests are signed.
    pub signer: Signer,
    /// Where temporary credentials are asked for (RFC 5849 §2.1).
    pub temporary_credential_endpoint: Endpoint,
    /// Where the person is sent (RFC 5849 §2.2).
    pub authorization_endpoint: Endpoint,
    /// Where temporary credentials become token credentials (RFC 5849 §2.3).
    pub token_endpoint: Endpoint,
    /// Who the person is, where the provider tells.
    pub userinfo_endpoint: Option<Endpoint>,
    /// Further parameters of the request for temporary credentials.
    pub request_token_params: BTreeMap<String, String>,
    /// Further parameters of the authorization address.
    pub authorize_params: BTreeMap<String, String>,
    /// Further parameters of the request for token credentials.
    pub access_token_params: BTreeMap<String, String>,
}

impl Client {
    /// Where credentials of this client are issued.
    pub fn destination(&self) -> Destination {
        Destination {
            issuer: None,
            token_endpoint: self.token_endpoint.clone(),
            refresh_endpoint: None,
            client_id: self.signer.consumer_key.clone(),
        }
    }

    /// Hosts of endpoints that are not the token endpoint's, sorted.
    pub fn other_hosts(&self) -> Vec<String> {
        let own = self.token_endpoint.party();
        let parties: BTreeSet<String> = [
            Some(&self.temporary_credential_endpoint),
            Some(&self.authorization_endpoint),
            self.userinfo_endpoint.as_ref(),
        ]
        .into_iter()
        .flatten()
        .map(Endpoint::party)
        .collect();
        parties.into_iter().filter(|party| *party != own).collect()
    }
}
