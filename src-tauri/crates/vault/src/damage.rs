//! Damage, by accident and on purpose: whatever becomes of the file, a vault tells what it held or names what is damaged.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use keybelt_fuzz::walk;
use rusqlite::Connection;

use crate::VaultError;
use crate::contents::{Bench, Specimen, Told, Verdict, fill, judge, renew};
use crate::opening::JOURNALS;
use crate::seal::Key;
use crate::test_vault::TestHome;

/// Of how many processors a walk makes use.
const WALKERS: usize = 2;

/// Makes each step on a bench, on several threads, and counts what came of them.
#[track_caller]
fn walk_over<T: Sync>(
    steps: &[T],
    step: impl Fn(&Bench, &T) -> Result<Verdict, String> + Sync,
) -> BTreeMap<Verdict, usize> {
    let parts: Vec<&[T]> = steps.chunks(steps.len().div_ceil(WALKERS).max(1)).collect();
    let outcomes: Vec<Result<Verdict, String>> = thread::scope(|scope| {
        let walkers: Vec<_> = parts
            .into_iter()
            .map(|part| {
                let step = &step;
                scope.spawn(move || {
                    let bench = Bench::new();
                    let one = |at| {
                        catch_unwind(AssertUnwindSafe(|| step(&bench, at)))
                            .unwrap_or_else(|_| Err("it panicked".to_owned()))
                    };
                    part.iter().map(one).collect::<Vec<_>>()
                })
            })
            .collect();
        walkers
            .into_iter()
            .flat_map(|walker| walker.join().unwrap())
            .collect()
    });
    let mut counted = BTreeMap::new();
    let mut wrong = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(verdict) => *counted.entry(verdict).or_default() += 1,
            Err(told) => wrong.push(told),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}: {:#?}",
        wrong.len(),
        steps.len(),
        wrong.iter().take(40).collect::<Vec<_>>()
    );
    counted
}

/// What SQLite writes at once; the first one holds the header and the declarations.
const PAGE: usize = 4096;

/// Where words of small letters begin: names of tables and columns among them.
fn words_of(bytes: &[u8]) -> Vec<usize> {
    let is_letter = |at: usize| bytes[at].is_ascii_lowercase() || bytes[at] == b'_';
    (1..bytes.len())
        .filter(|at| is_letter(*at) && !is_letter(at - 1))
        .collect()
}

/// Where SQLite's header says the version of the shape (<https://sqlite.org/fileformat2.html#the_database_header>).
const USER_VERSION: std::ops::Range<usize> = 60..64;

#[test]
fn whatever_byte_of_the_file_is_flipped_the_vault_tells_the_same_or_names_the_damage() {
    let specimen = Specimen::new();
    // All of the header, and each word of the declarations; of the rest every byte or some of them.
    let header = 0..100;
    let words = words_of(&specimen.file[100..PAGE])
        .into_iter()
        .map(|start| 100 + start);
    let rest = walk::steps(specimen.file.len() - 100, 800)
        .into_iter()
        .map(|step| 100 + step);
    // The lowest bit, or all of them.
    let flips: Vec<(usize, u8)> = header
        .chain(words)
        .chain(rest)
        .map(|at| (at, if at % 3 == 0 { 0x01 } else { 0xFF }))
        .collect();
    let counted = walk_over(&flips, |bench, (at, mask)| {
        let mut file = specimen.file.clone();
        file[*at] ^= mask;
        bench.put(&file, None);
        match judge(&specimen.contents, bench.open(&specimen.key)) {
            Ok(Verdict::Newer) if !USER_VERSION.contains(at) => {
                Err(format!("byte {at} ^ {mask:#x} makes it newer"))
            }
            verdict => verdict.map_err(|told| format!("byte {at} ^ {mask:#x}: {told}")),
        }
    });
    println!(
        "{} flips in {} bytes: {counted:?}",
        flips.len(),
        specimen.file.len()
    );
    assert!(counted.contains_key(&Verdict::Named) && counted.contains_key(&Verdict::Refused));
}

#[test]
fn whatever_byte_of_the_journal_is_flipped_the_vault_holds_what_one_of_its_commits_left() {
    let home = TestHome::new();
    let vault = home.create();
    fill(&vault, &mut |_| {});
    // From here on everything is in the journal.
    drop(vault);
    let vault = home.open();
    let mut commits = vec![Told::by(&vault).whole()];
    for number in 3..6 {
        renew(&vault, "work/ana", &format!("access-token-{number}"));
        commits.push(Told::by(&vault).whole());
    }
    // As a process that is killed leaves it.
    let read = |name: &str| std::fs::read(home.path().join(name)).unwrap();
    let (file, journal) = (read(crate::FILE), read(JOURNALS[0]));
    let key = key_of(&home);
    let flips = walk::steps(journal.len(), 300);
    let counted = walk_over(&flips, |bench, at| {
        let mut bent = journal.clone();
        bent[*at] ^= 0xFF;
        bench.put(&file, Some(&bent));
        let vault = bench
            .open(&key)
            .map_err(|error| format!("byte {at}: {error:?}"))?;
        let told = Told::by(&vault).whole();
        if vault.check() != Ok(Vec::new()) {
            return Err(format!("byte {at}: the check finds something"));
        }
        match commits.contains(&told) {
            true => Ok(Verdict::Same),
            false => Err(format!("byte {at}: no commit left this")),
        }
    });
    println!("{} flips in the journal: {counted:?}", flips.len());
}

