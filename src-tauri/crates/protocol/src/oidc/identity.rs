//! Who was linked: from verified claims, else from what a plain OAuth 2 or OAuth 1 provider tells (specs ID-14, W-27).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The longest text that is kept of a name or an address, in characters.
const LONGEST: usize = 500;
/// More segments than any honest path has.
const DEEPEST: usize = 8;

/// An identity. Only `subject` is one; the rest is how the person is called.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Identity {
    /// `sub`, or the provider's own id.
    pub subject: Option<String>,
    /// What people call them.
    pub display_name: Option<String>,
    /// Their user name there.
    pub user_name: Option<String>,
    /// Their e-mail, as claimed; never an identity.
    pub email: Option<String>,
    /// A picture's address, as text.
    pub picture: Option<String>,
}

impl Identity {
    /// What an account's name is made from: e-mail, user name, subject; the first there is.
    pub fn called(&self) -> Option<&str> {
        [&self.email, &self.user_name, &self.subject]
            .into_iter()
            .find_map(Option::as_deref)
    }
}

/// From the claims of a verified ID token, then userinfo about the same subject.
pub fn of_claims(claims: &Map<String, Value>, userinfo: Option<&Map<String, Value>>) -> Identity {
    let text =
        |name: &str| text_at(claims, name).or_else(|| userinfo.and_then(|userinfo| text_at(userinfo, name)));
    Identity {
        subject: claims.get("sub").and_then(Value::as_str).map(str::to_owned),
        display_name: text("name")
            .or_else(|| text("preferred_username"))
            .or_else(|| text("nickname")),
        user_name: text("preferred_username"),
        email: text("email"),
        picture: text("picture"),
    }
}

/// From what a plain OAuth 2 provider tells about the person. `map`: where the profile says that members stand, as
/// dotted paths by `sub`, `name`, `preferred_username`, `email`, `picture`.
pub fn of_userinfo(userinfo: &Map<String, Value>, map: &BTreeMap<String, String>) -> Identity {
    let find = |name: &str, usual: &[&str]| match map.get(name) {
        Some(path) => text_at(userinfo, path),
        None => usual.iter().find_map(|path| text_at(userinfo, path)),
    };
    let user_name = find(
        "preferred_username",
        &[
            "preferred_username",
            "login",
            "username",
            "user_name",
            "screen_name",
        ],
    );
    let subject = match map.get("sub") {
        Some(path) => text_at(userinfo, path),
        None => ["sub", "id", "user_id"]
            .iter()
            .find_map(|path| text_at(userinfo, path))
            .or_else(|| user_name.clone()),
    };
    Identity {
        subject: subject.filter(|subject| subject.chars().count() <= 255),
        display_name: find("name", &["name", "display_name"]).or_else(|| user_name.clone()),
        user_name,
        email: find("email", &["email"]),
        picture: find("picture", &["picture", "avatar_url"]),
    }
}

/// A text at a dotted path; a whole number as its decimal digits, exactly.
fn text_at(members: &Map<String, Value>, path: &str) -> Option<String> {
    let mut segments = path.split('.').take(DEEPEST);
    let mut value = members.get(segments.next()?)?;
    for segment in segments {
        value = value.as_object()?.get(segment)?;
    }
    match value {
        Value::String(text) if !text.is_empty() && text.chars().count() <= LONGEST => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(members) = value else { panic!() };
        members
    }

    #[test]
    fn verified_claims_come_first_and_userinfo_fills_in() {
        let claims = map(json!({"sub": "s-1", "email": "a@b.example"}));
        let userinfo =
            map(json!({"sub": "s-1", "email": "other@b.example", "name": "Ada", "picture": "https://p"}));
        let identity = of_claims(&claims, Some(&userinfo));
        assert_eq!(identity.email.as_deref(), Some("a@b.example"));
        assert_eq!(identity.display_name.as_deref(), Some("Ada"));
        assert_eq!(identity.called(), Some("a@b.example"));
        assert_eq!(of_claims(&map(json!({"sub": "s-1"})), None).called(), Some("s-1"));
    }

    #[test]
    fn w_27_plain_providers_have_an_id_before_a_user_name_and_never_an_email() {
        let github = map(json!({"login": "ada", "id": 9_007_199_254_740_993_u64, "email": "a@b.example"}));
        let identity = of_userinfo(&github, &BTreeMap::new());
        assert_eq!(identity.subject.as_deref(), Some("9007199254740993"));
        assert_eq!(identity.user_name.as_deref(), Some("ada"));
        let named = of_userinfo(&map(json!({"username": "ada"})), &BTreeMap::new());
        assert_eq!(named.subject.as_deref(), Some("ada"));
        let nobody = of_userinfo(&map(json!({"email": "a@b.example", "id": 1.5})), &BTreeMap::new());
        assert_eq!(nobody.subject, None);
    }

    #[test]
    fn a_profile_says_where_members_stand() {
        let map_of = BTreeMap::from([("sub".to_owned(), "data.id".to_owned())]);
        let identity = of_userinfo(&map(json!({"id": 1, "data": {"id": "x-9"}})), &map_of);
        assert_eq!(identity.subject.as_deref(), Some("x-9"));
    }
}
