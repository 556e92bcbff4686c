//! Fifty processes that do everything there is to one vault, at once.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use keybelt_fuzz::walk;
use keybelt_test_support::hostile::Hostile;
use keybelt_test_support::{Home, Person, Ran, Session};
use serde_json::json;

use crate::add_work;

const PROCESSES: usize = 50;

/// A number below this, another one each time.
fn any(below: usize) -> usize {
    usize::try_from(RandomState::new().build_hasher().finish() % 1_000_003).unwrap() % below
}

fn one_of<T: Copy>(all: &[T]) -> T {
    all[any(all.len())]
}

struct World {
    hostile: Hostile,
    home: Home,
    _session: Session,
}

impl World {
    fn new() -> Self {
        let hostile = Hostile::honest();
        hostile.rotate_strictly();
        let session = Session::unlocked();
        let home = Home::in_session(env!("CARGO_BIN_EXE_keybelt"), &session);
        add_work(&home, &hostile);
        Self {
            hostile,
            home,
            _session: session,
        }
    }

    fn link(&self, name: &str) -> Ran {
        self.home
            .link(&["work", "--account", name], &Person::allowing("ada"))
    }
}

/// Lets fifty processes run at any time, until that is enough; `one` runs one of them.
fn crowd(is_enough: impl Fn() -> bool + Sync, one: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..PROCESSES {
            scope.spawn(|| {
                while !is_enough() {
                    one();
                }
            });
        }
    });
}

/// Accounts that stay, and some that come and go.
const STAYING: &[&str] = &["a", "b", "c"];
const PASSING: &[&str] = &["x", "y"];

/// Commands whose outcome nobody else can spoil.
fn certain(account: &str, api: &str) -> Vec<Vec<String>> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    [
        "list".to_owned(),
        "log".to_owned(),
        format!("log {account}"),
        format!("show {account}"),
        format!("inspect {account}"),
        format!("token {account}"),
        format!("token {account} --force-refresh"),
        format!("refresh {account}"),
        "refresh --all".to_owned(),
        format!("export {account} --to env"),
        format!("exec {account} -- true"),
        format!("request {account} GET {api}/api/me"),
        "profile list".to_owned(),
        "profile show work".to_owned(),
        "profile export --with-secrets".to_owned(),
        "profile set work --set client_kwargs.prompt=login".to_owned(),
        "output list".to_owned(),
        "provider list".to_owned(),
        "provider show practice".to_owned(),
        "vault status".to_owned(),
        "vault check".to_owned(),
    ]
    .iter()
    .map(|text| words(text))
    .collect()
}

