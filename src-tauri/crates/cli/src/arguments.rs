use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use keybelt_contract::{AccountName, ProfileFormat, ProfileName, Route};

/// Links your accounts, keeps their tokens fresh, and hands them to the tools that need them.
#[derive(Debug, Parser)]
#[command(
    name = "keybelt",
    version,
    max_term_width = 100,
    arg_required_else_help = false,
    after_help = environment()
)]
pub struct Arguments {
    /// Speak JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// The folder that holds everything [env: KEYBELT_HOME]
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Client registrations at providers
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// The built-in providers
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// Link an account
    Link(LinkArguments),
    /// List the linked accounts
    List,
    /// Show an account: claims, checks, who uses it
    Show {
        /// The account's name
        account: AccountName,
    },
    /// Print a fresh access token
    Token(TokenArguments),
    /// Show a token's claims and why each is or is not trusted
    Inspect(InspectArguments),
    /// Refresh an account's token now
    Refresh(RefreshArguments),
    /// Forget an account
    Unlink {
        /// The account's name
        account: AccountName,
        /// Let the provider take the grant back first; if that fails, the account stays
        #[arg(long)]
        revoke: bool,
    },
    /// Give an account another name
    Rename {
        /// Its name now
        account: AccountName,
        /// Its new name
        new: AccountName,
    },
    /// Print a fresh access token in a format that a tool reads
    Export(ExportArguments),
    /// Run a command with a fresh access token in its environment
    Exec(ExecArguments),
    /// Ask a provider's API, with the account's token
    Request(RequestArguments),
    /// Who was handed what, when
    Log {
        /// Only this account
        account: Option<AccountName>,
    },
    /// Tell of each renewed token as it happens, whoever renewed it
    Watch(WatchArguments),
    /// Where an account's tokens go by themselves, whenever they change
    #[command(subcommand)]
    Output(OutputCommand),
    /// The vault that holds the tokens
    #[command(subcommand)]
    Vault(VaultCommand),
    /// The practice provider: a pretend account on this machine, until interrupted
    Practice(PracticeArguments),
    /// What works here: keyring, display, webview, browser, clock, vault
    #[command(
        after_help = "Nothing is sent to another machine, nothing is made, and nobody is asked for anything.\n\
                            Whatever is found, the exit status is 0: --json gives [{\"probe\",\"outcome\",\"detail\"}], its outcome pass, \
                            fail, or skip, where a probe is not needed here or cannot be made."
    )]
    Doctor,
    /// Print what a shell needs to complete commands and options
    Completions {
        /// Which shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder, one a command
    #[command(
        after_help = "The pages are of section 1. Read one with `man -l FOLDER/keybelt.1`, or write them to a folder \
                            man1 below one of those that `manpath` names: then `man keybelt-link` finds them."
    )]
    Manual {
        /// The folder; made where it is missing
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

/// The variables that are heeded, and what each is for.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    ("KEYBELT_HOME", "The folder that holds everything"),
    (
        "KEYBELT_PASSPHRASE_FILE",
        "A file, readable by you alone, with the vault's passphrase",
    ),
    ("BROWSER", "The browser that `link` opens"),
    ("NO_COLOR", "No colours, where it is not empty"),
];

fn environment() -> String {
    let lines = ENVIRONMENT
        .iter()
        .map(|(name, what)| format!("\n  {name:23}  {what}"));
    format!("Environment:{}", lines.collect::<String>())
}

