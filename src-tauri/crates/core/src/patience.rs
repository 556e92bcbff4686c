//! Addresses that asked not to be asked again before a moment (RFC 9110 §10.2.3, specs H-09): kept sealed in the vault, so
//! that the next command keeps it too. What a refresh is asked to wait, its account keeps by itself.

use std::sync::Arc;
use std::time::Duration;

use keybelt_net::Conduct;
use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{Endpoint, Secret, UnixSeconds, bounds};
use keybelt_protocol::oauth2::retry_after::retry_after;
use keybelt_vault::Vault;

use crate::Keybelt;
use crate::trouble::ExchangeTrouble;

impl Keybelt {
    /// Sends a request, unless its address asked to be left alone for now; and keeps it where it asks so.
    pub(crate) async fn exchange_patiently(
        &self,
        request: Request,
        conduct: Conduct,
    ) -> Result<Response, ExchangeTrouble> {
        let url = request.url.clone();
        if let Some(wait) = self.asked_to_wait(&url).await {
            let host = url.url().host_str().unwrap_or_default().to_owned();
            return Err(ExchangeTrouble::AskedToWait { host, wait });
        }
        let response = self.exchange(request, conduct).await?;
        self.keep_asked_to_wait(&url, &response).await;
        Ok(response)
    }

    /// How much longer an address asked to be left alone.
    pub(crate) async fn asked_to_wait(&self, url: &Endpoint) -> Option<Duration> {
        let vault = self.door().current()?;
        let name = name(url);
        let kept = self.door().run(&vault, move |vault| vault.blob(&name)).await;
        let until = UnixSeconds(number(&kept.ok()??)?);
        let wait = u64::try_from(until.since(self.now()))
            .ok()
            .filter(|wait| *wait > 0)?;
        // A moment beyond the longest wait was written by a clock that went wrong.
        Some(Duration::from_secs(wait)).filter(|wait| *wait <= bounds::RETRY_AFTER + Duration::from_secs(1))
    }

    /// Keeps how long an address asked to be left alone, where its answer says so.
    pub(crate) async fn keep_asked_to_wait(&self, url: &Endpoint, response: &Response) {
        if !matches!(response.status, 429 | 503) {
            return;
        }
        let wait = retry_after(&response.headers, self.now()).filter(|wait| !wait.is_zero());
        let (Some(wait), Some(vault)) = (wait, self.door().current()) else {
            return;
        };
        // A second begun counts whole: better late than sooner than asked.
        let until = self.now_millis().plus(wait).seconds().plus(1);
        if let Err(trouble) = keep(self, &vault, url, until).await {
            tracing::warn!(%trouble, "that a server asked to wait is not kept");
        }
    }
}

async fn keep(
    keybelt: &Keybelt,
    vault: &Arc<Vault>,
    url: &Endpoint,
    until: UnixSeconds,
) -> Result<(), crate::VaultTrouble> {
    let (name, content) = (name(url), Secret::new(until.0.to_string().into_bytes()));
    keybelt
        .door()
        .run(vault, move |vault| vault.put_blob(&name, &content))
        .await
}

/// Without its query, which may bear a token.
fn name(url: &Endpoint) -> String {
    let mut address = url.url().clone();
    address.set_query(None);
    format!("retry-after {address}")
}

#[expect(clippy::disallowed_methods, reason = "what was kept is a time")]
fn number(kept: &Secret<Vec<u8>>) -> Option<i64> {
    std::str::from_utf8(kept.expose()).ok()?.parse().ok()
}
