//! Every setting of a profile that a flow uses, watched where it counts: in the requests that reach the provider.

use std::collections::BTreeMap;

use keybelt_test_support::hostile::{Asked, CLIENT_ID, Hostile, SUBJECT, Signing, Twists};
use keybelt_test_support::{Browser, Ended, Home, Person};
use serde_json::{Value, json};

use crate::{home, link, name_of};

/// A home with the profile `work` that says where the hostile provider is, and what a case says besides.
pub fn home_that_says(hostile: &Hostile, more: &Value) -> Home {
    let mut settings = json!({
        "issuer": hostile.issuer(), "client_id": CLIENT_ID, "client_kwargs": {"scope": "openid"},
    });
    for (key, value) in more.as_object().unwrap() {
        match (settings.get_mut(key).and_then(Value::as_object_mut), value) {
            (Some(members), Value::Object(more)) => members.extend(more.clone()),
            _ => settings[key] = value.clone(),
        }
    }
    let home = home();
    let file = home.file("settings.json", &settings.to_string());
    home.json(&["profile", "add", "work", "--from", &file]).ok();
    home
}

/// The requests to one path.
pub fn asked(hostile: &Hostile, path: &str) -> Vec<Asked> {
    hostile
        .asked()
        .into_iter()
        .filter(|asked| asked.path == path)
        .collect()
}

/// The parameters of the only request to one path.
#[track_caller]
fn sent(hostile: &Hostile, path: &str) -> BTreeMap<String, String> {
    let mut asked = asked(hostile, path);
    assert_eq!(asked.len(), 1, "{path}: {asked:?}");
    asked.remove(0).parameters
}

fn refresh(home: &Home, account: &Value) {
    home.json(&["refresh", name_of(account)]).ok();
}

#[test]
fn endpoints_of_the_profile_beat_those_of_the_metadata() {
    let hostile = Hostile::honest();
    let at = |path: &str| format!("{}/other/{path}", hostile.issuer());
    let home = home_that_says(
        &hostile,
        &json!({
            "authorize_url": format!("{}?tenant=t1", at("authorize")),
            "access_token_url": at("token"),
            "userinfo_endpoint": at("userinfo"),
            "jwks_uri": at("jwks"),
            "revocation_endpoint": at("revoke"),
        }),
    );
    let account = link(&home);
    assert_eq!(sent(&hostile, "/other/authorize")["tenant"], "t1");
    for path in ["/other/token", "/other/userinfo", "/other/jwks"] {
        assert_eq!(hostile.count(path), 1, "{path}");
    }
    home.json(&["unlink", name_of(&account), "--revoke"]).ok();
    assert_eq!(hostile.count("/other/revoke"), 1);
    for path in ["/authorize", "/token", "/userinfo", "/jwks", "/revoke"] {
        assert_eq!(hostile.count(path), 0, "{path}");
    }
}

#[test]
fn refresh_tokens_go_to_their_own_endpoint_with_their_own_parameters() {
    let hostile = Hostile::honest();
    let home = home_that_says(
        &hostile,
        &json!({
            "refresh_token_url": format!("{}/other/token", hostile.issuer()),
            "refresh_token_params": {"again": "yes"},
            "access_token_params": {"first": "yes"},
        }),
    );
    let account = link(&home);
    refresh(&home, &account);
    let (code, renewal) = (sent(&hostile, "/token"), sent(&hostile, "/other/token"));
    assert_eq!(
        (code["grant_type"].as_str(), code["first"].as_str()),
        ("authorization_code", "yes")
    );
    assert_eq!(
        (renewal["grant_type"].as_str(), renewal["again"].as_str()),
        ("refresh_token", "yes")
    );
    assert!(!code.contains_key("again") && !renewal.contains_key("first"));
}

