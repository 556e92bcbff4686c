use std::collections::BTreeMap;

use keybelt_contract::{Layer, Protocol, Setting};
use serde_json::{Map, Value};

use super::key::{KEYS, Kind, kind_of};
use super::redirect::Redirects;

/// The settings of one profile, layer over layer: default < catalogue < metadata < profile.
///
/// Members of object-valued keys are settings of their own, `client_kwargs.scope`, so that a profile that sets one
/// leaves its neighbours to the layer below.
pub(crate) struct Layers {
    flat: BTreeMap<Layer, BTreeMap<String, Value>>,
    secrets: Secrets,
}

/// Which secrets a profile has; they are kept apart from its settings.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Secrets {
    pub(crate) client_secret: bool,
    pub(crate) rsa_key: bool,
}

impl Layers {
    /// Puts the layers together.
    pub(crate) fn new(
        catalogue: &Map<String, Value>,
        metadata: Option<&Map<String, Value>>,
        profile: &Map<String, Value>,
        secrets: Secrets,
    ) -> Self {
        let mut flat = BTreeMap::from([
            (Layer::Catalogue, flattened(catalogue)),
            (Layer::Profile, flattened(profile)),
        ]);
        if let Some(document) = metadata {
            flat.insert(
                Layer::Metadata,
                flattened(&metadata_settings(document, secrets.client_secret)),
            );
        }
        let mut layers = Self { flat, secrets };
        let defaults = layers.defaults();
        layers.flat.insert(Layer::Default, defaults);
        layers
    }

    /// Scopes for this time only, above all layers; the protocol follows them where nobody says it.
    pub(crate) fn with_scope(mut self, scope: &str) -> Self {
        self.flat
            .entry(Layer::Profile)
            .or_default()
            .insert("client_kwargs.scope".to_owned(), Value::from(scope));
        self.flat.remove(&Layer::Default);
        let defaults = self.defaults();
        self.flat.insert(Layer::Default, defaults);
        self
    }

    fn defaults(&self) -> BTreeMap<String, Value> {
        let protocol = if self.get("request_token_url").is_some() {
            "oauth1"
        } else if self.scopes().iter().any(|scope| scope == "openid") {
            "oidc"
        } else {
            "oauth2"
        };
        let mut defaults = BTreeMap::from([("protocol".to_owned(), Value::from(protocol))]);
        let mut kwargs = |member: &str, value: &str| {
            defaults.insert(format!("client_kwargs.{member}"), Value::from(value));
        };
        if self.text("protocol").unwrap_or(protocol) == "oauth1" {
            kwargs("signature_method", "HMAC-SHA1");
            kwargs("signature_type", "header");
            return defaults;
        }
        kwargs("code_challenge_method", "S256");
        kwargs(
            "token_endpoint_auth_method",
            if self.secrets.client_secret {
                "client_secret_basic"
            } else {
                "none"
            },
        );
        if let Some(issuer) = self
            .text("server_metadata_url")
            .and_then(keybelt_protocol::oauth2::metadata::issuer_of)
        {
            defaults.insert("issuer".to_owned(), Value::from(issuer.as_str()));
        }
        defaults
    }

    /// The value in effect and the layer it comes from.
    pub(crate) fn get(&self, key: &str) -> Option<(&Value, Layer)> {
        self.flat
            .iter()
            .rev()
            .find_map(|(layer, settings)| Some((settings.get(key)?, *layer)))
    }

