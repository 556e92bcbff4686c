//! Everything a contributor does: `cargo xtask run`, `test`, `check`, `fuzz`, `prove`, `tidy`.
//!
//! Owns: setting a machine up, building, running every check and test in one order.
//! Never: anything the program itself needs at run time.
//! Start at: [`Task`].

mod arrows;
mod checks;
mod features;
mod front_end;
mod fuzz;
mod packages;
mod prove;
mod run;
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
            "tidy" => Self::Tidy,
            "setup" => Self::Setup,
            _ => return None,
        })
    }

    /// `further`: what stands behind the task's name, which only [`Task::Fuzz`] has a use for.
    fn work(&self, further: Option<&str>) -> Result<(), Failed> {
        match self {
            Self::Run => run::run(),
            Self::Tour => tour::tour(),
            Self::Test => suite::test(),
            Self::Check => checks::check(),
            Self::Fuzz => fuzz::fuzz(further),
            Self::Prove => prove::prove(),
            Self::Tidy => checks::house_rules(),
            Self::Setup => suite::set_up(),
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().as_deref().and_then(Task::named);
    let (further, rest) = (arguments.next(), arguments.next());
    let task = task.filter(|task| rest.is_none() && (further.is_none() || matches!(task, Task::Fuzz)));
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
