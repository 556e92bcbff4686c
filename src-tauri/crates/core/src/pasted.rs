//! What a person pasted to look into: a token, keys, a token answer, or what it looks like instead. It is read here and sent
//! nowhere; a server is asked for its keys only where the person says so.

use std::sync::Arc;

use keybelt_contract::{
    HeldAgainst, KnownKeys, Likeness, Pasted, PastedKey, PastedToken, ProfileName, Protocol,
};
use keybelt_primitives::{Endpoint, Issuer, Secret, bounds, json};
use keybelt_protocol::jose::Keys;
use keybelt_protocol::jose::algorithm::Algorithm;
use keybelt_protocol::jose::compact::Compact;
use keybelt_protocol::jose::key_set::{self, KeySet, UnfitKey};
use keybelt_vault::{ProfileRecord, ProfileUpdate, Vault};
use serde_json::{Map, Value};

use crate::Keybelt;
use crate::inspect::{Held, inspected};
use crate::keys::{self, KeysTrouble};
use crate::profiles::{self, ProfilesError};
use crate::registry::{self, ResolveError};
use crate::settings::Layers;
use crate::trouble::VaultTrouble;
use crate::verification::algorithms;

/// How a pasted token is to be looked at.
#[derive(Default)]
pub struct PastedWanted {
    /// The profile that it is held against; none: nothing but the token itself is looked at.
    pub profile: Option<ProfileName>,
    /// Whether the profile's server is asked for its keys now; else those that were read before serve.
    pub fetch_keys: bool,
    /// The access token that came with it, for `at_hash`.
    pub access_token: Option<Secret<String>>,
}

/// Why nothing could be told.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PastedError {
    /// No such profile, or the vault does not open.
    #[error(transparent)]
    Profile(#[from] ProfilesError),
    /// The profile's server cannot be found.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Its keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeysTrouble),
    /// The vault could not be used.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Tells what a text is, and what is to be seen in it.
pub async fn look_at(
    keybelt: &Keybelt,
    text: Secret<String>,
    wanted: PastedWanted,
) -> Result<Pasted, PastedError> {
    match told(&text) {
        Some(pasted) => Ok(pasted),
        None => look_into(keybelt, text, wanted).await,
    }
}

async fn look_into(
    keybelt: &Keybelt,
    token: Secret<String>,
    wanted: PastedWanted,
) -> Result<Pasted, PastedError> {
    let access_token = wanted.access_token.as_ref();
    let Some(name) = wanted.profile else {
        let held = Held {
            access_token,
            ..Held::default()
        };
        return Ok(Pasted::Token {
            inspection: inspected(keybelt, &token, &held),
            against: None,
        });
    };
    let (vault, mut record) = profiles::one(keybelt, &name).await?;
    let source = Source::of(keybelt, &vault, &mut record, wanted.fetch_keys).await?;
    let layers = registry::layers(&record);
    let allowed = algorithms(
        layers.text("client_kwargs.id_token_signed_response_alg"),
        registry::listed(&record, "id_token_signing_alg_values_supported").as_deref(),
    );
    let held = Held {
        issuer: layers.text("issuer"),
        client_id: layers.text("client_id"),
        algorithms: &allowed,
        keys: source.keys(),
        access_token,
        ..Held::default()
    };
    Ok(Pasted::Token {
        inspection: inspected(keybelt, &token, &held),
        against: Some(HeldAgainst {
            profile: name,
            keys: source.known(),
            server: server(&layers),
        }),
    })
}

/// What a profile's tokens are verified with.
enum Source {
    None,
    Set { set: KeySet, at: i64 },
    ClientSecret(Secret<String>),
}

impl Source {
    async fn of(
        keybelt: &Keybelt,
        vault: &Arc<Vault>,
        record: &mut ProfileRecord,
        fetch: bool,
    ) -> Result<Self, PastedError> {
        let layers = registry::layers(record);
        if layers.protocol() == Protocol::Oauth1 {
            return Ok(Self::None);
        }
        let registered = layers.text("client_kwargs.id_token_signed_response_alg");
        if registered
            .and_then(Algorithm::parse)
            .is_some_and(Algorithm::is_symmetric)
        {
            let secret = record.client_secret.as_ref().map(Secret::duplicate);
            return Ok(secret.map_or(Self::None, Self::ClientSecret));
        }
        if fetch && address(&layers).is_none() {
            find_server(keybelt, vault, record).await?;
        }
        let Some(url) = address(&registry::layers(record)) else {
            return Ok(Self::None);
        };
        if fetch {
            keys::newer_keys(keybelt, vault, &url).await?;
        }
        let found = keys::at_hand(keybelt, vault, &url).await?;
        Ok(found.map_or(Self::None, |(set, at)| Self::Set { set, at: at.0 }))
    }

    fn keys(&self) -> Option<Keys<'_>> {
        match self {
            Self::None => None,
            Self::Set { set, .. } => Some(Keys::Set(set)),
            Self::ClientSecret(secret) => Some(Keys::Secret(secret)),
        }
    }

    fn known(&self) -> KnownKeys {
        match self {
            Self::None => KnownKeys::None,
            Self::Set { at, .. } => KnownKeys::Read { at: *at },
            Self::ClientSecret(_) => KnownKeys::ClientSecret,
        }
    }
}

