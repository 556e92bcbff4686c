//! Link: the way an account comes into the vault (design.md, "Link: the way data takes").

mod awaited;
mod commit;
mod error;
mod face;
mod issued;
mod naming;
pub(crate) mod oauth1;
mod page;
mod prepare;
mod redeem;
mod route;
pub(crate) mod verify;
mod wait;

pub use error::{LinkError, Refusal};
pub use face::{FaceError, LinkFace, Linked, Visit};
pub use route::suited;

use std::time::Duration;

use keybelt_contract::{Failure, LinkRequest, LinkStep};
use keybelt_net::loopback::Arrival;

use crate::{Aside, Keybelt, Trace};
use awaited::Answer;
use page::{Outcome, page};
use prepare::Party;
use wait::show;

/// How long the person has, unless the request says otherwise.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long the browser's page waits for the outcome before it says that Keybelt is still at it.
const PAGE_PATIENCE: Duration = Duration::from_secs(5);

/// Links an account: sends the person to the provider, takes the answer, checks everything, stores it.
///
/// Nothing is stored unless it ends well, apart from the ledger's line. Dropping the future cancels: the listener is
/// closed and the pending record removed.
pub async fn link<F: LinkFace>(
    keybelt: &Keybelt,
    request: &LinkRequest,
    face: &mut F,
) -> Result<Linked, LinkError> {
    let Some(trace) = keybelt.trace() else {
        return run(keybelt, request, face).await;
    };
    trace.begun(request, keybelt.now());
    let mut ending = Ending {
        keybelt,
        trace,
        outcome: Err(LinkError::Cancelled),
    };
    ending.outcome = run(keybelt, request, face).await;
    ending.outcome.clone()
}

/// The end of a traced link, written down also where the link is dropped.
struct Ending<'a> {
    keybelt: &'a Keybelt,
    trace: &'a Trace,
    outcome: Result<Linked, LinkError>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.trace.ended(&self.outcome, self.keybelt.now());
        if let Some(trouble) = self.trace.trouble() {
            let failure = trouble.into();
            self.keybelt.tell(Aside::TraceBroken { failure });
        }
    }
}

async fn run<F: LinkFace>(
    keybelt: &Keybelt,
    request: &LinkRequest,
    face: &mut F,
) -> Result<Linked, LinkError> {
    face.progress(LinkStep::Preparing);
    let mut prepared = prepare::prepare(keybelt, request).await?;
    let visit = prepared.visit.clone();
    if let Some(trace) = keybelt.trace() {
        trace.sent_to(&visit.url, &visit.redirect_uri, keybelt.now());
    }
    face.progress(LinkStep::Waiting {
        url: visit.url.clone(),
        origin: visit.origin.clone(),
        other_hosts: visit.other_hosts.clone(),
        pin: visit.pin,
    });
    face.send(visit).await?;
    let patience = request
        .timeout
        .map_or(PATIENCE, |seconds| Duration::from_secs(seconds.into()));
    let answered = wait::wait(face, prepared.listener.as_mut(), &prepared.awaited, patience).await?;
    prepared.listener = None;
    if let Some(trace) = keybelt.trace() {
        answered.answer.trace(trace, keybelt.now());
    }
    let visitor = answered.visitor;
    let finish = finish(keybelt, request, prepared, answered.answer, face);
    match visitor {
        Some(visitor) => finish_with_page(finish, visitor).await,
        None => finish.await,
    }
}

/// From the answer to the stored account.
async fn finish<F: LinkFace>(
    keybelt: &Keybelt,
    request: &LinkRequest,
    prepared: prepare::Prepared,
    answer: Answer,
    face: &mut F,
) -> Result<Linked, LinkError> {
    face.progress(LinkStep::Redeeming);
    let (ready, party, sealed) = prepared.take_pending(keybelt).await?;
    let outcome = async {
        let verified = match party {
            Party::Oauth2(mut resolved) => {
                let redeemed = redeem::redeem(keybelt, &mut resolved, &sealed, answer).await?;
                face.progress(LinkStep::Checking);
                verify::verify(keybelt, &ready, &resolved, redeemed).await?
            }
            Party::Oauth1 { resolved, clock } => {
                oauth1::finish(keybelt, &resolved, &sealed, answer, clock, face).await?
            }
        };
        commit::commit(keybelt, request, &ready, verified).await
    }
    .await;
    if let Err(error) = &outcome {
        ready.note_refusal(keybelt, error).await;
    }
    outcome
}

/// The browser waits a while for the outcome, so that its page can say what happened.
async fn finish_with_page(
    finish: impl Future<Output = Result<Linked, LinkError>>,
    visitor: Arrival,
) -> Result<Linked, LinkError> {
    tokio::pin!(finish);
    let Ok(outcome) = tokio::time::timeout(PAGE_PATIENCE, &mut finish).await else {
        let (outcome, ()) = tokio::join!(finish, show(visitor, 200, page(&Outcome::UnderWay)));
        return outcome;
    };
    match outcome {
        Ok(linked) => {
            show(
                visitor,
                200,
                page(&Outcome::Linked {
                    account: linked.account.name.as_str(),
                }),
            )
            .await;
            Ok(linked)
        }
        Err(error) => {
            let failure = Failure::from(error.clone());
            let shown = Outcome::Failed {
                message: &failure.message,
                hint: &failure.hint,
            };
            // A no is an answer like any other; what was wrong otherwise came with the address, or after it.
            let status = match error {
                LinkError::Authorization { .. } => 200,
                _ => 400,
            };
            show(visitor, status, page(&shown)).await;
            Err(error)
        }
    }
}
