//! Programs in other languages that serve on a free port. Their packages are installed once, exactly as their lock files
//! say, under `target/`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server that runs until this is dropped.
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts `server.mjs` of a folder, with the packages of its `package-lock.json`.
    pub fn node(name: &str, arguments: &[&str]) -> Self {
        let files = ["package.json", "package-lock.json", "server.mjs"];
        let folder = installed(name, &files, |folder| {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--silent"])
                .current_dir(folder);
            run(npm);
        });
        let mut node = Command::new("node");
        node.arg("server.mjs")
            .args(arguments)
            .current_dir(folder)
            .env("NODE_NO_WARNINGS", "1");
        Self::start(node, name)
    }

    /// Starts a script of a folder, with the packages of its `requirements.txt`.
    pub fn python(name: &str, script: &str, arguments: &[&str]) -> Self {
        let folder = installed(name, &["requirements.txt"], |folder| {
            let mut venv = Command::new("python3");
            venv.args(["-m", "venv", "--clear"]).arg(folder.join("venv"));
            run(venv);
            let mut pip = Command::new(folder.join("venv/bin/pip"));
            pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(folder.join("requirements.txt"));
            run(pip);
        });
        let mut python = Command::new(folder.join("venv/bin/python"));
        python
            .arg(source(name).join(script))
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Self::start(python, name)
    }

    fn start(mut command: Command, name: &str) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(crate::scratch().join(format!("{name}.log")))
            .unwrap();
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("ready ")
            .expect("the server says when it is ready")
            .to_owned();
        Self { process, address }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// An address at this server.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where a server's files lie in the repository.
fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The folder in which a server's files and packages stand, installed anew when its files changed.
pub(crate) fn installed(name: &str, files: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let source = source(name);
    let folder = crate::target().join("test-providers").join(name);
    fs::create_dir_all(&folder).unwrap();
    // Test binaries may start side by side.
    let lock = File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let stamp = folder.join("installed");
    let wanted: Vec<u8> = files
        .iter()
        .flat_map(|file| fs::read(source.join(file)).unwrap())
        .collect();
    if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        for file in files {
            fs::copy(source.join(file), folder.join(file)).unwrap();
        }
        install(&folder);
        fs::write(&stamp, wanted).unwrap();
    }
    folder
}

pub(crate) fn run(mut command: Command) {
    let output = command.output().expect("the installer starts");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
