use http::StatusCode;
use keybelt_practice::{CLIENT_ID, CONFIDENTIAL_CLIENT_ID, Options};
use serde_json::Value;

use crate::provider::{EVERYTHING, ISSUER, Provider, REDIRECT_URI, VERIFIER, claims_of};

#[tokio::test]
async fn both_well_known_addresses_tell_what_is_true() {
    let provider = Provider::start(Options::default());
    let openid = provider.get("/.well-known/openid-configuration").await;
    let oauth = provider.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(openid.body, oauth.body);
    let metadata = openid.json();
    assert_eq!(metadata["issuer"], ISSUER);
    for (_, address) in metadata
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with("_endpoint"))
    {
        let path = address.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert_ne!(provider.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_person_allows_and_the_client_gets_all_it_asked_for() {
    let provider = Provider::start(Options::default());
    let back = provider.decide(&[], &[("login", "zoe")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert!(back.location().as_str().starts_with(REDIRECT_URI));
    assert_eq!(back.parameter("state").as_deref(), Some("state-1"));
    assert_eq!(back.parameter("iss").as_deref(), Some(ISSUER));

    let tokens = provider.redeem(&back.parameter("code").unwrap(), &[]).await;
    assert_eq!(tokens.headers["cache-control"], "no-store");
    let tokens = tokens.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 300);
    assert_eq!(tokens["scope"], "email notes offline_access openid profile");

    let access = tokens["access_token"].as_str().unwrap();
    let claims = claims_of(
        tokens["id_token"].as_str().unwrap(),
        &provider.get("/jwks").await.json(),
    );
    for (name, value) in [
        ("iss", ISSUER),
        ("aud", CLIENT_ID),
        ("nonce", "nonce-1"),
        ("name", "Zoë Nyström"),
    ] {
        assert_eq!(claims[name], value);
    }
    assert_eq!(claims["auth_time"], 1_800_000_000);
    assert!(claims["exp"].as_i64() > claims["iat"].as_i64());
    assert_eq!(claims["at_hash"], half_of_the_hash(access));

    let userinfo = provider.bearing("/userinfo", access).await.json();
    assert_eq!(
        (&userinfo["sub"], &userinfo["email"]),
        (&claims["sub"], &Value::from("zoe@practice.example"))
    );
    assert_eq!(
        provider.bearing("/api/notes", access).await.json()["person"],
        "Zoë Nyström"
    );
}

fn half_of_the_hash(token: &str) -> String {
    use base64::Engine;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

#[tokio::test]
async fn a_person_declines() {
    let provider = Provider::start(Options::default());
    let back = provider.decide(&[], &[("decision", "deny")]).await;
    assert_eq!(back.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(back.parameter("state").as_deref(), Some("state-1"));
    assert_eq!(back.parameter("iss").as_deref(), Some(ISSUER));
    assert_eq!(back.parameter("code"), None);
    assert!(provider.shelf.kept.lock().unwrap().is_none());
}

#[tokio::test]
async fn a_person_allows_less_than_was_asked() {
    let provider = Provider::start(Options::default());
    let back = provider
        .decide(&[], &[("scope", "email"), ("token_life", "30")])
        .await;
    let tokens = provider
        .redeem(&back.parameter("code").unwrap(), &[])
        .await
        .json();
    assert_eq!(tokens["scope"], "email openid");
    assert_eq!(tokens["expires_in"], 30);
    assert!(tokens.get("refresh_token").is_none());
    let access = tokens["access_token"].as_str().unwrap();
    let refused = provider.bearing("/api/notes", access).await;
    assert_eq!(refused.refusal(), (403, "insufficient_scope".to_owned()));
    assert!(
        refused.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .contains("scope=\"notes\"")
    );
    assert!(
        provider
            .bearing("/userinfo", access)
            .await
            .json()
            .get("name")
            .is_none()
    );
}

#[tokio::test]
async fn plain_oauth_gives_no_id_token_and_no_userinfo() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked("notes").await;
    assert!(tokens.get("id_token").is_none());
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        provider.bearing("/userinfo", access).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        provider.bearing("/api/notes", access).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn it_approves_by_itself_when_told_to() {
    let provider = Provider::start(Options::new(true, Some(45)).unwrap());
    let back = provider
        .authorize(&[
            ("login_hint", "bo@practice.example"),
            ("redirect_uri", "app.keybelt:/callback/p"),
        ])
        .await;
    assert_eq!(back.location().scheme(), "app.keybelt");
    let code = back.parameter("code").unwrap();
    let tokens = provider
        .redeem(&code, &[("redirect_uri", "app.keybelt:/callback/p")])
        .await
        .json();
    assert_eq!(tokens["expires_in"], 45);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        provider.bearing("/userinfo", access).await.json()["email"],
        "bo@practice.example"
    );
}

#[tokio::test]
async fn a_refresh_rotates_and_keeps_who_it_is() {
    let provider = Provider::start(Options::default());
    let first = provider.linked(EVERYTHING).await;
    provider.clock.pass(1_000);
    let expired = provider
        .bearing("/userinfo", first["access_token"].as_str().unwrap())
        .await;
    assert_eq!(expired.refusal(), (401, "invalid_token".to_owned()));

    let second = provider
        .refresh(first["refresh_token"].as_str().unwrap(), &[])
        .await
        .json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(first["scope"], second["scope"]);
    let jwks = provider.get("/jwks").await.json();
    let before = claims_of(first["id_token"].as_str().unwrap(), &jwks);
    let after = claims_of(second["id_token"].as_str().unwrap(), &jwks);
    for same in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[same], after[same]);
    }
    assert!(after.get("nonce").is_none());
    assert_ne!(before["at_hash"], after["at_hash"]);

    let narrow = provider
        .refresh(second["refresh_token"].as_str().unwrap(), &[("scope", "openid")])
        .await
        .json();
    assert_eq!(narrow["scope"], "openid");
    let wide = provider
        .refresh(narrow["refresh_token"].as_str().unwrap(), &[])
        .await
        .json();
    assert_eq!(wide["scope"], first["scope"]);
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_everything_and_the_access_token_itself_only() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked(EVERYTHING).await;
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    let revoked = provider
        .post("/revoke", &[("client_id", CLIENT_ID), ("token", access)])
        .await;
    assert_eq!((revoked.status, revoked.body.len()), (StatusCode::OK, 0));
    assert_eq!(
        provider.bearing("/userinfo", access).await.status,
        StatusCode::UNAUTHORIZED
    );

    let tokens = provider.refresh(refresh, &[]).await.json();
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    let form = [
        ("client_id", CLIENT_ID),
        ("token", refresh),
        ("token_type_hint", "access_token"),
    ];
    assert_eq!(provider.post("/revoke", &form).await.status, StatusCode::OK);
    assert_eq!(
        provider.bearing("/userinfo", access).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        provider.refresh(refresh, &[]).await.refusal(),
        (400, "invalid_grant".to_owned())
    );
    assert_eq!(provider.post("/revoke", &form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_with_a_secret_proves_itself_both_ways() {
    let provider = Provider::start(Options::default());
    let secret = provider.client_secret().await;
    let usual = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    let asked = [("client_id", CONFIDENTIAL_CLIENT_ID)];

    let code = provider.decide(&asked, &[]).await.parameter("code").unwrap();
    let form = [&usual[..], &[("code", &*code)]].concat();
    let basic = provider
        .post_as(&format!("{CONFIDENTIAL_CLIENT_ID}:{secret}"), "/token", &form)
        .await;
    assert_eq!(basic.status, StatusCode::OK, "{}", basic.text());

    let code = provider.decide(&asked, &[]).await.parameter("code").unwrap();
    let form = [
        &usual[..],
        &asked[..],
        &[("code", &*code), ("client_secret", &*secret)],
    ]
    .concat();
    let post = provider.post("/token", &form).await.json();
    let claims = claims_of(
        post["id_token"].as_str().unwrap(),
        &provider.get("/jwks").await.json(),
    );
    assert_eq!(claims["aud"], CONFIDENTIAL_CLIENT_ID);
}
