use http::header::{CONTENT_TYPE, HOST};
use keybelt_primitives::UnixSeconds;

use super::*;
use crate::oauth2::fixtures::{Counting, endpoint, header, opened_bytes, secret};

fn signer(placement: Placement) -> Signer {
    Signer {
        consumer_key: "key".to_owned(),
        key: SigningKey::HmacSha1(secret("consumer-secret")),
        placement,
        realm: None,
        body_hash: false,
        plaintext_on_loopback: false,
    }
}

fn request(method: Method, url: &str, content_type: Option<&'static str>, body: Option<&str>) -> Request {
    Request {
        method,
        url: endpoint(url),
        headers: content_type
            .map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind)))
            .into_iter()
            .collect(),
        body: body.map(|body| Secret::new(body.as_bytes().to_vec())),
    }
}

fn get(url: &str) -> Request {
    request(Method::GET, url, None, None)
}

fn credentials() -> Credentials {
    Credentials {
        token: secret("token"),
        secret: secret("token-secret"),
    }
}

fn signed(signer: &Signer, request: Request) -> Result<Request, SignError> {
    let stamp = Stamp::new(UnixSeconds(1_800_000_000), &Counting::default()).unwrap();
    signer.sign(request, Some(&credentials()), &stamp)
}

fn authorization(request: &Request) -> Option<&str> {
    header(request, "authorization").map(|value| value.to_str().unwrap())
}

fn body(request: &Request) -> String {
    String::from_utf8(
        request
            .body
            .as_ref()
            .map(opened_bytes)
            .unwrap_or_default()
            .to_vec(),
    )
    .unwrap()
}

#[test]
fn o1_11_o1_31_the_header_holds_each_parameter_once_and_the_signature_last() {
    let mut signer = signer(Placement::Header);
    signer.realm = Some(Realm::parse("Photos").unwrap());
    let sent = signed(&signer, get("https://api.example/x?a=1")).unwrap();
    let value = authorization(&sent).unwrap();
    let names: Vec<&str> = value
        .strip_prefix("OAuth ")
        .unwrap()
        .split(", ")
        .map(|pair| pair.split_once('=').unwrap().0)
        .collect();
    assert_eq!(
        names,
        [
            "realm",
            "oauth_consumer_key",
            "oauth_nonce",
            "oauth_signature_method",
            "oauth_timestamp",
            "oauth_token",
            "oauth_version",
            "oauth_signature"
        ]
    );
    assert!(header(&sent, "authorization").unwrap().is_sensitive());
    assert_eq!(sent.url.as_str(), "https://api.example/x?a=1");
    assert!(sent.body.is_none());
}

#[test]
fn o1_32_a_form_keeps_its_fields_and_gets_the_parameters_behind_them() {
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let sent = signed(
        &signer(Placement::Body),
        request(
            Method::POST,
            "https://api.example/x",
            Some(form),
            Some("b=2&a=1+1"),
        ),
    )
    .unwrap();
    assert!(body(&sent).starts_with("b=2&a=1+1&oauth_consumer_key=key&oauth_nonce="));
    assert_eq!(authorization(&sent), None);
    assert_eq!(header(&sent, "content-type").unwrap(), form);
}

#[test]
fn o1_32_a_post_without_body_becomes_a_form() {
    let mut bare = request(Method::POST, "https://api.example/x", None, None);
    bare.headers.push((CONTENT_LENGTH, HeaderValue::from_static("0")));
    let sent = signed(&signer(Placement::Body), bare).unwrap();
    assert!(header(&sent, "content-length").is_none());
    assert!(body(&sent).starts_with("oauth_consumer_key=key&"));
    assert_eq!(
        header(&sent, "content-type").unwrap(),
        "application/x-www-form-urlencoded"
    );
}

#[test]
fn o1_32_what_is_no_form_is_signed_in_the_header() {
    let json = || {
        let kind = Some("application/json");
        request(Method::POST, "https://api.example/x", kind, Some("{}"))
    };
    for request in [
        json(),
        get("https://api.example/x"),
        request(Method::POST, "https://api.example/x", None, Some("unnamed")),
    ] {
        let before = body(&request);
        let sent = signed(&signer(Placement::Body), request).unwrap();
        assert!(authorization(&sent).is_some());
        assert_eq!(body(&sent), before);
    }
}

