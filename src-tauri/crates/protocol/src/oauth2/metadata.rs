//! An authorization server's metadata (RFC 8414, OpenID Connect Discovery 1.0): taken only from the issuer it names.

use std::time::Duration;

use keybelt_primitives::json::JsonError;
use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::wire::Response;
use keybelt_primitives::{Endpoint, EndpointError, Issuer, bounds, json};
use serde_json::{Map, Value};

use super::client::foreign_hosts;
use super::retry_after::retry_after;
pub use super::well_known::{candidates, issuer_of, kind_of};

/// Which specification the document follows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// OpenID Connect Discovery 1.0 §3.
    OpenId,
    /// RFC 8414 §2.
    OAuth,
}

/// Members that are addresses a client sends something to (RFC 8414 §2, OpenID Connect Discovery 1.0 §3).
const ADDRESSES: &[&str] = &[
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "revocation_endpoint",
    "device_authorization_endpoint",
    "introspection_endpoint",
    "end_session_endpoint",
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
];

/// Members that list words.
const LISTS: &[&str] = &[
    "code_challenge_methods_supported",
    "grant_types_supported",
    "id_token_signing_alg_values_supported",
    "response_types_supported",
    "scopes_supported",
    "token_endpoint_auth_methods_supported",
];

/// A document that was taken: it names the expected issuer, and every address in it may be used.
#[derive(Clone, Debug)]
pub struct ServerMetadata {
    /// The issuer, exactly as it was expected and as the document writes it.
    pub issuer: Issuer,
    /// Whether it has what OpenID Connect needs.
    pub openid: bool,
    /// `scopes_supported`, in its order; empty where it does not say.
    pub scopes_supported: Vec<String>,
    /// The whole document.
    pub members: Map<String, Value>,
}

/// Why a document is not taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MetadataError {
    /// There is none here (RFC 8414 §3.2).
    #[error("the server answered with HTTP {status}")]
    Status {
        /// The status code.
        status: u16,
    },
    /// The server cannot answer now.
    #[error("the server cannot answer now (HTTP {status})")]
    Unavailable {
        /// The status code.
        status: u16,
        /// How long it asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// Not `application/json` (RFC 8414 §3.2): often a page for people.
    #[error("the answer is `{media_type}` instead of `application/json`")]
    MediaType {
        /// What it is, made visible.
        media_type: String,
    },
    /// Not a JSON object.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It names no issuer, or not as text.
    #[error("`issuer` is missing")]
    IssuerMissing,
    /// Another issuer than the expected one (RFC 8414 §3.3, OpenID Connect Discovery 1.0 §4.3).
    #[error("the document is of the issuer {found} instead of {expected}")]
    IssuerMismatch {
        /// The expected one.
        expected: String,
        /// What the document says, made visible.
        found: String,
    },
    /// A member that has to be there (RFC 8414 §2, OpenID Connect Discovery 1.0 §3).
    #[error("`{member}` is missing")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// An address that is neither https nor loopback (specs H-02, W-40).
    #[error("`{member}` is neither https nor on this machine")]
    Insecure {
        /// The member.
        member: &'static str,
    },
    /// A member of the wrong kind.
    #[error("`{member}` cannot be used: {problem}")]
    Malformed {
        /// The member.
        member: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl ServerMetadata {
    /// Reads an answer as the metadata of the expected issuer, compared byte for byte.
    ///
    /// # Errors
    /// See [`MetadataError`]; nothing of a document that is refused is used.
    #[expect(
        clippy::disallowed_methods,
        reason = "a public document in the type of every body"
    )]
    pub fn parse(response: &Response, expected: &Issuer, kind: Kind) -> Result<Self, MetadataError> {
        match response.status {
            200 => {}
            status @ (429 | 500..) => {
                let retry_after = retry_after(&response.headers, response.sent_at);
                return Err(MetadataError::Unavailable { status, retry_after });
            }
            status => return Err(MetadataError::Status { status }),
        }
        let media_type = response.media_type();
        if media_type != "application/json" {
            return Err(MetadataError::MediaType {
                media_type: clipped(&visible(&media_type), 64),
            });
        }
        Self::read(
            json::object(response.body.expose(), bounds::JSON_DOCUMENT)?,
            expected,
            kind,
        )
    }

    fn read(members: Map<String, Value>, expected: &Issuer, kind: Kind) -> Result<Self, MetadataError> {
        let found = members
            .get("issuer")
            .and_then(Value::as_str)
            .ok_or(MetadataError::IssuerMissing)?;
        if found != expected.as_str() {
            return Err(MetadataError::IssuerMismatch {
                expected: expected.to_string(),
                found: clipped(&visible(found), 500),
            });
        }
        for member in ADDRESSES {
            check_address(&members, member)?;
        }
        for member in LISTS {
            check_list(&members, member)?;
        }
        require(&members, kind)?;
        Ok(Self {
            issuer: expected.clone(),
            openid: members.contains_key("jwks_uri")
                && members.contains_key("id_token_signing_alg_values_supported"),
            scopes_supported: words(&members, "scopes_supported"),
            members,
        })
    }

    /// Hosts of its addresses that are not the issuer's own, sorted (specs MD-08).
    pub fn other_hosts(&self) -> Vec<String> {
        let endpoints: Vec<Endpoint> = ADDRESSES
            .iter()
            .filter_map(|member| Endpoint::parse(self.members.get(*member)?.as_str()?).ok())
            .collect();
        foreign_hosts(self.issuer.as_str(), endpoints.iter())
    }
}

