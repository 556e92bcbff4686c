use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::people::Person;

/// Notes that a person may add; the oldest goes first.
const MOST: usize = 50;
/// The longest note, in characters.
const LONGEST: usize = 500;

/// What people added to the notes that they have from the beginning, by their login.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Notes(BTreeMap<String, Vec<String>>);

/// A note that nobody could read: empty, too long, or with control characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct UnfitNote;

impl Notes {
    /// All notes of a person, the newest last.
    pub(crate) fn of(&self, person: &Person) -> Vec<String> {
        let first = person.notes.iter().map(|note| (*note).to_owned());
        let added = self.0.get(person.login).into_iter().flatten().cloned();
        first.chain(added).collect()
    }

    pub(crate) fn add(&mut self, person: &Person, note: &str) -> Result<(), UnfitNote> {
        let note = note.trim();
        if note.is_empty() || note.chars().count() > LONGEST || note.chars().any(char::is_control) {
            return Err(UnfitNote);
        }
        let added = self.0.entry(person.login.to_owned()).or_default();
        if added.len() >= MOST {
            added.remove(0);
        }
        added.push(note.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_added_behind_and_stay_bounded() {
        let (ada, bo) = (Person::of("ada").unwrap(), Person::of("bo").unwrap());
        let mut notes = Notes::default();
        for number in 0..60 {
            notes.add(ada, &format!(" note {number} ")).unwrap();
        }
        let of_ada = notes.of(ada);
        assert_eq!(of_ada.len(), ada.notes.len() + MOST);
        assert_eq!(of_ada.last().map(String::as_str), Some("note 59"));
        assert_eq!(notes.of(bo), bo.notes);
        for unfit in ["", "  ", "a\nb", &"x".repeat(501)] {
            assert_eq!(notes.add(bo, unfit), Err(UnfitNote), "{unfit:?}");
        }
    }
}