    /// The text in effect.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.0.as_str()
    }

    /// What one layer says by itself.
    pub(crate) fn in_layer(&self, layer: Layer, key: &str) -> Option<&Value> {
        self.flat.get(&layer)?.get(key)
    }

    /// The keys that one layer sets, members dotted.
    pub(crate) fn keys_in(&self, layer: Layer) -> impl Iterator<Item = &str> {
        self.flat
            .get(&layer)
            .into_iter()
            .flat_map(|settings| settings.keys().map(String::as_str))
    }

    /// Whether answers of the authorization endpoint come as a form (OAuth 2.0 Form Post Response Mode).
    pub(crate) fn form_post(&self) -> bool {
        ["client_kwargs.response_mode", "authorize_params.response_mode"]
            .iter()
            .any(|key| self.text(key) == Some("form_post"))
    }

    /// The scopes in effect, in their order.
    pub(crate) fn scopes(&self) -> Vec<String> {
        let text = self.text("client_kwargs.scope").unwrap_or_default();
        text.split(' ')
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The members of an object-valued key, as texts.
    pub(crate) fn members(&self, key: &str) -> BTreeMap<String, String> {
        let prefix = format!("{key}.");
        let mut members = BTreeMap::new();
        for settings in self.flat.values() {
            for (name, value) in settings.range(prefix.clone()..) {
                let Some(member) = name.strip_prefix(&prefix) else {
                    break;
                };
                if let Some(text) = value.as_str() {
                    members.insert(member.to_owned(), text.to_owned());
                }
            }
        }
        members
    }

    /// The texts of a list, or the one text.
    pub(crate) fn list(&self, key: &str) -> Vec<String> {
        match self.get(key) {
            Some((Value::String(text), _)) => vec![text.clone()],
            Some((Value::Array(items), _)) => items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        }
    }

    /// A switch that is on.
    pub(crate) fn is_on(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|(value, _)| value == &Value::Bool(true))
    }

    /// Whether the provider shows its pages in no embedded browser.
    pub(crate) fn refuses_embedded(&self) -> bool {
        self.text("quirks.embedded_webview") == Some("refused")
    }

    /// What the redirect URIs of the profile with this key are made from.
    pub(crate) fn redirects<'a>(&'a self, callback_key: &'a str) -> Redirects<'a> {
        Redirects {
            set: self.text("redirect_uri"),
            callback_key,
            exact_port: self.text("quirks.loopback_port") == Some("exact"),
            without_scheme: self.text("quirks.custom_scheme") == Some("refused"),
        }
    }

    /// The protocol in effect.
    pub(crate) fn protocol(&self) -> Protocol {
        match self.text("protocol") {
            Some("oauth1") => Protocol::Oauth1,
            Some("oidc") => Protocol::Oidc,
            _ => Protocol::Oauth2,
        }
    }

    /// The setting that makes an OAuth 1 profile one.
    pub(crate) fn oauth1_by(&self) -> &'static str {
        match self.get("protocol") {
            Some((_, Layer::Default)) | None => "request_token_url",
            Some(_) => "protocol",
        }
    }

    /// Every setting in effect, for people.
    pub(crate) fn settings(&self) -> BTreeMap<String, Setting> {
        let mut shown: BTreeMap<String, Setting> = BTreeMap::new();
        // From the lowest layer up: what stands there already is what the next one hides.
        for (layer, settings) in &self.flat {
            for (key, value) in settings {
                let overrides = shown.remove(key).map_or(Value::Null, |hidden| hidden.value);
                shown.insert(
                    key.clone(),
                    Setting {
                        value: value.clone(),
                        layer: *layer,
                        overrides,
                    },
                );
            }
        }
        let mut secret = |key: &str, is_set: bool| {
            let (value, layer) = if is_set {
                ("set", Layer::Profile)
            } else {
                ("not set", Layer::Default)
            };
            let setting = Setting {
                value: Value::from(value),
                layer,
                overrides: Value::Null,
            };
            shown.insert(key.to_owned(), setting);
        };
        secret("client_secret", self.secrets.client_secret);
        if self.secrets.rsa_key || self.text("client_kwargs.signature_method") == Some("RSA-SHA1") {
            secret("client_kwargs.rsa_key", self.secrets.rsa_key);
        }
        shown
    }
}

fn flattened(settings: &Map<String, Value>) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    for (key, value) in settings {
        match (kind_of(KEYS, key), value) {
            (Some(Kind::Secret), _) | (_, Value::Null) => {}
            (_, Value::Object(members)) => {
                flat.extend(
                    members
                        .iter()
                        .map(|(name, value)| (format!("{key}.{name}"), value.clone())),
                );
            }
            _ => {
                flat.insert(key.clone(), value.clone());
            }
        }
    }
    flat
}

