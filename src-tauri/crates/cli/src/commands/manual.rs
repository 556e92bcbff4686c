//! `keybelt manual`: from the table of arguments itself, as the completions are.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};
use keybelt_contract::{Failure, FailureCode};
use keybelt_primitives::text::why_unwritable;

use crate::arguments::{Arguments, ENVIRONMENT};
use crate::fault::{Ended, Fault};
use crate::output::Output;

/// From nothing to a token in another program's hands.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "keybelt practice",
        "The practice provider, until Ctrl-C, to try the rest with.",
    ),
    (
        "keybelt profile add practice --provider practice",
        "A profile: which client to be, at which provider.",
    ),
    (
        "keybelt link practice",
        "The browser opens; afterwards the account stands in `keybelt list`.",
    ),
    (
        "keybelt token practice/ada-practice.example",
        "A fresh access token, refreshed first where it must be.",
    ),
    (
        "keybelt request practice/ada-practice.example notes",
        "Asks the provider's API; the token goes along and is not shown.",
    ),
    (
        "keybelt export work/ana --to curl | curl -K - https://api.example.org/me",
        "Hands a token to curl, on no command line.",
    ),
    (
        "keybelt exec work/ana -- ./backup",
        "Runs a program with the token in KEYBELT_TOKEN.",
    ),
    (
        "keybelt watch --json --since 0",
        "A line for each renewed token, whoever renewed it.",
    ),
];

/// What each exit status means, whatever the code of the error is.
const EXITS: &[(u8, &str)] = &[
    (0, "Done."),
    (1, "A defect of Keybelt's."),
    (2, "What was asked does not fit."),
    (3, "The grant is over: link again."),
    (
        4,
        "The person, or the provider on their behalf, said no or never answered.",
    ),
    (5, "The vault cannot be used; nothing in it was changed."),
    (6, "Try again later; the grant is untouched."),
    (
        7,
        "The provider answered outside its specification, or refused the client.",
    ),
    (8, "Refused for safety."),
];

const FILES: &[(&str, &str)] = &[
    (
        "~/.local/share/keybelt",
        "The folder that holds everything, on Linux, where neither --home nor KEYBELT_HOME names another.",
    ),
    (
        "~/.local/share/keybelt/vault.db",
        "The vault: a SQLite file in which every record is sealed by itself.",
    ),
];

/// Writes every page, and tells which.
pub fn manual(folder: &Path, output: &Output) -> Result<Ended, Fault> {
    let pages = pages().map_err(|error| Fault::internal(&error))?;
    std::fs::create_dir_all(folder).map_err(|error| unwritable("folder", folder, &error))?;
    let mut written = Vec::new();
    for (name, page) in pages {
        let path = folder.join(name);
        std::fs::write(&path, page).map_err(|error| unwritable("page", &path, &error))?;
        written.push(path.display().to_string());
    }
    output.result(&written, || {
        format!(
            "Wrote {} pages. Read the first with: man -l {}",
            written.len(),
            folder.join("keybelt.1").display()
        )
    })?;
    Ok(Ended::Done)
}

/// Each page by the name of its file.
fn pages() -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut whole = Arguments::command().disable_help_subcommand(true);
    whole.build();
    let mut pages = BTreeMap::new();
    add_pages(&whole, None, &mut pages)?;
    Ok(pages)
}

fn add_pages(
    command: &Command,
    above: Option<&str>,
    pages: &mut BTreeMap<String, Vec<u8>>,
) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    pages.insert(format!("{name}.1"), page(command, above)?);
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        add_pages(below, Some(name), pages)?;
    }
    Ok(())
}

fn page(command: &Command, above: Option<&str>) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone())
        .source(concat!("keybelt ", env!("CARGO_PKG_VERSION")))
        .manual("Keybelt");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut more = Roff::new();
    match above {
        Some(above) => {
            notes(&mut more, command);
            section(&mut more, "SEE ALSO");
            more.text([bold(above), roman("(1)")]);
        }
        None => whole(&mut more),
    }
    more.to_writer(&mut page)?;
    Ok(page)
}

/// What the help says below the options, as it stands there: much of it is aligned.
fn notes(page: &mut Roff, command: &Command) {
    let notes = command.get_after_long_help().or_else(|| command.get_after_help());
    let Some(notes) = notes else { return };
    section(page, "NOTES");
    page.control("nf", []);
    for line in notes.to_string().lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}

/// What holds for every command, on the first page.
fn whole(page: &mut Roff) {
    section(page, "EXAMPLES");
    for (command, what) in EXAMPLES {
        entry(page, bold(*command), &[roman(*what)]);
    }
    section(page, "EXIT STATUS");
    for (exit, what) in EXITS {
        let codes: Vec<&str> = FailureCode::ALL
            .iter()
            .filter(|code| code.exit() == *exit)
            .map(|code| code.as_str())
            .collect();
        let mut words = vec![roman(*what)];
        if !codes.is_empty() {
            words.extend([roman(" Codes: "), italic(codes.join(", ")), roman(".")]);
        }
        entry(page, bold(exit.to_string()), &words);
    }
    page.control("PP", []);
    page.text([roman(
        "An error is a line on standard error. With --json its last line is \
         {\"error\":{\"code\",\"message\",\"hint\"}} with one of these codes, and standard output holds JSON alone.",
    )]);
    for (title, entries) in [("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)] {
        section(page, title);
        for (name, what) in entries {
            entry(page, bold(*name), &[roman(*what)]);
        }
    }
}

fn section(page: &mut Roff, title: &str) {
    page.control("SH", [title]);
}

fn entry(page: &mut Roff, head: Inline, words: &[Inline]) {
    page.control("TP", []);
    page.text([head]);
    page.text(words.to_vec());
}

fn unwritable(what: &str, path: &Path, error: &io::Error) -> Fault {
    if error.kind() == io::ErrorKind::StorageFull {
        return Fault::Failed(Failure {
            code: FailureCode::DiskFull,
            message: format!("there is no room for {}", path.display()),
            hint: "make room, or write elsewhere".to_owned(),
        });
    }
    Fault::usage(
        &format!(
            "the {what} {} cannot be written: {}",
            path.display(),
            why_unwritable(error.kind())
        ),
        "name a folder that you can write to",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_status_that_a_code_has_is_explained() {
        for code in FailureCode::ALL {
            assert!(EXITS.iter().any(|(exit, _)| *exit == code.exit()), "{code:?}");
        }
    }
}
