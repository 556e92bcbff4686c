//! Tokens handed to real tools, and the ledger that names who got them.

use std::process::{Command, Stdio};

use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{Provider, put_script};
use serde_json::{Value, json};

use crate::{home_at, home_with, link, name_of};

#[test]
fn exec_hands_the_token_to_curl_and_the_protected_page_opens() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let page = provider.url("/resource");
    // By a pipe: arguments can be read by everybody on the machine.
    let script =
        r#"printf 'header = "Authorization: Bearer %s"\n' "$KEYBELT_TOKEN" | curl --silent --fail -K - "$0""#;
    let ran = home
        .run(&["exec", name_of(&account), "--", "sh", "-c", script, &page])
        .ok();
    assert_eq!(ran.json()["sub"], "ada");
    let without = Command::new("curl")
        .args(["--silent", "--fail", &page])
        .status()
        .unwrap();
    assert!(!without.success(), "the page is protected");
}

#[test]
fn what_cannot_be_handed_over_is_told_before_and_stands_not_in_the_ledger() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    let no_program = home.file("no-program", "");
    for program in ["no-such-program", "/no/such/program", &no_program] {
        home.json(&["exec", name, "--", program]).fails("not_found", 2);
    }
    for file in ["/no/such/folder/token", "/"] {
        let words = home
            .json(&["export", name, "--to", "env", "--output", file])
            .fails("usage", 2);
        assert!(words.contains(file) && !words.contains("tmp"), "{words}");
    }
    // What is no plain file stays what it is, also behind a link.
    let (pipe, link) = (home.file_path("pipe"), home.file_path("to-pipe"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink(&pipe, &link).unwrap();
    for file in [&pipe, &link] {
        let file = file.display().to_string();
        let words = home
            .json(&["export", name, "--to", "env", "--output", &file])
            .fails("usage", 2);
        assert!(words.contains("no plain file"), "{words}");
    }
    assert!(!std::fs::metadata(&link).unwrap().is_file());
    let log = home.json(&["log", name]).ok().json();
    assert_eq!(log.as_array().unwrap().len(), 1, "{log}");
    assert_eq!(log[0]["event"], "linked");
}

#[test]
fn a_program_that_does_not_start_is_named_in_the_log_as_one_that_got_nothing() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    for variable in ["PATH", "LD_PRELOAD", "BASH_ENV"] {
        let words = home
            .json(&["exec", name, "--env", variable, "--", "true"])
            .fails("usage", 2);
        assert!(words.contains(variable), "{words}");
    }
    let script = put_script(&home.file_path("no-interpreter"), "#!/no/such/interpreter\n");
    let words = home.json(&["exec", name, "--", &script]).fails("not_found", 2);
    assert!(words.contains("interpreter that it names"), "{words}");
    let log = home.json(&["log", name]).ok().json();
    let events: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["event"])
        .collect();
    assert_eq!(events, ["linked", "handed_over", "delivery_failed"]);
    assert_eq!(
        (&log[2]["receiver"], &log[2]["via"]),
        (&json!("no-interpreter"), &json!("not_started"))
    );
}

#[test]
fn a_dash_is_standard_output_and_makes_no_file() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let mut command = home.command(&["export", name_of(&account), "--to", "env", "--output", "-"]);
    let folder = tempfile::tempdir().unwrap();
    let ran = keybelt_test_support::Ran::from(command.current_dir(&folder).output().unwrap()).ok();
    let usual = home
        .run(&["export", name_of(&account), "--to", "env"])
        .ok()
        .stdout;
    assert!(
        !usual.is_empty() && ran.stdout == usual,
        "the token is on standard output"
    );
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let words = home
        .json(&[
            "export",
            name_of(&account),
            "--to",
            "env",
            "--output",
            "/no/such/folder/token",
        ])
        .fails("usage", 2);
    assert!(words.contains("its folder is not there"), "{words}");
}

#[test]
fn curl_reads_its_format_from_standard_input() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let exported = home
        .run(&["export", name_of(&account), "--to", "curl"])
        .ok()
        .stdout;
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "-K", "-", &provider.url("/resource")]);
    let mut child = curl.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), exported.as_bytes()).unwrap();
    let answer: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(answer["sub"], "ada");
}

