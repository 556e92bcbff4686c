//! A link from the first command to the sealed record, at providers that nobody here wrote.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{Browser, CLIENT_SECRET, ODD_CLIENT_SECRET, Person, Provider, Ran};
use serde_json::{Value, json};

use crate::{account_of, accounts_in, add_profile, home, home_at, home_with, link, name_of};

#[test]
fn each_client_authentication_links_at_oidc_provider() {
    let provider = Provider::oidc_provider(&["work"]);
    for (client, secret, scheme) in [
        ("public", None, None),
        ("basic", Some(CLIENT_SECRET), Some("Basic")),
        ("post", Some(CLIENT_SECRET), None),
        ("odd:client", Some(ODD_CLIENT_SECRET), Some("Basic")),
    ] {
        let home = home();
        let set = [
            "--set",
            "client_kwargs.token_endpoint_auth_method=client_secret_post",
        ];
        if client == "post" {
            let file = home.file("client-secret", CLIENT_SECRET);
            let mut add = vec![
                "profile",
                "add",
                "work",
                "--issuer",
                provider.issuer(),
                "--client-id",
                client,
            ];
            add.extend(["--scope", "openid email", "--client-secret-file", &file]);
            add.extend(set);
            home.json(&add).ok();
        } else {
            add_profile(&home, &provider, client, secret).ok();
        }
        let account = link(&home);
        assert_eq!(account["subject"], "ada", "{client}");
        assert_eq!(account["issuer"], provider.issuer());
        let redeemed = provider.requests_to("/token");
        assert_eq!(redeemed.last().unwrap()["auth"], json!(scheme), "{client}");
        assert!(
            redeemed.last().unwrap()["params"]["code_verifier"].is_string(),
            "{client}"
        );
        if client == "public" || client == "post" {
            assert_eq!(redeemed.last().unwrap()["params"]["client_id"], client);
        }
    }
}

#[test]
fn each_client_authentication_links_at_authlib() {
    let provider = Provider::authlib();
    for (client, method) in [
        ("public", "none"),
        ("basic", "client_secret_basic"),
        ("post", "client_secret_post"),
    ] {
        let home = home();
        let file = home.file("client-secret", CLIENT_SECRET);
        let method_set = format!("client_kwargs.token_endpoint_auth_method={method}");
        let mut add = vec![
            "profile",
            "add",
            "work",
            "--issuer",
            provider.issuer(),
            "--client-id",
            client,
        ];
        add.extend(["--scope", "openid email", "--set", &method_set]);
        if client != "public" {
            add.extend(["--client-secret-file", &file]);
        }
        home.json(&add).ok();
        let account = link(&home);
        assert_eq!(
            (&account["subject"], &account["protocol"]),
            (&json!("ada"), &json!("oidc")),
            "{client}"
        );
        let refreshed = home.json(&["refresh", name_of(&account)]).ok().json();
        assert_eq!(refreshed["status"], "fresh", "{client}");
    }
}

#[test]
fn every_signature_algorithm_is_verified() {
    let provider = Provider::oidc_provider(&["work"]);
    for algorithm in [
        "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "HS256",
    ] {
        let home = home();
        let client = format!("sig-{}", algorithm.to_lowercase());
        let registered = format!("client_kwargs.id_token_signed_response_alg={algorithm}");
        let file = home.file("client-secret", CLIENT_SECRET);
        let mut add = vec![
            "profile",
            "add",
            "work",
            "--issuer",
            provider.issuer(),
            "--client-id",
            &client,
        ];
        add.extend(["--scope", "openid", "--set", &registered]);
        if algorithm == "HS256" {
            add.extend(["--client-secret-file", &file]);
        }
        home.json(&add).ok();
        let account = link(&home);
        let shown = home.json(&["show", name_of(&account)]).ok().json();
        let signature = shown["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["check"] == "signature")
            .cloned();
        assert_eq!(signature.unwrap()["outcome"], "pass", "{algorithm}");
    }
}

#[test]
fn signed_userinfo_is_verified() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home();
    add_profile(&home, &provider, "userinfo-jwt", None).ok();
    let account = link(&home);
    let shown = home.json(&["show", name_of(&account)]).ok().json();
    assert_eq!(shown["userinfo"]["email"], "ada@example.test");
}

#[test]
fn a_person_who_says_no_leaves_nothing_behind() {
    for provider in [Provider::oidc_provider(&["work"]), Provider::authlib()] {
        let home = home_at(&provider);
        let linking = home.start_link(&["work"]);
        let no = Browser::default()
            .authorize(&linking.address().unwrap(), &Person::denying())
            .address();
        let (status, page) = Browser::default().open(no.as_str());
        assert_eq!(status, 200, "a no is an answer: {page}");
        assert!(page.contains("Not linked"), "{page}");
        linking.end().fails("access_denied", 4);
        assert_eq!(accounts_in(&home), 0);
        assert!(
            provider
                .log()
                .iter()
                .all(|request| request["params"]["code_verifier"].is_null())
        );
    }
}

