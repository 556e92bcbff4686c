//! The practice provider's start: its state kept sealed in the vault, its profile made where there is none.

use std::sync::Arc;

use keybelt_contract::{ProfileDraft, ProfileName};
use keybelt_net::serve::{BindError, Bound, Served};
use keybelt_practice::{CLIENT_ID, Keep, NotKept, Options, Practice, State, StateError};
use keybelt_primitives::{Issuer, Secret};
use url::Url;

use crate::Keybelt;
use crate::aside::Aside;
use crate::metadata;
use crate::profiles::{self, AddProfileError};
use crate::registry;
use crate::trouble::VaultTrouble;

/// The practice provider's id in the catalogue.
pub const PROVIDER: &str = "practice";
/// The same server, as a provider of OAuth 1.
const OAUTH1_PROVIDER: &str = "practice-oauth1";
/// Its state's name in the vault.
const STATE: &str = "practice";

/// How the practice provider runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct PracticeOptions {
    /// The port; 0 takes a free one, unsaid it is the catalogue's.
    pub port: Option<u16>,
    /// Allow everything without asking.
    pub auto: bool,
    /// How long access tokens live, in seconds.
    pub token_life: Option<u32>,
}

/// Why it does not run.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PracticeError {
    /// Another program has the port.
    #[error("port {port} is taken")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The system does not let this person have the port.
    #[error("port {port} is not for everybody")]
    PortForbidden {
        /// The port.
        port: u16,
    },
    /// The options do not fit; the words say which.
    #[error("{0}")]
    Options(String),
    /// Its profile could not be added.
    #[error(transparent)]
    Profile(#[from] AddProfileError),
    /// The vault could not keep its state.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
    /// A defect of ours.
    #[error("defect: {0}")]
    Defect(String),
}

/// A practice provider that runs; it ends when this is dropped.
pub struct Running {
    /// Its issuer.
    pub issuer: String,
    /// The client that is registered there.
    pub client_id: String,
    _served: Served,
}

impl Running {
    /// Runs on for as long as the future lives.
    pub async fn run(self) {
        std::future::pending().await
    }
}

/// Starts the practice provider on this machine's loopback.
pub async fn start(keybelt: &Keybelt, options: PracticeOptions) -> Result<Running, PracticeError> {
    let asked = Options::new(options.auto, options.token_life)
        .map_err(|error| PracticeError::Options(error.to_string()))?;
    let port = match options.port {
        Some(port) => port,
        None => catalogued_port()?,
    };
    let bound = Bound::at(port).await.map_err(|error| match error {
        BindError::PortTaken { port } => PracticeError::PortTaken { port },
        BindError::PortForbidden { port } => PracticeError::PortForbidden { port },
        BindError::Unavailable(what) => {
            PracticeError::Options(format!("nothing can listen on this machine: {what}"))
        }
    })?;
    // As a URL is written: without the port that its scheme has.
    let address = match bound.port() {
        80 => "http://127.0.0.1".to_owned(),
        port => format!("http://127.0.0.1:{port}"),
    };
    let issuer = Issuer::parse(&address).map_err(defect)?;
    let (clock, entropy) = keybelt.effects();
    let state = state(keybelt).await?;
    let practice =
        Practice::new(state, issuer.clone(), asked, clock, entropy, keep(keybelt)).map_err(defect)?;
    let served = bound.serve(practice.router());
    Ok(Running {
        issuer: issuer.to_string(),
        client_id: CLIENT_ID.to_owned(),
        _served: served,
    })
}

/// The window's one click: a profile for the practice provider, which runs here unless it runs elsewhere already.
/// Gives the provider back where it was started; keep it as long as the window lives.
pub async fn at_hand(keybelt: &Keybelt) -> Result<(ProfileName, Option<Running>), PracticeError> {
    let running = running(keybelt).await?;
    Ok((profile(keybelt).await?, running))
}

