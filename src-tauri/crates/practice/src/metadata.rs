use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CACHE_CONTROL;
use serde_json::json;

use crate::scope::Scope;
use crate::server::Shared;

/// Short: a provider that starts anew at the same address with another vault has another key.
const CACHED: [(http::HeaderName, &str); 1] = [(CACHE_CONTROL, "max-age=60")];

/// The server's metadata, the same document at both well-known addresses (RFC 8414 §2, OpenID Connect Discovery 1.0
/// §3).
pub(crate) async fn metadata(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let methods = ["none", "client_secret_basic", "client_secret_post"];
    let document = json!({
        "issuer": shared.issuer,
        "authorization_endpoint": shared.address("/authorize"),
        "token_endpoint": shared.address("/token"),
        "userinfo_endpoint": shared.address("/userinfo"),
        "revocation_endpoint": shared.address("/revoke"),
        "jwks_uri": shared.address("/jwks"),
        "scopes_supported": Scope::ALL.map(Scope::name),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "authorization_response_iss_parameter_supported": true,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "given_name", "family_name",
            "preferred_username", "locale", "zoneinfo", "email", "email_verified",
        ],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
    });
    (CACHED, Json(document))
}

/// The public keys (RFC 7517 §5).
pub(crate) async fn jwks(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    (CACHED, Json(json!({ "keys": [shared.keys.signing.jwk()] })))
}
