use std::time::Duration;

use keybelt_contract::{Failure, FailureCode as Code};

use super::{defect, failure, provider_text};
use crate::trouble::{AnswerTrouble, ExchangeTrouble};

const TRY_LATER: &str = "Try again later. Nothing that is stored was changed.";

impl From<ExchangeTrouble> for Failure {
    fn from(trouble: ExchangeTrouble) -> Self {
        match trouble {
            ExchangeTrouble::TimedOut { host } => failure(
                Code::Network,
                format!("The server {host} did not answer in time."),
                TRY_LATER,
            ),
            ExchangeTrouble::Unreachable { host } => failure(
                Code::Network,
                format!("The server {host} cannot be reached."),
                if keybelt_practice::USUAL_ISSUER.ends_with(&format!("/{host}")) {
                    "That is the practice provider: `keybelt practice` starts it, and the window does when it opens. \
                     Nothing that is stored was changed."
                } else {
                    "Check the connection and the address, then try again. Nothing that is stored was changed."
                },
            ),
            ExchangeTrouble::Lost { host } => failure(
                Code::Network,
                format!("The connection to {host} broke off."),
                TRY_LATER,
            ),
            ExchangeTrouble::Tls { host } => failure(
                Code::Network,
                format!("No secure connection to {host}: its certificate does not hold."),
                "Check the computer's clock and the address. Keybelt does not go on without a valid certificate.",
            ),
            ExchangeTrouble::TooLarge { host } => failure(
                Code::InvalidResponse,
                format!("The server {host} sent more than Keybelt takes."),
                "Check the address in the profile; it may be a page for people.",
            ),
            ExchangeTrouble::Redirect { host } => failure(
                Code::InvalidResponse,
                format!("The server {host} redirected where Keybelt does not follow."),
                "Check the address in the profile: it must be the endpoint itself.",
            ),
            ExchangeTrouble::Garbled { host } => failure(
                Code::InvalidResponse,
                format!("The server {host} sent something that is no HTTP answer."),
                "Check the address in the profile.",
            ),
            ExchangeTrouble::AskedToWait { host, wait } => failure(
                Code::RateLimited,
                format!("The server {host} asked Keybelt to wait."),
                try_again_in(wait),
            ),
            ExchangeTrouble::Defect(what) => defect(&what),
        }
    }
}

impl From<AnswerTrouble> for Failure {
    fn from(trouble: AnswerTrouble) -> Self {
        match trouble {
            AnswerTrouble::Exchange(exchange) => exchange.into(),
            AnswerTrouble::Refused { code, description } => failure(
                Code::ProviderError,
                said("The provider refused", &code, description.as_deref()),
                hint_for(&code),
            ),
            AnswerTrouble::ClientRefused { code, description } => failure(
                Code::ProviderError,
                said("The provider refused this client", &code, description.as_deref()),
                "Check the profile's client id and client secret, and its `client_kwargs.token_endpoint_auth_method`.",
            ),
            AnswerTrouble::SignatureRefused { code, description } => failure(
                Code::ProviderError,
                said(
                    "The provider refused the signed request",
                    &code,
                    description.as_deref(),
                ),
                "Check the profile's client id and client secret (for RSA-SHA1, the key that is registered), and its `client_kwargs.signature_method`.",
            ),
            AnswerTrouble::Unavailable { status, .. } => failure(
                Code::ProviderUnavailable,
                format!("The provider cannot answer now (HTTP {status})."),
                TRY_LATER,
            ),
            AnswerTrouble::RateLimited { wait } => failure(
                Code::RateLimited,
                "The provider asked Keybelt to wait.",
                try_again_in(wait),
            ),
            AnswerTrouble::Invalid { detail } => failure(
                Code::InvalidResponse,
                format!(
                    "The provider's answer cannot be used: {}.",
                    provider_text(&detail)
                ),
                "Check the endpoints in the profile. If they are right, the provider does not follow its specification.",
            ),
        }
    }
}

/// Specs W-28: said and offered, never done by itself.
pub(super) const PERHAPS_PKCE: &str = "Check the profile. A server that does not know PKCE refuses it in this way too: if yours is one, set `client_kwargs.code_challenge_method` to none.";

fn try_again_in(wait: Duration) -> String {
    format!("Try again in {} seconds.", wait.as_secs().max(1))
}

pub(super) fn said(what: &str, code: &str, description: Option<&str>) -> String {
    let code = provider_text(code);
    match description {
        Some(description) => format!("{what}: {code} ({}).", provider_text(description)),
        None => format!("{what}: {code}."),
    }
}

fn hint_for(code: &str) -> &'static str {
    match code {
        "timestamp_refused" => "Set this computer's clock, then start again.",
        "invalid_grant" => "Start the link again.",
        "invalid_scope" => "Ask for scopes that this client may have.",
        "invalid_target" => "Correct `resource` in the profile.",
        "unsupported_grant_type" | "unsupported_response_type" => {
            "Allow the authorization code grant for this client at the provider."
        }
        "invalid_request" => PERHAPS_PKCE,
        _ => "See what the provider says about this, and check the profile.",
    }
}
