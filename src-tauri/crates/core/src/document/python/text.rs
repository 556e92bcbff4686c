//! Python's strings (The Python Language Reference §2.4.1): prefixes, both quotes, triple quotes, escapes.

use super::lexer::Cursor;
use super::{Problem, PythonError};

/// How deep strings may stand in the fields of f-strings.
const DEEPEST: usize = 16;

/// A string as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Text {
    /// Its value.
    Plain(String),
    /// `b'…'`, which is no text.
    Bytes,
    /// `f'…'`, which is a small program.
    Formatted,
    /// One whose value cannot be told here; only whoever needs it minds.
    Unreadable,
}

#[derive(Clone, Copy, Default)]
struct Prefix {
    raw: bool,
    bytes: bool,
    formatted: bool,
}

/// The string at the cursor, if one begins there.
pub(super) fn string(cursor: &mut Cursor<'_>) -> Result<Option<Text>, PythonError> {
    nested(cursor, 0)
}

fn nested(cursor: &mut Cursor<'_>, depth: usize) -> Result<Option<Text>, PythonError> {
    let Some((prefix, length)) = prefix(cursor.rest) else {
        return Ok(None);
    };
    if depth > DEEPEST {
        return Err(cursor.fault(Problem::TooDeep));
    }
    cursor.rest = &cursor.rest[length..];
    let end = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| cursor.take_if(quote))
        .unwrap_or("'");
    let opened_at = cursor.line;
    let open = |line| PythonError {
        line,
        problem: Problem::OpenString,
    };
    let mut value = Some(String::new());
    loop {
        if cursor.take_if(end) {
            break;
        }
        let next = cursor.take().ok_or(open(opened_at))?;
        match next {
            '\n' if end.len() == 1 => return Err(open(opened_at)),
            '\\' if prefix.raw => {
                // It stays, and keeps the quote behind it from ending the string.
                let after = cursor.take().ok_or(open(opened_at))?;
                value.iter_mut().for_each(|value| value.extend(['\\', after]));
            }
            '\\' => match escape(cursor, prefix.bytes) {
                Escape::Text(text) => value.iter_mut().for_each(|value| value.push_str(&text)),
                Escape::Unreadable => value = None,
            },
            '{' if prefix.formatted && !cursor.take_if("{") => field(cursor, end, opened_at, depth)?,
            other => value.iter_mut().for_each(|value| value.push(other)),
        }
    }
    Ok(Some(match value {
        _ if prefix.formatted => Text::Formatted,
        _ if prefix.bytes => Text::Bytes,
        Some(value) => Text::Plain(value),
        None => Text::Unreadable,
    }))
}

/// The prefix and how many bytes it has, where a quote follows it.
fn prefix(text: &str) -> Option<(Prefix, usize)> {
    // No further than a prefix goes: the text may be long.
    let length = text
        .bytes()
        .take(3)
        .position(|byte| matches!(byte, b'"' | b'\''))?;
    let mut prefix = Prefix::default();
    for letter in text[..length].chars() {
        match letter {
            'r' | 'R' if !prefix.raw => prefix.raw = true,
            'b' | 'B' if !prefix.bytes && !prefix.formatted => prefix.bytes = true,
            'f' | 'F' | 't' | 'T' if !prefix.formatted && !prefix.bytes => prefix.formatted = true,
            'u' | 'U' if length == 1 => {}
            _ => return None,
        }
    }
    Some((prefix, length))
}

/// Skips a field of an f-string up to its `}`: an expression, which may hold strings with the same quotes
/// (PEP 701), then perhaps a format, in which quotes are letters and fields may stand again.
fn field(cursor: &mut Cursor<'_>, end: &str, opened_at: usize, depth: usize) -> Result<(), PythonError> {
    let open = PythonError {
        line: opened_at,
        problem: Problem::OpenString,
    };
    if depth > DEEPEST {
        return Err(cursor.fault(Problem::TooDeep));
    }
    let (mut brackets, mut in_format) = (0_usize, false);
    loop {
        if in_format && cursor.rest.starts_with(end) {
            return Err(open);
        }
        if !in_format && nested(cursor, depth + 1)?.is_some() {
            continue;
        }
        match cursor.take().ok_or(open.clone())? {
            '}' if brackets == 0 => return Ok(()),
            '{' if in_format => field(cursor, end, opened_at, depth + 1)?,
            ':' if brackets == 0 => in_format = true,
            '(' | '[' | '{' if !in_format => brackets += 1,
            ')' | ']' | '}' if !in_format => brackets = brackets.saturating_sub(1),
            '\n' if end.len() == 1 && in_format => return Err(open),
            _ => {}
        }
    }
}

enum Escape {
    Text(String),
    Unreadable,
}

/// What a backslash makes of what follows it.
fn escape(cursor: &mut Cursor<'_>, bytes: bool) -> Escape {
    let Some(next) = cursor.take() else {
        return Escape::Unreadable;
    };
    let digits = match next {
        '\n' => return Escape::Text(String::new()),
        '\\' | '\'' | '"' => return Escape::Text(next.to_string()),
        'a' => return Escape::Text('\u{7}'.to_string()),
        'b' => return Escape::Text('\u{8}'.to_string()),
        'f' => return Escape::Text('\u{C}'.to_string()),
        'n' => return Escape::Text('\n'.to_string()),
        'r' => return Escape::Text('\r'.to_string()),
        't' => return Escape::Text('\t'.to_string()),
        'v' => return Escape::Text('\u{B}'.to_string()),
        '0'..='7' => {
            let more = octal(cursor.rest);
            let text = format!("{next}{}", &cursor.rest[..more]);
            cursor.rest = &cursor.rest[more..];
            return character(u32::from_str_radix(&text, 8).ok());
        }
        'x' => 2,
        'u' if !bytes => 4,
        'U' if !bytes => 8,
        'N' if !bytes => return Escape::Unreadable,
        other => return Escape::Text(format!("\\{other}")),
    };
    let Some(text) = cursor.rest.get(..digits) else {
        return Escape::Unreadable;
    };
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Escape::Unreadable;
    }
    cursor.rest = &cursor.rest[digits..];
    character(u32::from_str_radix(text, 16).ok())
}

fn octal(text: &str) -> usize {
    text.bytes()
        .take(2)
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .count()
}

fn character(code: Option<u32>) -> Escape {
    match code.and_then(char::from_u32) {
        Some(character) => Escape::Text(character.to_string()),
        None => Escape::Unreadable,
    }
}
