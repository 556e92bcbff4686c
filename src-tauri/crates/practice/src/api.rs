use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::json;

use crate::bearer::{BearerError, bearer};
use crate::people::Person;
use crate::scope::Scope;
use crate::server::Shared;

/// The person's notes: something to call with the token.
pub(crate) async fn notes(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Response, BearerError> {
    let (allowed, _) = bearer(&shared, &headers, Scope::Notes).await?;
    let person = Person::of(&allowed.person).ok_or(BearerError::Invalid)?;
    Ok(Json(json!({ "person": person.name, "notes": person.notes })).into_response())
}
