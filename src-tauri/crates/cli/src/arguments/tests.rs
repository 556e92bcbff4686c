use clap::CommandFactory;

use super::*;

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(line.split(' '))
}

#[test]
fn the_table_of_arguments_holds_together() {
    Arguments::command().debug_assert();
}

#[test]
fn json_and_home_stand_before_or_after_the_command() {
    for line in ["keybelt --json --home /h list", "keybelt list --json --home /h"] {
        let arguments = parse(line).unwrap();
        assert!(arguments.json && arguments.home.is_some());
    }
}

#[test]
fn a_childs_own_json_option_is_the_childs() {
    let arguments = parse("keybelt exec work/ana -- tool --json").unwrap();
    assert!(!arguments.json);
}

#[test]
fn a_profile_has_one_source() {
    assert!(parse("keybelt profile add work --issuer https://a.example --provider practice").is_err());
    assert!(parse("keybelt profile add work --set client_kwargs.prompt=consent").is_ok());
    assert!(parse("keybelt profile add work --set =x").is_err());
}

#[test]
fn refresh_wants_one_account_or_all() {
    assert!(parse("keybelt refresh").is_err());
    assert!(parse("keybelt refresh a --all").is_err());
    assert!(parse("keybelt refresh --all").is_ok());
}

#[test]
fn a_token_is_of_one_account_or_for_one_address() {
    for line in ["keybelt token", "keybelt token a --for https://a.example"] {
        assert!(parse(line).is_err(), "{line}");
    }
    for line in [
        "keybelt token a --min-ttl 5",
        "keybelt token --for https://a.example --force-refresh --min-ttl 5",
    ] {
        assert!(parse(line).is_ok(), "{line}");
    }
}

#[test]
fn a_request_is_an_address_behind_a_method_or_alone() {
    let asked = |line: &str| match parse(line).unwrap().command {
        Command::Request(asked) => (asked.method, asked.url),
        other => panic!("{other:?}"),
    };
    assert_eq!(asked("keybelt request a me"), ("me".to_owned(), None));
    let with_method = ("POST".to_owned(), Some("me".to_owned()));
    assert_eq!(
        asked("keybelt request a --header X:y POST --include me"),
        with_method
    );
    assert!(parse("keybelt request a").is_err());
    assert!(parse("keybelt request a POST me more").is_err());
}

#[test]
fn an_output_is_a_command_that_takes_all_that_follows_or_a_file() {
    let command = |line: &str| match parse(line).unwrap() {
        Arguments {
            json: false,
            command: Command::Output(OutputCommand::Add(add)),
            ..
        } => (add.command, add.env, add.timeout),
        other => panic!("{other:?}"),
    };
    let all = "sh -c x --json --env -- --command --help";
    let (words, env, timeout) = command(&format!("keybelt output add a --timeout 5 --command {all}"));
    assert_eq!(words, all.split(' ').collect::<Vec<_>>());
    assert_eq!((env, timeout), (false, Some(5)));
    for line in [
        "keybelt output add a",
        "keybelt output add a --command",
        "keybelt output add a --file f",
        "keybelt output add a --format json --command x",
        "keybelt output add a --file f --format json --env",
        "keybelt output add a --stdin --env --command x",
        "keybelt output add a --file f --format json --command x",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
    assert!(parse("keybelt output add a --file f --format json").is_ok());
}

#[test]
fn export_wants_an_account_and_a_format_or_lists_the_formats() {
    assert!(parse("keybelt export work/ana").is_err());
    assert!(parse("keybelt export --to env").is_err());
    assert!(parse("keybelt export --formats").is_ok());
    assert!(parse("keybelt export work/ana --to env").is_ok());
}
