//! The pages people see. They work without JavaScript, and everything from outside is escaped.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::authorization::Wish;
use crate::client::{CLIENT_ID, CONFIDENTIAL_CLIENT_ID, Client};
use crate::consent::TOKEN_LIVES;
use crate::oauth1::{self, Callback, RSA_CLIENT_ID};
use crate::people::{PEOPLE, Person};
use crate::scope::Scope;
use crate::server::Shared;

/// Where it is unless somebody says another port.
pub const USUAL_ISSUER: &str = "http://127.0.0.1:8722";

const STYLE: &str = include_str!("practice.css");

/// The scopes in the order in which people are asked: who they are first.
const ON_THE_PAGE: [Scope; 5] = [
    Scope::Openid,
    Scope::Profile,
    Scope::Email,
    Scope::Notes,
    Scope::OfflineAccess,
];

/// The style of every page.
pub(crate) async fn style() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "max-age=60"),
        ],
        STYLE,
    )
}

/// What this is, for whoever opens the issuer in a browser.
#[expect(
    clippy::disallowed_methods,
    reason = "this client's secret is there to be tried; it guards nothing real"
)]
pub(crate) async fn home(State(shared): State<Arc<Shared>>) -> Response {
    let people: String = PEOPLE
        .iter()
        .map(|person| format!("<li>{}</li>", escaped(person.name)))
        .collect();
    let issuer = shared.issuer.as_str();
    // What the catalogue's entries say of the usual address, said of this one.
    let set = |settings: &[(&str, &str)]| -> String {
        let elsewhere = settings.iter().filter(|_| issuer != USUAL_ISSUER);
        elsewhere
            .map(|(key, path)| escaped(&format!(" \\\n  --set {key}={issuer}{path}")))
            .collect()
    };
    let main = format!(
        "<h1>This is the practice provider</h1>\
         <p>A small authorization server that Keybelt brings along. It runs on this machine only, and only while you \
         let it. Nothing here is real: not the people, not their notes, not the access.</p>\
         <h2>Link an account</h2>\
         <pre>keybelt profile add practice --provider practice{elsewhere}\nkeybelt link practice</pre>\
         <h2>Registered clients</h2>\
         <dl><dt>Issuer</dt><dd><code>{issuer}</code></dd>\
         <dt>Without a secret</dt><dd><code>{CLIENT_ID}</code></dd>\
         <dt>With a secret</dt><dd><code>{CONFIDENTIAL_CLIENT_ID}</code><br><code>{secret}</code></dd>\
         <dt>Redirect URIs</dt><dd><code>app.keybelt:/callback/KEY</code><br>\
         <code>http://127.0.0.1:PORT/callback/KEY</code></dd></dl>\
         <h2>The same by OAuth 1.0a</h2>\
         <pre>keybelt profile add practice-1 --provider practice-oauth1{elsewhere_oauth1}\nkeybelt link practice-1</pre>\
         <p class=\"below\">The same clients, the first with an empty secret; HMAC-SHA1, HMAC-SHA256 or PLAINTEXT. A third \
         one, <code>{RSA_CLIENT_ID}</code>, signs by RSA-SHA1 with the key that is registered here.</p>\
         <form method=\"post\" action=\"/oauth1/key\">\
         <label for=\"public_key\">Its public key, in PEM ({registered})</label>\
         <textarea id=\"public_key\" name=\"public_key\" rows=\"4\" spellcheck=\"false\" required></textarea>\
         <div class=\"buttons\"><button>Register the key</button></div></form>\
         <h2>API, for both</h2>\
         <dl><dt><code>GET /api/me</code></dt><dd>Who calls.</dd>\
         <dt><code>GET /api/notes</code>, <code>POST /api/notes</code></dt><dd>The person's notes; <code>text</code> adds one.</dd>\
         <dt><code>/api/echo</code></dt><dd>Says again what was asked, by any method.</dd></dl>\
         <h2>People</h2><ul>{people}</ul>",
        issuer = escaped(issuer),
        elsewhere = set(&[("issuer", ""), ("api_base_url", "/api")]),
        elsewhere_oauth1 = set(&[
            ("request_token_url", "/oauth1/request_token"),
            ("authorize_url", "/oauth1/authorize"),
            ("access_token_url", "/oauth1/access_token"),
            ("userinfo_endpoint", "/api/me"),
            ("api_base_url", "/api"),
        ]),
        secret = escaped(shared.keys.client_secret.expose()),
        registered = if shared.look(|records| records.rsa_key.is_some()).await {
            "one is registered"
        } else {
            "none yet"
        },
    );
    page(StatusCode::OK, "Practice provider", &main, "'self'")
}

