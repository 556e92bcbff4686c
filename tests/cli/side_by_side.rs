//! Authlib's own client and Keybelt, with the same settings, at the same providers.

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, SUBJECT, Twist, Twists};
use keybelt_test_support::{CLIENT_SECRET, CONSUMER, Home, ODD_CONSUMER, Peer, Person, Provider};
use serde_json::{Value, json};

use crate::{accounts_in, home, name_of};

/// Both, with the very same file: a Django site's settings, in which Authlib's users have their clients.
fn both(clients: &str) -> (Peer, Home) {
    let home = home();
    let settings = home.file(
        "settings.py",
        &format!("DEBUG = True\n\nAUTHLIB_OAUTH_CLIENTS = {{\n{clients}}}\n"),
    );
    home.json(&["profile", "import", &settings]).ok();
    (Peer::with_settings(&settings), home)
}

/// Links as Ada, who allows, and shows the account.
#[track_caller]
fn linked(home: &Home, profile: &str) -> Value {
    let account = crate::account_of(&home.link(&[profile], &Person::allowing("ada")).ok());
    home.json(&["show", name_of(&account)]).ok().json()
}

/// What stands in every ID token anew.
const OF_ONE_TOKEN: &[&str] = &["iat", "exp", "auth_time", "nonce", "at_hash"];

/// Claims, by their names, without those of one token alone.
fn lasting(claims: &Value) -> Value {
    let mut claims = claims.clone();
    claims
        .as_object_mut()
        .unwrap()
        .retain(|name, _| !OF_ONE_TOKEN.contains(&name.as_str()));
    claims
}

/// What both ask of the API: method, address below its base, and a form.
const ASKED: &[(&str, &str, Option<&str>)] = &[
    ("GET", "me", None),
    (
        "GET",
        "notes/1?tag=two%20words&tag=again&empty=&letter=%C3%A9",
        None,
    ),
    (
        "POST",
        "notes",
        Some("title=two+words&title=again&empty=&letter=%C3%A9"),
    ),
    ("PATCH", "notes/1?quiet=1", Some("title=new")),
    ("DELETE", "notes/1", None),
];

/// The API gives both the same answers.
#[track_caller]
fn same_answers(peer: &Peer, home: &Home, profile: &str, account: &str) {
    for (method, url, form) in ASKED {
        let more = form.map_or(
            json!({}),
            |form| json!({"data": form, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
        );
        let theirs = peer.request(profile, method, url, &more);
        let request = ["--json", "request", account, method, url];
        let ours = match form {
            Some(form) => home.run_with(&[&request[..], &["--data", "-"]].concat(), form),
            None => home.run(&request),
        };
        let ours = ours.ok().json();
        assert_eq!(theirs["status"], 200, "{method} {url}: {theirs}");
        assert_eq!(ours["status"], 200, "{method} {url}: {ours}");
        assert_eq!(told(&theirs["body"]), told(&ours["body"]), "{method} {url}");
    }
}

/// The API's JSON, without the header fields by which each client tells of itself.
fn told(body: &Value) -> Value {
    let mut told: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
    told.as_object_mut().unwrap().remove("headers");
    told
}

#[test]
fn over_openid_both_tell_the_same_of_the_same_person() {
    let provider = Provider::authlib();
    let (peer, home) = both(&format!(
        "    'work': {{
        'client_id': 'basic',
        'client_secret': '{CLIENT_SECRET}',
        'server_metadata_url': '{issuer}/.well-known/openid-configuration',
        'api_base_url': '{issuer}/api/',
        'client_kwargs': {{'scope': 'openid email profile', 'code_challenge_method': 'S256'}},
    }},
",
        issuer = provider.issuer()
    ));
    let theirs = peer.link("work", &Person::allowing("ada"));
    let ours = linked(&home, "work");
    assert_eq!(lasting(&theirs["userinfo"]), lasting(&ours["claims"]));
    assert_eq!(theirs["userinfo"]["sub"], ours["subject"]);
    assert_eq!(theirs["userinfo"]["iss"], ours["issuer"]);
    assert_eq!(peer.userinfo("work"), ours["userinfo"]);
    same_answers(&peer, &home, "work", name_of(&ours));
}

