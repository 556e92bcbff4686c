//! Temporary credentials: kept while the person is away, used once, and wiped whatever comes of it (specs O1-06).

use std::process::Command;

use keybelt_test_support::{Browser, Home, Linking, Person, Provider};
use serde_json::{Value, json};

use super::{home_with, link};
use crate::accounts_in;

/// How many sealed authorizations wait in the vault.
fn waiting(home: &Home) -> usize {
    let script = "import sqlite3, sys; \
                  print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM pending').fetchone()[0])";
    let vault = home.path().join("vault.db");
    let read = Command::new("python3").args(["-c", script]).arg(vault).output();
    String::from_utf8(read.unwrap().stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// What becomes of a link: the provider's knobs, what the person does, the code and exit of the end.
type Outcome = (Value, fn(&Linking), &'static str, i32);

fn answer(linking: &Linking, person: &Person) {
    let address = linking.address().unwrap();
    let back = Browser::default().authorize(&address, person).address();
    Browser::default().open(back.as_str());
}

#[test]
fn temporary_credentials_are_wiped_whatever_becomes_of_the_link() {
    let allow: fn(&Linking) = |linking| answer(linking, &Person::allowing("ada"));
    let refused = |status: u16, body: &str| json!({"rules": [{"path": "/oauth1/token", "status": status, "body": body}]});
    let outcomes: [Outcome; 6] = [
        (refused(503, ""), allow, "provider_unavailable", 6),
        (
            refused(401, "oauth_problem=token_rejected"),
            allow,
            "provider_error",
            7,
        ),
        (refused(200, "oauth_token=t"), allow, "invalid_response", 7),
        (
            json!({}),
            |linking| answer(linking, &Person::denying()),
            "access_denied",
            4,
        ),
        (json!({}), |linking| linking.signal("INT"), "cancelled", 4),
        (json!({}), |_| {}, "timed_out", 4),
    ];
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    for (knobs, act, code, exit) in outcomes {
        provider.reset();
        provider.set(&knobs);
        let patience = if code == "timed_out" { "1" } else { "300" };
        let linking = home.start_link(&["old", "--timeout", patience]);
        assert!(linking.address().is_some());
        // The one that times out may be over already.
        assert!(waiting(&home) == 1 || code == "timed_out", "{code}");
        act(&linking);
        linking.end().fails(code, exit);
        assert_eq!((waiting(&home), accounts_in(&home)), (0, 0), "{code} {knobs}");
    }
    provider.reset();
    link(&home);
    assert_eq!(waiting(&home), 0);
}

#[test]
fn an_endpoint_without_tls_is_refused_as_soon_as_it_is_entered() {
    let provider = Provider::authlib();
    for key in [
        "request_token_url",
        "authorize_url",
        "access_token_url",
        "userinfo_endpoint",
        "api_base_url",
    ] {
        let home = crate::home();
        let changed = json!({ key: "http://old.example/endpoint" });
        super::add_profile(&home, &provider, &changed).fails("insecure_endpoint", 8);
        assert_eq!(home.json(&["profile", "list"]).ok().json(), json!([]), "{key}");
    }
}
