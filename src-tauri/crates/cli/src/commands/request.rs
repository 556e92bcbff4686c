use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keybelt_contract::{Failure, FailureCode, Unfollowed};
use keybelt_core::Keybelt;
use keybelt_core::request::{ApiAnswer, ApiRequest, Consent, header_line, send};
use keybelt_primitives::text::visible;
use keybelt_primitives::{Secret, bounds};
use serde_json::json;

use crate::arguments::RequestArguments;
use crate::fault::{Ended, Fault};
use crate::input;
use crate::output::Output;

/// `keybelt request`: whatever the API answers is the result, and goes to standard output.
pub async fn request(
    keybelt: &Keybelt,
    arguments: &RequestArguments,
    output: &Output,
) -> Result<Ended, Fault> {
    let (method, url) = match &arguments.url {
        Some(url) => (Some(arguments.method.clone()), url.clone()),
        None => (None, arguments.method.clone()),
    };
    let body = match arguments.data.as_deref() {
        Some(place) => Some(Secret::new(input::bytes_up_to(place, bounds::API_BODY).await?)),
        None => None,
    };
    let asked = ApiRequest {
        account: arguments.account.clone(),
        method,
        url,
        headers: arguments
            .headers
            .iter()
            .map(|line| header_line(line))
            .collect::<Result<_, _>>()?,
        body,
        within: Duration::from_secs(u64::from(arguments.timeout)),
        force_refresh: false,
        consent: Consent::GivenInFull,
    };
    let answer = send(keybelt, asked).await?;
    for note in notes(&answer) {
        output.note(&note);
    }
    if output.is_json() {
        output.event(&document(&answer))?;
    } else {
        if arguments.include {
            output.bytes(head(&answer).as_bytes())?;
        }
        body_of(&answer, output)?;
        // Whoever looks on would take nothing at all for no answer.
        if answer.body.is_empty() && !arguments.include && output.is_terminal() {
            output.note(&without_body(&answer));
        }
    }
    if arguments.fail && answer.status >= 400 {
        return Err(refused(&answer));
    }
    Ok(Ended::Done)
}

/// The JSON document: `body` where it is text, else `body_base64`; the other one is null.
fn document(answer: &ApiAnswer) -> serde_json::Value {
    let text = answer.text();
    let binary = text.is_none().then(|| STANDARD.encode(&answer.body));
    json!({ "status": answer.status, "headers": answer.headers, "body": text, "body_base64": binary })
}

/// The status line and the fields, as they may be looked at.
fn head(answer: &ApiAnswer) -> String {
    let mut head = format!("HTTP {}\n", status_line(answer));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {}\n", visible(value)));
    }
    head.push('\n');
    head
}

fn status_line(answer: &ApiAnswer) -> String {
    format!("{} {}", answer.status, answer.reason)
        .trim_end()
        .to_owned()
}

/// The bytes as they came; on a terminal only what cannot move its cursor.
fn body_of(answer: &ApiAnswer, output: &Output) -> Result<(), Fault> {
    if !output.is_terminal() {
        return output.bytes(&answer.body);
    }
    match answer.text() {
        Some("") => Ok(()),
        Some(text) => output.text(
            &text
                .trim_end_matches('\n')
                .split('\n')
                .map(visible_but_tabs)
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        None => {
            output.note(&format!(
                "The answer is not text ({} bytes). Write it to a file: add > FILE.",
                answer.body.len()
            ));
            Ok(())
        }
    }
}

fn without_body(answer: &ApiAnswer) -> String {
    format!("HTTP {}, with nothing in it.", status_line(answer))
}

fn visible_but_tabs(line: &str) -> String {
    let line = line.strip_suffix('\r').unwrap_or(line);
    line.split('\t').map(visible).collect::<Vec<_>>().join("\t")
}

/// What is not in the answer itself.
fn notes(answer: &ApiAnswer) -> Vec<String> {
    let redirect = answer.unfollowed.map(|why| match why {
        Unfollowed::AnotherOrigin => {
            "The redirect leads to another origin, which must not get the token; it was not followed."
                .to_owned()
        }
        Unfollowed::TooMany => {
            "There were more than three redirects; the last one was not followed.".to_owned()
        }
    });
    let renewal = answer.not_renewed.as_ref().map(|failure| {
        format!(
            "The API refused the token, and it could not be renewed: {}",
            failure.message
        )
    });
    let scopes = answer.lacking_scopes.as_ref().map(|scopes| match scopes.join(" ") {
        none if none.is_empty() => "The API wants a scope that this token does not have.".to_owned(),
        scopes => format!(
            "The API wants the scope {scopes}, which this token does not have. Add it to the profile's scopes, and link \
             again."
        ),
    });
    redirect.into_iter().chain(renewal).chain(scopes).collect()
}

/// `--fail`, and the API said no.
fn refused(answer: &ApiAnswer) -> Fault {
    Fault::Failed(Failure {
        code: FailureCode::ProviderError,
        message: format!("{} answered {}.", answer.host, status_line(answer)),
        hint: "Its answer says more.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &[u8]) -> ApiAnswer {
        ApiAnswer {
            status: 200,
            reason: "OK",
            headers: vec![("x-a".to_owned(), "b\u{1b}[2J".to_owned())],
            body: body.to_vec(),
            host: "api.example".to_owned(),
            millis: 1,
            unfollowed: None,
            not_renewed: None,
            lacking_scopes: None,
            may_refresh: false,
            file_name: "me.json".to_owned(),
        }
    }

    #[test]
    fn text_is_told_as_text_and_bytes_as_base64() {
        assert_eq!(
            document(&answer("Zoë".as_bytes())),
            json!({"status": 200, "headers": [["x-a", "b\u{1b}[2J"]], "body": "Zoë", "body_base64": null})
        );
        assert_eq!(
            document(&answer(&[0xff, 0x00])),
            json!({"status": 200, "headers": [["x-a", "b\u{1b}[2J"]], "body": null, "body_base64": "/wA="})
        );
        assert_eq!(document(&answer(b""))["body"], "");
    }

    #[test]
    fn an_answer_with_nothing_in_it_is_told_by_its_status() {
        assert_eq!(without_body(&answer(b"")), "HTTP 200 OK, with nothing in it.");
    }

    #[test]
    fn what_an_api_sends_does_not_move_the_cursor() {
        assert_eq!(head(&answer(b"")), "HTTP 200 OK\nx-a: b\\u{1b}[2J\n\n");
        assert_eq!(visible_but_tabs("a\tb\u{1b}c\r"), "a\tb\\u{1b}c");
    }
}
