use std::time::Duration;

use keybelt_contract::{FailureCode, LastError};
use keybelt_primitives::{Secret, UnixMillis};
use serde_json::json;

use super::*;
use crate::test_vault::{TestHome, account_name, insert, object, put_profile, record, tokens};
use crate::{Part, Reading};

const NOW: UnixSeconds = UnixSeconds(2_000);
const READ: Reading = Reading {
    at: NOW,
    fresh_until: UnixSeconds(2_300),
};

fn lease(vault: &Vault, id: i64) -> Lease {
    vault.lease(id, Duration::ZERO).unwrap()
}

#[test]
fn an_account_comes_back_as_it_was_put_in() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    assert_eq!(vault.account(&put.name).unwrap(), Some(put.clone()));
    drop(vault);
    let vault = home.open();
    assert_eq!(vault.account_by_id(put.id).unwrap(), Some(put.clone()));
    assert_eq!(vault.accounts().unwrap().records, std::slice::from_ref(&put));
    let found = vault.account_record(put.id).unwrap().unwrap();
    assert!(found.tokens.access_token.matches_text("access-token-1"));
    assert!(
        found
            .tokens
            .refresh_token
            .unwrap()
            .matches_text("refresh-token-1")
    );
    assert!(found.tokens.id_token.is_none());
    assert_eq!(found.tokens.issued_at, tokens("").issued_at);
    assert_eq!(vault.evidence(put.id).unwrap().unwrap().1, found.evidence);
    assert_eq!(vault.account(&account_name("work/bob")).unwrap(), None);
}

#[test]
fn an_oauth_1_token_keeps_its_secret_and_has_no_type() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "old");
    let mut new = record(&profile, "old/ana");
    new.summary.token_type = None;
    new.tokens.token_secret = Some(Secret::new("token-secret-1".to_owned()));
    let line = LedgerLine::linked(&new.summary.name, "manual", NOW);
    let put = vault.insert_account(new, &line, None).unwrap().unwrap();
    drop(vault);
    let found = home.open().account_record(put.id).unwrap().unwrap();
    assert_eq!(found.summary.token_type, None);
    assert!(found.tokens.token_secret.unwrap().matches_text("token-secret-1"));
    let bytes = home.bytes();
    assert!(!bytes.windows(12).any(|part| part == b"token-secret"));
}

#[test]
fn nothing_of_it_can_be_read_in_the_file() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    let line = LedgerLine::handed_over(&put.name, "some-tool", "export:env", NOW);
    vault.hand_over(put.id, line).unwrap().unwrap();
    let bytes = home.bytes();
    for text in [
        "access-token",
        "refresh-token",
        "client-secret",
        "client-id",
        "issuer.example",
        "work",
        "ana",
        "Ana",
        "mail.example",
        "subject-1",
        "openid",
        "some-tool",
        "handed_over",
        "Bearer",
    ] {
        let is_there = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!is_there, "{text}");
    }
}

#[test]
fn a_name_that_is_taken_or_a_profile_that_is_gone_puts_nothing_in() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    insert(&vault, &profile, "work/ana");
    let line = LedgerLine::linked(&account_name("work/ana"), "browser", NOW);
    let lines = vault.ledger(None).unwrap().records.len();
    assert_eq!(
        vault
            .insert_account(record(&profile, "work/ana"), &line, None)
            .unwrap(),
        None
    );
    let mut elsewhere = record(&profile, "work/bob");
    elsewhere.summary.profile_id = 99;
    assert_eq!(vault.insert_account(elsewhere, &line, None).unwrap(), None);
    assert_eq!(vault.accounts().unwrap().records.len(), 1);
    assert_eq!(vault.ledger(None).unwrap().records.len(), lines);
}

