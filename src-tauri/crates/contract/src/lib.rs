//! The nouns, commands and error codes that the window and the command line both speak.
//!
//! Owns: what crosses to a face, as serde types; the TypeScript bindings are made from it by the build.
//! Never: a secret on its way out, a rule. What a person types comes in as [`Typed`], which has no way back.
//! Start at: [`Account`], [`Failure`], [`COMMANDS`].

mod account;
mod activity;
mod bindings;
mod commands;
mod failure;
mod handover;
mod inspection;
mod link;
mod names;
mod output;
mod preferences;
mod profile;
mod request;
mod typed;
mod vault;

pub use account::{Account, AccountDetail, LastError, Protocol, Refreshed, Status, Unlinked};
pub use activity::{LogEntry, TokenUpdate, UsedBy};
pub use bindings::{COMMANDS, CommandWindow};
pub use commands::*;
pub use failure::{Failure, FailureCode};
pub use handover::{Exposure, HandOverRecipe, HandOverStep};
pub use inspection::{
    CheckOutcome, CheckRecord, HeldAgainst, Inspection, KnownKeys, Likeness, Pasted, PastedKey, PastedToken,
    Verdict,
};
pub use link::{Discovered, LinkEvent, LinkProgress, LinkRequest, LinkStep, Linking, Route};
pub use names::{AccountName, NameError, ProfileName};
pub use output::{Output, OutputFailure, OutputKind, TokenPassing};
pub use preferences::{Preferences, TextSize, Theme};
pub use profile::{
    ExportedProfiles, ImportChoice, ImportMend, ImportPreview, KnownSetting, Layer, PreviewedProfile,
    Profile, ProfileChange, ProfileDraft, ProfileFormat, Provider, ProviderSummary, PublicKey, Renamed,
    Setting, SettingForm, SettingProtocol, SettingTrouble,
};
pub use request::{
    ApiResponse, RequestDraft, RequestPlacement, RequestPlan, RequestProof, RequestTarget, ResponseBody,
    SavedResponse, Unfollowed,
};
pub use typed::Typed;
pub use vault::{DamagedRecord, KeySource, RestoredVault, VaultCheck, VaultStatus};
