//! A request, signed (RFC 5849 §3).

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{EndpointError, Secret};

use super::base_string::{BaseString, Encoded, own_parameters};
use super::body_hash::body_hash;
use super::encoding::{Piece, encode_piece};
use super::placement::{self, Parameter, Placement, Realm};
use super::signature::{SignatureMethod, SigningKey};
use super::stamp::Stamp;

const FORM: &str = "application/x-www-form-urlencoded";

/// Parameters that are ours to set, once and in one place (RFC 5849 §3.1, §2, OAuth Request Body Hash draft 4,
/// OAuth Session draft 1).
const PROTOCOL: &[&str] = &[
    "oauth_body_hash",
    "oauth_callback",
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_session_handle",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_token",
    "oauth_verifier",
    "oauth_version",
];

/// Token or temporary credentials (RFC 5849 §1.1). Both halves are secrets (specs O1-36).
pub struct Credentials {
    /// `oauth_token`.
    pub token: Secret<String>,
    /// `oauth_token_secret`; may be empty.
    pub secret: Secret<String>,
}

/// Who signs, and how: the client's half of every signed request.
pub struct Signer {
    /// `oauth_consumer_key`.
    pub consumer_key: String,
    /// The method with its key.
    pub key: SigningKey,
    /// Where the parameters go.
    pub placement: Placement,
    /// The realm, which goes into the header only.
    pub realm: Option<Realm>,
    /// Whether bodies that are no forms are covered by `oauth_body_hash`.
    pub body_hash: bool,
    /// Whether PLAINTEXT may go to this machine's loopback without TLS.
    pub plaintext_on_loopback: bool,
}

/// Why a request is not signed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignError {
    /// PLAINTEXT without TLS (RFC 5849 §3.4.4).
    #[error("PLAINTEXT sends the secrets as they are, and the address has no TLS")]
    PlaintextUnprotected,
    /// The request sets a parameter itself that signing sets (RFC 5849 §3.5).
    #[error("the request sets {0} itself")]
    OwnParameter(&'static str),
    /// The request has an `Authorization` header already.
    #[error("the request has an Authorization header of its own")]
    OwnAuthorization,
    /// The request says twice of which kind its body is.
    #[error("the request has more than one Content-Type")]
    ContentTypeTwice,
    /// With the parameters in its query the address is no longer one.
    #[error("the signed address: {0}")]
    Address(EndpointError),
    /// A parameter that no header can carry: a defect, since everything is encoded.
    #[error("the Authorization header cannot be written")]
    Header,
}

impl Signer {
    /// Signs a request to the API, as it stands: nothing of it is written anew, the parameters are added to it.
    pub fn sign(
        &self,
        request: Request,
        credentials: Option<&Credentials>,
        stamp: &Stamp,
    ) -> Result<Request, SignError> {
        self.sign_with(request, credentials, stamp, &[])
    }

    /// Signs a request with further protocol parameters: `oauth_callback`, `oauth_verifier`, `oauth_session_handle`.
    pub(super) fn sign_with(
        &self,
        request: Request,
        credentials: Option<&Credentials>,
        stamp: &Stamp,
        further: &[(&'static str, &str)],
    ) -> Result<Request, SignError> {
        let method = self.key.method();
        if method == SignatureMethod::Plaintext
            && request.url.is_plain_loopback()
            && !self.plaintext_on_loopback
        {
            return Err(SignError::PlaintextUnprotected);
        }
        let kind = kind(&request)?;
        let placement = effective(self.placement, kind, &request.method);
        let body = opened(&request);
        let form_body = (kind == Kind::Form).then_some(body);
        let own = own_parameters(request.url.url(), form_body);
        refuse_own(&request, &own)?;

        let hash = (self.body_hash && kind != Kind::Form && placement != Placement::Body)
            .then(|| body_hash(method, body))
            .flatten();
        let mut parameters = self.parameters(credentials, stamp, further, hash.as_deref());
        let base = BaseString::new(&request.method, request.url.url(), &own, &parameters);
        let signature = self
            .key
            .sign(&base, credentials.map(|credentials| &credentials.secret));
        drop(own);
        parameters.push(("oauth_signature", signature));
        place(request, placement, self.realm.as_ref(), &parameters)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the token is sent in the signed request"
    )]
    fn parameters<'a>(
        &'a self,
        credentials: Option<&'a Credentials>,
        stamp: &'a Stamp,
        further: &[(&'static str, &'a str)],
        hash: Option<&'a str>,
    ) -> Vec<Parameter<'a>> {
        // Room for the signature, and for what only some have.
        let mut parameters = Vec::with_capacity(8 + further.len());
        // In the order that they are signed in, so that little is left to sort.
        parameters.push(("oauth_consumer_key", encode_piece(&self.consumer_key)));
        parameters.push(("oauth_nonce", encode_piece(&stamp.nonce)));
        parameters.push(("oauth_signature_method", Piece::Same(self.key.method().name())));
        parameters.push(("oauth_timestamp", Piece::Same(&stamp.timestamp)));
        if let Some(credentials) = credentials {
            parameters.push(("oauth_token", encode_piece(credentials.token.expose())));
        }
        parameters.push(("oauth_version", Piece::Same("1.0")));
        parameters.extend(further.iter().map(|(name, value)| (*name, encode_piece(value))));
        parameters.extend(hash.map(|hash| ("oauth_body_hash", encode_piece(hash))));
        parameters
    }
}

