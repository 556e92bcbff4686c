use std::future::pending;
use std::io::BufRead;
use std::path::Path;

use keybelt_contract::{Account, LinkEvent, LinkRequest, Route};
use keybelt_core::link::{FaceError, LinkError, LinkFace, Linked, Visit, link as linking, suited};
use keybelt_core::{Keybelt, Trace, desktop};
use keybelt_primitives::text::visible;
use keybelt_primitives::{Secret, bounds};
use tokio::sync::mpsc;

use crate::arguments::LinkArguments;
use crate::fault::{Ended, Fault};
use crate::output::Output;
use crate::{browser, describe, input};

/// `keybelt link`
pub async fn link(keybelt: &Keybelt, arguments: &LinkArguments, output: &Output) -> Result<Ended, Fault> {
    let request = LinkRequest {
        profile: arguments.profile.clone(),
        account: arguments.account.clone(),
        route: Route::from(arguments.via),
        scope: arguments.scope.clone(),
        timeout: Some(arguments.timeout),
    };
    let request = suited(keybelt, request).await?;
    if request.route != Route::from(arguments.via) {
        output.note("This provider shows its sign-in in no window of ours; your browser is used instead.");
    }
    // Keybelt's own window writes the trace itself.
    let traced = match (&arguments.trace, request.route) {
        (Some(file), Route::Browser | Route::Manual) => Some(keybelt.traced(Trace::create(file)?)),
        (Some(_), Route::Webview) | (None, _) => None,
    };
    let keybelt = traced.as_ref().unwrap_or(keybelt);
    let account = match request.route {
        Route::Webview => in_window(keybelt, &request, arguments.trace.as_deref(), output).await?,
        Route::Browser => {
            let mut face = Browser {
                told: Told {
                    output,
                    stopped: None,
                },
                open: !arguments.no_open,
            };
            {
                let linked = linking(keybelt, &request, &mut face).await;
                face.told.outcome(linked)?
            }
        }
        Route::Manual => {
            input::take_standard_input()?;
            let mut face = Manual {
                told: Told {
                    output,
                    stopped: None,
                },
                lines: None,
            };
            {
                let linked = linking(keybelt, &request, &mut face).await;
                face.told.outcome(linked)?
            }
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
async fn in_window(
    keybelt: &Keybelt,
    request: &LinkRequest,
    trace: Option<&Path>,
    output: &Output,
) -> Result<Account, Fault> {
    let mut told = Ok(());
    let account = desktop::hand_over_link(
        keybelt,
        request,
        trace,
        || crate::desktop::start(keybelt),
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

/// A reader who went away ends the link before the person is sent anywhere.
fn tell_address(output: &Output, visit: &Visit, people: &str) -> Result<(), Fault> {
    if !visit.other_hosts.is_empty() {
        let hosts: Vec<String> = visit.other_hosts.iter().map(|host| visible(host)).collect();
        output.note(&format!(
            "Hosts besides the issuer's that will see a token: {}",
            hosts.join(", ")
        ));
    }
    if output.is_json() {
        output.event(&visit.event())
    } else {
        output.note(people);
        Ok(())
    }
}

/// What a face that writes to the terminal needs.
struct Told<'a> {
    output: &'a Output,
    stopped: Option<Fault>,
}

impl Told<'_> {
    fn address(&mut self, visit: &Visit, people: &str) -> Result<(), FaceError> {
        tell_address(self.output, visit, people).map_err(|fault| {
            self.stopped = Some(fault);
            FaceError::BrowserUnavailable
        })
    }

    /// The outcome, or why nobody was sent anywhere.
    fn outcome(self, linked: Result<Linked, LinkError>) -> Result<Account, Fault> {
        match self.stopped {
            Some(fault) => Err(fault),
            None => Ok(linked?.account),
        }
    }
}

/// The system browser, and the loopback listener that core holds open.
struct Browser<'a> {
    told: Told<'a>,
    open: bool,
}

impl LinkFace for Browser<'_> {
    async fn send(&mut self, visit: Visit) -> Result<(), FaceError> {
        if !self.open {
            self.told.address(
                &visit,
                &format!("Open this address in your browser:\n{}", visit.url),
            )?;
            return Ok(());
        }
        // Another than the named one is not opened in its place, and one that is not there could not say so.
        let named = browser::named();
        let opens = if named == browser::Named::None && browser::is_without_display() {
            format!(
                "No window can open here: neither DISPLAY nor WAYLAND_DISPLAY is set. Unless a browser for the terminal opens \
                 now, open this address in a browser on this machine, where the answer comes to:\n{}\n\
                 Where your browser is on another machine, press Ctrl-C and link with --via manual.",
                visit.url
            )
        } else {
            format!(
                "Your browser opens at {}; sign in there, and allow access. If it does not open, this is the address:\n{}",
                visible(&visit.origin),
                visit.url
            )
        };
        self.told.address(&visit, &opens)?;
        let why = match &named {
            browser::Named::Missing(wanted) => {
                format!(": BROWSER is {}, which is not there", visible(wanted))
            }
            browser::Named::None | browser::Named::Found(_) => String::new(),
        };
        let (url, output) = (visit.url, *self.told.output);
        let open_yourself = format!("No browser could be opened{why}. Open this address yourself:\n{url}");
        if !why.is_empty() {
            output.note(&open_yourself);
            return Ok(());
        }
        // A browser that works in the terminal is at work until it is left: the answer comes before that.
        tokio::spawn(async move {
            let opening = tokio::task::spawn_blocking(move || webbrowser::open(&url));
            if !matches!(opening.await, Ok(Ok(()))) {
                output.note(&open_yourself);
            }
        });
        Ok(())
    }

    async fn next_callback(&mut self) -> Option<Secret<String>> {
        pending().await
    }

    fn refused(&mut self, note: &str) {
        self.told.output.note(&visible(note));
    }
}

/// The person pastes the address they end at, or types the PIN that they are shown.
struct Manual<'a> {
    told: Told<'a>,
    lines: Option<mpsc::Receiver<Secret<String>>>,
}

impl LinkFace for Manual<'_> {
    async fn send(&mut self, visit: Visit) -> Result<(), FaceError> {
        let then = if visit.pin {
            "The provider then shows a PIN: type it in here.".to_owned()
        } else {
            let or_pin = if visit.takes_pin {
                " If it shows a PIN instead, type that in."
            } else {
                ""
            };
            format!(
                "Your browser will then fail to open a page at {}: paste that page's whole address here.{or_pin}",
                visit.redirect_uri
            )
        };
        let people = format!(
            "Open this address in any browser, sign in and allow access:\n{}\n{then}",
            visit.url
        );
        self.told.address(&visit, &people)?;
        self.lines = Some(lines_of_standard_input());
        Ok(())
    }

    async fn next_callback(&mut self) -> Option<Secret<String>> {
        self.lines.as_mut()?.recv().await
    }

    fn refused(&mut self, note: &str) {
        self.told.output.note(&visible(note));
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
