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
mod failing_disk;
mod home;
pub mod hostile;
mod keyring;
mod mounted_disk;
mod peer;
mod programs;
mod provider;
mod server;
mod shifted_clock;

use std::path::{Path, PathBuf};

pub use browser::{Browser, Ended, Person};
pub use failing_disk::{FailingDisk, Fails};
pub use home::{Home, Linking, Ran, Running};
pub use keyring::Session;
pub use mounted_disk::MountedDisk;
pub use peer::Peer;
pub use programs::{put_program, put_script};
pub use provider::{CLIENT_SECRET, CONSUMER, ODD_CLIENT_SECRET, ODD_CONSUMER, Provider, RSA_CONSUMER};
pub use shifted_clock::later;

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

    /// A request that says who it is in PLAINTEXT (RFC 5849 §3.4.4): the form it was answered with.
    fn in_plaintext(address: &str, token: &[(String, String)], more: &str) -> Vec<(String, String)> {
        let value = |name: &str| {
            let pair = token.iter().find(|(known, _)| known == name);
            pair.map_or("", |(_, value)| value)
        };
        let header = format!(
            r#"OAuth oauth_consumer_key="{CONSUMER}", oauth_token="{}", oauth_signature_method="PLAINTEXT", oauth_signature="{CLIENT_SECRET}%26{}", {more}"#,
            value("oauth_token"),
            value("oauth_token_secret"),
        );
        let mut answer = ureq::post(address)
            .header("Authorization", header)
            .send_empty()
            .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        url::form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect()
    }

    #[test]
    fn a_person_allows_takes_a_pin_or_denies_at_authlibs_oauth1() {
        let provider = Provider::authlib();
        let visit = |callback: &str, person: &Person| {
            let temporary = in_plaintext(&provider.url("/oauth1/initiate"), &[], callback);
            let page = format!(
                "{}?oauth_token={}",
                provider.url("/oauth1/authorize"),
                temporary[0].1
            );
            (temporary, Browser::default().authorize(&page, person))
        };
        let callback = r#"oauth_callback="http%3A%2F%2F127.0.0.1%3A1%2Fcallback%2Fwork""#;
        let (_, denied) = visit(callback, &Person::denying());
        assert!(denied.address().query().unwrap().contains("error=access_denied"));
        let (_, allowed) = visit(callback, &Person::allowing("zoe"));
        assert!(allowed.address().query().unwrap().contains("oauth_verifier="));
        let (temporary, page) = visit(r#"oauth_callback="oob""#, &Person::allowing("zoe"));
        let verifier = format!(r#"oauth_verifier="{}""#, page.pin());
        let token = in_plaintext(&provider.url("/oauth1/token"), &temporary, &verifier);
        assert!(
            token.contains(&("screen_name".to_owned(), "zoe".to_owned())),
            "{token:?}"
        );
        let logged = &provider.requests_to("/oauth1/token")[0]["oauth"];
        assert_eq!(logged["oauth_verifier"], page.pin());
        assert_eq!(logged["placement"], "header");
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
