//! The way into the vault: found, opened by its own source of key, made by the first command that writes (cli.md,
//! "Key source"). One process opens it once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use keybelt_contract::{KeySource, VaultStatus};
use keybelt_primitives::{Entropy, Secret};
use keybelt_vault::{
    CreateError, Extent, KeepKey, Keyring, LEASE_PATIENCE, Lease, LockedVault, Status, UnlockError, Vault,
    VaultError,
};

use tokio::sync::watch;

use crate::aside::{Aside, TellAside};
use crate::keybelt::{AskPassphrase, Asking};
use crate::trouble::VaultTrouble;

/// The longest passphrase, in bytes.
const PASSPHRASE: usize = 1_024;
/// How long a vault is looked at again that gets another key each time while it is opened.
pub(crate) const REKEYING_PATIENCE: Duration = LEASE_PATIENCE;

/// The vault of one home, open or not.
pub(crate) struct Door {
    home: PathBuf,
    passphrase_file: Option<PathBuf>,
    ask: Arc<dyn AskPassphrase>,
    tell: Arc<TellAside>,
    entropy: Arc<dyn Entropy>,
    open: watch::Sender<Option<Arc<Vault>>>,
    /// The person locked it in the window: it stays so until they unlock it.
    shut: AtomicBool,
    /// Nobody is asked twice at once.
    opening: tokio::sync::Mutex<()>,
}

