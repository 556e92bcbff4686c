//! How a token is written down for another tool: pure functions, one a format.
//!
//! Owns: the formats of `export` and the document of `token --json`.
//! Never: who gets it, which the ledger says before any of these is called.
//! Start at: [`FORMATS`], [`Grant`].

mod oauth1;

use std::collections::BTreeSet;

use keybelt_contract::Exposure;
use keybelt_primitives::{Secret, UnixSeconds};
use serde::Serialize;

pub use oauth1::TokenPair;

/// Characters that a header, a shell word or a line cannot carry (specs H-12).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the token holds characters that cannot be written down")]
pub struct GrantError;

/// What is handed over, by the protocol of its account.
pub enum Grant {
    /// OAuth 2 and OpenID Connect.
    Bearer(BearerToken),
    /// OAuth 1, which signs with both halves.
    Oauth1(TokenPair),
}

impl Grant {
    /// The document of `token --json`, without a newline.
    pub fn json(&self) -> Secret<String> {
        match self {
            Self::Bearer(token) => json(token),
            Self::Oauth1(pair) => oauth1::json(pair),
        }
    }
}

/// An access token that is borne (RFC 6750). It has no `Debug`.
pub struct BearerToken {
    access_token: Secret<String>,
    token_type: String,
    expires_at: Option<UnixSeconds>,
    scopes: BTreeSet<String>,
}

impl BearerToken {
    /// A token with what is said about it.
    ///
    /// # Errors
    /// It holds control characters or others outside ASCII (RFC 6749 appendix A.12).
    #[expect(clippy::disallowed_methods, reason = "the token's characters are looked at")]
    pub fn new(
        access_token: Secret<String>,
        token_type: String,
        expires_at: Option<UnixSeconds>,
        scopes: BTreeSet<String>,
    ) -> Result<Self, GrantError> {
        let fits = access_token
            .expose()
            .bytes()
            .all(|byte| matches!(byte, 0x20..=0x7E));
        if !fits || access_token.is_empty() {
            return Err(GrantError);
        }
        Ok(Self {
            access_token,
            token_type,
            expires_at,
            scopes,
        })
    }

    /// The access token.
    pub fn access_token(&self) -> &Secret<String> {
        &self.access_token
    }

    /// The access token alone.
    pub fn into_access_token(self) -> Secret<String> {
        self.access_token
    }
}

/// One format of `export --to`.
pub struct Format {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// Where the token ends up.
    pub exposure: Exposure,
    /// Writes it, a newline at its end.
    write: fn(&BearerToken) -> Secret<String>,
    /// The same for OAuth 1; `None`: it has no place for two halves.
    write_pair: Option<fn(&TokenPair) -> Secret<String>>,
}

impl Format {
    /// Whether it has a place for the two halves of OAuth 1.
    pub fn takes_pairs(&self) -> bool {
        self.write_pair.is_some()
    }

    /// Writes what is handed over, a newline at its end. `None`: two halves, for which it has no place.
    pub fn written(&self, grant: &Grant) -> Option<Secret<String>> {
        match grant {
            Grant::Bearer(token) => Some((self.write)(token)),
            Grant::Oauth1(pair) => self.write_pair.map(|write| write(pair)),
        }
    }
}

/// Every format, sorted by name.
pub const FORMATS: &[Format] = &[
    Format {
        name: "curl",
        summary: "A line for `curl -K -`",
        exposure: Exposure::NothingOnDisk,
        write: curl,
        write_pair: None,
    },
    Format {
        name: "env",
        summary: "KEYBELT_TOKEN='…' for a shell (of OAuth 1: KEYBELT_OAUTH_TOKEN and KEYBELT_OAUTH_TOKEN_SECRET)",
        exposure: Exposure::NothingOnDisk,
        write: env,
        write_pair: Some(oauth1::env),
    },
    Format {
        name: "header",
        summary: "The Authorization header",
        exposure: Exposure::NothingOnDisk,
        write: header,
        write_pair: None,
    },
    Format {
        name: "json",
        summary: "Token, type, expiry and scopes as JSON (of OAuth 1: token and secret)",
        exposure: Exposure::NothingOnDisk,
        write: json_line,
        write_pair: Some(oauth1::json_line),
    },
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

#[derive(Serialize)]
struct Document<'a> {
    access_token: &'a str,
    token_type: &'a str,
    expires_at: Option<UnixSeconds>,
    scopes: &'a BTreeSet<String>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the form in which the token is handed over"
)]
fn json(grant: &BearerToken) -> Secret<String> {
    let document = Document {
        access_token: grant.access_token.expose(),
        token_type: &grant.token_type,
        expires_at: grant.expires_at,
        scopes: &grant.scopes,
    };
    // Room enough that no unwiped copy is left behind by a buffer that grows.
    let mut bytes = Vec::with_capacity(1_024 + 2 * grant.access_token.len() + scopes_length(grant));
    // Texts and a number cannot fail to be written.
    let _ = serde_json::to_writer(&mut bytes, &document);
    Secret::new(String::from_utf8(bytes).unwrap_or_default())
}

