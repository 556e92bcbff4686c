use std::net::Ipv4Addr;

use keybelt_primitives::UnixMillis;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

struct Stopped;

impl Clock for Stopped {
    fn now_millis(&self) -> UnixMillis {
        UnixMillis(1_800_000_000_000)
    }
}

fn net() -> Net {
    let options = NetOptions {
        connect: Duration::from_secs(2),
        exchange: Duration::from_secs(2),
    };
    Net::new(options, Arc::new(Stopped))
}

/// A server that gives these answers, one a connection, and keeps what it was asked.
async fn server(answers: Vec<Vec<u8>>) -> (String, JoinHandle<Vec<String>>) {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let base = format!("http://127.0.0.1:{}", socket.local_addr().unwrap().port());
    let asked = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = socket.accept().await.unwrap();
            let mut request = vec![0; 16 << 10];
            let count = stream.read(&mut request).await.unwrap();
            asked.push(String::from_utf8_lossy(&request[..count]).to_lowercase());
            let _ = stream.write_all(&answer).await;
        }
        asked
    });
    (base, asked)
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn get(url: &str) -> Request {
    let mut token = HeaderValue::from_static("Bearer at-1");
    token.set_sensitive(true);
    Request {
        method: Method::GET,
        url: Endpoint::parse(url).unwrap(),
        headers: vec![(header::AUTHORIZATION, token)],
        body: None,
    }
}

fn post(url: &str) -> Request {
    Request {
        method: Method::POST,
        body: Some(Secret::new(b"code=c-1".to_vec())),
        headers: vec![],
        ..get(url)
    }
}

fn body(response: &Response) -> &[u8] {
    response.body.expose()
}

async fn refused(answers: Vec<Vec<u8>>, conduct: Conduct) -> SendError {
    let (base, _asked) = server(answers).await;
    net().send(get(&base), conduct).await.err().unwrap()
}

#[tokio::test]
async fn any_status_is_an_answer_and_the_request_says_who_asks() {
    let (base, asked) = server(vec![answer("418 Teapot\r\nX-A: b", "short")]).await;
    let response = net()
        .send(post(&format!("{base}/token?a=b")), Conduct::Credentials)
        .await
        .unwrap();
    assert_eq!((response.status, body(&response)), (418, b"short".as_slice()));
    assert_eq!(response.headers["x-a"], "b");
    assert_eq!(response.sent_at.0, 1_800_000_000);
    let asked = asked.await.unwrap().remove(0);
    assert!(asked.starts_with("post /token?a=b "), "{asked}");
    assert!(
        asked.contains("user-agent: keybelt/") && asked.ends_with("code=c-1"),
        "{asked}"
    );
    assert!(!asked.contains("cookie") && !asked.contains("referer"), "{asked}");
}

#[tokio::test]
async fn h_04_no_redirect_takes_credentials_along() {
    for status in [301, 302, 303, 307, 308] {
        let redirect = answer(&format!("{status} Found\r\nLocation: /elsewhere"), "");
        let (base, asked) = server(vec![redirect.clone()]).await;
        assert_eq!(
            net().send(post(&base), Conduct::Credentials).await.err(),
            Some(SendError::Redirected)
        );
        assert_eq!(asked.await.unwrap().len(), 1);
        assert_eq!(
            refused(vec![redirect], Conduct::Credentials).await,
            SendError::Redirected
        );
    }
}

#[tokio::test]
async fn h_05_three_redirects_and_the_token_stays_at_its_origin() {
    let (other, asked_there) = server(vec![answer("200 OK", "there")]).await;
    let there = answer(&format!("302 Found\r\nLocation: {other}/x"), "");
    let (base, asked) = server(vec![answer("307 Again\r\nLocation: /next", ""), there]).await;
    let response = net().send(get(&base), Conduct::Bearer).await.unwrap();
    assert_eq!(body(&response), b"there");
    assert_eq!(response.url.as_str(), format!("{other}/x"));
    assert!(
        asked
            .await
            .unwrap()
            .iter()
            .all(|asked| asked.contains("authorization: bearer at-1"))
    );
    assert!(!asked_there.await.unwrap()[0].contains("authorization"));

    let again = answer("302 Found\r\nLocation: /again", "");
    assert_eq!(
        refused(vec![again; 4], Conduct::Document).await,
        SendError::TooManyRedirects
    );
    let away = answer("302 Found\r\nLocation: http://a.example/", "");
    assert_eq!(
        refused(vec![away], Conduct::Document).await,
        SendError::RedirectRefused
    );
}

#[tokio::test]
async fn an_api_answers_with_whatever_it_answers() {
    let within = Duration::from_secs(2);
    let large = "x".repeat(bounds::JSON_DOCUMENT + 1);
    for (head, body_sent) in [
        ("200 OK", large.as_str()),
        ("302 Found\r\nLocation: https://elsewhere.example/", ""),
        ("307 Again", ""),
    ] {
        let (base, asked) = server(vec![answer(head, body_sent)]).await;
        let answer = net().send(post(&base), Conduct::Api { within }).await.unwrap();
        assert!(head.starts_with(&answer.status.to_string()));
        assert_eq!(body(&answer).len(), body_sent.len());
        assert_eq!(asked.await.unwrap().len(), 1);
    }
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let silent = format!("http://{}/", socket.local_addr().unwrap());
    let within = Duration::from_millis(50);
    assert_eq!(
        net().send(get(&silent), Conduct::Api { within }).await.err(),
        Some(SendError::TimedOut)
    );
}

