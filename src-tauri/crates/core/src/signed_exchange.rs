//! A signed exchange of OAuth 1: sent, and where the server's clock is too far from ours, once more by its clock
//! (specs O1-14).

use keybelt_net::Conduct;
use keybelt_primitives::wire::{Request, Response};
use keybelt_primitives::{EntropyError, UnixSeconds};
use keybelt_protocol::oauth1::answer::AnswerError;
use keybelt_protocol::oauth1::clock;
use keybelt_protocol::oauth1::problem::{self, ProblemKind};
use keybelt_protocol::oauth1::signed_request::Signer;
use keybelt_protocol::oauth1::stamp::Stamp;
use keybelt_protocol::oauth2::error::OAuthError;

use crate::Keybelt;
use crate::said_back::Sent;
use crate::trouble::{AnswerTrouble, ExchangeTrouble};

/// The server's clock, as far as one link or request has come to know it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ServerClock {
    /// How many seconds it is ahead.
    ahead: i64,
}

/// Why nothing came back.
pub(crate) enum SignedTrouble<E> {
    /// The request could not be signed.
    Sign(E),
    /// No randomness for the nonce.
    Entropy(EntropyError),
    /// No answer.
    Exchange(ExchangeTrouble),
}

impl ServerClock {
    fn now(self, keybelt: &Keybelt) -> UnixSeconds {
        keybelt.now().plus(self.ahead)
    }
}

/// Sends what `sign` makes of a fresh stamp; every sending has a stamp of its own.
pub(crate) async fn send<E>(
    keybelt: &Keybelt,
    signer: &Signer,
    server: &mut ServerClock,
    conduct: Conduct,
    sign: impl Fn(&Stamp) -> Result<Request, E>,
) -> Result<Response, SignedTrouble<E>> {
    let response = once(keybelt, signer, *server, conduct, &sign).await?;
    let Some(ahead) = clock::offset(&response) else {
        return Ok(response);
    };
    if ahead == server.ahead {
        return Ok(response);
    }
    tracing::info!(
        ahead,
        "the server's clock is another; the request is signed by it"
    );
    server.ahead = ahead;
    once(keybelt, signer, *server, conduct, &sign).await
}

async fn once<E>(
    keybelt: &Keybelt,
    signer: &Signer,
    server: ServerClock,
    conduct: Conduct,
    sign: &impl Fn(&Stamp) -> Result<Request, E>,
) -> Result<Response, SignedTrouble<E>> {
    let stamp = Stamp::new(server.now(keybelt), keybelt.entropy()).map_err(SignedTrouble::Entropy)?;
    let request = sign(&stamp).map_err(SignedTrouble::Sign)?;
    // The server has the secret that signed as well, and may name it.
    let sent = Sent::of(&request).and(signer.key.secret());
    let response = keybelt
        .exchange(request, conduct)
        .await
        .map_err(SignedTrouble::Exchange)?;
    // A good answer may name what it renews; a refusal is only shown.
    Ok(if response.status < 400 {
        response
    } else {
        sent.withheld_from(response)
    })
}

/// What another answer than credentials comes to.
pub(crate) fn of_answer(error: AnswerError) -> AnswerTrouble {
    match error {
        AnswerError::Refused { status, problem } => of_refusal(status, problem),
        AnswerError::Unavailable { status, retry_after } => AnswerTrouble::Unavailable {
            status,
            wait: retry_after,
        },
        AnswerError::RateLimited { retry_after } => AnswerTrouble::RateLimited { wait: retry_after },
        error @ (AnswerError::Redirected { .. }
        | AnswerError::UnexpectedStatus { .. }
        | AnswerError::NotForm { .. }
        | AnswerError::TooLarge
        | AnswerError::Duplicate { .. }
        | AnswerError::Missing(_)
        | AnswerError::Unprintable(_)
        | AnswerError::Unconfirmed) => AnswerTrouble::Invalid {
            detail: error.to_string(),
        },
    }
}

fn of_refusal(status: u16, problem: Option<OAuthError>) -> AnswerTrouble {
    let kind = problem.as_ref().map(problem::kind);
    let (code, description) = match problem {
        Some(problem) => (problem.code, problem.description),
        None => (format!("HTTP {status}"), None),
    };
    match kind {
        Some(ProblemKind::Client) => AnswerTrouble::SignatureRefused { code, description },
        // Servers that say nothing say so by the status (RFC 5849 §3.2).
        None if status == 401 => AnswerTrouble::SignatureRefused { code, description },
        Some(ProblemKind::Declined | ProblemKind::Token | ProblemKind::Timestamp | ProblemKind::Other)
        | None => AnswerTrouble::Refused { code, description },
    }
}
