use std::ffi::OsStr;
use std::process::Command;

use keybelt_contract::{Failure, FailureCode};
use keybelt_core::token::TokenWanted;
use keybelt_core::{Keybelt, account_for, exec as executing, export as exporting, token as tokens};
use keybelt_primitives::text::visible;

use crate::arguments::{ExecArguments, ExportArguments, TokenArguments};
use crate::fault::{Ended, Fault};
use crate::output::{Output, table};
use crate::{disclose, receiver};

/// `keybelt token`
pub async fn token(keybelt: &Keybelt, arguments: &TokenArguments, output: &Output) -> Result<Ended, Fault> {
    let account = match (&arguments.account, &arguments.for_url) {
        (Some(account), _) => account.clone(),
        (None, Some(address)) => account_for(keybelt, address).await?,
        (None, None) => {
            return Err(Fault::usage(
                "no account is named",
                "name it, or an address with --for",
            ));
        }
    };
    let wanted = TokenWanted {
        min_ttl: arguments.min_ttl,
        force_refresh: arguments.force_refresh,
        ..TokenWanted::for_receiver(receiver::of_standard_output(), "token")
    };
    if output.is_json() {
        disclose::grant(output, &tokens::grant(keybelt, &account, wanted).await?)?;
    } else {
        disclose::token(output, &tokens::fresh(keybelt, &account, wanted).await?)?;
    }
    Ok(Ended::Done)
}

/// `keybelt export`
pub async fn export(keybelt: &Keybelt, arguments: &ExportArguments, output: &Output) -> Result<Ended, Fault> {
    let (Some(account), Some(format)) = (&arguments.account, &arguments.to) else {
        let formats = exporting::formats();
        output.result(&formats, || {
            table(
                &formats
                    .iter()
                    .map(|format| vec![format.name.to_owned(), format.summary.to_owned()])
                    .collect::<Vec<_>>(),
            )
        })?;
        return Ok(Ended::Done);
    };
    // `-` is standard output, here as everywhere.
    let Some(path) = arguments.output.as_ref().filter(|path| path.as_os_str() != "-") else {
        let receiver = receiver::of_standard_output();
        let exported = exporting::export(keybelt, account, format, &receiver).await?;
        disclose::export(output, &exported)?;
        return Ok(Ended::Done);
    };
    let file = disclose::ExportFile::prepare(path)?;
    // Told as where it lies, whatever folder the command was given in.
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let exported = exporting::export(keybelt, account, format, &whole.display().to_string()).await?;
    file.write(&exported)?;
    output.note(&format!(
        "The token is in {}, which only you can read",
        path.display()
    ));
    Ok(Ended::Done)
}

/// `keybelt exec`
pub async fn exec(keybelt: &Keybelt, arguments: &ExecArguments, output: &Output) -> Result<Ended, Fault> {
    let Some((program, rest)) = arguments.command.split_first() else {
        return Err(Fault::usage("there is no command to run", "name one after --"));
    };
    // Before the token is asked for, so that the ledger names no program that got none.
    which::which(program).map_err(|_| no_program(program))?;
    let name = std::path::Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy();
    let variables = executing::prepare(keybelt, &arguments.account, arguments.env.as_deref(), &name).await?;
    // Nothing of this program is left afterwards to do it.
    super::deliver(keybelt, output).await;
    let mut child = Command::new(program);
    child.args(rest);
    match become_child(disclose::to_child(&mut child, &variables)) {
        Ok(ended) => Ok(ended),
        Err(error) => {
            // The line about the token is in the ledger already; another says what became of it.
            let logged = executing::not_started(keybelt, &arguments.account, &name).await;
            Err(not_started(program, &error, logged.is_ok()))
        }
    }
}

/// Becomes the command: its exit status, its signals and its terminal are then its own.
#[cfg(unix)]
fn become_child(child: &mut Command) -> std::io::Result<Ended> {
    use std::os::unix::process::CommandExt;
    Err(child.exec())
}

#[cfg(not(unix))]
fn become_child(child: &mut Command) -> std::io::Result<Ended> {
    let status = child.status()?;
    Ok(Ended::With(
        status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1),
    ))
}

/// The file is there and may be run, and the system does not run it.
fn not_started(program: &OsStr, error: &std::io::Error, is_logged: bool) -> Fault {
    let shown = visible(&program.to_string_lossy());
    let (code, message) = if error.kind() == std::io::ErrorKind::NotFound {
        let message = format!("{shown} could not be started: the interpreter that it names is not there");
        (FailureCode::NotFound, message)
    } else {
        let message = format!("{shown} could not be started: {}", error.kind());
        (FailureCode::Usage, message)
    };
    let log = if is_logged {
        "the log has the token as handed over, and then as not delivered"
    } else {
        "the log has the token as handed over all the same"
    };
    let look = "see the first line of the file, if it is a script";
    Fault::Failed(Failure {
        code,
        message,
        hint: format!("nobody got the token; {log}; {look}"),
    })
}

fn no_program(program: &OsStr) -> Fault {
    Fault::Failed(Failure {
        code: FailureCode::NotFound,
        message: format!(
            "there is no program {} that you may run",
            visible(&program.to_string_lossy())
        ),
        hint: "nobody got the token".to_owned(),
    })
}
