use super::*;
use crate::oauth1::fixtures::{authorization, client, stamp};
use crate::oauth1::pending_authorization::TokenRequestError;
use crate::oauth2::fixtures::{endpoint, opened_bytes, secret};
use crate::oauth2::redirect_uri::RedirectUri;

const ADDRESS: &str = "http://127.0.0.1:8400/callback/old";
const DEADLINE: UnixSeconds = UnixSeconds(1_000);

fn address() -> CallbackUri {
    CallbackUri::Address(RedirectUri::parse(ADDRESS).unwrap())
}

fn pending_at(callback: &CallbackUri) -> PendingAuthorization {
    let temporary = Credentials {
        token: secret("t 1&"),
        secret: secret("s-1"),
    };
    begin(&client(), temporary, callback, DEADLINE).unwrap().1
}

fn answer(query: &str) -> Callback {
    Callback::parse(&format!("{ADDRESS}?{query}")).ok().unwrap()
}

fn accepted(query: &str) -> Result<AuthorizedGrant, AcceptError> {
    pending_at(&address()).accept(&answer(query), DEADLINE)
}

fn refused(query: &str) -> AcceptError {
    accepted(query).err().unwrap()
}

#[test]
fn o1_03_the_endpoints_own_query_is_kept_beside_the_token() {
    let mut client = client();
    client
        .authorize_params
        .insert("perms".to_owned(), "write & read".to_owned());
    let temporary = Credentials {
        token: secret("t 1&"),
        secret: secret("s-1"),
    };
    let (request, _) = begin(&client, temporary, &address(), DEADLINE).unwrap();
    assert_eq!(
        request.url,
        "https://old.example/authorize?theme=dark&oauth_token=t%201%26&perms=write%20%26%20read"
    );
    assert_eq!(request.origin, "https://old.example");
}

#[test]
fn no_setting_names_a_parameter_of_the_protocol() {
    let begun = |client: &Client| {
        let temporary = Credentials {
            token: secret("t"),
            secret: secret("s"),
        };
        begin(client, temporary, &address(), DEADLINE).err()
    };
    let mut client = client();
    client
        .authorize_params
        .insert("oauth_token".to_owned(), "x".to_owned());
    let reserved = |name: &str| Some(BeginError::Reserved { name: name.into() });
    assert_eq!(begun(&client), reserved("oauth_token"));
    client.authorize_params.clear();
    client.authorization_endpoint = endpoint("https://old.example/a?oauth_callback=x");
    assert_eq!(begun(&client), reserved("oauth_callback"));
}

#[test]
fn an_identifier_out_of_all_measure_is_refused() {
    let temporary = Credentials {
        token: secret(&"t".repeat(9_000)),
        secret: secret("s"),
    };
    assert_eq!(
        begin(&client(), temporary, &address(), DEADLINE).err(),
        Some(BeginError::Address(EndpointError::TooLong))
    );
}

#[test]
fn o1_04_token_and_verifier_each_once() {
    assert!(accepted("oauth_token=t+1%26&oauth_verifier=v").is_ok());
    for query in [
        "oauth_verifier=v",
        "oauth_token=&oauth_verifier=v",
        "oauth_token=t+1&oauth_verifier=v",
        "oauth_token=t%25201%2526&oauth_verifier=v",
        "state=t+1%26&oauth_verifier=v",
        "denied=other&oauth_token=t+1%26",
    ] {
        assert_eq!(refused(query), AcceptError::NotOurs, "{query}");
        assert!(
            !pending_at(&address()).awaited().is_ours(&answer(query)),
            "{query}"
        );
    }
    for twice in ["oauth_token=t+1%26", "oauth_verifier=w"] {
        let query = format!("{ADDRESS}?oauth_token=t+1%26&oauth_verifier=v&{twice}");
        assert!(Callback::parse(&query).is_err());
    }
    let elsewhere = Callback::parse("http://127.0.0.1:8401/callback/old?oauth_token=t+1%26&oauth_verifier=v");
    let elsewhere = elsewhere.ok().unwrap();
    assert_eq!(
        pending_at(&address()).accept(&elsewhere, DEADLINE).err(),
        Some(AcceptError::NotOurs)
    );
    assert_eq!(
        refused("oauth_token=t+1%26&oauth_verifier=v%0A"),
        AcceptError::UnfitVerifier
    );
}

#[test]
fn an_answer_after_the_deadline_is_too_late() {
    let late = pending_at(&address())
        .accept(&answer("oauth_token=t+1%26&oauth_verifier=v"), DEADLINE.plus(1))
        .err();
    assert_eq!(late, Some(AcceptError::TooLate));
}

