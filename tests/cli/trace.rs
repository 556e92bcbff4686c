//! `link --trace`: what it tells, and that no secret is in it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use keybelt_test_support::hostile::{Answer, Hostile, Twists};
use keybelt_test_support::{Browser, CLIENT_SECRET, Home, ODD_CLIENT_SECRET, Person, Provider};
use serde_json::{Value, json};
use url::Url;

use crate::{account_of, add_profile, home, home_at, home_with, name_of};

/// A file for a trace, not there yet.
pub fn place(home: &Home) -> PathBuf {
    home.path().with_file_name("trace.jsonl")
}

/// Every line.
#[track_caller]
pub fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.ends_with('\n'), "{text}");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().unwrap()).collect()
}

/// The exchanges with a path.
pub fn exchanges<'a>(lines: &'a [Value], path: &str) -> Vec<&'a Value> {
    let with_path = |line: &&Value| {
        let url = line["request"]["url"]
            .as_str()
            .and_then(|url| Url::parse(url).ok());
        url.is_some_and(|url| url.path() == path)
    };
    lines.iter().filter(with_path).collect()
}

/// How a text writes these bytes in base64, whatever stands before them.
fn in_base64(secret: &str) -> Vec<String> {
    let cut = |text: String, start: usize, bytes: usize| text[start..bytes * 8 / 6].to_owned();
    (0..3)
        .flat_map(|before| {
            let bytes = [vec![b'x'; before], secret.as_bytes().to_vec()].concat();
            let start = [0, 2, 3][before];
            [
                cut(STANDARD_NO_PAD.encode(&bytes), start, bytes.len()),
                cut(URL_SAFE_NO_PAD.encode(&bytes), start, bytes.len()),
            ]
        })
        .collect()
}

/// Asserts that the file holds none of the secrets, however it might be written.
#[track_caller]
pub fn assert_without(file: &Path, secrets: &[(&str, String)]) {
    let text = std::fs::read_to_string(file).unwrap();
    for (what, secret) in secrets {
        assert!(secret.len() >= 4, "{what}: nothing to look for");
        let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let strict: String = secret
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect();
        let twice = strict.replace('%', "%25");
        let mut forms = vec![secret.clone(), form, strict.to_lowercase(), strict, twice];
        forms.push(json!(secret).to_string().trim_matches('"').to_owned());
        if secret.len() > 12 {
            forms.extend(in_base64(secret));
        }
        for form in forms {
            assert!(!text.contains(&form), "the trace holds {what}");
        }
    }
    assert!(!text.contains("eyJ"), "the trace holds a JWT");
}

fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse(address).unwrap();
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[test]
fn a_trace_tells_the_whole_link_and_no_secret() {
    let provider = Provider::oidc_provider(&["work"]);
    for (client, secret) in [("basic", CLIENT_SECRET), ("odd:client", ODD_CLIENT_SECRET)] {
        let home = home();
        add_profile(&home, &provider, client, Some(secret)).ok();
        let file = place(&home);
        let linking = home.start_link(&["work", "--trace", file.to_str().unwrap()]);
        let address = linking.address().unwrap();
        let back = Browser::default()
            .authorize(&address, &Person::allowing("ada"))
            .address();
        Browser::default().open(back.as_str());
        let account = account_of(&linking.end().ok());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        let lines = lines(&file);
        let events = events(&lines);
        assert_eq!((events[0], events[events.len() - 1]), ("begun", "linked"));
        let position = |wanted| events.iter().position(|event| *event == wanted).unwrap();
        let (asked, answered) = (
            position("authorization_request"),
            position("authorization_response"),
        );
        assert!(asked < answered, "{events:?}");
        assert_eq!(lines[lines.len() - 1]["account"], account["name"]);
        assert_eq!(
            parameter(lines[asked]["url"].as_str().unwrap(), "client_id"),
            client
        );

        let token = exchanges(&lines, "/token")[0];
        assert_eq!(token["request"]["method"], "POST");
        assert_eq!(token["answer"]["status"], 200);
        assert_eq!(token["answer"]["body"]["token_type"], "Bearer");
        assert_eq!(token["error"], Value::Null);
        let sent = token["request"]["body"].as_str().unwrap();
        assert!(sent.contains("grant_type=authorization_code"), "{sent}");
        assert!(sent.contains("code_verifier=[secret, 43 bytes]"), "{sent}");
        for path in ["/jwks", "/me"] {
            assert_eq!(exchanges(&lines, path).len(), 1, "{path}");
        }

        let redeemed = provider.requests_to("/token").pop().unwrap();
        let name = name_of(&account);
        let bearer = home.json(&["token", name]).ok().json();
        let sent = |name: &str| redeemed["params"][name].as_str().unwrap().to_owned();
        assert_without(
            &file,
            &[
                ("the client secret", secret.to_owned()),
                ("the code", sent("code")),
                ("the code of the callback", parameter(back.as_str(), "code")),
                ("the verifier", sent("code_verifier")),
                ("the state", parameter(&address, "state")),
                ("the nonce", parameter(&address, "nonce")),
                (
                    "the access token",
                    bearer["access_token"].as_str().unwrap().to_owned(),
                ),
            ],
        );
    }
}

