//! Tokens that refresh themselves, once, however many ask.

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Person, Provider, Ran};
use serde_json::json;

use crate::{home_at, home_with, link, name_of};

#[test]
fn thirty_at_once_on_an_expired_account_make_one_request() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    provider.set(&json!({"access_token_ttl": 1}));
    let account = link(&home);
    provider.set(&json!({"access_token_ttl": 3600}));
    let children: Vec<_> = (0..30)
        .map(|_| {
            let mut command = home.command(&["token", name_of(&account), "--min-ttl", "30"]);
            command
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let answers: Vec<Ran> = children
        .into_iter()
        .map(|child| Ran::from(child.wait_with_output().unwrap()).ok())
        .collect();
    assert!(answers.iter().all(|answer| answer.stdout == answers[0].stdout));
    assert_eq!(provider.refreshes().len(), 1);
}

#[test]
fn thirty_at_once_take_one_failure_as_theirs() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    provider.revoke_all();
    let children: Vec<_> = (0..30)
        .map(|_| {
            let mut command = home.command(&["--json", "token", name_of(&account), "--force-refresh"]);
            command
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        Ran::from(child.wait_with_output().unwrap()).fails("needs_relink", 3);
    }
    assert_eq!(provider.refreshes().len(), 1);
}

#[test]
fn a_rotated_refresh_token_is_the_one_that_is_sent_next() {
    for provider in [Provider::oidc_provider(&["work"]), Provider::authlib()] {
        let home = home_at(&provider);
        let account = link(&home);
        for _ in 0..3 {
            home.json(&["token", name_of(&account), "--force-refresh"]).ok();
        }
        let sent: std::collections::BTreeSet<String> = provider
            .refreshes()
            .iter()
            .map(|request| request["params"]["refresh_token"].to_string())
            .collect();
        assert_eq!(sent.len(), 3);
        assert_eq!(
            home.json(&["show", name_of(&account)]).ok().json()["status"],
            "fresh"
        );
    }
}

#[test]
fn a_provider_that_does_not_rotate_keeps_its_refresh_token() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    provider.set(&json!({"rotate": false}));
    for _ in 0..2 {
        home.json(&["refresh", name_of(&account)]).ok();
    }
    let sent = provider.refreshes();
    assert_eq!(
        sent[0]["params"]["refresh_token"],
        sent[1]["params"]["refresh_token"]
    );
}

#[test]
fn a_fresh_token_is_handed_over_without_asking_anybody() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let asked = provider.log().len();
    let token = home.run(&["token", name_of(&account)]).ok().stdout;
    assert!(token.ends_with('\n') && token.trim().len() > 10);
    let told = home.json(&["token", name_of(&account)]).ok().json();
    assert_eq!(told["access_token"], token.trim());
    assert_eq!(
        (&told["token_type"], &told["scopes"]),
        (&json!("Bearer"), &json!(["email", "openid"]))
    );
    assert_eq!(provider.log().len(), asked);
}

#[test]
fn trouble_at_the_provider_leaves_a_token_that_lives_in_use() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    provider.answer("/token", 9, 503, "{}");
    let told = home.run(&["token", name, "--min-ttl", "999999"]).ok();
    assert!(!told.stdout.trim().is_empty());
    assert!(told.stderr.starts_with("Not renewed: "), "{told:?}");
    assert_eq!(home.json(&["token", name, "--min-ttl", "999999"]).ok().stderr, "");
    let shown = home.json(&["show", name]).ok().json();
    assert_eq!(
        (&shown["status"], &shown["last_error"]["code"]),
        (&json!("retrying"), &json!("provider_unavailable"))
    );
    home.json(&["token", name, "--force-refresh"])
        .fails("provider_unavailable", 6);
    provider.set(&json!({"rules": []}));
    assert_eq!(home.json(&["refresh", name]).ok().json()["status"], "fresh");
}

#[test]
fn a_life_that_the_provider_does_not_give_is_told() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    let told = home.run(&["token", name, "--min-ttl", "999999"]).ok();
    assert!(told.stderr.contains("live for less than you asked"), "{told:?}");
    provider.set(&json!({"access_token_ttl": 30}));
    let told = home.run(&["token", name, "--force-refresh"]).ok();
    assert_eq!(told.stderr, "", "nobody asked for a life here");
}

