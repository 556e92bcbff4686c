//! The person's part (RFC 5849 §2.2): the page, their answer, the way back or the PIN.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use super::consumer::Consumer;
use super::credentials::Callback;
use crate::guard::is_from_here;
use crate::pages;
use crate::parameters::Parameters;
use crate::people::Person;
use crate::server::Shared;
use crate::token::{GrantName, Kind, Presented};

/// Temporary credentials that wait for their person.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// `oauth_token`, as the browser brought it and takes it back.
    token: String,
    presented: Presented,
    pub(crate) callback: Callback,
    pub(crate) consumer: Consumer,
}

/// Puts the request to the person, or approves it in their place.
pub(crate) async fn authorize(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let token = parameters.one("oauth_token").ok().flatten();
    let Some(wish) = wish(&shared, token.unwrap_or_default()).await else {
        return pages::refused("the request is unknown, was answered before, or is too old");
    };
    if shared.options.auto {
        return allow(&shared, wish, Person::hinted(None)).await;
    }
    let Ok(GrantName(name)) = GrantName::draw(&*shared.entropy) else {
        return pages::refused("there is no randomness");
    };
    let page = pages::sign_in_signed(&wish, &name);
    shared.signed_interactions.put(name, wish, shared.now());
    page
}

async fn wish(shared: &Shared, token: &str) -> Option<Wish> {
    let presented = Presented::of(Kind::Temporary, token)?;
    let now = shared.now();
    let found = shared
        .look(|records| {
            let waiting = records.credentials.waiting(&presented, now);
            waiting.map(|(consumer, callback)| (consumer, callback.clone()))
        })
        .await;
    let (consumer, callback) = found?;
    Some(Wish {
        token: token.to_owned(),
        presented,
        callback,
        consumer,
    })
}

/// The answer to the page.
pub(crate) async fn decide(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_from_here(&shared, &headers) {
        return pages::refused("the answer comes from another site");
    }
    let Some(form) = Parameters::of_form(&headers, &body) else {
        return pages::refused("the answer is no form");
    };
    let sole = |name| form.one(name).ok().flatten();
    let name = sole("interaction").unwrap_or_default();
    let Some(wish) = shared.signed_interactions.take(name, shared.now()) else {
        return pages::refused("this sign-in was answered before, or is too old");
    };
    match (sole("decision"), sole("login").and_then(Person::of)) {
        (Some("deny"), _) => decline(&shared, wish).await,
        (Some("allow"), Some(person)) => allow(&shared, wish, person).await,
        _ => pages::refused("the answer is none of those that were offered"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the verifier goes back in the address, or is shown to be typed"
)]
async fn allow(shared: &Arc<Shared>, wish: Wish, person: &'static Person) -> Response {
    let (now, entropy, presented) = (shared.now(), shared.entropy.clone(), wish.presented.clone());
    let approved = shared
        .change(move |records| {
            records
                .credentials
                .approve(&presented, person.login, now, &*entropy)
        })
        .await;
    match approved {
        Ok(Ok(Some((Callback::OutOfBand, pin)))) => pages::pin(pin.expose()),
        Ok(Ok(Some((Callback::To(address), verifier)))) => back(
            &address,
            &[
                ("oauth_token", &wish.token),
                ("oauth_verifier", verifier.expose()),
            ],
        ),
        Ok(Ok(None)) => pages::refused("the request was answered before, or is too old"),
        Ok(Err(_)) | Err(_) => pages::refused("the practice provider could not do its part"),
    }
}

async fn decline(shared: &Arc<Shared>, wish: Wish) -> Response {
    let (now, presented) = (shared.now(), wish.presented.clone());
    let declined = shared
        .change(move |records| records.credentials.decline(&presented, now))
        .await;
    match declined {
        Ok(Some(Callback::OutOfBand)) => pages::declined(),
        // RFC 5849 has no way to say no; this is Twitter's, which others took over.
        Ok(Some(Callback::To(address))) => back(&address, &[("denied", &wish.token)]),
        Ok(None) => pages::refused("the request was answered before, or is too old"),
        Err(_) => pages::refused("the practice provider could not do its part"),
    }
}

/// Sends the browser back. A registered callback has no query of its own.
fn back(callback: &str, answer: &[(&str, &str)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(answer)
        .finish();
    (StatusCode::SEE_OTHER, [(LOCATION, format!("{callback}?{query}"))]).into_response()
}
