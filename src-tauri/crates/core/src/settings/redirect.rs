//! What each route can catch of a profile's redirect URI (RFC 8252 §7, specs NA-05 to NA-15).

use keybelt_contract::{Protocol, Route};
use keybelt_protocol::oauth2::redirect_uri::{RedirectKind, RedirectUri, RedirectUriError};

use super::fault::Problem;

/// How the answer of one link comes back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Landing {
    /// A listener on this machine. Without a fixed port the redirect URI is only known once the listener has one.
    Loopback {
        /// The redirect URI, perhaps without a port.
        uri: RedirectUri,
        /// The port that stands in it.
        fixed_port: Option<u16>,
    },
    /// The address is caught or pasted; nothing listens.
    Caught(RedirectUri),
}

/// Why a route cannot be taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RouteRefusal {
    /// The browser can only come back to a loopback address.
    #[error("the redirect URI is no loopback address")]
    NotLoopback,
    /// `response_mode=form_post` needs a listener (OAuth 2.0 Form Post Response Mode §2).
    #[error("form_post needs the browser and a loopback redirect URI")]
    FormPost,
    /// The provider shows a PIN, which no page brings back (RFC 5849 §2.1).
    #[error("the answer is a PIN")]
    OutOfBand,
    /// The redirect URI cannot be read.
    #[error("the redirect URI cannot be used")]
    Unusable,
}

/// The callback of OAuth 1 without an address: the provider shows a PIN (RFC 5849 §2.1).
pub(crate) const OUT_OF_BAND: &str = "oob";

/// The redirect URI that a profile says, checked.
pub(crate) fn checked(text: &str) -> Result<(), Problem> {
    if text == OUT_OF_BAND {
        return Ok(());
    }
    match RedirectUri::parse(text) {
        Ok(_) => Ok(()),
        Err(RedirectUriError::Insecure) => Err(Problem::InsecureRedirect),
        Err(error) => Err(Problem::Redirect(error.to_string())),
    }
}

/// What the redirect URIs of a profile are made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Redirects<'a> {
    /// The one that is set; then there is no other.
    pub(crate) set: Option<&'a str>,
    /// The profile's own part of the path (RFC 9700 §4.4).
    pub(crate) callback_key: &'a str,
    /// Whether the provider compares the port too, against RFC 8252 §7.3.
    pub(crate) exact_port: bool,
    /// Whether the provider takes no scheme but http and https.
    pub(crate) without_scheme: bool,
}

/// Where the answer is listened for if the provider compares the port: one beside the practice provider's.
const EXACT_PORT: u16 = 8723;

/// Where the answer of a link by this route comes back to.
pub(crate) fn landing(
    redirects: Redirects<'_>,
    route: Route,
    form_post: bool,
) -> Result<Landing, RouteRefusal> {
    if form_post && route != Route::Browser {
        return Err(RouteRefusal::FormPost);
    }
    let text = match (redirects.set, route) {
        (Some(text), _) => text.to_owned(),
        (None, Route::Webview) if !redirects.without_scheme => redirects.own_scheme(),
        (None, Route::Webview | Route::Browser | Route::Manual) => redirects.loopback(),
    };
    let uri = RedirectUri::parse(&text).map_err(|_| RouteRefusal::Unusable)?;
    match (route, uri.kind()) {
        (Route::Browser, RedirectKind::Loopback { port }) => Ok(Landing::Loopback {
            uri,
            fixed_port: port,
        }),
        (Route::Browser, RedirectKind::CustomScheme | RedirectKind::Https) => Err(RouteRefusal::NotLoopback),
        (Route::Webview | Route::Manual, _) => Ok(Landing::Caught(uri)),
    }
}

/// Where the answer of a link by OAuth 1 comes back to; `None`: nowhere (`oob`), the provider shows a PIN, and the person
/// types it in.
pub(crate) fn landing_of_oauth1(
    redirects: Redirects<'_>,
    route: Route,
) -> Result<Option<Landing>, RouteRefusal> {
    match (redirects.set, route) {
        (Some(OUT_OF_BAND), Route::Manual) => Ok(None),
        (Some(OUT_OF_BAND), Route::Browser | Route::Webview) => Err(RouteRefusal::OutOfBand),
        (_, route) => landing(redirects, route, false).map(Some),
    }
}

/// The routes by which an answer can come back.
pub(crate) fn routes(protocol: Protocol, redirects: Redirects<'_>, form_post: bool) -> Vec<Route> {
    let lands = |route: &Route| match protocol {
        Protocol::Oauth1 => landing_of_oauth1(redirects, *route).is_ok(),
        Protocol::Oauth2 | Protocol::Oidc => landing(redirects, *route, form_post).is_ok(),
    };
    [Route::Webview, Route::Browser, Route::Manual]
        .into_iter()
        .filter(lands)
        .collect()
}

/// What to register at the provider, sorted; the loopback one without a port unless the provider compares it. Where no
/// embedded browser is shown its pages, only the browser's is of use.
pub(crate) fn shown(redirects: Redirects<'_>, refuses_embedded: bool) -> Vec<String> {
    match redirects.set {
        Some(text) => vec![text.to_owned()],
        None if refuses_embedded || redirects.without_scheme => vec![redirects.loopback()],
        None => vec![redirects.own_scheme(), redirects.loopback()],
    }
}