#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Add a profile
    Add {
        /// The profile's name: 1 to 64 of A-Z a-z 0-9 . _ -
        name: ProfileName,
        /// Its settings
        #[command(flatten)]
        settings: SettingsArguments,
    },
    /// Change a profile's settings; what is not named stays as it is
    Set {
        /// The profile's name
        name: ProfileName,
        /// The settings to change
        #[command(flatten)]
        settings: SettingsArguments,
        /// Leave a setting to the catalogue, the server or the default again; KEY may be dotted
        #[arg(long, value_name = "KEY")]
        unset: Vec<String>,
    },
    /// Give a profile another name; its redirect URIs stay
    Rename {
        /// Its name now
        name: ProfileName,
        /// Its new name
        new: ProfileName,
    },
    /// Add profiles from a file: JSON, TOML, Authlib's Python setting, or an .env file
    #[command(after_help = "Forms, told apart by what stands in them:\n  \
                      JSON    {\"NAME\": {settings}, …}\n  \
                      TOML    [NAME] and settings\n  \
                      Python  AUTHLIB_OAUTH_CLIENTS = {…} anywhere in a file; literals only, nothing is run\n  \
                      .env    NAME_CLIENT_ID=…, NAME_CLIENT_SECRET=…; they add to the profile or the built-in\n          \
                      provider of that name, also without --replace\n\n\
                      All profiles are taken, or none.")]
    Import {
        /// The file, or - for standard input
        file: String,
        /// Put them in the place of profiles of the same names
        #[arg(long)]
        replace: bool,
    },
    /// Write profiles down, so that they can be imported again: all of them, or those named
    Export {
        /// The profiles' names
        names: Vec<ProfileName>,
        /// Their secrets too; who gets them stands in the log
        #[arg(long)]
        with_secrets: bool,
        /// The form
        #[arg(long, value_enum, default_value = "json")]
        format: WrittenForm,
    },
    /// List the profiles
    List,
    /// Show a profile's settings, and where each comes from
    Show {
        /// The profile's name
        name: ProfileName,
    },
    /// Print the public half of a profile's RSA key, to be registered at the provider
    PublicKey {
        /// The profile's name
        name: ProfileName,
    },
    /// Remove a profile
    Remove {
        /// The profile's name
        name: ProfileName,
        /// Forget its accounts too
        #[arg(long)]
        unlink: bool,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum WrittenForm {
    /// {"NAME": {settings}, …}
    Json,
    /// A table per profile
    Toml,
    /// Authlib's AUTHLIB_OAUTH_CLIENTS = {…}, with what the built-in providers say
    Python,
}

impl From<WrittenForm> for ProfileFormat {
    fn from(form: WrittenForm) -> Self {
        match form {
            WrittenForm::Json => Self::Json,
            WrittenForm::Toml => Self::Toml,
            WrittenForm::Python => Self::Python,
        }
    }
}

#[derive(Debug, Args)]
pub struct SettingsArguments {
    /// A built-in provider (see `keybelt provider list`)
    #[arg(long, value_name = "ID", group = "source")]
    pub provider: Option<String>,
    /// The provider's issuer, as it writes it
    #[arg(long, value_name = "URL", group = "source")]
    pub issuer: Option<String>,
    /// Settings as a JSON object, from a file or - for standard input
    #[arg(long, value_name = "FILE", group = "source")]
    pub from: Option<String>,
    /// The client ID of the registration
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// The client secret of the registration, from a file or - for standard input
    #[arg(long, value_name = "FILE")]
    pub client_secret_file: Option<String>,
    /// The private RSA key that signs OAuth 1 requests by RSA-SHA1, as PEM, from a file or - for standard input
    #[arg(long, value_name = "FILE")]
    pub rsa_key_file: Option<String>,
    /// Make the key here instead; `keybelt profile public-key` prints what to register
    #[arg(long, conflicts_with = "rsa_key_file")]
    pub new_rsa_key: bool,
    /// The scopes to ask for, with spaces between them
    #[arg(long)]
    pub scope: Option<String>,
    /// The redirect URI, where the registration needs another than Keybelt's own
    #[arg(long, value_name = "URI")]
    pub redirect_uri: Option<String>,
    /// Any other setting; KEY may be dotted (client_kwargs.prompt), VALUE is JSON if it parses
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub set: Vec<(String, String)>,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("it has the form KEY=VALUE".to_owned()),
    }
}

