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

/// The secret of every client that has one, except `odd:client`.
pub const CLIENT_SECRET: &str = "client-secret-0123456789abcdef0123456789abcdef";

/// The secret of `oidc-provider`'s client `odd:client`, right only when it is form-encoded (RFC 6749 §2.3.1).
pub const ODD_CLIENT_SECRET: &str = "p%41ss w+rd/:&=?-0123456789abcdef0123456789";

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

    /// Starts Authlib's OAuth 2 server; it takes any loopback and any `app.keybelt:` redirect URI.
    pub fn authlib() -> Self {
        let folder = installed("authlib", &["requirements.txt", "server.py"], |folder| {
            let mut venv = Command::new("python3");
            venv.args(["-m", "venv", "--clear"]).arg(folder.join("venv"));
            run(venv);
            let mut pip = Command::new(folder.join("venv/bin/pip"));
            pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(folder.join("requirements.txt"));
            run(pip);
        });
        let mut python = Command::new(folder.join("venv/bin/python"));
        python
            .arg(folder.join("server.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Self::start(python, "authlib")
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

    /// Ends every grant.
    pub fn revoke_all(&self) {
        self.admin("revoke", &json!({}));
    }

    /// New signing keys; the old ones are not published any more.
    pub fn rotate_keys(&self) {
        self.admin("rotate-keys", &json!({}));
    }

    /// What the endpoints were asked: `method`, `path`, `status`, `auth`, `params`, oldest first.
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

/// The folder in which a provider's files and packages stand, installed anew when its files changed.
fn installed(name: &str, files: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
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
