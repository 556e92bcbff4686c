//! Every secret of a home is one of its kind, every command is run at its most talkative, and then all that was said, kept
//! and shown to other processes is searched for each of them. A command that is not in [`COMMANDS`] makes this fail.

mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{CONSUMER, Home, Provider, Ran, Running, put_script};
use serde_json::{Value, json};

use crate::{account_of, home_without_vault};
use search::{Canaries, Watch};

/// What a secret is, as far as some command may print it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    /// The access token of OAuth 2.
    AccessToken,
    /// Token and token secret of OAuth 1.
    Credentials,
    /// What a profile holds: client secrets, a private key.
    ProfileSecret,
    /// What no command prints: refresh tokens, ID tokens, codes, verifiers, passphrases, temporary credentials.
    Never,
}

use Kind::{AccessToken, Credentials, ProfileSecret};

/// Each command, and what it may print on standard output. Nothing that is secret may ever stand on standard error.
const COMMANDS: &[(&str, &[Kind])] = &[
    ("completions", &[]),
    ("doctor", &[]),
    ("exec", &[]),
    ("export", &[AccessToken, Credentials]),
    ("inspect", &[]),
    ("link", &[]),
    ("list", &[]),
    ("log", &[]),
    ("manual", &[]),
    ("output add", &[]),
    ("output list", &[]),
    ("output remove", &[]),
    ("practice", &[]),
    ("profile add", &[]),
    ("profile export", &[ProfileSecret]),
    ("profile import", &[]),
    ("profile list", &[]),
    ("profile public-key", &[]),
    ("profile remove", &[]),
    ("profile rename", &[]),
    ("profile set", &[]),
    ("profile show", &[]),
    ("provider list", &[]),
    ("provider show", &[]),
    ("refresh", &[]),
    ("rename", &[]),
    ("request", &[]),
    ("show", &[]),
    ("token", &[AccessToken, Credentials]),
    ("unlink", &[]),
    ("vault backup", &[]),
    ("vault check", &[]),
    ("vault rekey", &[]),
    ("vault reset", &[]),
    ("vault restore", &[]),
    ("vault status", &[]),
    ("watch", &[]),
];

/// The commands that `--help` lists, those below a command with its name before theirs.
fn commands_below(home: &Home, above: &[&str]) -> BTreeSet<String> {
    let help = home.run(&[above, &["--help"]].concat()).ok().stdout;
    let mut lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let mut found = BTreeSet::new();
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        // What is described over more than one line goes on further in.
        let Some(name) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) else {
            continue;
        };
        let name = name.split(' ').next().unwrap();
        if name == "help" {
            continue;
        }
        let path = [above, &[name]].concat();
        let below = commands_below(home, &path);
        if below.is_empty() {
            found.insert(path.join(" "));
        } else {
            found.extend(below);
        }
    }
    found
}

/// A program that notes what it was started with, and by whom: arguments to one file, environments to another.
fn tattletale(home: &Home) -> (String, [String; 2]) {
    let [arguments, environments] = ["arguments", "environments"].map(|name| home.file(name, ""));
    let script = format!(
        "#!/bin/sh\nfor process in self $PPID; do\n  tr '\\0' '\\n' <\"/proc/$process/cmdline\" >>{arguments}\n  \
         tr '\\0' '\\n' <\"/proc/$process/environ\" >>{environments}\ndone\ncat >/dev/null\necho done\n"
    );
    let program = put_script(&home.file_path("tattletale"), &script);
    (program, [arguments, environments])
}