#[derive(Debug, Subcommand)]
pub enum ProviderCommand {
    /// List the built-in providers
    List {
        /// Only those that have this word in their id, name or category
        #[arg(long, value_name = "WORD")]
        search: Option<String>,
    },
    /// Show a built-in provider
    Show {
        /// The provider's id
        id: String,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Via {
    /// Keybelt's own window
    Webview,
    /// Your browser, with a redirect to this machine
    Browser,
    /// You paste the address that you end at, or type an OAuth 1 PIN
    Manual,
}

impl From<Via> for Route {
    fn from(via: Via) -> Self {
        match via {
            Via::Webview => Self::Webview,
            Via::Browser => Self::Browser,
            Via::Manual => Self::Manual,
        }
    }
}

const TRACE_HELP: &str = "\
A trace is JSON Lines, a line as each thing happens, on the disk before the link goes on; it is written, too, where the \
link fails. Each secret (tokens, codes, verifiers, client secrets, signatures, cookies, state, nonce) is replaced by \
[secret, N bytes], N being its length. Names, e-mail addresses and hosts stay: look at it before you pass it on.
  {\"event\":\"begun\",\"at\",\"keybelt\",\"profile\",\"via\",\"scope\"}
  {\"event\":\"exchange\",\"at\",\"took_ms\",\"request\":{\"method\",\"url\",\"headers\":[[name,value]],\"body\",\"body_bytes\"},
   \"answer\":null|{\"status\",\"headers\",\"body\",\"body_bytes\"},\"error\":null|\"…\"}
  {\"event\":\"authorization_request\",\"at\",\"url\",\"redirect_uri\"}
  {\"event\":\"authorization_response\",\"at\",\"parameters\":[[name,value]]}
  {\"event\":\"linked\",\"at\",\"account\"} or {\"event\":\"failed\",\"at\",\"error\":{\"code\",\"message\",\"hint\"}}
A body is JSON where it was JSON, else text.";

#[derive(Debug, Args)]
#[command(after_help = TRACE_HELP)]
pub struct LinkArguments {
    /// The profile to link by
    pub profile: ProfileName,
    /// The account's name, instead of one made from the identity
    #[arg(long)]
    pub account: Option<AccountName>,
    /// How you reach the provider
    #[arg(long, value_enum, default_value = "browser")]
    pub via: Via,
    /// Scopes instead of the profile's
    #[arg(long, value_parser = scope)]
    pub scope: Option<String>,
    /// Tell the address instead of opening a browser
    #[arg(long)]
    pub no_open: bool,
    /// Give up after so long
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: u32,
    /// Write each exchange to a new file, which only you can read, every secret replaced by its length
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(override_usage = "keybelt token [OPTIONS] <ACCOUNT>\n       keybelt token [OPTIONS] --for <URL>")]
pub struct TokenArguments {
    /// The account's name
    #[arg(required_unless_present = "for_url", conflicts_with = "for_url")]
    pub account: Option<AccountName>,
    /// The account whose API this address belongs to, by its profile's api_base_url and hosts
    #[arg(long = "for", value_name = "URL")]
    pub for_url: Option<String>,
    /// Refresh first when less than this is left
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub min_ttl: u64,
    /// Refresh first in any case
    #[arg(long)]
    pub force_refresh: bool,
}

#[derive(Debug, Args)]
pub struct InspectArguments {
    /// An account, - for standard input, or a file (beginning with / ./ or ../)
    #[arg(value_name = "ACCOUNT | - | FILE")]
    pub what: String,
    /// The issuer that the token should be of; its metadata names the keys
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// Read the keys from there, and from nowhere else
    #[arg(long, value_name = "URL", conflicts_with = "jwks_file")]
    pub jwks_uri: Option<String>,
    /// Read the keys from this file, and from nowhere else
    #[arg(long, value_name = "FILE")]
    pub jwks_file: Option<String>,
    /// The client ID that the token should be meant for
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// The client secret, for tokens signed with it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["jwks_uri", "jwks_file"])]
    pub client_secret_file: Option<String>,
    /// The nonce that the token should carry
    #[arg(long, value_name = "N")]
    pub nonce: Option<String>,
    /// How long ago the sign-in may have been
    #[arg(long, value_name = "SECONDS")]
    pub max_age: Option<u64>,
    /// An algorithm that may have signed it; may be repeated
    #[arg(long, value_name = "ALG")]
    pub alg: Vec<String>,
    /// The access token that came with it
    #[arg(long, value_name = "FILE")]
    pub access_token_file: Option<String>,
    /// The code that it was got for
    #[arg(long, value_name = "FILE")]
    pub code_file: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct RefreshArguments {
    /// The account's name
    pub account: Option<AccountName>,
    /// Every account that can be refreshed
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The account's name
    #[arg(required_unless_present = "formats", requires = "to")]
    pub account: Option<AccountName>,
    /// The format (see --formats)
    #[arg(long, value_name = "FORMAT", requires = "account")]
    pub to: Option<String>,
    /// Write it to this file, which only you can read
    #[arg(long, value_name = "FILE", requires = "account")]
    pub output: Option<PathBuf>,
    /// List the formats
    #[arg(long, conflicts_with_all = ["account", "to", "output"])]
    pub formats: bool,
}

#[derive(Debug, Args)]
pub struct ExecArguments {
    /// The account's name
    pub account: AccountName,
    /// The variable's name (KEYBELT_TOKEN, if unsaid)
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<std::ffi::OsString>,
}

#[derive(Debug, Args)]
#[command(override_usage = "keybelt request [OPTIONS] <ACCOUNT> [METHOD] <URL>")]
pub struct RequestArguments {
    /// The account whose token goes along
    pub account: AccountName,
    /// GET, POST, …; GET if unsaid, or POST with --data
    #[arg(value_name = "METHOD | URL")]
    pub method: String,
    /// Relative to the profile's api_base_url, or in full: then its host gets the token
    #[arg(value_name = "URL")]
    pub url: Option<String>,
    /// A header, as `Name: value`; may be repeated
    #[arg(long = "header", value_name = "H")]
    pub headers: Vec<String>,
    /// The body, from a file or - for standard input; a form, unless a header says otherwise
    #[arg(long, value_name = "FILE")]
    pub data: Option<String>,
    /// Print the answer's status and headers before its body
    #[arg(long)]
    pub include: bool,
    /// End with status 7 where the API answers 4xx or 5xx
    #[arg(long)]
    pub fail: bool,
    /// Give up after so long
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: u32,
}

#[derive(Debug, Args)]
#[command(after_help = "\
With --json each update is one line:
  {\"event\":\"token_update\",\"seq\",\"at\",\"account\",\"profile\",\"expires_at\",\"scopes\",\"rotated\"}
`seq` grows with each update; `rotated` says whether the refresh token changed. `account` is what the account is \
called now. There is no token in it: `keybelt token ACCOUNT` fetches it.

Keep the last `seq` that you were told and begin with --since SEQ: nothing is missed, and what you did not keep comes \
once more. The command ends when you interrupt it, when nobody reads what it prints, or when ACCOUNT is unlinked.")]
pub struct WatchArguments {
    /// Only this account, also after it is renamed
    pub account: Option<AccountName>,
    /// Begin with what came after this number (0: with the first), instead of what comes from now on
    #[arg(long, value_name = "SEQ", value_parser = clap::value_parser!(i64).range(0..))]
    pub since: Option<i64>,
}

#[derive(Debug, Subcommand)]
pub enum OutputCommand {
    /// Add an output: a command to run, or a file to keep
    Add(AddOutputArguments),
    /// List the outputs, and how they stand
    #[command(after_help = OUTPUT_JSON)]
    List,
    /// Remove an output, and the file that it kept
    Remove {
        /// Its number
        #[arg(value_parser = output_number)]
        id: i64,
    },
}

fn output_number(text: &str) -> Result<i64, &'static str> {
    text.parse()
        .map_err(|_| "an output is named by its number, which `keybelt output list` shows")
}

const OUTPUT_HELP: &str = "\
The token as it stands is delivered at once, then each new one as it comes, whoever renewed it; one that could not be \
delivered is tried again, ever later. An output follows its account when it is renamed, and goes with it.

A command is run without a shell, in your home folder, with KEYBELT_ACCOUNT set to the account's name, one run at a \
time; exit status 0 means that it took the token. What it prints is not kept. After its time it is ended.
A file is replaced as a whole, has mode 0600, and is removed with its output. Its folder has to be there; links are not \
followed, and nothing that stands there is written over.

`keybelt output list --help` says what --json gives.";

const OUTPUT_JSON: &str = "\
JSON, of `add` one and of `list` an array, by the account's name, then in the order in which they were added:
  {\"id\",\"account\",\"kind\":\"command\"|\"file\",\"command\":[…],\"token\":\"stdin\"|\"env\",\"timeout\",\"file\",\"format\",
   \"added_at\",\"delivered_at\",\"seq\",\"pending\",\"failed\":null|{\"message\",\"at\",\"times\",\"next_at\"}}
`seq` is the update that was delivered last (0: the link itself); `pending`, whether a newer token waits; `failed`, what \
went wrong with that one. `account` is null where it was unlinked and its file could not be removed yet.";

#[derive(Debug, Args)]
#[command(
    override_usage = "keybelt output add ACCOUNT --file FILE --format FORMAT\n       \
                      keybelt output add ACCOUNT [--stdin | --env] [--timeout SECONDS] --command ARG…",
    after_help = OUTPUT_HELP
)]
pub struct AddOutputArguments {
    /// The account's name
    pub account: AccountName,
    /// Keep the newest token in this file, which only you can read
    #[arg(long, value_name = "FILE", requires = "format")]
    pub file: Option<PathBuf>,
    /// The format of the file (see `keybelt export --formats`)
    #[arg(long, value_name = "FORMAT", requires = "file", conflicts_with = "command")]
    pub format: Option<String>,
    /// Give the command the token as JSON on its standard input (the default)
    #[arg(long, conflicts_with_all = ["env", "file"])]
    pub stdin: bool,
    /// Give the command the token in KEYBELT_TOKEN of its environment
    #[arg(long, conflicts_with = "file")]
    pub env: bool,
    /// How long the command may run (30, if unsaid)
    #[arg(long, value_name = "SECONDS", conflicts_with = "file", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub timeout: Option<u32>,
    /// Run this command with each new token, without a shell; everything that follows is its own
    #[arg(
        long,
        value_name = "ARG",
        num_args = 1..,
        allow_hyphen_values = true,
        required_unless_present = "file",
        conflicts_with = "file"
    )]
    pub command: Vec<std::ffi::OsString>,
}

#[derive(Debug, Subcommand)]
pub enum VaultCommand {
    /// Where it is, and whether it can be opened
    Status,
    /// Open every record and name what is damaged
    Check,
    /// Have the vault opened by another key
    Rekey(RekeyArguments),
    /// Write everything to a file that a passphrase opens
    Backup(BackupArguments),
    /// Make the vault from a backup
    Restore(RestoreArguments),
    /// Move the vault aside and start anew; nothing is deleted
    Reset {
        /// Yes, move it aside
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub struct RekeyArguments {
    /// What keeps the key from now on
    #[arg(long, value_name = "SOURCE")]
    pub to: KeyKeeper,
    /// A file with the new passphrase, or - for standard input; asked for otherwise
    #[arg(long, value_name = "FILE|-")]
    pub new_passphrase_file: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum KeyKeeper {
    /// The system's keyring
    Keyring,
    /// A passphrase
    Passphrase,
}

#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file to write; it must not be there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// A file with the backup's passphrase, or - for standard input
    #[arg(long, value_name = "FILE|-")]
    pub passphrase_file: String,
}

#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// A file with the backup's passphrase, or - for standard input
    #[arg(long, value_name = "FILE|-")]
    pub passphrase_file: String,
    /// Set the vault that is there aside
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, Args)]
pub struct PracticeArguments {
    /// The port to listen on; 0 for a free one
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Approve by itself, for tests and tours
    #[arg(long)]
    pub auto: bool,
    /// How long its access tokens live
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(30..=31_536_000))]
    pub token_life: Option<u32>,
}

/// Scopes as they may be sent (RFC 6749 §3.3).
fn scope(typed: &str) -> Result<String, String> {
    let fits = typed
        .bytes()
        .all(|byte| matches!(byte, b' ' | 0x21 | 0x23..=0x5B | 0x5D..=0x7E));
    if fits && !typed.trim().is_empty() {
        Ok(typed.to_owned())
    } else {
        Err("scopes are words of visible ASCII without \" and \\, with spaces between them".to_owned())
    }
}

#[cfg(test)]
mod tests;
