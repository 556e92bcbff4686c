use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NameError {
    /// Of a profile.
    #[error(
        "the name of a profile has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with neither - nor ."
    )]
    Profile,
    /// Of an account.
    #[error(
        "the name of an account has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with neither - nor ., or is two such names joined by /"
    )]
    Account,
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && !text.starts_with(['-', '.'])
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Text that fits into a name: characters that may not stand there become `-`, a leading `-` or `.` becomes `_`,
/// and at most 64 are kept. Nothing gives `-`-free `_`.
fn derived(text: &str) -> String {
    let mut name: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
                c
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    if name.is_empty() || name.starts_with(['-', '.']) {
        name.insert(0, '_');
        name.truncate(64);
    }
    name
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $test:expr, $error:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, TS)]
        #[serde(transparent)]
        #[ts(export)]
        pub struct $name(String);

        impl $name {
            /// Reads a name.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let fits: fn(&str) -> bool = $test;
                if fits(text) { Ok(Self(text.to_owned())) } else { Err($error) }
            }

            /// As it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

name! {
    /// The name of a profile: 1 to 64 of `A-Z a-z 0-9 . _ -`, not beginning with `-` or `.`.
    ProfileName, is_name, NameError::Profile
}

name! {
    /// The name of an account: a name, or two joined by `/`.
    AccountName, |text| text.split('/').count() <= 2 && text.split('/').all(is_name), NameError::Account
}

impl ProfileName {
    /// A name made from any text.
    pub fn derive(text: &str) -> Self {
        Self(derived(text))
    }
}

impl AccountName {
    /// `PROFILE/WHO`, where WHO may be any text: an e-mail, a user name, a subject.
    pub fn derive(profile: &ProfileName, who: &str) -> Self {
        Self(format!("{profile}/{}", derived(who)))
    }

    /// The same name with `-NUMBER` behind it, for one that is taken; still at most 64 characters a part.
    pub fn numbered(&self, number: usize) -> Self {
        let suffix = format!("-{number}");
        let last = self.0.rsplit('/').next().unwrap_or_default();
        let head = &self.0[..self.0.len() - last.len()];
        let kept = &last[..last.len().min(64usize.saturating_sub(suffix.len()))];
        Self(format!("{head}{kept}{suffix}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["a", "A.b_c-9", &"x".repeat(64)] {
            assert!(ProfileName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", ".a", "a/b", "a b", "é", "a\n", &"x".repeat(65)] {
            assert!(ProfileName::parse(bad).is_err(), "{bad}");
        }
        assert!(AccountName::parse("work/ana").is_ok());
        for bad in ["/a", "a/", "a/b/c", "a/-b"] {
            assert!(AccountName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn derived_names_are_names() {
        let profile = ProfileName::parse("work").unwrap();
        for who in ["ana@example.com", "", ".x", "-x", "ünï code", &"y".repeat(300)] {
            let name = AccountName::derive(&profile, who);
            assert!(AccountName::parse(name.as_str()).is_ok(), "{name}");
            assert!(AccountName::parse(name.numbered(12).as_str()).is_ok(), "{name}");
        }
        assert_eq!(
            AccountName::derive(&profile, "ana@example.com").as_str(),
            "work/ana-example.com"
        );
        assert_eq!(
            AccountName::derive(&profile, "ana").numbered(2).as_str(),
            "work/ana-2"
        );
    }
}
