//! Profiles written down, so that they can be read again.

use std::fmt::Write as _;

use keybelt_contract::ProfileFormat;
use keybelt_primitives::Secret;
use serde_json::{Map, Value};
use zeroize::Zeroize;

/// Why nothing was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// The form is read only.
    #[error("it is a form that is read only")]
    ReadOnly,
    /// A value that the form does not have.
    #[error("a value does not fit into the form")]
    Unfit,
}

/// Settings by the profile's name, secrets perhaps among them; wiped when dropped.
#[derive(Default)]
pub(crate) struct Written(pub(crate) Map<String, Value>);

impl Drop for Written {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Writes profiles. Ends with a newline.
pub(crate) fn write(format: ProfileFormat, profiles: &Written) -> Result<Secret<String>, WriteError> {
    let mut text = match format {
        ProfileFormat::Json => serde_json::to_string_pretty(&profiles.0).map_err(|_| WriteError::Unfit)?,
        ProfileFormat::Toml => super::toml_tables::write(&profiles.0).ok_or(WriteError::Unfit)?,
        ProfileFormat::Python => python(&profiles.0),
        ProfileFormat::Env => return Err(WriteError::ReadOnly),
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(Secret::new(text))
}

fn python(profiles: &Map<String, Value>) -> String {
    let mut text = format!("{} = ", super::python::CLIENTS);
    object(&mut text, profiles, 0);
    text.push('\n');
    text
}

fn object(text: &mut String, members: &Map<String, Value>, depth: usize) {
    if members.is_empty() {
        text.push_str("{}");
        return;
    }
    text.push_str("{\n");
    for (name, value) in members {
        text.push_str(&"    ".repeat(depth + 1));
        string(text, name);
        text.push_str(": ");
        literal(text, value, depth + 1);
        text.push_str(",\n");
    }
    text.push_str(&"    ".repeat(depth));
    text.push('}');
}

fn literal(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Null => text.push_str("None"),
        Value::Bool(true) => text.push_str("True"),
        Value::Bool(false) => text.push_str("False"),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(value) => string(text, value),
        Value::Object(members) => object(text, members, depth),
        Value::Array(items) => {
            text.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    text.push_str(", ");
                }
                literal(text, item, depth);
            }
            text.push(']');
        }
    }
}

/// A string as Python's `repr` writes it, with everything hidden as an escape.
fn string(text: &mut String, value: &str) {
    text.push('\'');
    for character in value.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '\'' => text.push_str("\\'"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            ' '..='~' => text.push(character),
            _ if character.is_alphanumeric() => text.push(character),
            _ => {
                // A String takes everything.
                let _ = write!(text, "\\U{:08x}", u32::from(character));
            }
        }
    }
    text.push('\'');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::{self, Document};

    fn settings() -> Map<String, Value> {
        let settings = json!({
            "a": {
                "client_id": "x'y\"z\\",
                "client_secret": "ü\u{202E}\u{0}\n#$",
                "client_kwargs": {"scope": "a b", "body_hash": true, "rsa_key": "-----BEGIN\nx\n-----END\n"},
                "hosts": ["a.example", "b.example"],
                "handover": {"deep": {"list": [1, -2, 0.5, {"x": []}]}},
                "userinfo_map": {},
            },
            "dotted.name": {"client_id": "y"},
        });
        settings.as_object().unwrap().clone()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests look at what was written")]
    fn what_is_written_is_read_again_as_it_was() {
        for format in [ProfileFormat::Json, ProfileFormat::Toml, ProfileFormat::Python] {
            let text = write(format, &Written(settings())).ok().unwrap();
            match document::read(&text) {
                Ok(Document::Profiles {
                    format: found,
                    profiles,
                }) => {
                    assert_eq!(found, format, "{}", text.expose());
                    assert_eq!(
                        Value::Object(profiles),
                        Value::Object(settings()),
                        "{}",
                        text.expose()
                    );
                }
                _ => panic!("{}", text.expose()),
            }
        }
        assert_eq!(
            write(ProfileFormat::Env, &Written::default()).err(),
            Some(WriteError::ReadOnly)
        );
    }

    #[test]
    fn python_is_written_as_people_write_it() {
        let written = Written(
            json!({"a": {"client_id": "it's", "hosts": ["x"], "client_kwargs": {"body_hash": false}}})
                .as_object()
                .unwrap()
                .clone(),
        );
        let expected = "AUTHLIB_OAUTH_CLIENTS = {
    'a': {
        'client_id': 'it\\'s',
        'hosts': ['x'],
        'client_kwargs': {
            'body_hash': False,
        },
    },
}
";
        let text = write(ProfileFormat::Python, &written).ok().unwrap();
        assert!(text.matches_text(expected));
        let none = write(ProfileFormat::Python, &Written::default()).ok().unwrap();
        assert!(none.matches_text("AUTHLIB_OAUTH_CLIENTS = {}\n"));
    }
}
