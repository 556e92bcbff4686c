//! Hostile input for the parsers of outside input: what is committed in `tests/data/fuzz`, changed at random, and cut
//! down to the least that still fails. And how far every long walk of the tests goes.
//!
//! Owns: the corpus, the changes, the bounds of a run and of one input's time, the length of walks.
//! Never: a parser, or what is right; each target is a test beside its parser.
//! Start at: [`Target::run`], [`walk::steps`].
//!
//! It runs on stable Rust and in every test run: coverage-guided engines (libFuzzer by cargo-fuzz, bolero's others) need
//! a nightly compiler, which a contributor's machine does not have. What they find by coverage, the corpus holds by hand.

mod change;
mod cpu_time;
pub mod walk;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use change::{Change, Source};

/// How long each target runs, in seconds; unset: so many inputs as the tests of every day can bear.
pub const SECONDS: &str = "KEYBELT_FUZZ_SECONDS";

/// Inputs of the tests of every day, the same each time.
const EVERY_DAY: u32 = 96;
/// Inputs between two looks at the clock.
const STRIDE: u32 = 64;
/// Changes that make one input.
const CHANGES: usize = 6;
/// What one input may take of the processor's time. An unoptimised parser that reads a megabyte once is far below it, one
/// that reads it once for each of its lines is far above.
const TIME: Duration = Duration::from_secs(5);

/// One parser under fire.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and its folder in `tests/data/fuzz`.
    pub name: &'static str,
    /// Words that mean something to it.
    pub words: &'static [&'static str],
    /// The longest input, in bytes: a little more than the parser's own bound.
    pub longest: usize,
}

impl Target {
    /// Hands each file of the corpus to a parser, then changed ones.
    ///
    /// # Panics
    /// The parser panics, or takes too long. The smallest input that does so is left in `target/test-output/fuzz`.
    pub fn run(&self, parse: impl Fn(&[u8])) {
        self.run_within(TIME, parse);
    }

    fn run_within(&self, limit: Duration, parse: impl Fn(&[u8])) {
        let corpus = self.corpus();
        for (name, input) in &corpus {
            let took = timed(&parse, input);
            assert!(took < limit, "{}/{name} took {took:?}", self.name);
        }
        let inputs: Vec<Vec<u8>> = corpus.into_iter().map(|(_, input)| input).collect();
        let source = Source {
            corpus: &inputs,
            words: self.words,
            longest: self.longest,
        };
        let Some(deadline) = deadline() else {
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            return self.fire(
                &mut TestRunner::new_with_rng(config(EVERY_DAY), rng),
                &source,
                &parse,
                limit,
            );
        };
        while Instant::now() < deadline {
            self.fire(&mut TestRunner::new(config(STRIDE)), &source, &parse, limit);
        }
    }

    fn fire(&self, runner: &mut TestRunner, source: &Source<'_>, parse: &impl Fn(&[u8]), limit: Duration) {
        let strategy = (any::<Index>(), vec(any::<Change>(), 1..=CHANGES));
        let outcome = runner.run(&strategy, |(first, changes)| {
            let took = timed(parse, &source.input(first, &changes));
            if took < limit {
                return Ok(());
            }
            Err(TestCaseError::fail(format!("one input took {took:?}")))
        });
        match outcome {
            Ok(()) => {}
            Err(TestError::Abort(reason)) => panic!("{}: {reason}", self.name),
            Err(TestError::Fail(reason, (first, changes))) => {
                let kept = self.keep(&source.input(first, &changes));
                panic!("{}: {reason}\nthe input is kept as {}", self.name, kept.display());
            }
        }
    }

    /// Every file of the target's folder, by its name.
    fn corpus(&self) -> Vec<(String, Vec<u8>)> {
        let folder = root().join("tests/data/fuzz").join(self.name);
        let listed = fs::read_dir(&folder).map(|entries| entries.flatten().collect::<Vec<_>>());
        let mut files: Vec<_> = listed
            .unwrap_or_default()
            .into_iter()
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                Some((name, fs::read(entry.path()).ok()?))
            })
            .collect();
        // The order of a folder is the file system's; the everyday run is the same each time.
        files.sort();
        assert!(!files.is_empty(), "{} holds nothing", folder.display());
        files
    }

    fn keep(&self, input: &[u8]) -> PathBuf {
        let folder = root().join("target/test-output/fuzz");
        let path = folder.join(self.name);
        // The test fails in any case, and says where it wanted to write.
        let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, input));
        path
    }
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        // What fails goes into the corpus, by hand and with a name.
        failure_persistence: None,
        max_shrink_iters: 2_000,
        // An input that takes too long takes so long at each step towards a smaller one.
        max_shrink_time: 60_000,
        ..Config::default()
    }
}

fn deadline() -> Option<Instant> {
    let seconds: u64 = std::env::var(SECONDS).ok()?.parse().ok()?;
    Some(Instant::now() + Duration::from_secs(seconds))
}

fn timed(parse: &impl Fn(&[u8]), input: &[u8]) -> Duration {
    let began = cpu_time::of_this_thread();
    parse(input);
    cpu_time::of_this_thread().saturating_sub(began)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    const SELF: Target = Target {
        name: "itself",
        words: &["needle"],
        longest: 100_000,
    };

    fn message(run: impl FnOnce()) -> String {
        let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    }

    #[test]
    fn a_parser_that_panics_is_found_and_its_input_kept_small() {
        let has_needle = |input: &[u8]| input.windows(6).any(|part| part == b"needle");
        let found = message(|| SELF.run(|input| assert!(!has_needle(input), "it pricks")));
        assert!(found.contains("it pricks"), "{found}");
        let (_, path) = found.split_once("kept as ").unwrap();
        let kept = fs::read(path).unwrap();
        assert!(has_needle(&kept));
        assert!(kept.len() < 100, "{} bytes", kept.len());
    }

    #[test]
    fn changed_inputs_come_near_the_bound_and_never_pass_it() {
        let (longest, seen) = (Cell::new(0), Cell::new(0_u32));
        SELF.run(|input| {
            longest.set(longest.get().max(input.len()));
            seen.set(seen.get() + 1);
        });
        assert!((SELF.longest / 2..=SELF.longest).contains(&longest.get()));
        assert!(seen.get() > EVERY_DAY);
    }

    #[test]
    fn a_parser_that_takes_too_long_is_found() {
        let limit = Duration::from_millis(2);
        let found = message(|| {
            SELF.run_within(limit, |input| {
                let began = cpu_time::of_this_thread();
                while input.len() > 10_000 && cpu_time::of_this_thread().saturating_sub(began) < limit {}
            });
        });
        assert!(found.contains("one input took"), "{found}");
    }
}