#[test]
fn a_code_that_the_provider_no_longer_takes_is_a_provider_error() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let linking = home.start_link(&["work"]);
    let redirect = Browser::default()
        .authorize(&linking.address().unwrap(), &Person::allowing("ada"))
        .address();
    provider.revoke_all();
    Browser::default().open(redirect.as_str());
    linking.end().fails("provider_error", 7);
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn a_provider_in_trouble_is_told_apart_from_one_that_refuses() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    for (status, body, code, exit) in [
        (
            503,
            r#"{"error":"temporarily_unavailable"}"#,
            "provider_unavailable",
            6,
        ),
        (500, "<html>oops</html>", "provider_unavailable", 6),
        (429, "", "rate_limited", 6),
        (401, r#"{"error":"invalid_client"}"#, "provider_error", 7),
        (404, "<html>", "invalid_response", 7),
    ] {
        provider.answer("/token", 2, status, body);
        home.link(&["work"], &Person::allowing("ada")).fails(code, exit);
        assert_eq!(accounts_in(&home), 0, "{status}");
    }
}

#[test]
fn a_provider_that_answers_too_late_is_a_network_failure() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    provider.set(&json!({"rules": [{"path": "/token", "delay_ms": 60_000}]}));
    home.link(&["work"], &Person::allowing("ada")).fails("network", 6);
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn new_signing_keys_are_read_once_and_then_trusted() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let read = |provider: &Provider| provider.requests_to("/jwks").len();
    let before = read(&provider);
    provider.rotate_keys();
    home.json(&["refresh", name_of(&account)]).ok();
    assert_eq!(read(&provider), before + 1);
}

#[test]
fn linking_the_same_person_again_renews_the_account() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let (first, second) = (link(&home), link(&home));
    assert_eq!(first["name"], second["name"]);
    assert_eq!(accounts_in(&home), 1);
    let zoe = account_of(&home.link(&["work"], &Person::allowing("zoe")).ok());
    assert_ne!(zoe["name"], first["name"]);
    assert_eq!(accounts_in(&home), 2);
    let taken = home.link(&["work", "--account", name_of(&zoe)], &Person::allowing("ada"));
    taken.fails("already_exists", 2);
    assert_eq!(accounts_in(&home), 2);
}

#[test]
fn an_address_can_be_pasted_instead() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    // The address is told before anything is read, so that a person, or this test, can act on it.
    let mut command = home.command(&["--json", "link", "work", "--via", "manual"]);
    let (mut child, mut stdout) = start(&mut command);
    let event = read_event(&mut stdout);
    assert_eq!(event["redirect_uri"], "http://127.0.0.1/callback/work");
    let address = event["url"].as_str().unwrap();
    let redirect = Browser::default()
        .authorize(address, &Person::allowing("ada"))
        .address();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "not an address at all").unwrap();
    writeln!(
        stdin,
        "http://127.0.0.1/callback/work?code=x&state=somebody-elses"
    )
    .unwrap();
    writeln!(stdin, "{redirect}").unwrap();
    let linked = read_event(&mut stdout);
    assert_eq!(linked["account"]["subject"], "ada");
    assert!(child.wait().unwrap().success());
}

#[test]
fn pasting_only_what_belongs_elsewhere_ends_in_state_mismatch() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let wrong = "http://127.0.0.1/callback/work?code=x&state=somebody-elses\n";
    home.run_with(&["--json", "link", "work", "--via", "manual"], wrong)
        .fails("state_mismatch", 8);
    home.run_with(&["--json", "link", "work", "--via", "manual"], "")
        .fails("cancelled", 4);
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn a_link_that_is_killed_leaves_a_vault_that_works() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let linking = home.start_link(&["work"]);
    linking.signal("KILL");
    assert_eq!(linking.end().code, None);
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    link(&home);
}

#[test]
fn nobody_answering_is_timed_out() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    home.start_link(&["work", "--timeout", "1"])
        .end()
        .fails("timed_out", 4);
}

fn start(command: &mut Command) -> (Child, BufReader<ChildStdout>) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    (child, stdout)
}

fn read_event(stdout: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

#[test]
fn a_browser_in_the_terminal_is_answered_while_it_is_at_work() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    // As w3m and lynx, it ends when its last page has come, and this last page is ours.
    let linked = home
        .command(&["--json", "link", "work", "--timeout", "30"])
        .env("BROWSER", "curl -sL -o /dev/null --max-time 20 %s")
        .output();
    account_of(&Ran::from(linked.unwrap()).ok());
    assert_eq!(accounts_in(&home), 1);
}