impl Redirects<'_> {
    /// The scheme that the desktop program catches in its own window (RFC 8252 §7.1).
    fn own_scheme(&self) -> String {
        format!("app.keybelt:/callback/{}", self.callback_key)
    }

    fn loopback(&self) -> String {
        let key = self.callback_key;
        if self.exact_port {
            format!("http://127.0.0.1:{EXACT_PORT}/callback/{key}")
        } else {
            format!("http://127.0.0.1/callback/{key}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(set: Option<&'a str>, callback_key: &'a str) -> Redirects<'a> {
        Redirects {
            set,
            callback_key,
            exact_port: false,
            without_scheme: false,
        }
    }

    fn caught(redirects: Redirects<'_>, route: Route) -> String {
        match landing(redirects, route, false) {
            Ok(Landing::Caught(uri)) => uri.as_str().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_route_has_a_redirect_uri_of_the_profiles_own() {
        let work = of(None, "work");
        assert_eq!(caught(work, Route::Webview), "app.keybelt:/callback/work");
        assert_eq!(caught(work, Route::Manual), "http://127.0.0.1/callback/work");
        let Ok(Landing::Loopback {
            uri,
            fixed_port: None,
        }) = landing(work, Route::Browser, false)
        else {
            panic!()
        };
        assert_eq!(uri.as_str(), "http://127.0.0.1/callback/work");
    }

    #[test]
    fn the_browser_needs_a_loopback_address() {
        let route = |text| landing(of(Some(text), "k"), Route::Browser, false);
        assert_eq!(route("https://a.example/cb"), Err(RouteRefusal::NotLoopback));
        assert_eq!(route("com.example.app:/cb"), Err(RouteRefusal::NotLoopback));
        for (text, port) in [
            ("http://localhost:8400/cb", Some(8400)),
            ("http://[::1]/cb", None),
            ("http://127.0.0.1:80/", Some(80)),
        ] {
            let Ok(Landing::Loopback { fixed_port, .. }) = route(text) else {
                panic!("{text}")
            };
            assert_eq!(fixed_port, port, "{text}");
        }
    }

    #[test]
    fn o1_10_a_pin_is_brought_by_the_person_alone() {
        let lands = |set, route| landing_of_oauth1(of(set, "old"), route);
        assert_eq!(lands(Some(OUT_OF_BAND), Route::Manual), Ok(None));
        for route in [Route::Browser, Route::Webview] {
            assert_eq!(lands(Some(OUT_OF_BAND), route), Err(RouteRefusal::OutOfBand));
            assert!(matches!(lands(None, route), Ok(Some(_))));
        }
        let Ok(Some(Landing::Caught(unsaid))) = lands(None, Route::Manual) else {
            panic!()
        };
        assert_eq!(unsaid.as_str(), "http://127.0.0.1/callback/old");
        let said = "http://127.0.0.1:8400/cb";
        assert!(matches!(
            lands(Some(said), Route::Manual),
            Ok(Some(Landing::Caught(_)))
        ));
        assert!(matches!(
            lands(Some(said), Route::Webview),
            Ok(Some(Landing::Caught(_)))
        ));
    }

    #[test]
    fn a_profile_tells_the_routes_that_its_redirect_uri_has() {
        let all = vec![Route::Webview, Route::Browser, Route::Manual];
        let caught = vec![Route::Webview, Route::Manual];
        let oauth2 = |set, form_post| routes(Protocol::Oauth2, of(set, "k"), form_post);
        assert_eq!(oauth2(None, false), all);
        assert_eq!(oauth2(Some("http://127.0.0.1:8400/cb"), false), all);
        assert_eq!(oauth2(Some("https://a.example/cb"), false), caught);
        assert_eq!(oauth2(Some("com.example.app:/cb"), false), caught);
        assert_eq!(oauth2(None, true), [Route::Browser]);
        let oauth1 = |set| routes(Protocol::Oauth1, of(set, "k"), false);
        assert_eq!(oauth1(None), all);
        assert_eq!(oauth1(Some(OUT_OF_BAND)), [Route::Manual]);
    }

    #[test]
    fn a_provider_that_takes_only_some_redirect_uris_is_given_those() {
        let work = Redirects {
            exact_port: true,
            without_scheme: true,
            ..of(None, "work")
        };
        let address = "http://127.0.0.1:8723/callback/work";
        assert_eq!(shown(work, false), [address]);
        assert_eq!(caught(work, Route::Webview), address);
        assert_eq!(caught(work, Route::Manual), address);
        let listened = landing(work, Route::Browser, false);
        assert!(matches!(
            listened,
            Ok(Landing::Loopback {
                fixed_port: Some(8723),
                ..
            })
        ));
        let scheme_too = Redirects {
            without_scheme: false,
            ..work
        };
        assert_eq!(shown(scheme_too, false), ["app.keybelt:/callback/work", address]);
        assert_eq!(shown(scheme_too, true), [address]);
        let said = Redirects {
            set: Some("https://a.example/cb"),
            ..work
        };
        assert_eq!(shown(said, false), ["https://a.example/cb"]);
    }

    #[test]
    fn or_05_form_post_needs_a_listener() {
        assert_eq!(
            landing(of(None, "k"), Route::Webview, true),
            Err(RouteRefusal::FormPost)
        );
        assert!(landing(of(None, "k"), Route::Browser, true).is_ok());
    }
}
