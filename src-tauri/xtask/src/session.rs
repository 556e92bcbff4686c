//! A session that belongs to one task alone: a virtual display, a message bus, an open keyring, a throw-away home.

use std::fs;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::steps::{Failed, command};

/// The longest that anything may be waited for.
pub const PATIENCE: Duration = Duration::from_secs(25);

/// The display's size and depth.
const SCREEN: &str = "1280x840x24";

/// Runs this program again, with these arguments, inside of a new session; whether it succeeded. Everything of the session
/// is in `folder`, which is made anew; `KEYBELT_HOME` names `home` in it. What the display shows can be read
/// from `Xvfb_screen0` in `XDG_RUNTIME_DIR`.
///
/// # Errors
/// The session could not be started.
pub fn run(folder: &Path, arguments: &[&str]) -> Result<bool, Failed> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    private_folder(&folder.join("person"))?;
    // Sockets have short paths only, so theirs is not under `target/`.
    let runtime = std::env::temp_dir().join(format!("keybelt-session-{}", std::process::id()));
    private_folder(&runtime)?;
    let display = format!("-screen 0 {SCREEN} -fbdir {}", runtime.display());
    let mut inside = command("dbus-run-session", &["--", "xvfb-run", "-a", "-s", &display]);
    inside.arg(std::env::current_exe()?).args(arguments);
    for name in [
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
    ] {
        inside.env_remove(name);
    }
    inside.env("HOME", folder.join("person"));
    inside.env("XDG_RUNTIME_DIR", &runtime);
    inside.env("KEYBELT_HOME", folder.join("home"));
    inside.env("NO_AT_BRIDGE", "1");
    let log = fs::File::create(folder.join("session.log"))?;
    let status = inside.stdin(Stdio::null()).stderr(log).status();
    fs::remove_dir_all(&runtime)?;
    Ok(status?.success())
}

/// Whether this program runs inside of the session of `folder`.
pub fn is_within(folder: &Path) -> bool {
    std::env::var_os("KEYBELT_HOME").is_some_and(|home| Path::new(&home) == folder.join("home"))
}

/// A running program that ends when this is dropped.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Either it runs and ends, or it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An unlocked keyring of the session's own; what it says goes into `folder`.
///
/// # Errors
/// The daemon cannot be started, or does not come to the bus.
pub fn start_keyring(folder: &Path) -> Result<Running, Failed> {
    let mut daemon = Command::new("gnome-keyring-daemon");
    daemon.args(["--foreground", "--unlock", "--components=secrets"]);
    let log = fs::File::create(folder.join("keyring.log"))?;
    let child = daemon
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    let mut running = child
        .map(Running)
        .map_err(|error| Failed(format!("gnome-keyring-daemon: {error}")))?;
    if let Some(mut password) = running.0.stdin.take() {
        password.write_all(b"a password\n")?;
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

/// Asks again until there is an answer.
///
/// # Errors
/// None came in time.
pub fn within<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> Result<T, Failed> {
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
