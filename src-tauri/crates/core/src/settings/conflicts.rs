//! Settings that contradict one another or that nothing could be done with, found when they are entered.
//!
//! What is only missing is no conflict: another layer may bring it, and the link says so.

use std::collections::BTreeSet;

use keybelt_contract::{Layer, Protocol};
use keybelt_primitives::Endpoint;
use keybelt_protocol::oauth2::authorization_code::{is_reserved, is_reserved_at_token_endpoint};
use keybelt_protocol::oauth2::redirect_uri::{RedirectKind, RedirectUri};
use url::Url;

use super::fault::{Problem, SettingFault};
use super::key::{KEYS, Key, Of, members_of};
use super::layers::{Layers, Secrets};
use super::redirect::OUT_OF_BAND;

/// What finds faults in settings that are each fit by themselves.
type Rule = fn(&Layers, Secrets, &mut Vec<SettingFault>);

const ANY: &[Rule] = &[protocol_is_the_providers];
const OAUTH1: &[Rule] = &[
    nothing_of_oauth2,
    oauth1_parameters,
    plaintext_over_tls,
    realm_in_a_header,
];
const OAUTH2: &[Rule] = &[
    nothing_of_oauth1,
    openid_by_its_protocol,
    openid_can_be_verified,
    oauth2_parameters,
    prompt_and_age,
    form_post_can_be_caught,
    answers_come_to_an_address,
];

/// Every conflict among the settings of a profile and its catalogue entry.
pub(crate) fn conflicts(layers: &Layers, secrets: Secrets) -> Vec<SettingFault> {
    let of_protocol = match layers.protocol() {
        Protocol::Oauth1 => OAUTH1,
        Protocol::Oauth2 | Protocol::Oidc => OAUTH2,
    };
    let mut faults = Vec::new();
    for rule in ANY.iter().chain(of_protocol) {
        rule(layers, secrets, &mut faults);
    }
    faults
}

fn has(layers: &Layers, layer: Layer, key: &str) -> bool {
    layers.in_layer(layer, key).is_some()
}

/// A catalogue entry is of one protocol, and a profile that builds on it is too.
fn protocol_is_the_providers(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    let entry_is_oauth1 = has(layers, Layer::Catalogue, "request_token_url");
    let entry_is_oauth2 = !entry_is_oauth1 && layers.keys_in(Layer::Catalogue).next().is_some();
    let key = match (layers.protocol(), layers.in_layer(Layer::Profile, "protocol")) {
        (Protocol::Oauth1, Some(_)) if entry_is_oauth2 => "protocol",
        (Protocol::Oauth1, None) if entry_is_oauth2 => "request_token_url",
        (Protocol::Oauth2 | Protocol::Oidc, _) if entry_is_oauth1 => "protocol",
        _ => return,
    };
    faults.push(SettingFault::new(key, Problem::Contradicts { other: "provider" }));
}

/// The settings of the profile's own layer that belong to one protocol.
fn own_keys_of(layers: &Layers, of: Of) -> impl Iterator<Item = &str> {
    layers
        .keys_in(Layer::Profile)
        .filter(move |key| key_of(key).is_some_and(|key| key.of == of))
}

fn key_of(dotted: &str) -> Option<&'static Key> {
    let (table, name) = match dotted.split_once('.') {
        Some((object, member)) => members_of(object).map_or((KEYS, object), |table| (table, member)),
        None => (KEYS, dotted),
    };
    table.iter().find(|key| key.name == name)
}

fn nothing_of_oauth2(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    let by = layers.oauth1_by();
    faults
        .extend(own_keys_of(layers, Of::Oauth2).map(|key| SettingFault::new(key, Problem::OfOauth2 { by })));
}

fn nothing_of_oauth1(layers: &Layers, secrets: Secrets, faults: &mut Vec<SettingFault>) {
    let by_word = has(layers, Layer::Profile, "protocol");
    for key in own_keys_of(layers, Of::Oauth1) {
        let problem = if by_word && key == "request_token_url" {
            Problem::Contradicts { other: "protocol" }
        } else {
            Problem::OfOauth1
        };
        faults.push(SettingFault::new(key, problem));
    }
    if secrets.rsa_key {
        faults.push(SettingFault::new("client_kwargs.rsa_key", Problem::OfOauth1));
    }
}

