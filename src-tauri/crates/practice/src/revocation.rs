use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};

use crate::client::authenticate;
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::server::Shared;
use crate::token::Presented;

/// The revocation endpoint (RFC 7009 §2). `token_type_hint` is not needed: a token says what it is.
pub(crate) async fn revoke(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let form =
        Parameters::of_form(&headers, &body).ok_or_else(|| Refusal::invalid_request("this is no form"))?;
    let client = authenticate(&headers, &form, &shared.keys.client_secret)?;
    let token = form
        .one("token")?
        .ok_or_else(|| Refusal::invalid_request("token is missing"))?;
    // What cannot be a token of ours is not good any more either (RFC 7009 §2.2).
    let Some(token) = Presented::parse(token) else {
        return Ok(StatusCode::OK);
    };
    let revoked = shared
        .change(move |records| records.grants.revoke(&token, client))
        .await;
    match revoked {
        Ok(Ok(())) => Ok(StatusCode::OK),
        Ok(Err(_)) => Err(Refusal::invalid_grant("the token was given to another client")),
        Err(_) => Err(Refusal::server_error()),
    }
}
