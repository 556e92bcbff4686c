//! A profile, resolved: what a request of one link needs.

use std::collections::{BTreeMap, BTreeSet};

use keybelt_primitives::{Endpoint, Issuer};

use super::client_authentication::ClientAuthentication;
use super::pkce::Pkce;

/// A client registration with everything a request needs, every endpoint checked (RFC 6749 §2).
pub struct Client {
    /// The profile's own key; an answer is only ever taken for the profile that asked (specs SB-17).
    pub profile: String,
    /// `client_id` (RFC 6749 §2.2).
    pub client_id: String,
    /// How the client proves itself at the token and revocation endpoints (RFC 6749 §2.3).
    pub authentication: ClientAuthentication,
    /// The issuer that ID tokens, metadata and `iss` must name; `None` where nobody told one.
    pub issuer: Option<Issuer>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207 §3).
    pub iss_announced: bool,
    /// Where the person is sent; a provider without one offers no code grant.
    pub authorization_endpoint: Option<Endpoint>,
    /// Where codes go, and refresh tokens too unless they have an endpoint of their own.
    pub token_endpoint: Endpoint,
    /// Where refresh tokens go, at the few providers that want them elsewhere.
    pub refresh_endpoint: Option<Endpoint>,
    /// RFC 7009.
    pub revocation_endpoint: Option<Endpoint>,
    /// OpenID Connect Core 1.0 §5.3.
    pub userinfo_endpoint: Option<Endpoint>,
    /// The issuer's keys.
    pub jwks_uri: Option<Endpoint>,
    /// Scopes to ask for, in order.
    pub scopes: Vec<String>,
    /// What stands between them in the request: a space (RFC 6749 §3.3), or what a provider wants instead (specs W-09).
    pub scope_separator: char,
    /// Whether and how PKCE is used.
    pub pkce: Pkce,
    /// Further parameters of the authorization request: `prompt`, `max_age`, `access_type`, …
    pub authorize_params: BTreeMap<String, String>,
    /// Further parameters of the token request.
    pub access_token_params: BTreeMap<String, String>,
    /// Further parameters of refresh requests.
    pub refresh_token_params: BTreeMap<String, String>,
    /// Resource indicators (RFC 8707 §2).
    pub resources: Vec<String>,
    /// `id_token_signed_response_alg` of the registration.
    pub id_token_algorithm: Option<String>,
}

/// Where a grant was issued. A refresh token goes nowhere else (RFC 6749 §10.4), and metadata that changed is not
/// followed silently (specs MD-10).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    /// The issuer, where one is known.
    pub issuer: Option<Issuer>,
    /// The token endpoint.
    pub token_endpoint: Endpoint,
    /// Where its refresh tokens go, if that is elsewhere.
    pub refresh_endpoint: Option<Endpoint>,
    /// The client it was issued to.
    pub client_id: String,
}

impl Client {
    /// Where grants of this client are issued.
    pub fn destination(&self) -> Destination {
        Destination {
            issuer: self.issuer.clone(),
            token_endpoint: self.token_endpoint.clone(),
            refresh_endpoint: self.refresh_endpoint.clone(),
            client_id: self.client_id.clone(),
        }
    }

    /// Hosts of endpoints that are not the issuer's own (without an issuer: not the token endpoint's), sorted. They
    /// are shown before the person is sent anywhere (specs SB-18, MD-08).
    pub fn other_hosts(&self) -> Vec<String> {
        let home = self
            .issuer
            .as_ref()
            .map_or(self.token_endpoint.as_str(), Issuer::as_str);
        let endpoints = [
            &self.authorization_endpoint,
            &self.refresh_endpoint,
            &self.revocation_endpoint,
            &self.userinfo_endpoint,
            &self.jwks_uri,
        ];
        foreign_hosts(
            home,
            endpoints.into_iter().flatten().chain([&self.token_endpoint]),
        )
    }

    /// Whether an ID token is asked for (OpenID Connect Core 1.0 §3.1.2.1).
    pub fn asks_for_id_token(&self) -> bool {
        self.scopes.iter().any(|scope| scope == "openid")
    }
}

impl Destination {
    /// Whether a token issued here may be sent where `now` leads: same issuer and client, the endpoints for codes and
    /// for refresh tokens each at the same origin.
    pub fn still_leads_to(&self, now: &Self) -> bool {
        self.issuer == now.issuer
            && self.client_id == now.client_id
            && self.token_endpoint.origin() == now.token_endpoint.origin()
            && self.refreshes_at().origin() == now.refreshes_at().origin()
    }

    /// Where refresh tokens go.
    pub fn refreshes_at(&self) -> &Endpoint {
        self.refresh_endpoint.as_ref().unwrap_or(&self.token_endpoint)
    }
}

/// Whose endpoints are not those of `home` (see [`Endpoint::party`]), sorted.
pub(super) fn foreign_hosts<'a>(home: &str, endpoints: impl Iterator<Item = &'a Endpoint>) -> Vec<String> {
    let own = Endpoint::parse(home).ok().map(|home| home.party());
    let parties: BTreeSet<String> = endpoints.map(Endpoint::party).collect();
    parties
        .into_iter()
        .filter(|party| Some(party) != own.as_ref())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::oauth2::fixtures::{client, endpoint};

    #[test]
    fn sb_18_hosts_that_are_not_the_issuers_are_told() {
        let mut client = client();
        assert!(client.other_hosts().is_empty());
        client.userinfo_endpoint = Some(endpoint("https://collect.example/userinfo"));
        client.jwks_uri = Some(endpoint("https://as.example:8443/jwks"));
        assert_eq!(client.other_hosts(), ["collect.example"]);
        // On loopback another port is another program.
        client.jwks_uri = Some(endpoint("http://127.0.0.1:8443/jwks"));
        assert_eq!(client.other_hosts(), ["127.0.0.1:8443", "collect.example"]);
    }

    #[test]
    fn md_10_a_changed_issuer_client_or_token_host_is_noticed() {
        let before = client().destination();
        let mut client = client();
        client.token_endpoint = endpoint("https://as.example/token/v2");
        assert!(before.still_leads_to(&client.destination()));
        client.token_endpoint = endpoint("https://evil.example/token");
        assert!(!before.still_leads_to(&client.destination()));
        client.token_endpoint = before.token_endpoint.clone();
        client.refresh_endpoint = Some(endpoint("https://as.example/refresh"));
        assert!(before.still_leads_to(&client.destination()));
        client.refresh_endpoint = Some(endpoint("https://evil.example/refresh"));
        assert!(!before.still_leads_to(&client.destination()));
        client.refresh_endpoint = None;
        client.issuer = None;
        assert!(!before.still_leads_to(&client.destination()));
    }
}