/// The OAuth 1 provider's answers, each with secrets of its own.
fn oauth1_rules() -> Value {
    let form = |path: &str, body: &str| json!({"path": path, "status": 200, "body": body});
    json!({"rules": [
        form("/oauth1/initiate", "oauth_token=temporary-token&oauth_token_secret=canary-temporary-secret&oauth_callback_confirmed=true"),
        form("/oauth1/token", "oauth_token=canary-oauth1-token&oauth_token_secret=canary-oauth1-token-secret"),
        form("/api/me", r#"{"id": 7, "screen_name": "ada"}"#),
        form("/api/", r#"{"said": "canary-oauth1-token and canary-oauth1-token-secret"}"#),
    ]})
}

/// A provider that says back whatever it was told.
fn echo() -> Twists {
    Twists {
        any: Some(Box::new(|asked, answer| {
            if matches!(asked.path.as_str(), "/token" | "/revoke") {
                let told = format!("{:?} {:?}", asked.authorization, asked.parameters);
                *answer = Answer::json(
                    400,
                    &json!({"error": "invalid_request", "error_description": told}),
                );
            }
            if asked.path == "/userinfo" {
                *answer = Answer::text(401, "text/plain", &format!("{:?}", asked.authorization));
            }
        })),
        api: Some(Box::new(|asked, answer| {
            *answer = Answer::text(200, "text/plain", &format!("{:?}", asked.authorization));
        })),
        ..Twists::default()
    }
}

#[test]
fn every_secret_is_a_canary_and_none_is_found_where_it_has_no_business() {
    let (hostile, authlib) = (Hostile::honest(), Provider::authlib());
    let mut watch = Watch {
        home: home_without_vault(),
        said: Vec::new(),
        secrets: BTreeMap::new(),
    };
    watch.knows(Kind::Never, "a passphrase of the tests");
    profiles(&mut watch, &hostile, &authlib);
    links(&mut watch, &hostile, &authlib);
    let commands = accounts(&mut watch, &hostile);
    let children = other_processes(&mut watch, &hostile);
    authlib.set(&json!({"rules": [{
        "path": "/oauth1/", "status": 401,
        "body": "oauth_problem=signature_invalid&oauth_problem_advice=canary-consumer-secret+is+wrong",
    }]}));
    troubles(&mut watch, &hostile);
    practice(&mut watch);
    ends(&mut watch);

    for given in hostile.given() {
        let kind = if given.starts_with("access-token-") {
            AccessToken
        } else {
            Kind::Never
        };
        watch.knows(kind, &given);
    }
    let verifiers = hostile.asked().into_iter();
    let verifiers: Vec<String> = verifiers
        .filter_map(|asked| asked.parameters.get("code_verifier").cloned())
        .collect();
    assert!(!verifiers.is_empty());
    for verifier in verifiers {
        watch.knows(Kind::Never, &verifier);
    }
    let listed: BTreeSet<String> = COMMANDS
        .iter()
        .map(|(command, _)| (*command).to_owned())
        .collect();
    assert_eq!(listed, commands, "each command says here what it may print");
    let run: BTreeSet<String> = watch.said.iter().map(|said| said.command.clone()).collect();
    assert_eq!(
        listed.difference(&run).collect::<Vec<_>>(),
        [""; 0],
        "each command is run"
    );
    let leaks = watch.leaks();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));

    // What other processes were started with, and see of this one: a token in the environment of the one it is for.
    let [arguments, environments] = children.map(|file| fs::read(file).unwrap());
    let token = watch
        .said
        .iter()
        .rfind(|said| said.command == "token" && said.what.contains("first"))
        .unwrap();
    let token = String::from_utf8(token.stdout.clone()).unwrap().trim().to_owned();
    assert!(String::from_utf8_lossy(&environments).contains(&token));
    assert!(String::from_utf8_lossy(&arguments).contains("tattletale"));
    let canaries = Canaries::of(&watch.secrets);
    assert_eq!(
        canaries.in_text(&arguments),
        BTreeSet::new(),
        "in a process's arguments"
    );
    let others: Vec<_> = canaries
        .in_text(&environments)
        .into_iter()
        .filter(|(kind, _)| *kind != AccessToken)
        .collect();
    assert_eq!(others, [], "in a process's environment");

    // One that does sing is heard.
    let refresh_token = hostile
        .given()
        .into_iter()
        .find(|given| given.starts_with("refresh-token-"))
        .unwrap();
    watch.heard("list", "on purpose", refresh_token.as_bytes(), b"");
    watch.heard("token", "on purpose", b"", token.as_bytes());
    assert_eq!(watch.leaks().len(), 2);
}

