//! Reading an authorization server's metadata (RFC 8414, OpenID Connect Discovery 1.0): where to look, what to take.

use std::time::Duration;

use keybelt_net::Conduct;
use keybelt_primitives::json::JsonError;
use keybelt_primitives::{Endpoint, Issuer};
use keybelt_protocol::oauth2::freshness::{METADATA, document_request, fresh_for};
use keybelt_protocol::oauth2::metadata::{
    Kind, MetadataError, ServerMetadata, candidates, issuer_of, kind_of,
};

use crate::Keybelt;
use crate::trouble::ExchangeTrouble;

/// Why metadata was not taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MetadataTrouble {
    /// The exchange failed.
    #[error(transparent)]
    Exchange(#[from] ExchangeTrouble),
    /// It names a member twice (specs H-08).
    #[error("a member twice")]
    Repeated,
    /// The server cannot answer now.
    #[error("unavailable: HTTP {status} at {url}")]
    Unavailable {
        /// Where it was asked for.
        url: String,
        /// The status code.
        status: u16,
    },
    /// There is none.
    #[error("none: HTTP {status} at {url}")]
    Absent {
        /// Where it was asked for, the likeliest place.
        url: String,
        /// The status code.
        status: u16,
    },
    /// A member is an address that is neither https nor loopback (specs W-40).
    #[error("insecure {member}")]
    Insecure {
        /// The member.
        member: String,
    },
    /// Another issuer than the expected one (RFC 8414 §3.3).
    #[error("issuer {found} instead of {expected}")]
    Issuer {
        /// The expected one.
        expected: String,
        /// What the document says.
        found: String,
    },
    /// The document cannot be used.
    #[error("invalid: {detail}")]
    Invalid {
        /// What is wrong.
        detail: String,
    },
    /// The expected issuer cannot be told from the metadata's address (specs MD-12).
    #[error("no expected issuer")]
    NeedsIssuer,
}

impl MetadataTrouble {
    /// Whether there was no document to be had, so that an older copy may serve.
    pub(crate) fn is_absence(&self) -> bool {
        match self {
            Self::Exchange(trouble) => trouble.is_passing(),
            Self::Unavailable { .. } | Self::Absent { .. } => true,
            Self::Insecure { .. }
            | Self::Issuer { .. }
            | Self::Invalid { .. }
            | Self::Repeated
            | Self::NeedsIssuer => false,
        }
    }
}

/// Metadata that was read, and where it stood.
pub(crate) struct Found {
    pub(crate) metadata: ServerMetadata,
    pub(crate) url: Endpoint,
    /// For how long it need not be read again (specs MD-09).
    pub(crate) life: Duration,
}

/// Reads the document at a metadata URL. The issuer, if it is not known, is told by the URL (specs MD-12).
pub(crate) async fn read_at(
    keybelt: &Keybelt,
    url: &Endpoint,
    issuer: Option<&Issuer>,
) -> Result<Found, MetadataTrouble> {
    let expected = match issuer {
        Some(issuer) => issuer.clone(),
        None => issuer_of(url.as_str()).ok_or(MetadataTrouble::NeedsIssuer)?,
    };
    read(keybelt, url, &expected, kind_of(url.as_str())).await
}

/// Looks at the well-known places of an issuer, in the order of specs MD-12.
pub(crate) async fn find(keybelt: &Keybelt, issuer: &Issuer, openid: bool) -> Result<Found, MetadataTrouble> {
    let mut first_trouble = None;
    for (url, kind) in candidates(issuer, openid) {
        match read(keybelt, &url, issuer, kind).await {
            Ok(found) => return Ok(found),
            // Only "there is none here" is a reason to look elsewhere: 404s, and pages for people.
            Err(trouble @ (MetadataTrouble::Absent { .. } | MetadataTrouble::Invalid { .. })) => {
                first_trouble.get_or_insert(trouble);
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Err(first_trouble.unwrap_or(MetadataTrouble::NeedsIssuer))
}

async fn read(
    keybelt: &Keybelt,
    url: &Endpoint,
    expected: &Issuer,
    kind: Kind,
) -> Result<Found, MetadataTrouble> {
    let response = keybelt
        .exchange_patiently(document_request(url), Conduct::Document)
        .await?;
    let metadata = ServerMetadata::parse(&response, expected, kind).map_err(|error| of_error(error, url))?;
    Ok(Found {
        metadata,
        url: url.clone(),
        life: fresh_for(&response.headers, METADATA),
    })
}

fn of_error(error: MetadataError, url: &Endpoint) -> MetadataTrouble {
    let at = url.as_str().to_owned();
    match error {
        MetadataError::Status { status } => MetadataTrouble::Absent { url: at, status },
        MetadataError::Unavailable { status, .. } => MetadataTrouble::Unavailable { url: at, status },
        MetadataError::IssuerMismatch { expected, found } => MetadataTrouble::Issuer {
            expected: expected.to_string(),
            found: found.to_string(),
        },
        MetadataError::Insecure { member, .. } => MetadataTrouble::Insecure {
            member: member.to_string(),
        },
        MetadataError::Json(JsonError::Repeated) => MetadataTrouble::Repeated,
        error @ (MetadataError::MediaType { .. }
        | MetadataError::Json(_)
        | MetadataError::IssuerMissing
        | MetadataError::Missing { .. }
        | MetadataError::Malformed { .. }) => MetadataTrouble::Invalid {
            detail: error.to_string(),
        },
    }
}
