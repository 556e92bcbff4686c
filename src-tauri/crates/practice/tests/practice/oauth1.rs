//! OAuth 1.0a: the flow, and everything that it refuses.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use keybelt_practice::{CLIENT_ID, CONFIDENTIAL_CLIENT_ID, Options, RSA_CLIENT_ID};

use crate::provider::{Provider, REDIRECT_URI, posting};
use crate::signing::{Ask, Client, Place, begin, credentials, decide, linked, redeem};

fn me<'a>() -> Ask<'a> {
    Ask {
        method: "GET",
        path: "/api/me",
        ..Ask::default()
    }
}

/// The word of a refusal, and its status.
fn problem(answer: &crate::provider::Answer) -> (u16, String) {
    let said = match serde_json::from_slice::<serde_json::Value>(&answer.body) {
        Ok(document) => document["error"].as_str().unwrap_or_default().to_owned(),
        Err(_) => form_urlencoded::parse(&answer.body)
            .find(|(name, _)| name == "oauth_problem")
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default(),
    };
    (answer.status.as_u16(), said)
}

#[tokio::test]
async fn a_person_allows_and_the_client_signs_as_them_from_then_on() {
    let provider = Provider::start(Options::default());
    let mut client = Client::new(CLIENT_ID, "");
    let begun = begin(&provider, &mut client, REDIRECT_URI).await;
    assert_eq!(begun.headers["content-type"], "application/x-www-form-urlencoded");
    assert!(
        begun.text().ends_with("&oauth_callback_confirmed=true"),
        "{}",
        begun.text()
    );
    let temporary = credentials(&begun);
    let page = provider
        .get(&format!("/oauth1/authorize?oauth_token={}", temporary.0))
        .await;
    assert!(page.text().contains("Zoë Nyström") && !page.text().contains(&temporary.0));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.ends_with("form-action 'self' http://127.0.0.1:49152"),
        "{policy}"
    );

    let back = decide(
        &provider,
        &temporary.0,
        &[("login", "zoe"), ("decision", "allow")],
    )
    .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert!(back.location().as_str().starts_with(REDIRECT_URI));
    assert_eq!(back.parameter("oauth_token").as_ref(), Some(&temporary.0));
    let verifier = back.parameter("oauth_verifier").unwrap();
    let mut temporary_client = client.with(&temporary);
    let answer = redeem(&provider, &mut temporary_client, &verifier).await;
    assert!(answer.text().ends_with("&screen_name=zoe"), "{}", answer.text());
    let mut client = temporary_client.with(&credentials(&answer));
    let told = provider.send(client.signed(me())).await.json();
    assert_eq!(
        (&told["id"], &told["name"]),
        (&"p-17d2685e".into(), &"Zoë Nyström".into())
    );
    assert_eq!(told["email"], "zoe@practice.example");
}

#[tokio::test]
async fn every_method_signs_in_every_place() {
    let provider = Provider::start(Options::default());
    let secret = provider.client_secret().await;
    for (key, secret) in [(CLIENT_ID, ""), (CONFIDENTIAL_CLIENT_ID, &*secret)] {
        for method in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] {
            for place in [Place::Header, Place::Query, Place::Body] {
                let client = Client {
                    method,
                    place,
                    ..Client::new(key, secret)
                };
                let mut client = linked(&provider, &client, "bo").await;
                let ask = Ask {
                    method: "POST",
                    path: "/api/echo/a%2Fb",
                    query: &[("q", "a b+c"), ("q", "é"), ("empty", "")],
                    form: Some(&[("text", "=%&☃"), ("a3", "2 q")]),
                    ..Ask::default()
                };
                let told = provider.send(client.signed(ask)).await.json();
                assert_eq!(
                    (&told["person"], &told["signed"]),
                    (&"bo".into(), &method.into()),
                    "{told} {place:?}"
                );
                assert_eq!(
                    told["query"],
                    serde_json::json!([["q", "a b+c"], ["q", "é"], ["empty", ""]])
                );
                assert_eq!(told["form"], serde_json::json!([["text", "=%&☃"], ["a3", "2 q"]]));
                assert!(!told.to_string().contains(&client.token.as_ref().unwrap().0));
            }
        }
    }
}

