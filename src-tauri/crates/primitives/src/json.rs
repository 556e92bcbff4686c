//! JSON from outside: bounded, UTF-8, an object, no member twice (RFC 8259 §4, RFC 7519 §4).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::bounds::JSON_DEPTH;

/// Why a document was not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JsonError {
    /// More bytes than the bound.
    #[error("the document is too large")]
    TooLarge,
    /// Not UTF-8.
    #[error("the document is not UTF-8")]
    NotUtf8,
    /// Not JSON, or nested too deep.
    #[error("the document is not JSON, or nests too deep")]
    Malformed,
    /// A member twice in one object: what it means depends on who reads it (RFC 8259 §4).
    #[error("the document names a member twice")]
    Repeated,
    /// JSON, but no object at the top.
    #[error("the document is not a JSON object")]
    NotAnObject,
}

/// Reads one object of at most `limit` bytes. A byte order mark is skipped (specs W-29), duplicate members are
/// refused at every level.
pub fn object(bytes: &[u8], limit: usize) -> Result<Map<String, Value>, JsonError> {
    if bytes.len() > limit {
        return Err(JsonError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let repeated = Cell::new(false);
    let strict = Strict {
        depth: JSON_DEPTH,
        repeated: &repeated,
    };
    let value = strict
        .deserialize(&mut deserializer)
        .map_err(|_| match repeated.get() {
            true => JsonError::Repeated,
            false => JsonError::Malformed,
        })?;
    deserializer.end().map_err(|_| JsonError::Malformed)?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(JsonError::NotAnObject),
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    /// Whether a member twice was the reason.
    repeated: &'a Cell<bool>,
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("too deep"))?;
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(inner)?;
            if map.insert(name, value).is_some() {
                self.repeated.set(true);
                return Err(serde::de::Error::custom("a member twice"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h_08_duplicates_depth_and_other_tops_are_refused() {
        assert_eq!(object(br#"{"a":1,"a":2}"#, 99), Err(JsonError::Repeated));
        assert_eq!(object(br#"{"b":{"a":1,"a":2}}"#, 99), Err(JsonError::Repeated));
        assert_eq!(object(b"[1]", 99), Err(JsonError::NotAnObject));
        assert_eq!(object(b"{} x", 99), Err(JsonError::Malformed));
        assert_eq!(object(b"\xff\xfe{\0}\0", 99), Err(JsonError::NotUtf8));
        assert_eq!(object(b"{\"a\":1}", 3), Err(JsonError::TooLarge));
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(64), "]".repeat(64));
        assert_eq!(object(deep.as_bytes(), 999), Err(JsonError::Malformed));
        let fits = format!("{{\"a\":{}1{}}}", "[".repeat(63), "]".repeat(63));
        assert!(object(fits.as_bytes(), 999).is_ok());
    }

    #[test]
    fn w_29_a_byte_order_mark_is_skipped() {
        assert_eq!(object("\u{FEFF}{\"a\":1}".as_bytes(), 99).unwrap()["a"], 1);
    }
}
