//! Waiting for the answer: from the listener, or from the face. Strangers do not end the wait (specs NA-14, NA-21).

use std::sync::Arc;
use std::time::Duration;

use keybelt_net::loopback::{self, Arrival, Listener, Page, Sources};
use tokio::sync::Semaphore;

use super::awaited::{Answer, Awaited, Judged};
use super::oauth1::declined;
use super::page::{Outcome, allowed, page};
use super::{LinkError, LinkFace};

/// Strangers that are shown a page at once.
const PAGES: usize = 32;

/// The answer to this link, and the browser that brought it, if it waits for a page.
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) visitor: Option<Arrival>,
}

/// What came besides the answer.
#[derive(Default)]
struct Others {
    /// Answers of other links, or of nobody.
    strangers: bool,
    /// A no that does not say to which link.
    nameless_denial: bool,
}

impl Others {
    /// What it comes to where nothing better came.
    fn or(&self, otherwise: LinkError) -> LinkError {
        match self {
            Self {
                nameless_denial: true,
                ..
            } => declined(None),
            Self { strangers: true, .. } => LinkError::StateMismatch,
            Self { .. } => otherwise,
        }
    }
}

/// Waits until an answer comes that is this link's, or time is up.
pub(super) async fn wait<F: LinkFace>(
    face: &mut F,
    listener: Option<&mut Listener>,
    awaited: &Awaited,
    patience: Duration,
) -> Result<Answered, LinkError> {
    let mut others = Others::default();
    let answer = match listener {
        Some(listener) => {
            tokio::time::timeout(patience, from_either(face, listener, awaited, &mut others)).await
        }
        None => tokio::time::timeout(patience, from_face(face, awaited, &mut others)).await,
    };
    match answer {
        Ok(Some(answered)) => Ok(answered),
        // At the end of input, or when the window was closed.
        Ok(None) => Err(others.or(LinkError::Cancelled)),
        Err(_) => Err(others.or(LinkError::TimedOut)),
    }
}

async fn from_face<F: LinkFace>(face: &mut F, awaited: &Awaited, others: &mut Others) -> Option<Answered> {
    loop {
        let came = face.next_callback().await?;
        match awaited.judge(&came) {
            Judged::Ours(answer) => {
                return Some(Answered {
                    answer,
                    visitor: None,
                });
            }
            Judged::NamelessDenial => {
                others.nameless_denial = true;
                face.refused("This answer says no, but not to which link. Keybelt waits for one that does.");
            }
            Judged::Stranger => {
                others.strangers = true;
                face.refused(awaited.refusal());
            }
        }
    }
}

async fn from_either<F: LinkFace>(
    face: &mut F,
    listener: &mut Listener,
    awaited: &Awaited,
    others: &mut Others,
) -> Option<Answered> {
    let pages = Arc::new(Semaphore::new(PAGES));
    loop {
        let arrival = tokio::select! {
            arrival = listener.next() => arrival,
            answered = from_face(face, awaited, others) => return answered,
        };
        let judged = match arrival.answer() {
            loopback::Answer::Address(address) => awaited.judge(address),
            loopback::Answer::Form(body) => awaited.judge_form(body),
        };
        let outcome = match judged {
            Judged::Ours(answer) => {
                return Some(Answered {
                    answer,
                    visitor: Some(arrival),
                });
            }
            Judged::NamelessDenial => {
                others.nameless_denial = true;
                Outcome::NamelessDenial
            }
            Judged::Stranger => {
                others.strangers = true;
                Outcome::Stranger
            }
        };
        // A slow reader must not hold up the right answer, and many of them not this machine.
        if let Ok(place) = pages.clone().try_acquire_owned() {
            tokio::spawn(async move {
                show(arrival, 400, page(&outcome)).await;
                drop(place);
            });
        }
    }
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
