use std::collections::BTreeMap;

use super::*;
use crate::oauth2::callback::Callback;
use crate::oauth2::client_authentication::ClientAuthentication;
use crate::oauth2::fixtures::{
    Counting, Dry, SENT_AT, client, endpoint, field, form, header, opened, secret,
};

const LANDING: &str = "http://127.0.0.1:8400/callback/work";

fn begun(client: &Client) -> Result<(AuthorizationRequest, PendingAuthorization), BeginError> {
    begin(
        client,
        &RedirectUri::parse(LANDING).unwrap(),
        &Counting::default(),
        SENT_AT,
        SENT_AT.plus(300),
    )
}

fn query(client: &Client) -> BTreeMap<String, String> {
    let url = Url::parse(&begun(client).unwrap().0.url).unwrap();
    url.query_pairs().into_owned().collect()
}

fn refused(change: impl FnOnce(&mut Client)) -> BeginError {
    let mut client = client();
    change(&mut client);
    begun(&client).err().unwrap()
}

/// The answer that a pending authorization waits for, with more behind it.
fn answered(pending: PendingAuthorization, more: &str) -> Result<CodeGrant, AcceptError> {
    let address = format!("{LANDING}?state={}{more}", pending.state());
    pending.accept(&Callback::parse(&address).unwrap(), SENT_AT)
}

fn accepted(more: &str) -> Result<CodeGrant, AcceptError> {
    answered(begun(&client()).unwrap().1, more)
}

const RIGHT: &str = "&code=c-1&iss=https%3A%2F%2Fas.example";

#[test]
fn af_16_pk_02_or_01_the_request() {
    let query = query(&client());
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["client_id"], "client-1");
    assert_eq!(query["redirect_uri"], LANDING);
    assert_eq!(query["scope"], "openid email");
    assert_eq!(query["code_challenge_method"], "S256");
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(query[name].len(), 43, "{name}");
    }
    assert_ne!(query["state"], query["nonce"]);
    assert!(!query.contains_key("code_verifier") && !query.contains_key("client_secret"));
}

#[test]
fn af_01_the_endpoints_own_query_stays_and_nothing_stands_twice() {
    let mut with_query = client();
    with_query.authorization_endpoint = Some(endpoint("https://as.example/authorize?tenant=1"));
    assert_eq!(query(&with_query)["tenant"], "1");
    let twice = refused(|client| {
        client.authorization_endpoint = Some(endpoint("https://as.example/authorize?scope=x"));
    });
    assert!(matches!(twice, BeginError::Twice { name } if name == "scope"));
    for name in [
        "state",
        "nonce",
        "code_challenge",
        "redirect_uri",
        "client_secret",
        "request_uri",
    ] {
        let reserved = refused(|client| drop(client.authorize_params.insert(name.into(), "x".into())));
        assert!(matches!(reserved, BeginError::Reserved { .. }), "{name}");
    }
}

#[test]
fn settings_that_make_no_request() {
    let param = |name: &'static str, value: &'static str| {
        refused(move |client| drop(client.authorize_params.insert(name.into(), value.into())))
    };
    assert!(matches!(param("prompt", "none login"), BeginError::Prompt));
    assert!(matches!(param("max_age", "soon"), BeginError::MaxAge));
    assert!(matches!(
        param("response_mode", "fragment"),
        BeginError::ResponseMode { .. }
    ));
    assert!(matches!(
        refused(|client| client.scopes = vec!["a\"b".into()]),
        BeginError::Scope { .. }
    ));
    let nowhere = refused(|client| client.authorization_endpoint = None);
    assert!(matches!(nowhere, BeginError::NoAuthorizationEndpoint));
    let redirect_uri = RedirectUri::parse(LANDING).unwrap();
    let dry = begin(&client(), &redirect_uri, &Dry, SENT_AT, SENT_AT).err();
    assert!(matches!(dry, Some(BeginError::Entropy(_))));
}

#[test]
fn no_nonce_without_openid_and_plain_pkce_only_in_so_many_words() {
    let mut plain = client();
    plain.scopes = vec!["read".into()];
    plain.pkce = Pkce::Plain;
    let query = query(&plain);
    assert!(!query.contains_key("nonce"));
    assert_eq!(query["code_challenge_method"], "plain");
}

#[test]
fn af_21_pk_01_the_token_request() {
    let grant = accepted(RIGHT).unwrap();
    let request = grant.token_request(&client()).unwrap();
    assert_eq!(request.url.as_str(), "https://as.example/token");
    assert_eq!(
        field(&request, "grant_type").as_deref(),
        Some("authorization_code")
    );
    assert_eq!(field(&request, "code").as_deref(), Some("c-1"));
    assert_eq!(field(&request, "redirect_uri").as_deref(), Some(LANDING));
    assert_eq!(field(&request, "client_id").as_deref(), Some("client-1"));
    assert_eq!(
        field(&request, "code_verifier").map(|verifier| verifier.len()),
        Some(43)
    );
    assert_eq!(header(&request, "accept").unwrap(), "application/json");
    let names: BTreeSet<String> = form(&request).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), form(&request).len());
}

