//! Why a server refused a signed request: the Problem Reporting extension (`oauth_problem`, in the body or in
//! `WWW-Authenticate`), or the words that a server has of its own.

use keybelt_primitives::wire::Response;
use keybelt_primitives::{bounds, json};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::encoding::form;
use crate::oauth2::challenge;
use crate::oauth2::error::OAuthError;

/// What a problem means for what happens next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProblemKind {
    /// The consumer key, its secret or its signature: the registration is at fault.
    Client,
    /// The person said no.
    Declined,
    /// The token has ended: it expired, was taken back, or was used where it counts once.
    Token,
    /// The timestamp is not near enough to the server's clock.
    Timestamp,
    /// Anything else.
    Other,
}

/// What a problem's code means, in the words of Problem Reporting and of Authlib.
pub fn kind(problem: &OAuthError) -> ProblemKind {
    match problem.code.as_str() {
        "timestamp_refused" => ProblemKind::Timestamp,
        "user_refused" | "permission_denied" | "access_denied" => ProblemKind::Declined,
        "consumer_key_refused"
        | "consumer_key_rejected"
        | "consumer_key_unknown"
        | "invalid_client"
        | "invalid_signature"
        | "signature_invalid"
        | "signature_method_rejected"
        | "unauthorized_client"
        | "unsupported_signature_method" => ProblemKind::Client,
        "invalid_grant" | "invalid_token" | "token_expired" | "token_rejected" | "token_revoked"
        | "token_used" => ProblemKind::Token,
        _ => ProblemKind::Other,
    }
}

/// Whether the API refused the token itself, so that another may do: a 401 that says so (Problem Reporting, Session §4).
pub fn refuses_token(response: &Response) -> bool {
    response.status == 401 && of(response).is_some_and(|problem| kind(&problem) == ProblemKind::Token)
}

/// What the server says; `None`: nothing that can be read.
#[expect(clippy::disallowed_methods, reason = "a refusal holds no credentials")]
pub(super) fn of(response: &Response) -> Option<OAuthError> {
    let body = response.body.expose().trim_ascii();
    let in_body = match json::object(body, bounds::JSON_DOCUMENT) {
        Ok(members) => of_members(&members),
        Err(_) if body.len() <= bounds::FORM && !body.starts_with(b"<") => of_form(body),
        Err(_) => None,
    };
    in_body.or_else(|| of_challenge(response))
}

fn of_form(body: &[u8]) -> Option<OAuthError> {
    let find = |wanted: &str| {
        form(body)
            .find(|(name, _)| **name == *wanted.as_bytes())
            .map(|(_, value)| String::from_utf8_lossy(&value).into_owned())
            .filter(|value| !value.is_empty())
    };
    if let Some(code) = find("oauth_problem") {
        return Some(OAuthError::new(
            &code,
            find("oauth_problem_advice").as_deref(),
            None,
        ));
    }
    find("error").map(|code| OAuthError::new(&code, find("error_description").as_deref(), None))
}

fn of_members(members: &Map<String, Value>) -> Option<OAuthError> {
    let text = |name: &str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    if let Some(code) = text("oauth_problem") {
        return Some(OAuthError::new(code, text("oauth_problem_advice"), None));
    }
    crate::oauth2::token_response::error_in(members)
}

fn of_challenge(response: &Response) -> Option<OAuthError> {
    let challenges = challenge::parse(&response.headers);
    let challenge = challenges
        .iter()
        .find(|challenge| challenge.scheme.eq_ignore_ascii_case("oauth"))?;
    // Percent-encoded, as in the header of a request.
    let decoded = |name: &str| {
        let value = challenge.parameter(name)?;
        Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
    };
    let code = decoded("oauth_problem").or_else(|| decoded("error"))?;
    Some(OAuthError::new(
        &code,
        decoded("oauth_problem_advice").as_deref(),
        None,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::{answer, answer_with};

    fn code(body: &str) -> Option<String> {
        of(&answer(401, "text/plain", body)).map(|problem| problem.code)
    }

    #[test]
    fn a_problem_is_found_wherever_it_stands() {
        assert_eq!(
            code("oauth_problem=signature_invalid&oauth_problem_advice=Look").as_deref(),
            Some("signature_invalid")
        );
        assert_eq!(
            code("error=invalid_client&error_description=x").as_deref(),
            Some("invalid_client")
        );
        assert_eq!(
            code(r#"{"oauth_problem":"token_expired"}"#).as_deref(),
            Some("token_expired")
        );
        assert_eq!(
            code(r#"{"errors":[{"code":32,"message":"Could not authenticate you."}]}"#).as_deref(),
            Some("error")
        );
        let header = r#"OAuth realm="x", oauth_problem="timestamp%5Frefused""#;
        let problem = of(&answer_with(401, &[("www-authenticate", header)], "no")).unwrap();
        assert_eq!(kind(&problem), ProblemKind::Timestamp);
        for body in ["", "<p>error=x</p>", "Invalid consumer"] {
            assert_eq!(code(body), None, "{body}");
        }
    }

    #[test]
    fn a_401_that_names_the_token_refuses_it_and_no_other_does() {
        let refuses = |status, body: &str| refuses_token(&answer(status, "text/plain", body));
        for word in ["token_expired", "token_revoked", "token_rejected", "token_used"] {
            assert!(refuses(401, &format!("oauth_problem={word}")), "{word}");
        }
        assert!(refuses(401, r#"{"error":"invalid_token"}"#));
        assert!(!refuses(403, "oauth_problem=token_expired"));
        assert!(!refuses(401, "oauth_problem=signature_invalid"));
        assert!(!refuses(401, ""));
    }

    #[test]
    fn what_a_problem_says_is_made_visible() {
        let problem = of(&answer(
            400,
            "",
            "oauth_problem=a%1B%5B2Jb&oauth_problem_advice=%E2%80%AEx",
        ))
        .unwrap();
        assert_eq!(problem.code, "a\\u{1b}[2Jb");
        assert_eq!(problem.description.as_deref(), Some("\\u{202e}x"));
        assert_eq!(kind(&problem), ProblemKind::Other);
    }
}