#[test]
fn whoever_asks_to_be_left_alone_is_not_asked_before() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let wait = |path: &str| {
        let rule = json!({"path": path, "times": 1, "status": 503, "headers": {"retry-after": "120"}});
        provider.set(&json!({ "rules": [rule] }));
    };
    wait("/token/revocation");
    let unlink = ["unlink", name_of(&account), "--revoke"];
    home.json(&unlink).fails("provider_unavailable", 6);
    home.json(&unlink).fails("rate_limited", 6);
    assert_eq!(provider.requests_to("/token/revocation").len(), 1);
    let metadata = "/.well-known/openid-configuration";
    wait(metadata);
    let asked = provider.requests_to(metadata).len();
    home.json(&["link", "work"]).fails("provider_unavailable", 6);
    home.json(&["link", "work"]).fails("rate_limited", 6);
    assert_eq!(provider.requests_to(metadata).len(), asked + 1);
    // The token's own refresh is another address.
    home.json(&["refresh", name_of(&account)]).ok();
}

/// An answer that asks to be left alone for two minutes.
fn asks_to_wait(status: u16) -> Option<keybelt_test_support::hostile::Twist<Answer>> {
    Some(Box::new(move |answer| {
        *answer = Answer::text(status, "text/plain", "not now");
        let wait = ("retry-after".to_owned(), "120".to_owned());
        answer.headers.push(wait);
    }))
}

