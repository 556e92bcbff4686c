//! The use cases: what both faces do, each one written once.
//!
//! Owns: the registry, link, token, refresh, request, unlink, inspect, export, the practice provider's start, the desktop's door;
//! it joins vault, net, catalogue, practice and protocol, and puts every failure into words (`failure`).
//! Never: layout of text, SQL, a socket, an address built by hand. The clock and randomness only in `system`.
//! Start at: [`link::link`], then [`token::fresh`] and [`refresh`].

mod account_for;
pub mod accounts;
mod aside;
pub mod commits;
pub mod desktop;
pub mod discover;
pub mod doctor;
mod document;
pub mod exec;
pub mod export;
mod failure;
pub mod inspect;
mod issued_at;
mod keybelt;
mod keys;
pub mod link;
pub mod log;
mod mask;
mod metadata;
mod new_file;
mod opening;
pub mod outputs;
pub mod pasted;
mod patience;
pub mod practice;
pub mod profiles;
pub mod providers;
pub mod recipes;
pub mod refresh;
mod registry;
pub mod rename;
pub mod request;
mod said_back;
mod schedule;
mod settings;
mod signed_exchange;
mod system;
pub mod token;
mod token_endpoint;
mod trace;
mod trouble;
pub mod unlink;
pub mod updates;
pub mod vault;
pub mod vault_keys;
mod verification;

pub use account_for::{AccountForError, account_for};
pub use aside::{Aside, TellAside};
pub use document::{DocumentError, WriteError};
pub use keybelt::{AskPassphrase, Asking, Event, Keybelt, NeverAsk, Setup, default_home};
pub use keybelt_net::NetOptions;
pub use metadata::MetadataTrouble;
pub use registry::ResolveError;
pub use settings::{AskedSettings, Problem, RouteRefusal, SettingFault, known as known_settings};
pub use system::{SystemClock, SystemEntropy};
pub use trace::{Trace, TraceError};
pub use trouble::{AnswerTrouble, ExchangeTrouble, VaultTrouble};