/// What a request's body is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    /// There is none, and nothing is said of one.
    None,
    /// A form, whose fields are signed (RFC 5849 §3.4.1.3.1); perhaps an empty one.
    Form,
    /// Anything else, which is not signed.
    Other,
}

fn kind(request: &Request) -> Result<Kind, SignError> {
    let mut said = request.headers.iter().filter(|(name, _)| name == CONTENT_TYPE);
    let first = said.next();
    if said.next().is_some() {
        return Err(SignError::ContentTypeTwice);
    }
    let media_type = first
        .and_then(|(_, value)| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if media_type.eq_ignore_ascii_case(FORM) {
        Ok(Kind::Form)
    } else if first.is_none() && request.body.as_ref().is_none_or(|body| body.is_empty()) {
        Ok(Kind::None)
    } else {
        Ok(Kind::Other)
    }
}

/// The body carries the parameters only where it is a form, or may become one (RFC 5849 §3.5.2).
fn effective(wanted: Placement, kind: Kind, method: &Method) -> Placement {
    let takes_a_form = match kind {
        Kind::Form => true,
        Kind::None => matches!(*method, Method::POST | Method::PUT | Method::PATCH),
        Kind::Other => false,
    };
    match wanted {
        Placement::Body if !takes_a_form => Placement::Header,
        other => other,
    }
}

#[expect(clippy::disallowed_methods, reason = "the body is what is signed")]
fn opened(request: &Request) -> &[u8] {
    request.body.as_ref().map_or(&[][..], |body| body.expose())
}

fn refuse_own(request: &Request, parameters: &[Encoded<'_>]) -> Result<(), SignError> {
    if request.headers.iter().any(|(name, _)| name == AUTHORIZATION) {
        return Err(SignError::OwnAuthorization);
    }
    for (name, _) in parameters.iter().filter(|(name, _)| name.starts_with("oauth_")) {
        // No name of ours changes by being encoded.
        if let Some(ours) = PROTOCOL.iter().find(|ours| ***ours == **name) {
            return Err(SignError::OwnParameter(ours));
        }
    }
    Ok(())
}

fn place(
    mut request: Request,
    placement: Placement,
    realm: Option<&Realm>,
    parameters: &[Parameter<'_>],
) -> Result<Request, SignError> {
    match placement {
        Placement::Header => {
            let text = placement::header(realm, parameters);
            let mut value = HeaderValue::try_from(text).map_err(|_| SignError::Header)?;
            value.set_sensitive(true);
            request.headers.push((AUTHORIZATION, value));
        }
        Placement::Body => {
            request.body = Some(placement::body(opened(&request), parameters));
            // Of the body as it was.
            request.headers.retain(|(name, _)| name != CONTENT_LENGTH);
            if !request.headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
                request
                    .headers
                    .push((CONTENT_TYPE, HeaderValue::from_static(FORM)));
            }
        }
        Placement::Query => {
            request.url = placement::query(&request.url, parameters).map_err(SignError::Address)?;
        }
    }
    Ok(request)
}

#[cfg(test)]
mod tests;