#[test]
fn authlib_takes_settings_for_refreshing_and_keybelt_sends_them() {
    let provider = Provider::authlib();
    let audience = "https://api.example.test";
    let (peer, home) = both(&format!(
        "    'work': {{
        'client_id': 'public',
        'client_secret': None,
        'server_metadata_url': '{issuer}/.well-known/openid-configuration',
        'access_token_params': {{'audience': '{audience}'}},
        'refresh_token_params': {{'audience': '{audience}'}},
        'api_base_url': '{issuer}/api/',
        'client_kwargs': {{'scope': 'openid', 'code_challenge_method': 'S256'}},
    }},
",
        issuer = provider.issuer()
    ));
    peer.link("work", &Person::allowing("ada"));
    let ours = linked(&home, "work");
    let redeemed = provider.requests_to("/oauth2/token");
    assert_eq!(redeemed.len(), 2);
    assert!(
        redeemed
            .iter()
            .all(|request| request["params"]["audience"] == audience)
    );
    peer.expire("work");
    peer.request("work", "GET", "me", &json!({}));
    home.json(&["refresh", name_of(&ours)]).ok();
    let sent: Vec<Value> = provider
        .refreshes()
        .iter()
        .map(|request| request["params"]["audience"].clone())
        .collect();
    assert_eq!(sent, [Value::Null, json!(audience)]);
}

#[test]
fn both_tell_of_a_renewed_token() {
    let hostile = Hostile::honest();
    let (peer, home) = both(&at(&hostile));
    peer.link("work", &Person::allowing("ada"));
    let ours = linked(&home, "work");
    peer.expire("work");
    peer.userinfo("work");
    home.json(&["refresh", name_of(&ours)]).ok();
    let signals = peer.updates();
    let event = home.start(&["--json", "watch", "--since", "0"]).json();
    assert_eq!(signals.as_array().unwrap().len(), 1);
    assert_eq!(signals[0]["name"], "work");
    assert_eq!(
        (&event["event"], &event["profile"]),
        (&json!("token_update"), &json!("work"))
    );
    // A signal hands the token around; an event leaves it where it is sealed.
    assert!(signals[0]["token"]["access_token"].is_string());
    assert!(!event.to_string().contains("access-token"), "{event}");
}

#[test]
fn a_refreshed_id_token_of_somebody_else_is_taken_by_authlib_and_refused_by_keybelt() {
    let hostile = Hostile::honest();
    let (peer, home) = both(&at(&hostile));
    peer.link("work", &Person::allowing("ada"));
    let ours = linked(&home, "work");
    hostile.twist(Twists {
        id_token: Some(Box::new(|token| token.claims["sub"] = json!("somebody-else"))),
        ..Twists::default()
    });
    peer.expire("work");
    peer.userinfo("work");
    assert_eq!(peer.updates()[0]["name"], "work");
    home.json(&["refresh", name_of(&ours)]).fails("needs_relink", 3);
}

#[test]
fn both_link_at_an_honest_provider() {
    let hostile = Hostile::honest();
    let (peer, home) = both(&at(&hostile));
    let theirs = peer.link("work", &Person::allowing("ada"));
    assert_eq!(theirs["userinfo"]["sub"], SUBJECT);
    let ours = linked(&home, "work");
    assert_eq!(
        (&ours["subject"], &ours["userinfo"]),
        (&json!(SUBJECT), &peer.userinfo("work"))
    );
}

fn at(hostile: &Hostile) -> String {
    format!(
        "    'work': {{
        'client_id': '{CLIENT_ID}',
        'server_metadata_url': '{}/.well-known/openid-configuration',
        'client_kwargs': {{'scope': 'openid', 'code_challenge_method': 'S256'}},
    }},
",
        hostile.issuer()
    )
}

/// What a provider does wrong, the code of Keybelt's refusal, and the twist.
type Wrong = (&'static str, &'static str, fn(&mut Twists));

/// Authlib takes each of these.
const TAKEN_BY_AUTHLIB: &[Wrong] = &[
    (
        "metadata of another issuer than was asked (OpenID Connect Discovery 1.0 §4.3)",
        "issuer_mismatch",
        |twists| {
            let other = "https://another.example.test";
            twists.metadata = edited(move |metadata| metadata["issuer"] = json!(other));
            twists.id_token = Some(Box::new(move |token| token.claims["iss"] = json!(other)));
        },
    ),
    (
        "an endpoint that is not secure (RFC 8414 §2)",
        "insecure_endpoint",
        |twists| {
            let plain = "http://example.test/userinfo";
            twists.metadata = edited(move |metadata| metadata["userinfo_endpoint"] = json!(plain));
        },
    ),
    (
        "a code from another issuer (RFC 9207 §2.4)",
        "issuer_mismatch",
        |twists| {
            twists.callback = Some(Box::new(|parameters| {
                parameters.retain(|(name, _)| name != "iss");
                parameters.push(("iss".to_owned(), "https://another.example.test".to_owned()));
            }));
        },
    ),
    (
        "a token that is not borne (RFC 6749 §7.1)",
        "invalid_response",
        |twists| twists.token = edited(|answer| answer["token_type"] = json!("mac")),
    ),
    (
        "no ID token where one was asked for (OpenID Connect Core 1.0 §3.1.3.3)",
        "invalid_id_token",
        |twists| twists.token = edited(|answer| drop(answer.as_object_mut().unwrap().remove("id_token"))),
    ),
    (
        "an ID token for another client (OpenID Connect Core 1.0 §3.1.3.7 (3))",
        "invalid_id_token",
        |twists| {
            twists.id_token = Some(Box::new(|token| {
                token.claims["aud"] = json!("another-client");
                token.claims["azp"] = json!(CLIENT_ID);
            }));
        },
    ),
    (
        "an access token in place of an ID token (RFC 9068 §4)",
        "invalid_id_token",
        |twists| twists.id_token = Some(Box::new(|token| token.header["typ"] = json!("at+jwt"))),
    ),
];