#[test]
fn a_hand_over_is_written_down_before_the_tokens_are_given() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    let hand_over = |receiver: &str, at| {
        vault
            .hand_over(
                put.id,
                LedgerLine::handed_over(&put.name, receiver, "token", UnixSeconds(at)),
            )
            .unwrap()
    };
    assert!(
        hand_over("curl", 10)
            .unwrap()
            .1
            .access_token
            .matches_text("access-token-1")
    );
    hand_over("curl", 30);
    hand_over("git", 20);
    let used_by = vault.used_by(put.id).unwrap();
    let told: Vec<_> = used_by
        .iter()
        .map(|used| (used.receiver.as_str(), used.last, used.times))
        .collect();
    assert_eq!(told, [("curl", 30, 2), ("git", 20, 1)]);
    // Where the line cannot be written, nothing is given.
    vault.lock().pragma_update(None, "query_only", true).unwrap();
    let line = LedgerLine::handed_over(&put.name, "curl", "token", NOW);
    assert_eq!(vault.hand_over(put.id, line).err(), Some(VaultError::ReadOnly));
}

#[test]
fn a_refresh_writes_tokens_outcome_and_line_at_once() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    let lease = lease(&vault, put.id);
    let mut summary = put.clone();
    summary.refresh.begin(UnixMillis(5));
    let mark = AccountChange {
        summary: &summary,
        tokens: None,
        evidence: None,
        line: None,
    };
    vault.write_account(&lease, mark, None).unwrap().unwrap();
    assert_eq!(
        home.open()
            .account_by_id(put.id)
            .unwrap()
            .unwrap()
            .refresh
            .sent_at,
        Some(UnixMillis(5))
    );

    summary.refresh.finish(UnixMillis(6), None);
    let renewed = tokens("access-token-2");
    let line = LedgerLine::refreshed(&put.name, NOW);
    let learned = ProfileUpdate {
        id: profile.id,
        metadata: Some((object(json!({"issuer": "x"})), READ)),
        remember: Some(("a".to_owned(), "b".to_owned())),
    };
    let change = AccountChange {
        summary: &summary,
        tokens: Some(&renewed),
        evidence: None,
        line: Some(&line),
    };
    assert_eq!(
        vault.write_account(&lease, change, Some(&learned)).unwrap(),
        Some(summary.clone())
    );
    let found = home.open().account_record(put.id).unwrap().unwrap();
    assert!(found.tokens.access_token.matches_text("access-token-2"));
    assert_eq!(
        (found.summary, found.evidence),
        (summary, record(&profile, "work/ana").evidence)
    );
    let profile = vault.profile(&profile.name).unwrap().unwrap();
    assert_eq!(
        (profile.metadata_read, profile.remembered["a"].as_str()),
        (Some(READ), "b")
    );
    assert_eq!(
        vault.ledger(None).unwrap().records.last().unwrap().event,
        "refreshed"
    );
}

#[test]
fn a_write_that_fails_changes_nothing() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    let pages: i64 = vault
        .lock()
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    vault.lock().pragma_update(None, "max_page_count", pages).unwrap();
    let mut big = tokens("access-token-2");
    big.id_token = Some(Secret::new("x".repeat(100_000)));
    let change = AccountChange {
        summary: &put,
        tokens: Some(&big),
        evidence: None,
        line: None,
    };
    let refused = vault.write_account(&lease(&vault, put.id), change, None);
    assert_eq!(refused.err(), Some(VaultError::DiskFull));
    let found = vault.account_record(put.id).unwrap().unwrap();
    assert!(found.tokens.access_token.matches_text("access-token-1"));
}

#[test]
fn the_lease_of_another_account_writes_nothing() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let (ana, bob) = (
        insert(&vault, &profile, "work/ana"),
        insert(&vault, &profile, "work/bob"),
    );
    let change = AccountChange {
        summary: &ana,
        tokens: None,
        evidence: None,
        line: None,
    };
    assert!(matches!(
        vault.write_account(&lease(&vault, bob.id), change, None),
        Err(VaultError::Defect(_))
    ));
}

