use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use keybelt_primitives::{Clock, Endpoint, Entropy, Issuer, Secret, UnixSeconds, bounds};
use tokio::sync::Mutex;

use crate::authorization::Wish;
use crate::interactions::Interactions;
use crate::oauth1::{self, Nonces};
use crate::records::Records;
use crate::state::{Keys, State};
use crate::{api, authorization, consent, guard, metadata, pages, revocation, token_endpoint, userinfo};

/// The life of access tokens where nobody says another, in seconds: short, so that a refresh is soon seen.
const TOKEN_LIFE: u32 = 300;

/// How a run of the practice provider differs from others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// Approve without asking anybody.
    pub(crate) auto: bool,
    /// The life of access tokens that the sign-in page proposes, in seconds.
    pub(crate) token_life: u32,
}

/// The life of access tokens is out of bounds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("tokens live from 30 seconds to a year (31536000 seconds)")]
pub struct TokenLifeError;

impl Options {
    /// `auto`: approves by itself, for tests and tours. `token_life`: how long access tokens live, in seconds; 300 if
    /// unsaid.
    ///
    /// # Errors
    /// Less than 30 seconds, or more than a year.
    pub fn new(auto: bool, token_life: Option<u32>) -> Result<Self, TokenLifeError> {
        let token_life = token_life.unwrap_or(TOKEN_LIFE);
        if (30..=31_536_000).contains(&token_life) {
            Ok(Self { auto, token_life })
        } else {
            Err(TokenLifeError)
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            auto: false,
            token_life: TOKEN_LIFE,
        }
    }
}

/// State could not be made durable. The request that wanted it fails, and nothing has changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the practice provider's state could not be kept")]
pub struct NotKept;

/// State on its way to where it is kept.
pub type Keeping = Pin<Box<dyn Future<Output = Result<(), NotKept>> + Send>>;

/// Makes the bytes of a [`State`] durable: they are when the future resolves. Called before an answer goes out that
/// depends on it, one call at a time.
pub type Keep = Arc<dyn Fn(Secret<Vec<u8>>) -> Keeping + Send + Sync>;

/// Why the practice provider cannot start.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StartError {
    /// The issuer is not `http://` and a numeric loopback address with its port, and nothing behind it.
    #[error("the practice provider is reached by http at 127.0.0.1 or [::1] only")]
    Issuer,
}

/// A running practice provider, to be served.
#[derive(Clone)]
pub struct Practice(Arc<Shared>);

/// What all endpoints share.
pub(crate) struct Shared {
    pub(crate) issuer: Issuer,
    /// `HOST:PORT`, as a request to this server names it.
    pub(crate) authority: String,
    pub(crate) options: Options,
    pub(crate) keys: Keys,
    pub(crate) interactions: Interactions<Wish>,
    /// The same of OAuth 1.
    pub(crate) signed_interactions: Interactions<oauth1::Wish>,
    /// What signed requests were seen (RFC 5849 §3.3).
    pub(crate) nonces: Nonces,
    pub(crate) entropy: Arc<dyn Entropy>,
    records: Mutex<Records>,
    clock: Arc<dyn Clock>,
    keep: Keep,
}

impl Practice {
    /// A provider that goes on from `state` and calls itself `issuer`, which names the address it is served at.
    ///
    /// # Errors
    /// [`StartError::Issuer`].
    pub fn new(
        state: State,
        issuer: Issuer,
        options: Options,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        keep: Keep,
    ) -> Result<Self, StartError> {
        let authority = authority(&issuer).ok_or(StartError::Issuer)?;
        let State { keys, records } = state;
        let shared = Shared {
            issuer,
            authority,
            options,
            keys,
            interactions: Interactions::default(),
            signed_interactions: Interactions::default(),
            nonces: Nonces::since(clock.now()),
            entropy,
            records: Mutex::new(records),
            clock,
            keep,
        };
        Ok(Self(Arc::new(shared)))
    }

    /// The issuer, as its metadata and its tokens name it.
    pub fn issuer(&self) -> &Issuer {
        &self.0.issuer
    }

