use std::collections::BTreeMap;

use keybelt_contract::{ProfileDraft, ProfileName};
use keybelt_primitives::{Secret, bounds};
use serde_json::{Map, Value};

use super::fault::{Problem, SettingFault};
use super::key::{CLIENT_KWARGS, KEYS, Kind, kind_of};
use super::value::checked;

/// A profile as a person asks for it on the command line. Options beat `set`, which beats `from`.
pub struct NewProfile {
    /// Its name.
    pub name: ProfileName,
    /// A JSON object of settings, a client secret perhaps among them.
    pub from: Option<Secret<String>>,
    /// KEY and VALUE as typed: the key may be dotted, the value is JSON if it parses, else text.
    pub set: Vec<(String, String)>,
    /// The catalogue's id.
    pub provider: Option<String>,
    /// The issuer.
    pub issuer: Option<String>,
    /// The client id.
    pub client_id: Option<String>,
    /// The client secret.
    pub client_secret: Option<Secret<String>>,
    /// Scopes, separated by spaces.
    pub scope: Option<String>,
    /// A redirect URI instead of the routes' own.
    pub redirect_uri: Option<String>,
}

impl NewProfile {
    /// A profile of which only the name is known.
    pub fn named(name: ProfileName) -> Self {
        Self {
            name,
            from: None,
            set: Vec::new(),
            provider: None,
            issuer: None,
            client_id: None,
            client_secret: None,
            scope: None,
            redirect_uri: None,
        }
    }
}

/// Settings that were checked, the secret taken out.
pub(crate) struct Draft {
    pub(crate) name: ProfileName,
    pub(crate) settings: Map<String, Value>,
    pub(crate) client_secret: Option<Secret<String>>,
}

impl Draft {
    /// Puts together what was asked for on the command line.
    pub(crate) fn from_options(asked: NewProfile) -> Result<Self, Vec<SettingFault>> {
        let mut settings = match &asked.from {
            Some(text) => json_object(text).map_err(|problem| vec![SettingFault::new("--from", problem)])?,
            None => Map::new(),
        };
        let mut faults = Vec::new();
        for (key, value) in asked.set {
            if let Err(fault) = set(&mut settings, &key, &value) {
                faults.push(fault);
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let options = [
            ("provider", asked.provider),
            ("issuer", asked.issuer),
            ("client_id", asked.client_id),
            ("redirect_uri", asked.redirect_uri),
        ];
        for (key, value) in options {
            if let Some(value) = value {
                settings.insert(key.to_owned(), Value::String(value));
            }
        }
        if let Some(scope) = asked.scope {
            put_member(&mut settings, "client_kwargs", "scope", Value::String(scope))?;
        }
        Self::from_settings(asked.name, settings, asked.client_secret)
    }

    /// Puts together what was typed into the window.
    pub(crate) fn from_window(draft: ProfileDraft, name: ProfileName) -> Result<Self, Vec<SettingFault>> {
        let mut settings = Map::new();
        for (key, value) in draft.settings {
            match key.split_once('.') {
                Some((object, member)) => put_member(&mut settings, object, member, value)?,
                None => {
                    settings.insert(key, value);
                }
            }
        }
        if let Some(provider) = draft.provider {
            settings.insert("provider".to_owned(), Value::String(provider));
        }
        let secret = draft.client_secret.map(keybelt_contract::Typed::into_secret);
        Self::from_settings(name, settings, secret.filter(|secret| !secret.is_empty()))
    }

    /// Checks settings as a document gives them. A secret given apart beats one among them.
    pub(crate) fn from_settings(
        name: ProfileName,
        mut settings: Map<String, Value>,
        secret: Option<Secret<String>>,
    ) -> Result<Self, Vec<SettingFault>> {
        if secret.as_ref().is_some_and(Secret::<String>::is_empty) {
            let problem = Problem::unfit("text that is not empty");
            return Err(vec![SettingFault::new("client_secret", problem)]);
        }
        let inside = match settings.remove("client_secret") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if !text.is_empty() && !text.chars().any(char::is_control) => {
                Some(Secret::new(text))
            }
            Some(_) => {
                let problem = Problem::unfit("text that is not empty and has no control characters");
                return Err(vec![SettingFault::new("client_secret", problem)]);
            }
        };
        Ok(Self {
            name,
            settings: checked(settings)?,
            client_secret: secret.or(inside),
        })
    }
}

/// Every profile of an import, `{"NAME": {settings}, …}`, or every fault in it, by name.
pub(crate) fn drafts_from_json(
    text: &Secret<String>,
) -> Result<Vec<Draft>, BTreeMap<String, Vec<SettingFault>>> {
    let whole = json_object(text).map_err(|problem| {
        BTreeMap::from([(String::new(), vec![SettingFault::new("the document", problem)])])
    })?;
    let mut drafts = Vec::new();
    let mut faults = BTreeMap::new();
    for (name, settings) in whole {
        let draft = match (ProfileName::parse(&name), settings) {
            (Ok(name), Value::Object(settings)) => Draft::from_settings(name, settings, None),
            (Err(_), _) => Err(vec![SettingFault::new("name", Problem::unfit(&name_rule()))]),
            (Ok(_), _) => Err(vec![SettingFault::new("settings", Problem::unfit("an object"))]),
        };
        match draft {
            Ok(draft) => drafts.push(draft),
            Err(found) => {
                let name = keybelt_primitives::text::visible(&keybelt_primitives::text::clipped(&name, 64));
                faults.insert(name, found);
            }
        }
    }
    if faults.is_empty() {
        Ok(drafts)
    } else {
        Err(faults)
    }
}

fn name_rule() -> String {
    "1 to 64 of the characters A-Z a-z 0-9 . _ -, beginning with neither - nor .".to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "settings are read out of the document that may hold a secret"
)]
fn json_object(text: &Secret<String>) -> Result<Map<String, Value>, Problem> {
    keybelt_primitives::json::object(text.expose().as_bytes(), bounds::JSON_DOCUMENT)
        .map_err(|error| Problem::unfit(&format!("a JSON object of settings ({error})")))
}

