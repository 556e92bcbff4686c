use std::time::Duration;

use serde_json::json;

use super::*;
use crate::test_vault::{TestHome, insert, new_profile, object, profile_name, put_profile};

const NOW: UnixSeconds = UnixSeconds(2_000);
const READ: Reading = Reading {
    at: NOW,
    fresh_until: UnixSeconds(2_300),
};

fn put(vault: &Vault, names: &[&str], replace: bool) -> Result<Vec<ProfileRecord>, Vec<ProfileName>> {
    let profiles = names.iter().map(|name| new_profile(name)).collect();
    match vault.put_profiles(profiles, replace).unwrap() {
        PutProfiles::Put(profiles) => Ok(profiles),
        PutProfiles::Taken(names) => Err(names),
    }
}

#[test]
fn a_profile_comes_back_as_it_was_put_in() {
    let home = TestHome::new();
    let put = put_profile(&home.create(), "work");
    let vault = home.open();
    let found = vault.profile(&put.name).unwrap().unwrap();
    assert_eq!(
        (found.id, found.key.as_str(), &found.settings),
        (put.id, "work", &put.settings)
    );
    assert!(found.client_secret.unwrap().matches_text("client-secret-1"));
    assert_eq!(vault.profile_by_id(put.id).unwrap().unwrap().name, put.name);
    assert!(vault.profile(&profile_name("other")).unwrap().is_none());
}

#[test]
fn an_import_is_all_or_nothing() {
    let home = TestHome::new();
    let vault = home.create();
    put_profile(&vault, "work");
    assert_eq!(
        put(&vault, &["a", "work", "b", "b"], false).err(),
        Some(vec![profile_name("work"), profile_name("b")])
    );
    assert_eq!(vault.profiles().unwrap().records.len(), 1);
    assert!(put(&vault, &["b", "a"], false).is_ok());
    let names: Vec<_> = vault
        .profiles()
        .unwrap()
        .records
        .into_iter()
        .map(|profile| profile.name)
        .collect();
    assert_eq!(
        names,
        [profile_name("a"), profile_name("b"), profile_name("work")]
    );
}

#[test]
fn a_replaced_profile_keeps_its_row_and_key_and_what_was_learned_at_the_same_place() {
    let home = TestHome::new();
    let vault = home.create();
    let old = put_profile(&vault, "work");
    let learned = ProfileUpdate {
        id: old.id,
        metadata: Some((object(json!({"issuer": "https://issuer.example"})), READ)),
        remember: None,
    };
    assert!(vault.update_profile(&learned).unwrap());
    assert!(vault.profile(&old.name).unwrap().unwrap().metadata.is_some());
    let mut new = new_profile("work");
    new.client_secret = None;
    assert!(matches!(
        vault.put_profiles(vec![new], true).unwrap(),
        PutProfiles::Put(_)
    ));
    let found = vault.profile(&old.name).unwrap().unwrap();
    assert_eq!((found.id, &found.key), (old.id, &old.key));
    assert!(found.metadata.is_some());
    let mut elsewhere = new_profile("work");
    elsewhere
        .settings
        .insert("issuer".to_owned(), json!("https://elsewhere.example"));
    vault.put_profiles(vec![elsewhere], true).unwrap();
    let moved = vault.profile(&old.name).unwrap().unwrap();
    assert_eq!((moved.id, moved.key, moved.metadata), (old.id, old.key, None));
    assert!(found.client_secret.is_none());
    assert!(
        !vault
            .update_profile(&ProfileUpdate {
                id: 99,
                ..ProfileUpdate::default()
            })
            .unwrap()
    );
}

#[test]
fn each_profile_has_a_key_of_its_own() {
    let home = TestHome::new();
    let vault = home.create();
    let first = put_profile(&vault, "work");
    let moved = change(&vault, "work", |_| new_profile("moved"));
    assert_eq!((moved.id, moved.key.as_str()), (first.id, "work"));
    // The name is free again, its key is not.
    assert_eq!(put_profile(&vault, "work").key, "work-2");
}

fn change(
    vault: &Vault,
    name: &str,
    new: impl FnOnce(&ProfileRecord) -> NewProfileRecord,
) -> Box<ProfileRecord> {
    match vault
        .change_profile(&profile_name(name), |old| Ok::<_, ()>(new(old)))
        .unwrap()
    {
        ChangeProfile::Changed(profile) => profile,
        _ => panic!("not changed"),
    }
}

