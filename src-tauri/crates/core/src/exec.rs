//! A token for the environment of one command.

use keybelt_contract::AccountName;
use keybelt_primitives::Secret;

use crate::Keybelt;
use crate::token::{self, TokenError, TokenWanted};

/// The variable that holds the token, unless another is named.
const VARIABLE: &str = "KEYBELT_TOKEN";

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

/// What goes into the child's environment.
pub struct Prepared {
    /// The variable.
    pub variable: String,
    /// Its value.
    pub token: Secret<String>,
}

/// A fresh token for `program`, which is named in the ledger.
pub async fn prepare(
    keybelt: &Keybelt,
    account: &AccountName,
    variable: Option<&str>,
    program: &str,
) -> Result<Prepared, ExecError> {
    let variable = variable.unwrap_or(VARIABLE);
    if !is_variable(variable) {
        return Err(ExecError::Variable);
    }
    let receiver = program
        .rsplit(['/', '\\'])
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or(program);
    let fresh = token::fresh(keybelt, account, TokenWanted::for_receiver(receiver, "exec")).await?;
    Ok(Prepared {
        variable: variable.to_owned(),
        token: fresh.into_access_token(),
    })
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
