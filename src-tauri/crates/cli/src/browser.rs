//! The browser that the person named in `BROWSER`: commands with a colon between them, the first that is there counts.

/// What `BROWSER` comes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Named {
    /// Nothing is named: the system's default counts.
    None,
    /// The command that is there.
    Found(String),
    /// None of what it names is there.
    Missing(String),
}

/// What `BROWSER` comes to here.
pub fn named() -> Named {
    among(&std::env::var("BROWSER").unwrap_or_default())
}

fn among(wanted: &str) -> Named {
    if wanted.trim_matches([':', ' ']).is_empty() {
        return Named::None;
    }
    wanted
        .split(':')
        .filter_map(|command| command.split_ascii_whitespace().next())
        .find(|command| which::which(command).is_ok())
        .map_or_else(
            || Named::Missing(wanted.to_owned()),
            |command| Named::Found(command.to_owned()),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_command_that_is_there_counts() {
        assert_eq!(among(""), Named::None);
        assert_eq!(among("/no/such:sh -c %s"), Named::Found("sh".to_owned()));
        assert_eq!(among("/no/such"), Named::Missing("/no/such".to_owned()));
    }
}