fn check_address(members: &Map<String, Value>, member: &'static str) -> Result<(), MetadataError> {
    let malformed = |problem: &str| MetadataError::Malformed {
        member,
        problem: problem.to_owned(),
    };
    match members.get(member) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) => match Endpoint::parse(text) {
            Ok(_) => Ok(()),
            Err(EndpointError::Insecure) => Err(MetadataError::Insecure { member }),
            Err(error) => Err(malformed(&error.to_string())),
        },
        Some(_) => Err(malformed("it is not text")),
    }
}

fn check_list(members: &Map<String, Value>, member: &'static str) -> Result<(), MetadataError> {
    match members.get(member) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => Ok(()),
        Some(_) => Err(MetadataError::Malformed {
            member,
            problem: "it is not a list of texts".to_owned(),
        }),
    }
}

/// What has to be there. OpenID's two lists that some servers forget are forgiven (specs DI-03).
fn require(members: &Map<String, Value>, kind: Kind) -> Result<(), MetadataError> {
    let required: &[&'static str] = match kind {
        Kind::OpenId => &[
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "id_token_signing_alg_values_supported",
        ],
        Kind::OAuth if uses_authorization_endpoint(members) => &[
            "authorization_endpoint",
            "token_endpoint",
            "response_types_supported",
        ],
        Kind::OAuth => &["token_endpoint", "response_types_supported"],
    };
    let missing = |member: &&&'static str| members.get(**member).is_none_or(Value::is_null);
    match required.iter().find(missing) {
        Some(member) => Err(MetadataError::Missing { member }),
        None => Ok(()),
    }
}

/// Left out, the grant types are the authorization code and the implicit one (RFC 8414 §2).
fn uses_authorization_endpoint(members: &Map<String, Value>) -> bool {
    let grants = words(members, "grant_types_supported");
    grants.is_empty()
        || grants
            .iter()
            .any(|grant| grant == "authorization_code" || grant == "implicit")
}

