use std::collections::BTreeMap;

use keybelt_contract::{Failure, FailureCode as Code, ProfileName, Protocol};

use super::{failure, provider_text};
use crate::discover::DiscoverError;
use crate::document::DocumentError;
use crate::metadata::MetadataTrouble;
use crate::profiles::{
    AddProfileError, ChangeProfileError, ExportProfilesError, ImportProfilesError, NewRsaKeyError,
    ProfilesError, PublicKeyError, RemoveProfileError,
};
use crate::providers::ProviderNotFound;
use crate::registry::ResolveError;
use crate::settings::{Problem, SettingFault};

const PROFILE_LIST: &str = "`keybelt profile list` shows those that are there.";

impl From<AddProfileError> for Failure {
    fn from(error: AddProfileError) -> Self {
        match error {
            AddProfileError::Faults(faults) => of_faults(&faults, None),
            AddProfileError::Exists(name) => failure(
                Code::AlreadyExists,
                format!("There is a profile {name} already."),
                "Choose another name, or remove that one first.",
            ),
            AddProfileError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<NewRsaKeyError> for Failure {
    fn from(error: NewRsaKeyError) -> Self {
        match error {
            NewRsaKeyError::Entropy => super::defect("the system's source of randomness failed"),
            NewRsaKeyError::Defect(what) => super::defect(&what),
        }
    }
}

impl From<PublicKeyError> for Failure {
    fn from(error: PublicKeyError) -> Self {
        match error {
            PublicKeyError::Profiles(error) => error.into(),
            PublicKeyError::NoKey { profile } => failure(
                Code::NotFound,
                format!("The profile {profile} has no RSA key."),
                format!(
                    "Make one with `keybelt profile set {profile} --new-rsa-key`, or bring one with --rsa-key-file FILE."
                ),
            ),
            PublicKeyError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<ImportProfilesError> for Failure {
    fn from(error: ImportProfilesError) -> Self {
        match error {
            ImportProfilesError::Document(error) => failure(
                Code::InvalidProfile,
                sentence(&format!(
                    "Nothing was imported. The document cannot be read: {error}"
                )),
                if error == DocumentError::Nameless {
                    "Correct it and import it again, or add it with `keybelt profile add NAME --from FILE`."
                } else {
                    "Correct it and import it again."
                },
            ),
            ImportProfilesError::Refused { faults, exist } => of_import(&faults, &exist),
            ImportProfilesError::Vault(trouble) => trouble.into(),
        }
    }
}

fn of_import(faults: &BTreeMap<String, Vec<SettingFault>>, exist: &[ProfileName]) -> Failure {
    let mut words: Vec<String> = faults
        .iter()
        .flat_map(|(name, faults)| faults.iter().map(move |fault| format!("{name} {fault}")))
        .collect();
    if !exist.is_empty() {
        words.insert(0, format!("There already: {}", joined(exist)));
    }
    let (code, hint) = match (faults.is_empty(), exist.is_empty()) {
        (true, _) => (
            Code::AlreadyExists,
            "Import with --replace to put these in the place of those that are there.",
        ),
        (false, true) => (
            code_of(faults.values().flatten()),
            "Correct the document and import it again.",
        ),
        (false, false) => (
            code_of(faults.values().flatten()),
            "Correct the document, and import it with --replace to put these in the place of those that are there.",
        ),
    };
    failure(
        code,
        sentence(&format!("Nothing was imported. {}", words.join("; "))),
        hint,
    )
}

impl From<ExportProfilesError> for Failure {
    fn from(error: ExportProfilesError) -> Self {
        match error {
            ExportProfilesError::Profiles(error) => error.into(),
            ExportProfilesError::Absent { names } => failure(
                Code::NotFound,
                format!("There are no profiles {}.", joined(&names)),
                PROFILE_LIST,
            ),
            ExportProfilesError::Unwritable(error) => failure(
                Code::Usage,
                sentence(&format!("Nothing was exported: {error}")),
                "Choose another form; JSON takes everything.",
            ),
            ExportProfilesError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<ChangeProfileError> for Failure {
    fn from(error: ChangeProfileError) -> Self {
        match error {
            ChangeProfileError::Profiles(error) => error.into(),
            ChangeProfileError::Nothing => failure(
                Code::Usage,
                "Nothing was named that should change.",
                "Name a setting, such as --client-id ID, --set KEY=VALUE or --unset KEY.",
            ),
            ChangeProfileError::Faults(faults) => of_faults(&faults, None),
            ChangeProfileError::Taken(name) => failure(
                Code::AlreadyExists,
                format!("There is a profile {name} already."),
                "Choose another name.",
            ),
            ChangeProfileError::Vault(trouble) => trouble.into(),
        }
    }
}

fn of_faults(faults: &[SettingFault], profile: Option<&str>) -> Failure {
    let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let whose = profile
        .map(|name| format!("Profile {name}: "))
        .unwrap_or_default();
    let hint = match faults.first().map(|fault| &fault.problem) {
        Some(Problem::SecretAsArgument) if faults.iter().any(|fault| fault.key.ends_with("rsa_key")) => {
            "Give the key with --rsa-key-file FILE, or - for standard input, or have one made with --new-rsa-key."
        }
        Some(Problem::SecretAsArgument) => {
            "Give a secret with --client-secret-file FILE, or - for standard input."
        }
        Some(Problem::SecretInAddress { .. }) => {
            "Take it out of the address. A client secret is given with --client-secret-file FILE, or - for standard input."
        }
        Some(problem) if problem.is_insecure() => {
            "Use https, or http://127.0.0.1 for a server on this machine."
        }
        _ => "Correct it and try again. Nothing was stored.",
    };
    failure(
        code_of(faults.iter()),
        sentence(&format!("{whose}{}", words.join("; "))),
        hint,
    )
}

/// With the full stop that it lacks.
fn sentence(words: &str) -> String {
    if words.ends_with(['?', '.']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}

fn code_of<'a>(faults: impl Iterator<Item = &'a SettingFault>) -> Code {
    let mut code = Code::InvalidProfile;
    for fault in faults {
        match &fault.problem {
            Problem::SecretAsArgument => return Code::Usage,
            problem if problem.is_insecure() => code = Code::InsecureEndpoint,
            _ => {}
        }
    }
    code
}

impl From<ProfilesError> for Failure {
    fn from(error: ProfilesError) -> Self {
        match error {
            ProfilesError::NotFound { name, nearest } => failure(
                Code::NotFound,
                format!("There is no profile {name}."),
                match nearest {
                    Some(near) => format!("Did you mean {near}?"),
                    None => PROFILE_LIST.to_owned(),
                },
            ),
            ProfilesError::Damaged { name } => failure(
                Code::VaultDamaged,
                format!("The profile {name} is damaged and does not open."),
                format!(
                    "Put it in anew with `keybelt profile import FILE --replace`, which keeps its accounts, or take it out with `keybelt profile remove {name}`."
                ),
            ),
            ProfilesError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<RemoveProfileError> for Failure {
    fn from(error: RemoveProfileError) -> Self {
        match error {
            RemoveProfileError::Profiles(error) => error.into(),
            RemoveProfileError::HasAccounts { accounts, damaged } => {
                let damaged = damaged
                    .iter()
                    .map(|record| format!("{record} (damaged, its name is lost)"));
                let all: Vec<String> = accounts.iter().map(ToString::to_string).chain(damaged).collect();
                failure(
                    Code::Usage,
                    format!("Accounts are linked by this profile: {}.", joined(&all)),
                    "Unlink them first, or remove it with --unlink.",
                )
            }
            RemoveProfileError::MoreAccounts(accounts) => failure(
                Code::Usage,
                format!(
                    "Meanwhile, other accounts were linked by this profile: {}. Nothing was removed.",
                    joined(&accounts)
                ),
                "Look at them, then remove it again.",
            ),
            RemoveProfileError::Vault(trouble) => trouble.into(),
        }
    }
}

impl From<ProviderNotFound> for Failure {
    fn from(error: ProviderNotFound) -> Self {
        failure(
            Code::NotFound,
            format!("The catalogue has no provider {}.", provider_text(&error.id)),
            match error.nearest {
                Some(near) => format!("Did you mean {near}?"),
                None => "`keybelt provider list` shows those that are there.".to_owned(),
            },
        )
    }
}

impl From<DiscoverError> for Failure {
    fn from(error: DiscoverError) -> Self {
        match error {
            DiscoverError::NotAnAddress => failure(
                Code::Usage,
                "This is no address of an issuer or its metadata.",
                "Give one such as https://accounts.example.com.",
            ),
            DiscoverError::Metadata(trouble) => trouble.into(),
        }
    }
}

impl From<MetadataTrouble> for Failure {
    fn from(trouble: MetadataTrouble) -> Self {
        match trouble {
            MetadataTrouble::Exchange(trouble) => trouble.into(),
            MetadataTrouble::Unavailable { url, status } => failure(
                Code::ProviderUnavailable,
                format!("The server's metadata cannot be had now (HTTP {status} at {url})."),
                "Try again later. Nothing that is stored was changed.",
            ),
            MetadataTrouble::Absent { url, status } => failure(
                Code::InvalidMetadata,
                format!("No metadata at {url} (HTTP {status})."),
                "Check the issuer or `server_metadata_url`, or set the endpoints themselves in the profile.",
            ),
            MetadataTrouble::Insecure { member } => failure(
                Code::InsecureEndpoint,
                format!(
                    "The server's metadata gives `{}` an address that is not https.",
                    provider_text(&member)
                ),
                "Tell the provider, or set that endpoint in the profile.",
            ),
            MetadataTrouble::Issuer { expected, found } => failure(
                Code::IssuerMismatch,
                format!(
                    "The metadata names another issuer than the expected one: {} instead of {}.",
                    provider_text(&found),
                    provider_text(&expected)
                ),
                format!(
                    "If that is the provider you mean, set `issuer` to exactly {}",
                    provider_text(&found)
                ),
            ),
            MetadataTrouble::Repeated => failure(
                Code::InvalidResponse,
                "The server's metadata names a member twice, so nobody can tell which one it means.",
                "Check the issuer, or set the endpoints themselves in the profile.",
            ),
            MetadataTrouble::Invalid { detail } => failure(
                Code::InvalidMetadata,
                format!(
                    "The server's metadata cannot be used: {}.",
                    provider_text(&detail)
                ),
                "Check the issuer, or set the endpoints themselves in the profile.",
            ),
            MetadataTrouble::NeedsIssuer => failure(
                Code::InvalidProfile,
                "The issuer cannot be told from this `server_metadata_url`.",
                "Set `issuer` in the profile as well.",
            ),
        }
    }
}

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::Missing {
                profile,
                key,
                protocol,
            } => failure(
                Code::InvalidProfile,
                format!("Profile {profile} lacks `{key}`, and no layer below gives it."),
                match (key, protocol) {
                    ("client_secret", Protocol::Oauth1) => format!(
                        "Set it in the window under Profiles, or with `keybelt profile set {profile} --client-secret-file FILE`; where the provider gives no secret, with an empty file."
                    ),
                    ("client_secret", _) => {
                        format!(
                            "Set it in the window under Profiles, or with `keybelt profile set {profile} --client-secret-file FILE`."
                        )
                    }
                    ("client_kwargs.rsa_key", _) => format!(
                        "Make one with `keybelt profile set {profile} --new-rsa-key`, or bring one with --rsa-key-file FILE."
                    ),
                    ("client_id", _) => {
                        format!(
                            "Set it in the window under Profiles, or with `keybelt profile set {profile} --client-id ID`."
                        )
                    }
                    (_, Protocol::Oauth1) => format!(
                        "Set it in the window under Profiles, or with `keybelt profile set {profile} --set {key}=VALUE`: with OAuth 1, no server tells it. The provider's documentation has it."
                    ),
                    _ => format!(
                        "Set it in the window under Profiles, or with `keybelt profile set {profile} --set {key}=VALUE`; or set `issuer` where the server publishes its metadata."
                    ),
                },
            ),
            ResolveError::Faults { profile, faults } => of_faults(&faults, Some(profile.as_str())),
            ResolveError::Oauth1 { profile } => failure(
                Code::InvalidProfile,
                format!("Profile {profile} speaks OAuth 1, and the account was linked by OAuth 2."),
                "Set the profile back, or link the account again.",
            ),
            ResolveError::PkceUnlisted { profile } => failure(
                Code::InvalidMetadata,
                format!("The provider of {profile} says that it does not take PKCE with S256."),
                "Keybelt does not go on without it by itself. If you must, set `client_kwargs.code_challenge_method` to plain or none in so many words.",
            ),
            ResolveError::Unpinned { profile, key, host } => failure(
                Code::InvalidMetadata,
                format!(
                    "The server's metadata puts `{key}` of {profile} at {}, which the catalogue does not know as this provider's.",
                    provider_text(&host)
                ),
                format!(
                    "Nothing was sent there. If the provider says that it is right, set `{key}` in the profile."
                ),
            ),
            ResolveError::Metadata(trouble) => trouble.into(),
            ResolveError::Defect(what) => super::defect(&what),
        }
    }
}

fn joined(names: &[impl ToString]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(", ")
}
