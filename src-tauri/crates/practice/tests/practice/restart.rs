use std::sync::atomic::Ordering;

use http::StatusCode;
use keybelt_practice::Options;

use crate::provider::{EVERYTHING, Provider, claims_of};

#[tokio::test]
async fn grants_tokens_and_keys_outlive_a_restart() {
    let provider = Provider::start(Options::default());
    let jwks = provider.get("/jwks").await.json();
    let secret = provider.client_secret().await;
    let code = provider.code(EVERYTHING).await;
    let tokens = provider.linked(EVERYTHING).await;
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );

    let provider = provider.restart();
    assert_eq!(provider.get("/jwks").await.json(), jwks);
    assert_eq!(provider.client_secret().await, secret);
    assert_eq!(
        provider.bearing("/api/notes", access).await.status,
        StatusCode::OK
    );
    assert_eq!(provider.redeem(&code, &[]).await.status, StatusCode::OK);
    let renewed = provider.refresh(refresh, &[]).await.json();
    claims_of(renewed["id_token"].as_str().unwrap(), &jwks);

    // What was spent before stays spent.
    let provider = provider.restart();
    assert_eq!(
        provider.refresh(refresh, &[]).await.status,
        StatusCode::BAD_REQUEST
    );
    let provider = provider.restart();
    let newest = renewed["refresh_token"].as_str().unwrap();
    assert_eq!(
        provider.refresh(newest, &[]).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn what_cannot_be_kept_has_not_happened() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked(EVERYTHING).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    provider.shelf.full.store(true, Ordering::SeqCst);
    assert_eq!(
        provider.refresh(refresh, &[]).await.refusal(),
        (500, "server_error".to_owned())
    );
    assert_eq!(
        provider.decide(&[], &[]).await.parameter("error").as_deref(),
        Some("server_error")
    );
    provider.shelf.full.store(false, Ordering::SeqCst);
    assert_eq!(provider.refresh(refresh, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_token_is_kept_as_it_is() {
    let provider = Provider::start(Options::default());
    let code = provider.code(EVERYTHING).await;
    let tokens = provider.redeem(&code, &[]).await.json();
    let kept = String::from_utf8(provider.shelf.kept.lock().unwrap().clone().unwrap()).unwrap();
    for token in [
        &*code,
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    ] {
        let riddle = &token[token.len() - 40..];
        assert!(!kept.contains(riddle));
    }
}

#[tokio::test]
async fn many_grants_and_tokens_stay_bounded() {
    let provider = Provider::start(Options::new(true, Some(3600)).unwrap());
    let mut tokens = provider
        .redeem(&provider.authorize(&[]).await.parameter("code").unwrap(), &[])
        .await
        .json();
    for _ in 0..70 {
        tokens = provider
            .refresh(tokens["refresh_token"].as_str().unwrap(), &[])
            .await
            .json();
    }
    for _ in 0..300 {
        provider.clock.pass(1);
        let code = provider.authorize(&[]).await.parameter("code").unwrap();
        assert_eq!(provider.redeem(&code, &[]).await.status, StatusCode::OK);
    }
    let kept = provider.shelf.kept.lock().unwrap().clone().unwrap();
    assert!(kept.len() < 256 << 10, "{}", kept.len());
}
