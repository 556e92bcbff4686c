//! A token for the environment of one command.

use keybelt_contract::AccountName;
use keybelt_primitives::Secret;

use crate::Keybelt;
use crate::token::{self, Grant, TokenError, TokenWanted};

/// The variable that holds the token, unless another is named.
const VARIABLE: &str = "KEYBELT_TOKEN";
/// The same for a token of OAuth 1, whose secret stands in another with `_SECRET` behind its name.
const OAUTH1_VARIABLE: &str = "KEYBELT_OAUTH_TOKEN";

/// Why the command was not prepared.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// Not a name of a variable (POSIX.1-2017, §8.1).
    #[error("not a name of a variable")]
    Variable,
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
    if variable.is_some_and(|name| !is_variable(name)) {
        return Err(ExecError::Variable);
    }
    let receiver = program
        .rsplit(['/', '\\'])
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or(program);
    let grant = token::grant(keybelt, account, TokenWanted::for_receiver(receiver, "exec")).await?;
    Ok(variables(grant, variable))
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

#[cfg(test)]
mod tests {
    use super::is_variable;

    #[test]
    fn a_variable_is_letters_digits_and_underscores() {
        assert!(is_variable("GH_TOKEN"));
        for bad in ["", "1A", "A=B", "A B", "Ä", "A\0"] {
            assert!(!is_variable(bad), "{bad:?}");
        }
    }
}
