//! `keybelt-desktop` driven from outside, under a virtual display: the main window and the bar by WebKitWebDriver, the
//! authorization page, which no driver can see, by its own doings and by xdotool.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

mod accounts;
mod authorization;
mod door;
mod hostile_page;
mod hostile_pages;
mod insight;
mod looks;
mod oauth1;
mod outputs;
mod placement;
mod profiles;
mod program;
mod requests;
mod secrets;
mod settings;
mod shipped;
mod vault;

use std::path::Path;

use keybelt_test_support::Home;

/// The built command line, which stands beside the desktop program.
fn cli() -> String {
    let beside = Path::new(env!("CARGO_BIN_EXE_keybelt-desktop")).with_file_name("keybelt");
    assert!(beside.is_file(), "build it first: cargo build -p keybelt-cli");
    beside.display().to_string()
}

/// A home of its own without a vault, and a passphrase in a file for one.
fn home() -> Home {
    Home::with_passphrase(&cli())
}

/// Adds the profile `work`, a client of this issuer.
fn add_work(home: &Home, issuer: &str, client_id: &str, options: &[&str]) {
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        issuer,
        "--client-id",
        client_id,
    ];
    home.json(&[&add[..], options].concat()).ok();
}

/// A home with a vault, the profile of the practice provider in it, and no account.
fn home_with_vault() -> Home {
    let home = home();
    home.run(&["profile", "add", "practice", "--provider", "practice"])
        .ok();
    home
}
