//! Answers with credentials (RFC 5849 §2.1, §2.3): forms, whatever their Content-Type says (specs O1-09).

use std::collections::BTreeMap;
use std::time::Duration;

use keybelt_primitives::text::{clipped, visible};
use keybelt_primitives::wire::Response;
use keybelt_primitives::{Secret, bounds};

use super::encoding::form;
use super::problem;
use super::signed_request::Credentials;
use crate::oauth2::error::OAuthError;
use crate::oauth2::retry_after::retry_after;

/// How long to leave a server alone that says 429 and not for how long (specs W-30).
const UNSAID_WAIT: Duration = Duration::from_secs(60);

/// Why an answer gives no credentials.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnswerError {
    /// 4xx, with what the server says about it (Problem Reporting, or its own words).
    #[error("the server refused (HTTP {status})")]
    Refused {
        /// The status code.
        status: u16,
        /// What it says; `None`: nothing that can be read.
        problem: Option<OAuthError>,
    },
    /// 5xx.
    #[error("the server cannot answer now (HTTP {status})")]
    Unavailable {
        /// The status code.
        status: u16,
        /// How long it asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// 429.
    #[error("the server asked to be left alone")]
    RateLimited {
        /// For how long.
        retry_after: Duration,
    },
    /// A redirect, which is not followed (specs O1-16).
    #[error("the server redirected (HTTP {status})")]
    Redirected {
        /// The status code.
        status: u16,
    },
    /// Neither credentials nor a refusal belong to this status.
    #[error("the server answered with HTTP {status}")]
    UnexpectedStatus {
        /// The status code.
        status: u16,
    },
    /// No form: often a page for people, so the endpoint is wrong.
    #[error("the answer is no form (it says that it is `{media_type}`)")]
    NotForm {
        /// What it says it is, made visible.
        media_type: String,
    },
    /// More than any honest answer.
    #[error("the answer is too large")]
    TooLarge,
    /// A parameter twice.
    #[error("the answer names `{name}` twice")]
    Duplicate {
        /// The parameter, made visible.
        name: String,
    },
    /// A parameter that has to be there (RFC 5849 §2.1, §2.3).
    #[error("the answer lacks `{0}`")]
    Missing(&'static str),
    /// Control characters where none may be (specs H-12).
    #[error("the answer's `{0}` holds characters that it may not hold")]
    Unprintable(&'static str),
    /// `oauth_callback_confirmed` is not `true`: the server speaks OAuth 1.0, which a stranger's link can be slipped
    /// into (RFC 5849 §2.1, oauth.net advisory 2009.1).
    #[error("the answer does not confirm the callback (`oauth_callback_confirmed`), as OAuth 1.0a asks")]
    Unconfirmed,
}

/// The parameters of an answer, each once.
pub(super) struct Answer(BTreeMap<String, Secret<String>>);

impl Answer {
    /// Reads an answer with credentials, or why there is none.
    pub(super) fn read(response: &Response) -> Result<Self, AnswerError> {
        let status = response.status;
        match status {
            200 | 201 => Self::parse(response),
            300..400 => Err(AnswerError::Redirected { status }),
            429 => Err(AnswerError::RateLimited {
                retry_after: retry_after(&response.headers, response.sent_at).unwrap_or(UNSAID_WAIT),
            }),
            400..500 => Err(AnswerError::Refused {
                status,
                problem: problem::of(response),
            }),
            500.. => Err(AnswerError::Unavailable {
                status,
                retry_after: retry_after(&response.headers, response.sent_at),
            }),
            _ => Err(AnswerError::UnexpectedStatus { status }),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the answer is read here, and every parameter moved into a secret"
    )]
    fn parse(response: &Response) -> Result<Self, AnswerError> {
        let body = response.body.expose().trim_ascii();
        if body.len() > bounds::FORM {
            return Err(AnswerError::TooLarge);
        }
        let not_form = || AnswerError::NotForm {
            media_type: match response.media_type() {
                none if none.is_empty() => "no media type".to_owned(),
                media_type => clipped(&visible(&media_type), 64),
            },
        };
        if !body.contains(&b'=') || body.starts_with(b"<") || body.starts_with(b"{") {
            return Err(not_form());
        }
        let mut parameters = BTreeMap::new();
        for (name, value) in form(body) {
            let name = std::str::from_utf8(&name).map_err(|_| not_form())?.to_owned();
            let value = std::str::from_utf8(&value).map_err(|_| not_form())?.to_owned();
            if parameters.contains_key(&name) {
                return Err(AnswerError::Duplicate {
                    name: clipped(&visible(&name), 64),
                });
            }
            parameters.insert(name, Secret::new(value));
        }
        Ok(Self(parameters))
    }

    /// `oauth_token` and `oauth_token_secret`: the first holds something, the second is there.
    pub(super) fn credentials(&mut self) -> Result<Credentials, AnswerError> {
        Ok(Credentials {
            token: self
                .secret("oauth_token")?
                .filter(|token| !token.is_empty())
                .ok_or(AnswerError::Missing("oauth_token"))?,
            secret: self
                .secret("oauth_token_secret")?
                .ok_or(AnswerError::Missing("oauth_token_secret"))?,
        })
    }

    /// Takes a secret out, if it is there.
    #[expect(clippy::disallowed_methods, reason = "the secret's characters are looked at")]
    pub(super) fn secret(&mut self, name: &'static str) -> Result<Option<Secret<String>>, AnswerError> {
        let value = self.0.remove(name);
        match &value {
            Some(text) if text.expose().chars().any(char::is_control) => Err(AnswerError::Unprintable(name)),
            _ => Ok(value),
        }
    }

    /// A parameter that is no secret.
    #[expect(clippy::disallowed_methods, reason = "the parameter is no secret")]
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.expose().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth2::fixtures::{answer, answer_with, opened};

    const GOOD: &str = "oauth_token=t%2B1&oauth_token_secret=s+1&user_id=12";

    fn read(body: &str) -> Result<Credentials, AnswerError> {
        Answer::read(&answer(200, "text/html", body))?.credentials()
    }

    fn refused(body: &str) -> AnswerError {
        read(body).err().unwrap()
    }

    #[test]
    fn o1_09_a_form_is_one_whatever_it_says_it_is() {
        for media_type in ["text/html; charset=utf-8", "text/plain", "", "application/json"] {
            let mut answer = Answer::read(&answer(200, media_type, &format!("{GOOD}\r\n")))
                .ok()
                .unwrap();
            let credentials = answer.credentials().ok().unwrap();
            assert_eq!(opened(&credentials.token), "t+1");
            assert_eq!(opened(&credentials.secret), "s 1");
            assert_eq!(answer.text("user_id"), Some("12"));
        }
    }

    #[test]
    fn o1_09_what_is_no_form_is_refused() {
        for body in [
            "",
            "<html>a=b</html>",
            "{\"oauth_token\":\"a=b\"}",
            "oauth_token",
            "a=%FF",
        ] {
            assert!(matches!(refused(body), AnswerError::NotForm { .. }), "{body}");
        }
        let long = format!("{GOOD}&x={}", "x".repeat(bounds::FORM));
        assert_eq!(refused(&long), AnswerError::TooLarge);
    }

    #[test]
    fn o1_09_a_parameter_twice_is_refused() {
        for name in ["oauth_token", "oauth_token_secret", "user_id"] {
            let wanted = AnswerError::Duplicate { name: name.into() };
            assert_eq!(refused(&format!("{GOOD}&{name}=x")), wanted);
        }
    }

    #[test]
    fn o1_02_token_and_secret_must_be_there() {
        assert!(read("oauth_token=t&oauth_token_secret=").is_ok());
        for (body, name) in [
            ("oauth_token_secret=s", "oauth_token"),
            ("oauth_token=&oauth_token_secret=s", "oauth_token"),
            ("oauth_token=t", "oauth_token_secret"),
        ] {
            assert_eq!(refused(body), AnswerError::Missing(name));
        }
    }

    #[test]
    fn h_12_control_characters_make_it_invalid() {
        assert_eq!(
            refused("oauth_token=a%0Db&oauth_token_secret=s"),
            AnswerError::Unprintable("oauth_token")
        );
        assert_eq!(
            refused("oauth_token=a&oauth_token_secret=%00"),
            AnswerError::Unprintable("oauth_token_secret")
        );
    }

    #[test]
    fn another_status_is_told_apart() {
        let of = |status| Answer::read(&answer(status, "text/plain", GOOD)).err();
        assert_eq!(of(200), None);
        assert_eq!(of(302), Some(AnswerError::Redirected { status: 302 }));
        assert_eq!(of(204), Some(AnswerError::UnexpectedStatus { status: 204 }));
        assert!(matches!(of(401), Some(AnswerError::Refused { status: 401, .. })));
        assert!(matches!(
            of(503),
            Some(AnswerError::Unavailable { status: 503, .. })
        ));
        let wait = Answer::read(&answer_with(429, &[("retry-after", "7")], "")).err();
        assert_eq!(
            wait,
            Some(AnswerError::RateLimited {
                retry_after: Duration::from_secs(7)
            })
        );
    }
}