impl Door {
    pub(crate) fn new(
        home: PathBuf,
        passphrase_file: Option<PathBuf>,
        ask: Arc<dyn AskPassphrase>,
        tell: Arc<TellAside>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            home,
            passphrase_file,
            ask,
            tell,
            entropy,
            open: watch::Sender::new(None),
            shut: AtomicBool::new(false),
            opening: tokio::sync::Mutex::new(()),
        }
    }

    /// Whether the vault is open in this process.
    fn is_open(&self) -> bool {
        self.open.borrow().is_some()
    }

    /// Waits until the vault is open in this process.
    pub(crate) async fn opened(&self) {
        // The sender lives as long as this does.
        let _ = self.open.subscribe().wait_for(Option::is_some).await;
    }

    /// The vault, if it is open in this process.
    pub(crate) fn current(&self) -> Option<Arc<Vault>> {
        self.open.borrow().clone()
    }

    pub(crate) fn keep(&self, vault: Vault) -> Arc<Vault> {
        let vault = Arc::new(vault);
        self.shut.store(false, Ordering::Relaxed);
        self.open.send_replace(Some(vault.clone()));
        vault
    }

    /// The vault, opened where it must be; `None`: there is none, and none is made.
    pub(crate) async fn existing(&self) -> Result<Option<Arc<Vault>>, VaultTrouble> {
        if let Some(vault) = self.current() {
            return Ok(Some(vault));
        }
        let _one_at_a_time = self.opening.lock().await;
        if let Some(vault) = self.current() {
            return Ok(Some(vault));
        }
        let ends = Instant::now() + REKEYING_PATIENCE;
        loop {
            let Some(locked) = self.find().await? else {
                return Ok(None);
            };
            if self.shut.load(Ordering::Relaxed) {
                return Err(VaultTrouble::Locked);
            }
            let passphrase = self.key_of(locked.key_source()).await?;
            match self.open_by(locked, passphrase).await? {
                Err(UnlockError::Rekeyed) if Instant::now() < ends => {}
                opened => return opened.map(Some).map_err(|error| self.refused(error, false)),
            }
        }
    }

    /// The passphrase of a vault that was found; `None`: its key is in the keyring.
    async fn key_of(&self, source: KeySource) -> Result<Option<Secret<String>>, VaultTrouble> {
        match source {
            KeySource::Keyring => Ok(None),
            KeySource::Passphrase => {
                let said = self.passphrase(Asking::Unlock).await?;
                said.map(Some).ok_or(VaultTrouble::Locked)
            }
        }
    }

    /// The vault with what opens it, for work on the key itself. `said`: the passphrase, where the person gave it already.
    pub(crate) async fn with_key(
        &self,
        said: Option<Secret<String>>,
    ) -> Result<(LockedVault, Option<Secret<String>>), VaultTrouble> {
        let locked = self.find().await?.ok_or(VaultTrouble::Absent)?;
        let passphrase = match (locked.key_source(), said) {
            (KeySource::Passphrase, Some(said)) => Some(said),
            (source, _) => self.key_of(source).await?,
        };
        Ok((locked, passphrase))
    }

    /// What is to keep the key of a vault that is made: the passphrase's file where one is named, else `None` for the
    /// keyring. Whether one answers is seen when it is asked.
    pub(crate) async fn named_passphrase(&self) -> Result<Option<Secret<String>>, VaultTrouble> {
        match self.passphrase_file {
            Some(_) => self.passphrase(Asking::Create).await,
            None => Ok(None),
        }
    }

    /// A passphrase that the person chooses, for this.
    pub(crate) async fn chosen_passphrase(
        &self,
        asking: Asking,
    ) -> Result<Option<Secret<String>>, VaultTrouble> {
        let ask = self.ask.clone();
        blocking(move || ask.passphrase(asking)).await
    }

    /// The vault, made where there is none.
    pub(crate) async fn writable(&self) -> Result<Arc<Vault>, VaultTrouble> {
        loop {
            if let Some(vault) = self.existing().await? {
                return Ok(vault);
            }
            match self.make().await {
                // Another process was faster: its vault is the vault.
                Err(VaultTrouble::Exists) => {}
                outcome => return outcome,
            }
        }
    }

    /// By the first source of key that is there: the passphrase's file, the keyring, the person.
    pub(crate) async fn make(&self) -> Result<Arc<Vault>, VaultTrouble> {
        if self.passphrase_file.is_some() {
            let passphrase = self.passphrase(Asking::Create).await?;
            return self.create(passphrase).await;
        }
        match self.create(None).await {
            Err(VaultTrouble::KeyringUnavailable) => {
                let passphrase = self
                    .chosen_passphrase(Asking::Create)
                    .await?
                    .ok_or(VaultTrouble::NoKeySource)?;
                self.create(Some(passphrase)).await
            }
            outcome => outcome,
        }
    }

    /// Makes the vault, its key in the keyring or made from the passphrase.
    pub(crate) async fn create(
        &self,
        passphrase: Option<Secret<String>>,
    ) -> Result<Arc<Vault>, VaultTrouble> {
        let (home, entropy) = (self.home.clone(), self.entropy.clone());
        let key_source = match &passphrase {
            Some(_) => KeySource::Passphrase,
            None => KeySource::Keyring,
        };
        let made = blocking(move || match &passphrase {
            Some(passphrase) => Vault::create(&home, KeepKey::Passphrase(passphrase), entropy),
            None => Vault::create(&home, KeepKey::Keyring(&Keyring::system()), entropy),
        })
        .await?;
        let vault = self.keep(made.map_err(of_create)?);
        (self.tell)(Aside::VaultMade {
            path: self.home.join(keybelt_vault::FILE),
            key_source,
        });
        Ok(vault)
    }

    /// Opens the vault as the person asks for it in the window.
    pub(crate) async fn unlock(
        &self,
        passphrase: Option<Secret<String>>,
    ) -> Result<Arc<Vault>, VaultTrouble> {
        let _one_at_a_time = self.opening.lock().await;
        if let Some(vault) = self.current() {
            return Ok(vault);
        }
        let locked = self.find().await?.ok_or(VaultTrouble::Absent)?;
        let is_said = passphrase.is_some();
        let passphrase = match (locked.key_source(), passphrase) {
            (KeySource::Keyring, _) => None,
            (KeySource::Passphrase, Some(passphrase)) => Some(passphrase),
            (KeySource::Passphrase, None) => Some(
                self.passphrase(Asking::Unlock)
                    .await?
                    .ok_or(VaultTrouble::Locked)?,
            ),
        };
        self.open_by(locked, passphrase)
            .await?
            .map_err(|error| self.refused(error, is_said))
    }

    /// Forgets the key. Whoever works with the vault at this moment finishes first.
    pub(crate) fn lock(&self) {
        self.shut.store(true, Ordering::Relaxed);
        self.forget();
    }

    /// Closes the vault; whoever needs it opens what is there then.
    pub(crate) fn forget(&self) {
        self.open.send_replace(None);
    }

    async fn find(&self) -> Result<Option<LockedVault>, VaultTrouble> {
        let home = self.home.clone();
        blocking(move || LockedVault::find(&home))
            .await?
            .map_err(Into::into)
    }

    async fn open_by(
        &self,
        locked: LockedVault,
        passphrase: Option<Secret<String>>,
    ) -> Result<Result<Arc<Vault>, UnlockError>, VaultTrouble> {
        let entropy = self.entropy.clone();
        let opened = blocking(move || match &passphrase {
            Some(passphrase) => locked.unlock_with_passphrase(passphrase, entropy),
            None => locked.unlock_with_keyring(&Keyring::system(), entropy),
        })
        .await?;
        Ok(opened.map(|vault| self.keep(vault)).map_err(|(_, error)| error))
    }

    /// Why the vault did not open; where its file gave the passphrase, and not the person, it is named.
    pub(crate) fn refused(&self, error: UnlockError, is_said: bool) -> VaultTrouble {
        match (of_unlock(error), &self.passphrase_file) {
            (VaultTrouble::WrongPassphrase, Some(path)) if !is_said => {
                VaultTrouble::WrongPassphraseFile { path: path.clone() }
            }
            (trouble, _) => trouble,
        }
    }

    /// The passphrase: from the file where one is named, else from the person.
    async fn passphrase(&self, asking: Asking) -> Result<Option<Secret<String>>, VaultTrouble> {
        if let Some(path) = self.passphrase_file.clone() {
            let file = path.clone();
            return match (blocking(move || read_passphrase(&file)).await?, asking) {
                // No vault was made with such a one.
                (Err(VaultTrouble::UnfitPassphrase), Asking::Unlock) => {
                    Err(VaultTrouble::WrongPassphraseFile { path })
                }
                (read, _) => read.map(Some),
            };
        }
        self.chosen_passphrase(asking).await
    }

    /// How the vault stands; asks nobody and opens nothing.
    pub(crate) async fn status(&self) -> Result<VaultStatus, VaultTrouble> {
        match self.find().await? {
            None => Ok(self.status_unread()),
            Some(locked) => {
                let status = blocking(move || locked.status()).await??;
                Ok(self.stands(status).await)
            }
        }
    }

    /// How a vault stands that is refused because others can reach it.
    pub(crate) async fn status_of_refused(&self) -> Result<VaultStatus, VaultTrouble> {
        let home = self.home.clone();
        let status = blocking(move || LockedVault::status_of_refused(&home)).await??;
        Ok(match status {
            Some(status) => self.stands(status).await,
            None => self.status_unread(),
        })
    }

    /// How a vault stands of which nothing can be read.
    pub(crate) fn status_unread(&self) -> VaultStatus {
        VaultStatus {
            path: self.home.join(keybelt_vault::FILE).display().to_string(),
            key_source: None,
            locked: false,
            version: None,
            accounts: None,
        }
    }

    async fn stands(&self, status: Status) -> VaultStatus {
        let needs_person = status.key_source == KeySource::Passphrase && !self.has_passphrase().await;
        VaultStatus {
            path: status.path.display().to_string(),
            key_source: Some(status.key_source),
            locked: !self.is_open() && (needs_person || self.shut.load(Ordering::Relaxed)),
            version: Some(status.version),
            accounts: Some(status.accounts),
        }
    }

    /// Whether a passphrase can be had without asking anyone. Whether it is the vault's, only opening it tells.
    async fn has_passphrase(&self) -> bool {
        match self.passphrase_file.clone() {
            Some(path) => matches!(blocking(move || read_passphrase(&path)).await, Ok(Ok(_))),
            None => false,
        }
    }

    /// Works with the vault on a thread that may block.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        vault: &Arc<Vault>,
        work: impl FnOnce(&Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultTrouble> {
        let vault = vault.clone();
        let done = blocking(move || work(&vault)).await?;
        if matches!(done, Err(VaultError::Replaced)) {
            self.forget();
        }
        done.map_err(Into::into)
    }

    /// The right to refresh or remove one account, waited for.
    pub(crate) async fn lease(&self, vault: &Arc<Vault>, account: i64) -> Result<Lease, VaultTrouble> {
        self.run(vault, move |vault| {
            let ends = Instant::now() + LEASE_PATIENCE;
            if let Some(lease) = vault.free_lease(account)? {
                return Ok(lease);
            }
            let lease = vault.lease(account, LEASE_PATIENCE)?;
            // Whoever waited for the lease does not wait as long again to write.
            vault.refuse_unwritable(ends.saturating_duration_since(Instant::now()))?;
            Ok(lease)
        })
        .await
    }
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, VaultTrouble> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| VaultTrouble::Defect(error.to_string()))
}

