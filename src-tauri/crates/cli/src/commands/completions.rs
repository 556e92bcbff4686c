use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::fault::{Ended, Fault};
use crate::output::Output;

/// `keybelt completions`: from the table of arguments itself, so that it cannot differ from it.
pub fn completions(shell: Shell, output: &Output) -> Result<Ended, Fault> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "keybelt", &mut script);
    output.text(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Ended::Done)
}