#[test]
fn a_token_endpoint_that_asks_to_be_left_alone_gets_no_other_links_code() {
    for (status, code) in [(429, "rate_limited"), (503, "provider_unavailable")] {
        let hostile = Hostile::twisted(Twists {
            token: asks_to_wait(status),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        home.link(&["work"], &Person::allowing("ada")).fails(code, 6);
        hostile.twist(Twists::default());
        // Told before the person is sent anywhere.
        home.json(&["link", "work", "--no-open"]).fails("rate_limited", 6);
        assert_eq!((hostile.count("/token"), hostile.count("/authorize")), (1, 1));
        assert_eq!(crate::accounts_in(&home), 0);
    }
}

#[test]
fn keys_are_not_asked_for_again_where_their_server_asks_to_be_left_alone() {
    for (status, code) in [(429, "provider_unavailable"), (503, "provider_unavailable")] {
        let hostile = Hostile::twisted(Twists {
            jwks: asks_to_wait(status),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        home.link(&["work"], &Person::allowing("ada")).fails(code, 6);
        hostile.twist(Twists::default());
        home.link(&["work"], &Person::allowing("ada"))
            .fails("rate_limited", 6);
        assert_eq!(hostile.count("/jwks"), 1);
        assert_eq!(crate::accounts_in(&home), 0);
    }
}

#[test]
fn userinfo_is_not_asked_for_again_where_its_server_asks_to_be_left_alone() {
    for status in [429, 503] {
        let hostile = Hostile::twisted(Twists {
            userinfo: asks_to_wait(status),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let account = link(&home);
        assert_ne!(account["last_error"], json!(null));
        hostile.twist(Twists::default());
        let refreshed = home.json(&["refresh", name_of(&account)]).ok().json();
        assert_eq!(
            (&refreshed["status"], &refreshed["last_error"]["code"]),
            (&json!("fresh"), &json!("rate_limited"))
        );
        assert_eq!(hostile.count("/userinfo"), 1);
    }
}

#[test]
fn userinfo_that_is_slow_does_not_hold_up_those_who_wait_for_a_refresh() {
    let hostile = Hostile::twisted(Twists {
        userinfo: Some(Box::new(|answer| {
            *answer = Answer::text(503, "text/plain", "not now")
        })),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let account = link(&home);
    hostile.twist(Twists {
        userinfo: Some(Box::new(|answer| {
            answer.delay = std::time::Duration::from_secs(25)
        })),
        ..Twists::default()
    });
    let began = std::time::Instant::now();
    let renewed = home.json(&["refresh", name_of(&account)]).ok().json();
    assert!(began.elapsed() < std::time::Duration::from_secs(20));
    assert_eq!(
        (&renewed["status"], &renewed["last_error"]["code"]),
        (&json!("fresh"), &json!("network"))
    );
}

#[test]
fn a_grant_that_was_taken_back_asks_for_a_new_link() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    provider.revoke_all();
    let line = format!("`keybelt link work --account {name}`");
    let words = home.json(&["refresh", name]).fails("needs_relink", 3);
    assert!(words.contains(&line), "{words}");
    assert_eq!(home.json(&["show", name]).ok().json()["status"], "needs_relink");
    let asked = provider.refreshes().len();
    let words = home.json(&["refresh", name]).fails("needs_relink", 3);
    assert!(words.contains(&line), "{words}");
    assert_eq!(
        provider.refreshes().len(),
        asked,
        "a grant that is over is not asked for again"
    );
    let again = home
        .link(&["work", "--account", name], &Person::allowing("ada"))
        .ok();
    assert_eq!(crate::account_of(&again)["name"], name);
    assert_eq!(home.json(&["show", name]).ok().json()["status"], "fresh");
}

#[test]
fn a_lost_answer_is_asked_for_once_more_and_then_explained() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    provider.set(&json!({"rules": [{"path": "/token", "times": 1, "drop": "after"}]}));
    let told = home.json(&["refresh", name_of(&account)]);
    // The answer is lost on the wire; whether the same command asks again or the next one does is the same to the grant.
    let words = if told.error() == "network" {
        home.json(&["refresh", name_of(&account)])
            .fails("needs_relink", 3)
    } else {
        told.fails("needs_relink", 3)
    };
    assert!(words.contains("lost"), "{words}");
    assert_eq!(provider.refreshes().len(), 2);
}

#[test]
fn a_link_without_a_refresh_token_says_so() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = crate::home();
    crate::add_profile(&home, &provider, "no-refresh", None).ok();
    let account = link(&home);
    assert_eq!(account["refreshable"], false);
    home.json(&["refresh", name_of(&account)])
        .fails("not_refreshable", 2);
    home.json(&["token", name_of(&account), "--force-refresh"])
        .fails("not_refreshable", 2);
    home.json(&["token", name_of(&account), "--min-ttl", "999999"])
        .ok();
    assert_eq!(home.json(&["refresh", "--all"]).ok().json(), json!([]));
}

#[test]
fn refreshing_all_tells_each() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let rows = home.json(&["refresh", "--all"]).ok().json();
    assert_eq!(rows, json!([{"account": account["name"], "error": null}]));
    provider.answer("/token", 1, 503, "{}");
    let failed = home.json(&["refresh", "--all"]);
    assert_eq!(
        (failed.code, &failed.json()[0]["error"]["code"]),
        (Some(6), &json!("provider_unavailable"))
    );
}

#[test]
fn revoking_takes_the_grant_back_at_the_provider() {
    for (provider, path) in [
        (Provider::oidc_provider(&["work"]), "/token/revocation"),
        (Provider::authlib(), "/oauth2/revoke"),
    ] {
        let home = home_at(&provider);
        let account = link(&home);
        provider.answer(path, 1, 503, "");
        home.json(&["unlink", name_of(&account), "--revoke"])
            .fails("provider_unavailable", 6);
        assert_eq!(crate::accounts_in(&home), 1, "what could not be revoked stays");
        let log = home.json(&["log", name_of(&account)]).ok().json();
        let last = log.as_array().unwrap().last().unwrap();
        assert_eq!(
            (&last["event"], &last["via"]),
            (&json!("revocation_failed"), &json!("provider_unavailable"))
        );
        let unlinked = home.json(&["unlink", name_of(&account), "--revoke"]).ok().json();
        assert_eq!(
            (&unlinked["account"], &unlinked["revoked"]),
            (&account["name"], &json!(true))
        );
        assert_eq!(crate::accounts_in(&home), 0);
        assert!(!provider.requests_to(path).is_empty());
    }
}

#[test]
fn an_answer_that_cannot_be_used_does_not_cost_the_rotated_refresh_token() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    hostile.twist(Twists {
        token: Some(Box::new(|answer| {
            answer.edit(|body| drop(body.as_object_mut().unwrap().remove("token_type")));
        })),
        ..Twists::default()
    });
    home.json(&["refresh", name_of(&account)])
        .fails("invalid_response", 7);
    hostile.twist(Twists::default());
    home.json(&["refresh", name_of(&account)]).ok();
    let sent: Vec<String> = hostile
        .asked()
        .iter()
        .filter_map(|asked| asked.parameters.get("refresh_token").cloned())
        .collect();
    assert_eq!(sent.len(), 2);
    assert_ne!(
        sent[0], sent[1],
        "the one that came with the bad answer is sent next"
    );
}

#[test]
fn keys_that_cannot_be_had_leave_the_grant_alone() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    hostile.twist(Twists {
        id_token: Some(Box::new(|token| token.header["kid"] = json!("k2"))),
        jwks: Some(Box::new(|answer| {
            *answer = Answer::text(503, "text/plain", "not now");
        })),
        ..Twists::default()
    });
    home.json(&["refresh", name_of(&account)])
        .fails("provider_unavailable", 6);
    let shown = home.json(&["show", name_of(&account)]).ok().json();
    assert_eq!(shown["status"], "retrying");
    hostile.twist(Twists::default());
    home.json(&["refresh", name_of(&account)]).ok();
}

#[test]
fn a_profile_that_is_imported_again_keeps_its_accounts_alive() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let settings =
        json!({"issuer": hostile.issuer(), "client_id": CLIENT_ID, "client_kwargs": {"scope": "openid"}});
    let file = home.file("profiles.json", &json!({ "work": settings }).to_string());
    home.json(&["profile", "import", &file, "--replace"]).ok();
    home.json(&["refresh", name_of(&account)]).ok();
    home.json(&["unlink", name_of(&account), "--revoke"]).ok();
}

/// Links two accounts of the hostile provider, each by a profile of its own with these settings.
fn home_with_apis(hostile: &Hostile, of_work: &str, of_home: &str) -> keybelt_test_support::Home {
    let home = crate::home();
    for (name, settings) in [("work", of_work), ("home", of_home)] {
        let mut all: serde_json::Value = serde_json::from_str(settings).unwrap();
        all["issuer"] = json!(hostile.issuer());
        all["client_id"] = json!(CLIENT_ID);
        all["client_kwargs"] = json!({"scope": "openid"});
        let file = home.file("settings", &all.to_string());
        home.json(&["profile", "add", name, "--from", &file]).ok();
        home.link(&[name, "--account", name], &Person::allowing("ada"))
            .ok();
    }
    home
}

#[test]
fn a_token_for_an_address_is_that_of_the_account_whose_api_it_is() {
    let hostile = Hostile::honest();
    let home = home_with_apis(
        &hostile,
        r#"{"api_base_url": "https://api.example/v1/", "hosts": ["api.example", "files.example"]}"#,
        r#"{"api_base_url": "https://api.example/v1/home", "hosts": ["files.example"]}"#,
    );
    let token = |arguments: &[&str]| home.run(&[&["token"], arguments].concat()).ok().stdout;
    for (address, account) in [
        ("https://api.example/v1/me?all=1", "work"),
        ("https://API.example:443/v1", "work"),
        ("https://api.example/v1/homes", "work"),
        ("https://api.example/v2", "work"),
        ("https://api.example/v1/home", "home"),
        ("https://api.example/v1/home/a", "home"),
    ] {
        assert_eq!(token(&["--for", address]), token(&[account]), "{address}");
    }
    // It goes with the other options.
    let told = home.json(&["token", "--for", "https://api.example/v1/home", "--force-refresh"]);
    let told = told.ok().json();
    assert_eq!(told["token_type"], "Bearer");
    assert_eq!(
        format!("{}\n", told["access_token"].as_str().unwrap()),
        token(&["home"])
    );
    home.json(&[
        "token",
        "--for",
        "https://api.example/v1/home",
        "--min-ttl",
        "3500",
    ])
    .ok();
    let log = home.json(&["log"]).ok().json();
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["account"], &last["via"]),
        (&json!("home"), &json!("token"))
    );
}

