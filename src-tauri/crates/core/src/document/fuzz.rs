//! Settings files under fire, and written ones read again.

use keybelt_fuzz::Target;
use keybelt_primitives::Secret;
use keybelt_primitives::bounds::JSON_DEPTH;
use keybelt_primitives::text::visible;
use proptest::prelude::*;
use serde_json::Map;

use super::*;

const SETTINGS: Target = Target {
    name: "settings",
    words: &[
        "AUTHLIB_OAUTH_CLIENTS = ",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "'",
        "'''",
        "\"\"\"",
        "\\",
        "\\N{",
        "\\u",
        "f'{",
        "rb'",
        "#",
        "\n",
        "\r\n",
        "=",
        ":",
        ",",
        ".",
        "a.a",
        "_CLIENT_ID=",
        "A_CLIENT_ID=",
        "A_CLIENT_SECRET='",
        "${",
        "$(",
        "`",
        "export ",
        "client_kwargs",
        "[a]",
        "[[a]]",
        "None",
        "1e999",
        "0x",
        "1_0",
        "nan",
        "1979-05-27",
        "\u{FEFF}",
        "\u{0}",
        "\u{202E}",
        "é",
    ],
    longest: bounds::JSON_DOCUMENT + 1,
};

/// The deepest that TOML's reader goes.
const DEEPEST: usize = 100;

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The JSON reader may miss the last of seventeen digits, which no setting has.
fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(members) => members.values().any(has_fraction),
        _ => false,
    }
}

fn profiles_of(text: Secret<String>) -> Option<(ProfileFormat, Map<String, Value>)> {
    match read(&text) {
        Ok(Document::Profiles { format, profiles }) => Some((format, profiles)),
        Ok(Document::Additions(_)) | Err(_) => None,
    }
}

#[test]
fn no_settings_file_panics_takes_long_or_nests_deep_and_what_is_read_can_be_written() {
    SETTINGS.run(|input| {
        let text = String::from_utf8_lossy(input).into_owned();
        match read(&Secret::new(text)) {
            Ok(Document::Profiles { profiles, .. }) => {
                let whole = Value::Object(profiles.clone());
                assert!(depth(&whole) <= DEEPEST);
                if input.len() < 4_000 && depth(&whole) <= JSON_DEPTH {
                    let formats = [ProfileFormat::Python, ProfileFormat::Json];
                    let exact = if has_fraction(&whole) {
                        &formats[..1]
                    } else {
                        &formats[..]
                    };
                    for format in exact.iter().copied() {
                        let written = write(format, &Written(profiles.clone())).ok().unwrap();
                        assert_eq!(profiles_of(written), Some((format, profiles.clone())));
                    }
                }
            }
            Ok(Document::Additions(additions)) => {
                assert!(additions.iter().all(|(prefix, _)| !prefix.lower().is_empty()));
            }
            Err(error) => {
                let told = error.to_string();
                assert!(
                    told.chars().count() <= 1_000,
                    "{} characters: {told:.200}",
                    told.len()
                );
                assert_eq!(visible(&told), told);
            }
        }
    });
}

#[test]
fn a_file_of_nothing_but_line_ends_or_of_assignments_is_read_once() {
    let began = std::time::Instant::now();
    for line in ["\n", "A=b\n", "A_CLIENT_ID=x\n", "A='\n", "#\n"] {
        let text = line.repeat(bounds::JSON_DOCUMENT / line.len());
        let _ = read(&Secret::new(text));
    }
    // Counting the lines anew at each line took minutes.
    assert!(began.elapsed().as_secs() < 60);
}

/// Settings of any shape, as deep as people write them.
fn any_settings() -> impl Strategy<Value = Map<String, Value>> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|thousandths| Value::from(f64::from(thousandths) / 1_000.0)),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            members(inner).prop_map(Value::Object),
        ]
    });
    members(members(value).prop_map(Value::Object))
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((any::<String>(), value), 1..4).prop_map(|members| members.into_iter().collect())
}

proptest! {
    #[test]
    fn whatever_is_exported_is_imported_as_it_was(settings in any_settings()) {
        for format in [ProfileFormat::Json, ProfileFormat::Toml, ProfileFormat::Python] {
            let written = write(format, &Written(settings.clone())).ok().unwrap();
            prop_assert_eq!(profiles_of(written), Some((format, settings.clone())));
        }
    }

    #[test]
    fn whatever_python_would_write_of_json_is_read_as_json_means_it(
        number in any::<u64>(), float in any::<f64>(), negative in any::<i64>(), text in any::<String>(),
    ) {
        prop_assume!(float.is_finite());
        let value = serde_json::json!({"a": {"n": number, "f": float, "i": negative, "t": text, "z": null}});
        let settings = value.as_object().unwrap().clone();
        let written = write(ProfileFormat::Python, &Written(settings.clone())).ok().unwrap();
        prop_assert_eq!(profiles_of(written), Some((ProfileFormat::Python, settings)));
    }
}
