use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use crate::grants::Allowed;
use crate::scope::{Scope, Scopes};
use crate::server::Shared;
use crate::token::{Kind, Presented};

/// Why a bearer token opens nothing (RFC 6750 §3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BearerError {
    /// None came in the header; elsewhere it is not looked for.
    Missing,
    /// More than one, or not in the shape that RFC 6750 §2.1 gives it.
    Malformed,
    /// Unknown, expired or revoked.
    Invalid,
    /// It lacks this scope.
    Lacks(Scope),
}

/// Whose token the request bears, and what it opens; `needed`, if anything is, is among it.
pub(crate) async fn bearer(
    shared: &Shared,
    headers: &HeaderMap,
    needed: Option<Scope>,
) -> Result<(Allowed, Scopes), BearerError> {
    let token = presented(headers)?;
    let now = shared.now();
    let opened = shared
        .look(|records| {
            records
                .grants
                .opened_by(&token, now)
                .map(|(allowed, scopes)| (allowed.clone(), scopes.clone()))
        })
        .await;
    let (allowed, scopes) = opened.ok_or(BearerError::Invalid)?;
    match needed {
        Some(needed) if !scopes.contains(&needed) => Err(BearerError::Lacks(needed)),
        Some(_) | None => Ok((allowed, scopes)),
    }
}

fn presented(headers: &HeaderMap) -> Result<Presented, BearerError> {
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    let authorization = authorizations.next().ok_or(BearerError::Missing)?;
    if authorizations.next().is_some() {
        return Err(BearerError::Malformed);
    }
    let (scheme, token) = authorization
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or(BearerError::Malformed)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(BearerError::Missing);
    }
    Presented::of(Kind::Access, token).ok_or(BearerError::Invalid)
}

impl IntoResponse for BearerError {
    fn into_response(self) -> Response {
        let (status, code, scope) = match self {
            // Nothing was tried, so nothing is said about it (RFC 6750 §3.1).
            Self::Missing => (StatusCode::UNAUTHORIZED, None, None),
            Self::Malformed => (StatusCode::BAD_REQUEST, Some("invalid_request"), None),
            Self::Invalid => (StatusCode::UNAUTHORIZED, Some("invalid_token"), None),
            Self::Lacks(scope) => (
                StatusCode::FORBIDDEN,
                Some("insufficient_scope"),
                Some(scope.name()),
            ),
        };
        let mut challenge = "Bearer realm=\"practice\"".to_owned();
        for (name, value) in [("error", code), ("scope", scope)] {
            if let Some(value) = value {
                challenge.push_str(&format!(", {name}=\"{value}\""));
            }
        }
        let mut response = (status, Json(json!({ "error": code }))).into_response();
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