#[test]
fn a_refresh_token_is_in_no_trace() {
    let provider = Provider::authlib();
    let home = home_at(&provider);
    let file = place(&home);
    let linked = home
        .link(
            &["work", "--trace", file.to_str().unwrap()],
            &Person::allowing("ada"),
        )
        .ok();
    let account = account_of(&linked);
    home.json(&["refresh", name_of(&account)]).ok();
    let refreshed = provider.refreshes().pop().unwrap();
    let token = refreshed["params"]["refresh_token"].as_str().unwrap().to_owned();
    let lines = lines(&file);
    let answer = &exchanges(&lines, "/oauth2/token")[0]["answer"]["body"];
    let mark = format!("[secret, {} bytes]", token.len());
    assert_eq!(answer["refresh_token"], json!(mark));
    assert_without(&file, &[("the refresh token", token)]);
}

#[test]
fn a_link_that_fails_has_its_last_exchange() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    provider.answer(
        "/token",
        2,
        400,
        r#"{"error":"invalid_grant","error_description":"so it is"}"#,
    );
    let file = place(&home);
    home.link(
        &["work", "--trace", file.to_str().unwrap()],
        &Person::allowing("ada"),
    )
    .fails("provider_error", 7);
    let lines = lines(&file);
    let [.., exchange, failed] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(exchange["answer"]["status"], 400);
    assert_eq!(
        exchange["answer"]["body"],
        json!({"error": "invalid_grant", "error_description": "so it is"})
    );
    assert_eq!(failed["event"], "failed");
    assert_eq!(failed["error"]["code"], "provider_error");
}

#[test]
fn an_exchange_that_came_to_nothing_says_why() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let file = place(&home);
    let linking = home.start_link(&["work", "--trace", file.to_str().unwrap()]);
    let back = Browser::default()
        .authorize(&linking.address().unwrap(), &Person::allowing("ada"))
        .address();
    drop(provider);
    Browser::default().open(back.as_str());
    linking.end().fails("network", 6);
    let lines = lines(&file);
    let token = exchanges(&lines, "/token")[0];
    assert_eq!(
        (&token["answer"], &token["error"]),
        (&Value::Null, &json!("no connection"))
    );
}

