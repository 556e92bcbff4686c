//! `at_hash` and `c_hash`: the access token and the code belong to this ID token (OpenID Connect Core 1.0 §3.1.3.8,
//! §3.3.2.11).

use keybelt_primitives::Secret;

use super::checks::Outcome;
use super::claims::{Claims, Optional};
use super::id_token::Examined;

pub(super) fn access_token(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let given = examined
        .expected
        .access_token
        .ok_or("no access token was given to compare with");
    compare(claims.text("at_hash"), "at_hash", given, examined)
}

pub(super) fn code(claims: &Claims<'_>, examined: &Examined<'_>) -> Outcome {
    let given = examined.expected.code.ok_or("no code was given to compare with");
    compare(claims.text("c_hash"), "c_hash", given, examined)
}

#[expect(clippy::disallowed_methods, reason = "it is hashed")]
fn compare(
    said: Optional<&str>,
    claim: &str,
    given: Result<&Secret<String>, &'static str>,
    examined: &Examined<'_>,
) -> Outcome {
    let said = match said {
        Optional::Absent => return Outcome::skip(format!("the token has no {claim}")),
        Optional::Unfit => return Outcome::fail(format!("{claim} is no text")),
        Optional::Present(said) => said,
    };
    let Some(algorithm) = examined.algorithm else {
        return Outcome::skip("the algorithm is not known, so its hash is not either");
    };
    match given {
        Err(why) => Outcome::skip(why),
        Ok(given) if algorithm.half_hash(given.expose()) == said => Outcome::pass("the hashes are equal"),
        Ok(_) => Outcome::fail("the hashes differ"),
    }
}
