//! What a linked account is called, and which account a link renews (cli.md, "Linking").

use keybelt_contract::{AccountName, ProfileName};

/// An account that is there already, as far as names are concerned.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) name: AccountName,
    pub(crate) profile_id: i64,
    pub(crate) subject: Option<String>,
}

/// Where the new tokens go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// An account of its own.
    New(AccountName),
    /// These tokens replace the ones that account has.
    Renewed { id: i64, name: AccountName },
}

/// The name asked for is another account's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Taken {
    /// Somebody else's.
    Foreign(AccountName),
    /// Of the same profile, and one of the two has no subject to compare.
    Unknown(AccountName),
}

/// Who was linked.
pub(crate) struct Who<'a> {
    pub(crate) profile_id: i64,
    pub(crate) profile: &'a ProfileName,
    pub(crate) subject: Option<&'a str>,
    /// What the name is made from, if nobody says one: e-mail, user name, subject; the first there is.
    pub(crate) called: Option<&'a str>,
}

/// Finds the place of a link. An account without a subject is never taken for another (specs W-27).
pub(crate) fn place(who: &Who<'_>, asked: Option<&AccountName>, known: &[Known]) -> Result<Place, Taken> {
    let is_same = |known: &Known| {
        known.profile_id == who.profile_id && who.subject.is_some() && known.subject.as_deref() == who.subject
    };
    let renewed = |known: &Known| Place::Renewed {
        id: known.id,
        name: known.name.clone(),
    };
    let is_taken = |name: &AccountName| known.iter().any(|known| known.name == *name);
    if let Some(name) = asked {
        return match known.iter().find(|known| known.name == *name) {
            None => Ok(Place::New(name.clone())),
            Some(known) if is_same(known) => Ok(renewed(known)),
            Some(known)
                if known.profile_id == who.profile_id
                    && (known.subject.is_none() || who.subject.is_none()) =>
            {
                Err(Taken::Unknown(name.clone()))
            }
            Some(_) => Err(Taken::Foreign(name.clone())),
        };
    }
    if let Some(known) = known.iter().find(|known| is_same(known)) {
        return Ok(renewed(known));
    }
    Ok(Place::New(match who.called {
        Some(called) => free_name(&AccountName::derive(who.profile, called), is_taken),
        None => numbered_name(who.profile, is_taken),
    }))
}

fn free_name(wanted: &AccountName, is_taken: impl Fn(&AccountName) -> bool) -> AccountName {
    let mut name = wanted.clone();
    let mut number = 2;
    while is_taken(&name) {
        name = wanted.numbered(number);
        number += 1;
    }
    name
}

fn numbered_name(profile: &ProfileName, is_taken: impl Fn(&AccountName) -> bool) -> AccountName {
    let mut number = 1_usize;
    loop {
        let name = AccountName::derive(profile, &number.to_string());
        if !is_taken(&name) {
            return name;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: i64, name: &str, profile_id: i64, subject: Option<&str>) -> Known {
        Known {
            id,
            name: AccountName::parse(name).unwrap(),
            profile_id,
            subject: subject.map(str::to_owned),
        }
    }

    fn place_of(
        subject: Option<&str>,
        called: Option<&str>,
        asked: Option<&str>,
        known: &[Known],
    ) -> Result<Place, Taken> {
        let profile = ProfileName::parse("work").unwrap();
        let asked = asked.map(|name| AccountName::parse(name).unwrap());
        place(
            &Who {
                profile_id: 1,
                profile: &profile,
                subject,
                called,
            },
            asked.as_ref(),
            known,
        )
    }

    fn new(name: &str) -> Result<Place, Taken> {
        Ok(Place::New(AccountName::parse(name).unwrap()))
    }

    #[test]
    fn the_same_subject_is_renewed_and_another_is_another_account() {
        let there = [known(7, "work/ana", 1, Some("s1"))];
        assert_eq!(
            place_of(Some("s1"), Some("ana"), None, &there),
            Ok(Place::Renewed {
                id: 7,
                name: AccountName::parse("work/ana").unwrap()
            })
        );
        assert_eq!(place_of(Some("s2"), Some("ana"), None, &there), new("work/ana-2"));
    }

    #[test]
    fn a_name_that_is_asked_for_is_not_taken_from_somebody_else() {
        let there = [known(7, "mine", 1, Some("s1")), known(8, "other", 2, Some("s1"))];
        assert!(matches!(
            place_of(Some("s1"), None, Some("mine"), &there),
            Ok(Place::Renewed { id: 7, .. })
        ));
        let foreign = |name: &str| Err(Taken::Foreign(AccountName::parse(name).unwrap()));
        assert_eq!(place_of(Some("s2"), None, Some("mine"), &there), foreign("mine"));
        assert_eq!(
            place_of(Some("s1"), None, Some("other"), &there),
            foreign("other")
        );
        assert_eq!(place_of(Some("s1"), None, Some("new"), &there), new("new"));
    }

    #[test]
    fn w_27_without_a_subject_accounts_are_numbered_and_never_matched() {
        let there = [known(7, "work/1", 1, None)];
        assert_eq!(place_of(None, None, None, &there), new("work/2"));
        let name = AccountName::parse("work/1").unwrap();
        for subject in [None, Some("s1")] {
            assert_eq!(
                place_of(subject, None, Some("work/1"), &there),
                Err(Taken::Unknown(name.clone()))
            );
        }
        let elsewhere = [known(7, "work/1", 2, None)];
        assert_eq!(
            place_of(None, None, Some("work/1"), &elsewhere),
            Err(Taken::Foreign(name))
        );
    }
}
