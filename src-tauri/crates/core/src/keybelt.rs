use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use keybelt_contract::DamagedRecord;
use keybelt_net::{Conduct, Net, NetOptions, SendError};
use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{Clock, Entropy, Secret, UnixMillis, UnixSeconds};
use tokio::sync::{broadcast, watch};

use crate::aside::{Aside, TellAside};
use crate::opening::Door;
use crate::system::{SystemClock, SystemEntropy};
use crate::trace::Trace;
use crate::trouble::ExchangeTrouble;

/// What a passphrase is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asking {
    /// To open the vault.
    Unlock,
    /// To make one: the face asks twice and compares.
    Create,
    /// To give it another one: asked twice too.
    Replace,
}

/// How a face asks the person for the vault's passphrase. Called on a thread that may block.
pub trait AskPassphrase: Send + Sync {
    /// `None`: nobody can be asked here, or they said nothing.
    fn passphrase(&self, asking: Asking) -> Option<Secret<String>>;
}

/// For a face that asks in its own time, or not at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NeverAsk;

impl AskPassphrase for NeverAsk {
    fn passphrase(&self, _asking: Asking) -> Option<Secret<String>> {
        None
    }
}

/// What a Keybelt is made of.
pub struct Setup {
    /// The folder that holds everything.
    pub home: PathBuf,
    /// A file with the vault's passphrase, `KEYBELT_PASSPHRASE_FILE`.
    pub passphrase_file: Option<PathBuf>,
    /// How the person is asked for a passphrase.
    pub ask: Arc<dyn AskPassphrase>,
    /// How the person is told what they should know besides.
    pub tell: Arc<TellAside>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The bounds of the network.
    pub net: NetOptions,
}

impl Setup {
    /// The real clock, randomness and bounds, and nobody who could be asked.
    pub fn at(home: PathBuf) -> Self {
        Self {
            home,
            passphrase_file: None,
            ask: Arc::new(NeverAsk),
            tell: Arc::new(|_| {}),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            net: NetOptions::default(),
        }
    }
}

/// The platform's folder for a program's data, `keybelt` in it. `None`: this account has no home.
pub fn default_home() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|folders| folders.data_dir().join("keybelt"))
}

/// Something that every window of this process wants to know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Event {
    /// Accounts, profiles or the ledger changed, here or in another process.
    AccountsChanged,
    /// The vault was locked, unlocked or made.
    VaultChanged,
}

/// Everything a use case needs. Cheap to clone; all clones are one, but for what is traced.
#[derive(Clone)]
pub struct Keybelt {
    inner: Arc<Inner>,
    trace: Option<Arc<Trace>>,
}

struct Inner {
    home: PathBuf,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    net: Net,
    door: Door,
    tell: Arc<TellAside>,
    events: broadcast::Sender<Event>,
    is_desktop: AtomicBool,
    has_written: AtomicBool,
    has_renewed: AtomicBool,
    /// The records that did not open, by name.
    damaged: Mutex<BTreeSet<String>>,
    /// Requests that were sent and whose answer must be stored.
    under_way: watch::Sender<usize>,
}

impl Keybelt {
    /// Puts a Keybelt together. Opens nothing yet.
    pub fn new(setup: Setup) -> Self {
        let net = Net::new(setup.net, setup.clock.clone());
        let (events, _) = broadcast::channel(64);
        let door = Door::new(
            setup.home.clone(),
            setup.passphrase_file,
            setup.ask,
            setup.tell.clone(),
            setup.entropy.clone(),
        );
        let inner = Inner {
            home: setup.home,
            clock: setup.clock,
            entropy: setup.entropy,
            net,
            door,
            tell: setup.tell,
            events,
            is_desktop: AtomicBool::new(false),
            has_written: AtomicBool::new(false),
            has_renewed: AtomicBool::new(false),
            damaged: Mutex::new(BTreeSet::new()),
            under_way: watch::Sender::new(0),
        };
        Self {
            inner: Arc::new(inner),
            trace: None,
        }
    }

    /// The same one, whose exchanges are written to a trace.
    pub fn traced(&self, trace: Trace) -> Self {
        Self {
            inner: self.inner.clone(),
            trace: Some(Arc::new(trace)),
        }
    }

    /// Where its exchanges are written, if they are.
    pub(crate) fn trace(&self) -> Option<&Trace> {
        self.trace.as_deref()
    }

