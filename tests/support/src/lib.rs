//! What the tests from outside stand on: real providers and a hostile one, the person at a browser, homes and keyrings.
//!
//! Owns: starting and stopping what the built programs meet in the world.
//! Never: a shortcut into Keybelt's own crates.
//! Start at: [`Home`], [`Provider`], [`hostile::Hostile`].
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

mod browser;
mod home;
pub mod hostile;
mod keyring;
mod provider;

use std::path::{Path, PathBuf};

pub use browser::{Browser, Ended, Person};
pub use home::{Home, Linking, Ran};
pub use keyring::Session;
pub use provider::{CLIENT_SECRET, ODD_CLIENT_SECRET, Provider};

/// Where cargo builds into.
pub fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate lies two folders deep");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// A folder for what tests leave behind to be looked at: logs, pictures.
pub fn scratch() -> PathBuf {
    let folder = target().join("test-output");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use url::Url;

    use super::*;

    #[test]
    fn a_person_allows_at_either_provider_and_is_sent_back() {
        for (provider, authorize) in [
            (Provider::oidc_provider(&["work"]), "/auth"),
            (Provider::authlib(), "/oauth2/authorize"),
        ] {
            let mut address = Url::parse(&provider.url(authorize)).unwrap();
            address.query_pairs_mut().extend_pairs([
                ("client_id", "public"),
                ("response_type", "code"),
                ("redirect_uri", "app.keybelt:/callback/work"),
                ("scope", "openid"),
                ("state", "a-state"),
                ("nonce", "a-nonce"),
                ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
                ("code_challenge_method", "S256"),
            ]);
            let asked_anew = address.as_str().replace("a-nonce", "another-nonce");
            let allowed = Browser::default()
                .authorize(address.as_str(), &Person::allowing("ada"))
                .address();
            assert_eq!(allowed.scheme(), "app.keybelt");
            assert!(allowed.query_pairs().any(|(name, _)| name == "code"));
            let denied = Browser::default()
                .authorize(&asked_anew, &Person::denying())
                .address();
            assert!(
                denied
                    .query_pairs()
                    .any(|(name, value)| name == "error" && value == "access_denied"),
                "{denied}"
            );
        }
    }

    #[test]
    fn a_keyring_of_its_own_is_absent_open_or_locked() {
        let stored = |session: &Session, arguments: &[&str], input: &str| {
            let mut tool = Command::new("timeout");
            tool.args(["3", "secret-tool"])
                .args(arguments)
                .envs(session.environment());
            let mut child = tool
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
            child.wait_with_output().unwrap()
        };
        let store = ["store", "--label=a", "kind", "test"];
        assert!(
            !stored(&Session::without_keyring(), &store, "secret")
                .status
                .success()
        );
        let session = Session::unlocked();
        assert!(stored(&session, &store, "secret").status.success());
        assert_eq!(
            stored(&session, &["lookup", "kind", "test"], "").stdout,
            b"secret"
        );
        session.lock();
        assert_ne!(
            stored(&session, &["lookup", "kind", "test"], "").stdout,
            b"secret"
        );
    }
}
