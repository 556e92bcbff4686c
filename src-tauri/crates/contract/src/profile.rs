use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{ProfileName, Protocol, Route, Typed};

/// Where a setting's value in effect comes from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Layer {
    /// Keybelt's own default.
    Default,
    /// The built-in catalogue.
    Catalogue,
    /// The authorization server's metadata, as read at the last link.
    Metadata,
    /// What the person said.
    Profile,
}

/// One setting in effect. A secret's value is `"set"` or `"not set"`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Setting {
    /// The value in effect.
    #[ts(type = "unknown")]
    pub value: Value,
    /// The layer it comes from.
    pub layer: Layer,
    /// The value of the next lower layer that it hides, `null` if it hides none.
    #[ts(type = "unknown")]
    pub overrides: Value,
}

/// A client registration at a provider, resolved over its layers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Profile {
    /// Its name.
    pub name: ProfileName,
    /// The catalogue's id, if it builds on an entry.
    pub provider: Option<String>,
    /// The protocol in effect.
    pub protocol: Protocol,
    /// What to register at the provider, sorted; the loopback one without a port.
    pub redirect_uris: Vec<String>,
    /// The ways in which its redirect URI lets an answer come back, the embedded window first.
    pub routes: Vec<Route>,
    /// Every setting in effect, by key.
    pub settings: BTreeMap<String, Setting>,
}

/// The public half of a profile's RSA key (RFC 5849 §3.4.3).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct PublicKey {
    /// `SubjectPublicKeyInfo` as PEM: what is registered at the provider.
    pub public_key: String,
}

/// A provider of the catalogue, a line.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ProviderSummary {
    /// The id in the catalogue.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The protocol.
    pub protocol: Protocol,
    /// What kind of provider it is.
    pub category: String,
}

/// A provider of the catalogue, whole.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Provider {
    /// Id, name, protocol, category.
    #[serde(flatten)]
    pub summary: ProviderSummary,
    /// What the catalogue sets, by key.
    #[ts(type = "Record<string, unknown>")]
    pub settings: BTreeMap<String, Value>,
    /// Hosts that are known to be the provider's own.
    pub hosts: Vec<String>,
    /// What is good to know before registering a client there.
    pub notes: Vec<String>,
    /// Where a person registers a client, over https; `None` where there is no need or it is not known.
    pub console_url: Option<String>,
    /// Where the provider explains its authorization, over https.
    pub docs_url: Option<String>,
    /// How a client is registered there, step by step. `{redirect_uri}` stands for the redirect URI of the way that is wanted.
    pub setup_steps: Vec<String>,
}

/// A profile as it is typed into the window.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct ProfileDraft {
    /// Its name; `None` derives one.
    pub name: Option<ProfileName>,
    /// The catalogue's id.
    pub provider: Option<String>,
    /// Settings by key, no secret among them.
    #[ts(type = "Record<string, unknown>")]
    pub settings: BTreeMap<String, Value>,
    /// The client secret, if the registration has one.
    pub client_secret: Option<Typed>,
    /// The private key that OAuth 1 requests are signed with (RFC 5849 §3.4.3), as PEM.
    pub rsa_key: Option<Typed>,
    /// Whether Keybelt makes that key itself.
    pub make_rsa_key: bool,
}

/// A change to a profile, as it is typed into the window. What it does not name stays as it is.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct ProfileChange {
    /// Settings by key, members dotted (`client_kwargs.scope`); `null` unsets one, a secret too. No secret's text stands
    /// among them.
    #[ts(type = "Record<string, unknown>")]
    pub settings: BTreeMap<String, Value>,
    /// Settings by key as they were typed: JSON if it parses, else text; a key that wants text takes it as it stands.
    pub typed: BTreeMap<String, String>,
    /// Another client secret.
    pub client_secret: Option<Typed>,
    /// Another private key (RFC 5849 §3.4.3), as PEM.
    pub rsa_key: Option<Typed>,
}

/// A setting that a profile may have, and how it is typed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct KnownSetting {
    /// Its key, dotted where it is a member of `client_kwargs`.
    pub key: String,
    /// How it is typed.
    pub form: SettingForm,
    /// The one protocol that has it; `None` where all do.
    pub only: Option<SettingProtocol>,
}

/// How a setting is typed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum SettingForm {
    /// One line.
    Text,
    /// An address.
    Address,
    /// Typed once, and never shown.
    Secret,
    /// One of these words.
    OneOf {
        /// The words.
        words: Vec<String>,
    },
    /// `true` or `false`.
    Flag,
    /// A JSON value.
    Json,
    /// Members of its own, each of them text: `KEY.NAME`.
    Members,
}

/// The protocols that have settings of their own.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum SettingProtocol {
    /// OAuth 1.0a.
    Oauth1,
    /// OAuth 2 and OpenID Connect.
    Oauth2,
}

/// A form that profiles are written in.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ProfileFormat {
    /// `{"NAME": {settings}, …}`.
    Json,
    /// A table per profile.
    Toml,
    /// Authlib's `AUTHLIB_OAUTH_CLIENTS = {…}`.
    Python,
    /// Flask's and Starlette's `NAME_CLIENT_ID=…`; it is read, not written.
    Env,
}

/// Profiles written down, without a secret.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ExportedProfiles {
    /// In the form that was asked for.
    pub text: String,
    /// Those whose redirect URIs hold the name that they had first: imported under their own, they get others.
    pub renamed: Vec<Renamed>,
}

/// A profile that was renamed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Renamed {
    /// Its name.
    pub name: ProfileName,
    /// The last part of its redirect URIs.
    pub key: String,
}

/// What an import would do. Nothing was done.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ImportPreview {
    /// What the document was read as.
    pub format: ProfileFormat,
    /// Its profiles, by name.
    pub profiles: Vec<PreviewedProfile>,
}

/// One profile of a document that may be imported.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct PreviewedProfile {
    /// Its name, as the document has it.
    pub name: String,
    /// As it would be; `None` where it has faults.
    pub profile: Option<Profile>,
    /// What is wrong with it.
    pub faults: Vec<SettingTrouble>,
    /// Whether it takes the place of what is there: that is done only where it is asked for.
    pub replaces: bool,
}

/// A correction of a document that is to be imported.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ImportMend {
    /// The profile, as the preview names it.
    pub profile: String,
    /// The key, dotted where it is a member.
    pub key: String,
    /// The key that was meant; `None` leaves it out.
    pub becomes: Option<String>,
}

/// A profile of a document that is taken.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ImportChoice {
    /// Its name, as the preview has it.
    pub name: String,
    /// Whether what is there gives way to it.
    pub replace: bool,
}

/// A setting that cannot be taken.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct SettingTrouble {
    /// The key, dotted where it is a member.
    pub key: String,
    /// What is wrong with it.
    pub message: String,
    /// The known key that was probably meant.
    pub nearest: Option<String>,
}
