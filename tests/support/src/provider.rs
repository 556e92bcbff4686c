//! Real authorization servers that nobody here wrote, started on free ports: npm's `oidc-provider` and
//! Authlib's server. Their packages are installed once, exactly as their lock files say, under `target/`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A provider that runs until this is dropped.
pub struct Provider {
    process: Child,
    issuer: String,
}

/// The secret of every client and consumer that has one, except the odd ones.
pub const CLIENT_SECRET: &str = "client-secret-0123456789abcdef0123456789abcdef";

/// The secret of `oidc-provider`'s client `odd:client`, right only when it is form-encoded (RFC 6749 §2.3.1).
pub const ODD_CLIENT_SECRET: &str = "p%41ss w+rd/:&=?-0123456789abcdef0123456789";

/// Authlib's OAuth 1 client with [`CLIENT_SECRET`].
pub const CONSUMER: &str = "consumer";

/// Authlib's OAuth 1 client whose key and secret are right only when they are encoded once (RFC 5849 §3.6).
pub const ODD_CONSUMER: (&str, &str) = ("odd %41consumer&=", "s%41cret +/&=\u{e9}");

/// Authlib's OAuth 1 client that signs with an RSA key, see [`Provider::set_rsa_key`].
pub const RSA_CONSUMER: &str = "rsa";

impl Provider {
    /// Starts npm's `oidc-provider` with redirect URIs for profiles of these names.
    pub fn oidc_provider(profiles: &[&str]) -> Self {
        let folder = installed(
            "oidc-provider",
            &["package.json", "package-lock.json", "server.mjs"],
            |folder| {
                let mut npm = Command::new("npm");
                npm.args(["ci", "--no-audit", "--no-fund", "--silent"])
                    .current_dir(folder);
                run(npm);
            },
        );
        let mut node = Command::new("node");
        node.arg("server.mjs")
            .args(profiles)
            .current_dir(folder)
            .env("NODE_NO_WARNINGS", "1");
        Self::start(node, "oidc-provider")
    }

    /// Starts Authlib's OAuth 1 and OAuth 2 servers; they take any loopback redirect URI, OAuth 2 also `app.keybelt:`.
    pub fn authlib() -> Self {
        let mut server = python();
        server.arg(source("authlib").join("server.py"));
        Self::start(server, "authlib")
    }

    fn start(mut command: Command, name: &str) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(crate::scratch().join(format!("{name}.log")))
            .unwrap();
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the provider starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let issuer = line
            .trim()
            .strip_prefix("ready ")
            .expect("the provider says when it is ready")
            .to_owned();
        Self { process, issuer }
    }

    /// The issuer identifier: `http://127.0.0.1:PORT`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// An address at this provider.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Turns some of the knobs; the rest stays as it is.
    pub fn set(&self, knobs: &Value) {
        self.admin("knobs", knobs);
    }

    /// Answers the next `times` requests to a path with a status and a body.
    pub fn answer(&self, path: &str, times: u32, status: u16, body: &str) {
        self.set(&json!({"rules": [{"path": path, "times": times, "status": status, "body": body}]}));
    }

    /// Gives [`RSA_CONSUMER`] its public key, as PEM (SubjectPublicKeyInfo). Authlib's only.
    pub fn set_rsa_key(&self, public_key: &str) {
        self.admin("rsa-key", &json!({ "public_key": public_key }));
    }

    /// Ends every access token of OAuth 2 before its time; refresh tokens stay good. Authlib's only.
    pub fn expire_access_tokens(&self) {
        self.admin("expire", &json!({}));
    }

    /// Ends every grant.
    pub fn revoke_all(&self) {
        self.admin("revoke", &json!({}));
    }

    /// New signing keys; the old ones are not published any more.
    pub fn rotate_keys(&self) {
        self.admin("rotate-keys", &json!({}));
    }

    /// What the endpoints were asked: `method`, `path`, `status`, `auth`, `params`, oldest first. Authlib's also tells
    /// `target` (as it was sent), `headers`, `body`, and of an OAuth 1 request `oauth` (parameters, `placement`, `realm`).
    pub fn log(&self) -> Vec<Value> {
        let mut answer = ureq::get(self.url("/admin/log")).call().unwrap();
        answer.body_mut().read_json().unwrap()
    }

    /// The requests to one path.
    pub fn requests_to(&self, path: &str) -> Vec<Value> {
        self.log()
            .into_iter()
            .filter(|request| request["path"] == path)
            .collect()
    }

    /// The refresh requests (RFC 6749 §6) that reached the provider.
    pub fn refreshes(&self) -> Vec<Value> {
        self.log()
            .into_iter()
            .filter(|request| request["params"]["grant_type"] == "refresh_token")
            .collect()
    }

    fn admin(&self, name: &str, body: &Value) {
        ureq::post(self.url(&format!("/admin/{name}")))
            .send_json(body)
            .unwrap();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Python with Authlib and its kin, pinned by `authlib/requirements.txt`.
fn python() -> Command {
    let folder = installed("authlib", &["requirements.txt"], |folder| {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv", "--clear"]).arg(folder.join("venv"));
        run(venv);
        let mut pip = Command::new(folder.join("venv/bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(folder.join("requirements.txt"));
        run(pip);
    });
    let mut python = Command::new(folder.join("venv/bin/python"));
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

/// Where a provider's files lie in the repository.
fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The folder in which a provider's files and packages stand, installed anew when its files changed.
fn installed(name: &str, files: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let source = source(name);
    let folder = crate::target().join("test-providers").join(name);
    fs::create_dir_all(&folder).unwrap();
    // Test binaries may start side by side.
    let lock = File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let stamp = folder.join("installed");
    let wanted: Vec<u8> = files
        .iter()
        .flat_map(|file| fs::read(source.join(file)).unwrap())
        .collect();
    if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        for file in files {
            fs::copy(source.join(file), folder.join(file)).unwrap();
        }
        install(&folder);
        fs::write(&stamp, wanted).unwrap();
    }
    folder
}

fn run(mut command: Command) {
    let output = command.output().expect("the installer starts");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
