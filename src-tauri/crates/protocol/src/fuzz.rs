//! Every parser of what comes from outside under fire: no panic, no more than its bounds, and what is told of a fault is
//! short and visible.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue};
use keybelt_fuzz::Target;
use keybelt_primitives::text::visible;
use keybelt_primitives::wire::Response;
use keybelt_primitives::{Endpoint, Issuer, Secret, UnixSeconds, bounds};
use serde_json::Value;

use crate::jose::Keys;
use crate::jose::algorithm::Algorithm;
use crate::jose::compact::{Compact, extensions_are_understood};
use crate::jose::key_set::KeySet;
use crate::oauth1::{clock, temporary_credentials, token_credentials};
use crate::oauth2::callback::Callback;
use crate::oauth2::fixtures::{SENT_AT, opened};
use crate::oauth2::metadata::{Kind, ServerMetadata};
use crate::oauth2::redirect_uri::RedirectUri;
use crate::oauth2::{bearer, challenge, freshness, retry_after, revocation, token_response};
use crate::oidc::id_token::{Expected, check};
use crate::oidc::identity;
use crate::oidc::userinfo::{Signer, read};

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "-1",
    "1e999",
    "1e-999",
    "9007199254740993",
    "18446744073709551616",
    "\\u0000",
    "\\ud800",
    "\\u202e",
    "\\",
    "\u{FEFF}",
    "\u{0}",
    "\u{202E}",
    "{\"a\":",
    "[[",
    "é",
];

const FORM: &[&str] = &[
    "&",
    "=",
    "+",
    "%",
    "%00",
    "%0D%0A",
    "%FF",
    "%25",
    "&a=",
    "error=x",
    "code=",
    "state=s",
    "iss=",
    "#",
    "?",
    "\u{0}",
    "oauth_token=t",
    "oauth_token_secret=s",
    "oauth_callback_confirmed=true",
    "oauth_problem=",
    "denied=",
    "é",
];

/// Ten years, the longest life that is believed, and a day for what is rounded.
const LONGEST_LIFE: i64 = 3_653 * 24 * 60 * 60;

/// What is told of a fault may be shown as it is.
fn is_told_well(fault: impl Display) {
    let told = fault.to_string();
    assert!(
        told.chars().count() <= 2_000,
        "{} characters: {told:.200}",
        told.len()
    );
    assert_eq!(visible(&told), told);
}

/// An answer whose first line is its status and its media type.
fn answer(input: &[u8]) -> Response {
    let end = input.iter().position(|byte| *byte == b'\n');
    let (line, body) = end.map_or((input, &[][..]), |end| (&input[..end], &input[end + 1..]));
    let (status, media_type) =
        line.split_at(line.iter().position(|byte| *byte == b' ').unwrap_or(line.len()));
    let status = std::str::from_utf8(status)
        .ok()
        .and_then(|status| status.parse().ok());
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(media_type.trim_ascii()) {
        headers.insert(CONTENT_TYPE, value);
    }
    Response {
        status: status.unwrap_or(200),
        headers,
        body: Secret::new(body.to_vec()),
        url: Endpoint::parse("https://as.example/token").unwrap(),
        sent_at: SENT_AT,
    }
}

fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// The key of RFC 8037 appendix A: whoever made its example had the private half.
fn known_key() -> KeySet {
    let set = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    KeySet::parse(set.as_bytes()).unwrap()
}

#[test]
fn no_text_passes_for_a_token_and_every_check_of_it_is_told_well() {
    let target = Target {
        name: "token",
        words: &[
            ".",
            "..",
            "e30",
            "eyJ",
            "=",
            "-",
            "_",
            "+",
            "/",
            "eyJhbGciOiJub25lIn0",
            "AAAA",
            " ",
            "\n",
            "é",
        ],
        longest: bounds::JWT + 1,
    };
    let set = known_key();
    target.run(|input| {
        let token = text(input);
        let expected = Expected {
            issuer: Some("https://as.example"),
            client_id: Some("client-1"),
            algorithms: Algorithm::ALL,
            keys: Some(Keys::Set(&set)),
            nonce: None,
            max_age: Some(60),
            now: SENT_AT,
            fresh: true,
            access_token: None,
            code: None,
            original: None,
        };
        let checked = check(&token, &expected);
        assert!(checked.verified().is_none());
        assert_eq!(checked.checks.len(), 20);
        checked
            .checks
            .iter()
            .for_each(|record| is_told_well(&record.detail));
        if let Ok(Compact::Signed(signed)) = Compact::parse(&token) {
            assert!(token.len() <= bounds::JWT);
            let _ = extensions_are_understood(&signed.header).map_err(is_told_well);
        }
    });
}

