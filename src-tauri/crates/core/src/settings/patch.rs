//! What a person asks to be set and unset, put over the settings that are there.

use std::collections::BTreeMap;

use keybelt_contract::{ProfileChange, ProfileDraft, ProfileName, Typed};
use keybelt_primitives::{Secret, bounds};
use serde_json::{Map, Value};

use super::draft::{Draft, GivenSecrets};
use super::fault::{Problem, SettingFault};
use super::key::{KEYS, Kind, kind_of, members_of, nearest};

/// Settings as they are asked for on the command line: `unset` first, then `from`, then `set`, then the options.
#[derive(Default)]
pub struct AskedSettings {
    /// Keys, perhaps dotted, that the profile shall no longer say.
    pub unset: Vec<String>,
    /// A JSON object of settings, secrets perhaps among them.
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
    /// The private key that OAuth 1 requests are signed with (RFC 5849 §3.4.3), as PEM.
    pub rsa_key: Option<Secret<String>>,
    /// Scopes, separated by spaces.
    pub scope: Option<String>,
    /// A redirect URI instead of the routes' own.
    pub redirect_uri: Option<String>,
}

impl AskedSettings {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        let Self {
            unset,
            from,
            set,
            provider,
            issuer,
            client_id,
            client_secret,
            rsa_key,
            scope,
            redirect_uri,
        } = self;
        let options = [provider, issuer, client_id, scope, redirect_uri];
        unset.is_empty()
            && set.is_empty()
            && [from, client_secret, rsa_key]
                .iter()
                .all(|secret| secret.is_none())
            && options.iter().all(|option| option.is_none())
    }
}

/// A change to settings. `null` unsets; members of objects are settings of their own.
#[derive(Default)]
pub(crate) struct Patch {
    unset: Vec<String>,
    set: Map<String, Value>,
    secrets: GivenSecrets,
}

impl Patch {
    pub(crate) fn from_options(asked: AskedSettings) -> Result<Self, Vec<SettingFault>> {
        let mut faults: Vec<SettingFault> = asked.unset.iter().filter_map(|key| unknown(key)).collect();
        let mut settings = Map::new();
        match asked.from.as_ref().map(json_object) {
            Some(Ok(from)) => overlay(&mut settings, from, &mut faults),
            Some(Err(problem)) => faults.push(SettingFault::new("--from", problem)),
            None => {}
        }
        for (key, typed) in asked.set {
            match typed_setting(&key, &typed) {
                Ok(setting) => overlay(&mut settings, setting, &mut faults),
                Err(problem) => faults.push(SettingFault::new(key, problem)),
            }
        }
        let options = [
            ("provider", asked.provider),
            ("issuer", asked.issuer),
            ("client_id", asked.client_id),
            ("redirect_uri", asked.redirect_uri),
            ("client_kwargs.scope", asked.scope),
        ];
        for (key, value) in options {
            if let Some(value) = value {
                overlay(&mut settings, undotted(key, Value::String(value)), &mut faults);
            }
        }
        let patch = Self {
            unset: asked.unset,
            set: settings,
            secrets: GivenSecrets {
                client_secret: asked.client_secret,
                rsa_key: asked.rsa_key,
            },
        };
        if faults.is_empty() { Ok(patch) } else { Err(faults) }
    }

    /// A new profile as it was typed into the window.
    pub(crate) fn from_draft(draft: ProfileDraft) -> Result<Self, Vec<SettingFault>> {
        let mut settings = draft.settings;
        if let Some(provider) = draft.provider {
            settings.insert("provider".to_owned(), Value::String(provider));
        }
        Self::from_window(ProfileChange {
            settings,
            typed: BTreeMap::new(),
            client_secret: draft.client_secret,
            rsa_key: draft.rsa_key,
        })
    }

    /// A change as it was typed into the window.
    pub(crate) fn from_window(change: ProfileChange) -> Result<Self, Vec<SettingFault>> {
        let (mut set, mut faults) = (Map::new(), Vec::new());
        for (key, value) in change.settings {
            overlay(&mut set, undotted(&key, value), &mut faults);
        }
        for (key, text) in change.typed {
            match typed_setting(&key, &text) {
                Ok(setting) => overlay(&mut set, setting, &mut faults),
                Err(problem) => faults.push(SettingFault::new(key, problem)),
            }
        }
        let patch = Self {
            unset: Vec::new(),
            set,
            secrets: GivenSecrets {
                client_secret: change.client_secret.map(Typed::into_secret),
                rsa_key: change.rsa_key.map(Typed::into_secret),
            },
        };
        if faults.is_empty() { Ok(patch) } else { Err(faults) }
    }

    /// Settings that were written down for another profile, put over this one's.
    pub(crate) fn of(set: Map<String, Value>) -> Self {
        Self {
            set,
            ..Self::default()
        }
    }

