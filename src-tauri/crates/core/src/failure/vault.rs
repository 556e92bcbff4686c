use std::collections::BTreeSet;

use keybelt_contract::{Failure, FailureCode as Code};
use keybelt_vault::Part;

use super::{defect, failure};
use crate::trouble::VaultTrouble;

/// What to do about a file that is not what it should be.
pub(crate) const MEND_FILE: &str = "Nothing was changed. Bring a backup back with `keybelt vault restore FILE --passphrase-file FILE --replace`, or copy the whole folder back from one of your computer.";

/// What to do about records of these kinds that do not open.
pub(crate) fn mend(parts: &BTreeSet<Part>) -> String {
    let mut advice = vec!["Everything else still works."];
    advice.extend(parts.iter().map(|part| match part {
        Part::Account => "Link a damaged account again with --account and its name, or take it out with `keybelt unlink NAME`.",
        Part::Profile => {
            "Put a damaged profile in anew with `keybelt profile import FILE --replace`, which keeps its accounts, or take it out with `keybelt profile remove NAME`."
        }
        Part::Output => "Remove a damaged output with `keybelt output remove ID`, and add it anew.",
        Part::Pending => "A link that was under way is lost: start it again.",
        Part::Line => "A line of the log that does not open is lost; nothing else needs it.",
        Part::Blob => "What was kept beside the accounts is made anew when it is needed.",
    }));
    if parts
        .iter()
        .any(|part| !matches!(part, Part::Pending | Part::Blob))
    {
        advice.push(
            "Or bring a backup back with `keybelt vault restore FILE --passphrase-file FILE --replace`.",
        );
    }
    advice.join(" ")
}

impl From<VaultTrouble> for Failure {
    fn from(trouble: VaultTrouble) -> Self {
        match trouble {
            VaultTrouble::Locked => failure(
                Code::VaultLocked,
                "The vault is locked.",
                "Unlock it: type its passphrase where Keybelt asks for it, or name a file that holds it in KEYBELT_PASSPHRASE_FILE.",
            ),
            VaultTrouble::NoKeySource => failure(
                Code::KeyringUnavailable,
                "No keyring answers, and no terminal is there to ask for a passphrase.",
                "Start a keyring service, or name a file that only you can read, with a passphrase in it, in KEYBELT_PASSPHRASE_FILE.",
            ),
            VaultTrouble::Absent => failure(
                Code::NotFound,
                "There is no vault yet.",
                "Add a profile with `keybelt profile add NAME`; the vault is made then.",
            ),
            VaultTrouble::Exists => failure(
                Code::AlreadyExists,
                "There is a vault already.",
                "Unlock it instead, or choose another folder with --home.",
            ),
            VaultTrouble::WrongPassphrase => failure(
                Code::WrongPassphrase,
                "That is not the passphrase of this vault.",
                "Try again. Nothing was changed.",
            ),
            VaultTrouble::WrongPassphraseFile { path } => failure(
                Code::WrongPassphrase,
                format!(
                    "The file {}, which KEYBELT_PASSPHRASE_FILE names, does not hold the passphrase of this vault.",
                    path.display()
                ),
                "Put the vault's passphrase into it, or name another file in KEYBELT_PASSPHRASE_FILE; without the variable Keybelt asks on the terminal. Nothing was changed.",
            ),
            VaultTrouble::UnfitPassphrase => failure(
                Code::Usage,
                "The passphrase is empty or too long.",
                "Choose one of 1 to 1024 characters.",
            ),
            VaultTrouble::PassphraseFile { path } => failure(
                Code::VaultLocked,
                format!("The passphrase file {} cannot be read.", path.display()),
                "Make the file, readable by you alone, or correct KEYBELT_PASSPHRASE_FILE.",
            ),
            VaultTrouble::KeyMissing => failure(
                Code::KeyMissing,
                "The keyring no longer holds this vault's key.",
                "Bring the keyring back from a backup of your computer, or the vault from a backup of its own with `keybelt vault restore FILE --passphrase-file FILE --replace`. Without the key the vault cannot be opened; Keybelt makes no new one over it.",
            ),
            VaultTrouble::WrongKey => failure(
                Code::KeyMissing,
                "The key in the keyring is not this vault's.",
                "Bring back the keyring that this vault was made with. Nothing was changed.",
            ),
            VaultTrouble::KeyringUnavailable => failure(
                Code::KeyringUnavailable,
                "No keyring answers.",
                "Log in to a desktop session or start a keyring service; this vault's key is kept there.",
            ),
            VaultTrouble::KeyringLocked => failure(
                Code::VaultLocked,
                "The keyring is locked and was not opened.",
                "Open the keyring when it asks; where nothing asks, log in to the desktop or use a passphrase. Then try again.",
            ),
            VaultTrouble::Damaged { what, part } => failure(
                Code::VaultDamaged,
                format!("The vault is damaged: {what}."),
                format!(
                    "{} `keybelt vault check` lists what is damaged.",
                    mend(&BTreeSet::from([part]))
                ),
            ),
            VaultTrouble::DamagedFile { what } => failure(
                Code::VaultDamaged,
                format!("The vault is damaged: {what}."),
                MEND_FILE,
            ),
            VaultTrouble::Permissions { path, command } => failure(
                Code::VaultPermissions,
                format!("Others can read {}.", path.display()),
                format!("Close it to them: {command}"),
            ),
            VaultTrouble::NoFolder { path } => failure(
                Code::Usage,
                format!(
                    "There is a file at {}, where Keybelt's own folder should be.",
                    path.display()
                ),
                "Name a folder with --home or in KEYBELT_HOME, or move the file away.",
            ),
            VaultTrouble::Newer => failure(
                Code::VaultNewer,
                "A newer Keybelt wrote this vault.",
                "Use that version, or choose another folder with --home.",
            ),
            VaultTrouble::ReadOnly => failure(
                Code::VaultReadOnly,
                "The vault cannot be written to.",
                "Make its folder and files writable for you.",
            ),
            VaultTrouble::Replaced => failure(
                Code::VaultBusy,
                "The vault was moved or replaced while it was in use.",
                "Try again: the vault that is there now is opened then.",
            ),
            VaultTrouble::Busy => failure(
                Code::VaultBusy,
                "Another process did not let go of the vault in time.",
                "Try again. If a stopped `keybelt` process is there, let it go on or end it.",
            ),
            VaultTrouble::DiskFull => failure(
                Code::DiskFull,
                "There is no room left on the disk.",
                "Make room, then try again. Nothing in the vault was changed.",
            ),
            VaultTrouble::DiskFails => failure(
                Code::DiskFull,
                "The disk did not take what was to be written: it is full, or it fails.",
                "Make room or see to the disk, and look whether it was done after all before you try again.",
            ),
            VaultTrouble::Defect(what) => defect(&what),
        }
    }
}