fn profiles(watch: &mut Watch, hostile: &Hostile, authlib: &Provider) {
    let secret = watch.secret_file(ProfileSecret, "client-secret", "canary-client-secret");
    let api = format!("api_base_url={}/api/", hostile.issuer());
    let add = [
        "work",
        "--issuer",
        hostile.issuer(),
        "--client-id",
        CLIENT_ID,
        "--scope",
        "openid",
        "--set",
        &api,
    ];
    watch
        .run(
            "profile add",
            &[&add[..], &["--client-secret-file", &secret]].concat(),
        )
        .ok();
    watch.json("profile add", &add).fails("already_exists", 2);
    watch.knows(ProfileSecret, "canary-consumer-secret");
    let old = json!({
        "client_id": CONSUMER, "client_secret": "canary-consumer-secret",
        "request_token_url": authlib.url("/oauth1/initiate"), "authorize_url": authlib.url("/oauth1/authorize"),
        "access_token_url": authlib.url("/oauth1/token"), "userinfo_endpoint": authlib.url("/api/me"),
        "api_base_url": authlib.url("/api/"),
    });
    let document = json!({"old": old}).to_string();
    watch.run_with("profile import", &["-", "--json"], &document).ok();
    // What cannot be taken is told without what stands in it.
    for (name, text) in [
        (
            "bad.json",
            r#"{"x": {"client_secret": "canary-of-a-bad-file", "client_id": 7, "no_such": 1}}"#,
        ),
        (
            "bad.toml",
            "[x]\nclient_secret = \"canary-of-a-bad-file\"\nclient_id = [\n",
        ),
        (
            "bad.py",
            "AUTHLIB_OAUTH_CLIENTS = {'x': {'client_secret': 'canary-of-a-bad-file' + secret()}}\n",
        ),
        (
            "bad.env",
            "GITHUB_CLIENT_ID=x\nGITHUB_CLIENT_SECRET='canary-of-a-bad-file\n",
        ),
    ] {
        let file = watch.secret_file(Kind::Never, name, text);
        watch.secrets.remove(text);
        watch.knows(Kind::Never, "canary-of-a-bad-file");
        assert_ne!(watch.run("profile import", &[&file]).code, Some(0), "{name}");
        assert_ne!(watch.json("profile import", &[&file]).code, Some(0), "{name}");
    }
    let by_argument = watch.json("profile set", &["work", "--set", "client_secret="]);
    by_argument.fails("usage", 2);
    watch
        .run("profile set", &["work", "--set", "client_kwargs.prompt=login"])
        .ok();
    watch
        .json("profile set", &["work", "--client-secret-file", &secret])
        .ok();

    let pem = include_str!("../../data/oauth1/rsa-2048.pem");
    let key = watch.home.file("rsa.pem", pem);
    for line in pem.lines().filter(|line| !line.starts_with('-')) {
        watch.knows(ProfileSecret, line);
    }
    let rsa = json!({"keyed": {
        "client_id": "rsa", "request_token_url": "https://old.example/r", "authorize_url": "https://old.example/a",
        "access_token_url": "https://old.example/t", "client_kwargs": {"signature_method": "RSA-SHA1"},
    }});
    watch.run_with("profile import", &["-"], &rsa.to_string()).ok();
    watch.run("profile set", &["keyed", "--rsa-key-file", &key]).ok();
    watch.run("profile public-key", &["keyed"]).ok();
    watch.json("profile public-key", &["keyed"]).ok();
    watch.run("profile set", &["keyed", "--new-rsa-key"]).ok();
    for form in ["json", "toml", "python"] {
        watch.run("profile export", &["--format", form]).ok();
        watch
            .run("profile export", &["--with-secrets", "--format", form])
            .ok();
    }
    // Without its switch it prints none: the same words, under a name that may print nothing.
    let plain = watch.home.run(&["profile", "export"]).ok().stdout;
    watch.heard(
        "profile list",
        "what is exported without secrets",
        plain.as_bytes(),
        b"",
    );
    let exported: Value = serde_json::from_str(
        &watch
            .home
            .run(&["profile", "export", "--with-secrets"])
            .ok()
            .stdout,
    )
    .unwrap();
    let made = exported["keyed"]["client_kwargs"]["rsa_key"]
        .as_str()
        .unwrap()
        .to_owned();
    for line in made.lines().filter(|line| !line.starts_with('-')) {
        watch.knows(ProfileSecret, line);
    }
    for (command, arguments) in [
        ("profile list", &[][..]),
        ("profile show", &["work"]),
        ("profile show", &["old"]),
        ("profile show", &["keyed"]),
        ("provider list", &[]),
        ("provider show", &["google"]),
        ("vault status", &[]),
        ("vault check", &[]),
        ("completions", &["bash"]),
    ] {
        watch.run(command, arguments).ok();
        watch.json(command, arguments).ok();
    }
}