#[test]
fn what_a_provider_says_again_is_replaced_whatever_it_is_written_as() {
    let hostile = Arc::new(Hostile::honest());
    let home = home_with(&hostile);
    for (case, kind, text) in [
        (
            "whole",
            "application/json",
            r#"{"error":"invalid_grant","error_description":"not CODE, VERIFIER"}"#,
        ),
        (
            "broken",
            "application/json",
            r#"{"access_token":"at-canary-1","echo":"CODE VERIFIER""#,
        ),
        (
            "page",
            "text/html",
            "<p>access_token=at-canary-1 CODE <b>VERIFIER</b></p>",
        ),
        (
            "form",
            "text/plain",
            "error=x&access_token=at-canary-1&echo=CODE%20VERIFIER",
        ),
    ] {
        let provider = Arc::downgrade(&hostile);
        hostile.twist(Twists {
            token: Some(Box::new(move |answer: &mut Answer| {
                let asked = provider
                    .upgrade()
                    .and_then(|provider| provider.asked().pop())
                    .unwrap();
                let said = text
                    .replace("CODE", &asked.parameters["code"])
                    .replace("VERIFIER", &asked.parameters["code_verifier"]);
                *answer = Answer::text(400, kind, &said);
            })),
            ..Twists::default()
        });
        let file = home.path().with_file_name(case);
        let ended = home.link(
            &["work", "--trace", file.to_str().unwrap()],
            &Person::allowing("ada"),
        );
        assert_ne!(ended.code, Some(0), "{case}");
        let asked = hostile.asked();
        let sent = &asked
            .iter()
            .rfind(|asked| asked.path == "/token")
            .unwrap()
            .parameters;
        assert_eq!(
            exchanges(&lines(&file), "/token")[0]["answer"]["status"],
            400,
            "{case}"
        );
        assert_without(
            &file,
            &[
                ("the access token", "at-canary-1".to_owned()),
                ("the code", sent["code"].clone()),
                ("the verifier", sent["code_verifier"].clone()),
            ],
        );
    }
}

#[test]
fn a_file_that_is_there_is_not_touched_and_no_link_is_followed() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let asked = provider.log().len();
    let there = home.file("there", "mine");
    let told = home.json(&["link", "work", "--no-open", "--trace", &there]);
    assert!(told.fails("already_exists", 2).contains(&there));
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "mine");
    let pointing = place(&home);
    let target = home.path().with_file_name("target");
    symlink(&target, &pointing).unwrap();
    home.json(&["link", "work", "--no-open", "--trace", pointing.to_str().unwrap()])
        .fails("already_exists", 2);
    assert!(!target.exists());
    let nowhere = home.path().with_file_name("nowhere").join("trace");
    let told = home
        .json(&["link", "work", "--no-open", "--trace", nowhere.to_str().unwrap()])
        .fails("usage", 2);
    assert!(told.contains("its folder is not there"), "{told}");
    assert_eq!(provider.log().len(), asked, "nobody was asked");
}

#[test]
fn a_link_that_is_interrupted_says_so_in_its_trace() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let file = place(&home);
    let linking = home.start_link(&["work", "--trace", file.to_str().unwrap()]);
    // A killed one leaves what it had written: everything up to the person's way to the provider.
    assert_eq!(events(&lines(&file)).last(), Some(&"authorization_request"));
    linking.signal("INT");
    linking.end().fails("cancelled", 4);
    let lines = lines(&file);
    assert_eq!(lines[lines.len() - 1]["error"]["code"], "cancelled");
}

#[test]
fn an_address_that_is_pasted_is_traced() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let file = place(&home);
    let mut command = home.command(&["--json", "link", "work", "--via", "manual", "--trace"]);
    let mut child = command
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let event: Value = serde_json::from_str(&line).unwrap();
    let back = Browser::default()
        .authorize(event["url"].as_str().unwrap(), &Person::allowing("ada"))
        .address();
    writeln!(child.stdin.take().unwrap(), "{back}").unwrap();
    child.wait().unwrap();
    let lines = lines(&file);
    assert_eq!(lines[0]["via"], "manual");
    let came = lines
        .iter()
        .find(|line| line["event"] == "authorization_response");
    let code = parameter(back.as_str(), "code");
    let mark = format!("[secret, {} bytes]", code.len());
    let parameters = came.unwrap()["parameters"].as_array().unwrap();
    assert!(parameters.contains(&json!(["code", mark])), "{parameters:?}");
    assert_without(&file, &[("the code", code)]);
}
