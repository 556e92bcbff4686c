//! Where a request may go.

use keybelt_test_support::hostile::Hostile;
use serde_json::{Value, json};

use super::{Api, api_of};
use crate::{home_with, link, name_of};

#[test]
fn a_relative_address_is_asked_below_the_profiles_api_with_the_token_in_the_header() {
    for base in ["/api/v1", "/api/v1/"] {
        let hostile = Hostile::honest();
        let home = home_with(&hostile);
        home.json(&["profile", "remove", "work"]).ok();
        let api = format!("api_base_url={}{base}", hostile.issuer());
        let add = [
            "profile",
            "add",
            "work",
            "--issuer",
            hostile.issuer(),
            "--client-id",
            "hostile-client",
        ];
        home.json(&[&add[..], &["--scope", "openid", "--set", &api]].concat())
            .ok();
        let account = link(&home);
        for relative in ["me?fields=a%20b", "/me?fields=a%20b"] {
            let answer = home.json(&["request", name_of(&account), relative]).ok().json();
            assert_eq!(answer["status"], 200);
            assert_eq!(
                serde_json::from_str::<Value>(answer["body"].as_str().unwrap()).unwrap()["path"],
                "/api/v1/me"
            );
        }
        let asked = api_of(&hostile);
        assert_eq!(asked.len(), 2);
        let token = home.run(&["token", name_of(&account)]).ok().stdout;
        for asked in asked {
            assert_eq!(
                (asked.method.as_str(), asked.query.as_str()),
                ("GET", "fields=a%20b")
            );
            assert_eq!(asked.authorization, Some(format!("Bearer {}", token.trim())));
            assert!(asked.headers["accept"].starts_with("application/json"));
        }
    }
}

#[test]
fn an_address_that_leads_out_of_the_api_is_refused_before_the_token_is_touched() {
    let api = Api::honest();
    for address in [
        "//evil.example/",
        "/\\evil.example/",
        "..",
        "../admin",
        "a/../../admin",
        "%2e%2e/admin",
        ".%2E/admin",
        "..%2fadmin",
        "%252e%252e/admin",
        "..;/admin",
        "a\\..\\..\\admin",
        ".\t./admin",
        "me#fragment",
    ] {
        api.request(&[address]).fails("usage", 2);
    }
    for (address, code, exit) in [
        ("http://evil.example/", "insecure_endpoint", 8),
        ("http://localhost.evil.example/", "insecure_endpoint", 8),
        ("ftp://127.0.0.1/", "insecure_endpoint", 8),
        ("javascript:alert(1)", "insecure_endpoint", 8),
        ("https://user:pass@evil.example/", "usage", 2),
        ("https://evil.example/#x", "usage", 2),
        ("https://", "usage", 2),
    ] {
        api.request(&[address]).fails(code, exit);
    }
    assert_eq!((api.asked().len(), api.handed_over().len()), (0, 0));
    // The honest twins: odd, and below the API.
    for (address, path) in [
        ("@evil.example/", "/api/v1/@evil.example/"),
        ("/users:search", "/api/v1/users:search"),
        ("oak%2Ffield-notes", "/api/v1/oak%2Ffield-notes"),
        ("...", "/api/v1/..."),
        ("", "/api/v1/"),
    ] {
        api.request(&[address]).ok();
        assert_eq!(api.asked().last().unwrap().path, path);
    }
}

#[test]
fn an_address_in_full_goes_to_its_own_host_and_that_host_stands_in_the_log_first() {
    let (api, other) = (Api::honest(), Hostile::honest());
    let elsewhere = format!("{}/api/elsewhere", other.issuer());
    assert_eq!(api.request(&[&elsewhere]).ok().json()["status"], 200);
    assert_eq!((api.asked().len(), api_of(&other).len()), (0, 1));
    assert!(api_of(&other)[0].authorization.is_some());
    api.request(&["me"]).ok();
    let receivers: Vec<String> = api
        .handed_over()
        .iter()
        .map(|line| {
            format!(
                "{} by {}",
                line["receiver"].as_str().unwrap(),
                line["via"].as_str().unwrap()
            )
        })
        .collect();
    let host = |hostile: &Hostile| hostile.issuer().replace("http://", "");
    assert_eq!(
        receivers,
        [
            format!("{} by request", host(&other)),
            format!("{} by request", host(&api.hostile))
        ]
    );
    // Whoever cannot be reached may have been given the token, and stands there as well.
    drop(other);
    api.request(&[&elsewhere]).fails("network", 6);
    assert_eq!(api.handed_over().len(), 3);
}

#[test]
fn without_an_api_in_the_profile_only_an_address_in_full_is_asked() {
    let api = Api::with(&json!({"api_base_url": null}));
    let told = api.request(&["me"]).fails("invalid_profile", 2);
    assert!(told.contains("api_base_url"), "{told}");
    let full = format!("{}/api/me", api.hostile.issuer());
    assert_eq!(api.request(&[&full]).ok().json()["status"], 200);
}
