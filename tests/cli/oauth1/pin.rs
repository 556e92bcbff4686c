use keybelt_test_support::{Browser, Person, Provider};
use serde_json::json;

use super::{CALLBACK, Carried, home_with, signed};
use crate::{account_of, accounts_in};

#[test]
fn a_pin_that_is_typed_in_links() {
    let provider = Provider::authlib();
    for redirect_uri in [json!(null), json!("oob")] {
        let home = home_with(&provider, &json!({"redirect_uri": redirect_uri}));
        let mut carried = Carried::start(&home);
        assert_eq!(carried.event["redirect_uri"], "oob");
        let pin = Browser::default()
            .authorize(carried.url(), &Person::allowing("ada"))
            .pin();
        carried.say(&format!("  {pin}\t"));
        let account = account_of(&carried.end().ok());
        assert_eq!(account["email"], "ada@example.test");
        let last = signed(&provider, "/oauth1/token").pop().unwrap();
        assert_eq!(last["oauth_verifier"], json!(pin));
        assert_eq!(
            signed(&provider, "/oauth1/initiate").pop().unwrap()["oauth_callback"],
            "oob"
        );
    }
}

#[test]
fn what_is_no_pin_is_refused_and_may_be_typed_anew() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let mut carried = Carried::start(&home);
    let pin = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .pin();
    carried.say("two words");
    // An address is no PIN either, and would spend the temporary credentials.
    carried.say("https://mail.example/?x=1");
    carried.say(&"1".repeat(65));
    carried.say(&pin);
    let linked = carried.end().ok();
    assert!(linked.stderr.contains("no PIN"), "{}", linked.stderr);
    assert_eq!(signed(&provider, "/oauth1/token").len(), 1);
}

#[test]
fn a_wrong_pin_costs_the_link_and_nothing_else() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let mut carried = Carried::start(&home);
    Browser::default().authorize(carried.url(), &Person::allowing("ada"));
    carried.say("0000000-wrong");
    carried.end().fails("provider_error", 7);
    assert_eq!(accounts_in(&home), 0);
    assert_eq!(signed(&provider, "/oauth1/token").len(), 1);
}

#[test]
fn nothing_typed_is_cancelled() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    Carried::start(&home).end().fails("cancelled", 4);
    let mut refused = Carried::start(&home);
    refused.say("two words");
    refused.end().fails("state_mismatch", 8);
}

#[test]
fn a_browser_cannot_bring_a_pin() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"redirect_uri": "oob"}));
    let words = home
        .link(&["old"], &Person::allowing("ada"))
        .fails("route_unavailable", 2);
    assert!(words.contains("--via manual"), "{words}");
    assert!(provider.log().is_empty());
}

#[test]
fn people_are_told_what_to_type_or_paste() {
    let provider = Provider::authlib();
    let ask = |redirect_uri: serde_json::Value| {
        let home = home_with(&provider, &json!({"redirect_uri": redirect_uri}));
        home.run_with(&["link", "old", "--via", "manual"], "").stderr
    };
    let pin = ask(json!(null));
    assert!(pin.contains("PIN") && !pin.contains("paste that page"), "{pin}");
    let address = ask(json!(CALLBACK));
    assert!(
        address.contains(CALLBACK) && !address.contains("PIN"),
        "{address}"
    );
}
