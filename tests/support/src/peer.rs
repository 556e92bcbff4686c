//! Authlib's own client, in the Django site that its users have: what Keybelt is compared with.

use serde_json::{Value, json};

use crate::server::Server;
use crate::{Browser, Ended, Person};

/// A site with Authlib's client registry that runs until this is dropped.
pub struct Peer {
    server: Server,
}

impl Peer {
    /// Starts the site with a Python file that holds `AUTHLIB_OAUTH_CLIENTS`.
    pub fn with_settings(file: &str) -> Self {
        let server = Server::python("authlib", "client.py", &[file]);
        Self { server }
    }

    /// Links as this person: the token that Authlib got, or the name of its `error`.
    pub fn link(&self, name: &str, person: &Person) -> Value {
        let browser = Browser::default();
        let Ended::Redirected(at_provider) = browser.authorize(&self.url("link", name), person) else {
            return self.read(&self.url("link", name));
        };
        let answer = browser.authorize(at_provider.as_str(), person).address();
        let (_, page) = browser.open(answer.as_str());
        serde_json::from_str(&page).unwrap_or_else(|error| panic!("{error}: {page}"))
    }

    /// The API's answer to a request with the token: `status` and `body`. `more` is what Python's `requests` takes besides.
    pub fn request(&self, name: &str, method: &str, url: &str, more: &Value) -> Value {
        let mut asked = json!({ "method": method, "url": url });
        if let (Some(asked), Some(more)) = (asked.as_object_mut(), more.as_object()) {
            asked.extend(more.clone());
        }
        let mut answer = ureq::post(self.url("ask", name)).send_json(asked).unwrap();
        answer.body_mut().read_json().unwrap()
    }

    /// What Authlib makes of the userinfo endpoint.
    pub fn userinfo(&self, name: &str) -> Value {
        self.read(&self.url("userinfo", name))
    }

    /// Lets the site believe that the access token is over, so that the next request refreshes.
    pub fn expire(&self, name: &str) {
        self.read(&self.url("expire", name));
    }

    /// The `token_update` signals so far: `name` and `token`.
    pub fn updates(&self) -> Value {
        self.read(&self.server.url("/updates"))
    }

    fn read(&self, address: &str) -> Value {
        let (_, page) = Browser::default().open(address);
        serde_json::from_str(&page).unwrap_or_else(|error| panic!("{error}: {page}"))
    }

    fn url(&self, view: &str, name: &str) -> String {
        self.server.url(&format!("/{view}/{name}"))
    }
}
