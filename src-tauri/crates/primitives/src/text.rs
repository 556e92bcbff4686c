//! Text from outside, made safe to look at, and a file's trouble in plain words.

use std::io::ErrorKind;

/// Control, line-separating and bidirectional formatting characters made visible as `\u{…}`; all else as it is.
///
/// What a provider sent must not move a terminal's cursor or turn a line around (Unicode TR 36 §2.10).
pub fn visible(text: &str) -> String {
    // Most is, and copied as a whole.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// At most `limit` characters, with an ellipsis where something was cut.
pub fn clipped(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Why a file cannot be written, in plain words where it is an everyday matter.
pub fn why_unwritable(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "its folder is not there".to_owned(),
        ErrorKind::NotADirectory => "what it should lie in is no folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::AlreadyExists => "something of that name is there".to_owned(),
        ErrorKind::PermissionDenied => "you may not write there".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "nothing can be written to that disk".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "there is no room".to_owned(),
        other => other.to_string(),
    }
}

/// Why a file cannot be read, in plain words where it is an everyday matter.
pub fn why_unreadable(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "it is not there".to_owned(),
        ErrorKind::NotADirectory => "what it should lie in is no folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_and_overrides_are_seen() {
        assert_eq!(
            visible("a\u{1b}[2Jb\u{202e}c\nd"),
            "a\\u{1b}[2Jb\\u{202e}c\\u{a}d"
        );
        assert_eq!(visible("Zoë 🦊"), "Zoë 🦊");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(clipped("ééé", 2), "éé…");
        assert_eq!(clipped("éé", 2), "éé");
    }
}