#[tokio::test]
async fn a_signature_that_is_not_right_opens_nothing() {
    let provider = Provider::start(Options::default());
    let client = linked(&provider, &Client::new(CLIENT_ID, ""), "ada").await;
    let (token, secret) = client.token.clone().unwrap();
    let with = |changed: &dyn Fn(&mut Client)| {
        let mut client = client.clone();
        changed(&mut client);
        client
    };
    let wrong_end = format!("{}A", &token[..token.len() - 1]);
    let cases = [
        (with(&|_| ()), vec![], (200, "")),
        (
            with(&|client| client.secret = "x".into()),
            vec![],
            (401, "signature_invalid"),
        ),
        (
            with(&|client| client.token = Some((token.clone(), "x".into()))),
            vec![],
            (401, "signature_invalid"),
        ),
        (
            with(&|client| client.token = Some((wrong_end.clone(), secret.clone()))),
            vec![],
            (401, "token_rejected"),
        ),
        (
            with(&|client| client.token = Some(("made-up".into(), secret.clone()))),
            vec![],
            (401, "token_rejected"),
        ),
        (
            with(&|client| client.token = None),
            vec![],
            (400, "parameter_absent"),
        ),
        (
            with(&|client| client.key = CONFIDENTIAL_CLIENT_ID),
            vec![],
            (401, "token_rejected"),
        ),
        (
            with(&|client| client.key = "mallory"),
            vec![],
            (401, "consumer_key_unknown"),
        ),
        (
            with(&|client| client.method = "HMAC-MD5"),
            vec![],
            (400, "signature_method_rejected"),
        ),
        (
            with(&|client| client.method = "RSA-SHA1"),
            vec![],
            (400, "signature_method_rejected"),
        ),
        (
            with(&|client| client.timestamp -= 301),
            vec![],
            (401, "timestamp_refused"),
        ),
        (
            with(&|client| client.timestamp += 301),
            vec![],
            (401, "timestamp_refused"),
        ),
        (
            with(&|_| ()),
            vec![("oauth_timestamp", "-5")],
            (400, "parameter_rejected"),
        ),
        (
            with(&|_| ()),
            vec![("oauth_nonce", "")],
            (400, "parameter_absent"),
        ),
        (
            with(&|_| ()),
            vec![("oauth_version", "2.0")],
            (400, "version_rejected"),
        ),
        (
            with(&|_| ()),
            vec![("oauth_body_hash", "AAAA")],
            (400, "parameter_rejected"),
        ),
        (
            with(&|_| ()),
            vec![("oauth_body_hash", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=")],
            (200, ""),
        ),
    ];
    for (number, (mut client, further, expected)) in (1..).zip(cases) {
        // Each with a nonce of its own.
        client.nonce += 1000 * number;
        let ask = Ask {
            further: &further,
            ..me()
        };
        let answer = provider.send(client.signed(ask)).await;
        assert_eq!(
            problem(&answer),
            (expected.0, expected.1.to_owned()),
            "{further:?} {client:?}"
        );
        let challenge = answer
            .headers
            .get("www-authenticate")
            .map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            challenge.is_some_and(|said| said.contains(expected.1)),
            expected.0 == 401
        );
    }
}

#[tokio::test]
async fn a_request_is_taken_once_and_in_one_place_only() {
    let provider = Provider::start(Options::default());
    let mut client = linked(&provider, &Client::new(CLIENT_ID, ""), "ada").await;
    let before = client.nonce;
    assert_eq!(provider.send(client.signed(me())).await.status, StatusCode::OK);
    client.nonce = before;
    assert_eq!(
        problem(&provider.send(client.signed(me())).await),
        (401, "nonce_used".to_owned())
    );
    // What failed has not used its nonce up.
    let right = std::mem::replace(&mut client.secret, "wrong".to_owned());
    let before = client.nonce;
    assert_eq!(
        provider.send(client.signed(me())).await.status,
        StatusCode::UNAUTHORIZED
    );
    (client.secret, client.nonce) = (right, before);
    assert_eq!(provider.send(client.signed(me())).await.status, StatusCode::OK);

    let mut both = client.signed(me());
    *both.uri_mut() = "/api/me?oauth_extra=1".parse().unwrap();
    assert_eq!(
        problem(&provider.send(both).await),
        (400, "parameter_rejected".to_owned())
    );
    let mut twice = client.signed(me());
    let value = twice.headers()["authorization"].clone();
    twice.headers_mut().append("authorization", value);
    assert_eq!(
        problem(&provider.send(twice).await),
        (400, "parameter_rejected".to_owned())
    );
    // Another method, path or query than the one that was signed.
    for change in [0, 1, 2] {
        let mut changed = client.signed(me());
        match change {
            0 => *changed.method_mut() = http::Method::POST,
            1 => *changed.uri_mut() = "/api/notes".parse().unwrap(),
            _ => *changed.uri_mut() = "/api/me?a=b".parse().unwrap(),
        }
        let answer = provider.send(changed).await;
        assert_ne!(answer.status, StatusCode::OK, "{change}");
    }
}

#[tokio::test]
async fn temporary_credentials_are_used_once_whatever_comes_of_it() {
    let provider = Provider::start(Options::default());
    let mut client = Client::new(CLIENT_ID, "");
    let temporary = credentials(&begin(&provider, &mut client, REDIRECT_URI).await);
    let mut temporary_client = client.with(&temporary);
    // Before anybody allowed it.
    let early = redeem(&provider, &mut temporary_client, "verifier").await;
    assert_eq!(problem(&early), (401, "permission_unknown".to_owned()));
    let page = provider
        .get(&format!("/oauth1/authorize?oauth_token={}", temporary.0))
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "they are over");

    let allowed = [("login", "ada"), ("decision", "allow")];
    let temporary = credentials(&begin(&provider, &mut temporary_client.clone(), REDIRECT_URI).await);
    let mut of_second = Client {
        nonce: 500,
        ..client.with(&temporary)
    };
    let back = decide(&provider, &temporary.0, &allowed).await;
    let verifier = back.parameter("oauth_verifier").unwrap();
    // A signature that is wrong costs nothing.
    let mut wrong = Client {
        secret: "x".to_owned(),
        ..of_second.clone()
    };
    assert_eq!(
        redeem(&provider, &mut wrong, &verifier).await.status,
        StatusCode::UNAUTHORIZED
    );
    let guessed = redeem(&provider, &mut of_second, "guessed").await;
    assert_eq!(problem(&guessed), (401, "verifier_invalid".to_owned()));
    let late = redeem(&provider, &mut of_second, &verifier).await;
    assert_eq!(problem(&late), (401, "token_rejected".to_owned()));

    // They do not open the API, and their time ends.
    let mut third = Client {
        nonce: 900,
        ..client.clone()
    };
    let temporary = credentials(&begin(&provider, &mut third, REDIRECT_URI).await);
    let mut of_third = third.with(&temporary);
    assert_eq!(
        problem(&provider.send(of_third.signed(me())).await),
        (401, "token_rejected".to_owned())
    );
    provider.clock.pass(601);
    let page = provider
        .get(&format!("/oauth1/authorize?oauth_token={}", temporary.0))
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_callback_is_registered_and_said() {
    let provider = Provider::start(Options::default());
    let mut client = Client::new(CLIENT_ID, "");
    for (callback, expected) in [
        ("", (400, "parameter_absent")),
        (
            "https://evil.example/callback/practice",
            (400, "parameter_rejected"),
        ),
        ("http://127.0.0.1:1/other", (400, "parameter_rejected")),
    ] {
        let answer = begin(&provider, &mut client, callback).await;
        assert_eq!(
            problem(&answer),
            (expected.0, expected.1.to_owned()),
            "{callback}"
        );
    }
    assert_eq!(
        begin(&provider, &mut client, "app.keybelt:/callback/x")
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        provider.get("/oauth1/request_token").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let unsigned = provider.post("/oauth1/request_token", &[("a", "b")]).await;
    assert_eq!(problem(&unsigned), (400, "parameter_absent".to_owned()));
}

#[tokio::test]
async fn a_person_without_a_callback_carries_a_pin() {
    let provider = Provider::start(Options::default());
    let mut client = Client::new(CLIENT_ID, "");
    let temporary = credentials(&begin(&provider, &mut client, "oob").await);
    let page = decide(
        &provider,
        &temporary.0,
        &[("login", "ada"), ("decision", "allow")],
    )
    .await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    let (_, rest) = text.split_once("<code id=\"pin\">").unwrap();
    let (pin, _) = rest.split_once('<').unwrap();
    assert!(
        pin.len() == 7 && pin.bytes().all(|byte| byte.is_ascii_digit()),
        "{pin}"
    );
    let mut temporary_client = client.with(&temporary);
    assert_eq!(
        redeem(&provider, &mut temporary_client, pin).await.status,
        StatusCode::OK
    );

    let temporary = credentials(&begin(&provider, &mut temporary_client.clone(), "oob").await);
    let page = decide(&provider, &temporary.0, &[("decision", "deny")]).await;
    assert!(page.text().contains("You declined"));
}

#[tokio::test]
async fn a_person_declines_and_the_request_is_over() {
    let provider = Provider::start(Options::default());
    let mut client = Client::new(CLIENT_ID, "");
    let temporary = credentials(&begin(&provider, &mut client, REDIRECT_URI).await);
    let back = decide(&provider, &temporary.0, &[("decision", "deny")]).await;
    assert_eq!(back.parameter("denied").as_ref(), Some(&temporary.0));
    assert_eq!(back.parameter("oauth_verifier"), None);
    let answer = redeem(&provider, &mut client.with(&temporary), "x").await;
    assert_eq!(problem(&answer), (401, "token_rejected".to_owned()));
}

#[tokio::test]
async fn without_asking_the_first_person_allows() {
    let provider = Provider::start(Options::new(true, None).unwrap());
    let mut client = Client::new(CLIENT_ID, "");
    let temporary = credentials(&begin(&provider, &mut client, REDIRECT_URI).await);
    let back = provider
        .get(&format!("/oauth1/authorize?oauth_token={}", temporary.0))
        .await;
    let verifier = back.parameter("oauth_verifier").unwrap();
    let answer = redeem(&provider, &mut client.with(&temporary), &verifier).await;
    assert!(answer.text().ends_with("screen_name=ada"));
}

#[tokio::test]
async fn an_answer_from_another_site_or_a_second_one_is_refused() {
    let provider = Provider::start(Options::default());
    let mut client = Client::new(CLIENT_ID, "");
    let temporary = credentials(&begin(&provider, &mut client, REDIRECT_URI).await);
    let page = provider
        .get(&format!("/oauth1/authorize?oauth_token={}", temporary.0))
        .await;
    let interaction = crate::provider::interaction_of(&page.text());
    let fields = [
        ("interaction", &*interaction),
        ("login", "ada"),
        ("decision", "allow"),
    ];
    let mut form = posting("/oauth1/consent", &fields);
    form.headers_mut()
        .insert("origin", "https://evil.example".parse().unwrap());
    assert_eq!(provider.send(form).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        provider.post("/oauth1/consent", &fields).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        provider.post("/oauth1/consent", &fields).await.status,
        StatusCode::BAD_REQUEST
    );
    // Two pages, one answer.
    let again = provider
        .get(&format!("/oauth1/authorize?oauth_token={}", temporary.0))
        .await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn token_credentials_outlive_a_restart_and_no_token_or_secret_is_kept_as_it_is() {
    let provider = Provider::start(Options::default());
    let mut client = linked(&provider, &Client::new(CLIENT_ID, ""), "zoe").await;
    let temporary = credentials(
        &begin(
            &provider,
            &mut Client {
                token: None,
                ..client.clone()
            },
            REDIRECT_URI,
        )
        .await,
    );
    client.nonce += 1;
    let (token, secret) = client.token.clone().unwrap();
    let kept = String::from_utf8(provider.shelf.kept.lock().unwrap().clone().unwrap()).unwrap();
    for held in [&token, &secret, &temporary.0, &temporary.1] {
        assert!(!kept.contains(&held[held.len() - 30..]), "{held}");
    }
    let made_before = client.signed(me());
    let provider = provider.restart();
    provider.clock.pass(1);
    let provider = provider.restart();
    client.timestamp += 1;
    assert_eq!(
        provider.send(client.signed(me())).await.json()["id"],
        "p-17d2685e"
    );
    let back = decide(
        &provider,
        &temporary.0,
        &[("login", "ada"), ("decision", "allow")],
    )
    .await;
    assert!(back.parameter("oauth_verifier").is_some());
    // What was made before the restart may have been taken before it.
    let replayed = provider.send(made_before).await;
    assert_eq!(problem(&replayed), (401, "timestamp_refused".to_owned()));
}

#[tokio::test]
async fn a_key_is_registered_for_the_client_that_signs_by_rsa() {
    let provider = Provider::start(Options::default());
    let mut client = Client::new(RSA_CLIENT_ID, "");
    assert_eq!(
        problem(&begin(&provider, &mut client, REDIRECT_URI).await),
        (400, "signature_method_rejected".to_owned())
    );
    let register = async |pem: &str| provider.post("/oauth1/key", &[("public_key", pem)]).await.status;
    assert_eq!(register("no key").await, StatusCode::BAD_REQUEST);
    assert!(provider.get("/").await.text().contains("none yet"));
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: PublicKeyX509Der = pair.public_key().as_der().unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(der.as_ref())
    );
    assert_eq!(register(&pem).await, StatusCode::OK);
    assert!(provider.get("/").await.text().contains("one is registered"));
    assert!(
        provider
            .restart()
            .get("/")
            .await
            .text()
            .contains("one is registered")
    );
}

#[tokio::test]
async fn many_credentials_stay_bounded() {
    let provider = Provider::start(Options::new(true, None).unwrap());
    let mut client = Client::new(CLIENT_ID, "");
    for _ in 0..210 {
        let temporary = credentials(&begin(&provider, &mut client, REDIRECT_URI).await);
        let back = provider
            .get(&format!("/oauth1/authorize?oauth_token={}", temporary.0))
            .await;
        let mut temporary_client = client.with(&temporary);
        let verifier = back.parameter("oauth_verifier").unwrap();
        assert_eq!(
            redeem(&provider, &mut temporary_client, &verifier).await.status,
            StatusCode::OK
        );
        begin(&provider, &mut client, REDIRECT_URI).await;
    }
    let kept = provider.shelf.kept.lock().unwrap().clone().unwrap();
    assert!(kept.len() < 128 << 10, "{}", kept.len());
}