/// The sign-in page: who, what, for how long; allow or decline.
pub(crate) fn sign_in(wish: &Wish, interaction: &str, token_life: u32) -> Response {
    let chosen = Person::hinted(wish.login_hint.as_deref());
    let people: String = PEOPLE
        .iter()
        .map(|person| choice_of_person(person, person.login == chosen.login))
        .collect();
    let scopes: String = ON_THE_PAGE
        .iter()
        .filter(|scope| wish.scopes.contains(scope))
        .map(|scope| choice_of_scope(*scope))
        .collect();
    let client = match wish.client {
        Client::Confidential => "Keybelt, with a client secret,",
        Client::Public => "Keybelt",
    };
    let main = format!(
        "<h1>{client} asks for access</h1>\
         <p>Choose who you want to be, and what Keybelt may do.</p>\
         <form method=\"post\" action=\"/consent\">\
         <input type=\"hidden\" name=\"interaction\" value=\"{interaction}\">\
         <fieldset><legend>Sign in as</legend>{people}</fieldset>\
         <fieldset><legend>Keybelt may</legend>{scopes}</fieldset>\
         <p class=\"life\"><label for=\"token_life\">An access token lasts</label>\
         <select id=\"token_life\" name=\"token_life\">{lives}</select></p>\
         <div class=\"buttons\">\
         <button class=\"primary\" name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Decline</button></div></form>\
         <p class=\"small\">Your answer goes to <code>{target}</code> on this machine.</p>",
        interaction = escaped(interaction),
        lives = lives(token_life),
        target = escaped(target(&wish.back.redirect_uri)),
    );
    let sources = format!("'self' {}", form_target(&wish.back.redirect_uri));
    page(StatusCode::OK, "Keybelt asks for access", &main, &sources)
}

/// The sign-in page of OAuth 1, which knows no scopes: who; allow or decline.
pub(crate) fn sign_in_signed(wish: &oauth1::Wish, interaction: &str) -> Response {
    let chosen = Person::hinted(None);
    let people: String = PEOPLE
        .iter()
        .map(|person| choice_of_person(person, person.login == chosen.login))
        .collect();
    let client = wish.consumer.title();
    let (words, sources) = match &wish.callback {
        Callback::OutOfBand => (
            "You get a PIN to type into the program that sent you here.".to_owned(),
            "'self'".to_owned(),
        ),
        Callback::To(address) => (
            format!(
                "Your answer goes to <code>{}</code> on this machine.",
                escaped(target(address))
            ),
            format!("'self' {}", form_target(address)),
        ),
    };
    let main = format!(
        "<h1>{client} asks for access</h1>\
         <p>Choose who you want to be. By OAuth 1.0a everything is allowed or nothing: your name and e-mail address, and \
         your notes to read and to add to. It does not expire.</p>\
         <form method=\"post\" action=\"/oauth1/consent\">\
         <input type=\"hidden\" name=\"interaction\" value=\"{interaction}\">\
         <fieldset><legend>Sign in as</legend>{people}</fieldset>\
         <div class=\"buttons\">\
         <button class=\"primary\" name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Decline</button></div></form>\
         <p class=\"small\">{words}</p>",
        interaction = escaped(interaction),
    );
    page(StatusCode::OK, "Keybelt asks for access", &main, &sources)
}

/// The PIN that a person carries to the client (RFC 5849 §2.2, `oob`).
pub(crate) fn pin(pin: &str) -> Response {
    let main = format!(
        "<h1>You allowed it</h1>\
         <p>Type this PIN into the program that sent you here. It is good for ten minutes, and once.</p>\
         <p class=\"pin\"><code id=\"pin\">{}</code></p>",
        escaped(pin)
    );
    page(StatusCode::OK, "Your PIN", &main, "'none'")
}

/// Nobody is to be sent back.
pub(crate) fn declined() -> Response {
    let main = "<h1>You declined</h1><p>Nothing was allowed. You can close this page.</p>";
    page(StatusCode::OK, "You declined", main, "'none'")
}

/// The key of the client that signs by RSA is known now.
pub(crate) fn key_registered() -> Response {
    let main = format!(
        "<h1>The key is registered</h1>\
         <p><code>{RSA_CLIENT_ID}</code> signs with it from now on.</p>\
         <p><a href=\"/\">To the practice provider's first page</a></p>"
    );
    page(StatusCode::OK, "The key is registered", &main, "'none'")
}