    /// The profile of this name with the change in these settings, checked.
    pub(crate) fn onto(
        self,
        name: ProfileName,
        settings: Map<String, Value>,
        secrets: GivenSecrets,
    ) -> Result<Draft, Vec<SettingFault>> {
        let mut faults = Vec::new();
        let (settings, secrets) = self.laid(settings, secrets, &mut faults);
        Draft::new(name, settings, secrets, faults)
    }

    fn laid(
        self,
        mut settings: Map<String, Value>,
        mut secrets: GivenSecrets,
        faults: &mut Vec<SettingFault>,
    ) -> (Map<String, Value>, GivenSecrets) {
        for key in &self.unset {
            unset(&mut settings, &mut secrets, key);
        }
        // A secret in the change is no longer the one that is there, also where it is null.
        let mut set = self.set;
        if set.get("client_secret").is_some_and(Value::is_null) {
            secrets.client_secret = None;
        }
        match set.get_mut("client_kwargs") {
            Some(Value::Null) => secrets.rsa_key = None,
            Some(Value::Object(members)) if members.get("rsa_key").is_some_and(Value::is_null) => {
                secrets.rsa_key = None;
            }
            _ => {}
        }
        let inside = GivenSecrets::among(&mut set, faults);
        overlay(&mut settings, set, faults);
        let given = GivenSecrets {
            client_secret: self
                .secrets
                .client_secret
                .or(inside.client_secret)
                .or(secrets.client_secret),
            rsa_key: self.secrets.rsa_key.or(inside.rsa_key).or(secrets.rsa_key),
        };
        (settings, given)
    }
}

/// Puts settings over others: members of objects one by one (as RFC 7396 does), `null` takes away.
fn overlay(settings: &mut Map<String, Value>, over: Map<String, Value>, faults: &mut Vec<SettingFault>) {
    for (key, value) in over {
        match (settings.get_mut(&key), value) {
            (Some(Value::Object(members)), Value::Object(over)) => {
                members.extend(over);
                continue;
            }
            (Some(Value::Null) | None, value) => drop(settings.insert(key, value)),
            (Some(Value::Object(_)), Value::Null) => drop(settings.insert(key, Value::Null)),
            (Some(Value::Object(_)), _) => faults.push(SettingFault::new(key, Problem::unfit("an object"))),
            (Some(there), value) => *there = value,
        }
    }
}

fn unset(settings: &mut Map<String, Value>, secrets: &mut GivenSecrets, key: &str) {
    match key {
        "client_secret" => secrets.client_secret = None,
        "client_kwargs.rsa_key" => secrets.rsa_key = None,
        "client_kwargs" => {
            secrets.rsa_key = None;
            settings.remove(key);
        }
        _ => unset_in(settings, key),
    }
}

/// Takes one setting away, and its object where nothing is left in it.
pub(crate) fn unset_in(settings: &mut Map<String, Value>, key: &str) {
    let Some((object, member)) = key.split_once('.') else {
        settings.shift_remove(key);
        return;
    };
    if let Some(Value::Object(members)) = settings.get_mut(object) {
        members.shift_remove(member);
        if members.is_empty() {
            settings.shift_remove(object);
        }
    }
}

/// Says one setting, whose key may be dotted. What is no object stays as it is.
pub(crate) fn put(settings: &mut Map<String, Value>, key: &str, value: Value) {
    let Some((object, member)) = key.split_once('.') else {
        settings.insert(key.to_owned(), value);
        return;
    };
    let members = settings
        .entry(object)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(members) = members {
        members.insert(member.to_owned(), value);
    }
}

/// Why a key that shall be unset cannot be one.
fn unknown(key: &str) -> Option<SettingFault> {
    let is_known = match key.split_once('.') {
        None => kind_of(KEYS, key).is_some(),
        Some((object, member)) => match members_of(object) {
            Some(table) => kind_of(table, member).is_some(),
            // Its members are free.
            None => matches!(kind_of(KEYS, object), Some(Kind::Parameters | Kind::Object)),
        },
    };
    (!is_known).then(|| {
        let shown = keybelt_primitives::text::visible(&keybelt_primitives::text::clipped(key, 64));
        let nearest = nearest(key);
        SettingFault::new(shown, Problem::Unknown { nearest })
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "settings are read out of the document that may hold a secret"
)]
fn json_object(text: &Secret<String>) -> Result<Map<String, Value>, Problem> {
    keybelt_primitives::json::object(text.expose().as_bytes(), bounds::JSON_DOCUMENT)
        .map_err(|error| Problem::unfit(&format!("a JSON object of settings ({error})")))
}

/// A key and value as typed, as settings.
fn typed_setting(key: &str, typed: &str) -> Result<Map<String, Value>, Problem> {
    let kind = match key.split_once('.') {
        Some((object, member)) => members_of(object).and_then(|table| kind_of(table, member)),
        None => kind_of(KEYS, key),
    };
    let value = value_of(kind, typed);
    let holds_secret = holds_secret(&value);
    // Unsetting one shows nothing.
    if (kind == Some(Kind::Secret) || names_secret(key) || holds_secret) && !value.is_null() {
        return Err(Problem::SecretAsArgument);
    }
    Ok(undotted(key, value))
}

pub(super) fn names_secret(key: &str) -> bool {
    key.rsplit('.').next() == Some("client_secret") || key.ends_with("rsa_key")
}

/// Whether a secret's name stands anywhere in it; the depth is that of the parser.
fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| names_secret(name) || holds_secret(value)),
        Value::Array(values) => values.iter().any(holds_secret),
        _ => false,
    }
}