/// Commands that meet one another, with the codes that they may end with besides success.
fn contested() -> Vec<(Vec<&'static str>, &'static [&'static str])> {
    let passing = one_of(PASSING);
    let (gone, both): (&[&str], &[&str]) = (&["not_found"], &["not_found", "already_exists"]);
    vec![
        (vec!["unlink", passing, "--revoke"], gone),
        (vec!["unlink", passing], gone),
        (vec!["rename", passing, "z"], both),
        (vec!["rename", "z", passing], both),
        (vec!["refresh", passing], gone),
        (vec!["token", passing], gone),
        (
            vec![
                "profile",
                "add",
                "new",
                "--provider",
                "practice",
                "--client-id",
                "c",
            ],
            &["already_exists"],
        ),
        (vec!["profile", "rename", "new", "newer"], both),
        (vec!["profile", "remove", "newer"], gone),
        (vec!["output", "add", "a", "--command", "true"], &[]),
        (vec!["output", "remove", "1"], gone),
        // Of two at once one wins, and the other says so.
        (vec!["vault", "rekey", "--to", "keyring"], &["vault_busy"]),
    ]
}

/// Whoever waited for 45 s says so: fifty can be too many for a small machine. Nobody says so earlier.
fn waited_in_vain(code: &str, began: Instant) -> bool {
    code == "vault_busy" && began.elapsed() > Duration::from_secs(44)
}

#[test]
fn fifty_processes_mix_every_command_on_one_vault() {
    let world = World::new();
    let (home, hostile) = (&world.home, &world.hostile);
    for name in STAYING.iter().chain(PASSING) {
        world.link(name).ok();
    }
    let profile = json!({"client_id": "c", "issuer": "https://issuer.example"});
    let import = home.file("import.json", &json!({"imported": profile}).to_string());
    let passphrase = home.file("of-backup", "of the backup\n");
    let (outcomes, wrong) = (
        Mutex::new(BTreeMap::<String, usize>::new()),
        Mutex::new(Vec::new()),
    );
    let count = |arguments: &[&str], began: Instant, ran: &Ran, may: &[&str]| {
        let ended = match ran.code {
            Some(0) => "ok".to_owned(),
            // What it tells of each account stands on standard output.
            _ if ran.stderr.is_empty() => {
                let told = ran.json();
                let rows = told.as_array().unwrap().iter();
                let code = rows.filter_map(|row| row["error"]["code"].as_str()).next();
                code.unwrap_or("nothing").to_owned()
            }
            _ => ran.error(),
        };
        *outcomes.lock().unwrap().entry(ended.clone()).or_default() += 1;
        if ended != "ok" && !may.contains(&ended.as_str()) && !waited_in_vain(&ended, began) {
            let took = began.elapsed();
            let told = format!("{arguments:?} after {took:?}: {}", ran.stderr);
            wrong.lock().unwrap().push(told);
        }
    };
    let ends = Instant::now() + walk::length(Duration::from_secs(8), Duration::from_secs(60));
    crowd(
        || Instant::now() >= ends,
        || {
            let began = Instant::now();
            let run = |arguments: &[&str], may: &[&str]| {
                count(arguments, began, &home.json(arguments), may);
            };
            match any(20) {
                0 => {
                    let name = one_of(PASSING);
                    count(&["link", name], began, &world.link(name), &["already_exists"]);
                }
                1 => run(&["profile", "import", &import, "--replace"], &[]),
                2 => {
                    let file = home
                        .file_path(&format!("backup-{}-{}", any(1_000_000), any(1_000_000)))
                        .display()
                        .to_string();
                    run(
                        &["vault", "backup", &file, "--passphrase-file", &passphrase],
                        &["already_exists"],
                    );
                    let _ = std::fs::remove_file(file);
                }
                3 => {
                    let watching = home.start(&["--json", "watch", "--since", "0"]);
                    let told = watching.next_line();
                    watching.signal("INT");
                    count(
                        &["watch"],
                        began,
                        &watching.end(),
                        if told.is_some() { &["cancelled"] } else { &[] },
                    );
                }
                4..=8 => {
                    let all = contested();
                    let (arguments, may) = &all[any(all.len())];
                    run(arguments, may);
                }
                _ => {
                    let all = certain(one_of(STAYING), hostile.issuer());
                    let arguments: Vec<&str> = all[any(all.len())].iter().map(String::as_str).collect();
                    run(&arguments, &[]);
                }
            }
        },
    );
    println!("{:?}", outcomes.lock().unwrap());
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {:?}: {:#?}",
        wrong.len(),
        outcomes.lock().unwrap(),
        &wrong[..wrong.len().min(20)]
    );
    assert_eq!(home.json(&["vault", "check"]).ok().json(), json!({"damaged": []}));
    let sent = hostile.refresh_tokens_sent();
    let different: BTreeSet<&String> = sent.iter().collect();
    assert_eq!(sent.len(), different.len(), "a refresh token was sent twice");
    for name in STAYING {
        home.json(&["refresh", name]).ok();
    }
}

/// How long the tokens of the next test live, and how much life is asked of them, in seconds.
const LIFE: u64 = 5;
const ASKED: &str = "1";

#[test]
fn fifty_processes_that_want_a_token_which_expires_again_and_again_renew_it_once_each_time() {
    let world = World::new();
    let (home, hostile) = (&world.home, &world.hostile);
    hostile.token_lifetime(json!(LIFE));
    world.link("a").ok();
    let renewals = || -> Vec<Instant> {
        let asked = hostile.asked();
        let renewing = asked
            .iter()
            .filter(|asked| asked.parameters.contains_key("refresh_token"));
        renewing.map(|asked| asked.at).collect()
    };
    let tokens = Mutex::new(BTreeSet::new());
    let ends = Instant::now() + walk::length(Duration::ZERO, Duration::from_secs(60));
    crowd(
        || Instant::now() >= ends && renewals().len() > 2,
        || {
            let began = Instant::now();
            let told = home.json(&["token", "a", "--min-ttl", ASKED]);
            if told.code == Some(0) {
                let token = told.json()["access_token"].to_string();
                tokens.lock().unwrap().insert(token);
            } else {
                assert!(waited_in_vain(&told.error(), began), "{told:?}");
            }
        },
    );
    let renewals = renewals();
    // Times are whole seconds: one is lost at either end.
    let least = Duration::from_secs(LIFE - 1 - 2);
    let soonest = renewals.windows(2).map(|pair| pair[1] - pair[0]).min();
    println!(
        "{} renewals, {} tokens, none sooner than {soonest:?}",
        renewals.len(),
        tokens.lock().unwrap().len()
    );
    assert!(soonest > Some(least), "{soonest:?}");
    // The first may be over before anybody asked.
    let brought = tokens.lock().unwrap().len();
    assert!(
        (renewals.len()..=renewals.len() + 1).contains(&brought),
        "{brought} tokens were brought"
    );
}
