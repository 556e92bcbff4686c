//! Profiles as they are written down: JSON, TOML, Authlib's Python setting, and lines of an `.env` file. Told apart by
//! what stands in them.

mod environment;
mod python;
mod toml_tables;
mod write;

use keybelt_contract::{ImportMend, ProfileFormat};
use keybelt_primitives::json::JsonError;
use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::{Secret, bounds};
use serde_json::{Map, Value};

use crate::settings::put;
use environment::Additions;
pub(crate) use environment::{Addition, Prefix};
use python::PythonError;
pub use write::WriteError;
pub(crate) use write::{Written, write};

/// Profiles of a document, nothing checked yet.
pub(crate) enum Document {
    /// Whole profiles, by name.
    Profiles {
        format: ProfileFormat,
        profiles: Map<String, Value>,
    },
    /// Settings that add to what a profile or the catalogue says already, by the prefix of their variables.
    Additions(Additions),
}

impl Document {
    /// What it was read as.
    pub(crate) fn format(&self) -> ProfileFormat {
        match self {
            Self::Profiles { format, .. } => *format,
            Self::Additions(_) => ProfileFormat::Env,
        }
    }

    /// The document with corrections that the person made in a preview.
    pub(crate) fn mended(mut self, mends: &[ImportMend]) -> Self {
        for mend in mends {
            match &mut self {
                Self::Profiles { profiles, .. } => {
                    let meant = profiles
                        .iter_mut()
                        .find(|(name, _)| shown_name(name) == mend.profile);
                    if let Some((_, Value::Object(settings))) = meant {
                        apply(mend, settings);
                    }
                }
                Self::Additions(additions) => {
                    let meant = additions
                        .iter_mut()
                        .find(|(prefix, _)| prefix.means(&mend.profile));
                    if let Some((_, addition)) = meant {
                        apply(mend, &mut addition.settings);
                        // A line that was not read has nothing more to say than that.
                        addition
                            .faults
                            .retain(|fault| mend.becomes.is_some() || fault.key != mend.key);
                    }
                }
            }
        }
        self
    }

    /// The variables beside a profile's that name no setting, fit to be shown.
    pub(crate) fn unknown(&self) -> Vec<String> {
        match self {
            Self::Profiles { .. } => Vec::new(),
            Self::Additions(additions) => additions
                .iter()
                .flat_map(|(_, addition)| &addition.unknown)
                .map(|name| shown_name(name))
                .collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Profiles { profiles, .. } => profiles.is_empty(),
            Self::Additions(additions) => additions.is_empty(),
        }
    }
}

/// A name as a document has it, made fit to be shown.
pub(crate) fn shown_name(name: &str) -> String {
    visible(&clipped(name, 64))
}

/// Renames one key, or leaves it out. A key that is there already is not overwritten.
fn apply(mend: &ImportMend, settings: &mut Map<String, Value>) {
    match (mend.key.as_str(), &mend.becomes) {
        // Its value was mistyped, not its key.
        ("provider", Some(id)) => drop(settings.insert(mend.key.clone(), Value::from(id.as_str()))),
        (key, Some(becomes)) if !is_set(settings, becomes) => {
            if let Some(value) = take(settings, key) {
                put(settings, becomes, value);
            }
        }
        (_, Some(_)) => {}
        (key, None) => drop(take(settings, key)),
    }
}

fn take(settings: &mut Map<String, Value>, key: &str) -> Option<Value> {
    let found = settings.keys().find(|name| shown_name(name) == key).cloned();
    if let Some(name) = found {
        return settings.shift_remove(&name);
    }
    let (object, member) = key.split_once('.')?;
    let members = settings.get_mut(object)?.as_object_mut()?;
    let name = members.keys().find(|name| shown_name(name) == member).cloned()?;
    members.shift_remove(&name)
}

fn is_set(settings: &Map<String, Value>, key: &str) -> bool {
    let there = match key.split_once('.') {
        Some((object, member)) => settings.get(object).and_then(|members| members.get(member)),
        None => settings.get(key),
    };
    there.is_some_and(|value| !value.is_null())
}

/// Why a document was not read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DocumentError {
    /// More than the bound.
    #[error("it is larger than 1 MiB")]
    TooLarge,
    /// None of the forms.
    #[error(
        "it is neither JSON ({{\"NAME\": {{settings}}}}), nor TOML with a table per profile, nor Python with AUTHLIB_OAUTH_CLIENTS = {{…}}, nor lines such as NAME_CLIENT_ID=…"
    )]
    Unrecognised,
    /// Nothing in it: an export of no profiles, or lines whose values are all left out.
    #[error("no profile is in it")]
    Blank,
    /// The settings of one profile, whose name is not said.
    #[error("it holds one profile's settings without its name: write {{\"NAME\": {{settings}}}}")]
    Nameless,
    /// JSON with a fault.
    #[error("line {line}: it is not the JSON it looks like")]
    Json {
        /// Counted from 1.
        line: usize,
    },
    /// JSON that names a member twice, or nests too deep.
    #[error("{0}")]
    Strict(JsonError),
    /// TOML with a fault.
    #[error("line {line}: {message}")]
    Toml {
        /// Counted from 1.
        line: usize,
        /// What is wrong, in the reader's words, which hold nothing of the document.
        message: String,
    },
    /// Python with a fault, or with more than literals.
    #[error("line {line}: {message}")]
    Python {
        /// Counted from 1.
        line: usize,
        /// What stands there.
        message: String,
    },
}

