//! The loopback listener among strangers.

use std::io::{Read, Write};
use std::net::TcpStream;

use keybelt_test_support::hostile::{CLIENT_ID, Hostile};
use keybelt_test_support::{Browser, Ended, Linking, Person};
use url::Url;

use crate::{accounts_in, home_with};

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

/// Where the provider sends the person's browser.
fn answer_to(linking: &Linking) -> Url {
    let browser = Browser::default();
    let ended = browser.authorize(&linking.address().unwrap(), &Person::allowing("ada"));
    let Ended::Redirected(answer) = ended else {
        panic!("the provider redirects at once")
    };
    answer
}

fn host_of(address: &str) -> String {
    let rest = address.trim_start_matches("http://");
    rest.split('/').next().unwrap().to_owned()
}

/// A request to the listener of this address, as it is written on the wire.
fn written(address: &Url, method: &str, host: &str, more: &str) -> String {
    let target = &address[url::Position::BeforePath..];
    format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n")
}

#[test]
fn na_14_the_right_answer_by_another_name_or_in_another_way_is_no_answer() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let right = answer_to(&linking);
    let host = host_of(right.as_str());
    let port = host.rsplit_once(':').unwrap().1.to_owned();
    for other in [
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        format!("127.0.0.2:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("evil.example:{port}"),
        format!("evil@127.0.0.1:{port}"),
        format!("127.0.0.1:{port}.evil.example"),
        format!("127.0.0.1:0{port}"),
        format!(" 127.0.0.1:{port}, evil.example"),
        "127.0.0.1".to_owned(),
        String::new(),
    ] {
        let told = status_of(right.as_str(), &written(&right, "GET", &other, ""));
        assert!(
            told.contains(" 421 ") || told.contains(" 400 "),
            "{other:?}: {told}"
        );
    }
    for method in ["HEAD", "PUT", "DELETE", "TRACE", "CONNECT", "get", "PROPFIND"] {
        let told = status_of(right.as_str(), &written(&right, method, &host, ""));
        assert!(
            told.contains(" 405 ") || told.contains(" 400 "),
            "{method}: {told}"
        );
    }
    // A page may ask beforehand whether it might; it is told nothing that would let it read an answer.
    let preflight = "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n\
                     Access-Control-Request-Private-Network: true\r\n";
    let mut stream = connect(right.as_str());
    stream
        .write_all(written(&right, "OPTIONS", &host, preflight).as_bytes())
        .unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 405 "), "{told}");
    assert!(!told.to_lowercase().contains("access-control"), "{told}");
    // By a form, which was not asked for.
    let form = right.query().unwrap();
    let more = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        form.len()
    );
    let told = status_of(right.as_str(), &(written(&right, "POST", &host, &more) + form));
    assert!(told.contains(" 405 "), "{told}");
    assert_eq!((hostile.count("/token"), accounts_in(&home)), (0, 0));
    assert_eq!(Browser::default().open(right.as_str()).0, 200);
    linking.end().ok();
}

#[test]
fn na_21_a_state_that_is_almost_right_is_wrong() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let right = answer_to(&linking);
    let (_, state) = right.query_pairs().find(|(name, _)| name == "state").unwrap();
    let rest = "code=stolen&iss=".to_owned() + hostile.issuer();
    let swapped: String = state
        .chars()
        .map(|letter| match letter {
            'a'..='z' => letter.to_ascii_uppercase(),
            other => other.to_ascii_lowercase(),
        })
        .collect();
    let once_more: String = state.bytes().map(|byte| format!("%25{byte:02X}")).collect();
    for wrong in [
        rest.clone(),
        format!("state=&{rest}"),
        format!("state={}&{rest}", &state[1..]),
        format!("state={}&{rest}", &state[..state.len() - 1]),
        format!("state={state}A&{rest}"),
        format!("state={state}%00&{rest}"),
        format!("state=%20{state}&{rest}"),
        format!("state={swapped}&{rest}"),
        format!("state={once_more}&{rest}"),
        format!("State={state}&{rest}"),
        format!("state[]={state}&{rest}"),
        format!("state={state}&state={state}&{rest}"),
        format!("state={state}&state=&{rest}"),
        format!("x=%26state%3D{state}&{rest}"),
    ] {
        let mut address = right.clone();
        address.set_query(Some(&wrong));
        assert_eq!(Browser::default().open(address.as_str()).0, 400, "{wrong}");
    }
    assert_eq!((hostile.count("/token"), accounts_in(&home)), (0, 0));
    // Written in another way, it is the same state.
    let encoded: String = state.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let address = right.as_str().replace(&*state, &encoded);
    assert_eq!(Browser::default().open(&address).0, 200);
    linking.end().ok();
}

