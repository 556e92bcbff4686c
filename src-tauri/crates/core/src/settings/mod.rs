//! Settings of a profile: which keys there are, what each may hold, and how the layers lie over one another.

mod draft;
mod fault;
mod key;
mod layers;
mod redirect;
mod value;

pub use draft::NewProfile;
pub(crate) use draft::{Draft, drafts_from_json};
pub use fault::{Problem, SettingFault};
pub(crate) use layers::Layers;
pub use redirect::RouteRefusal;
pub(crate) use redirect::{Landing, landing, shown};

pub(crate) use key::nearest_word;
