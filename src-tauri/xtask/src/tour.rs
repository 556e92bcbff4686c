//! The main job on a machine without a display: a virtual one, a keyring daemon of its own, a throw-away
//! home, the practice account linked through the real embedded webview.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::run::program;
use crate::session::{self, Running, within};
use crate::steps::{Failed, root, say, target};

/// Starts the display and the message bus that belong to this tour alone, and the tour inside of them.
///
/// # Errors
/// The tour failed; it has said at which step.
pub fn on_virtual_display() -> Result<(), Failed> {
    say("No display here: the window is shown on a virtual one, with a throw-away home.");
    let folder = folder();
    if session::run(&folder, &["tour"])? {
        Ok(())
    } else {
        Err(Failed(format!(
            "the tour failed; what the programs said is in {}",
            folder.display()
        )))
    }
}

/// The tour itself, inside of the virtual display.
///
/// # Errors
/// A step failed.
pub fn tour() -> Result<(), Failed> {
    if !session::is_within(&folder()) {
        return Err(Failed("the tour is started by `cargo xtask run`".to_owned()));
    }
    let _keyring = session::start_keyring(&folder())?;
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
        "--set",
        &format!("api_base_url={issuer}/api"),
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

fn folder() -> PathBuf {
    target().join("tour")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