#[test]
fn a_refresh_token_does_not_follow_an_endpoint_that_is_set_elsewhere_afterwards() {
    let (hostile, elsewhere) = (Hostile::honest(), Hostile::honest());
    let home = home_that_says(&hostile, &json!({}));
    let account = link(&home);
    let set = format!("refresh_token_url={}/token", elsewhere.issuer());
    home.json(&["profile", "set", "work", "--set", &set]).ok();
    let refused = home.json(&["refresh", name_of(&account)]);
    assert_ne!(refused.code, Some(0));
    assert_eq!(elsewhere.asked().len(), 0);
}

#[test]
fn the_authorization_request_says_what_the_profile_says() {
    let hostile = Hostile::honest();
    let home = home_that_says(
        &hostile,
        &json!({
            "authorize_params": {"access_type": "offline"},
            "resource": ["https://a.example/x", "https://b.example"],
            "client_kwargs": {"scope": "openid email custom:x", "prompt": "consent login"},
        }),
    );
    let account = link(&home);
    let request = sent(&hostile, "/authorize");
    for (name, value) in [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("scope", "openid email custom:x"),
        ("prompt", "consent login"),
        ("access_type", "offline"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(request.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!request.contains_key("response_mode"));
    refresh(&home, &account);
    // RFC 8707 §2: resource stands once for each, here and at the token endpoint.
    let resources = |pairs: &[u8]| -> Vec<String> {
        url::form_urlencoded::parse(pairs)
            .filter(|(name, _)| name == "resource")
            .map(|(_, value)| value.into_owned())
            .collect()
    };
    let wanted = ["https://a.example/x", "https://b.example"];
    assert_eq!(
        resources(asked(&hostile, "/authorize")[0].query.as_bytes()),
        wanted
    );
    for request in asked(&hostile, "/token") {
        assert_eq!(resources(&request.body), wanted);
        assert!(!request.parameters.contains_key("scope"));
    }
}

#[test]
fn scopes_are_separated_as_the_provider_wants_them() {
    let hostile = Hostile::honest();
    let home = home_that_says(
        &hostile,
        &json!({"quirks": {"scope_separator": ","}, "client_kwargs": {"scope": "openid email"}}),
    );
    link(&home);
    assert_eq!(sent(&hostile, "/authorize")["scope"], "openid,email");
}

#[test]
fn pkce_is_weakened_only_in_so_many_words_and_said_so() {
    for (method, challenge, verifier) in [
        ("S256", true, true),
        ("plain", true, true),
        ("none", false, false),
    ] {
        let hostile = Hostile::twisted(Twists {
            without_pkce: true,
            ..Twists::default()
        });
        let home = home_that_says(
            &hostile,
            &json!({"client_kwargs": {"code_challenge_method": method}}),
        );
        link(&home);
        let (request, code) = (sent(&hostile, "/authorize"), sent(&hostile, "/token"));
        assert_eq!(request.contains_key("code_challenge"), challenge, "{method}");
        assert_eq!(code.contains_key("code_verifier"), verifier, "{method}");
        if challenge {
            assert_eq!(request["code_challenge_method"], method);
        }
        assert_eq!(
            request.get("code_challenge") == code.get("code_verifier"),
            method != "S256",
            "{method}"
        );
        let shown = home.run(&["profile", "show", "work"]).ok().stdout;
        assert_eq!(shown.contains("PKCE is"), method != "S256", "{shown}");
    }
}

#[test]
fn the_client_proves_itself_as_the_profile_says() {
    for method in ["none", "client_secret_basic", "client_secret_post"] {
        let hostile = Hostile::honest();
        let home = home_that_says(
            &hostile,
            &json!({"client_secret": "s3c:ret", "client_kwargs": {"token_endpoint_auth_method": method}}),
        );
        let account = link(&home);
        refresh(&home, &account);
        for request in asked(&hostile, "/token") {
            let basic = request
                .authorization
                .as_deref()
                .is_some_and(|value| value.starts_with("Basic "));
            assert_eq!(basic, method == "client_secret_basic", "{method}");
            let posted = request.parameters.get("client_secret").map(String::as_str);
            assert_eq!(
                posted,
                (method == "client_secret_post").then_some("s3c:ret"),
                "{method}"
            );
        }
    }
}

#[test]
fn the_token_is_borne_where_the_profile_says() {
    for (placement, method, parameter, header) in [
        ("header", "GET", false, true),
        ("body", "POST", true, false),
        ("uri", "GET", true, false),
    ] {
        let hostile = Hostile::honest();
        let home = home_that_says(
            &hostile,
            &json!({
                "client_kwargs": {"token_placement": placement},
                "api_base_url": format!("{}/api/", hostile.issuer()),
            }),
        );
        let account = link(&home);
        let userinfo = asked(&hostile, "/userinfo").remove(0);
        assert_eq!(userinfo.method, method, "{placement}");
        assert_eq!(
            userinfo.parameters.contains_key("access_token"),
            parameter,
            "{placement}"
        );
        assert_eq!(userinfo.authorization.is_some(), header, "{placement}");
        assert_eq!(
            userinfo.query.contains("access_token"),
            placement == "uri",
            "{placement}"
        );
        assert_eq!(account["email"], "someone@example.test");
        // The same for a request of the person's own, below the profile's base.
        let data = home.file("data", "a=b");
        home.json(&["request", name_of(&account), "POST", "things", "--data", &data])
            .ok();
        let request = asked(&hostile, "/api/things").remove(0);
        assert_eq!(request.parameters["a"], "b");
        assert_eq!(
            request.parameters.contains_key("access_token"),
            parameter,
            "{placement}"
        );
        assert_eq!(request.authorization.is_some(), header, "{placement}");
    }
}

#[test]
fn userinfo_is_posted_for_where_the_provider_wants_that() {
    let hostile = Hostile::honest();
    let home = home_that_says(&hostile, &json!({"quirks": {"userinfo_method": "POST"}}));
    link(&home);
    let userinfo = asked(&hostile, "/userinfo").remove(0);
    assert_eq!((userinfo.method.as_str(), userinfo.body.len()), ("POST", 0));
    assert!(userinfo.authorization.is_some());
}

#[test]
fn a_plain_provider_is_understood_by_the_map_of_its_userinfo() {
    let hostile = Hostile::twisted(Twists {
        userinfo: Some(Box::new(|answer| {
            answer.edit(|value| {
                *value = json!({"data": [{"uid": 9_007_199_254_740_993_u64, "nick": "ada", "mail": "a@b.example", "full": "Ada L."}]});
            });
        })),
        ..Twists::default()
    });
    let home = home_that_says(
        &hostile,
        &json!({
            "client_kwargs": {"scope": "basic"},
            "userinfo_map": {
                "sub": "data.0.uid", "preferred_username": "/data/0/nick", "email": "data.0.mail", "name": "data.0.full",
            },
        }),
    );
    let account = link(&home);
    assert_eq!(account["protocol"], "oauth2");
    assert_eq!(account["subject"], "9007199254740993");
    assert_eq!(account["email"], "a@b.example");
    assert_eq!(account["display_name"], "Ada L.");
}

#[test]
fn an_id_token_is_signed_as_it_is_registered_and_no_otherwise() {
    let secret = "0123456789abcdef0123456789abcdef";
    let signed_by_secret = || Twists {
        id_token: Some(Box::new(move |unsigned| {
            unsigned.header = json!({"alg": "HS256"});
            unsigned.signing = Signing::Hmac(secret.as_bytes().to_vec());
        })),
        ..Twists::default()
    };
    let with = |hostile: &Hostile, algorithm: &str| {
        let kwargs = json!({"id_token_signed_response_alg": algorithm});
        home_that_says(
            hostile,
            &json!({"client_secret": secret, "client_kwargs": kwargs}),
        )
    };
    let hostile = Hostile::twisted(signed_by_secret());
    assert_eq!(link(&with(&hostile, "HS256"))["subject"], SUBJECT);
    // The keys are not asked for where the secret is the key.
    assert_eq!(hostile.count("/jwks"), 0);
    let refused = with(&hostile, "ES256").link(&["work"], &Person::allowing("ada"));
    refused.fails("invalid_id_token", 8);
    let honest = Hostile::honest();
    assert_eq!(link(&with(&honest, "ES256"))["subject"], SUBJECT);
    let refused = with(&honest, "HS256").link(&["work"], &Person::allowing("ada"));
    refused.fails("invalid_id_token", 8);
}

#[test]
fn an_answer_that_is_posted_is_taken_by_the_listener() {
    for said in ["client_kwargs", "authorize_params"] {
        let hostile = Hostile::honest();
        let home = home_that_says(&hostile, &json!({said: {"response_mode": "form_post"}}));
        let linking = home.start_link(&["work"]);
        let browser = Browser::default();
        let ended = browser.authorize(&linking.address().unwrap(), &Person::allowing("ada"));
        let Ended::Redirected(answer) = ended else {
            panic!("{ended:?}")
        };
        assert_eq!(sent(&hostile, "/authorize")["response_mode"], "form_post");
        let values = answer.query_pairs().into_owned().collect();
        let (status, page) = browser.post(&linking.redirect_uri(), values);
        assert_eq!(status, 200, "{page}");
        linking.end().ok();
        // Nothing but the browser's listener can take a form.
        let manual = home.json(&["link", "work", "--via", "manual"]);
        manual.fails("route_unavailable", 2);
    }
}

#[test]
fn hosts_that_the_profile_names_are_told_before_the_person_is_sent() {
    let hostile = Hostile::honest();
    let home = home_that_says(&hostile, &json!({"hosts": ["git.example.test", "127.0.0.1"]}));
    let ran = home.link(&["work"], &Person::allowing("ada")).ok();
    let told = "Hosts besides the issuer's that will see a token: git.example.test\n";
    assert!(ran.stderr.contains(told), "{ran:?}");
}

#[test]
fn a_provider_that_refuses_embedded_browsers_is_reached_by_the_persons_own() {
    let hostile = Hostile::honest();
    let home = home_that_says(&hostile, &json!({"quirks": {"embedded_webview": "refused"}}));
    let shown = home.json(&["profile", "show", "work"]).ok().json();
    assert_eq!(shown["redirect_uris"], json!(["http://127.0.0.1/callback/work"]));
    let linking = home.start(&["--json", "link", "work", "--via", "webview", "--no-open"]);
    let event: Value = serde_json::from_str(&linking.line()).unwrap();
    assert_eq!(event["event"], "authorization_url");
    assert!(
        event["redirect_uri"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
}

#[test]
fn one_url_and_openid_in_the_scope_are_enough() {
    for by_url in [false, true] {
        let hostile = Hostile::honest();
        let home = home();
        let add = if by_url {
            let url = format!(
                "server_metadata_url={}/.well-known/openid-configuration",
                hostile.issuer()
            );
            home.json(&[
                "profile",
                "add",
                "work",
                "--client-id",
                CLIENT_ID,
                "--scope",
                "openid",
                "--set",
                &url,
            ])
        } else {
            home.json(&[
                "profile",
                "add",
                "work",
                "--client-id",
                CLIENT_ID,
                "--scope",
                "openid",
                "--issuer",
                hostile.issuer(),
            ])
        };
        assert_eq!(add.ok().json()["protocol"], "oidc");
        assert_eq!(hostile.asked().len(), 0, "adding asks nobody");
        let account = link(&home);
        assert_eq!(account["issuer"], hostile.issuer());
        assert_eq!(account["subject"], SUBJECT);
        let shown = home.json(&["profile", "show", "work"]).ok().json();
        for key in [
            "authorize_url",
            "access_token_url",
            "userinfo_endpoint",
            "jwks_uri",
            "revocation_endpoint",
        ] {
            assert_eq!(shown["settings"][key]["layer"], "metadata", "{key}");
        }
    }
}
