//! Which route suits a provider.

use keybelt_contract::{LinkRequest, Route};

use crate::Keybelt;
use crate::profiles::{self, ProfilesError};
use crate::registry;

/// The request by a route that its provider takes: one that refuses embedded browsers is reached by the person's own
/// (RFC 8252 §8.12). Both faces ask before they send anybody anywhere.
///
/// # Errors
/// No such profile, or the vault does not open.
pub async fn suited(keybelt: &Keybelt, mut request: LinkRequest) -> Result<LinkRequest, ProfilesError> {
    if request.route == Route::Webview {
        let (_, record) = profiles::one(keybelt, &request.profile).await?;
        if registry::layers(&record).refuses_embedded() {
            request.route = Route::Browser;
        }
    }
    Ok(request)
}
