//! The token endpoint's answer (RFC 6749 §5), with the oddities of the wild that are harmless for all (specs W-01 to
//! W-14): normalised first, then read by the library.

use std::collections::BTreeSet;
use std::time::Duration;

use keybelt_primitives::json::JsonError;
use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::wire::Response;
use keybelt_primitives::{Secret, UnixSeconds, bounds, json};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::answer::replay;
use super::error::OAuthError;
use super::retry_after::retry_after;
use super::{freshness, lifetime};

/// How long to leave a server alone that says 429 and not for how long (specs W-30).
const UNSAID_WAIT: Duration = Duration::from_secs(60);

/// The tokens of one answer (RFC 6749 §5.1). It has no `Debug`.
pub struct TokenSet {
    /// The access token.
    pub access_token: Secret<String>,
    /// `Bearer`.
    pub token_type: String,
    /// The refresh token, if one came.
    pub refresh_token: Option<Secret<String>>,
    /// The ID token, if one came; nothing in it is believed yet.
    pub id_token: Option<Secret<String>>,
    /// When the access token stops working, counted from the request; `None`: the server does not say.
    pub expires_at: Option<UnixSeconds>,
    /// When the grant itself ends, where the server says so (specs AF-39).
    pub grant_expires_at: Option<UnixSeconds>,
    /// What was granted; where the server does not say, what was asked for (RFC 6749 §3.3).
    pub scopes: BTreeSet<String>,
    /// When the request was sent.
    pub obtained_at: UnixSeconds,
    /// Caches on the way are not told to keep no copy of it, as they should be (RFC 6749 §5.1).
    pub may_be_cached: bool,
}

/// Why an answer gives no tokens.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenResponseError {
    /// An OAuth error (RFC 6749 §5.2), also with status 200 (specs AF-29).
    #[error("the server refused: {error}")]
    Refused {
        /// The status code.
        status: u16,
        /// What it says.
        error: OAuthError,
    },
    /// An error that no specification registers (specs AF-31).
    #[error("the server refused with an error of its own (HTTP {status}): {error}")]
    Unrecognised {
        /// The status code.
        status: u16,
        /// What it says.
        error: OAuthError,
    },
    /// The server cannot answer now: 5xx, or a firewall's page (specs W-30).
    #[error("the server cannot answer now (HTTP {status})")]
    Unavailable {
        /// The status code.
        status: u16,
        /// How long it asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// 429.
    #[error("the server asked to be left alone")]
    RateLimited {
        /// For how long.
        retry_after: Duration,
    },
    /// A redirect, which is not followed (specs H-04).
    #[error("the server redirected (HTTP {status})")]
    Redirected {
        /// The status code.
        status: u16,
    },
    /// 4xx without an error (specs AF-31).
    #[error("the server refused without saying why (HTTP {status}, {media_type})")]
    NoErrorCode {
        /// The status code.
        status: u16,
        /// What it sent, made visible.
        media_type: String,
    },
    /// Neither tokens nor an error belong to this status.
    #[error("the server answered with HTTP {status}")]
    UnexpectedStatus {
        /// The status code.
        status: u16,
    },
    /// Neither JSON nor a form (specs W-34): often a page for people, so the endpoint is wrong.
    #[error(
        "the answer is neither a JSON object without repeated members nor a form (it says that it is `{media_type}`)"
    )]
    NotReadable {
        /// What it is, made visible.
        media_type: String,
    },
    /// More than any honest answer.
    #[error("the answer is too large")]
    TooLarge,
    /// A member that has to be there (RFC 6749 §5.1).
    #[error("the answer lacks `{member}`")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// A member that cannot be what it is.
    #[error("the answer's `{member}` cannot be used")]
    Malformed {
        /// The member.
        member: &'static str,
    },
    /// A kind of token that Keybelt does not know how to use (RFC 6749 §7.1).
    #[error("the token is of the kind `{token_type}`, which Keybelt cannot use")]
    TokenTypeUnknown {
        /// The kind, made visible.
        token_type: String,
    },
}