#[test]
fn each_format_says_what_it_should() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    let token = home.run(&["token", name]).ok().stdout.trim().to_owned();
    let export = |format: &str| home.run(&["export", name, "--to", format]).ok().stdout;
    assert_eq!(export("env").trim_end(), format!("KEYBELT_TOKEN='{token}'"));
    assert_eq!(
        export("header").trim_end(),
        format!("Authorization: Bearer {token}")
    );
    assert_eq!(
        export("curl").trim_end(),
        format!("header = \"Authorization: Bearer {token}\"")
    );
    let exported: Value = serde_json::from_str(&export("json")).unwrap();
    assert_eq!(exported, home.json(&["token", name]).ok().json());
    home.json(&["export", name, "--to", "pigeon"]).fails("usage", 2);
    let formats = home.json(&["export", "--formats"]).ok().json();
    assert_eq!(formats.as_array().unwrap().len(), 4);
}

#[test]
fn an_exported_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let file = home.file("exported", "");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    home.run(&["export", name_of(&account), "--to", "header", "--output", &file])
        .ok();
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .starts_with("Authorization: Bearer ")
    );
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn an_exported_file_takes_the_place_of_a_link_and_stands_in_the_ledger_with_its_whole_path() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let folder = home.path().with_file_name("out");
    std::fs::create_dir(&folder).unwrap();
    let elsewhere = home.file("elsewhere", "untouched");
    std::os::unix::fs::symlink(&elsewhere, folder.join("token")).unwrap();
    let mut command = home.command(&["export", name_of(&account), "--to", "env", "--output", "token"]);
    assert!(command.current_dir(&folder).status().unwrap().success());
    let written = folder.join("token");
    assert!(written.symlink_metadata().unwrap().is_file());
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "untouched");
    let log = home.json(&["log"]).ok().json();
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!(
        (last["receiver"].as_str(), &last["via"]),
        (written.to_str(), &Value::from("export:env"))
    );
}

#[test]
fn the_ledger_names_every_receiver() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    home.run(&["exec", name, "--", "true"]).ok();
    home.run(&["exec", name, "--", "true"]).ok();
    home.run(&["export", name, "--to", "env"]).ok();
    let log = home.json(&["log", name]).ok().json();
    let events: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    assert_eq!(events[0], "linked");
    assert_eq!(events.iter().filter(|event| **event == "handed_over").count(), 3);
    assert!(
        log.as_array()
            .unwrap()
            .windows(2)
            .all(|pair| pair[0]["at"].as_i64() <= pair[1]["at"].as_i64())
    );
    let used = home.json(&["show", name]).ok().json()["used_by"].clone();
    let by_exec = used
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["receiver"] == "true")
        .cloned()
        .unwrap();
    assert_eq!((&by_exec["times"], &by_exec["via"]), (&json!(2), &json!("exec")));
}

#[test]
fn exec_ends_as_its_child_does() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    let name = name_of(&account);
    assert_eq!(
        home.run(&["exec", name, "--", "sh", "-c", "exit 7"]).code,
        Some(7)
    );
    let other = home.run(&[
        "exec",
        name,
        "--env",
        "GH_TOKEN",
        "--",
        "sh",
        "-c",
        "test -n \"$GH_TOKEN\"",
    ]);
    assert_eq!(other.code, Some(0));
    home.json(&["exec", name, "--", "a-program-that-nobody-has"])
        .fails("not_found", 2);
    home.json(&["exec", name, "--env", "A=B", "--", "true"])
        .fails("usage", 2);
}

#[test]
fn nothing_readable_lies_in_the_home() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let account = link(&home);
    home.run(&["exec", name_of(&account), "--", "true"]).ok();
    let token = home.run(&["token", name_of(&account)]).ok().stdout;
    let bytes = home.bytes();
    let port = provider.issuer().rsplit(':').next().unwrap().to_owned();
    for secret in [
        token.trim(),
        "ada@example.test",
        "Ada Lovelace",
        provider.issuer(),
        &port,
        "work/ada",
        "public",
    ] {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} can be read in the home");
    }
}
