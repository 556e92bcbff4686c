use serde_json::{Map, Value, json};

use crate::scope::{Scope, Scopes};

/// One of the pretend people.
pub(crate) struct Person {
    /// What the sign-in page calls them by.
    pub(crate) login: &'static str,
    /// The subject: never reused, never shown as a name.
    pub(crate) subject: &'static str,
    pub(crate) name: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    pub(crate) email: &'static str,
    email_verified: bool,
    locale: &'static str,
    zoneinfo: &'static str,
    /// What the API tells.
    pub(crate) notes: &'static [&'static str],
}

/// The people, the first of whom signs in where nobody chooses. One has an address that was never verified, one a
/// name beyond ASCII: both happen at real providers.
pub(crate) const PEOPLE: [Person; 3] = [
    Person {
        login: "ada",
        subject: "p-4b1f0a92",
        name: "Ada Marlow",
        given_name: "Ada",
        family_name: "Marlow",
        email: "ada@practice.example",
        email_verified: true,
        locale: "en-GB",
        zoneinfo: "Europe/London",
        notes: &[
            "Return the ladder",
            "The tide turns at ten past four",
            "Ask Zoë about the lamp",
        ],
    },
    Person {
        login: "bo",
        subject: "p-90c7e3d5",
        name: "Bo Tanaka",
        given_name: "Bo",
        family_name: "Tanaka",
        email: "bo@practice.example",
        email_verified: false,
        locale: "ja-JP",
        zoneinfo: "Asia/Tokyo",
        notes: &["Two tickets, row F"],
    },
    Person {
        login: "zoe",
        subject: "p-17d2685e",
        name: "Zoë Nyström",
        given_name: "Zoë",
        family_name: "Nyström",
        email: "zoe@practice.example",
        email_verified: true,
        locale: "sv-SE",
        zoneinfo: "Europe/Stockholm",
        notes: &[],
    },
];

impl Person {
    /// The person of this login.
    pub(crate) fn of(login: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|person| person.login == login)
    }

    /// The person that a client means by its hint (OpenID Connect Core 1.0 §3.1.2.1, `login_hint`), else the first.
    pub(crate) fn hinted(hint: Option<&str>) -> &'static Self {
        let [first, ..] = &PEOPLE;
        PEOPLE
            .iter()
            .find(|person| hint == Some(person.login) || hint == Some(person.email))
            .unwrap_or(first)
    }

    /// The claims that these scopes open (OpenID Connect Core 1.0 §5.4), the subject always among them.
    pub(crate) fn claims(&self, scopes: &Scopes) -> Map<String, Value> {
        let mut claims = Map::from_iter([("sub".to_owned(), Value::from(self.subject))]);
        if scopes.contains(&Scope::Profile) {
            claims.extend(members(json!({
                "name": self.name,
                "given_name": self.given_name,
                "family_name": self.family_name,
                "preferred_username": self.login,
                "locale": self.locale,
                "zoneinfo": self.zoneinfo,
            })));
        }
        if scopes.contains(&Scope::Email) {
            claims.extend(members(
                json!({ "email": self.email, "email_verified": self.email_verified }),
            ));
        }
        claims
    }

    /// Two letters for the picture that they do not have.
    pub(crate) fn initials(&self) -> String {
        self.given_name
            .chars()
            .take(1)
            .chain(self.family_name.chars().take(1))
            .collect()
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::parse;

    #[test]
    fn a_scope_opens_its_own_claims_only() {
        let ada = Person::of("ada").unwrap();
        let names = |scopes: &str| {
            ada.claims(&parse(scopes).unwrap())
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(names("openid"), ["sub"]);
        assert_eq!(names("openid email"), ["sub", "email", "email_verified"]);
        assert!(names("openid profile").contains(&"name".to_owned()));
    }

    #[test]
    fn a_hint_is_a_login_or_an_address() {
        assert_eq!(Person::hinted(Some("zoe")).login, "zoe");
        assert_eq!(Person::hinted(Some("bo@practice.example")).login, "bo");
        assert_eq!(Person::hinted(Some("mallory")).login, "ada");
        assert_eq!(Person::hinted(None).login, "ada");
    }
}
