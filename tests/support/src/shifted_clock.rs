//! A clock that is ahead, for the programs of a home: what is to happen later is tried now.

use std::process::Command;

use crate::Home;
use crate::server::{installed, run};

/// Acts with a clock that is so many seconds ahead.
pub fn later<T>(home: &Home, seconds: u32, act: impl FnOnce() -> T) -> T {
    let source = "shifted_clock.c";
    let folder = installed("shifted-clock", &[source], |folder| {
        let mut compiler = Command::new("cc");
        compiler
            .args([
                "-shared",
                "-fPIC",
                "-O1",
                "-o",
                "shifted_clock.so",
                source,
                "-ldl",
            ])
            .current_dir(folder);
        run(compiler);
    });
    let library = folder.join("shifted_clock.so").display().to_string();
    let further = [("LD_PRELOAD", library), ("CLOCK_AHEAD", seconds.to_string())];
    home.with_environment(further.map(|(name, value)| (name.to_owned(), value)).into(), act)
}
