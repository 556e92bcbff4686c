//! The account's token on its way into a request.

use keybelt_primitives::wire::Request;
use keybelt_primitives::{Secret, UnixMillis};
use keybelt_protocol::oauth2::bearer::{self, BearError, TokenPlacement};

use super::Subject;
use crate::Keybelt;
use crate::registry;
use crate::token::{self, TokenError, TokenWanted};

/// A fresh token, and how a request carries it.
pub(super) struct Credential {
    /// When it was obtained.
    pub(super) obtained_at: UnixMillis,
    access_token: Secret<String>,
    placement: TokenPlacement,
}

impl Credential {
    /// The account's token, its receiver named in the ledger.
    pub(super) async fn fresh(
        keybelt: &Keybelt,
        subject: &Subject,
        wanted: TokenWanted,
    ) -> Result<Self, TokenError> {
        let layers = registry::layers(&subject.profile);
        let placement = layers
            .text("client_kwargs.token_placement")
            .and_then(TokenPlacement::parse);
        let (account, tokens) = token::hand_over(keybelt, &subject.account.name, wanted).await?;
        Ok(Self {
            obtained_at: account.obtained_at,
            access_token: tokens.access_token,
            placement: placement.unwrap_or_default(),
        })
    }

    /// Puts the token into the request, which goes out as it then is.
    pub(super) fn dress(&self, request: Request) -> Result<Request, BearError> {
        bearer::bear(request, &self.access_token, self.placement)
    }

    /// What no answer may show.
    pub(super) fn secrets(&self) -> Vec<&Secret<String>> {
        vec![&self.access_token]
    }
}
