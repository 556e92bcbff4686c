//! Every claim of a token, and why it is or is not to be trusted, by the same table as linking.

use keybelt_contract::{AccountName, CheckOutcome, Failure, FailureCode, Inspection, Verdict};
use keybelt_primitives::{Endpoint, Issuer, Secret};
use keybelt_protocol::jose::Keys;
use keybelt_protocol::jose::algorithm::Algorithm;
use keybelt_protocol::jose::compact::Compact;
use keybelt_protocol::jose::key_set::KeySet;
use keybelt_protocol::oidc::checks::verdict;
use keybelt_protocol::oidc::id_token::{self, Expected};
use serde::Serialize;
use serde_json::Value;

use crate::Keybelt;
use crate::accounts::{self, AccountsError, without_tokens};
use crate::failure::failure;
use crate::keys::{self, KeysTrouble};
use crate::metadata::{self, MetadataTrouble};
use crate::settings::Problem;
use crate::verification::asymmetric;

/// What a token is to be held against; all of it may be left out.
#[derive(Default)]
pub struct InspectWanted {
    /// The issuer, whose metadata is read unless another source of keys is named.
    pub issuer: Option<String>,
    /// Where the keys stand.
    pub jwks_uri: Option<String>,
    /// The keys themselves, a JWK set.
    pub jwks: Option<Vec<u8>>,
    /// The client it must be for.
    pub client_id: Option<String>,
    /// The secret of HMAC.
    pub client_secret: Option<Secret<String>>,
    /// The nonce that was sent.
    pub nonce: Option<String>,
    /// `max_age` that was asked for, in seconds.
    pub max_age: Option<u64>,
    /// Algorithms that are allowed; none: as the issuer's metadata lists, else all that linking takes.
    pub algorithms: Vec<String>,
    /// The access token of `at_hash`.
    pub access_token: Option<Secret<String>>,
    /// The code of `c_hash`.
    pub code: Option<Secret<String>>,
}

/// Why nothing was inspected.
#[derive(Clone, Debug, thiserror::Error)]
pub enum InspectError {
    /// No such account, or the vault does not open.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// The account has no ID token.
    #[error("no ID token")]
    NoIdToken,
    /// An option that cannot be taken.
    #[error("{option}: {problem}")]
    Option {
        /// The option.
        option: &'static str,
        /// What is wrong with it.
        problem: Problem,
    },
    /// What was given as a file of keys is none.
    #[error("--jwks-file: {detail}")]
    KeyFile {
        /// What is wrong with it.
        detail: String,
    },
    /// The issuer's metadata was not taken.
    #[error(transparent)]
    Metadata(#[from] MetadataTrouble),
    /// The keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeysTrouble),
}

/// An account's ID token as it was checked at the link or the last refresh.
#[derive(Clone, Debug, Serialize)]
pub struct AccountInspection {
    /// Header, claims, checks and verdict of then.
    #[serde(flatten)]
    pub inspection: Inspection,
    /// Whether it has expired since.
    pub expired: bool,
}

/// Reports the checks of an account's ID token as they were made.
pub async fn inspect_account(
    keybelt: &Keybelt,
    account: &AccountName,
) -> Result<AccountInspection, InspectError> {
    let (vault, summary) = accounts::one(keybelt, account).await?;
    let id = summary.id;
    let read = keybelt
        .door()
        .run(&vault, move |vault| vault.evidence(id))
        .await
        .map_err(AccountsError::from)?;
    let Some((_, evidence)) = read else {
        return Err(accounts::absent(keybelt, &vault, account).await.into());
    };
    if evidence.claims.is_none() {
        return Err(InspectError::NoIdToken);
    }
    let ends = evidence
        .claims
        .as_ref()
        .and_then(|claims| claims.get("exp"))
        .and_then(Value::as_f64);
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of any clock that is about right are exact"
    )]
    let expired = ends.is_some_and(|ends| keybelt.now().0 as f64 >= ends);
    let verdict = verdict(&evidence.checks, true);
    let inspection = Inspection {
        header: evidence.header,
        claims: evidence.claims.map(without_tokens),
        checks: evidence.checks,
        verdict,
    };
    Ok(AccountInspection { inspection, expired })
}

/// Makes every check of a token. It is sent nowhere.
#[expect(clippy::disallowed_methods, reason = "the token is read where it is checked")]
pub async fn inspect_token(
    keybelt: &Keybelt,
    token: Secret<String>,
    wanted: InspectWanted,
) -> Result<Inspection, InspectError> {
    let source = Source::find(keybelt, &wanted).await?;
    let held = Held {
        issuer: wanted.issuer.as_deref(),
        client_id: wanted.client_id.as_deref(),
        algorithms: &source.algorithms,
        keys: source.keys(token.expose(), wanted.client_secret.as_ref()),
        nonce: wanted.nonce.as_deref(),
        max_age: wanted.max_age,
        access_token: wanted.access_token.as_ref(),
        code: wanted.code.as_ref(),
    };
    Ok(inspected(keybelt, &token, &held))
}

/// What a token that is looked at is held against; what is `None` speaks of nothing.
pub(crate) struct Held<'a> {
    pub(crate) issuer: Option<&'a str>,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) algorithms: &'a [Algorithm],
    pub(crate) keys: Option<Keys<'a>>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) max_age: Option<u64>,
    pub(crate) access_token: Option<&'a Secret<String>>,
    pub(crate) code: Option<&'a Secret<String>>,
}

impl Default for Held<'_> {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: None,
            algorithms: Algorithm::ALL,
            keys: None,
            nonce: None,
            max_age: None,
            access_token: None,
            code: None,
        }
    }
}