    /// Every endpoint. Requests that name another host than the issuer's are refused, whatever they ask.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(pages::home))
            .route("/practice.css", get(pages::style))
            .route("/.well-known/openid-configuration", get(metadata::metadata))
            .route("/.well-known/oauth-authorization-server", get(metadata::metadata))
            .route("/jwks", get(metadata::jwks))
            .route(
                "/authorize",
                get(authorization::by_query).post(authorization::by_form),
            )
            .route("/consent", post(consent::decide))
            .route("/token", post(token_endpoint::token))
            .route("/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
            .route("/revoke", post(revocation::revoke))
            .route("/oauth1/request_token", post(oauth1::temporary_credentials))
            .route("/oauth1/authorize", get(oauth1::authorize))
            .route("/oauth1/consent", post(oauth1::decide))
            .route("/oauth1/access_token", post(oauth1::token_credentials))
            .route("/oauth1/key", post(oauth1::register_key))
            .route("/api/me", get(api::me))
            .route("/api/notes", get(api::notes).post(api::add_note))
            .route("/api/echo", any(api::echo))
            .route("/api/echo/{*rest}", any(api::echo))
            .fallback(pages::nothing_here)
            .layer(DefaultBodyLimit::max(bounds::FORM))
            .layer(axum::middleware::from_fn_with_state(self.0.clone(), guard::guard))
            .with_state(self.0.clone())
    }
}

impl fmt::Debug for Practice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Practice")
            .field("issuer", &self.0.issuer)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// The address of a path here.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Looks at the records as they are.
    pub(crate) async fn look<T>(&self, look: impl FnOnce(&Records) -> T) -> T {
        look(&*self.records.lock().await)
    }

    /// Changes the records; what has changed is durable before this returns.
    pub(crate) async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Records) -> T + Send + 'static,
    ) -> Result<T, NotKept> {
        let shared = self.clone();
        // A task of its own: whoever hangs up meanwhile does not leave memory and disk apart.
        tokio::spawn(async move { shared.change_here(change).await })
            .await
            .unwrap_or(Err(NotKept))
    }

    async fn change_here<T>(&self, change: impl FnOnce(&mut Records) -> T) -> Result<T, NotKept> {
        let mut records = self.records.lock().await;
        let mut changed = records.clone();
        let outcome = change(&mut changed);
        if changed != *records {
            let bytes = self.keys.with(&changed).map_err(|_| NotKept)?;
            (self.keep)(bytes).await?;
            *records = changed;
        }
        Ok(outcome)
    }
}

fn authority(issuer: &Issuer) -> Option<String> {
    let authority = issuer.as_str().strip_prefix("http://")?;
    let endpoint = Endpoint::parse(issuer.as_str()).ok()?;
    let numeric = authority.starts_with("127.0.0.1:") || authority.starts_with("[::1]:");
    let plain = endpoint
        .url()
        .port()
        .is_some_and(|port| authority.ends_with(&format!(":{port}")));
    (numeric && plain).then(|| authority.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_a_numeric_loopback_address_and_nothing_behind_it() {
        let of = |text: &str| authority(&Issuer::parse(text).unwrap());
        assert_eq!(of("http://127.0.0.1:8722").as_deref(), Some("127.0.0.1:8722"));
        assert_eq!(of("http://[::1]:1").as_deref(), Some("[::1]:1"));
        for bad in [
            "http://127.0.0.1:8722/",
            "http://127.0.0.1:8722/a",
            "http://localhost:8722",
            "http://127.0.0.1",
            "https://127.0.0.1:8722",
            "https://id.example:8722",
        ] {
            assert!(of(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn tokens_live_from_half_a_minute_to_a_year() {
        assert_eq!(Options::new(false, None), Ok(Options::default()));
        assert!(Options::new(true, Some(30)).is_ok() && Options::new(true, Some(31_536_000)).is_ok());
        assert!(Options::new(true, Some(29)).is_err() && Options::new(true, Some(31_536_001)).is_err());
    }
}
