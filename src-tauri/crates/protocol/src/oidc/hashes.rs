//! `at_hash` and `c_hash`: the access token and the code belong to this ID token (specs ID-16).

use keybelt_primitives::Secret;

use super::checks::Outcome;
use super::claims::{Claims, Optional};
use crate::jose::algorithm::Algorithm;

#[expect(clippy::disallowed_methods, reason = "the token is hashed")]
pub(super) fn check(
    claims: &Claims<'_>,
    claim: &str,
    algorithm: Option<Algorithm>,
    hashed: Option<&Secret<String>>,
) -> Outcome {
    let said = match claims.text(claim) {
        Optional::Absent => return Outcome::skip(format!("the token has no {claim}")),
        Optional::Unfit => return Outcome::fail(format!("{claim} is no text")),
        Optional::Present(said) => said,
    };
    let Some(algorithm) = algorithm else {
        return Outcome::skip("the algorithm is not known, so its hash is not either");
    };
    let Some(hashed) = hashed else {
        return Outcome::skip("there is nothing to hash here");
    };
    if algorithm.half_hash(hashed.expose()) == said {
        Outcome::pass("the hashes are equal")
    } else {
        Outcome::fail("the hashes differ")
    }
}
