//! What comes back, and how it is told.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Api;

#[test]
fn the_answer_is_told_whole_as_json_or_as_the_bytes_it_is() {
    let api = Api::honest();
    api.answers(|asked, answer| {
        if asked.path.ends_with("binary") {
            answer.body = vec![0x89, b'P', b'N', b'G', 0xff, 0x00];
        } else {
            answer.body = "Zoë\n\u{1b}[2J".as_bytes().to_vec();
        }
        for (name, value) in [
            ("x-b", "1"),
            ("set-cookie", "a=b"),
            ("x-a", "2"),
            ("set-cookie", "c=d"),
        ] {
            answer.headers.push((name.to_owned(), value.to_owned()));
        }
    });
    let told = api.request(&["text"]).ok().json();
    assert_eq!(
        (&told["body"], &told["body_base64"]),
        (&json!("Zoë\n\u{1b}[2J"), &json!(null))
    );
    let headers: Vec<(String, String)> = serde_json::from_value(told["headers"].clone()).unwrap();
    assert!(headers.is_sorted_by_key(|(name, _)| name.clone()), "{headers:?}");
    let cookies: Vec<_> = headers.iter().filter(|(name, _)| name == "set-cookie").collect();
    assert_eq!((cookies[0].1.as_str(), cookies[1].1.as_str()), ("a=b", "c=d"));
    let binary = api.request(&["binary"]).ok().json();
    assert_eq!(
        (&binary["body"], &binary["body_base64"]),
        (&json!(null), &json!("iVBOR/8A"))
    );
    // Text mode is the bytes, so that a file that is fetched is the file.
    let mut command = api.home.command(&["request", &api.account, "binary"]);
    let output = command.stderr(Stdio::null()).output().unwrap();
    assert_eq!(output.stdout, [0x89, b'P', b'N', b'G', 0xff, 0x00]);
    let included = api
        .home
        .run(&["request", &api.account, "text", "--include"])
        .ok()
        .stdout;
    let (head, body) = included.split_once("\n\n").unwrap();
    assert!(
        head.starts_with("HTTP 200 OK\n") && head.contains("\nx-a: 2"),
        "{head}"
    );
    assert_eq!(body, "Zoë\n\u{1b}[2J");
}

#[test]
fn any_answer_is_a_success_unless_failing_was_asked_for() {
    let api = Api::honest();
    for (status, fails) in [
        (200, false),
        (204, false),
        (302, false),
        (404, true),
        (429, true),
        (503, true),
    ] {
        api.answers(move |_, answer| answer.status = status);
        assert_eq!(api.request(&["me"]).ok().json()["status"], status);
        let told = api.request(&["me", "--fail"]);
        if fails {
            let words = told.fails("provider_error", 7);
            assert!(words.contains(&status.to_string()), "{words}");
        } else {
            told.ok();
        }
    }
    // What the API said stands there also where the command then fails.
    let told = api.request(&["me", "--fail"]);
    assert_eq!(told.json()["status"], 503);
}

#[test]
fn an_answer_without_end_and_one_that_never_comes_are_given_up() {
    let api = Api::honest();
    api.answers(|_, answer| answer.body = vec![b'x'; (64 << 20) + 1]);
    let told = api.request(&["huge"]).fails("invalid_response", 7);
    assert!(told.contains("64 MiB"), "{told}");
    api.answers(|_, answer| answer.body = vec![b'x'; 2 << 20]);
    let large = api.request(&["large"]).ok().json();
    assert_eq!(large["body"].as_str().unwrap().len(), 2 << 20);

    api.answers(|_, answer| answer.delay = Duration::from_secs(600));
    let began = Instant::now();
    api.request(&["slow", "--timeout", "1"]).fails("network", 6);
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_token_that_the_api_says_back_is_not_printed() {
    let api = Api::honest();
    let token = api
        .home
        .run(&["token", &api.account])
        .ok()
        .stdout
        .trim()
        .to_owned();
    api.answers(|asked, answer| {
        let said = asked.authorization.clone().unwrap();
        answer.headers.push(("x-you-sent".to_owned(), said.clone()));
        answer.body = json!({"you_sent": said, "else": "kept"}).to_string().into_bytes();
    });
    let told = api.request(&["echo"]).ok();
    let text = api.home.run(&["request", &api.account, "echo", "--include"]).ok();
    for said in [&told.stdout, &told.stderr, &text.stdout, &text.stderr] {
        assert!(!said.contains(&token), "{said}");
    }
    let body: Value = serde_json::from_str(told.json()["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({"you_sent": "Bearer [withheld]", "else": "kept"}));
}
