use axum::body::Body;
use http::{Request, StatusCode};
use keybelt_practice::Options;

use crate::provider::{Provider, answering, asking, interaction_of, posting, request};

#[tokio::test]
async fn a_request_that_names_another_host_gets_nothing() {
    let provider = Provider::start(Options::new(true, None).unwrap());
    for path in ["/", "/jwks", &format!("/authorize?{}", asking(&[])), "/nowhere"] {
        for host in [
            Some("evil.example:8722"),
            Some("localhost:8722"),
            Some("127.0.0.1"),
            Some("127.0.0.1:8723"),
            None,
        ] {
            let mut builder = Request::builder().uri(path);
            if let Some(host) = host {
                builder = builder.header("host", host);
            }
            let answer = provider.send(builder.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path} {host:?}");
            assert!(!answer.headers.contains_key("location"));
        }
    }
    let absolute = Request::builder()
        .uri("http://evil.example/jwks")
        .header("host", "127.0.0.1:8722");
    let answer = provider.send(absolute.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn every_answer_wears_the_guarding_headers() {
    let provider = Provider::start(Options::default());
    for path in [
        "/",
        "/jwks",
        "/nowhere",
        "/token",
        "/userinfo",
        &format!("/authorize?{}", asking(&[])),
    ] {
        let headers = provider.get(path).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        let cached = headers["cache-control"].to_str().unwrap();
        assert_eq!(cached == "no-store", path != "/jwks", "{path}: {cached}");
    }
}

#[tokio::test]
async fn the_sign_in_page_needs_no_script_and_leads_to_the_client_only() {
    let provider = Provider::start(Options::default());
    let page = provider
        .authorize(&[("redirect_uri", "app.keybelt:/callback/practice")])
        .await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("form-action 'self' app.keybelt:"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script"));
    let text = page.text();
    assert!(
        !text.contains("<script") && !text.contains("style=") && text.contains("Everything here is pretend")
    );
}

#[tokio::test]
async fn an_answer_from_another_site_is_refused() {
    let provider = Provider::start(Options::default());
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let interaction = interaction_of(&provider.authorize(&[]).await.text());
        let mut form = posting("/consent", &answering(&interaction, &[]));
        form.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(
            provider.send(form).await.status,
            StatusCode::BAD_REQUEST,
            "{name}: {value}"
        );
        // It did not cost the person their page.
        let mut form = posting("/consent", &answering(&interaction, &[]));
        form.headers_mut()
            .insert("origin", "http://127.0.0.1:8722".parse().unwrap());
        form.headers_mut()
            .insert("sec-fetch-site", "same-origin".parse().unwrap());
        assert_eq!(provider.send(form).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn what_is_too_long_is_not_read() {
    let provider = Provider::start(Options::default());
    let long = "x".repeat(70 << 10);
    assert_eq!(
        provider.post("/token", &[("code", &long)]).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let query = format!("/authorize?{}", asking(&[("state", &long[..9000])]));
    assert_eq!(provider.get(&query).await.status, StatusCode::URI_TOO_LONG);
}

#[tokio::test]
async fn a_flood_of_requests_leaves_the_newest_page_good() {
    let provider = Provider::start(Options::default());
    let first = interaction_of(&provider.authorize(&[]).await.text());
    for _ in 0..64 {
        provider.clock.pass(1);
        provider.authorize(&[]).await;
    }
    let newest = interaction_of(&provider.authorize(&[]).await.text());
    assert_eq!(
        provider.post("/consent", &answering(&first, &[])).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        provider.post("/consent", &answering(&newest, &[])).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_request_by_form_is_a_request_too() {
    let provider = Provider::start(Options::default());
    let asked = request("POST", "/authorize")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://elsewhere.example")
        .body(Body::from(asking(&[])))
        .unwrap();
    interaction_of(&provider.send(asked).await.text());
}
