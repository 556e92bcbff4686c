use std::sync::atomic::{AtomicBool, Ordering};

use keybelt_contract::{Failure, LinkEvent, LinkStep, Route};
use keybelt_core::link::{FaceError, LinkFace, Visit};
use keybelt_primitives::Secret;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::{Entry, not_ours};
use crate::authorization::{AuthorizationWindow, Wanted};

/// An address that the person pasted, and where its judgement is awaited.
pub struct Pasted {
    pub address: Secret<String>,
    pub reply: oneshot::Sender<Result<(), Failure>>,
}

/// One attempt at a link, as the core sees it.
pub struct WindowFace<'a> {
    entry: &'a Entry,
    turn: Option<OwnedSemaphorePermit>,
    pasted: &'a mut mpsc::UnboundedReceiver<Pasted>,
    answered: &'a AtomicBool,
    opened: &'a mut Option<oneshot::Sender<LinkEvent>>,
    window: Option<AuthorizationWindow>,
    /// Who waits for the judgement of the last pasted address.
    reply: Option<oneshot::Sender<Result<(), Failure>>>,
}

impl<'a> WindowFace<'a> {
    /// A face for an attempt; with a turn, it opens the authorization window.
    pub fn new(
        entry: &'a Entry,
        turn: Option<OwnedSemaphorePermit>,
        pasted: &'a mut mpsc::UnboundedReceiver<Pasted>,
        answered: &'a AtomicBool,
        opened: &'a mut Option<oneshot::Sender<LinkEvent>>,
    ) -> Self {
        Self {
            entry,
            turn,
            pasted,
            answered,
            opened,
            window: None,
            reply: None,
        }
    }

    fn judged(&mut self, judgement: Result<(), Failure>) {
        if let Some(reply) = self.reply.take() {
            // The window may have gone on by now.
            let _ = reply.send(judgement);
        }
    }

    async fn open_window(&mut self, visit: Visit) -> Result<(), FaceError> {
        let turn = self.turn.take().ok_or(FaceError::WindowUnavailable)?;
        let (links, id) = (self.entry.links.clone(), self.entry.id);
        let wanted = Wanted {
            link: id,
            profile: self.entry.profile.clone(),
            visit,
            use_browser: Box::new(move || {
                // It may have ended in this moment.
                let _ = links.use_browser(id);
            }),
            turn,
        };
        let inner = &self.entry.links.inner;
        self.window = Some(AuthorizationWindow::open(&inner.app, inner.bar.clone(), wanted).await?);
        Ok(())
    }
}

impl LinkFace for WindowFace<'_> {
    fn progress(&mut self, step: LinkStep) {
        match step {
            // The window was told before the link waited for its turn.
            LinkStep::Preparing => return,
            LinkStep::Redeeming => {
                self.answered.store(true, Ordering::Relaxed);
                self.judged(Ok(()));
                self.window = None;
            }
            LinkStep::Waiting { .. }
            | LinkStep::Checking
            | LinkStep::Linked { .. }
            | LinkStep::Failed { .. } => {}
        }
        self.entry.tell(step);
    }

    async fn send(&mut self, visit: Visit) -> Result<(), FaceError> {
        if let Some(opened) = self.opened.take() {
            // The command line may have hung up; then this ends soon.
            let _ = opened.send(visit.event());
        }
        match visit.route {
            Route::Webview => self.open_window(visit).await,
            Route::Browser => {
                self.entry.carry(visit.url.clone());
                // One that works in a terminal is at work until it is left: the answer comes before that. Where none can be
                // opened, the address is on the screen all the same.
                tokio::spawn(async move {
                    if let Err(error) = open_browser(visit.url).await {
                        tracing::warn!(%error, "no browser was opened");
                    }
                });
                Ok(())
            }
            // The address is on the screen, to be carried to a browser anywhere, this machine's too.
            Route::Manual => {
                self.entry.carry(visit.url);
                Ok(())
            }
        }
    }

    async fn next_callback(&mut self) -> Option<Secret<String>> {
        if let Some(window) = &mut self.window {
            return window.answer().await;
        }
        let pasted = self.pasted.recv().await?;
        self.reply = Some(pasted.reply);
        Some(pasted.address)
    }

    fn refused(&mut self, note: &str) {
        tracing::info!("an answer of another link was refused");
        self.judged(Err(not_ours(note)));
    }
}

/// Opens an address in the person's own browser.
pub async fn open_browser(url: String) -> Result<(), FaceError> {
    match tokio::task::spawn_blocking(move || webbrowser::open(&url)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(FaceError::BrowserUnavailable),
    }
}
