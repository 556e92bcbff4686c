use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use keybelt_contract::ProfileName;
use keybelt_primitives::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::parameters::Parameters;
use crate::refusal::Refusal;

/// The client that Keybelt's catalogue entry names: a native program, which can keep no secret (RFC 8252 §8.4).
pub const CLIENT_ID: &str = "keybelt-practice";

/// A client with a secret, for trying `client_secret_basic` and `client_secret_post`. The provider's first page tells
/// the secret: it guards nothing real.
pub const CONFIDENTIAL_CLIENT_ID: &str = "keybelt-practice-confidential";

/// The clients that are registered here.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Client {
    Confidential,
    Public,
}

impl Client {
    pub(crate) fn of(id: &str) -> Option<Self> {
        match id {
            CLIENT_ID => Some(Self::Public),
            CONFIDENTIAL_CLIENT_ID => Some(Self::Confidential),
            _ => None,
        }
    }

    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Confidential => CONFIDENTIAL_CLIENT_ID,
            Self::Public => CLIENT_ID,
        }
    }
}

/// Whether a redirect URI is registered, letter by letter (RFC 9700 §2.1): Keybelt's custom scheme or a loopback
/// address at any port (RFC 8252 §7.1, §7.3), each with the path that Keybelt makes of a profile's key.
pub(crate) fn is_registered(redirect_uri: &str) -> bool {
    let path = match redirect_uri.strip_prefix("app.keybelt:") {
        Some(path) => Some(path),
        None => loopback_path(redirect_uri),
    };
    path.and_then(|path| path.strip_prefix("/callback/"))
        .is_some_and(|key| ProfileName::parse(key).is_ok())
}

fn loopback_path(redirect_uri: &str) -> Option<&str> {
    let rest = ["http://127.0.0.1", "http://[::1]"]
        .iter()
        .find_map(|host| redirect_uri.strip_prefix(host))?;
    let (authority, _) = rest.split_once('/')?;
    let path = rest.get(authority.len()..)?;
    match authority.strip_prefix(':') {
        Some(port) => is_port(port).then_some(path),
        None => authority.is_empty().then_some(path),
    }
}

fn is_port(text: &str) -> bool {
    !text.starts_with(['0', '+']) && text.parse::<u16>().is_ok()
}

/// Who asks, proven where the client can prove it (RFC 6749 §2.3, §3.2.1).
pub(crate) fn authenticate(
    headers: &HeaderMap,
    form: &Parameters,
    secret: &Secret<String>,
) -> Result<Client, Refusal> {
    let (named, told) = (form.one("client_id")?, form.one("client_secret")?);
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    let Some(authorization) = authorizations.next() else {
        let client = named
            .and_then(Client::of)
            .ok_or_else(|| Refusal::invalid_client("the client is unknown"))?;
        return prove(client, told, secret);
    };
    if authorizations.next().is_some() || told.is_some() {
        return Err(Refusal::invalid_request(
            "the client authenticates itself in more than one way",
        ));
    }
    let malformed = || Refusal::invalid_client("the Authorization header is not HTTP Basic");
    let (id, password) = authorization
        .to_str()
        .ok()
        .and_then(basic)
        .ok_or_else(malformed)?;
    if named.is_some_and(|named| named != id.as_str()) {
        return Err(Refusal::invalid_client(
            "the header and the form name different clients",
        ));
    }
    let client = Client::of(&id).ok_or_else(|| Refusal::invalid_client("the client is unknown"))?;
    prove(client, Some(&password), secret)
}

fn prove(client: Client, told: Option<&str>, secret: &Secret<String>) -> Result<Client, Refusal> {
    match (client, told) {
        (Client::Public, None) => Ok(client),
        (Client::Public, Some(_)) => Err(Refusal::invalid_client(
            "this client is registered without a secret",
        )),
        (Client::Confidential, Some(told)) if secret.matches_text(told) => Ok(client),
        (Client::Confidential, _) => Err(Refusal::invalid_client("the client secret is missing or wrong")),
    }
}

