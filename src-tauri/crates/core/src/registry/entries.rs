//! Every entry of the catalogue, as a profile that says an id and a secret and nothing else.

use std::collections::BTreeMap;

use keybelt_catalogue::all;
use keybelt_contract::{ProfileName, Protocol, Provider, Route};
use keybelt_primitives::Endpoint;
use keybelt_vault::ProfileRecord;
use serde_json::{Map, Value, json};

use super::{Registration, ResolveError, profile, resolve};
use crate::settings::Draft;

/// A profile of the entry, checked as one that is entered, its server's metadata (if it has some) read.
fn record(entry: &Provider) -> ProfileRecord {
    let said = json!({"provider": entry.summary.id, "client_id": "c-1", "client_secret": "s-1"});
    let Value::Object(said) = said else { panic!() };
    let name = ProfileName::parse(&entry.summary.id).unwrap();
    let draft =
        Draft::from_document(name, said).unwrap_or_else(|faults| panic!("{}: {faults:?}", entry.summary.id));
    let mut settings = draft.settings;
    settings.remove("provider");
    ProfileRecord {
        id: 1,
        key: entry.summary.id.clone(),
        name: draft.name,
        provider: Some(entry.summary.id.clone()),
        settings,
        client_secret: draft.secrets.client_secret,
        rsa_key: None,
        metadata: entry.settings.get("issuer").map(metadata),
        metadata_read: None,
        remembered: BTreeMap::new(),
    }
}

fn metadata(issuer: &Value) -> Map<String, Value> {
    let issuer = issuer.as_str().unwrap();
    let at = |path: &str| Value::String(format!("{issuer}/{path}"));
    Map::from_iter([
        ("issuer".to_owned(), Value::from(issuer)),
        ("authorization_endpoint".to_owned(), at("authorize")),
        ("token_endpoint".to_owned(), at("token")),
        ("userinfo_endpoint".to_owned(), at("userinfo")),
        ("jwks_uri".to_owned(), at("jwks")),
    ])
}

#[test]
fn every_entry_is_made_of_settings_that_a_profile_could_have_too() {
    for entry in all() {
        // The same table and the same rules as for a person's own settings; only that they may not stand alone.
        let own: Map<String, Value> = entry.settings.clone().into_iter().collect();
        let name = ProfileName::parse("own").unwrap();
        let checked = Draft::from_document(name, own.clone());
        // Where an OAuth 1 client keeps no secret, the catalogue says so in OAuth 2's words.
        if entry.summary.id == "practice-oauth1" {
            continue;
        }
        let kept = checked.unwrap_or_else(|faults| panic!("{}: {faults:?}", entry.summary.id));
        assert_eq!(kept.settings, own, "{}", entry.summary.id);
    }
}

#[test]
fn an_id_and_a_secret_are_enough_at_every_entry() {
    for entry in all() {
        let record = record(entry);
        let shown = profile(&record);
        let id = &entry.summary.id;
        assert_eq!(shown.protocol, entry.summary.protocol, "{id}");
        let resolved = resolve(&record, None).unwrap_or_else(|error| panic!("{id}: {error}"));
        let (strangers, title) = match &resolved {
            Registration::Oauth1(resolved) => (&resolved.other_hosts, &resolved.provider_title),
            Registration::Oauth2(resolved) => (&resolved.other_hosts, &resolved.provider_title),
        };
        assert!(strangers.is_empty(), "{id}: {strangers:?}");
        assert_eq!(title, &entry.summary.name, "{id}");
        if let Registration::Oauth2(resolved) = &resolved {
            let openid = entry.summary.protocol == Protocol::Oidc;
            assert_eq!(resolved.client.asks_for_id_token(), openid, "{id}");
            assert!(resolved.client.userinfo_endpoint.is_some(), "{id}");
        }
        assert!(
            shown.routes.contains(&Route::Browser) && shown.routes.contains(&Route::Manual),
            "{id}"
        );
        assert!(!shown.redirect_uris.is_empty(), "{id}");
    }
}

/// A profile of Google's whose metadata puts one member at another address.
fn led_astray(member: &str, address: &str) -> ProfileRecord {
    let google = all().find(|entry| entry.summary.id == "google").unwrap();
    let mut record = record(google);
    let metadata = record.metadata.as_mut().unwrap();
    metadata.insert(member.to_owned(), Value::from(address));
    record
}