#[test]
fn a_rename_finds_the_account_by_its_new_name_and_survives_a_refresh_under_way() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    insert(&vault, &profile, "work/bob");
    let rename = |from: &str, to: &str| {
        vault
            .rename_account(&account_name(from), &account_name(to), NOW)
            .unwrap()
    };
    assert_eq!(rename("nobody", "x"), Renaming::Absent);
    assert_eq!(rename("work/ana", "work/bob"), Renaming::Taken);
    let lease = lease(&vault, put.id);
    assert!(matches!(rename("work/ana", "mine"), Renaming::Renamed(_)));
    let mut summary = put.clone();
    summary.last_error = Some(LastError {
        code: FailureCode::Network,
        message: "No answer.".into(),
        at: 1,
    });
    let line = LedgerLine::refresh_failed(&put.name, FailureCode::Network, NOW);
    let change = AccountChange {
        summary: &summary,
        tokens: None,
        evidence: None,
        line: Some(&line),
    };
    let written = vault.write_account(&lease, change, None).unwrap().unwrap();
    assert_eq!(
        (&written.name, &written.last_error),
        (&account_name("mine"), &summary.last_error)
    );
    assert_eq!(vault.account(&put.name).unwrap(), None);
    assert_eq!(vault.account(&account_name("mine")).unwrap(), Some(written));
    let events = vault.ledger(Some(&account_name("mine"))).unwrap().records;
    let events: Vec<_> = events.iter().map(|line| line.event.as_str()).collect();
    assert_eq!(events, ["linked", "renamed", "refresh_failed"]);
    // To the same name it is no event; by what it was called before, its lines are found all the same.
    assert!(matches!(rename("mine", "mine"), Renaming::Renamed(_)));
    let by = |name: &str| vault.ledger(Some(&account_name(name))).unwrap().records;
    assert_eq!(by("mine").len(), 3);
    assert_eq!(by("work/ana"), by("mine"));
    // Unless the name is another account's by now.
    insert(&vault, &profile, "work/ana");
    let events: Vec<_> = by("work/ana").into_iter().map(|line| line.event).collect();
    assert_eq!(events, ["linked", "linked"]);
    assert_eq!(by("mine").len(), 3);
}

#[test]
fn an_account_that_is_unlinked_is_gone_and_its_id_is_not_used_again() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    let held = lease(&vault, put.id);
    assert!(vault.unlink(&held, &put.name, true, NOW).unwrap());
    assert!(!vault.unlink(&held, &put.name, true, NOW).unwrap());
    let change = AccountChange {
        summary: &put,
        tokens: None,
        evidence: None,
        line: None,
    };
    assert_eq!(vault.write_account(&held, change, None).unwrap(), None);
    let line = LedgerLine::handed_over(&put.name, "curl", "token", NOW);
    assert!(vault.hand_over(put.id, line).unwrap().is_none());
    let again = insert(&vault, &profile, "work/ana");
    assert!(again.id > put.id);
    let events = vault.ledger(Some(&put.name)).unwrap().records;
    let events: Vec<_> = events.iter().map(|line| line.event.as_str()).collect();
    assert_eq!(events, ["linked", "revoked", "unlinked", "linked"]);
}

/// What somebody with the file but without the key can do to a row.
const TAMPERINGS: &[(&str, &str)] = &[
    (
        "an edited summary",
        "UPDATE accounts SET summary = CAST(summary || x'00' AS BLOB) WHERE id = 1",
    ),
    ("edited tokens", "UPDATE accounts SET tokens = x'01' WHERE id = 1"),
    (
        "edited evidence",
        "UPDATE accounts SET evidence = x'' WHERE id = 1",
    ),
    (
        "another generation",
        "UPDATE accounts SET generation = generation + 1 WHERE id = 1",
    ),
    (
        "another profile",
        "UPDATE accounts SET profile_id = 2 WHERE id = 1",
    ),
    (
        "another name",
        "UPDATE accounts SET name_tag = x'00' WHERE id = 1",
    ),
    (
        "columns swapped",
        "UPDATE accounts SET summary = tokens, tokens = summary WHERE id = 1",
    ),
    (
        "another account's tokens",
        "UPDATE accounts SET tokens = (SELECT tokens FROM accounts WHERE id = 2) WHERE id = 1",
    ),
    (
        "another account's everything",
        "UPDATE accounts SET (summary, tokens, evidence, generation) = \
         (SELECT summary, tokens, evidence, generation FROM accounts WHERE id = 2) WHERE id = 1",
    ),
];

