//! A disk that fails on demand below a program's home: before any of its changes the program is killed, or refused.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::Home;
use crate::server::{installed, run};

/// What becomes of a program at one of its changes to the disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fails {
    /// It is killed, by SIGKILL, right before it.
    Killed,
    /// That change and all later ones are refused with EIO; reading goes on.
    Refused,
}

/// Stands between a home's programs and their disk.
pub struct FailingDisk {
    library: PathBuf,
}

impl Default for FailingDisk {
    fn default() -> Self {
        let source = "failing_disk.c";
        let folder = installed("failing-disk", &[source], |folder| {
            let mut compiler = Command::new("cc");
            compiler
                .args(["-shared", "-fPIC", "-O1", "-o", "failing_disk.so", source, "-ldl"])
                .current_dir(folder);
            run(compiler);
        });
        Self {
            library: folder.join("failing_disk.so"),
        }
    }
}

impl FailingDisk {
    /// What a program needs in its environment to fail before its change of this number, from 1.
    fn environment(&self, home: &Home, at: usize, fails: Fails) -> Vec<(String, String)> {
        let how = match fails {
            Fails::Killed => "kill",
            Fails::Refused => "eio",
        };
        [
            ("LD_PRELOAD", self.library.display().to_string()),
            ("FAILING_DISK_FOLDER", format!("{}/", home.path().display())),
            ("FAILING_DISK_AT", at.to_string()),
            ("FAILING_DISK_HOW", how.to_owned()),
            ("FAILING_DISK_LOG", self.log(home).display().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// The file that gets a line for each change, and may get others.
    pub fn log(&self, home: &Home) -> PathBuf {
        home.file_path("changes")
    }

    /// Acts with a disk that works, and gives the changes that programs made to the home: what they did to which file.
    pub fn working<T>(&self, home: &Home, act: impl FnOnce() -> T) -> (T, Vec<String>) {
        self.failing(home, 0, Fails::Killed, act)
    }

    /// Acts with a disk that fails at the change of this number, and gives those that were made or tried.
    pub fn failing<T>(
        &self,
        home: &Home,
        at: usize,
        fails: Fails,
        act: impl FnOnce() -> T,
    ) -> (T, Vec<String>) {
        let _ = fs::remove_file(self.log(home));
        let done = home.with_environment(self.environment(home, at, fails), act);
        let told = fs::read_to_string(self.log(home)).unwrap_or_default();
        (done, told.lines().map(str::to_owned).collect())
    }
}
