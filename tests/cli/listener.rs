//! The loopback listener among strangers.

use std::io::{Read, Write};
use std::net::TcpStream;

use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{Browser, Ended, Person};

use crate::home_with;

#[expect(clippy::disallowed_methods, reason = "a stranger of the tests' own")]
fn connect(redirect_uri: &str) -> TcpStream {
    let address = redirect_uri
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap();
    TcpStream::connect(address).unwrap()
}

fn status_of(redirect_uri: &str, request: &str) -> String {
    let mut stream = connect(redirect_uri);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    // A listener that hangs up without a word has refused as well.
    let _ = stream.read_to_string(&mut answer);
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn strangers_do_not_end_the_wait() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let uri = linking.redirect_uri();
    let host = uri
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let get = |path: &str, host: &str| {
        status_of(
            &uri,
            &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        )
    };
    assert!(get("/", &host).contains("404"));
    assert!(get("/callback/work/more?state=x", &host).contains("404"));
    assert!(get("/callback/work", &host).contains("400"));
    assert!(
        !get("/callback/work?state=x&code=y", "evil.example.test").contains("200"),
        "another Host is refused"
    );
    let post = format!(
        "POST /callback/work HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    assert!(status_of(&uri, &post).contains("405"));
    let long = format!(
        "GET /callback/work?{} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "x".repeat(200_000)
    );
    assert!(!status_of(&uri, &long).contains("200"));
    // Those who say nothing, or too little, hold nothing up.
    let silent: Vec<TcpStream> = (0..200).map(|_| connect(&uri)).collect();
    let mut slow = connect(&uri);
    slow.write_all(b"GET /callback").unwrap();
    let browser = Browser::default();
    let Ended::Redirected(right) = browser.authorize(&linking.address().unwrap(), &Person::allowing("ada"))
    else {
        panic!("the provider redirects at once");
    };
    assert_eq!(browser.open(right.as_str()).0, 200);
    linking.end().ok();
    drop((silent, slow));
}

#[test]
fn the_page_says_what_happened_and_holds_nothing_of_the_answer() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let browser = Browser::default();
    let Ended::Redirected(right) = browser.authorize(&linking.address().unwrap(), &Person::allowing("ada"))
    else {
        panic!("the provider redirects at once");
    };
    let mut stream = connect(right.as_str());
    let host = linking
        .redirect_uri()
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let target = &right[url::Position::BeforePath..];
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let answer = answer.to_lowercase();
    for header in [
        "referrer-policy: no-referrer",
        "x-frame-options: deny",
        "default-src 'none'",
        "frame-ancestors 'none'",
        "no-store",
    ] {
        assert!(answer.contains(header), "{header}: {answer}");
    }
    assert!(
        !answer.contains(" src=") && !answer.contains("http:") && !answer.contains("code-"),
        "{answer}"
    );
    assert!(answer.contains("keybelt"));
    linking.end().ok();
}

#[test]
fn the_listener_is_gone_once_the_link_is_done() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let uri = linking.redirect_uri();
    linking.signal("INT");
    linking.end().fails("cancelled", 4);
    let address = uri
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    #[expect(clippy::disallowed_methods, reason = "a stranger of the tests' own")]
    let refused = TcpStream::connect(address);
    assert!(refused.is_err());
}

#[test]
fn a_fixed_port_that_is_taken_is_named() {
    #[expect(clippy::disallowed_methods, reason = "a stranger of the tests' own")]
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let hostile = Hostile::honest();
    let home = crate::home();
    let uri = format!("http://127.0.0.1:{port}/callback");
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        hostile.issuer(),
        "--client-id",
        "hostile-client",
        "--redirect-uri",
        &uri,
    ];
    home.json(&add).ok();
    let words = home
        .json(&["link", "work", "--no-open"])
        .fails("route_unavailable", 2);
    assert!(words.contains(&port.to_string()), "{words}");
}

#[test]
fn a_custom_scheme_cannot_come_back_through_the_browser_route() {
    let hostile = Hostile::honest();
    let home = crate::home();
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        hostile.issuer(),
        "--client-id",
        "hostile-client",
        "--redirect-uri",
        "app.keybelt:/own",
    ];
    home.json(&add).ok();
    home.json(&["link", "work", "--no-open"])
        .fails("route_unavailable", 2);
}
