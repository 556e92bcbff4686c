use keybelt_test_support::{Browser, Person, Provider};
use serde_json::json;
use url::Url;

use super::{CALLBACK, Carried, home_with, signed};
use crate::{account_of, accounts_in};

#[test]
fn a_pin_that_is_typed_in_links() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"redirect_uri": "oob"}));
    let shown = home.json(&["profile", "show", "old"]).ok().json();
    assert_eq!(shown["redirect_uris"], json!(["oob"]));
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

#[test]
fn an_unsaid_redirect_uri_is_the_profiles_own_address_to_be_pasted() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let shown = home.json(&["profile", "show", "old"]).ok().json();
    assert_eq!(
        shown["redirect_uris"],
        json!(["app.keybelt:/callback/old", CALLBACK])
    );
    let mut carried = Carried::start(&home);
    assert_eq!(carried.event["redirect_uri"], CALLBACK);
    assert_eq!(
        signed(&provider, "/oauth1/initiate").pop().unwrap()["oauth_callback"],
        CALLBACK
    );
    let address = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .address();
    carried.say("http://127.0.0.1/callback/old?oauth_token=another&oauth_verifier=v");
    carried.say(address.as_str());
    assert_eq!(account_of(&carried.end().ok())["email"], "ada@example.test");
    assert_eq!(signed(&provider, "/oauth1/token").len(), 1);
}

/// The verifier that the provider gives, as a PIN where an address was asked for, and in an address where a PIN was.
#[test]
fn a_pin_and_an_address_are_taken_whichever_was_asked_for() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({}));
    let mut carried = Carried::start(&home);
    let address = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .address();
    let mut pairs = address.query_pairs();
    let (_, verifier) = pairs.find(|(name, _)| name == "oauth_verifier").unwrap();
    carried.say(&verifier);
    assert_eq!(account_of(&carried.end().ok())["email"], "ada@example.test");

    let home = home_with(&provider, &json!({"redirect_uri": "oob"}));
    let mut carried = Carried::start(&home);
    let pin = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .pin();
    let url = Url::parse(carried.url()).unwrap();
    let (_, token) = url.query_pairs().find(|(name, _)| name == "oauth_token").unwrap();
    let told = |token: &str| {
        let mut address = Url::parse("https://app.example/done").unwrap();
        address
            .query_pairs_mut()
            .append_pair("oauth_token", token)
            .append_pair("oauth_verifier", &pin);
        address.to_string()
    };
    carried.say(&told("another"));
    carried.say(&told(&token));
    account_of(&carried.end().ok());
}

#[test]
fn what_is_no_pin_is_refused_and_may_be_typed_anew() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"redirect_uri": "oob"}));
    let mut carried = Carried::start(&home);
    let pin = Browser::default()
        .authorize(carried.url(), &Person::allowing("ada"))
        .pin();
    carried.say("two words");
    // An address is no PIN either, and would spend the temporary credentials.
    carried.say("https://mail.example/?x=1");
    carried.say("127.0.0.1/callback/old?oauth_token=x&oauth_verifier=y");
    carried.say(&"1".repeat(65));
    carried.say(&pin);
    let linked = carried.end().ok();
    assert!(linked.stderr.contains("no PIN"), "{}", linked.stderr);
    assert_eq!(signed(&provider, "/oauth1/token").len(), 1);
}

#[test]
fn a_wrong_pin_costs_the_link_and_nothing_else() {
    let provider = Provider::authlib();
    let home = home_with(&provider, &json!({"redirect_uri": "oob"}));
    let mut carried = Carried::start(&home);
    Browser::default().authorize(carried.url(), &Person::allowing("ada"));
    carried.say("0000000-wrong");
    let words = carried.end().fails("provider_error", 7);
    assert!(words.contains("did not accept the PIN"), "{words}");
    assert!(!words.contains("profile"), "{words}");
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
    let pin = ask(json!("oob"));
    assert!(pin.contains("PIN") && !pin.contains("paste that page"), "{pin}");
    for said in [json!(null), json!(CALLBACK)] {
        let address = ask(said);
        assert!(
            address.contains(CALLBACK) && address.contains("paste that page"),
            "{address}"
        );
    }
}
