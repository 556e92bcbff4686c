use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What can be asked for here.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    Email,
    Notes,
    OfflineAccess,
    Openid,
    Profile,
}

/// The scopes of one grant or token, sorted by their names.
pub(crate) type Scopes = BTreeSet<Scope>;

impl Scope {
    /// All of them, sorted by name.
    pub(crate) const ALL: [Self; 5] = [
        Self::Email,
        Self::Notes,
        Self::OfflineAccess,
        Self::Openid,
        Self::Profile,
    ];

    /// The name in requests and answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Notes => "notes",
            Self::OfflineAccess => "offline_access",
            Self::Openid => "openid",
            Self::Profile => "profile",
        }
    }

    /// What it means, for the person who is asked.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Email => "See your e-mail address",
            Self::Notes => "Read your notes here, and add to them",
            Self::OfflineAccess => "Stay linked when a token ends",
            Self::Openid => "Know who you are here",
            Self::Profile => "See your name and language",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// Reads a scope parameter (RFC 6749 §3.3). `None`: one is unknown here, or there is none at all.
pub(crate) fn parse(text: &str) -> Option<Scopes> {
    text.split(' ').map(Scope::of).collect()
}

/// The scope parameter of an answer.
pub(crate) fn written(scopes: &Scopes) -> String {
    scopes
        .iter()
        .map(|scope| scope.name())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_written() {
        let scopes = parse("openid email notes").unwrap();
        assert_eq!(written(&scopes), "email notes openid");
        assert_eq!(
            parse(&written(&Scope::ALL.into_iter().collect())).unwrap().len(),
            Scope::ALL.len()
        );
        for bad in ["", "openid admin", "openid  email", "OPENID", "openid\temail"] {
            assert!(parse(bad).is_none(), "{bad:?}");
        }
    }
}
