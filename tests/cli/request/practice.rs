//! The practice provider's API, as people come to know `request` by it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use keybelt_test_support::{Home, Person};
use serde_json::{Value, json};

use crate::{account_of, home, name_of};

/// A practice provider at a free port, in a home where it can be linked.
struct Practice {
    process: Child,
    issuer: String,
    home: Home,
}

impl Practice {
    fn start() -> Self {
        let home = home();
        let mut command = home.command(&["--json", "practice", "--port", "0"]);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["event"], "ready");
        let issuer = ready["issuer"].as_str().unwrap().to_owned();
        Self {
            process,
            issuer,
            home,
        }
    }

    /// A profile of one of its catalogue entries, led to the port where it runs.
    fn profile(&self, name: &str, provider: &str, more: &Value) {
        let catalogue = self.home.json(&["provider", "show", provider]).ok().json();
        let mut settings = json!({ "provider": provider });
        for (key, value) in catalogue["settings"].as_object().unwrap() {
            if let Some(moved) = value
                .as_str()
                .and_then(|text| text.strip_prefix("http://127.0.0.1:8722"))
            {
                settings[key] = json!(format!("{}{moved}", self.issuer));
            }
        }
        for (key, value) in more.as_object().unwrap() {
            settings[key] = value.clone();
        }
        let file = self.home.file("profile.json", &settings.to_string());
        self.home.json(&["profile", "add", name, "--from", &file]).ok();
    }

    fn link(&self, profile: &str, person: &str) -> String {
        let linked = self.home.link(&[profile], &Person::allowing(person)).ok();
        name_of(&account_of(&linked)).to_owned()
    }

    fn ask(&self, account: &str, arguments: &[&str]) -> Value {
        let told = self
            .home
            .json(&[&["request", account], arguments].concat())
            .ok()
            .json();
        serde_json::from_str(told["body"].as_str().unwrap()).unwrap()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn one_person_has_the_same_notes_by_either_protocol() {
    let practice = Practice::start();
    practice.profile("new", "practice", &json!({}));
    practice.profile("old", "practice-oauth1", &json!({}));
    let (new, old) = (practice.link("new", "zoe"), practice.link("old", "zoe"));
    let me = practice.ask(&old, &["me"]);
    assert_eq!(
        (&me["login"], &me["name"]),
        (&json!("zoe"), &json!("Zoë Nyström"))
    );
    assert_eq!(practice.ask(&new, &["me"])["id"], me["id"]);
    let note = practice.home.file("note", "text=Find+the+l%C3%B6wn+%26+feed+it");
    let added = practice.ask(&old, &["notes", "--data", &note]);
    assert_eq!(added["notes"], json!(["Find the löwn & feed it"]));
    assert_eq!(practice.ask(&new, &["notes"]), added);
}

#[test]
fn every_method_signs_in_every_place_and_is_judged_by_a_server_that_shares_no_check() {
    let practice = Practice::start();
    for (number, method) in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT", "RSA-SHA1"]
        .into_iter()
        .enumerate()
    {
        for placement in ["HEADER", "QUERY", "BODY"] {
            let name = format!("old-{number}-{}", placement.to_lowercase());
            let mut more = json!({"client_kwargs": {
                "signature_method": method,
                "signature_type": placement,
                "plaintext_on_loopback": true,
                "body_hash": true,
            }});
            if method == "RSA-SHA1" {
                more["client_id"] = json!("keybelt-practice-rsa");
            }
            practice.profile(&name, "practice-oauth1", &more);
            if method == "RSA-SHA1" {
                register_new_key(&practice, &name);
            }
            let account = practice.link(&name, "bo");
            let form = practice.home.file("form", "b=2&a=1+1&a=%2B&c2&%C3%A9=%E2%98%83");
            let told = practice.ask(&account, &["echo/x%2Fy?q=a%20b&q=%2B", "--data", &form]);
            assert_eq!(
                (&told["signed"], &told["person"]),
                (&json!(method), &json!("bo")),
                "{placement}"
            );
            assert_eq!(told["query"], json!([["q", "a b"], ["q", "+"]]));
            let pairs = json!([["b", "2"], ["a", "1 1"], ["a", "+"], ["c2", ""], ["é", "☃"]]);
            assert_eq!(told["form"], pairs, "{method} {placement}");
            let document = practice.home.file("document", "{\"a\": \"é\"}");
            let json = [
                "PUT",
                "echo",
                "--data",
                &document,
                "--header",
                "Content-Type: application/json",
            ];
            assert_eq!(practice.ask(&account, &json)["body"], "{\"a\": \"é\"}");
        }
    }
}

/// Makes the profile a key, and registers its public half as a person would on the provider's first page.
fn register_new_key(practice: &Practice, profile: &str) {
    practice
        .home
        .json(&["profile", "set", profile, "--new-rsa-key"])
        .ok();
    let key = practice
        .home
        .json(&["profile", "public-key", profile])
        .ok()
        .json();
    let field = format!("public_key={}", key["public_key"].as_str().unwrap());
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--fail",
        "--output",
        "/dev/null",
        "--data-urlencode",
        &field,
    ]);
    let registered = curl.arg(format!("{}/oauth1/key", practice.issuer)).status();
    assert!(registered.unwrap().success());
}

#[test]
fn a_link_by_oauth_1_outlives_the_provider_that_gave_it() {
    let mut practice = Practice::start();
    practice.profile("old", "practice-oauth1", &json!({}));
    let account = practice.link("old", "ada");
    let port = practice.issuer.rsplit(':').next().unwrap().to_owned();
    let _ = practice.process.kill();
    let _ = practice.process.wait();
    practice
        .home
        .json(&["request", &account, "me"])
        .fails("network", 6);
    let mut command = practice.home.command(&["--json", "practice", "--port", &port]);
    practice.process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(practice.process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(practice.ask(&account, &["me"])["login"], "ada");
}

#[test]
fn a_person_who_declines_links_nothing() {
    let practice = Practice::start();
    practice.profile("old", "practice-oauth1", &json!({}));
    practice
        .home
        .link(&["old"], &Person::denying())
        .fails("access_denied", 4);
}