fn edited(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Option<Twist<Answer>> {
    Some(Box::new(move |answer| answer.edit(|body| change(body))))
}

#[test]
fn what_authlib_lets_by_keybelt_refuses() {
    for (wrong, code, twist) in TAKEN_BY_AUTHLIB {
        let hostile = Hostile::honest();
        let (peer, home) = both(&at(&hostile));
        let mut twists = Twists::default();
        twist(&mut twists);
        hostile.twist(twists);
        let theirs = peer.link("work", &Person::allowing("ada"));
        assert!(theirs["access_token"].is_string(), "{wrong}: {theirs}");
        let ours = home.link(&["work"], &Person::allowing("ada"));
        assert_eq!(ours.error(), *code, "{wrong}");
        assert_eq!(accounts_in(&home), 0, "{wrong}");
    }
}

#[test]
fn userinfo_of_another_person_is_told_by_authlib_and_refused_by_keybelt() {
    let hostile = Hostile::honest();
    let (peer, home) = both(&at(&hostile));
    hostile.twist(Twists {
        userinfo: edited(|claims| claims["sub"] = json!("another-subject")),
        ..Twists::default()
    });
    let theirs = peer.link("work", &Person::allowing("ada"));
    assert_eq!(theirs["userinfo"]["sub"], SUBJECT);
    assert_eq!(peer.userinfo("work")["sub"], "another-subject");
    let ours = home.link(&["work"], &Person::allowing("ada"));
    assert_eq!(ours.error(), "subject_mismatch");
}

/// The example of Authlib's documentation, with every key and its empty ones, at a provider that is there.
fn example(provider: &Provider, client_id: &str, client_secret: &str) -> String {
    format!(
        "    'twitter': {{
        'client_id': '{client_id}',
        'client_secret': '{client_secret}',
        'request_token_url': '{issuer}/oauth1/initiate',
        'request_token_params': None,
        'access_token_url': '{issuer}/oauth1/token',
        'access_token_params': None,
        'refresh_token_url': None,
        'authorize_url': '{issuer}/oauth1/authorize',
        'api_base_url': '{issuer}/api/',
        'client_kwargs': None
    }}
",
        issuer = provider.issuer()
    )
}

#[test]
fn over_oauth1_both_tell_the_same_of_the_same_person() {
    let provider = Provider::authlib();
    let (peer, home) = both(&example(&provider, CONSUMER, CLIENT_SECRET));
    let theirs = peer.link("twitter", &Person::allowing("ada"));
    let ours = linked(&home, "twitter");
    assert_eq!(ours["protocol"], "oauth1");
    assert_eq!(ours["subject"], theirs["user_id"]);
    let me = peer.request("twitter", "GET", "me", &json!({}));
    assert_eq!(ours["subject"], told(&me["body"])["id"].to_string());
    same_answers(&peer, &home, "twitter", name_of(&ours));
}

#[test]
fn credentials_whose_callback_nobody_confirmed_are_taken_by_authlib_and_refused_by_keybelt() {
    let provider = Provider::authlib();
    let (peer, home) = both(&example(&provider, CONSUMER, CLIENT_SECRET));
    provider.set(&json!({ "oauth1_callback_confirmed": null }));
    let theirs = peer.link("twitter", &Person::allowing("ada"));
    assert!(theirs["oauth_token"].is_string(), "{theirs}");
    let ours = home.link(&["twitter"], &Person::allowing("ada"));
    assert_eq!(ours.error(), "invalid_response");
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn a_key_with_an_escape_in_it_is_signed_wrongly_by_authlib_and_rightly_by_keybelt() {
    let provider = Provider::authlib();
    let (key, secret) = ODD_CONSUMER;
    let (peer, home) = both(&example(&provider, key, secret));
    let theirs = peer.link("twitter", &Person::allowing("ada"));
    assert_eq!(theirs["error"], "OAuthError", "{theirs}");
    assert_eq!(linked(&home, "twitter")["protocol"], "oauth1");
}