#[test]
fn na_21_an_answer_is_taken_once_however_often_it_comes() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let right = answer_to(&linking);
    let request = written(&right, "GET", &host_of(right.as_str()), "");
    let together: Vec<_> = (0..16)
        .map(|_| {
            let (address, request) = (right.to_string(), request.clone());
            std::thread::spawn(move || {
                let mut stream = connect(&address);
                let mut answer = String::new();
                // Whoever is not answered is hung up on.
                let _ = stream.write_all(request.as_bytes());
                let _ = stream.read_to_string(&mut answer);
                answer.contains(" 200 OK")
            })
        })
        .collect();
    let taken = together
        .into_iter()
        .filter_map(|one| one.join().ok())
        .filter(|taken| *taken);
    assert_eq!(taken.count(), 1);
    linking.end().ok();
    assert_eq!((hostile.count("/token"), accounts_in(&home)), (1, 1));
    // The code of a link that is over is nothing to the next one.
    let next = home.start_link(&["work", "--timeout", "1"]);
    let mut again = Url::parse(&next.redirect_uri()).unwrap();
    again.set_query(right.query());
    assert_eq!(Browser::default().open(again.as_str()).0, 400);
    next.end().fails("state_mismatch", 8);
    assert_eq!(hostile.count("/token"), 1);
}

#[test]
fn na_18_sb_17_answers_of_two_links_at_one_issuer_are_not_mixed_up() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let add = [
        "profile",
        "add",
        "second",
        "--issuer",
        hostile.issuer(),
        "--client-id",
        CLIENT_ID,
    ];
    home.json(&[&add[..], &["--scope", "openid"]].concat()).ok();
    let (first, second) = (home.start_link(&["work"]), home.start_link(&["second"]));
    let (to_first, to_second) = (answer_to(&first), answer_to(&second));
    assert_ne!(to_first.path(), to_second.path());
    for (here, there) in [(&to_first, &to_second), (&to_second, &to_first)] {
        // The other link's answer, at this one's address; and this one's, at the other's path.
        let mut crossed = here.clone();
        crossed.set_query(there.query());
        assert_eq!(Browser::default().open(crossed.as_str()).0, 400);
        let mut astray = here.clone();
        astray.set_path(there.path());
        assert_eq!(Browser::default().open(astray.as_str()).0, 404);
    }
    assert_eq!(hostile.count("/token"), 0);
    for (linking, answer) in [(first, to_first), (second, to_second)] {
        assert_eq!(Browser::default().open(answer.as_str()).0, 200);
        linking.end().ok();
    }
    assert_eq!(accounts_in(&home), 2);
}

#[test]
fn na_14_a_flood_of_wrong_answers_and_of_slow_ones_does_not_keep_the_right_one_out() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let right = answer_to(&linking);
    let host = host_of(right.as_str());
    // Each has said almost all there is to say, or a body that never comes.
    let slow: Vec<TcpStream> = (0..300)
        .map(|number| {
            let mut stream = connect(right.as_str());
            let whole = written(&right, "GET", &host, "");
            let part = match number % 3 {
                0 => whole[..whole.len() - 2].to_owned(),
                1 => format!(
                    "POST {} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 60000\r\n\r\n",
                    right.path()
                ),
                _ => "X-Padding: ".repeat(1_000),
            };
            let _ = stream.write_all(part.as_bytes());
            stream
        })
        .collect();
    let flood: Vec<_> = (0..8)
        .map(|_| {
            let (address, host) = (right.clone(), host.clone());
            std::thread::spawn(move || {
                let mut wrong = address.clone();
                wrong.set_query(Some("code=stolen&state=forged"));
                let request = written(&wrong, "GET", &host, "");
                (0..100)
                    .map(|_| status_of(wrong.as_str(), &request))
                    .all(|told| told.is_empty() || told.contains(" 400 "))
            })
        })
        .collect();
    for one in flood {
        assert!(one.join().unwrap(), "a forged answer is told so, or hung up on");
    }
    assert_eq!(Browser::default().open(right.as_str()).0, 200);
    linking.end().ok();
    assert_eq!((hostile.count("/token"), accounts_in(&home)), (1, 1));
    drop(slow);
}

#[test]
fn sb_14_a_token_that_comes_with_an_answer_is_not_taken() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let linking = home.start_link(&["work"]);
    let right = answer_to(&linking);
    let injected =
        format!("{right}&access_token=injected-token&token_type=Bearer&id_token=e30.e30.AA&expires_in=9");
    assert_eq!(Browser::default().open(&injected).0, 200);
    linking.end().ok();
    let account = home.json(&["list"]).ok().json()[0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let token = home.run(&["token", &account]).ok().stdout;
    assert!(hostile.given().contains(&token.trim().to_owned()));

    // Without a code it is no answer at all.
    let linking = home.start_link(&["work"]);
    let right = answer_to(&linking);
    let (_, state) = right.query_pairs().find(|(name, _)| name == "state").unwrap();
    let issuer = hostile.issuer();
    let mut injected = right.clone();
    injected.set_query(Some(&format!(
        "state={state}&iss={issuer}&access_token=injected-token&token_type=Bearer"
    )));
    let (status, page) = Browser::default().open(injected.as_str());
    assert_eq!(status, 400);
    assert!(!page.contains("injected-token"), "{page}");
    linking.end().fails("invalid_response", 7);
    assert_eq!(hostile.count("/token"), 1);
    assert_eq!(home.run(&["token", &account]).ok().stdout, token);
}
