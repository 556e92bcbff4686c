//! Where a provider's metadata is looked for, what of it counts, and which hosts it may lead to (specs MD, DI, SB-18).

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Home, Person, later};
use serde_json::{Value, json};

use crate::settings_on_the_wire::home_that_says;
use crate::{accounts_in, home, home_with, link};

type OnAnswer = fn(&mut Answer);

fn on_metadata(change: OnAnswer) -> Twists {
    Twists {
        metadata: Some(Box::new(change)),
        ..Twists::default()
    }
}

/// The paths that were asked for, the authorization's own left out.
fn paths(hostile: &Hostile) -> Vec<String> {
    hostile.asked().into_iter().map(|asked| asked.path).collect()
}

#[test]
fn md_01_di_01_an_issuer_with_a_path_has_its_document_at_one_of_two_places() {
    // The same provider below /other: its document names that issuer, and is found where OpenID Connect puts it.
    let below: OnAnswer = |answer| {
        answer.edit(|body| body["issuer"] = json!(format!("{}/other", body["issuer"].as_str().unwrap())));
    };
    for (scope, first) in [
        ("openid", "/other/.well-known/openid-configuration"),
        ("notes", "/.well-known/oauth-authorization-server/other"),
    ] {
        for slash in ["", "/"] {
            let hostile = Hostile::twisted(Twists {
                metadata: Some(Box::new(move |answer| {
                    below(answer);
                    answer.edit(|body| {
                        body["issuer"] = json!(format!("{}{slash}", body["issuer"].as_str().unwrap()))
                    });
                })),
                ..Twists::default()
            });
            let home = home_that_says(
                &hostile,
                &json!({
                    "issuer": format!("{}/other{slash}", hostile.issuer()),
                    "client_kwargs": {"scope": scope},
                }),
            );
            let linking = home.start_link(&["work", "--timeout", "1"]);
            assert!(linking.address().is_some(), "{scope} {slash}");
            assert_eq!(paths(&hostile)[0], first, "one slash at the end is left out");
            linking.signal("INT");
            linking.end().fails("cancelled", 4);
        }
    }
}

#[test]
fn md_03_an_issuer_is_an_address_and_nothing_more() {
    let home = home();
    for (issuer, code, exit) in [
        ("http://id.example.test", "insecure_endpoint", 8),
        ("https://id.example.test?tenant=1", "invalid_profile", 2),
        ("https://id.example.test#x", "invalid_profile", 2),
        ("https://ada@id.example.test", "invalid_profile", 2),
        ("file:///etc/passwd", "insecure_endpoint", 8),
        ("id.example.test", "invalid_profile", 2),
    ] {
        let add = [
            "profile",
            "add",
            "work",
            "--client-id",
            CLIENT_ID,
            "--issuer",
            issuer,
        ];
        let refused = home.json(&add);
        assert_eq!(
            (refused.error().as_str(), refused.code),
            (code, Some(exit)),
            "{issuer}: {refused:?}"
        );
        assert_eq!(home.json(&["profile", "list"]).ok().json(), json!([]));
    }
}

#[test]
fn md_04_no_metadata_is_no_licence_to_guess() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for change in [
        (|answer| *answer = Answer::text(404, "text/plain", "")) as OnAnswer,
        |answer| answer.status = 201,
        |answer| *answer = Answer::text(200, "text/html", "<html>"),
        |answer| answer.headers[0].1 = "text/plain".to_owned(),
        |answer| answer.headers.clear(),
    ] {
        hostile.twist(on_metadata(change));
        let ended = home.link(&["work"], &Person::allowing("ada"));
        assert_eq!(
            (ended.error().as_str(), ended.code),
            ("invalid_metadata", Some(7))
        );
        assert!(
            paths(&hostile)
                .iter()
                .all(|path| path.starts_with("/.well-known/")),
            "{:?}",
            paths(&hostile)
        );
    }
    hostile.twist(Twists::default());
    link(&home);
}