fn undotted(key: &str, value: Value) -> Map<String, Value> {
    match key.split_once('.') {
        Some((object, member)) => {
            let members = Map::from_iter([(member.to_owned(), value)]);
            Map::from_iter([(object.to_owned(), Value::Object(members))])
        }
        None => Map::from_iter([(key.to_owned(), value)]),
    }
}

/// The value of a key whose text stands somewhere, an `.env` file for one.
pub(crate) fn typed_value(key: &str, typed: &str) -> Value {
    match kind_of(KEYS, key) {
        Some(Kind::Secret) => Value::from(typed),
        kind => value_of(kind, typed),
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
                | Kind::UserinfoMap
                | Kind::Hosts
                | Kind::Resources
                | Kind::Flag
        )
    );
    match serde_json::from_str::<Value>(typed) {
        Ok(value @ (Value::Null | Value::String(_))) => value,
        Ok(value) if !wants_text || value.is_array() || value.is_object() => value,
        _ => Value::from(typed),
    }
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

    fn changed(before: Value, asked: AskedSettings) -> (Value, GivenSecrets) {
        let secrets = GivenSecrets {
            client_secret: Some(Secret::new("cs".to_owned())),
            rsa_key: Some(Secret::new("pem".to_owned())),
        };
        let patch = Patch::from_options(asked).ok().unwrap();
        let mut faults = Vec::new();
        let (settings, secrets) = patch.laid(map(before), secrets, &mut faults);
        assert!(faults.is_empty());
        (Value::Object(settings), secrets)
    }

    #[test]
    fn members_are_set_and_unset_one_by_one() {
        let before =
            json!({"client_id": "a", "issuer": "i", "client_kwargs": {"scope": "s", "prompt": "login"}});
        let asked = AskedSettings {
            unset: vec!["issuer".to_owned(), "client_kwargs.prompt".to_owned()],
            from: Some(Secret::new(r#"{"client_kwargs": {"realm": "r"}}"#.to_owned())),
            set: vec![("userinfo_map.sub".to_owned(), "data.id".to_owned())],
            client_id: Some("b".to_owned()),
            ..AskedSettings::default()
        };
        let (settings, secrets) = changed(before, asked);
        assert_eq!(
            settings,
            json!({"client_id": "b", "client_kwargs": {"scope": "s", "realm": "r"}, "userinfo_map": {"sub": "data.id"}})
        );
        assert!(secrets.client_secret.is_some() && secrets.rsa_key.is_some());
    }

    #[test]
    fn a_secret_goes_by_name_and_by_null_and_with_its_object() {
        for asked in [
            AskedSettings {
                unset: vec!["client_secret".to_owned(), "client_kwargs".to_owned()],
                ..AskedSettings::default()
            },
            AskedSettings {
                from: Some(Secret::new(
                    r#"{"client_secret": null, "client_kwargs": {"rsa_key": null}}"#.to_owned(),
                )),
                ..AskedSettings::default()
            },
        ] {
            let (_, secrets) = changed(json!({"client_kwargs": {"realm": "r"}}), asked);
            assert!(secrets.client_secret.is_none() && secrets.rsa_key.is_none());
        }
    }

    #[test]
    fn a_key_that_cannot_be_unset_is_named_with_the_nearest() {
        for (key, near) in [
            ("isuer", Some("issuer")),
            ("client_kwargs.promt", Some("client_kwargs.prompt")),
            ("issuer.x", Some("issuer")),
            ("scope", Some("client_kwargs.scope")),
            ("zzzzzzzz", None),
        ] {
            let asked = AskedSettings {
                unset: vec![key.to_owned()],
                ..AskedSettings::default()
            };
            let faults = Patch::from_options(asked).err().unwrap();
            let nearest = near.map(str::to_owned);
            assert_eq!(faults[0].problem, Problem::Unknown { nearest }, "{key}");
        }
    }

    #[test]
    fn nothing_asked_for_is_known() {
        assert!(AskedSettings::default().is_empty());
        let asked = AskedSettings {
            unset: vec!["issuer".to_owned()],
            ..AskedSettings::default()
        };
        assert!(!asked.is_empty());
    }
}
