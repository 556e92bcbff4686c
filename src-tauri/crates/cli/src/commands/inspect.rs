use keybelt_contract::{AccountName, CheckOutcome, Failure, FailureCode, Inspection, RequestPlacement};
use keybelt_core::Keybelt;
use keybelt_core::inspect::{InspectWanted, failure_of, inspect_account, inspect_token};
use keybelt_core::request::placement;
use keybelt_primitives::Secret;

use crate::arguments::InspectArguments;
use crate::fault::{Ended, Fault};
use crate::output::{Output, Paint};
use crate::passphrase::Unseen;
use crate::{describe, input, words};

/// `keybelt inspect`
pub async fn inspect(
    keybelt: &Keybelt,
    arguments: &InspectArguments,
    output: &Output,
) -> Result<Ended, Fault> {
    let what = arguments.what.as_str();
    let is_file = ["/", "./", "../"].iter().any(|start| what.starts_with(start));
    if what == "-" || is_file {
        let token = token_from(what).await?;
        let inspection = inspect_token(keybelt, token, wanted(arguments, output).await?).await?;
        output.result(&inspection, || text(output, &inspection))?;
        return ended(&inspection);
    }
    if let Some(option) = option_for_tokens(arguments) {
        return Err(Fault::usage(
            &format!("{option} has no meaning for an account: its checks are reported as they were made"),
            "give the token by - or a file",
        ));
    }
    let account = AccountName::parse(what).map_err(|error| {
        Fault::usage(
            &format!("{what:?} is no account: {error}"),
            "a file begins with / or ./",
        )
    })?;
    // What is wrong with the account itself, the inspection says.
    if let Ok(RequestPlacement::Query) = placement(keybelt, &account).await {
        output.note(&output.paint(Paint::Warn, &format!("Warning: {}", words::IN_THE_ADDRESS)));
    }
    let reported = inspect_account(keybelt, &account).await?;
    output.result(&reported, || {
        let expired = if reported.expired {
            "\nThe ID token has expired since."
        } else {
            ""
        };
        format!("{}{expired}", text(output, &reported.inspection))
    })?;
    ended(&reported.inspection)
}

fn ended(inspection: &Inspection) -> Result<Ended, Fault> {
    failure_of(inspection).map_or(Ok(Ended::Done), |failure| Err(Fault::Failed(failure)))
}

fn text(output: &Output, inspection: &Inspection) -> String {
    let mut text = String::new();
    for (title, members) in [("Header", &inspection.header), ("Claims", &inspection.claims)] {
        if let Some(members) = members {
            text.push_str(&format!(
                "{}\n{}\n\n",
                output.paint(Paint::Strong, title),
                describe::members(output, members)
            ));
        }
    }
    // Of what is no token at all, that is said, and not nineteen times more what could not be looked at therefore.
    let is_token = inspection.header.is_some();
    let told: Vec<_> = inspection
        .checks
        .iter()
        .filter(|check| is_token || check.outcome == CheckOutcome::Fail)
        .cloned()
        .collect();
    if !is_token {
        text.push_str(
            "This is no JSON Web Token. An access token may be any text, which only its own server can read.\n\n",
        );
    }
    text.push_str(&format!(
        "{}\n{}\n\n{}",
        output.paint(Paint::Strong, "Checks"),
        describe::checks(output, &told),
        describe::verdict(output, inspection.verdict)
    ));
    text
}

/// White space around a pasted token is nothing of it; bytes that are no text are no token either.
async fn token_from(place: &str) -> Result<Secret<String>, Fault> {
    let text = String::from_utf8_lossy(&input::bytes(place).await?)
        .trim()
        .to_owned();
    Ok(Secret::new(text))
}

/// A source of keys that cannot be read is a source that failed, wherever it lies.
async fn keys_from(place: &str) -> Result<Vec<u8>, Fault> {
    input::bytes(place).await.map_err(|fault| match fault {
        Fault::Failed(failure) => Fault::Failed(Failure {
            code: FailureCode::InvalidResponse,
            ..failure
        }),
        closed @ Fault::StdoutClosed => closed,
    })
}

async fn wanted(arguments: &InspectArguments, output: &Output) -> Result<InspectWanted, Fault> {
    Ok(InspectWanted {
        issuer: arguments.issuer.clone(),
        jwks_uri: arguments.jwks_uri.clone(),
        jwks: match arguments.jwks_file.as_deref() {
            Some(place) => Some(keys_from(place).await?),
            None => None,
        },
        client_id: arguments.client_id.clone(),
        client_secret: input::unseen_if(
            arguments.client_secret_file.as_deref(),
            Unseen::Known("Client secret: "),
            output,
        )
        .await?,
        nonce: arguments.nonce.clone(),
        max_age: arguments.max_age,
        algorithms: arguments.alg.clone(),
        access_token: input::secret_if(arguments.access_token_file.as_deref()).await?,
        code: input::secret_if(arguments.code_file.as_deref()).await?,
    })
}

fn option_for_tokens(arguments: &InspectArguments) -> Option<&'static str> {
    let given = [
        ("--issuer", arguments.issuer.is_some()),
        ("--jwks-uri", arguments.jwks_uri.is_some()),
        ("--jwks-file", arguments.jwks_file.is_some()),
        ("--client-id", arguments.client_id.is_some()),
        ("--client-secret-file", arguments.client_secret_file.is_some()),
        ("--nonce", arguments.nonce.is_some()),
        ("--max-age", arguments.max_age.is_some()),
        ("--alg", !arguments.alg.is_empty()),
        ("--access-token-file", arguments.access_token_file.is_some()),
        ("--code-file", arguments.code_file.is_some()),
    ];
    given
        .iter()
        .find(|(_, is_given)| *is_given)
        .map(|(name, _)| *name)
}
