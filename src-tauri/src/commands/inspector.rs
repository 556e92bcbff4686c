use keybelt_contract::{Failure, Pasted, ProfileName, Typed};
use keybelt_core::pasted::{self, PastedWanted};

use crate::desktop::Desktop;

/// Nothing of it is kept here. Only with `fetch_keys`, the person's word, a server is asked, and then for its keys.
pub async fn inspect_pasted(
    desktop: &Desktop,
    text: Typed,
    profile: Option<ProfileName>,
    fetch_keys: bool,
    access_token: Option<Typed>,
) -> Result<Pasted, Failure> {
    let wanted = PastedWanted {
        profile,
        fetch_keys,
        access_token: access_token.map(Typed::into_secret),
    };
    Ok(pasted::look_at(&desktop.keybelt, text.into_secret(), wanted).await?)
}
