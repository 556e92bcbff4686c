//! Text from outside, made safe to look at.

/// Control, line-separating and bidirectional formatting characters made visible as `\u{…}`; all else as it is.
///
/// What a provider sent must not move a terminal's cursor or turn a line around (Unicode TR 36 §2.10).
pub fn visible(text: &str) -> String {
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
