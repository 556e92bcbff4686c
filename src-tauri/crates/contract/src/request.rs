use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountName, Failure};

/// A request to a provider's API, as the window composes it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct RequestDraft {
    /// Whose token goes along.
    pub account: AccountName,
    /// The method.
    pub method: String,
    /// Relative to the profile's API, or in full.
    pub url: String,
    /// Header fields: name and value.
    pub headers: Vec<(String, String)>,
    /// The body; a form unless a header says otherwise. `null`: none.
    pub body: Option<String>,
}

/// Where the token stands in a request (RFC 6750 §2, RFC 5849 §3.5).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RequestPlacement {
    /// In the `Authorization` header.
    Header,
    /// In the form that is sent; in the header where none is.
    Body,
    /// In the query, where logs on the way may keep it.
    Query,
}

/// How a request proves whose it is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
#[ts(export)]
pub enum RequestProof {
    /// It bears the access token (RFC 6750).
    Bearer {
        /// Where.
        placement: RequestPlacement,
    },
    /// It is signed (RFC 5849). Key and secret stay behind.
    Signature {
        /// `HMAC-SHA1` and kin.
        method: String,
        /// Where the parameters go.
        placement: RequestPlacement,
    },
}

/// Who would get the token.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct RequestTarget {
    /// The address in full.
    pub url: String,
    /// `host[:port]`.
    pub host: String,
    /// Whether the person is asked first: the profile's API is elsewhere, or the profile names none.
    pub asks_first: bool,
}

/// How a request would go out. Nothing is sent for it, and no token touched.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct RequestPlan {
    /// What relative addresses are appended to, with its `/`; `null`: the profile names no API.
    pub api_base: Option<String>,
    /// `host[:port]` of the profile's API.
    pub api_host: Option<String>,
    /// How it proves whose it is.
    pub proof: RequestProof,
    /// Where it would go; `null` where it cannot go out as it stands.
    pub target: Option<RequestTarget>,
    /// Why it cannot.
    pub problem: Option<Failure>,
    /// The same in a terminal: `keybelt request …`, quoted for a shell. No token in it.
    pub command: String,
    /// The same by curl, which fetches the token when it runs; `null` where curl cannot do it.
    pub curl: Option<String>,
}

/// Why a redirect was left at that.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Unfollowed {
    /// It leads to another origin, which must not get the token (RFC 6750 §5.3).
    AnotherOrigin,
    /// It would have been one more than are followed.
    TooMany,
}

/// An answer's body, as far as it is drawn.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ResponseBody {
    /// There is none.
    Empty,
    /// Text, whole.
    Text {
        /// It.
        text: String,
    },
    /// No text; it can be saved.
    Binary,
    /// More than is drawn; it can be saved.
    TooLarge,
}

/// What an API answered. Nothing in it is the token.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ApiResponse {
    /// Names it for [`save_response`](crate::commands), until the next answer comes.
    pub id: u32,
    /// The status code.
    pub status: u16,
    /// What it means (RFC 9110 §15); empty where nobody registered it.
    pub reason: String,
    /// `host[:port]` that was asked.
    pub host: String,
    /// Header fields, sorted by name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: ResponseBody,
    /// Its length in bytes.
    pub bytes: u64,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// It is a redirect that was not followed.
    pub unfollowed: Option<Unfollowed>,
    /// The token was refused, and could not be renewed.
    pub not_renewed: Option<Failure>,
    /// Renewing the token and sending it again may help.
    pub may_refresh: bool,
}

/// An answer's body was written to a file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct SavedResponse {
    /// Where.
    pub path: String,
}
