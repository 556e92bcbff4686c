use keybelt_test_support::{Browser, CLIENT_SECRET, Person, Provider};
use serde_json::{Value, json};
use url::Url;

use super::{home_with, signed};
use crate::trace::{assert_without, exchanges, lines, place};

fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse(address).unwrap();
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[test]
fn a_trace_tells_each_signed_exchange_and_no_secret() {
    let provider = Provider::authlib();
    for (method, placement) in [
        ("HMAC-SHA1", "HEADER"),
        ("HMAC-SHA256", "QUERY"),
        ("PLAINTEXT", "BODY"),
        ("PLAINTEXT", "HEADER"),
    ] {
        let case = format!("{method} {placement}");
        let home = home_with(
            &provider,
            &json!({"client_kwargs": {
                "signature_method": method, "signature_type": placement, "plaintext_on_loopback": true,
            }}),
        );
        let file = place(&home);
        let linking = home.start_link(&["old", "--trace", file.to_str().unwrap()]);
        let address = linking.address().unwrap();
        let back = Browser::default()
            .authorize(&address, &Person::allowing("ada"))
            .address();
        Browser::default().open(back.as_str());
        let account = crate::account_of(&linking.end().ok());

        let lines = lines(&file);
        for path in ["/oauth1/initiate", "/oauth1/token", "/api/me"] {
            let exchange = exchanges(&lines, path)[0];
            assert_eq!(exchange["answer"]["status"], 200, "{case} {path}");
            let request = exchange["request"].to_string();
            assert!(request.contains("oauth_consumer_key"), "{case} {path}: {request}");
            assert!(request.contains(method), "{case} {path}: {request}");
        }
        let answer = exchanges(&lines, "/oauth1/token")[0]["answer"]["body"].clone();
        assert!(
            answer.as_str().unwrap().contains("oauth_token_secret=[secret, "),
            "{case}: {answer}"
        );

        let name = account["name"].as_str().unwrap();
        let held = home.json(&["token", name]).ok().json();
        let held = |name: &str| held[name].as_str().unwrap().to_owned();
        let mut secrets = vec![
            ("the client secret", CLIENT_SECRET.to_owned()),
            ("the token", held("oauth_token")),
            ("the token's secret", held("oauth_token_secret")),
            ("the temporary token", parameter(&address, "oauth_token")),
            ("the verifier", parameter(back.as_str(), "oauth_verifier")),
        ];
        for path in ["/oauth1/initiate", "/oauth1/token", "/api/me"] {
            let sent: Value = signed(&provider, path).pop().unwrap();
            secrets.push((
                "a signature",
                sent["oauth_signature"].as_str().unwrap().to_owned(),
            ));
        }
        assert_without(&file, &secrets);
    }
}