#[test]
fn an_address_of_nobodys_api_or_of_several_gives_no_token() {
    let hostile = Hostile::honest();
    let home = home_with_apis(
        &hostile,
        r#"{"api_base_url": "http://127.0.0.1:8080/api", "hosts": ["files.example"]}"#,
        r#"{"hosts": ["files.example", "localhost"]}"#,
    );
    let ask = |address: &str| home.json(&["token", "--for", address]);
    let told = ask("https://files.example/a").fails("usage", 2);
    assert!(told.contains("home, work"), "{told}");
    for address in [
        "https://other.example/",
        "https://files.example.evil.example/",
        "https://sub.files.example/",
        "http://127.0.0.1:8081/api",
        "http://127.0.0.1:8080/apis",
        "http://127.0.0.1:8080/api/%2e%2e/x",
        "https://127.0.0.1:8080/api",
    ] {
        let told = ask(address).fails("not_found", 2);
        assert!(told.contains("api_base_url"), "{told}");
    }
    ask("http://127.0.0.1:8080/api/x").ok();
    ask("http://localhost:9999/").ok();
    ask("http://files.example/").fails("insecure_endpoint", 8);
    ask("files.example").fails("usage", 2);
    ask("https://a:b@files.example/").fails("usage", 2);
    home.json(&["token", "work", "--for", "https://files.example/"])
        .fails("usage", 2);
    home.json(&["token"]).fails("usage", 2);
    crate::home()
        .json(&["token", "--for", "https://files.example/"])
        .fails("not_found", 2);
}
