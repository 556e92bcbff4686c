//! OAuth 1.0a (RFC 5849) at Authlib's server, which nobody here wrote: linking, refusing, and the accounts that come of it.

mod accounts;
mod answers;
mod keys;
mod linking;
mod pin;
mod requests;
mod sessions;
mod temporary;
mod trace;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Stdio};

use keybelt_test_support::{CLIENT_SECRET, CONSUMER, Home, Person, Provider, Ran};
use serde_json::{Value, json};

use crate::{account_of, home};

/// Where the person comes back to by the browser.
const CALLBACK: &str = "http://127.0.0.1/callback/old";

/// The settings of the profile `old` at a provider.
fn settings(provider: &Provider) -> Value {
    json!({
        "client_id": CONSUMER,
        "client_secret": CLIENT_SECRET,
        "request_token_url": provider.url("/oauth1/initiate"),
        "authorize_url": provider.url("/oauth1/authorize"),
        "access_token_url": provider.url("/oauth1/token"),
        "api_base_url": provider.url("/api/"),
        "userinfo_endpoint": provider.url("/api/me"),
    })
}

/// A home with the profile `old`, some of its settings changed.
#[track_caller]
fn home_with(provider: &Provider, changed: &Value) -> Home {
    let home = home();
    add_profile(&home, provider, changed).ok();
    home
}

fn add_profile(home: &Home, provider: &Provider, changed: &Value) -> Ran {
    let mut all = settings(provider);
    for (key, value) in changed.as_object().unwrap() {
        all[key] = value.clone();
    }
    let file = home.file("old.json", &all.to_string());
    home.json(&["profile", "add", "old", "--from", &file])
}

/// Links `old` in the browser as Ada, who allows, and gives the account.
#[track_caller]
fn link(home: &Home) -> Value {
    account_of(&home.link(&["old"], &Person::allowing("ada")).ok())
}

/// What Authlib saw of the signed requests to a path: parameters, `placement`, `realm`.
#[track_caller]
fn signed(provider: &Provider, path: &str) -> Vec<Value> {
    provider
        .requests_to(path)
        .into_iter()
        .map(|request| request["oauth"].clone())
        .collect()
}

/// `keybelt --json link old --via manual`: the person carries the address away and an answer back.
struct Carried {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// The address that was told, `url` and `redirect_uri`.
    event: Value,
}

impl Carried {
    #[track_caller]
    fn start(home: &Home) -> Self {
        let mut child = home
            .command(&["--json", "link", "old", "--via", "manual"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self {
            child,
            stdout,
            event: serde_json::from_str(&line).unwrap(),
        }
    }

    fn url(&self) -> &str {
        self.event["url"].as_str().unwrap()
    }

    /// Types or pastes a line.
    fn say(&mut self, line: &str) {
        // Who is done does not read on.
        let _ = writeln!(self.child.stdin.as_mut().unwrap(), "{line}");
    }

    /// Ends the input and waits; standard output holds what came after the address.
    fn end(mut self) -> Ran {
        drop(self.child.stdin.take());
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        Ran {
            stdout,
            ..Ran::from(self.child.wait_with_output().unwrap())
        }
    }
}
