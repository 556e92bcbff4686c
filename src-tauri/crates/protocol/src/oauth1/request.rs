//! What the requests of the flow have in common.

use std::collections::BTreeMap;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method};
use keybelt_primitives::wire::Request;
use keybelt_primitives::{Endpoint, Secret};

/// A POST of the profile's own parameters, not yet signed.
pub(super) fn post(url: &Endpoint, parameters: &BTreeMap<String, String>) -> Request {
    let mut headers = vec![(
        ACCEPT,
        HeaderValue::from_static("application/x-www-form-urlencoded, */*;q=0.5"),
    )];
    let body = if parameters.is_empty() {
        // Servers that wait for a body are told that there is none (RFC 9110 §8.6).
        headers.push((CONTENT_LENGTH, HeaderValue::from_static("0")));
        None
    } else {
        headers.push((
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        ));
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Some(Secret::new(form.into_bytes()))
    };
    Request {
        method: Method::POST,
        url: url.clone(),
        headers,
        body,
    }
}
