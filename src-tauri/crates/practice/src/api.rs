//! Something to call with a token: `me`, `notes`, and an `echo` of what was asked.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::caller::{CallerError, caller};
use crate::oauth1::Asked;
use crate::parameters::Parameters;
use crate::scope::Scope;
use crate::server::Shared;

/// Who calls, as far as they may be known: an id that is never reused, and what the scopes open.
pub(crate) async fn me(State(shared): State<Arc<Shared>>, asked: Asked) -> Result<Response, CallerError> {
    let caller = caller(&shared, &asked, None).await?;
    let mut me = Map::from_iter([("id".to_owned(), Value::from(caller.person.subject))]);
    let claims = caller.person.claims(&caller.scopes);
    if let Some(login) = claims.get("preferred_username") {
        me.insert("login".to_owned(), login.clone());
    }
    for name in ["name", "email", "email_verified", "locale"] {
        if let Some(value) = claims.get(name) {
            me.insert(name.to_owned(), value.clone());
        }
    }
    Ok(Json(me).into_response())
}

/// The person's notes.
pub(crate) async fn notes(State(shared): State<Arc<Shared>>, asked: Asked) -> Result<Response, CallerError> {
    let caller = caller(&shared, &asked, Some(Scope::Notes)).await?;
    let notes = shared.look(|records| records.notes.of(caller.person)).await;
    Ok(Json(json!({ "person": caller.person.name, "notes": notes })).into_response())
}

/// Adds a note: `text`, in a form or in JSON.
pub(crate) async fn add_note(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
) -> Result<Response, CallerError> {
    let caller = caller(&shared, &asked, Some(Scope::Notes)).await?;
    let person = caller.person;
    let Some(text) = text_of(&asked) else {
        return Ok(refused("say the note as `text`, in a form or in JSON"));
    };
    let added = shared
        .change(move |records| {
            records
                .notes
                .add(person, &text)
                .map(|()| records.notes.of(person))
        })
        .await;
    Ok(match added {
        Ok(Ok(notes)) => {
            let body = Json(json!({ "person": person.name, "notes": notes }));
            (StatusCode::CREATED, body).into_response()
        }
        Ok(Err(_)) => refused("a note is text on one line, of at most 500 characters"),
        Err(_) => {
            let body = Json(json!({ "error": "server_error", "error_description": "it could not be kept" }));
            (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
        }
    })
}

fn text_of(asked: &Asked) -> Option<String> {
    if let Some(form) = Parameters::of_form(&asked.headers, &asked.body) {
        return form.one("text").ok().flatten().map(str::to_owned);
    }
    let document: Value = serde_json::from_slice(&asked.body).ok()?;
    document.get("text")?.as_str().map(str::to_owned)
}

fn refused(why: &str) -> Response {
    let body = Json(json!({ "error": "invalid_request", "error_description": why }));
    (StatusCode::BAD_REQUEST, body).into_response()
}

/// Says again what was asked, and nothing of what proved who asked it.
pub(crate) async fn echo(State(shared): State<Arc<Shared>>, asked: Asked) -> Result<Response, CallerError> {
    let caller = caller(&shared, &asked, None).await?;
    let own = |parameters: &Parameters| -> Vec<(String, String)> {
        let is_own = |(name, _): &(&str, &str)| !name.starts_with("oauth_");
        let pairs = parameters.pairs().filter(is_own);
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    let query = Parameters::parse(asked.uri.query().unwrap_or_default().as_bytes());
    let form = Parameters::of_form(&asked.headers, &asked.body).map(|form| own(&form));
    let body = match form {
        Some(_) => None,
        None => std::str::from_utf8(&asked.body)
            .ok()
            .filter(|body| !body.is_empty()),
    };
    let mut headers: Vec<(&str, String)> = asked
        .headers
        .iter()
        .filter(|(name, _)| !["authorization", "cookie"].contains(&name.as_str()))
        .map(|(name, value)| {
            (
                name.as_str(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    headers.sort();
    Ok(Json(json!({
        "method": asked.method.as_str(),
        "path": asked.uri.path(),
        "query": own(&query),
        "headers": headers,
        "form": form,
        "body": body,
        "person": caller.person.login,
        "signed": caller.by,
    }))
    .into_response())
}