/// HTTP Basic, with both parts form-encoded first (RFC 6749 §2.3.1, RFC 7617 §2).
fn basic(value: &str) -> Option<(String, Zeroizing<String>)> {
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = Zeroizing::new(STANDARD.decode(credentials.trim()).ok()?);
    let (id, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((form_decoded(id), Zeroizing::new(form_decoded(password))))
}

fn form_decoded(text: &str) -> String {
    // A bare `=` or `&` is no separator here.
    let escaped = text.replace('=', "%3D").replace('&', "%26");
    form_urlencoded::parse(escaped.as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn redirect_uris_are_compared_letter_by_letter() {
        for good in [
            "app.keybelt:/callback/practice",
            "http://127.0.0.1:49152/callback/work-2",
            "http://127.0.0.1/callback/a.b",
            "http://[::1]:8080/callback/practice",
        ] {
            assert!(is_registered(good), "{good}");
        }
        for bad in [
            "",
            "app.keybelt:/callback/",
            "app.keybelt:/callback/a/b",
            "app.keybelt:/callback/a?x=1",
            "app.keybelt:/callback/a#x",
            "app.keybelt://callback/a",
            "APP.KEYBELT:/callback/a",
            "app.keybelt.evil:/callback/a",
            "http://localhost:8080/callback/a",
            "http://127.0.0.2/callback/a",
            "http://127.0.0.1.evil.example/callback/a",
            "http://127.0.0.1:80@evil.example/callback/a",
            "http://127.0.0.1:/callback/a",
            "http://127.0.0.1:0/callback/a",
            "http://127.0.0.1:065/callback/a",
            "http://127.0.0.1:65536/callback/a",
            "http://127.0.0.1:8080/callback/../a",
            "http://127.0.0.1:8080//callback/a",
            "https://127.0.0.1:8080/callback/a",
            "https://evil.example/callback/a",
        ] {
            assert!(!is_registered(bad), "{bad}");
        }
    }

    fn asked(authorization: Option<&str>, form: &str) -> Result<Client, &'static str> {
        let headers = authorization.map(|value| (AUTHORIZATION, HeaderValue::from_str(value).unwrap()));
        let secret = Secret::new("s:e+c r=t".to_owned());
        authenticate(
            &headers.into_iter().collect(),
            &Parameters::parse(form.as_bytes()),
            &secret,
        )
        .map_err(|refusal| refusal.code())
    }

    #[test]
    fn a_client_proves_itself_in_the_way_it_is_registered_with() {
        let header = |credentials: &str| format!("Basic {}", STANDARD.encode(credentials));
        let right = header("keybelt-practice-confidential:s%3Ae%2Bc+r%3Dt");
        assert_eq!(asked(None, "client_id=keybelt-practice"), Ok(Client::Public));
        assert_eq!(asked(Some(&right), ""), Ok(Client::Confidential));
        assert_eq!(
            asked(Some(&right), "client_id=keybelt-practice-confidential"),
            Ok(Client::Confidential)
        );
        let post = "client_id=keybelt-practice-confidential&client_secret=s%3Ae%2Bc+r%3Dt";
        assert_eq!(asked(None, post), Ok(Client::Confidential));
    }

    #[test]
    fn a_client_that_does_not_prove_itself_is_refused() {
        let header = |credentials: &str| format!("Basic {}", STANDARD.encode(credentials));
        for (authorization, form, code) in [
            (None, "", "invalid_client"),
            (None, "client_id=mallory", "invalid_client"),
            (
                None,
                "client_id=keybelt-practice&client_secret=x",
                "invalid_client",
            ),
            (None, "client_id=keybelt-practice-confidential", "invalid_client"),
            (
                None,
                "client_id=keybelt-practice-confidential&client_secret=x",
                "invalid_client",
            ),
            (
                None,
                "client_id=keybelt-practice&client_id=keybelt-practice",
                "invalid_request",
            ),
            (
                Some(header("keybelt-practice-confidential:s")),
                "",
                "invalid_client",
            ),
            (Some(header("keybelt-practice:")), "", "invalid_client"),
            (Some(header("nothing")), "", "invalid_client"),
            (Some("Basic !".to_owned()), "", "invalid_client"),
            (
                Some("Bearer x".to_owned()),
                "client_id=keybelt-practice",
                "invalid_client",
            ),
            (
                Some(header("keybelt-practice-confidential:s%3Ae%2Bc+r%3Dt")),
                "client_id=keybelt-practice",
                "invalid_client",
            ),
            (
                Some(header("keybelt-practice-confidential:s%3Ae%2Bc+r%3Dt")),
                "client_secret=x",
                "invalid_request",
            ),
        ] {
            assert_eq!(
                asked(authorization.as_deref(), form),
                Err(code),
                "{authorization:?} {form}"
            );
        }
    }
}
