use keybelt_contract::ProfileName;
use keybelt_core::Keybelt;
use keybelt_core::practice::{self, PracticeError, Running};
use tokio::sync::Mutex;

/// The practice provider, which runs as long as the window does once it was wanted.
#[derive(Default)]
pub struct PracticeProvider(Mutex<Option<Running>>);

impl PracticeProvider {
    /// Starts it where it does not run, and gives its profile.
    pub async fn at_hand(&self, keybelt: &Keybelt) -> Result<ProfileName, PracticeError> {
        let mut kept = self.0.lock().await;
        let (profile, started) = practice::at_hand(keybelt).await?;
        if started.is_some() {
            *kept = started;
        }
        Ok(profile)
    }

    /// Starts it where it does not run.
    pub async fn run(&self, keybelt: &Keybelt) -> Result<(), PracticeError> {
        let mut kept = self.0.lock().await;
        if kept.is_none() {
            *kept = practice::running(keybelt).await?;
        }
        Ok(())
    }

    /// Starts it where an account is linked at it, so that the account can be kept fresh and its API asked.
    pub async fn resume(&self, keybelt: &Keybelt) {
        if self.0.lock().await.is_some() || !practice::is_in_use(keybelt).await {
            return;
        }
        if let Err(error) = self.run(keybelt).await {
            tracing::warn!(%error, "the practice provider does not run");
        }
    }
}
