//! A real gnome-keyring: unlocked, locked, absent.

use keybelt_test_support::{Home, Person, Provider, Session};
use serde_json::json;

use crate::{add_profile, link, name_of};

fn home_in(session: &Session) -> Home {
    Home::in_session(env!("CARGO_BIN_EXE_keybelt"), session)
}

#[test]
fn an_unlocked_keyring_keeps_the_key() {
    let (session, provider) = (Session::unlocked(), Provider::oidc_provider(&["work"]));
    let home = home_in(&session);
    add_profile(&home, &provider, "public", None).ok();
    let account = link(&home);
    home.run(&["token", name_of(&account)]).ok();
    let status = home.json(&["vault", "status"]).ok().json();
    assert_eq!(
        (&status["key_source"], &status["accounts"]),
        (&json!("keyring"), &json!(1))
    );
}

#[test]
fn a_locked_keyring_is_told_and_nothing_is_changed() {
    let (session, provider) = (Session::unlocked(), Provider::oidc_provider(&["work"]));
    let home = home_in(&session);
    add_profile(&home, &provider, "public", None).ok();
    let account = link(&home);
    let before = home.bytes();
    session.lock();
    // Whether the daemon's own prompt can be shown is the machine's matter; without an answer it stays locked.
    let refused = home.json(&["token", name_of(&account)]);
    assert!(
        ["vault_locked", "keyring_unavailable"].contains(&refused.error().as_str()),
        "{refused:?}"
    );
    assert_eq!(refused.code, Some(5));
    assert_eq!(home.bytes(), before);
}

#[test]
fn a_keyring_that_is_gone_is_told_and_no_new_key_is_made() {
    let (mut session, provider) = (Session::unlocked(), Provider::oidc_provider(&["work"]));
    let home = home_in(&session);
    add_profile(&home, &provider, "public", None).ok();
    let account = link(&home);
    session.stop_keyring();
    home.json(&["token", name_of(&account)])
        .fails("keyring_unavailable", 5);
    home.link(&["work"], &Person::allowing("ada"))
        .fails("keyring_unavailable", 5);
    session.start_keyring();
    home.json(&["token", name_of(&account)]).ok();
}

#[test]
fn a_key_that_was_deleted_is_missed_and_never_replaced() {
    let (session, provider) = (Session::unlocked(), Provider::oidc_provider(&["work"]));
    let home = home_in(&session);
    add_profile(&home, &provider, "public", None).ok();
    let account = link(&home);
    let other = Session::unlocked();
    let elsewhere = home
        .command(&["--json", "token", name_of(&account)])
        .envs(other.environment())
        .output()
        .unwrap();
    keybelt_test_support::Ran::from(elsewhere).fails("key_missing", 5);
    let writes = home
        .command(&["--json", "profile", "add", "more", "--client-id", "x"])
        .envs(other.environment())
        .output();
    keybelt_test_support::Ran::from(writes.unwrap()).fails("key_missing", 5);
    home.json(&["token", name_of(&account)]).ok();
}

#[test]
fn without_a_keyring_and_without_a_passphrase_the_ways_out_are_said() {
    let session = Session::without_keyring();
    let home = home_in(&session);
    let refused = home.json(&["profile", "add", "work", "--client-id", "x"]);
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.stderr.contains("KEYBELT_PASSPHRASE_FILE"), "{refused:?}");
    assert_eq!(home.json(&["list"]).ok().json(), json!([]));
    assert_eq!(
        home.json(&["vault", "status"]).ok().json()["key_source"],
        serde_json::Value::Null
    );
}
