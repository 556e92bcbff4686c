//! Python's tokens (The Python Language Reference §2), as far as literals and the rest of a file need them.

use keybelt_primitives::text::visible;

use super::text::{self, Text};
use super::{Problem, PythonError};

/// One token and the line that it begins on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Name(String),
    Number(String),
    Text(Text),
    /// An operator or a delimiter.
    Mark(&'static str),
    /// Another character.
    Other(char),
    /// The end of a statement.
    Break,
}

pub(super) type Tokens = Vec<Token>;

impl Token {
    pub(super) fn is_break(&self) -> bool {
        self.kind == Kind::Break
    }

    pub(super) fn is_mark(&self, mark: &str) -> bool {
        matches!(self.kind, Kind::Mark(found) if found == mark)
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(&self.kind, Kind::Name(found) if found == name)
    }

    pub(super) fn fault(&self, problem: Problem) -> PythonError {
        PythonError {
            line: self.line,
            problem,
        }
    }

    /// As it may be shown: nothing that may be a secret, with or without its quotes.
    pub(super) fn shown(&self) -> String {
        match &self.kind {
            Kind::Name(name) if KEYWORDS.contains(&name.as_str()) => name.clone(),
            Kind::Name(_) => "a name".to_owned(),
            Kind::Number(_) => "a number".to_owned(),
            Kind::Text(_) => "a string".to_owned(),
            Kind::Mark(mark) => (*mark).to_owned(),
            Kind::Other(character) => visible(&character.to_string()),
            Kind::Break => "the end of the line".to_owned(),
        }
    }
}

/// Words that make expressions.
const KEYWORDS: &[&str] = &[
    "and", "await", "else", "for", "if", "in", "is", "lambda", "not", "or", "yield",
];

/// Longest first: what is no delimiter of a literal only must not be taken for one.
const MARKS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "==", "!=", "<=", ">=", "->", ":=", "+=", "-=", "*=", "/=", "%=",
    "&=", "|=", "^=", "@=", "**", "//", "<<", ">>", "(", ")", "[", "]", "{", "}", ",", ":", "=", ".", "+",
    "-", "*", "/", "%", "&", "|", "^", "~", "<", ">", "@", "!",
];

/// A place in the text.
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
    pub(super) line: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes one character; `\r\n`, `\r` and `\n` are each one line end, given as `\n`.
    pub(super) fn take(&mut self) -> Option<char> {
        let first = self.peek()?;
        self.rest = &self.rest[first.len_utf8()..];
        if first == '\r' {
            self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
        }
        if first == '\r' || first == '\n' {
            self.line += 1;
            return Some('\n');
        }
        Some(first)
    }

    pub(super) fn take_if(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self
            .rest
            .find(|character| !fits(character))
            .unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    pub(super) fn fault(&self, problem: Problem) -> PythonError {
        PythonError {
            line: self.line,
            problem,
        }
    }
}

/// Every token of a file. Line ends within brackets and behind a backslash are none.
pub(super) fn tokens(text: &str) -> Result<Tokens, PythonError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut cursor = Cursor { rest: text, line: 1 };
    let (mut tokens, mut depth) = (Vec::new(), 0_usize);
    while let Some(next) = cursor.peek() {
        let line = cursor.line;
        let kind = match next {
            ' ' | '\t' | '\u{C}' => {
                cursor.take();
                continue;
            }
            '#' => {
                cursor.take_while(|character| !matches!(character, '\n' | '\r'));
                continue;
            }
            '\n' | '\r' => {
                cursor.take();
                if depth > 0 {
                    continue;
                }
                Kind::Break
            }
            '\\' => {
                cursor.take();
                if matches!(cursor.peek(), Some('\n' | '\r')) {
                    cursor.take();
                    continue;
                }
                Kind::Other('\\')
            }
            ';' => {
                cursor.take();
                Kind::Break
            }
            _ => other(&mut cursor, next)?,
        };
        match kind {
            Kind::Mark("(" | "[" | "{") => depth += 1,
            Kind::Mark(")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
        tokens.push(Token { line, kind });
    }
    Ok(tokens)
}

fn other(cursor: &mut Cursor<'_>, next: char) -> Result<Kind, PythonError> {
    if let Some(text) = text::string(cursor)? {
        return Ok(Kind::Text(text));
    }
    if next == '_' || next.is_alphabetic() {
        let name = cursor.take_while(|character| character == '_' || character.is_alphanumeric());
        return Ok(Kind::Name(name.to_owned()));
    }
    let is_fraction = next == '.' && cursor.rest[1..].starts_with(|after: char| after.is_ascii_digit());
    if next.is_ascii_digit() || is_fraction {
        return Ok(Kind::Number(number(cursor)));
    }
    if let Some(mark) = MARKS.iter().find(|mark| cursor.take_if(mark)) {
        return Ok(Kind::Mark(mark));
    }
    cursor.take();
    Ok(Kind::Other(next))
}

/// Everything that may stand in a number; whether it is one is seen where it is read.
fn number(cursor: &mut Cursor<'_>) -> String {
    let mut text = String::new();
    loop {
        text.push_str(cursor.take_while(|character| {
            character.is_ascii_alphanumeric() || character == '_' || character == '.'
        }));
        let is_exponent = text.ends_with(['e', 'E']) && !text.starts_with("0x") && !text.starts_with("0X");
        match cursor.peek() {
            Some(sign @ ('+' | '-')) if is_exponent => {
                cursor.take();
                text.push(sign);
            }
            _ => return text,
        }
    }
}
