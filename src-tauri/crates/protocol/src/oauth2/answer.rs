use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthorizationCode, ClientId, HttpRequest, HttpResponse, RefreshToken, Scope,
    StandardRevocableToken, SyncHttpClient, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A token answer after normalising: strictly what RFC 6749 §5.1 says, and an ID token. The library's types neither
/// hide nor wipe what they hold, so the members are moved out of them on receipt.
#[derive(Deserialize, Serialize)]
pub(super) struct Answer {
    pub(super) access_token: AccessToken,
    pub(super) token_type: BasicTokenType,
    pub(super) refresh_token: Option<RefreshToken>,
    pub(super) id_token: Option<String>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Answer")
    }
}

impl TokenResponse for Answer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        None
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

/// The library's HTTP client on the way back: it gives the answer that has already come.
struct Replay(Cell<Vec<u8>>);

/// Nothing here can fail, but the library asks for a type.
#[derive(Debug, thiserror::Error)]
#[error("the answer cannot be replayed")]
struct NotReplayed;

impl SyncHttpClient for Replay {
    type Error = NotReplayed;

    fn call(&self, _: HttpRequest) -> Result<HttpResponse, NotReplayed> {
        let mut response = HttpResponse::new(self.0.take());
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(response)
    }
}

/// Lets the library read an answer that has been normalised. `None`: it is no token answer.
pub(super) fn replay(normalised: &Map<String, Value>) -> Option<Answer> {
    // Room enough that the tokens are not left behind by a buffer that grows; the library drops it unwiped.
    let mut body = Vec::with_capacity(64 << 10);
    serde_json::to_writer(&mut body, normalised).ok()?;
    // It asks for an address although nothing is sent.
    let library = AnyClient::new(ClientId::new(String::new()))
        .set_token_uri(TokenUrl::new("https://token.invalid/".to_owned()).ok()?);
    library
        .exchange_code(AuthorizationCode::new(String::new()))
        .request(&Replay(Cell::new(body)))
        .ok()
}

type AnyClient = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;
