//! The RSA key of a profile (RFC 5849 §3.4.3): made here, kept in the vault, its public half given out.

use keybelt_contract::{ProfileName, PublicKey};
use keybelt_primitives::Secret;
use keybelt_protocol::oauth1::rsa_key::{RsaKey, RsaKeyGenerationError};
use keybelt_vault::Part;

use super::{ProfilesError, one};
use crate::Keybelt;
use crate::trouble::VaultTrouble;

/// Why no RSA key was made. Nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NewRsaKeyError {
    /// The system's source of randomness failed.
    #[error("no randomness")]
    Entropy,
    /// A defect of ours.
    #[error("defect: {0}")]
    Defect(String),
}

/// Why there is no public key to give out.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PublicKeyError {
    /// No such profile, or the vault does not open.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// The profile has no RSA key.
    #[error("{profile} has no RSA key")]
    NoKey {
        /// The profile.
        profile: ProfileName,
    },
    /// The vault holds something else than a key.
    #[error(transparent)]
    Vault(#[from] VaultTrouble),
}

/// Makes a private key, as PEM: to be set as a profile's `rsa_key`, which keeps it.
pub async fn new_rsa_key(keybelt: &Keybelt) -> Result<Secret<String>, NewRsaKeyError> {
    let (_, entropy) = keybelt.effects();
    // A second or so of arithmetic.
    let made = tokio::task::spawn_blocking(move || RsaKey::generate(entropy.as_ref())?.to_pem()).await;
    match made {
        Ok(Ok(pem)) => Ok(pem),
        Ok(Err(RsaKeyGenerationError::Entropy(_))) => Err(NewRsaKeyError::Entropy),
        Ok(Err(error @ RsaKeyGenerationError::Defect)) => Err(NewRsaKeyError::Defect(error.to_string())),
        Err(error) => Err(NewRsaKeyError::Defect(error.to_string())),
    }
}

/// The public half of a profile's key: what is registered at the provider.
pub async fn public_key(keybelt: &Keybelt, name: &ProfileName) -> Result<PublicKey, PublicKeyError> {
    let (_, record) = one(keybelt, name).await?;
    let pem = record.rsa_key.ok_or_else(|| PublicKeyError::NoKey {
        profile: name.clone(),
    })?;
    let damaged = || VaultTrouble::Damaged {
        what: format!("the RSA key of the profile {name}"),
        part: Part::Profile,
    };
    let key = RsaKey::from_pem(&pem).map_err(|_| damaged())?;
    Ok(PublicKey {
        public_key: key.public_pem().map_err(|_| damaged())?,
    })
}
