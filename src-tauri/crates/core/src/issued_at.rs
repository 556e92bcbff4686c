//! Where a grant was issued, as the vault keeps it and as the protocol holds it against the profile (specs MD-10).

use keybelt_primitives::{Endpoint, Issuer};
use keybelt_protocol::oauth2::client::Destination;
use keybelt_vault::{IssuedAt, Part};

use crate::trouble::VaultTrouble;

/// As the vault keeps it.
pub(crate) fn issued_at(destination: &Destination) -> IssuedAt {
    IssuedAt {
        issuer: destination.issuer.as_ref().map(ToString::to_string),
        token_endpoint: destination.token_endpoint.as_str().to_owned(),
        refresh_endpoint: destination.refresh_endpoint.as_ref().map(ToString::to_string),
        client_id: destination.client_id.clone(),
    }
}

/// As the protocol reads it. What was stored had been checked; what no longer reads is damage.
pub(crate) fn destination(stored: &IssuedAt) -> Result<Destination, VaultTrouble> {
    let damaged = || VaultTrouble::Damaged {
        what: "where a grant was issued".to_owned(),
        part: Part::Account,
    };
    Ok(Destination {
        issuer: stored
            .issuer
            .as_deref()
            .map(Issuer::parse)
            .transpose()
            .map_err(|_| damaged())?,
        token_endpoint: Endpoint::parse(&stored.token_endpoint).map_err(|_| damaged())?,
        refresh_endpoint: stored
            .refresh_endpoint
            .as_deref()
            .map(Endpoint::parse)
            .transpose()
            .map_err(|_| damaged())?,
        client_id: stored.client_id.clone(),
    })
}
