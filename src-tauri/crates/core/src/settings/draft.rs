//! A profile's settings, checked as a whole, with its secrets taken out.

use keybelt_contract::{ProfileDraft, ProfileName, Protocol};
use keybelt_primitives::Secret;
use keybelt_protocol::oauth1::rsa_key::RsaKey;
use serde_json::{Map, Value};

use super::catalogue_settings;
use super::conflicts::conflicts;
use super::fault::{Problem, SettingFault};
use super::layers::{Layers, Secrets};
use super::patch::{AskedSettings, Patch};
use super::value::{Checked, checked};

/// Longer than any honest client secret, in bytes.
const SECRET_LIMIT: usize = 16 << 10;

/// The settings that say which others there can be.
const RULING: &[&str] = &["provider", "protocol"];

/// Settings that were checked, the secrets taken out.
pub(crate) struct Draft {
    pub(crate) name: ProfileName,
    pub(crate) settings: Map<String, Value>,
    pub(crate) secrets: GivenSecrets,
}

/// Secrets of a profile, on their way in.
#[derive(Default)]
pub(crate) struct GivenSecrets {
    pub(crate) client_secret: Option<Secret<String>>,
    pub(crate) rsa_key: Option<Secret<String>>,
}

impl GivenSecrets {
    /// Takes the secrets out of settings.
    pub(super) fn among(settings: &mut Map<String, Value>, faults: &mut Vec<SettingFault>) -> Self {
        let client_secret = settings.remove("client_secret");
        let rsa_key = match settings.get_mut("client_kwargs") {
            Some(Value::Object(members)) => members.remove("rsa_key"),
            _ => None,
        };
        let mut text = |key: &str, value: Option<Value>| match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(Secret::new(text)),
            Some(_) => {
                faults.push(SettingFault::new(key, Problem::unfit("text")));
                None
            }
        };
        Self {
            client_secret: text("client_secret", client_secret),
            rsa_key: text("client_kwargs.rsa_key", rsa_key),
        }
    }

    /// What is there, and no value of it.
    pub(crate) fn known(&self) -> Secrets {
        Secrets {
            client_secret: self.client_secret.is_some(),
            rsa_key: self.rsa_key.is_some(),
        }
    }

    /// `may_be_empty`: the client secret of OAuth 1, which is one too where it is empty (RFC 5849 §3.4.2).
    #[expect(clippy::disallowed_methods, reason = "only its form is looked at")]
    fn faults(&self, may_be_empty: bool) -> Vec<SettingFault> {
        let mut faults = Vec::new();
        if let Some(secret) = &self.client_secret {
            let wanted = match secret.expose() {
                text if text.is_empty() && !may_be_empty => Some("text that is not empty"),
                text if text.len() > SECRET_LIMIT => Some("shorter text"),
                text if text.chars().any(char::is_control) => Some("text without control characters"),
                _ => None,
            };
            faults.extend(wanted.map(|wanted| SettingFault::new("client_secret", Problem::unfit(wanted))));
        }
        if let Some(Err(error)) = self.rsa_key.as_ref().map(RsaKey::from_pem) {
            faults.push(SettingFault::new("client_kwargs.rsa_key", Problem::RsaKey(error)));
        }
        faults
    }
}

impl Draft {
    /// A new profile as it was asked for on the command line.
    pub(crate) fn from_options(name: ProfileName, asked: AskedSettings) -> Result<Self, Vec<SettingFault>> {
        Patch::from_options(asked)?.onto(name, Map::new(), GivenSecrets::default())
    }

    /// A new profile as it was typed into the window.
    pub(crate) fn from_window(draft: ProfileDraft, name: ProfileName) -> Result<Self, Vec<SettingFault>> {
        Patch::from_draft(draft)?.onto(name, Map::new(), GivenSecrets::default())
    }

