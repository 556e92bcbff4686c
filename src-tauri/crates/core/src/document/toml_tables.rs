//! TOML: a table per profile.

use serde_json::{Map, Number, Value};

use super::DocumentError;

/// The tables of a document; `None` where something else stands at its top, as in an `.env` file.
pub(super) fn tables(text: &str) -> Result<Option<Map<String, Value>>, DocumentError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or(text);
        DocumentError::Toml {
            line: before.matches('\n').count() + 1,
            message: keybelt_primitives::text::visible(error.message()).replace('\n', " "),
        }
    })?;
    if table.is_empty() || !table.values().all(toml::Value::is_table) {
        return Ok(None);
    }
    let profiles = table.into_iter().map(|(name, settings)| (name, json(settings)));
    Ok(Some(profiles.collect()))
}

/// Whether a line is the header of a table.
pub(super) fn has_header(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| {
        let inner = line.split('#').next().unwrap_or_default().trim_end();
        inner.len() > 2 && inner.starts_with('[') && inner.ends_with(']')
    })
}

/// The same value in JSON; what JSON does not have becomes its text, which no setting takes for something else.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => {
            Number::from_f64(number).map_or_else(|| Value::String(number.to_string()), Value::Number)
        }
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(json).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect())
        }
    }
}

/// Profiles as tables; `None` where a value is none of TOML's.
pub(super) fn write(profiles: &Map<String, Value>) -> Option<String> {
    toml::to_string_pretty(profiles).ok()
}
