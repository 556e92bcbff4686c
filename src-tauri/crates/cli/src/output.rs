//! The one place that prints.

use std::io::{self, IsTerminal, Write};

use keybelt_contract::{Failure, FailureCode};
use serde::Serialize;
use serde_json::json;

use crate::fault::Fault;

/// How results are told.
#[derive(Clone, Copy)]
pub struct Output {
    json: bool,
    colours: bool,
}

/// A colour, where the reader is a terminal that wants colours.
#[derive(Clone, Copy)]
pub enum Paint {
    /// All is well.
    Good,
    /// Soon something has to be done.
    Warn,
    /// Something is wrong.
    Bad,
    /// Less important.
    Faint,
    /// A heading.
    Strong,
}

impl Output {
    /// JSON or text for people.
    pub fn new(json: bool) -> Self {
        let colours = io::stdout().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { json, colours }
    }

    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether text may be coloured: a terminal, and nobody said no (no-color.org).
    pub fn colours(&self) -> bool {
        self.colours
    }

    /// Whether a person's terminal shows the results, which bytes of others could steer.
    pub fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Text in a colour, or plain.
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.colours {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Good => "32",
            Paint::Warn => "33",
            Paint::Bad => "31",
            Paint::Faint => "2",
            Paint::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// The result: a JSON document, or text for people.
    pub fn result<T: Serialize>(&self, value: &T, people: impl FnOnce() -> String) -> Result<(), Fault> {
        if self.json {
            self.event(value)
        } else {
            let text = people();
            if text.is_empty() { Ok(()) } else { self.line(text) }
        }
    }

    /// One JSON document on a line.
    pub fn event<T: Serialize>(&self, value: &T) -> Result<(), Fault> {
        let text = serde_json::to_string(value).map_err(|error| Fault::internal(&error))?;
        self.line(text)
    }

    /// Text on standard output, with a newline.
    pub fn text(&self, text: &str) -> Result<(), Fault> {
        self.line(text.to_owned())
    }

    fn line(&self, mut text: String) -> Result<(), Fault> {
        text.push('\n');
        self.bytes(text.as_bytes())
    }

    /// Bytes on standard output, out at once.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Fault> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(|error| match error.kind() {
                io::ErrorKind::BrokenPipe => Fault::StdoutClosed,
                io::ErrorKind::StorageFull => Fault::Failed(Failure {
                    code: FailureCode::DiskFull,
                    message: "there is no room for what is written".to_owned(),
                    hint: "make room, or write elsewhere".to_owned(),
                }),
                _ => Fault::internal(&error),
            })
    }

    /// Waits until nobody reads standard output any more. Never, where that cannot be told: a file, a terminal.
    pub async fn closed(&self) {
        #[cfg(unix)]
        if let Ok(copy) = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()
            // Only its end is waited for; nothing is written through this one.
            && let Ok(stdout) = tokio::net::unix::pipe::Sender::from_owned_fd_unchecked(copy)
            && stdout.ready(tokio::io::Interest::ERROR).await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }

    /// A word to the person on standard error, for what is no result.
    pub fn note(&self, text: &str) {
        // Who closed standard error does not want to be told.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// What went wrong: a line for people, or with `--json` a compact document as the last line.
    pub fn failure(&self, failure: &Failure) {
        let failure = Failure {
            code: failure.code,
            message: sentence(&failure.message),
            hint: sentence(&failure.hint),
        };
        if self.json {
            self.note(&json!({ "error": failure }).to_string());
        } else {
            self.note(format!("keybelt: {} {}", failure.message, failure.hint).trim_end());
        }
    }
}

/// With the capital and the full stop of a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    // A file's or a host's name is no word.
    let (word, _) = text.split_once(' ').unwrap_or((text, ""));
    let is_name = word
        .trim_end_matches(['.', ',', ':', ';'])
        .contains(['.', '/', '_', '@']);
    let first = match is_name {
        true => first.to_string(),
        false => first.to_uppercase().to_string(),
    };
    // What is to be copied ends where it ends.
    let is_copied = text.rsplit(' ').next().is_some_and(|word| word.contains('/'));
    let is_ended = is_copied || text.ends_with(['.', '?', '!', ':']);
    let end = if is_ended { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// Rows in aligned columns; the last column runs on.
pub fn table(rows: &[impl AsRef<[String]>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (column, cell) in row.as_ref().iter().enumerate() {
            let width = width(cell);
            match widths.get_mut(column) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        let begun = text.len();
        let row = row.as_ref();
        for (column, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < row.len() {
                let gap = widths[column].saturating_sub(width(cell)) + 2;
                text.extend(std::iter::repeat_n(' ', gap));
            }
        }
        let line = text[begun..].trim_end().len();
        text.truncate(begun + line);
    }
    text
}

/// How many characters are seen: escape sequences for colour are not.
fn width(cell: &str) -> usize {
    if cell.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return cell.len();
    }
    let mut seen = 0;
    let mut characters = cell.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(|c| *c == 'm');
        } else {
            seen += 1;
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_with_a_capital_unless_it_begins_with_a_name() {
        for (text, written) in [
            ("stopped, as you asked", "Stopped, as you asked."),
            ("no: that is it", "No: that is it."),
            ("api.example answered 500", "api.example answered 500."),
            ("p.json is a file.", "p.json is a file."),
            ("", ""),
        ] {
            assert_eq!(sentence(text), written);
        }
    }

    #[test]
    fn columns_are_aligned_whatever_colour_they_have() {
        let rows = vec![
            vec![
                "a".to_owned(),
                "\u{1b}[32mfresh\u{1b}[0m".to_owned(),
                "x".to_owned(),
            ],
            vec!["long".to_owned(), "expired".to_owned(), "y".to_owned()],
        ];
        assert_eq!(
            table(&rows),
            "a     \u{1b}[32mfresh\u{1b}[0m    x\nlong  expired  y"
        );
    }
}