/// The practice provider, started here unless it runs elsewhere already; then there is nothing to keep.
pub async fn running(keybelt: &Keybelt) -> Result<Option<Running>, PracticeError> {
    match start(keybelt, PracticeOptions::default()).await {
        Ok(running) => Ok(Some(running)),
        Err(PracticeError::PortTaken { port }) if answers(keybelt).await => {
            tracing::info!(port, "another process runs the practice provider");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether the catalogue's entry of this id is the practice provider, by whichever protocol.
pub(crate) fn is_provider(id: Option<&str>) -> bool {
    id.is_some_and(|id| [PROVIDER, OAUTH1_PROVIDER].contains(&id))
}

/// Whether a profile is one at the practice provider, which must run while it is linked.
pub async fn is_of(keybelt: &Keybelt, profile: &ProfileName) -> bool {
    let found = profiles::one(keybelt, profile).await;
    found.is_ok_and(|(_, record)| is_provider(record.provider.as_deref()))
}

/// Whether an account is linked at the practice provider, which should then run while the window is open.
pub async fn is_in_use(keybelt: &Keybelt) -> bool {
    let accounts = crate::accounts::list(keybelt).await.unwrap_or_default();
    accounts
        .iter()
        .any(|account| is_provider(account.provider.as_deref()))
}

async fn answers(keybelt: &Keybelt) -> bool {
    let issuer = catalogued_issuer().and_then(|issuer| Issuer::parse(&issuer).ok());
    match issuer {
        Some(issuer) => metadata::find(keybelt, &issuer, true).await.is_ok(),
        None => false,
    }
}

/// The profile of the practice provider at its usual place.
async fn profile(keybelt: &Keybelt) -> Result<ProfileName, PracticeError> {
    let usual = catalogued_issuer();
    if let Some(vault) = keybelt.door().existing().await? {
        let listed = keybelt.door().run(&vault, |vault| vault.profiles()).await?;
        let found = listed.records.into_iter().find(|record| {
            record.provider.as_deref() == Some(PROVIDER)
                && registry::layers(record).text("issuer").map(str::to_owned) == usual
        });
        if let Some(record) = found {
            return Ok(record.name);
        }
    }
    let draft = ProfileDraft {
        name: None,
        provider: Some(PROVIDER.to_owned()),
        settings: std::collections::BTreeMap::new(),
        client_secret: None,
        rsa_key: None,
        make_rsa_key: false,
    };
    Ok(profiles::add_from_window(keybelt, draft).await?.name)
}

fn catalogued_issuer() -> Option<String> {
    keybelt_catalogue::find(PROVIDER)?
        .settings
        .get("issuer")?
        .as_str()
        .map(str::to_owned)
}

fn catalogued_port() -> Result<u16, PracticeError> {
    let port = catalogued_issuer().and_then(|issuer| Url::parse(&issuer).ok()?.port());
    port.ok_or_else(|| defect("the catalogue names no port for the practice provider"))
}

/// What it kept. What is damaged is nobody's loss: everything there is pretended, so it begins anew and says so.
async fn state(keybelt: &Keybelt) -> Result<State, PracticeError> {
    let vault = keybelt.door().writable().await?;
    let stored = match keybelt.door().run(&vault, |vault| vault.blob(STATE)).await {
        Ok(stored) => stored.map(|bytes| State::from_bytes(&bytes)),
        Err(VaultTrouble::Damaged { .. }) => Some(Err(StateError::Unreadable)),
        Err(trouble) => return Err(trouble.into()),
    };
    match stored {
        Some(Ok(state)) => return Ok(state),
        Some(Err(StateError::Unreadable | StateError::Key)) => keybelt.tell(Aside::PracticeAnew),
        Some(Err(error @ StateError::Entropy)) => return Err(defect(error)),
        None => {}
    }
    State::generate(keybelt.entropy()).map_err(defect)
}

/// Keeps the provider's state in the vault before it answers.
fn keep(keybelt: &Keybelt) -> Keep {
    let keybelt = keybelt.clone();
    Arc::new(move |bytes: Secret<Vec<u8>>| {
        let keybelt = keybelt.clone();
        Box::pin(async move {
            let bytes = Arc::new(bytes);
            let kept = match put(&keybelt, &bytes).await {
                // What was open was restored or reset meanwhile; a provider that runs on keeps its state in what is there now.
                Err(VaultTrouble::Replaced) => put(&keybelt, &bytes).await,
                kept => kept,
            };
            kept.map_err(|trouble| {
                tracing::warn!(%trouble, "the practice provider's state was not kept");
                NotKept
            })
        })
    })
}

async fn put(keybelt: &Keybelt, bytes: &Arc<Secret<Vec<u8>>>) -> Result<(), VaultTrouble> {
    let (vault, bytes) = (keybelt.door().writable().await?, bytes.clone());
    keybelt
        .door()
        .run(&vault, move |vault| vault.put_blob(STATE, &bytes))
        .await
}

fn defect(what: impl std::fmt::Display) -> PracticeError {
    PracticeError::Defect(what.to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_names_the_client_that_is_registered() {
        let entry = keybelt_catalogue::find(super::PROVIDER).unwrap();
        assert_eq!(entry.settings["client_id"], keybelt_practice::CLIENT_ID);
        let signed = keybelt_catalogue::find(super::OAUTH1_PROVIDER).unwrap();
        assert_eq!(signed.settings["client_id"], keybelt_practice::CLIENT_ID);
        assert!(super::catalogued_port().is_ok());
        assert_eq!(entry.settings["issuer"], keybelt_practice::USUAL_ISSUER);
    }
}
