//! The vault as a whole: how it stands, what is damaged in it, opened and closed by the person.

use std::collections::BTreeSet;

use keybelt_contract::{DamagedRecord, Failure, FailureCode, VaultCheck, VaultStatus};
use keybelt_primitives::Secret;
use keybelt_vault::Part;

use crate::Keybelt;
use crate::failure::{MEND_FILE, failure, mend};
use crate::keybelt::Event;
use crate::trouble::VaultTrouble;

/// How the vault stands. Needs no key and makes nothing.
pub async fn status(keybelt: &Keybelt) -> Result<VaultStatus, VaultTrouble> {
    keybelt.door().status().await
}

/// How the vault stands, also where it is refused because others can reach its files; and then why it is.
pub async fn status_and_refusal(
    keybelt: &Keybelt,
) -> Result<(VaultStatus, Option<VaultTrouble>), VaultTrouble> {
    match status(keybelt).await {
        Err(refusal @ VaultTrouble::Permissions { .. }) => {
            Ok((keybelt.door().status_of_refused().await?, Some(refusal)))
        }
        Err(
            refusal @ (VaultTrouble::Damaged { .. }
            | VaultTrouble::DamagedFile { .. }
            | VaultTrouble::NoFolder { .. }
            | VaultTrouble::Newer
            | VaultTrouble::ReadOnly
            | VaultTrouble::DiskFull
            | VaultTrouble::DiskFails
            | VaultTrouble::Busy),
        ) => Ok((keybelt.door().status_unread(), Some(refusal))),
        status => Ok((status?, None)),
    }
}

/// Opens every record and tells which do not.
pub async fn check(keybelt: &Keybelt) -> Result<VaultCheck, VaultTrouble> {
    match look(keybelt).await {
        // Damage to the file itself is the one finding that there can be.
        Err(VaultTrouble::Damaged { what, .. } | VaultTrouble::DamagedFile { what }) => {
            let record = keybelt_vault::FILE.to_owned();
            Ok(VaultCheck {
                damaged: vec![DamagedRecord { record, cause: what }],
            })
        }
        outcome => outcome,
    }
}

async fn look(keybelt: &Keybelt) -> Result<VaultCheck, VaultTrouble> {
    let Some(vault) = keybelt.door().existing().await? else {
        return Ok(VaultCheck { damaged: Vec::new() });
    };
    let damaged = keybelt.door().run(&vault, |vault| vault.check()).await?;
    Ok(VaultCheck { damaged })
}

/// The failure that damage comes to, if there is any.
pub fn damage_of(check: &VaultCheck) -> Option<Failure> {
    let first = check.damaged.first()?;
    let others = match check.damaged.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let parts = check
        .damaged
        .iter()
        .map(|damaged| Part::of_record(&damaged.record));
    let parts: Option<BTreeSet<Part>> = parts.collect();
    Some(failure(
        FailureCode::VaultDamaged,
        format!("The vault is damaged: {}{others}.", first.record),
        parts.map_or_else(|| MEND_FILE.to_owned(), |parts| mend(&parts)),
    ))
}

/// Makes the vault: with this passphrase, else by the first source of a key that is there.
pub async fn create(
    keybelt: &Keybelt,
    passphrase: Option<Secret<String>>,
) -> Result<VaultStatus, VaultTrouble> {
    match passphrase {
        Some(passphrase) => keybelt.door().create(Some(passphrase)).await?,
        None => keybelt.door().make().await?,
    };
    keybelt.announce(Event::VaultChanged);
    status(keybelt).await
}

/// Opens the vault: with the passphrase, where its key is made from one.
pub async fn unlock(
    keybelt: &Keybelt,
    passphrase: Option<Secret<String>>,
) -> Result<VaultStatus, VaultTrouble> {
    keybelt.door().unlock(passphrase).await?;
    keybelt.announce(Event::VaultChanged);
    status(keybelt).await
}

/// Forgets the vault's key in this process, until it is unlocked.
pub async fn lock(keybelt: &Keybelt) -> Result<VaultStatus, VaultTrouble> {
    keybelt.door().lock();
    keybelt.announce(Event::VaultChanged);
    status(keybelt).await
}
