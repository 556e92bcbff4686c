//! Keybelt's window against an empty one: from its start until the first line of its content stands as it stays, and the
//! memory of all its processes.
//!
//! Both are watched in the same way: a first start shows how much ink the first account's name (in the empty window, the
//! only line) takes once nothing changes any more, and each further start is timed until as much is there.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Trouble;
use crate::crowd::{Crowd, beside};
use crate::interleaved::compare;
use crate::row::{Bound, Row};
use crate::screen::Screen;

const ROUNDS: usize = 15;
/// Memory is looked at in fewer rounds: it varies less, and takes longer.
const MEMORY_ROUNDS: usize = 5;
/// What has not changed for so long stays.
const STILL: Duration = Duration::from_secs(5);
/// A line of text takes between so many pixels and so many: a window without content has none, a display without a window
/// is dark all over.
const LEAST_INK: usize = 50;
const MOST_INK: usize = 5_000;
/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The table's rows.
pub fn rows() -> Result<Vec<Row>, Trouble> {
    let (few, many) = (Crowd::of(10)?, Crowd::of(10_000)?);
    let empty = Program::new(|| Ok(Command::new(beside("empty-window")?)))?;
    let ten = Program::new(|| window(&few))?;
    let ten_thousand = Program::new(|| window(&many))?;
    let paint = compare(ROUNDS, || ten.first_paint(), || empty.first_paint())?;
    let memory = compare(MEMORY_ROUNDS, || ten.memory(), || empty.memory())?;
    let growth = compare(ROUNDS, || ten_thousand.first_paint(), || ten.first_paint())?;
    Ok(vec![
        Row::of_times(
            "time from the window's start to its first useful paint, to an empty Tauri window's",
            Bound::AtMost(1.15),
            &paint,
        ),
        Row::new(
            "memory of the window, all its processes (PSS), to an empty Tauri window's",
            Bound::AtMost(1.1),
            memory.ratio,
            format!("{} and {}", mebibytes(memory.ours), mebibytes(memory.peer)),
        ),
        Row::of_times(
            "time to the first useful paint with 10,000 accounts, to with 10",
            Bound::AtMost(1.3),
            &growth,
        ),
    ])
}

fn window(crowd: &Crowd) -> Result<Command, Trouble> {
    let mut command = Command::new(beside("keybelt-desktop")?);
    command.env("KEYBELT_HOME", crowd.home());
    Ok(command)
}

/// A program with a window, and how many pixels its first line takes when it is painted.
struct Program<F> {
    command: F,
    screen: Screen,
    ink: usize,
}

impl<F: Fn() -> Result<Command, Trouble>> Program<F> {
    fn new(command: F) -> Result<Self, Trouble> {
        let screen = Screen::of_session()?;
        let mut program = Self {
            command,
            screen,
            ink: 0,
        };
        let running = Running::start(&mut (program.command)()?)?;
        let mut since = Instant::now();
        running.until("the first line stays as it is", || {
            let now = program.screen.ink()?;
            if now != program.ink {
                (program.ink, since) = (now, Instant::now());
            }
            Ok((LEAST_INK..=MOST_INK).contains(&now) && since.elapsed() > STILL)
        })?;
        running.end(|| program.is_painted())?;
        Ok(program)
    }

    /// Whether the first line is there: four fifths of its ink, since its last pixels may be drawn in another way.
    fn is_painted(&self) -> Result<bool, Trouble> {
        let ink = self.screen.ink()?;
        Ok(ink * 5 >= self.ink * 4 && ink * 4 <= self.ink * 5)
    }

    /// How long a start takes until the band is painted.
    fn first_paint(&self) -> Result<Duration, Trouble> {
        let began = Instant::now();
        let running = Running::start(&mut (self.command)()?)?;
        running.until("the first line is painted", || self.is_painted())?;
        let took = began.elapsed();
        running.end(|| self.is_painted())?;
        Ok(took)
    }

    /// The memory once it is painted and nothing more comes; a second stands for a mebibyte.
    fn memory(&self) -> Result<Duration, Trouble> {
        let running = Running::start(&mut (self.command)()?)?;
        running.until("the first line is painted", || self.is_painted())?;
        let painted = Instant::now();
        running.until("nothing more comes", || Ok(painted.elapsed() > STILL))?;
        let mut kibibytes = 0.0;
        for process in running.family()? {
            kibibytes += proportional(process)?;
        }
        running.end(|| self.is_painted())?;
        Ok(Duration::from_secs_f64(kibibytes / 1024.0))
    }
}

/// A running program with its children.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Result<Self, Trouble> {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Self(command.spawn()?))
    }

    fn until(&self, what: &str, mut is_so: impl FnMut() -> Result<bool, Trouble>) -> Result<(), Trouble> {
        let began = Instant::now();
        while !is_so()? {
            if began.elapsed() > PATIENCE {
                return Err(format!("{what}: not within {} s", PATIENCE.as_secs()).into());
            }
            pause();
        }
        Ok(())
    }

    /// The program and all that it started.
    fn family(&self) -> Result<BTreeSet<u32>, Trouble> {
        let mut family = BTreeSet::from([self.0.id()]);
        loop {
            let before = family.len();
            for (process, parent) in processes()? {
                if family.contains(&parent) {
                    family.insert(process);
                }
            }
            if family.len() == before {
                return Ok(family);
            }
        }
    }

    /// Ends it, and waits until nothing of it is left.
    fn end(mut self, is_painted: impl Fn() -> Result<bool, Trouble>) -> Result<(), Trouble> {
        let family = self.family()?;
        self.0.kill()?;
        self.0.wait()?;
        self.until("the window goes, and its processes", || {
            let left = processes()?
                .into_iter()
                .any(|(process, _)| family.contains(&process));
            Ok(!left && !is_painted()?)
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either it runs and ends, or it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Every process with its parent.
fn processes() -> Result<Vec<(u32, u32)>, Trouble> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may be gone by now. Behind the name in parentheses: state, parent.
        let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else {
            continue;
        };
        let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        // One that has ended, and whose parent has not asked yet, is none.
        let is_running = fields.next().is_some_and(|state| state != "Z");
        let parent = fields.next().and_then(|parent| parent.parse().ok());
        found.extend(parent.filter(|_| is_running).map(|parent| (process, parent)));
    }
    Ok(found)
}

/// The proportional set size of a process, in KiB.
fn proportional(process: u32) -> Result<f64, Trouble> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let size = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no PSS")?;
    Ok(size.parse()?)
}

fn mebibytes(counted: Duration) -> String {
    format!("{:.0} MiB", counted.as_secs_f64())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the display's memory announces nothing: looking again is the way"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(1));
}