fn other_hosts(record: &ProfileRecord) -> Vec<String> {
    let Ok(Registration::Oauth2(resolved)) = resolve(record, None) else {
        panic!()
    };
    resolved.other_hosts
}

#[test]
fn md_08_metadata_leads_to_hosts_of_the_catalogue_or_the_profile_says_so_and_it_is_shown() {
    for (member, key) in [
        ("authorization_endpoint", "authorize_url"),
        ("token_endpoint", "access_token_url"),
        ("userinfo_endpoint", "userinfo_endpoint"),
        ("jwks_uri", "jwks_uri"),
        ("revocation_endpoint", "revocation_endpoint"),
    ] {
        for away in [
            "https://evil.example/x",
            "https://accounts.google.com.evil.example/x",
            "http://127.0.0.1:9/x",
        ] {
            let mut record = led_astray(member, away);
            let refused = resolve(&record, None).err();
            assert!(
                matches!(refused, Some(ResolveError::Unpinned { key: named, .. }) if named == key),
                "{member} {away}"
            );
            // A list of hosts is no word about an address.
            let hosts = json!(["evil.example", "accounts.google.com.evil.example", "127.0.0.1"]);
            record.settings.insert("hosts".to_owned(), hosts);
            assert!(resolve(&record, None).is_err(), "{member} {away}");
            record.settings.remove("hosts");
            record.settings.insert(key.to_owned(), Value::from(away));
            let party = Endpoint::parse(away).unwrap().party();
            assert_eq!(other_hosts(&record), [party], "{member} {away}");
        }
        // Google's own other hosts are known.
        let known = led_astray(member, "https://oauth2.googleapis.com/x");
        assert_eq!(other_hosts(&known), [""; 0], "{member}");
    }
}

#[test]
fn md_08_sb_18_another_issuer_under_a_known_name_is_shown() {
    let mut record = led_astray("token_endpoint", "https://id.evil.example/token");
    record
        .settings
        .insert("issuer".to_owned(), Value::from("https://id.evil.example"));
    assert_eq!(other_hosts(&record), ["accounts.google.com", "id.evil.example"]);
}

#[test]
fn sb_18_the_catalogues_hosts_are_known_as_its_own_servers_only() {
    let entry = all().find(|entry| entry.summary.id == "practice").unwrap();
    let mut record = record(entry);
    let mut set = |key: &str, value: &str| {
        record.settings.insert(key.to_owned(), Value::from(value));
        if key == "issuer" {
            record.metadata = Some(metadata(&Value::from(value)));
        }
        other_hosts(&record)
    };
    assert_eq!(set("client_id", "another"), [""; 0]);
    // Another port of this machine is another program.
    assert_eq!(
        set("userinfo_endpoint", "http://127.0.0.1:6666/me"),
        ["127.0.0.1:6666"]
    );
    assert_eq!(
        set("issuer", "https://honest.example"),
        ["127.0.0.1:6666", "honest.example"]
    );
}

#[test]
fn every_entry_of_the_wild_leads_the_person_to_its_registration() {
    for entry in all().filter(|entry| entry.summary.category != "practice") {
        let id = &entry.summary.id;
        assert!(entry.console_url.is_some() && entry.docs_url.is_some(), "{id}");
        assert!(!entry.setup_steps.is_empty(), "{id}");
        // A registration of Google's desktop kind has none.
        let told = entry
            .setup_steps
            .iter()
            .any(|step| step.contains("{redirect_uri}"));
        assert!(told || id == "google", "{id}");
        for text in entry.setup_steps.iter().chain(&entry.notes) {
            assert!(text.ends_with('.') && text.len() < 200, "{id}: {text}");
        }
        for (key, value) in &entry.settings {
            let address = value.as_str().and_then(|text| Endpoint::parse(text).ok());
            assert!(
                !address.is_some_and(|address| address.is_plain_loopback()),
                "{id}: {key}"
            );
        }
        let api = entry.settings.get("api_base_url").and_then(Value::as_str);
        assert!(api.is_some_and(|api| api.starts_with("https://")), "{id}");
    }
}
