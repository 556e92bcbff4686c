//! Where the authorization page may go (specs NA-05, NA-07, NA-09): https, http on loopback, and back to us.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use url::{Host, Url};

/// What is done about an address that the page wants to go to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Judgement {
    /// It is loaded.
    Load,
    /// It is the answer: it is kept, and no request leaves.
    Answer,
    /// It is not protected, and the person is told so.
    Unprotected,
    /// It is not loaded, and the page stays as it is.
    Refuse,
}

/// The rules of one authorization.
pub struct Policy {
    redirect_uri: Url,
}

impl Policy {
    /// The rules for an authorization that comes back to this redirect URI. `None`: it is no address.
    pub fn new(redirect_uri: &str) -> Option<Self> {
        Some(Self {
            redirect_uri: Url::parse(redirect_uri).ok()?,
        })
    }

    /// Judges an address before anything is requested.
    pub fn judge(&self, address: &str) -> Judgement {
        let Ok(address) = Url::parse(address) else {
            return Judgement::Refuse;
        };
        if self.is_answer(&address) {
            return Judgement::Answer;
        }
        match address.scheme() {
            "https" if address.has_host() => Judgement::Load,
            "http" if is_loopback(&address) => Judgement::Load,
            "http" => Judgement::Unprotected,
            "about" if matches!(address.path(), "blank" | "srcdoc") => Judgement::Load,
            _ => Judgement::Refuse,
        }
    }

    /// Scheme, host, port and path are the redirect URI's, exactly: no prefix, no other spelling (specs NA-05).
    fn is_answer(&self, address: &Url) -> bool {
        let own = &self.redirect_uri;
        let parts = |url: &Url| {
            (
                url.has_authority(),
                url.host().map(|host| host.to_owned()),
                url.port_or_known_default(),
            )
        };
        address.scheme() == own.scheme()
            && parts(address) == parts(own)
            && address.username().is_empty()
            && address.password().is_none()
            && address.path() == own.path()
    }
}

/// Whether an address is on this machine's loopback.
pub fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether the provider says, in the address of its own error page, that it takes no embedded browser. Google does so by
/// `disallowed_useragent`, plain or inside of Base64.
pub fn refuses_embedded(address: &Url) -> bool {
    address.scheme() == "https" && address.query_pairs().any(|(_, value)| names_user_agent(&value))
}

fn names_user_agent(value: &str) -> bool {
    const CODE: &str = "disallowed_useragent";
    if value.contains(CODE) {
        return true;
    }
    let bare = value.trim_end_matches('=');
    let decoded = BASE64_URL_SAFE_NO_PAD
        .decode(bare)
        .or_else(|_| BASE64_STANDARD_NO_PAD.decode(bare));
    decoded.is_ok_and(|bytes| bytes.windows(CODE.len()).any(|part| part == CODE.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_protected_pages_load() {
        let policy = Policy::new("app.keybelt:/callback/work").unwrap();
        for (address, judgement) in [
            ("https://login.example.com/", Judgement::Load),
            ("http://127.0.0.1:9101/auth", Judgement::Load),
            ("http://[::1]:9101/auth", Judgement::Load),
            ("http://localhost:3000/", Judgement::Load),
            ("about:blank", Judgement::Load),
            ("http://login.example.com/", Judgement::Unprotected),
            ("http://127.0.0.1.evil.example/", Judgement::Unprotected),
            ("http://localhost.evil.example/", Judgement::Unprotected),
            ("file:///etc/passwd", Judgement::Refuse),
            ("data:text/html,<h1>x", Judgement::Refuse),
            ("blob:https://login.example.com/1", Judgement::Refuse),
            ("javascript:alert(1)", Judgement::Refuse),
            ("tauri://localhost/index.html", Judgement::Refuse),
            ("ipc://localhost/list_accounts", Judgement::Refuse),
            ("mailto:a@b.example", Judgement::Refuse),
            ("about:config", Judgement::Refuse),
            ("not an address", Judgement::Refuse),
        ] {
            assert_eq!(policy.judge(address), judgement, "{address}");
        }
    }

    #[test]
    fn an_answer_is_at_the_redirect_uri_and_nowhere_near_it() {
        for (own, answers, others) in [
            (
                "app.keybelt:/callback/work",
                vec![
                    "app.keybelt:/callback/work?code=1&state=2",
                    "APP.KEYBELT:/callback/work#x",
                ],
                vec![
                    "app.keybelt:/callback/work2?code=1",
                    "app.keybelt:/callback/work/",
                    "app.keybelt:/callback/",
                    "app.keybelt://callback/work",
                    "app.keybelt:///callback/work",
                    "app.keybelt:callback/work",
                    "app.keybelt:/callback/w%6Frk",
                    "app.keybelt.evil:/callback/work",
                ],
            ),
            (
                "https://keybelt.example/cb",
                vec![
                    "https://keybelt.example/cb?code=1",
                    "https://keybelt.example:443/cb",
                ],
                vec![
                    "https://keybelt.example.evil.example/cb?code=1",
                    "https://keybelt.example:8443/cb",
                    "https://a@keybelt.example/cb",
                    "https://keybelt.example/cb/",
                    "https://keybelt.example/CB",
                    "http://keybelt.example/cb",
                ],
            ),
            (
                "http://127.0.0.1:4711/cb",
                vec!["http://127.0.0.1:4711/cb?code=1"],
                vec![
                    "http://127.0.0.1:4712/cb",
                    "http://127.0.0.1/cb",
                    "http://localhost:4711/cb",
                ],
            ),
        ] {
            let policy = Policy::new(own).unwrap();
            for answer in answers {
                assert_eq!(policy.judge(answer), Judgement::Answer, "{answer}");
            }
            for other in others {
                assert_ne!(policy.judge(other), Judgement::Answer, "{other}");
            }
        }
    }

    #[test]
    fn a_provider_that_takes_no_embedded_browser_is_understood() {
        for (address, refuses) in [
            (
                "https://accounts.google.com/signin/oauth/error?error=disallowed_useragent",
                true,
            ),
            (
                "https://accounts.google.com/signin/oauth/error/v2?authError=ChRkaXNhbGxvd2VkX3VzZXJhZ2VudBJk",
                true,
            ),
            ("https://accounts.google.com/signin?continue=x", false),
            ("http://127.0.0.1/?error=disallowed_useragent", false),
        ] {
            assert_eq!(
                refuses_embedded(&Url::parse(address).unwrap()),
                refuses,
                "{address}"
            );
        }
    }
}
