use super::*;

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        map.append(*name, value.parse().unwrap());
    }
    map
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// A body as it is written down.
fn body(kind: &str, text: &str) -> String {
    let mut redaction = Redaction::default();
    let bytes = Secret::new(text.as_bytes().to_vec());
    let kept = redaction.body(&headers(&[("content-type", kind)]), Some(&bytes));
    redaction
        .without_what_is_known(kept.unwrap_or_default())
        .to_string()
}

#[test]
fn a_form_keeps_its_order_and_its_plain_values() {
    let form = "grant_type=authorization_code&code=a%2Bb&code_verifier=0123&client_secret=&client_id=me&client_id=me";
    assert_eq!(
        body("application/x-www-form-urlencoded", form),
        r#""grant_type=authorization_code&code=[secret, 3 bytes]&code_verifier=[secret, 4 bytes]&client_secret=[secret, 0 bytes]&client_id=me&client_id=me""#
    );
    assert_eq!(
        body(
            "text/html",
            "oauth_token=abc&oauth_token_secret=defg&screen_name=ada"
        ),
        r#""oauth_token=[secret, 3 bytes]&oauth_token_secret=[secret, 4 bytes]&screen_name=ada""#
    );
}

#[test]
fn a_document_keeps_its_members() {
    let answer = r#"{"access_token":"at-1","expires_in":3600,"token_type":"Bearer","refresh_token":7,"x":{"id_token":["a"]}}"#;
    assert_eq!(
        body("application/json", answer),
        r#"{"access_token":"[secret, 4 bytes]","expires_in":3600,"token_type":"Bearer","refresh_token":"[secret, 1 bytes]","x":{"id_token":["[secret, 1 bytes]"]}}"#
    );
    let keys = r#"{"keys":[{"kty":"RSA","kid":"a","n":"public","d":"private"}]}"#;
    assert_eq!(
        body("application/json", keys),
        r#"{"keys":[{"kty":"RSA","kid":"a","n":"public","d":"[secret, 7 bytes]"}]}"#
    );
    let metadata = r#"{"token_endpoint":"https://a.example/token?key=x&api_key=y","code_challenge_methods_supported":["S256"]}"#;
    assert_eq!(
        body("application/json", metadata),
        r#"{"token_endpoint":"https://a.example/token?key=x&api_key=[secret, 1 bytes]","code_challenge_methods_supported":["S256"]}"#
    );
}

#[test]
fn what_cannot_be_read_is_gone_through_all_the_same() {
    assert_eq!(
        body(
            "application/json",
            r#"{"access_token":"at-1","access_token":"at-2"}"#
        ),
        r#""{\"access_token\":\"[secret, 4 bytes]\",\"access_token\":\"[secret, 4 bytes]\"}""#
    );
    assert_eq!(
        body("text/html", "<h1>No</h1> 0123456789abcdef0123"),
        r#""<h1>No</h1> [secret, 20 bytes]""#
    );
    assert_eq!(
        body("application/jwt", "eyJhbGciOiJub25lIn0.e30.c2ln\n"),
        r#""[secret, 28 bytes]""#
    );
    let bytes = Secret::new(vec![0xff, 0xfe]);
    assert_eq!(Redaction::default().body(&HeaderMap::new(), Some(&bytes)), None);
}

#[test]
fn an_address_shows_what_is_asked_and_no_secret() {
    let mut redaction = Redaction::default();
    let shown = |redaction: &mut Redaction, address: &str| {
        let kept = redaction.address(address);
        redaction.in_words(&kept)
    };
    assert_eq!(
        shown(
            &mut redaction,
            "https://a.example/authorize?client_id=c&state=st-1&code_challenge=abc&code_challenge_method=S256"
        ),
        "https://a.example/authorize?client_id=c&state=[secret, 4 bytes]&code_challenge=abc&code_challenge_method=S256"
    );
    assert_eq!(
        shown(
            &mut redaction,
            "https://a.example/?code_challenge=abc#access_token=x"
        ),
        "https://a.example/?code_challenge=[secret, 3 bytes]#access_token=[secret, 1 bytes]"
    );
}

#[test]
fn headers_show_their_schemes_and_no_credentials() {
    let fields = headers(&[
        ("authorization", "Basic aWQ6c2VjcmV0LTE="),
        ("set-cookie", "sid=abc; Path=/"),
        ("location", "/cb?code=abcd&iss=x"),
        ("content-type", "application/json"),
    ]);
    let mut redaction = Redaction::default();
    let kept = redaction.headers(&fields);
    let shown = redaction.without_what_is_known(serde_json::to_value(kept).unwrap());
    assert_eq!(
        shown,
        serde_json::json!([
            ["authorization", "Basic [secret, 16 bytes]"],
            ["set-cookie", "[secret, 15 bytes]"],
            ["location", "/cb?code=[secret, 4 bytes]&iss=x"],
            ["content-type", "application/json"],
        ])
    );
    // What the credentials held is known from then on.
    assert_eq!(redaction.in_words("is secret-1 it?"), "is [secret, 8 bytes] it?");
}

#[test]
fn oauth_1_shows_what_was_signed_and_not_by_what() {
    let header = r#"OAuth realm="a b", oauth_consumer_key="me", oauth_token="tok%2B1", oauth_signature_method="PLAINTEXT", oauth_signature="cs%26ts""#;
    let mut redaction = Redaction::default();
    let kept = redaction.authorization(header);
    assert_eq!(
        redaction.in_words(&kept),
        r#"OAuth realm="a b", oauth_consumer_key="me", oauth_token="[secret, 5 bytes]", oauth_signature_method="PLAINTEXT", oauth_signature="[secret, 5 bytes]""#
    );
}

#[test]
fn what_is_known_is_found_in_every_corner_of_a_line() {
    let mut redaction = Redaction::default();
    redaction.know(secret("canary-canary"));
    redaction.know(secret("canary"));
    let line = serde_json::json!({"canary": [1, "x canary-canary y", {"a": "Y2FuYXJ5LWNhbmFyeQ"}]});
    assert_eq!(
        redaction.without_what_is_known(line),
        serde_json::json!({"[secret, 6 bytes]": [1, "x [secret, 13 bytes] y", {"a": "[secret, 13 bytes]Q"}]})
    );
}

#[test]
fn a_mark_is_no_place_for_a_secret() {
    let mut redaction = Redaction::default();
    redaction.know(secret("secret"));
    redaction.know(secret("bytes"));
    let kept = redaction.address("https://a.example/?client_secret=secret");
    assert_eq!(
        redaction.in_words(&kept),
        "https://a.example/?client_secret=[secret, 6 bytes]"
    );
}