#[test]
fn a_renamed_profile_keeps_its_accounts_and_they_its_name() {
    let home = TestHome::new();
    let vault = home.create();
    let (work, other) = (put_profile(&vault, "work"), put_profile(&vault, "other"));
    let (ana, bob) = (
        insert(&vault, &work, "work/ana"),
        insert(&vault, &other, "other/bob"),
    );
    change(&vault, "work", |_| new_profile("job"));
    let vault = home.open();
    assert!(vault.profile(&work.name).unwrap().is_none());
    let ana = vault.account_by_id(ana.id).unwrap().unwrap();
    assert_eq!((ana.profile.as_str(), ana.name.as_str()), ("job", "work/ana"));
    assert_eq!(
        vault.account_by_id(bob.id).unwrap().unwrap().profile.as_str(),
        "other"
    );
    assert_eq!(vault.check().unwrap(), []);
}

#[test]
fn a_change_that_cannot_be_made_changes_nothing() {
    let home = TestHome::new();
    let vault = home.create();
    put_profile(&vault, "work");
    put_profile(&vault, "other");
    let before = home.bytes();
    let to = |name: &str, new: Result<NewProfileRecord, &'static str>| {
        vault.change_profile(&profile_name(name), |_| new).unwrap()
    };
    assert!(matches!(
        to("work", Ok(new_profile("other"))),
        ChangeProfile::Taken
    ));
    assert!(matches!(
        to("nope", Ok(new_profile("nope"))),
        ChangeProfile::Absent
    ));
    assert!(matches!(to("work", Err("no")), ChangeProfile::Refused("no")));
    assert_eq!(home.bytes(), before);
}

#[test]
fn what_was_learned_is_kept_where_the_settings_lead_to_the_same_place() {
    let read = object(json!({"issuer": "https://issuer.example"}));
    let case = |settings: &[(&str, Value)], has_secret: bool| {
        let home = TestHome::new();
        let vault = home.create();
        let old = put_profile(&vault, "work");
        let learned = ProfileUpdate {
            id: old.id,
            metadata: Some((read.clone(), READ)),
            remember: Some((
                "token_endpoint_auth_method".to_owned(),
                "client_secret_post".to_owned(),
            )),
        };
        assert!(vault.update_profile(&learned).unwrap());
        let changed = change(&vault, "work", |_| {
            let mut new = new_profile("work");
            if !has_secret {
                new.client_secret = None;
            }
            for (key, value) in settings {
                new.settings.insert((*key).to_owned(), value.clone());
            }
            new
        });
        let stored = vault.profile(&old.name).unwrap().unwrap();
        assert_eq!(stored.metadata, changed.metadata);
        (stored.metadata.is_some(), !stored.remembered.is_empty())
    };
    assert_eq!(
        case(&[("client_kwargs", json!({"scope": "other"}))], true),
        (true, true)
    );
    assert_eq!(case(&[("client_id", json!("other"))], true), (true, false));
    assert_eq!(case(&[], false), (true, false));
    let method = json!({"token_endpoint_auth_method": "client_secret_basic"});
    assert_eq!(case(&[("client_kwargs", method)], true), (true, false));
    let elsewhere = json!("https://elsewhere.example/token");
    assert_eq!(case(&[("access_token_url", elsewhere)], true), (true, false));
    assert_eq!(
        case(&[("issuer", json!("https://elsewhere.example"))], true),
        (false, false)
    );
}

#[test]
fn an_rsa_key_is_kept_beside_the_client_secret() {
    let home = TestHome::new();
    let vault = home.create();
    put_profile(&vault, "work");
    change(&vault, "work", |old| NewProfileRecord {
        rsa_key: Some(Secret::new("rsa-key-1".to_owned())),
        client_secret: old.client_secret.as_ref().map(Secret::duplicate),
        ..new_profile("work")
    });
    let found = home.open().profile(&profile_name("work")).unwrap().unwrap();
    assert!(found.rsa_key.unwrap().matches_text("rsa-key-1"));
    assert!(found.client_secret.unwrap().matches_text("client-secret-1"));
}

#[test]
fn a_profile_with_accounts_goes_only_with_them() {
    let home = TestHome::new();
    let vault = home.create();
    let (work, other) = (put_profile(&vault, "work"), put_profile(&vault, "other"));
    let (ana, bob) = (
        insert(&vault, &work, "work/ana"),
        insert(&vault, &other, "other/bob"),
    );
    let remove =
        |name: &str, leases: &[Lease]| vault.remove_profile(&profile_name(name), leases, NOW).unwrap();
    assert_eq!(remove("nope", &[]), RemoveProfile::Absent);
    assert_eq!(remove("work", &[]), RemoveProfile::HasAccounts(vec![ana.id]));
    let of_another = [vault.lease(bob.id, Duration::ZERO).unwrap()];
    assert_eq!(
        remove("work", &of_another),
        RemoveProfile::HasAccounts(vec![ana.id])
    );
    assert!(vault.account_by_id(ana.id).unwrap().is_some());
    assert_eq!(
        remove("work", &[vault.lease(ana.id, Duration::ZERO).unwrap()]),
        RemoveProfile::Removed(vec![ana.name.clone()])
    );
    assert_eq!(vault.account_by_id(ana.id).unwrap(), None);
    assert!(vault.account_by_id(bob.id).unwrap().is_some());
    assert_eq!(
        vault
            .ledger(Some(&ana.name))
            .unwrap()
            .records
            .last()
            .unwrap()
            .event,
        "unlinked"
    );
    assert_eq!(vault.check().unwrap(), []);
}