fn key_of(home: &TestHome) -> Key {
    let locked = crate::LockedVault::find(&home.path()).unwrap().unwrap();
    locked.master(crate::OpenBy::Keyring(&home.keyring)).unwrap()
}

#[test]
fn a_file_that_was_cut_off_anywhere_names_the_damage() {
    let specimen = Specimen::new();
    let pages = specimen.file.len() / PAGE;
    let lengths: Vec<usize> = (0..pages)
        .flat_map(|page| [page * PAGE, page * PAGE + 1, page * PAGE + 2_000])
        .collect();
    let counted = walk_over(&lengths, |bench, length| {
        bench.put(&specimen.file[..*length], None);
        match judge(&specimen.contents, bench.open(&specimen.key)) {
            // The last page may end in what nobody wrote.
            Ok(Verdict::Same) if *length < specimen.file.len() - (PAGE - 1) => {
                Err(format!("{length} bytes: nobody sees it"))
            }
            verdict => verdict.map_err(|told| format!("{length} bytes: {told}")),
        }
    });
    println!("{} lengths: {counted:?}", lengths.len());
}

/// Every column of every table with more than one row, but for the columns that only a whole row has.
const COLUMNS: &[(&str, &str, &[&str])] = &[
    (
        "profiles",
        "id",
        &[
            "id",
            "generation",
            "name_tag",
            "key_tag",
            "settings",
            "client_secret",
            "rsa_key",
        ],
    ),
    (
        "accounts",
        "id",
        &[
            "id",
            "generation",
            "profile_id",
            "name_tag",
            "summary",
            "tokens",
            "evidence",
        ],
    ),
    ("pending", "state_tag", &["state_tag", "deadline", "record"]),
    ("ledger", "id", &["id", "account_id", "line"]),
    ("blobs", "name_tag", &["name_tag", "generation", "content"]),
    ("outputs", "id", &["id", "account_id", "generation", "record"]),
];

/// The columns that hold something sealed.
const SEALED: &[&str] = &[
    "settings",
    "client_secret",
    "rsa_key",
    "summary",
    "tokens",
    "evidence",
    "record",
    "line",
    "content",
];

/// A cell of the file: table, column, and which of the table's rows.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Cell {
    table: &'static str,
    key: &'static str,
    column: &'static str,
    row: usize,
}

impl Cell {
    fn all(connection: &Connection) -> Vec<Self> {
        let mut cells = Vec::new();
        for (table, key, columns) in COLUMNS {
            let sql = format!("SELECT count(*) FROM {table}");
            let rows: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
            for row in 0..usize::try_from(rows).unwrap() {
                cells.extend(columns.iter().map(|column| Self {
                    table,
                    key,
                    column,
                    row,
                }));
            }
        }
        cells
    }

    fn is_sealed(&self) -> bool {
        SEALED.contains(&self.column)
    }

