use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use keybelt_primitives::EntropyError;

use crate::authorization::Wish;
use crate::grants::{Allowed, Binding};
use crate::guard::is_from_here;
use crate::pages;
use crate::parameters::Parameters;
use crate::people::Person;
use crate::scope::{Scope, Scopes};
use crate::server::Shared;
use crate::token::GrantName;

/// Lives of access tokens that the page offers besides the one proposed, in seconds.
pub(crate) const TOKEN_LIVES: [u32; 3] = [30, 300, 3600];

/// What a person answered.
struct Decision {
    person: &'static Person,
    scopes: Scopes,
    token_life: u32,
}

/// Puts the request to the person, or approves it in their place.
pub(crate) async fn ask(shared: &Arc<Shared>, wish: Wish) -> Response {
    if shared.options.auto {
        let decision = Decision {
            person: Person::hinted(wish.login_hint.as_deref()),
            scopes: wish.scopes.clone(),
            token_life: shared.options.token_life,
        };
        return allow(shared, wish, decision).await;
    }
    let Ok(GrantName(name)) = GrantName::draw(&*shared.entropy) else {
        return wish.back.error(shared, "server_error", "no randomness");
    };
    let page = pages::sign_in(&wish, &name, shared.options.token_life);
    shared.interactions.put(name, wish, shared.now());
    page
}

/// The answer to the sign-in page.
pub(crate) async fn decide(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_from_here(&shared, &headers) {
        return pages::refused("the answer comes from another site");
    }
    let Some(form) = Parameters::of_form(&headers, &body) else {
        return pages::refused("the answer is no form");
    };
    let sole = |name| form.one(name).ok().flatten();
    let Some(wish) = sole("interaction").and_then(|name| shared.interactions.take(name, shared.now())) else {
        return pages::refused("this sign-in was answered before, or is too old");
    };
    match sole("decision") {
        Some("deny") => wish.back.error(&shared, "access_denied", "the person declined"),
        Some("allow") => match read(&shared, &wish, &form) {
            Some(decision) if decision.scopes.is_empty() => {
                wish.back
                    .error(&shared, "access_denied", "the person allowed nothing")
            }
            Some(decision) => allow(&shared, wish, decision).await,
            None => pages::refused("the answer is none of those that were offered"),
        },
        Some(_) | None => pages::refused("the answer is none of those that were offered"),
    }
}

fn read(shared: &Shared, wish: &Wish, form: &Parameters) -> Option<Decision> {
    let person = Person::of(form.one("login").ok()??)?;
    let chosen: Scopes = form.all("scope").map(Scope::of).collect::<Option<_>>()?;
    // Who they are is not up for choice where it is asked: without it there is no answer to give.
    let scopes = wish
        .scopes
        .iter()
        .copied()
        .filter(|scope| *scope == Scope::Openid || chosen.contains(scope))
        .collect();
    let token_life = form.one("token_life").ok()??.parse().ok()?;
    let offered = TOKEN_LIVES.contains(&token_life) || token_life == shared.options.token_life;
    offered.then_some(Decision {
        person,
        scopes,
        token_life,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the code goes back to the client in the address"
)]
async fn allow(shared: &Arc<Shared>, wish: Wish, decision: Decision) -> Response {
    let now = shared.now();
    let allowed = Allowed {
        client: wish.client,
        person: decision.person.login.to_owned(),
        scopes: decision.scopes,
        signed_in_at: now,
        token_life: decision.token_life,
    };
    let binding = Binding {
        redirect_uri: wish.back.redirect_uri.clone(),
        challenge: wish.challenge,
        nonce: wish.nonce,
    };
    let entropy = shared.entropy.clone();
    let code = shared
        .change(move |records| records.grants.allow(allowed, binding, now, &*entropy))
        .await;
    match code {
        Ok(Ok(code)) => wish.back.code(shared, code.expose()),
        Ok(Err(EntropyError)) | Err(_) => wish.back.error(
            shared,
            "server_error",
            "the practice provider could not do its part",
        ),
    }
}
