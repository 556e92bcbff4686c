//! A small file system of a home's own, which can be filled and closed to writing: only what is run inside of it sees it,
//! and it goes with its holder. A user namespace makes the person its root, so that nobody has to be.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A file system that is mounted until this is dropped.
pub struct MountedDisk {
    holder: Child,
    folder: String,
}

impl MountedDisk {
    /// Mounts an empty one of so many KiB at a folder.
    pub fn new(folder: &Path, kib: u32) -> Self {
        let folder = folder.display().to_string();
        let script =
            format!("mount -t tmpfs -o size={kib}k,mode=0700 tmpfs '{folder}' && echo ready && exec cat");
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let mut told = String::new();
        BufReader::new(holder.stdout.take().unwrap())
            .read_line(&mut told)
            .unwrap();
        assert_eq!(
            told.trim(),
            "ready",
            "this system lets its people mount nothing of their own"
        );
        Self { holder, folder }
    }

    /// What stands before a command that is to be run inside.
    pub fn prefix(&self) -> Vec<String> {
        let target = self.holder.id().to_string();
        [
            "nsenter",
            "--target",
            &target,
            "--user",
            "--mount",
            "--preserve-credentials",
            "--",
        ]
        .map(str::to_owned)
        .into()
    }

    /// Runs a script of the shell inside, in the disk's folder.
    #[track_caller]
    pub fn sh(&self, script: &str) -> String {
        let prefix = self.prefix();
        let output = Command::new(&prefix[0])
            .args(&prefix[1..])
            .args(["sh", "-ec", &format!("cd '{}'\n{script}", self.folder)])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{script}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Fills it up, but for so many KiB.
    pub fn leave_free(&self, kib: usize) {
        self.sh(&format!(
            "dd if=/dev/zero of=filler bs=4k 2>/dev/null || true\ntruncate -s -{kib}k filler"
        ));
    }

    /// Makes room again.
    pub fn make_room(&self) {
        self.sh("rm -f filler");
    }

    /// Closes it to writing, or opens it again.
    pub fn set_read_only(&self, is_closed: bool) {
        let mode = if is_closed { "ro" } else { "rw" };
        self.sh(&format!("mount -o remount,{mode} '{}'", self.folder));
    }
}

impl Drop for MountedDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
