//! The window's commands, once: the build makes the permission list, the handler and the TypeScript map from this table.

use crate::*;

/// Calls the given macro with every command of the window: `window name(argument: Type, …) -> Result;`.
///
/// `main` is the main window, `bar` the bar of the authorization window; a command answers in its own window only.
#[macro_export]
macro_rules! commands {
    ($callback:ident) => {
        $callback! {
            main list_accounts() -> Vec<Account>;
            main show_account(account: AccountName) -> AccountDetail;
            main account_log(account: AccountName) -> Vec<LogEntry>;
            main whole_log() -> Vec<LogEntry>;
            main save_log() -> Option<String>;
            main refresh_account(account: AccountName) -> Account;
            main rename_account(account: AccountName, new_name: AccountName) -> Account;
            main unlink_account(account: AccountName, revoke: bool) -> Unlinked;
            main hand_over_recipes(account: AccountName) -> Vec<HandOverRecipe>;
            main list_outputs(account: AccountName) -> Vec<Output>;
            main keep_file(account: AccountName, format: String) -> Option<Output>;
            main remove_output(id: i64) -> ();
            main copy_access_token(account: AccountName) -> Copied;
            main clear_clipboard() -> ();
            main plan_request(draft: RequestDraft) -> RequestPlan;
            main send_request(draft: RequestDraft, host: Option<String>, refresh: bool) -> ApiResponse;
            main cancel_request() -> ();
            main save_response(id: u32) -> SavedResponse;
            main inspect_pasted(text: Typed, profile: Option<ProfileName>, fetch_keys: bool, access_token: Option<Typed>) -> Pasted;
            main list_profiles() -> Vec<Profile>;
            main show_profile(profile: ProfileName) -> Profile;
            main add_profile(draft: ProfileDraft) -> Profile;
            main remove_profile(profile: ProfileName, unlink: Vec<AccountName>) -> ();
            main set_profile(profile: ProfileName, change: ProfileChange) -> Profile;
            main rename_profile(profile: ProfileName, new_name: ProfileName) -> Profile;
            main make_rsa_key(profile: ProfileName) -> PublicKey;
            main show_public_key(profile: ProfileName) -> PublicKey;
            main list_settings() -> Vec<KnownSetting>;
            main preview_import(text: Typed) -> ImportPreview;
            main mend_import(mends: Vec<ImportMend>) -> ImportPreview;
            main import_profiles(chosen: Vec<ImportChoice>) -> Vec<Profile>;
            main forget_import() -> ();
            main export_profiles(profiles: Vec<ProfileName>, format: ProfileFormat) -> ExportedProfiles;
            main save_profiles(profiles: Vec<ProfileName>, format: ProfileFormat) -> Option<String>;
            main list_providers() -> Vec<ProviderSummary>;
            main show_provider(provider: String) -> Provider;
            main open_console(provider: String) -> ();
            main discover(address: String) -> Discovered;
            main start_link(request: LinkRequest) -> Linking;
            main start_practice() -> Linking;
            main cancel_link(id: u32) -> ();
            main link_in_browser(id: u32) -> Linking;
            main open_link(id: u32) -> ();
            main raise_link(id: u32) -> ();
            main paste_callback(id: u32, address: Typed) -> ();
            main vault_status() -> VaultStatus;
            main unlock_vault(passphrase: Option<Typed>) -> VaultStatus;
            main create_vault(passphrase: Option<Typed>) -> VaultStatus;
            main lock_vault() -> VaultStatus;
            main rekey_vault(passphrase: Option<Typed>, new_passphrase: Option<Typed>) -> VaultStatus;
            main back_up_vault(vault_passphrase: Option<Typed>, passphrase: Typed) -> Option<String>;
            main choose_backup() -> Option<String>;
            main restore_vault(passphrase: Typed, new_passphrase: Option<Typed>) -> RestoredVault;
            main preferences() -> Preferences;
            main keep_preferences(preferences: Preferences) -> ();
            main window_layout() -> WindowLayout;
            main keep_window_layout(layout: WindowLayout) -> ();
            bar bar_state() -> BarState;
            bar bar_cancel() -> ();
            bar bar_use_browser() -> ();
        }
    };
}

/// An access token was put on the clipboard.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Copied {
    /// When the clipboard is cleared, in seconds since 1970.
    pub clears_at: i64,
}

/// How the person left the main window, as far as the front end draws it.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct WindowLayout {
    /// The width of the list of accounts, in sixteenths of the text size; `None`: as it comes.
    pub list_width: Option<u16>,
    /// What the list of accounts is sorted by.
    #[serde(default)]
    pub order: AccountOrder,
}

/// What the list of accounts is sorted by.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AccountOrder {
    /// Who needs the person comes first; in groups.
    #[default]
    Need,
    /// What people call the provider.
    Provider,
    /// Whose account it is.
    Who,
}

/// Whether the connection to the page's origin is protected.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Connection {
    /// Nothing is loaded yet.
    Loading,
    /// TLS with a certificate that holds.
    Secure,
    /// Plain http on this machine's loopback.
    Loopback,
    /// The certificate does not hold; the page is not shown.
    BadCertificate,
    /// The page could not be loaded.
    Failed,
}

/// What the bar above the authorization page shows.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct BarState {
    /// The profile that is being linked.
    pub profile: ProfileName,
    /// What people call the provider.
    pub provider: String,
    /// The part of the origin before the registrable domain, scheme left out.
    pub origin_prefix: String,
    /// The registrable domain, which is shown bold.
    pub origin_domain: String,
    /// What follows it: the port.
    pub origin_suffix: String,
    /// How the connection stands.
    pub connection: Connection,
    /// The scopes that are asked for.
    pub scopes: Vec<String>,
    /// Whether this is the practice provider.
    pub practice: bool,
}

/// The events that Rust sends to the main window, by name.
pub mod events {
    /// Something about the accounts or the ledger changed; payload: none.
    pub const ACCOUNTS_CHANGED: &str = "accounts_changed";
    /// An authorization moved on; payload: [`crate::LinkProgress`].
    pub const LINK_PROGRESS: &str = "link_progress";
    /// The vault was locked or unlocked; payload: [`crate::VaultStatus`].
    pub const VAULT_CHANGED: &str = "vault_changed";
    /// The authorization page went elsewhere; payload: [`crate::BarState`], to the bar.
    pub const BAR_CHANGED: &str = "bar_changed";
}

use serde::{Deserialize, Serialize};
use ts_rs::TS;
