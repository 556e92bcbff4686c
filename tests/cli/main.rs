//! `keybelt` driven from outside: real providers, a hostile one, a real keyring, real tools.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
#![expect(clippy::print_stdout, reason = "a walk says what it did")]

mod accounts;
mod canary;
mod catalogue;
mod contract;
mod crowd;
mod doctor;
mod full_disk;
mod hand_over;
mod hostile_answers;
mod hostile_callbacks;
mod hostile_id_token;
mod hostile_refresh;
mod hostile_userinfo;
mod importing;
mod interruptions;
mod issuer_keys;
mod keyring;
mod kills;
mod linking;
mod listener;
mod manual;
mod oauth1;
mod older_vaults;
mod outputs;
mod profiles;
mod provider_metadata;
mod refusals;
mod request;
mod settings_on_the_wire;
mod side_by_side;
mod texts;
mod token_endpoint;
mod tokens;
mod trace;
mod transport;
mod vault_keys;
mod watch;
mod words;

use keybelt_test_support::hostile::{CLIENT_ID, Hostile};
use keybelt_test_support::{Home, Person, Provider, Ran};
use serde_json::Value;

/// A home of its own, with an empty vault.
fn home() -> Home {
    Home::with_vault(env!("CARGO_BIN_EXE_keybelt"))
}

/// A home of its own without a vault: the first command that writes makes one, which the passphrase of the tests opens.
fn home_without_vault() -> Home {
    Home::with_passphrase(env!("CARGO_BIN_EXE_keybelt"))
}

/// A home with the profile `work`, public, at a real provider.
fn home_at(provider: &Provider) -> Home {
    let home = home();
    add_profile(&home, provider, "public", None).ok();
    home
}

/// Adds the profile `work` for one of the provider's clients.
fn add_profile(home: &Home, provider: &Provider, client_id: &str, secret: Option<&str>) -> Ran {
    let mut arguments = vec![
        "profile",
        "add",
        "work",
        "--issuer",
        provider.issuer(),
        "--client-id",
        client_id,
    ];
    arguments.extend(["--scope", "openid email"]);
    let file = secret.map(|secret| home.file("client-secret", secret));
    if let Some(file) = &file {
        arguments.extend(["--client-secret-file", file]);
    }
    home.json(&arguments)
}

/// A home with the profile `work` at the hostile provider.
fn home_with(hostile: &Hostile) -> Home {
    let home = home();
    add_work(&home, hostile);
    home
}

/// Adds the profile `work` at the hostile provider.
fn add_work(home: &Home, hostile: &Hostile) {
    let added = [
        "profile",
        "add",
        "work",
        "--issuer",
        hostile.issuer(),
        "--client-id",
        CLIENT_ID,
        "--scope",
        "openid",
    ];
    home.json(&added).ok();
}

/// Links `work` as Ada, who allows, and gives the account.
#[track_caller]
fn link(home: &Home) -> Value {
    account_of(&home.link(&["work"], &Person::allowing("ada")).ok())
}

/// The account in the last line that `link --json` printed.
#[track_caller]
fn account_of(linked: &Ran) -> Value {
    let last = linked.stdout.lines().last().unwrap_or_default();
    let event: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {linked:?}"));
    assert_eq!(event["event"], "linked");
    event["account"].clone()
}

/// The name of the one account that there is.
#[track_caller]
fn name_of(account: &Value) -> &str {
    account["name"].as_str().unwrap()
}

/// How many accounts there are.
#[track_caller]
fn accounts_in(home: &Home) -> usize {
    home.json(&["list"]).ok().json().as_array().unwrap().len()
}

/// Links `work` as Ada, who allows: that is refused so, and nothing is stored. Gives the message and the hint.
#[track_caller]
fn refused_link(home: &Home, wrong: &str, code: &str, exit: i32) -> String {
    let ended = home.link(&["work"], &Person::allowing("ada"));
    assert_eq!(
        (ended.error().as_str(), ended.code),
        (code, Some(exit)),
        "{wrong}: {ended:?}"
    );
    nothing_is_stored(home, wrong);
    ended.fails(code, exit)
}

/// What a refused link leaves behind: no account, no authorization that waits, and in the log refusals alone.
#[track_caller]
fn nothing_is_stored(home: &Home, wrong: &str) {
    assert_eq!((accounts_in(home), home.pending()), (0, 0), "{wrong}");
    let log = home.json(&["log"]).ok().json();
    let mut events = log.as_array().unwrap().iter().map(|line| &line["event"]);
    assert!(events.all(|event| event == "refused"), "{wrong}: {log}");
}