fn links(watch: &mut Watch, hostile: &Hostile, authlib: &Provider) {
    let linked = watch.link("work", &[]).ok();
    assert_eq!(account_of(&linked)["name"], "work/someone-example.test");
    // Pasted wrongly, then rightly: the code is on standard input.
    let running = ["work", "--via", "manual", "--json"];
    watch
        .run_with(
            "link",
            &running,
            "http://127.0.0.1/callback/work?code=canary-pasted-code&state=another\n",
        )
        .fails("state_mismatch", 8);
    watch.knows(Kind::Never, "canary-pasted-code");

    authlib.set(&oauth1_rules());
    for (kind, secret) in [
        (Kind::Never, "canary-temporary-secret"),
        (Kind::Never, "canary-oauth1-verifier"),
        (Credentials, "canary-oauth1-token-secret"),
        (Credentials, "canary-oauth1-token"),
    ] {
        watch.knows(kind, secret);
    }
    let pin = "canary-oauth1-verifier\n";
    watch.run_with("link", &["old", "--via", "manual"], pin).ok();
    assert_eq!(hostile.count("/token"), 1);
}

/// Every command of an account; gives the commands that there are.
fn accounts(watch: &mut Watch, hostile: &Hostile) -> BTreeSet<String> {
    let (work, old) = ("work/someone-example.test", "old/ada");
    for (command, arguments) in [
        ("list", &[][..]),
        ("show", &[work]),
        ("show", &[old]),
        ("token", &[work]),
        ("refresh", &[work]),
        ("refresh", &["--all"]),
        ("token", &[work, "--force-refresh"]),
        ("inspect", &[work]),
        ("log", &[]),
        ("log", &[work]),
        ("request", &[work, "echo"]),
        ("request", &[work, "echo", "--include"]),
        ("request", &[old, "echo", "--include"]),
    ] {
        watch.run(command, arguments).ok();
        watch.json(command, arguments).ok();
    }
    watch.json("token", &[old]).ok();
    assert_eq!(watch.run("token", &[old]).code, Some(2));
    for format in ["json", "env", "curl", "header"] {
        watch.run("export", &[work, "--to", format]).ok();
    }
    watch.run("export", &[old, "--to", "json"]).ok();
    watch.run("export", &["--formats"]).ok();
    let file = watch.home.path().with_file_name("exported").display().to_string();
    let to_file = watch
        .run("export", &[work, "--to", "json", "--output", &file])
        .ok();
    assert_eq!(to_file.stdout, "");
    let pages = watch.home.path().with_file_name("pages").display().to_string();
    fs::create_dir(&pages).unwrap();
    watch.run("manual", &[&pages]).ok();
    watch.run("doctor", &[]);
    watch.json("doctor", &[]);
    // A pasted token is shown in parts, and never whole.
    let id_token = hostile
        .given()
        .into_iter()
        .find(|given| given.starts_with("eyJ"))
        .unwrap();
    watch.run_with("inspect", &["-"], &id_token);
    watch
        .run_with(
            "inspect",
            &["-", "--json", "--issuer", hostile.issuer()],
            &id_token,
        )
        .ok();
    for (format, target) in [("json", "kept.json"), ("header", "kept.txt")] {
        let target = watch.home.path().with_file_name(target).display().to_string();
        watch
            .json("output add", &[work, "--file", &target, "--format", format])
            .ok();
    }
    watch.run("output add", &[work, "--env", "--command", "false"]);
    watch.run("output list", &[]).ok();
    watch.json("output list", &[]).ok();
    watch.json("output remove", &["1"]).ok();
    let watching = Running::of(watch.command(&["--json", "watch", "--since", "0"]));
    let first = watching.line();
    watching.signal("INT");
    let ended = watching.end();
    watch.heard(
        "watch",
        "since 0",
        (first + &ended.stdout).as_bytes(),
        ended.stderr.as_bytes(),
    );
    watch.run("rename", &[work, "mine"]).ok();
    commands_below(&watch.home, &[])
}