#[test]
fn md_07_what_is_said_under_a_signature_that_is_not_read_is_not_taken() {
    // {"alg":"none"} . {"token_endpoint":"https://evil.example.test/token"} .
    let signed =
        "eyJhbGciOiJub25lIn0.eyJ0b2tlbl9lbmRwb2ludCI6Imh0dHBzOi8vZXZpbC5leGFtcGxlLnRlc3QvdG9rZW4ifQ.";
    let hostile = Hostile::twisted(Twists {
        metadata: Some(Box::new(move |answer| {
            answer.edit(|body| body["signed_metadata"] = json!(signed));
        })),
        ..Twists::default()
    });
    link(&home_with(&hostile));
    assert_eq!(hostile.count("/token"), 1);
}

#[test]
fn md_09_metadata_is_read_before_each_link_and_not_for_each_refresh() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let read = || hostile.count("/.well-known/openid-configuration");
    assert_eq!(read(), 1);
    for _ in 0..3 {
        home.json(&["refresh", crate::name_of(&account)]).ok();
    }
    assert_eq!(read(), 1);
    link(&home);
    assert_eq!(read(), 2);
}

#[test]
fn md_09_metadata_that_is_no_longer_fresh_is_read_before_a_refresh_and_a_stale_copy_serves() {
    // ID tokens that are good at the later times too.
    let lasting = |metadata: OnAnswer| Twists {
        id_token: Some(Box::new(|token| {
            token.claims["exp"] = json!(token.claims["exp"].as_i64().unwrap() + 10_000);
        })),
        ..on_metadata(metadata)
    };
    let hostile = Hostile::twisted(lasting(|answer| {
        let field = ("cache-control".to_owned(), "max-age=400".to_owned());
        answer.headers.push(field);
    }));
    let home = home_with(&hostile);
    let account = link(&home);
    let refresh = || home.json(&["refresh", crate::name_of(&account)]).ok();
    let read = || hostile.count("/.well-known/openid-configuration");
    later(&home, 300, refresh);
    assert_eq!(read(), 1, "it is fresh");
    later(&home, 500, refresh);
    assert_eq!(read(), 2, "as long as its server said, and no longer");
    hostile.twist(lasting(|answer| *answer = Answer::text(503, "text/plain", "")));
    later(&home, 1_000, refresh);
    assert_eq!(read(), 3, "what cannot be had now is asked for, and done without");
}

#[test]
fn md_12_w_23_an_issuer_is_never_mended_and_the_message_says_which_to_set() {
    let slash: OnAnswer = |answer| {
        answer.edit(|body| body["issuer"] = json!(format!("{}/", body["issuer"].as_str().unwrap())));
    };
    for by_url in [true, false] {
        let hostile = Hostile::twisted(on_metadata(slash));
        let (issuer, url) = (
            hostile.issuer().to_owned(),
            format!("{}/.well-known/openid-configuration", hostile.issuer()),
        );
        let home = home_that_says(
            &hostile,
            &if by_url {
                json!({"issuer": null, "server_metadata_url": url})
            } else {
                json!({})
            },
        );
        let words = home
            .link(&["work"], &Person::allowing("ada"))
            .fails("issuer_mismatch", 8);
        for named in [issuer.clone(), format!("{issuer}/")] {
            assert!(
                words.contains(&format!("{named} "))
                    || words.contains(&format!("{named}."))
                    || words.contains(&format!("{named}`")),
                "{named}: {words}"
            );
        }
        assert_eq!(hostile.count("/authorize"), 0);
        let set = format!("issuer={issuer}/");
        home.json(&["profile", "set", "work", "--set", &set]).ok();
        // Said so by the profile, it is right; but then tokens and answers must say so too.
        hostile.twist(Twists {
            metadata: Some(Box::new(slash)),
            callback: Some(Box::new(|all| {
                for (name, value) in all.iter_mut().filter(|(name, _)| name == "iss") {
                    *value = format!("{value}/");
                    assert_eq!(name, "iss");
                }
            })),
            id_token: Some(Box::new(|token| {
                token.claims["iss"] = json!(format!("{}/", token.claims["iss"].as_str().unwrap()));
            })),
            ..Twists::default()
        });
        link(&home);
    }
    let hostile = Hostile::honest();
    let url = format!("{}/other/metadata", hostile.issuer());
    let home = home_that_says(&hostile, &json!({"issuer": null, "server_metadata_url": url}));
    let words = home
        .link(&["work"], &Person::allowing("ada"))
        .fails("invalid_profile", 2);
    assert!(words.contains("issuer"), "{words}");
    assert_eq!(
        paths(&hostile),
        [""; 0],
        "an address of neither form is not even asked"
    );
}

