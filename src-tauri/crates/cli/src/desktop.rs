//! The desktop program, as this one finds and starts it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use keybelt_core::Keybelt;
use keybelt_core::link::FaceError;

/// The desktop program: beside this one, else what `PATH` has of its name.
pub fn program() -> PathBuf {
    let name = format!("keybelt-desktop{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(&name)))
        .filter(|path| path.is_file());
    beside.unwrap_or_else(|| name.into())
}

/// Starts it for this home, where there is a display.
pub fn start(keybelt: &Keybelt) -> Result<(), FaceError> {
    if cfg!(target_os = "linux") && !["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| is_set(name)) {
        return Err(FaceError::WindowUnavailable);
    }
    let mut command = Command::new(program());
    command.env("KEYBELT_HOME", keybelt.home());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Its own group: a Ctrl-C at this terminal is not meant for it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
        .spawn()
        .map(drop)
        .map_err(|_| FaceError::WindowUnavailable)
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}
