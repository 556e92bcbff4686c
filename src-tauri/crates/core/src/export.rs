//! Tokens in the forms that tools read, and how to set each of them up.

use keybelt_contract::{AccountName, Exposure};
use keybelt_primitives::Secret;
use keybelt_protocol::handover::{self, FORMATS};
use serde::Serialize;

use crate::Keybelt;
use crate::settings::nearest_word;
use crate::token::{self, TokenError, TokenWanted};

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// No such format.
    #[error("no format {format}")]
    UnknownFormat {
        /// What was asked for.
        format: String,
        /// The one that looks most like it.
        nearest: Option<String>,
    },
    /// There is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// One format, a line of `export --formats`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FormatSummary {
    /// Its name after `--to`.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// Where the token ends up.
    pub exposure: Exposure,
}

/// Every format, sorted by name.
pub fn formats() -> Vec<FormatSummary> {
    FORMATS
        .iter()
        .map(|format| FormatSummary {
            name: format.name,
            summary: format.summary,
            exposure: format.exposure,
        })
        .collect()
}

/// The account's token in one format, its receiver named in the ledger. Ends with a newline.
pub async fn export(
    keybelt: &Keybelt,
    account: &AccountName,
    format: &str,
    receiver: &str,
) -> Result<Secret<String>, ExportError> {
    let format = handover::format(format).ok_or_else(|| ExportError::UnknownFormat {
        format: format.to_owned(),
        nearest: nearest_word(FORMATS.iter().map(|format| format.name), format).map(str::to_owned),
    })?;
    let via = format!("export:{}", format.name);
    let wanted = TokenWanted {
        alone: !format.takes_pairs(),
        ..TokenWanted::for_receiver(receiver, via)
    };
    let grant = token::grant(keybelt, account, wanted).await?;
    format.written(&grant).ok_or_else(|| {
        let account = account.clone();
        TokenError::Oauth1 { account }.into()
    })
}