#[tokio::test]
async fn h_13_no_cookie_is_kept() {
    let with_cookie = answer("200 OK\r\nSet-Cookie: a=b; Path=/", "");
    let (base, asked) = server(vec![with_cookie, answer("200 OK", "")]).await;
    let net = net();
    for _ in 0..2 {
        net.send(get(&base), Conduct::Document).await.unwrap();
    }
    assert!(!asked.await.unwrap()[1].contains("cookie"));
}

#[tokio::test]
async fn h_07_what_is_too_large_is_not_read_to_its_end() {
    let large = "x".repeat(bounds::JSON_DOCUMENT + 1);
    assert_eq!(
        refused(vec![answer("200 OK", &large)], Conduct::Document).await,
        SendError::TooLarge
    );
    let head = format!("200 OK\r\nX: {}", "x".repeat(1 << 20));
    assert_eq!(
        refused(vec![answer(&head, "")], Conduct::Document).await,
        SendError::TooLarge
    );
}

#[tokio::test]
async fn what_is_no_answer_is_told_apart() {
    assert_eq!(
        refused(vec![b"hello\r\n\r\n".to_vec()], Conduct::Document).await,
        SendError::Garbled
    );
    assert_eq!(refused(vec![vec![]], Conduct::Document).await, SendError::Lost);
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec();
    assert_eq!(refused(vec![cut], Conduct::Document).await, SendError::Lost);
    let (base, _asked) = server(vec![b"nope".to_vec()]).await;
    let secure = base.replace("http:", "https:");
    assert_eq!(
        net().send(get(&secure), Conduct::Document).await.err(),
        Some(SendError::Tls)
    );
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let closed = format!("http://{closed}/");
    assert_eq!(
        net().send(get(&closed), Conduct::Document).await.err(),
        Some(SendError::Unreachable)
    );
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let options = NetOptions {
        connect: Duration::from_secs(2),
        exchange: Duration::from_millis(50),
    };
    let net = Net::new(options, Arc::new(Stopped));
    assert_eq!(
        net.send(get(&url), Conduct::Document).await.err(),
        Some(SendError::TimedOut)
    );
}

/// Keeps a line about each exchange that it is shown.
#[derive(Default)]
struct Notes(std::sync::Mutex<Vec<String>>);

impl Observer for Notes {
    fn saw(&self, exchange: &Exchange<'_>) {
        let sent = exchange.body.map_or(0, Secret::<Vec<u8>>::len);
        let answer = exchange.answer.as_ref().map(|answer| {
            let read = answer
                .body
                .map(|body| String::from_utf8_lossy(body.expose()).into_owned());
            (answer.status, read)
        });
        let trouble = exchange.trouble.as_ref().map(|trouble| match trouble {
            Trouble::Failed(error) => error.to_string(),
            Trouble::Abandoned => "abandoned".to_owned(),
        });
        let path = exchange.url.url().path();
        let line = format!("{} {path} {sent} {answer:?} {trouble:?}", exchange.method);
        self.0.lock().unwrap().push(line);
    }
}

impl Notes {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn an_observer_is_shown_every_exchange_also_those_that_come_to_nothing() {
    let notes = Arc::new(Notes::default());
    let net = net().observed(notes.clone());
    let (base, _asked) = server(vec![
        answer("302 Found\r\nLocation: /next", ""),
        answer("200 OK", "here"),
        answer("302 Found\r\nLocation: /next", ""),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf".to_vec(),
    ])
    .await;
    net.send(get(&base), Conduct::Document).await.ok().unwrap();
    let refused = net.send(post(&base), Conduct::Credentials).await.err();
    assert_eq!(refused, Some(SendError::Redirected));
    let broken = net.send(post(&base), Conduct::Credentials).await.err();
    assert_eq!(broken, Some(SendError::Lost));
    assert_eq!(
        notes.lines(),
        [
            "GET / 0 Some((302, None)) None",
            r#"GET /next 0 Some((200, Some("here"))) None"#,
            r#"POST / 8 Some((302, None)) Some("a redirect where none is followed")"#,
            r#"POST / 8 Some((200, None)) Some("the connection broke off")"#,
        ]
    );
}

#[tokio::test]
async fn an_observer_is_shown_what_nobody_waited_for() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let base = format!("http://{}/", silent.local_addr().unwrap());
    let notes = Arc::new(Notes::default());
    let options = NetOptions {
        connect: Duration::from_secs(2),
        exchange: Duration::from_millis(50),
    };
    let hurried = Net::new(options, Arc::new(Stopped)).observed(notes.clone());
    let late = hurried.send(post(&base), Conduct::Credentials).await.err();
    assert_eq!(late, Some(SendError::TimedOut));
    let patient = net().observed(notes.clone());
    tokio::select! {
        biased;
        _ = patient.send(post(&base), Conduct::Credentials) => panic!("nobody answers"),
        _ = silent.accept() => {}
    }
    assert_eq!(
        notes.lines(),
        [
            r#"POST / 8 None Some("no answer in time")"#,
            r#"POST / 8 None Some("abandoned")"#,
        ]
    );
}