/// Reads an answer of the token endpoint; `asked` are the scopes of the request or, at a refresh, of the grant.
///
/// # Errors
/// See [`TokenResponseError`].
pub fn parse(response: &Response, asked: &BTreeSet<String>) -> Result<TokenSet, TokenResponseError> {
    let status = response.status;
    let wait = || retry_after(&response.headers, response.sent_at);
    match status {
        300..400 => return Err(TokenResponseError::Redirected { status }),
        429 => {
            return Err(TokenResponseError::RateLimited {
                retry_after: wait().unwrap_or(UNSAID_WAIT),
            });
        }
        500.. => {
            return Err(TokenResponseError::Unavailable {
                status,
                retry_after: wait(),
            });
        }
        _ => {}
    }
    let members = match members_of(response) {
        Ok(members) => members,
        Err(error) => return Err(of_unreadable(response, error)),
    };
    let mut members = Wiped(members);
    if let Some(error) = error_in(&members.0) {
        return Err(match status {
            400..500 if !error.is_registered() => TokenResponseError::Unrecognised { status, error },
            _ => TokenResponseError::Refused { status, error },
        });
    }
    match status {
        200 => tokens(&mut members.0, asked, response.sent_at).map(|tokens| TokenSet {
            may_be_cached: !freshness::is_kept_nowhere(&response.headers),
            ..tokens
        }),
        400.. => Err(TokenResponseError::NoErrorCode {
            status,
            media_type: shown_type(response),
        }),
        _ => Err(TokenResponseError::UnexpectedStatus { status }),
    }
}

/// The refresh token in an answer that cannot be used otherwise: where tokens rotate, the one before is dead.
pub fn refresh_token_in(response: &Response) -> Option<Secret<String>> {
    let mut members = Wiped(members_of(response).ok()?);
    match members.0.remove("refresh_token") {
        Some(Value::String(text)) if is_token(&text) => Some(Secret::new(text)),
        _ => None,
    }
}

fn of_unreadable(response: &Response, error: Unreadable) -> TokenResponseError {
    let status = response.status;
    match (status, error) {
        (_, Unreadable::TooLarge) => TokenResponseError::TooLarge,
        (403, Unreadable::Other) if response.media_type().starts_with("text/html") => {
            TokenResponseError::Unavailable {
                status,
                retry_after: None,
            }
        }
        (200, Unreadable::Other) => TokenResponseError::NotReadable {
            media_type: shown_type(response),
        },
        (400..500, Unreadable::Other) => TokenResponseError::NoErrorCode {
            status,
            media_type: shown_type(response),
        },
        (_, Unreadable::Other) => TokenResponseError::UnexpectedStatus { status },
    }
}

fn shown_type(response: &Response) -> String {
    match response.media_type() {
        none if none.is_empty() => "no media type".to_owned(),
        media_type => clipped(&visible(&media_type), 64),
    }
}

/// Members that are wiped, tokens among them.
struct Wiped(Map<String, Value>);

impl Drop for Wiped {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

/// A body that is neither JSON nor a form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unreadable {
    TooLarge,
    Other,
}

/// The members of an answer: JSON by what the body begins with, else a form where the media type leaves room for one
/// (specs W-01).
#[expect(
    clippy::disallowed_methods,
    reason = "the answer is read here, and every token in it moved into a secret"
)]
pub(super) fn members_of(response: &Response) -> Result<Map<String, Value>, Unreadable> {
    let body = response.body.expose();
    match json::object(body, bounds::JSON_DOCUMENT) {
        Ok(members) => return Ok(members),
        Err(JsonError::TooLarge) => return Err(Unreadable::TooLarge),
        Err(_) => {}
    }
    let media_type = response.media_type();
    let may_be_form = matches!(
        media_type.as_str(),
        "" | "text/plain" | "application/x-www-form-urlencoded"
    ) || (media_type == "text/html" && !body.trim_ascii_start().starts_with(b"<"));
    if !may_be_form || body.len() > bounds::FORM {
        return Err(Unreadable::Other);
    }
    form_members(body).ok_or(Unreadable::Other)
}

fn form_members(body: &[u8]) -> Option<Map<String, Value>> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(body.trim_ascii()) {
        // A member twice is refused, as in JSON (specs H-08).
        if members
            .insert(name.into_owned(), Value::String(value.into_owned()))
            .is_some()
        {
            return None;
        }
    }
    (members.contains_key("access_token") || members.contains_key("error")).then_some(members)
}

/// The error in an answer, in any of the ways that providers write one (RFC 6749 §5.2, specs W-03, W-04).
pub(crate) fn error_in(members: &Map<String, Value>) -> Option<OAuthError> {
    let text = |name: &str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let uri = text("error_uri");
    match members.get("error") {
        Some(Value::String(code)) if !code.is_empty() => {
            return Some(OAuthError::new(known_as(code), text("error_description"), uri));
        }
        Some(Value::Object(error)) => return Some(of_object(error)),
        _ => {}
    }
    if let Some(Value::Array(errors)) = members.get("errors")
        && let Some(Value::Object(first)) = errors.first()
    {
        let code = first
            .get("errorType")
            .or_else(|| first.get("code"))
            .and_then(Value::as_str);
        let message = first.get("message").and_then(Value::as_str);
        return Some(OAuthError::new(known_as(code.unwrap_or("error")), message, None));
    }
    if let Some(code) = text("errorCode") {
        return Some(OAuthError::new(known_as(code), text("errorSummary"), None));
    }
    match members.get("errcode").and_then(Value::as_i64) {
        Some(code) if code != 0 => Some(OAuthError::new(&code.to_string(), text("errmsg"), None)),
        _ => None,
    }
}

