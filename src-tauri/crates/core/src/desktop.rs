//! One desktop program a home: its door in the home folder, which only the owner can reach.
//!
//! A second start raises the first; `link --via webview` is handed to it; every change is told to it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keybelt_contract::{Account, Failure, LinkEvent, LinkRequest};
use keybelt_net::local::{self, Connection};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::keybelt::Event;
use crate::link::FaceError;
use crate::{Keybelt, Trace};

/// The socket in the home folder.
const SOCKET: &str = "desktop.sock";
/// How long a client may take for its first line.
const FIRST_LINE: Duration = Duration::from_secs(5);
/// How long a desktop program that was just started may take to open its door.
const START: Duration = Duration::from_secs(30);
/// How often its door is looked for meanwhile.
const LOOK: Duration = Duration::from_millis(50);
/// How long a nudge may take: it is a courtesy.
const NUDGE: Duration = Duration::from_millis(500);

#[derive(Deserialize, Serialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Ask {
    Raise,
    Changed,
    Link {
        request: LinkRequest,
        /// The whole path of the file for its trace.
        trace: Option<PathBuf>,
    },
}

#[derive(Deserialize, Serialize)]
#[serde(tag = "tell", rename_all = "snake_case")]
enum Tell {
    Done,
    Opened { event: Box<LinkEvent> },
    Linked { account: Box<Account> },
    Failed { failure: Failure },
}

/// Why the desktop program cannot open its door.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DesktopError {
    /// Something of somebody else's stands where the socket belongs.
    #[error("unsafe: {0}")]
    Unsafe(String),
    /// No socket can be made there.
    #[error("no socket: {0}")]
    Unavailable(String),
}

/// Whether this is the home's desktop program.
pub enum Claim {
    /// It is.
    First(Instance),
    /// Another one is, and was told to show itself.
    Raised,
}

/// The home's desktop program, as long as this lives.
pub struct Instance {
    server: local::Server,
    keybelt: Keybelt,
}

/// What the desktop program does for those who knock.
pub trait DesktopFace: Send + Sync + 'static {
    /// Shows the main window.
    fn raise(&self);

    /// Runs a link that the command line asked for, with the window's own face and with this Keybelt, which may be
    /// traced; `opened` is told where the person is sent. Dropped when the command line hangs up.
    fn link(
        &self,
        keybelt: Keybelt,
        request: LinkRequest,
        opened: oneshot::Sender<LinkEvent>,
    ) -> impl Future<Output = Result<Account, Failure>> + Send;
}

/// Makes this process the home's desktop program, or raises the one that is.
pub async fn claim(keybelt: &Keybelt) -> Result<Claim, DesktopError> {
    loop {
        match local::Server::bind(&socket(keybelt)).await {
            Ok(server) => {
                keybelt.become_desktop();
                return Ok(Claim::First(Instance {
                    server,
                    keybelt: keybelt.clone(),
                }));
            }
            Err(local::BindError::InUse) => {}
            Err(local::BindError::Unsafe(what)) => return Err(DesktopError::Unsafe(what)),
            Err(local::BindError::Unavailable(what)) => return Err(DesktopError::Unavailable(what)),
        }
        // It may end between the two looks: then the place is free for us.
        if matches!(ask(keybelt, &Ask::Raise).await, Some(Tell::Done)) {
            return Ok(Claim::Raised);
        }
        tokio::time::sleep(LOOK).await;
    }
}

impl Instance {
    /// Answers those who knock, until dropped.
    pub async fn serve<F: DesktopFace>(self, face: Arc<F>) {
        let mut visitors = JoinSet::new();
        loop {
            tokio::select! {
                connection = self.server.accept() => {
                    visitors.spawn(attend(connection, self.keybelt.clone(), face.clone()));
                }
                Some(_) = visitors.join_next() => {}
            }
        }
    }
}

async fn attend<F: DesktopFace>(mut connection: Connection, keybelt: Keybelt, face: Arc<F>) {
    let Ok(Some(line)) = connection.read_line_within(FIRST_LINE).await else {
        return;
    };
    match serde_json::from_str(&line) {
        Ok(Ask::Raise) => {
            face.raise();
            tell(&mut connection, &Tell::Done).await;
        }
        Ok(Ask::Changed) => {
            keybelt.announce(Event::AccountsChanged);
            tell(&mut connection, &Tell::Done).await;
        }
        Ok(Ask::Link { request, trace }) => attend_link(connection, keybelt, face, request, trace).await,
        Err(_) => tracing::warn!("a line at the desktop's door was not understood"),
    }
}

