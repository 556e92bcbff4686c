//! A throw-away home, and the built `keybelt` in it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::keyring::Session;
use crate::{Browser, Ended, Person};

/// A home of its own, with a passphrase file for its vault or a keyring session.
pub struct Home {
    folder: TempDir,
    program: PathBuf,
    environment: Vec<(String, String)>,
    /// What programs get besides, for a while.
    further: Mutex<Vec<(String, String)>>,
    /// What their command lines begin with.
    prefix: Vec<String>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit status; none where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// Asserts success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(
            self.code,
            Some(0),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// The one JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error code that the last line of standard error tells with `--json`.
    #[track_caller]
    pub fn error(&self) -> String {
        let last = self.stderr.lines().last().unwrap_or_default();
        let told: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        told["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {self:?}"))
            .to_owned()
    }

    /// Asserts a failure with this code and exit status; gives its message and hint.
    #[track_caller]
    pub fn fails(&self, code: &str, exit: i32) -> String {
        assert_eq!((self.error().as_str(), self.code), (code, Some(exit)), "{self:?}");
        let told: Value = serde_json::from_str(self.stderr.lines().last().unwrap_or_default()).unwrap();
        format!("{} {}", told["error"]["message"], told["error"]["hint"])
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Home {
    /// A home whose vault is opened by a passphrase from a file.
    pub fn with_passphrase(program: &str) -> Self {
        let folder = TempDir::with_prefix("kb-home-").unwrap();
        let file = folder.path().join("passphrase");
        fs::write(&file, "a passphrase of the tests\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let environment = vec![("KEYBELT_PASSPHRASE_FILE".to_owned(), file.display().to_string())];
        Self {
            folder,
            program: PathBuf::from(program),
            environment,
            further: Mutex::default(),
            prefix: Vec::new(),
        }
    }

    /// The same with an empty vault in it, whose passphrase takes a fraction of the usual time: every command opens it.
    /// What is in it stands in `vault/src/opening/tests.rs`.
    pub fn with_vault(program: &str) -> Self {
        let home = Self::with_passphrase(program);
        fs::create_dir(home.path()).unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let file = home.path().join("vault.db");
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/vaults/cheap/vault.db");
        fs::copy(kept, &file).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        home
    }

    /// A home whose vault's key lies in a session's keyring.
    pub fn in_session(program: &str, session: &Session) -> Self {
        let folder = TempDir::with_prefix("kb-home-").unwrap();
        Self {
            folder,
            program: PathBuf::from(program),
            environment: session.environment(),
            further: Mutex::default(),
            prefix: Vec::new(),
        }
    }

    /// Starts every program by way of another one, from here on.
    pub fn run_by(&mut self, prefix: Vec<String>) {
        self.prefix = prefix;
    }

    /// The folder for Keybelt's own files.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A file beside the home, readable by its owner alone.
    pub fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }

    /// Where a file beside the home lies, or would.
    pub fn file_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Acts while programs of this home get something more in their environment.
    pub fn with_environment<T>(&self, further: Vec<(String, String)>, act: impl FnOnce() -> T) -> T {
        *self.further.lock().unwrap() = further;
        let done = act();
        self.further.lock().unwrap().clear();
        done
    }

    /// The environment that programs of this home get.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// `keybelt` with these arguments, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.prefix.split_first() {
            None => Command::new(&self.program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(&self.program);
                command
            }
        };
        command.args(arguments).stdin(Stdio::null());
        for name in [
            "KEYBELT_PASSPHRASE_FILE",
            "DBUS_SESSION_BUS_ADDRESS",
            "XDG_RUNTIME_DIR",
            "BROWSER",
            "DISPLAY",
        ] {
            command.env_remove(name);
        }
        command
            .env("KEYBELT_HOME", self.path())
            .env("NO_COLOR", "1")
            .envs(self.environment.iter().cloned())
            .envs(self.further.lock().unwrap().iter().cloned());
        command
    }

    /// Puts a copy of another folder into the place of the home.
    pub fn put(&self, copy: &Path) {
        let _ = fs::remove_dir_all(self.path());
        copy_all(copy, &self.path());
    }

    /// Copies the home as it is, to a folder beside it.
    pub fn copy(&self, name: &str) -> PathBuf {
        let copy = self.file_path(name);
        let _ = fs::remove_dir_all(&copy);
        copy_all(&self.path(), &copy);
        copy
    }

    /// Runs `keybelt` to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().expect("keybelt starts").into()
    }

    /// Runs `keybelt --json` to its end.
    pub fn json(&self, arguments: &[&str]) -> Ran {
        let mut all = vec!["--json"];
        all.extend(arguments);
        self.run(&all)
    }

    /// Runs `keybelt` with something on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who does not read its input to the end is not at fault.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// Starts `keybelt` and lets it run.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::of(self.command(arguments))
    }

    /// Starts `keybelt --json link … --via browser --no-open` and reads up to the authorization address.
    pub fn start_link(&self, arguments: &[&str]) -> Linking {
        let mut all = vec!["--json", "link"];
        all.extend(arguments);
        all.extend(["--via", "browser", "--no-open"]);
        let mut child = self
            .command(&all)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let event = serde_json::from_str(&line).ok();
        Linking { child, stdout, event }
    }

    /// Links with a person at a browser, from the first command to the last page.
    pub fn link(&self, arguments: &[&str], person: &Person) -> Ran {
        let linking = self.start_link(arguments);
        let Some(address) = linking.address() else {
            return linking.end();
        };
        let browser = Browser::default();
        if let Ended::Redirected(redirect) = browser.authorize(&address, person) {
            // Whether it was answered, the link itself tells.
            browser.visit(redirect.as_str());
        }
        linking.end()
    }

    /// How many authorizations are pending in the vault's file, by its table alone: what they are is sealed.
    pub fn pending(&self) -> u32 {
        let script = "import sqlite3, sys; \
                      print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM pending').fetchone()[0])";
        let file = self.path().join("vault.db");
        let counted = Command::new("python3").args(["-c", script]).arg(file).output();
        let counted = String::from_utf8(counted.unwrap().stdout).unwrap();
        counted.trim().parse().unwrap()
    }

    /// Every byte that lies in the home.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        read_all(&self.path(), &mut bytes);
        bytes
    }
}

