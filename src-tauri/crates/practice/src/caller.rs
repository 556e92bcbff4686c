use std::sync::Arc;

use axum::response::{IntoResponse, Response};

use crate::bearer::{BearerError, bearer};
use crate::oauth1::{self, Asked, Problem, ProblemError};
use crate::people::Person;
use crate::scope::{Scope, Scopes};
use crate::server::Shared;

/// Who calls the API, by either protocol.
pub(crate) struct Caller {
    pub(crate) person: &'static Person,
    pub(crate) scopes: Scopes,
    /// `Bearer`, or the method of an OAuth 1 signature.
    pub(crate) by: &'static str,
}

/// Why nobody is let in.
pub(crate) enum CallerError {
    Bearer(BearerError),
    Signed(ProblemError),
}

/// What token credentials of OAuth 1 open, which knows no scopes: all that there is to see.
const SIGNED: [Scope; 4] = [Scope::Openid, Scope::Profile, Scope::Email, Scope::Notes];

/// Lets somebody in who bears a token or signed the request, and may do what is `needed`.
pub(crate) async fn caller(
    shared: &Arc<Shared>,
    asked: &Asked,
    needed: Option<Scope>,
) -> Result<Caller, CallerError> {
    if let Some(signed) = oauth1::read(shared, asked)? {
        let person = oauth1::signer(shared, &signed)
            .await
            .map_err(CallerError::Signed)?;
        return Ok(Caller {
            person,
            scopes: SIGNED.into_iter().collect(),
            by: signed.method().name(),
        });
    }
    let (allowed, scopes) = bearer(shared, &asked.headers, needed)
        .await
        .map_err(CallerError::Bearer)?;
    let person = Person::of(&allowed.person).ok_or(CallerError::Bearer(BearerError::Invalid))?;
    Ok(Caller {
        person,
        scopes,
        by: "Bearer",
    })
}

impl From<Problem> for CallerError {
    fn from(problem: Problem) -> Self {
        Self::Signed(problem.into())
    }
}

impl IntoResponse for CallerError {
    fn into_response(self) -> Response {
        match self {
            Self::Bearer(error) => error.into_response(),
            Self::Signed(error) => error.into_response(),
        }
    }
}