#[test]
fn no_document_makes_a_key_set_of_more_keys_than_the_bound() {
    let target = Target {
        name: "jwks",
        words: &[
            "{\"keys\":[",
            "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"",
            "{\"kty\":\"EC\"},",
            "\"crv\":\"P-256\"",
            "\"kid\":1",
            "\"use\":\"enc\"",
            "AAAA",
            "____",
            "\"d\":",
            "\"x5c\":[",
            "},",
            "{},",
            "null,",
            "\\ud800",
        ],
        longest: bounds::JWKS + 1,
    };
    target.run(|input| match KeySet::parse(input) {
        Ok(set) => is_told_well(set.summary()),
        Err(error) => is_told_well(error),
    });
}

#[test]
fn no_token_answer_gives_what_cannot_be_sent_or_lives_for_ever() {
    let target = Target {
        name: "token_answer",
        words: JSON,
        longest: bounds::JSON_DOCUMENT + 100,
    };
    let asked = BTreeSet::from(["openid".to_owned()]);
    target.run(|input| {
        let response = answer(input);
        match token_response::parse(&response, &asked) {
            Ok(tokens) => {
                for token in [Some(&tokens.access_token), tokens.refresh_token.as_ref()]
                    .into_iter()
                    .flatten()
                {
                    let token = opened(token);
                    assert!((1..=bounds::FORM).contains(&token.len()));
                    assert!(token.bytes().all(|byte| matches!(byte, 0x20..=0x7E)));
                }
                assert!(tokens.scopes.len() <= 1_000);
                assert!(
                    tokens
                        .scopes
                        .iter()
                        .all(|scope| !scope.is_empty() && !scope.contains(char::is_control))
                );
                for end in [tokens.expires_at, tokens.grant_expires_at].into_iter().flatten() {
                    assert!(end.since(SENT_AT) <= LONGEST_LIFE, "{end:?}");
                }
            }
            Err(error) => is_told_well(error),
        }
        let _ = token_response::refresh_token_in(&response);
        let _ = revocation::read_answer(&response).map_err(is_told_well);
    });
}

#[test]
fn no_document_is_metadata_of_another_issuer_or_leads_over_plain_http() {
    let target = Target {
        name: "metadata",
        words: &[
            "\"issuer\":\"https://as.example\"",
            "\"token_endpoint\":",
            "\"jwks_uri\":",
            "http://",
            "https://",
            "//",
            "@",
            "#",
            "javascript:",
            "file:///",
            "[\"code\"]",
            "{",
            "[",
            "null",
            "\\u0000",
            "localhost",
            "127.0.0.1",
            "xn--",
            "é",
        ],
        longest: bounds::JSON_DOCUMENT + 100,
    };
    let issuer = Issuer::parse("https://as.example").unwrap();
    target.run(|input| {
        for kind in [Kind::OpenId, Kind::OAuth] {
            match ServerMetadata::parse(&answer(input), &issuer, kind) {
                Ok(metadata) => {
                    assert_eq!(metadata.members["issuer"], "https://as.example");
                    let token_endpoint = metadata.members["token_endpoint"].as_str();
                    assert!(token_endpoint.is_some_and(|text| Endpoint::parse(text).is_ok()));
                    let _ = metadata.other_hosts();
                }
                Err(error) => is_told_well(error),
            }
        }
    });
}

#[test]
fn no_callback_holds_more_than_its_bound_or_what_a_log_would_mistake() {
    let target = Target {
        name: "callback",
        words: FORM,
        longest: bounds::FORM + 1,
    };
    target.run(|input| {
        let address = text(input);
        let read = [
            Callback::parse(&address),
            Callback::from_form("http://127.0.0.1:8400/cb", input),
        ];
        for callback in read {
            let callback = match callback {
                Ok(callback) => callback,
                Err(error) => {
                    is_told_well(error);
                    continue;
                }
            };
            for name in ["code", "state", "iss", "error"] {
                let value = callback.parameter(name).unwrap_or("x");
                assert!(!value.is_empty() && value.len() <= bounds::FORM, "{name}");
                assert!(value.bytes().all(|byte| matches!(byte, 0x20..=0x7E)), "{name}");
            }
            callback.error().into_iter().for_each(is_told_well);
        }
        if let Ok(uri) = RedirectUri::parse(&address) {
            assert!(uri.is_answered_by(uri.as_str()));
            assert!(uri.with_port(8_400).is_none_or(|with| with.kind() != uri.kind()));
        }
    });
}