fn set(settings: &mut Map<String, Value>, key: &str, typed: &str) -> Result<(), SettingFault> {
    let (object, member) = match key.split_once('.') {
        Some((object, member)) => (object, Some(member)),
        None => (key, None),
    };
    let kind = match member {
        Some(member) if object == "client_kwargs" => kind_of(CLIENT_KWARGS, member),
        Some(_) => None,
        None => kind_of(KEYS, object),
    };
    if kind == Some(Kind::Secret) || matches!(member, Some("client_secret" | "rsa_key")) {
        return Err(SettingFault::new(key, Problem::SecretAsArgument));
    }
    let value = value_of(kind, typed);
    match member {
        Some(member) => put_member(settings, object, member, value).map_err(|mut faults| {
            faults
                .pop()
                .unwrap_or_else(|| SettingFault::new(key, Problem::unfit("an object")))
        }),
        None => {
            let holds_secret = value.get("client_secret").is_some() || value.get("rsa_key").is_some();
            if holds_secret {
                return Err(SettingFault::new(key, Problem::SecretAsArgument));
            }
            settings.insert(key.to_owned(), value);
            Ok(())
        }
    }
}

/// JSON if it parses, else text; a key that wants text takes `123` as it was typed.
fn value_of(kind: Option<Kind>, typed: &str) -> Value {
    let wants_text = !matches!(
        kind,
        None | Some(
            Kind::ClientKwargs
                | Kind::Parameters
                | Kind::Object
                | Kind::Quirks
                | Kind::Hosts
                | Kind::Resources
        )
    );
    match serde_json::from_str::<Value>(typed) {
        Ok(value @ (Value::Null | Value::String(_))) => value,
        Ok(value) if !wants_text || value.is_array() || value.is_object() => value,
        _ => Value::from(typed),
    }
}

fn put_member(
    settings: &mut Map<String, Value>,
    object: &str,
    member: &str,
    value: Value,
) -> Result<(), Vec<SettingFault>> {
    let entry = settings
        .entry(object)
        .or_insert_with(|| Value::Object(Map::new()));
    if entry.is_null() {
        *entry = Value::Object(Map::new());
    }
    match entry {
        Value::Object(members) => {
            members.insert(member.to_owned(), value);
            Ok(())
        }
        _ => Err(vec![SettingFault::new(object, Problem::unfit("an object"))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named() -> NewProfile {
        NewProfile::named(ProfileName::parse("work").unwrap())
    }

    #[test]
    fn options_beat_set_which_beats_from() {
        let mut asked = named();
        asked.from = Some(Secret::new(
            r#"{"client_id": "from", "issuer": "https://from.example", "client_kwargs": {"prompt": "login"}, "client_secret": "s"}"#.into(),
        ));
        asked.set = vec![
            ("client_id".into(), "set".into()),
            ("client_kwargs.prompt".into(), "consent".into()),
        ];
        asked.client_id = Some("option".into());
        asked.scope = Some("openid".into());
        let draft = Draft::from_options(asked).ok().unwrap();
        assert_eq!(
            Value::Object(draft.settings),
            json!({"client_id": "option", "issuer": "https://from.example", "client_kwargs": {"prompt": "consent", "scope": "openid"}})
        );
        assert!(draft.client_secret.is_some_and(|secret| secret.matches_text("s")));
    }

    #[test]
    fn a_secret_by_set_is_refused() {
        for key in ["client_secret", "client_kwargs.rsa_key"] {
            let mut asked = named();
            asked.set = vec![(key.into(), "x".into())];
            let faults = Draft::from_options(asked).err().unwrap();
            assert_eq!(faults[0].problem, Problem::SecretAsArgument);
        }
    }

    #[test]
    fn a_text_key_takes_digits_as_typed() {
        let mut asked = named();
        asked.set = vec![
            ("client_id".into(), "0123".into()),
            ("hosts".into(), r#"["a.example"]"#.into()),
        ];
        let draft = Draft::from_options(asked).ok().unwrap();
        assert_eq!(
            Value::Object(draft.settings),
            json!({"client_id": "0123", "hosts": ["a.example"]})
        );
    }

    #[test]
    fn an_import_lists_every_fault() {
        let text = Secret::new(
            r#"{"a": {"nope": 1}, "-b": {}, "c": {"issuer": "http://x.example"}, "d": {}}"#.to_owned(),
        );
        let faults = drafts_from_json(&text).err().unwrap();
        assert_eq!(faults.keys().collect::<Vec<_>>(), ["-b", "a", "c"]);
    }
}
