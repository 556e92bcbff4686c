//! The links under way in the window: each one a run of the core's link, told to the main window step by step.

mod face;

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keybelt_contract::{
    Account, Failure, FailureCode, LinkEvent, LinkProgress, LinkRequest, LinkStep, Linking, ProfileName,
    Route,
};
use keybelt_core::Keybelt;
use keybelt_core::link::{LinkError, link};
use keybelt_primitives::Secret;
use tauri::AppHandle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

use crate::authorization::{Bar, gone};
use crate::front::{self, BAR, Front, MAIN};
pub use face::open_browser;
use face::{Pasted, WindowFace};

/// How long the end of the program waits for links to be cancelled.
const END: Duration = Duration::from_secs(2);

/// The links under way. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Links {
    inner: Arc<Inner>,
}

struct Inner {
    app: AppHandle,
    keybelt: Keybelt,
    front: Front,
    bar: Arc<Bar>,
    last_id: AtomicU32,
    under_way: Mutex<HashMap<u32, UnderWay>>,
    /// How many are under way.
    count: watch::Sender<usize>,
    /// There is one authorization window at a time; a second link waits its turn.
    turn: Arc<Semaphore>,
}

/// What can be said to a link.
struct UnderWay {
    profile: ProfileName,
    orders: mpsc::UnboundedSender<Order>,
    pasted: mpsc::UnboundedSender<Pasted>,
    /// Where the person carries the address themselves: that address.
    carried: Option<String>,
}

/// What the person wants of a link.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Order {
    Cancel,
    UseBrowser,
}

/// The links' own end of [`UnderWay`].
struct Ears {
    orders: mpsc::UnboundedReceiver<Order>,
    pasted: mpsc::UnboundedReceiver<Pasted>,
    /// The answer is here: it is too late to go elsewhere.
    answered: AtomicBool,
}

/// How one attempt ended.
#[expect(clippy::large_enum_variant, reason = "one at a time, never kept in number")]
enum Ended {
    Outcome(Result<keybelt_core::link::Linked, LinkError>),
    InBrowser,
}

