//! The built-in providers: each entry is linked with an id and a secret and nothing else. Only the addresses are other
//! ones, set by the profile over the catalogue's, so that a server of the tests answers in the provider's place.

use std::collections::BTreeMap;

use keybelt_test_support::hostile::{Answer, Asked, CLIENT_ID, Hostile, SUBJECT, Twists};
use keybelt_test_support::{CLIENT_SECRET, CONSUMER, Home, Person, Provider};
use serde_json::{Map, Value, json};
use url::Url;

use crate::{account_of, home, home_without_vault, name_of};

const SECRET: &str = "s3c:ret/of+the client";

/// Every entry of a protocol but the practice provider's own, whole.
fn entries(home: &Home, protocols: &[&str]) -> Vec<Value> {
    let all = home.json(&["provider", "list"]).ok().json();
    let ids = all.as_array().unwrap().iter();
    let ids =
        ids.filter(|one| one["category"] != "practice" && protocols.iter().any(|it| one["protocol"] == *it));
    ids.map(|one| {
        home.json(&["provider", "show", one["id"].as_str().unwrap()])
            .ok()
            .json()
    })
    .collect()
}

/// The id, the secret, and each address of the entry led to `here`, its query kept.
fn registration(entry: &Value, client_id: &str, secret: &str, here: impl Fn(&str) -> String) -> Value {
    let mut settings = json!({"provider": entry["id"], "client_id": client_id, "client_secret": secret});
    for (key, value) in entry["settings"].as_object().unwrap() {
        let Some(address) = value.as_str().and_then(|text| Url::parse(text).ok()) else {
            continue;
        };
        let query = address
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        settings[key] = json!(here(key) + &query);
    }
    // That port is one for the whole machine; another test has it.
    settings["quirks"] = json!({"loopback_port": "any"});
    settings
}

fn at_hostile(hostile: &Hostile) -> impl Fn(&str) -> String {
    |key| {
        let path = match key {
            "issuer" => "",
            "authorize_url" => "/authorize",
            "access_token_url" => "/token",
            "refresh_token_url" => "/other/token",
            "userinfo_endpoint" => "/userinfo",
            "revocation_endpoint" => "/revoke",
            "api_base_url" => "/api/",
            other => panic!("{other} leads nowhere yet"),
        };
        format!("{}{path}", hostile.issuer())
    }
}

fn at_authlib(provider: &Provider) -> impl Fn(&str) -> String {
    |key| match key {
        "request_token_url" => provider.url("/oauth1/initiate"),
        "authorize_url" => provider.url("/oauth1/authorize"),
        "access_token_url" => provider.url("/oauth1/token"),
        "userinfo_endpoint" => provider.url("/api/me"),
        "api_base_url" => provider.url("/api/"),
        other => panic!("{other} leads nowhere yet"),
    }
}

/// Adds a profile that is named as its entry is, and links it.
#[track_caller]
fn linked(home: &Home, settings: &Value) -> Value {
    let name = settings["provider"].as_str().unwrap();
    let file = home.file("registration.json", &settings.to_string());
    home.json(&["profile", "add", name, "--from", &file]).ok();
    account_of(&home.link(&[name], &Person::allowing("ada")).ok())
}

/// What a provider says of a person whose claims stand where the entry has them.
fn person_of(entry: &Value) -> Value {
    let mut said = json!({});
    for (claim, path) in entry["settings"]["userinfo_map"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let mut place = &mut said;
        for segment in path.as_str().unwrap().split('.') {
            place = match segment.parse::<usize>() {
                Ok(0) => {
                    *place = json!([{}]);
                    &mut place[0]
                }
                Ok(more) => panic!("only the first of a list is looked at, not {more}"),
                Err(_) => {
                    if !place.is_object() {
                        *place = json!({});
                    }
                    &mut place[segment]
                }
            };
        }
        *place = claimed(claim);
    }
    said
}

fn claimed(claim: &str) -> Value {
    match claim {
        "sub" => json!(9_007_199_254_740_993_u64),
        "email" => json!("ada@example.test"),
        other => json!(format!("the {other}")),
    }
}

fn requests(asked: &[Asked], path: &str) -> Vec<Asked> {
    asked.iter().filter(|one| one.path == path).cloned().collect()
}