fn words(members: &Map<String, Value>, member: &str) -> Vec<String> {
    let items = members.get(member).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oauth2::fixtures::{answer, answer_with};

    fn document() -> Value {
        json!({
            "issuer": "https://as.example",
            "authorization_endpoint": "https://as.example/authorize?tenant=1",
            "token_endpoint": "https://token.example/token",
            "jwks_uri": "https://as.example/jwks",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email"],
            "something_new": {"a": [1]},
        })
    }

    fn parsed(document: &Value, kind: Kind) -> Result<ServerMetadata, MetadataError> {
        let issuer = Issuer::parse("https://as.example").unwrap();
        ServerMetadata::parse(
            &answer(200, "application/json; charset=utf-8", &document.to_string()),
            &issuer,
            kind,
        )
    }

    fn with(change: Value) -> Value {
        let mut document = document();
        for (name, value) in change.as_object().unwrap() {
            document[name] = value.clone();
        }
        document
    }

    #[test]
    fn a_document_is_taken_with_what_it_says() {
        let metadata = parsed(&document(), Kind::OpenId).unwrap();
        assert!(metadata.openid);
        assert_eq!(metadata.scopes_supported, ["openid", "email"]);
        assert_eq!(metadata.other_hosts(), ["token.example"]);
        assert!(metadata.members.contains_key("something_new"));
    }

    #[test]
    fn md_02_di_02_w_23_the_issuer_is_compared_byte_for_byte() {
        for issuer in [
            "https://as.example/",
            "https://AS.example",
            "https://as.example:443",
            "https://evil.example",
        ] {
            let refused = parsed(&with(json!({"issuer": issuer})), Kind::OpenId).unwrap_err();
            assert_eq!(
                refused,
                MetadataError::IssuerMismatch {
                    expected: "https://as.example".into(),
                    found: issuer.into()
                }
            );
        }
        assert_eq!(
            parsed(&with(json!({"issuer": 1})), Kind::OpenId).unwrap_err(),
            MetadataError::IssuerMissing
        );
    }

    #[test]
    fn w_40_an_insecure_member_is_named() {
        for member in ADDRESSES {
            let mut change = Map::new();
            change.insert((*member).to_owned(), json!("http://as.example/x"));
            let refused = parsed(&with(Value::Object(change)), Kind::OpenId).unwrap_err();
            assert_eq!(refused, MetadataError::Insecure { member });
        }
        let malformed = parsed(
            &with(json!({"token_endpoint": "https://a@as.example/"})),
            Kind::OpenId,
        )
        .unwrap_err();
        assert!(matches!(
            malformed,
            MetadataError::Malformed {
                member: "token_endpoint",
                ..
            }
        ));
    }

    #[test]
    fn md_04_only_200_and_json() {
        let issuer = Issuer::parse("https://as.example").unwrap();
        let parse = |response: &Response| ServerMetadata::parse(response, &issuer, Kind::OpenId).unwrap_err();
        assert_eq!(
            parse(&answer(404, "text/html", "")),
            MetadataError::Status { status: 404 }
        );
        assert!(matches!(
            parse(&answer(200, "text/html", "<html>")),
            MetadataError::MediaType { .. }
        ));
        assert!(matches!(
            parse(&answer(200, "application/json", "[]")),
            MetadataError::Json(_)
        ));
        assert!(matches!(
            parse(&answer(200, "application/json", r#"{"a":1,"a":2}"#)),
            MetadataError::Json(_)
        ));
        assert_eq!(
            parse(&answer_with(503, &[("retry-after", "7")], "")),
            MetadataError::Unavailable {
                status: 503,
                retry_after: Some(Duration::from_secs(7))
            }
        );
    }

    #[test]
    fn md_05_di_03_what_has_to_be_there() {
        let mut without = document();
        without
            .as_object_mut()
            .unwrap()
            .remove("response_types_supported");
        assert!(parsed(&without, Kind::OpenId).is_ok());
        assert_eq!(
            parsed(&without, Kind::OAuth).unwrap_err(),
            MetadataError::Missing {
                member: "response_types_supported"
            }
        );
        let mut without = document();
        without.as_object_mut().unwrap().remove("jwks_uri");
        assert_eq!(
            parsed(&without, Kind::OpenId).unwrap_err(),
            MetadataError::Missing { member: "jwks_uri" }
        );
        assert!(!parsed(&without, Kind::OAuth).unwrap().openid);
        let mut machine = with(json!({"grant_types_supported": ["client_credentials"]}));
        machine.as_object_mut().unwrap().remove("authorization_endpoint");
        assert!(parsed(&machine, Kind::OAuth).is_ok());
    }

    #[test]
    fn lists_hold_texts() {
        let refused = parsed(&with(json!({"scopes_supported": "openid"})), Kind::OpenId).unwrap_err();
        assert!(matches!(
            refused,
            MetadataError::Malformed {
                member: "scopes_supported",
                ..
            }
        ));
    }
}