#[test]
fn a_tampered_profile_does_not_open_and_can_be_put_in_anew() {
    for (what, sql) in [
        (
            "edited settings",
            "UPDATE profiles SET settings = x'01' WHERE id = 1",
        ),
        (
            "an edited secret",
            "UPDATE profiles SET client_secret = x'01' WHERE id = 1",
        ),
        (
            "a secret taken out",
            "UPDATE profiles SET client_secret = NULL WHERE id = 1",
        ),
        (
            "another generation",
            "UPDATE profiles SET generation = 7 WHERE id = 1",
        ),
        ("another key", "UPDATE profiles SET key_tag = x'00' WHERE id = 1"),
        (
            "an RSA key taken out",
            "UPDATE profiles SET rsa_key = NULL WHERE id = 1",
        ),
        (
            "a secret in the place of the RSA key",
            "UPDATE profiles SET rsa_key = client_secret WHERE id = 1",
        ),
        (
            "another profile's everything",
            "UPDATE profiles SET (settings, client_secret) = (SELECT settings, client_secret FROM profiles WHERE id = 2) \
             WHERE id = 1",
        ),
    ] {
        let home = TestHome::new();
        let vault = home.create();
        let (work, other) = (put_profile(&vault, "work"), put_profile(&vault, "other"));
        change(&vault, "work", |old| NewProfileRecord {
            rsa_key: Some(Secret::new("rsa-key-1".to_owned())),
            client_secret: old.client_secret.as_ref().map(Secret::duplicate),
            ..new_profile("work")
        });
        vault.lock().execute(sql, []).unwrap();
        assert!(
            matches!(vault.profile(&work.name), Err(VaultError::Damaged { .. })),
            "{what}"
        );
        assert!(vault.profile(&other.name).unwrap().is_some(), "{what}");
        let listed = vault.profiles().unwrap();
        assert_eq!((listed.records.len(), listed.damaged.len()), (1, 1), "{what}");
        assert_eq!(vault.check().unwrap(), listed.damaged, "{what}");
        assert!(put(&vault, &["work"], true).is_ok());
        assert_eq!(vault.check().unwrap(), [], "{what}");
    }
}

#[test]
fn a_damaged_profile_is_removed_by_its_name() {
    for (what, sql) in [
        (
            "its settings",
            "UPDATE profiles SET settings = x'00' WHERE id = 1",
        ),
        (
            "its secret",
            "UPDATE profiles SET client_secret = x'00' WHERE id = 1",
        ),
        (
            "its name's tag",
            "UPDATE profiles SET name_tag = x'00' WHERE id = 1",
        ),
        (
            "its key's tag",
            "UPDATE profiles SET key_tag = x'00' WHERE id = 1",
        ),
    ] {
        let home = TestHome::new();
        let vault = home.create();
        let (work, other) = (put_profile(&vault, "work"), put_profile(&vault, "other"));
        let account = insert(&vault, &work, "work/ana");
        vault.lock().execute(sql, []).unwrap();
        assert_eq!(vault.profile_id(&work.name).unwrap(), Some(work.id), "{what}");
        assert_eq!(
            vault.remove_profile(&work.name, &[], NOW).unwrap(),
            RemoveProfile::HasAccounts(vec![account.id]),
            "{what}"
        );
        let lease = vault.lease(account.id, Duration::ZERO).unwrap();
        assert_eq!(
            vault.remove_profile(&work.name, &[lease], NOW).unwrap(),
            RemoveProfile::Removed(vec![account.name]),
            "{what}"
        );
        assert_eq!(vault.check().unwrap(), [], "{what}");
        assert!(put(&vault, &["work"], false).is_ok(), "{what}");
        assert!(vault.profile(&other.name).unwrap().is_some(), "{what}");
    }
}

#[test]
fn the_check_says_once_what_is_wrong() {
    let home = TestHome::new();
    let vault = home.create();
    put_profile(&vault, "work");
    put_profile(&vault, "other");
    for sql in [
        "UPDATE profiles SET settings = x'00' WHERE id = 1",
        "UPDATE profiles SET client_secret = x'00' WHERE id = 2",
    ] {
        vault.lock().execute(sql, []).unwrap();
    }
    let found = vault.check().unwrap();
    let told: Vec<(&str, &str)> = found
        .iter()
        .map(|damaged| (damaged.record.as_str(), damaged.cause.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("profiles/1", "it does not open"),
            ("profiles/2", "the client secret of the profile other"),
        ]
    );
}
