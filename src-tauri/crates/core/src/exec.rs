//! A token for the environment of one command.

use keybelt_contract::AccountName;
use keybelt_primitives::Secret;
use keybelt_vault::LedgerLine;

use crate::Keybelt;
use crate::accounts;
use crate::token::{self, Grant, TokenError, TokenWanted};

/// The variable that holds the token, unless another is named.
const VARIABLE: &str = "KEYBELT_TOKEN";
/// The same for a token of OAuth 1, whose secret stands in another with `_SECRET` behind its name.
const OAUTH1_VARIABLE: &str = "KEYBELT_OAUTH_TOKEN";

/// How the ledger names this way to a token.
const VIA: &str = "exec";

/// Variables that loaders, shells and interpreters go by when they decide what they run.
const RESERVED: &[&str] = &[
    "BASHOPTS",
    "BASH_ENV",
    "CDPATH",
    "COMSPEC",
    "ENV",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "HOME",
    "IFS",
    "NODE_OPTIONS",
    "PATH",
    "PATHEXT",
    "PERL5LIB",
    "PERL5OPT",
    "PROMPT_COMMAND",
    "PS4",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUBYLIB",
    "RUBYOPT",
    "SHELL",
    "SHELLOPTS",
    "ZDOTDIR",
];

/// The dynamic loaders' own.
const RESERVED_PREFIXES: &[&str] = &["LD_", "DYLD_"];

/// Why the command was not prepared.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// Not a name of a variable (POSIX.1-2017, §8.1).
    #[error("not a name of a variable")]
    Variable,
    /// A name by which a loader, a shell or an interpreter decides what it runs: the token would be taken for that.
    #[error("{name} decides what is run")]
    Reserved {
        /// The name.
        name: String,
    },
    /// There is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// What goes into the child's environment: variables and their values.
pub type Variables = Vec<(String, Secret<String>)>;

/// A fresh token for `program`, which is named in the ledger.
pub async fn prepare(
    keybelt: &Keybelt,
    account: &AccountName,
    variable: Option<&str>,
    program: &str,
) -> Result<Variables, ExecError> {
    if let Some(name) = variable {
        if !is_variable(name) {
            return Err(ExecError::Variable);
        }
        if is_reserved(name) {
            let name = name.to_owned();
            return Err(ExecError::Reserved { name });
        }
    }
    let wanted = TokenWanted::for_receiver(receiver_of(program), VIA);
    let grant = token::grant(keybelt, account, wanted).await?;
    Ok(variables(grant, variable))
}

/// Writes into the ledger that `program`, for which a token was prepared, was not started and so got none.
///
/// # Errors
/// The ledger cannot be written.
pub async fn not_started(keybelt: &Keybelt, account: &AccountName, program: &str) -> Result<(), ExecError> {
    let (vault, summary) = accounts::one(keybelt, account).await.map_err(TokenError::from)?;
    let cause = "not_started";
    let line = LedgerLine::delivery_failed(&summary.name, receiver_of(program), cause, keybelt.now());
    let written = keybelt.door().run(&vault, move |vault| vault.append(&line)).await;
    Ok(written.map_err(TokenError::from)?)
}

/// A program by its name alone.
fn receiver_of(program: &str) -> &str {
    program
        .rsplit(['/', '\\'])
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or(program)
}

/// The variables that hold what is handed over, under the usual name or another.
pub(crate) fn variables(grant: Grant, variable: Option<&str>) -> Variables {
    let named = |usual: &str| variable.unwrap_or(usual).to_owned();
    match grant {
        Grant::Bearer(token) => vec![(named(VARIABLE), token.into_access_token())],
        Grant::Oauth1(pair) => {
            let (token, secret) = pair.into_halves();
            let name = named(OAUTH1_VARIABLE);
            vec![(format!("{name}_SECRET"), secret), (name, token)]
        }
    }
}

fn is_variable(name: &str) -> bool {
    name.len() <= 256
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// In any letter case: not every system tells them apart.
fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    RESERVED.contains(&name.as_str()) || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::{is_reserved, is_variable};

    #[test]
    fn what_decides_what_is_run_holds_no_token() {
        for name in [
            "PATH",
            "Path",
            "LD_PRELOAD",
            "DYLD_INSERT_LIBRARIES",
            "IFS",
            "ENV",
            "BASH_ENV",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["GH_TOKEN", "KEYBELT_TOKEN", "MY_PATH", "OLD_TOKEN", "ENVOY_TOKEN"] {
            assert!(!is_reserved(name), "{name}");
        }
    }

    #[test]
    fn a_variable_is_letters_digits_and_underscores() {
        assert!(is_variable("GH_TOKEN"));
        for bad in ["", "1A", "A=B", "A B", "Ä", "A\0"] {
            assert!(!is_variable(bad), "{bad:?}");
        }
    }
}
