//! A profile's settings, checked as a whole, with its secrets taken out.

use keybelt_contract::{ProfileDraft, ProfileName};
use keybelt_primitives::Secret;
use keybelt_protocol::oauth1::rsa_key::RsaKey;
use serde_json::{Map, Value};

use super::catalogue_settings;
use super::conflicts::conflicts;
use super::fault::{Problem, SettingFault};
use super::layers::{Layers, Secrets};
use super::patch::{AskedSettings, Patch};
use super::value::checked;

/// Longer than any honest secret, in bytes; an RSA key of 4096 bits has about 3,300 as PEM.
const SECRET_LIMIT: usize = 16 << 10;

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
    pub(super) fn among(settings: &mut Map<String, Value>) -> Result<Self, Vec<SettingFault>> {
        let client_secret = settings.remove("client_secret");
        let rsa_key = match settings.get_mut("client_kwargs") {
            Some(Value::Object(members)) => members.remove("rsa_key"),
            _ => None,
        };
        let mut faults = Vec::new();
        let mut text = |key: &str, value: Option<Value>| match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(Secret::new(text)),
            Some(_) => {
                faults.push(SettingFault::new(key, Problem::unfit("text")));
                None
            }
        };
        let taken = Self {
            client_secret: text("client_secret", client_secret),
            rsa_key: text("client_kwargs.rsa_key", rsa_key),
        };
        if faults.is_empty() { Ok(taken) } else { Err(faults) }
    }

    /// What is there, and no value of it.
    pub(crate) fn known(&self) -> Secrets {
        Secrets {
            client_secret: self.client_secret.is_some(),
            rsa_key: self.rsa_key.is_some(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "only its form is looked at")]
    fn faults(&self) -> Vec<SettingFault> {
        let mut faults = Vec::new();
        let mut look = |key: &str, secret: &Option<Secret<String>>, unfit: fn(char) -> bool| {
            let is_unfit = |secret: &Secret<String>| {
                secret.is_empty() || secret.len() > SECRET_LIMIT || secret.expose().chars().any(unfit)
            };
            if secret.as_ref().is_some_and(is_unfit) {
                let wanted = "text that is not empty and has no control characters";
                faults.push(SettingFault::new(key, Problem::unfit(wanted)));
            }
        };
        look("client_secret", &self.client_secret, char::is_control);
        // PEM has lines.
        look("client_kwargs.rsa_key", &self.rsa_key, |character| {
            character.is_control() && !character.is_whitespace()
        });
        if let Some(Err(error)) = self.rsa_key.as_ref().map(RsaKey::from_pem) {
            faults.retain(|fault| fault.key != "client_kwargs.rsa_key");
            faults.push(SettingFault::new("client_kwargs.rsa_key", Problem::RsaKey(error)));
        }
        faults
    }
}

impl Draft {
    /// A new profile as it was asked for on the command line.
    pub(crate) fn from_options(name: ProfileName, asked: AskedSettings) -> Result<Self, Vec<SettingFault>> {
        let (settings, secrets) = Patch::from_options(asked)?.onto(Map::new(), GivenSecrets::default())?;
        Self::new(name, settings, secrets)
    }

    /// A new profile as it was typed into the window.
    pub(crate) fn from_window(draft: ProfileDraft, name: ProfileName) -> Result<Self, Vec<SettingFault>> {
        let (settings, secrets) = Patch::from_draft(draft)?.onto(Map::new(), GivenSecrets::default())?;
        Self::new(name, settings, secrets)
    }

    /// A profile as a document gives it, its secrets among the settings.
    pub(crate) fn from_document(
        name: ProfileName,
        settings: Map<String, Value>,
    ) -> Result<Self, Vec<SettingFault>> {
        let (settings, secrets) = Patch::of(settings).onto(Map::new(), GivenSecrets::default())?;
        Self::new(name, settings, secrets)
    }

    /// Checks settings, every value and then all of them together.
    pub(crate) fn new(
        name: ProfileName,
        settings: Map<String, Value>,
        secrets: GivenSecrets,
    ) -> Result<Self, Vec<SettingFault>> {
        let mut faults = secrets.faults();
        let settings = match checked(settings) {
            Ok(settings) => settings,
            Err(found) => return Err(found.into_iter().chain(faults).collect()),
        };
        let catalogue = catalogue_settings(settings.get("provider").and_then(Value::as_str));
        let known = secrets.known();
        faults.extend(conflicts(&Layers::new(&catalogue, None, &settings, known), known));
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
