use serde_json::{Value, json};

use super::*;

fn read(text: &str) -> Value {
    match clients(text) {
        Ok(Some(clients)) => Value::Object(clients),
        Ok(None) => panic!("nothing is assigned in {text}"),
        Err(error) => panic!("{error}: {text}"),
    }
}

/// One value, in the place of a profile.
fn value(literal: &str) -> Value {
    read(&format!("AUTHLIB_OAUTH_CLIENTS = {{'a': {literal}}}"))["a"].clone()
}

fn fault(literal: &str) -> (usize, String) {
    match clients(&format!("AUTHLIB_OAUTH_CLIENTS = {{'a': {literal}}}")) {
        Err(error) => (error.line, error.problem.to_string()),
        Ok(read) => panic!("{literal} was read as {read:?}"),
    }
}

#[test]
fn a_settings_file_is_searched_for_its_clients() {
    let file = r#"
# AUTHLIB_OAUTH_CLIENTS = {'no': {}}
import os
from pathlib import Path
"""AUTHLIB_OAUTH_CLIENTS = {'neither': {}}"""
BASE = Path(__file__).resolve().parent
NAME = f"{BASE / "x"}{BASE:'>{10}} {{AUTHLIB_OAUTH_CLIENTS = }}"
X = "it's \
AUTHLIB_OAUTH_CLIENTS = {}"
DATABASES = {'default': {'NAME': os.environ["DB"], 'URL': env('X', default='y')}}
if True: AUTHLIB_OAUTH_CLIENTS: dict[str, dict] = {
    # a comment
    'one': {"client_id": 'x',  # another
    },
}; DEBUG = False
def f(): return AUTHLIB_OAUTH_CLIENTS['one']
"#;
    let file = file.replace("if True: ", "");
    assert_eq!(read(&file), json!({"one": {"client_id": "x"}}));
    assert_eq!(
        read(&file.replace('\n', "\r\n")),
        json!({"one": {"client_id": "x"}})
    );
    assert_eq!(clients("import os\nCLIENTS = {}\n"), Ok(None));
    assert_eq!(clients("AUTHLIB_OAUTH_CLIENTS: dict\n"), Ok(None));
}