/// A browser, a command with a token in its environment, and outputs: each notes what it was started with.
fn other_processes(watch: &mut Watch, hostile: &Hostile) -> [String; 2] {
    let (program, files) = tattletale(&watch.home);
    watch.run("token", &["mine", "--min-ttl", "1"]).ok();
    watch.said.last_mut().unwrap().what.push_str("first");
    watch.run("exec", &["mine", "--", &program]).ok();
    watch.run("exec", &["old/ada", "--", "true"]).ok();
    watch.json("output add", &["mine", "--command", &program]).ok();
    watch
        .json("output add", &["mine", "--env", "--command", &program])
        .ok();
    watch.run("refresh", &["mine"]).ok();
    // The browser is told the address of the provider, and nothing else.
    let before = hostile.count("/token");
    let mut command = watch.command(&["--json", "link", "work", "--timeout", "1"]);
    let output = command.env("BROWSER", &program).output().unwrap();
    watch.heard(
        "link",
        "by the browser of the environment",
        &output.stdout,
        &output.stderr,
    );
    Ran::from(output).fails("timed_out", 4);
    assert_eq!(hostile.count("/token"), before);
    let asked = fs::read_to_string(&files[0]).unwrap();
    assert!(
        asked.contains(&format!("{}/authorize?", hostile.issuer())),
        "{asked}"
    );
    files
}

/// What goes wrong is told, and not by what was sent.
fn troubles(watch: &mut Watch, hostile: &Hostile) {
    hostile.twist(echo());
    let linked = watch.link("work", &["--account", "another"]);
    assert_eq!(linked.code, Some(7), "{linked:?}");
    for json in [&[][..], &["--json"]] {
        for (command, arguments) in [
            ("refresh", &["mine"][..]),
            ("token", &["mine", "--force-refresh"]),
            ("unlink", &["mine", "--revoke"]),
            ("link", &["old", "--via", "manual"]),
        ] {
            let ended = watch.run(command, &[arguments, json].concat());
            assert_eq!(ended.code, Some(7), "{command}: {ended:?}");
        }
        watch
            .run("request", &[&["mine", "echo", "--include"], json].concat())
            .ok();
        watch.run("show", &[&["mine"], json].concat()).ok();
        watch.run("log", json).ok();
    }
    hostile.twist(Twists::default());
    let passphrase = watch.home.file("passphrase", "canary-of-a-wrong-passphrase");
    watch.knows(Kind::Never, "canary-of-a-wrong-passphrase");
    assert_eq!(watch.run("list", &[]).code, Some(5));
    assert_eq!(watch.json("vault check", &[]).code, Some(5));
    fs::write(passphrase, "a passphrase of the tests").unwrap();
}

