//! Where a window could be shown, and whether anybody listens there.

use std::path::{Path, PathBuf};

use keybelt_net::local::{answers, answers_at_port};
use keybelt_primitives::text::visible;

use super::Finding;

/// What the environment says of displays. Empty variables count as unset.
#[derive(Clone, Debug, Default)]
pub struct Displays {
    /// `WAYLAND_DISPLAY`: a socket, by its path or its name in the folder below.
    pub wayland: Option<String>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime: Option<PathBuf>,
    /// `DISPLAY`, as X(7) writes it: `[host]:number[.screen]`.
    pub x11: Option<String>,
}

/// Where a display listens.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Place {
    Socket(PathBuf),
    /// A port of this machine, as ssh forwards displays.
    Port(u16),
    /// On another machine.
    Elsewhere,
    /// The variable makes no sense.
    Nowhere,
}

pub(super) async fn probe(displays: &Displays) -> Finding {
    let named = displays.named();
    if named.is_empty() {
        return if cfg!(target_os = "linux") {
            Finding::fail(
                "Neither WAYLAND_DISPLAY nor DISPLAY is set. Keybelt's window needs a desktop session; without one, link with --via browser or --via manual.",
            )
        } else {
            Finding::skip("This system names its display to nobody.")
        };
    }
    let mut outcome = None;
    for (variable, value, place) in named {
        let value = visible(value);
        let answered = match place {
            Place::Socket(path) => answers(&path).await,
            Place::Port(port) => answers_at_port(port).await,
            Place::Elsewhere => {
                outcome.get_or_insert(Finding::skip(format!(
                    "{variable} is {value}, on another machine, which is not asked."
                )));
                continue;
            }
            Place::Nowhere => false,
        };
        if answered {
            return Finding::pass(format!("{variable} is {value}, and it answers."));
        }
        outcome.get_or_insert(Finding::fail(format!(
            "{variable} is {value}, and nothing answers there. Start this from a desktop session, or correct the variable."
        )));
    }
    outcome.unwrap_or_else(|| Finding::skip("No display is named."))
}

impl Displays {
    /// Each display that is named, in the order in which they are tried.
    fn named(&self) -> Vec<(&'static str, &str, Place)> {
        let wayland = self.wayland.as_deref().map(|value| {
            let place = wayland(value, self.runtime.as_deref());
            ("WAYLAND_DISPLAY", value, place)
        });
        let x11 = self.x11.as_deref().map(|value| ("DISPLAY", value, x11(value)));
        wayland.into_iter().chain(x11).collect()
    }
}

fn wayland(value: &str, runtime: Option<&Path>) -> Place {
    match (Path::new(value).is_absolute(), runtime) {
        (true, _) => Place::Socket(value.into()),
        (false, Some(runtime)) => Place::Socket(runtime.join(value)),
        (false, None) => Place::Nowhere,
    }
}

fn x11(value: &str) -> Place {
    if value.starts_with('/') {
        return Place::Socket(value.into());
    }
    let Some((host, display)) = value.rsplit_once(':') else {
        return Place::Nowhere;
    };
    let number = display.split('.').next().unwrap_or_default();
    let Ok(number) = number.parse::<u16>() else {
        return Place::Nowhere;
    };
    match host {
        "" | "unix" => Place::Socket(format!("/tmp/.X11-unix/X{number}").into()),
        "localhost" | "127.0.0.1" => 6_000_u16.checked_add(number).map_or(Place::Nowhere, Place::Port),
        _ => Place::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use keybelt_contract::CheckOutcome;

    use super::*;

    #[test]
    fn a_display_is_found_as_x_writes_it() {
        for (value, place) in [
            (":0", Place::Socket("/tmp/.X11-unix/X0".into())),
            (":99.1", Place::Socket("/tmp/.X11-unix/X99".into())),
            ("unix:1", Place::Socket("/tmp/.X11-unix/X1".into())),
            ("localhost:10.0", Place::Port(6010)),
            ("desk.example:0", Place::Elsewhere),
            ("no display", Place::Nowhere),
            (":one", Place::Nowhere),
        ] {
            assert_eq!(x11(value), place, "{value}");
        }
        assert_eq!(
            wayland("wayland-0", Some(Path::new("/run/user/1"))),
            Place::Socket("/run/user/1/wayland-0".into())
        );
        assert_eq!(wayland("/x/y", None), Place::Socket("/x/y".into()));
        assert_eq!(wayland("wayland-0", None), Place::Nowhere);
    }

    #[tokio::test]
    async fn what_listens_counts_and_not_what_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let displays = Displays {
            wayland: Some("wayland-0".to_owned()),
            runtime: Some(folder.path().to_owned()),
            x11: None,
        };
        assert_eq!(probe(&displays).await.outcome, CheckOutcome::Fail);
        let _server = keybelt_net::local::Server::bind(&folder.path().join("wayland-0"))
            .await
            .unwrap();
        assert_eq!(probe(&displays).await.outcome, CheckOutcome::Pass);
        let elsewhere = Displays {
            x11: Some("desk.example:0".to_owned()),
            ..Displays::default()
        };
        assert_eq!(probe(&elsewhere).await.outcome, CheckOutcome::Skip);
    }
}