fn scopes_length(grant: &BearerToken) -> usize {
    grant.scopes.iter().map(|scope| 2 * scope.len() + 8).sum()
}

fn json_line(grant: &BearerToken) -> Secret<String> {
    wrapped("", &json(grant), "\n", Written::As)
}

fn env(grant: &BearerToken) -> Secret<String> {
    wrapped("KEYBELT_TOKEN='", &grant.access_token, "'\n", in_single_quotes)
}

/// Nothing but the quote itself ends a word in single quotes (POSIX.1-2017, Shell Command Language §2.2.2).
fn in_single_quotes(character: char) -> Written {
    match character {
        '\'' => Written::Text("'\\''"),
        other => Written::As(other),
    }
}

fn curl(grant: &BearerToken) -> Secret<String> {
    wrapped(
        "header = \"Authorization: Bearer ",
        &grant.access_token,
        "\"\n",
        |character| match character {
            '"' => Written::Text("\\\""),
            '\\' => Written::Text("\\\\"),
            other => Written::As(other),
        },
    )
}

fn header(grant: &BearerToken) -> Secret<String> {
    wrapped("Authorization: Bearer ", &grant.access_token, "\n", Written::As)
}

/// How one character of the token is written.
enum Written {
    As(char),
    Text(&'static str),
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the form in which the token is handed over"
)]
fn wrapped(
    before: &str,
    token: &Secret<String>,
    after: &str,
    write: impl Fn(char) -> Written,
) -> Secret<String> {
    let mut text = String::with_capacity(before.len() + 4 * token.len() + after.len());
    text.push_str(before);
    for character in token.expose().chars() {
        match write(character) {
            Written::As(character) => text.push(character),
            Written::Text(escaped) => text.push_str(escaped),
        }
    }
    text.push_str(after);
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests look at what was made")]
    fn written(format_name: &str, token: &str) -> String {
        let token = BearerToken::new(
            Secret::new(token.to_owned()),
            "Bearer".into(),
            Some(UnixSeconds(1_800_000_000)),
            ["b".to_owned(), "a".to_owned()].into(),
        );
        let grant = Grant::Bearer(token.unwrap());
        let text = format(format_name).unwrap().written(&grant).unwrap();
        text.expose().clone()
    }

    #[test]
    fn formats_are_sorted_and_say_what_they_are() {
        assert!(FORMATS.is_sorted_by_key(|format| format.name));
    }

    #[test]
    fn each_format_to_the_letter() {
        assert_eq!(written("env", "at-1"), "KEYBELT_TOKEN='at-1'\n");
        assert_eq!(
            written("curl", "at-1"),
            "header = \"Authorization: Bearer at-1\"\n"
        );
        assert_eq!(written("header", "at-1"), "Authorization: Bearer at-1\n");
        assert_eq!(
            written("json", "at-1"),
            "{\"access_token\":\"at-1\",\"token_type\":\"Bearer\",\"expires_at\":1800000000,\"scopes\":[\"a\",\"b\"]}\n"
        );
    }

    #[test]
    fn nothing_in_a_token_ends_its_quotes() {
        assert_eq!(
            written("env", "a'; rm -rf ~ '"),
            "KEYBELT_TOKEN='a'\\''; rm -rf ~ '\\'''\n"
        );
        assert_eq!(
            written("curl", r#"a"\"#),
            "header = \"Authorization: Bearer a\\\"\\\\\"\n"
        );
    }

    #[test]
    fn h_12_control_characters_are_not_written() {
        for token in ["", "a\nb", "a\0", "é"] {
            let token = BearerToken::new(Secret::new(token.into()), "Bearer".into(), None, BTreeSet::new());
            assert!(token.is_err());
        }
    }
}