/// `oauth_` is the protocol's own (RFC 5849 §3.1).
fn oauth1_parameters(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    let own = |name: &str| name.starts_with("oauth_");
    for object in ["request_token_params", "authorize_params", "access_token_params"] {
        reserved(layers, object, own, faults);
    }
}

/// RFC 5849 §3.4.4; by loopback only where the profile says so (specs O1-29).
fn plaintext_over_tls(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    if layers.text("client_kwargs.signature_method") != Some("PLAINTEXT")
        || layers.is_on("client_kwargs.plaintext_on_loopback")
    {
        return;
    }
    let signed = [
        "request_token_url",
        "access_token_url",
        "userinfo_endpoint",
        "api_base_url",
    ];
    let in_the_clear = signed.into_iter().find(|key| {
        layers
            .text(key)
            .and_then(|text| Endpoint::parse(text).ok())
            .is_some_and(|endpoint| endpoint.is_plain_loopback())
    });
    if let Some(other) = in_the_clear {
        faults.push(SettingFault::new(
            "client_kwargs.signature_method",
            Problem::PlaintextInTheClear { other },
        ));
    }
}

/// RFC 5849 §3.5.1: the other places have none.
fn realm_in_a_header(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    let elsewhere = layers
        .text("client_kwargs.signature_type")
        .is_some_and(|place| !place.eq_ignore_ascii_case("header"));
    if elsewhere && layers.get("client_kwargs.realm").is_some() {
        let other = "client_kwargs.signature_type";
        faults.push(SettingFault::new(
            "client_kwargs.realm",
            Problem::Contradicts { other },
        ));
    }
}

fn openid_by_its_protocol(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    faults.extend(openid_fault(layers));
}

/// The word and the scope say the same (OpenID Connect Core 1.0 §3.1.2.1): nobody adds a scope, and without `openid`
/// no ID token comes that could be verified.
pub(crate) fn openid_fault(layers: &Layers) -> Option<SettingFault> {
    let asks = layers.scopes().iter().any(|scope| scope == "openid");
    let problem = match layers.protocol() {
        Protocol::Oidc if !asks => Problem::WithoutOpenid,
        Protocol::Oauth2 if asks => Problem::Contradicts {
            other: "client_kwargs.scope",
        },
        Protocol::Oauth1 | Protocol::Oauth2 | Protocol::Oidc => return None,
    };
    Some(SettingFault::new("protocol", problem))
}

/// An ID token is only worth asking for where it is known who has to sign it (OpenID Connect Core 1.0 §3.1.3.7).
fn openid_can_be_verified(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    let asks = layers.scopes().iter().any(|scope| scope == "openid");
    let known = ["issuer", "server_metadata_url"]
        .iter()
        .any(|key| layers.get(key).is_some());
    if asks && !known {
        faults.push(SettingFault::new("client_kwargs.scope", Problem::Unverifiable));
    }
}

/// No parameter that the protocol sets, and none twice (RFC 6749 §3.1, §3.2).
fn oauth2_parameters(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    let has_resources = !layers.list("resource").is_empty();
    let front = |name: &str| is_reserved(name) || (has_resources && name == "resource");
    let back = |name: &str| is_reserved_at_token_endpoint(name) || (has_resources && name == "resource");
    reserved(layers, "authorize_params", front, faults);
    reserved(layers, "access_token_params", back, faults);
    reserved(layers, "refresh_token_params", back, faults);
    for name in ["prompt", "response_mode"] {
        let (said, also) = (
            layers.text(&format!("client_kwargs.{name}")),
            layers.text(&format!("authorize_params.{name}")),
        );
        if let (Some(said), Some(also)) = (said, also)
            && said != also
        {
            let other = "authorize_params";
            let key = format!("client_kwargs.{name}");
            faults.push(SettingFault::new(key, Problem::Contradicts { other }));
        }
    }
    named_by_the_address(layers, faults);
}

fn reserved(
    layers: &Layers,
    object: &str,
    is_reserved: impl Fn(&str) -> bool,
    faults: &mut Vec<SettingFault>,
) {
    let members = layers.members(object);
    let bad = members.keys().filter(|name| is_reserved(name));
    faults.extend(bad.map(|name| SettingFault::new(format!("{object}.{name}"), Problem::Reserved)));
}

