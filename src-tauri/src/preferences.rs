//! How the person likes the window, kept in the home.

use std::path::Path;

use keybelt_contract::Preferences as Kept;
use keybelt_contract::{TextSize, Theme};

use crate::kept_file::KeptFile;

/// The file's name in the home.
const FILE: &str = "preferences.json";

/// What the person chose so far.
pub struct Preferences(KeptFile<Kept>);

impl Preferences {
    /// As they were left in this home.
    pub fn of(home: &Path) -> Self {
        Self(KeptFile::of(home, FILE))
    }

    /// What is chosen now.
    pub fn now(&self) -> Kept {
        *self.0.value()
    }

    /// Keeps what the person chose.
    pub fn keep(&self, chosen: Kept) {
        *self.0.value() = chosen;
        self.0.save();
    }

    /// A page of the program with what must be known before it is drawn the first time.
    pub fn page(&self, file: &str) -> String {
        let Kept { theme, text_size, .. } = self.now();
        let mut said = Vec::new();
        if theme != Theme::System {
            said.push(format!("theme={}", theme.as_str()));
        }
        if text_size != TextSize::Standard {
            said.push(format!("text={}", text_size.as_str()));
        }
        if said.is_empty() {
            file.to_owned()
        } else {
            format!("{file}?{}", said.join("&"))
        }
    }
}

#[cfg(test)]
mod tests {
    use keybelt_contract::Route;

    use super::*;

    #[test]
    fn what_was_chosen_is_there_again_and_what_nobody_knows_is_as_if_it_never_was() {
        let home = tempfile::tempdir().unwrap();
        let preferences = Preferences::of(home.path());
        assert_eq!(preferences.page("index.html"), "index.html");
        preferences.keep(Kept {
            theme: Theme::Dark,
            text_size: TextSize::Largest,
            sign_in: Route::Browser,
        });
        let again = Preferences::of(home.path());
        assert_eq!(again.now(), preferences.now());
        assert_eq!(again.page("bar.html"), "bar.html?theme=dark&text=largest");
        for damaged in ["", "[]", r#"{"theme":"red"}"#] {
            std::fs::write(home.path().join(FILE), damaged).unwrap();
            assert_eq!(Preferences::of(home.path()).now(), Kept::default(), "{damaged}");
        }
        std::fs::write(home.path().join(FILE), r#"{"theme":"light","later":1}"#).unwrap();
        assert_eq!(Preferences::of(home.path()).now().theme, Theme::Light);
    }
}
