//! `cargo xtask fuzz [SECONDS]`: every parser of outside input under changed input, for so many seconds each.

use crate::steps::{Failed, cargo, say, step};

/// How long each target runs unless somebody says otherwise.
const SECONDS: u32 = 60;

/// Runs every target of the corpus. Each is a test, beside its parser and named for its folder in `tests/data/fuzz`; the
/// tests of every day run them too, with few inputs.
///
/// # Errors
/// What is no number of seconds, and a target that failed: the input is in `target/test-output/fuzz`.
pub fn fuzz(seconds: Option<&str>) -> Result<(), Failed> {
    let seconds = match seconds {
        None => SECONDS,
        Some(text) => text
            .parse()
            .map_err(|_| Failed(format!("`{text}` is no number of seconds")))?,
    };
    say(&format!(
        "each parser for {seconds} s; an input that fails goes into tests/data/fuzz"
    ));
    let mut run = cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--lib",
        "--no-fail-fast",
        "fuzz::",
    ]);
    // `keybelt_fuzz::SECONDS`.
    run.env("KEYBELT_FUZZ_SECONDS", seconds.to_string());
    step("parsers under fire", run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_seconds_starts_nothing() {
        for text in ["", "-1", "1.5", "long"] {
            let Err(Failed(told)) = fuzz(Some(text)) else {
                panic!("{text} ran")
            };
            assert!(told.contains("no number of seconds"), "{told}");
        }
    }
}