    /// The value, by the row's place in the order of its key.
    fn read(&self, connection: &Connection) -> rusqlite::types::Value {
        let Self {
            table,
            key,
            column,
            row,
        } = self;
        let sql = format!("SELECT {column} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {row}");
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    fn key_value(&self, connection: &Connection) -> rusqlite::types::Value {
        Self {
            column: self.key,
            ..self.clone()
        }
        .read(connection)
    }

    /// `false`: the column does not take it.
    fn write(
        &self,
        connection: &Connection,
        key: &rusqlite::types::Value,
        value: &rusqlite::types::Value,
    ) -> bool {
        let sql = format!(
            "UPDATE {} SET {} = ?2 WHERE {} = ?1",
            self.table, self.column, self.key
        );
        connection.execute(&sql, rusqlite::params![key, value]).is_ok()
    }
}

/// What somebody does to the file without its key.
fn tampered(bench: &Bench, specimen: &Specimen, tamper: impl FnOnce(&Connection)) -> Result<Verdict, String> {
    bench.put(&specimen.file, None);
    let connection = Connection::open(bench.home().join(crate::FILE)).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    tamper(&connection);
    drop(connection);
    judge(&specimen.contents, bench.open(&specimen.key))
}

fn cells_of(specimen: &Specimen) -> Vec<Cell> {
    let bench = Bench::new();
    bench.put(&specimen.file, None);
    Cell::all(&Connection::open(bench.home().join(crate::FILE)).unwrap())
}

#[test]
fn any_two_sealed_columns_that_are_swapped_are_named() {
    let specimen = Specimen::new();
    let cells: Vec<Cell> = cells_of(&specimen).into_iter().filter(Cell::is_sealed).collect();
    let pairs: Vec<(&Cell, &Cell)> = cells
        .iter()
        .enumerate()
        .flat_map(|(at, one)| cells[at + 1..].iter().map(move |other| (one, other)))
        .collect();
    let counted = walk_over(&pairs, |bench, (one, other)| {
        let mut is_null = false;
        let verdict = tampered(bench, &specimen, |connection| {
            let ((key, value), (other_key, other_value)) = (
                (one.key_value(connection), one.read(connection)),
                (other.key_value(connection), other.read(connection)),
            );
            is_null = value == other_value;
            one.write(connection, &key, &other_value);
            other.write(connection, &other_key, &value);
        });
        match verdict {
            Ok(Verdict::Same) if !is_null => Err(format!("{one:?} and {other:?}: nobody sees it")),
            verdict => verdict.map_err(|told| format!("{one:?} and {other:?}: {told}")),
        }
    });
    println!("{} pairs of sealed columns: {counted:?}", pairs.len());
}

#[test]
fn rows_whose_numbers_tags_or_generations_are_swapped_are_named() {
    let specimen = Specimen::new();
    let cells = cells_of(&specimen);
    let pairs: Vec<(&Cell, &Cell)> = cells
        .iter()
        .flat_map(|one| cells.iter().map(move |other| (one, other)))
        .filter(|(one, other)| {
            !one.is_sealed() && one.table == other.table && one.column == other.column && one.row < other.row
        })
        .collect();
    let counted = walk_over(&pairs, |bench, (one, other)| {
        let mut is_alike = false;
        let verdict = tampered(bench, &specimen, |connection| {
            let ((key, value), (other_key, other_value)) = (
                (one.key_value(connection), one.read(connection)),
                (other.key_value(connection), other.read(connection)),
            );
            is_alike = value == other_value;
            if one.column == one.key {
                // By way of a third value: a number or tag is there once.
                let aside = match &value {
                    rusqlite::types::Value::Integer(_) => rusqlite::types::Value::Integer(99),
                    _ => rusqlite::types::Value::Blob(vec![9; 32]),
                };
                assert!(
                    one.write(connection, &key, &aside)
                        && other.write(connection, &other_key, &value)
                        && one.write(connection, &aside, &other_value)
                );
            } else {
                let aside = match &value {
                    rusqlite::types::Value::Blob(_) => rusqlite::types::Value::Blob(vec![9; 32]),
                    value => value.clone(),
                };
                assert!(
                    one.write(connection, &key, &aside)
                        && other.write(connection, &other_key, &value)
                        && one.write(connection, &key, &other_value)
                );
            }
        });
        match verdict {
            Ok(Verdict::Same) if !is_alike => Err(format!("{one:?} and {other:?}: nobody sees it")),
            verdict => verdict.map_err(|told| format!("{one:?} and {other:?}: {told}")),
        }
    });
    println!("{} pairs of plain columns: {counted:?}", pairs.len());
}

#[test]
fn what_comes_from_another_vault_does_not_open() {
    let (specimen, other) = (Specimen::new(), Specimen::new());
    let cells = cells_of(&specimen);
    let elsewhere = Bench::new();
    elsewhere.put(&other.file, None);
    let foreign = Connection::open(elsewhere.home().join(crate::FILE)).unwrap();
    let moved: Vec<(&Cell, rusqlite::types::Value)> =
        cells.iter().map(|cell| (cell, cell.read(&foreign))).collect();
    let counted = walk_over(&moved, |bench, (cell, value)| {
        let mut is_alike = false;
        let verdict = tampered(bench, &specimen, |connection| {
            is_alike = cell.read(connection) == *value;
            cell.write(connection, &cell.key_value(connection), value);
        });
        match verdict {
            Ok(Verdict::Same) if !is_alike => Err(format!("{cell:?}: nobody sees it")),
            verdict => verdict.map_err(|told| format!("{cell:?}: {told}")),
        }
    });
    println!("{} columns of another vault: {counted:?}", moved.len());
}

#[test]
fn with_the_key_slot_of_another_vault_nothing_of_this_one_opens() {
    let (specimen, other) = (Specimen::new(), Specimen::new());
    let (bench, elsewhere) = (Bench::new(), Bench::new());
    bench.put(&specimen.file, None);
    elsewhere.put(&other.file, None);
    let connection = Connection::open(bench.home().join(crate::FILE)).unwrap();
    let path = elsewhere.home().join(crate::FILE);
    connection
        .execute("ATTACH ?1 AS other", [path.to_str().unwrap()])
        .unwrap();
    connection
        .execute_batch("DELETE FROM vault; INSERT INTO vault SELECT * FROM other.vault")
        .unwrap();
    drop(connection);
    assert!(matches!(
        bench.open(&specimen.key),
        Err(VaultError::Damaged { .. })
    ));
    let vault = bench.open(&other.key).unwrap();
    let told = Told::by(&vault);
    assert!(told.holds_nothing());
    let records = vault.check().unwrap().len();
    let held: std::collections::BTreeSet<String> = specimen.contents.records();
    assert!(records >= held.len(), "{records} are named");
}
