use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Route;

/// How the person likes the window.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// How large text is.
    pub text_size: TextSize,
    /// Where the person signs in, unless they say otherwise or the provider refuses.
    pub sign_in: Route,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_size: TextSize::Standard,
            sign_in: Route::Webview,
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the desktop is.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word for it, as it crosses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How large text is, and with it everything that is measured by it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TextSize {
    /// 90 %.
    Small,
    /// 100 %.
    Standard,
    /// 112.5 %.
    Large,
    /// 125 %.
    Largest,
}

impl TextSize {
    /// The word for it, as it crosses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Standard => "standard",
            Self::Large => "large",
            Self::Largest => "largest",
        }
    }
}