async fn attend_link<F: DesktopFace>(
    mut connection: Connection,
    keybelt: Keybelt,
    face: Arc<F>,
    request: LinkRequest,
    trace: Option<PathBuf>,
) {
    let keybelt = match trace.map(|path| Trace::create(&path)).transpose() {
        Ok(Some(trace)) => keybelt.traced(trace),
        Ok(None) => keybelt,
        Err(error) => {
            let failure = error.into();
            return tell(&mut connection, &Tell::Failed { failure }).await;
        }
    };
    let (opened, mut visit) = oneshot::channel();
    let link = face.link(keybelt, request, opened);
    tokio::pin!(link);
    let mut is_opened = false;
    let outcome = loop {
        tokio::select! {
            outcome = &mut link => break outcome,
            event = &mut visit, if !is_opened => {
                is_opened = true;
                if let Ok(event) = event {
                    tell(&mut connection, &Tell::Opened { event: Box::new(event) }).await;
                }
            }
            () = connection.closed() => return,
        }
    };
    let told = match outcome {
        Ok(account) => Tell::Linked {
            account: Box::new(account),
        },
        Err(failure) => Tell::Failed { failure },
    };
    tell(&mut connection, &told).await;
}

/// Why a link that was handed to the desktop program did not come to an account.
#[derive(Debug, thiserror::Error)]
pub enum HandOverLinkError {
    /// The desktop program could not be started.
    #[error(transparent)]
    Face(#[from] FaceError),
    /// It ended, or did not speak as it should.
    #[error("the desktop program went away")]
    Gone,
    /// It ran the link, and this is what it said.
    #[error("{}", .0.message)]
    Failed(Failure),
}

/// Hands a link to the running desktop program, or to the one that `start` starts, and waits for its outcome. The
/// program there writes the trace, where a file is named for one. Dropping the future cancels the link there.
pub async fn hand_over_link(
    keybelt: &Keybelt,
    request: &LinkRequest,
    trace: Option<&Path>,
    start: impl FnOnce() -> Result<(), FaceError>,
    mut opened: impl FnMut(LinkEvent),
) -> Result<Account, HandOverLinkError> {
    // The other program may stand in another folder.
    let trace = trace
        .map(std::path::absolute)
        .transpose()
        .map_err(|_| HandOverLinkError::Gone)?;
    let mut connection = match knock(keybelt).await {
        Some(connection) => connection,
        None => {
            start()?;
            wait_for_door(keybelt).await.ok_or(FaceError::WindowUnavailable)?
        }
    };
    let ask = serde_json::to_string(&Ask::Link {
        request: request.clone(),
        trace,
    })
    .map_err(|_| HandOverLinkError::Gone)?;
    connection
        .write_line(&ask)
        .await
        .map_err(|_| HandOverLinkError::Gone)?;
    while let Ok(Some(line)) = connection.read_line().await {
        match serde_json::from_str(&line).map_err(|_| HandOverLinkError::Gone)? {
            Tell::Opened { event } => opened(*event),
            Tell::Linked { account } => return Ok(*account),
            Tell::Failed { failure } => return Err(HandOverLinkError::Failed(failure)),
            Tell::Done => break,
        }
    }
    Err(HandOverLinkError::Gone)
}

async fn wait_for_door(keybelt: &Keybelt) -> Option<Connection> {
    let look = async {
        loop {
            if let Some(connection) = knock(keybelt).await {
                return connection;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(START, look).await.ok()
}

/// Tells the running desktop program, if there is one, that something changed. A courtesy: it never fails.
pub(crate) async fn nudge(keybelt: &Keybelt) {
    if keybelt.is_desktop() {
        return;
    }
    let _ = tokio::time::timeout(NUDGE, ask(keybelt, &Ask::Changed)).await;
}

async fn ask(keybelt: &Keybelt, ask: &Ask) -> Option<Tell> {
    let mut connection = knock(keybelt).await?;
    connection
        .write_line(&serde_json::to_string(ask).ok()?)
        .await
        .ok()?;
    let line = connection.read_line_within(FIRST_LINE).await.ok()??;
    serde_json::from_str(&line).ok()
}

async fn knock(keybelt: &Keybelt) -> Option<Connection> {
    local::connect(&socket(keybelt)).await.ok()?
}

async fn tell(connection: &mut Connection, told: &Tell) {
    // Whoever asked may be gone by now; there is nobody else to tell.
    if let Ok(line) = serde_json::to_string(told) {
        let _ = connection.write_line(&line).await;
    }
}

fn socket(keybelt: &Keybelt) -> PathBuf {
    keybelt.home().join(SOCKET)
}
