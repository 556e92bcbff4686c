//! Real authorization servers that nobody here wrote: npm's `oidc-provider` and Authlib's server.

use serde_json::{Value, json};

use crate::server::Server;

/// A provider that runs until this is dropped.
pub struct Provider {
    server: Server,
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
        let server = Server::node("oidc-provider", profiles);
        Self { server }
    }

    /// Starts Authlib's OAuth 1 and OAuth 2 servers; they take any loopback redirect URI, OAuth 2 also `app.keybelt:`.
    pub fn authlib() -> Self {
        let server = Server::python("authlib", "server.py", &[]);
        Self { server }
    }

    /// The issuer identifier: `http://127.0.0.1:PORT`.
    pub fn issuer(&self) -> &str {
        self.server.address()
    }

    /// An address at this provider.
    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// Turns some of the knobs; the rest stays as it is.
    pub fn set(&self, knobs: &Value) {
        self.admin("knobs", knobs);
    }

    /// Turns every knob back and forgets what was asked.
    pub fn reset(&self) {
        self.admin("reset", &json!({}));
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
