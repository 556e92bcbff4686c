//! The signature base string (RFC 5849 §3.4.1).

use std::borrow::Cow;
use std::fmt::Display;

use http::Method;
use oauth1_request::signature_method::Sign;
use url::{Position, Url};
use zeroize::Zeroizing;

use super::encoding::{Piece, encode, encoded, form_encoded, text_encoded};
use super::placement::Parameter;

/// What is signed of a request, before it is one text.
///
/// The library that signs has a serializer of its own, but that takes no value that comes twice, no name that must be
/// encoded, no query of the address itself, and writes the request anew instead of signing the one that is sent
/// (specs O1-23). So the parameters are gathered here, and fed to the library's signers.
pub struct BaseString<'a> {
    method: Cow<'a, str>,
    uri: &'a str,
    /// Encoded once and sorted (§3.4.1.3.2).
    parameters: Vec<Sent<'a>>,
}

/// A parameter, encoded once; in the order of its name and value.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Sent<'a> {
    name: &'a str,
    value: &'a str,
    /// Whether there is a `%` in either: all else stays as it is when it is encoded again.
    has_escapes: bool,
}

/// A parameter of a request, encoded once.
pub(super) type Encoded<'a> = (Piece<'a, str>, Piece<'a, str>);

/// A request's own parameters: those of its address and of its body, if that is a form.
pub(super) fn own_parameters<'a>(url: &'a Url, form_body: Option<&'a [u8]>) -> Vec<Encoded<'a>> {
    let mut own = Vec::with_capacity(8);
    own.extend(url.query().into_iter().flat_map(text_encoded));
    own.extend(form_body.into_iter().flat_map(form_encoded));
    own
}

impl<'a> BaseString<'a> {
    /// Of a request's method and address as they are sent, its own parameters, and the protocol parameters (all but
    /// `realm` and `oauth_signature`), wherever they go (§3.4.1.3.1).
    pub(super) fn new(
        method: &'a Method,
        url: &'a Url,
        own: &'a [Encoded<'_>],
        protocol: &'a [Parameter<'_>],
    ) -> Self {
        let mut parameters = Vec::with_capacity(own.len() + protocol.len());
        parameters.extend(own.iter().map(|(name, value)| Sent {
            name,
            value,
            has_escapes: name.contains('%') || value.contains('%'),
        }));
        parameters.extend(protocol.iter().map(|(name, value)| Sent {
            name,
            value,
            has_escapes: !matches!(value, Piece::Same(_)),
        }));
        parameters.sort_unstable();
        let method = method.as_str();
        Self {
            method: if method.bytes().any(|octet| octet.is_ascii_lowercase()) {
                Cow::Owned(method.to_ascii_uppercase())
            } else {
                Cow::Borrowed(method)
            },
            uri: uri(url),
            parameters,
        }
    }

    /// Hands it to a signer, in few pieces: a signer hashes each by itself, and takes longer for many small ones.
    pub(super) fn feed(&self, signer: &mut impl Sign) {
        signer.request_method(&self.method);
        let mut uri = String::with_capacity(self.uri.len().saturating_mul(2));
        uri.extend(encoded(self.uri.as_bytes()));
        signer.uri(uri.as_str());
        let Some((first, others)) = self.parameters.split_first() else {
            return;
        };
        // Room for all: at most every third character is a `%`, of which three are made.
        let room = |sent: &Sent<'_>| 2 * (sent.name.len() + sent.value.len()) + 6;
        let mut rest = Zeroizing::new(String::with_capacity(self.parameters.iter().map(room).sum()));
        push_again(&mut rest, first.value, first.has_escapes);
        for sent in others {
            rest.push_str("%26");
            push_again(&mut rest, sent.name, sent.has_escapes);
            rest.push_str("%3D");
            push_again(&mut rest, sent.value, sent.has_escapes);
        }
        // To a signer, all that follows the first `%3D` is one value.
        signer.parameter(&again(first.name), rest.as_str());
        // Emptied, it is wiped in one go instead of byte by byte.
        rest.clear();
    }

    /// The text that is signed. It may hold a token.
    pub fn text(&self) -> Zeroizing<String> {
        let mut written = Written(Zeroizing::new(String::new()));
        self.feed(&mut written);
        written.0
    }
}

/// Encodes once more: of what is encoded already, that changes only the escapes.
fn push_again(text: &mut String, encoded: &str, has_escapes: bool) {
    if !has_escapes {
        text.push_str(encoded);
        return;
    }
    for (number, piece) in encoded.split('%').enumerate() {
        if number > 0 {
            text.push_str("%25");
        }
        text.push_str(piece);
    }
}

