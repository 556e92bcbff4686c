//! What the catalogue has.

use keybelt_contract::{Provider, ProviderSummary};

use crate::settings::nearest_word;

/// No provider of that id.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no provider {id}")]
pub struct ProviderNotFound {
    /// What was asked for.
    pub id: String,
    /// The id that looks most like it.
    pub nearest: Option<String>,
}

/// The catalogue's providers, sorted by id; with a word, those whose id, name or category holds it, case aside.
pub fn list(search: Option<&str>) -> Vec<ProviderSummary> {
    let word = search.unwrap_or_default().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&word);
    let mut found: Vec<ProviderSummary> = keybelt_catalogue::all()
        .map(|entry| entry.summary.clone())
        .filter(|entry| holds(&entry.id) || holds(&entry.name) || holds(&entry.category))
        .collect();
    found.sort_by(|left, right| left.id.cmp(&right.id));
    found
}

/// One provider of the catalogue, whole.
pub fn show(id: &str) -> Result<Provider, ProviderNotFound> {
    keybelt_catalogue::find(id)
        .cloned()
        .ok_or_else(|| ProviderNotFound {
            id: id.to_owned(),
            nearest: nearest(id),
        })
}

pub(crate) fn nearest(id: &str) -> Option<String> {
    nearest_word(
        keybelt_catalogue::all().map(|entry| entry.summary.id.as_str()),
        id,
    )
    .map(str::to_owned)
}

/// The id of the one provider that is meant.
pub(crate) fn meant(is_meant: impl Fn(&str) -> bool) -> Option<String> {
    let mut ids = keybelt_catalogue::all().map(|entry| entry.summary.id.as_str());
    ids.find(|id| is_meant(id)).map(str::to_owned)
}