impl From<PythonError> for DocumentError {
    fn from(error: PythonError) -> Self {
        Self::Python {
            line: error.line,
            message: error.problem.to_string(),
        }
    }
}

/// Reads a document.
#[expect(
    clippy::disallowed_methods,
    reason = "settings are read out of the document that may hold secrets"
)]
pub(crate) fn read(text: &Secret<String>) -> Result<Document, DocumentError> {
    match recognised(text.expose())? {
        Document::Profiles { profiles, .. } if is_nameless(&profiles) => Err(DocumentError::Nameless),
        document => Ok(document),
    }
}

/// Whether what should be profiles by their names is the settings of one.
fn is_nameless(profiles: &Map<String, Value>) -> bool {
    let is_key = |name: &String| crate::settings::keys().any(|key| key == name);
    profiles.keys().all(is_key) && !profiles.values().all(Value::is_object)
}

fn recognised(text: &str) -> Result<Document, DocumentError> {
    if text.len() > bounds::JSON_DOCUMENT {
        return Err(DocumentError::TooLarge);
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if environment::is_blank(text) {
        return Err(DocumentError::Blank);
    }
    if text.trim_start().starts_with('{') {
        return braces(text);
    }
    // `[1]` would be a table's header in TOML; a list of JSON names no profile.
    if text.trim_start().starts_with('[') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Err(DocumentError::Unrecognised);
    }
    let python = text.contains(python::CLIENTS).then(|| python::clients(text));
    if let Some(Ok(Some(profiles))) = python {
        return Ok(whole(ProfileFormat::Python, profiles));
    }
    let toml = toml_tables::tables(text);
    if let Ok(Some(profiles)) = toml {
        return Ok(whole(ProfileFormat::Toml, profiles));
    }
    let additions = environment::additions(text);
    if !additions.is_empty() {
        return Ok(Document::Additions(additions));
    }
    match (python, toml) {
        (Some(Err(error)), _) => Err(error.into()),
        // A header of a table is what only TOML has.
        (_, Err(error)) if toml_tables::has_header(text) => Err(error),
        _ => Err(DocumentError::Unrecognised),
    }
}

fn whole(format: ProfileFormat, profiles: Map<String, Value>) -> Document {
    Document::Profiles { format, profiles }
}

/// JSON, or the dict of a piece of Python.
fn braces(text: &str) -> Result<Document, DocumentError> {
    let strict = match keybelt_primitives::json::object(text.as_bytes(), bounds::JSON_DOCUMENT) {
        Ok(profiles) => return Ok(whole(ProfileFormat::Json, profiles)),
        Err(error) => error,
    };
    let Err(loose) = serde_json::from_str::<serde::de::IgnoredAny>(text) else {
        return Err(DocumentError::Strict(strict));
    };
    match python::dict(text) {
        Ok(profiles) => Ok(whole(ProfileFormat::Python, profiles)),
        // Whichever came further says more.
        Err(error) if error.line > loose.line() => Err(error.into()),
        Err(error) if looks_like_python(text) => Err(error.into()),
        Err(_) => Err(DocumentError::Json { line: loose.line() }),
    }
}

