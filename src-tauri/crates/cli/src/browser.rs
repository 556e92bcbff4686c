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

/// Whether only a browser for the terminal can show itself: on systems with X or Wayland, where neither is named. WSL opens
/// Windows'.
pub fn is_without_display() -> bool {
    let names_none = |variable: &str| std::env::var_os(variable).is_none_or(|value| value.is_empty());
    cfg!(all(unix, not(target_os = "macos")))
        && ["WAYLAND_DISPLAY", "DISPLAY", "WSL_DISTRO_NAME"]
            .into_iter()
            .all(names_none)
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
