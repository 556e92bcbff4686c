//! The last answer of an API, kept here while the window shows it: what is not drawn can still be saved.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keybelt_contract::{ApiResponse, Failure, FailureCode};
use keybelt_core::request::ApiAnswer;
use tokio::sync::Notify;

/// The last answer, and the way to stop waiting for the next.
#[derive(Default)]
pub struct Responses {
    last: Mutex<Last>,
    stop: Notify,
}

#[derive(Default)]
struct Last {
    id: u32,
    answer: Option<ApiAnswer>,
}

impl Responses {
    /// Waits for an answer, unless the person stops it.
    pub async fn wait<E>(
        &self,
        answer: impl Future<Output = Result<ApiAnswer, E>>,
    ) -> Result<ApiAnswer, Failure>
    where
        Failure: From<E>,
    {
        tokio::select! {
            answer = answer => Ok(answer?),
            () = self.stop.notified() => Err(Failure {
                code: FailureCode::Cancelled,
                message: "You stopped it.".to_owned(),
                hint: "The request may have arrived.".to_owned(),
            }),
        }
    }

    /// Stops waiting.
    pub fn stop(&self) {
        self.stop.notify_waiters();
    }

    /// Keeps an answer in the place of the one before, and gives what is shown of it.
    pub fn keep(&self, answer: ApiAnswer) -> ApiResponse {
        let mut last = self.last();
        last.id = last.id.wrapping_add(1);
        let shown = answer.shown(last.id);
        last.answer = Some(answer);
        shown
    }

    /// Takes the answer of this number out, to be saved; put it back with [`put_back`](Self::put_back).
    pub fn take(&self, id: u32) -> Option<ApiAnswer> {
        let mut last = self.last();
        if last.id == id { last.answer.take() } else { None }
    }

    /// Puts an answer back, unless another came meanwhile.
    pub fn put_back(&self, id: u32, answer: ApiAnswer) {
        let mut last = self.last();
        if last.id == id {
            last.answer = Some(answer);
        }
    }

    /// Forgets it: the vault is locked.
    pub fn forget(&self) {
        self.stop();
        let mut last = self.last();
        last.id = last.id.wrapping_add(1);
        last.answer = None;
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        // Nothing in here can be left half-done.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use keybelt_core::request::RequestError;

    use super::*;

    fn answer(body: &str) -> ApiAnswer {
        ApiAnswer {
            status: 200,
            reason: "OK",
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
            host: "api.example".to_owned(),
            millis: 1,
            unfollowed: None,
            not_renewed: None,
            may_refresh: false,
            file_name: "me.json".to_owned(),
            lacking_scopes: None,
        }
    }

    #[test]
    fn the_last_answer_alone_can_be_saved_until_the_vault_is_locked() {
        let responses = Responses::default();
        let first = responses.keep(answer("1"));
        let second = responses.keep(answer("2"));
        assert!(responses.take(first.id).is_none());
        let taken = responses.take(second.id).unwrap();
        assert_eq!(taken.body, b"2");
        responses.put_back(second.id, taken);
        responses.forget();
        assert!(responses.take(second.id).is_none());
    }

    #[tokio::test]
    async fn who_stops_waiting_is_told_so() {
        let responses = Responses::default();
        let waiting = responses.wait(pending::<Result<ApiAnswer, RequestError>>());
        let stopping = async {
            tokio::task::yield_now().await;
            responses.stop();
        };
        let (stopped, ()) = tokio::join!(waiting, stopping);
        assert_eq!(
            stopped.err().map(|failure| failure.code),
            Some(FailureCode::Cancelled)
        );
        assert!(
            responses
                .wait(ready(Ok::<_, RequestError>(answer("1"))))
                .await
                .is_ok()
        );
    }
}
