use http::StatusCode;
use keybelt_practice::{CLIENT_ID, CONFIDENTIAL_CLIENT_ID, Options};

use crate::provider::{EVERYTHING, Provider, answering, interaction_of, posting};

fn refused(code: &str) -> (u16, String) {
    (400, code.to_owned())
}

#[tokio::test]
async fn a_code_used_twice_takes_back_what_it_gave() {
    let provider = Provider::start(Options::default());
    let code = provider.code(EVERYTHING).await;
    let tokens = provider.redeem(&code, &[]).await.json();
    provider.clock.pass(100);
    assert_eq!(
        provider.redeem(&code, &[]).await.refusal(),
        refused("invalid_grant")
    );
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        provider.bearing("/userinfo", access).await.status,
        StatusCode::UNAUTHORIZED
    );
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(
        provider.refresh(refresh, &[]).await.refusal(),
        refused("invalid_grant")
    );
}

#[tokio::test]
async fn a_code_is_spent_by_whatever_is_tried_with_it() {
    let provider = Provider::start(Options::default());
    for wrong in [
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
        ("redirect_uri", "http://127.0.0.1:49153/callback/practice"),
    ] {
        let code = provider.code(EVERYTHING).await;
        assert_eq!(
            provider.redeem(&code, &[wrong]).await.refusal(),
            refused("invalid_grant"),
            "{wrong:?}"
        );
        assert_eq!(
            provider.redeem(&code, &[]).await.refusal(),
            refused("invalid_grant"),
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let provider = Provider::start(Options::default());
    let (early, late) = (provider.code(EVERYTHING).await, provider.code(EVERYTHING).await);
    provider.clock.pass(59);
    assert_eq!(provider.redeem(&early, &[]).await.status, StatusCode::OK);
    provider.clock.pass(1);
    assert_eq!(
        provider.redeem(&late, &[]).await.refusal(),
        refused("invalid_grant")
    );
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_grant() {
    let provider = Provider::start(Options::default());
    let first = provider.linked(EVERYTHING).await;
    let old = first["refresh_token"].as_str().unwrap();
    let second = provider.refresh(old, &[]).await.json();
    let third = provider
        .refresh(second["refresh_token"].as_str().unwrap(), &[])
        .await
        .json();
    // However long ago it was exchanged, it is known for what it is.
    assert_eq!(
        provider.refresh(old, &[]).await.refusal(),
        refused("invalid_grant")
    );
    let newest = third["refresh_token"].as_str().unwrap();
    assert_eq!(
        provider.refresh(newest, &[]).await.refusal(),
        refused("invalid_grant")
    );
    let access = third["access_token"].as_str().unwrap();
    assert_eq!(
        provider.bearing("/userinfo", access).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn no_token_passes_for_one_of_another_kind() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked(EVERYTHING).await;
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    assert_eq!(
        provider.bearing("/userinfo", refresh).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        provider.refresh(access, &[]).await.refusal(),
        refused("invalid_grant")
    );
    let renamed = access.replace("_access_", "_refresh_");
    assert_eq!(
        provider.bearing("/userinfo", &renamed).await.status,
        StatusCode::UNAUTHORIZED
    );
    // None of that cost the grant.
    assert_eq!(provider.refresh(refresh, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_does_not_widen() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked("openid offline_access").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for scope in ["openid email", "admin", "openid admin"] {
        assert_eq!(
            provider.refresh(refresh, &[("scope", scope)]).await.refusal(),
            refused("invalid_scope"),
            "{scope}"
        );
    }
    assert_eq!(provider.refresh(refresh, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_was_given_to_one_client_is_nothing_to_another() {
    let provider = Provider::start(Options::default());
    let credentials = format!("{CONFIDENTIAL_CLIENT_ID}:{}", provider.client_secret().await);
    let tokens = provider.linked(EVERYTHING).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(
        provider.post_as(&credentials, "/token", &form).await.refusal(),
        refused("invalid_grant")
    );
    let revoked = provider
        .post_as(&credentials, "/revoke", &[("token", refresh)])
        .await;
    assert_eq!(revoked.refusal(), refused("invalid_grant"));
    assert_eq!(provider.refresh(refresh, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn token_requests_that_are_not_right_are_refused() {
    let provider = Provider::start(Options::default());
    let code = provider.code(EVERYTHING).await;
    for (changed, code_of_error) in [
        (("grant_type", ""), "invalid_request"),
        (("grant_type", "password"), "unsupported_grant_type"),
        (("code", ""), "invalid_request"),
        (("code", "practice_code_x"), "invalid_grant"),
        (("redirect_uri", ""), "invalid_request"),
        (("code_verifier", ""), "invalid_request"),
        (("code_verifier", "short"), "invalid_request"),
        (
            ("code_verifier", "dBjftJeZ4CVP mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "invalid_request",
        ),
    ] {
        assert_eq!(
            provider.redeem(&code, &[changed]).await.refusal(),
            refused(code_of_error),
            "{changed:?}"
        );
    }
    for client in ["", "mallory", CONFIDENTIAL_CLIENT_ID] {
        let answer = provider.redeem(&code, &[("client_id", client)]).await;
        assert_eq!(answer.refusal(), (401, "invalid_client".to_owned()), "{client}");
        assert!(answer.headers.contains_key("www-authenticate"));
    }
    let twice = [("client_id", CLIENT_ID), ("client_id", CLIENT_ID)];
    assert_eq!(
        provider.redeem(&code, &twice).await.refusal(),
        refused("invalid_request")
    );
    // None of these spent the code.
    assert_eq!(provider.redeem(&code, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn credentials_in_the_address_and_bodies_that_are_no_form_are_refused() {
    let provider = Provider::start(Options::default());
    let by_query = posting(
        "/token?client_id=keybelt-practice",
        &[("grant_type", "refresh_token")],
    );
    assert_eq!(
        provider.send(by_query).await.refusal(),
        refused("invalid_request")
    );
    for path in ["/token", "/revoke"] {
        let mut json = posting(path, &[("client_id", CLIENT_ID), ("token", "x")]);
        json.headers_mut()
            .insert("content-type", "application/json".parse().unwrap());
        assert_eq!(
            provider.send(json).await.refusal(),
            refused("invalid_request"),
            "{path}"
        );
        assert_eq!(
            provider.get(path).await.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_request_with_a_wrong_address_sends_nobody_anywhere() {
    let provider = Provider::start(Options::new(true, None).unwrap());
    for changed in [
        [("redirect_uri", "https://evil.example/callback/practice")],
        [("redirect_uri", "http://127.0.0.1:49152/elsewhere")],
        [("client_id", "<script>")],
    ] {
        let answer = provider.authorize(&changed).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(!answer.headers.contains_key("location"));
        assert!(!answer.text().contains("<script>"));
    }
    let wrong = provider.authorize(&[("code_challenge", "")]).await;
    assert_eq!(wrong.parameter("error").as_deref(), Some("invalid_request"));
    assert_eq!(wrong.parameter("state").as_deref(), Some("state-1"));
}

#[tokio::test]
async fn a_sign_in_page_is_answered_once_and_in_time() {
    let provider = Provider::start(Options::default());
    let page = provider.authorize(&[]).await.text();
    let interaction = interaction_of(&page);
    let form = answering(&interaction, &[]);
    assert_eq!(
        provider.post("/consent", &form).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        provider.post("/consent", &form).await.status,
        StatusCode::BAD_REQUEST
    );

    let page = provider.authorize(&[]).await.text();
    provider.clock.pass(600);
    let interaction = interaction_of(&page);
    assert_eq!(
        provider
            .post("/consent", &answering(&interaction, &[]))
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn answers_that_were_not_offered_give_nothing() {
    let provider = Provider::start(Options::default());
    for field in [
        ("login", "mallory"),
        ("login", ""),
        ("scope", "admin"),
        ("token_life", "31"),
        ("token_life", "-1"),
        ("decision", "perhaps"),
        ("decision", ""),
        ("interaction", "guess"),
    ] {
        let answer = provider.decide(&[], &[field]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field:?}");
    }
    // A scope that was not asked for is not given, whatever the form says.
    let back = provider.decide(&[("scope", "openid")], &[]).await;
    let tokens = provider
        .redeem(&back.parameter("code").unwrap(), &[])
        .await
        .json();
    assert_eq!(tokens["scope"], "openid");
    let nothing = provider
        .decide(&[("scope", "notes")], &[("scope", "email")])
        .await;
    assert_eq!(nothing.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn bearer_tokens_come_in_the_header_only() {
    let provider = Provider::start(Options::default());
    let tokens = provider.linked(EVERYTHING).await;
    let access = tokens["access_token"].as_str().unwrap();
    let none = provider.get(&format!("/userinfo?access_token={access}")).await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    assert_eq!(none.headers["www-authenticate"], "Bearer realm=\"practice\"");
    let wrong = provider.bearing("/userinfo", "x").await;
    assert!(
        wrong.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .contains("error=\"invalid_token\"")
    );
}
