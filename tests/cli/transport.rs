//! What carries every exchange (specs H): certificates, proxies, redirects, and the size of an answer after it is unpacked.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Home, Person, Ran};
use serde_json::json;

use crate::settings_on_the_wire::asked;
use crate::{accounts_in, home, home_with, link, nothing_is_stored, refused_link};

/// Runs openssl with these words.
#[track_caller]
fn openssl(folder: &str, words: &str) {
    let made = Command::new("openssl")
        .args(words.split(' '))
        .current_dir(folder)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{words}: {}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// An authority that nobody trusts who is not told to, and what it signed: a certificate for `localhost`, and one that has
/// expired.
struct Authority(tempfile::TempDir);

impl Authority {
    fn make() -> Self {
        let folder = tempfile::TempDir::with_prefix("kb-authority-").unwrap();
        let at = folder.path().to_str().unwrap();
        std::fs::write(folder.path().join("names"), "subjectAltName=DNS:localhost\n").unwrap();
        openssl(
            at,
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=An-authority -keyout ca.key -out ca.pem",
        );
        openssl(
            at,
            "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
        );
        let sign = "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names";
        openssl(at, &format!("{sign} -days 2 -out right.pem"));
        openssl(at, &format!("{sign} -days -1 -out expired.pem"));
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }
}

/// An https server with one of the authority's certificates, which answers by files.
struct Secure {
    server: Child,
    port: u16,
    said: Receiver<String>,
}

impl Secure {
    /// `issuer`: what its metadata says it is, `PORT` in it put in.
    fn start(authority: &Authority, certificate: &str, issuer: &str) -> Self {
        let folder = tempfile::TempDir::new_in(authority.0.path()).unwrap().keep();
        #[expect(
            clippy::disallowed_methods,
            reason = "a server of the tests' own is told its port"
        )]
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let issuer = issuer.replace("PORT", &port.to_string());
        let metadata = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        std::fs::create_dir(folder.join(".well-known")).unwrap();
        let answer = format!("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{metadata}");
        std::fs::write(folder.join(".well-known/openid-configuration"), answer).unwrap();
        let (certificate, key) = (authority.path(certificate), authority.path("server.key"));
        let mut server = Command::new("openssl")
            .args([
                "s_server",
                "-HTTP",
                "-accept",
                &port.to_string(),
                "-cert",
                &certificate,
                "-key",
                &key,
            ])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (say, said) = channel();
        let stdout = BufReader::new(server.stdout.take().unwrap());
        std::thread::spawn(move || {
            stdout
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| say.send(line))
        });
        let started = Self { server, port, said };
        started.wait_for("ACCEPT");
        started
    }

    /// Waits until it says a line that begins like this.
    #[track_caller]
    fn wait_for(&self, beginning: &str) {
        loop {
            let line = self.said.recv_timeout(Duration::from_secs(30)).unwrap();
            if line.starts_with(beginning) {
                return;
            }
        }
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn h_01_a_certificate_must_be_of_whom_this_machine_trusts_of_this_host_and_of_today() {
    let authority = Authority::make();
    for (what, certificate, host, trusted) in [
        ("right", "right.pem", "localhost", true),
        ("signed by nobody who is trusted", "right.pem", "localhost", false),
        ("of another host", "right.pem", "127.0.0.1", true),
        ("expired", "expired.pem", "localhost", true),
    ] {
        let server = Secure::start(&authority, certificate, &format!("https://{host}:PORT"));
        let home = home();
        let issuer = format!("https://{host}:{}", server.port);
        let add = [
            "profile",
            "add",
            "work",
            "--issuer",
            &issuer,
            "--client-id",
            CLIENT_ID,
        ];
        home.json(&[&add[..], &["--scope", "openid"]].concat()).ok();
        let mut command = home.command(&["--json", "link", "work", "--no-open", "--timeout", "1"]);
        if trusted {
            command.env("SSL_CERT_FILE", authority.path("ca.pem"));
        }
        let ended = Ran::from(command.output().unwrap());
        if what == "right" {
            // The person was sent, and nobody came back.
            ended.fails("timed_out", 4);
            assert!(ended.stdout.contains(&format!("{issuer}/authorize")), "{ended:?}");
        } else {
            let words = ended.fails("network", 6);
            assert!(words.contains("secure connection"), "{what}: {words}");
            assert_eq!(ended.stdout, "", "{what}");
        }
    }
}

/// A proxy that notes the first line of every request, and hangs up.
#[expect(clippy::disallowed_methods, reason = "a proxy of the tests' own")]
fn proxy() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (say, said) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut line = String::new();
            let _ = BufReader::new(stream).read_line(&mut line);
            if say.send(line).is_err() {
                return;
            }
        }
    });
    (address, said)
}