/// Members of a metadata document (RFC 8414 §2) and the settings they are.
const METADATA_MEMBERS: &[(&str, &str)] = &[
    ("issuer", "issuer"),
    ("authorization_endpoint", "authorize_url"),
    ("token_endpoint", "access_token_url"),
    ("userinfo_endpoint", "userinfo_endpoint"),
    ("jwks_uri", "jwks_uri"),
    ("revocation_endpoint", "revocation_endpoint"),
    ("device_authorization_endpoint", "device_authorization_endpoint"),
    ("introspection_endpoint", "introspection_endpoint"),
    ("end_session_endpoint", "end_session_endpoint"),
    (
        "pushed_authorization_request_endpoint",
        "pushed_authorization_request_endpoint",
    ),
    ("registration_endpoint", "registration_endpoint"),
];

/// What a metadata document sets. Only a client with a secret chooses its authentication by it (RFC 8414 §2).
pub(crate) fn metadata_settings(document: &Map<String, Value>, has_secret: bool) -> Map<String, Value> {
    let mut settings: Map<String, Value> = METADATA_MEMBERS
        .iter()
        .filter_map(|(member, key)| Some(((*key).to_owned(), Value::from(document.get(*member)?.as_str()?))))
        .collect();
    let listed = document
        .get("token_endpoint_auth_methods_supported")
        .and_then(Value::as_array);
    let lists =
        |method: &str| listed.is_some_and(|methods| methods.iter().any(|m| m.as_str() == Some(method)));
    let method = ["client_secret_basic", "client_secret_post"]
        .into_iter()
        .find(|method| has_secret && lists(method));
    if let Some(method) = method {
        settings.insert(
            "client_kwargs".to_owned(),
            serde_json::json!({ "token_endpoint_auth_method": method }),
        );
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    #[test]
    fn each_layer_overrides_the_one_below_and_says_so() {
        let layers = Layers::new(
            &map(
                json!({"authorize_url": "https://a.example/1", "client_kwargs": {"scope": "a", "prompt": "consent"}}),
            ),
            Some(&map(json!({"authorization_endpoint": "https://a.example/2"}))),
            &map(json!({"client_kwargs": {"scope": "openid b"}})),
            Secrets::default(),
        );
        let settings = layers.settings();
        assert_eq!(settings["authorize_url"].layer, Layer::Metadata);
        assert_eq!(settings["authorize_url"].overrides, "https://a.example/1");
        assert_eq!(settings["client_kwargs.scope"].value, "openid b");
        assert_eq!(settings["client_kwargs.scope"].overrides, "a");
        assert_eq!(settings["client_kwargs.prompt"].layer, Layer::Catalogue);
        assert_eq!(settings["client_secret"].value, "not set");
        assert_eq!(layers.protocol(), Protocol::Oidc);
    }

    #[test]
    fn af_13_a_client_with_a_secret_takes_the_method_that_metadata_lists() {
        let document =
            map(json!({"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}));
        let has_secret = Secrets {
            client_secret: true,
            rsa_key: false,
        };
        let with = Layers::new(&Map::new(), Some(&document), &Map::new(), has_secret);
        let without = Layers::new(&Map::new(), Some(&document), &Map::new(), Secrets::default());
        assert_eq!(
            with.text("client_kwargs.token_endpoint_auth_method"),
            Some("client_secret_post")
        );
        assert_eq!(
            without.text("client_kwargs.token_endpoint_auth_method"),
            Some("none")
        );
    }

    #[test]
    fn a_scope_for_this_time_changes_the_protocol_where_nobody_says_it() {
        let layers = Layers::new(
            &Map::new(),
            None,
            &map(json!({"client_kwargs": {"scope": "a"}})),
            Secrets::default(),
        );
        assert_eq!(layers.protocol(), Protocol::Oauth2);
        assert_eq!(layers.with_scope("openid").protocol(), Protocol::Oidc);
    }

    #[test]
    fn a_request_token_url_makes_it_oauth_1_where_nobody_says_otherwise() {
        let layers = Layers::new(
            &Map::new(),
            None,
            &map(
                json!({"request_token_url": "https://a.example/r", "client_kwargs": {"signature_method": "RSA-SHA1"}}),
            ),
            Secrets::default(),
        );
        assert_eq!(layers.protocol(), Protocol::Oauth1);
        let settings = layers.settings();
        assert_eq!(settings["protocol"].layer, Layer::Default);
        assert_eq!(settings["client_kwargs.signature_method"].overrides, "HMAC-SHA1");
        assert_eq!(settings["client_kwargs.rsa_key"].value, "not set");
        assert!(!settings.contains_key("client_kwargs.code_challenge_method"));
    }
}