fn of_object(error: &Map<String, Value>) -> OAuthError {
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let message = text("message").or_else(|| text("description"));
    let number = error.get("code").and_then(Value::as_i64);
    if text("type") == Some("OAuthException") && number == Some(190) {
        return OAuthError::new("invalid_grant", message, None);
    }
    let code = text("code").or_else(|| text("type")).map(str::to_owned);
    OAuthError::new(
        known_as(
            &code
                .or_else(|| number.map(|code| code.to_string()))
                .unwrap_or_default(),
        ),
        message,
        None,
    )
}

/// Names that some providers have for registered errors (specs W-03).
fn known_as(code: &str) -> &str {
    match code {
        "bad_verification_code" | "invalid_code" => "invalid_grant",
        other => other,
    }
}

fn tokens(
    members: &mut Map<String, Value>,
    asked: &BTreeSet<String>,
    sent_at: UnixSeconds,
) -> Result<TokenSet, TokenResponseError> {
    let kind = match members.get("token_type") {
        None | Some(Value::Null) => return Err(TokenResponseError::Missing { member: "token_type" }),
        Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => "bearer",
        Some(Value::String(kind)) => {
            return Err(TokenResponseError::TokenTypeUnknown {
                token_type: clipped(&visible(kind), 64),
            });
        }
        Some(_) => return Err(TokenResponseError::Malformed { member: "token_type" }),
    };
    let scopes = granted(members.get("scope"), asked)?;
    let expires_at = lifetime::expiry(members, sent_at);
    let grant_expires_at = lifetime::grant_expiry(members, sent_at);

    let mut normalised = Wiped(Map::new());
    normalised.0.insert("token_type".to_owned(), Value::from(kind));
    for member in ["access_token", "refresh_token", "id_token"] {
        match members.remove(member) {
            None | Some(Value::Null) if member == "access_token" => {
                return Err(TokenResponseError::Missing { member });
            }
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() && member != "access_token" => {}
            // An ID token has a bound of its own, where it is checked.
            Some(Value::String(text))
                if is_token(&text) && (member == "id_token" || text.len() <= bounds::FORM) =>
            {
                normalised.0.insert(member.to_owned(), Value::String(text));
            }
            Some(_) => return Err(TokenResponseError::Malformed { member }),
        }
    }
    let answer = replay(&normalised.0).ok_or(TokenResponseError::Malformed {
        member: "access_token",
    })?;
    Ok(TokenSet {
        access_token: Secret::new(answer.access_token.into_secret()),
        token_type: "Bearer".to_owned(),
        refresh_token: answer.refresh_token.map(|token| Secret::new(token.into_secret())),
        id_token: answer.id_token.map(Secret::new),
        expires_at,
        grant_expires_at,
        scopes,
        obtained_at: sent_at,
        may_be_cached: false,
    })
}

/// Visible ASCII and space, not empty (RFC 6749 appendix A.12, A.17).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x20..=0x7E))
}

/// What was granted: separated by spaces, by commas, or a list (specs W-09); left out or `null`, what was asked for.
fn granted(scope: Option<&Value>, asked: &BTreeSet<String>) -> Result<BTreeSet<String>, TokenResponseError> {
    let malformed = TokenResponseError::Malformed { member: "scope" };
    let scopes: BTreeSet<String> = match scope {
        None | Some(Value::Null) => return Ok(asked.clone()),
        Some(Value::String(text)) => separated(text),
        Some(Value::Array(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts
                .ok_or(malformed.clone())?
                .into_iter()
                .flat_map(separated)
                .collect()
        }
        Some(_) => return Err(malformed),
    };
    let fits = |scope: &String| scope.bytes().all(|byte| matches!(byte, 0x21..=0x7E));
    if scopes.len() <= 1_000 && scopes.iter().all(fits) {
        Ok(scopes)
    } else {
        Err(malformed)
    }
}

fn separated(text: &str) -> BTreeSet<String> {
    let separator = if !text.contains([' ', ',']) && text.contains('+') {
        '+'
    } else {
        ' '
    };
    text.split([separator, ','])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
