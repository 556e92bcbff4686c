use std::time::Duration;

use super::*;
use crate::test_vault::{TestHome, account_name, insert, new_profile, put_profile, record, tokens};
use crate::{AccountChange, ProfileRecord};

const NOW: UnixSeconds = UnixSeconds(2_000);

fn file(path: &str) -> OutputTarget {
    OutputTarget::File {
        path: path.to_owned(),
        format: "json".to_owned(),
    }
}

fn command() -> OutputTarget {
    OutputTarget::Command {
        command: vec!["/bin/true".to_owned(), "an argument".to_owned()],
        token: TokenPassing::Stdin,
        time_limit: 30,
    }
}

fn linked(vault: &Vault) -> (ProfileRecord, AccountSummary) {
    let profile = put_profile(vault, "work");
    let ana = insert(vault, &profile, "work/ana");
    (profile, ana)
}

fn refresh(vault: &Vault, account: &AccountSummary, access_token: &str) -> AccountSummary {
    let lease = vault.lease(account.id, Duration::ZERO).unwrap();
    let change = AccountChange {
        summary: account,
        tokens: Some(&tokens(access_token)),
        evidence: None,
        line: Some(&LedgerLine::refreshed(&account.name, NOW).renewing(true)),
    };
    vault.write_account(&lease, change, None).unwrap().unwrap()
}

fn begin(vault: &Vault, id: i64) -> Option<Delivery> {
    let line = |output: &OutputRecord, account: &AccountSummary| {
        output
            .is_behind(account)
            .then(|| LedgerLine::handed_over(&account.name, "true", "output", NOW))
    };
    vault.begin_delivery(id, line).unwrap()
}

fn add(vault: &Vault, account: &AccountSummary, target: OutputTarget) -> OutputRecord {
    match vault.add_output(account.id, target, NOW).unwrap() {
        AddOutput::Added(output) => *output,
        other => panic!("not added: {other:?}"),
    }
}

fn finish(vault: &Vault, delivery: &Delivery, failure: Option<&str>) -> OutputRecord {
    let line = LedgerLine::refreshed(&delivery.summary.name, NOW);
    vault
        .finish_delivery(delivery, failure.map(str::to_owned), &line)
        .unwrap()
        .unwrap()
}

#[test]
fn an_output_comes_back_as_it_was_added() {
    let home = TestHome::new();
    let vault = home.create();
    let (_, ana) = linked(&vault);
    let added = add(&vault, &ana, command());
    assert_eq!((added.delivered, &added.target), (None, &command()));
    let vault = home.open();
    assert_eq!(vault.output(added.id).unwrap().as_ref(), Some(&added));
    assert_eq!(vault.outputs().unwrap().records, [(added.clone(), ana.clone())]);
    assert!(vault.remove_output(added.id).unwrap());
    assert!(!vault.remove_output(added.id).unwrap());
    assert_eq!(vault.add_output(99, command(), NOW).unwrap(), AddOutput::Absent);
}

#[test]
fn each_token_is_delivered_until_that_is_written_down() {
    let home = TestHome::new();
    let vault = home.create();
    let (_, ana) = linked(&vault);
    let id = add(&vault, &ana, command()).id;
    let delivery = begin(&vault, id).unwrap();
    assert!(delivery.tokens.access_token.matches_text("access-token-1"));
    // Killed here: it is begun anew.
    assert!(begin(&home.open(), id).is_some());
    finish(&vault, &delivery, None);
    assert!(begin(&vault, id).is_none());
    let renewed = refresh(&vault, &ana, "access-token-2");
    let delivery = begin(&vault, id).unwrap();
    assert!(delivery.tokens.access_token.matches_text("access-token-2"));
    // Another one came while this one was on its way.
    refresh(&vault, &renewed, "access-token-3");
    finish(&vault, &delivery, None);
    let delivery = begin(&vault, id).unwrap();
    assert!(delivery.tokens.access_token.matches_text("access-token-3"));
    let events: Vec<String> = vault
        .ledger(Some(&ana.name))
        .unwrap()
        .records
        .into_iter()
        .map(|line| line.event)
        .collect();
    assert_eq!(events.iter().filter(|event| *event == "handed_over").count(), 4);
}

#[test]
fn failures_count_for_one_token() {
    let home = TestHome::new();
    let vault = home.create();
    let (_, ana) = linked(&vault);
    let id = add(&vault, &ana, command()).id;
    let delivery = begin(&vault, id).unwrap();
    for times in 1..=2 {
        let failed = finish(&vault, &delivery, Some("exit status 3")).failed.unwrap();
        assert_eq!((failed.times, failed.message.as_str()), (times, "exit status 3"));
    }
    refresh(&vault, &ana, "access-token-2");
    let delivery = begin(&vault, id).unwrap();
    assert_eq!(finish(&vault, &delivery, Some("again")).failed.unwrap().times, 1);
    let delivered = finish(&vault, &delivery, None);
    assert_eq!((delivered.failed, delivered.delivered_at), (None, Some(NOW)));
}

#[test]
fn one_delivers_at_a_time() {
    let home = TestHome::new();
    let vault = home.create();
    let lock = |vault: &Vault, id, within| vault.lock_output(id, within).unwrap();
    let held = lock(&vault, 1, Duration::ZERO).unwrap();
    // As a command does that it left running.
    let inherited = held.file().try_clone().unwrap();
    let other = home.open();
    assert!(lock(&other, 1, Duration::ZERO).is_none());
    assert!(lock(&other, 1, Duration::from_millis(20)).is_none());
    assert!(lock(&vault, 2, Duration::ZERO).is_some());
    drop(held);
    assert!(lock(&other, 1, Duration::ZERO).is_some());
    drop(inherited);
}

