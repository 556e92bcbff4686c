//! A profile as Authlib has it, whose registry has no layers: what a profile leaves to those below stands in the file too.

use keybelt_contract::{Layer, Protocol};
use keybelt_primitives::Issuer;
use keybelt_protocol::oauth2::metadata::candidates;
use serde_json::{Map, Value};

use crate::settings::{Layers, Secrets, catalogue_settings, is_authlibs, put, unset_in};

const SIGNATURE_TYPE: &str = "client_kwargs.signature_type";
const CODE_CHALLENGE_METHOD: &str = "client_kwargs.code_challenge_method";

/// The profile's own settings for a file of Authlib's, with what Authlib would not find by itself.
pub(super) fn for_authlib(mut own: Map<String, Value>, layers: &Layers) -> Map<String, Value> {
    for (key, value) in from_below(layers) {
        if layers.in_layer(Layer::Profile, &key).is_none() {
            put(&mut own, &key, value);
        }
    }
    if let Some(said) = layers.in_layer(Layer::Profile, SIGNATURE_TYPE) {
        put(&mut own, SIGNATURE_TYPE, in_capitals(said));
    }
    own
}

/// The profile's own settings out of a file of Authlib's: what the layers below say as well is left to them, so that a
/// profile that was exported comes back with the layers that it had.
pub(super) fn of_authlib(mut settings: Map<String, Value>) -> Map<String, Value> {
    let catalogue = catalogue_settings(settings.get("provider").and_then(Value::as_str));
    let layers = Layers::new(&catalogue, None, &settings, Secrets::default());
    for (key, value) in from_below(&layers) {
        if layers.in_layer(Layer::Profile, &key) == Some(&value) {
            unset_in(&mut settings, &key);
        }
    }
    settings
}

/// What Authlib has to be told of the layers below: the catalogue's settings, where an issuer's metadata stand, and that
/// PKCE is used.
fn from_below(layers: &Layers) -> Vec<(String, Value)> {
    let is_oauth1 = layers.protocol() == Protocol::Oauth1;
    let of_catalogue = layers.keys_in(Layer::Catalogue).filter(|key| {
        // How an OAuth 1 client proves itself is its signature; a profile of its own may not say this.
        is_authlibs(key) && !(is_oauth1 && *key == "client_kwargs.token_endpoint_auth_method")
    });
    let mut below: Vec<(String, Value)> = of_catalogue
        .filter_map(|key| {
            let value = layers.in_layer(Layer::Catalogue, key)?;
            let value = match key {
                SIGNATURE_TYPE => in_capitals(value),
                _ => value.clone(),
            };
            Some((key.to_owned(), value))
        })
        .collect();
    let has = |key: &str| layers.in_layer(Layer::Catalogue, key).is_some();
    if let Some(url) = metadata_url(layers).filter(|_| !has("server_metadata_url")) {
        below.push(("server_metadata_url".to_owned(), Value::from(url)));
    }
    if let Some(method) = layers
        .in_layer(Layer::Default, CODE_CHALLENGE_METHOD)
        .filter(|_| !has(CODE_CHALLENGE_METHOD))
    {
        below.push((CODE_CHALLENGE_METHOD.to_owned(), method.clone()));
    }
    below
}

/// Where the metadata of a profile stand that names its issuer: OpenID's for a profile that speaks it (OpenID Connect
/// Discovery 1.0 §4), else OAuth's (RFC 8414 §3).
fn metadata_url(layers: &Layers) -> Option<String> {
    let said = [Layer::Profile, Layer::Catalogue]
        .into_iter()
        .find_map(|layer| layers.in_layer(layer, "issuer")?.as_str())?;
    let issuer = Issuer::parse(said).ok()?;
    let openid = layers.protocol() == Protocol::Oidc;
    let (url, _) = candidates(&issuer, openid).into_iter().next()?;
    Some(url.to_string())
}

/// As Authlib writes its placements.
fn in_capitals(value: &Value) -> Value {
    value
        .as_str()
        .map_or_else(|| value.clone(), |text| Value::from(text.to_uppercase()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    /// What stands in the file, and what is read out of it again.
    fn there_and_back(own: Value) -> (Value, Value) {
        let own = map(own);
        let catalogue = catalogue_settings(own.get("provider").and_then(Value::as_str));
        let layers = Layers::new(&catalogue, None, &own, Secrets::default());
        let file = for_authlib(own, &layers);
        (Value::Object(file.clone()), Value::Object(of_authlib(file)))
    }

    #[test]
    fn a_profile_comes_back_with_the_layers_that_it_had() {
        for own in [
            json!({"provider": "practice"}),
            json!({"provider": "practice", "client_id": "mine", "client_kwargs": {"prompt": "login"}}),
            json!({"provider": "practice-oauth1", "client_kwargs": {"realm": "r"}}),
            json!({"provider": "flickr", "authorize_params": {"perms": "write"}}),
            json!({"provider": "google", "client_id": "g", "hosts": ["a.example"]}),
            json!({"client_id": "a", "authorize_url": "https://a.example/a", "access_token_url": "https://a.example/t"}),
            json!({"client_id": "a", "issuer": "https://a.example", "client_kwargs": {"scope": "openid"}}),
            json!({"client_id": "a", "issuer": "https://a.example/t", "client_kwargs": {"scope": "x"}}),
            json!({"client_id": "a", "request_token_url": "https://a.example/r"}),
            json!({"client_id": "a", "client_kwargs": {"code_challenge_method": "plain"}}),
        ] {
            let (file, back) = there_and_back(own.clone());
            assert_eq!(back, own, "{file}");
        }
    }

    #[test]
    fn authlib_is_told_what_it_would_not_find() {
        let (file, _) = there_and_back(json!({"provider": "practice"}));
        assert_eq!(file["client_id"], "keybelt-practice");
        assert_eq!(file["client_kwargs"]["code_challenge_method"], "S256");
        let at = |scope: &str| {
            let own = json!({"issuer": "https://a.example/t", "client_kwargs": {"scope": scope}});
            there_and_back(own).0["server_metadata_url"].clone()
        };
        assert_eq!(
            at("openid"),
            "https://a.example/t/.well-known/openid-configuration"
        );
        assert_eq!(
            at("read"),
            "https://a.example/.well-known/oauth-authorization-server/t"
        );
        let (old, _) = there_and_back(json!({
            "request_token_url": "https://a.example/r", "client_kwargs": {"signature_type": "query"}
        }));
        assert_eq!(old["client_kwargs"], json!({"signature_type": "QUERY"}));
    }

    #[test]
    fn what_a_file_says_otherwise_is_the_profiles_own() {
        let file = json!({
            "provider": "practice", "client_id": "other", "server_metadata_url": "https://b.example/m",
            "client_kwargs": {"code_challenge_method": "plain"},
        });
        assert_eq!(Value::Object(of_authlib(map(file.clone()))), file);
        // Without an issuer beside it, the address is all there is.
        let alone = json!({"server_metadata_url": "https://a.example/.well-known/openid-configuration"});
        assert_eq!(Value::Object(of_authlib(map(alone.clone()))), alone);
    }
}