#[test]
fn w_40_h_03_an_address_that_may_see_no_secret_is_named_and_nothing_is_asked() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    for (member, address, code, exit) in [
        (
            "authorization_endpoint",
            "javascript:alert(1)",
            "insecure_endpoint",
            8,
        ),
        (
            "authorization_endpoint",
            "file:///etc/passwd",
            "insecure_endpoint",
            8,
        ),
        (
            "authorization_endpoint",
            "app.keybelt:/callback/work",
            "insecure_endpoint",
            8,
        ),
        (
            "token_endpoint",
            "http://id.example.test/x",
            "insecure_endpoint",
            8,
        ),
        (
            "token_endpoint",
            "https://ada:secret@id.example.test/x",
            "invalid_metadata",
            7,
        ),
        (
            "userinfo_endpoint",
            "data:application/json,{}",
            "insecure_endpoint",
            8,
        ),
        (
            "userinfo_endpoint",
            "https://id.example.test/x#fragment",
            "invalid_metadata",
            7,
        ),
        ("jwks_uri", "http://id.example.test/jwks", "insecure_endpoint", 8),
        ("jwks_uri", "/jwks", "invalid_metadata", 7),
        (
            "revocation_endpoint",
            "tauri://localhost/x",
            "insecure_endpoint",
            8,
        ),
    ] {
        hostile.twist(Twists {
            metadata: Some(Box::new(move |answer| {
                answer.edit(|body| body[member] = json!(address))
            })),
            ..Twists::default()
        });
        let ended = home.link(&["work"], &Person::allowing("ada"));
        let words = ended.fails(code, exit);
        assert!(words.contains(member), "{address}: {words}");
        assert_eq!(hostile.count("/authorize"), 0, "{member} {address}");
    }
    hostile.twist(Twists::default());
    link(&home);
    assert_eq!(accounts_in(&home), 1);
}

/// What a link of this home tells before the person is sent anywhere.
fn hosts_told(home: &Home) -> String {
    let linking = home.start_link(&["work"]);
    assert!(linking.address().is_some());
    linking.signal("INT");
    let told = linking.end().stderr;
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("Hosts besides the issuer's that will see a token: "));
    line.unwrap_or_default().to_owned()
}

#[test]
fn sb_18_every_host_that_is_not_the_issuers_is_told_before_the_person_is_sent() {
    let hostile = Hostile::honest();
    for (settings, told) in [
        (json!({}), ""),
        (
            json!({"userinfo_endpoint": "https://collect.example.test/me"}),
            "collect.example.test",
        ),
        (
            json!({"api_base_url": "https://api.example.test/v1/"}),
            "api.example.test",
        ),
        (
            json!({"revocation_endpoint": "https://revoke.example.test/"}),
            "revoke.example.test",
        ),
        (json!({"hosts": ["git.example.test"]}), "git.example.test"),
        // A profile cannot say of its own hosts that they are nobody's to be told of.
        (
            json!({"userinfo_endpoint": "https://collect.example.test/me", "hosts": ["collect.example.test"]}),
            "collect.example.test",
        ),
        (
            json!({"api_base_url": "https://b.example.test/", "hosts": ["a.example.test", "127.0.0.1"]}),
            "a.example.test, b.example.test",
        ),
    ] {
        assert_eq!(
            hosts_told(&home_that_says(&hostile, &settings)),
            told,
            "{settings}"
        );
    }
}

#[test]
fn md_08_endpoints_at_other_hosts_are_taken_and_told() {
    let elsewhere: OnAnswer = |answer| {
        answer.edit(|body| {
            let there = body["userinfo_endpoint"]
                .as_str()
                .unwrap()
                .replace("127.0.0.1", "localhost");
            body["userinfo_endpoint"] = json!(there);
        });
    };
    let hostile = Hostile::twisted(on_metadata(elsewhere));
    let told = hosts_told(&home_with(&hostile));
    assert!(told.starts_with("localhost:"), "{told}");
    assert_eq!(
        link(&home_with(&hostile))["email"],
        Value::from("someone@example.test")
    );
}