#[test]
fn a_file_is_kept_by_one_output() {
    let home = TestHome::new();
    let vault = home.create();
    let (_, ana) = linked(&vault);
    let id = add(&vault, &ana, file("/run/token")).id;
    let again = vault.add_output(ana.id, file("/run/token"), NOW).unwrap();
    assert_eq!(again, AddOutput::Taken(id));
    add(&vault, &ana, file("/run/other"));
    add(&vault, &ana, command());
    add(&vault, &ana, command());
}

#[test]
fn an_output_outlives_its_account_until_what_it_kept_is_gone() {
    let home = TestHome::new();
    let vault = home.create();
    let (_, ana) = linked(&vault);
    let id = add(&vault, &ana, file("/run/token")).id;
    assert!(vault.gone_outputs().unwrap().is_empty());
    let lease = vault.lease(ana.id, Duration::ZERO).unwrap();
    vault.unlink(&lease, &ana.name, false, NOW).unwrap();
    assert!(vault.outputs().unwrap().records.is_empty() && begin(&vault, id).is_none());
    let gone = vault.gone_outputs().unwrap();
    assert_eq!((gone.len(), gone[0].id), (1, id));
    let kept = gone[0].output.as_ref().map(|output| output.target.clone());
    assert_eq!(kept, Some(file("/run/token")));
    assert_eq!(vault.check().unwrap(), []);
    assert!(vault.remove_output(id).unwrap());
    assert!(vault.gone_outputs().unwrap().is_empty());
}

#[test]
fn a_profile_that_goes_with_its_accounts_leaves_their_outputs_to_be_cleared() {
    let home = TestHome::new();
    let vault = home.create();
    let (work, ana) = linked(&vault);
    add(&vault, &ana, file("/run/token"));
    let lease = vault.lease(ana.id, Duration::ZERO).unwrap();
    vault.remove_profile(&work.name, &[lease], NOW).unwrap();
    assert_eq!(vault.gone_outputs().unwrap().len(), 1);
}

#[test]
fn a_damaged_account_that_is_linked_again_keeps_its_outputs() {
    let home = TestHome::new();
    let vault = home.create();
    let (work, ana) = linked(&vault);
    let id = add(&vault, &ana, command()).id;
    let delivery = begin(&vault, id).unwrap();
    finish(&vault, &delivery, None);
    vault
        .lock()
        .execute("UPDATE accounts SET tokens = x'01'", [])
        .unwrap();
    let line = LedgerLine::linked(&ana.name, "browser", NOW);
    let again = vault
        .insert_account(record(&work, "work/ana"), &line, None)
        .unwrap();
    let again = again.unwrap();
    assert!(again.id != ana.id && again.token_seq > 0);
    let delivery = begin(&vault, id).unwrap();
    assert_eq!(delivery.summary.id, again.id);
    assert_eq!(vault.check().unwrap(), []);
}

#[test]
fn a_tampered_output_is_named_does_not_open_and_leaves_the_refresh_alone() {
    for sql in [
        "UPDATE outputs SET record = x'01' WHERE id = 1",
        "UPDATE outputs SET generation = 7 WHERE id = 1",
        "UPDATE outputs SET account_id = 2 WHERE id = 1",
        "UPDATE outputs SET account_id = NULL WHERE id = 1",
        "UPDATE outputs SET record = (SELECT record FROM outputs WHERE id = 2) WHERE id = 1",
    ] {
        let home = TestHome::new();
        let vault = home.create();
        let (work, ana) = linked(&vault);
        insert(&vault, &work, "work/bob");
        for path in ["/run/one", "/run/two"] {
            add(&vault, &ana, file(path));
        }
        vault.lock().execute(sql, []).unwrap();
        assert!(
            matches!(vault.output(1), Err(VaultError::Damaged { .. })),
            "{sql}"
        );
        assert_eq!(vault.outputs().unwrap().records.len(), 1, "{sql}");
        let damaged = vault.check().unwrap();
        assert_eq!(
            (damaged.len(), damaged[0].record.as_str()),
            (1, "outputs/1"),
            "{sql}"
        );
        assert!(
            vault
                .gone_outputs()
                .unwrap()
                .iter()
                .all(|gone| gone.output.is_none())
        );
        refresh(&vault, &ana, "access-token-2");
        assert!(begin(&vault, 2).is_some(), "{sql}");
        assert!(vault.remove_output(1).unwrap());
        assert_eq!(vault.check().unwrap(), [], "{sql}");
    }
}

#[test]
fn a_profile_record_with_a_new_name_is_followed_by_what_is_linked_meanwhile() {
    let home = TestHome::new();
    let vault = home.create();
    let old = put_profile(&vault, "work");
    let renamed = |_: &ProfileRecord| Ok::<_, ()>(new_profile("job"));
    vault.change_profile(&old.name, renamed).unwrap();
    let put = insert(&vault, &old, "work/ana");
    assert_eq!(put.profile.as_str(), "job");
    assert_eq!(vault.account(&account_name("work/ana")).unwrap().unwrap(), put);
}
