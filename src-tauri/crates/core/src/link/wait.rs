//! Waiting for the answer: from the listener, or from the face. Strangers do not end the wait (specs NA-14, NA-21).

use std::sync::Arc;
use std::time::Duration;

use keybelt_net::loopback::{Answer, Arrival, Listener, Page, Sources};
use keybelt_primitives::Secret;
use keybelt_protocol::oauth2::authorization_code::Awaited;
use keybelt_protocol::oauth2::callback::Callback;

use tokio::sync::Semaphore;

use super::page::{Outcome, allowed, page};
use super::{LinkError, LinkFace};

/// Strangers that are shown a page at once.
const PAGES: usize = 32;

/// The answer to this link, and the browser that brought it, if it waits for a page.
pub(super) struct Answered {
    pub(super) callback: Callback,
    pub(super) visitor: Option<Arrival>,
}

/// Waits until an answer comes that is this link's, or time is up.
pub(super) async fn wait<F: LinkFace>(
    face: &mut F,
    listener: Option<&mut Listener>,
    awaited: &Awaited,
    patience: Duration,
) -> Result<Answered, LinkError> {
    let mut strangers = false;
    let answer = match listener {
        Some(listener) => {
            tokio::time::timeout(patience, from_either(face, listener, awaited, &mut strangers)).await
        }
        None => tokio::time::timeout(patience, from_face(face, awaited, &mut strangers))
            .await
            .map(Ok),
    };
    match answer {
        Ok(Ok(Some(answered))) => Ok(answered),
        // At the end of input, or when the window was closed.
        Ok(Ok(None)) if strangers => Err(LinkError::StateMismatch),
        Ok(Ok(None)) => Err(LinkError::Cancelled),
        Ok(Err(error)) => Err(error),
        Err(_) if strangers => Err(LinkError::StateMismatch),
        Err(_) => Err(LinkError::TimedOut),
    }
}

async fn from_face<F: LinkFace>(face: &mut F, awaited: &Awaited, strangers: &mut bool) -> Option<Answered> {
    loop {
        let address = face.next_callback().await?;
        match read_address(&address, awaited) {
            Some(callback) => {
                return Some(Answered {
                    callback,
                    visitor: None,
                });
            }
            None => {
                *strangers = true;
                face.refused("This address does not belong to the link under way.");
            }
        }
    }
}

async fn from_either<F: LinkFace>(
    face: &mut F,
    listener: &mut Listener,
    awaited: &Awaited,
    strangers: &mut bool,
) -> Result<Option<Answered>, LinkError> {
    let pages = Arc::new(Semaphore::new(PAGES));
    loop {
        let arrival = tokio::select! {
            arrival = listener.next() => arrival,
            answered = from_face(face, awaited, strangers) => return Ok(answered),
        };
        let callback = match arrival.answer() {
            Answer::Address(address) => read_address(address, awaited),
            Answer::Form(body) => read_form(body, awaited),
        };
        match callback {
            Some(callback) => {
                return Ok(Some(Answered {
                    callback,
                    visitor: Some(arrival),
                }));
            }
            None => {
                *strangers = true;
                // A slow reader must not hold up the right answer, and many of them not this machine.
                if let Ok(place) = pages.clone().try_acquire_owned() {
                    tokio::spawn(async move {
                        show(arrival, 400, page(&Outcome::Stranger)).await;
                        drop(place);
                    });
                }
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the answer is read where it is parsed, and nowhere else"
)]
fn read_address(address: &Secret<String>, awaited: &Awaited) -> Option<Callback> {
    Callback::parse(address.expose())
        .ok()
        .filter(|callback| awaited.is_ours(callback))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the answer is read where it is parsed, and nowhere else"
)]
fn read_form(body: &Secret<String>, awaited: &Awaited) -> Option<Callback> {
    Callback::from_form(awaited.redirect_uri().as_str(), body.expose().as_bytes())
        .ok()
        .filter(|callback| awaited.is_ours(callback))
}

/// Answers the browser that came.
pub(super) async fn show(visitor: Arrival, status: u16, html: String) {
    let (style, script) = allowed();
    visitor
        .respond(Page {
            status,
            html: &html,
            sources: Sources {
                style: &style,
                script: &script,
            },
        })
        .await;
}
