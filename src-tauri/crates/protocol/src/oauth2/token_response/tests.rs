use proptest::prelude::*;

use super::*;
use crate::oauth2::fixtures::{SENT_AT, answer, answer_with, json as json_answer, opened};

fn asked() -> BTreeSet<String> {
    ["openid".to_owned(), "email".to_owned()].into()
}

fn read(body: &str) -> Result<TokenSet, TokenResponseError> {
    parse(&json_answer(body), &asked())
}

fn refused(status: u16, body: &str) -> TokenResponseError {
    parse(&answer(status, "application/json", body), &asked())
        .err()
        .unwrap()
}

fn scopes(body: &str) -> Vec<String> {
    read(body).unwrap().scopes.into_iter().collect()
}

#[test]
fn af_24_a_whole_answer() {
    let tokens = read(
        r#"{"access_token":"at-1","token_type":"bEARER","expires_in":3600,"refresh_token":"rt-1","id_token":"a.b.c","x":{}}"#,
    )
    .unwrap();
    assert_eq!(opened(&tokens.access_token), "at-1");
    assert_eq!(opened(tokens.refresh_token.as_ref().unwrap()), "rt-1");
    assert_eq!(opened(tokens.id_token.as_ref().unwrap()), "a.b.c");
    assert_eq!(tokens.token_type, "Bearer");
    assert_eq!(tokens.expires_at, Some(SENT_AT.plus(3600)));
    assert_eq!(tokens.scopes, asked());
}