fn through(home: &Home, proxy: &str, except: &str) -> Command {
    let mut command = home.command(&["--json", "link", "work", "--no-open", "--timeout", "1"]);
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name);
        command.env(
            name.to_uppercase(),
            if name == "no_proxy" { except } else { proxy },
        );
    }
    command
}

#[test]
fn h_14_https_goes_through_the_proxy_and_this_machine_never_does() {
    let (address, said) = proxy();
    let outside = home();
    let issuer = "https://id.example.test";
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        issuer,
        "--client-id",
        CLIENT_ID,
    ];
    outside.json(&[&add[..], &["--scope", "openid"]].concat()).ok();
    let ended = Ran::from(through(&outside, &address, "").output().unwrap());
    ended.fails("network", 6);
    let first = said.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(first.starts_with("CONNECT id.example.test:443 "), "{first}");
    let _ = said.try_iter().count();
    let ended = Ran::from(through(&outside, &address, "id.example.test").output().unwrap());
    assert_eq!(ended.code, Some(6), "{ended:?}");
    assert_eq!(said.try_iter().collect::<Vec<_>>(), [""; 0], "NO_PROXY is heeded");

    let hostile = Hostile::honest();
    for issuer in [
        hostile.issuer().to_owned(),
        hostile.issuer().replace("127.0.0.1", "localhost"),
    ] {
        let named = issuer.clone();
        hostile.twist(Twists {
            metadata: Some(Box::new(move |answer| {
                answer.edit(|body| body["issuer"] = json!(named))
            })),
            ..Twists::default()
        });
        let here = home();
        let add = [
            "profile",
            "add",
            "work",
            "--issuer",
            &issuer,
            "--client-id",
            CLIENT_ID,
        ];
        here.json(&[&add[..], &["--scope", "openid"]].concat()).ok();
        Ran::from(through(&here, &address, "").output().unwrap()).fails("timed_out", 4);
        assert_eq!(said.try_iter().collect::<Vec<_>>(), [""; 0], "{issuer}");
    }
}

/// What gzip makes of these bytes.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip")
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, bytes) = (gzip.stdin.take().unwrap(), bytes.to_vec());
    let writing = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
    let packed = gzip.wait_with_output().unwrap().stdout;
    writing.join().unwrap();
    packed
}

fn packed(answer: &mut Answer) {
    answer.body = gzipped(&answer.body);
    answer
        .headers
        .push(("content-encoding".to_owned(), "gzip".to_owned()));
}