fn again(name: &str) -> Piece<'_, str> {
    if name.contains('%') {
        Piece::Written(encode(name.as_bytes()))
    } else {
        Piece::Same(name)
    }
}

/// §3.4.1.2. The address is parsed already: scheme and host are in lower case, a default port is gone, a path is there,
/// and the host is written as it goes into the `Host` header.
fn uri(url: &Url) -> &str {
    &url[..Position::AfterPath]
}

/// A signer that only writes down what it is fed.
struct Written(Zeroizing<String>);

impl Sign for Written {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        ""
    }

    fn request_method(&mut self, method: &str) {
        self.0.push_str(method);
        self.0.push('&');
    }

    fn uri<T: Display>(&mut self, uri: T) {
        self.0.push_str(&uri.to_string());
        self.0.push('&');
    }

    fn parameter<V: Display>(&mut self, name: &str, value: V) {
        self.0.push_str(name);
        self.0.push_str("%3D");
        self.0.push_str(&value.to_string());
    }

    fn delimiter(&mut self) {
        self.0.push_str("%26");
    }

    fn end(self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::super::encoding::form;
    use super::*;

    fn base_uri(address: &str) -> String {
        uri(&Url::parse(address).unwrap()).to_string()
    }

    #[test]
    fn o1_18_the_uri_is_in_lower_case_without_default_port_query_and_fragment() {
        for (address, expected) in [
            (
                "HTTP://EXAMPLE.COM:80/r%20v/X?id=123",
                "http://example.com/r%20v/X",
            ),
            (
                "https://www.example.net:8080/?q=1",
                "https://www.example.net:8080/",
            ),
            ("https://example.com:443", "https://example.com/"),
            ("http://example.com:443/", "http://example.com:443/"),
            ("https://example.com:80/", "https://example.com:80/"),
            ("https://example.com/a/?", "https://example.com/a/"),
            ("https://example.com/a#f", "https://example.com/a"),
            ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ] {
            assert_eq!(base_uri(address), expected);
        }
    }

    #[test]
    fn o1_17_the_method_is_in_upper_case() {
        let method = Method::from_bytes(b"purge").unwrap();
        let url = Url::parse("https://a.example").unwrap();
        let base = BaseString::new(&method, &url, &[], &[]);
        assert_eq!(base.text().as_str(), "PURGE&https%3A%2F%2Fa.example%2F&");
    }

    proptest! {
        /// The order of sending does not show, where a parameter goes does not show, and every pair can be told again.
        #[test]
        fn o1_19_o1_22_the_normalised_parameters_are_those_that_were_sent(
            pairs in prop::collection::vec(("[a-c=&%+ é]{1,3}", "[ -~é]{0,5}"), 1..8),
            turn in any::<prop::sample::Index>(),
        ) {
            let written = |pairs: &[(String, String)]| {
                let each = pairs.iter().map(|(name, value)| format!("{}={}", *encode(name.as_bytes()), *encode(value.as_bytes())));
                each.collect::<Vec<_>>().join("&")
            };
            let bare = Url::parse("https://a.example/r").unwrap();
            let of = |url: &Url, body: Option<&[u8]>| {
                BaseString::new(&Method::POST, url, &own_parameters(url, body), &[]).text().to_string()
            };
            let in_body = |pairs: &[(String, String)]| of(&bare, Some(written(pairs).as_bytes()));
            let base = in_body(&pairs);
            let mut turned = pairs.clone();
            turned.rotate_left(turn.index(pairs.len()));
            prop_assert_eq!(&in_body(&turned), &base);
            let mut in_query = bare.clone();
            in_query.set_query(Some(&written(&turned)));
            prop_assert_eq!(&of(&in_query, None), &base);
            let (first, rest) = turned.split_first().unwrap();
            in_query.set_query(Some(&written(rest)));
            prop_assert_eq!(&of(&in_query, Some(written(std::slice::from_ref(first)).as_bytes())), &base);

            let parameters = base.rsplit('&').next().unwrap();
            let normalised = percent_decode_str(parameters).decode_utf8().unwrap();
            let mut told: Vec<_> = form(normalised.as_bytes())
                .map(|(name, value)| (String::from_utf8(name.to_vec()).unwrap(), String::from_utf8(value.to_vec()).unwrap()))
                .collect();
            told.sort();
            let mut sent = pairs.clone();
            sent.sort();
            prop_assert_eq!(told, sent);
        }
    }
}