#[test]
fn o1_33_the_query_keeps_what_it_held() {
    for (url, start) in [
        ("https://api.example/x", "oauth_consumer_key=key&"),
        ("https://api.example/x?", "oauth_consumer_key=key&"),
        (
            "https://api.example/x?a=%2B&c2",
            "a=%2B&c2&oauth_consumer_key=key&",
        ),
    ] {
        let sent = signed(&signer(Placement::Query), get(url)).unwrap();
        assert!(sent.url.url().query().unwrap().starts_with(start), "{url}");
        assert_eq!(authorization(&sent), None);
    }
}

#[test]
fn o1_29_plaintext_needs_tls_unless_the_profile_allows_loopback() {
    let mut signer = signer(Placement::Header);
    signer.key = SigningKey::Plaintext(secret("consumer-secret"));
    let on_loopback = || get("http://127.0.0.1:9000/x");
    assert_eq!(
        signed(&signer, on_loopback()).err(),
        Some(SignError::PlaintextUnprotected)
    );
    let sent = signed(&signer, get("https://api.example/x")).unwrap();
    assert!(
        authorization(&sent)
            .unwrap()
            .ends_with("oauth_signature=\"consumer-secret%26token-secret\"")
    );
    signer.plaintext_on_loopback = true;
    assert!(signed(&signer, on_loopback()).is_ok());
}

#[test]
fn o1_12_parameters_that_are_ours_come_from_nowhere_else() {
    for url in [
        "https://api.example/x?oauth_token=t",
        "https://api.example/x?a=1&oauth%5Ftoken",
    ] {
        assert_eq!(
            signed(&signer(Placement::Header), get(url)).err(),
            Some(SignError::OwnParameter("oauth_token"))
        );
    }
    let form = Some("application/x-www-form-urlencoded");
    let own = request(Method::POST, "https://api.example/x", form, Some("oauth_nonce=1"));
    assert_eq!(
        signed(&signer(Placement::Header), own).err(),
        Some(SignError::OwnParameter("oauth_nonce"))
    );
    let mut own = get("https://api.example/x");
    own.headers
        .push((AUTHORIZATION, HeaderValue::from_static("Basic eDp5")));
    assert_eq!(
        signed(&signer(Placement::Query), own).err(),
        Some(SignError::OwnAuthorization)
    );
    assert!(
        signed(
            &signer(Placement::Header),
            get("https://api.example/x?oauth_custom=1")
        )
        .is_ok()
    );
}

#[test]
fn a_body_of_two_kinds_is_refused() {
    let mut twice = request(
        Method::POST,
        "https://api.example/x",
        Some("text/plain"),
        Some("a=1"),
    );
    twice.headers.push((HOST, HeaderValue::from_static("x")));
    twice.headers.push((
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    ));
    assert_eq!(
        signed(&signer(Placement::Header), twice).err(),
        Some(SignError::ContentTypeTwice)
    );
}

#[test]
fn o1_34_a_form_has_no_body_hash_and_everything_else_has_where_it_is_asked_for() {
    let form = Some("application/x-www-form-urlencoded");
    let requests = || {
        [
            (
                request(Method::POST, "https://api.example/x", form, Some("a=1")),
                false,
            ),
            (get("https://api.example/x"), true),
            (
                request(
                    Method::POST,
                    "https://api.example/x",
                    Some("text/plain"),
                    Some("a"),
                ),
                true,
            ),
        ]
    };
    let mut signer = signer(Placement::Header);
    let has_hash = |signer: &Signer, request| {
        let sent = signed(signer, request).unwrap();
        authorization(&sent).unwrap().contains("oauth_body_hash=\"")
    };
    for (request, _) in requests() {
        assert!(!has_hash(&signer, request));
    }
    signer.body_hash = true;
    for (request, expected) in requests() {
        assert_eq!(has_hash(&signer, request), expected);
    }
}

#[test]
fn an_address_that_grew_too_long_is_refused() {
    let url = format!("https://api.example/x?a={}", "a".repeat(8 << 10).split_at(8100).0);
    assert_eq!(
        signed(&signer(Placement::Query), get(&url)).err(),
        Some(SignError::Address(EndpointError::TooLong))
    );
    assert!(signed(&signer(Placement::Header), get(&url)).is_ok());
}