/// The account is the one that the entry's map finds, in the order in which names are looked for.
fn assert_who(entry: &Value, account: &Value) {
    let map = entry["settings"]["userinfo_map"].as_object().unwrap();
    let same = |a: &str, b: &str| map.get(a).is_some() && map.get(a) == map.get(b);
    assert_eq!(account["subject"], "9007199254740993", "{entry}");
    if map.contains_key("email") && !same("email", "preferred_username") {
        assert_eq!(account["email"], "ada@example.test", "{entry}");
    }
    if map.contains_key("name") && !same("name", "preferred_username") {
        assert_eq!(account["display_name"], "the name", "{entry}");
    }
    if map.contains_key("picture") {
        assert_eq!(account["picture"], "the picture", "{entry}");
    }
}

#[test]
fn a_plain_provider_is_linked_and_refreshed_by_an_id_and_a_secret() {
    let home = home();
    let entries = entries(&home, &["oauth2"]);
    assert!(entries.len() >= 12, "{}", entries.len());
    for entry in entries {
        let person = person_of(&entry);
        let hostile = Hostile::twisted(Twists {
            userinfo: Some(Box::new(move |answer| {
                answer.edit(|value| *value = person.clone())
            })),
            ..Twists::default()
        });
        let account = linked(
            &home,
            &registration(&entry, CLIENT_ID, SECRET, at_hostile(&hostile)),
        );
        assert_eq!(account["protocol"], "oauth2", "{entry}");
        assert_who(&entry, &account);
        home.json(&["refresh", name_of(&account)]).ok();
        assert_asked(&entry, &hostile.asked());
    }
}

/// Each thing that an entry says reached the wire.
fn assert_asked(entry: &Value, asked: &[Asked]) {
    let settings = &entry["settings"];
    let front = &requests(asked, "/authorize")[0].parameters;
    let kwargs = |name: &str| settings["client_kwargs"][name].as_str();
    let separator = settings["quirks"]["scope_separator"].as_str().unwrap_or(" ");
    let scope = kwargs("scope").map(|scope| scope.replace(' ', separator));
    assert_eq!(front.get("scope"), scope.as_ref(), "{entry}");
    assert_eq!(front["code_challenge_method"], "S256", "{entry}");
    assert_eq!(
        front.get("prompt").map(String::as_str),
        kwargs("prompt"),
        "{entry}"
    );
    for (name, value) in settings["authorize_params"].as_object().unwrap_or(&Map::new()) {
        assert_eq!(front[name], *value, "{entry}");
    }
    let posted = kwargs("token_endpoint_auth_method") == Some("client_secret_post");
    let refreshes_at = match settings.get("refresh_token_url") {
        Some(_) => "/other/token",
        None => "/token",
    };
    let mut back = requests(asked, "/token");
    back.extend(
        requests(asked, refreshes_at)
            .into_iter()
            .filter(|_| refreshes_at != "/token"),
    );
    let grants: Vec<&str> = back
        .iter()
        .map(|one| one.parameters["grant_type"].as_str())
        .collect();
    assert_eq!(grants, ["authorization_code", "refresh_token"], "{entry}");
    for one in &back {
        assert_eq!(
            one.parameters.get("client_secret").map(String::as_str),
            posted.then_some(SECRET),
            "{entry}"
        );
        assert_eq!(one.authorization.is_none(), posted, "{entry}");
    }
    let userinfo = &requests(asked, "/userinfo")[0];
    let method = settings["quirks"]["userinfo_method"].as_str().unwrap_or("GET");
    assert_eq!(userinfo.method, method, "{entry}");
    let wanted = settings["userinfo_endpoint"]
        .as_str()
        .and_then(|text| text.split_once('?'));
    if let Some((_, query)) = wanted {
        assert_eq!(userinfo.query, query, "{entry}");
    }
}

#[test]
fn an_openid_provider_is_linked_and_refreshed_by_an_id_and_a_secret() {
    let home = home();
    let entries = entries(&home, &["oidc"]);
    assert!(entries.len() >= 4, "{}", entries.len());
    for entry in entries {
        let hostile = Hostile::honest();
        let account = linked(
            &home,
            &registration(&entry, CLIENT_ID, SECRET, at_hostile(&hostile)),
        );
        assert_eq!(
            (&account["protocol"], &account["subject"], &account["issuer"]),
            (&json!("oidc"), &json!(SUBJECT), &json!(hostile.issuer())),
            "{entry}"
        );
        home.json(&["refresh", name_of(&account)]).ok();
        let asked = hostile.asked();
        assert_asked(&entry, &asked);
        assert!(
            requests(&asked, "/authorize")[0].parameters.contains_key("nonce"),
            "{entry}"
        );
    }
}