/// The authorization endpoint's own query is kept, so it cannot name what the request names.
fn named_by_the_address(layers: &Layers, faults: &mut Vec<SettingFault>) {
    let Some(url) = layers
        .text("authorize_url")
        .and_then(|text| Url::parse(text).ok())
    else {
        return;
    };
    let mut seen: BTreeSet<String> = layers.members("authorize_params").into_keys().collect();
    let twice = url.query_pairs().map(|(name, _)| name.into_owned()).find(|name| {
        // What the request always has, and what it may have.
        is_reserved(name) || !seen.insert(name.clone())
    });
    if let Some(name) = twice {
        let name = keybelt_primitives::text::visible(&keybelt_primitives::text::clipped(&name, 64));
        faults.push(SettingFault::new("authorize_url", Problem::NamesTwice { name }));
    }
}

fn prompt_and_age(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    for key in ["client_kwargs.prompt", "authorize_params.prompt"] {
        let prompts: BTreeSet<&str> = layers
            .text(key)
            .unwrap_or_default()
            .split(' ')
            .filter(|prompt| !prompt.is_empty())
            .collect();
        if prompts.contains("none") && prompts.len() > 1 {
            faults.push(SettingFault::new(key, Problem::unfit("`none` alone, or others")));
        }
    }
    let age = layers.text("authorize_params.max_age");
    if age.is_some_and(|age| age.parse::<u64>().is_err()) {
        let problem = Problem::unfit("a number of seconds");
        faults.push(SettingFault::new("authorize_params.max_age", problem));
    }
}

/// A form is posted to a listener on this machine, and to nothing else here.
fn form_post_can_be_caught(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    let key = ["client_kwargs.response_mode", "authorize_params.response_mode"]
        .into_iter()
        .find(|key| layers.get(key).is_some());
    let Some(key) = key else { return };
    match layers.text(key) {
        Some("query") => {}
        Some("form_post") => {
            let said = layers
                .text("redirect_uri")
                .and_then(|text| RedirectUri::parse(text).ok());
            let caught = said.is_none_or(|uri| matches!(uri.kind(), RedirectKind::Loopback { .. }));
            if !caught {
                faults.push(SettingFault::new("redirect_uri", Problem::FormPostElsewhere));
            }
        }
        _ => faults.push(SettingFault::new(key, Problem::unfit("one of query, form_post"))),
    }
}

