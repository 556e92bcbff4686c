//! What is said to people where what they asked for does not fit.

use keybelt_test_support::Ran;
use keybelt_test_support::hostile::Hostile;

use crate::{home, home_with, home_without_vault};

#[test]
fn a_home_that_is_a_file_or_below_one_is_named() {
    let home = home_without_vault();
    let file = home.file("file", "");
    for place in [file.clone(), format!("{file}/below")] {
        for command in [&["list"][..], &["profile", "add", "work"], &["vault", "check"]] {
            let told = home
                .json(&[&["--home", &place], command].concat())
                .fails("usage", 2);
            assert!(told.contains(&format!("a file at {file}, where")), "{told}");
        }
        let status = home.run(&["--home", &place, "vault", "status"]).ok();
        assert!(
            status.stderr.contains(&format!("a file at {file}, where")),
            "{status:?}"
        );
    }
}

#[test]
fn without_a_command_the_help_is_shown() {
    let home = home_without_vault();
    for (words, line) in [(&[][..], "Link an account"), (&["profile"], "rename")] {
        let told = home.run(words);
        assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told:?}");
        assert!(
            told.stderr.contains(line) && told.stderr.contains("Usage: keybelt"),
            "{told:?}"
        );
        let last = told.stderr.lines().last().unwrap();
        assert!(last.starts_with("keybelt: "), "{last}");
        let told = home.json(words);
        told.fails("usage", 2);
        assert_eq!(told.stderr.lines().count(), 1, "{told:?}");
    }
}

#[test]
fn a_search_that_finds_no_provider_says_so() {
    let home = home_without_vault();
    let none = home.run(&["provider", "list", "--search", "zzz"]).ok();
    assert_eq!(none.stdout, "");
    assert!(none.stderr.contains("zzz"), "{none:?}");
    let none = home.json(&["provider", "list", "--search", "zzz"]).ok();
    assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("[]\n", ""));
}

#[test]
fn the_empty_secret_of_a_client_of_oauth_1_is_called_that() {
    let home = home();
    let shown = |home: &keybelt_test_support::Home| home.run(&["profile", "show", "old"]).ok().stdout;
    home.json(&["profile", "add", "old", "--provider", "practice-oauth1"])
        .ok();
    let catalogued = shown(&home);
    assert!(
        catalogued.lines().any(|line| line
            .split_whitespace()
            .eq(["client_secret", "catalogue", "empty"])),
        "{catalogued}"
    );
    assert!(!catalogued.contains("token_endpoint_auth_method"), "{catalogued}");
    let secret = home.file("secret", "s");
    home.json(&["profile", "set", "old", "--client-secret-file", &secret])
        .ok();
    assert!(!shown(&home).contains("empty"));
}

#[test]
fn where_no_display_is_a_link_says_that_no_browser_opens() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let mut command = home.command(&["link", "work", "--timeout", "1"]);
    command
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WSL_DISTRO_NAME");
    let told = Ran::from(command.output().unwrap());
    assert_eq!(told.code, Some(4), "{told:?}");
    for words in ["No window can open here", "/authorize?", "--via manual"] {
        assert!(told.stderr.contains(words), "{words}: {told:?}");
    }
    assert!(!told.stderr.contains("Your browser opens"), "{told:?}");
}