/// The practice provider says what it was asked, and not with what.
fn practice(watch: &mut Watch) {
    let provider = Running::of(watch.command(&["--json", "practice", "--port", "0", "--auto"]));
    let ready = provider.line();
    let event: Value = serde_json::from_str(&ready).unwrap();
    let (issuer, client) = (
        event["issuer"].as_str().unwrap(),
        event["client_id"].as_str().unwrap(),
    );
    let scope = "openid offline_access notes";
    watch
        .run(
            "profile add",
            &[
                "pretend",
                "--issuer",
                issuer,
                "--client-id",
                client,
                "--scope",
                scope,
            ],
        )
        .ok();
    let account = account_of(&watch.link("pretend", &[]).ok())["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut tokens = BTreeSet::new();
    for _ in 0..2 {
        tokens.insert(watch.run("token", &[&account]).ok().stdout.trim().to_owned());
        watch.run("refresh", &[&account]).ok();
    }
    watch.run("unlink", &[&account, "--revoke"]).ok();
    for token in tokens {
        watch.knows(AccessToken, &token);
    }
    provider.signal("INT");
    let ended = provider.end();
    watch.heard(
        "practice",
        "asked by keybelt",
        (ready + &ended.stdout).as_bytes(),
        ended.stderr.as_bytes(),
    );
}

fn ends(watch: &mut Watch) {
    let backup_passphrase = watch.secret_file(Kind::Never, "of-the-backup", "canary-backup-passphrase");
    let backup = watch.home.path().with_file_name("backup").display().to_string();
    watch
        .json(
            "vault backup",
            &[&backup, "--passphrase-file", &backup_passphrase],
        )
        .ok();
    let kept = fs::read(&backup).unwrap();
    watch.heard("vault backup", "the file", &kept, b"");
    let wrong = watch.secret_file(Kind::Never, "wrong", "canary-wrong-backup-passphrase");
    assert_eq!(
        watch
            .run(
                "vault restore",
                &[&backup, "--replace", "--passphrase-file", &wrong]
            )
            .code,
        Some(5)
    );
    watch
        .run(
            "vault restore",
            &[&backup, "--replace", "--passphrase-file", &backup_passphrase],
        )
        .ok();
    let new = watch.secret_file(Kind::Never, "new-passphrase", "canary-new-passphrase");
    watch
        .json(
            "vault rekey",
            &["--to", "passphrase", "--new-passphrase-file", &new],
        )
        .ok();
    fs::write(
        watch.home.path().with_file_name("passphrase"),
        "canary-new-passphrase",
    )
    .unwrap();
    watch.json("unlink", &["old/ada"]).ok();
    watch.run("profile rename", &["old", "older"]).ok();
    watch.json("profile remove", &["older"]).ok();
    watch.run("profile remove", &["work"]).code.unwrap();
    watch.run("profile remove", &["work", "--unlink"]).ok();
    watch.json("vault reset", &["--yes"]).ok();
}

/// Whether a process that waits leaves its memory in a file when it is ended by a fault.
fn dumps_core(home: &Home, command: &str) -> bool {
    let folder = home.path().with_file_name("cores");
    fs::create_dir_all(&folder).unwrap();
    let keybelt = home.command(&[]);
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -c unlimited; {command}")])
        .envs(
            keybelt
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It has said a line, so it is at work.
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    assert!(!line.is_empty());
    let ended = Command::new("kill")
        .args(["-ABRT", &child.id().to_string()])
        .status();
    assert!(ended.unwrap().success());
    child.wait().unwrap().core_dumped()
}

#[test]
fn a_command_that_is_ended_by_a_fault_leaves_no_memory_behind() {
    let hostile = Hostile::honest();
    let home = crate::home_with(&hostile);
    let keybelt = env!("CARGO_BIN_EXE_keybelt");
    assert!(!dumps_core(
        &home,
        &format!("exec {keybelt} --json link work --no-open")
    ));
    // Where the system keeps none at all, there is nothing to be seen of the other.
    let keeps_some = Command::new("sh")
        .args(["-c", "ulimit -c unlimited"])
        .status()
        .unwrap()
        .success();
    if keeps_some {
        assert!(
            dumps_core(&home, "echo ready; exec sleep 60"),
            "another program does"
        );
    }
}
