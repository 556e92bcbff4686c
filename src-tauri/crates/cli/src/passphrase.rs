//! A passphrase asked on the terminal.

use std::sync::Mutex;

use keybelt_core::{AskPassphrase, Asking};
use keybelt_primitives::Secret;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// The person at the terminal, if there is one.
pub struct Terminal;

/// How the terminal was set before the prompt took its echo away.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

impl AskPassphrase for Terminal {
    fn passphrase(&self, asking: Asking) -> Option<Secret<String>> {
        remember_terminal();
        let answer = match asking {
            Asking::Unlock => ask("Passphrase of your vault: "),
            Asking::Create => ask_twice("A passphrase for your new vault: "),
            Asking::Replace => ask_twice("A new passphrase for your vault: "),
        };
        forget_terminal();
        answer
    }
}

/// What is typed unseen.
#[derive(Clone, Copy)]
pub enum Unseen {
    /// Something that exists, which a mistake does not cost.
    Known(&'static str),
    /// A new passphrase, typed twice.
    New(&'static str),
}

/// A line that is typed unseen; none where there is no terminal, or its input ends.
pub fn typed(unseen: Unseen) -> Option<Secret<String>> {
    remember_terminal();
    let answer = match unseen {
        Unseen::Known(prompt) => ask(prompt),
        Unseen::New(prompt) => ask_twice(prompt),
    };
    forget_terminal();
    answer
}

/// Gives the terminal its echo back, where a signal came amid a prompt.
pub fn restore_terminal() {
    if let (Some(before), Ok(terminal)) = (taken(), std::fs::File::open("/dev/tty")) {
        // There is nobody left to tell if it fails.
        let _ = tcsetattr(terminal, OptionalActions::Now, &before);
    }
}

fn ask(prompt: &str) -> Option<Secret<String>> {
    rpassword::prompt_password(prompt).ok().map(Secret::new)
}

fn ask_twice(prompt: &str) -> Option<Secret<String>> {
    loop {
        let first = ask(prompt)?;
        let second = ask("The same again: ")?;
        if first.matches(&second) && !first.is_empty() {
            return Some(first);
        }
        let _ = rpassword_note("They differ, or are empty. Once more, please.\n");
    }
}

fn rpassword_note(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/tty")?
        .write_all(text.as_bytes())
}

fn remember_terminal() {
    let now = std::fs::File::open("/dev/tty")
        .ok()
        .and_then(|terminal| tcgetattr(terminal).ok());
    *BEFORE.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
}

fn forget_terminal() {
    taken();
}

fn taken() -> Option<Termios> {
    BEFORE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .take()
}
