//! What the person sees in the browser when they come back: plain, readable without script, and without anything
//! from the answer.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What became of the answer.
#[derive(Clone, Debug)]
pub(crate) enum Outcome<'a> {
    /// The account stands in the vault.
    Linked { account: &'a str },
    /// It did not work; what happened and what to do, in words.
    Failed { message: &'a str, hint: &'a str },
    /// The answer is good, the rest takes longer than a page should wait.
    UnderWay,
    /// It does not belong to the link that waits.
    Stranger,
    /// The provider says no, and not to which link.
    NamelessDenial,
}

/// The page for an outcome.
pub(crate) fn page(outcome: &Outcome<'_>) -> String {
    let (title, paragraphs) = match outcome {
        Outcome::Linked { account } => (
            "Linked",
            vec![
                format!("{} is linked.", escaped(account)),
                "You can close this page.".to_owned(),
            ],
        ),
        Outcome::Failed { message, hint } => (
            "Not linked",
            vec![
                escaped(message),
                escaped(hint),
                "Nothing was stored. You can close this page.".to_owned(),
            ],
        ),
        Outcome::UnderWay => (
            "Almost there",
            vec![
                "Keybelt has the answer and is checking it.".to_owned(),
                "See Keybelt for how it ends. You can close this page.".to_owned(),
            ],
        ),
        Outcome::Stranger => (
            "Not the answer Keybelt waits for",
            vec![
                "This address does not belong to the link under way. Nothing was done with it.".to_owned(),
                "Go on in the page where you were signing in, or start the link again.".to_owned(),
            ],
        ),
        Outcome::NamelessDenial => (
            "Not allowed",
            vec![
                "The provider says that access was not allowed. It does not say for which link, so Keybelt still waits."
                    .to_owned(),
                "Cancel the link in Keybelt, or go back and allow access.".to_owned(),
            ],
        ),
    };
    let body: String = paragraphs
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| format!("<p>{text}</p>\n"))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} - Keybelt</title>\n<style>{STYLE}</style>\n<script>{SCRIPT}</script>\n</head>\n\
         <body>\n<main>\n<p class=\"name\">Keybelt</p>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
}

const STYLE: &str = ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
    body{margin:0;min-height:100vh;display:grid;place-items:center;background:light-dark(#f6f6f4,#1b1c1e);\
    color:light-dark(#1d1f21,#ececea)}\
    main{max-width:26rem;margin:1.5rem;padding:2rem;border-radius:.75rem;background:light-dark(#fff,#252729);\
    border:1px solid light-dark(#dcdcd8,#3a3d40)}\
    h1{margin:.25rem 0 1rem;font-size:1.5rem;line-height:1.25}p{margin:.5rem 0;overflow-wrap:anywhere}\
    .name{margin:0;color:light-dark(#5b6066,#a8adb3);font-size:.875rem}";

/// Takes the address, which holds the code, out of the history (specs SB-13). The page does without it as well.
const SCRIPT: &str = "history.replaceState(null,'',location.pathname)";

/// What the page may do: its own style and script, and nothing else.
pub(crate) fn allowed() -> (String, String) {
    (source_of(STYLE), source_of(SCRIPT))
}

/// A hash source (Content Security Policy Level 3 §2.3.1).
fn source_of(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    format!("'sha256-{}'", BASE64_STANDARD.encode(digest))
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in keybelt_primitives::text::visible(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_said_is_text() {
        let html = page(&Outcome::Failed {
            message: "<script>alert(1)</script>",
            hint: "a & b",
        });
        assert!(!html.contains("<script>alert"));
        assert!(html.contains("&lt;script&gt;alert(1)"));
        assert!(html.contains("a &amp; b"));
    }
}