#[test]
fn o1_07_a_no_in_each_of_its_forms() {
    for query in [
        "denied=t+1%26",
        "oauth_token=t+1%26",
        "oauth_token=t+1%26&oauth_problem=user_refused",
        "oauth_token=t+1%26&oauth_problem=permission_denied&oauth_verifier=v",
        "oauth_token=t+1%26&error=access_denied&error_description=No",
        "oauth_token=t+1%26&denied=t+1%26&oauth_verifier=v",
    ] {
        assert!(matches!(refused(query), AcceptError::Declined(_)), "{query}");
    }
    assert!(matches!(
        refused("oauth_token=t+1%26&oauth_problem=token_expired"),
        AcceptError::Refused(_)
    ));
}

#[test]
fn o1_07_a_no_without_a_name_is_not_ours_but_is_noticed() {
    let awaited = pending_at(&address()).awaited();
    for query in ["error=access_denied", "oauth_problem=user_refused"] {
        assert!(!awaited.is_ours(&answer(query)), "{query}");
        assert!(awaited.is_nameless_denial(&answer(query)), "{query}");
    }
    for query in [
        "",
        "error=server_error",
        "error=access_denied&oauth_token=other",
        "error=access_denied&denied=other",
    ] {
        assert!(!awaited.is_nameless_denial(&answer(query)), "{query}");
    }
    let elsewhere = Callback::parse("http://127.0.0.1:8401/callback/old?error=access_denied");
    assert!(!awaited.is_nameless_denial(&elsewhere.ok().unwrap()));
}

#[test]
fn o1_10_the_person_brings_a_pin_or_an_address_whichever_they_were_shown() {
    let pin = || Pin::parse(&secret(" 123456 ")).ok().unwrap();
    for callback in [address(), CallbackUri::OutOfBand] {
        let pending = || pending_at(&callback);
        assert!(pending().accept_pin(pin(), DEADLINE).is_ok());
        let late = pending().accept_pin(pin(), DEADLINE.plus(1));
        assert_eq!(late.err(), Some(AcceptError::TooLate));
        let of_this_link = answer("oauth_token=t+1%26&oauth_verifier=v");
        assert!(pending().accept(&of_this_link, DEADLINE).is_ok());
        let of_another = answer("oauth_token=other&oauth_verifier=v");
        assert_eq!(
            pending().accept(&of_another, DEADLINE).err(),
            Some(AcceptError::NotOurs)
        );
    }
    let awaited = pending_at(&CallbackUri::OutOfBand).awaited();
    assert!(!awaited.is_nameless_denial(&answer("error=access_denied")));
}

#[test]
fn what_was_sealed_is_read_back() {
    for callback in [address(), CallbackUri::OutOfBand] {
        let pending = pending_at(&callback);
        let bytes = pending.to_bytes().unwrap();
        let again = PendingAuthorization::from_bytes(&bytes).ok().unwrap();
        assert!(again.handle().matches(&pending.handle()));
        assert_eq!(again.deadline(), pending.deadline());
        assert_eq!(again.awaited().callback(), &callback);
        assert_eq!(opened_bytes(&again.to_bytes().unwrap()), opened_bytes(&bytes));
    }
    let read = |text: &str| PendingAuthorization::from_bytes(&Secret::new(text.as_bytes().to_vec())).err();
    assert_eq!(read("{}"), Some(PendingBytesError::Unreadable));
}

#[test]
fn no_provider_can_take_the_place_of_anothers_pending_authorization() {
    let mut other = client();
    other.profile = "other".to_owned();
    let temporary = Credentials {
        token: secret("t 1&"),
        secret: secret("s-2"),
    };
    let (_, other) = begin(&other, temporary, &address(), DEADLINE).unwrap();
    assert!(!other.handle().matches(&pending_at(&address()).handle()));
}

#[test]
fn the_verifier_goes_where_the_link_began_only() {
    let grant = accepted("oauth_token=t+1%26&oauth_verifier=v").ok().unwrap();
    let sent = grant.token_request(&client(), &stamp()).unwrap();
    assert!(authorization(&sent).unwrap().contains("oauth_verifier=\"v\""));
    let mut moved = client();
    moved.token_endpoint = endpoint("https://evil.example/token");
    assert_eq!(
        grant.token_request(&moved, &stamp()).err(),
        Some(TokenRequestError::DestinationChanged)
    );
}