    /// A profile as a document gives it, its secrets among the settings.
    pub(crate) fn from_document(
        name: ProfileName,
        settings: Map<String, Value>,
    ) -> Result<Self, Vec<SettingFault>> {
        Patch::of(settings).onto(name, Map::new(), GivenSecrets::default())
    }

    /// Checks settings, every value and then all of them together; to the `faults` that were found on the way come its
    /// own.
    pub(super) fn new(
        name: ProfileName,
        settings: Map<String, Value>,
        secrets: GivenSecrets,
        mut faults: Vec<SettingFault>,
    ) -> Result<Self, Vec<SettingFault>> {
        let Checked {
            settings,
            faults: unfit,
        } = checked(settings);
        faults.extend(unfit);
        let catalogue = catalogue_settings(settings.get("provider").and_then(Value::as_str));
        let known = secrets.known();
        let layers = Layers::new(&catalogue, None, &settings, known);
        // Where these do not fit, what lies below or which rules hold is not known.
        let is_known = !faults.iter().any(|fault| RULING.contains(&fault.key.as_str()));
        faults.extend(secrets.faults(!is_known || layers.protocol() == Protocol::Oauth1));
        if is_known {
            let found = conflicts(&layers, known);
            let anew: Vec<SettingFault> = found
                .into_iter()
                .filter(|fault| !faults.contains(fault))
                .collect();
            faults.extend(anew);
        }
        let draft = Self {
            name,
            settings,
            secrets,
        };
        if faults.is_empty() { Ok(draft) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn work() -> ProfileName {
        ProfileName::parse("work").unwrap()
    }

    #[test]
    fn options_beat_set_which_beats_from() {
        let asked = AskedSettings {
            from: Some(Secret::new(
                r#"{"client_id": "from", "issuer": "https://from.example", "client_kwargs": {"prompt": "login"}, "client_secret": "s"}"#.into(),
            )),
            set: vec![
                ("client_id".into(), "set".into()),
                ("client_kwargs.prompt".into(), "consent".into()),
            ],
            client_id: Some("option".into()),
            scope: Some("openid".into()),
            ..AskedSettings::default()
        };
        let draft = Draft::from_options(work(), asked).ok().unwrap();
        assert_eq!(
            Value::Object(draft.settings),
            json!({"client_id": "option", "issuer": "https://from.example", "client_kwargs": {"prompt": "consent", "scope": "openid"}})
        );
        assert!(
            draft
                .secrets
                .client_secret
                .is_some_and(|secret| secret.matches_text("s"))
        );
    }

    #[test]
    fn a_secret_by_set_is_refused() {
        for key in ["client_secret", "client_kwargs.rsa_key"] {
            let asked = AskedSettings {
                set: vec![(key.into(), "x".into())],
                ..AskedSettings::default()
            };
            let faults = Draft::from_options(work(), asked).err().unwrap();
            assert_eq!(faults[0].problem, Problem::SecretAsArgument);
        }
    }

    #[test]
    fn the_secret_of_oauth_1_may_be_empty_and_no_other() {
        let of = |settings: Value| {
            let Value::Object(settings) = settings else {
                panic!()
            };
            Draft::from_document(work(), settings)
        };
        let old = of(json!({"request_token_url": "https://a.example/r", "client_secret": ""}));
        assert!(
            old.ok()
                .unwrap()
                .secrets
                .client_secret
                .is_some_and(|secret| secret.is_empty())
        );
        assert_eq!(
            of(json!({"client_secret": ""})).err().unwrap()[0].key,
            "client_secret"
        );
    }

    #[test]
    fn a_text_key_takes_digits_as_typed() {
        let asked = AskedSettings {
            set: vec![
                ("client_id".into(), "0123".into()),
                ("hosts".into(), r#"["a.example"]"#.into()),
            ],
            ..AskedSettings::default()
        };
        let draft = Draft::from_options(work(), asked).ok().unwrap();
        assert_eq!(
            Value::Object(draft.settings),
            json!({"client_id": "0123", "hosts": ["a.example"]})
        );
    }
}
