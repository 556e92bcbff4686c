//! The main job on a machine without a display: a virtual one, a keyring daemon of its own, a throw-away
//! home, the practice account linked through the real embedded webview.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::program;
use crate::steps::{Failed, command, root, say, target};

/// The longest that one step of the tour may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// Starts the display and the message bus that belong to this tour alone, and the tour inside of them.
///
/// # Errors
/// The tour failed; it has said at which step.
pub fn on_virtual_display() -> Result<(), Failed> {
    say("No display here: the window is shown on a virtual one, with a throw-away home.");
    let home = folder();
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    private_folder(&home.join("person"))?;
    // Sockets have short paths only, so theirs is not under `target/`.
    let runtime = std::env::temp_dir().join(format!("keybelt-tour-{}", std::process::id()));
    private_folder(&runtime)?;
    let mut inside = command(
        "dbus-run-session",
        &["--", "xvfb-run", "-a", "-s", "-screen 0 1280x840x24"],
    );
    inside.arg(std::env::current_exe()?).arg("tour");
    for name in [
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
    ] {
        inside.env_remove(name);
    }
    inside.env("HOME", home.join("person"));
    inside.env("XDG_RUNTIME_DIR", &runtime);
    inside.env("KEYBELT_HOME", home.join("home"));
    inside.env("NO_AT_BRIDGE", "1");
    let log = fs::File::create(home.join("session.log"))?;
    let status = inside.stdin(Stdio::null()).stderr(log).status();
    fs::remove_dir_all(&runtime)?;
    if status?.success() {
        Ok(())
    } else {
        Err(Failed(format!(
            "the tour failed; what the programs said is in {}",
            home.display()
        )))
    }
}

/// The tour itself, inside of the virtual display.
///
/// # Errors
/// A step failed.
pub fn tour() -> Result<(), Failed> {
    if std::env::var_os("KEYBELT_HOME").is_none_or(|home| Path::new(&home) != folder().join("home")) {
        return Err(Failed("the tour is started by `cargo xtask run`".to_owned()));
    }
    let _keyring = start_keyring()?;
    let mut practice = start(
        Command::new(program("keybelt")).args(["--json", "practice", "--auto", "--port", "0"]),
        "practice",
    )?;
    let ready = first_line(&mut practice)?;
    let issuer = ready
        .get("issuer")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    say(&format!("   The practice provider listens at {issuer}"));
    keybelt(&[
        "profile",
        "add",
        "practice",
        "--provider",
        "practice",
        "--set",
        &format!("issuer={issuer}"),
    ])?;
    let _desktop = start(&mut Command::new(program("keybelt-desktop")), "desktop")?;
    let before = picture_when_still(None)?;
    let linked = keybelt(&[
        "--json",
        "link",
        "practice",
        "--via",
        "webview",
        "--timeout",
        "20",
    ])?;
    let account = linked
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|event| {
            event
                .pointer("/account/name")
                .and_then(Value::as_str)
                .map(str::to_owned)
        })
        .ok_or_else(|| Failed("`keybelt link` named no account".to_owned()))?;
    say("   Linked through the embedded webview:\n");
    say(keybelt(&["show", &account])?.trim_end());
    let after = picture_when_still(Some(&before))?;
    let screenshot = folder().join("window.png");
    fs::write(&screenshot, after)?;
    say(&format!("\nA picture of the window is in {}", shown(&screenshot)));
    say("With a display, `cargo xtask run` opens the window itself.");
    Ok(())
}

/// A running program that ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Either it runs and ends, or it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(command: &mut Command, name: &str) -> Result<Running, Failed> {
    let log = fs::File::create(folder().join(format!("{name}.log")))?;
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn();
    child
        .map(Running)
        .map_err(|error| Failed(format!("{name} cannot be started: {error}")))
}

/// An unlocked keyring of the tour's own.
fn start_keyring() -> Result<Running, Failed> {
    let mut daemon = Command::new("gnome-keyring-daemon");
    daemon.args(["--foreground", "--unlock", "--components=secrets"]);
    let log = fs::File::create(folder().join("keyring.log"))?;
    let child = daemon
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    let mut running = child
        .map(Running)
        .map_err(|error| Failed(format!("gnome-keyring-daemon: {error}")))?;
    if let Some(mut password) = running.0.stdin.take() {
        password.write_all(b"tour\n")?;
    }
    // To ask it by its name would have the bus start another, locked one.
    within("the keyring daemon", || {
        let owned = Command::new("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ])
            .stderr(Stdio::null())
            .output()
            .ok()?;
        String::from_utf8_lossy(&owned.stdout)
            .contains("boolean true")
            .then_some(())
    })?;
    Ok(running)
}

fn first_line(running: &mut Running) -> Result<Value, Failed> {
    let out = running
        .0
        .stdout
        .take()
        .ok_or_else(|| Failed("no standard output".to_owned()))?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    serde_json::from_str(&line)
        .map_err(|error| Failed(format!("the practice provider said {line:?}: {error}")))
}

fn keybelt(arguments: &[&str]) -> Result<String, Failed> {
    let output = Command::new(program("keybelt"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Failed(format!(
        "keybelt {}: {}",
        arguments.first().copied().unwrap_or_default(),
        String::from_utf8_lossy(&output.stderr).trim_end()
    )))
}

/// A picture of the screen once it stops changing and is another than `before`.
fn picture_when_still(before: Option<&[u8]>) -> Result<Vec<u8>, Failed> {
    // The window is there when the window manager's list would have it.
    within("the window", || {
        Command::new("xdotool")
            .args(["search", "--onlyvisible", "--name", "Keybelt"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
            .then_some(())
    })?;
    let mut last: Option<Vec<u8>> = None;
    within("the window's picture", || {
        let picture = picture().ok()?;
        let still =
            last.as_deref() == Some(&picture) && before != Some(&picture) && picture.len() > EMPTY_PICTURE;
        last = Some(picture);
        if still { last.take() } else { None }
    })
}

/// A PNG of one colour is smaller than this.
const EMPTY_PICTURE: usize = 6_000;

fn picture() -> Result<Vec<u8>, Failed> {
    let output = Command::new("import")
        .args(["-window", "root", "-strip", "png:-"])
        .output()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Failed("no picture could be taken".to_owned()))
    }
}

/// Asks again until there is an answer.
fn within<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> Result<T, Failed> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        pause();
    }
    Err(Failed(format!(
        "{what} did not come within {} s",
        PATIENCE.as_secs()
    )))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the programs asked here announce nothing: asking again is the way"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(150));
}

fn private_folder(path: &Path) -> Result<(), Failed> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Failed::from)
}

fn folder() -> PathBuf {
    target().join("tour")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
