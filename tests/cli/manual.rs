//! The manual pages, read by the machine's own `man`.

use std::path::Path;
use std::process::Command;

use keybelt_test_support::Home;

use crate::{home, home_without_vault};

/// The commands below one, as its help lists them.
fn commands_below(home: &Home, command: &[String]) -> Vec<Vec<String>> {
    let mut asked: Vec<&str> = command.iter().map(String::as_str).collect();
    asked.push("--help");
    let help = home.run(&asked).ok().stdout;
    let listed = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(|name| command.iter().cloned().chain([name.to_owned()]).collect())
        .collect()
}

/// Every command that there is, by its words.
fn commands(home: &Home) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut next = 0;
    while next < all.len() {
        all.extend(commands_below(home, &all[next]));
        next += 1;
    }
    all
}

/// The page as a person reads it, without a warning.
#[track_caller]
fn read(page: &Path) -> String {
    let man = Command::new("man")
        .args(["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-P", "cat"])
        .arg(page)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("man starts");
    let warned = String::from_utf8_lossy(&man.stderr);
    assert!(
        man.status.success() && warned.is_empty(),
        "{}: {warned}",
        page.display()
    );
    // Bold is a letter over itself, italic one over a line.
    let mut text = String::new();
    for character in String::from_utf8(man.stdout).unwrap().chars() {
        if character == '\u{8}' {
            text.pop();
        } else {
            text.push(character);
        }
    }
    text
}

#[test]
fn every_command_has_a_page_that_man_renders_without_a_warning() {
    let home = home_without_vault();
    let folder = home.path().with_file_name("man1");
    let written = home.json(&["manual", &folder.display().to_string()]).ok().json();
    let commands = commands(&home);
    assert!(commands.contains(&vec!["profile".to_owned(), "add".to_owned()]));
    for command in &commands {
        let name = [vec!["keybelt".to_owned()], command.clone()].concat().join("-");
        let text = read(&folder.join(format!("{name}.1")));
        for section in ["NAME", "SYNOPSIS", "OPTIONS"] {
            assert!(text.lines().any(|line| line == section), "{name}: {section}");
        }
        // Lines are justified.
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&format!("{name} - ")), "{name}: {text}");
    }
    assert_eq!(written.as_array().unwrap().len(), commands.len());
    assert!(!home.path().exists());
}

#[test]
fn the_first_page_has_examples_and_every_exit_status() {
    let home = home();
    let folder = home.path().with_file_name("man1");
    home.run(&["manual", &folder.display().to_string()]).ok();
    let text = read(&folder.join("keybelt.1"));
    for word in [
        "EXAMPLES",
        "keybelt link practice",
        "EXIT STATUS",
        "needs_relink",
        "KEYBELT_HOME",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let home = home();
    let file = home.file("file", "");
    let told = home.json(&["manual", &file]).fails("usage", 2);
    assert!(
        told.contains(&format!("folder {file} cannot be written: something")),
        "{told}"
    );
}