#[test]
fn a_provider_of_oauth_1_is_linked_by_an_id_and_a_secret() {
    let provider = Provider::authlib();
    let home = home();
    let entries = entries(&home, &["oauth1"]);
    assert!(entries.len() >= 4, "{}", entries.len());
    for entry in entries {
        provider.reset();
        let person = person_of(&entry);
        if entry["settings"].get("userinfo_endpoint").is_some() {
            provider.answer("/api/me", 1, 200, &person.to_string());
        } else {
            // What came beside the token is all there is.
            let mut answer = vec![
                ("oauth_token".to_owned(), "t-1".to_owned()),
                ("oauth_token_secret".to_owned(), "ts-1".to_owned()),
            ];
            for (name, value) in person.as_object().unwrap() {
                answer.push((
                    name.clone(),
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                ));
            }
            let body = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(answer)
                .finish();
            provider.answer("/oauth1/token", 1, 200, &body);
        }
        let account = linked(
            &home,
            &registration(&entry, CONSUMER, CLIENT_SECRET, at_authlib(&provider)),
        );
        assert_eq!(account["protocol"], "oauth1", "{entry}");
        assert_who(&entry, &account);
        let first = &provider.requests_to("/oauth1/initiate")[0]["oauth"];
        assert_eq!(first["oauth_signature_method"], "HMAC-SHA1", "{entry}");
        let sent = &provider.requests_to("/oauth1/authorize")[0]["params"];
        for (name, value) in entry["settings"]["authorize_params"]
            .as_object()
            .unwrap_or(&Map::new())
        {
            assert_eq!(sent[name], *value, "{entry}");
        }
    }
}

