//! Requests to a provider's API: where the token goes, where it never goes, and what comes back.

mod address;
mod answer;
mod asked;
mod practice;
mod redirects;
mod renewal;
mod signed;

use keybelt_test_support::hostile::{Answer, Asked, Hostile, Twists};
use keybelt_test_support::{Home, Ran};
use serde_json::{Value, json};

use crate::{home_with, link, name_of};

/// An account at the hostile provider, whose API is below `/api/v1`.
struct Api {
    hostile: Hostile,
    home: Home,
    account: String,
}

impl Api {
    fn honest() -> Self {
        Self::with(&json!({}))
    }

    /// With more settings in the profile.
    fn with(settings: &Value) -> Self {
        let hostile = Hostile::honest();
        let home = home_with(&hostile);
        home.json(&["profile", "remove", "work"]).ok();
        let mut all = json!({
            "issuer": hostile.issuer(), "client_id": "hostile-client", "api_base_url": format!("{}/api/v1", hostile.issuer()),
            "client_kwargs": {"scope": "openid"},
        });
        for (key, value) in settings.as_object().unwrap() {
            match (&mut all[key], value) {
                (Value::Object(kept), Value::Object(more)) => kept.extend(more.clone()),
                (kept, value) => *kept = value.clone(),
            }
        }
        let file = home.file("profiles.json", &json!({ "work": all }).to_string());
        home.json(&["profile", "import", &file]).ok();
        let account = name_of(&link(&home)).to_owned();
        Self {
            hostile,
            home,
            account,
        }
    }

    /// `keybelt --json request ACCOUNT …`
    fn request(&self, arguments: &[&str]) -> Ran {
        self.home.json(&[&["request", &self.account], arguments].concat())
    }

    /// The API answers like this from now on.
    fn answers(&self, api: impl Fn(&Asked, &mut Answer) + Send + Sync + 'static) {
        self.hostile.twist(Twists {
            api: Some(Box::new(api)),
            ..Twists::default()
        });
    }

    /// What the API was asked.
    fn asked(&self) -> Vec<Asked> {
        api_of(&self.hostile)
    }

    fn handed_over(&self) -> Vec<Value> {
        let log = self.home.json(&["log", &self.account]).ok().json();
        let lines = log.as_array().unwrap().iter();
        lines
            .filter(|line| line["event"] == "handed_over")
            .cloned()
            .collect()
    }

    fn refreshes(&self) -> usize {
        let asked = self.hostile.asked();
        asked
            .iter()
            .filter(|asked| asked.parameters.contains_key("refresh_token"))
            .count()
    }
}

fn api_of(hostile: &Hostile) -> Vec<Asked> {
    let asked = hostile.asked().into_iter();
    asked.filter(|asked| asked.path.starts_with("/api")).collect()
}