/// Only OAuth 1 has a PIN instead.
fn answers_come_to_an_address(layers: &Layers, _: Secrets, faults: &mut Vec<SettingFault>) {
    if layers.text("redirect_uri") == Some(OUT_OF_BAND) {
        faults.push(SettingFault::new("redirect_uri", Problem::OutOfBand));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::settings::catalogue_settings;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    fn faults(provider: Option<&str>, settings: Value) -> Vec<(String, String)> {
        let secrets = Secrets::default();
        let layers = Layers::new(&catalogue_settings(provider), None, &map(settings), secrets);
        conflicts(&layers, secrets)
            .into_iter()
            .map(|fault| (fault.key, fault.problem.to_string()))
            .collect()
    }

    fn keys(settings: Value) -> Vec<String> {
        faults(None, settings).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn an_oauth_1_profile_takes_nothing_of_oauth_2() {
        let found = keys(json!({
            "request_token_url": "https://a.example/r",
            "jwks_uri": "https://a.example/j",
            "client_kwargs": {"code_challenge_method": "S256", "scope": "openid", "realm": "r"},
        }));
        assert_eq!(
            found,
            [
                "client_kwargs.code_challenge_method",
                "client_kwargs.scope",
                "jwks_uri"
            ]
        );
        assert_eq!(
            keys(json!({"protocol": "oauth1", "issuer": "https://a.example"})),
            ["issuer"]
        );
    }

    #[test]
    fn an_oauth_2_profile_takes_nothing_of_oauth_1() {
        assert_eq!(
            keys(
                json!({"request_token_params": {"a": "b"}, "client_kwargs": {"signature_method": "PLAINTEXT"}})
            ),
            ["client_kwargs.signature_method", "request_token_params.a"]
        );
        let found = faults(
            None,
            json!({"protocol": "oauth2", "request_token_url": "https://a.example/r"}),
        );
        assert_eq!(
            found,
            [("request_token_url".into(), "it contradicts `protocol`".into())]
        );
    }

    #[test]
    fn a_profile_speaks_the_protocol_of_its_provider() {
        let found = faults(
            Some("practice"),
            json!({"request_token_url": "https://a.example/r"}),
        );
        assert_eq!(
            found,
            [("request_token_url".into(), "it contradicts `provider`".into())]
        );
        assert!(faults(Some("practice"), json!({})).is_empty());
    }

    #[test]
    fn openid_wants_somebody_whose_signature_it_is() {
        let scope = |issuer: Value| json!({"client_kwargs": {"scope": "openid"}, "issuer": issuer});
        assert!(keys(scope(json!("https://a.example"))).is_empty());
        let alone = json!({"client_kwargs": {"scope": "openid"}, "jwks_uri": "https://a.example/j"});
        assert_eq!(keys(alone), ["client_kwargs.scope"]);
        let both = |protocol: &str, scope: &str| {
            keys(
                json!({"protocol": protocol, "issuer": "https://a.example", "client_kwargs": {"scope": scope}}),
            )
        };
        assert_eq!(both("oauth2", "openid"), ["protocol"]);
        assert_eq!(both("oidc", "email"), ["protocol"]);
        assert!(both("oidc", "email openid").is_empty());
        let unsaid = json!({"protocol": "oidc", "access_token_url": "https://a.example/t"});
        let found = faults(None, unsaid);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].0 == "protocol" && found[0].1.contains("`openid`"),
            "{found:?}"
        );
        assert!(faults(Some("practice"), json!({"protocol": "oidc"})).is_empty());
    }

    #[test]
    fn no_setting_names_what_the_protocol_sets() {
        let found = keys(json!({
            "authorize_params": {"state": "x", "max_age": "soon", "audience": "a"},
            "access_token_params": {"grant_type": "x"},
            "refresh_token_params": {"resource": "https://r.example"},
            "resource": "https://r.example",
            "client_kwargs": {"prompt": "none login"},
        }));
        assert_eq!(
            found,
            [
                "authorize_params.state",
                "access_token_params.grant_type",
                "refresh_token_params.resource",
                "client_kwargs.prompt",
                "authorize_params.max_age"
            ]
        );
        let of_oauth1 =
            json!({"request_token_url": "https://a.example/r", "request_token_params": {"oauth_token": "x"}});
        assert_eq!(keys(of_oauth1), ["request_token_params.oauth_token"]);
        assert_eq!(
            keys(json!({"authorize_url": "https://a.example/?scope=x"})),
            ["authorize_url"]
        );
        let twice =
            json!({"authorize_url": "https://a.example/?audience=x", "authorize_params": {"audience": "y"}});
        assert_eq!(keys(twice), ["authorize_url"]);
        let both = json!({"authorize_params": {"prompt": "login"}, "client_kwargs": {"prompt": "consent"}});
        assert_eq!(keys(both), ["client_kwargs.prompt"]);
    }

    #[test]
    fn a_posted_form_needs_a_listener() {
        let of =
            |uri: &str| keys(json!({"redirect_uri": uri, "client_kwargs": {"response_mode": "form_post"}}));
        assert_eq!(of("com.example.app:/cb"), ["redirect_uri"]);
        assert_eq!(of("https://a.example/cb"), ["redirect_uri"]);
        assert!(of("http://127.0.0.1/cb").is_empty());
        assert_eq!(
            keys(json!({"authorize_params": {"response_mode": "fragment"}})),
            ["authorize_params.response_mode"]
        );
    }

    #[test]
    fn o1_29_plaintext_is_for_tls() {
        let of = |url: &str, on_loopback: bool| {
            keys(json!({
                "request_token_url": url,
                "client_kwargs": {"signature_method": "PLAINTEXT", "plaintext_on_loopback": on_loopback},
            }))
        };
        assert_eq!(
            of("http://127.0.0.1:1/r", false),
            ["client_kwargs.signature_method"]
        );
        assert!(of("http://127.0.0.1:1/r", true).is_empty());
        assert!(of("https://a.example/r", false).is_empty());
    }

    #[test]
    fn a_realm_stands_in_a_header_only() {
        let of = |place: &str| {
            keys(json!({
                "request_token_url": "https://a.example/r",
                "client_kwargs": {"signature_type": place, "realm": "r"},
            }))
        };
        assert_eq!(of("QUERY"), ["client_kwargs.realm"]);
        assert!(of("HEADER").is_empty());
    }
}