/// Where the keys stand, as far as that is known.
fn address(layers: &Layers) -> Option<Endpoint> {
    Endpoint::parse(layers.text("jwks_uri")?).ok()
}

/// Which server would be asked for keys: the one that has them, else the one that says who has.
fn server(layers: &Layers) -> Option<String> {
    if let Some(url) = address(layers) {
        return Some(url.authority());
    }
    if let Some(text) = layers.text("server_metadata_url") {
        return Some(Endpoint::parse(text).ok()?.authority());
    }
    Issuer::parse(layers.text("issuer")?).ok()?;
    Some(Endpoint::parse(layers.text("issuer")?).ok()?.authority())
}

/// Reads the server's metadata and keeps it with the profile, as a link does.
async fn find_server(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    record: &mut ProfileRecord,
) -> Result<(), PastedError> {
    registry::read_metadata(keybelt, record).await?;
    let update = ProfileUpdate {
        id: record.id,
        metadata: record.metadata.clone().zip(record.metadata_read),
        remember: None,
    };
    keybelt
        .door()
        .run(vault, move |vault| vault.update_profile(&update))
        .await?;
    Ok(())
}

/// All that there is to tell of a text; `None`: it is a token, whose checks are still to be made.
#[expect(
    clippy::disallowed_methods,
    reason = "the text is read where it is told what it is"
)]
fn told(text: &Secret<String>) -> Option<Pasted> {
    let text = text.expose().trim();
    if text.starts_with('{') {
        return Some(of_json(text));
    }
    if looks_like_token(text) {
        return None;
    }
    let looks = likeness(text);
    Some(Pasted::Other { looks })
}

/// Parts between dots, or the beginning that every encoded header has.
fn looks_like_token(text: &str) -> bool {
    let fits = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='))
    };
    let parts = text.split('.').count();
    let has_parts = matches!(parts, 3 | 5) && text.split('.').all(fits) && text.len() >= 16;
    has_parts || text.starts_with("eyJ")
}

fn of_json(text: &str) -> Pasted {
    let Ok(members) = json::object(text.as_bytes(), bounds::JSON_DOCUMENT) else {
        return Pasted::Other {
            looks: Likeness::BrokenJson,
        };
    };
    if members.contains_key("keys") || members.contains_key("kty") {
        return of_keys(text, members);
    }
    let is_answer = ["access_token", "refresh_token", "id_token", "token_type", "error"]
        .iter()
        .any(|member| matches!(members.get(*member), Some(Value::String(_))));
    if is_answer {
        return of_answer(members);
    }
    Pasted::Other {
        looks: Likeness::Json,
    }
}

fn of_keys(text: &str, members: Map<String, Value>) -> Pasted {
    let judged = if members.contains_key("keys") {
        key_set::judged(text.as_bytes())
    } else {
        let set = Value::from(Map::from_iter([(
            "keys".to_owned(),
            Value::from(vec![Value::from(members)]),
        )]));
        key_set::judged(set.to_string().as_bytes())
    };
    let Ok(judged) = judged else {
        return Pasted::Other {
            looks: Likeness::BrokenJson,
        };
    };
    let keys = judged.into_iter().map(|(key, fault)| {
        let text = |member: &str| key.get(member).and_then(Value::as_str).map(str::to_owned);
        PastedKey {
            id: text("kid"),
            kind: text("kty"),
            curve: text("crv"),
            algorithm: text("alg"),
            usage: text("use"),
            private: fault == Some(UnfitKey::Private),
            fault: fault.map(|fault| fault.to_string()),
        }
    });
    Pasted::Keys { keys: keys.collect() }
}

