//! Everything a contributor does: `cargo xtask run`, `test`, `check`, `fuzz`, `prove`, `bench`, `tidy`.
//!
//! Owns: setting a machine up, building, running every check and test in one order.
//! Never: anything the program itself needs at run time.
//! Start at: [`Task`].

mod arrows;
mod bench;
mod checks;
mod features;
mod front_end;
mod fuzz;
mod packages;
mod prove;
mod run;
mod session;
mod steps;
mod suite;
mod tidy;
mod tour;

use std::process::ExitCode;

use steps::{Failed, say};

const USAGE: &str = "usage: cargo xtask TASK

  run     build Keybelt and open its window; without a display, show the main job on a virtual one
  test    every check and test there is: what CI runs
  check   lints and unit tests, for every day
  fuzz    every parser under changed input, for a minute each or `fuzz SECONDS`
  prove   the long walks of the tests, each its whole length
  bench   what Keybelt costs beside the bare libraries, or one part of it, `bench PART`: oauth1, id-token, accounts,
          window
  tidy    the checks of names and arrows alone
  setup   only bring the machine to where the others can work";

/// What can be asked for.
enum Task {
    Run,
    Tour,
    Test,
    Check,
    Fuzz,
    Prove,
    Bench,
    Measure,
    Tidy,
    Setup,
}

impl Task {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "run" => Self::Run,
            // What `run` starts inside of the virtual display.
            "tour" => Self::Tour,
            "test" => Self::Test,
            "check" => Self::Check,
            "fuzz" => Self::Fuzz,
            "prove" => Self::Prove,
            "bench" => Self::Bench,
            // What `bench` starts inside of its session.
            "measure" => Self::Measure,
            "tidy" => Self::Tidy,
            "setup" => Self::Setup,
            _ => return None,
        })
    }

    /// Whether a word may stand behind its name.
    fn takes_more(&self) -> bool {
        matches!(self, Self::Fuzz | Self::Bench | Self::Measure)
    }

    /// `further`: what stands behind the task's name, where it [takes more](Self::takes_more).
    fn work(&self, further: Option<&str>) -> Result<(), Failed> {
        match self {
            Self::Run => run::run(),
            Self::Tour => tour::tour(),
            Self::Test => suite::test(),
            Self::Check => checks::check(),
            Self::Fuzz => fuzz::fuzz(further),
            Self::Prove => prove::prove(),
            Self::Bench => bench::bench(further),
            Self::Measure => bench::measure(further),
            Self::Tidy => checks::house_rules(),
            Self::Setup => suite::set_up(),
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().as_deref().and_then(Task::named);
    let (further, rest) = (arguments.next(), arguments.next());
    let task = task.filter(|task| rest.is_none() && (further.is_none() || task.takes_more()));
    let Some(task) = task else {
        say(USAGE);
        return ExitCode::from(2);
    };
    match task.work(further.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            say(&format!("xtask: {failed}"));
            ExitCode::FAILURE
        }
    }
}
