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
    /// `oauth2` or `oidc`.
    Protocol,
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
    /// An algorithm of a JWS (RFC 7518 §3.1) that ID tokens may be signed with.
    Algorithm,
    /// A quirk of the catalogue; none can be set yet.
    Quirks,
}

/// The keys of a profile, by cli.md: Authlib's, then ours.
pub(crate) const KEYS: &[(&str, Kind)] = &[
    ("client_id", Kind::Text),
    ("client_secret", Kind::Secret),
    ("access_token_url", Kind::Endpoint),
    ("access_token_params", Kind::Parameters),
    ("refresh_token_url", Kind::Endpoint),
    ("refresh_token_params", Kind::Parameters),
    ("authorize_url", Kind::Endpoint),
    ("authorize_params", Kind::Parameters),
    ("api_base_url", Kind::Endpoint),
    ("userinfo_endpoint", Kind::Endpoint),
    ("jwks_uri", Kind::Endpoint),
    ("server_metadata_url", Kind::Endpoint),
    ("client_kwargs", Kind::ClientKwargs),
    ("provider", Kind::Provider),
    ("protocol", Kind::Protocol),
    ("issuer", Kind::Issuer),
    ("redirect_uri", Kind::RedirectUri),
    ("revocation_endpoint", Kind::Endpoint),
    ("device_authorization_endpoint", Kind::Endpoint),
    ("introspection_endpoint", Kind::Endpoint),
    ("end_session_endpoint", Kind::Endpoint),
    ("pushed_authorization_request_endpoint", Kind::Endpoint),
    ("registration_endpoint", Kind::Endpoint),
    ("resource", Kind::Resources),
    ("userinfo_map", Kind::Parameters),
    ("quirks", Kind::Quirks),
    ("hosts", Kind::Hosts),
    ("handover", Kind::Object),
];

/// The members of `client_kwargs`.
pub(crate) const CLIENT_KWARGS: &[(&str, Kind)] = &[
    ("scope", Kind::Scope),
    ("code_challenge_method", Kind::OneOf(&["S256", "plain", "none"])),
    ("response_mode", Kind::OneOf(&["query", "form_post"])),
    ("prompt", Kind::Text),
    (
        "token_endpoint_auth_method",
        Kind::OneOf(&["none", "client_secret_basic", "client_secret_post"]),
    ),
    ("id_token_signed_response_alg", Kind::Algorithm),
    ("token_placement", Kind::OneOf(&["header", "body", "query"])),
];

/// Keys and members that belong to OAuth 1.
pub(crate) const OAUTH1: &[&str] = &[
    "request_token_url",
    "request_token_params",
    "signature_method",
    "signature_type",
    "realm",
    "rsa_key",
    "body_hash",
    "plaintext_on_loopback",
];

/// Authlib's members of `client_kwargs` that switch a protection off.
pub(crate) const WEAKENING: &[&str] = &["verify", "cert", "trust_env"];

pub(crate) fn kind_of(table: &[(&'static str, Kind)], name: &str) -> Option<Kind> {
    table.iter().find(|(key, _)| *key == name).map(|(_, kind)| *kind)
}

/// The known key that a mistyped one probably meant: at most a third of its letters differ.
pub(crate) fn nearest(table: &[(&'static str, Kind)], name: &str) -> Option<&'static str> {
    nearest_word(table.iter().map(|(key, _)| *key), name)
}

/// The word nearest to what was typed, if any is near.
pub(crate) fn nearest_word<'a>(words: impl Iterator<Item = &'a str>, typed: &str) -> Option<&'a str> {
    let typed_letters = typed.chars().count();
    let allowed = if typed_letters < 2 {
        0
    } else {
        typed_letters.div_ceil(3)
    };
    words
        .map(|word| (distance(word, typed), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
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
    fn a_mistyped_key_is_told_its_neighbour() {
        assert_eq!(nearest(KEYS, "authorise_url"), Some("authorize_url"));
        assert_eq!(nearest(KEYS, "client-id"), Some("client_id"));
        assert_eq!(nearest(KEYS, "zzzzzz"), None);
    }
}
