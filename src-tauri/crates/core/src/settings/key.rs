use serde_json::{Map, Value};

/// What a setting may hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Plain text.
    Text,
    /// Text that is kept apart and never shown.
    Secret,
    /// An [`Endpoint`](keybelt_primitives::Endpoint).
    Endpoint,
    /// An [`Issuer`](keybelt_primitives::Issuer).
    Issuer,
    /// Where answers of the authorization endpoint go.
    RedirectUri,
    /// An id of the catalogue.
    Provider,
    /// One absolute URI, or a list of them (RFC 8707 §2).
    Resources,
    /// A list of host names.
    Hosts,
    /// An object of texts, sent as parameters of a request.
    Parameters,
    /// An object whose members are other programs' affair.
    Object,
    /// The object `client_kwargs`, whose members have a table of their own.
    ClientKwargs,
    /// A scope list (RFC 6749 §3.3).
    Scope,
    /// One of a few words.
    OneOf(&'static [&'static str]),
    /// One of a few words, in small letters or capitals: Authlib writes both.
    AnyCase(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A protection realm (RFC 5849 §3.5.1).
    Realm,
    /// An algorithm of a JWS (RFC 7518 §3.1) that ID tokens may be signed with.
    Algorithm,
    /// The object `quirks`, whose members have a table of their own.
    Quirks,
    /// The object `userinfo_map`: where the claims that it may name stand.
    UserinfoMap,
    /// A path into userinfo.
    Path,
}

/// The protocol that a setting belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Of {
    /// Both.
    Any,
    /// OAuth 1.0a alone.
    Oauth1,
    /// OAuth 2 and OpenID Connect alone.
    Oauth2,
}

/// One key that a profile may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) of: Of,
}

const fn any(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        of: Of::Any,
    }
}

const fn oauth1(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        of: Of::Oauth1,
    }
}

const fn oauth2(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        of: Of::Oauth2,
    }
}

/// The keys of a profile, by cli.md: Authlib's, then ours.
pub(crate) const KEYS: &[Key] = &[
    any("client_id", Kind::Text),
    any("client_secret", Kind::Secret),
    oauth1("request_token_url", Kind::Endpoint),
    oauth1("request_token_params", Kind::Parameters),
    any("access_token_url", Kind::Endpoint),
    any("access_token_params", Kind::Parameters),
    oauth2("refresh_token_url", Kind::Endpoint),
    oauth2("refresh_token_params", Kind::Parameters),
    any("authorize_url", Kind::Endpoint),
    any("authorize_params", Kind::Parameters),
    any("api_base_url", Kind::Endpoint),
    any("userinfo_endpoint", Kind::Endpoint),
    oauth2("jwks_uri", Kind::Endpoint),
    oauth2("server_metadata_url", Kind::Endpoint),
    any("client_kwargs", Kind::ClientKwargs),
    any("provider", Kind::Provider),
    any("protocol", Kind::OneOf(&["oauth1", "oauth2", "oidc"])),
    oauth2("issuer", Kind::Issuer),
    any("redirect_uri", Kind::RedirectUri),
    oauth2("revocation_endpoint", Kind::Endpoint),
    oauth2("device_authorization_endpoint", Kind::Endpoint),
    oauth2("introspection_endpoint", Kind::Endpoint),
    oauth2("end_session_endpoint", Kind::Endpoint),
    oauth2("pushed_authorization_request_endpoint", Kind::Endpoint),
    oauth2("registration_endpoint", Kind::Endpoint),
    oauth2("resource", Kind::Resources),
    any("userinfo_map", Kind::UserinfoMap),
    any("quirks", Kind::Quirks),
    any("hosts", Kind::Hosts),
    any("handover", Kind::Object),
];

/// The members of `client_kwargs`.
pub(crate) const CLIENT_KWARGS: &[Key] = &[
    oauth2("scope", Kind::Scope),
    oauth2("code_challenge_method", Kind::OneOf(&["S256", "plain", "none"])),
    oauth2("response_mode", Kind::OneOf(&["query", "form_post"])),
    oauth2("prompt", Kind::Text),
    oauth2(
        "token_endpoint_auth_method",
        Kind::OneOf(&["none", "client_secret_basic", "client_secret_post"]),
    ),
    oauth2("id_token_signed_response_alg", Kind::Algorithm),
    oauth2(
        "token_placement",
        Kind::OneOf(&["header", "body", "query", "uri"]),
    ),
    oauth1(
        "signature_method",
        Kind::OneOf(&["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"]),
    ),
    oauth1("signature_type", Kind::AnyCase(&["header", "query", "body"])),
    oauth1("realm", Kind::Realm),
    oauth1("rsa_key", Kind::Secret),
    oauth1("body_hash", Kind::Flag),
    oauth1("plaintext_on_loopback", Kind::Flag),
];

/// The members of `quirks`: what a provider does otherwise than its specification (specs, "In the wild"). None of them
/// switches a protection off.
pub(crate) const QUIRKS: &[Key] = &[
    any("embedded_webview", Kind::OneOf(&["allowed", "refused"])),
    any("custom_scheme", Kind::OneOf(&["allowed", "refused"])),
    any("loopback_port", Kind::OneOf(&["any", "exact"])),
    oauth2("scope_separator", Kind::OneOf(&[" ", ",", ";"])),
    oauth2("userinfo_method", Kind::OneOf(&["GET", "POST"])),
    oauth2("client_id_header", Kind::OneOf(&["Client-Id"])),
];

