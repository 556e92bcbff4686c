use keybelt_contract::{Failure, FailureCode as Code};

use super::provider::{PERHAPS_PKCE, said};
use super::{failure, provider_text};
use crate::keys::KeysTrouble;
use crate::link::{FaceError, LinkError, Refusal};
use crate::settings::RouteRefusal;
use crate::trace::TraceError;

impl From<TraceError> for Failure {
    fn from(error: TraceError) -> Self {
        match error {
            TraceError::Exists { path } => failure(
                Code::AlreadyExists,
                format!("The file {} is there already.", path.display()),
                "Choose another name for the trace, or move that file away.",
            ),
            TraceError::Unwritable { path, cause } => failure(
                Code::Usage,
                format!("The trace {} cannot be written: {cause}.", path.display()),
                "Choose a folder that is there and that you can write to.",
            ),
            TraceError::DiskFull => failure(
                Code::DiskFull,
                "There is no room for the trace.",
                "Make room, or write it elsewhere.",
            ),
        }
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Profile(error) => error.into(),
            LinkError::Resolve(error) => error.into(),
            LinkError::AccountExists(name) => failure(
                Code::AlreadyExists,
                format!("The account name {name} is taken by somebody else."),
                "Choose another name with --account, or unlink that account first. Nothing was changed.",
            ),
            LinkError::AccountUnknown(name) => failure(
                Code::AlreadyExists,
                format!(
                    "The account name {name} is taken, and it is not known whose account it is: the provider did not say who signed in."
                ),
                format!(
                    "Unlink it first with `keybelt unlink {name}`, rename it with `keybelt rename {name} NEW`, or choose another name with --account. Nothing was changed."
                ),
            ),
            LinkError::Route { profile, refusal } => of_route(profile.as_str(), refusal),
            LinkError::PortTaken { port } => failure(
                Code::RouteUnavailable,
                format!(
                    "Port {port}, which the profile's `redirect_uri` fixes, is taken by another program."
                ),
                "End that program, or set and register a redirect URI with another port.",
            ),
            LinkError::PortForbidden { port } => failure(
                Code::RouteUnavailable,
                format!(
                    "This system does not let you listen at port {port}, which the profile's `redirect_uri` fixes."
                ),
                "Set and register a redirect URI with another port (1024 or above), or link with --via manual.",
            ),
            LinkError::Listener(what) => failure(
                Code::RouteUnavailable,
                format!("Keybelt cannot listen on this machine: {what}."),
                "Link by the embedded window, or with --via manual.",
            ),
            LinkError::Face(error) => error.into(),
            LinkError::PlaintextUnprotected => failure(
                Code::InsecureEndpoint,
                "PLAINTEXT would send the profile's secrets without protection.",
                "Use https, or a signature method that signs; for tests on this machine set `client_kwargs.plaintext_on_loopback`.",
            ),
            LinkError::Request(what) => failure(
                Code::InvalidProfile,
                format!(
                    "The profile's settings make no authorization request: {}.",
                    provider_text(&what)
                ),
                "Correct the profile.",
            ),
            LinkError::Cancelled => failure(
                Code::Cancelled,
                "The link was cancelled.",
                "Nothing was stored. Start it again when you like.",
            ),
            LinkError::TimedOut => failure(
                Code::TimedOut,
                "No answer came in time.",
                "Start the link again. If you signed in and ended on an error page, register the profile's redirect URI at the provider.",
            ),
            LinkError::StateMismatch => failure(
                Code::StateMismatch,
                "An answer came that does not belong to this link.",
                "Start the link again, and finish it in the page that opens. Nothing was stored.",
            ),
            LinkError::IssuerMismatch { expected, found } => failure(
                Code::IssuerMismatch,
                match found {
                    Some(found) => format!(
                        "The answer names the issuer {} instead of {}.",
                        provider_text(&found),
                        provider_text(&expected)
                    ),
                    None => format!(
                        "The answer does not name its issuer, which {} promised to do.",
                        provider_text(&expected)
                    ),
                },
                "Another provider may have meddled. Nothing was stored or sent on; check the profile's `issuer`.",
            ),
            LinkError::Authorization {
                refusal,
                code,
                description,
            } => of_authorization(refusal, &code, description.as_deref()),
            LinkError::InvalidAnswer(detail) => failure(
                Code::InvalidResponse,
                format!(
                    "The provider's answer cannot be used: {}.",
                    provider_text(&detail)
                ),
                "Start the link again. Nothing was stored.",
            ),
            LinkError::Answer(trouble) => trouble.into(),
            LinkError::PinRefused { code, description } => failure(
                Code::ProviderError,
                said(
                    "The provider did not accept the PIN",
                    &code,
                    description.as_deref(),
                ),
                "Start the link again, and type the new PIN just as the provider shows it. Nothing was stored.",
            ),
            LinkError::NoIdToken => failure(
                Code::InvalidIdToken,
                "The provider sent no ID token although `openid` was asked for.",
                "Nothing was stored. If the provider does not speak OpenID Connect, take `openid` out of the scopes.",
            ),
            LinkError::IdToken { check, detail } => of_id_token(&check, &detail),
            LinkError::Keys(trouble) => trouble.into(),
            LinkError::Userinfo { code, detail } => failure(
                code,
                format!("The userinfo was refused: {}.", provider_text(&detail)),
                "Nothing was stored. The provider contradicts itself; tell it, or remove `userinfo_endpoint` from the profile.",
            ),
            LinkError::Vault(trouble) => trouble.into(),
            LinkError::Entropy => super::defect("the system's source of randomness failed"),
        }
    }
}

