use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use keybelt_core::Keybelt;
use keybelt_core::doctor::{Displays, Finding, Machine, examine};
use keybelt_primitives::UnixSeconds;
use keybelt_primitives::text::{clipped, visible};
use webbrowser::{Browser, BrowserOptions};

use crate::fault::{Ended, Fault};
use crate::output::Output;
use crate::{browser, describe, desktop};

/// How long another program may take to say something of itself.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest text of another program that is shown, in characters.
const LONGEST: usize = 200;

/// `keybelt doctor`: a report, whatever it says.
pub async fn doctor(keybelt: &Keybelt, output: &Output) -> Result<Ended, Fault> {
    let (webview, browser) = tokio::join!(webview(), browser());
    let machine = Machine {
        displays: Displays {
            wayland: variable("WAYLAND_DISPLAY"),
            runtime: variable("XDG_RUNTIME_DIR").map(Into::into),
            x11: variable("DISPLAY"),
        },
        webview,
        browser,
        program_made_at: program_made_at(),
    };
    let probes = examine(keybelt, machine).await;
    output.result(&probes, || describe::probes(output, &probes))?;
    Ok(Ended::Done)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn program_made_at() -> Option<UnixSeconds> {
    let made = std::fs::metadata(std::env::current_exe().ok()?)
        .ok()?
        .modified()
        .ok()?;
    let since = made.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(UnixSeconds)
}

/// Starts the desktop program to say its version: the system's loader then looks for WebKit and all else that it needs.
async fn webview() -> Finding {
    let program = desktop::program();
    let Ok(path) = which::which(&program) else {
        return Finding::fail(
            "keybelt-desktop is neither beside keybelt nor in PATH. Install it there; until then link with --via browser or --via manual.",
        );
    };
    let Some(said) = run(&path, &["--version"]).await else {
        return Finding::fail(format!(
            "{} does not start, or does not answer. Install it anew.",
            path.display()
        ));
    };
    let version = String::from_utf8_lossy(&said.stdout);
    let own = env!("CARGO_PKG_VERSION");
    match version.trim().strip_prefix("keybelt-desktop ") {
        Some(version) if said.status.success() && version == own => Finding::pass(format!(
            "{} starts, and the libraries that it needs are there.",
            path.display()
        )),
        Some(version) if said.status.success() => Finding::fail(format!(
            "{} is version {}, and this is {own}. Install both of one version.",
            path.display(),
            short(version)
        )),
        Some(_) | None => Finding::fail(format!(
            "{} does not start: {} Install what it misses (WebKitGTK 4.1 and GTK 3; on Debian libwebkit2gtk-4.1-0).",
            path.display(),
            short(&String::from_utf8_lossy(&said.stderr))
        )),
    }
}

/// What `link --via browser` would start, found in the same way and not started.
async fn browser() -> Finding {
    let named = browser::named();
    if let browser::Named::Missing(wanted) = &named {
        return Finding::fail(format!(
            "BROWSER is {}, which is not there. Name another; or link with --no-open and open the address yourself, or with --via manual.",
            visible(wanted)
        ));
    }
    let looked = tokio::task::spawn_blocking(|| {
        let mut options = BrowserOptions::new();
        options.with_dry_run(true);
        webbrowser::open_browser_with_options(Browser::Default, "https://keybelt.invalid/", &options)
    });
    if !matches!(tokio::time::timeout(PATIENCE, looked).await, Ok(Ok(Ok(())))) {
        return Finding::fail(
            "No browser is found. Name one in BROWSER; or link with --no-open and open the address yourself, or with --via manual.",
        );
    }
    if let browser::Named::Found(chosen) = &named {
        return Finding::pass(format!("{}, which BROWSER names.", visible(chosen)));
    }
    let default = match run(Path::new("xdg-settings"), &["get", "default-web-browser"]).await {
        Some(said) if said.status.success() => short(&String::from_utf8_lossy(&said.stdout)),
        Some(_) | None => String::new(),
    };
    let found = match default.as_str() {
        "" => "The system's default browser.".to_owned(),
        name => format!("{name}, the desktop's default browser."),
    };
    Finding::pass(match browser::is_without_display() {
        true => format!(
            "{found} No display is named: unless it is one for the terminal, it does not open. Then link with --no-open and open the address yourself, or with --via manual."
        ),
        false => found,
    })
}

/// Runs a program to its end, if it comes to one in time.
async fn run(program: &Path, arguments: &[&str]) -> Option<std::process::Output> {
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()
}

/// The first line, safe to look at.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    clipped(&visible(line), LONGEST)
}