fn choice_of_person(person: &Person, chosen: bool) -> String {
    format!(
        "<label class=\"choice\"><input type=\"radio\" name=\"login\" value=\"{login}\"{checked} required>\
         <span class=\"initials {login}\" aria-hidden=\"true\">{initials}</span>\
         <span><b>{name}</b><small>{email}</small></span></label>",
        login = person.login,
        checked = if chosen { " checked" } else { "" },
        initials = escaped(&person.initials()),
        name = escaped(person.name),
        email = escaped(person.email),
    )
}

fn choice_of_scope(scope: Scope) -> String {
    // Without a name it is shown and not sent: who they are is not up for choice.
    let input = match scope {
        Scope::Openid => "<input type=\"checkbox\" checked disabled>".to_owned(),
        _ => format!(
            "<input type=\"checkbox\" name=\"scope\" value=\"{}\" checked>",
            scope.name()
        ),
    };
    format!(
        "<label class=\"choice scope\">{input}<span>{meaning}</span><code>{name}</code></label>",
        meaning = escaped(scope.meaning()),
        name = scope.name(),
    )
}

fn lives(proposed: u32) -> String {
    let mut lives: Vec<u32> = TOKEN_LIVES.into_iter().chain([proposed]).collect();
    lives.sort_unstable();
    lives.dedup();
    let option = |life: u32| {
        let selected = if life == proposed { " selected" } else { "" };
        format!("<option value=\"{life}\"{selected}>{}</option>", in_words(life))
    };
    lives.into_iter().map(option).collect()
}

fn in_words(seconds: u32) -> String {
    let (number, unit) = match seconds {
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// The part of a registered redirect URI that says where it leads.
fn target(redirect_uri: &str) -> &str {
    redirect_uri
        .split_once("/callback/")
        .map_or(redirect_uri, |(target, _)| target)
}

/// The redirect URI as a source of `form-action`: browsers hold the redirect that follows a form against it too (CSP
/// Level 3 §6.4.1). A numeric IPv6 address cannot be said there, so its scheme has to do.
fn form_target(redirect_uri: &str) -> &str {
    if redirect_uri.starts_with("http://[") {
        "http:"
    } else {
        target(redirect_uri)
    }
}

/// Says that a request was refused and nobody is sent back. `why` ends the sentence "…, because …".
pub(crate) fn refused(why: &str) -> Response {
    let main = format!(
        "<h1>This cannot go on</h1>\
         <p>The practice provider refused the request, because {}. Nothing was allowed.</p>\
         <p>Close this page and start again from the program that sent you here.</p>",
        escaped(why)
    );
    page(StatusCode::BAD_REQUEST, "This cannot go on", &main, "'none'")
}

/// An address that leads nowhere.
pub(crate) async fn nothing_here() -> Response {
    let main = "<h1>Nothing is here</h1><p><a href=\"/\">To the practice provider's first page</a></p>";
    page(StatusCode::NOT_FOUND, "Nothing is here", main, "'none'")
}

fn page(status: StatusCode, title: &str, main: &str, form_action: &str) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {form_action}"
    );
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Practice provider</title>\
         <link rel=\"stylesheet\" href=\"/practice.css\"></head><body>\
         <header><b>Practice provider</b> <span>Everything here is pretend.</span></header>\
         <main>{main}</main></body></html>",
        title = escaped(title),
    );
    (status, [(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_lead_to_the_redirect_uri_and_nowhere_else() {
        assert_eq!(form_target("app.keybelt:/callback/practice"), "app.keybelt:");
        assert_eq!(
            form_target("http://127.0.0.1:4915/callback/practice"),
            "http://127.0.0.1:4915"
        );
        assert_eq!(form_target("http://[::1]:4915/callback/practice"), "http:");
    }

    #[test]
    fn the_proposed_life_is_offered_and_chosen_once() {
        let all = lives(90);
        assert!(
            all.contains("<option value=\"90\" selected>90 seconds</option>"),
            "{all}"
        );
        assert_eq!(lives(300).matches("value=\"300\"").count(), 1);
        assert_eq!(lives(300).matches(" selected").count(), 1);
        assert!(lives(3600).contains("1 hour<"));
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped("<a href=\"x\">'&"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"
        );
    }
}