pub(super) fn of_id_token(check: &str, detail: &str) -> Failure {
    let clock = matches!(check, "exp" | "iat" | "nbf" | "auth_time");
    failure(
        Code::InvalidIdToken,
        format!(
            "The ID token was refused: check {check} failed ({}).",
            provider_text(detail)
        ),
        if clock {
            "Nothing was stored. If this computer's clock is wrong, set it and start again."
        } else {
            "Nothing was stored. Check the profile's issuer, client id and endpoints."
        },
    )
}

fn of_route(profile: &str, refusal: RouteRefusal) -> Failure {
    match refusal {
        RouteRefusal::NotLoopback => failure(
            Code::RouteUnavailable,
            format!(
                "The redirect URI of {profile} is not on this machine, so the browser cannot bring the answer back."
            ),
            "Link by the embedded window (--via webview) or with --via manual, or set a `redirect_uri` on http://127.0.0.1.",
        ),
        RouteRefusal::OutOfBand => failure(
            Code::RouteUnavailable,
            format!("The provider of {profile} shows a PIN (`oob`), which no page can bring back."),
            "Link with --via manual and type the PIN in; in the window, choose the number that it shows.",
        ),
        RouteRefusal::Unusable => failure(
            Code::RouteUnavailable,
            format!("The redirect URI of {profile} cannot be used."),
            "Set a `redirect_uri` that is https, on http://127.0.0.1, or a scheme made from a domain.",
        ),
        RouteRefusal::FormPost => failure(
            Code::RouteUnavailable,
            format!("Profile {profile} asks for its answer by form_post, which only the browser can bring."),
            "Link with --via browser and a redirect URI on http://127.0.0.1.",
        ),
    }
}

fn of_authorization(refusal: Refusal, code: &str, description: Option<&str>) -> Failure {
    let said = match description {
        Some(description) => format!("{} ({})", provider_text(code), provider_text(description)),
        None => provider_text(code),
    };
    match refusal {
        Refusal::Denied => failure(
            Code::AccessDenied,
            format!("Access was not allowed: {said}."),
            "Nothing was stored. Start the link again if that was not meant.",
        ),
        Refusal::Unavailable => failure(
            Code::ProviderUnavailable,
            format!("The provider cannot answer now: {said}."),
            "Try again later. Nothing was stored.",
        ),
        Refusal::Refused => failure(
            Code::ProviderError,
            format!("The provider refused the request: {said}."),
            match code {
                "invalid_request" => PERHAPS_PKCE,
                _ => {
                    "Check the profile's client id and client secret, its scopes and its redirect URI at the provider."
                }
            },
        ),
    }
}

impl From<FaceError> for Failure {
    fn from(error: FaceError) -> Self {
        match error {
            FaceError::BrowserUnavailable => failure(
                Code::RouteUnavailable,
                "No browser could be started.",
                "Set BROWSER, or use --no-open and open the address yourself, or link with --via manual.",
            ),
            FaceError::WindowUnavailable => failure(
                Code::RouteUnavailable,
                "The desktop program could not be started.",
                "Install keybelt-desktop beside keybelt and run it on a machine with a display, or link with --via browser.",
            ),
        }
    }
}

impl From<KeysTrouble> for Failure {
    fn from(trouble: KeysTrouble) -> Self {
        match trouble {
            KeysTrouble::Exchange(trouble) => trouble.into(),
            KeysTrouble::Unavailable { url, status } => failure(
                Code::ProviderUnavailable,
                format!("The issuer's keys cannot be had now (HTTP {status} at {url})."),
                "Try again later. Nothing was stored.",
            ),
            KeysTrouble::Absent { url, status } => failure(
                Code::InvalidResponse,
                format!("No keys at {url} (HTTP {status})."),
                "Check `jwks_uri` in the profile.",
            ),
            KeysTrouble::Invalid { detail } => failure(
                Code::InvalidResponse,
                format!("The issuer's keys cannot be used: {}.", provider_text(&detail)),
                "Check `jwks_uri` in the profile.",
            ),
            KeysTrouble::JustRead => failure(
                Code::ProviderUnavailable,
                "The issuer's keys do not fit yet, and were read only just now.",
                "Try again in a minute. The grant is untouched.",
            ),
            KeysTrouble::Vault(trouble) => trouble.into(),
        }
    }
}