#[test]
fn github_answers_with_a_form_and_commas_and_nothing_to_refresh() {
    let hostile = Hostile::twisted(Twists {
        token: Some(Box::new(|answer| {
            let token = answer.value()["access_token"].as_str().unwrap().to_owned();
            let body = format!("access_token={token}&scope=read%3Auser%2Cuser%3Aemail&token_type=bearer");
            *answer = Answer::text(200, "application/x-www-form-urlencoded; charset=utf-8", &body);
        })),
        userinfo: Some(Box::new(|answer| {
            answer.edit(|value| {
                *value = json!({"id": 583_231, "login": "octocat", "name": null, "email": null})
            });
        })),
        ..Twists::default()
    });
    let home = home();
    let entry = home.json(&["provider", "show", "github"]).ok().json();
    let account = linked(
        &home,
        &registration(&entry, CLIENT_ID, SECRET, at_hostile(&hostile)),
    );
    assert_eq!(account["name"], "github/octocat");
    assert_eq!(account["subject"], "583231");
    assert_eq!(account["scopes"], json!(["read:user", "user:email"]));
    assert_eq!(
        (&account["refreshable"], &account["expires_at"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(account["status"], "fresh");
    let code = &requests(&hostile.asked(), "/token")[0];
    assert_eq!(code.headers["accept"], "application/json");
    home.json(&["refresh", name_of(&account)])
        .fails("not_refreshable", 2);
    home.json(&["unlink", name_of(&account), "--revoke"])
        .fails("revocation_unsupported", 2);
}

#[test]
fn github_refuses_a_code_with_status_200() {
    let hostile = Hostile::twisted(Twists {
        token: Some(Box::new(|answer| {
            let refused = json!({"error": "bad_verification_code", "error_description": "The code is incorrect or expired."});
            *answer = Answer::json(200, &refused);
        })),
        ..Twists::default()
    });
    let home = home();
    let entry = home.json(&["provider", "show", "github"]).ok().json();
    let settings = registration(&entry, CLIENT_ID, SECRET, at_hostile(&hostile));
    let file = home.file("registration.json", &settings.to_string());
    home.json(&["profile", "add", "github", "--from", &file]).ok();
    home.link(&["github"], &Person::allowing("ada"))
        .fails("provider_error", 7);
    assert_eq!(home.json(&["list"]).ok().json(), json!([]));
}

/// The port that is compared: what the profile says to register is what is sent, by each route.
#[test]
#[expect(clippy::disallowed_methods, reason = "the port is held by something else")]
fn where_the_port_is_compared_the_same_one_is_registered_listened_at_and_sent() {
    let hostile = Hostile::honest();
    let home = home();
    for (quirks, registered) in [
        (
            json!({"loopback_port": "exact"}),
            json!([
                "app.keybelt:/callback/work",
                "http://127.0.0.1:8723/callback/work"
            ]),
        ),
        (
            json!({"loopback_port": "exact", "custom_scheme": "refused"}),
            json!(["http://127.0.0.1:8723/callback/work"]),
        ),
        (
            json!({"custom_scheme": "refused"}),
            json!(["http://127.0.0.1/callback/work"]),
        ),
    ] {
        let settings = json!({"issuer": hostile.issuer(), "client_id": CLIENT_ID, "quirks": quirks, "client_kwargs": {"scope": "openid"}});
        let file = home.file("settings.json", &json!({"work": settings}).to_string());
        let imported = home.json(&["profile", "import", &file, "--replace"]).ok().json();
        assert_eq!(imported[0]["redirect_uris"], registered);
        // Nothing listens where the person carries the answer.
        let linking = home.start(&["--json", "link", "work", "--via", "manual"]);
        let event = linking.json();
        assert_eq!(
            event["redirect_uri"],
            registered.as_array().unwrap().last().unwrap().clone()
        );
    }
    let settings = json!({"work": {"issuer": hostile.issuer(), "client_id": CLIENT_ID, "quirks": {"loopback_port": "exact"}}});
    let file = home.file("settings.json", &settings.to_string());
    home.json(&["profile", "import", &file, "--replace"]).ok();
    // Whoever has the port, this test or another program, Keybelt does not pick another one.
    let _held = std::net::TcpListener::bind(("127.0.0.1", 8723)).ok();
    let words = home
        .json(&["link", "work", "--no-open"])
        .fails("route_unavailable", 2);
    assert!(words.contains("8723"), "{words}");
}

#[test]
fn the_entry_says_what_is_done_without_a_word_of_the_person() {
    let home = home();
    for (id, uris) in [
        ("google", json!(["http://127.0.0.1/callback/google"])),
        (
            "github",
            json!(["app.keybelt:/callback/github", "http://127.0.0.1/callback/github"]),
        ),
        ("dropbox", json!(["http://127.0.0.1:8723/callback/dropbox"])),
    ] {
        let added = home
            .json(&["profile", "add", id, "--provider", id, "--client-id", "c"])
            .ok()
            .json();
        assert_eq!(added["redirect_uris"], uris, "{id}");
        let own: BTreeMap<&String, &Value> = added["settings"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, it)| it["layer"] == "profile")
            .collect();
        assert_eq!(own.into_keys().collect::<Vec<_>>(), ["client_id"], "{id}");
    }
    // What every client of theirs has is missed by name before anybody is sent there.
    let words = home
        .json(&["link", "github", "--no-open"])
        .fails("invalid_profile", 2);
    assert!(words.contains("client_secret"), "{words}");
}

#[test]
fn a_list_is_sorted_and_searched_by_id_name_and_category() {
    let home = home_without_vault();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let all: Vec<&str> = ["provider", "list"].iter().chain(arguments).copied().collect();
        let found = home.json(&all).ok().json();
        for one in found.as_array().unwrap() {
            let members: Vec<&String> = one.as_object().unwrap().keys().collect();
            assert_eq!(members, ["id", "name", "protocol", "category"]);
        }
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = ids(&[]);
    assert!(all.is_sorted() && all.len() >= 14, "{all:?}");
    assert_eq!(ids(&["--search", "GITHUB"]), ["github"]);
    assert_eq!(ids(&["--search", "developer"]), ids(&["--search", "Developer"]));
    assert!(ids(&["--search", "oauth 1.0a"]).contains(&"twitter-oauth1".to_owned()));
    assert_eq!(ids(&["--search", "no such thing"]), Vec::<String>::new());
    let words = home.json(&["provider", "show", "gihub"]).fails("not_found", 2);
    assert!(words.contains("github"), "{words}");
    assert!(!home.path().exists(), "looking into the catalogue makes no vault");
}
