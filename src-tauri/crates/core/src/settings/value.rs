//! One value against the kind its key has.

use keybelt_primitives::{Endpoint, Issuer};
use keybelt_protocol::oauth1::placement::Realm;
use keybelt_protocol::oidc::identity;
use serde_json::{Map, Value};
use url::Url;

use super::fault::{Problem, SettingFault};
use super::key::{CLIENT_KWARGS, KEYS, Key, Kind, QUIRKS, USERINFO_MAP, WEAKENING, kind_of, nearest};
use super::patch::names_secret;

/// Longer than any honest setting, in bytes.
const TEXT_LIMIT: usize = 8 << 10;
/// More than any honest list or object has.
const MEMBER_LIMIT: usize = 64;

/// Settings whose values were looked at one by one. Only without faults are they fit for use.
pub(crate) struct Checked {
    /// Without what was `null` and what no key knows. What does not fit stands where it was, so that nobody takes it for
    /// missing.
    pub(crate) settings: Map<String, Value>,
    /// Every one.
    pub(crate) faults: Vec<SettingFault>,
}

/// Checks the values of one settings object, its secrets taken out.
pub(crate) fn checked(settings: Map<String, Value>) -> Checked {
    let mut kept = Map::new();
    let mut faults = Vec::new();
    for (key, value) in settings {
        let Some(kind) = kind_of(KEYS, &key) else {
            let nearest = nearest(&key);
            faults.push(SettingFault::new(shown(&key), Problem::Unknown { nearest }));
            continue;
        };
        if value.is_null() {
            continue;
        }
        let value = checked_value(&key, kind, value, &mut faults);
        // An object of nothing says nothing.
        if value.as_object().is_none_or(|members| !members.is_empty()) {
            kept.insert(key, value);
        }
    }
    Checked {
        settings: kept,
        faults,
    }
}

fn checked_value(key: &str, kind: Kind, value: Value, faults: &mut Vec<SettingFault>) -> Value {
    match (kind, value) {
        (Kind::ClientKwargs, Value::Object(inner)) => named_members(key, CLIENT_KWARGS, inner, faults),
        (Kind::Quirks, Value::Object(inner)) => named_members(key, QUIRKS, inner, faults),
        (Kind::UserinfoMap, Value::Object(inner)) => named_members(key, USERINFO_MAP, inner, faults),
        (Kind::Parameters | Kind::Object, Value::Object(inner)) => members(key, kind, inner, faults),
        (plain, value) => {
            let problem = single(plain, &value).err();
            faults.extend(problem.map(|problem| SettingFault::new(key, problem)));
            value
        }
    }
}

/// An object whose members stand in a table.
fn named_members(
    object: &str,
    table: &'static [Key],
    members: Map<String, Value>,
    faults: &mut Vec<SettingFault>,
) -> Value {
    let mut kept = Map::new();
    for (name, value) in members {
        let key = format!("{object}.{}", shown(&name));
        if object == "client_kwargs" && WEAKENING.contains(&name.as_str()) {
            faults.extend((!value.is_null()).then(|| SettingFault::new(key, Problem::Weakens)));
        } else if let Some(kind) = kind_of(table, &name) {
            if value.is_null() {
                continue;
            }
            let problem = single(kind, &value).err();
            faults.extend(problem.map(|problem| SettingFault::new(key, problem)));
            kept.insert(name, value);
        } else {
            let nearest = nearest(&format!("{object}.{name}"));
            faults.push(SettingFault::new(key, Problem::Unknown { nearest }));
        }
    }
    Value::Object(kept)
}

fn members(key: &str, kind: Kind, members: Map<String, Value>, faults: &mut Vec<SettingFault>) -> Value {
    if members.len() > MEMBER_LIMIT {
        faults.push(SettingFault::new(key, Problem::unfit("fewer members")));
        return Value::Object(members);
    }
    let mut kept = Map::new();
    for (name, value) in members {
        // A parameter is text in the end; `max_age` is typed as a number.
        let value = match (kind, value) {
            (Kind::Parameters, Value::Number(number)) => Value::String(number.to_string()),
            (Kind::Parameters, Value::Bool(flag)) => Value::String(flag.to_string()),
            (_, value) => value,
        };
        let problem = match kind {
            _ if value.is_null() => continue,
            Kind::Parameters => single(Kind::Text, &value).err(),
            _ => None,
        };
        faults.extend(problem.map(|problem| SettingFault::new(format!("{key}.{}", shown(&name)), problem)));
        kept.insert(name, value);
    }
    Value::Object(kept)
}

fn single(kind: Kind, value: &Value) -> Result<(), Problem> {
    match kind {
        Kind::Resources => list_or_one(
            value,
            "one absolute URI without a fragment, or a list of them",
            |text| Url::parse(text).is_ok_and(|url| url.fragment().is_none()),
        ),
        Kind::Hosts => list_or_one(value, "a list of host names", is_host),
        Kind::Flag if value.is_boolean() => Ok(()),
        Kind::Flag => Err(Problem::unfit("true or false")),
        Kind::ClientKwargs | Kind::Quirks | Kind::UserinfoMap | Kind::Parameters | Kind::Object => {
            Err(Problem::unfit("an object"))
        }
        _ => {
            let text = text(value)?;
            single_text(kind, text)
        }
    }
}

