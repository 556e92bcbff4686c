//! What was said, by whom, and the search for secrets in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use keybelt_test_support::hostile::CLIENT_ID;
use keybelt_test_support::{Browser, CONSUMER, Home, Person, Ran, Running};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{COMMANDS, Kind};

/// One thing that was said, and by which command.
pub struct Said {
    pub command: String,
    pub what: String,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Everything that was said, and the secrets that it is searched for.
pub struct Watch {
    pub home: Home,
    pub said: Vec<Said>,
    pub secrets: BTreeMap<String, Kind>,
}

impl Watch {
    /// A command at its most talkative.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        command
    }

    /// Runs a command, with something on its standard input.
    pub fn run_with(&mut self, command: &str, arguments: &[&str], input: &str) -> Ran {
        let all: Vec<&str> = command.split(' ').chain(arguments.iter().copied()).collect();
        let mut child = self
            .command(&all)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        self.heard(command, &format!("{arguments:?}"), &output.stdout, &output.stderr);
        output.into()
    }

    /// Runs a command as people do and as programs do.
    pub fn run(&mut self, command: &str, arguments: &[&str]) -> Ran {
        self.run_with(command, arguments, "")
    }

    pub fn json(&mut self, command: &str, arguments: &[&str]) -> Ran {
        self.run(command, &[arguments, &["--json"]].concat())
    }

    pub fn heard(&mut self, command: &str, what: &str, stdout: &[u8], stderr: &[u8]) {
        self.said.push(Said {
            command: command.to_owned(),
            what: what.to_owned(),
            stdout: stdout.to_vec(),
            stderr: stderr.to_vec(),
        });
    }

    pub fn knows(&mut self, kind: Kind, secret: &str) {
        assert!(secret.len() >= 8, "a canary is told from other words");
        self.secrets.insert(secret.to_owned(), kind);
    }

    /// A file with a secret in it, beside the home.
    pub fn secret_file(&mut self, kind: Kind, name: &str, secret: &str) -> String {
        self.knows(kind, secret);
        self.home.file(name, secret)
    }

    /// Links with a person at a browser, all of it heard.
    pub fn link(&mut self, profile: &str, more: &[&str]) -> Ran {
        let trace = format!("trace-{}", self.said.len());
        let trace = self.home.path().with_file_name(&trace).display().to_string();
        let arguments = [&["--json", "link", profile, "--no-open", "--trace", &trace], more].concat();
        let running = Running::of(self.command(&arguments));
        let mut told = running.line() + "\n";
        let event: Value = serde_json::from_str(&told).unwrap();
        let answer = Browser::default()
            .authorize(event["url"].as_str().unwrap(), &Person::allowing("ada"))
            .address();
        let (_, page) = Browser::default().open(answer.as_str());
        let ended = running.end();
        told += &ended.stdout;
        self.heard("link", "in the browser", told.as_bytes(), ended.stderr.as_bytes());
        self.heard("link", "its page", page.as_bytes(), b"");
        self.heard("link", "its trace", &fs::read(trace).unwrap(), b"");
        Ran {
            stdout: told,
            ..ended
        }
    }

    /// What each secret may look like where it slipped through.
    fn forms(secret: &str) -> Vec<Vec<u8>> {
        let mut forms: Vec<String> = vec![
            secret.to_owned(),
            utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
            secret.replace('\n', "\\n"),
            BASE64_STANDARD.encode(secret),
            BASE64_URL_SAFE_NO_PAD.encode(secret),
        ];
        for client in [CLIENT_ID, CONSUMER] {
            forms.push(BASE64_STANDARD.encode(format!("{client}:{secret}")));
        }
        let mut forms: Vec<Vec<u8>> = forms.into_iter().map(String::into_bytes).collect();
        // As a log shows bytes.
        forms.push(format!("{:?}", secret.as_bytes()).into_bytes());
        forms
    }

    /// Where a secret stands that it has no business in.
    pub fn leaks(&self) -> Vec<String> {
        let canaries = Canaries::of(&self.secrets);
        let may_print: BTreeMap<&str, &[Kind]> = COMMANDS.iter().copied().collect();
        let mut leaks = Vec::new();
        for said in &self.said {
            let may = may_print.get(said.command.as_str()).copied().unwrap_or_default();
            for (stream, text, may) in [("stdout", &said.stdout, may), ("stderr", &said.stderr, &[][..])] {
                for (kind, form) in canaries.in_text(text) {
                    if !may.contains(&kind) {
                        leaks.push(format!(
                            "{kind:?} {form}… on {stream} of {} {}",
                            said.command, said.what
                        ));
                    }
                }
            }
        }
        for (kind, form) in canaries.in_text(&self.home.bytes()) {
            leaks.push(format!("{kind:?} {form}… in the home"));
        }
        leaks
    }
}

/// Every form of every secret, to be looked for at once: what was said is long, and they are many.
pub struct Canaries {
    forms: Vec<(Kind, Vec<u8>)>,
    /// Which of them begin with these two bytes.
    beginning: BTreeMap<[u8; 2], Vec<usize>>,
    /// Whether any does.
    begins: Vec<bool>,
}

impl Canaries {
    pub fn of(secrets: &BTreeMap<String, Kind>) -> Self {
        let mut canaries = Self {
            forms: Vec::new(),
            beginning: BTreeMap::new(),
            begins: vec![false; 1 << 16],
        };
        for (secret, kind) in secrets {
            for form in Watch::forms(secret) {
                let beginning = [form[0], form[1]];
                canaries.begins[usize::from(u16::from_be_bytes(beginning))] = true;
                let number = canaries.forms.len();
                canaries.beginning.entry(beginning).or_default().push(number);
                canaries.forms.push((*kind, form));
            }
        }
        canaries
    }

    /// Those that stand in a text, each with the beginning of its form.
    pub fn in_text(&self, text: &[u8]) -> BTreeSet<(Kind, String)> {
        let mut found = BTreeSet::new();
        let mut two = 0_u16;
        for (at, byte) in text.iter().enumerate() {
            two = two << 8 | u16::from(*byte);
            if at == 0 || !self.begins[usize::from(two)] {
                continue;
            }
            let fitting = self.beginning[&two.to_be_bytes()].iter();
            for (kind, form) in fitting.map(|number| &self.forms[*number]) {
                if text[at - 1..].starts_with(form) {
                    let shown = String::from_utf8_lossy(form).chars().take(24).collect();
                    found.insert((*kind, shown));
                }
            }
        }
        found
    }
}
