//! HMAC-SHA256: RFC 5849 §3.4.2 with the other hash (specs O1-26), as a signer beside the library's own.

use std::fmt::{self, Display, Write};

use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use oauth1_request::signature_method::{Sign, SignatureMethod};
use zeroize::Zeroizing;

use super::encoding::encode;

/// The signature method `HMAC-SHA256`.
pub(super) struct HmacSha256;

/// It takes the base string in, piece by piece.
pub(super) struct HmacSha256Sign(Context);

impl SignatureMethod for HmacSha256 {
    type Sign = HmacSha256Sign;

    fn sign_with(self, client_secret: &str, token_secret: Option<&str>) -> HmacSha256Sign {
        let client = encode(client_secret.as_bytes());
        let token = encode(token_secret.unwrap_or_default().as_bytes());
        let mut key = Zeroizing::new(Vec::with_capacity(client.len() + 1 + token.len()));
        key.extend_from_slice(client.as_bytes());
        key.push(b'&');
        key.extend_from_slice(token.as_bytes());
        HmacSha256Sign(Context::with_key(&Key::new(HMAC_SHA256, &key)))
    }
}

impl HmacSha256Sign {
    /// As it is shown, without a copy that would have to be wiped.
    fn take(&mut self, shown: impl Display) {
        // The hash takes whatever comes.
        let _ = write!(self, "{shown}");
    }
}

impl Write for HmacSha256Sign {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

impl Sign for HmacSha256Sign {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        "HMAC-SHA256"
    }

    fn request_method(&mut self, method: &str) {
        self.0.update(method.as_bytes());
        self.0.update(b"&");
    }

    fn uri<T: Display>(&mut self, uri: T) {
        self.take(uri);
        self.0.update(b"&");
    }

    fn parameter<V: Display>(&mut self, name: &str, value: V) {
        self.0.update(name.as_bytes());
        self.0.update(b"%3D");
        self.take(value);
    }

    fn delimiter(&mut self) {
        self.0.update(b"%26");
    }

    /// Base64, percent-encoded, as the trait asks.
    fn end(self) -> String {
        encode(BASE64_STANDARD.encode(self.0.sign()).as_bytes()).to_string()
    }
}
