//! A provider's page that does what it should not, and tells its own server how that went.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::response::Response;
use keybelt_test_support::Home;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The server of such a page. Its first page is at `/authorize`, as the authorization endpoint of the profile `work`.
pub struct HostilePage {
    port: u16,
    told: Mutex<UnboundedReceiver<String>>,
    server: tokio::task::JoinHandle<()>,
}

struct Site {
    script: String,
    tell: UnboundedSender<String>,
    /// Which tellings have arrived: a page that is led elsewhere loses its requests, and tells again.
    heard: std::sync::Mutex<BTreeSet<String>>,
}

impl HostilePage {
    /// Serves a page with this script. `STATE` in it stands for the authorization's state, and `tell(text)` tells.
    #[expect(clippy::disallowed_methods, reason = "a provider listens")]
    pub async fn with_script(script: &str) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, told) = unbounded_channel();
        let site = Arc::new(Site {
            script: script.replace("PORT", &port.to_string()),
            tell,
            heard: std::sync::Mutex::default(),
        });
        let router = Router::new().fallback(move |request| answer(site.clone(), request));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            port,
            told: Mutex::new(told),
            server,
        }
    }

    /// Adds the profile `work`, whose authorization endpoint this page is.
    pub fn add_profile(&self, home: &Home) {
        add_profile(home, &format!("http://127.0.0.1:{}/authorize", self.port));
    }

    /// The same, where the page stands under a strict content security policy.
    pub fn add_strict_profile(&self, home: &Home) {
        add_profile(home, &format!("http://127.0.0.1:{}/strict", self.port));
    }

    /// An address at this page's server.
    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Whether the page has told nothing so far.
    pub fn is_silent(&self) -> bool {
        let mut told = self.told.try_lock().unwrap();
        told.try_recv().is_err()
    }

    /// The next thing that the page tells.
    pub async fn told(&self) -> String {
        let mut told = self.told.lock().await;
        tokio::time::timeout(std::time::Duration::from_secs(30), told.recv())
            .await
            .expect("the page tells in time")
            .unwrap()
    }
}

/// Adds the profile `work` with an authorization endpoint at any address.
pub fn add_profile(home: &Home, authorize_url: &str) {
    let authorize = format!("authorize_url={authorize_url}");
    let token = "access_token_url=http://127.0.0.1:9/token";
    let add = [
        "profile",
        "add",
        "work",
        "--set",
        &authorize,
        "--set",
        token,
        "--client-id",
        "a-client",
    ];
    home.json(&[&add[..], &["--scope", "read"]].concat()).ok();
}

impl Drop for HostilePage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(site: Arc<Site>, request: Request) -> Response {
    let query: Query<BTreeMap<String, String>> = Query::try_from_uri(request.uri()).unwrap();
    let state = query.get("state").cloned().unwrap_or_default();
    match request.uri().path() {
        "/authorize" => html(&page(&site.script.replace("STATE", &state))),
        // A sign-in page whose own policy lets its forms lead nowhere else.
        "/strict" => Response::builder()
            .header(CONTENT_TYPE, "text/html")
            .header(CONTENT_SECURITY_POLICY, "form-action 'self'")
            .body(Body::from(page(&site.script.replace("STATE", &state))))
            .unwrap(),
        "/tell" => {
            if site.heard.lock().unwrap().insert(query["number"].clone()) {
                let _ = site.tell.send(query["what"].clone());
            }
            html("")
        }
        "/redirect" => {
            let target = query.get("to").cloned().unwrap_or_default();
            Response::builder()
                .status(302)
                .header(LOCATION, target)
                .body(Body::empty())
                .unwrap()
        }
        "/download" => Response::builder()
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_DISPOSITION, "attachment; filename=stolen.bin")
            .body(Body::from("bytes"))
            .unwrap(),
        "/popup" => {
            html("<title>popup</title><p>A pop-up</p><script>opener.postMessage('hello', '*')</script>")
        }
        // Says to whoever holds it what it finds of the program, within a frame or a pop-up.
        "/search" => html(&format!(
            "<title>search</title><script>{SEARCH}\nsearch().then((found) => (opener ?? parent).postMessage('found ' + found, '*'))</script>"
        )),
        _ => Response::builder().status(404).body(Body::empty()).unwrap(),
    }
}

/// `search()` tells by what a page could reach the program, each by its name; nothing, where all is well.
pub const SEARCH: &str = "
    const loads = (tag, attribute, address) => new Promise((done) => {
        const element = document.createElement(tag);
        element.onload = () => done(tag + ' ' + address);
        element.onerror = () => done('');
        element[attribute] = address;
        document.documentElement.append(element);
        setTimeout(() => done(''), 2000);
    });
    const fetches = (address) => fetch(address, { method: 'POST', body: '{}' }).then(() => 'fetch ' + address, () => '');
    const search = async () => {
        const names = ['__TAURI_INTERNALS__', '__TAURI__', '__TAURI_IPC__', 'ipc', 'isTauri'].filter((name) => name in window);
        if (window.webkit?.messageHandlers) names.push('messageHandlers');
        const tries = [
            fetches('ipc://localhost/list_accounts'), fetches('tauri://localhost/index.html'),
            fetches('http://ipc.localhost/list_accounts'), fetches('http://tauri.localhost/index.html'),
            fetches('file:///etc/passwd'), loads('img', 'src', 'tauri://localhost/icon.png'),
            loads('script', 'src', 'tauri://localhost/assets/index.js'), loads('script', 'src', 'file:///etc/passwd'),
            loads('link', 'href', 'file:///etc/passwd'), loads('img', 'src', 'ipc://localhost/list_accounts'),
        ];
        return [...names, ...(await Promise.all(tries)).filter(Boolean)].join(' ');
    };";

fn page(script: &str) -> String {
    format!(
        "<!doctype html><meta charset=utf-8><title>A page</title><h1>A page</h1><button id=go>Go</button>\
         <script>let tellings = 0;\n\
         const tell = async (what) => {{\n\
            const address = '/tell?number=' + tellings++ + '&what=' + encodeURIComponent(what);\n\
            while (!await fetch(address).then(() => true, () => false));\n\
         }};\n\
         const attempt = (name, act) => {{ try {{ return act() }} catch (refused) {{ return name + ' refused' }} }};\n\
         {script}</script>"
    )
}

fn html(text: &str) -> Response {
    Response::builder()
        .header(CONTENT_TYPE, "text/html")
        .body(Body::from(text.to_owned()))
        .unwrap()
}
