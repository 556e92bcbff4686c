//! `cargo xtask bench [PART]`: what Keybelt costs beside the bare libraries and an empty window, as the README has it.

use std::path::PathBuf;

use crate::run::PACKAGES;
use crate::steps::{Failed, cargo, command, say, step, target};
use crate::{front_end, packages, session};

/// What can be measured alone; `keybelt-bench` knows them by the same names.
const PARTS: [&str; 4] = ["oauth1", "id-token", "accounts", "window"];

/// Builds what ships and the bench beside it, optimised, and measures a part, or everything.
///
/// # Errors
/// There is no such part, the build failed, or a bound was missed; which one, its line says.
pub fn bench(part: Option<&str>) -> Result<(), Failed> {
    if let Some(unknown) = part.filter(|part| !PARTS.contains(part)) {
        return Err(Failed(format!(
            "there is no part {unknown}; there are {}",
            PARTS.join(", ")
        )));
    }
    packages::for_building()?;
    packages::for_virtual_display()?;
    front_end::build()?;
    // In one build with what ships, and with nothing else: then what we depend on has the features that ship.
    let build = ["build", "--quiet", "--release", "--locked", "-p", "keybelt-bench"];
    step(
        "building what ships, and the bench",
        cargo(&[&build[..], &PACKAGES[..]].concat()),
    )?;
    say(
        "Both sides of a ratio meet the same machine in turns, but a busy machine blurs them: leave it alone meanwhile, on \
         mains power, its clock rate fixed if that can be had. First is ours, second the peer.",
    );
    let arguments: Vec<&str> = ["measure"].into_iter().chain(part).collect();
    if session::run(&folder(), &arguments)? {
        Ok(())
    } else {
        Err(Failed(format!(
            "a bound is missed, or nothing could be measured; what the programs said is in {}",
            folder().display()
        )))
    }
}

/// The measuring itself, inside of the session.
///
/// # Errors
/// A bound was missed, or something could not be measured.
pub fn measure(part: Option<&str>) -> Result<(), Failed> {
    if !session::is_within(&folder()) {
        return Err(Failed("measuring is started by `cargo xtask bench`".to_owned()));
    }
    let _keyring = session::start_keyring(&folder())?;
    let bench = target().join("release/keybelt-bench");
    let arguments: Vec<&str> = part.into_iter().collect();
    let status = command(&bench.to_string_lossy(), &arguments).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(Failed(format!("keybelt-bench ended with {status}")))
    }
}

fn folder() -> PathBuf {
    target().join("bench")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_part_builds_nothing() {
        let Err(Failed(told)) = bench(Some("everything")) else {
            panic!("it ran")
        };
        assert!(told.contains("there is no part everything"), "{told}");
    }
}
