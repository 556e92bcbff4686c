//! A request as a line for a shell. The token is fetched when the line runs, and stands nowhere in it.

use keybelt_contract::RequestDraft;

/// `keybelt request …`; a body comes by standard input, as the command takes it.
pub(super) fn keybelt(draft: &RequestDraft) -> String {
    // A relative address may begin with one slash or none; without it a dash would begin an option.
    let url = if draft.url.starts_with('-') {
        format!("/{}", draft.url)
    } else {
        draft.url.clone()
    };
    let mut words = vec![
        "keybelt".to_owned(),
        "request".to_owned(),
        draft.account.to_string(),
        draft.method.clone(),
        url,
    ];
    for (name, value) in &draft.headers {
        words.extend(["--header".to_owned(), format!("{name}: {value}")]);
    }
    let Some(body) = &draft.body else {
        return line(&words);
    };
    words.extend(["--data".to_owned(), "-".to_owned()]);
    let printed = ["printf".to_owned(), "%s".to_owned(), body.clone()];
    format!("{} | {}", line(&printed), line(&words))
}

/// `keybelt export … | curl …`, for a token that is borne in the header; `url` in full.
pub(super) fn curl(draft: &RequestDraft, url: &str) -> String {
    let account = draft.account.to_string();
    let export = ["keybelt", "export", &account, "--to", "curl"].map(str::to_owned);
    let mut words = ["curl", "-K", "-"].map(str::to_owned).to_vec();
    let method = draft.method.to_ascii_uppercase();
    let implied = if draft.body.is_some() { "POST" } else { "GET" };
    if method == "HEAD" && draft.body.is_none() {
        words.push("--head".to_owned());
    } else if method != implied {
        words.extend(["--request".to_owned(), method]);
    }
    // curl would read these as patterns of addresses.
    if url.contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    for (name, value) in &draft.headers {
        let value = value.trim();
        // For curl, `Name:` takes a header away; `Name;` sends it empty.
        let field = if value.is_empty() {
            format!("{name};")
        } else {
            format!("{name}: {value}")
        };
        words.extend(["--header".to_owned(), field]);
    }
    if let Some(body) = &draft.body {
        words.extend(["--data-raw".to_owned(), body.clone()]);
    }
    words.push(url.to_owned());
    format!("{} | {}", line(&export), line(&words))
}

fn line(words: &[String]) -> String {
    words
        .iter()
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// One word for a POSIX shell (POSIX.1-2017, §2.2.2): between single quotes nothing means anything.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"%+,-./:@_".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use keybelt_contract::AccountName;

    use super::*;

    fn draft(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&str>) -> RequestDraft {
        RequestDraft {
            account: AccountName::parse("git/mira-okafor").unwrap(),
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.map(str::to_owned),
        }
    }

    #[test]
    fn a_request_reads_like_one() {
        assert_eq!(
            keybelt(&draft("GET", "projects/40118", &[], None)),
            "keybelt request git/mira-okafor GET projects/40118"
        );
        assert_eq!(
            keybelt(&draft("POST", "-x?a=b&c", &[("X-A", "it's")], Some("t=1\n"))),
            "printf %s 't=1\n' | keybelt request git/mira-okafor POST '/-x?a=b&c' --header 'X-A: it'\\''s' --data -"
        );
    }

    #[test]
    fn curl_fetches_its_token_when_it_runs() {
        let url = "https://git.example/api/v4/projects/40118";
        let start = "keybelt export git/mira-okafor --to curl | curl -K -";
        assert_eq!(curl(&draft("GET", "", &[], None), url), format!("{start} {url}"));
        assert_eq!(
            curl(&draft("post", "", &[], Some("a=1")), url),
            format!("{start} --data-raw 'a=1' {url}")
        );
        assert_eq!(
            curl(&draft("HEAD", "", &[], None), url),
            format!("{start} --head {url}")
        );
        assert_eq!(
            curl(&draft("POST", "", &[], None), url),
            format!("{start} --request POST {url}")
        );
        assert_eq!(
            curl(
                &draft("PUT", "", &[("Accept", ""), ("X", "y")], Some("@file")),
                &format!("{url}[1]")
            ),
            format!(
                "{start} --request PUT --globoff --header 'Accept;' --header 'X: y' --data-raw @file '{url}[1]'"
            )
        );
    }

    /// What the shell makes of the line is what was meant.
    #[test]
    fn nothing_in_a_word_is_the_shells() {
        for word in [
            "",
            "a b",
            "it's",
            "$(touch /tmp/x)",
            "`id`",
            "\"",
            "\\",
            "a\nb",
            "~",
            "*",
            "!x",
            "é",
            "=x",
            "#a",
        ] {
            let shown = Command::new("sh")
                .args(["-c", &format!("printf %s {}", quoted(word))])
                .output();
            assert_eq!(String::from_utf8(shown.unwrap().stdout).unwrap(), word);
        }
    }
}
