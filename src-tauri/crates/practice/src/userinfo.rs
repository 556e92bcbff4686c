use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;

use crate::bearer::{BearerError, bearer};
use crate::people::Person;
use crate::scope::Scope;
use crate::server::Shared;

/// The userinfo endpoint (OpenID Connect Core 1.0 §5.3).
pub(crate) async fn userinfo(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Response, BearerError> {
    let (allowed, scopes) = bearer(&shared, &headers, Some(Scope::Openid)).await?;
    let person = Person::of(&allowed.person).ok_or(BearerError::Invalid)?;
    Ok(Json(person.claims(&scopes)).into_response())
}
