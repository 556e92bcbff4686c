use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use keybelt_primitives::UnixSeconds;
use serde_json::json;

/// Why a signed request is refused, by the names of the Problem Reporting extension.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Problem {
    ConsumerKeyUnknown,
    NonceUsed,
    ParameterAbsent,
    ParameterRejected,
    PermissionUnknown,
    SignatureInvalid,
    SignatureMethodRejected,
    TimestampRefused(UnixSeconds),
    TokenRejected,
    VerifierInvalid,
    VersionRejected,
}

/// How far a timestamp may be from our clock, in seconds (RFC 5849 §3.3).
pub(super) const SKEW: i64 = 300;

impl Problem {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ConsumerKeyUnknown => "consumer_key_unknown",
            Self::NonceUsed => "nonce_used",
            Self::ParameterAbsent => "parameter_absent",
            Self::ParameterRejected => "parameter_rejected",
            Self::PermissionUnknown => "permission_unknown",
            Self::SignatureInvalid => "signature_invalid",
            Self::SignatureMethodRejected => "signature_method_rejected",
            Self::TimestampRefused(_) => "timestamp_refused",
            Self::TokenRejected => "token_rejected",
            Self::VerifierInvalid => "verifier_invalid",
            Self::VersionRejected => "version_rejected",
        }
    }

    /// 400 for what cannot be read, 401 for what does not prove itself (RFC 5849 §3.2).
    fn status(self) -> StatusCode {
        match self {
            Self::ParameterAbsent
            | Self::ParameterRejected
            | Self::SignatureMethodRejected
            | Self::VersionRejected => StatusCode::BAD_REQUEST,
            Self::ConsumerKeyUnknown
            | Self::NonceUsed
            | Self::PermissionUnknown
            | Self::SignatureInvalid
            | Self::TimestampRefused(_)
            | Self::TokenRejected
            | Self::VerifierInvalid => StatusCode::UNAUTHORIZED,
        }
    }
}

/// A refusal that goes out as JSON: what the API says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ProblemError(pub(crate) Problem);

/// A refusal that goes out as a form: what the endpoints of the flow say, as all their answers are forms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum EndpointError {
    Problem(Problem),
    /// This provider could not do its part.
    Defect,
}

impl From<Problem> for ProblemError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Problem> for EndpointError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for ProblemError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.0.name() }));
        challenged(self.0, (self.0.status(), body).into_response())
    }
}

impl IntoResponse for EndpointError {
    fn into_response(self) -> Response {
        let Self::Problem(problem) = self else {
            return (
                StatusCode::INTERNAL_SERVER_ERROR,
                form(&[("error", "server_error")]),
            )
                .into_response();
        };
        let range = match problem {
            Problem::TimestampRefused(now) => Some(format!("{}-{}", now.0 - SKEW, now.0 + SKEW)),
            _ => None,
        };
        let mut said = vec![("oauth_problem", problem.name())];
        said.extend(
            range
                .as_deref()
                .map(|range| ("oauth_acceptable_timestamps", range)),
        );
        challenged(problem, (problem.status(), form(&said)).into_response())
    }
}

/// A form as an answer.
pub(super) fn form(pairs: &[(&str, &str)]) -> impl IntoResponse + use<> {
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    (
        [(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")],
        text,
    )
}

fn challenged(problem: Problem, mut response: Response) -> Response {
    if response.status() == StatusCode::UNAUTHORIZED {
        let challenge = format!("OAuth realm=\"practice\", oauth_problem=\"{}\"", problem.name());
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
    }
    response
}
