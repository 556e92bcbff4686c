//! The API, by either protocol.

use axum::body::Body;
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use keybelt_practice::{CLIENT_ID, Options};
use serde_json::json;

use crate::provider::{Answer, EVERYTHING, Provider, request};
use crate::signing::{Ask, Client, linked};

async fn bearing(
    provider: &Provider,
    method: &str,
    path: &str,
    token: &str,
    kind: &str,
    body: &str,
) -> Answer {
    let asked = request(method, path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()));
    provider.send(asked.unwrap()).await
}

#[tokio::test]
async fn a_token_shows_what_its_scopes_open() {
    let provider = Provider::start(Options::default());
    let token = |tokens: serde_json::Value| tokens["access_token"].as_str().unwrap().to_owned();
    let narrow = token(provider.linked("openid").await);
    assert_eq!(
        provider.bearing("/api/me", &narrow).await.json(),
        json!({"id": "p-4b1f0a92"})
    );
    assert_eq!(
        provider.bearing("/api/notes", &narrow).await.status,
        StatusCode::FORBIDDEN
    );
    let wide = token(provider.linked(EVERYTHING).await);
    let me = provider.bearing("/api/me", &wide).await.json();
    assert_eq!(
        (&me["login"], &me["email"]),
        (&json!("ada"), &json!("ada@practice.example"))
    );
    for path in ["/api/me", "/api/notes", "/api/echo"] {
        assert_eq!(provider.get(path).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            provider.bearing(path, "practice_access_x").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
}

#[tokio::test]
async fn a_note_that_is_added_is_there_for_both_protocols_and_after_a_restart() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked(EVERYTHING).await;
    let token = tokens["access_token"].as_str().unwrap();
    let json = "application/json";
    let added = bearing(
        &provider,
        "POST",
        "/api/notes",
        token,
        json,
        r#"{"text": "Feed the cat"}"#,
    )
    .await;
    assert_eq!(added.status, StatusCode::CREATED);
    let mut client = linked(&provider, &Client::new(CLIENT_ID, ""), "ada").await;
    let ask = Ask {
        method: "POST",
        path: "/api/notes",
        form: Some(&[("text", "Größe & Maß")]),
        ..Ask::default()
    };
    assert_eq!(
        provider.send(client.signed(ask)).await.status,
        StatusCode::CREATED
    );
    for (kind, body) in [
        (json, "{}"),
        (json, "no"),
        (json, r#"{"text": "a\nb"}"#),
        ("text/plain", "text=x"),
    ] {
        let refused = bearing(&provider, "POST", "/api/notes", token, kind, body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{kind} {body}");
    }
    let provider = provider.restart();
    let notes = provider.bearing("/api/notes", token).await.json()["notes"].clone();
    let notes = notes.as_array().unwrap();
    assert_eq!(
        notes[notes.len() - 2..],
        [json!("Feed the cat"), json!("Größe & Maß")]
    );
}

#[tokio::test]
async fn the_echo_says_what_was_asked_and_not_by_which_token() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked("openid").await;
    let token = tokens["access_token"].as_str().unwrap();
    let told = bearing(
        &provider,
        "PATCH",
        "/api/echo/x?a=1&a=%20",
        token,
        "text/plain",
        "Zoë",
    )
    .await;
    let told = (told.json(), told.text());
    assert_eq!(told.0["method"], "PATCH");
    assert_eq!(told.0["path"], "/api/echo/x");
    assert_eq!(told.0["query"], json!([["a", "1"], ["a", " "]]));
    assert_eq!((&told.0["body"], &told.0["form"]), (&json!("Zoë"), &json!(null)));
    assert_eq!(told.0["signed"], "Bearer");
    assert!(
        told.0["headers"]
            .as_array()
            .unwrap()
            .contains(&json!(["content-type", "text/plain"]))
    );
    assert!(
        !told.1.contains(token) && !told.1.contains("authorization"),
        "{}",
        told.1
    );
}
