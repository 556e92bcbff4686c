//! What the provider's server says of itself, read where the profile says where to look.

use keybelt_contract::{Layer, ProfileName, Protocol};
use keybelt_primitives::{Endpoint, Issuer};
use keybelt_vault::{ProfileRecord, Reading};

use super::{ResolveError, fault, layers_over};
use crate::Keybelt;
use crate::metadata::{self, Found, MetadataTrouble};
use crate::settings::{Layers, Problem};

/// Reads the server's metadata where the profile says where to look, and puts it into the record.
///
/// A server without metadata is no obstacle where the endpoints themselves are set and no metadata URL is.
pub(crate) async fn read_metadata(keybelt: &Keybelt, record: &mut ProfileRecord) -> Result<(), ResolveError> {
    let without = layers_over(record, None);
    if without.protocol() == Protocol::Oauth1 {
        return Ok(());
    }
    let Some(found) = look_for_metadata(keybelt, &record.name, &without).await? else {
        return Ok(());
    };
    record.metadata = Some(found.metadata.members);
    let now = keybelt.now();
    let life = i64::try_from(found.life.as_secs()).unwrap_or(0);
    record.metadata_read = Some(Reading {
        at: now,
        fresh_until: now.plus(life),
    });
    Ok(())
}

async fn look_for_metadata(
    keybelt: &Keybelt,
    profile: &ProfileName,
    layers: &Layers,
) -> Result<Option<Found>, ResolveError> {
    let said_issuer = [Layer::Profile, Layer::Catalogue]
        .into_iter()
        .find_map(|layer| layers.in_layer(layer, "issuer")?.as_str())
        .map(|text| Issuer::parse(text).map_err(|error| fault(profile, "issuer", Problem::Issuer(error))))
        .transpose()?;
    if let Some(text) = layers.text("server_metadata_url") {
        let url = Endpoint::parse(text)
            .map_err(|error| fault(profile, "server_metadata_url", Problem::Endpoint(error)))?;
        return Ok(Some(
            metadata::read_at(keybelt, &url, said_issuer.as_ref()).await?,
        ));
    }
    let Some(issuer) = said_issuer else {
        return Ok(None);
    };
    let openid = layers.protocol() == Protocol::Oidc;
    match metadata::find(keybelt, &issuer, openid).await {
        Ok(found) => Ok(Some(found)),
        Err(MetadataTrouble::Absent { .. } | MetadataTrouble::Invalid { .. } | MetadataTrouble::Repeated)
            if is_complete(layers) =>
        {
            Ok(None)
        }
        Err(trouble) => Err(trouble.into()),
    }
}

fn is_complete(layers: &Layers) -> bool {
    let keys: &[&str] = match layers.protocol() {
        Protocol::Oidc => &["authorize_url", "access_token_url", "jwks_uri"],
        Protocol::Oauth1 | Protocol::Oauth2 => &["authorize_url", "access_token_url"],
    };
    keys.iter().all(|key| layers.text(key).is_some())
}
