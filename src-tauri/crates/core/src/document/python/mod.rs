//! Authlib's own configuration: `AUTHLIB_OAUTH_CLIENTS = {…}` in a Python file or a piece of one.
//!
//! Literals are read, nothing is run. Published readers of Python's literals know neither comments nor the rest of a
//! file and tell no line; parsers of the whole language are large and not kept on crates.io.

mod lexer;
mod literal;
mod text;

use serde_json::{Map, Value};

use lexer::{Token, tokens};
use literal::Reader;

/// What Authlib calls the setting.
pub(super) const CLIENTS: &str = "AUTHLIB_OAUTH_CLIENTS";

/// Why a Python file was not read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub(crate) struct PythonError {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) problem: Problem,
}

/// What stands there.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("a string does not end")]
    OpenString,
    #[error("a bracket does not close")]
    OpenBracket,
    #[error("it nests too deep")]
    TooDeep,
    #[error(
        "`{0}` is not a literal; Keybelt reads strings, numbers, True, False, None, lists, tuples and dicts, and runs nothing"
    )]
    NotALiteral(String),
    #[error("an f-string is not a literal: Keybelt runs nothing")]
    Formatted,
    #[error("bytes are no text")]
    Bytes,
    #[error("a character is written in a way that Keybelt does not read (`\\N{{…}}`, or half of a pair)")]
    Escape,
    #[error("a number that no setting has")]
    Number,
    #[error("a set is not a setting; a dict has `key: value`")]
    Set,
    #[error("a key of a dict is a string")]
    Key,
    #[error("`{0}` stands twice in one dict")]
    Twice(String),
    #[error("`{wanted}` is wanted, and `{found}` stands there")]
    Wanted { wanted: &'static str, found: String },
    #[error("`AUTHLIB_OAUTH_CLIENTS` is no dict")]
    NotADict,
    #[error(
        "`AUTHLIB_OAUTH_CLIENTS` is set or changed a second time; which one counts only Python could tell"
    )]
    Changed,
}

/// The dict of `AUTHLIB_OAUTH_CLIENTS`, wherever in the file it is assigned; `None` where it is not.
pub(crate) fn clients(text: &str) -> Result<Option<Map<String, Value>>, PythonError> {
    let all = tokens(text)?;
    let mut found = None;
    for statement in statements(&all) {
        let Some(value) = assigned(statement)? else {
            continue;
        };
        let (first, problem) = (&statement[0], Problem::Changed);
        if found.is_some() {
            return Err(first.fault(problem));
        }
        let mut reader = Reader::new(value, first.line);
        let dict = reader.value()?;
        reader.end()?;
        match dict {
            Value::Object(clients) => found = Some(clients),
            _ => return Err(first.fault(Problem::NotADict)),
        }
    }
    Ok(found)
}

/// A dict alone, as a piece of a file is copied.
pub(crate) fn dict(text: &str) -> Result<Map<String, Value>, PythonError> {
    let all = tokens(text)?;
    let inner: Vec<Token> = all.into_iter().filter(|token| !token.is_break()).collect();
    let mut reader = Reader::new(&inner, 1);
    let value = reader.value()?;
    reader.end()?;
    match value {
        Value::Object(clients) => Ok(clients),
        _ => Err(PythonError {
            line: 1,
            problem: Problem::NotADict,
        }),
    }
}

/// The statements of a file, as far as they matter here: what stands between line ends and semicolons.
fn statements(all: &[Token]) -> impl Iterator<Item = &[Token]> {
    all.split(Token::is_break)
        .filter(|statement| !statement.is_empty())
}

/// What a statement assigns to [`CLIENTS`], an annotation left out; `None` where it is about something else.
fn assigned(statement: &[Token]) -> Result<Option<&[Token]>, PythonError> {
    let (first, rest) = match statement {
        [first, rest @ ..] if first.is_name(CLIENTS) => (first, rest),
        _ => return Ok(None),
    };
    let equals = rest.iter().position(|token| token.is_mark("="));
    match (rest.first(), equals) {
        (Some(next), Some(equals)) if next.is_mark("=") || next.is_mark(":") => Ok(Some(&rest[equals + 1..])),
        // Declared, not assigned.
        (Some(next), None) if next.is_mark(":") => Ok(None),
        (None, _) => Ok(None),
        _ => Err(first.fault(Problem::Changed)),
    }
}

#[cfg(test)]
mod tests;
