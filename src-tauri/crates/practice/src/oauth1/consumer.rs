use std::sync::Arc;

use aws_lc_rs::rsa::PublicEncryptingKey;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use keybelt_primitives::Secret;
use serde::{Deserialize, Serialize};

use super::signature::Proof;
use crate::client::{CLIENT_ID, CONFIDENTIAL_CLIENT_ID};
use crate::guard::is_from_here;
use crate::pages;
use crate::parameters::Parameters;
use crate::records::Records;
use crate::server::Shared;

/// A client that signs by RSA-SHA1, with the key whose public half was registered on the provider's first page.
pub const RSA_CLIENT_ID: &str = "keybelt-practice-rsa";

/// The smallest key that is taken, in bits.
const SMALLEST: usize = 2048;

/// The clients that are registered for OAuth 1.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Consumer {
    /// With the secret that the first page tells.
    Confidential,
    /// With an empty secret: a native program, which can keep none.
    Public,
    /// With a key.
    Rsa,
}

impl Consumer {
    pub(super) fn of(id: &str) -> Option<Self> {
        match id {
            CLIENT_ID => Some(Self::Public),
            CONFIDENTIAL_CLIENT_ID => Some(Self::Confidential),
            RSA_CLIENT_ID => Some(Self::Rsa),
            _ => None,
        }
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Confidential => CONFIDENTIAL_CLIENT_ID,
            Self::Public => CLIENT_ID,
            Self::Rsa => RSA_CLIENT_ID,
        }
    }

    /// What the page calls it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Confidential => "Keybelt, with a client secret,",
            Self::Public => "Keybelt",
            Self::Rsa => "Keybelt, with a key,",
        }
    }

    /// What it signs with; `none` is an empty secret.
    pub(super) fn proof<'a>(
        self,
        shared: &'a Shared,
        none: &'a Secret<String>,
        records: &'a Records,
    ) -> Proof<'a> {
        match self {
            Self::Confidential => Proof::Secret(&shared.keys.client_secret),
            Self::Public => Proof::Secret(none),
            Self::Rsa => Proof::Key(records.rsa_key.as_ref()),
        }
    }
}

/// The public half of an RSA key, as `SubjectPublicKeyInfo` (RFC 5280 §4.1) in base64.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct RegisteredKey(Vec<u8>);

/// Not the public half of an RSA key of at least 2048 bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the public half of an RSA key of at least 2048 bits")]
pub(crate) struct UnfitKey;

impl RegisteredKey {
    /// Reads PEM, `BEGIN PUBLIC KEY` (RFC 7468 §13).
    pub(super) fn from_pem(text: &str) -> Result<Self, UnfitKey> {
        let inner = text
            .trim()
            .strip_prefix("-----BEGIN PUBLIC KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PUBLIC KEY-----"))
            .ok_or(UnfitKey)?;
        Self::try_from(inner.split_whitespace().collect::<String>())
    }

    pub(super) fn der(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for RegisteredKey {
    type Error = UnfitKey;

    fn try_from(text: String) -> Result<Self, UnfitKey> {
        let der = STANDARD.decode(text).map_err(|_| UnfitKey)?;
        // Nothing is encrypted to it: this is the library's reader of public keys that tells their size.
        let key = PublicEncryptingKey::from_der(&der).map_err(|_| UnfitKey)?;
        if key.key_size_bits() < SMALLEST {
            return Err(UnfitKey);
        }
        Ok(Self(der))
    }
}

impl From<RegisteredKey> for String {
    fn from(key: RegisteredKey) -> Self {
        STANDARD.encode(key.0)
    }
}

/// Registers the public key that `keybelt-practice-rsa` signs with from now on: a form with `public_key`.
pub(crate) async fn register_key(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_from_here(&shared, &headers) {
        return pages::refused("the key comes from another site");
    }
    let form = Parameters::of_form(&headers, &body);
    let key = form
        .as_ref()
        .and_then(|form| form.one("public_key").ok()?)
        .and_then(|pem| RegisteredKey::from_pem(pem).ok());
    let Some(key) = key else {
        return pages::refused("it is not the public half of an RSA key of at least 2048 bits in PEM");
    };
    match shared.change(move |records| records.rsa_key = Some(key)).await {
        Ok(()) => pages::key_registered(),
        Err(_) => pages::refused("the key could not be kept"),
    }
}
