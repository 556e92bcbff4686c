//! The settings that there are, for a face that offers them.

use keybelt_contract::{KnownSetting, SettingForm, SettingProtocol};

use super::key::{KEYS, Key, Kind, Of, members_of};

/// Every setting that a person may give, with how it is typed; in the order of the tables.
pub fn known() -> Vec<KnownSetting> {
    let own = KEYS.iter().filter_map(|key| setting(key, key.name.to_owned()));
    let members = KEYS.iter().flat_map(|object| {
        let table = members_of(object.name).unwrap_or_default();
        table
            .iter()
            .filter_map(|key| setting(key, format!("{}.{}", object.name, key.name)))
    });
    own.chain(members).collect()
}

fn setting(key: &Key, name: String) -> Option<KnownSetting> {
    Some(KnownSetting {
        key: name,
        form: form(key.kind)?,
        only: match key.of {
            Of::Any => None,
            Of::Oauth1 => Some(SettingProtocol::Oauth1),
            Of::Oauth2 => Some(SettingProtocol::Oauth2),
        },
    })
}

/// `None` for what is given by its members alone.
fn form(kind: Kind) -> Option<SettingForm> {
    match kind {
        Kind::Text
        | Kind::Issuer
        | Kind::Provider
        | Kind::Scope
        | Kind::Realm
        | Kind::Algorithm
        | Kind::Path => Some(SettingForm::Text),
        Kind::Endpoint | Kind::RedirectUri => Some(SettingForm::Address),
        Kind::Secret => Some(SettingForm::Secret),
        Kind::OneOf(words) | Kind::AnyCase(words) => Some(SettingForm::OneOf {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        }),
        Kind::Flag => Some(SettingForm::Flag),
        Kind::Resources | Kind::Hosts | Kind::Object => Some(SettingForm::Json),
        Kind::Parameters => Some(SettingForm::Members),
        Kind::ClientKwargs | Kind::Quirks | Kind::UserinfoMap => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_says_how_it_is_typed_and_whose_it_is() {
        let all = known();
        let of = |key: &str| all.iter().find(|setting| setting.key == key);
        assert_eq!(of("client_secret").unwrap().form, SettingForm::Secret);
        assert_eq!(of("client_kwargs.body_hash").unwrap().form, SettingForm::Flag);
        assert_eq!(
            of("client_kwargs.body_hash").unwrap().only,
            Some(SettingProtocol::Oauth1)
        );
        assert_eq!(of("jwks_uri").unwrap().only, Some(SettingProtocol::Oauth2));
        assert_eq!(of("client_id").unwrap().only, None);
        assert_eq!(of("userinfo_map.sub").unwrap().form, SettingForm::Text);
        assert!(of("client_kwargs").is_none() && of("quirks").is_none());
    }
}