/// Single quotes, comments and Python's own words stand in no JSON.
fn looks_like_python(text: &str) -> bool {
    text.contains(['\'', '#']) || ["None", "True", "False"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<(ProfileFormat, Value), DocumentError> {
        match super::read(&Secret::new(text.to_owned()))? {
            Document::Profiles { format, profiles } => Ok((format, Value::Object(profiles))),
            Document::Additions(additions) => {
                let shown = additions
                    .into_iter()
                    .map(|(prefix, addition)| (prefix.lower().to_owned(), Value::Object(addition.settings)));
                Ok((ProfileFormat::Env, Value::Object(shown.collect())))
            }
        }
    }

    fn mended(text: &str, mends: &[(&str, Option<&str>)]) -> Value {
        let mends: Vec<ImportMend> = mends
            .iter()
            .map(|(key, becomes)| ImportMend {
                profile: "one".to_owned(),
                key: (*key).to_owned(),
                becomes: becomes.map(str::to_owned),
            })
            .collect();
        let document = super::read(&Secret::new(text.to_owned())).unwrap();
        match document.mended(&mends) {
            Document::Profiles { mut profiles, .. } => profiles.remove("one").unwrap(),
            Document::Additions(additions) => Value::Object(additions.into_iter().next().unwrap().1.settings),
        }
    }

    #[test]
    fn a_mistyped_key_is_renamed_or_left_out() {
        let text = r#"{"one": {"clientid": "x", "client_kwargs": {"scop": "a"}, "verify": true}, "two": {"clientid": "y"}}"#;
        assert_eq!(
            mended(
                text,
                &[
                    ("clientid", Some("client_id")),
                    ("client_kwargs.scop", Some("client_kwargs.scope")),
                    ("verify", None)
                ]
            ),
            json!({"client_id": "x", "client_kwargs": {"scope": "a"}})
        );
        let provider = r#"{"one": {"provider": "gitlub"}}"#;
        assert_eq!(
            mended(provider, &[("provider", Some("gitlab"))]),
            json!({"provider": "gitlab"})
        );
        assert_eq!(mended("ONE_CLIENT_ID=x\n", &[("client_id", None)]), json!({}));
    }

    #[test]
    fn a_list_of_json_is_no_table_of_toml() {
        for text in ["[1]", "[\"x\"]", " [[1]]\n"] {
            assert!(matches!(read(text), Err(DocumentError::Unrecognised)), "{text}");
        }
        assert!(read("[work]\nclient_id = 'x'\n").is_ok());
    }

    #[test]
    fn a_correction_overwrites_nothing() {
        let both = r#"{"one": {"clientid": "x", "client_id": "y"}}"#;
        assert_eq!(
            mended(both, &[("clientid", Some("client_id"))]),
            json!({"clientid": "x", "client_id": "y"})
        );
        let null = r#"{"one": {"clientid": "x", "client_id": null}}"#;
        assert_eq!(
            mended(null, &[("clientid", Some("client_id"))]),
            json!({"client_id": "x"})
        );
    }

    #[test]
    fn each_form_is_told_by_what_stands_in_it() {
        let expected = json!({"one": {"client_id": "x", "client_kwargs": {"scope": "a b"}}});
        for (format, text) in [
            (
                ProfileFormat::Json,
                r#"{"one": {"client_id": "x", "client_kwargs": {"scope": "a b"}}}"#,
            ),
            (
                ProfileFormat::Toml,
                "# mine\n[one]\nclient_id = 'x'\n[one.client_kwargs]\nscope = \"a b\"\n",
            ),
            (
                ProfileFormat::Toml,
                "one = { client_id = \"x\", client_kwargs.scope = \"a b\" }",
            ),
            (
                ProfileFormat::Python,
                "AUTHLIB_OAUTH_CLIENTS = {'one': {'client_id': 'x', 'client_kwargs': {'scope': 'a b'}}}",
            ),
            (
                ProfileFormat::Python,
                "\u{FEFF}{'one': {'client_id': 'x', 'client_kwargs': {'scope': 'a b'}}}",
            ),
            (
                ProfileFormat::Env,
                "ONE_CLIENT_ID=x\nONE_CLIENT_KWARGS='{\"scope\": \"a b\"}'",
            ),
        ] {
            assert_eq!(read(text), Ok((format, expected.clone())), "{text}");
        }
        assert_eq!(read("{}"), Ok((ProfileFormat::Json, json!({}))));
    }

    #[test]
    fn what_is_none_of_them_is_told_so() {
        for text in ["hello", "[]", "client_id = 'x'", "KEY=value", "<html></html>"] {
            assert_eq!(read(text), Err(DocumentError::Unrecognised), "{text}");
        }
        for text in ["", "\n", "# only a comment", "GOOGLE_CLIENT_ID=\n"] {
            assert_eq!(read(text), Err(DocumentError::Blank), "{text}");
        }
    }

    #[test]
    fn a_fault_is_told_by_its_line() {
        let line = |text: &str| match read(text) {
            Err(DocumentError::Json { line }) => ("json", line),
            Err(DocumentError::Toml { line, .. }) => ("toml", line),
            Err(DocumentError::Python { line, .. }) => ("python", line),
            other => panic!("{other:?}"),
        };
        assert_eq!(line("{\n \"a\": {},\n \"b\": }"), ("json", 3));
        assert_eq!(line("{\n 'a': os.environ}"), ("python", 2));
        assert_eq!(line("[a]\nclient_id = 'x'\nclient_secret = "), ("toml", 3));
        assert_eq!(
            line("x = 1\nAUTHLIB_OAUTH_CLIENTS = {'a': env('B')}"),
            ("python", 2)
        );
        assert!(matches!(
            read(r#"{"a": {}, "a": {}}"#),
            Err(DocumentError::Strict(_))
        ));
        assert_eq!(read(&" ".repeat(2 << 20)), Err(DocumentError::TooLarge));
    }
}