/// The members of `userinfo_map`.
pub(crate) const USERINFO_MAP: &[Key] = &[
    any("sub", Kind::Path),
    any("name", Kind::Path),
    any("preferred_username", Kind::Path),
    any("email", Kind::Path),
    any("picture", Kind::Path),
];

/// The table of an object's members, where they have one.
pub(crate) fn members_of(object: &str) -> Option<&'static [Key]> {
    match object {
        "client_kwargs" => Some(CLIENT_KWARGS),
        "quirks" => Some(QUIRKS),
        "userinfo_map" => Some(USERINFO_MAP),
        _ => None,
    }
}

/// Authlib's members of `client_kwargs` that switch a protection off.
pub(crate) const WEAKENING: &[&str] = &["verify", "cert", "trust_env"];

/// Whether Authlib knows a key, perhaps dotted. It takes unknown ones without a word.
pub(crate) fn is_authlibs(dotted: &str) -> bool {
    const AUTHLIBS: &[&str] = &[
        "client_id",
        "request_token_url",
        "request_token_params",
        "access_token_url",
        "access_token_params",
        "refresh_token_url",
        "refresh_token_params",
        "authorize_url",
        "authorize_params",
        "api_base_url",
        "userinfo_endpoint",
        "jwks_uri",
        "server_metadata_url",
        "client_kwargs",
    ];
    let key = dotted.split('.').next().unwrap_or_default();
    AUTHLIBS.contains(&key)
}

/// Every key of a profile.
pub(crate) fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.name)
}

/// Settings in the order of the tables, so that the same ones are always written alike.
pub(crate) fn in_order(settings: Map<String, Value>) -> Map<String, Value> {
    let mut settings = ordered(settings, KEYS);
    if let Some(Value::Object(members)) = settings.get_mut("client_kwargs") {
        *members = ordered(std::mem::take(members), CLIENT_KWARGS);
    }
    settings
}

fn ordered(settings: Map<String, Value>, table: &[Key]) -> Map<String, Value> {
    let place = |name: &str| table.iter().position(|key| key.name == name);
    let mut pairs: Vec<(String, Value)> = settings.into_iter().collect();
    pairs.sort_by_cached_key(|(name, _)| place(name).unwrap_or(table.len()));
    pairs.into_iter().collect()
}

pub(crate) fn kind_of(table: &[Key], name: &str) -> Option<Kind> {
    table.iter().find(|key| key.name == name).map(|key| key.kind)
}

/// Whether a key says where a provider's servers are.
pub(crate) fn is_address(name: &str) -> bool {
    matches!(
        kind_of(KEYS, name),
        Some(Kind::Endpoint | Kind::Issuer | Kind::Hosts)
    )
}

/// The known key that a mistyped one probably meant, whole as it is written: at most a third of its letters differ. It may
/// stand in another table than the typed one does; of two as near, the one of the same table is meant.
pub(crate) fn nearest(typed: &str) -> Option<String> {
    let (object, name) = split(typed);
    let tables = std::iter::once(None).chain(KEYS.iter().map(|key| Some(key.name)));
    tables
        .flat_map(|of| {
            let table = of.map_or(KEYS, |object| members_of(object).unwrap_or_default());
            table.iter().map(move |key| (of, key.name))
        })
        .map(|(of, word)| ((distance(word, name), of != object), of, word))
        .filter(|((distance, _), ..)| *distance <= allowed(name))
        .min_by_key(|(rank, ..)| *rank)
        .map(|(_, of, word)| match of {
            Some(object) => format!("{object}.{word}"),
            None => word.to_owned(),
        })
}

/// The object with a table that a dotted key stands in, and the rest; free members have no names to mistype.
fn split(typed: &str) -> (Option<&str>, &str) {
    match typed.split_once('.') {
        Some((object, member)) if members_of(object).is_some() => (Some(object), member),
        Some((object, _)) => (None, object),
        None => (None, typed),
    }
}

/// The word nearest to what was typed, if any is near.
pub(crate) fn nearest_word<'a>(words: impl Iterator<Item = &'a str>, typed: &str) -> Option<&'a str> {
    words
        .map(|word| (distance(word, typed), word))
        .filter(|(distance, _)| *distance <= allowed(typed))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters may differ.
fn allowed(typed: &str) -> usize {
    match typed.chars().count() {
        0 | 1 => 0,
        2 => 1,
        letters => (letters + 1) / 3,
    }
}

fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(128).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = substituted.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_that_the_protocol_maps_can_be_mapped() {
        let names: Vec<&str> = USERINFO_MAP.iter().map(|key| key.name).collect();
        assert_eq!(names, keybelt_protocol::oidc::identity::MAPPED);
    }

    #[test]
    fn a_mistyped_key_is_told_its_neighbour() {
        for (typed, meant) in [
            ("authorise_url", Some("authorize_url")),
            ("client-id", Some("client_id")),
            ("zzzzzz", None),
            ("nope", None),
            ("scope", Some("client_kwargs.scope")),
            ("client_kwargs.scop", Some("client_kwargs.scope")),
            ("client_kwargs.client_secrt", Some("client_secret")),
            ("quirks.prompt", Some("client_kwargs.prompt")),
            ("isuer.x", Some("issuer")),
        ] {
            assert_eq!(nearest(typed).as_deref(), meant, "{typed}");
        }
    }
}
