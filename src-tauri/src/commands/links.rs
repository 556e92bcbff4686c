use keybelt_contract::{Failure, LinkRequest, Linking, Typed};

use keybelt_core::link::suited;
use keybelt_core::practice;

use crate::desktop::Desktop;

/// A provider that refuses embedded browsers is reached by the person's own, and the window says why.
pub async fn start_link(desktop: &Desktop, request: LinkRequest) -> Result<Linking, Failure> {
    if practice::is_of(&desktop.keybelt, &request.profile).await {
        desktop.practice.run(&desktop.keybelt).await?;
    }
    let wanted = request.route;
    let linking = desktop.links.start(suited(&desktop.keybelt, request).await?);
    Ok(Linking {
        embedded_refused: linking.route != wanted,
        ..linking
    })
}

/// One click: the practice provider runs, has a profile, and its link is under way.
pub async fn start_practice(desktop: &Desktop) -> Result<Linking, Failure> {
    let profile = desktop.practice.at_hand(&desktop.keybelt).await?;
    let request = LinkRequest {
        profile,
        account: None,
        route: desktop.preferences.now().sign_in,
        scope: None,
        timeout: None,
    };
    Ok(desktop.links.start(request))
}

pub async fn cancel_link(desktop: &Desktop, id: u32) -> Result<(), Failure> {
    desktop.links.cancel(id);
    Ok(())
}

pub async fn link_in_browser(desktop: &Desktop, id: u32) -> Result<Linking, Failure> {
    desktop.links.use_browser(id)
}

/// Opens in the person's browser what they were to carry there.
pub async fn open_link(desktop: &Desktop, id: u32) -> Result<(), Failure> {
    desktop.links.open_there(id).await
}

/// Shows the authorization window, wherever it is.
pub async fn raise_link(desktop: &Desktop, id: u32) -> Result<(), Failure> {
    desktop.links.raise(id)
}

pub async fn paste_callback(desktop: &Desktop, id: u32, address: Typed) -> Result<(), Failure> {
    desktop.links.paste(id, address.into_secret()).await
}
