use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Account, AccountName, Failure, ProfileName};

/// How the person reaches the provider, and the answer comes back.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Route {
    /// The desktop program's embedded window (RFC 8252 §8.12, by the person's choice).
    Webview,
    /// The system browser and a loopback redirect (RFC 8252 §7.3).
    Browser,
    /// The person pastes the final address.
    Manual,
}

impl Route {
    /// The route as it is written on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webview => "webview",
            Self::Browser => "browser",
            Self::Manual => "manual",
        }
    }
}

/// What a face asks for when an account is to be linked.
#[derive(Clone, Debug, Deserialize, Serialize, TS)]
#[ts(export)]
pub struct LinkRequest {
    /// The profile.
    pub profile: ProfileName,
    /// The account's name; `None` derives it from the identity.
    pub account: Option<AccountName>,
    /// How to reach the provider.
    pub route: Route,
    /// Scopes instead of the profile's.
    pub scope: Option<String>,
    /// Give up after so many seconds.
    pub timeout: Option<u32>,
}

/// What `link --json` prints, a line each.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
#[ts(export)]
#[expect(clippy::large_enum_variant, reason = "one at a time, never kept in number")]
pub enum LinkEvent {
    /// Where the person has to go.
    AuthorizationUrl {
        /// The address to open.
        url: String,
        /// Where the answer will come.
        redirect_uri: String,
    },
    /// The link stands, and is stored.
    Linked {
        /// The new or renewed account.
        account: Account,
    },
}

/// An authorization under way in the window.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Linking {
    /// Tells its events apart from another's.
    pub id: u32,
    /// The profile.
    pub profile: ProfileName,
    /// The route taken.
    pub route: Route,
    /// Whether that is the person's own browser because the provider refuses embedded ones.
    pub embedded_refused: bool,
}

/// How far an authorization has come.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "step", rename_all = "snake_case")]
#[ts(export)]
#[expect(clippy::large_enum_variant, reason = "one at a time, never kept in number")]
pub enum LinkStep {
    /// Settings and metadata are being read.
    Preparing,
    /// The person is at the provider.
    Waiting {
        /// The address they were sent to, without anything secret.
        url: String,
        /// The origin that is asked.
        origin: String,
        /// Hosts that will see a token and are neither the issuer's nor the catalogue's, sorted.
        other_hosts: Vec<String>,
        /// Whether the provider shows a PIN, to be typed in here (RFC 5849 §2.1, `oob`).
        pin: bool,
    },
    /// The answer came and its code is being redeemed.
    Redeeming,
    /// ID token and userinfo are being checked.
    Checking,
    /// Stored.
    Linked {
        /// The account.
        account: Account,
        /// Scopes that were asked for, sorted.
        asked_scopes: Vec<String>,
    },
    /// Nothing was stored.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// An event of an authorization in the window.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct LinkProgress {
    /// Which authorization.
    pub id: u32,
    /// Its profile.
    pub profile: ProfileName,
    /// How far it is.
    pub step: LinkStep,
}

/// What an issuer or metadata URL was found to be.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Discovered {
    /// The issuer, exactly as its metadata writes it.
    pub issuer: String,
    /// Where the metadata stands.
    pub server_metadata_url: String,
    /// Whether it speaks OpenID Connect.
    pub openid: bool,
    /// Scopes it lists, in its order.
    pub scopes_supported: Vec<String>,
    /// Hosts of its endpoints that differ from the issuer's.
    pub other_hosts: Vec<String>,
}