#[test]
fn strings_are_what_python_makes_of_them() {
    let cases = [
        (r#"'a' "b" '''c'''"#, "abc"),
        (
            "(\n  'https://a.example'\n  # why\n  '/b'\n)",
            "https://a.example/b",
        ),
        ("'a' \\\n 'b'", "ab"),
        (
            r#"'\x41\u00e9\U0001F600\101\0\'\"\n\\\q'"#,
            "A\u{e9}\u{1F600}A\0'\"\n\\\\q",
        ),
        (r"r'\n\'' 'x'", "\\n\\'x"),
        (r"u'ü' R'\d'", "ü\\d"),
        ("'''a\r\nb\"'c'''", "a\nb\"'c"),
        ("'a\\\nb'", "ab"),
        ("''", ""),
    ];
    for (literal, expected) in cases {
        assert_eq!(value(literal), expected, "{literal}");
    }
}

#[test]
fn numbers_lists_and_dicts_are_read() {
    assert_eq!(
        value("[1, -2, 0x1F, 1_000, 1.5e-1, +3, 00, .5]"),
        json!([1, -2, 31, 1000, 0.15, 3, 0, 0.5])
    );
    assert_eq!(value("(1,)"), json!([1]));
    assert_eq!(value("(1)"), json!(1));
    assert_eq!(value("()"), json!([]));
    assert_eq!(
        value("{'a': None, 'b': True, 'c': {'d': [False,],},}"),
        json!({"a": null, "b": true, "c": {"d": [false]}})
    );
}

#[test]
fn what_would_have_to_be_run_is_refused_by_its_line_and_name() {
    for (literal, words) in [
        ("\n os.environ['X']", "`os.environ[…]`"),
        ("\n os.getenv('X')", "`os.getenv(…)`"),
        ("\n s3cr3t", "`a name`"),
        ("\n f'{x}'", "f-string"),
        ("\n 'a' + 'b'", "`+`"),
        ("\n 'a'.strip()", "`.`"),
        ("\n 'a' if X else 'b'", "`if`"),
        ("\n lambda: 1", "`lambda`"),
        ("\n [x for x in y]", "`a name`"),
        ("\n ['x' for y in z]", "`for`"),
        ("\n {**other}", "`**`"),
        ("\n dict(a=1)", "`dict(…)`"),
        ("\n not True", "`not`"),
        ("\n -'a'", "`-`"),
    ] {
        let (line, found) = fault(literal);
        assert_eq!(line, 2, "{literal}: {found}");
        assert!(found.contains(words), "{literal}: {found}");
        assert!(!found.contains("s3cr3t"), "{found}");
    }
    assert_eq!(
        clients("AUTHLIB_OAUTH_CLIENTS = {} | OTHER")
            .err()
            .map(|error| error.line),
        Some(1)
    );
    assert!(clients("AUTHLIB_OAUTH_CLIENTS = load()").is_err());
}

#[test]
fn what_is_no_setting_is_refused() {
    for (literal, words) in [
        ("b'x'", "bytes"),
        ("{'x'}", "a set"),
        ("{1: 2}", "a string"),
        ("{'x': 1, 'x': 2}", "twice"),
        ("1j", "number"),
        ("1e999", "number"),
        ("99999999999999999999", "number"),
        ("010", "number"),
        (r"'\N{BULLET}'", "`\\N{…}`"),
        (r"'\ud800'", "half of a pair"),
        ("[1 2]", "`]` is wanted"),
        ("{'x' 1}", "`:` is wanted"),
        ("{'x': 1 'y': 2}", "`}` is wanted"),
    ] {
        let (_, found) = fault(literal);
        assert!(found.contains(words), "{literal}: {found}");
    }
}

#[test]
fn what_does_not_end_is_told_where_it_begins() {
    for (text, line) in [
        ("AUTHLIB_OAUTH_CLIENTS = {\n 'a': 'b\n}", 2),
        ("AUTHLIB_OAUTH_CLIENTS = {\n 'a': '''b\n}", 2),
        ("AUTHLIB_OAUTH_CLIENTS = {\n 'a': {", 2),
        ("AUTHLIB_OAUTH_CLIENTS = {\n 'a': [1", 2),
        ("AUTHLIB_OAUTH_CLIENTS = {'a': f'{x", 1),
        ("AUTHLIB_OAUTH_CLIENTS = {'a': '\\", 1),
        ("AUTHLIB_OAUTH_CLIENTS =", 1),
    ] {
        assert_eq!(clients(text).err().map(|error| error.line), Some(line), "{text}");
    }
}

#[test]
fn a_second_assignment_is_not_guessed_about() {
    for second in [
        "AUTHLIB_OAUTH_CLIENTS = {}",
        "AUTHLIB_OAUTH_CLIENTS['b'] = {}",
        "AUTHLIB_OAUTH_CLIENTS.update({})",
        "AUTHLIB_OAUTH_CLIENTS |= {}",
    ] {
        let error = clients(&format!("AUTHLIB_OAUTH_CLIENTS = {{}}\n\n{second}\n"))
            .err()
            .unwrap();
        assert_eq!((error.line, error.problem), (3, Problem::Changed), "{second}");
    }
}

#[test]
fn depth_is_bounded() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(value(&deep(60)).is_array());
    assert_eq!(fault(&deep(100_000)).1, Problem::TooDeep.to_string());
    let nested = "f'{".repeat(100_000);
    assert!(clients(&nested).is_err());
}

#[test]
fn a_copied_piece_needs_no_assignment() {
    assert_eq!(
        dict("{\n  'a': {'client_id': 'x'},  # mine\n}\n"),
        Ok(json!({"a": {"client_id": "x"}}).as_object().unwrap().clone())
    );
    assert!(dict("{'a': {}}\nprint(1)").is_err());
}