#[test]
fn a_tampered_account_does_not_open_and_the_rest_works() {
    for (what, sql) in TAMPERINGS {
        let home = TestHome::new();
        let vault = home.create();
        let (work, _) = (put_profile(&vault, "work"), put_profile(&vault, "other"));
        let (ana, bob) = (
            insert(&vault, &work, "work/ana"),
            insert(&vault, &work, "work/bob"),
        );
        vault.lock().execute(sql, []).unwrap();
        let refused = vault.account_record(ana.id).err();
        assert!(
            matches!(refused, Some(VaultError::Damaged { .. })),
            "{what}: {refused:?}"
        );
        assert!(vault.account_record(bob.id).unwrap().is_some(), "{what}");
        let damaged = vault.check().unwrap();
        let names: Vec<_> = damaged.iter().map(|damaged| damaged.record.as_str()).collect();
        assert_eq!(names, ["accounts/1"], "{what}");
        let listed = vault.accounts().unwrap();
        assert!(
            listed.records.iter().any(|account| account.id == bob.id),
            "{what}"
        );
        assert_eq!(listed.records.len() + listed.damaged.len(), 2, "{what}");
    }
}

#[test]
fn tokens_of_before_the_last_refresh_do_not_open() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let put = insert(&vault, &profile, "work/ana");
    let old: Vec<u8> = vault
        .lock()
        .query_row("SELECT tokens FROM accounts", [], |row| row.get(0))
        .unwrap();
    let renewed = tokens("access-token-2");
    let change = AccountChange {
        summary: &put,
        tokens: Some(&renewed),
        evidence: None,
        line: None,
    };
    vault.write_account(&lease(&vault, put.id), change, None).unwrap();
    vault
        .lock()
        .execute("UPDATE accounts SET tokens = ?1", [old])
        .unwrap();
    let refused = vault.account_record(put.id).err();
    assert_eq!(
        refused,
        Some(VaultError::damaged(
            Part::Account,
            "the tokens of the account work/ana"
        ))
    );
}

#[test]
fn a_new_link_takes_the_place_of_a_damaged_account() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    insert(&vault, &profile, "work/ana");
    vault
        .lock()
        .execute("UPDATE accounts SET tokens = x'00'", [])
        .unwrap();
    insert(&vault, &profile, "work/ana");
    assert_eq!(vault.check().unwrap(), []);
    assert_eq!(vault.accounts().unwrap().records.len(), 1);
}

#[test]
fn an_account_whose_name_tag_is_damaged_is_told_so_and_makes_room() {
    let home = TestHome::new();
    let vault = home.create();
    let profile = put_profile(&vault, "work");
    let (ana, bob) = (
        insert(&vault, &profile, "work/ana"),
        insert(&vault, &profile, "work/bob"),
    );
    let flip = "UPDATE accounts SET name_tag = zeroblob(length(name_tag)) WHERE id = ?1";
    vault.lock().execute(flip, [ana.id]).unwrap();
    let refused = Some(VaultError::damaged(Part::Account, "the account in row 1"));
    assert_eq!(vault.account(&ana.name).err(), refused);
    assert_eq!(
        vault.rename_account(&ana.name, &account_name("new"), NOW).err(),
        refused
    );
    assert_eq!(
        vault.rename_account(&bob.name, &ana.name, NOW).unwrap(),
        Renaming::Taken
    );
    assert_eq!(vault.account_id(&ana.name).unwrap(), Some(ana.id));
    assert_eq!(vault.account(&account_name("work/eve")).unwrap(), None);
    insert(&vault, &profile, "work/ana");
    assert_eq!(vault.check().unwrap(), []);
    assert_eq!(vault.accounts().unwrap().records.len(), 2);
}