#[test]
fn pk_02_pk_07_the_challenge_is_the_verifiers_hash() {
    // RFC 7636, appendix B.
    let challenge = |verifier: &str| {
        let verifier = PkceCodeVerifier::new(verifier.to_owned());
        PkceCodeChallenge::from_code_verifier_sha256(&verifier)
            .as_str()
            .to_owned()
    };
    assert_eq!(
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    let (request, pending) = begun(&client()).unwrap();
    let url = Url::parse(&request.url).unwrap();
    let sent = url.query_pairs().find(|(name, _)| name == "code_challenge");
    let redeemed = answered(pending, RIGHT)
        .unwrap()
        .token_request(&client())
        .unwrap();
    let verifier = field(&redeemed, "code_verifier").unwrap();
    assert_eq!(sent.unwrap().1, challenge(&verifier));
}

#[test]
fn af_10_af_11_basic_encodes_both_and_is_the_only_way() {
    let mut basic = client();
    basic.client_id = "id:1".into();
    basic.authentication = ClientAuthentication::SecretBasic(secret("a+b/c%:d e"));
    let grant = answered(begun(&basic).unwrap().1, RIGHT).unwrap();
    let request = grant.token_request(&basic).unwrap();
    use base64::Engine;
    let expected = base64::prelude::BASE64_STANDARD.encode("id%3A1:a%2Bb%2Fc%25%3Ad+e");
    assert_eq!(
        header(&request, "authorization").unwrap(),
        &format!("Basic {expected}")
    );
    assert_eq!(field(&request, "client_secret"), None);
    assert_eq!(field(&request, "client_id"), None);

    let mut post = client();
    post.authentication = ClientAuthentication::SecretPost(secret("s"));
    let grant = answered(begun(&post).unwrap().1, RIGHT).unwrap();
    let request = grant.token_request(&post).unwrap();
    assert!(header(&request, "authorization").is_none());
    assert_eq!(field(&request, "client_secret").as_deref(), Some("s"));
}

#[test]
fn sb_17_a_code_goes_only_where_the_link_began() {
    let grant = accepted(RIGHT).unwrap();
    for change in [
        (|client| client.token_endpoint = endpoint("https://evil.example/token")) as fn(&mut Client),
        |client| client.client_id = "other".into(),
        |client| client.profile = "other".into(),
        |client| client.issuer = None,
    ] {
        let mut other = client();
        change(&mut other);
        assert_eq!(
            grant.token_request(&other).err(),
            Some(RequestError::DestinationChanged)
        );
    }
}

#[test]
fn af_17_is_02_to_is_04_af_19_what_the_answer_must_be() {
    let error = |more: &str| accepted(more).err().unwrap();
    assert!(matches!(error("&code=c-1"), AcceptError::IssuerMissing { .. }));
    assert!(matches!(
        error("&code=c-1&iss=https://as.example/"),
        AcceptError::IssuerMismatch { .. }
    ));
    let mismatch = error("&error=access_denied&error_description=x&iss=https://evil.example");
    assert!(matches!(mismatch, AcceptError::IssuerMismatch { .. }));
    let iss = "&iss=https://as.example";
    assert!(matches!(error(iss), AcceptError::CodeMissing));
    assert!(matches!(
        error(&format!("{iss}&code=c&error=x")),
        AcceptError::CodeAndError
    ));
    assert!(matches!(
        error(&format!("{iss}&error=access_denied")),
        AcceptError::Refused(_)
    ));

    let pending = begun(&client()).unwrap().1;
    let foreign = Callback::parse(&format!("{LANDING}?state=other{RIGHT}")).unwrap();
    assert!(!pending.awaited().is_ours(&foreign));
    assert_eq!(
        pending.accept(&foreign, SENT_AT).err(),
        Some(AcceptError::StateMismatch)
    );
    let pending = begun(&client()).unwrap().1;
    let elsewhere = format!(
        "http://127.0.0.1:8401/callback/work?state={}{RIGHT}",
        pending.state()
    );
    let elsewhere = Callback::parse(&elsewhere).unwrap();
    assert_eq!(
        pending.accept(&elsewhere, SENT_AT).err(),
        Some(AcceptError::RedirectUriMismatch)
    );
    let pending = begun(&client()).unwrap().1;
    let late = Callback::parse(&format!("{LANDING}?state={}{RIGHT}", pending.state())).unwrap();
    assert_eq!(
        pending.accept(&late, SENT_AT.plus(301)).err(),
        Some(AcceptError::TooLate)
    );
}

#[test]
fn a_pending_authorization_comes_back_whole_from_its_seal() {
    let pending = begun(&client()).unwrap().1;
    let state = pending.state().to_owned();
    let sealed = pending.to_bytes().unwrap();
    let back = PendingAuthorization::from_bytes(&sealed).unwrap();
    assert_eq!(back.state(), state);
    let grant = answered(back, RIGHT).unwrap();
    let before = answered(pending, RIGHT).unwrap();
    assert_eq!(opened(grant.code()), "c-1");
    let verifier = |grant: &CodeGrant| field(&grant.token_request(&client()).unwrap(), "code_verifier");
    assert_eq!(verifier(&grant), verifier(&before));
    assert_eq!(grant.asked.nonce, before.asked.nonce);
    for bytes in [&b""[..], b"{}", b"{\"version\":9}", b"nonsense"] {
        assert!(PendingAuthorization::from_bytes(&Secret::new(bytes.to_vec())).is_err());
    }
}
