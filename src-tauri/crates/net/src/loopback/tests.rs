use tokio::net::TcpStream;

use super::*;

const PAGE: Page<'_> = Page {
    status: 200,
    html: "<p>done</p>",
    sources: Sources {
        style: "'sha256-s'",
        script: "'sha256-c'",
    },
};

async fn listener(form_post: bool) -> Listener {
    let wanted = Wanted {
        host: Host::V4,
        port: None,
        path: "/callback/work".into(),
        form_post,
    };
    Listener::bind(wanted).await.unwrap()
}

fn text(answer: &Answer) -> &str {
    match answer {
        Answer::Address(address) => address.expose(),
        Answer::Form(form) => form.expose(),
    }
}

async fn connect(port: u16) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap()
}

async fn ask(port: u16, request: String) -> String {
    let mut stream = connect(port).await;
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

fn get(port: u16, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn a_port_that_another_has_and_one_that_nobody_may_have_are_told_apart() {
    let of = |kind: io::ErrorKind| BindError::of(&kind.into(), 80);
    assert_eq!(of(io::ErrorKind::AddrInUse), BindError::PortTaken { port: 80 });
    assert_eq!(
        of(io::ErrorKind::PermissionDenied),
        BindError::PortForbidden { port: 80 }
    );
    assert!(matches!(
        of(io::ErrorKind::AddrNotAvailable),
        BindError::Unavailable(_)
    ));
}

#[tokio::test]
async fn na_14_the_answer_arrives_whole_and_gets_its_page() {
    let mut listener = listener(false).await;
    let port = listener.port();
    let asked = tokio::spawn(ask(port, get(port, "/callback/work?code=a%2Bb&state=s")));
    let arrival = listener.next().await;
    assert_eq!(
        text(arrival.answer()),
        format!("http://127.0.0.1:{port}/callback/work?code=a%2Bb&state=s")
    );
    drop(listener);
    arrival.respond(PAGE).await;
    let answer = asked.await.unwrap();
    assert_eq!(status(&answer), "200");
    for header in [
        "Referrer-Policy: no-referrer",
        "X-Frame-Options: DENY",
        "Cache-Control: no-store",
        "default-src 'none'; frame-ancestors 'none'",
        "style-src 'sha256-s'; script-src 'sha256-c'",
    ] {
        assert!(answer.contains(header), "{header}: {answer}");
    }
    assert!(answer.ends_with("\r\n\r\n<p>done</p>"));
}

#[tokio::test]
async fn na_14_strangers_are_sent_away() {
    let mut listener = listener(false).await;
    let port = listener.port();
    let host = format!("127.0.0.1:{port}");
    for (request, wanted) in [
        (get(port, "/"), "404"),
        (get(port, "/callback/work/"), "404"),
        (get(port, "/CALLBACK/work"), "404"),
        (get(port, "//callback/work"), "404"),
        (
            format!("GET /callback/work HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"),
            "421",
        ),
        (
            format!("GET /callback/work HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "421",
        ),
        (
            "GET /callback/work HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".into(),
            "421",
        ),
        ("GET /callback/work HTTP/1.1\r\n\r\n".into(), "400"),
        (
            format!("GET /callback/work HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"),
            "400",
        ),
        (
            format!("GET http://{host}/callback/work HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            "400",
        ),
        (
            format!("HEAD /callback/work HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            "405",
        ),
        (
            format!("POST /callback/work HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"),
            "405",
        ),
        ("\x16\x03\x01\x02\x00hello".into(), "400"),
        (
            get(port, &format!("/callback/work?{}", "x".repeat(bounds::FORM))),
            "413",
        ),
        (
            format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(HEADERS_TOO_MANY)),
            "413",
        ),
    ] {
        let answer = ask(port, request).await;
        assert_eq!(status(&answer), wanted, "{answer}");
    }
    assert!(listener.arrivals.try_recv().is_err());
}

const HEADERS_TOO_MANY: usize = 120;

#[tokio::test]
async fn na_14_silence_and_floods_hold_nothing_up() {
    let mut listener = listener(false).await;
    let port = listener.port();
    let mut silent = Vec::new();
    for _ in 0..3 * CONNECTIONS {
        silent.push(connect(port).await);
    }
    let asked = tokio::spawn(ask(port, get(port, "/callback/work?state=s")));
    listener.next().await.respond(PAGE).await;
    assert_eq!(status(&asked.await.unwrap()), "200");
}

#[tokio::test]
async fn or_05_a_form_is_taken_only_where_one_may_come() {
    let post = |port: u16, media_type: &str, body: &str| {
        format!(
            "POST /callback/work HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let form = "application/x-www-form-urlencoded";
    let refusing = listener(false).await;
    assert_eq!(
        status(&ask(refusing.port(), post(refusing.port(), form, "state=s")).await),
        "405"
    );
    let mut taking = listener(true).await;
    let port = taking.port();
    assert_eq!(
        status(&ask(port, post(port, "text/plain", "state=s")).await),
        "405"
    );
    let chunked = format!(
        "POST /callback/work HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    assert_eq!(status(&ask(port, chunked).await), "400");
    let asked = tokio::spawn(ask(port, post(port, form, "state=s&code=c")));
    let arrival = taking.next().await;
    assert_eq!(text(arrival.answer()), "state=s&code=c");
    arrival.respond(PAGE).await;
    assert_eq!(status(&asked.await.unwrap()), "200");
}

#[tokio::test]
async fn na_13_a_fixed_port_that_is_taken_is_named() {
    let first = listener(false).await;
    let wanted = Wanted {
        host: Host::V4,
        port: Some(first.port()),
        path: "/".into(),
        form_post: false,
    };
    assert_eq!(
        Listener::bind(wanted).await.err(),
        Some(BindError::PortTaken { port: first.port() })
    );
}

#[tokio::test]
async fn na_12_localhost_listens_on_both() {
    let wanted = Wanted {
        host: Host::Localhost,
        port: None,
        path: "/".into(),
        form_post: false,
    };
    let mut listener = Listener::bind(wanted).await.unwrap();
    let port = listener.port();
    let request = format!("GET /?a HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let asked = tokio::spawn(ask(port, request));
    let arrival = listener.next().await;
    assert_eq!(text(arrival.answer()), format!("http://localhost:{port}/?a"));
    arrival.respond(PAGE).await;
    asked.await.unwrap();
}

#[tokio::test]
async fn na_10_nothing_listens_any_more_once_it_is_dropped() {
    let listener = listener(false).await;
    let port = listener.port();
    drop(listener);
    tokio::task::yield_now().await;
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
}