fn read_all(folder: &Path, into: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, into);
        } else if path.is_file() {
            into.extend_from_slice(path.as_os_str().as_encoded_bytes());
            into.extend(fs::read(&path).unwrap_or_default());
        }
    }
}

/// With their modes; sockets of a program that was killed are left out.
fn copy_all(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_all(&entry.path(), &to.join(entry.file_name()));
        } else if kind.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// How long a line is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// A command that runs until it ends by itself, is sent a signal, or this is dropped.
pub struct Running {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Running {
    /// Starts a command, and lets it run.
    pub fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("keybelt starts");
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Self {
            child,
            stdout,
            stderr,
        }
    }

    /// The next line on standard output.
    #[track_caller]
    pub fn line(&self) -> String {
        let line = self.stdout.recv_timeout(PATIENCE);
        line.unwrap_or_else(|error| panic!("no line: {error}; stderr: {:?}", self.stderr.try_iter()))
    }

    /// The next line on standard output; none where the program ended without one.
    pub fn next_line(&self) -> Option<String> {
        self.stdout.recv_timeout(PATIENCE).ok()
    }

    /// The next line on standard output, as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// The next line on standard error.
    #[track_caller]
    pub fn note(&self) -> String {
        self.stderr
            .recv_timeout(PATIENCE)
            .expect("a line on standard error")
    }

    /// Whether no line comes on standard output for so long.
    pub fn is_silent_for(&self, while_: Duration) -> bool {
        matches!(self.stdout.recv_timeout(while_), Err(RecvTimeoutError::Timeout))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end; the lines are those that were not taken yet.
    pub fn end(mut self) -> Ran {
        let status = self.child.wait().unwrap();
        let rest = |lines: &Receiver<String>| lines.iter().map(|line| line + "\n").collect();
        Ran {
            code: status.code(),
            stdout: rest(&self.stdout),
            stderr: rest(&self.stderr),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}

/// A link that waits for the browser.
pub struct Linking {
    child: Child,
    stdout: BufReader<ChildStdout>,
    event: Option<Value>,
}

impl Linking {
    /// The authorization address; none where the link ended before it came to that.
    pub fn address(&self) -> Option<String> {
        self.event.as_ref()?["url"].as_str().map(str::to_owned)
    }

    /// The redirect URI, with its port.
    pub fn redirect_uri(&self) -> String {
        self.event
            .as_ref()
            .and_then(|event| event["redirect_uri"].as_str())
            .expect("an address was told")
            .to_owned()
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end; standard output holds what came after the address.
    pub fn end(mut self) -> Ran {
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Ran {
            stdout,
            ..Ran::from(output)
        }
    }
}
