//! The window's commands: one body a row of the contract's table, in the noun's file. What they share is made here from the
//! table itself: argument types, the check of the calling window, the note of what crosses.

mod accounts;
mod activity;
mod bar;
mod inspector;
mod links;
mod outputs;
mod profiles;
mod request;
mod vault;
mod window;

use std::future::Future;

use keybelt_contract::{CommandWindow, Failure, FailureCode, commands};
use serde::Serialize;
use tauri::Webview;

use crate::front;

/// Lets a command answer in its own window only, although the permission list says so too.
async fn answer<T: Serialize>(
    webview: &Webview,
    window: CommandWindow,
    name: &str,
    body: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    if webview.label() != front::label(window) {
        tracing::warn!(
            label = webview.label(),
            name,
            "a command of another window was refused"
        );
        return Err(Failure {
            code: FailureCode::Usage,
            message: "This window has no such command.".to_owned(),
            hint: "Nothing was done.".to_owned(),
        });
    }
    let answer = body.await;
    match &answer {
        Ok(told) => front::note(webview.label(), name, told),
        Err(failure) => front::note(webview.label(), name, failure),
    }
    answer
}

macro_rules! handler {
    ($($window:ident $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        mod table {
            use keybelt_contract::*;
            use tauri::{State, Webview, Wry, ipc::Invoke};

            use super::{accounts, activity, answer, bar, inspector, links, outputs, profiles, request, vault, window};
            use crate::desktop::Desktop;

            mod body {
                pub use super::{accounts::*, activity::*, bar::*, inspector::*, links::*, outputs::*, profiles::*, request::*, vault::*, window::*};
            }

            $(
                #[tauri::command]
                async fn $name(webview: Webview, desktop: State<'_, Desktop>, $($argument: $type),*) -> Result<$result, Failure> {
                    answer(&webview, handler!(@ $window), stringify!($name), body::$name(&desktop, $($argument),*)).await
                }
            )*

            /// Answers every command of the table.
            pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
                tauri::generate_handler![$($name),*]
            }
        }
    };
    (@ main) => { CommandWindow::Main };
    (@ bar) => { CommandWindow::Bar };
}
commands!(handler);

pub use table::handler;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use keybelt_contract::{COMMANDS, CommandWindow};
    use serde_json::Value;

    use crate::front;

    fn granted(capability: &str) -> (Value, BTreeSet<String>) {
        let capability: Value = serde_json::from_str(capability).unwrap();
        let permissions = capability["permissions"].as_array().unwrap();
        let permissions = permissions
            .iter()
            .map(|permission| permission.as_str().unwrap().to_owned())
            .collect();
        (capability, permissions)
    }

    #[test]
    fn each_window_may_call_its_own_commands_and_hear_events_and_nothing_else() {
        for (window, capability) in [
            (CommandWindow::Main, include_str!("../../capabilities/main.json")),
            (CommandWindow::Bar, include_str!("../../capabilities/bar.json")),
        ] {
            let (capability, permissions) = granted(capability);
            let own = COMMANDS.iter().filter(|(_, of)| *of == window);
            let mut expected: BTreeSet<String> = own
                .map(|(name, _)| format!("allow-{}", name.replace('_', "-")))
                .collect();
            expected.extend(["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned));
            assert_eq!(permissions, expected);
            assert_eq!(capability["windows"], serde_json::json!([front::label(window)]));
            assert!(capability.get("remote").is_none() && capability.get("webviews").is_none());
        }
    }
}