impl Links {
    /// No links yet.
    pub fn new(app: AppHandle, keybelt: Keybelt, front: Front, bar: Arc<Bar>) -> Self {
        let inner = Inner {
            app,
            keybelt,
            front,
            bar,
            last_id: AtomicU32::new(0),
            under_way: Mutex::default(),
            count: watch::Sender::new(0),
            turn: Arc::new(Semaphore::new(1)),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Starts a link for the window; how it goes is told by events.
    pub fn start(&self, request: LinkRequest) -> Linking {
        let (entry, ears) = self.enter(self.inner.keybelt.clone(), &request);
        let linking = Linking {
            id: entry.id,
            profile: request.profile.clone(),
            route: request.route,
            embedded_refused: false,
        };
        tauri::async_runtime::spawn(async move {
            // The window was told by an event.
            if entry.run(request, ears, None).await.is_ok() {
                front::raise(&entry.links.inner.app, MAIN);
            }
        });
        linking
    }

    /// Runs a link for the command line, with a Keybelt that may be traced. Dropping the future cancels it.
    pub async fn run_for(
        &self,
        keybelt: Keybelt,
        request: LinkRequest,
        opened: oneshot::Sender<LinkEvent>,
    ) -> Result<Account, Failure> {
        let (entry, ears) = self.enter(keybelt, &request);
        entry.run(request, ears, Some(opened)).await
    }

    /// Cancels a link, if it is still under way.
    pub fn cancel(&self, id: u32) {
        if let Some(link) = self.under_way().get(&id) {
            let _ = link.orders.send(Order::Cancel);
        }
    }

    /// Goes on in the person's own browser instead. The link keeps its id.
    pub fn use_browser(&self, id: u32) -> Result<Linking, Failure> {
        let under_way = self.under_way();
        let link = under_way.get(&id).ok_or_else(gone)?;
        let _ = link.orders.send(Order::UseBrowser);
        Ok(Linking {
            id,
            profile: link.profile.clone(),
            route: Route::Browser,
            embedded_refused: false,
        })
    }

    /// Opens the address of a link whose answer the person brings back, in their browser.
    pub async fn open_there(&self, id: u32) -> Result<(), Failure> {
        let carried = self.under_way().get(&id).and_then(|link| link.carried.clone());
        open_browser(carried.ok_or_else(gone)?)
            .await
            .map_err(Failure::from)
    }

    /// Shows the authorization window of a link, wherever it is.
    pub fn raise(&self, id: u32) -> Result<(), Failure> {
        let Inner { app, bar, .. } = &*self.inner;
        if bar.link() == Some(id) {
            front::raise(app, BAR);
            Ok(())
        } else {
            Err(gone())
        }
    }

    /// Gives a link the address that the person pasted. An address of another link is refused, and may be pasted anew.
    pub async fn paste(&self, id: u32, address: Secret<String>) -> Result<(), Failure> {
        let (reply, judged) = oneshot::channel();
        {
            let under_way = self.under_way();
            let link = under_way.get(&id).ok_or_else(gone)?;
            link.pasted.send(Pasted { address, reply }).map_err(|_| gone())?;
        }
        judged.await.map_err(|_| gone())?
    }

    /// Cancels every link, and waits until they are gone.
    pub async fn cancel_all(&self) {
        for link in self.under_way().values() {
            let _ = link.orders.send(Order::Cancel);
        }
        let mut count = self.inner.count.subscribe();
        if tokio::time::timeout(END, count.wait_for(|count| *count == 0))
            .await
            .is_err()
        {
            tracing::warn!("a link was not cancelled in time");
        }
    }

    fn enter(&self, keybelt: Keybelt, request: &LinkRequest) -> (Entry, Ears) {
        let id = self.inner.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let (orders, orders_heard) = mpsc::unbounded_channel();
        let (pasted, pasted_heard) = mpsc::unbounded_channel();
        let link = UnderWay {
            profile: request.profile.clone(),
            orders,
            pasted,
            carried: None,
        };
        self.under_way().insert(id, link);
        self.inner.count.send_modify(|count| *count += 1);
        let entry = Entry {
            links: self.clone(),
            keybelt,
            id,
            profile: request.profile.clone(),
            is_told: AtomicBool::new(false),
        };
        (
            entry,
            Ears {
                orders: orders_heard,
                pasted: pasted_heard,
                answered: AtomicBool::new(false),
            },
        )
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<u32, UnderWay>> {
        self.inner
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// One link's place among those under way, as long as it lives.
struct Entry {
    links: Links,
    keybelt: Keybelt,
    id: u32,
    profile: ProfileName,
    is_told: AtomicBool,
}

impl Entry {
    async fn run(
        &self,
        mut request: LinkRequest,
        mut ears: Ears,
        mut opened: Option<oneshot::Sender<LinkEvent>>,
    ) -> Result<Account, Failure> {
        let outcome = loop {
            match self.attempt(&request, &mut ears, &mut opened).await {
                Ended::InBrowser => request.route = Route::Browser,
                Ended::Outcome(outcome) => break outcome,
            }
        };
        match outcome {
            Ok(linked) => {
                let account = linked.account.clone();
                self.end(LinkStep::Linked {
                    account: linked.account,
                    asked_scopes: linked.asked_scopes,
                });
                Ok(account)
            }
            Err(error) => {
                let failure = Failure::from(error);
                self.end(LinkStep::Failed {
                    failure: failure.clone(),
                });
                Err(failure)
            }
        }
    }

    async fn attempt(
        &self,
        request: &LinkRequest,
        ears: &mut Ears,
        opened: &mut Option<oneshot::Sender<LinkEvent>>,
    ) -> Ended {
        let Ears {
            orders,
            pasted,
            answered,
        } = ears;
        let work = self.work(request, pasted, answered, opened);
        tokio::pin!(work);
        loop {
            let order = tokio::select! {
                biased;
                outcome = &mut work => return Ended::Outcome(outcome),
                order = orders.recv() => order,
            };
            match order {
                Some(Order::UseBrowser) if !answered.load(Ordering::Relaxed) => return Ended::InBrowser,
                Some(Order::UseBrowser) => {}
                Some(Order::Cancel) | None => return Ended::Outcome(Err(LinkError::Cancelled)),
            }
        }
    }

    async fn work(
        &self,
        request: &LinkRequest,
        pasted: &mut mpsc::UnboundedReceiver<Pasted>,
        answered: &AtomicBool,
        opened: &mut Option<oneshot::Sender<LinkEvent>>,
    ) -> Result<keybelt_core::link::Linked, LinkError> {
        self.tell(LinkStep::Preparing);
        let turn = match request.route {
            Route::Webview => Some(self.turn().await?),
            Route::Browser | Route::Manual => None,
        };
        let mut face = WindowFace::new(self, turn, pasted, answered, opened);
        link(&self.keybelt, request, &mut face).await
    }

    fn turn(&self) -> impl Future<Output = Result<OwnedSemaphorePermit, LinkError>> + use<> {
        let turn = self.links.inner.turn.clone();
        async move { turn.acquire_owned().await.map_err(|_| LinkError::Cancelled) }
    }

    fn carry(&self, url: String) {
        if let Some(link) = self.links.under_way().get_mut(&self.id) {
            link.carried = Some(url);
        }
    }

    fn tell(&self, step: LinkStep) {
        let progress = LinkProgress {
            id: self.id,
            profile: self.profile.clone(),
            step,
        };
        self.links.inner.front.link_progress(&progress);
    }

    /// It has ended, and the window hears so once.
    fn end(&self, step: LinkStep) {
        if !self.is_told.swap(true, Ordering::Relaxed) {
            self.tell(step);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.links.under_way().remove(&self.id);
        self.links
            .inner
            .count
            .send_modify(|count| *count = count.saturating_sub(1));
        // Whoever asked for it hung up.
        self.end(LinkStep::Failed {
            failure: LinkError::Cancelled.into(),
        });
    }
}

/// The failure for an address that was pasted and is another link's.
fn not_ours(note: &str) -> Failure {
    Failure {
        code: FailureCode::StateMismatch,
        message: note.to_owned(),
        hint: "Copy the whole address of the page you ended at, and paste it here.".to_owned(),
    }
}