#[test]
fn af_24_af_25_what_is_no_token_is_refused() {
    let refused = |body: &str| read(body).err().unwrap();
    assert_eq!(
        refused(r#"{"token_type":"Bearer"}"#),
        TokenResponseError::Missing {
            member: "access_token"
        }
    );
    assert_eq!(
        refused(r#"{"access_token":"a"}"#),
        TokenResponseError::Missing { member: "token_type" }
    );
    for body in [
        r#"{"access_token":"","token_type":"Bearer"}"#,
        r#"{"access_token":5,"token_type":"Bearer"}"#,
        r#"{"access_token":"a\u0000b","token_type":"Bearer"}"#,
        r#"{"access_token":"a\r\nX: y","token_type":"Bearer"}"#,
        r#"{"access_token":"é","token_type":"Bearer"}"#,
    ] {
        assert_eq!(
            refused(body),
            TokenResponseError::Malformed {
                member: "access_token"
            },
            "{body}"
        );
    }
    assert_eq!(
        refused(r#"{"access_token":"a","token_type":"Bearer","refresh_token":{}}"#),
        TokenResponseError::Malformed {
            member: "refresh_token"
        }
    );
    for kind in ["DPoP", "mac", "N_A", "Bearer "] {
        let body = format!(r#"{{"access_token":"a","token_type":"{kind}"}}"#);
        assert_eq!(
            refused(&body),
            TokenResponseError::TokenTypeUnknown {
                token_type: kind.to_owned()
            }
        );
    }
}

#[test]
fn h_08_a_member_twice_is_refused() {
    let body = r#"{"access_token":"a","token_type":"Bearer","access_token":"b"}"#;
    assert!(matches!(
        read(body).err(),
        Some(TokenResponseError::NotReadable { .. })
    ));
}

#[test]
fn af_29_to_af_31_errors() {
    assert!(
        matches!(refused(200, r#"{"error":"invalid_grant","access_token":"a","token_type":"Bearer"}"#),
        TokenResponseError::Refused { status: 200, error } if error.code == "invalid_grant")
    );
    assert!(
        matches!(refused(401, r#"{"error":"invalid_client","error_description":"no"}"#),
        TokenResponseError::Refused { status: 401, error } if error.description.as_deref() == Some("no"))
    );
    assert!(matches!(
        refused(400, r#"{"error":"weird"}"#),
        TokenResponseError::Unrecognised { status: 400, .. }
    ));
    assert!(matches!(
        refused(404, "{}"),
        TokenResponseError::NoErrorCode { status: 404, .. }
    ));
    assert!(matches!(
        refused(400, "nope"),
        TokenResponseError::NoErrorCode { status: 400, .. }
    ));
    assert_eq!(refused(307, ""), TokenResponseError::Redirected { status: 307 });
    assert_eq!(
        refused(201, "{}"),
        TokenResponseError::UnexpectedStatus { status: 201 }
    );
    assert_eq!(
        refused(500, r#"{"error":"invalid_grant"}"#),
        TokenResponseError::Unavailable {
            status: 500,
            retry_after: None
        }
    );
}

#[test]
fn w_03_w_04_errors_in_other_words() {
    let code = |status, body: &str| match refused(status, body) {
        TokenResponseError::Refused { error, .. } | TokenResponseError::Unrecognised { error, .. } => {
            error.code
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(code(200, r#"{"error":"bad_verification_code"}"#), "invalid_grant");
    assert_eq!(
        code(200, r#"{"ok":false,"error":"invalid_code"}"#),
        "invalid_grant"
    );
    assert_eq!(
        code(
            400,
            r#"{"error":{"message":"m","type":"OAuthException","code":190}}"#
        ),
        "invalid_grant"
    );
    assert_eq!(
        code(
            400,
            r#"{"error":{"message":"m","type":"OAuthException","code":1}}"#
        ),
        "OAuthException"
    );
    assert_eq!(
        code(400, r#"{"errors":[{"errorType":"invalid_grant","message":"m"}]}"#),
        "invalid_grant"
    );
    assert_eq!(
        code(401, r#"{"errorCode":"E0000011","errorSummary":"m"}"#),
        "E0000011"
    );
    assert_eq!(code(200, r#"{"errcode":40029,"errmsg":"m"}"#), "40029");
}

#[test]
fn w_30_rate_limits_and_firewalls() {
    let parse = |response: Response| parse(&response, &asked()).err().unwrap();
    assert_eq!(
        parse(answer(429, "text/html", "")),
        TokenResponseError::RateLimited {
            retry_after: Duration::from_secs(60)
        }
    );
    assert_eq!(
        parse(answer_with(429, &[("retry-after", "5")], "")),
        TokenResponseError::RateLimited {
            retry_after: Duration::from_secs(5)
        }
    );
    assert_eq!(
        parse(answer(403, "text/html", "<html>")),
        TokenResponseError::Unavailable {
            status: 403,
            retry_after: None
        }
    );
}

#[test]
fn w_01_the_body_decides() {
    let parse = |media_type: &str, body: &str| parse(&answer(200, media_type, body), &asked());
    let json = r#" {"access_token":"a","token_type":"bearer"}"#;
    for media_type in ["text/html", "text/plain", "application/javascript", ""] {
        assert!(parse(media_type, json).is_ok(), "{media_type}");
    }
    assert!(
        parse(
            "application/json",
            "\u{feff}{\"access_token\":\"a\",\"token_type\":\"bearer\"}"
        )
        .is_ok()
    );
    for media_type in ["application/x-www-form-urlencoded", "text/plain", ""] {
        let tokens = parse(
            media_type,
            "access_token=a%2Bb&scope=repo%2Cgist&token_type=bearer",
        )
        .unwrap();
        assert_eq!(opened(&tokens.access_token), "a+b");
        assert_eq!(tokens.scopes.len(), 2);
    }
    let html = parse("text/html", "<html>access_token=1</html>").err();
    assert_eq!(
        html,
        Some(TokenResponseError::NotReadable {
            media_type: "text/html".into()
        })
    );
    assert!(parse("text/plain", "access_token=a&access_token=b&token_type=bearer").is_err());
    assert!(parse("image/png", "access_token=a&token_type=bearer").is_err());
}

#[test]
fn w_09_af_09_scopes() {
    let granted = |scope: &str| {
        let mut found = scopes(&format!(
            r#"{{"access_token":"a","token_type":"Bearer","scope":{scope}}}"#
        ));
        found.sort();
        found
    };
    assert_eq!(granted(r#""b a  c""#), ["a", "b", "c"]);
    assert_eq!(granted(r#""a,b""#), ["a", "b"]);
    assert_eq!(granted(r#""a+b""#), ["a", "b"]);
    assert_eq!(granted(r#"["a","b"]"#), ["a", "b"]);
    assert!(granted(r#""""#).is_empty());
    assert_eq!(granted("null").len(), 2);
    for bad in [r#"5"#, r#"[1]"#, "\"a\\u0001\""] {
        assert!(
            read(&format!(
                r#"{{"access_token":"a","token_type":"Bearer","scope":{bad}}}"#
            ))
            .is_err()
        );
    }
}

proptest! {
    #[test]
    fn no_answer_panics(status in 100u16..600, media_type in "(application/json|text/html|text/plain|)", body in "\\PC{0,300}") {
        let _ = parse(&answer(status, &media_type, &body), &asked());
    }
}