fn read_passphrase(path: &Path) -> Result<Secret<String>, VaultTrouble> {
    use std::io::Read;
    let unreadable = || VaultTrouble::PassphraseFile {
        path: path.to_owned(),
    };
    let mut file = std::fs::File::open(path).map_err(|_| unreadable())?;
    if !file.metadata().is_ok_and(|found| found.is_file()) {
        return Err(unreadable());
    }
    keybelt_vault::check_private_file(&file, path)?;
    let mut text = zeroize::Zeroizing::new(String::with_capacity(PASSPHRASE + 3));
    let limit = u64::try_from(PASSPHRASE + 2).unwrap_or(u64::MAX);
    (&mut file)
        .take(limit)
        .read_to_string(&mut text)
        .map_err(|_| unreadable())?;
    // One final newline is the file's, not the passphrase's.
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.len() > PASSPHRASE {
        return Err(VaultTrouble::UnfitPassphrase);
    }
    Ok(Secret::new(line.to_owned()))
}

impl From<VaultError> for VaultTrouble {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Damaged { what, extent } => match extent {
                Extent::Record(part) => Self::Damaged { what, part },
                Extent::File => Self::DamagedFile { what },
            },
            VaultError::Permissions { path, command } => Self::Permissions { path, command },
            VaultError::NoFolder { path } => Self::NoFolder { path },
            VaultError::Newer => Self::Newer,
            VaultError::ReadOnly => Self::ReadOnly,
            VaultError::Replaced => Self::Replaced,
            VaultError::Busy => Self::Busy,
            VaultError::DiskFull => Self::DiskFull,
            VaultError::DiskFails => Self::DiskFails,
            VaultError::Defect(what) => Self::Defect(what),
        }
    }
}

fn of_unlock(error: UnlockError) -> VaultTrouble {
    match error {
        UnlockError::WrongPassphrase => VaultTrouble::WrongPassphrase,
        UnlockError::KeyMissing => VaultTrouble::KeyMissing,
        UnlockError::WrongKey => VaultTrouble::WrongKey,
        UnlockError::KeyringUnavailable => VaultTrouble::KeyringUnavailable,
        UnlockError::KeyringLocked => VaultTrouble::KeyringLocked,
        UnlockError::Rekeyed => VaultTrouble::Busy,
        UnlockError::WrongSource => VaultTrouble::Defect("the vault has another source of key".to_owned()),
        UnlockError::Vault(error) => error.into(),
    }
}

pub(crate) fn of_create(error: CreateError) -> VaultTrouble {
    match error {
        CreateError::Exists => VaultTrouble::Exists,
        CreateError::UnfitPassphrase => VaultTrouble::UnfitPassphrase,
        CreateError::KeyringUnavailable => VaultTrouble::KeyringUnavailable,
        CreateError::KeyringLocked => VaultTrouble::KeyringLocked,
        CreateError::Vault(error) => error.into(),
    }
}
