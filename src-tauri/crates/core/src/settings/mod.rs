//! Settings of a profile: which keys there are, what each may hold, and how the layers lie over one another.

mod conflicts;
mod draft;
mod fault;
mod key;
mod known;
mod layers;
mod patch;
mod redirect;
mod value;

pub(crate) use conflicts::openid_fault;
pub(crate) use draft::{Draft, GivenSecrets};
pub use fault::{Problem, SettingFault};
pub use known::known;
pub(crate) use layers::{Layers, Secrets};
pub use patch::AskedSettings;
pub(crate) use patch::{Patch, put, typed_value, unset_in};
pub use redirect::RouteRefusal;
pub(crate) use redirect::{Landing, landing, landing_of_oauth1, routes, shown};

pub(crate) use key::{in_order, is_address, is_authlibs, keys, nearest_word};

use serde_json::{Map, Value};

/// What the catalogue says of a provider.
pub(crate) fn catalogue_settings(provider: Option<&str>) -> Map<String, Value> {
    let entry = provider.and_then(keybelt_catalogue::find);
    let settings = entry.into_iter().flat_map(|entry| &entry.settings);
    settings
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
