use keybelt_primitives::Secret;
use serde::{Deserialize, Deserializer};
use ts_rs::TS;

/// What a person typed or pasted into the window: it comes down once, and cannot be printed or sent back.
#[derive(TS)]
#[ts(export, type = "string")]
pub struct Typed(#[ts(skip)] Secret<String>);

impl Typed {
    /// Hands the text over.
    pub fn into_secret(self) -> Secret<String> {
        self.0
    }
}

/// A secret of Keybelt's own making, where otherwise a typed one is.
impl From<Secret<String>> for Typed {
    fn from(made: Secret<String>) -> Self {
        Self(made)
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}
