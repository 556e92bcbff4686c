use std::future::pending;
use std::io::BufRead;
use std::process::{Command, Stdio};

use keybelt_contract::{Account, LinkEvent, LinkRequest, Route};
use keybelt_core::link::{FaceError, LinkFace, Visit, link as linking};
use keybelt_core::{Keybelt, desktop};
use keybelt_primitives::text::visible;
use keybelt_primitives::{Secret, bounds};
use tokio::sync::mpsc;

use crate::arguments::{LinkArguments, Via};
use crate::fault::{Ended, Fault};
use crate::output::Output;
use crate::{describe, input};

/// `keybelt link`
pub async fn link(keybelt: &Keybelt, arguments: &LinkArguments, output: &Output) -> Result<Ended, Fault> {
    let request = LinkRequest {
        profile: arguments.profile.clone(),
        account: arguments.account.clone(),
        route: Route::from(arguments.via),
        scope: arguments.scope.clone(),
        timeout: Some(arguments.timeout),
    };
    let account = match arguments.via {
        Via::Webview => in_window(keybelt, &request, output).await?,
        Via::Browser => {
            let mut face = Browser {
                output,
                open: !arguments.no_open,
            };
            linking(keybelt, &request, &mut face).await?.account
        }
        Via::Manual => {
            input::take_standard_input()?;
            let mut face = Manual { output, lines: None };
            linking(keybelt, &request, &mut face).await?.account
        }
    };
    let event = LinkEvent::Linked {
        account: account.clone(),
    };
    output.result(&event, || {
        format!(
            "Linked {} as {}\nIts token: keybelt token {}   What it holds: keybelt show {}",
            account.name,
            describe::who(&account),
            account.name,
            account.name
        )
    })?;
    Ok(Ended::Done)
}

/// The desktop program does it, started where it does not run.
async fn in_window(keybelt: &Keybelt, request: &LinkRequest, output: &Output) -> Result<Account, Fault> {
    let mut told = Ok(());
    let account = desktop::hand_over_link(
        keybelt,
        request,
        || start_desktop(keybelt),
        |event| {
            told = if output.is_json() {
                output.event(&event)
            } else {
                output.note("Keybelt's window is open: sign in there, and allow access.");
                Ok(())
            };
        },
    )
    .await?;
    told?;
    Ok(account)
}

/// Starts the desktop program from beside this one, else from `PATH`.
fn start_desktop(keybelt: &Keybelt) -> Result<(), FaceError> {
    if cfg!(target_os = "linux") && !["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| is_set(name)) {
        return Err(FaceError::WindowUnavailable);
    }
    let name = format!("keybelt-desktop{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(&name)))
        .filter(|path| path.is_file());
    let mut command = Command::new(beside.unwrap_or_else(|| name.into()));
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

fn tell_address(output: &Output, visit: &Visit, people: &str) {
    if !visit.other_hosts.is_empty() {
        let hosts: Vec<String> = visit.other_hosts.iter().map(|host| visible(host)).collect();
        output.note(&format!(
            "Hosts besides the issuer's that will see a token: {}",
            hosts.join(", ")
        ));
    }
    if output.is_json() {
        // A reader who went away is found out when the link is told.
        let _ = output.event(&visit.event());
    } else {
        output.note(people);
    }
}

/// The system browser, and the loopback listener that core holds open.
struct Browser<'a> {
    output: &'a Output,
    open: bool,
}

impl LinkFace for Browser<'_> {
    async fn send(&mut self, visit: Visit) -> Result<(), FaceError> {
        if !self.open {
            tell_address(
                self.output,
                &visit,
                &format!("Open this address in your browser:\n{}", visit.url),
            );
            return Ok(());
        }
        tell_address(
            self.output,
            &visit,
            &format!(
                "Your browser opens at {}; sign in there, and allow access.",
                visible(&visit.origin)
            ),
        );
        let url = visit.url.clone();
        let opened = tokio::task::spawn_blocking(move || webbrowser::open(&url)).await;
        if !matches!(opened, Ok(Ok(()))) {
            self.output.note(&format!(
                "No browser could be opened. Open this address yourself:\n{}",
                visit.url
            ));
        }
        Ok(())
    }

    async fn next_callback(&mut self) -> Option<Secret<String>> {
        pending().await
    }

    fn refused(&mut self, note: &str) {
        self.output.note(&visible(note));
    }
}

/// The person pastes the address they end at.
struct Manual<'a> {
    output: &'a Output,
    lines: Option<mpsc::Receiver<Secret<String>>>,
}

impl LinkFace for Manual<'_> {
    async fn send(&mut self, visit: Visit) -> Result<(), FaceError> {
        tell_address(
            self.output,
            &visit,
            &format!(
                "Open this address in any browser, sign in and allow access:\n{}\n\
                 Your browser will then fail to open a page at {}: paste that page's whole address here.",
                visit.url, visit.redirect_uri
            ),
        );
        self.lines = Some(lines_of_standard_input());
        Ok(())
    }

    async fn next_callback(&mut self) -> Option<Secret<String>> {
        self.lines.as_mut()?.recv().await
    }

    fn refused(&mut self, note: &str) {
        self.output.note(&visible(note));
    }
}

/// Lines that were pasted, each within bounds; ends with the input.
fn lines_of_standard_input() -> mpsc::Receiver<Secret<String>> {
    let (give, take) = mpsc::channel(1);
    // A thread of its own: a read that waits for a person cannot be called back.
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let read = std::io::Read::take(&mut input, bounds::FORM as u64 + 1).read_until(b'\n', &mut line);
            if !matches!(read, Ok(1..)) {
                return;
            }
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            if !text.is_empty() && give.blocking_send(Secret::new(text)).is_err() {
                return;
            }
        }
    });
    take
}
