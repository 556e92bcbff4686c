//! How each tool or script is handed an account's token: commands that fetch it when they run, never the token.

use keybelt_contract::{AccountName, Exposure, HandOverRecipe, HandOverStep, Protocol};

use crate::Keybelt;
use crate::accounts::{self, AccountsError};
use crate::{profiles, registry};

struct Recipe {
    id: &'static str,
    title: &'static str,
    summary: &'static str,
    exposure: Exposure,
    /// The ledger's `via` of those who ask in this way.
    via: &'static str,
    /// What to do; `{}` stands for the account, `{api}` for an address of its API.
    steps: &'static [(&'static str, Option<&'static str>)],
}

const RECIPES: &[Recipe] = &[
    Recipe {
        id: "exec",
        title: "A command",
        summary: "Runs one command with a fresh token in its environment.",
        exposure: Exposure::NothingOnDisk,
        via: "exec",
        steps: &[(
            "Run your command in this way; it finds the token in KEYBELT_TOKEN:",
            Some("keybelt exec {} -- ./backup.py"),
        )],
    },
    Recipe {
        id: "curl",
        title: "curl",
        summary: "Gives curl the header through its standard input, so that it stands in no argument list.",
        exposure: Exposure::NothingOnDisk,
        via: "export:curl",
        steps: &[(
            "Call the API:",
            Some("keybelt export {} --to curl | curl -K - {api}"),
        )],
    },
    Recipe {
        id: "env",
        title: "A shell",
        summary: "Sets KEYBELT_TOKEN in the shell that you are in.",
        exposure: Exposure::NothingOnDisk,
        via: "export:env",
        steps: &[(
            "Set the variable, and again when the token has ended:",
            Some("eval \"$(keybelt export {} --to env)\"; export KEYBELT_TOKEN"),
        )],
    },
    Recipe {
        id: "header",
        title: "An HTTP header",
        summary: "Prints the Authorization header for tools that read one from a file or a pipe.",
        exposure: Exposure::NothingOnDisk,
        via: "export:header",
        steps: &[("Print it:", Some("keybelt export {} --to header"))],
    },
    Recipe {
        id: "json",
        title: "A script",
        summary: "Prints the token with its type, expiry and scopes as one JSON document.",
        exposure: Exposure::NothingOnDisk,
        via: "export:json",
        steps: &[(
            "Print it each time you need it; Keybelt refreshes it when it must:",
            Some("keybelt export {} --to json"),
        )],
    },
    FILE,
];

/// Of OAuth 1, where both halves are needed. The first is the one that hands nothing over.
const OAUTH1_RECIPES: &[Recipe] = &[
    Recipe {
        id: "request",
        title: "One request",
        summary: "Signs a request to the API and prints the answer; nobody gets the token.",
        exposure: Exposure::NothingOnDisk,
        via: "request",
        steps: &[("Call the API:", Some("keybelt request {} {api}"))],
    },
    Recipe {
        id: "exec",
        title: "A command",
        summary: "Runs one command with the token and its secret in its environment.",
        exposure: Exposure::NothingOnDisk,
        via: "exec",
        steps: &[(
            "Run your command in this way; it finds them in KEYBELT_OAUTH_TOKEN and KEYBELT_OAUTH_TOKEN_SECRET, and \
             signs with them and the client's own key and secret:",
            Some("keybelt exec {} -- ./backup.py"),
        )],
    },
    Recipe {
        id: "env",
        title: "A shell",
        summary: "Sets KEYBELT_OAUTH_TOKEN and KEYBELT_OAUTH_TOKEN_SECRET in the shell that you are in.",
        exposure: Exposure::NothingOnDisk,
        via: "export:env",
        steps: &[(
            "Set the variables:",
            Some(
                "eval \"$(keybelt export {} --to env)\"; export KEYBELT_OAUTH_TOKEN KEYBELT_OAUTH_TOKEN_SECRET",
            ),
        )],
    },
    Recipe {
        id: "json",
        title: "A script",
        summary: "Prints the token and its secret as one JSON document.",
        exposure: Exposure::NothingOnDisk,
        via: "export:json",
        steps: &[("Print it:", Some("keybelt export {} --to json"))],
    },
    FILE,
];

/// For what cannot ask: the last way to take.
const FILE: Recipe = Recipe {
    id: "file",
    title: "A file",
    summary: "For a program that reads its token from a file and cannot ask Keybelt for it.",
    exposure: Exposure::TokenInFile,
    via: "output:json",
    steps: &[(
        "Write it once:",
        Some("keybelt export {} --to json --output token.json"),
    )],
};

/// Every way to hand the account's token over, with when it was last asked for in that way.
pub async fn recipes(keybelt: &Keybelt, account: &AccountName) -> Result<Vec<HandOverRecipe>, AccountsError> {
    let shown = accounts::show(keybelt, account).await?;
    let used_by = shown.used_by;
    let base = profiles::one(keybelt, &shown.account.profile)
        .await
        .ok()
        .and_then(|(_, record)| registry::layers(&record).text("api_base_url").map(str::to_owned));
    // It goes into a line that a shell reads.
    let base = base.filter(|base| {
        base.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":/._~%-".contains(&byte))
    });
    let api = base.unwrap_or_else(|| "https://api.example.com".to_owned());
    let api = format!("{}/", api.trim_end_matches('/'));
    let last = |via: &str| {
        used_by
            .iter()
            .filter(|use_| use_.via == via)
            .map(|use_| use_.last)
            .max()
    };
    let step = |(text, command): &(&str, Option<&str>)| HandOverStep {
        text: (*text).to_owned(),
        command: command.map(|command| command.replace("{}", account.as_str()).replace("{api}", &api)),
    };
    let recipes = match shown.account.protocol {
        Protocol::Oauth1 => OAUTH1_RECIPES,
        Protocol::Oauth2 | Protocol::Oidc => RECIPES,
    };
    Ok(recipes
        .iter()
        .map(|recipe| HandOverRecipe {
            id: recipe.id.to_owned(),
            title: recipe.title.to_owned(),
            summary: recipe.summary.to_owned(),
            exposure: recipe.exposure,
            steps: recipe.steps.iter().map(step).collect(),
            last_asked_at: last(recipe.via),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_says_what_to_run_and_shows_it() {
        for (text, command) in RECIPES
            .iter()
            .chain(OAUTH1_RECIPES)
            .flat_map(|recipe| recipe.steps)
        {
            assert!(text.ends_with(':') && !text.starts_with("For example"), "{text}");
            assert!(
                command.is_some_and(|command| command.contains("keybelt ")),
                "{text}"
            );
        }
    }
}