/// Makes every check of a token against what is at hand.
#[expect(clippy::disallowed_methods, reason = "the token is read where it is checked")]
pub(crate) fn inspected(keybelt: &Keybelt, token: &Secret<String>, held: &Held<'_>) -> Inspection {
    let expected = Expected {
        issuer: held.issuer,
        client_id: held.client_id,
        algorithms: held.algorithms,
        keys: held.keys,
        nonce: held.nonce,
        max_age: held.max_age,
        now: keybelt.now(),
        // A token that is looked at may have been given out long ago.
        fresh: false,
        access_token: held.access_token,
        code: held.code,
        original: None,
    };
    let checked = id_token::check(token.expose(), &expected);
    Inspection {
        verdict: verdict(&checked.checks, held.keys.is_some()),
        header: checked.header,
        claims: checked.claims,
        checks: checked.checks,
    }
}

/// The failure that an inspection comes to, if any check failed.
pub fn failure_of(inspection: &Inspection) -> Option<Failure> {
    let failed: Vec<&str> = inspection
        .checks
        .iter()
        .filter(|record| record.outcome == CheckOutcome::Fail)
        .map(|record| record.check.as_str())
        .collect();
    let message = match inspection.verdict {
        Verdict::Pass | Verdict::Unverified => return None,
        Verdict::Expired => "The token is genuine, but has expired.".to_owned(),
        Verdict::Fail => format!("The token is not to be trusted: {} failed.", failed.join(", ")),
    };
    Some(failure(
        FailureCode::InvalidIdToken,
        message,
        "The checks say what was compared with what.",
    ))
}

/// Where keys come from, and what may have signed.
struct Source {
    set: Option<KeySet>,
    algorithms: Vec<Algorithm>,
}

impl Source {
    async fn find(keybelt: &Keybelt, wanted: &InspectWanted) -> Result<Self, InspectError> {
        let mut algorithms = Vec::new();
        for name in &wanted.algorithms {
            algorithms.push(Algorithm::parse(name).ok_or_else(|| of_algorithm(name))?);
        }
        let issuer = wanted
            .issuer
            .as_deref()
            .map(Issuer::parse)
            .transpose()
            .map_err(|error| InspectError::Option {
                option: "--issuer",
                problem: Problem::Issuer(error),
            })?;
        let is_named = wanted.jwks.is_some() || wanted.jwks_uri.is_some() || wanted.client_secret.is_some();
        let (set, listed) = match (&issuer, is_named) {
            (_, true) => (Self::named(keybelt, wanted).await?, None),
            (Some(issuer), false) => Self::of_issuer(keybelt, issuer).await?,
            (None, false) => (None, None),
        };
        if algorithms.is_empty() {
            algorithms = listed.unwrap_or_else(|| Algorithm::ALL.to_vec());
        }
        Ok(Self { set, algorithms })
    }

    /// The sources that were named, and no other.
    async fn named(keybelt: &Keybelt, wanted: &InspectWanted) -> Result<Option<KeySet>, InspectError> {
        if let Some(document) = &wanted.jwks {
            let set = KeySet::parse(document);
            return set.map(Some).map_err(|error| InspectError::KeyFile {
                detail: error.to_string(),
            });
        }
        let Some(text) = &wanted.jwks_uri else {
            return Ok(None);
        };
        let url = Endpoint::parse(text).map_err(|error| InspectError::Option {
            option: "--jwks-uri",
            problem: Problem::Endpoint(error),
        })?;
        Ok(Some(keys::read(keybelt, &url).await?))
    }

    async fn of_issuer(
        keybelt: &Keybelt,
        issuer: &Issuer,
    ) -> Result<(Option<KeySet>, Option<Vec<Algorithm>>), InspectError> {
        let found = metadata::find(keybelt, issuer, true).await?;
        let texts = |member: &str| -> Option<Vec<String>> {
            let items = found.metadata.members.get(member)?.as_array()?;
            Some(
                items
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
            )
        };
        let listed = texts("id_token_signing_alg_values_supported").map(|names| asymmetric(&names));
        let url = found.metadata.members.get("jwks_uri").and_then(Value::as_str);
        let Some(url) = url.and_then(|url| Endpoint::parse(url).ok()) else {
            let detail = "the issuer's metadata names no keys".to_owned();
            return Err(KeysTrouble::Invalid { detail }.into());
        };
        Ok((Some(keys::read(keybelt, &url).await?), listed))
    }

    /// The client secret for HMAC, the published keys for all else.
    fn keys<'a>(&'a self, token: &str, secret: Option<&'a Secret<String>>) -> Option<Keys<'a>> {
        let is_hmac = match Compact::parse(token) {
            Ok(Compact::Signed(token)) => token
                .header_text("alg")
                .and_then(Algorithm::parse)
                .is_some_and(Algorithm::is_symmetric),
            _ => false,
        };
        match (&self.set, secret) {
            (Some(_), Some(secret)) if is_hmac => Some(Keys::Secret(secret)),
            (Some(set), _) => Some(Keys::Set(set)),
            (None, Some(secret)) => Some(Keys::Secret(secret)),
            (None, None) => None,
        }
    }
}

fn of_algorithm(name: &str) -> InspectError {
    let name = keybelt_primitives::text::visible(&keybelt_primitives::text::clipped(name, 32));
    let taken: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    let problem = Problem::unfit(&format!("one of {}, not {name}", taken.join(", ")));
    InspectError::Option {
        option: "--alg",
        problem,
    }
}
