//! What is done for the other processes of this home that knock: a second start, the command line's links.

use keybelt_contract::{Account, Failure, LinkEvent, LinkRequest};
use keybelt_core::Keybelt;
use keybelt_core::desktop::DesktopFace;
use tauri::AppHandle;
use tokio::sync::oneshot;

use crate::front::{self, MAIN};
use crate::links::Links;

/// The windows, as the core's door sees them.
pub struct Windows {
    /// The program.
    pub app: AppHandle,
    /// The links under way.
    pub links: Links,
}

impl DesktopFace for Windows {
    fn raise(&self) {
        front::raise(&self.app, MAIN);
    }

    async fn link(
        &self,
        keybelt: Keybelt,
        request: LinkRequest,
        opened: oneshot::Sender<LinkEvent>,
    ) -> Result<Account, Failure> {
        self.links.run_for(keybelt, request, opened).await
    }
}