/// What names itself a token is one; its text stays with who pasted it.
fn of_answer(mut members: Map<String, Value>) -> Pasted {
    let mut tokens = Vec::new();
    members.retain(|member, value| match value {
        Value::String(text) if member.ends_with("token") => {
            tokens.push(PastedToken {
                member: member.clone(),
                readable: Compact::parse(text).is_ok(),
            });
            false
        }
        _ => true,
    });
    Pasted::Answer { tokens, members }
}

fn likeness(text: &str) -> Likeness {
    let is_word = |text: &str| !text.contains(char::is_whitespace);
    if text.is_empty() {
        Likeness::Empty
    } else if text.contains("-----BEGIN ") {
        Likeness::Pem
    } else if text.starts_with('<') {
        Likeness::Markup
    } else if text.starts_with('[') {
        Likeness::Json
    } else if is_word(text) && text.contains("://") {
        Likeness::Address
    } else if is_word(text) && text.contains('=') && text.contains('&') {
        Likeness::Form
    } else if is_word(text) && text.is_ascii() && text.len() >= 8 {
        Likeness::Opaque
    } else {
        Likeness::Text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(text: &str) -> Option<Pasted> {
        told(&Secret::new(text.to_owned()))
    }

    #[test]
    fn a_text_is_told_by_its_shape() {
        for token in [
            "a2V5YmVsdA.a2V5YmVsdA.a2V5",
            " eyJhbGciOiJub25lIn0.e30. ",
            "eyJhbGc",
            "aaaa.bbbb.cccc.dddd.eeee",
        ] {
            assert!(of(token).is_none(), "{token}");
        }
        for (text, looks) in [
            ("", Likeness::Empty),
            (" \n", Likeness::Empty),
            ("2YotnFZFEjr1zCsicMWpAA", Likeness::Opaque),
            ("-----BEGIN PRIVATE KEY-----\nAAAA", Likeness::Pem),
            ("https://app.example/cb?code=x&state=y", Likeness::Address),
            ("oauth_token=a&oauth_token_secret=b", Likeness::Form),
            ("<samlp:Response/>", Likeness::Markup),
            ("[1]", Likeness::Json),
            (r#"{"a":1}"#, Likeness::Json),
            (r#"{"a":1,"a":2}"#, Likeness::BrokenJson),
            (r#"{"keys":7}"#, Likeness::BrokenJson),
            ("{", Likeness::BrokenJson),
            ("hello there", Likeness::Text),
            ("käse.käse.käse-und-brot", Likeness::Text),
        ] {
            assert_eq!(of(text), Some(Pasted::Other { looks }), "{text}");
        }
    }

    #[test]
    fn an_answer_names_its_tokens_and_holds_none_of_them() {
        let answer = json!({
            "access_token": "at-1",
            "id_token": "eyJhbGciOiJub25lIn0.e30.",
            "some_token": 7,
            "token_type": "Bearer",
        });
        let Some(Pasted::Answer { tokens, members }) = of(&answer.to_string()) else {
            panic!("no answer");
        };
        let named: Vec<_> = tokens
            .iter()
            .map(|token| (token.member.as_str(), token.readable))
            .collect();
        assert_eq!(named, [("access_token", false), ("id_token", true)]);
        assert_eq!(
            Value::from(members),
            json!({"some_token": 7, "token_type": "Bearer"})
        );
        assert!(matches!(
            of(r#"{"error":"invalid_grant"}"#),
            Some(Pasted::Answer { .. })
        ));
    }

    #[test]
    fn keys_are_judged_one_by_one_and_nothing_of_a_key_is_told() {
        let secret = json!({"kty": "oct", "kid": "s", "k": "c2VjcmV0"});
        for document in [json!({"keys": [secret]}), secret.clone()] {
            let Some(Pasted::Keys { keys }) = of(&document.to_string()) else {
                panic!("no keys");
            };
            assert_eq!(keys.len(), 1);
            assert!(keys[0].private && keys[0].fault.is_some());
            assert!(!serde_json::to_string(&keys).unwrap().contains("c2VjcmV0"));
        }
    }
}
