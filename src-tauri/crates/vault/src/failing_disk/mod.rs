//! A disk that fails at any of its readings and writings: the vault says so, and holds the old state or the new one.

mod vfs;

use keybelt_fuzz::walk;
use keybelt_primitives::UnixSeconds;

use self::vfs::{Refuses, while_it_refuses};
use crate::contents::{Bench, Specimen, Told, try_renew};
use crate::opening::OpenBy;
use crate::test_vault::{TestHome, account_name, entropy, new_profile, profile_name};
use crate::{FILE, KeepKey, LedgerLine, LockedVault, RekeyError, UnlockError, Vault, VaultError};

const NOW: UnixSeconds = UnixSeconds(3_000);

/// What is done to a vault.
type Act = fn(&Vault) -> Result<(), VaultError>;

const ACTS: &[(&str, Act)] = &[
    ("nothing but opening", |_| Ok(())),
    ("a list", |vault| vault.accounts().map(drop)),
    ("a check", |vault| vault.check().map(drop)),
    ("an import", |vault| {
        vault
            .put_profiles(vec![new_profile("new"), new_profile("newer")], false)
            .map(drop)
    }),
    ("a refresh", |vault| {
        try_renew(vault, "work/ana", "access-token-3")
    }),
    ("a hand-over", |vault| {
        let line = LedgerLine::handed_over(&account_name("work/ana"), "curl", "token", NOW);
        vault.hand_over(1, line).map(drop)
    }),
    ("a new name", |vault| {
        vault
            .rename_account(&account_name("work/bob"), &account_name("bob"), NOW)
            .map(drop)
    }),
    ("an unlinking", |vault| {
        let lease = vault.lease(1, std::time::Duration::ZERO)?;
        vault
            .unlink(&lease, &account_name("work/ana"), true, NOW)
            .map(drop)
    }),
    ("an answer", |vault| vault.take_pending("state-1").map(drop)),
    ("a removal", |vault| {
        vault.remove_profile(&profile_name("old"), &[], NOW).map(drop)
    }),
];

const REFUSALS: [Refuses; 4] = [
    Refuses::Reading,
    Refuses::Once,
    Refuses::FromThenOn,
    Refuses::Room,
];

/// Whether that is what a person is to be told of such a disk.
fn is_told_rightly(error: &VaultError, refuses: Refuses) -> bool {
    match refuses {
        Refuses::Room => *error == VaultError::DiskFull,
        Refuses::Reading => *error == VaultError::damaged_file("the disk does not read the file"),
        Refuses::Once | Refuses::FromThenOn => *error == VaultError::DiskFails,
    }
}

#[test]
fn whatever_reading_or_writing_the_disk_refuses_the_vault_says_so_and_is_as_before() {
    let (specimen, bench) = (Specimen::new(), Bench::new());
    let mut wrong = Vec::new();
    let (mut steps, mut refused) = (0, 0);
    for (what, act) in ACTS {
        let acted = || bench.open(&specimen.key).and_then(|vault| act(&vault));
        let held = || Told::by(&bench.open(&specimen.key).unwrap()).whole();
        bench.put(&specimen.file, None);
        acted().unwrap();
        let new = held();
        for refuses in REFUSALS {
            bench.put(&specimen.file, None);
            let (done, count) = while_it_refuses(refuses, u64::MAX, acted);
            done.unwrap();
            for at in walk::steps(usize::try_from(count).unwrap(), 12) {
                bench.put(&specimen.file, None);
                let at = u64::try_from(at + 1).unwrap();
                let (done, _) = while_it_refuses(refuses, at, acted);
                let now = held();
                steps += 1;
                refused += usize::from(done.is_err());
                let is_right = match &done {
                    Ok(()) => now == new,
                    // Of a disk that takes nothing any more nobody knows what it holds when it comes back.
                    Err(error) if refuses == Refuses::FromThenOn => {
                        is_told_rightly(error, refuses) && (now == specimen.contents || now == new)
                    }
                    Err(error) => is_told_rightly(error, refuses) && now == specimen.contents,
                };
                if !is_right {
                    let state = if now == specimen.contents {
                        "as before"
                    } else if now == new {
                        "done"
                    } else {
                        "neither"
                    };
                    wrong.push(format!(
                        "{what}, {refuses:?} at {at} of {count}: {done:?}, and it is {state}"
                    ));
                }
            }
        }
    }
    println!("{steps} refusals of the disk, {refused} of them told");
    assert!(wrong.is_empty(), "{} of {steps}: {wrong:#?}", wrong.len());
}

#[test]
fn whatever_the_disk_refuses_while_the_key_is_changed_one_of_both_opens_the_vault() {
    let home = TestHome::new();
    drop(home.create());
    let find = || LockedVault::find(&home.path()).unwrap().unwrap();
    let item = find().slot.item().unwrap();
    let old = home.keyring.key(item).unwrap();
    let file = std::fs::read(home.path().join(FILE)).unwrap();
    let bench = Bench::new();
    let rekeyed = || {
        bench.put(&file, None);
        home.keyring.keep(item, &old).unwrap();
        let locked = LockedVault::find(bench.home())?.expect("it is there");
        let by = OpenBy::Keyring(&home.keyring);
        locked.rekey(by, KeepKey::Keyring(&home.keyring), entropy())
    };
    for refuses in REFUSALS {
        let (done, count) = while_it_refuses(refuses, u64::MAX, rekeyed);
        done.unwrap();
        for at in walk::steps(usize::try_from(count).unwrap(), 12) {
            let at = u64::try_from(at + 1).unwrap();
            let (done, _) = while_it_refuses(refuses, at, rekeyed);
            if let Err(error) = done {
                let RekeyError::Unlock(UnlockError::Vault(error)) = error else {
                    panic!("{refuses:?} at {at}: {error:?}")
                };
                assert!(is_told_rightly(&error, refuses), "{refuses:?} at {at}: {error:?}");
            }
            let opened = LockedVault::find(bench.home())
                .unwrap()
                .unwrap()
                .unlock_with_keyring(&home.keyring, entropy());
            let opened = opened.map_err(|(_, error)| error);
            assert!(opened.is_ok(), "{refuses:?} at {at}: {:?}", opened.err());
        }
    }
}