fn single_text(kind: Kind, text: &str) -> Result<(), Problem> {
    match kind {
        Kind::Endpoint => {
            Endpoint::parse(text).map_err(Problem::Endpoint)?;
            secret_in_address(text).map_or(Ok(()), |name| Err(Problem::SecretInAddress { name }))
        }
        Kind::Issuer => Issuer::parse(text).map(|_| ()).map_err(Problem::Issuer),
        Kind::RedirectUri => super::redirect::checked(text),
        Kind::Provider if keybelt_catalogue::find(text).is_none() => Err(Problem::NoSuchProvider {
            nearest: crate::providers::nearest(text),
        }),
        Kind::OneOf(words) => one_of(words, text),
        Kind::AnyCase(words) => one_of(words, &text.to_ascii_lowercase()),
        Kind::Path if !identity::is_path(text) => Err(Problem::unfit(
            "a path such as data.id, or a JSON Pointer such as /data/0/id",
        )),
        Kind::Realm => Realm::parse(text)
            .map(|_| ())
            .map_err(|error| Problem::unfit(&error.to_string())),
        Kind::Algorithm => one_of(ALGORITHMS, text),
        Kind::Scope => {
            let fits = text
                .bytes()
                .all(|byte| matches!(byte, b' ' | 0x21 | 0x23..=0x5B | 0x5D..=0x7E));
            if fits {
                Ok(())
            } else {
                Err(Problem::unfit("scopes separated by spaces (RFC 6749 §3.3)"))
            }
        }
        _ => Ok(()),
    }
}

/// What a parameter of an endpoint's own query may not be called, beside the secrets of a profile.
const SECRETS_OF_ADDRESSES: &[&str] = &["access_token", "client_assertion", "password", "refresh_token"];

/// The parameter of an address that holds a secret: it would be shown wherever the address is (RFC 6749 §2.3.1).
fn secret_in_address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    url.query_pairs()
        .map(|(name, _)| name.to_ascii_lowercase())
        .find(|name| names_secret(name) || SECRETS_OF_ADDRESSES.contains(&name.as_str()))
        .map(|name| shown(&name))
}

/// What an ID token may be registered to be signed with; `none` is not among them (specs ID-07, JW-10).
const ALGORITHMS: &[&str] = &[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519", "HS256",
    "HS384", "HS512",
];

fn one_of(words: &[&str], text: &str) -> Result<(), Problem> {
    if words.contains(&text) {
        Ok(())
    } else {
        Err(Problem::unfit(&format!("one of {}", words.join(", "))))
    }
}

fn text(value: &Value) -> Result<&str, Problem> {
    match value {
        Value::String(text) if text.is_empty() => Err(Problem::unfit("text that is not empty")),
        Value::String(text) if text.len() > TEXT_LIMIT => Err(Problem::unfit("shorter text")),
        Value::String(text) if text.chars().any(char::is_control) => {
            Err(Problem::unfit("text without control characters"))
        }
        Value::String(text) => Ok(text),
        _ => Err(Problem::unfit("text")),
    }
}

fn list_or_one(value: &Value, wanted: &str, fits: fn(&str) -> bool) -> Result<(), Problem> {
    let all_fit = match value {
        Value::Array(items) if items.len() <= MEMBER_LIMIT => {
            items.iter().all(|item| text(item).is_ok_and(fits))
        }
        Value::String(_) => text(value).is_ok_and(fits),
        _ => false,
    };
    if all_fit {
        Ok(())
    } else {
        Err(Problem::unfit(wanted))
    }
}

fn is_host(text: &str) -> bool {
    url::Host::parse(text).is_ok()
}

/// A key as it may be shown: clipped, and nothing hidden in it.
fn shown(key: &str) -> String {
    keybelt_primitives::text::visible(&keybelt_primitives::text::clipped(key, 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(settings: Value) -> Vec<(String, String)> {
        let Value::Object(settings) = settings else {
            panic!()
        };
        checked(settings)
            .faults
            .into_iter()
            .map(|fault| (fault.key, fault.problem.to_string()))
            .collect()
    }

    #[test]
    fn an_unknown_key_is_refused_by_name_with_the_nearest_known_one() {
        let found = faults(json!({"client_idd": "x", "client_kwargs": {"scop": "a"}}));
        assert_eq!(
            found[0],
            (
                "client_idd".into(),
                "there is no such setting; did you mean `client_id`?".into()
            )
        );
        assert_eq!(
            found[1],
            (
                "client_kwargs.scop".into(),
                "there is no such setting; did you mean `client_kwargs.scope`?".into()
            )
        );
    }

    #[test]
    fn what_weakens_is_refused_by_name() {
        assert_eq!(
            faults(json!({"client_kwargs": {"verify": false}}))[0].0,
            "client_kwargs.verify"
        );
        assert_eq!(
            faults(json!({"client_kwargs": {"id_token_signed_response_alg": "none"}})).len(),
            1
        );
    }

    #[test]
    fn h_02_an_endpoint_over_plain_http_is_insecure() {
        let Value::Object(settings) = json!({"access_token_url": "http://a.example/token"}) else {
            panic!()
        };
        assert!(checked(settings).faults[0].problem.is_insecure());
    }

    #[test]
    fn af_12_an_endpoint_holds_no_secret_in_its_query() {
        for name in [
            "client_secret",
            "Client_Secret",
            "refresh_token",
            "client%5Fsecret",
        ] {
            let found =
                faults(json!({"access_token_url": format!("https://a.example/t?a=b&{name}=hunter2")}));
            assert_eq!(found.len(), 1, "{name}");
            assert!(found[0].1.contains("its query holds") && !found[0].1.contains("hunter2"));
        }
        assert!(faults(json!({"authorize_url": "https://a.example/a?tenant=b", "api_base_url": "https://a.example/?v=1"})).is_empty());
    }

    #[test]
    fn null_means_left_out() {
        let Value::Object(settings) = json!({
            "client_id": "a", "request_token_url": null, "authorize_params": null, "client_kwargs": {"prompt": null}
        }) else {
            panic!()
        };
        let kept = checked(settings);
        assert!(kept.faults.is_empty());
        assert_eq!(Value::Object(kept.settings), json!({"client_id": "a"}));
    }
}
