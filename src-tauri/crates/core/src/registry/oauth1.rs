//! A profile as a client of OAuth 1.0a.

use keybelt_contract::{Layer, Protocol};
use keybelt_primitives::Secret;
use keybelt_protocol::oauth1::client::Client;
use keybelt_protocol::oauth1::placement::{Placement, Realm, RealmError};
use keybelt_protocol::oauth1::rsa_key::RsaKey;
use keybelt_protocol::oauth1::signature::{SignatureMethod, SigningKey, SigningKeyMissing};
use keybelt_protocol::oauth1::signed_request::Signer;
use keybelt_vault::ProfileRecord;

use super::{
    ResolveError, endpoint, fault, is_practice, missing, required_endpoint, required_text, strangers, title,
};
use crate::settings::{Layers, Problem};

/// A profile of OAuth 1 resolved: the client, and what the use cases ask about it besides.
pub(crate) struct ResolvedOauth1 {
    pub(crate) client: Client,
    pub(crate) layers: Layers,
    /// What people call the provider.
    pub(crate) provider_title: String,
    pub(crate) practice: bool,
    /// Hosts that the person should see before linking (specs SB-18), sorted.
    pub(crate) other_hosts: Vec<String>,
}

pub(super) fn resolve(record: &ProfileRecord, layers: Layers) -> Result<ResolvedOauth1, ResolveError> {
    let name = &record.name;
    let client = Client {
        profile: record.key.clone(),
        signer: signer(record, &layers)?,
        temporary_credential_endpoint: required_endpoint(name, &layers, "request_token_url")?,
        authorization_endpoint: required_endpoint(name, &layers, "authorize_url")?,
        token_endpoint: required_endpoint(name, &layers, "access_token_url")?,
        userinfo_endpoint: endpoint(name, &layers, "userinfo_endpoint")?,
        request_token_params: layers.members("request_token_params"),
        authorize_params: layers.members("authorize_params"),
        access_token_params: layers.members("access_token_params"),
    };
    Ok(ResolvedOauth1 {
        provider_title: title(record, &client.authorization_endpoint),
        practice: is_practice(record),
        other_hosts: strangers(record, &layers, client.other_hosts()),
        client,
        layers,
    })
}

fn signer(record: &ProfileRecord, layers: &Layers) -> Result<Signer, ResolveError> {
    let name = &record.name;
    let text = |member: &str| layers.text(&format!("client_kwargs.{member}"));
    let method = text("signature_method").and_then(SignatureMethod::parse);
    let rsa_key = record
        .rsa_key
        .as_ref()
        .map(|pem| {
            RsaKey::from_pem(pem)
                .map_err(|error| fault(name, "client_kwargs.rsa_key", Problem::RsaKey(error)))
        })
        .transpose()?;
    // Where the catalogue says that its client keeps no secret, the secret is empty (RFC 5849 §3.4.2).
    let is_public = layers.in_layer(Layer::Catalogue, "client_kwargs.token_endpoint_auth_method");
    let empty = || {
        is_public
            .is_some_and(|said| said == "none")
            .then(|| Secret::new(String::new()))
    };
    let client_secret = record
        .client_secret
        .as_ref()
        .map(Secret::<String>::duplicate)
        .or_else(empty);
    let key = SigningKey::choose(
        method.unwrap_or(SignatureMethod::HmacSha1),
        client_secret,
        rsa_key,
    );
    let realm = text("realm").map(|realm| {
        let unfit = |error: RealmError| {
            fault(
                name,
                "client_kwargs.realm",
                Problem::Unfit {
                    wanted: error.to_string(),
                },
            )
        };
        Realm::parse(realm).map_err(unfit)
    });
    Ok(Signer {
        consumer_key: required_text(name, layers, "client_id")?,
        key: key.map_err(|lacking| match lacking {
            SigningKeyMissing::ClientSecret(_) => missing(name, Protocol::Oauth1, "client_secret"),
            SigningKeyMissing::RsaKey => missing(name, Protocol::Oauth1, "client_kwargs.rsa_key"),
        })?,
        placement: text("signature_type")
            .and_then(|place| Placement::parse(&place.to_ascii_lowercase()))
            .unwrap_or_default(),
        realm: realm.transpose()?,
        body_hash: layers.is_on("client_kwargs.body_hash"),
        plaintext_on_loopback: layers.is_on("client_kwargs.plaintext_on_loopback"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use keybelt_contract::ProfileName;
    use serde_json::{Value, json};

    use super::super::{Registration, resolve};
    use super::*;

    fn record(settings: Value, client_secret: Option<&str>, rsa_key: Option<&str>) -> ProfileRecord {
        let Value::Object(settings) = settings else {
            panic!()
        };
        let secret = |text: Option<&str>| text.map(|text| Secret::new(text.to_owned()));
        ProfileRecord {
            id: 1,
            name: ProfileName::parse("old").unwrap(),
            key: "old".to_owned(),
            provider: None,
            settings,
            client_secret: secret(client_secret),
            rsa_key: secret(rsa_key),
            metadata: None,
            metadata_read: None,
            remembered: BTreeMap::new(),
        }
    }

    fn settings(kwargs: Value) -> Value {
        json!({
            "client_id": "ck",
            "request_token_url": "https://as.example/request",
            "request_token_params": {"scope": "read"},
            "authorize_url": "https://as.example/authorize",
            "access_token_url": "https://api.example/access",
            "client_kwargs": kwargs,
        })
    }

    fn resolved(record: &ProfileRecord) -> ResolvedOauth1 {
        match resolve(record, None) {
            Ok(Registration::Oauth1(resolved)) => resolved,
            Ok(Registration::Oauth2(_)) => panic!("OAuth 2"),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_profile_becomes_the_client_that_it_describes() {
        let kwargs = json!({"signature_method": "HMAC-SHA256", "signature_type": "QUERY", "body_hash": true});
        let found = resolved(&record(settings(kwargs), Some("cs"), None));
        let signer = &found.client.signer;
        assert_eq!(signer.consumer_key, "ck");
        assert_eq!(signer.key.method(), SignatureMethod::HmacSha256);
        assert_eq!(signer.placement, Placement::Query);
        assert!(signer.body_hash);
        assert_eq!(found.client.request_token_params["scope"], "read");
        assert_eq!(found.other_hosts, ["as.example"]);
        assert_eq!(found.provider_title, "as.example");
        assert!(!found.practice && found.layers.is_on("client_kwargs.body_hash"));
    }

    #[test]
    fn each_method_wants_its_own_secret() {
        let of = |method: &str, secret, key| {
            let record = record(settings(json!({"signature_method": method})), secret, key);
            match resolve(&record, None) {
                Ok(_) => None,
                Err(ResolveError::Missing { key, .. }) => Some(key),
                Err(error) => panic!("{error}"),
            }
        };
        let key = include_str!("../../../../../tests/data/oauth1/rsa-2048.pem");
        assert_eq!(of("RSA-SHA1", Some("cs"), None), Some("client_kwargs.rsa_key"));
        assert_eq!(of("RSA-SHA1", None, Some(key)), None);
        for method in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] {
            assert_eq!(of(method, None, Some(key)), Some("client_secret"), "{method}");
        }
    }

    #[test]
    fn scopes_are_not_asked_for_by_oauth_1() {
        let record = record(settings(json!({})), Some("cs"), None);
        assert!(matches!(
            resolve(&record, Some("read")),
            Err(ResolveError::Faults { .. })
        ));
    }
}
