use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::ProfileName;

/// How a check ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum CheckOutcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It could not be made, or nothing asked for it.
    Skip,
}

/// One check of an ID token, as it was made.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct CheckRecord {
    /// Its name in the one ordered table.
    pub check: String,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// What was compared with what, or why it was skipped.
    pub detail: String,
}

/// What the checks come to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Verdict {
    /// Everything that could be checked holds, the signature among it.
    Pass,
    /// Something does not hold.
    Fail,
    /// Genuine, but no longer valid.
    Expired,
    /// No source of keys was given, and nothing else failed.
    Unverified,
}

/// What is to be seen in a token.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Inspection {
    /// The header, if it could be read.
    #[ts(type = "Record<string, unknown> | null")]
    pub header: Option<Map<String, Value>>,
    /// The claims, if they could be read; not to be trusted unless the verdict is `pass`.
    #[ts(type = "Record<string, unknown> | null")]
    pub claims: Option<Map<String, Value>>,
    /// Every check in its order.
    pub checks: Vec<CheckRecord>,
    /// What they come to.
    pub verdict: Verdict,
}

/// What a text that a person pasted turned out to be.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Pasted {
    /// A token in its compact form, signed or encrypted.
    Token {
        /// What is to be seen in it.
        inspection: Inspection,
        /// What it was held against, where a profile was named.
        against: Option<HeldAgainst>,
    },
    /// A JWK set, or one key of one.
    Keys {
        /// The keys in their order.
        keys: Vec<PastedKey>,
    },
    /// The answer of a token endpoint.
    Answer {
        /// The tokens in it, by the names of their members.
        tokens: Vec<PastedToken>,
        /// Everything else in it.
        #[ts(type = "Record<string, unknown>")]
        members: Map<String, Value>,
    },
    /// None of these.
    Other {
        /// What it looks like instead.
        looks: Likeness,
    },
}

/// What a token was held against.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct HeldAgainst {
    /// The profile whose client it must be for.
    pub profile: ProfileName,
    /// What the signature was to be verified with.
    pub keys: KnownKeys,
    /// The server that would be asked for keys, if one is known.
    pub server: Option<String>,
}

/// What there is to verify a signature with.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum KnownKeys {
    /// Nothing.
    None,
    /// Keys that were read from the server.
    Read {
        /// When, in seconds since 1970.
        at: i64,
    },
    /// The client secret, which signs for this client.
    ClientSecret,
}

/// One key of a set; nothing of the key itself.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct PastedKey {
    /// `kid`.
    pub id: Option<String>,
    /// `kty`.
    pub kind: Option<String>,
    /// `crv`.
    pub curve: Option<String>,
    /// `alg`.
    pub algorithm: Option<String>,
    /// `use`.
    pub usage: Option<String>,
    /// Whether it holds what must stay private.
    pub private: bool,
    /// Why Keybelt would not verify with it; `None`: it would.
    pub fault: Option<String>,
}

/// A token in a token answer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct PastedToken {
    /// The member that it stands in.
    pub member: String,
    /// Whether there is something to be seen in it: whether it is a JWT.
    pub readable: bool,
}

/// What a text looks like that is neither token nor keys nor token answer.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Likeness {
    /// Nothing at all.
    Empty,
    /// A token that only its server can read.
    Opaque,
    /// A key or certificate in PEM.
    Pem,
    /// A web address.
    Address,
    /// `name=value` pairs, as OAuth 1.0a answers.
    Form,
    /// JSON of another kind.
    Json,
    /// JSON that does not hold together, or is too large.
    BrokenJson,
    /// A page, or SAML.
    Markup,
    /// Anything else.
    Text,
}
