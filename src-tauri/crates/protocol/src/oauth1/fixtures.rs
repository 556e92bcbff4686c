use std::collections::BTreeMap;

use keybelt_primitives::UnixSeconds;
use keybelt_primitives::wire::Request;

use super::client::Client;
use super::placement::Placement;
use super::signature::SigningKey;
use super::signed_request::Signer;
use super::stamp::Stamp;
use crate::oauth2::fixtures::{Counting, endpoint, header, secret};

pub(crate) fn client() -> Client {
    Client {
        profile: "old".to_owned(),
        signer: Signer {
            consumer_key: "key".to_owned(),
            key: SigningKey::HmacSha1(secret("consumer-secret")),
            placement: Placement::Header,
            realm: None,
            body_hash: false,
            plaintext_on_loopback: false,
        },
        temporary_credential_endpoint: endpoint("https://old.example/initiate?v=1"),
        authorization_endpoint: endpoint("https://old.example/authorize?theme=dark"),
        token_endpoint: endpoint("https://old.example/token"),
        userinfo_endpoint: None,
        request_token_params: BTreeMap::new(),
        authorize_params: BTreeMap::new(),
        access_token_params: BTreeMap::new(),
    }
}

pub(crate) fn stamp() -> Stamp {
    Stamp::new(UnixSeconds(1_800_000_000), &Counting::default()).unwrap()
}

pub(crate) fn authorization(request: &Request) -> Option<&str> {
    header(request, "authorization").map(|value| value.to_str().unwrap())
}
