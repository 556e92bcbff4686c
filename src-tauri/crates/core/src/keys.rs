//! The issuer's keys: read through net, kept in the vault for as long as they are fresh, read once more where a token
//! names one that is not there (OpenID Connect Core 1.0 §10.1.1, specs KR).

use std::sync::Arc;

use keybelt_net::Conduct;
use keybelt_primitives::wire::Response;
use keybelt_primitives::{Endpoint, Secret, UnixSeconds};
use keybelt_protocol::jose::key_set::KeySet;
use keybelt_protocol::oauth2::freshness::{JWKS, document_request, fresh_for, may_force};
use keybelt_vault::Vault;
use serde::{Deserialize, Serialize};

use crate::Keybelt;
use crate::trouble::{ExchangeTrouble, VaultTrouble};

/// A set that could not be read anew serves for so long, in seconds (specs KR-02).
const LONGEST: i64 = 24 * 60 * 60;

/// Why there are no keys.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeysTrouble {
    /// The exchange failed.
    #[error(transparent)]
    Exchange(#[from] ExchangeTrouble),
    /// The server cannot answer now.
    #[error("unavailable: HTTP {status} at {url}")]
    Unavailable {
        /// Where they were asked for.
        url: String,
        /// The status code.
        status: u16,
    },
    /// There are none.
    #[error("none: HTTP {status} at {url}")]
    Absent {
        /// Where they were asked for.
        url: String,
        /// The status code.
        status: u16,
    },
    /// What is there is no key set.
    #[error("invalid: {detail}")]
    Invalid {
        /// What is wrong.
        detail: String,
    },
    /// They were read anew only just now, and are not read again so soon (specs KR-01).
    #[error("only just read")]
    JustRead,
    /// The vault could not be used.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

impl KeysTrouble {
    /// Whether trying again later can help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Exchange(trouble) => trouble.is_passing(),
            Self::Unavailable { .. } | Self::JustRead => true,
            Self::Absent { .. } | Self::Invalid { .. } | Self::Vault(_) => false,
        }
    }
}

/// A key set as it is kept.
#[derive(Deserialize, Serialize)]
struct Kept {
    document: String,
    read_at: UnixSeconds,
    fresh_until: UnixSeconds,
    forced_at: Option<UnixSeconds>,
}

/// The keys at an address, kept ones where they are fresh.
pub(crate) async fn keys(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    url: &Endpoint,
) -> Result<KeySet, KeysTrouble> {
    let now = keybelt.now();
    let kept = kept(keybelt, vault, url).await?;
    if let Some(kept) = kept
        .as_ref()
        .filter(|kept| kept.read_at <= now && now < kept.fresh_until)
        && let Ok(set) = KeySet::parse(kept.document.as_bytes())
    {
        return Ok(set);
    }
    let forced_at = kept.as_ref().and_then(|kept| kept.forced_at);
    match read_and_keep(keybelt, vault, url, forced_at).await {
        Ok(set) => Ok(set),
        Err(trouble) => serve_stale(kept, now).ok_or(trouble),
    }
}

/// The keys read anew, where that is allowed now; `None`: they were only just read (specs KR-01).
pub(crate) async fn newer_keys(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    url: &Endpoint,
) -> Result<Option<KeySet>, KeysTrouble> {
    let now = keybelt.now();
    let mut known = kept(keybelt, vault, url).await?;
    if !may_force(known.as_ref().and_then(|kept| kept.forced_at), now) {
        return Ok(None);
    }
    if let Some(kept) = &mut known {
        // Counted before it is made: a server that fails is not asked more often than one that answers.
        kept.forced_at = Some(now);
        keep(keybelt, vault, url, kept).await?;
    }
    read_and_keep(keybelt, vault, url, Some(now)).await.map(Some)
}

/// The keys as they were last read, and when; however old they are. Nobody is asked.
pub(crate) async fn at_hand(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    url: &Endpoint,
) -> Result<Option<(KeySet, UnixSeconds)>, KeysTrouble> {
    let kept = kept(keybelt, vault, url).await?;
    Ok(kept.and_then(|kept| Some((KeySet::parse(kept.document.as_bytes()).ok()?, kept.read_at))))
}

/// The keys at an address, without a vault to keep them in.
pub(crate) async fn read(keybelt: &Keybelt, url: &Endpoint) -> Result<KeySet, KeysTrouble> {
    let response = fetch(keybelt, url).await?;
    parse(&response)
}

async fn read_and_keep(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    url: &Endpoint,
    forced_at: Option<UnixSeconds>,
) -> Result<KeySet, KeysTrouble> {
    let response = fetch(keybelt, url).await?;
    let set = parse(&response)?;
    let life = i64::try_from(fresh_for(&response.headers, JWKS).as_secs()).unwrap_or(LONGEST);
    let kept = Kept {
        document: text(&response).to_owned(),
        read_at: response.sent_at,
        fresh_until: response.sent_at.plus(life),
        forced_at,
    };
    keep(keybelt, vault, url, &kept).await?;
    Ok(set)
}

async fn fetch(keybelt: &Keybelt, url: &Endpoint) -> Result<Response, KeysTrouble> {
    let response = keybelt
        .exchange_patiently(document_request(url), Conduct::Document)
        .await?;
    let at = || url.as_str().to_owned();
    match response.status {
        200 => Ok(response),
        status @ (429 | 500..) => Err(KeysTrouble::Unavailable { url: at(), status }),
        status => Err(KeysTrouble::Absent { url: at(), status }),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a public document in the type of every body"
)]
fn parse(response: &Response) -> Result<KeySet, KeysTrouble> {
    KeySet::parse(response.body.expose()).map_err(|error| KeysTrouble::Invalid {
        detail: error.to_string(),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a public document in the type of every body"
)]
fn text(response: &Response) -> &str {
    std::str::from_utf8(response.body.expose()).unwrap_or_default()
}

fn serve_stale(kept: Option<Kept>, now: UnixSeconds) -> Option<KeySet> {
    let kept = kept.filter(|kept| (0..LONGEST).contains(&now.since(kept.read_at)))?;
    KeySet::parse(kept.document.as_bytes()).ok()
}

fn name(url: &Endpoint) -> String {
    format!("jwks {url}")
}

#[expect(clippy::disallowed_methods, reason = "what was kept is a public document")]
async fn kept(keybelt: &Keybelt, vault: &Arc<Vault>, url: &Endpoint) -> Result<Option<Kept>, KeysTrouble> {
    let name = name(url);
    let found = keybelt.door().run(vault, move |vault| vault.blob(&name)).await;
    match found {
        Ok(bytes) => Ok(bytes.and_then(|bytes| serde_json::from_slice(bytes.expose()).ok())),
        // A copy that is damaged is read anew.
        Err(VaultTrouble::Damaged { .. }) => Ok(None),
        Err(trouble) => Err(trouble.into()),
    }
}

async fn keep(keybelt: &Keybelt, vault: &Arc<Vault>, url: &Endpoint, kept: &Kept) -> Result<(), KeysTrouble> {
    let name = name(url);
    let bytes = serde_json::to_vec(kept).map_err(|error| VaultTrouble::Defect(error.to_string()))?;
    let bytes = Secret::new(bytes);
    Ok(keybelt
        .door()
        .run(vault, move |vault| vault.put_blob(&name, &bytes))
        .await?)
}