#[test]
fn h_07_what_an_answer_unpacks_to_counts_against_its_bound() {
    let packed_all = Hostile::twisted(Twists {
        any: Some(Box::new(|_, answer| packed(answer))),
        ..Twists::default()
    });
    link(&home_with(&packed_all));
    for path in [
        "/.well-known/openid-configuration",
        "/jwks",
        "/token",
        "/userinfo",
    ] {
        let hostile = Hostile::twisted(Twists {
            any: Some(Box::new(move |asked, answer| {
                if asked.path == path {
                    // A few kilobytes on the wire, 16 MiB when they are unpacked.
                    answer.edit(|body| body["padding"] = json!("x".repeat(16 << 20)));
                    packed(answer);
                    assert!(answer.body.len() < 100 << 10);
                }
            })),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let ended = home.link(&["work"], &Person::allowing("ada"));
        if path == "/userinfo" {
            // What cannot be had does not stop a link.
            assert!(ended.ok().stdout.contains("last_error\":{"));
            continue;
        }
        ended.fails("invalid_response", 7);
        nothing_is_stored(&home, path);
        assert_eq!(hostile.count("/userinfo"), 0, "{path}");
    }
}

#[test]
fn h_05_documents_are_followed_three_times_and_a_token_never_to_another_origin() {
    for (hops, refused) in [(3, false), (4, true)] {
        let hostile = Hostile::twisted(Twists {
            any: Some(Box::new(move |asked, answer| {
                let last = asked.path.rsplit('/').next().unwrap_or_default();
                let done = match (asked.path.as_str(), last.parse::<u32>()) {
                    ("/jwks", _) => 0,
                    (_, Ok(done)) => done,
                    _ => return,
                };
                let next = if done + 1 == hops {
                    "/other/jwks".to_owned()
                } else {
                    format!("/hop/{}", done + 1)
                };
                *answer = Answer::redirect(&next);
            })),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        let ended = home.link(&["work"], &Person::allowing("ada"));
        if refused {
            ended.fails("invalid_response", 7);
        } else {
            ended.ok();
        }
        assert_eq!(hostile.count("/other/jwks"), usize::from(!refused), "{hops}");
    }

    let (hostile, other) = (Hostile::honest(), Hostile::honest());
    let there = format!("{}/userinfo", other.issuer());
    hostile.twist(Twists {
        userinfo: Some(Box::new(move |answer| *answer = Answer::redirect(&there))),
        ..Twists::default()
    });
    link(&home_with(&hostile));
    assert!(asked(&hostile, "/userinfo")[0].authorization.is_some());
    let asked_there = asked(&other, "/userinfo");
    assert_eq!(asked_there.len(), 1);
    assert!(asked_there[0].authorization.is_none() && asked_there[0].query.is_empty());
    for away in [
        "http://collect.example.test/",
        "file:///etc/passwd",
        "https://ada@id.example.test/",
    ] {
        let hostile = Hostile::twisted(Twists {
            jwks: Some(Box::new(move |answer| *answer = Answer::redirect(away))),
            ..Twists::default()
        });
        let home = home_with(&hostile);
        refused_link(&home, away, "invalid_response", 7);
    }
}

#[test]
fn h_04_no_credential_follows_a_redirect_wherever_it_leads() {
    let (hostile, other) = (Hostile::honest(), Hostile::honest());
    let home = home_with(&hostile);
    let account = link(&home);
    let name = crate::name_of(&account);
    for (path, ask) in [
        ("/token", &["refresh", name][..]),
        ("/revoke", &["unlink", name, "--revoke"]),
    ] {
        for (status, target) in [
            (301, format!("/other{path}")),
            (302, format!("{}{path}", other.issuer())),
            (303, format!("/other{path}")),
            (307, format!("{}{path}", other.issuer())),
            (308, format!("/other{path}")),
        ] {
            hostile.twist(Twists {
                any: Some(Box::new(move |asked, answer| {
                    if asked.path == path {
                        *answer = Answer::redirect(&target);
                        answer.status = status;
                    }
                })),
                ..Twists::default()
            });
            home.json(ask).fails("invalid_response", 7);
            assert_eq!(hostile.count(&format!("/other{path}")), 0, "{path} {status}");
        }
    }
    assert_eq!((other.asked().len(), accounts_in(&home)), (0, 1));
    hostile.twist(Twists::default());
    home.json(&["unlink", name, "--revoke"]).ok();
}