    /// The folder that holds everything.
    pub fn home(&self) -> &Path {
        &self.inner.home
    }

    /// Now.
    pub fn now(&self) -> UnixSeconds {
        self.inner.clock.now()
    }

    /// Now, for the order of attempts.
    pub(crate) fn now_millis(&self) -> UnixMillis {
        self.inner.clock.now_millis()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.inner.entropy.as_ref()
    }

    /// Clock and randomness, for those who keep them.
    pub(crate) fn effects(&self) -> (Arc<dyn Clock>, Arc<dyn Entropy>) {
        (self.inner.clock.clone(), self.inner.entropy.clone())
    }

    pub(crate) fn door(&self) -> &Door {
        &self.inner.door
    }

    /// Tells the person something besides.
    pub(crate) fn tell(&self, aside: Aside) {
        (self.inner.tell)(aside);
    }

    /// What happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// Whether this process is the home's desktop program, which need not knock at its own door.
    pub(crate) fn is_desktop(&self) -> bool {
        self.inner.is_desktop.load(Ordering::Relaxed)
    }

    pub(crate) fn become_desktop(&self) {
        self.inner.is_desktop.store(true, Ordering::Relaxed);
    }

    pub(crate) fn announce(&self, event: Event) {
        // Nobody listening is no error: the command line has no windows.
        let _ = self.inner.events.send(event);
    }

    /// Tells this process and the running desktop program that accounts, profiles or the ledger changed.
    pub(crate) async fn changed(&self) {
        self.inner.has_written.store(true, Ordering::Relaxed);
        self.announce(Event::AccountsChanged);
        crate::desktop::nudge(self).await;
    }

    /// Whether this process changed anything in the vault.
    pub fn has_written(&self) -> bool {
        self.inner.has_written.load(Ordering::Relaxed)
    }

    /// Whether this process brought new tokens.
    pub(crate) fn has_renewed(&self) -> bool {
        self.inner.has_renewed.load(Ordering::Relaxed)
    }

    /// This process brought new tokens.
    pub(crate) fn renewed(&self) {
        self.inner.has_renewed.store(true, Ordering::Relaxed);
    }

    /// Notes records that did not open and were left out of what was read.
    pub(crate) fn left_out(&self, damaged: &[DamagedRecord]) {
        let mut known = self.inner.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        for one in damaged {
            tracing::warn!(record = one.record, cause = one.cause, "a record does not open");
            known.insert(one.record.clone());
        }
    }

    /// The records that this process left out because they do not open: the face says so.
    pub fn damaged(&self) -> Vec<String> {
        let known = self.inner.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().cloned().collect()
    }

    /// Marks that an answer must be waited for, until this is dropped.
    pub(crate) fn under_way(&self) -> UnderWay {
        self.inner.under_way.send_modify(|count| *count += 1);
        UnderWay(self.clone())
    }

    /// Waits until every answer that is on its way has been stored: to be done before the program ends.
    pub async fn settle(&self) {
        let mut count = self.inner.under_way.subscribe();
        // The sender lives as long as this does.
        let _ = count.wait_for(|count| *count == 0).await;
    }

    /// Sends one request and reads the whole answer.
    pub(crate) async fn exchange(
        &self,
        request: Request,
        conduct: Conduct,
    ) -> Result<Response, ExchangeTrouble> {
        let host = request.url.authority();
        let net = match &self.trace {
            Some(trace) => self.inner.net.observed(trace.clone()),
            None => self.inner.net.clone(),
        };
        net.send(request, conduct)
            .await
            .map_err(|error| of_send(error, host))
    }
}

/// See [`Keybelt::under_way`].
pub(crate) struct UnderWay(Keybelt);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0
            .inner
            .under_way
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}

fn of_send(error: SendError, host: String) -> ExchangeTrouble {
    match error {
        SendError::TimedOut => ExchangeTrouble::TimedOut { host },
        SendError::Unreachable => ExchangeTrouble::Unreachable { host },
        SendError::Tls => ExchangeTrouble::Tls { host },
        SendError::Lost => ExchangeTrouble::Lost { host },
        SendError::Garbled => ExchangeTrouble::Garbled { host },
        SendError::TooLarge => ExchangeTrouble::TooLarge { host },
        SendError::Redirected | SendError::RedirectRefused | SendError::TooManyRedirects => {
            ExchangeTrouble::Redirect { host }
        }
        SendError::Defect(what) => ExchangeTrouble::Defect(what),
    }
}