#[test]
fn no_userinfo_is_about_another_person_or_names_without_end() {
    let target = Target {
        name: "userinfo",
        words: JSON,
        longest: bounds::JSON_DOCUMENT + 100,
    };
    let set = known_key();
    let map = BTreeMap::from([
        ("sub".to_owned(), "data.0.id".to_owned()),
        ("name".to_owned(), "/a~1b/c".to_owned()),
    ]);
    let signer = Signer {
        issuer: Some("https://as.example"),
        client_id: "client-1",
        algorithms: Algorithm::ALL,
        keys: Some(Keys::Set(&set)),
    };
    target.run(|input| {
        let response = answer(input);
        match read(&response, Some("s-1"), &signer) {
            Ok(members) => assert_eq!(members["sub"], "s-1"),
            Err(error) => is_told_well(error),
        }
        let Ok(members) = read(&response, None, &signer) else {
            return;
        };
        for map in [&map, &BTreeMap::new()] {
            let found = identity::of_userinfo(&members, map);
            assert!(
                found
                    .subject
                    .is_none_or(|subject| (1..=255).contains(&subject.chars().count()))
            );
            let rest = [found.display_name, found.user_name, found.email, found.picture];
            assert!(rest.iter().flatten().all(|text| text.chars().count() <= 500));
        }
    });
}

#[test]
fn no_oauth_1_answer_gives_credentials_that_a_header_would_not_take() {
    let target = Target {
        name: "oauth1_answer",
        words: FORM,
        longest: bounds::JSON_DOCUMENT + 100,
    };
    let told_by = BTreeMap::from([("sub".to_owned(), "user_nsid".to_owned())]);
    target.run(|input| {
        let response = answer(input);
        let _ = clock::offset(&response);
        let temporary = temporary_credentials::parse(&response);
        let token = token_credentials::parse(&response, &told_by).map(|answer| {
            assert!(answer.told.values().all(Value::is_string));
            answer.credentials
        });
        for credentials in [temporary, token] {
            match credentials {
                Ok(credentials) => {
                    assert!(!opened(&credentials.token).is_empty());
                    for text in [&credentials.token, &credentials.secret] {
                        assert!(
                            !opened(text).contains(char::is_control) && opened(text).len() <= bounds::FORM
                        );
                    }
                }
                Err(error) => is_told_well(error),
            }
        }
    });
}

#[test]
fn no_header_of_an_answer_holds_a_reader_up() {
    let target = Target {
        name: "www_authenticate",
        words: &[
            "Bearer ",
            "OAuth ",
            "Basic ",
            "DPoP ",
            "Negotiate ",
            "error=\"invalid_token\"",
            "realm=",
            "\"",
            "\\",
            ",",
            " ",
            "=",
            "==",
            "a=b,",
            "oauth_problem=%00",
            "%",
            "max-age=",
            "Tue, 15 Nov 1994 08:12:31 GMT",
            "\t",
        ],
        longest: 400 << 10,
    };
    target.run(|input| {
        let Ok(value) = HeaderValue::from_bytes(input) else {
            return;
        };
        let mut headers = HeaderMap::new();
        for name in [
            WWW_AUTHENTICATE,
            http::header::RETRY_AFTER,
            http::header::CACHE_CONTROL,
            http::header::EXPIRES,
        ] {
            headers.append(name, value.clone());
        }
        assert!(challenge::parse(&headers).len() <= 16);
        bearer::refusal(&headers).into_iter().for_each(is_told_well);
        assert!(
            retry_after::retry_after(&headers, UnixSeconds(0)).is_none_or(|wait| wait <= bounds::RETRY_AFTER)
        );
        assert!(freshness::fresh_for(&headers, freshness::JWKS).as_secs() <= 86_400);
        let mut refused = answer(b"401 text/plain\n");
        refused.headers = headers;
        let _ = temporary_credentials::parse(&refused).map_err(is_told_well);
    });
}
