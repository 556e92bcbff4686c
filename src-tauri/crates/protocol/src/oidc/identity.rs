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

/// From the claims of a verified ID token, then userinfo about the same subject. `map`: see [`of_userinfo`]; who it is
/// stays the ID token's word.
pub fn of_claims(
    claims: &Map<String, Value>,
    userinfo: Option<&Map<String, Value>>,
    map: &BTreeMap<String, String>,
) -> Identity {
    let at =
        |path: &str| text_at(claims, path).or_else(|| userinfo.and_then(|userinfo| text_at(userinfo, path)));
    let text = |name: &str| at(map.get(name).map_or(name, String::as_str));
    let unmapped = |name: &str| if map.contains_key("name") { None } else { at(name) };
    Identity {
        subject: claims.get("sub").and_then(Value::as_str).map(str::to_owned),
        display_name: text("name")
            .or_else(|| text("preferred_username"))
            .or_else(|| unmapped("nickname")),
        user_name: text("preferred_username"),
        email: text("email"),
        picture: text("picture"),
    }
}

/// What a map of userinfo may say the place of (OpenID Connect Core 1.0 §5.1).
pub const MAPPED: &[&str] = &["sub", "name", "preferred_username", "email", "picture"];

/// From what a plain OAuth provider tells about the person. `map`: where the profile says that members stand, by
/// [`MAPPED`]; a dotted path (`data.0.id`), or a JSON Pointer (RFC 6901).
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

/// Whether a text is a path that [`of_userinfo`] follows.
pub fn is_path(text: &str) -> bool {
    let segments = segments(text);
    segments.len() <= DEEPEST && segments.iter().all(|segment| !segment.is_empty())
}

fn segments(path: &str) -> Vec<String> {
    match path.strip_prefix('/') {
        Some(pointer) => pointer
            .split('/')
            .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
            .collect(),
        None => path.split('.').map(str::to_owned).collect(),
    }
}

/// A text at a path; a whole number as its decimal digits, exactly.
fn text_at(members: &Map<String, Value>, path: &str) -> Option<String> {
    let segments = segments(path);
    let (first, rest) = segments.split_first().filter(|_| segments.len() <= DEEPEST)?;
    let mut value = members.get(first)?;
    for segment in rest {
        value = match value {
            Value::Object(members) => members.get(segment)?,
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?)?,
            _ => return None,
        };
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
        let none = BTreeMap::new();
        let identity = of_claims(&claims, Some(&userinfo), &none);
        assert_eq!(identity.email.as_deref(), Some("a@b.example"));
        assert_eq!(identity.display_name.as_deref(), Some("Ada"));
        assert_eq!(identity.called(), Some("a@b.example"));
        assert_eq!(
            of_claims(&map(json!({"sub": "s-1"})), None, &none).called(),
            Some("s-1")
        );
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
        let userinfo = map(json!({"a.b": [{"u/v": 7}], "sub": "s-2"}));
        for path in ["/a.b/0/u~1v", "data.0.id"] {
            let userinfo = if path.starts_with('/') {
                userinfo.clone()
            } else {
                map(json!({"data": [{"id": 7}]}))
            };
            let map_of = BTreeMap::from([("sub".to_owned(), path.to_owned())]);
            assert_eq!(
                of_userinfo(&userinfo, &map_of).subject.as_deref(),
                Some("7"),
                "{path}"
            );
        }
        for (path, fits) in [
            ("a", true),
            ("/a/b", true),
            ("a..b", false),
            ("", false),
            ("a.b.c.d.e.f.g.h.i", false),
        ] {
            assert_eq!(is_path(path), fits, "{path}");
        }
    }

    #[test]
    fn a_map_names_the_person_of_an_id_token_and_never_who_it_is() {
        let map_of = BTreeMap::from([("sub", "id"), ("name", "profile.full"), ("email", "mails.0")]);
        let map_of = map_of
            .into_iter()
            .map(|(name, path)| (name.to_owned(), path.to_owned()))
            .collect();
        let claims = map(json!({"sub": "s-1", "id": "other", "name": "not this", "nickname": "nor this"}));
        let userinfo = map(json!({"profile": {"full": "Ada"}, "mails": ["a@b.example"]}));
        let identity = of_claims(&claims, Some(&userinfo), &map_of);
        assert_eq!(identity.subject.as_deref(), Some("s-1"));
        assert_eq!(identity.display_name.as_deref(), Some("Ada"));
        assert_eq!(identity.email.as_deref(), Some("a@b.example"));
        assert_eq!(of_claims(&claims, None, &map_of).display_name, None);
    }
}
